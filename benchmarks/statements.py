"""How long logged statements take: 10,000 distinct ones on a table of a million customers.

`python -m benchmarks.statements [STATEMENTS] [CUSTOMERS]` reads and replays a mix: nine tenths look-ups by key or
address, as an application makes them, one tenth ranges, lists, patterns, limits and joins, as an intruder does.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import duckdb

from pipeline.statements import Schema, Table, read_statement
from pipeline.statements.plans import write_plan
from pipeline.statements.replay import replay

COLUMNS = ("id", "email", "region", "age", "created_at")
AT = datetime(2026, 3, 28, 12)
SCHEMA = Schema((Table("crm", ("app.customers",), COLUMNS, frozenset({"id", "email"})),))


def main() -> None:
    """Read, replay, and say how long it took."""
    count, customers = (int(text) for text in (sys.argv[1:] + ["10000", "1000000"][len(sys.argv) - 1 :]))
    with TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder / "crm.parquet", customers)
        statements = _draw(Random(7), count, customers)
        start = perf_counter()
        plans: dict[str, int] = {}
        for text in statements:
            for delivery in read_statement(text, SCHEMA, "postgres").deliveries:
                if delivery.plan is not None:
                    plans.setdefault(write_plan(delivery.plan), len(plans) + 1)
        read = perf_counter() - start
        start, busy = perf_counter(), process_time()
        numbered = {number: text for text, number in plans.items()}
        replay(numbered, [(number, AT) for number in numbered], {"crm": folder / "crm.parquet"}, folder)
        seconds, busy = perf_counter() - start, process_time() - busy
    print(
        f"{count} distinct statements, {customers} customers:"
        f" read in {read:.1f} s, replayed in {seconds:.1f} s ({busy:.1f} s of processor time)"
    )


def _draw(random: Random, count: int, customers: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        key = random.randrange(customers)
        kinds = [
            f"select * from customers where id = {key}",
            f"select email, region from app.customers where email = 'user{key}@mail.example'",
            f"select id, email from customers where id = {key} and region = 'EU'",
            f"select email, age from customers where id = {key} limit 1",
        ]
        listed = ", ".join(str(key + place) for place in range(random.randint(2, 30)))
        most = random.randint(10, 100)
        rare = [
            f"select email from customers where id between {key} and {key + random.randrange(500)}",
            f"select email from customers where id in ({listed})",
            f"select email from customers where email like 'user{key % 9999}%'",
            f"select email from customers where region = 'EU' and id > {key} order by id limit {most}",
            f"select a.email from customers a join customers b on a.id = b.id where b.id < {key % 1000}",
        ]
        found[random.choice(kinds if random.random() < 0.9 else rare)] = None
    return list(found)


def _write(path: Path, customers: int) -> None:
    types = {"id": "number", "email": "text", "region": "text", "age": "number", "created_at": "timestamp"}
    said = json.dumps({"columns": COLUMNS, "types": types, "blank": "text"})
    columns = (
        "range as record_number, timestamp '0001-01-01' as valid_from, timestamp '9999-12-31' as valid_to,"
        " cast(range as varchar) as c0, 'user' || range || '@mail.example' as c1,"
        " ['EU', 'US', 'APAC'][1 + range % 3] as c2, cast(18 + range % 70 as varchar) as c3,"
        " strftime(timestamp '2020-01-01' + to_seconds(range * 60), '%Y-%m-%d %H:%M:%S') as c4"
    )
    duckdb.execute(
        f"copy (select {columns} from range({customers})) to '{path}' (format parquet, kv_metadata {{cells: '{said}'}})"
    )


if __name__ == "__main__":
    main()
