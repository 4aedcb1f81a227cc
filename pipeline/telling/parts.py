"""The parts every telling is made of: a heading, a line, an indented block, a small table.

Knows rich and nothing of what is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipeline.summary import plain

Part = RenderableType


def heading(text: object) -> Part:
    """Draw a heading with an empty line before it."""
    return Text(f"\n{plain(text)}", style="bold")


def line(text: object, style: str = "") -> Part:
    """Draw one paragraph; it folds at the width of the page."""
    return Text(plain(text), style=style)


def whole(text: object) -> Part:
    """Draw a line that may not fold, such as a path or a hash."""
    return Text(plain(text), no_wrap=True, overflow="ignore")


def indented(*parts: Part, by: int = 2) -> Part:
    """Draw parts further to the right."""
    return Padding(Group(*parts), (0, 0, 0, by))


def table(
    columns: Sequence[str], rows: Iterable[Sequence[object]], numbers: Sequence[str] = (), wide: str = ""
) -> Part:
    """Draw a small table; `numbers` stand to the right, `wide` takes what room is left."""
    drawn = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for column in columns:
        justify = "right" if column in numbers else "left"
        drawn.add_column(plain(column), justify=justify, ratio=1 if column == wide else None)  # type: ignore[arg-type]
    for row in rows:
        drawn.add_row(*(Text(_cell(cell)) for cell in row))
    return indented(drawn)


def counted(count: int, one: str, many: str) -> str:
    """Write a count with its noun."""
    return f"{count:,} {one if count == 1 else many}"


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else plain(value)
