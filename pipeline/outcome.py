"""What a finished run says of itself: the counts a person or a machine reads at the end.

It only counts rows of tables already built and knows no rule: verdict, grades and questions stand in the tables.
No value of anybody is among them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pipeline.catalogue import read_catalogue
from pipeline.engines.base import Engine
from pipeline.window import Window

_GRADES = ("confirmed", "likely", "possible")
EXPOSED = ("exposed", "exposed_brand_rows", "reached", "key_read", "event")


UNMET = "select source from landed_notes where kind = 'selector_without_events' order by source"
UNHEARD = """
select distinct sources.source
from landed_sources as sources
cross join landed_incident as incident
left join landed_events as events
    on events.log = sources.source and events.latest_at >= incident.window_start_at
    and events.earliest_at < incident.window_end_at
where sources.source_kind = 'log' and events.event_number is null
order by sources.source
"""
UNREACHING = """
with reached as (
    select event_number from landed_reaches
    union
    select event_number from landed_key_reads
    union
    select event_number from landed_statements
)
select events.log
from landed_events as events
left join reached on reached.event_number = events.event_number
group by events.log
having count(reached.event_number) = 0
order by events.log
"""
UNBRANDED = """
select dataset, count(*) filter (where brand = 'unknown'), count(*)
from landed_records
group by dataset
having count(*) filter (where brand = 'unknown') > 0
order by dataset
"""


def summarise(engine: Engine, window: Window, notes: list[str]) -> dict[str, Any]:
    """Return the summary of a run whose tables `engine` holds, without folder and timings."""
    ((incident_id, verdict),) = engine.rows(
        "select incident_id, verdict from landed_incident cross join int_run_verdict"
    )
    return {
        "incident_id": incident_id,
        "window": [_written(window.start), _written(window.end)],
        "verdict": verdict,
        "notes": notes,
        "people": _people(engine),
        "brands": _brands(engine),
        "fields": _fields(engine),
        "excluded": _excluded(engine),
        "open_questions": _questions(engine),
    }


def summarise_inputs(engine: Engine, window: Window) -> dict[str, Any]:
    """Return what was read, from the landed tables alone: per log and per dataset its files, lines and rejects."""
    logs = engine.rows("""
        select sources.source, count(*), sum(line_count), sum(reject_count), any_value(seen.first_at),
            any_value(seen.last_at)
        from landed_sources as sources
        left join (
            select log, min(earliest_at) as first_at, max(latest_at) as last_at from landed_events group by log
        ) as seen on seen.log = sources.source
        where source_kind = 'log' group by sources.source order by sources.source
    """)
    datasets = engine.rows("""
        select sources.source, count(*), sum(line_count), sum(reject_count), any_value(held.records),
            any_value(held.brands)
        from landed_sources as sources
        left join (
            select dataset, count(*) as records, count(distinct brand) as brands from landed_records group by dataset
        ) as held on held.dataset = sources.source
        where source_kind = 'dataset' group by sources.source order by sources.source
    """)
    log_columns = ("log", "files", "lines", "rejects", "first_event_at", "last_event_at")
    dataset_columns = ("dataset", "files", "lines", "rejects", "records", "brands")
    return {
        "window": [_written(window.start), _written(window.end)],
        "logs": [_named(log_columns, row) for row in logs],
        "datasets": [_named(dataset_columns, row) for row in datasets],
    }


def find_doubts(engine: Engine, *, is_window_known: bool) -> list[str]:
    """Say what was read that looks wrong, from the landed tables alone: each is a question or a surprise of the run."""
    doubts = [
        f"{place} matches no event of any log: is it written as the logs write it?" for (place,) in engine.rows(UNMET)
    ]
    if is_window_known:
        doubts += [f"log '{log}' holds no event in the window: is its export whole?" for (log,) in engine.rows(UNHEARD)]
    doubts += [
        f"log '{log}': no event of it reaches a dataset; give it a route, unless it holds none of customers"
        for (log,) in engine.rows(UNREACHING)
    ]
    return doubts + [
        f"dataset '{dataset}': {unnamed:,} of its {count:,} records name no brand; nobody would tell these people"
        for dataset, unnamed, count in engine.rows(UNBRANDED)
    ]


def _people(engine: Engine) -> dict[str, int]:
    grades = dict(engine.rows("select grade, count(*) from people group by grade"))
    return {"total": sum(grades.values())} | {grade: grades.get(grade, 0) for grade in _GRADES}


def _brands(engine: Engine) -> list[dict[str, Any]]:
    rows = engine.rows("""
        select brand, controller, count(*), count(*) filter (where grade = 'confirmed'),
            count(*) filter (where grade = 'likely'), count(*) filter (where grade = 'possible')
        from exposures group by brand, controller order by 3 desc, brand, controller
    """)
    return [_named(("brand", "controller", "rows", *_GRADES), row) for row in rows]


def _fields(engine: Engine) -> list[dict[str, Any]]:
    rows = engine.rows("""
        select field, count(*), count(*) filter (where not is_readable)
        from (
            select person_id, unnest(fields) as field, true as is_readable from people
            union all
            select person_id, unnest(protected_fields) as field, false as is_readable from people
        ) group by field order by 2 desc, field
    """)
    labels = {name: field.label for name, field in read_catalogue().items()}
    return [
        {"field": field, "label": labels[field], "people": people, "protected_people": protected}
        for field, people, protected in rows
    ]


def _excluded(engine: Engine) -> list[dict[str, Any]]:
    rows = engine.rows("""
        select stage, outcome, item_count from funnel
        where stage in ('lines', 'events', 'records')
        order by case stage when 'lines' then 1 when 'events' then 2 else 3 end, item_count desc, outcome
    """)
    return [_named(("stage", "outcome", "count"), row) for row in rows if row[1] not in EXPOSED]


def _questions(engine: Engine) -> list[dict[str, Any]]:
    rows = engine.rows(
        "select kind, about, item_count, people_count, question from open_questions"
        " order by people_count desc, item_count desc, question_id"
    )
    return [_named(("kind", "about", "item_count", "people_count", "question"), row) for row in rows]


def _named(columns: tuple[str, ...], row: tuple[Any, ...]) -> dict[str, Any]:
    return {column: _written(value) for column, value in zip(columns, row, strict=True)}


def _written(value: Any) -> Any:
    return value.replace(tzinfo=None).isoformat() + "Z" if isinstance(value, datetime) else value
