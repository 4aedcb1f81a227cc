"""Look-ups of one shape are answered by one join; what it finds is what each would find alone."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from random import Random

import pyarrow.parquet as pq
import pytest

from pipeline.statements import read_statement
from pipeline.statements import replay as replaying
from pipeline.statements.plans import write_plan
from tests.statements.shop import DECLARED, SCHEMA, draw_shop, write_cells

INSTANTS = [datetime(2024, 3, 1), datetime(2024, 4, 1, 12), datetime(2024, 5, 2)]
SHAPES = [
    "select * from customers where id = {id}",
    "select email from customers where email = '{email}'",
    "select email from customers where id = {id} and region = 'EU' and (age > 20 or name like 'A%')",
    "select email from customers where lower(email) = '{email}'",
    "select email from customers where id in ({id}, {other}, 7)",
    "select email from customers where email in ('{email}', 'b3@mail1.example') and active",
    "select email from customers where id = {id} limit 1",
    "select email from customers where region = 'EU' and id = {id} order by name limit 3",
    "select email from customers where email = '{email}' order by id limit 1",
    "select email from customers where email = '{email}' limit 2 offset 1",
    "select c.email, o.address from customers c join orders o on o.customer_id = c.id where c.id = {id}",
    "select c.email, o.address from customers c left join orders o on o.customer_id = c.id where c.id = {id}",
    "select o.address from orders o, customers c where c.id = o.customer_id and c.email = '{email}' limit 4",
    "select email from customers c where id = {id} and exists (select 1 from orders o where o.customer_id = c.id)",
    "select email from customers where id = {id} and created_at < now()",
    "select email from customers where id = {id} and sounds_like(name, 'An')",
    "select email from customers where not (id = {id})",
    "select email from customers where id = {id} or id = {other}",
]


@pytest.mark.parametrize("dialect", ["postgres", "mysql"])
@pytest.mark.parametrize(("is_csv", "is_declared"), [(False, True), (True, False)])
def test_look_ups_of_one_shape_find_together_what_each_finds_alone(
    dialect: str, is_csv: bool, is_declared: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(f"{dialect} {is_csv}")
    shop = draw_shop(random, 60, INSTANTS)
    files = write_cells(shop, tmp_path, is_csv=is_csv, declared=DECLARED if is_declared else {})
    statements = [
        shape.format(id=random.randint(1, 62), other=random.randint(1, 62), email=_email(random))
        for shape in SHAPES
        for _ in range(5)
    ]
    readings = [read_statement(text, SCHEMA, dialect) for text in dict.fromkeys(statements)]
    plans = list(dict.fromkeys(write_plan(each.plan) for one in readings for each in one.deliveries if each.plan))
    asked = [(number, random.choice(INSTANTS)) for number in range(len(plans)) for _ in range(2)]
    answered: Counter[str] = Counter()
    original = replaying.answer

    def answer(held: list[object], *rest: object) -> object:
        found = original(held, *rest)  # type: ignore[arg-type]
        answered["together"] += len(held) - len(found[1])
        return found

    monkeypatch.setattr(replaying, "answer", answer)
    together = _found(plans, asked, files, tmp_path / "together")
    assert answered["together"] > 0.6 * len(plans), "most of these look-ups have one shape"
    monkeypatch.setattr(replaying, "FEWEST", 10_000)
    alone = _found(plans, asked, files, tmp_path / "alone")
    for key, (count, records) in together.items():
        count_alone, records_alone = alone[key]
        # a look-up that its limit cannot have cut needs no order: together, more may be sure, and none too many
        assert {number for number, _ in records} <= {number for number, _ in records_alone}, plans[key[0]]
        assert {one for one in records_alone if one[1] is None} <= records, plans[key[0]]
        assert count_alone in (count, None), plans[key[0]]
    assert any(records for _, records in together.values())


def _email(random: Random) -> str:
    number = random.randint(1, 60)
    return f"{random.choice('abcd')}{number % 17}@mail{number % 3}.example"


def _found(
    plans: list[str], asked: list[tuple[int, datetime]], files: dict[str, Path], folder: Path
) -> dict[tuple[int, datetime], tuple[int | None, set[tuple[int, str | None]]]]:
    """(plan, instant) → rows counted, and records with the reason why they are not sure."""
    folder.mkdir()
    replays, records = replaying.replay(dict(enumerate(plans)), asked, files, folder)
    found: dict[int, set[tuple[int, str | None]]] = {}
    for row in pq.read_table(str(records)).to_pylist():
        found.setdefault(row["replay_number"], set()).add((row["record_number"], row["reason"]))
    return {
        (row["plan_number"], row["occurred_at"]): (row["row_count"], found.get(row["replay_number"], set()))
        for row in pq.read_table(str(replays)).to_pylist()
    }
