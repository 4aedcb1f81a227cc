"""Tables that can be made a slice at a time where memory does not hold what making them whole takes.

A table is sliced by a column that all rows which meet in it share: of every table it reads that has this column, a
slice takes the rows whose value falls to it, and the slices together are the table. This room knows names of columns
and tables; `tests/steps` makes every drawn case of these tables in slices, too.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from typing import Any

# How many slices are tried, each time a smaller part of what has to be held at once. Too few are found out in the first
# slice; too many read everything too often.
COUNTS = (8, 16, 32, 64)

# Table → the column that it is sliced by.
SLICED = {
    "accesses": "event_number",
    "amiss_contacts_of_people": "person_id",
    "amiss_evidence": "event_id",
    "amiss_evidence_of_records": "evidence_id",
    "amiss_fields_of_exposures": "person_id",
    "amiss_people": "person_id",
    "amiss_records_of_exposures": "person_id",
    "amiss_records_of_people": "person_id",
    "contacts": "component_number",
    "evidence": "evidence_id",
    "exposed_records": "subject_number",
    "exposure_fields": "component_number",
    "exposures": "component_number",
    "int_contact_points": "component_number",
    "int_evidence_sets": "subject_number",
    "int_exposed_strands": "component_number",
    "int_exposed_subjects": "subject_number",
    "int_exposure_bundles": "component_number",
    "int_exposure_rows": "component_number",
    "int_exposure_sources": "component_number",
    "int_person_findings": "component_number",
    "int_person_subjects": "component_number",
    "int_reached_records": "event_number",
    "int_subject_bundles": "subject_number",
    "int_unanswered_reaches": "event_number",
    "links": "component_number",
    "people": "component_number",
}


Execute = Callable[[str], list[tuple[Any, ...]]]


def make(
    name: str,
    whole: Callable[[], object],
    in_slices: Callable[[int], object],
    shortage: type[Exception],
    alone: Callable[[], AbstractContextManager[None]],
) -> None:
    """Make table `name` whole; where memory is short, in few slices if it can be sliced; at last with one thread.

    Each thread has buffers of its own: `alone` is where one works. It makes the table in ever more slices, or whole.
    Raises `shortage`, which says that memory is short, where that does not help either.
    """
    slices: list[Callable[[], object]] = [partial(in_slices, count) for count in COUNTS if name in SLICED]
    if _is_made([whole, *slices[:1]], shortage):
        return
    *attempts, last = slices[1:] or [whole]
    with alone():
        if not _is_made(attempts, shortage):
            last()


def _is_made(attempts: Sequence[Callable[[], object]], shortage: type[Exception]) -> bool:
    """Try one way after the other until memory suffices; tell whether it did."""
    for attempt in attempts:
        try:
            attempt()
        except shortage:
            continue
        return True
    return False


@contextmanager
def one_thread(execute: Execute) -> Generator[None]:
    """Let one thread work in a database of which `execute` runs a statement; then as many as before."""
    ((count,),) = execute("select current_setting('threads')")
    execute("set threads = 1")
    try:
        yield
    finally:
        execute(f"set threads = {int(count)}")


def make_in_slices(execute: Execute, name: str, sql: str, count: int, kind: str = "table") -> None:
    """Make table `name`, a `kind` of table, of `count` slices; `execute` runs a statement and returns its rows."""
    with closing(_slices(execute, name, count)) as slices:
        for number in slices:
            execute(f"insert into {name} {sql}" if number else f"create or replace {kind} {name} as {sql}")


def _slices(execute: Execute, name: str, count: int) -> Generator[int, None, None]:
    """Yield the number of each slice.

    Meanwhile the names of all tables that have the column stand for those of their rows that fall to the slice.
    """
    column = SLICED[name]
    ((place,),) = execute("select current_database()")
    told = f"where column_name = '{column}' and database_name = '{place}' and not internal order by table_name"
    tables = [table for (table,) in execute(f"select table_name from duckdb_columns() {told}") if table != name]  # noqa: S608
    for number in range(count):
        try:
            for table in tables:
                rows = f"select * from {place}.main.{table} where hash({column}) % {count} = {number}"  # noqa: S608
                execute(f"create temp view {table} as {rows}")
            yield number
        finally:
            for table in tables:
                execute(f"drop view if exists temp.main.{table}")
