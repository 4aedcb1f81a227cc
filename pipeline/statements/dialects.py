"""What differs between the databases that wrote the statements, as far as it changes which rows were returned.

Each line says where the rule is documented. This room knows names and rules; it parses and runs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

BINARY, FOLDED, LOCALE = "binary", "folded", "locale"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one database compares and orders text.

    `collation`: binary (as bytes), folded (case, and perhaps accents, ignored), or locale (equal as bytes, ordered by a
    language nobody logged). `is_sure` says whether that is fixed, or only the default that an installation may change.
    """

    parser: str
    collation: str
    is_like_folded: bool = False
    like_escape: str | None = None
    is_nulls_last: bool = False
    is_blank_null: bool = False
    has_like_classes: bool = False
    is_ascii_folding: bool = False
    is_number_text_lenient: bool = False


# PostgreSQL: "Pattern Matching" (backslash escapes, LIKE heeds case), "Sorting Rows" (nulls sort as if larger),
# "Collation Support" (order by the database's locale, equality by bytes).
_POSTGRES = Dialect("postgres", LOCALE, like_escape="\\", is_nulls_last=True)
# MySQL: "String Comparison Functions" and "Character Sets" (the default collations ignore case and accents).
_MYSQL = Dialect("mysql", FOLDED, is_like_folded=True, like_escape="\\", is_number_text_lenient=True)
# Redshift: "Collation sequences" (bytes), "LIKE" (backslash), "ORDER BY" (nulls last when ascending).
_REDSHIFT = Dialect("redshift", BINARY, like_escape="\\", is_nulls_last=True)
# SQL Server: "Collation and Unicode support" (the default ignores case), "LIKE" ([ ] are classes), nulls are lowest.
_TSQL = Dialect("tsql", FOLDED, is_like_folded=True, has_like_classes=True)
# Oracle: "Linguistic Sorting" (binary by default), "Nulls" (an empty text is null), "ORDER BY" (nulls last).
_ORACLE = Dialect("oracle", BINARY, is_nulls_last=True, is_blank_null=True)
# SQLite: "Datatypes" (BINARY collation), "LIKE" (ASCII letters fold), "ORDER BY" (nulls are smallest).
_SQLITE = Dialect("sqlite", BINARY, is_like_folded=True, is_ascii_folding=True, is_number_text_lenient=True)
# Salesforce: "SOQL WHERE" (comparisons ignore case), "LIKE" (case ignored, backslash escapes), nulls first.
_SOQL = Dialect("mysql", FOLDED, is_like_folded=True, like_escape="\\")

DIALECTS: dict[str, Dialect] = {
    "postgres": _POSTGRES,
    "mysql": _MYSQL,
    "redshift": _REDSHIFT,
    "tsql": _TSQL,
    "oracle": _ORACLE,
    "sqlite": _SQLITE,
    "soql": _SOQL,
    "snowflake": Dialect("snowflake", BINARY, is_nulls_last=True),
    "bigquery": Dialect("bigquery", BINARY, like_escape="\\"),
    "athena": Dialect("athena", BINARY, is_nulls_last=True),
    "trino": Dialect("trino", BINARY, is_nulls_last=True),
    "databricks": Dialect("databricks", BINARY, like_escape="\\"),
    "spark": Dialect("spark", BINARY, like_escape="\\"),
    "hive": Dialect("hive", BINARY, like_escape="\\"),
    "duckdb": Dialect("duckdb", BINARY, is_nulls_last=True),
    "clickhouse": Dialect("clickhouse", BINARY, like_escape="\\", is_nulls_last=True),
}
_ALIASES = {"postgresql": "postgres", "mariadb": "mysql", "sqlserver": "tsql", "mssql": "tsql", "presto": "trino"}


def dialect_of(name: str | None) -> Dialect:
    """Find a dialect by its name or another name of the same database; one nobody knows is read as plain SQL."""
    folded = (name or "").strip().lower()
    known = DIALECTS.get(_ALIASES.get(folded, folded))
    return known or Dialect("", LOCALE, is_like_folded=True)
