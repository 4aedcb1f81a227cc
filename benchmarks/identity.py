"""Score identity resolution on labelled people: who is found to be one person, and who is hidden behind another.

    python benchmarks/identity.py FOLDER [--threshold 0.95]

FOLDER holds the labelled sets (see docs/identity.md for where they come from). Each becomes an incident of one dataset
that was read whole; the run's own tables say who is who. The identity columns of the sets are never given to the
pipeline. Beside it stand exact matches, each by its columns alone, and Splink with a plain model where it is installed.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import pyarrow.parquet as pq

from pipeline.run import run_incident

Row = dict[str, str]
Pairs = set[tuple[int, int]]


@dataclass(frozen=True)
class Labelled:
    """One labelled set: its file, which column or part of it tells the truth, and what its columns mean."""

    name: str
    file: str
    truth: Callable[[Row], str]
    columns: dict[str, str]
    floors: dict[str, tuple[str, ...]]
    joined: dict[str, tuple[str, ...]] = field(default_factory=dict)


FEBRL_COLUMNS = {
    "given_name": "first_name", "surname": "last_name", "address": "postal_address", "postcode": "postcode",
    "date_of_birth": "date_of_birth", "suburb": "city",
}  # fmt: skip
FEBRL_FLOORS = {
    "same name and birth date": ("given_name", "surname", "date_of_birth"),
    "same name, birth date, postcode": ("given_name", "surname", "date_of_birth", "postcode"),
    "same name and postcode": ("given_name", "surname", "postcode"),
    "same surname, birth date, postcode": ("surname", "date_of_birth", "postcode"),
    "same birth date and postcode": ("date_of_birth", "postcode"),
}
SETS = (
    *(
        Labelled(
            f"febrl_dataset{number}",
            f"febrl_dataset{number}.csv",
            lambda row: row["rec_id"].split("-")[1],
            FEBRL_COLUMNS,
            FEBRL_FLOORS,
            {"address": ("street_number", "address_1")},
        )
        for number in (1, 2)
    ),
    Labelled(
        "splink_fake_1000",
        "splink_fake_1000.csv",
        lambda row: row["cluster"],
        {"first_name": "first_name", "surname": "last_name", "dob": "date_of_birth", "city": "city", "email": "email"},
        {
            "same e-mail": ("email",),
            "same e-mail and first name": ("email", "first_name"),
            "same name and birth date": ("first_name", "surname", "dob"),
            "same name and city": ("first_name", "surname", "city"),
        },
    ),
    Labelled(
        "dedupe organisations",
        "dedupe_csv_example_with_true_ids.csv",
        lambda row: row["True Id"],
        {"Site name": "full_name", "Address": "postal_address", "Zip": "postcode", "Phone": "phone",
         "Email Address": "email"},
        {"same name and address": ("Site name", "Address"), "same phone": ("Phone",)},
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Score:
    """How a grouping of rows compares with the truth."""

    precision: float
    recall: float
    hidden: int

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def read_rows(labelled: Labelled, folder: Path) -> list[Row]:
    """Read a labelled set, blanks trimmed, joined columns made."""
    with (folder / labelled.file).open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        header = [name.strip() for name in next(lines)]
        rows = [dict(zip(header, (cell.strip() for cell in line), strict=False)) for line in lines]
    for row in rows:
        for name, parts in labelled.joined.items():
            row[name] = " ".join(row[part] for part in parts if row[part])
    return rows


def pairs_of(groups: Iterable[list[int]]) -> Pairs:
    """Every two rows of one group."""
    return {pair for group in groups for pair in itertools.combinations(sorted(group), 2)}


def group_by(keys: list[str]) -> list[list[int]]:
    """Rows of equal key; a blank key is a group of its own."""
    groups: dict[str, list[int]] = defaultdict(list)
    for number, key in enumerate(keys):
        groups[key or f"\0{number}"].append(number)
    return list(groups.values())


def score(groups: list[list[int]], truth: list[str]) -> Score:
    """Pairwise precision and recall, and how many true people share a group with somebody else."""
    found, true = pairs_of(groups), pairs_of(group_by(truth))
    hidden = {truth[row] for group in groups if len({truth[row] for row in group}) > 1 for row in group}
    right = len(found & true)
    return Score(right / len(found) if found else 1.0, right / len(true) if true else 1.0, len(hidden))


def write_incident(labelled: Labelled, rows: list[Row], folder: Path, identity: dict[str, object]) -> Path:
    """Write rows as an incident whose one dataset was read whole; the row's number is its key."""
    with (folder / "people.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["row", *labelled.columns])
        lines.writerows([number, *(row[name] for name in labelled.columns)] for number, row in enumerate(rows))
    (folder / "log.csv").write_text("at,what\n2026-01-01T12:00:00Z,people\n", encoding="utf-8")
    incident = {
        "incident": {"id": "labelled", "window": "2026-01-01/2026-01-02"},
        "logs": {"web": {"path": "log.csv", "columns": {"time": "at", "resource": "what"}, "coverage": "complete"}},
        "datasets": {"people": {
            "path": "people.csv", "role": "crm", "key": "row", "brand": "Labelled", "columns": labelled.columns}},
        "identity": {"phone_region": "US"} | identity,
    }  # fmt: skip
    path = folder / "incident.yaml"
    path.write_text(json.dumps(incident), encoding="utf-8")
    return path


def group_by_run(
    labelled: Labelled, rows: list[Row], identity: dict[str, object], decided: str = ""
) -> list[list[int]]:
    """Scope the set and return its rows by the person they were found to belong to."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = write_incident(labelled, rows, folder, identity)
        (folder / "decided.csv").write_text(decided, encoding="utf-8")
        run = run_incident(path, None, folder / "out", check_expectations=False).folder
        table = pq.read_table(run / "exposed_records.parquet", columns=["record_key", "person_id"]).to_pylist()
    person = {int(row["record_key"]): row["person_id"] for row in table}
    return group_by([person.get(number, "") for number in range(len(rows))])


def group_by_floor(rows: list[Row], columns: tuple[str, ...]) -> list[list[int]]:
    """Rows that are equal in some columns, all of them filled."""
    cells = [[row[name].lower() for name in columns] for row in rows]
    return group_by(["\x1f".join(cell) if all(cell) else "" for cell in cells])


def accept_proposals(labelled: Labelled, rows: list[Row], threshold: float) -> list[list[int]]:
    """Scope the set once more with every pair that Splink proposes at a threshold decided to be the same."""
    from pipeline.proposals import propose

    with tempfile.TemporaryDirectory() as name:
        path = write_incident(labelled, rows, Path(name), {})
        propose(path, Path(name) / "decided.csv", threshold, threshold)
        text = (Path(name) / "decided.csv").read_text(encoding="utf-8")
    return group_by_run(labelled, rows, {"decisions": "decided.csv"}, text)


def group_by_splink(labelled: Labelled, rows: list[Row], threshold: float) -> list[list[int]]:
    """Splink alone on the file's columns in lower case: pairs at a threshold, and what they chain."""
    import polars as pl

    from pipeline.identity.likely import MODELLED, weigh

    names = {"first_name": "given_name", "last_name": "family_name", "date_of_birth": "birth_date",
             "postal_address": "address"}  # fmt: skip
    held = {names.get(field, field): column for column, field in labelled.columns.items()}
    texts = {name: [row[held[name]].lower() or None if name in held else None for row in rows] for name in MODELLED}
    table = pl.DataFrame(
        {"subject_number": range(len(rows)), **texts}, schema_overrides=dict.fromkeys(MODELLED, pl.String)
    )
    parts = {number: {number} for number in range(len(rows))}
    for one, other in weigh(table, threshold).select("subject_number", "other_subject_number").iter_rows():
        parts[one] |= parts[other]
        parts |= dict.fromkeys(parts[one], parts[one])
    return [sorted(part) for part in {id(part): part for part in parts.values()}.values()]


def show(name: str, found: Score) -> None:
    """Print one line of the table."""
    print(f"| {name} | {found.precision:.4f} | {found.recall:.4f} | {found.f1:.4f} | {found.hidden} |", flush=True)


def score_set(labelled: Labelled, folder: Path, threshold: float) -> None:
    """Print the table of one set."""
    rows = read_rows(labelled, folder)
    truth = [labelled.truth(row) for row in rows]
    print(f"\n{labelled.name}: {len(rows)} rows, {len(set(truth))} true, {len(pairs_of(group_by(truth)))} pairs\n")
    print("| by | precision | recall | F1 | hidden |\n|---|---|---|---|---|")
    for name, columns in labelled.floors.items():
        show(name, score(group_by_floor(rows, columns), truth))
    show("Scope, defaults", score(group_by_run(labelled, rows, {}), truth))
    if find_spec("splink") and "first_name" in labelled.columns.values():
        show(f"Splink alone, {threshold}", score(group_by_splink(labelled, rows, threshold), truth))
        show(f"Scope, proposals from {threshold} accepted", score(accept_proposals(labelled, rows, threshold), truth))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--threshold", type=float, default=0.9)
    parser.add_argument("--only", help="one set's name")
    given = parser.parse_args()
    for one in SETS:
        if given.only in (None, one.name):
            score_set(one, given.folder, given.threshold)
