"""Messages of a PostgreSQL server, however they were written down → the roles of an event.

A statement is logged as `statement: …`, as `execute name: …`, as the end of a `duration: … ms  …` line, by pgaudit, or
with an error. *Parse* and *bind* belong to the *execute* after them and are no reads of their own; a bare duration
belongs to the statement before it. A stamp on a line that gives a duration is the end: the duration leads back.

An error delivered nothing, unless the statement was cut off in the middle of its answer (a cancel, a time-out, a lost
connection): such a one is `aborted`. Messages that say nothing of data are `metadata`.

pgaudit: READ is a read, FUNCTION unknown. A line whose statement is `<previously logged>` takes it from the line before
in its session, in whichever batch or file that stands; one that stands alone counts as an unknown read of the object
it names. Sources: PostgreSQL 17, "Error reporting and logging"; pgaudit's README.
"""

from __future__ import annotations

import json
import re

import polars as pl

from pipeline.intake.databases.first_words import action_of_statement
from pipeline.intake.databases.pgaudit import NOT_LOGGED, PREVIOUSLY, action_of_class, parameters_of, read_payloads
from pipeline.intake.databases.previous import previous_texts
from pipeline.intake.web.stamps import start_of, to_iso

ROLES = (
    "time", "principal", "ip", "session", "application", "event_id", "action", "outcome", "resource", "rows",
    "statement", "dialect", "parameters", "database",
)  # fmt: skip
MESSAGE_FIELDS = (
    "stamp", "principal", "database", "ip", "session", "application", "event_id", "severity", "message", "detail",
    "query",
)  # fmt: skip
_DURATION = r"^duration: ([0-9.]+) ms"
_STEP = r"(?s)^(?:duration: [0-9.]+ ms  )?(statement|parse|bind|execute|plan)(?: [^:]*)?:\s(.*)$"
_PLAN = r"(?s)^Query Text: (.*?)\n[^\n]*\(cost="
_CUT_OFF = r"^(?:canceling statement|terminating connection|connection to client lost|could not send data to client)"
_LOGIN = r"^(?:connection (?:received|authenticated|authorized)|disconnection:)"
_BOUND = re.compile(r"\$[0-9]+ = (?:'((?:[^']|'')*)'|(NULL))(?:, |$)")
_OFFSETS = {
    "+00:00": "UTC GMT Z UCT WET", "+01:00": "CET WEST", "+02:00": "CEST EET", "+03:00": "EEST MSK", "+09:00": "JST",
    "+10:00": "AEST", "+11:00": "AEDT", "+12:00": "NZST", "+13:00": "NZDT", "-04:00": "EDT", "-05:00": "EST CDT",
    "-06:00": "MDT", "-07:00": "MST PDT", "-08:00": "PST",
}  # fmt: skip
_ZONES = {zone: offset for offset, zones in _OFFSETS.items() for zone in zones.split()}
_STAMP = r"^([0-9]{4}-[0-9]{2}-[0-9]{2}) ([0-9:]{8}(?:\.[0-9]+)?) ?<?([A-Za-z]+|[+-][0-9]{2}(?::?[0-9]{2})?)?>?$"


def times_of(told: pl.DataFrame) -> pl.DataFrame:
    """Read when messages were written, for those who look for what one of them refers to: session, time, message."""
    return told.select("session", _iso(told["stamp"]).alias("time"), "message")


def roles_of(told: pl.DataFrame, known: pl.DataFrame | None = None) -> pl.DataFrame:
    """Read messages, of `MESSAGE_FIELDS`, into `ROLES`; `time` is null where a stamp cannot be read.

    `known` are statements of other batches that some refer to (`previous`).
    """
    audited = read_payloads(told["message"])
    before = previous_texts(times_of(told).with_columns(audited["statement_id"]), known)
    frame = pl.concat([told, audited.rename({name: f"audit {name}" for name in audited.columns})], how="horizontal")
    frame = frame.with_columns(
        pl.col("message").str.extract(_STEP, 1).alias("step"),
        pl.col("message").str.extract(_STEP, 2).alias("stepped"),
        pl.col("message").str.extract(_DURATION).alias("took"),
        pl.col("severity").is_in(["ERROR", "FATAL", "PANIC"]).fill_null(False).alias("is_error"),
        before.alias("known"),
    ).with_columns(_audited_statement().alias("audited"))
    frame = frame.with_columns(_statement().alias("statement"))
    times = start_of(
        _iso(frame["stamp"]), frame.select(pl.col("took").cast(pl.Float64, strict=False) / 1000).to_series()
    )
    bound = parameters_of(frame["audit parameter"])
    return frame.select(
        times.alias("time"),
        *("principal", "ip", "session", "application", "event_id"),
        _action().alias("action"),
        _outcome().alias("outcome"),
        _resource().alias("resource"),
        pl.col("audit rows").alias("rows"),
        "statement",
        pl.when(pl.col("statement").is_not_null()).then(pl.lit("postgres")).alias("dialect"),
        pl.coalesce(bound, _bound(frame["detail"])).alias("parameters"),
        "database",
    ).select(ROLES)


def _audited_statement() -> pl.Expr:
    """Take a statement that was logged before from the line that holds it, in the same session and statement."""
    own = pl.col("audit statement")
    written = pl.when(own.is_not_null() & (own != PREVIOUSLY) & (own != NOT_LOGGED)).then(own)
    before = written.forward_fill().over("session", "audit statement_id")
    return pl.when(own == PREVIOUSLY).then(pl.coalesce(before, "known")).otherwise(written)


def _statement() -> pl.Expr:
    is_own = pl.col("step").is_in(["statement", "execute"])
    planned = pl.col("stepped").str.extract(_PLAN)
    by_error = pl.when(pl.col("is_error")).then("query")
    stepped = pl.when(is_own).then("stepped").when(pl.col("step") == "plan").then(planned)
    return pl.coalesce("audited", stepped, by_error)


def _action() -> pl.Expr:
    told = action_of_statement(pl.col("statement"))
    is_alone = (
        (pl.col("audit statement") == PREVIOUSLY) & pl.col("audited").is_null() & (pl.col("audit class") == "READ")
    )
    by_class = action_of_class(pl.col("audit class"))
    # EXECUTE and FETCH are MISC to pgaudit; the statement's own verb says more than the class.
    is_misc_read = (pl.col("audit class") == "MISC") & (told == "view")
    by_message = pl.when(pl.col("message").str.contains(_LOGIN)).then(pl.lit("login")).otherwise(pl.lit("metadata"))
    audited = pl.when(is_alone).then(pl.lit("unknown")).when(is_misc_read).then(told).otherwise(by_class)
    is_unread = (pl.col("step") == "plan") | (
        pl.col("message").str.starts_with("AUDIT: ") & pl.col("audit class").is_null()
    )
    return pl.coalesce(audited, told, pl.when(is_unread).then(pl.lit("unknown")), by_message)


def _outcome() -> pl.Expr:
    message = pl.col("message")
    is_denied = message.str.contains("permission denied|authentication failed|no pg_hba.conf entry")
    error = (
        pl.when(message.str.contains(_CUT_OFF))
        .then(pl.lit("aborted"))
        .when(is_denied)
        .then(pl.lit("denied"))
        .otherwise(pl.lit("failed"))
    )
    return pl.when(pl.col("is_error")).then(error).otherwise(pl.lit("succeeded"))


def _resource() -> pl.Expr:
    name = pl.col("audit object_name")
    is_table = name.is_not_null() & (name != "")
    return pl.when(is_table).then(pl.concat_str([pl.col("database"), name], separator=".", ignore_nulls=True))


def _iso(stamps: pl.Series) -> pl.Series:
    """Write stamps as ISO 8601; an abbreviation of only one zone becomes an offset, any other is left out."""
    distinct = stamps.unique().drop_nulls()
    names = ("day", "clock", "zone")
    found = [pl.col("stamp").str.extract(_STAMP, group).alias(name) for group, name in enumerate(names, start=1)]
    parts = distinct.alias("stamp").to_frame().select("stamp", *found)
    offset = pl.col("zone").replace(_ZONES)
    is_offset = offset.str.contains("^[+-]")
    padded = pl.when(offset.str.len_chars() == 3).then(offset + ":00").otherwise(offset)
    with_zone = parts.select(
        "stamp",
        pl.concat_str("day", pl.lit("T"), "clock").alias("local"),
        pl.when(is_offset).then(padded).otherwise(pl.lit("")).fill_null("").alias("offset"),
    )
    local = to_iso(with_zone["local"], "%Y-%m-%dT%H:%M:%S%.f")
    placed = to_iso(with_zone.select(pl.col("local") + pl.col("offset")).to_series(), "%Y-%m-%dT%H:%M:%S%.f%:z")
    known = with_zone.select("stamp", pl.coalesce(placed, local).alias("iso"))
    return stamps.alias("stamp").to_frame().join(known, on="stamp", how="left", maintain_order="left")["iso"]


def _bound(details: pl.Series) -> pl.Series:
    """Read `parameters: $1 = '…', $2 = NULL` into JSON lists; null where they are not all told."""
    distinct = details.unique(maintain_order=True).drop_nulls()
    read = pl.Series([_values(text) for text in distinct.to_list()], dtype=pl.String)
    return details.replace_strict(distinct, read, default=None, return_dtype=pl.String)


def _values(text: str) -> str | None:
    start = re.match(r"[Pp]arameters: ", text)
    if start is None:
        return None
    values: list[str | None] = []
    place = start.end()
    while place < len(text):
        match = _BOUND.match(text, place)
        if match is None or (match[1] or "").endswith("..."):
            return None
        values.append(None if match[2] else match[1].replace("''", "'"))
        place = match.end()
    return json.dumps(values, ensure_ascii=False)
