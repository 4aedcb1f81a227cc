"""Every way this tool can refuse, drawn as one tree, each ending with its own exit code.

Raised where the fault is known, caught once at the door (`pipeline.cli`). A message says what is wrong, where, and
what to do; it never holds a person's value.

    ScopeError
    ├── UsageError          2   the command line asks for something that cannot be
    ├── ConfigurationError  3   the incident file cannot be read as one
    ├── InputError          4   a log or dataset cannot be read as the incident file says
    │   └── MemoryShortage  4   a table cannot be made in the memory that is allowed
    ├── GateError           5   a critical expectation failed; nothing was published
    ├── PublishingError     6   the tables could not be put in place
    └── VerificationError   7   a finished run is not as it was sealed
"""

from __future__ import annotations

DONE = 0
DONE_WITH_OPEN_QUESTIONS = 10


class ScopeError(Exception):
    """A refusal: what is wrong, where it is, and what to do about it."""

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(what)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.what}" + (f"\n  {self.remedy}" if self.remedy else "")


class UsageError(ScopeError):
    """The command line asks for something that cannot be."""

    exit_code = 2


class ConfigurationError(ScopeError):
    """The incident file cannot be read as one."""

    exit_code = 3


class InputError(ScopeError):
    """A log or dataset cannot be read as the incident file says."""

    exit_code = 4


class MemoryShortage(InputError):  # noqa: N818 – a shortage is no error of anybody's
    """A table cannot be made in the memory that is allowed."""


class GateError(ScopeError):
    """A critical expectation failed; nothing was published."""

    exit_code = 5


class PublishingError(ScopeError):
    """The tables could not be put in place; the earlier run stands."""

    exit_code = 6


class VerificationError(ScopeError):
    """A finished run is not as it was sealed."""

    exit_code = 7
