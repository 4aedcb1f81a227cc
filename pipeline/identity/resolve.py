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

from pathlib import Path

import numpy as np
import polars as pl

from pipeline.identity.contradictions import People, find_apart, read_people
from pipeline.identity.graph import Numbers, Ties, components, distinct, keys_per_component, weakest_links

# Nobody has more addresses, numbers and cards than this tying their records together; more is a chain of mistakes.
MOST_VALUES = 20
FIRST_SHARED_RANK = 5


def resolve(folder: Path) -> None:
    """Read subjects, links, marks and decisions in `folder`; write who is one person, and by which links.

    `resolved_subjects`: subject_number, component_number (the smallest subject number of the component), one row per
    subject that any link or decision touches. `resolved_links`: subject_number, link_basis of the links that stand.
    """
    ends, keys, ranks, bases, words = _read_links(folder / "int_identity_links.parquet")
    decisions = _read_decisions(folder)
    decided = pl.concat([decisions["subject_number"], decisions["other_subject_number"]]).to_numpy()
    subjects = distinct(np.concatenate([ends, decided]))
    ties = Ties(np.searchsorted(subjects, ends), keys)
    people = read_people(folder, subjects, decisions)
    clusters = people.same
    for rank in np.flatnonzero(np.bincount(ranks)).tolist():
        clusters = take(ties.where(ranks == rank), clusters, people, is_shared=rank >= FIRST_SHARED_RANK)
    resolved = pl.DataFrame({"subject_number": subjects, "component_number": subjects[clusters]})
    resolved.write_parquet(folder / "resolved_subjects.parquet")
    count = max(1, len(words))
    standing = _standing(ties, clusters, bases, count)
    links = {"subject_number": subjects[standing // count], "link_basis": words.gather(standing % count)}
    pl.DataFrame(links).write_parquet(folder / "resolved_links.parquet")


def _standing(ties: Ties, clusters: Numbers, bases: Numbers, count: int) -> Numbers:
    """Return each member × basis (of `count`) that ties it to another of its cluster, as one number, in order."""
    is_standing = ties.join_several(clusters)
    return distinct(ties.members[is_standing] * count + bases[is_standing])


def _read_decisions(folder: Path) -> pl.DataFrame:
    """Read what was decided on linked subjects; decisions on two who are not linked to anybody reached wait."""
    decisions = pl.read_parquet(folder / "int_decided_pairs.parquet")
    if decisions.is_empty():
        return decisions
    linked = pl.scan_parquet(folder / "int_subject_profiles.parquet").select("subject_number")
    ends = pl.concat([decisions["subject_number"], decisions["other_subject_number"]]).alias("subject_number")
    known = linked.join(ends.unique().to_frame().lazy(), on="subject_number", how="semi").collect().to_series()
    return decisions.filter(pl.col("subject_number").is_in(known.to_list()))


def _read_links(path: Path) -> tuple[Numbers, Numbers, Numbers, Numbers, pl.Series]:
    """Read subject numbers, keys and bases numbered alike where equal, ranks; and the words of the bases.

    One column after the other, so that not all of them are held at once.
    """
    numbers = _number_keys(pl.read_parquet(path, columns=["link_number"])["link_number"].to_numpy())
    bases = pl.scan_parquet(path).select("link_basis")
    words = bases.unique().collect()["link_basis"].sort()
    codes = bases.select(pl.col("link_basis").cast(pl.Enum(words)).to_physical().cast(pl.Int8)).collect().to_series()
    links = pl.read_parquet(path, columns=["subject_number", "link_rank"])
    ranks = links["link_rank"].cast(pl.Int8).to_numpy()
    return links["subject_number"].to_numpy(), numbers, ranks, codes.to_numpy(), words


def _number_keys(links: Numbers) -> Numbers:
    """Number link numbers anew from 0, alike where equal."""
    order = np.argsort(links)
    ordered = links[order]
    is_next = np.ones(len(order), dtype=np.bool_)
    is_next[1:] = ordered[1:] != ordered[:-1]
    numbers = np.empty(len(order), dtype=np.int64)
    numbers[order] = np.cumsum(is_next) - 1
    return numbers


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
    return components(clusters[ties.members], ties.keys, len(clusters))[clusters]


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


def _refused(united: Numbers, clusters: Numbers, people: People) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell of each united component, by its smallest member, whether two of its clusters contradict each other."""
    refused = np.zeros(len(clusters), dtype=np.bool_)
    is_new = np.zeros(len(clusters), dtype=np.bool_)
    is_new[united[united != clusters]] = True
    members = np.flatnonzero(is_new[united])
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
    members = np.flatnonzero(is_tied[clusters])
    apart, crowded = find_apart(members, united[members], clusters[members], people)
    # Who agrees with the same others contradicts the same others, and is no one of them.
    others = pl.col("other_cluster").unique().sort().cast(pl.String).implode().list.join(",")
    named = pl.DataFrame({"cluster": clusters[ties.members], "key": ties.keys})
    differs = named.join(apart.group_by("cluster").agg(others), on="cluster", how="left", maintain_order="left")
    circle = differs.select("key", pl.col("other_cluster").fill_null(""))
    keys = circle.select(pl.struct("key", "other_cluster").rank("dense").cast(pl.Int64) - 1).to_series().to_numpy()
    return Ties(ties.members, keys).where(~np.isin(united[ties.members], crowded))
