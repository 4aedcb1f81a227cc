"""How long a run's stages and steps took. This room knows names and seconds, and not what they are for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol


class Report(Protocol):
    """Who is told what is at work."""

    def __call__(self, stage: str, count: int, step: str = "") -> None:
        """Hear of a stage: `count` lines or rows so far, 0 if they are not counted, and the `step` it is at."""


@dataclass
class Stopwatch:
    """Seconds spent by stage and by step of the SQL catalogue; each goes to `report` as it begins."""

    report: Report
    seconds: dict[str, float] = field(default_factory=dict)
    steps: dict[str, float] = field(default_factory=dict)
    _stage: str = ""

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what happens inside under `name`."""
        self._stage = name
        self.report(name, 0)
        start = time.perf_counter()
        yield
        self.seconds[name] = round(self.seconds.get(name, 0) + time.perf_counter() - start, 3)

    def tell(self, step: str) -> None:
        """Say what the stage is at."""
        self.report(self._stage, 0, step)

    @contextmanager
    def step(self, name: str, place: str) -> Iterator[None]:
        """Time the building of the table `name`, whose place among all is told beside it: '87 of 145'."""
        self.tell(f"table {place}, {name}")
        start = time.perf_counter()
        yield
        self.steps[name] = round(time.perf_counter() - start, 3)
