"""A mapped log whose lines carry statements of any database, each in its own dialect."""

from __future__ import annotations

from pathlib import Path

from tests.statements.test_incident import exposed, kinds, scope


def test_statements_of_any_database_come_by_a_mapped_log(tmp_path: Path) -> None:
    lines = [
        {"dialect": "oracle", "statement": 'select "EMAIL" from app.customers where id = :1 and name <> \'\'', "parameters": "[1]"},
        {"dialect": "oracle", "statement": "select email from app.customers where id = :1 and name is not null", "parameters": "[1]"},
        {"dialect": "mssql", "statement": "select top 1 [name] from [app].[customers] with (nolock) order by [id]"},
        {"dialect": "snowflake", "statement": 'select name from "APP"."CUSTOMERS" where id in (2)'},
        {"dialect": "bigquery", "statement": "select email from `project.app.customers` where id = 5"},
        {"dialect": "redshift", "statement": "unload ('select email from customers where id = 2') to 's3://bucket'"},
        {"dialect": "soql", "statement": "SELECT email FROM customers WHERE id = '3' WITH USER_MODE"},
        {"dialect": "mysql", "statement": "select count(*) from `customers`"},
    ]  # fmt: skip
    columns = [line | {"parameters": line.get("parameters", "")} for line in lines]
    tables = scope(tmp_path, columns)
    assert exposed(tables) == {
        ("crm", "1"): ("confirmed", ("email", "first_name")),
        ("crm", "2"): ("confirmed", ("email", "first_name")),
        ("crm", "3"): ("confirmed", ("email",)),
        ("crm", "5"): ("confirmed", ("email",)),
    }
    assert "unreadable_statement" not in kinds(tables)
    assert {row["reason"] for row in tables["unresolved"]} == {"no_record_matches"}  # in Oracle nothing is unlike ''
