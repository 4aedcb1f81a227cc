"""Turn links into components of one person each (semantics, section 8).

Links are tried at three levels, each only for the components that the one before left contradictory:

1. every link;
2. declared links, and other links of subjects that have a full given name, so that nobody nameless ties two people;
3. other links between subjects of equal given name and birth date only; who has no full given name stays alone.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl

LINK_COLUMNS = ("subject_number", "link_basis", "link_key")

Narrow = Callable[[pl.DataFrame], pl.DataFrame]


def resolve(subjects: Path, links: Path, resolved_subjects: Path, resolved_links: Path) -> None:
    """Read the Parquet of `int_subjects` and `int_identity_links`; write who is one person, and by which links.

    `resolved_subjects`: subject_number, component_number (the smallest subject number of the component), one row per
    subject that any link touches. `resolved_links`: subject_number, link_basis, link_key of the links that stand.
    """
    names = _names(pl.read_parquet(subjects, columns=["subject_number", "given_name", "birth_date"]))
    everything = pl.read_parquet(links, columns=list(LINK_COLUMNS))
    people, standing = [], []
    open_links = everything.join(names, on="subject_number", how="left", maintain_order="left")
    for narrow in (_all_links, _links_of_the_named, _links_of_namesakes):
        open_links = narrow(open_links)
        components = _components(open_links)
        contradicted = _contradicted(components, names)
        agreed = components.join(contradicted, on="component_number", how="anti")
        people.append(agreed)
        standing.append(open_links.join(agreed, on="subject_number", how="semi"))
        open_links = open_links.join(agreed, on="subject_number", how="anti")
    pl.concat(people).sort("subject_number").write_parquet(resolved_subjects)
    _shared(pl.concat(standing)).select(*LINK_COLUMNS).sort(pl.all()).write_parquet(resolved_links)


def _names(subjects: pl.DataFrame) -> pl.DataFrame:
    given = pl.col("given_name")
    return subjects.select(
        "subject_number",
        "birth_date",
        full_given_name=pl.when(given.str.len_chars() > 1).then(given),
        initial=given.str.slice(0, 1),
    )


def _all_links(links: pl.DataFrame) -> pl.DataFrame:
    return links


def _links_of_the_named(links: pl.DataFrame) -> pl.DataFrame:
    return links.filter((pl.col("link_basis") == "declared") | pl.col("full_given_name").is_not_null())


def _links_of_namesakes(links: pl.DataFrame) -> pl.DataFrame:
    namesakes = pl.format("{}|{}|{}", "link_key", "full_given_name", pl.col("birth_date").fill_null(""))
    return links.filter((pl.col("link_basis") != "declared") & pl.col("full_given_name").is_not_null()).with_columns(
        link_key=namesakes
    )


def _shared(links: pl.DataFrame) -> pl.DataFrame:
    return links.filter(pl.len().over("link_key") > 1)


def _components(links: pl.DataFrame) -> pl.DataFrame:
    """Return subject_number, component_number for every subject of `links`: a two-sided graph of subjects and keys."""
    import numpy
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if links.is_empty():
        return pl.DataFrame(schema={"subject_number": pl.Int64, "component_number": pl.Int64})
    subjects, subject_codes = numpy.unique(links["subject_number"].to_numpy(), return_inverse=True)
    key_codes = links["link_key"].rank("dense").to_numpy().astype("int64") - 1 + len(subjects)
    size = int(key_codes.max()) + 1
    edges = coo_array((numpy.ones(len(key_codes), dtype="bool"), (subject_codes, key_codes)), shape=(size, size))
    _, labels = connected_components(edges, directed=False)
    members = pl.DataFrame({"subject_number": subjects, "label": labels[: len(subjects)]})
    return members.select("subject_number", component_number=pl.col("subject_number").min().over("label"))


def _contradicted(components: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Return the components that hold two first names, two initials or two birth dates."""
    held = (
        components.join(names, on="subject_number", how="left")
        .group_by("component_number")
        .agg(pl.col("full_given_name", "initial", "birth_date").drop_nulls().n_unique())
    )
    return held.filter(pl.any_horizontal(pl.col("full_given_name", "initial", "birth_date") > 1))
