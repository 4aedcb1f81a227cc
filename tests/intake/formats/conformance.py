"""Log lines by other hands against what they read from them: every `compare_*` function beside this file, as a table.

`python -m tests.intake.formats.conformance` prints it, `--write` puts it into docs/logs.md.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
SHARED = ROOT.parent / "shared" / "data"
"""Real data by other hands; tests that use it skip where it is absent."""

_PLACE = re.compile(r"(?<=^<!-- conformance -->\n).*?(?=^<!-- end of conformance -->$)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One format held against one source: how many records, fields compared, how many are equal, and why others not."""

    format: str
    source: str
    record_count: int
    compared_count: int
    equal_count: int
    errata: tuple[str, ...] = ()
    """One sentence each, with the number of fields it explains; their sum is what is not equal."""


def compare_all() -> Iterator[Comparison]:
    """Run every comparison there is."""
    for path in sorted(HERE.glob("test_*.py")):
        module = importlib.import_module(f"tests.intake.formats.{path.stem}")
        for name in sorted(vars(module)):
            if name.startswith("compare_"):
                found = getattr(module, name)()
                yield from [found] if isinstance(found, Comparison) else found


def as_table(comparisons: list[Comparison]) -> str:
    """Write the comparisons as a Markdown table, the errata below it."""
    head = "\n| format | source | records | fields compared | equal | not equal |\n| --- | --- | ---: | ---: | ---: | ---: |\n"
    rows = "".join(
        f"| `{one.format}` | {one.source} | {one.record_count:,} | {one.compared_count:,} | {one.equal_count:,} "
        f"| {one.compared_count - one.equal_count:,} |\n"
        for one in comparisons
    )
    errata = "".join(f"- `{one.format}`, {one.source}: {erratum}\n" for one in comparisons for erratum in one.errata)
    return head + rows + "\n" + (f"What is not equal, and why:\n\n{errata}\n" if errata else "")


def main(arguments: list[str]) -> int:
    """Print the table, or write it into the docs."""
    if not SHARED.is_dir():
        sys.stderr.write("the data by other hands is not at hand: ../shared/data\n")
        return 1
    table = as_table(list(compare_all()))
    if "--write" in arguments:
        path = ROOT / "docs" / "logs.md"
        path.write_text(_PLACE.sub(lambda _: table, path.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        sys.stdout.write(table)
    return 0


if __name__ == "__main__":
    # Run as a script this module is another one than the tests import, and so would be its Comparison.
    sys.exit(importlib.import_module("tests.intake.formats.conformance").main(sys.argv[1:]))
