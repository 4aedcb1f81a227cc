"""The incident file as typed models: what a data engineer writes down about one breach.

This room knows the shape of the file and nothing else: not how a log is parsed, not what a rule means. Reading YAML
with its line numbers is `pipeline.incident_file`; what must hold between the parts is `pipeline.config_checks`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

State = Literal["clear", "masked", "tokenised", "hashed", "encrypted", "partial"]
Role = Literal["crm", "processor", "archive"]
FileFormat = Literal["auto", "csv", "jsonl", "parquet"]
CoverageStatus = Literal["complete", "deleted", "rolled_over", "not_collected", "not_enabled"]
Access = Literal["viewed", "exported"]

SELECTOR_KEYS = ("absent", "logs", "from", "until", "except")
EVENT_COLUMNS = (
    *("time", "end_time", "duration", "event_id", "action", "resource", "outcome", "status", "content_type"),
    *("columns", "record_keys", "filters", "rows", "bytes"),
)
ACTIONS = ("view", "search", "export", "copy", "list", "metadata", "count", "write", "delete", "login")
OUTCOMES = ("succeeded", "denied", "failed", "not_modified", "redirected", "no_content", "aborted")

STRETCHES = "<stretches>"
WORD = "<word>"


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list) or value is None else [value]


def _as_selectors(value: Any) -> Any:
    return [value] if isinstance(value, (dict, BaseModel)) else value


def _refuse_blank(value: str) -> str:
    if not value.strip():
        raise PydanticCustomError("blank", "is empty")
    return value


def _read_owner(value: Any) -> Any:
    """Read a constant, or `{column: x}`; one clear error where pydantic would give one per reading."""
    if isinstance(value, dict):
        column = value.get("column")
        if set(value) != {"column"} or not isinstance(column, str) or not column.strip():
            raise PydanticCustomError("owner", "must be a name, or the one key 'column' with a column's name")
        return ByColumn(column=column)
    if isinstance(value, (list, tuple)):
        raise PydanticCustomError("owner", "must be a name, or the one key 'column' with a column's name")
    return value


SCALAR: dict[str, Any] = {"type": ["string", "number", "boolean"]}
ONE_OR_MANY: dict[str, Any] = {"anyOf": [SCALAR, {"type": "array", "items": SCALAR, "minItems": 1}]}
_OWNER: dict[str, Any] = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "properties": {"column": {"type": "string"}},
            "required": ["column"],
            "additionalProperties": False,
        },
    ]
}

Text = Annotated[str, AfterValidator(_refuse_blank), WithJsonSchema({"type": ["string", "number"]})]
Many = Annotated[list[Text], BeforeValidator(_as_list), WithJsonSchema(ONE_OR_MANY)]
OneOrMore = Annotated[list[Text], Field(min_length=1), BeforeValidator(_as_list), WithJsonSchema(ONE_OR_MANY)]


class Model(BaseModel):
    """A part of the incident file; unknown keys are errors and values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, use_attribute_docstrings=True)


class Incident(Model):
    """Which breach this is. Instants are text here; `pipeline.window` reads them."""

    id: Text
    """A short name of the breach; stands in every published row."""
    title: str = ""
    """What people call it."""
    zone: Text = "UTC"
    """IANA zone of every date and instant in this file that has no offset."""
    window: Text | None = None
    """START/END, two dates (both included) or two instants; the command line's window wins."""
    discovered: Text | None = None
    """When the breach was found."""
    contained: Text | None = None
    """When the intruder was out."""


class Selector(Model):
    """Conditions over an event's actor that must all hold (semantics, section 3).

    `conditions` is attribute -> accepted values, gathered from every key that is not one of the others.
    """

    conditions: dict[str, OneOrMore] = Field(default_factory=dict)
    """Attribute → accepted value or values; written as keys of the selector itself."""
    absent: Many = Field(default_factory=list)
    """Attributes that must be mapped and blank."""
    logs: Many = Field(default_factory=list)
    """Only events of these logs; default all."""
    from_: Text | None = Field(default=None, alias="from")
    """Only events from this instant on."""
    until: Text | None = None
    """Only events before this instant; a date means to its end."""
    except_: Annotated[list[Selector], BeforeValidator(_as_selectors)] = Field(default_factory=list, alias="except")
    """Selectors of events that are not meant."""

    @model_validator(mode="before")
    @classmethod
    def _gather_conditions(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        own = {key: item for key, item in value.items() if key in {*SELECTOR_KEYS, "from_", "except_"}}
        free = {key: item for key, item in value.items() if key not in own}
        gathered = free.pop("conditions") if isinstance(free.get("conditions"), dict) else {}
        return {**own, "conditions": {**gathered, **free}}


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


def _kind_of_coverage(value: Any) -> str:
    return STRETCHES if isinstance(value, list) else WORD


Coverage = Annotated[
    Annotated[CoverageStatus, Tag(WORD)] | Annotated[list[Stretch], Tag(STRETCHES)], Discriminator(_kind_of_coverage)
]


class Log(Model):
    """One access log: where it lies, how its stamps read, which column holds what."""

    path: OneOrMore
    """File or glob, or several, relative to the incident file."""
    format: FileFormat = "auto"
    """Form of the files; auto goes by their names."""
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
    columns: Annotated[dict[str, Text], Field(min_length=1)]
    """What we ask for (time, ip, resource …) → the log's own column."""
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


class ByColumn(Model):
    """A value taken from a column of each record."""

    column: Text
    """Name of the column."""


class Column(Model):
    """What one column of a dataset holds."""

    field: Text
    """Field of the catalogue."""
    state: State = "clear"
    """How the values are stored."""
    state_column: Text | None = None
    """Column of each record that says how its value is stored."""
    subject: Text = "customer"
    """Whom the value describes, if a record describes several people."""
    identifier: bool = True
    """Whether the value may tell people apart or link them."""

    @model_validator(mode="before")
    @classmethod
    def _expand_shorthand(cls, value: Any) -> Any:
        return {"field": value} if isinstance(value, str) else value


class Dataset(Model):
    """One store of customer records."""

    path: OneOrMore
    """File or glob, or several, relative to the incident file."""
    format: FileFormat = "auto"
    """Form of the files; auto goes by their names."""
    role: Role
    """What kind of store this is."""
    processor: Text | None = None
    """Who held the data for the brand, if a third party did."""
    key: Text | None = None
    """Column that names a record; without one, records are told apart by their content."""
    brand: Annotated[Text | ByColumn, BeforeValidator(_read_owner), WithJsonSchema(_OWNER)]
    """Brand the customer knows: a name, or {column: x}."""
    controller: Annotated[Text | ByColumn | None, BeforeValidator(_read_owner), WithJsonSchema(_OWNER)] = None
    """Company that must answer: a name, or {column: x}; default by `controllers`, else the brand."""
    zone: Text | None = None
    """IANA zone of the records' stamps without an offset; default the incident's."""
    valid_from: Text | None = None
    """Column with the instant from which a record existed."""
    valid_to: Text | None = None
    """Column with the instant at which a record ended."""
    generated_at: Text | None = None
    """When a static file was made; all its records are of that instant."""
    replaced_at: Text | None = None
    """When a static file was replaced or removed."""
    columns: dict[str, Column]
    """Column → field, or a mapping with its state and subject."""
    links: dict[str, Text] = Field(default_factory=dict)
    """Column that holds another dataset's key → that dataset."""
    membership: str | None = None
    """Field that being in this dataset gives away."""
    placeholders: Annotated[list[str], BeforeValidator(_as_list), WithJsonSchema(ONE_OR_MANY)] = Field(
        default_factory=list
    )
    """Further texts that mean that nothing is known."""
    order: Many = Field(default_factory=list)
    """Columns by which the store lists its records."""
    residence: Text | None = None
    """Column with the country of residence, ISO 3166."""
    delimiter: str = ","
    """What stands between the cells of a CSV line."""


class Route(Model):
    """Which resources of which logs reach which dataset, with which columns.

    `resource` is a pattern: `*` any text, `{key}` the record key, `{column}` a column's value. A query string in the
    pattern matches parameters by name, whatever their order.
    """

    resource: Text
    """Pattern of the resource: `*` any text, `{key}` the record key, `{column}` a column's value."""
    logs: Many = Field(default_factory=list)
    """Logs the route holds for; default all. `log` does as well."""
    dataset: Text | None = None
    """Dataset that is reached."""
    columns: Many = Field(default_factory=list)
    """Columns that are delivered; default all."""
    access: Access | None = None
    """Whether the data was viewed or exported; default by the action."""
    content_type: Many = Field(default_factory=list)
    """Content types of the resource itself; another one means that something else was served."""
    decoy_bytes: Annotated[list[int], BeforeValidator(_as_list)] = Field(default_factory=list)
    """Sizes that give away a log-in or error page served as a success."""
    stand_in: bool = False
    """The dataset stands for what was read and no longer exists."""
    unlocks: Many = Field(default_factory=list)
    """Datasets whose encryption key lies in the resource."""

    @model_validator(mode="before")
    @classmethod
    def _rename_log(cls, value: Any) -> Any:
        if not isinstance(value, dict) or "log" not in value:
            return value
        if "logs" in value:
            raise PydanticCustomError("twice", "'log' and 'logs' are both given")
        return {"logs" if key == "log" else key: item for key, item in value.items()}


class UnloggedCopy(Model):
    """A copy of a dataset made at an unknown instant in a known interval, with no log left (semantics, section 5)."""

    dataset: Text
    """Dataset that was copied."""
    from_: Text = Field(alias="from")
    """Earliest instant at which the copy may have been made."""
    until: Text
    """Latest; a date means to its end."""
    columns: Many = Field(default_factory=list)
    """Columns that were copied; default all."""


class Identity(Model):
    """How records become people."""

    household_limit: int = Field(default=6, ge=1)
    """How many records of one brand may share a value before it identifies nobody."""
    phone_region: Text | None = None
    """Country of telephone numbers without a country code, such as GB."""
    key_file: Text | None = None
    """File with the secret key of person ids."""


class Limits(Model):
    """How much broken input and how much of the machine a run may take."""

    reject_share: float = Field(default=0.01, ge=0, le=1)
    """Share of unreadable lines of one log or dataset past which the run stops."""
    memory: Text | None = None
    """Most memory to use, such as 4GB."""
    threads: int | None = Field(default=None, ge=1)
    """Most threads to use."""


Selectors = Annotated[list[Selector], BeforeValidator(_as_selectors)]


class IncidentFile(Model):
    """The whole incident file."""

    incident: Incident
    """Which breach this is."""
    intruder: Selectors = Field(default_factory=list)
    """Who the attacker is; without any, every untrusted event in the window counts as the intruder's."""
    trusted: Selectors = Field(default_factory=list)
    """Activity verified as our own."""
    unattributed: Literal["ignore", "possible"] = "ignore"
    """What becomes of reads that are neither the intruder's nor trusted."""
    logs: dict[str, Log]
    """Access logs by name."""
    datasets: dict[str, Dataset]
    """Stores of customer records by name."""
    routes: list[Route] = Field(default_factory=list)
    """Which resources reach which dataset."""
    controllers: dict[str, Text] = Field(default_factory=dict)
    """Brand → the company that must answer for it."""
    unlogged_copies: list[UnloggedCopy] = Field(default_factory=list)
    """Copies that no log shows."""
    identity: Identity = Field(default_factory=Identity)
    """How records become people."""
    limits: Limits = Field(default_factory=Limits)
    """How much broken input and how much of the machine a run may take."""
