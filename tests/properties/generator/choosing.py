"""Where choices come from: Hypothesis, which can shrink them, or a seed, which is fast and easy to name."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Protocol, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

T = TypeVar("T")


class Choose(Protocol):
    """One source of choices."""

    def number(self, low: int, high: int) -> int:
        """A whole number, both ends included."""


class BySeed:
    """Choices from a plain random generator."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def number(self, low: int, high: int) -> int:
        return self._random.randint(low, high)


class ByHypothesis:
    """Choices that Hypothesis draws and shrinks."""

    def __init__(self, draw: DrawFn) -> None:
        self._draw = draw

    def number(self, low: int, high: int) -> int:
        return self._draw(st.integers(low, high))


def one_of(choose: Choose, options: Sequence[T]) -> T:
    """One of some options; the first is the simplest."""
    return options[choose.number(0, len(options) - 1)]


def chance(choose: Choose, percent: int) -> bool:
    """True so many times in a hundred; false is the simplest."""
    return choose.number(0, 99) >= 100 - percent


def some_of(choose: Choose, options: Sequence[T], percent: int = 50) -> list[T]:
    """Each option with the same chance."""
    return [option for option in options if chance(choose, percent)]
