"""The story of intake: look at the datasets' columns, land the logs, then the datasets, then what was counted.

Nothing here knows a format or a rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from pipeline.incident_file import IncidentSource
from pipeline.intake.datasets import Keep, land_datasets, targets_of
from pipeline.intake.decisions import land_decisions
from pipeline.intake.declared import land_declared
from pipeline.intake.interceptions import compile_taps, land_intervals
from pipeline.intake.logs import land_logs
from pipeline.intake.phones import require_region
from pipeline.intake.routes import compile_routes
from pipeline.intake.statements import open_statements
from pipeline.intake.tables import Tables
from pipeline.window import Window


def land(
    source: IncidentSource,
    window: Window,
    person_key: str,
    folder: Path,
    report: Callable[[str, int], None],
    keep: Keep | None = None,
    is_every_event: bool = False,
) -> None:
    """Read every log and dataset of an incident into `landed_*.parquet` files in `folder`, which must exist.

    Beside it, a folder `cells` holds what replayed statements compare, one file for each dataset with a `table`.

    All tables are written, also empty ones; instants are UTC, microseconds, without zone. `report` is told each
    source's name and the lines read so far. `keep` leaves out rows of datasets before they are read, except where what
    a statement delivered of one record hangs on the others. What events reached that count for nobody is found only
    with `is_every_event`. Raises InputError for files that cannot be read as the
    incident file says, ConfigurationError for routes and interceptions that fit no dataset, PublishingError if `folder`
    cannot be written.
    No message holds a value.
    """
    require_region(source.model.identity.phone_region, source.where("identity", "phone_region"))
    targets = targets_of(source)
    routes = compile_routes(source, targets)
    taps = compile_taps(source, targets)
    statements = open_statements(source, targets.values())
    with Tables(folder) as tables:
        land_declared(source, window, person_key, targets, tables)
        land_intervals(source, targets, taps, tables)
        land_decisions(source, tables)
        logs = land_logs(source, routes, list(targets.values()), statements, tables, report, is_every_event)
        plans = [(number, plan) for plan, number in statements.plans.items()]
        tables.write_rows("landed_plans", list(plans))
        compared = statements.needed if plans else None
        keep = _keep_neighbours(keep, frozenset(statements.replayed)) if keep is not None else None
        notes = logs.notes + land_datasets(source, logs.needed, taps, compared, tables, report, keep)
        _land_notes(notes, tables)


def _keep_neighbours(keep: Keep, names: frozenset[str]) -> Keep:
    """Keep every row of the datasets that statements ask: a limit counts all of them, and a type is all cells' own."""
    return lambda batch, name, dataset: batch if name in names else keep(batch, name, dataset)


def _land_notes(notes: Counter[tuple[str, str]], tables: Tables) -> None:
    tables.write_rows("landed_notes", [(kind, name, count) for (kind, name), count in sorted(notes.items()) if count])
