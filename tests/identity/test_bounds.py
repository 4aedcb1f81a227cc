"""Bounds that take many records to draw: what so many share is nobody's, one less is somebody's."""

from __future__ import annotations

import duckdb
import pytest

from tests.steps.test_steps import steps


@pytest.mark.parametrize(("everybody", "is_none"), [(1099, True), (1100, False)])
def test_a_birth_date_is_none_where_more_than_one_in_a_hundred_have_it(everybody: int, is_none: bool) -> None:
    """Eleven have it, which is more than ten households of one."""
    with duckdb.connect() as tables:
        tables.execute("create table landed_incident as select 1 as household_limit")
        tables.execute(
            "create table landed_names as select number as record_number, 'customer' as subject,"
            " case when number < 11 then 'many' else cast(number as varchar) end as birth_date"
            f" from range({everybody}) as numbers(number)"
        )
        tables.execute("create table stg_repeated_records (record_number bigint, first_record_number bigint)")
        found = tables.execute(steps()["int_placeholder_dates"].sql).fetchall()
    assert found == ([("many",)] if is_none else [])


@pytest.mark.parametrize(("count", "is_tying"), [(50, True), (51, False)])
def test_what_more_than_fifty_different_people_share_ties_nobody(count: int, is_tying: bool) -> None:
    """A tower block, at which two of one name may be two people."""
    with duckdb.connect() as tables:
        tables.execute(
            "create table int_profile_values as select number as subject_number, 1 as value_number,"
            f" number as profile_number from range({count}) as numbers(number)"
        )
        tables.execute(
            "create table int_tying_values as select 1 as value_number, 'address' as kind, false as is_primary"
        )
        tables.execute(
            "create table int_profiles as select profile_number, 'ann' as given_name from int_profile_values"
        )
        found = tables.execute(steps()["int_shared_profiles"].sql).fetchall()
    assert len(found) == (count if is_tying else 0)
