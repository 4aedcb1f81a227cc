"""The story of a run: land the inputs, check them, take the steps, check the answers, publish.

What happens in which order, and nothing else: no rule about customers, no format, no engine's dialect.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pipeline.building import Building
from pipeline.chain import Registry
from pipeline.checks import CheckResult
from pipeline.checks.apart import Checks, open_checks
from pipeline.checks.standing import JudgedEngine, find_suites
from pipeline.contradictions import CONTRADICTIONS, refuse_contradictions
from pipeline.engines.base import Engine
from pipeline.engines.on_duckdb import machine_memory, open_duckdb
from pipeline.errors import ConfigurationError, ScopeError
from pipeline.identity import EXCHANGES, Exchange
from pipeline.identity_registry import REGISTRY, REGISTRY_ORDER, find_registry, keep_registry, land_registry
from pipeline.incident_file import IncidentSource, read_incident_file
from pipeline.intake import land
from pipeline.linking import link_everybody, link_reached, standing_before
from pipeline.manifest import build_manifest, hash_file
from pipeline.outcome import find_doubts, summarise, summarise_inputs
from pipeline.paths import find_expectations, find_sql
from pipeline.person_key import read_person_key
from pipeline.publish import publish, working_folder
from pipeline.report import Drawn, Pen, draw, to_svg
from pipeline.room import warn_of_little_room
from pipeline.statements.replay import replay
from pipeline.steps import Step, load_steps
from pipeline.stopwatch import Report, Stopwatch
from pipeline.table_files import ORDERS, PARTITIONED, OwnedTables, write_table
from pipeline.vocabularies import LANDED, LISTED
from pipeline.window import Window, parse_window

CANDIDATES = "int_candidate_events"
# What is read when all is built: by the summary, the registry of people, and whatever is published.
KEPT = {"int_run_verdict", REGISTRY, *ORDERS, *PARTITIONED}
CHECKS_PART = 0.25
# Of the four fifths of the machine that one database takes if not told: the rest is for what is no database.
DATABASES_PART = 0.75
# As they lie in memory, the tables of one moment take up to 8.5 times as much as what was landed, if all was reached.
TABLES_PER_LANDED = 8
# Of so few landed bytes, some thousand records, a second thread costs more than it brings.
FEW_BYTES = 1 << 20
EVER = Window(datetime(1900, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC))
NO_WINDOW = "no window is given: run with --window START/END, or write incident.window"
NO_SELECTORS = "no intruder selectors: every untrusted event in the window counts as the intruder's"


@dataclass(frozen=True)
class RunResult:
    """Where a run's tables lie, and what it says of itself."""

    folder: Path
    summary: dict[str, Any]


@dataclass(frozen=True)
class Gates:
    """The expectations of a run: where failing keys go, and what of the machine a check may take."""

    quarantine: Path
    scratch: Path
    threads: int | None
    memory: str | None
    watch: Stopwatch
    checks: Checks | None

    def begin(self, folder: Path, beside: Path | None = None) -> None:
        """Have every table in `folder` checked; expectations may read the tables in `beside` too."""
        if self.checks is not None:
            self.checks.begin(
                _tables(folder),
                find_expectations(),
                self.quarantine,
                beside=_tables(beside) if beside else {},
                scratch=self.scratch,
                threads=self.threads,
                memory=self.memory,
            )

    def over(self, engine: Engine) -> JudgedEngine:
        """Return the engine with every table judged as it is built, if there is a suite for it.

        Building ends with a GateError once nobody is there to check what will be published.
        """
        if self.checks is None:
            return JudgedEngine(engine, {}, self.quarantine)
        return JudgedEngine(engine, find_suites(find_expectations()), self.quarantine, self.checks.refuse_end)

    def results(self) -> list[CheckResult]:
        """Wait for what was begun; raises GateError if a critical expectation failed."""
        if self.checks is None:
            return []
        with self.watch.stage("checking"):
            return self.checks.results(self.watch.tell)

    @contextmanager
    def first(self) -> Iterator[None]:
        """Let what is wrong with the tables come before what fails inside because of it."""
        try:
            yield
        except ScopeError:
            self.results()
            raise


def _unheard(_warning: str) -> None:
    """Warn nobody."""


def _silent(stage: str, count: int, step: str = "") -> None:
    """Report nothing."""


def run_incident(
    incident_path: Path,
    window: str | None,
    out: Path,
    check_expectations: bool = True,
    report: Report = _silent,
    checks: Checks | None = None,
    pen: Pen = to_svg,
    warn: Callable[[str], None] = _unheard,
) -> RunResult:
    """Scope one incident and publish its tables under `out`.

    `window` overrides the incident file's. `checks` are those of `pipeline.checks.apart` and `pen` that of
    `pipeline.report.apart` if they are open already. `warn` is told at once what may keep the run from its end.
    Raises a ScopeError of the kind that fits; then nothing new is published and what was published before stands.
    """
    watch = Stopwatch(report)
    start = time.perf_counter()
    source = read_incident_file(incident_path)
    span = _window(source, window)
    opened = open_checks() if check_expectations and checks is None else nullcontext(checks)
    with working_folder(out) as work, opened as judging:
        landed, staged = work / "landed", work / "staged"
        with watch.stage("reading the inputs"):
            land_inputs(source, span, _person_key(source, out), landed, report)
            registry = find_registry(out, source.model.incident.id)
            land_registry(registry, landed)
        warn_of_little_room(out, _size(landed), warn)
        memory, threads = source.model.limits.memory, _threads(source.model.limits.threads, landed)
        gates = Gates(out / "quarantine", work, threads, _part_of(memory, CHECKS_PART), watch, judging)
        with open_duckdb(work, threads, _part_of(memory, 1 - CHECKS_PART), _expected_bytes(landed)) as database:
            _load(database, landed)
            engine = gates.over(database)
            building = _refuse_contradictions(engine, Building(engine, _steps(), watch, KEPT))
            gates.begin(landed)
            with gates.first():
                with watch.stage("replaying statements"):
                    _replay(engine, building, work, threads, _part_of(memory, CHECKS_PART))
                _take_steps(engine, building, work, watch, staged)
            gates.begin(staged, beside=landed)
            summary = summarise(engine, span, _notes(source)) | {"title": source.model.incident.title}
            manifest = _seal(source, span, engine, summary, gates, partial(draw, staged, pen))
        with watch.stage("publishing"):
            left = work / f"{REGISTRY}.parquet"
            sealed = Registry(registry.relative_to(out).as_posix(), hash_file(left))
            folder = publish(staged, out, manifest, {"stages": watch.seconds, "steps": watch.steps}, sealed)
            keep_registry(left, registry)
    seconds = round(time.perf_counter() - start, 3)
    return RunResult(folder, summary | {"folder": str(folder), "timings": watch.seconds, "seconds": seconds})


def _seal(
    source: IncidentSource,
    span: Window,
    engine: JudgedEngine,
    summary: dict[str, Any],
    gates: Gates,
    drawing: Callable[[], Drawn],
) -> dict[str, Any]:
    """Draw the report while the tables are being checked; once they are, write it, and say what the run is made of."""
    with gates.watch.stage("drawing the report"):
        drawn = drawing()
    checked = [*gates.results(), *engine.results, *gates.results()]
    with gates.watch.stage("sealing"):
        return build_manifest(source, span, engine, summary, drawn.folder, checked, drawn.finish)


def _part_of(memory: str | None, part: float) -> str:
    """Return that part of an amount of memory, such as '4GB', or of what a database takes that is not told.

    The checks, the SQL and the replay work at the same time, and each would take as much as if it were alone.
    """
    if memory is None:
        memory, part = machine_memory(), part * DATABASES_PART
    number = memory.rstrip("KMGTiB ")
    return f"{float(number) * part:.6f}{memory[len(number) :].strip()}"


def _expected_bytes(landed: Path) -> int:
    """Return how much the tables made of the files in `landed` may take at once, as they lie in memory."""
    return TABLES_PER_LANDED * _size(landed)


def _threads(told: int | None, landed: Path) -> int | None:
    """Return how many threads to use: as many as told, else one for few rows, else None for all the machine has."""
    return told or (1 if _size(landed) <= FEW_BYTES else None)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def check_inputs(incident_path: Path, window: str | None, report: Report = _silent) -> dict[str, Any]:
    """Read and judge the inputs without scoping; return what was found per log and dataset."""
    source = read_incident_file(incident_path)
    is_given = window is not None or source.model.incident.window is not None
    span = _window(source, window) if is_given else EVER
    watch = Stopwatch(report)
    with TemporaryDirectory(prefix="scope-check-") as name:
        work = Path(name)
        with watch.stage("reading the inputs"):
            # A route is right or wrong whoever the intruder is.
            land_inputs(source, span, "0" * 64, work / "landed", report, is_every_event=True)
        with open_duckdb(work, _threads(source.model.limits.threads, work / "landed")) as engine:
            _load(engine, work / "landed")
            _refuse_contradictions(engine, Building(engine, _steps(), watch))
            notes = [] if is_given else [NO_WINDOW]
            notes += [*_notes(source), *find_doubts(engine, is_window_known=is_given)]
            found = summarise_inputs(engine, span) | {"notes": notes}
            if not is_given:
                found["window"] = None
            return {"incident_id": source.model.incident.id} | found


def _window(source: IncidentSource, window: str | None) -> Window:
    incident = source.model.incident
    if window is not None:
        return parse_window(window, incident.zone)
    if incident.window is None:
        raise ConfigurationError(
            "no window is given",
            where=source.where("incident"),
            remedy="pass --window START/END, or write incident.window in the incident file",
        )
    where = source.where("incident", "window")
    return parse_window(incident.window, incident.zone, error=ConfigurationError, where=where)


def _person_key(source: IncidentSource, out: Path) -> str:
    named = source.model.identity.key_file
    return read_person_key(source.folder / named if named else None, out)


def _notes(source: IncidentSource) -> list[str]:
    return [] if source.model.intruder else [NO_SELECTORS]


def _steps() -> tuple[Step, ...]:
    return load_steps(find_sql())


def land_inputs(
    source: IncidentSource,
    span: Window,
    person_key: str,
    landed: Path,
    report: Callable[[str, int], None],
    is_every_event: bool = False,
) -> None:
    """Land everything the incident file names in a new private folder; `is_every_event` as for `land`."""
    landed.mkdir(mode=0o700)
    land(source, span, person_key, landed, report, is_every_event=is_every_event)


def _load(engine: Engine, folder: Path) -> None:
    engine.load_together({path.stem: path for path in sorted(folder.glob("*.parquet"))}, LANDED)


def _replay(engine: Engine, building: Building, work: Path, threads: int | None, memory: str | None) -> None:
    """Find out which events count, and replay their statements on the records as they were."""
    building.build_up_to({CANDIDATES})
    asked = engine.rows(
        "select distinct replays.plan_number, candidates.occurred_at from landed_replays as replays"
        " inner join int_candidate_events as candidates on candidates.event_number = replays.event_number"
    )
    plans = engine.rows("select plan_number, plan from landed_plans")
    files = {path.stem: path for path in sorted((work / "cells").glob("*.parquet"))}
    for path in replay(dict(plans), [(plan, at) for plan, at in asked], files, work, threads, memory):
        engine.load(path.stem, path)


def find_who_is_who(engine: Engine, work: Path) -> None:
    """Load what was landed under `work` and build the tables up to who is one person, and no further."""
    _load(engine, work / "landed")
    building = _refuse_contradictions(engine, Building(engine, _steps(), Stopwatch(_silent)))
    building.build_up_to({"int_record_subjects"})
    link_everybody(engine)
    for exchange in EXCHANGES:
        building.build_up_to(exchange.inputs)
        _hand_over(engine, exchange, work / "identity")
    building.build_up_to({"int_subject_components"})


def _take_steps(engine: Engine, building: Building, work: Path, watch: Stopwatch, staged: Path) -> None:
    """Build what is not built yet; between, let identity compare names and turn links into people.

    Published tables are written to `staged` as they are made, and read from there.
    """
    with watch.stage("working out what was reached"):
        building.build_up_to({step.name for step in standing_before(building.steps)})
        building.settle(link_reached(engine, building.steps, building.build_again))
    with watch.stage("working out who is who"):
        for number, exchange in enumerate(EXCHANGES):
            building.build_up_to(exchange.inputs, {name for later in EXCHANGES[number:] for name in later.inputs})
            _hand_over(engine, exchange, work / "identity")
    with watch.stage("working out who was exposed"):
        owned = OwnedTables(engine, staged)
        building.build_rest(partial(_make, engine, work, staged, owned))
        owned.complete()


def _make(engine: Engine, work: Path, staged: Path, owned: OwnedTables, step: Step) -> None:
    """Build a table; what outlives the run goes to files at once, in its order, and is read from there."""
    if step.name in ORDERS:
        engine.load(step.name, write_table(engine, step.name, step.sql, ORDERS[step.name], staged))
    elif step.name in PARTITIONED:
        owned.write(step.name, step.sql)
    elif step.name == REGISTRY:
        engine.load(step.name, write_table(engine, step.name, step.sql, REGISTRY_ORDER, work))
    else:
        engine.build(step.name, step.sql, LISTED.get(step.name, ()))


def _hand_over(engine: Engine, exchange: Exchange, folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    for name, column in exchange.inputs.items():
        engine.save(f"from {name} order by {column}", folder / f"{name}.parquet")
    with engine.resting():
        exchange.work(folder)
    for name in exchange.outputs:
        engine.load(name, folder / f"{name}.parquet")


def _refuse_contradictions(engine: Engine, building: Building) -> Building:
    """Stop where the inputs contradict themselves; return what is built, with what was needed to see it."""
    building.build_up_to(CONTRADICTIONS)
    refuse_contradictions(engine)
    return building


def _tables(folder: Path) -> dict[str, str]:
    """Return the tables that lie in `folder`: one file each, or a folder of files."""
    tables = {path.stem: str(path) for path in sorted(folder.glob("*.parquet"))}
    return tables | {path.name: str(path / "*.parquet") for path in sorted(folder.iterdir()) if path.is_dir()}
