"""The files of one log or dataset → one stream of batches, each file by its own format; and their column names.

This room only chooses a reader; it must not know what a column means. One file is open at a time.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.intake.csv_rows import read_csv, read_csv_header
from pipeline.intake.files import InputFile, format_of
from pipeline.intake.jsonl_rows import Seen, read_jsonl, read_jsonl_keys, require_seen
from pipeline.intake.parquet_rows import read_parquet, read_parquet_names
from pipeline.intake.rows import Batch, Layout


def read_source(files: list[InputFile], layout: Layout) -> Iterator[tuple[InputFile, Batch]]:
    """Read all files as batches, in the files' order; raises InputError for files that do not fit the layout."""
    seen = Seen()
    name = ""
    for file in files:
        kind = format_of(file, layout.format, layout.where)
        if kind == "jsonl":
            name = name or file.name
            batches = read_jsonl(file, layout, seen)
        else:
            batches = read_csv(file, layout) if kind == "csv" else read_parquet(file, layout)
        for batch in batches:
            yield file, batch
    require_seen(seen, layout, name)


def read_column_names(files: list[InputFile], layout: Layout) -> list[str]:
    """List the columns that any of the files has, in order of appearance."""
    names: dict[str, None] = {}
    for file in files:
        kind = format_of(file, layout.format, layout.where)
        if kind == "csv":
            found = read_csv_header(file, layout)
        else:
            found = read_jsonl_keys(file, layout) if kind == "jsonl" else read_parquet_names(file)
        names.update(dict.fromkeys(found))
    return list(names)
