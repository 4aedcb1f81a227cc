"""What people decided on who is the same person → landed decisions, one row each, every mistake named with its line.

A decisions file is CSV with the columns `decision` (`same` or `different`), `dataset`, `record_key`, `other_dataset`
and `other_record_key`; `subject` and `other_subject` may be left out and mean the customer. Decisions are honoured on
every run, and conflicts among them are errors (semantics, section 8). Whether the records exist is asked later, by SQL.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from pipeline.errors import InputError
from pipeline.incident_file import IncidentSource
from pipeline.intake.declared import CUSTOMER
from pipeline.intake.files import InputFile, find_files
from pipeline.intake.tables import Tables

_NAMED = ("dataset", "record_key", "subject")
_OTHER = tuple(f"other_{name}" for name in _NAMED)
_MAY_LACK = ("subject", "other_subject")
_WORDS = ("same", "different")

Named = tuple[str, str, str]
Row = tuple[str, Named, Named, str, int]


def land_decisions(source: IncidentSource, tables: Tables) -> None:
    """Write every decision; raises InputError for files that cannot be read and for decisions that cannot all hold."""
    where = source.where("identity", "decisions")
    patterns = source.model.identity.decisions
    files = find_files(list(patterns), source.folder, where) if patterns else []
    rows: list[Row] = []
    sources: list[tuple[object, ...]] = []
    for file in files:
        lines = _read_lines(file)
        rows += _read(lines, file.name, set(source.model.datasets))
        sources.append(("decisions", "identity", file.name, file.byte_count, lines.height, 0))
    _refuse_conflicts(rows)
    tables.write_rows("landed_sources", sources)
    tables.write_rows("landed_decisions", [(word, *one, *other, name, line) for word, one, other, name, line in rows])


def _read_lines(file: InputFile) -> pl.DataFrame:
    try:
        return pl.read_csv(str(file.path), infer_schema=False)
    except (pl.exceptions.PolarsError, OSError):
        raise InputError(
            "is no readable CSV file",
            where=file.name,
            remedy="write UTF-8 CSV with the columns of docs/incident-file.md",
        ) from None


def _read(frame: pl.DataFrame, name: str, datasets: set[str]) -> Iterator[Row]:
    wanted = ("decision", *_NAMED, *_OTHER)
    missing = [column for column in wanted if column not in frame.columns and column not in _MAY_LACK]
    if missing:
        raise InputError(
            f"has no column {', '.join(missing)}", where=name, remedy=f"its columns are {', '.join(wanted)}"
        )
    filled = frame.with_columns(pl.lit("").alias(column) for column in _MAY_LACK if column not in frame.columns)
    # decisions are made by hand, so there are few; each is looked at for its own mistake
    for line, cells in enumerate(filled.select(pl.col(wanted).fill_null("").str.strip_chars()).iter_rows(), start=2):
        word, dataset, key, subject, other_dataset, other_key, other_subject = cells
        if not word:
            continue  # proposed, and not decided yet
        one: Named = (dataset, key, subject or CUSTOMER)
        other: Named = (other_dataset, other_key, other_subject or CUSTOMER)
        problem = _problem(word.lower(), one, other, datasets)
        if problem:
            raise InputError(problem[0], where=f"{name}:{line}", remedy=problem[1])
        yield word.lower(), one, other, name, line


def _problem(word: str, one: Named, other: Named, datasets: set[str]) -> tuple[str, str] | None:
    if word not in _WORDS:
        return "is no decision", "write same or different in the column decision"
    if not (one[0] in datasets and other[0] in datasets):
        return "names a dataset that the incident file does not have", "write the dataset's name as it stands there"
    if not (one[1] and other[1]):
        return "names no record", "fill record_key and other_record_key"
    if one == other:
        return "names one record twice", "name two records, or take the line out"
    return None


def _refuse_conflicts(rows: list[Row]) -> None:
    """Stop where records are the same by some decisions and different by another."""
    roots: dict[Named, Named] = {}

    def root(named: Named) -> Named:
        while roots.setdefault(named, named) != named:
            roots[named] = roots[roots[named]]
            named = roots[named]
        return named

    for word, one, other, _, _ in rows:
        if word == "same":
            roots[root(one)] = root(other)
    for word, one, other, name, line in rows:
        if word == "different" and root(one) == root(other):
            raise InputError(
                "decides that two records are different people which other decisions make the same",
                where=f"{name}:{line}",
                remedy="take one of the decisions out; those with `same` may be a chain",
            )
