"""What must hold within and between datasets."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.catalogue import read_catalogue
from pipeline.config import Dataset, IncidentFile
from pipeline.config_checks.parts import SLUG, delimiter_problems, slug_problems, zone_of, zone_problems
from pipeline.problems import (
    Keys,
    Problem,
    bad_interval,
    show,
    suggest,
    unknown_name,
)

_NO_SUCH_FIELD = "docs/incident-file.md lists the fields; other_personal_data fits any"


def check_datasets(model: IncidentFile) -> Iterator[Problem]:
    """List what is wrong with the datasets."""
    if not model.datasets:
        yield Problem(("datasets",), "names no dataset", "declare a dataset: its name, path, role, brand and columns")
    for name, dataset in model.datasets.items():
        keys: Keys = ("datasets", name)
        yield from slug_problems(keys, name, "dataset")
        yield from delimiter_problems(keys, dataset.delimiter)
        if dataset.zone is not None:
            yield from zone_problems((*keys, "zone"), dataset.zone)
        if dataset.role == "processor" and dataset.processor is None:
            remedy = "write processor: and the name of the company that held the data"
            yield Problem((*keys, "processor"), "the role 'processor' needs the processor's name", remedy)
        yield from _check_columns(keys, dataset)
        yield from _check_order((*keys, "order"), dataset)
        yield from _check_validity(keys, dataset, zone_of(model))
        yield from _check_links(model, (*keys, "links"), dataset)


def _check_columns(keys: Keys, dataset: Dataset) -> Iterator[Problem]:
    if not dataset.columns and dataset.membership is None:
        remedy = "write COLUMN: FIELD, such as email: email; or membership: FIELD, if being in it says all"
        yield Problem((*keys, "columns"), "maps no column to a field", remedy)
    named: list[tuple[Keys, str]] = [
        ((*keys, "columns", name, "field"), column.field) for name, column in dataset.columns.items()
    ]
    named += [] if dataset.membership is None else [((*keys, "membership"), dataset.membership)]
    for place, field in named:
        if field not in read_catalogue():
            remedy = suggest(field, read_catalogue(), _NO_SUCH_FIELD)
            yield Problem(place, f"unknown field {show(field)}", remedy)
    for name, column in dataset.columns.items():
        place = (*keys, "columns", name)
        if column.state_column == name:
            yield Problem((*place, "state_column"), "a column cannot tell its own state", "name the column that does")
        if not SLUG.fullmatch(column.subject):
            remedy = "write lower-case letters, digits and '_', such as recipient"
            yield Problem((*place, "subject"), "is not a name for a person's part", remedy)


def _check_order(keys: Keys, dataset: Dataset) -> Iterator[Problem]:
    names = [order.column for order in dataset.order]
    for position, name in enumerate(names):
        if name in names[:position]:
            yield Problem((*keys, position), f"the column {show(name)} stands in it twice", "keep the first")
    if names and dataset.key is None:
        remedy = "write key: COLUMN; without one nobody knows in which order equal records come"
        yield Problem(keys, "an order needs a key", remedy)


def _check_validity(keys: Keys, dataset: Dataset, zone: str) -> Iterator[Problem]:
    if dataset.generated_at is None and dataset.replaced_at is not None:
        what = "replaced_at needs generated_at"
        yield Problem((*keys, "replaced_at"), what, "write when the file was made, or use valid_to for a live table")
    if dataset.generated_at is not None:
        for key in ("valid_from", "valid_to"):
            if getattr(dataset, key) is not None:
                what = f"a static dataset (generated_at) has no {key}"
                remedy = "keep generated_at for a file, valid_from and valid_to for a live table"
                yield Problem((*keys, key), what, remedy)
    if dataset.byte_exact and dataset.generated_at is None:
        remedy = "write when the file was made; a live table has no bytes that stay where they are"
        yield Problem((*keys, "byte_exact"), "byte_exact needs generated_at", remedy)
    stamps = {"generated_at": dataset.generated_at, "replaced_at": dataset.replaced_at}
    yield from bad_interval(keys, zone, **stamps)


def _check_links(model: IncidentFile, keys: Keys, dataset: Dataset) -> Iterator[Problem]:
    for column, target in dataset.links.items():
        if target not in model.datasets:
            yield from unknown_name((*keys, column), target, model.datasets, "dataset")
        elif model.datasets[target].key is None:
            what = f"links to dataset {show(target)}, which has no key"
            yield Problem((*keys, column), what, f"write key: COLUMN in dataset {show(target)}")
