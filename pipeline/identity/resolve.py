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
from numpy.typing import NDArray

from pipeline.identity.columns import find_places, read_ordered, read_places
from pipeline.identity.contradictions import People, find_apart, read_people
from pipeline.identity.graph import (
    LongNumbers,
    Numbers,
    Ties,
    Truths,
    are_first,
    components,
    distinct,
    keys_per_component,
    weakest_links,
)

# Nobody has more addresses, numbers and cards than this tying their records together; more is a chain of mistakes.
MOST_VALUES = 20
FIRST_SHARED_RANK = 5


@dataclass(frozen=True)
class Links:
    """Which subjects, each by its place among them in order of their numbers, are tied by what.

    `ranks` and `bases` are those of each tie; a basis is the place of its word among `words`.
    """

    ties: Ties
    ranks: NDArray[np.int8]
    bases: NDArray[np.int8]
    words: pl.Series


def resolve(folder: Path) -> None:
    """Read subjects, links, marks and decisions in `folder`; write who is one person, and by which links.

    `resolved_subjects`: subject_number, component_number (the smallest subject number of the component), one row per
    subject that any link or decision touches. `resolved_links`: subject_number, link_basis of the links that stand.
    Raises ValueError where a table does not come in the order that `EXCHANGES` names.
    """
    subjects = read_ordered(folder / "int_subject_profiles.parquet", "subject_number")
    decisions = _read_decisions(folder)
    links = _read_links(folder / "int_identity_links.parquet", subjects)
    clusters = _take_all(links, read_people(folder, subjects, decisions))
    is_touched = np.zeros(len(subjects), dtype=np.bool_)
    is_touched[links.ties.members] = True
    for column in ("subject_number", "other_subject_number"):
        is_touched[find_places(subjects, decisions[column].to_numpy())] = True
    whose = {"subject_number": subjects[is_touched], "component_number": subjects[clusters[is_touched]]}
    pl.DataFrame(whose).write_parquet(folder / "resolved_subjects.parquet")
    _write_standing(links, clusters, subjects, folder / "resolved_links.parquet")


def _write_standing(links: Links, clusters: Numbers, subjects: LongNumbers, path: Path) -> None:
    """Write each subject × basis that ties it to another of its cluster, in order."""
    count = max(1, len(links.words))
    is_standing = links.ties.join_several(clusters)
    standing = distinct(links.ties.members[is_standing].astype(np.int64) * count + links.bases[is_standing])
    # A word for each of a hundred million rows would take more room than all else.
    bases = links.words.cast(pl.Enum(links.words)).gather(standing % count)
    pl.DataFrame({"subject_number": subjects[standing // count], "link_basis": bases}).write_parquet(path)


def _read_decisions(folder: Path) -> pl.DataFrame:
    """Read what was decided on linked subjects; decisions on two who are not linked to anybody reached wait."""
    decisions = pl.read_parquet(folder / "int_decided_pairs.parquet")
    if decisions.is_empty():
        return decisions
    linked = pl.scan_parquet(folder / "int_subject_profiles.parquet").select("subject_number")
    ends = pl.concat([decisions["subject_number"], decisions["other_subject_number"]]).alias("subject_number")
    known = linked.join(ends.unique().to_frame().lazy(), on="subject_number", how="semi").collect().to_series()
    return decisions.filter(pl.col("subject_number").is_in(known.to_list()))


def _read_links(path: Path, subjects: LongNumbers) -> Links:
    """Read what ties `subjects`, one column after the other, so that not all of them are held at once."""
    links = pl.scan_parquet(path)
    words = links.select("link_basis").unique().collect().to_series().sort()
    bases = links.select(pl.col("link_basis").cast(pl.Enum(words)).to_physical().cast(pl.Int8))
    ranks = links.select(pl.col("link_rank").cast(pl.Int8))
    keys = np.cumsum(are_first(read_ordered(path, "link_number")), dtype=np.int32) - 1
    ties = Ties(read_places(path, "subject_number", subjects), keys)
    return Links(ties, ranks.collect().to_series().to_numpy(), bases.collect().to_series().to_numpy(), words)


def _take_all(links: Links, people: People) -> Numbers:
    """Return for each subject the smallest of those who are one person with it."""
    clusters = people.same
    for rank in np.flatnonzero(np.bincount(links.ranks)).tolist():
        ties = links.ties.where(links.ranks == rank)
        clusters = take(ties, clusters, people, is_shared=rank >= FIRST_SHARED_RANK)
    return clusters


def take(ties: Ties, clusters: Numbers, people: People, *, is_shared: bool) -> Numbers:
    """Unite clusters by the ties of one rank, as far as nobody contradicts; `is_shared`: their values may be shared."""
    united = unite(ties, clusters)
    if is_shared:
        ties, united = without_bridges(ties, clusters, united)
    for narrow in (None, _ties_of_the_placeable, _ties_of_circles):
        if narrow:
            ties = narrow(ties, clusters, people)
            united = unite(ties, clusters)
        if not len(ties.members):
            break
        refused = _refused(united, clusters, people)
        if is_shared:
            refused |= keys_per_component(ties, united) > MOST_VALUES
        is_refused = refused[united]
        ties = ties.where(is_refused[ties.members])
        clusters = np.where(is_refused, clusters, united)
    return clusters


def unite(ties: Ties, clusters: Numbers) -> Numbers:
    """Return for each member the smallest member of all the clusters that ties unite with its own."""
    return components(ties.of(clusters), len(clusters))[clusters]


def without_bridges(ties: Ties, clusters: Numbers, united: Numbers) -> tuple[Ties, Numbers]:
    """Cut oversized components at their weakest links, until none is or none has any; return what is left, united."""
    while True:
        is_oversized = keys_per_component(ties, united) > MOST_VALUES
        if not is_oversized.any():
            return ties, united
        inside = ties.where(is_oversized[united[ties.members]])
        cut = weakest_links(clusters[inside.members], inside.keys)
        if not cut:
            return ties, united
        ties = ties.where(~np.isin(ties.keys, sorted(cut)))
        united = unite(ties, clusters)


def _refused(united: Numbers, clusters: Numbers, people: People) -> Truths:
    """Tell of each united component, by its smallest member, whether two of its clusters contradict each other."""
    refused = np.zeros(len(clusters), dtype=np.bool_)
    is_new = np.zeros(len(clusters), dtype=np.bool_)
    is_new[united[united != clusters]] = True
    members = _places_where(is_new[united])
    apart, crowded = find_apart(members, united[members], clusters[members], people)
    refused[apart["component"].to_numpy()] = True
    refused[crowded] = True
    return refused


def _ties_of_the_placeable(ties: Ties, clusters: Numbers, people: People) -> Ties:
    placeable = np.zeros(len(clusters), dtype=np.bool_)
    placeable[clusters[people.is_placeable]] = True
    return ties.where(placeable[clusters[ties.members]])


def _ties_of_circles(ties: Ties, clusters: Numbers, people: People) -> Ties:
    """Let a key stand once for each circle: the clusters that agree with exactly the same others of their component."""
    united = unite(ties, clusters)
    is_tied = np.zeros(len(clusters), dtype=np.bool_)
    is_tied[clusters[ties.members]] = True
    members = _places_where(is_tied[clusters])
    apart, crowded = find_apart(members, united[members], clusters[members], people)
    # Who agrees with the same others contradicts the same others, and is no one of them.
    others = pl.col("other_cluster").unique().sort().cast(pl.String).implode().list.join(",")
    named = pl.DataFrame({"cluster": clusters[ties.members], "key": ties.keys})
    differs = named.join(apart.group_by("cluster").agg(others), on="cluster", how="left", maintain_order="left")
    circle = differs.select("key", pl.col("other_cluster").fill_null(""))
    keys = circle.select(pl.struct("key", "other_cluster").rank("dense").cast(pl.Int64) - 1).to_series().to_numpy()
    is_open = ~np.isin(united[ties.members], crowded)
    return Ties.in_order(ties.members[is_open], keys[is_open])


def _places_where(is_so: Truths) -> Numbers:
    return np.flatnonzero(is_so).astype(np.int32)
