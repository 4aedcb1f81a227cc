"""Access logs → landed events, reaches, conditions and key reads, log by log and batch by batch.

This room tells the order in which a log's lines are read, judged and written. Each log format is a file beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import polars as pl

from pipeline.config import Log
from pipeline.incident_file import IncidentSource
from pipeline.intake.ahead import ahead
from pipeline.intake.files import InputFile, find_files
from pipeline.intake.logs.events import read_events
from pipeline.intake.logs.reading import read_log
from pipeline.intake.needed import Needed
from pipeline.intake.reach import Reaches, find_reaches
from pipeline.intake.rejects import Ledger
from pipeline.intake.routes import CompiledRoute, Target
from pipeline.intake.rows import Reject
from pipeline.intake.selectors import first_of, has_unreadable_address, match_each
from pipeline.intake.statements import Stated, Statements, hold_back, let_go, read_statements
from pipeline.intake.tables import TABLES, Tables
from pipeline.intake.times import READING
from pipeline.intake.words import UNKNOWN

Report = Callable[[str, int], None]

EVENT_COLUMNS = list(TABLES["landed_events"])


@dataclass(slots=True)
class LandedLogs:
    """What the logs leave for the datasets to know, and what was counted."""

    counting: pl.Expr
    """Which events may count for anybody, whatever they read."""
    event_count: int = 0
    needed: Needed = field(default_factory=Needed)
    notes: Counter[tuple[str, str]] = field(default_factory=Counter)
    met: set[str] = field(default_factory=set)
    """Selectors that met an event, by their place in the incident file."""


def land_logs(
    source: IncidentSource,
    routes: list[CompiledRoute],
    targets: list[Target],
    statements: Statements,
    tables: Tables,
    report: Report,
    is_every_event: bool = False,
) -> LandedLogs:
    """Land every log of the incident; raises InputError for one that cannot be read.

    What an event reached is found for those that may count, or with `is_every_event` for all.
    """
    landed = LandedLogs(counting=pl.lit(True) if is_every_event else _counting(source))
    for name, log in source.model.logs.items():
        own = [route for route in routes if not route.route.logs or name in route.route.logs]
        _land_log(source, name, log, own, targets, statements, tables, landed, report)
    for name in _places(source):
        landed.notes["selector_without_events", name] = int(name not in landed.met)
    return landed


def _land_log(
    source: IncidentSource,
    name: str,
    log: Log,
    routes: list[CompiledRoute],
    targets: list[Target],
    statements: Statements,
    tables: Tables,
    landed: LandedLogs,
    report: Report,
) -> None:
    files = find_files(log.path, source.folder, source.where("logs", name, "path"), may_be_folder=True)
    log, batches = read_log(log, files, source.where("logs", name))
    ledger = Ledger("log", name, files)

    def read() -> Iterator[tuple[InputFile, int, list[Reject], pl.DataFrame]]:
        for file, batch in ahead(batches):
            events, rejects = read_events(batch, name, log, source.where("logs", name))
            yield file, batch.line_count, [*batch.rejects, *rejects], events

    for file, line_count, rejects, events in ahead(read()):
        ledger.add(file.name, line_count, rejects, tables)
        events = _judge(events, source, name, log, landed)
        events = events.with_columns(pl.lit(name).alias("log"), pl.lit(file.name).alias("file"))
        landed.event_count += events.height
        _note(landed.notes, name, events)
        _land_events(hold_back(events, statements, name, log), log, routes, targets, statements, tables, landed)
        report(name, ledger.line_count)
    if (held := let_go(statements, name)) is not None:
        _land_events(held, log, routes, targets, statements, tables, landed)
    ledger.close(source.model.limits.reject_share, source.where("logs", name), tables)


def _land_events(
    events: pl.DataFrame,
    log: Log,
    routes: list[CompiledRoute],
    targets: list[Target],
    statements: Statements,
    tables: Tables,
    landed: LandedLogs,
) -> None:
    """Write events with what their statements, or other evidence, say they reached."""
    may_count = events.select(landed.counting.fill_null(False)).to_series()
    if not may_count.any():
        tables.write("landed_events", events)
        return
    stated = read_statements(events.filter(may_count), statements, log)
    idle = events.select(EVENT_COLUMNS).filter(~may_count)
    # in the order of their numbers, of which a check need not ask then whether they differ
    tables.write("landed_events", idle.merge_sorted(stated.events.select(EVENT_COLUMNS), key="event_number"))
    _write_stated(stated, tables)
    rest = stated.rest
    reaches = find_reaches(rest, routes, targets, log.list_separator, log.text_limit) if rest.height else Reaches()
    _write_reaches(reaches, tables)
    landed.needed.add(reaches.needed)


def _counting(source: IncidentSource) -> pl.Expr:
    """Tell events that may count: what trusted or unheeded ones reached is nobody's question (semantics, section 3)."""
    model = source.model
    is_intruder = pl.col("intruder_selector").is_not_null()
    if model.intruder and model.unattributed == "ignore":
        return is_intruder
    return is_intruder | pl.col("trusted_selector").is_null()


def _judge(events: pl.DataFrame, source: IncidentSource, name: str, log: Log, landed: LandedLogs) -> pl.DataFrame:
    """Number the events and say which selectors they match; note which selectors met any."""
    zone, first = source.model.incident.zone, landed.event_count + 1
    matches = [
        *match_each(source.model.intruder, name, log.columns, zone, is_any_enough=True),
        *match_each(source.model.trusted, name, log.columns, zone, is_any_enough=False),
    ]
    places = _places(source)
    judged = events.with_columns(match.alias(place) for place, match in zip(places, matches, strict=True))
    landed.met |= {place for place in places if judged[place].any()}
    count = len(source.model.intruder)
    return judged.with_columns(
        pl.int_range(first, first + events.height, dtype=pl.Int64, eager=True).alias("event_number"),
        first_of([pl.col(place) for place in places[:count]]).alias("intruder_selector"),
        first_of([pl.col(place) for place in places[count:]]).alias("trusted_selector"),
        has_unreadable_address(source.model.intruder, log.columns).alias("has_unreadable_address"),
    ).drop(places)


def _places(source: IncidentSource) -> list[str]:
    """Name each selector by its place in the incident file, the intruder's first."""
    lists = {"intruder": source.model.intruder, "trusted": source.model.trusted}
    return [f"{name}[{place}]" for name, selectors in lists.items() for place in range(len(selectors))]


def _write_stated(stated: Stated, tables: Tables) -> None:
    tables.write("landed_statements", stated.statements)
    tables.write("landed_reaches", stated.reaches)
    tables.write("landed_replays", stated.replays)


def _write_reaches(found: Reaches, tables: Tables) -> None:
    for frame in found.reaches:
        tables.write("landed_reaches", frame)
    for frame in found.conditions:
        tables.write("landed_conditions", frame)
    for frame in found.key_reads:
        tables.write("landed_key_reads", frame)


def _note(notes: Counter[tuple[str, str]], name: str, events: pl.DataFrame) -> None:
    counts = {
        "ambiguous_time": pl.col(READING) == "ambiguous",
        "nonexistent_time": pl.col(READING) == "nonexistent",
        "unknown_action": pl.col("action") == UNKNOWN,
        "unknown_outcome": pl.col("outcome") == UNKNOWN,
    }
    sums = events.select(condition.sum().alias(kind) for kind, condition in counts.items())
    for kind in counts:
        notes[kind, name] += int(sums[kind][0] or 0)
