"""Who among linked subjects can be no one person: by name, birth date or generation, by what a person has one of, by a
human's word (semantics, section 8).

Texts are kept as numbers, and looked at only in components in which these differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from pipeline.identity.columns import find_places, read_ordered, read_places
from pipeline.identity.graph import LongNumbers, Numbers, Ties, Truths, components
from pipeline.identity.profiles import PARTS, Established, read_established, relate

# More names and birth dates than this in one component are not looked at one by one: it is no one person.
MOST_PROFILES = 100
TELLING = tuple(part for part in PARTS if part != "family_name")


@dataclass(frozen=True)
class People:
    """What is known of the linked subjects, each by its place among them in order of their numbers.

    `profile_places` says which row of `profiles` is whose; `codes` are numbers for its `TELLING` texts, -1 for none.
    """

    profile_places: Numbers
    profiles: pl.DataFrame
    codes: dict[str, Numbers]
    is_placeable: Truths
    marks: pl.DataFrame
    apart: pl.DataFrame
    same: Numbers
    established: Established


def read_people(folder: Path, subjects: LongNumbers, decisions: pl.DataFrame) -> People:
    """Read what the tables in `folder` say of `subjects`, all of those in `int_subject_profiles`, and of what people
    decided."""
    decided = decisions.select(
        _place(subjects, decisions["subject_number"]).alias("member"),
        _place(subjects, decisions["other_subject_number"]).alias("other"),
        "decision",
    )
    told = decided.filter(pl.col("decision") == "same").with_row_index("key")
    ends = np.concatenate([told["member"].to_numpy(), told["other"].to_numpy()])
    keys = np.concatenate([told["key"].to_numpy(), told["key"].to_numpy()])
    same = components(Ties.in_order(ends, keys), len(subjects))
    path = folder / "int_profiles.parquet"
    numbers = read_ordered(path, "profile_number")
    places = read_places(folder / "int_subject_profiles.parquet", "profile_number", numbers)
    # One column of text after the other, as categories: people are many, names and days are few.
    texts = {part: pl.read_parquet(path, columns=[part])[part].cast(pl.Categorical) for part in PARTS}
    return People(
        places,
        pl.DataFrame({"profile_number": numbers, **texts}),
        {part: _codes(texts[part]) for part in TELLING},
        _are_placeable(texts)[places],
        _read_marks(folder / "int_subject_marks.parquet", subjects, same),
        decided.filter(pl.col("decision") == "different").select("member", "other"),
        same,
        read_established(folder),
    )


def _are_placeable(texts: dict[str, pl.Series]) -> Truths:
    """Tell of each profile whether it has a full given name or a birth date."""
    is_full = (texts["given_name"].cat.len_bytes() > 1).fill_null(False)
    return np.asarray((is_full | texts["birth_date"].is_not_null()).to_numpy(), dtype=np.bool_)


def _codes(texts: pl.Series) -> Numbers:
    """Number categories alike where equal, -1 for none."""
    return np.asarray(texts.to_physical().cast(pl.Int32).fill_null(-1).to_numpy())


def _read_marks(path: Path, subjects: LongNumbers, same: Numbers) -> pl.DataFrame:
    """Read the marks of linked subjects; those whom a human made one and who have two of a kind say nothing by it."""
    held = pl.read_parquet(path)
    members = np.searchsorted(subjects, held["subject_number"].to_numpy())
    members[members == len(subjects)] = 0
    is_linked = subjects[members] == held["subject_number"].to_numpy() if len(subjects) else members > 0
    marks = held.with_columns(pl.Series("member", members, dtype=pl.Int32)).filter(
        pl.Series(is_linked, dtype=pl.Boolean)
    )
    told = marks.with_columns(pl.Series("told", same[marks["member"].to_numpy()]))
    clear = told.group_by("told", "kind").agg(pl.col("value").n_unique().alias("count")).filter(pl.col("count") == 1)
    return told.join(clear, on=["told", "kind"], how="semi").select("member", "kind", "value")


def _place(subjects: LongNumbers, numbers: pl.Series) -> pl.Series:
    """Return the place of each number among the sorted subjects."""
    return pl.Series(find_places(subjects, numbers.to_numpy()))


def find_apart(members: Numbers, component: Numbers, cluster: Numbers, people: People) -> tuple[pl.DataFrame, Numbers]:
    """Return which clusters of one component contradict each other, and the components too crowded to be looked at.

    Columns: component, cluster, other_cluster, each pair both ways round. What is inside a cluster is settled.
    """
    placed = pl.DataFrame({"member": members, "component": component, "cluster": cluster})
    by_name, crowded = _apart_by_name(members, component, cluster, people)
    found = [by_name, _apart_by_mark(placed, people), _apart_by_decision(placed, people)]
    return pl.concat(one.select("component", "cluster", "other_cluster") for one in found).unique(), crowded


def _apart_by_name(
    members: Numbers, component: Numbers, cluster: Numbers, people: People
) -> tuple[pl.DataFrame, Numbers]:
    differing = _differing(members, component, people)
    inside = people.profiles[people.profile_places[members[differing]]].with_columns(pl.col(PARTS).cast(pl.String))
    # Of those whom a human made one, any may agree with another: what they contradict among themselves is settled.
    told = pl.Series("unit", people.same[members[differing]], dtype=pl.Int64)
    several = inside.with_columns(
        pl.Series("component", component[differing]),
        pl.Series("cluster", cluster[differing]),
        pl.when(told.is_duplicated()).then(told).otherwise(-1 - pl.col("profile_number")).alias("unit"),
    ).unique(["cluster", "unit", "profile_number"], maintain_order=True)
    sizes = several.group_by("component").agg(pl.col("profile_number").n_unique())
    crowded = sizes.filter(pl.col("profile_number") > MOST_PROFILES)["component"]
    pairs = _pairs(several.join(crowded.to_frame(), on="component", how="anti"), ["unit", "profile_number", *PARTS])
    numbers = ["profile_number", "other_profile_number"]
    compared = relate(pairs.unique(numbers), people.established).select(*numbers, "is_apart")
    ends = ["component", "cluster", "other_cluster"]
    units = pairs.join(compared, on=numbers).group_by(*ends, "unit", "other_unit")
    return units.agg(pl.col("is_apart").all()).filter("is_apart").select(ends), crowded.to_numpy()


def _differing(members: Numbers, component: Numbers, people: People) -> Truths:
    """Tell of each member whether its component holds two given names, birth dates or generations."""
    size = int(component.max()) + 1 if len(component) else 0
    differs = np.zeros(size, dtype=np.bool_)
    for part in TELLING:
        codes = people.codes[part][people.profile_places[members]]
        is_told = codes >= 0
        told, where = codes[is_told], component[is_told]
        some = np.full(size, -1, dtype=np.int32)
        some[where] = told
        differs[where[some[where] != told]] = True
    return differs[component]


def _apart_by_mark(placed: pl.DataFrame, people: People) -> pl.DataFrame:
    marks = people.marks.join(placed, on="member").select("component", "cluster", "kind", "value").unique()
    values = marks.group_by("component", "kind").agg(pl.col("value").n_unique().alias("count"))
    several = marks.join(values.filter(pl.col("count") > 1), on=["component", "kind"], how="semi")
    is_other = (pl.col("kind") == pl.col("other_kind")) & (pl.col("value") != pl.col("other_value"))
    return _pairs(several, ["kind", "value"]).filter(is_other)


def _apart_by_decision(placed: pl.DataFrame, people: People) -> pl.DataFrame:
    turned = people.apart.select(pl.col("other").alias("member"), pl.col("member").alias("other"))
    others = placed.rename({"member": "other", "component": "other_component", "cluster": "other_cluster"})
    together = pl.concat([people.apart, turned]).join(placed, on="member").join(others, on="other")
    return together.filter(pl.col("component") == pl.col("other_component"))


def _pairs(held: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Pair what the clusters of one component hold, both ways round."""
    kept = held.select("component", "cluster", *columns)
    others = kept.rename({name: f"other_{name}" for name in ("cluster", *columns)})
    return kept.join(others, on="component").filter(pl.col("cluster") != pl.col("other_cluster"))
