"""Turn links into components of one person each (semantics, section 8).

Links are taken from the strongest rank to the weakest. Where the links of a rank would unite people who contradict each
other, or make a person of more addresses than anybody has, they are tried again more narrowly, in the components that
are left so:

1. every link of the rank; an oversized component is cut at its weakest links first;
2. links between those who have a full given name or a birth date, so that nobody nameless ties two people;
3. links between those who agree with exactly the same others, so that nobody is tied to one of two who differ.

What still contradicts stays as the stronger ranks left it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from pipeline.identity.graph import Numbers, bridges, components
from pipeline.identity.profiles import PARTS, Established, read_established, relate

LINK_COLUMNS = ("subject_number", "link_basis", "link_key")

# Nobody has more addresses, numbers and cards than this tying their records together; more is a chain of mistakes.
MOST_VALUES = 20
# More names and birth dates than this in one component are not looked at one by one: it is no one person.
MOST_PROFILES = 100
FIRST_SHARED_RANK = 4


@dataclass(frozen=True)
class People:
    """What is known of the linked subjects, each by its place among them in order of their numbers."""

    profiles: pl.DataFrame
    marks: pl.DataFrame
    apart: pl.DataFrame
    same: Numbers
    established: Established


def resolve(folder: Path) -> None:
    """Read subjects, links, marks and decisions in `folder`; write who is one person, and by which links.

    `resolved_subjects`: subject_number, component_number (the smallest subject number of the component), one row per
    subject that any link or decision touches. `resolved_links`: subject_number, link_basis, link_key of the links that
    stand.
    """
    links = _read(folder, "int_identity_links")
    decisions = _read(folder, "int_decided_pairs")
    numbers = pl.concat([links["subject_number"], decisions["subject_number"], decisions["other_subject_number"]])
    subjects = np.unique(numbers.to_numpy())
    people = _read_people(folder, subjects, decisions)
    ties = links.select(
        _place(subjects, links["subject_number"]).alias("member"), _number(links["link_key"]).alias("key"), "link_rank"
    )
    clusters = people.same
    for rank in sorted(ties["link_rank"].unique()):
        clusters = _take(ties.filter(pl.col("link_rank") == rank).select("member", "key"), clusters, people, rank)
    resolved = pl.DataFrame({"subject_number": subjects, "component_number": subjects[clusters]})
    resolved.write_parquet(folder / "resolved_subjects.parquet")
    _standing(links, resolved).sort(pl.all()).write_parquet(folder / "resolved_links.parquet")


def _read(folder: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(folder / f"{name}.parquet")


def _read_people(folder: Path, subjects: Numbers, decisions: pl.DataFrame) -> People:
    place = pl.DataFrame({"subject_number": subjects, "member": np.arange(len(subjects))})
    linked = place.join(_read(folder, "int_subjects"), on="subject_number", how="left", maintain_order="left")
    marks = _read(folder, "int_subject_marks").join(place, on="subject_number").select("member", "kind", "value")
    decided = decisions.select(
        _place(subjects, decisions["subject_number"]).alias("member"),
        _place(subjects, decisions["other_subject_number"]).alias("other"),
        "decision",
    )
    told = decided.filter(pl.col("decision") == "same").with_row_index("key")
    ends = np.concatenate([told["member"].to_numpy(), told["other"].to_numpy()])
    keys = np.concatenate([told["key"].to_numpy(), told["key"].to_numpy()]).astype(np.int64)
    same = components(ends, keys, len(subjects))
    unit = marks.with_columns(pl.Series("told", same[marks["member"].to_numpy()], dtype=pl.Int64))
    clear = unit.filter(pl.col("value").n_unique().over("told", "kind") == 1)
    return People(
        linked.select("profile_number", *PARTS),
        clear.select("member", "kind", "value"),
        decided.filter(pl.col("decision") == "different").select("member", "other"),
        same,
        read_established(folder),
    )


def _place(subjects: Numbers, numbers: pl.Series) -> pl.Series:
    """Return the place of each number among the sorted subjects."""
    return pl.Series(np.searchsorted(subjects, numbers.to_numpy()), dtype=pl.Int64)


def _number(texts: pl.Series) -> pl.Series:
    """Number equal texts alike."""
    return texts.rank("dense").cast(pl.Int64) - 1


def _take(ties: pl.DataFrame, clusters: Numbers, people: People, rank: int) -> Numbers:
    """Unite clusters by the ties of one rank, as far as nobody contradicts."""
    if rank >= FIRST_SHARED_RANK:
        ties = _without_bridges(ties, clusters)
    for narrow in (None, _ties_of_the_placeable, _ties_of_circles):
        ties = narrow(ties, clusters, people) if narrow else ties
        if ties.is_empty():
            break
        united = _unite(ties, clusters)
        refused = _refused(united, clusters, people)
        if rank >= FIRST_SHARED_RANK:
            refused = np.union1d(refused, _oversized(ties, united))
        is_refused = np.isin(united, refused)
        ties = ties.filter(pl.Series(is_refused[ties["member"].to_numpy()]))
        clusters = np.where(is_refused, clusters, united)
        if not len(refused):
            break
    return clusters


def _unite(ties: pl.DataFrame, clusters: Numbers) -> Numbers:
    """Return for each member the smallest member of all the clusters that ties unite with its own."""
    members = clusters[ties["member"].to_numpy()]
    keys = (ties["key"].rank("dense").cast(pl.Int64) - 1).to_numpy()
    roots = components(members, keys, len(clusters))
    return roots[clusters]


def _refused(united: Numbers, clusters: Numbers, people: People) -> Numbers:
    """Return the united components in which two clusters contradict each other."""
    touched = np.unique(united[united != clusters])
    members = np.flatnonzero(np.isin(united, touched))
    apart, crowded = _apart(members, united[members], clusters[members], people)
    return np.union1d(apart["component"].to_numpy(), crowded)


def _apart(members: Numbers, component: Numbers, cluster: Numbers, people: People) -> tuple[pl.DataFrame, Numbers]:
    """Return which clusters of one component contradict each other, and the components too crowded to be looked at.

    Columns: component, cluster, other_cluster, each pair both ways round. What is inside a cluster is settled.
    """
    placed = pl.DataFrame({"member": members, "component": component, "cluster": cluster})
    held = pl.concat([placed, people.profiles[members]], how="horizontal")
    differing = [pl.col(part).drop_nulls().n_unique().over("component") > 1 for part in PARTS if part != "family_name"]
    several = held.filter(pl.any_horizontal(differing)).select("component", "cluster", "profile_number", *PARTS)
    several = several.unique(["cluster", "profile_number"], maintain_order=True)
    sizes = several.group_by("component").agg(pl.col("profile_number").n_unique())
    crowded = sizes.filter(pl.col("profile_number") > MOST_PROFILES)["component"]
    several = several.filter(~pl.col("component").is_in(crowded.implode()))
    by_profile = _pairs(several, ["profile_number", *PARTS])
    numbers = ["profile_number", "other_profile_number"]
    compared = relate(by_profile.unique(numbers), people.established).filter("is_apart")
    marks = people.marks.join(placed, on="member").select("component", "cluster", "kind", "value").unique()
    by_mark = _pairs(marks.filter(pl.col("value").n_unique().over("component", "kind") > 1), ["kind", "value"])
    is_other = (pl.col("kind") == pl.col("other_kind")) & (pl.col("value") != pl.col("other_value"))
    ends = ["component", "cluster", "other_cluster"]
    found = [
        by_profile.join(compared, on=numbers, how="semi").select(ends),
        by_mark.filter(is_other).select(ends),
        _decided_apart(placed, people).select(ends),
    ]
    return pl.concat(found).unique(), crowded.to_numpy()


def _pairs(held: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Pair what the clusters of one component hold, both ways round."""
    others = held.rename({name: f"other_{name}" for name in ("cluster", *columns)})
    return held.join(others, on="component").filter(pl.col("cluster") != pl.col("other_cluster"))


def _decided_apart(placed: pl.DataFrame, people: People) -> pl.DataFrame:
    both = pl.concat(
        [people.apart, people.apart.select(pl.col("other").alias("member"), pl.col("member").alias("other"))]
    )
    others = placed.rename({"member": "other", "component": "other_component", "cluster": "other_cluster"})
    together = placed.join(both, on="member").join(others, on="other")
    return together.filter(pl.col("component") == pl.col("other_component"))


def _oversized(ties: pl.DataFrame, united: Numbers) -> Numbers:
    """Return the components that more values tie together than anybody has."""
    held = pl.DataFrame({"component": united[ties["member"].to_numpy()], "key": ties["key"]})
    counted = held.group_by("component").agg(pl.col("key").n_unique())
    return counted.filter(pl.col("key") > MOST_VALUES)["component"].to_numpy()


def _without_bridges(ties: pl.DataFrame, clusters: Numbers) -> pl.DataFrame:
    """Cut oversized components at the ties that alone hold their parts together."""
    united = _unite(ties, clusters)
    oversized = _oversized(ties, united)
    if not len(oversized):
        return ties
    inside = ties.filter(pl.Series(np.isin(united[ties["member"].to_numpy()], oversized)))
    cut = bridges(clusters[inside["member"].to_numpy()], inside["key"].to_numpy())
    return ties.filter(~pl.col("key").is_in(sorted(cut)))


def _ties_of_the_placeable(ties: pl.DataFrame, clusters: Numbers, people: People) -> pl.DataFrame:
    has_name = (pl.col("given_name").str.len_chars() > 1).fill_null(False)
    is_known = people.profiles.select(has_name | pl.col("birth_date").is_not_null()).to_series().to_numpy()
    placeable = np.zeros(len(clusters), dtype=np.bool_)
    placeable[clusters[is_known]] = True
    return ties.filter(pl.Series(placeable[clusters[ties["member"].to_numpy()]]))


def _ties_of_circles(ties: pl.DataFrame, clusters: Numbers, people: People) -> pl.DataFrame:
    """Let a key stand once for each circle: the clusters that agree with exactly the same others of their component."""
    united = _unite(ties, clusters)
    tied = np.unique(clusters[ties["member"].to_numpy()])
    members = np.flatnonzero(np.isin(clusters, tied))
    apart, crowded = _apart(members, united[members], clusters[members], people)
    # Who agrees with the same others contradicts the same others, and is no one of them.
    differs = apart.group_by("cluster").agg(
        pl.col("other_cluster").unique().sort().cast(pl.String).implode().list.join(",")
    )
    named = ties.with_columns(
        pl.Series("cluster", clusters[ties["member"].to_numpy()], dtype=pl.Int64),
        pl.Series("component", united[ties["member"].to_numpy()], dtype=pl.Int64),
    )
    kept = named.filter(~pl.col("component").is_in(crowded.tolist()))
    circled = kept.join(differs, on="cluster", how="left", maintain_order="left").with_columns(
        pl.col("other_cluster").fill_null("")
    )
    return circled.select("member", key=pl.struct("key", "other_cluster").rank("dense").cast(pl.Int64) - 1)


def _standing(links: pl.DataFrame, resolved: pl.DataFrame) -> pl.DataFrame:
    """Return the links that tie at least two subjects of one component."""
    placed = links.join(resolved, on="subject_number")
    return placed.filter(pl.len().over("link_key", "component_number") > 1).select(LINK_COLUMNS)
