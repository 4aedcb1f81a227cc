"""The commands about a run as a whole: does it still hold, its report, how it was made."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.app import app
from pipeline.commands.options import IncidentOption, JsonOption, OutOption, RunArgument
from pipeline.commands.printing import show, show_json, write
from pipeline.errors import DONE, UsageError, VerificationError


@app.command()
def verify(
    run_name: RunArgument = "latest",
    incident: IncidentOption = Path("incident.yaml"),
    out: OutOption = Path("out"),
    outputs_only: Annotated[bool, typer.Option("--outputs-only", help="Do not look for the inputs.")] = False,
    seal: Annotated[
        str | None, typer.Option("--seal", metavar="HASH", help="The run's seal as noted elsewhere.")
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Hash a finished run and its inputs again; say what differs."""
    from pipeline.run_folder import find_run
    from pipeline.telling.verify import tell_verification
    from pipeline.verify import verify_run

    if not outputs_only and not incident.is_file():
        remedy = "name it with --incident, or compare only the tables with --outputs-only"
        raise UsageError("there is no such incident file", where=str(incident), remedy=remedy)
    found = verify_run(find_run(out, run_name), None if outputs_only else incident, seal)
    show_json(found.as_json()) if as_json else show(*tell_verification(found))
    if found.differences:
        count = len(found.differences)
        what = "1 thing is not as it was sealed" if count == 1 else f"{count:,} things are not as they were sealed"
        raise VerificationError(
            what, where=found.run, remedy="find out who changed them; a new run seals what is there now"
        )
    return DONE


@app.command()
def report(
    run_name: RunArgument = "latest",
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Default: OUT/reports/RUN.html.")] = None,
    smallest: Annotated[int, typer.Option("--smallest", min=1, help="Counts of people below it are not told.")] = 1,
    out: OutOption = Path("out"),
) -> int:
    """Write a run's report: one HTML file for the crisis room."""
    from pipeline.report import make_report, save_report
    from pipeline.run_folder import find_run

    folder = find_run(out, run_name)
    path = to or out / "reports" / f"{folder.name}.html"
    save_report(make_report(folder, smallest), path)
    write(f"{path}\n")
    return DONE


@app.command()
def steps(
    as_json: JsonOption = False,
    timings: Annotated[str | None, typer.Option("--timings", metavar="RUN", help="Tell how long a run took.")] = None,
    out: OutOption = Path("out"),
) -> int:
    """Draw the SQL catalogue: tables and what they read."""
    from pipeline.telling.steps import tell_catalogue, tell_seconds

    listed, drawn = tell_catalogue() if timings is None else tell_seconds(out, timings)
    show_json(listed) if as_json else show(*drawn)
    return DONE
