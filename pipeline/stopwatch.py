"""How long a run's stages and steps took. This room knows names and seconds, and not what they are for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Report = Callable[[str, int], None]


@dataclass
class Stopwatch:
    """Seconds spent by stage, whose name goes to `report` as it begins, and by step of the SQL catalogue."""

    report: Report
    seconds: dict[str, float] = field(default_factory=dict)
    steps: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what happens inside under `name`."""
        self.report(name, 0)
        start = time.perf_counter()
        yield
        self.seconds[name] = round(self.seconds.get(name, 0) + time.perf_counter() - start, 3)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time the building of the table `name`."""
        start = time.perf_counter()
        yield
        self.steps[name] = round(time.perf_counter() - start, 3)
