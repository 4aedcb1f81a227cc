"""CRM tables, processors' lists and archives → landed records, dataset by dataset and batch by batch.

This room tells the order in which a dataset's rows are read and written; what a row becomes is in `records` and
`people`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import nullcontext

import polars as pl

from pipeline.config import Dataset
from pipeline.incident_file import IncidentSource
from pipeline.intake.ahead import ahead
from pipeline.intake.cells import CellFile
from pipeline.intake.files import InputFile, find_files
from pipeline.intake.interceptions import Tap, transactions_of
from pipeline.intake.needed import Needed
from pipeline.intake.orders import Places
from pipeline.intake.people import identifiers_of, links_of, names_of
from pipeline.intake.reading import read_column_names, read_source
from pipeline.intake.records import Rules, Seen, keys_of, layout_of, read_records, rules_of, values_of
from pipeline.intake.rejects import Ledger
from pipeline.intake.routes import Target
from pipeline.intake.rows import Batch, Layout, Reject
from pipeline.intake.spans import Spans
from pipeline.intake.stored import stored_file_of
from pipeline.intake.tables import Tables

Report = Callable[[str, int], None]
Keep = Callable[[Batch, str, Dataset], Batch]


def targets_of(source: IncidentSource) -> dict[str, Target]:
    """Look at every dataset's files once, for the columns they have."""
    targets: dict[str, Target] = {}
    for name, dataset in source.model.datasets.items():
        files = find_files(dataset.path, source.folder, source.where("datasets", name, "path"))
        layout = layout_of(dataset, (), source.where("datasets", name))
        present = read_column_names(files, layout)
        has_membership = dataset.membership is not None
        stored = stored_file_of(dataset, files, source.where("datasets", name, "byte_exact"))
        targets[name] = Target(
            name, tuple(dataset.columns), has_membership, tuple(present), bool(dataset.order), stored
        )
    return targets


def land_datasets(
    source: IncidentSource,
    needed: Needed,
    taps: list[Tap],
    compared: set[tuple[str, str]] | None,
    tables: Tables,
    report: Report,
    keep: Keep | None = None,
) -> Counter[tuple[str, str]]:
    """Land every dataset, and its transactions for `taps`; `needed` is what the events speak of. Returns notes.

    `compared` are the (dataset, column) pairs that replayed statements compare; None if nothing is replayed. `keep`
    leaves out rows.
    """
    notes: Counter[tuple[str, str]] = Counter()
    first = 1
    for name, dataset in source.model.datasets.items():
        own = [tap for tap in taps if tap.dataset == name]
        is_compared = compared is not None and dataset.table
        columns = tuple(sorted(column for owner, column in compared or () if owner == name))
        with CellFile(tables.beside("cells"), name, dataset, columns) if is_compared else nullcontext() as cells:
            first = _land_dataset(source, name, dataset, needed, own, cells, first, tables, notes, report, keep)
    return notes


def _land_dataset(
    source: IncidentSource,
    name: str,
    dataset: Dataset,
    needed: Needed,
    taps: list[Tap],
    cells: CellFile | None,
    first: int,
    tables: Tables,
    notes: Counter[tuple[str, str]],
    report: Report,
    keep: Keep | None,
) -> int:
    files = find_files(dataset.path, source.folder, source.where("datasets", name, "path"))
    rules = rules_of(source, name, dataset)
    ledger = Ledger("dataset", name, files)
    wanted = needed.columns_of(name)
    places = Places(dataset, rules.zone, rules.where) if name in needed.orders else None
    compared = cells.columns if cells is not None else ()
    optional = (*wanted, *(column for tap in taps for column in tap.columns), *compared)
    layout = layout_of(dataset, optional, rules.where)
    spans = _spans(name, dataset, files, layout, needed)
    # A record's page hangs on all others of its dataset.
    pick = (lambda batch: keep(batch, name, dataset)) if keep and places is None else None
    read = _read(files, layout, rules, dataset, spans, pick)
    for file, line_count, rejects, records in ahead(read):
        ledger.add(file.name, line_count, rejects, tables)
        numbers = pl.int_range(first, first + records.height, dtype=pl.Int64, eager=True).alias("record_number")
        records = records.with_columns(numbers, pl.lit(name).alias("dataset"), pl.lit(file.name).alias("file"))
        first += records.height
        _write(records, dataset, source.model.identity.phone_region, wanted, tables)
        if cells is not None:
            cells.write(records, file)
        for tap in taps:
            for transactions in transactions_of(records, tap, dataset):
                tables.write("landed_transactions", transactions)
        if places is not None:
            tables.write("landed_places", places.place(records))
        notes["unknown_state", name] += int(records["unknown_state_count"].sum())
        report(name, ledger.line_count)
    if places is not None:
        places.refuse_numbers()
    if spans is not None:
        _write_spans(spans, tables)
    ledger.close(source.model.limits.reject_share, source.where("datasets", name), tables)
    return first


def _read(
    files: list[InputFile],
    layout: Layout,
    rules: Rules,
    dataset: Dataset,
    spans: Spans | None,
    pick: Callable[[Batch], Batch] | None,
) -> Iterator[tuple[InputFile, int, list[Reject], pl.DataFrame]]:
    """Yield of each batch its file, how many lines it has, what was rejected of it and the records it holds."""
    seen = Seen()
    for file, batch in ahead(read_source(files, layout)):
        line_count = batch.line_count
        picked = pick(batch) if pick else batch
        records, rejects = read_records(picked, rules, seen)
        rejects = [*picked.rejects, *rejects]
        if spans is not None:
            spans.note(keys_of(picked, records, dataset), [one.line for one in rejects])
        yield file, line_count, rejects, records


def _spans(name: str, dataset: Dataset, files: list[InputFile], layout: Layout, needed: Needed) -> Spans | None:
    stored = stored_file_of(dataset, files, name) if name in needed.ranges else None
    return None if stored is None else Spans(name, dataset, stored, layout, needed.ranges[name])


def _write_spans(spans: Spans, tables: Tables) -> None:
    found = spans.spans()
    tables.write("landed_spans", found)
    tables.write_rows("landed_cut_records", list(spans.cut_records(found)))


def _write(
    records: pl.DataFrame, dataset: Dataset, region: str | None, wanted: tuple[str, ...], tables: Tables
) -> None:
    if not records.height:
        return
    tables.write("landed_records", records)
    tables.write("landed_names", names_of(records, dataset))
    tables.write("landed_identifiers", identifiers_of(records, dataset, region))
    tables.write("landed_links", links_of(records, dataset))
    tables.write("landed_values", values_of(records, wanted))
