"""Drawn statements: what replay finds is what the real engines delivered, or surely holds it.

`SCOPE_STATEMENTS` sets how many are drawn in all; a full run draws 6,000.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from tests.statements.engines import Postgres, Sqlite, postgres_server
from tests.statements.replaying import Engine, Findings, draw, hold_against
from tests.statements.shop import Shop, draw_shop

COUNT = int(os.environ.get("SCOPE_STATEMENTS", "320"))
INSTANTS = [datetime(2024, 3, 1), datetime(2024, 4, 1, 12), datetime(2024, 5, 2)]
# As JSON or Parquet (null and empty text apart) and as CSV (not apart), with types declared and without.
EXPORTS = [(False, False), (False, True), (True, False), (True, True)]


@pytest.fixture(scope="module")
def shop() -> Shop:
    return draw_shop(Random(20240301), 60, INSTANTS)


@pytest.fixture(scope="module")
def sqlite(shop: Shop) -> Sqlite:
    return Sqlite(shop, INSTANTS)


@pytest.fixture(scope="module")
def postgres(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with postgres_server(tmp_path_factory.mktemp("pg")) as socket:
        yield Postgres(socket, shop, INSTANTS)


@pytest.mark.parametrize(("is_csv", "is_declared"), EXPORTS)
def test_replay_is_what_sqlite_delivered(
    sqlite: Sqlite, shop: Shop, tmp_path: Path, is_csv: bool, is_declared: bool
) -> None:
    _hold(sqlite, shop, tmp_path, is_csv, is_declared)


@pytest.mark.parametrize(("is_csv", "is_declared"), EXPORTS)
def test_replay_is_what_postgresql_delivered(
    postgres: Postgres, shop: Shop, tmp_path: Path, is_csv: bool, is_declared: bool
) -> None:
    _hold(postgres, shop, tmp_path, is_csv, is_declared)


def _hold(engine: Engine, shop: Shop, folder: Path, is_csv: bool, is_declared: bool) -> Findings:
    random = Random(f"{engine.name} {is_csv} {is_declared}")
    asked = draw(random, engine.name, INSTANTS, COUNT // 8)
    findings = hold_against(engine, shop, asked, folder, is_csv=is_csv, is_declared=is_declared)
    assert not findings.wrong, "\n".join(findings.wrong[:5])
    # a run in which the engine refused what was drawn, or nothing was exact, has shown nothing
    assert findings.compared > 0.9 * len(asked)
    assert findings.exact.total() > 0.2 * len(asked)
    return findings
