"""Draw subjects, profiles and links of any number, turn them into people, and say what that took.

    python benchmarks/resolve.py 30000000 FOLDER [--links 3]

Three subjects make a person; one in four has no birth date, so that a person has two profiles. Each subject holds its
person's links, one if not told, and a tenth of them the first twice: 33 million links for 30 million subjects. Drawing
takes a process of its own.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time
from pathlib import Path

import numpy as np
import polars as pl

from pipeline.identity import resolve

NONE = {
    "int_subject_marks": {"subject_number": pl.Int64, "kind": pl.String, "value": pl.String},
    "int_decided_pairs": {"subject_number": pl.Int64, "other_subject_number": pl.Int64, "decision": pl.String},
    "int_established_names": {"part": pl.String, "name": pl.String},
}


def draw(count: int, links: int, folder: Path) -> None:
    """Write the tables that `resolve` reads."""
    person = pl.int_range(count, dtype=pl.Int64, eager=True) // 3
    subjects = pl.DataFrame({"person": person}).with_row_index("place").with_columns(pl.col("place").cast(pl.Int64))
    has_birth = (pl.col("place") % 4 > 0).alias("has_birth")
    profiled = subjects.select("person", has_birth, number=pl.col("place") * 1000 + 1001)
    profiled = profiled.with_columns(profile_number=pl.col("person") * 2 + pl.col("has_birth").cast(pl.Int64) + 1)
    profiled.select(subject_number="number", profile_number="profile_number").write_parquet(
        folder / "int_subject_profiles.parquet"
    )
    profiled.unique("profile_number").sort("profile_number").select(
        "profile_number",
        pl.format("given{}", pl.col("person") % 5_000).alias("given_name"),
        pl.format("family{}", pl.col("person") % 50_000).alias("family_name"),
        pl.when("has_birth").then(pl.lit("1980-01-01")).alias("birth_date"),
        pl.lit(None, pl.String).alias("generation"),
    ).write_parquet(folder / "int_profiles.parquet")
    again = np.random.default_rng(1).integers(0, count, count // 10)
    places = pl.DataFrame({"place": np.concatenate([np.arange(count), again])})
    held = pl.concat(places.with_columns(which=pl.lit(which)) for which in range(links))
    held.filter((pl.col("which") == 0) | (pl.int_range(pl.len()) % len(places) < count)).select(
        (pl.col("place") * 1000 + 1001).alias("subject_number"),
        pl.lit("email").alias("link_basis"),
        (pl.col("place") // 3 * links + pl.col("which") + 1).alias("link_number"),
        pl.lit(5, pl.Int32).alias("link_rank"),
    ).sort("link_number").write_parquet(folder / "int_identity_links.parquet")
    for name, columns in NONE.items():
        pl.DataFrame(schema=columns).write_parquet(folder / f"{name}.parquet")


def main() -> None:
    """Read the command line, draw, resolve, and print what it took."""
    parser = argparse.ArgumentParser(description="Time the turning of linked subjects into people.")
    parser.add_argument("count", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--links", type=int, default=1, help="links that each subject holds")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    drawing = multiprocessing.get_context("spawn").Process(target=draw, args=(asked.count, asked.links, asked.folder))
    drawing.start()
    drawing.join()
    start = time.perf_counter()
    resolve(asked.folder)
    used = resource.getrusage(resource.RUSAGE_SELF)
    people = pl.read_parquet(asked.folder / "resolved_subjects.parquet")["component_number"].n_unique()
    print(
        f"{asked.count:,} subjects, {asked.links} links each, {people:,} people: {time.perf_counter() - start:.1f} s,"
        f" {used.ru_utime + used.ru_stime:.1f} processor s, {used.ru_maxrss / 2**20:.2f} GiB"
    )


if __name__ == "__main__":
    main()
