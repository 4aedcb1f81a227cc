"""What differs between databases, on six drawn customers: surely delivered, and perhaps.

Each rule is the database's own documentation's, named in `pipeline.statements.dialects`.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.statements import Reading, Schema, Table, read_statement
from pipeline.statements.plans import write_plan
from pipeline.statements.replay import replay
from tests.statements.shop import ALWAYS, DECLARED, SCHEMA, Shop, Version, write_cells

AT = datetime(2024, 4, 1, 12)
# id, email, name, region, age, balance, active, created_at, born
ROWS = (
    (1, "ann@mail.example", "Ann", "EU", 30, 10, True, "2024-03-31 10:00:00", "1980-01-01"),
    (2, "bob@mail.example", "ann", "US", 40, 20, False, "2024-03-30 10:00:00", "1981-01-01"),
    (3, "cy@mail.example", "Ann ", "EU", 50, 30, True, "2024-03-01 10:00:00", "1982-01-01"),
    (4, "di@mail.example", "", "US", 60, 40, False, "2024-02-01 10:00:00", "1983-01-01"),
    (5, "eve@mail.example", None, "EU", None, 50, True, "2024-01-01 10:00:00", "1984-01-01"),
    (6, "zoe@mail.example", "Zoë", "US", 20, 60, False, "2023-01-01 10:00:00", "1985-01-01"),
)
ORDER = ("o1", 1, 5, "paid", "2024-01-01", "1 High Street")
SHOP = Shop({"customers": [Version(row, *ALWAYS) for row in ROWS], "orders": [Version(ORDER, *ALWAYS)]})
NONE, ALL = "", "123456"

# dialect, the end of `select email from customers`, bound values, ids surely delivered, ids perhaps delivered
CASES = [
    # equality: by bytes, or case and trailing blanks perhaps ignored; what is not ASCII may equal anything there
    ("postgres", "where name = 'Ann'", None, "1", NONE),
    ("snowflake", "where name = 'Ann'", None, "1", NONE),
    ("bigquery", "where name = 'Ann'", None, "1", NONE),
    ("redshift", "where name = 'Ann'", None, "1", NONE),
    ("oracle", "where name = 'Ann'", None, "1", NONE),
    ("mysql", "where name = 'Ann'", None, "1", "236"),
    ("tsql", "where name = N'Ann'", None, "1", "236"),
    ("soql", "WHERE name = 'Ann'", None, "1", "236"),
    ("mysql", "where email = 'ANN@mail.example'", None, NONE, "1"),
    ("mysql", "where email in ('ANN@mail.example', 'bob@mail.example')", None, "2", "1"),
    # an empty text is null in Oracle, and nowhere else
    ("oracle", "where name = ''", None, NONE, NONE),
    ("oracle", "where name is null", None, "45", NONE),
    ("postgres", "where name = ''", None, "4", NONE),
    ("postgres", "where name is null", None, "5", NONE),
    # null is neither true nor false
    ("postgres", "where name <> 'Ann'", None, "2346", NONE),
    ("postgres", "where not (age > 30)", None, "16", NONE),
    ("postgres", "where age not in (30, null)", None, NONE, NONE),
    ("postgres", "where (age > 30) is not true", None, "156", NONE),
    ("mysql", "where not (age <=> null)", None, "12346", NONE),
    # LIKE: case, escapes and classes
    ("postgres", "where name like 'a%'", None, "2", NONE),
    ("postgres", "where name ilike 'a%'", None, "123", "6"),
    ("snowflake", "where name like 'a%'", None, "2", NONE),
    ("oracle", "where name like 'An_'", None, "1", NONE),
    ("mysql", "where email like 'ANN@%'", None, NONE, "1"),
    ("tsql", "where name like '[A-M]%'", None, NONE, ALL),
    ("postgres", r"where email like 'ann\@%'", None, "1", NONE),
    ("snowflake", r"where email like 'ann^@%' escape '^'", None, "1", NONE),
    # where nulls stand in an order
    ("postgres", "order by age desc limit 1", None, "5", NONE),
    ("oracle", "order by age desc fetch first 1 rows only", None, "5", NONE),
    ("snowflake", "order by age desc limit 1", None, "5", NONE),
    ("mysql", "order by age desc limit 1", None, "4", NONE),
    ("bigquery", "order by age desc limit 1", None, "4", NONE),
    ("mysql", "order by age limit 1", None, "5", NONE),
    ("postgres", "order by age limit 1 offset 1", None, "1", NONE),
    ("postgres", "order by age nulls first limit 1", None, "5", NONE),
    # an order that is not total, or of a language nobody logged
    ("postgres", "order by region desc, id limit 2", None, NONE, ALL),
    ("bigquery", "order by region desc, id limit 2", None, "24", NONE),
    ("bigquery", "order by region limit 2", None, NONE, "135"),
    ("postgres", "limit 2", None, NONE, ALL),
    ("postgres", "limit 6", None, ALL, NONE),
    ("oracle", "where rownum <= 2", None, NONE, ALL),
    # time, at the event's instant
    ("postgres", "where created_at > now() - interval '2 days'", None, "1", NONE),
    ("mysql", "where created_at > date_sub(now(), interval 3 day)", None, "12", NONE),
    ("tsql", "where created_at > dateadd(day, -3, getdate())", None, "12", NONE),
    ("oracle", "where created_at > sysdate - 3", None, "12", NONE),
    ("snowflake", "where created_at > dateadd(day, -3, current_timestamp())", None, "12", NONE),
    ("bigquery", "where created_at > datetime_sub(current_datetime(), interval 3 day)", None, "12", NONE),
    ("postgres", "where created_at::date = current_date - interval '1 day'", None, "1", NONE),
    # bound values, as each log writes them
    ("postgres", "where id = $1 or email = $2", "$1 = '2', $2 = 'ann@mail.example'", "12", NONE),
    ("postgres", "where id = any($1)", '["{1,3,NULL}"]', "13", NONE),
    ("postgres", "where id = any($1::int[])", "$1 = '{2}'", "2", NONE),
    ("postgres", "where name like '%' || $1 || '%'", '["nn"]', "123", NONE),
    ("postgres", "order by id limit $1 offset $2", '["2", "3"]', "45", NONE),
    ("mysql", "order by id limit ?, ?", '["3", "2"]', "45", NONE),
    ("mysql", "where email like concat(?, '%') and id < ?", '["a", 9]', "1", NONE),
    ("oracle", "where id = :1 and region = :2", '["1", "EU"]', "1", NONE),
    ("oracle", "where id = :who", '{"who": 1}', "1", NONE),
    ("tsql", "where id = @who", '{"@who": 3}', "3", NONE),
    ("snowflake", "where id in (?, ?)", "[1, 4]", "14", NONE),
    ("mysql", "where id = ?", None, NONE, ALL),
]  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return write_cells(SHOP, tmp_path_factory.mktemp("cells"), is_csv=False, declared=DECLARED)


def found(readings: list[Reading], files: dict[str, Path], folder: Path) -> list[tuple[str, str]]:
    """Replay each reading's records of customers: (ids surely delivered, ids perhaps delivered)."""
    plans = [write_plan(each.plan) for one in readings for each in one.deliveries[:1] if each.plan is not None]
    assert len(plans) == len(readings)
    replays, records = replay(dict(enumerate(plans)), [(number, AT) for number in range(len(plans))], files, folder)
    numbers = {row["replay_number"]: row["plan_number"] for row in pq.read_table(str(replays)).to_pylist()}
    sure, perhaps = ([""] * len(plans) for _ in range(2))
    for row in pq.read_table(str(records)).to_pylist():
        side = sure if row["reason"] is None else perhaps
        side[numbers[row["replay_number"]]] += str(row["record_number"])
    return list(zip(sure, perhaps, strict=True))


def test_each_dialects_own_rules_decide(files: dict[str, Path], tmp_path: Path) -> None:
    select = "select email from customers "
    readings = [read_statement(select + end, SCHEMA, dialect, parameters=bound) for dialect, end, bound, *_ in CASES]
    answers = found(readings, files, tmp_path)
    expected = [case[3:] for case in CASES]
    wrong = [(*case[:3], answer) for case, answer, ours in zip(CASES, answers, expected, strict=True) if answer != ours]
    assert not wrong


RELATED = Schema(
    (
        Table("contacts", ("Contact",), ("Id", "Email", "AccountId"), frozenset({"Id", "Email"})),
        Table("accounts", ("Account",), ("Id", "Name", "Phone", "OwnerId"), frozenset({"Id"})),
        Table("users", ("User",), ("Id", "Email"), frozenset({"Id"})),
        Table("crm", ("app.customers",), ("id", "email", "name"), frozenset({"id", "email"})),
    )
)


@pytest.mark.parametrize(
    ("dialect", "statement", "action", "delivered"),
    [
        ("soql", "SELECT Email, Account.Name FROM Contact", "view", {"contacts": "Email", "accounts": "Name"}),
        ("soql", "SELECT c.Email, c.Account.Owner.Email FROM Contact c", "view", {"contacts": "Email", "users": "Email"}),
        ("soql", "SELECT Name, (SELECT Email FROM Contacts) FROM Account", "view", {"accounts": "Name", "contacts": "Email"}),
        ("soql", "SELECT Email FROM Contact WHERE Account.Name = 'Acme' WITH USER_MODE", "view", {"contacts": "Email"}),
        ("soql", "SELECT COUNT() FROM Contact", "count", {}),
        ("tsql", "update customers set name = 'x' output inserted.email where id = 5", "view", {"crm": "email"}),
        ("tsql", "update c set name = 'x' output deleted.* from customers c where id = 5", "view", {"crm": "id email name"}),
        ("tsql", "exec sp_executesql N'select email from customers where id = @a', N'@a int', @a = 5", "view", {"crm": "email"}),
        ("postgres", "delete from customers where id = 5 returning email", "view", {"crm": "email"}),
        ("postgres", "copy (select email from customers) to '/tmp/x'", "export", {"crm": "email"}),
        ("postgres", "copy app.customers (email) to stdout", "export", {"crm": "email"}),
        ("postgres", "create materialized view m as select email from customers", "copy", {"crm": "email"}),
        ("postgres", "create view v as select email from customers", "write", {}),
        ("redshift", "unload ('select email from customers where name = ''x''') to 's3://b'", "export", {"crm": "email"}),
        ("snowflake", "copy into @stage from (select email from app.customers)", "export", {"crm": "email"}),
        ("bigquery", "select * except (email) from `project.app.customers`", "view", {"crm": "id name"}),
        ("bigquery", "export data options (uri='gs://b') as select name from app.customers", "export", {"crm": "name"}),
        ("mysql", "select name from customers into outfile '/tmp/x'", "export", {"crm": "name"}),
        ("postgres", "move forward 10 in c", "metadata", {}),
    ],
)  # fmt: skip
def test_what_is_handed_out_in_each_dialect(
    dialect: str, statement: str, action: str, delivered: dict[str, str]
) -> None:
    reading = read_statement(statement, RELATED, dialect)
    assert reading.action == action
    assert {each.dataset: " ".join(each.columns or ()) for each in reading.deliveries} == delivered


def test_nameless_marks_count_in_the_order_of_the_text() -> None:
    statement = "with x as (select id, email from customers where id = ?) select email from x where email = ? -- ?"
    (delivery,) = read_statement(statement, RELATED, "mysql", parameters='[7, "a?b"]').deliveries
    assert delivery.plan is not None
    text = write_plan(delivery.plan)
    assert '["number","7"]' in text.split('["text","a?b"]')[0]
