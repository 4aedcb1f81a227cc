"""Which files a run is made of: their names, their order, one brand × controller to a file."""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb
import pytest

from pipeline.paths import find_sql
from pipeline.table_files import ORDERS, PARTITIONED, OwnedTables, name_owner
from tests.publish.runs import count_rows, open_sound_run, stage_tables

HOSTILE = [
    "../../etc",
    "a/b",
    "",
    "x" * 5000,
    "\u202egnp.exe",
    "nul\0byte",
    "=cmd|' /C calc'!A0",
    "'; drop table exposures; --",
    "{part_number}",
    "Ünïcode & Söhne",
    "名前",
    ".",
    "CON",
    "-rf",
    "a\nb",
]


def _stage(folder: Path, *changes: str) -> Path:
    with open_sound_run(folder / "engine", *changes) as engine:
        stage_tables(engine, folder / "staged")
    return folder / "staged"


def test_every_published_table_is_staged(tmp_path: Path) -> None:
    assert {path.stem for path in (find_sql() / "marts").glob("*.sql")} == {*ORDERS, *PARTITIONED}
    staged = _stage(tmp_path)
    acme, zeta = name_owner("Acme", "Acme Ltd"), name_owner("Zeta", "Zeta AG")
    assert acme == "acme-" + hashlib.sha256(b"Acme\0Acme Ltd").hexdigest()[:8]
    assert sorted(count_rows(staged)) == sorted(
        [f"{table}.parquet" for table in ORDERS]
        + [f"{table}/{name}.parquet" for table in PARTITIONED for name in (acme, zeta)]
    )
    assert count_rows(staged)[f"exposures/{zeta}.parquet"] == 2
    assert count_rows(staged)[f"contacts/{acme}.parquet"] == 0


def test_a_file_holds_one_brand_of_one_controller_sorted_by_person(tmp_path: Path) -> None:
    people = ", ".join(f"('p{n:020d}')" for n in (7, 3, 9, 1, 5))
    staged = _stage(
        tmp_path,
        "insert into exposures select e.* replace (p.person_id as person_id, 'Other Ltd' as controller)"
        f" from exposures as e cross join (values {people}) as p (person_id) where e.person_id = person('c')",
    )
    for path in (staged / "exposures").iterdir():
        owners = duckdb.sql(f"select distinct brand, controller from '{path}'").fetchall()
        assert len(owners) == 1
        rows = duckdb.sql(f"select person_id from '{path}'").fetchall()
        assert rows == sorted(rows)
        assert path.stem == name_owner(*owners[0])
    assert len(list((staged / "exposures").iterdir())) == 3


def test_nobody_exposed_still_leaves_the_folders_and_their_columns(tmp_path: Path) -> None:
    staged = _stage(tmp_path, "delete from exposures", "delete from contacts")
    for table in PARTITIONED:
        (path,) = (staged / table).iterdir()
        assert path.name == "none.parquet"
        assert duckdb.sql(f"from '{path}'").columns[:4] == ["incident_id", "person_id", *(["brand", "controller"])]
        assert count_rows(staged)[f"{table}/none.parquet"] == 0


@pytest.mark.parametrize("tables", [list(PARTITIONED), list(PARTITIONED)[::-1]], ids="-".join)
def test_whoever_has_no_contact_has_an_empty_file(tmp_path: Path, tables: list[str]) -> None:
    with open_sound_run(tmp_path / "engine", "delete from contacts") as engine:
        owned = OwnedTables(engine, tmp_path / "staged")
        for table in tables:
            owned.write(table, f"select * from {table}")
        owned.complete()
        assert engine.rows("select count(*) from contacts") == [(0,)]
        assert engine.rows("select count(*) > 0 from exposures") == [(True,)]
    counts = count_rows(tmp_path / "staged")
    names = [Path(name).name for name in counts if name.startswith("exposures/")]
    assert len(names) == 2
    assert {name: count for name, count in counts.items() if name.startswith("contacts/")} == {
        f"contacts/{name}": 0 for name in names
    }
    described = [duckdb.sql(f"describe from '{path}'").fetchall() for path in (tmp_path / "staged/contacts").iterdir()]
    assert described[0] == described[1]


@pytest.mark.parametrize("brand", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_brand_reaches_a_cell_and_nothing_else(tmp_path: Path, brand: str) -> None:
    with open_sound_run(tmp_path / "engine") as engine:
        for table in PARTITIONED:
            engine._connection.execute(
                f"update {table} set brand = ?, controller = ? where brand = 'Zeta'", [brand] * 2
            )
        stage_tables(engine, tmp_path / "staged")
    files = list((tmp_path / "staged" / "exposures").iterdir())
    assert len(files) == 2
    for path in files:
        assert path.name.isascii()
        assert len(path.name) <= 40 + 1 + 8 + len(".parquet")
        assert set(path.stem) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
        assert not path.name.startswith("-")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["engine", "staged"]
    assert duckdb.sql(
        f"select distinct brand from '{tmp_path}/staged/exposures/{name_owner(brand, brand)}.parquet'"
    ).fetchall() == [(brand,)]


def test_all_hostile_brands_at_once_lose_no_row(tmp_path: Path) -> None:
    with open_sound_run(tmp_path / "engine") as engine:
        for number, brand in enumerate([*HOSTILE, None, "a\0b", "a"]):
            controller = {"a\0b": "c", "a": "b\0c"}.get(brand or "", brand)
            engine._connection.execute(
                "insert into exposures select * replace (? as brand, ? as controller, ? as person_id) from exposures limit 1",
                [brand, controller, f"p{number:020d}"],
            )
        expected = engine.rows("select count(*) from exposures")[0][0]
        stage_tables(engine, tmp_path / "staged")
    counts = count_rows(tmp_path / "staged")
    assert sum(count for name, count in counts.items() if name.startswith("exposures/")) == expected


def test_same_rows_same_bytes_whatever_their_order_and_the_threads(tmp_path: Path) -> None:
    contents = []
    for number, threads in enumerate((1, 2)):
        folder = tmp_path / str(number)
        changes = ["create table shuffled as select * from exposures order by person_id desc", "drop table exposures"]
        changes += ["alter table shuffled rename to exposures"]
        with open_sound_run(folder / "engine", *(changes if number else []), threads=threads) as engine:
            stage_tables(engine, folder / "staged")
        staged = folder / "staged"
        contents.append({path.relative_to(staged): path.read_bytes() for path in staged.rglob("*.parquet")})
    assert contents[0] == contents[1]
