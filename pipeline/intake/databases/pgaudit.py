"""pgaudit's payloads (`AUDIT: SESSION,…` and `AUDIT: OBJECT,…`) → their fields.

This room knows pgaudit (1.2 to 17): nine fields, a tenth with the rows if `pgaudit.log_rows` is on, written as CSV, a
statement over several lines. `<previously logged>` stands for a statement that an earlier payload of the same statement
holds, `<not logged>` for one that was not to be written, `<none>` for no parameters.
"""

from __future__ import annotations

import csv
import io
import json

import polars as pl

FIELDS = (
    "audit_type", "statement_id", "substatement_id", "class", "command", "object_type", "object_name", "statement",
    "parameter", "rows",
)  # fmt: skip
PREVIOUSLY, NOT_LOGGED, NO_PARAMETERS = "<previously logged>", "<not logged>", "<none>"
MARK = "AUDIT: "
_CLASSES = {"READ": "view", "WRITE": "write", "DDL": "metadata", "ROLE": "metadata", "MISC": "metadata"}
_SUPPRESSED = "<long param suppressed>"
_NO_FIELDS: dict[str, str | None] = dict.fromkeys(FIELDS)


def read_payloads(messages: pl.Series) -> pl.DataFrame:
    """Take messages apart, each distinct payload once; all null where a message is none."""
    distinct = messages.filter(messages.str.starts_with(MARK)).unique(maintain_order=True).drop_nulls()
    read = [_read(text.removeprefix(MARK)) for text in distinct.to_list()]
    schema = dict.fromkeys(FIELDS, pl.String)
    known = pl.DataFrame(read, schema=schema, orient="row").with_columns(distinct.alias("message"))
    joined = messages.alias("message").to_frame().join(known, on="message", how="left", maintain_order="left")
    return joined.select(FIELDS)


def action_of_class(kind: pl.Expr) -> pl.Expr:
    """Say what a class of statements does; a function may return anything."""
    return pl.when(kind.is_not_null()).then(kind.replace_strict(_CLASSES, default="unknown", return_dtype=pl.String))


def parameters_of(texts: pl.Series) -> pl.Series:
    """Write bound values as a JSON list; null where they are not all known."""
    distinct = texts.unique(maintain_order=True).drop_nulls()
    read = pl.Series([_parameters(text) for text in distinct.to_list()], dtype=pl.String)
    return texts.replace_strict(distinct, read, default=None, return_dtype=pl.String)


def _read(payload: str) -> list[str | None]:
    fields = _row(payload)
    if len(fields) not in (9, 10) or fields[0] not in ("SESSION", "OBJECT"):
        return [None] * len(FIELDS)
    return [*fields, *([None] if len(fields) == 9 else [])]


def _row(text: str) -> list[str]:
    csv.field_size_limit(1 << 26)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        return []
    return rows[0] if len(rows) == 1 else []


def _parameters(text: str) -> str | None:
    if text in (NOT_LOGGED, PREVIOUSLY, NO_PARAMETERS, "") or _SUPPRESSED in text:
        return None
    values = _row(text)
    return json.dumps(values, ensure_ascii=False) if values else None
