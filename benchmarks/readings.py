"""What more lenient readings of "conflict" (semantics, section 8) would reach on Splink's fake_1000, beside one e-mail.

    python benchmarks/readings.py FOLDER

Each line is a whole run in which the rules that say whether two names or birth dates contradict are replaced; what
contradicts by that reading is kept apart as ever. None of them is Scope's: docs/identity.md says whom they would hide.
"""

from __future__ import annotations

import itertools
import sys
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

import polars as pl
from identity import SETS, group_by_floor, group_by_run, read_rows, score, show
from rapidfuzz.distance import OSA

from pipeline.identity import likeness, profiles

LENIENCIES = {
    "dates": "birth dates less than ten years apart",
    "missing": "a mistyped date though a first name is missing",
    "names": "first names two letters apart",
}
is_slipped, fits, relate = likeness.is_slipped_date, likeness._fits, profiles.relate


def is_of_an_age(one: str, other: str) -> bool:
    """Birth dates less than ten years apart are one."""
    return is_slipped(one, other) or abs(int(one[:4]) - int(other[:4])) < likeness.SLIPPED_YEARS


def is_alike(one: str, other: str, established: frozenset[str]) -> bool:
    """First names two letters apart are one, whether or not both are names."""
    return fits(one, other, established) or (min(len(one), len(other)) > 2 and OSA.distance(one, other) <= 2)


def relate_though_missing(pairs: pl.DataFrame, established: profiles.Established) -> pl.DataFrame:
    """A mistyped birth date is none where a name is missing too."""
    related = relate(pairs, established)
    is_open = (pl.col("given_relation") != "conflict") & (pl.col("family_relation") != "conflict")
    is_slip = is_open & profiles._slipped(related) & pl.col("generation").is_null()
    return related.with_columns(pl.col("is_apart") & ~is_slip)


def main(folder: Path) -> None:
    """Print the table: each leniency alone, and all together."""
    labelled = next(one for one in SETS if one.name == "splink_fake_1000")
    rows = read_rows(labelled, folder)
    truth = [labelled.truth(row) for row in rows]
    print("| reading | precision | recall | F1 | hidden |\n|---|---|---|---|---|")
    show("same e-mail", score(group_by_floor(rows, ("email",)), truth))
    for names in itertools.chain.from_iterable(itertools.combinations(LENIENCIES, count) for count in range(4)):
        with ExitStack() as patched:
            if "dates" in names:
                patched.enter_context(patch("pipeline.identity.profiles.is_slipped_date", is_of_an_age))
            if "names" in names:
                patched.enter_context(patch("pipeline.identity.likeness._fits", is_alike))
            if "missing" in names:
                patched.enter_context(patch("pipeline.identity.profiles.relate", relate_though_missing))
                patched.enter_context(patch("pipeline.identity.contradictions.relate", relate_though_missing))
            found = score(group_by_run(labelled, rows, {}), truth)
        show("; ".join(LENIENCIES[name] for name in names) or "Scope, as it is", found)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
