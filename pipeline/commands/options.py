"""What the commands may be given: options and arguments with their help, each said once. Knows no command."""

from __future__ import annotations

import re
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline.errors import UsageError


class Format(StrEnum):
    """How a query's answer is written."""

    table = "table"
    csv = "csv"
    json = "json"


IncidentOption = Annotated[Path, typer.Option("--incident", metavar="FILE", help="The incident file.")]
WINDOW_HELP = "Two dates, both included, or two instants. Default: the incident file's."
WindowOption = Annotated[str | None, typer.Option("--window", metavar="A/B", help=WINDOW_HELP)]
OutOption = Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder that keeps the runs.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print no progress.")]


PERSON_HELP = "A person id, or a record as dataset:key. '-' or nothing: asked for, or read from stdin."
PersonArgument = Annotated[str, typer.Argument(metavar="[PERSON]", help=PERSON_HELP)]
RunArgument = Annotated[str, typer.Argument(metavar="[RUN]", help="A run's name or folder. Default: the latest.")]
RunOption = Annotated[str | None, typer.Option("--run", metavar="NAME", help="Which run. Default: the latest.")]

PERSON_ID_HELP = "A person id, or a record as dataset:key; '-' to be asked. Default: every case to look at."
PersonIdArgument = Annotated[str | None, typer.Argument(metavar="[PERSON]", help=PERSON_ID_HELP)]
ThresholdOption = Annotated[float, typer.Option(min=0.5, max=1, help="Propose pairs at least so likely.")]
AcceptOption = Annotated[
    float | None, typer.Option(min=0.5, max=1, help="Write `same` for pairs at least so likely. Default: for none.")
]


def ask_for(person: str) -> str:
    """Return whom a command is about; contact values come from stdin, so that they stay out of the shell's history."""
    if person == "-":
        if sys.stdin.isatty():
            sys.stderr.write("person id, dataset:key, e-mail address, telephone number or postal address: ")
            sys.stderr.flush()
        person = sys.stdin.readline().strip()
        if not person:
            raise UsageError("nobody was asked for", where="standard input", remedy="type or pipe in one line")
    elif "@" in person or re.fullmatch(r"[+0-9][0-9 ()./-]{6,}", person):
        remedy = "leave it out and type it when asked, or pipe it in: it stays out of the shell's history"
        raise UsageError("a contact value does not belong on the command line", where="PERSON", remedy=remedy)
    return person
