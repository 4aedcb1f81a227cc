"""Statements that pgaudit wrote down once and refers to later → the text, wherever in the log it stands.

This room knows `<previously logged>`; a session's statements are numbered, so what a later payload refers to is the
last text of its session and number. Within a batch `postgres_messages` finds it; this room finds the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import polars as pl

from pipeline.intake.databases.pgaudit import MARK, NOT_LOGGED, PREVIOUSLY, read_payloads

_KEY = ("session", "statement_id")
_NOTHING = pl.DataFrame(schema={**dict.fromkeys(_KEY, pl.String), "at": pl.Datetime("us"), "text": pl.String})
_AT = pl.col("time").str.strip_suffix("Z").str.to_datetime("%Y-%m-%dT%H:%M:%S%.6f", time_unit="us", strict=False)
_NEVER = datetime(1, 1, 1)


def survey_previous(
    records: Callable[[], Iterator[pl.DataFrame]], text: pl.Expr, tell: Callable[[pl.DataFrame], pl.DataFrame]
) -> pl.DataFrame:
    """Find the statements that entries of other batches refer to: session, statement_id, at, text.

    `text` is the column of a record that holds its message; `tell` reads records into session, time and message.
    """
    refers, is_payload = text.str.contains(PREVIOUSLY, literal=True), text.str.contains(MARK, literal=True)
    if not any(frame.select(refers.any()).item() for frame in records()):
        return _NOTHING
    payloads = (rows for frame in records() if (rows := frame.filter(is_payload)).height)
    edges = [_edges(tell(rows)) for rows in payloads]
    waiting = pl.concat([_NOTHING, *(waiting for waiting, _ in edges)])
    return pl.concat([_NOTHING, *(texts for _, texts in edges)]).join(waiting, on=_KEY, how="semi")


def previous_texts(told: pl.DataFrame, known: pl.DataFrame | None) -> pl.Series:
    """Give the known statement of each entry (`session`, `statement_id`, `time`): the last one up to its time."""
    if known is None or not known.height:
        return pl.Series([None], dtype=pl.String).new_from_index(0, told.height)
    asked = told.select(*_KEY, _AT.fill_null(_NEVER).alias("at")).with_row_index("row").sort("at")
    found = asked.join_asof(known.sort("at"), on="at", by=list(_KEY), strategy="backward", check_sortedness=False)
    return found.sort("row")["text"]


def _edges(told: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Find what refers out of a batch, and the last statement of each session, which alone may be referred to later."""
    parts = told.hstack(read_payloads(told["message"]).select("statement_id", "statement"))
    own = pl.col("statement")
    written = pl.when((own != PREVIOUSLY) & (own != NOT_LOGGED)).then(own)
    parts = parts.select(
        *_KEY, _AT.fill_null(_NEVER).alias("at"), written.alias("text"), (own == PREVIOUSLY).alias("refers")
    )
    before = pl.col("text").forward_fill().over(_KEY)
    waiting = parts.filter(pl.col("refers") & before.is_null())
    last = parts.filter(pl.col("text").is_not_null()).group_by("session", maintain_order=True).last()
    return waiting.select(_NOTHING.columns), last.select(_NOTHING.columns)
