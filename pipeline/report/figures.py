"""Every figure of the report, asked of a finished run's tables. Knows their columns and draws nothing."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

from pipeline.catalogue import read_catalogue
from pipeline.run_tables import RunTables, open_runs

Figures = dict[str, Any]

BINS = 96
GRADES = ("confirmed", "likely", "possible")

PEOPLE = "select grade, count(*) as people from people group by grade"
REASONS = """
select grade, grade_reason, count(distinct person_id) as people
from exposures
group by grade, grade_reason
order by case grade when 'confirmed' then 1 when 'likely' then 2 else 3 end, people desc, grade_reason
"""
BRANDS = """
select brand, controller, count(*) as people, count(*) filter (where grade = 'confirmed') as confirmed,
    count(*) filter (where grade = 'likely') as likely, count(*) filter (where grade = 'possible') as possible
from exposures
group by brand, controller
order by people desc, brand, controller
"""
HEAT = """
select brand, controller, field, count(*) as people,
    count(*) filter (where state not in ('clear', 'partial', 'encrypted_key_exposed')) as protected
from exposure_fields
group by brand, controller, field
"""
RESIDENCE = """
with placed as (
    select distinct person_id, residence from exposures where residence is not null
    union all
    select person_id, '' as residence from exposures group by person_id having count(residence) = 0
)
select residence, count(*) as people
from placed
group by residence
order by residence = '', people desc, residence
"""
FUNNEL = "select stage, outcome, item_count from funnel"
QUESTIONS = """
select kind, about, item_count, people_count, question
from open_questions
order by people_count desc, item_count desc, question_id
"""
COVERAGE = """
select log, from_at, until_at, status, is_gap, datasets, event_count
from coverage
order by log, from_at
"""
READS = """
with placed as (
    select log, grade, epoch(occurred_at) as second
    from accesses
    where attribution = 'intruder'
)
select log, grade, cast(floor((second - $1) / $2) as bigint) as bin, count(*) as reads
from placed
group by all
order by all
"""
TOTALS = """
select (select count(*) from exposures) as exposure_count, (select count(*) from exposed_records) as record_count,
    (select count(*) from accesses where attribution = 'intruder') as read_count,
    (select count(*) from unresolved) as unresolved_count,
    (select count(distinct person_id) from exposures where has_payment_data) as payment_people,
    (select count(distinct person_id) from links where is_blocked) as blocked_people
"""


def gather(folder: Path) -> Figures:
    """Return all figures of the tables in `folder`; counts are of people unless their name says otherwise."""
    with open_runs({"": folder}) as tables:
        grades = {row["grade"]: row["people"] for row in tables.rows(PEOPLE)}
        start, end = _window(tables)
        bin_seconds = max((end - start) / BINS, 1.0)
        return {
            "grades": {grade: grades.get(grade, 0) for grade in GRADES},
            "people": sum(grades.values()),
            "reasons": tables.rows(REASONS),
            "brands": tables.rows(BRANDS),
            "heat": tables.rows(HEAT),
            "labels": {name: field.label for name, field in read_catalogue().items()},
            "residence": tables.rows(RESIDENCE),
            "funnel": tables.rows(FUNNEL),
            "questions": tables.rows(QUESTIONS),
            "coverage": tables.rows(COVERAGE),
            "reads": tables.rows(READS, [start, bin_seconds]),
            "start_second": start,
            "end_second": end,
            "bin_seconds": bin_seconds,
            **tables.rows(TOTALS)[0],
        }


def plain(value: object) -> str:
    """Return a text from outside without what steers or turns a display."""
    return "".join("·" if unicodedata.category(letter).startswith("C") else letter for letter in str(value))


def _window(tables: RunTables) -> tuple[float, float]:
    """Return the window's ends in seconds since 1970, from the coverage, which spans all of it."""
    row = tables.rows("select epoch(min(from_at)) as start, epoch(max(until_at)) as end from coverage")[0]
    return (row["start"], row["end"]) if row["start"] is not None else (0.0, 1.0)
