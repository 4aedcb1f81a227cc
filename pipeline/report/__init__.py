"""The report for the crisis room: one HTML file that needs no network, no script and nothing beside it.

Counts and names of logs, datasets and brands only; no value of anybody and nobody's id. Drawn from a finished run's
tables, so every figure in it can be asked for again with `scope query`.
"""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.errors import PublishingError
from pipeline.report.charts import draw_charts
from pipeline.report.figures import gather
from pipeline.report.page import write_page

__all__ = ["make_report", "save_report"]


def make_report(folder: Path, smallest: int = 1) -> str:
    """Return the report of the run in `folder` as HTML; counts of people below `smallest` are not told.

    Raises InputError if the run's tables cannot be read.
    """
    figures = gather(folder)
    return write_page(figures, draw_charts(figures, smallest), smallest)


def save_report(text: str, path: Path) -> None:
    """Write the report to `path`, for its owner's eyes; raises PublishingError if it cannot be written."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = path.with_name(f".{path.name}-{os.getpid()}")
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(aside, path)
    except OSError as error:
        raise PublishingError(
            f"the report cannot be written ({error.strerror})", where=str(path), remedy="name another file with --to"
        ) from None
