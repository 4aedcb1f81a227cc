"""Write docs/statements.md: `python -m tests.statements.figures [STATEMENTS]` draws and replays that many (5,000)."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

import pytest

from tests.statements.corpora import DATA, Compared, compare_columns, compare_pgaudit, compare_tables, read_dialects
from tests.statements.engines import Postgres, Sqlite, postgres_server
from tests.statements.replaying import Engine, Findings, draw, hold_against
from tests.statements.shop import Shop, draw_shop
from tests.statements.test_engines import EXPORTS, INSTANTS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "statements.md"
HEAD = """# Logged statements: how well they are read and replayed

Written by `python -m tests.statements.figures`. What the rules are: [decision 14](decisions/0014-logged-statements.md).

## Replay against real engines

Drawn statements over a small shop (customers and orders, with versions that begin, end and change) are answered by a real
engine and replayed on the shop's exports: once as JSON, where null and empty text differ, once as CSV, where they do not,
each with and without declared types. A statement is *exact* where every record is sure, and then the replayed keys must be
the engine's; otherwise it is *likely*, what is sure must be among the engine's keys, and those among what may be. The
delivered columns must be those that were drawn.

| engine | export | types | statements | exact | likely | wrong |
| --- | --- | --- | ---: | ---: | ---: | ---: |
"""


def engine_lines(engine: Engine, shop: Shop, count: int) -> list[str]:
    lines = []
    for is_csv, is_declared in EXPORTS:
        asked = draw(Random(f"figures {engine.name} {is_csv} {is_declared}"), engine.name, INSTANTS, count // 8)
        with TemporaryDirectory() as folder:
            found: Findings = hold_against(engine, shop, asked, Path(folder), is_csv=is_csv, is_declared=is_declared)
        export, types = "CSV" if is_csv else "JSON", "declared" if is_declared else "not declared"
        numbers = f"{found.compared} | {found.exact.total()} | {found.likely.total()} | {len(found.wrong)}"
        lines.append(f"| {engine.name} | {export} | {types} | {numbers} |")
    return lines


def corpus_lines() -> list[str]:
    verdicts = read_dialects()
    named = ", ".join(f"{count} {verdict}" for verdict, count in verdicts.most_common())
    lines = [
        "",
        "## Statements by other hands",
        "",
        f"- {verdicts.total()} statements in some thirty dialects, from a parser's own tests: none crashes ({named}).",
    ]
    compared: list[tuple[str, Compared]] = [
        ("tables that sql-metadata names", compare_tables()),
        ("columns that sql-metadata names, of plain selects from one table", compare_columns()),
        ("tables that PostgreSQL resolved for pgaudit", compare_pgaudit()),
    ]
    for what, found in compared:
        lines.append(f"- {what}: {found.equal} of {found.compared} equal.")
        lines += [f"  - {count}: {reason}" for reason, count in found.errata.most_common()]
        lines += [f"  - {len(found.wrong)}: not explained"] if found.wrong else []
    return lines


def main() -> None:
    if not DATA.exists():
        sys.exit("the statements by other hands are not here (../shared/data)")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    start = perf_counter()
    shop = draw_shop(Random(20240301), 60, INSTANTS)
    lines = engine_lines(Sqlite(shop, INSTANTS), shop, count)
    with TemporaryDirectory() as folder:
        try:
            with postgres_server(Path(folder)) as socket:
                lines += engine_lines(Postgres(socket, shop, INSTANTS), shop, count)
        except pytest.skip.Exception as reason:
            lines.append(f"| postgres | {reason} | | | | | |")
    speed = PAGE.read_text(encoding="utf-8").partition("\n## Speed\n")[2] if PAGE.exists() else ""
    text = HEAD + "\n".join([*lines, *corpus_lines()]) + "\n" + (f"\n## Speed\n{speed}" if speed else "")
    PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{PAGE.name} written in {perf_counter() - start:.0f} s\n")


if __name__ == "__main__":
    main()
