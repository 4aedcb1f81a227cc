"""What a reader found of each record → the columns a log format must give.

This room joins the two and must not know any format; so every reader ends the same way, with its roles in their order.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import polars as pl

from pipeline.config.log_formats import FORMAT_ROLES
from pipeline.intake.logs.formats import REFUSAL
from pipeline.intake.rows import LINE

READS = ("view", "search", "export", "copy")
NO_READS = ("list", "metadata", "count", "write", "delete", "login")
WITHHELD = "?"
"""A condition nobody can read: what was delivered is a part, and which one the log keeps to itself."""


def give_roles(name: str, lines: pl.Series, found: pl.DataFrame, made: Mapping[str, pl.Expr]) -> pl.DataFrame:
    """Give a format's roles: `made` ones by their expression, others as the column of that name.

    `found` has the records' rows in the order of `lines`, and `refusal`.
    """
    roles = [made.get(role, pl.col(role)).cast(pl.String).alias(role) for role in FORMAT_ROLES[name]]
    return found.select(lines.alias(LINE), REFUSAL, *roles)


def refuse_without(column: str, reason: str) -> pl.Expr:
    """Refuse records that lack what every record of the format has."""
    return pl.coalesce(REFUSAL, pl.when(pl.col(column).is_null()).then(pl.lit(reason))).alias(REFUSAL)


def map_distinct(texts: pl.Series, function: Callable[[str], str | None]) -> pl.Series:
    """Read each distinct text once."""
    distinct = texts.drop_nulls().unique(maintain_order=True)
    made = pl.Series([function(text) for text in distinct.to_list()], dtype=pl.String)
    return texts.replace_strict(distinct, made, default=None, return_dtype=pl.String)


def as_list(texts: list[str]) -> str | None:
    """Write several resources as a JSON list, one as itself, none as null."""
    plain = list(dict.fromkeys(text for text in texts if text))
    if len(plain) < 2:
        return plain[0] if plain else None
    return json.dumps(plain, ensure_ascii=False)


def names(items: object, *keys: str) -> list[str]:
    """List the first of some keys that each object of a list has, whatever its case."""
    found: list[str] = []
    for item in items if isinstance(items, list) else ():
        lowered = {str(key).lower(): value for key, value in item.items()} if isinstance(item, dict) else {}
        texts = [lowered.get(key) for key in keys]
        found += [text.strip() for text in texts if isinstance(text, str) and text.strip()][:1]
    return found
