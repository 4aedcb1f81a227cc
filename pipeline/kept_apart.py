"""Who is one person, and who was kept apart: what a finished run says of it, by published ids only.

Reads the tables `links`, `identity_conflicts` and `identity_changes` of one run; knows no value and no rule.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.errors import UsageError
from pipeline.explain import find_people
from pipeline.query import ask, first_rows

CASES = """
    select person_id, other_person_id, string_agg(link_basis, ', ' order by link_basis) as shared,
        sum(name_conflict_count) as names, sum(secondary_conflict_count) as secondary,
        sum(primary_conflict_count) as primary_ids, sum(decision_count) as decided
    from identity_conflicts group by person_id, other_person_id
    order by decided, primary_ids, secondary, names, person_id, other_person_id
"""
RECORDS = """
    select dataset, record_key, subject,
        coalesce(string_agg(link_basis, ', ' order by link_basis) filter (where not is_blocked), '') as tied_by,
        coalesce(string_agg(link_basis, ', ' order by link_basis) filter (where is_blocked), '') as blocked
    from links where person_id = '{person}' group by dataset, record_key, subject order by dataset, record_key, subject
"""
OTHERS = """
    select '{person}' as person_id,
        case when person_id = '{person}' then other_person_id else person_id end as other_person_id,
        link_basis as shared,
        value_count as times, name_conflict_count as names, secondary_conflict_count as secondary,
        primary_conflict_count as primary_ids, decision_count as decided
    from identity_conflicts where '{person}' in (person_id, other_person_id) order by 2, 3
"""
CHANGES = """
    select previous_person_id, person_id, change, record_count from identity_changes
    where '{person}' in (person_id, previous_person_id, '') or '{person}' = '' order by 2, 1
"""
MOST_ROWS = 200
Table = dict[str, Any]


def review(run: Path, person: str | None) -> dict[str, Table]:
    """Return tables to show, each with its columns and rows: the cases to review, or those whom `person` means.

    `person` is a person id of this run or an earlier one, a record as `dataset:key`, or a contact value. Raises
    UsageError if nobody on the list is meant.
    """
    if person is None:
        return {"cases": _table(run, CASES), "changes": _table(run, CHANGES.format(person=""))}
    ids = find_people(run, person)
    if not ids:
        raise UsageError(
            "nobody in the run is meant by that", where="people", remedy="take a person_id of the table people"
        )
    texts = {"records": RECORDS, "others": OTHERS, "changes": CHANGES}
    found = [{name: _table(run, text.format(person=one)) for name, text in texts.items()} for one in ids]
    return {
        name: found[0][name]
        | {
            "rows": [row for one in found for row in one[name]["rows"]],
            "is_cut": any(one[name]["is_cut"] for one in found),
        }
        for name in texts
    }


def _table(run: Path, sql: str) -> Table:
    answer = ask(run, sql, with_contacts=False)
    rows, is_cut = first_rows(answer, MOST_ROWS)
    return {"columns": answer.columns, "rows": rows, "is_cut": is_cut}
