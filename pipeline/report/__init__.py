"""The report for the crisis room: one HTML file that needs no network, no script and nothing beside it.

Counts and names of logs, datasets and brands only; no value of anybody and nobody's id. Drawn from a run's tables, so
every figure in it can be asked for again with `scope query`. Each run holds its own, with every count told.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import PublishingError
from pipeline.manifest import hash_file
from pipeline.report.charts import Pen, draw_charts, to_svg
from pipeline.report.figures import gather
from pipeline.report.page import write_page
from pipeline.run_folder import MANIFEST, REPORT, read_manifest

__all__ = ["Drawn", "Pen", "draw", "make_report", "save_report", "to_svg"]


@dataclass(frozen=True)
class Drawn:
    """What the tables in a folder give for a report: everything but what the manifest says."""

    folder: Path
    figures: dict[str, Any]
    charts: dict[str, str]

    def finish(self, manifest: Mapping[str, Any]) -> None:
        """Write the report beside the tables; raises PublishingError if it cannot be written.

        The run's seal is not in it, for the report's own hash is under that seal.
        """
        text = write_page(self.figures | {"manifest": manifest, "seal": ""}, self.charts, 1)
        save_report(text, self.folder / REPORT)


def draw(folder: Path, pen: Pen = to_svg) -> Drawn:
    """Ask for the figures of the tables in `folder` and draw the charts; raises InputError if they cannot be read."""
    figures = gather(folder)
    return Drawn(folder, figures, draw_charts(figures, 1, pen))


def make_report(folder: Path, smallest: int = 1) -> str:
    """Return the report of the run in `folder` as HTML, with its seal; counts of people below `smallest` are not told.

    Raises InputError if the run's tables cannot be read.
    """
    known = {"manifest": read_manifest(folder), "seal": hash_file(folder / MANIFEST), "run": folder.name}
    figures = gather(folder) | known
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
            f"the report cannot be written ({error.strerror})",
            where=str(path),
            remedy="free some space, or name another place for it",
        ) from None
