"""The door: options in, a few sentences and an exit code out.

Knows the commands and how endings are told; must not know any rule, file format or table. Everything heavy is imported
by the command that needs it, so that `scope --help` answers at once. Results go to stdout, all else to stderr.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline import __version__
from pipeline.cli_options import (
    AcceptOption,
    Format,
    IncidentOption,
    JsonOption,
    OutOption,
    PersonArgument,
    PersonIdArgument,
    QuietOption,
    RunArgument,
    RunOption,
    ThresholdOption,
    WindowOption,
    ask_for,
)
from pipeline.errors import (
    DONE,
    DONE_WITH_OPEN_QUESTIONS,
    PublishingError,
    ScopeError,
    UsageError,
    VerificationError,
)

if TYPE_CHECKING:
    from pipeline.summary import Drawing

UNEXPECTED = 1
INTERRUPTED = 130
TABLE_ROWS = 200
ENDINGS = """Exit codes: 0 done; 10 done, with open questions; 1 unexpected; 2 usage; 3 incident file; 4 input;
5 a critical expectation failed, nothing was published; 6 publishing failed; 7 a run is not as it was sealed;
130 interrupted."""

app = typer.Typer(
    name="scope",
    help="From access logs and customer exports to who was exposed, how, and how sure.",
    epilog=ENDINGS,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; every ending but a good one is one message on stderr."""
    _forgive_encodings()
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = app(args=arguments or ["--help"], prog_name="scope", standalone_mode=False)
    except ScopeError as error:
        _complain(str(error))
        code = error.exit_code
    except typer.TyperException as error:
        _complain(f"{error.format_message()}\n  scope --help lists commands and options")
        code = UsageError.exit_code
    except Exception as error:
        code = _unexpected(error)
    if code == INTERRUPTED:
        _complain("interrupted; what was published before still stands")
    _flush()
    return code if isinstance(code, int) else DONE


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

    # First of all, for the checks take long to get ready, and the imports that follow a while.
    with open_checks() as checks:
        from pipeline.run import run_incident
        from pipeline.summary import Progress, summarise_run

        with Progress(sys.stderr, quiet=quiet) as progress:
            summary = run_incident(incident, window, out, report=progress.report, checks=checks).summary
    _show_json(summary) if as_json else _show(*summarise_run(summary))
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
    _show_json(found) if as_json else _show(*summarise_check(found))
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
    _print(f"Wrote {incident}. Confirm its {guesses} guesses, then: scope check --incident {incident}\n")
    return DONE


@app.command()
def schema() -> int:
    """Print the incident file's JSON Schema, for editors."""
    from pipeline.config_schema import json_schema

    _show_json(json_schema())
    return DONE


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
        _show_table(answer.columns, rows)
        if more:
            _complain(f"the first {TABLE_ROWS} rows; --format csv prints all")
        return DONE
    try:
        (write_csv if form is Format.csv else write_json)(answer, sys.stdout.buffer)
    except BrokenPipeError:
        _stop_printing()
    return DONE


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
    _show_json(found.as_json()) if as_json else _show(*tell_verification(found))
    if found.differences:
        what = f"{len(found.differences)} things are not as they were sealed"
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
    _print(f"{path}\n")
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
    _show_json(found) if as_json else _show(*tell_explanation(found))
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
    _show_json(found) if as_json else _show(*tell_why_not(found))
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
    _show_json(found) if as_json else _show(*tell_difference(found))
    return DONE_WITH_OPEN_QUESTIONS if found["confirmed_gone"] else DONE


@app.command()
def people(
    person: PersonIdArgument = None, out: OutOption = Path("out"), name: RunOption = None, as_json: JsonOption = False
) -> int:
    """List who was kept apart and may be one person; or tell what ties one person's records, and what was blocked."""
    from pipeline.kept_apart import review
    from pipeline.run_folder import find_run
    from pipeline.telling.people import tell_people

    found = review(find_run(out, name), person)
    _show_json(found) if as_json else _show(*tell_people(found))
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
    _print(f"Wrote {count} pairs to {target}, {accepted} decided; once decided, name it in identity.decisions.\n")
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
    _show_json(listed) if as_json else _show(*drawn)
    return DONE


def _print_version(wanted: bool) -> None:
    if wanted:
        _print(f"scope {__version__}\n")
        raise typer.Exit


VersionOption = Annotated[
    bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
]


@app.callback()
def _options(version: VersionOption = False) -> None: ...


def _show(*parts: Drawing) -> None:
    from pipeline.summary import draw

    _print(draw(*parts, terminal=sys.stdout.isatty()))


def _show_table(columns: list[str], rows: list[list[str]]) -> None:
    from pipeline.summary import draw, tabulate, width_of

    table = tabulate(columns, rows)
    _print(draw(table, terminal=sys.stdout.isatty(), width=width_of(table)))


def _show_json(value: Any) -> None:
    _print(json.dumps(value, indent=2, default=str) + "\n")


def _print(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        _stop_printing()
    except (OSError, AttributeError):
        # Standard output is full or closed; what was published is published.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
        remedy = "what the command did stands, see the output folder; give it a place to print to and run it again"
        raise PublishingError("the result could not be printed", where="standard output", remedy=remedy) from None


def _complain(message: str) -> None:
    sys.stderr.write(f"scope: {message}\n")


def _unexpected(error: Exception) -> int:
    """Tell of a fault of our own in one sentence: its kind and place, never its text, which may hold values."""
    if os.environ.get("SCOPE_DEBUG") == "1":
        traceback.print_exception(error)
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
    hint = "SCOPE_DEBUG=1 shows the traceback, which may hold personal data"
    _complain(f"this should not have happened ({where}); nothing new was published\n  {hint}")
    return UNEXPECTED


def _forgive_encodings() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _stop_printing() -> None:
    """The reader has gone (`| head`): write what remains to nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _flush() -> None:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _stop_printing()
    except (OSError, AttributeError):
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
