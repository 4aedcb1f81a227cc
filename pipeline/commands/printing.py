"""What a command says: results to stdout, all else to stderr; and what becomes of it if nobody reads.

Must not know what is said.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

from pipeline.errors import PublishingError

if TYPE_CHECKING:
    from pipeline.summary import Drawing


def show(*parts: Drawing) -> None:
    """Print parts of a drawing."""
    from pipeline.summary import draw

    write(draw(*parts, terminal=sys.stdout.isatty()))


def show_table(columns: list[str], rows: list[list[str]]) -> None:
    """Print a table as wide as it is."""
    from pipeline.summary import draw, tabulate, width_of

    table = tabulate(columns, rows)
    write(draw(table, terminal=sys.stdout.isatty(), width=width_of(table)))


def show_json(value: Any) -> None:
    """Print a value for machines."""
    write(json.dumps(value, indent=2, default=str) + "\n")


def write(text: str) -> None:
    """Print a text; raises PublishingError if standard output is full or closed."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        stop_printing()
    except (OSError, AttributeError):
        # Standard output is full or closed; what was published is published.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
        remedy = "what the command did stands, see the output folder; give it a place to print to and run it again"
        raise PublishingError("the result could not be printed", where="standard output", remedy=remedy) from None


def complain(message: str) -> None:
    """Say something on stderr."""
    sys.stderr.write(f"scope: {message}\n")


def forgive_encodings() -> None:
    """Let what a terminal cannot show become a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def stop_printing() -> None:
    """The reader has gone (`| head`): write what remains to nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def flush() -> None:
    """Print what is still held back, if anybody reads."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        stop_printing()
    except (OSError, AttributeError):
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
