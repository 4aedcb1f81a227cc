"""Silence around Great Expectations, whose warnings and log lines can hold values."""

from __future__ import annotations

import gc
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet() -> Iterator[None]:
    """Let Great Expectations warn and log nothing, and work without the garbage collector.

    Its many small objects make the collector the slowest part of a check, for nothing.
    """
    was_collecting = gc.isenabled()
    gc.disable()
    logger = logging.getLogger("great_expectations")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
        if was_collecting:
            gc.enable()
