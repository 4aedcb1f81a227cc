"""The door: a command line in, an exit code out.

Knows how endings are told; what the commands are stands in `pipeline.commands`.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import typer

from pipeline.commands import app
from pipeline.commands.printing import complain, flush, forgive_encodings
from pipeline.errors import DONE, ScopeError, UsageError

__all__ = ["app", "main"]

UNEXPECTED = 1
INTERRUPTED = 130
# Imports make hundreds of thousands of objects and no garbage; to look for it after every 700 costs more than it saves.
NEW_OBJECTS = 50_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; every ending but a good one is one message on stderr."""
    forgive_encodings()
    _spare_collecting()
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = app(args=arguments or ["--help"], prog_name="scope", standalone_mode=False)
    except ScopeError as error:
        complain(str(error))
        code = error.exit_code
    except typer.TyperException as error:
        complain(f"{error.format_message()}\n  scope --help lists commands and options")
        code = UsageError.exit_code
    except Exception as error:
        code = _unexpected(error)
    if code == INTERRUPTED:
        complain("interrupted; what was published before still stands")
    flush()
    return code if isinstance(code, int) else DONE


def _spare_collecting() -> None:
    """Look for garbage less often, and at the end not at all: the memory goes back as a whole."""
    gc.set_threshold(NEW_OBJECTS)
    atexit.register(gc.freeze)


def _unexpected(error: Exception) -> int:
    """Tell of a fault of our own in one sentence: its kind and place, never its text, which may hold values."""
    if os.environ.get("SCOPE_DEBUG") == "1":
        traceback.print_exception(error)
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
    hint = "SCOPE_DEBUG=1 shows the traceback, which may hold personal data"
    complain(f"this should not have happened ({where}); nothing new was published\n  {hint}")
    return UNEXPECTED
