"""Room on the disk: what a run may want of it, told before hours of work rest on it.

This room knows sizes of files, and nothing of what is in them.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from pipeline.errors import PublishingError

# What a run held on the disk at its fullest beside its landed tables, per byte of them, where everybody was reached.
MOST_PER_LANDED = 7
MEGABYTE, GIGABYTE = 10**6, 10**9


def warn_of_little_room(folder: Path, landed_bytes: int, warn: Callable[[str], None]) -> None:
    """Say so if the disk of `folder` may not hold what the run is going to write.

    Nothing is refused: how much it will be depends on how many people were reached.
    """
    wanted, free = MOST_PER_LANDED * landed_bytes, shutil.disk_usage(folder).free
    if wanted > free:
        shortage = PublishingError(
            f"this run may want {_told(wanted)} more of the disk, and {_told(free)} are free",
            where=str(folder),
            remedy="the run goes on; nothing is published if the disk fills up: free some space, or name another --out",
        )
        warn(str(shortage))


def _told(size: int) -> str:
    return f"{size / GIGABYTE:,.1f} GB" if size >= GIGABYTE else f"{size / MEGABYTE:,.1f} MB"
