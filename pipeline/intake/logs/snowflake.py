"""Snowflake's account usage: exports of QUERY_HISTORY and ACCESS_HISTORY, as CSV, JSON or Parquet.

What it proves: which statement a user ran in which session and how many rows it produced (QUERY_HISTORY); which tables
and columns it really touched, through whatever views (ACCESS_HISTORY, base objects). What it cannot show: the client's
address, which only the login history has, rows, and statements of the last hours, for the views lag behind.

What counts as a read (semantics, section 4): queries, unloads to a stage, and statements that write what they select.
An access without the statement's text bounds columns and not rows: the whole table, as an upper bound. Loading,
defining, showing and describing read nothing.

Resources: `database.schema.table` of each base object, with the columns of all of them; a stage as
`snowflake://stage/name`; `snowflake:QUERY_TYPE:` where the history alone does not name them.

Sources: the vendor's reference of the ACCOUNT_USAGE views QUERY_HISTORY and ACCESS_HISTORY. Stamps without an offset
are in the log's zone.
"""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from pipeline.intake.json_fields import Fields, parsed, plain_texts, read_either_case
from pipeline.intake.logs.formats import TEXT, Format, Options, Sample
from pipeline.intake.logs.roles import READS, WITHHELD, as_list, give_roles, map_distinct, refuse_without

FIELDS = Fields(
    {
        "event_id": "QUERY_ID", "statement_text": "QUERY_TEXT", "database": "DATABASE_NAME", "schema": "SCHEMA_NAME",
        "query_type": "QUERY_TYPE", "session": "SESSION_ID", "user": "USER_NAME", "role": "ROLE_NAME",
        "warehouse": "WAREHOUSE_NAME", "result": "EXECUTION_STATUS", "error_code": "ERROR_CODE", "start": "START_TIME",
        "access_start": "QUERY_START_TIME", "produced": "ROWS_PRODUCED", "unloaded": "ROWS_UNLOADED",
        "written": "BYTES_WRITTEN_TO_RESULT", "query_tag": "QUERY_TAG",
    },
    {"direct": "DIRECT_OBJECTS_ACCESSED", "base": "BASE_OBJECTS_ACCESSED", "modified": "OBJECTS_MODIFIED"},
)  # fmt: skip
_TYPES = {
    **dict.fromkeys(("SELECT", "MULTI_STATEMENT", "CALL", "EXECUTE_STREAMLIT", "UNKNOWN"), "search"),
    **dict.fromkeys(("UNLOAD", "GET_FILES", "EXPORT"), "export"),
    **dict.fromkeys(("CREATE_TABLE_AS_SELECT", "CLONE", "REPLICATE"), "copy"),
    **dict.fromkeys(("LIST_FILES", "LIST"), "list"),
    **dict.fromkeys(("SHOW", "DESCRIBE", "DESCRIBE_QUERY", "EXPLAIN", "USE", "SET", "UNSET"), "metadata"),
    **dict.fromkeys(("BEGIN_TRANSACTION", "COMMIT", "ROLLBACK"), "metadata"),
    **dict.fromkeys(("DELETE", "TRUNCATE_TABLE", "REMOVE_FILES"), "delete"),
}  # fmt: skip
_SELECTS = r"(?is)^\s*(?:insert|merge|create|replace)\b.*\b(?:select|clone|using)\b"


def recognise(sample: Sample) -> bool:
    """Tell a row of either view by its columns."""
    keys = {str(key).upper() for key in (sample.object or dict.fromkeys(sample.header))}
    is_query = {"QUERY_ID", "QUERY_TEXT", "QUERY_TYPE", "USER_NAME", "WAREHOUSE_NAME"} <= keys
    return is_query or {"QUERY_ID", "DIRECT_OBJECTS_ACCESSED", "BASE_OBJECTS_ACCESSED"} <= keys


def read(frame: pl.DataFrame, _options: Options) -> pl.DataFrame:
    """Read rows of either view into roles."""
    found = read_either_case(frame[TEXT], FIELDS, "event_id")
    found = found.with_columns(refuse_without("event_id", "not a row of a query or access history"))
    found = found.with_columns(plain_texts(found[name]).alias(name) for name in FIELDS.whole)
    base = found.select(pl.when(_is_filled("base")).then("base").otherwise("direct")).to_series()
    accessed = map_distinct(base, _tables)
    found = found.with_columns(accessed.alias("tables"), map_distinct(base, _columns).alias("columns"))
    found = found.with_columns(_action())
    return give_roles("snowflake", frame["line"], found, _made())


def _is_filled(column: str) -> pl.Expr:
    return pl.col(column).fill_null("").str.replace_all(r"[\s\[\]{}]", "") != ""


def _action() -> pl.Expr:
    """Say what a statement counts as, by its type; an access is a query where nothing says otherwise."""
    kind = pl.col("query_type").str.strip_chars().str.to_uppercase()
    is_copying = pl.col("statement_text").str.contains(_SELECTS).fill_null(False)
    known = kind.replace_strict(_TYPES, default="write", return_dtype=pl.String)
    is_access = pl.col("query_type").is_null() & pl.col("statement_text").is_null()
    by_access = pl.when(pl.col("tables").is_null()).then(pl.lit("metadata")).otherwise(pl.lit("search"))
    return (
        pl.when(is_access)
        .then(by_access)
        .when(kind.is_null())
        .then(pl.lit("search"))
        .when((known == "write") & is_copying)
        .then(pl.lit("copy"))
        .otherwise(known)
        .alias("action")
    )


def _made() -> dict[str, pl.Expr]:
    is_read = pl.col("action").is_in(READS)
    result = pl.col("result").str.to_lowercase()
    text = pl.when(pl.col("statement_text").str.strip_chars() != "").then("statement_text")
    unnamed = pl.concat_str(pl.lit("snowflake:"), pl.coalesce("query_type", pl.lit("")), pl.lit(":"))
    return {
        "time": pl.coalesce("start", "access_start"),
        "principal": pl.col("user"),
        "resource": pl.when(is_read).then(pl.coalesce("tables", unnamed)),
        "columns": pl.when(is_read & text.is_null()).then("columns"),
        "rows": pl.when(pl.col("unloaded").fill_null("0") != "0").then("unloaded").otherwise("produced"),
        "bytes": pl.col("written"),
        "filters": pl.when(is_read & text.is_null()).then(pl.lit(WITHHELD)),
        "statement": pl.when(is_read).then(text),
        "dialect": pl.when(is_read & text.is_not_null()).then(pl.lit("snowflake")),
        "database": pl.coalesce(pl.concat_str("database", pl.lit("."), "schema"), "database"),
        "outcome": pl.when(result.is_null() | result.str.starts_with("success"))
        .then(pl.lit("succeeded"))
        .when(result.str.contains("fail|incident|error"))
        .then(pl.lit("failed"))
        .otherwise(pl.lit("unknown")),
    }


def _tables(text: str) -> str | None:
    """Name the tables, views and stages that were accessed."""
    found: list[str] = []
    for held in _objects(text):
        name, domain = held.get("objectname"), str(held.get("objectdomain", "")).lower()
        if isinstance(name, str) and name.strip():
            found.append(f"snowflake://stage/{name.strip()}" if "stage" in domain else name.strip())
    return as_list(found)


def _columns(text: str) -> str | None:
    """Name the columns of all objects, none if one of them tells none."""
    found: list[str] = []
    for held in _objects(text):
        columns = [one.get("columnName", one.get("columnname")) for one in _list(held.get("columns"))]
        if not columns:
            return None
        found += [name for name in columns if isinstance(name, str)]
    return json.dumps(list(dict.fromkeys(found))) if found else None


def _objects(text: str) -> list[dict[str, Any]]:
    return [{str(key).lower(): value for key, value in one.items()} for one in _list(parsed(text))]


def _list(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


FORMAT = Format("snowflake", "objects", recognise, read)
