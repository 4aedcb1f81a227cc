"""Work that goes on while the next is prepared: a stream is read one item ahead of whoever takes from it.

Reading a file and making records of what was read take different parts of a machine. This room knows no format.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")


def ahead(items: Iterable[Item]) -> Iterator[Item]:
    """Yield the items in their order, the next being made meanwhile; what goes wrong is raised in its turn."""
    iterator = iter(items)
    end = object()
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as worker:
        upcoming = worker.submit(next, iterator, end)
        while (item := upcoming.result()) is not end:
            upcoming = worker.submit(next, iterator, end)
            yield item  # type: ignore[misc]
