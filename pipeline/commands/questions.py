"""The commands that ask about a person or a table: why, why not, who is who, what changed, anything else."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.app import app
from pipeline.commands.options import (
    Format,
    IncidentOption,
    JsonOption,
    OutOption,
    PersonArgument,
    PersonIdArgument,
    QuietOption,
    RunOption,
    ask_for,
)
from pipeline.commands.printing import complain, show, show_json, show_table, stop_printing
from pipeline.errors import DONE, DONE_WITH_OPEN_QUESTIONS

TABLE_ROWS = 200


@app.command()
def query(
    sql: Annotated[str, typer.Argument(metavar="SQL", help="One SELECT over the run's tables.")],
    out: OutOption = Path("out"),
    name: RunOption = None,
    form: Annotated[Format, typer.Option("--format", help="How to print the answer.")] = Format.table,
    contacts: Annotated[bool, typer.Option("--contacts", help="Let the query read the contact values too.")] = False,
) -> int:
    """Ask a finished run: its tables by name, read-only."""
    from pipeline.query import ask, first_rows, write_csv, write_json
    from pipeline.run_folder import find_run

    answer = ask(find_run(out, name), sql, with_contacts=contacts)
    if form is Format.table:
        rows, more = first_rows(answer, TABLE_ROWS)
        show_table(answer.columns, rows)
        if more:
            complain(f"the first {TABLE_ROWS} rows; --format csv prints all")
        return DONE
    try:
        (write_csv if form is Format.csv else write_json)(answer, sys.stdout.buffer)
    except BrokenPipeError:
        stop_printing()
    return DONE


@app.command()
def explain(
    person: PersonArgument = "-",
    out: OutOption = Path("out"),
    name: RunOption = None,
    as_json: JsonOption = False,
) -> int:
    """Tell why somebody is on the list, down to the log line and the column."""
    from pipeline.explain import explain as explain_person
    from pipeline.run_folder import find_run
    from pipeline.telling.explain import tell_explanation

    found = explain_person(find_run(out, name), ask_for(person))
    show_json(found) if as_json else show(*tell_explanation(found))
    return DONE


@app.command("why-not")
def why_not(
    person: PersonArgument = "-",
    incident: IncidentOption = Path("incident.yaml"),
    out: OutOption = Path("out"),
    name: RunOption = None,
    everything: Annotated[bool, typer.Option("--everything", help="Land every record, not theirs only: slow.")] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> int:
    """Tell what is known of somebody who is not on the list, from the inputs."""
    from pipeline.run_folder import find_run
    from pipeline.summary import Progress
    from pipeline.telling.why_not import tell_why_not
    from pipeline.why_not import why_not as tell_of

    folder, typed = find_run(out, name), ask_for(person)
    with Progress(sys.stderr, quiet=quiet) as progress:
        found = tell_of(incident, folder, typed, progress.report, is_everything=everything)
    show_json(found) if as_json else show(*tell_why_not(found))
    return DONE


@app.command()
def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="The earlier run: its name or folder.")],
    new: Annotated[str, typer.Argument(metavar="[NEW]", help="The later run. Default: the latest.")] = "latest",
    out: OutOption = Path("out"),
    as_json: JsonOption = False,
) -> int:
    """Tell what changed between two runs: added, gone, fields, grades, and why."""
    from pipeline.difference import compare_runs
    from pipeline.run_folder import find_run
    from pipeline.telling.difference import tell_difference

    found = compare_runs(find_run(out, old), find_run(out, new))
    show_json(found) if as_json else show(*tell_difference(found))
    return DONE_WITH_OPEN_QUESTIONS if found["confirmed_gone"] or found["confirmed_records_gone"] else DONE


@app.command()
def people(
    person: PersonIdArgument = None, out: OutOption = Path("out"), name: RunOption = None, as_json: JsonOption = False
) -> int:
    """List who was kept apart and may be one person; or tell what ties one person's records, and what was blocked."""
    from pipeline.kept_apart import review
    from pipeline.run_folder import find_run
    from pipeline.telling.people import tell_people

    found = review(find_run(out, name), None if person is None else ask_for(person))
    show_json(found) if as_json else show(*tell_people(found))
    return DONE
