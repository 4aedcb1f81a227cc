"""The commands that begin with the inputs: first an incident file, then what can be read, then the run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.app import app
from pipeline.commands.options import (
    AcceptOption,
    IncidentOption,
    JsonOption,
    OutOption,
    QuietOption,
    ThresholdOption,
    WindowOption,
)
from pipeline.commands.printing import complain, show, show_json, write
from pipeline.errors import DONE, DONE_WITH_OPEN_QUESTIONS


@app.command()
def run(
    window: WindowOption = None,
    incident: IncidentOption = Path("incident.yaml"),
    out: OutOption = Path("out"),
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> int:
    """Scope an incident and publish its exposure tables."""
    from pipeline.checks.apart import open_checks
    from pipeline.report.apart import open_pen

    # First of all, for the checks take long to get ready, and the imports that follow a while.
    with open_checks() as checks:
        from pipeline.run import run_incident
        from pipeline.summary import Progress, summarise_run

        with open_pen() as pen, Progress(sys.stderr, quiet=quiet) as progress:
            report = progress.report
            summary = run_incident(incident, window, out, report=report, checks=checks, pen=pen, warn=complain).summary
    show_json(summary) if as_json else show(*summarise_run(summary))
    return DONE_WITH_OPEN_QUESTIONS if summary["open_questions"] else DONE


@app.command()
def check(
    window: WindowOption = None,
    incident: IncidentOption = Path("incident.yaml"),
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> int:
    """Read and judge the inputs without scoping."""
    from pipeline.run import check_inputs
    from pipeline.summary import Progress, summarise_check

    with Progress(sys.stderr, quiet=quiet) as progress:
        found = check_inputs(incident, window, progress.report)
    show_json(found) if as_json else show(*summarise_check(found))
    return DONE


@app.command()
def init(
    files: Annotated[list[Path], typer.Argument(metavar="FILES…", help="Logs and customer exports.")],
    incident: IncidentOption = Path("incident.yaml"),
) -> int:
    """Write a first incident file, proposed from the inputs.

    Column names and the shapes of some values are looked at, none is kept; every guess is marked '# confirm'.
    """
    from pipeline.starter import write_incident_file

    guesses = write_incident_file(files, incident)
    marked = "1 guess" if guesses == 1 else f"{guesses} guesses"
    write(f"Wrote {incident}. Confirm its {marked}, then: scope check --incident {incident}\n")
    return DONE


@app.command()
def schema() -> int:
    """Print the incident file's JSON Schema, for editors."""
    from pipeline.config_schema import json_schema

    show_json(json_schema())
    return DONE


@app.command()
def propose(
    target: Annotated[Path, typer.Argument(metavar="FILE", help="The decisions file to write; it may not exist.")],
    incident: IncidentOption = Path("incident.yaml"),
    threshold: ThresholdOption = 0.95,
    accept: AcceptOption = None,
) -> int:
    """Propose who else may be one person, weighed by Splink, for people to decide; needs the extra [fuzzy]."""
    from pipeline.proposals import propose as write_proposals

    count, accepted = write_proposals(incident, target, threshold, accept)
    pairs = "1 pair" if count == 1 else f"{count} pairs"
    write(f"Wrote {pairs} to {target}, {accepted} decided; once decided, name it in identity.decisions.\n")
    return DONE
