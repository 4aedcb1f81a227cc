"""Profiles held side by side: do a name, a birth date and a generation fit another's (semantics, section 8).

A profile is what all subjects of one name, birth date and generation have in common. Each distinct pair of texts is
compared once, however many people bear them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl

from pipeline.identity.likeness import (
    Relation,
    are_swapped,
    is_slipped_date,
    relate_family_names,
    relate_given_names,
)

PARTS = ("given_name", "family_name", "birth_date", "generation")
Established = dict[str, frozenset[str]]

_COMPARED = ("profile_number", "other_profile_number", "given_relation", "family_relation", "is_apart")
_TEXT = pl.String


def compare(folder: Path) -> None:
    """Read `int_profile_pairs` and `int_established_names` in `folder`; write how the two of each pair relate.

    `compared_profiles`: profile_number, other_profile_number, given_relation, family_relation (`agree`, `unknown` or
    `conflict`) and is_apart: the two contradict each other and can be no one person.
    """
    pairs = pl.read_parquet(folder / "int_profile_pairs.parquet")
    related = relate(pairs, read_established(folder)).select(_COMPARED)
    related.sort("profile_number", "other_profile_number").write_parquet(folder / "compared_profiles.parquet")


def read_established(folder: Path) -> Established:
    """Read the names that are names, and no slips of the pen, by the part they play."""
    names = pl.read_parquet(folder / "int_established_names.parquet")
    return {part: frozenset(names.filter(pl.col("part") == part)["name"]) for part in ("given", "family")}


def relate(pairs: pl.DataFrame, established: Established) -> pl.DataFrame:
    """Add given_relation, family_relation and is_apart to pairs that hold `PARTS` of both, the other's as `other_…`."""
    given = _relations(pairs, "given_name", lambda a, b: relate_given_names(a, b, established["given"]))
    family = _relations(pairs, "family_name", lambda a, b: relate_family_names(a, b, established["family"]))
    related = pairs.with_columns(given, family)
    related = related.with_columns(_swapped(related).alias("is_swapped")).with_columns(
        pl.when("is_swapped").then(pl.lit("agree")).otherwise(pl.col(name)).alias(name)
        for name in ("given_relation", "family_relation")
    )
    # Two of one given name in one family are parent and child, whose birth dates no slip of the pen takes for one.
    is_fitting = (pl.col("given_relation") == "agree") & (pl.col("family_relation") != "conflict")
    is_same_day = pl.col("birth_date") == pl.col("other_birth_date")
    is_other_day = (~is_same_day).fill_null(False) & ~(is_fitting & _slipped(related))
    is_other_generation = (pl.col("generation") != pl.col("other_generation")).fill_null(False)
    return related.with_columns(
        ((pl.col("given_relation") == "conflict") | is_other_day | is_other_generation).alias("is_apart")
    )


def _relations(pairs: pl.DataFrame, part: str, relation: Callable[[str, str], Relation]) -> pl.Expr:
    """Relate one part of the name; only what differs is looked at, each pair of texts once."""
    one, other = pl.col(part), pl.col(f"other_{part}")
    open_ = pairs.filter(one != other).select(one, other).unique()
    found = [relation(a, b) for a, b in open_.iter_rows()]
    known = pl.DataFrame(open_.with_columns(pl.Series("found", found, dtype=_TEXT)))
    joined = pairs.select(one, other).join(known, on=[part, f"other_{part}"], how="left", maintain_order="left")
    equal = pl.when(joined[part] == joined[f"other_{part}"]).then(pl.lit("agree")).otherwise(pl.lit("unknown"))
    return pl.coalesce(joined["found"], equal).alias(part.replace("_name", "_relation"))


def _swapped(related: pl.DataFrame) -> pl.Series:
    names = ["given_name", "family_name", "other_given_name", "other_family_name"]
    is_open = (pl.col("given_relation") == "conflict") | (pl.col("family_relation") == "conflict")
    crossed = (pl.col("given_name") == pl.col("other_family_name")) | (
        pl.col("family_name") == pl.col("other_given_name")
    )
    open_ = related.filter(is_open & crossed).select(names).unique()
    found = open_.with_columns(pl.Series("found", [are_swapped(*row) for row in open_.iter_rows()], dtype=pl.Boolean))
    return related.select(names).join(found, on=names, how="left", maintain_order="left")["found"].fill_null(False)


def _slipped(related: pl.DataFrame) -> pl.Series:
    days = ["birth_date", "other_birth_date"]
    open_ = related.filter(pl.col(days[0]) != pl.col(days[1])).select(days).unique()
    found = open_.with_columns(
        pl.Series("found", [is_slipped_date(*row) for row in open_.iter_rows()], dtype=pl.Boolean)
    )
    return related.select(days).join(found, on=days, how="left", maintain_order="left")["found"].fill_null(False)
