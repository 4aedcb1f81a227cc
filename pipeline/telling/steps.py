"""What `scope steps` tells: the SQL catalogue, or how long a run took for each of its tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.paths import find_sql
from pipeline.run_folder import find_run, read_step_seconds
from pipeline.steps import load_steps
from pipeline.summary import draw_steps
from pipeline.telling.parts import Part, table


def tell_catalogue() -> tuple[list[dict[str, Any]], list[Part]]:
    """Return the catalogue for machines and for people: each table, what it reads, what one row of it is."""
    catalogue = load_steps(find_sql())
    listed = [{"name": s.name, "floor": s.floor, "reads": list(s.reads), "grain": s.grain} for s in catalogue]
    return listed, [draw_steps(catalogue)]


def tell_seconds(out: Path, run_name: str) -> tuple[list[dict[str, Any]], list[Part]]:
    """Return how long each table of a run took, longest first, in seconds and hundredths of the whole.

    Raises UsageError if there is no such run under `out`, InputError if its timings were not kept.
    """
    seconds = sorted(read_step_seconds(find_run(out, run_name)).items(), key=lambda step: (-step[1], step[0]))
    whole = sum(spent for _, spent in seconds) or 1.0
    rows = [(name, f"{spent:.3f}", f"{spent / whole:.0%}") for name, spent in seconds]
    listed = [{"name": name, "seconds": spent} for name, spent in seconds]
    return listed, [table(("table", "seconds", "of all"), rows, numbers=("seconds", "of all"))]
