"""FETCH and EXECUTE → the text that they refer to, and which of its rows a FETCH took.

A cursor hands out its query's rows in order, each FETCH after the last, so which rows it took follows from all that
moved the cursor before, in the order of their stamps. Where that cannot be told – equal stamps, another direction than
forward, a session nobody logged – a FETCH may have taken any of them. This room knows sessions, stamps and the words of
these few commands; what a query reads is told elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import polars as pl

from pipeline.intake.times import EARLIEST, LATEST

_DEFINES, _REFERS = r"(?i)^\s*(?:declare|prepare)\b", r"(?i)^\s*(?:fetch|move|execute)\b"
_MOVES = re.compile(
    r"(?is)\s*(fetch|move)\s+(?:(forward|backward|next|prior|first|last|absolute|relative)\b\s*)?(?:(-?\d{1,9}|all)\b\s*)?"
    r"(?:(?:from|in)\s+)?(?:\"([^\"]{1,80})\"|([\w$]{1,80}))(?:\s+into\b[^;]{0,400})?\s*;?\s*"
)
_DECLARES = re.compile(r"(?is)\s*declare\s+(?:\"([^\"]{1,80})\"|([\w$]{1,80}))")
_EXECUTES = re.compile(r"(?is)\s*execute\s+(?:\"([^\"]{1,80})\"|([\w$]{1,80}))")
# Rows past the end of any table: where a cursor stands after FETCH ALL.
END = 100_000_000_000
_TOLD: dict[str, pl.DataType] = {
    "statement": pl.String(), "command": pl.String(), "defined": pl.String(), "movement": pl.Int64(),
}  # fmt: skip
# What read_statements reads of each event that refers to something; nulls elsewhere.
REFERENCES: dict[str, pl.DataType] = {
    "defining": pl.String(), "taken_after": pl.Int64(), "taken_count": pl.Int64(), "is_placed": pl.Boolean(),
}  # fmt: skip


@dataclass
class Definitions:
    """What a log's lines declared or prepared, and the events that wait until all of it is known."""

    rows: list[pl.DataFrame] = field(default_factory=list)
    waiting: list[pl.DataFrame] = field(default_factory=list)


def is_tied() -> pl.Expr:
    """Tell statements that define something for later in their session, or refer to it."""
    return pl.col("statement").fill_null("").str.contains(f"{_DEFINES}|{_REFERS.removeprefix('(?i)')}")


def is_defining() -> pl.Expr:
    """Tell statements that define something for later."""
    return pl.col("statement").fill_null("").str.contains(_DEFINES)


def find_references(events: pl.DataFrame, definitions: Definitions) -> pl.DataFrame:
    """Add to events the text they refer to, and the rows that a FETCH took.

    `events` carry statement, session_of, outcome, event_key and their stamps; `definitions.rows` hold session_of,
    defined, defined_at and text. `taken_after` rows came before; `taken_count` is null where all the rest was taken.
    Several texts that may be meant come together, and then `is_placed` is not true. Of a DECLARE it says that its rows
    are those of the FETCHes that follow.
    """
    told = pl.DataFrame(
        [(text, *_told(text)) for text in events["statement"].unique().to_list()], schema=_TOLD, orient="row"
    )
    events = events.join(told, on="statement", how="left", maintain_order="left")
    known = _known(definitions)
    if known.is_empty():
        return _without(events)
    found = events.sort(EARLIEST).join_asof(
        known.sort("defined_at"),
        left_on=EARLIEST, right_on="defined_at", by=["session_of", "defined"], check_sortedness=False,
    )  # fmt: skip
    # at the very stamp of a second definition, the first may still be meant
    is_torn = (pl.col(EARLIEST) == pl.col("defined_at")) & pl.col("earlier").is_not_null()
    is_torn &= pl.col("command") != "declare"
    both = pl.concat_str("earlier", "defining", separator=";\n")
    is_other = is_torn & (pl.col("earlier") != pl.col("defining"))
    found = found.with_columns(
        pl.when(is_other).then(both).otherwise("defining").alias("defining"),
        (pl.col("is_one") & ~is_torn.any().over("session_of", "defined")).alias("is_one"),
    )
    moves = _moves(found)
    found = found.join(moves, on="event_key", how="left", maintain_order="left")
    life = ["session_of", "defined", "defined_at"]
    fetched = found.filter(pl.col("is_placed"), pl.col("command") == "fetch").select(life).unique()
    followed = found.join(fetched.with_columns(is_followed=pl.lit(True)), on=life, how="left", maintain_order="left")
    is_declared = (pl.col("command") == "declare") & pl.col("is_followed") & (pl.col("defined_at") == pl.col(EARLIEST))
    followed = followed.with_columns(pl.when(is_declared).then(True).otherwise("is_placed").alias("is_placed"))
    return followed.drop("command", "defined", "movement", "defined_at", "is_one", "is_followed", "earlier")


def _without(events: pl.DataFrame) -> pl.DataFrame:
    return events.drop("command", "defined", "movement").with_columns(
        pl.lit(None, kind).alias(name) for name, kind in REFERENCES.items()
    )


def _known(definitions: Definitions) -> pl.DataFrame:
    """List texts by session, name and stamp; several of one stamp, or of a session nobody logged, stand together."""
    if not definitions.rows:
        return pl.DataFrame()
    rows = pl.concat(definitions.rows).unique()
    no_session = rows.filter(pl.col("session_of") == "").with_columns(
        pl.lit("").alias("session_of"), pl.col("defined_at").min().over("defined")
    )
    rows = pl.concat([rows.filter(pl.col("session_of") != ""), no_session])
    known = rows.group_by("session_of", "defined", "defined_at").agg(
        pl.col("text").unique().sort().str.join(";\n").alias("defining"),
        ((pl.col("text").n_unique() == 1) & (pl.col("session_of").first() != "")).alias("is_one"),
    )
    earlier = pl.col("defining").shift().over("session_of", "defined", order_by="defined_at")
    return known.with_columns(earlier.alias("earlier"))


def _moves(found: pl.DataFrame) -> pl.DataFrame:
    """Work out where each movement of a cursor began; one row per event."""
    life = ["session_of", "defined", "defined_at"]
    moved = found.filter(pl.col("command").is_in(["fetch", "move"]), pl.col("defined_at").is_not_null())
    moved = moved.unique("event_key").filter(~pl.col("outcome").is_in(["denied", "failed"]))
    is_clear = pl.all_horizontal(
        pl.col("movement").is_not_null(), pl.col("is_one"), pl.col("outcome") == "succeeded",
        pl.col(EARLIEST) == pl.col(LATEST), pl.col(EARLIEST).is_unique().over(life),
    )  # fmt: skip
    moved = moved.with_columns(is_clear.fill_null(False).all().over(life).alias("is_placed")).sort(*life, EARLIEST)
    after = (pl.col("movement").cum_sum() - pl.col("movement")).over(life)
    return moved.select(
        "event_key",
        pl.when("is_placed").then(after).alias("taken_after"),
        pl.when(pl.col("is_placed") & (pl.col("movement") < END)).then("movement").alias("taken_count"),
        "is_placed",
    )


def _told(text: str | None) -> tuple[str | None, str | None, int | None]:
    """Say of a statement which command it is, what it names, and how far forward it moves (null: who knows)."""
    if found := _DECLARES.match(text or ""):
        return "declare", (found[1] or found[2]).lower(), None
    if found := _EXECUTES.match(text or ""):
        return "execute", (found[1] or found[2]).lower(), None
    found = _MOVES.fullmatch(text or "")
    if found is None:
        return None, None, None
    way, count = (found[2] or "").lower(), (found[3] or "").lower()
    name = (found[4] or found[5]).lower()
    if way in ("backward", "prior", "first", "last", "absolute", "relative") or count.startswith("-") or count == "0":
        return found[1].lower(), name, None
    return found[1].lower(), name, END if count == "all" else int(count or 1)
