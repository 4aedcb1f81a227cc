"""A small shop to ask questions of: drawn customers and orders, as a database holds them and as an export writes them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.statements import Schema, Table

ALWAYS = datetime(1, 1, 1), datetime(9999, 12, 31)
Cell = str | int | float | bool | None

CUSTOMERS = {
    "id": "integer", "email": "text", "name": "text", "region": "text", "age": "integer", "balance": "numeric(10,2)",
    "active": "boolean", "created_at": "timestamp", "born": "date",
}  # fmt: skip
ORDERS = {
    "order_id": "text", "customer_id": "integer", "total": "numeric(10,2)", "status": "text", "placed": "date",
    "address": "text",
}  # fmt: skip
TABLES = {"customers": CUSTOMERS, "orders": ORDERS}
KEYS = {"customers": "id", "orders": "order_id"}
DATASETS = {"customers": "crm", "orders": "shop"}
# A column's type in the database, and as the incident file declares it.
DECLARED = {"integer": "number", "numeric(10,2)": "number", "text": "text", "boolean": "boolean", "timestamp": "timestamp",
            "date": "date"}  # fmt: skip

SCHEMA = Schema(
    (
        Table("crm", ("app.customers",), tuple(CUSTOMERS), frozenset({"id", "email", "name"})),
        Table("shop", ("app.orders",), tuple(ORDERS), frozenset({"order_id"})),
    ),
    {"europeans": "select id, email as mail, name, region from customers where region = 'EU'"},
)


@dataclass(frozen=True)
class Version:
    """One version of a row, and when it stood."""

    cells: tuple[Cell, ...]
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Shop:
    """The versions of each table's rows, numbered over all tables from 1 on."""

    versions: dict[str, list[Version]]

    def at(self, table: str, instant: datetime) -> list[tuple[Cell, ...]]:
        return [version.cells for version in self.versions[table] if version.start <= instant < version.end]


def draw_shop(random: Random, size: int, instants: Sequence[datetime]) -> Shop:
    customers = [_customer(random, number) for number in range(1, size + 1)]
    orders = [_order(random, number, size) for number in range(1, size * 3 // 2)]
    return Shop(
        {
            "customers": [version for cells in customers for version in _versions(random, cells, instants, _customer)],
            "orders": [version for cells in orders for version in _versions(random, cells, instants, None)],
        }
    )


def _versions(random: Random, cells: tuple[Cell, ...], instants: Sequence[datetime], again: object) -> list[Version]:
    """Most rows always stood; some began, ended, or changed between two instants."""
    start, end = ALWAYS
    turn = random.choice(instants) + timedelta(hours=random.choice([-5, 5]))
    fate = random.random()
    if fate < 0.7:
        return [Version(cells, start, end)]
    if fate < 0.8:
        return [Version(cells, turn, end)]
    if fate < 0.9 or again is None:
        return [Version(cells, start, turn)]
    return [Version(cells, start, turn), Version(_customer(random, int(str(cells[0]))), turn, end)]


def _customer(random: Random, number: int) -> tuple[Cell, ...]:
    name = random.choice(["Ann", "ann", "ANN", "Bob", "bo_b", "50%", "Zoe", "Zoë", "O'Hara", "", None, "de la Cruz"])
    region = random.choice(["EU", "EU", "US", "us", "APAC", "", None])
    age = random.choice([None, 0, *range(9, 110, 7)])
    balance = random.choice([None, 0, -12.5, 3.25, 99.99, 100, 1000.01])
    day = datetime(2024, 1, 1) + timedelta(days=random.randrange(60), seconds=random.choice([0, 0, 3661, 86399]))
    born = (datetime(1960, 1, 1) + timedelta(days=random.randrange(20000))).strftime("%Y-%m-%d")
    email = None if random.random() < 0.1 else f"{random.choice('abcd')}{number % 17}@mail{number % 3}.example"
    active = random.choice([True, False, None])
    created = day.strftime("%Y-%m-%d %H:%M:%S")
    return number, email, name, region, age, balance, active, created, None if number % 11 == 0 else born


def _order(random: Random, number: int, size: int) -> tuple[Cell, ...]:
    placed = (datetime(2024, 1, 1) + timedelta(days=random.randrange(60))).strftime("%Y-%m-%d")
    customer = random.choice([None, *[random.randint(1, size + 5)] * 9])
    total = random.choice([None, 5, 9.99, 20, 20.5, 150])
    return f"o{number}", customer, total, random.choice(["paid", "Paid", "open", None]), placed, f"{number} High Street"


def as_text(cell: Cell) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def write_cells(shop: Shop, folder: Path, *, is_csv: bool, declared: dict[str, str]) -> dict[str, Path]:
    """Write the cells as intake does; a CSV export cannot tell null from an empty text."""
    files = {}
    number = 0
    for table, kinds in TABLES.items():
        rows = []
        for version in shop.versions[table]:
            number += 1
            cells = [as_text(cell) for cell in version.cells]
            rows.append((number, version.start, version.end, *((cell or "" if is_csv else cell) for cell in cells)))
        types = {name: declared[kind] for name, kind in kinds.items() if kind in declared}
        said = {"columns": list(kinds), "types": types, "blank": None if is_csv else "text"}
        schema = pa.schema(
            [("record_number", pa.int64()), ("valid_from", pa.timestamp("us")), ("valid_to", pa.timestamp("us"))]
            + [(f"c{place}", pa.string()) for place in range(len(kinds))],
            metadata={b"cells": json.dumps(said).encode()},
        )
        arrays = [pa.array(column, kind) for column, kind in zip(zip(*rows, strict=True), schema.types, strict=True)]
        files[DATASETS[table]] = folder / f"{DATASETS[table]}.parquet"
        pq.write_table(pa.Table.from_arrays(arrays, schema=schema), files[DATASETS[table]])
    return files


def keys_by_number(shop: Shop) -> dict[int, tuple[str, str, datetime, datetime]]:
    """Record number → dataset, key and validity."""
    found: dict[int, tuple[str, str, datetime, datetime]] = {}
    for table in TABLES:
        for version in shop.versions[table]:
            found[len(found) + 1] = DATASETS[table], str(version.cells[0]), version.start, version.end
    return found
