"""The application that commands join: its name, its help, how it ends, its version."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline import __version__
from pipeline.commands.printing import write

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


def _print_version(wanted: bool) -> None:
    if wanted:
        write(f"scope {__version__}\n")
        raise typer.Exit


VersionOption = Annotated[
    bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
]


@app.callback()
def _options(version: VersionOption = False) -> None: ...
