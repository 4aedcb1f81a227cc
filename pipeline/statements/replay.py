"""Plans and instants → which records each statement delivered at each instant, surely or perhaps.

Equal plans are replayed once; those that speak of one dataset alone once for all instants, since each version of a
record answers for itself; look-ups of one shape together, in one join. This room must not know events or people.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.statements.compile import Compiler, Rows
from pipeline.statements.conditions import UnsureError
from pipeline.statements.dialects import dialect_of
from pipeline.statements.plans import bases_in, holds, is_single, read_plan
from pipeline.statements.reading import UNREAD_PREDICATE, Node, Plan
from pipeline.statements.sandbox import Sandbox, TooCostlyError, open_sandbox
from pipeline.statements.together import FEWEST, Asked, answer, is_flat, shape_of
from pipeline.statements.values import Pair

UNSURE_LIMIT = "unsure_limit"
REPLAYS = "plan_number bigint, occurred_at timestamp, replay_number bigint, row_count bigint, is_record_a_row boolean"
RECORDS = "replay_number bigint, record_number bigint, reason varchar"
_MOST_EPOCHS = 100_000


@dataclass(frozen=True, slots=True)
class Job:
    """One query to run for one or more replays: a plan, and the instant it is about (None: any)."""

    number: int
    plan: Plan
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Single:
    """A plan about one dataset alone, compiled: records for which `pair` holds."""

    dataset: str
    identity: str
    pair: Pair
    values: Mapping[str, Any]


@dataclass
class Results:
    """What is gathered: which replay answers for which plan and instant, and rows counted."""

    replays: list[tuple[int, datetime, int]] = field(default_factory=list)
    counts: dict[int, int | None] = field(default_factory=dict)


def replay(
    plans: Mapping[int, str],
    asked: Sequence[tuple[int, datetime]],
    files: Mapping[str, Path],
    folder: Path,
    threads: int | None = None,
    memory: str | None = None,
) -> tuple[Path, Path]:
    """Replay plans at instants and write `replays` and `replayed_records` into `folder`.

    `plans`: number → text of a plan; `asked`: (plan number, instant in UTC without zone); `files`: dataset → Parquet
    file of its cells. Returns the two files. Records that are surely delivered have no reason; the others say why not.
    """
    paths = folder / "replays.parquet", folder / "replayed_records.parquet"
    read = {number: read_plan(plans[number]) for number in sorted({number for number, _ in asked})}
    named = {dataset for plan in read.values() for dataset in _datasets(plan)}
    with open_sandbox({name: files[name] for name in sorted(named)}, folder, threads, memory) as sandbox:
        sandbox.fill("replayed", RECORDS, [])
        results = Results()
        jobs = _jobs(read, sorted(set(asked)), sandbox, results)
        _run(jobs, sandbox, results)
        rows = [
            (*found, results.counts.get(found[2]), _is_record_a_row(read[found[0]]))
            for found in sorted(results.replays)
        ]
        sandbox.fill("replays", REPLAYS, rows)
        sandbox.save("select * from replays order by all", paths[0])
        sandbox.save("select distinct * from replayed order by replay_number, record_number, reason", paths[1])
    return paths


def _is_record_a_row(plan: Plan) -> bool:
    """Tell a plan that gives one row for each record: of one dataset, without groups."""
    node = plan.query
    return node[0] == "select" and len(node[1]) == 1 and node[1][0][2][0] == "base" and node[3] is None


def _datasets(plan: Plan) -> set[str]:
    return set(bases_in(plan.query).values()) | set(bases_in(plan.fallback).values())


def _jobs(
    plans: Mapping[int, Plan], asked: Sequence[tuple[int, datetime]], sandbox: Sandbox, results: Results
) -> list[Job]:
    """Give every plan and instant its replay; instants between which nothing changed share one."""
    epochs = _Epochs(sandbox)
    numbers: dict[tuple[int, Any], int] = {}
    jobs: list[Job] = []
    for number, at in asked:
        plan = plans[number]
        key: tuple[int, Any] = (number, None)
        instant: datetime | None = None
        if _tells_time(plan.query):
            key, instant = (number, at), at
        elif not is_single(plan):
            epoch = epochs.of(_datasets(plan), at)
            key, instant = (number, epoch), None if epoch is None else at
        if key not in numbers:
            numbers[key] = len(numbers) + 1
            jobs.append(Job(numbers[key], plan, instant))
        results.replays.append((number, at, numbers[key]))
    return jobs


class _Epochs:
    """Stretches of time in which the datasets of a plan did not change."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._known: dict[frozenset[str], list[datetime] | None] = {}

    def of(self, datasets: set[str], at: datetime) -> Any:
        """Name the stretch an instant lies in; None if the datasets never changed."""
        key = frozenset(datasets)
        if key not in self._known:
            self._known[key] = self._bounds(key)
        bounds = self._known[key]
        if bounds is None:
            return at
        return bisect_right(bounds, at) if len(bounds) > 2 else None

    def _bounds(self, datasets: frozenset[str]) -> list[datetime] | None:
        tables = sorted(self._sandbox.cells[name].table for name in datasets)
        parts = " union ".join(f"select vf as edge from {name} union select vt from {name}" for name in tables)
        rows = self._sandbox.run(f"select edge from ({parts}) order by edge limit {_MOST_EPOCHS + 1}", {})
        return None if len(rows) > _MOST_EPOCHS else [row[0] for row in rows]


def _tells_time(node: Any) -> bool:
    return holds(node, ("now", "today"))


def _run(jobs: Iterable[Job], sandbox: Sandbox, results: Results) -> None:
    """Answer look-ups of one shape together, and everything else one by one."""
    shapes: dict[tuple[object, ...], list[tuple[Job, Asked]]] = {}
    for job in jobs:
        asked = _asked(job, sandbox)
        shape = None if asked is None else shape_of(asked)
        if asked is None or shape is None:
            _run_alone(job, sandbox, results)
        else:
            shapes.setdefault((_why(job.plan), shape), []).append((job, asked))
    for held in shapes.values():
        left = {job.number for job, _ in held}
        if len(held) >= FEWEST:
            left = _run_together(held, sandbox, results)
        for job, _ in held:
            if job.number in left:
                _run_alone(job, sandbox, results)


def _run_together(held: list[tuple[Job, Asked]], sandbox: Sandbox, results: Results) -> set[int]:
    """Run look-ups of one shape; return the jobs that remain to be run one by one."""
    try:
        counts, left = answer([asked for _, asked in held], sandbox, _why(held[0][0].plan))
    except TooCostlyError:
        numbers = {job.number for job, _ in held}
        sandbox.run("delete from replayed where replay_number in (select unnest($v0))", {"v0": sorted(numbers)})
        return numbers
    results.counts |= counts
    return left


def _asked(job: Job, sandbox: Sandbox) -> Asked | None:
    """Compile a plan so that it can be answered with others; None for one that cannot."""
    plan, query = job.plan, job.plan.query
    if not is_flat(query) or query[8]:
        return None
    is_alone = is_single(plan)
    compiler = Compiler(dialect_of(plan.dialect), sandbox.cells, not is_alone and job.at is not None, is_flat=True)
    try:
        body = compiler.body(query, plan.wanted)
    except (UnsureError, RecursionError):
        return None
    return Asked(job.number, plan.reason, body, _values(compiler, job), query[7], has_rows=not is_alone)


def _run_alone(job: Job, sandbox: Sandbox, results: Results) -> None:
    if is_single(job.plan):
        _insert_single(job, _single(job.plan.query, job, sandbox), sandbox)
    else:
        _run_whole(job, sandbox, results)


def _why(plan: Plan) -> str:
    """Name why records that only the most holds are not sure."""
    return UNSURE_LIMIT if plan.query[0] == "select" and plan.query[7] is not None else UNREAD_PREDICATE


def _single(node: Node, job: Job, sandbox: Sandbox) -> Single:
    _, identity, source, _ = node[1][0]
    compiler = Compiler(dialect_of(job.plan.dialect), sandbox.cells, is_dated=False)
    pair = compiler.condition(node[2], identity, source[1])
    return Single(source[1], identity, pair, _values(compiler, job))


def _values(compiler: Compiler, job: Job) -> dict[str, Any]:
    held: dict[str, Any] = {f"v{place}": value for place, value in enumerate(compiler.parameters.held)}
    if job.at is not None:
        held["at"] = job.at
        held["now"] = job.at.replace(tzinfo=UTC).astimezone(ZoneInfo(job.plan.zone)).replace(tzinfo=None)
    return held


def _insert_single(job: Job, single: Single, sandbox: Sandbox, *, is_fallback: bool = False) -> None:
    table = sandbox.cells[single.dataset].table
    lower = "false" if is_fallback else single.pair.lower
    reason = _reason(job.plan, lower, single.pair.upper, UNREAD_PREDICATE)
    sql = f"insert into replayed select {job.number}, {single.identity}.rn, {reason} from {table} as {single.identity}"
    sandbox.run(f"{sql} where {single.pair.upper}", single.values)


def _reason(plan: Plan, lower: str, upper: str, reason: str) -> str:
    """Write why a record is not surely delivered; null where it is."""
    if plan.reason is not None:
        return f"'{plan.reason}'"
    return "null" if lower == upper else f"case when coalesce({lower}, false) then null else '{reason}' end"


def _run_whole(job: Job, sandbox: Sandbox, results: Results) -> None:
    """Replay a plan with joins, groups or a limit; where that cannot be told or costs too much, its fallback."""
    try:
        _insert_whole(job, sandbox, results)
    except (UnsureError, TooCostlyError, RecursionError):
        _insert_single(job, _single(job.plan.fallback, job, sandbox), sandbox, is_fallback=True)


def _insert_whole(job: Job, sandbox: Sandbox, results: Results) -> None:
    plan, is_dated = job.plan, job.at is not None
    compiler = Compiler(dialect_of(plan.dialect), sandbox.cells, is_dated)
    rows = compiler.query(plan.query, plan.wanted)
    why = _why(plan)
    values = _values(compiler, job)
    if rows.is_sure or rows.has_flag:
        flag = "is_in" if rows.has_flag else "true"
        sandbox.run(f"create or replace table most_rows as select rn, {flag} as is_in from ({rows.upper}) as w", values)
    else:
        sandbox.run(f"create or replace table most_rows as select rn, false as is_in from ({rows.upper}) as w", values)
        least = f"select rn from ({rows.lower}) as sure where rn is not null"
        sandbox.run(f"update most_rows set is_in = true where rn in ({least})", values)
    reason = f"'{plan.reason}'" if plan.reason is not None else f"case when bool_or(is_in) then null else '{why}' end"
    found = f"select {job.number}, rn, {reason} from most_rows where rn is not null group by rn"
    sandbox.run(f"insert into replayed {found}", {})
    if rows.is_sure or rows.has_flag:
        results.counts[job.number] = _count(job, rows, sandbox)


def _count(job: Job, rows: Rows, sandbox: Sandbox) -> int | None:
    """Count the rows a statement gave, or None where that cannot be told."""
    query = job.plan.query
    if query[0] == "select" and query[3] is None:
        most, least = sandbox.run("select count(*), count(*) filter (where is_in) from most_rows", {})[0]
        limit, offset = query[7], query[8]
        if most == least:
            return int(most)
        # of rows that are perhaps in, a limit from the first row on takes as many as it may
        return min(int(most), int(limit)) if rows.has_flag and limit is not None and not offset else None
    if not rows.is_sure:
        return None
    compiler = Compiler(dialect_of(job.plan.dialect), sandbox.cells, job.at is not None)
    try:
        whole = compiler.query(query, None)
        found = sandbox.run(f"select count(*) from ({whole.upper}) as whole", _values(compiler, job))
    except (UnsureError, TooCostlyError):
        return None
    return int(found[0][0]) if whole.is_sure else None
