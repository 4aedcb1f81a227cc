"""Logged statements of a log's events → what each did, what it reached, and the plans by which its records are found.

Every distinct shape of a statement is read once. This room knows events and datasets; what SQL means is told by
`pipeline.statements`, and records are met only when plans are replayed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import polars as pl

from pipeline.config import Log
from pipeline.errors import ConfigurationError
from pipeline.incident_file import IncidentSource
from pipeline.intake.cursors import REFERENCES, Definitions, find_references, is_defining, is_tied
from pipeline.intake.filters import split_lists
from pipeline.intake.routes import Target, project
from pipeline.intake.rows import cell
from pipeline.intake.tables import TABLES
from pipeline.intake.times import EARLIEST
from pipeline.statements import Delivery, Schema, Table

if TYPE_CHECKING:
    from pipeline.statements import Pieces, Shapes, Told

# Fields whose value names one person, so that a group for each value is a row for each person.
_NAMING = frozenset(
    {"full_name", "email", "phone", "username", "social_profile", "national_id", "social_security_number", "tax_id"}
    | {"passport_number", "driving_licence_number", "vehicle_registration", "card_number", "bank_account", "iban"}
)
_KEYS = ("statement", "dialect", "parameters", "database", *REFERENCES)
# What is joined to events here and concerns nobody else; other rooms have columns of these names.
_OWN = ("reading", "verdict", "told_action", "is_unreadable")
_Reach: TypeAlias = "tuple[str, str | None, str | None, bool, Pieces | None, str | None]"
_READS = ("view", "search", "export", "copy")
_REACH_SCHEMA: dict[str, pl.DataType] = {
    "reading": pl.Int64(),
    "place": pl.Int32(),
    "dataset": pl.String(),
    "projection": pl.String(),
    "inexact_reason": pl.String(),
    "has_missing_columns": pl.Boolean(),
    "plan_number": pl.Int64(),
    "is_only": pl.Boolean(),
    "reason_beside_keys": pl.String(),
}


@dataclass
class Statements:
    """What the statements of all logs leave: plans by their text, and the columns they compare."""

    schema: Schema
    targets: dict[str, Target]
    plans: dict[str, int] = field(default_factory=dict)
    needed: set[tuple[str, str]] = field(default_factory=set)
    replayed: set[str] = field(default_factory=set)
    """Datasets that a plan asks: what it finds of one record hangs on all of them, by limits and by types."""
    defined: dict[str, Definitions] = field(default_factory=dict)

    @cached_property
    def shapes(self) -> Shapes:
        """Give the reader of statements; its parser is imported with the first of them."""
        from pipeline.statements import Shapes

        return Shapes(self.schema)


@dataclass(frozen=True, slots=True)
class Stated:
    """A batch's events with their actions as the statements tell them, and what the statements reached.

    `rest` are the events that other evidence must place: those without a statement, or whose statement names no
    dataset.
    """

    events: pl.DataFrame
    rest: pl.DataFrame
    statements: pl.DataFrame
    reaches: pl.DataFrame
    replays: pl.DataFrame


def open_statements(source: IncidentSource, targets: Iterable[Target]) -> Statements:
    """Gather the tables and views that statements may name; raises ConfigurationError for a view nobody can read."""
    known = {target.name: target for target in targets}
    tables = tuple(
        Table(name, tuple(dataset.table), known[name].present, frozenset(_naming(source, name)))
        for name, dataset in source.model.datasets.items()
        if dataset.table
    )
    schema = Schema(tables, source.model.views)
    if source.model.views:
        _require_views(source, schema)
    return Statements(schema, known)


def _require_views(source: IncidentSource, schema: Schema) -> None:
    from pipeline.statements import read_statement

    for name, text in source.model.views.items():
        if all(read_statement(text, schema, dialect).reason for dialect in _dialects(source)):
            where = source.where("views", name)
            raise ConfigurationError(
                "cannot be read as a query", where=where, remedy="write the SELECT that defines it"
            )


def _dialects(source: IncidentSource) -> list[str]:
    return list(dict.fromkeys(log.dialect or "" for log in source.model.logs.values())) or [""]


def _naming(source: IncidentSource, name: str) -> Iterable[str]:
    dataset = source.model.datasets[name]
    if dataset.key is not None:
        yield dataset.key
    yield from (column for column, mapped in dataset.columns.items() if mapped.field in _NAMING)


def read_statements(events: pl.DataFrame, statements: Statements, log: Log) -> Stated:
    """Read a batch's statements; `events` have been numbered, and carry statement, dialect, parameters and database."""
    has_statement = pl.col("statement").fill_null("").str.strip_chars() != ""
    if "statement" not in events.columns or not events.select(has_statement.any()).item():
        return Stated(events, events, _no_statements(), _no_reaches(), _no_replays())
    lacking = [pl.lit(None, kind).alias(key) for key, kind in REFERENCES.items() if key not in events.columns]
    events = events.with_columns(lacking)
    distinct = events.filter(has_statement).select(_KEYS).unique(maintain_order=True).with_row_index("reading")
    distinct = distinct.with_columns(pl.col("reading").cast(pl.Int64))
    found = [_read(row, statements, log) for row in distinct.select(_KEYS).iter_rows()]
    told = distinct.with_columns(
        pl.Series("verdict", [told.reading.verdict for told, _ in found], dtype=pl.String),
        pl.Series("told_action", [told.reading.action for told, _ in found], dtype=pl.String),
        pl.Series("is_unreadable", [told.reading.reason is not None for told, _ in found], dtype=pl.Boolean),
    )
    events = events.join(told, on=_KEYS, how="left", nulls_equal=True, maintain_order="left")
    events = events.with_columns(_action().alias("action"))
    stated = events.filter(pl.col("verdict").is_not_null())
    reaches = _reaches(stated.with_columns(_named_keys(log)), found, statements)
    rest = events.filter(pl.col("verdict").fill_null("") != "read")
    return Stated(
        events.drop(_OWN),
        rest.drop(_OWN),
        stated.select("event_number", "verdict", "is_unreadable"),
        reaches,
        reaches.filter(pl.col("plan_number").is_not_null()).select("event_number", "reach_number", "plan_number"),
    )


def hold_back(events: pl.DataFrame, statements: Statements, name: str, log: Log) -> pl.DataFrame:
    """Keep events whose statements are tied to others of their session until `let_go`; return the rest."""
    tied = events.select(is_tied()).to_series()
    if not tied.any():
        return events
    own = cell(log.columns["session"]).fill_null("") if "session" in log.columns else pl.lit("")
    held = events.filter(tied).with_columns(own.alias("session_of"))
    from pipeline.statements import name_defined

    definitions = statements.defined.setdefault(name, Definitions())
    definitions.waiting.append(held)
    defining = held.filter(is_defining())
    texts = defining.select("statement", "dialect").unique(maintain_order=True)
    names = [name_defined(text, dialect or log.dialect or "") for text, dialect in texts.iter_rows()]
    named = texts.with_columns(pl.Series("defined", names, dtype=pl.String))
    rows = defining.join(named, on=["statement", "dialect"], how="inner", nulls_equal=True)
    rows = rows.filter(pl.col("defined").is_not_null())
    rows = rows.select("session_of", "defined", pl.col(EARLIEST).alias("defined_at"), pl.col("statement").alias("text"))
    definitions.rows.append(rows)
    return events.filter(~tied)


def let_go(statements: Statements, name: str) -> pl.DataFrame | None:
    """Return the events of a log that were held back, each with the text it refers to and the rows it took."""
    definitions = statements.defined.pop(name, None)
    if definitions is None:
        return None
    return find_references(pl.concat(definitions.waiting, how="diagonal_relaxed"), definitions)


def _read(row: tuple[Any, ...], statements: Statements, log: Log) -> tuple[Told, Sequence[str]]:
    """Read one row of `_KEYS`: what is told of the statement's shape, and its own values."""
    from pipeline.statements import Asking, Told, read_mentions

    text, dialect, parameters, database, defining, after, count, is_placed = row
    text = text or ""
    if log.text_limit is not None and len(text) >= log.text_limit:
        reading = read_mentions(text, statements.schema)
        return Told(reading, (None,) * len(reading.deliveries), frozenset()), ()
    taken = (after or 0, count) if is_placed else None
    asking = Asking(dialect or log.dialect or "", database, log.zone, defining, taken)
    return statements.shapes.read(text, parameters, asking)


def _action() -> pl.Expr:
    """Let the statement say what was done; among reads, the log's own word stands if it is the stronger one."""
    own, told = pl.col("action"), pl.col("told_action")
    is_silent = pl.col("verdict").is_in(["elsewhere", "unread"])
    is_own_read = own.is_in(_READS) & (told == "view")
    return pl.when(pl.col("verdict").is_null() | is_silent | is_own_read).then(own).otherwise(told)


def _reaches(stated: pl.DataFrame, found: list[tuple[Told, Sequence[str]]], statements: Statements) -> pl.DataFrame:
    """Write one reach for each dataset's table a statement delivered values of."""
    from pipeline.statements import fill

    shared: dict[int, list[_Reach]] = {}
    rows: list[tuple[object, ...]] = []
    for number, (told, values) in enumerate(found):
        if id(told) not in shared:
            shared[id(told)] = _shared_reaches(told, statements)
        own = shared[id(told)]
        for place, (dataset, projection, reason, is_missing, plan, reason_beside_keys) in enumerate(own, start=1):
            plan_number = None
            if plan is not None:
                plan_number = statements.plans.setdefault(fill(plan, values), len(statements.plans) + 1)
            told_of = (dataset, projection, reason, is_missing, plan_number, len(own) == 1, reason_beside_keys)
            rows.append((number, place, *told_of))
    by_reading = pl.DataFrame(rows, schema=_REACH_SCHEMA, orient="row")
    joined = stated.select("event_number", "reading", "keys").join(
        by_reading, on="reading", how="inner", maintain_order="left_right"
    )
    is_named = (pl.col("keys").list.len() > 0) & pl.col("is_only")
    reaches = joined.sort("event_number", "place").select(
        "event_number",
        "dataset",
        pl.when(is_named).then(pl.lit("key")).when(pl.col("plan_number").is_null()).then(pl.lit("whole"))
        .otherwise(pl.lit("statement")).alias("reach_kind"),
        pl.when(is_named).then("keys").otherwise(pl.lit([None], pl.List(pl.String))).alias("record_key"),
        pl.lit(0, pl.Int32).alias("condition_count"),
        "projection",
        pl.lit(None, pl.String).alias("access"),
        pl.when(is_named).then("reason_beside_keys").otherwise("inexact_reason").alias("inexact_reason"),
        pl.lit(False).alias("is_stand_in"),
        pl.lit(False).alias("is_other_content"),
        "has_missing_columns",
        pl.lit(False).alias("is_bounded"),
        pl.when(~is_named).then("plan_number").alias("plan_number"),
    ).explode("record_key")  # fmt: skip
    reaches = reaches.with_columns(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("event_number").alias("reach_number"),
        pl.col("inexact_reason").is_null().alias("is_exact"),
    )
    # what a page or a byte range says of itself, a statement does not
    return reaches.with_columns(
        pl.lit(None).alias(name) for name in TABLES["landed_reaches"] if name not in reaches.columns
    )


def _shared_reaches(told: Told, statements: Statements) -> list[_Reach]:
    """Say what statements of one shape reached, and keep what of the datasets must be known for it."""
    statements.needed.update(told.reading.used)
    statements.replayed.update(told.replayed)
    return [
        _reach(delivery, plan, statements) for delivery, plan in zip(told.reading.deliveries, told.plans, strict=True)
    ]


def _reach(delivery: Delivery, plan: Pieces | None, statements: Statements) -> _Reach:
    projection = project(statements.targets[delivery.dataset], delivery.columns or ())
    reasons = [reason for reason in (delivery.reason, projection.reason) if reason is not None]
    # keys say which records; which columns, the statement says, if it could be read
    beside_keys = projection.reason if delivery.columns is not None else delivery.reason
    return (
        delivery.dataset, projection.text, min(reasons, default=None), delivery.has_missing_columns, plan, beside_keys,
    )  # fmt: skip


def _named_keys(log: Log) -> pl.Expr:
    """Read the keys that an event names beside its statement: the more exact evidence, unless the log cut them off."""
    keys = pl.col("record_keys")
    if log.text_limit is not None:
        keys = pl.when(keys.str.len_chars() < log.text_limit).then(keys)
    return split_lists(keys, log.list_separator).alias("keys")


def _no_statements() -> pl.DataFrame:
    return pl.DataFrame(schema={"event_number": pl.Int64, "verdict": pl.String, "is_unreadable": pl.Boolean})


def _no_reaches() -> pl.DataFrame:
    return pl.DataFrame(schema={"event_number": pl.Int64})


def _no_replays() -> pl.DataFrame:
    return pl.DataFrame(schema={"event_number": pl.Int64, "reach_number": pl.Int32, "plan_number": pl.Int64})
