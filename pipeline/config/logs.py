"""Logs: where they lie, how they read, what is known of their completeness."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag, WithJsonSchema
from pydantic_core import PydanticCustomError

from pipeline.config.log_formats import FORMAT_ROLES, GENERIC_FORMATS, known_formats
from pipeline.config.parts import Model, OneOrMore, Text

CoverageStatus = Literal["complete", "verified", "deleted", "rolled_over", "not_collected", "not_enabled"]

EVENT_COLUMNS = (
    *("time", "end_time", "duration", "event_id", "action", "resource", "outcome", "status", "content_type"),
    *("columns", "record_keys", "filters", "rows", "bytes", "range"),
    *("statement", "dialect", "parameters", "database", "signal", "plane", "sequence", "delivered"),
)
ACTIONS = ("view", "search", "export", "copy", "list", "metadata", "count", "write", "delete", "login")
SIGNALS = ("logging_stopped", "logging_started", "logging_deleted", "scope_changed", "throttled", "sampled")
PLANES = ("data", "management")
OUTCOMES = ("succeeded", "denied", "failed", "not_modified", "redirected", "no_content", "aborted")

DIALECTS = (
    *("athena", "bigquery", "clickhouse", "databricks", "duckdb", "hive", "mariadb", "mssql", "mysql", "oracle"),
    *("postgres", "postgresql", "presto", "redshift", "snowflake", "soql", "spark", "sqlite", "sqlserver", "trino"),
    "tsql",
)

STRETCHES = "<stretches>"
WORD = "<word>"


def _require_known(value: str) -> str:
    if value not in known_formats():
        expected = ", ".join(f"'{name}'" for name in known_formats())
        raise PydanticCustomError("literal_error", "is no log format", {"expected": expected})
    return value


LogFormat = Annotated[
    str, AfterValidator(_require_known), WithJsonSchema({"type": "string", "enum": list(known_formats())})
]


class Stretch(Model):
    """A stretch of time for which a log's completeness is declared; open ends reach to the window's."""

    from_: Text | None = Field(default=None, alias="from")
    """First instant of the stretch; default the window's start."""
    until: Text | None = None
    """End of the stretch; a date means to its end; default the window's end."""
    status: CoverageStatus
    """Whether the log is complete there, or why it is not."""


class Words(Model):
    """A log's own words for actions and outcomes, mapped to ours."""

    action: dict[str, Text] = Field(default_factory=dict)
    """The log's word → view, search, export, copy, list, metadata, count, write, delete or login."""
    outcome: dict[str, Text] = Field(default_factory=dict)
    """The log's word → succeeded, denied, failed, not_modified, redirected, no_content or aborted."""
    signal: dict[str, Text] = Field(default_factory=dict)
    """The log's word → logging_stopped, logging_started, logging_deleted, scope_changed, throttled or sampled."""
    plane: dict[str, Text] = Field(default_factory=dict)
    """The log's word → data or management."""


def _kind_of_coverage(value: Any) -> str:
    return STRETCHES if isinstance(value, list) else WORD


Coverage = Annotated[
    Annotated[CoverageStatus, Tag(WORD)] | Annotated[list[Stretch], Tag(STRETCHES)], Discriminator(_kind_of_coverage)
]


class Log(Model):
    """One access log: where it lies, how its stamps read, which column holds what."""

    path: OneOrMore
    """File or glob, or several, relative to the incident file."""
    format: LogFormat = "auto"
    """Form of the files, or a log format by name, which needs no columns; auto looks into the files."""
    pattern: Text | None = None
    """The log's own format string, as its server's configuration has it (`LogFormat`, `log_format` …)."""
    zone: Text = "UTC"
    """IANA zone of stamps without an offset."""
    clock_skew: Text = "0s"
    """How far the log's clock is ahead of true time, such as 90s or -2m."""
    time_format: Text = "iso"
    """How stamps are written: iso, unix, unix_ms, unix_us, unix_ns, or a pattern such as %d/%b/%Y:%H:%M:%S %z."""
    duration_unit: Literal["s", "ms", "us"] = "s"
    """Unit of the `duration` column."""
    list_separator: Text = ";"
    """What stands between several values in one cell."""
    columns: dict[str, Text] = Field(default_factory=dict)
    """What we ask for (time, ip, resource …) → the log's own column; beside a log format, what it does not give."""
    words: Words = Field(default_factory=Words)
    """The log's own words for actions and outcomes."""
    coverage: Coverage | None = None
    """What is known of the log's completeness: one word for the whole window, or stretches."""
    delimiter: str = ","
    """What stands between the cells of a CSV line."""
    row_limit: int | None = Field(default=None, ge=1)
    """The largest number of rows the log writes: at this number it says no more than "at least"."""
    text_limit: int | None = Field(default=None, ge=1)
    """The longest text the log writes into one cell, in characters: what is as long was cut off there."""

    dialect: Text | None = None
    """Whose SQL the log's statements are: postgres, mysql, snowflake, bigquery, redshift, oracle, tsql, soql …"""

    @property
    def is_mapped(self) -> bool:
        """Tell whether the incident file maps the columns, rather than a log format giving them.

        Beside `auto`, columns are a whole mapping; beside a log format they are what it does not give.
        """
        return self.format in GENERIC_FORMATS or (self.format == "auto" and bool(self.columns))

    def attributes(self) -> set[str] | None:
        """Name what a selector may ask of this log's events; null if the files must be seen first."""
        given = () if self.is_mapped else FORMAT_ROLES.get(self.format)
        return None if given is None else {*self.columns, *given}
