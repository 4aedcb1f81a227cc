"""Each clause of what judges exposures, alone: what it is for fails, and what it must not mind passes (a count of 0)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.checks.suites import load_suite
from pipeline.paths import find_expectations

if TYPE_CHECKING:
    from tests.checks.conftest import Bench

BOB = "where person_id = person('b')"
NEVER_NULL = (
    "is_mixed_grade", "fields", "protected_fields", "states", "has_payment_data", "first_exposed_at", "last_exposed_at",
    "event_count", "record_count", "datasets", "processors", "has_crm_record",
)  # fmt: skip
NEVER_BLANK = ("person_id", "brand", "controller", "grade", "grade_reason", "access")
POSSIBLE = ("log_gap", "unlogged_copy", "stand_in", "unattributed", "unknown_device", "unreadable_time")
TAPPED = (
    "log_gap", "unlogged_copy", "intercepted", "open_interval", "date_only", "ambiguous_time", "unknown_device",
    "unreadable_time",
)  # fmt: skip
TAKEN = f"update exposures set event_count = 0, access = 'exported', grade_reason = '{{}}' {BOB}"
LIKELIER = (
    "update exposure_fields set grade = 'likely', grade_reason = 'aborted', first_exposed_at = moment('2026-03-02 09:00:00'),"
    " last_exposed_at = moment('2026-03-02 11:00:00') where field = 'card_number' and person_id = person('a');"
    "update exposures set is_mixed_grade = true where person_id = person('a') and brand = 'Acme'"
)
# Four rows of three records, of which two share a key, in two datasets.
SEVERAL = (
    "insert into exposed_records select * replace ('b2' as record_key) from exposed_records where record_key = 'b';"
    "insert into exposed_records select * replace ('referrer' as subject) from exposed_records where record_key = 'b';"
    "insert into exposed_records select * replace ('crm' as dataset) from exposed_records"
    " where record_key = 'b' and subject = 'customer';"
    f"update exposures set record_count = {{}}, datasets = {{}} {BOB}"
)
# Two records under one brand, three under the other.
TWO_BRANDS = (
    "insert into exposed_records select * exclude (number) replace (record_key || number as record_key) from exposed_records,"
    " range(2) as numbers(number) where person_id = person('a') and (brand = 'Zeta' or number = 0);"
    "update exposures set record_count = case brand when 'Zeta' then 3 else 2 end where person_id = person('a')"
)
MORE_FIELDS = f"insert into landed_fields values ('iris', 64, 'identity', false, 0, 1); update exposures set {{}} {BOB}"
TABLES = ("exposures", "exposure_fields", "exposed_records")
ONE_CONTROLLER = ";".join(f"update {table} set controller = 'Acme Ltd'" for table in TABLES)
ONE_BRAND = ";".join(f"update {table} set brand = 'Acme'" for table in TABLES)
LATE = ";".join(f"update {table} set last_exposed_at = moment('2026-03-09') {BOB}" for table in TABLES)
LOST = f"update exposures set datasets = ['lost'] {BOB}; update exposed_records set dataset = 'lost' {BOB}"
CASES = [
    ("instants_are_inside_the_window", LATE, 1),
    ("datasets_are_known", LOST, 1),
    *(("fields_are_those_of_exposure_fields", alike, 0) for alike in (ONE_CONTROLLER, ONE_BRAND)),
    *(("records_are_those_of_exposed_records", f"{TWO_BRANDS};{alike}", 0) for alike in (ONE_CONTROLLER, ONE_BRAND)),
    *(("required_values_are_there", f"update exposures set {name} = null {BOB}", 1) for name in NEVER_NULL),
    *(("required_values_are_there", f"update exposures set {name} = ' ' {BOB}", 1) for name in NEVER_BLANK),
    *(("grade_goes_with_its_reason", f"update exposures set grade_reason = '{word}' {BOB}", 0) for word in POSSIBLE),
    ("grade_goes_with_its_reason", "update exposures set grade_reason = 'intercepted' where grade = 'confirmed'", 0),
    *(("without_events_only_gaps_copies_and_interceptions", TAKEN.format(word), 0) for word in TAPPED),
    ("without_events_only_gaps_copies_and_interceptions", TAKEN.format("aborted"), 1),
    (
        "without_events_only_gaps_copies_and_interceptions",
        f"delete from landed_interceptions; {TAKEN.format('log_gap')}",
        1,
    ),
    ("instants_are_inside_the_window", f"update exposures set first_exposed_at = moment('2026-02-10') {BOB}", 0),
    ("instants_are_inside_the_window", f"update exposures set last_exposed_at = moment('2026-03-08') {BOB}", 0),
    ("datasets_are_known", f"update exposures set datasets = ['list', 'lost'] {BOB}", 1),
    ("fields_are_known", f"update exposures set fields = null {BOB}", 1),
    ("fields_are_known", f"update exposures set fields = [], protected_fields = [] {BOB}", 1),
    ("fields_are_known", f"update exposures set protected_fields = ['shoe_size'] {BOB}", 1),
    ("fields_are_known", f"update exposures set fields = ['email', 'email'] {BOB}", 1),
    ("fields_are_known", MORE_FIELDS.format("fields = ['email', 'iris'], protected_fields = ['iris']"), 0),
    ("fields_are_those_of_exposure_fields", MORE_FIELDS.format("fields = ['email', 'iris']"), 1),
    ("fields_are_those_of_exposure_fields", MORE_FIELDS.format("protected_fields = ['iris']"), 1),
    ("masked_values_are_never_alone", f"update exposures set states = ['email:masked'] {BOB}", 1),
    ("masked_values_are_never_alone", f"update exposures set states = [] {BOB}", 1),
    ("payment_data_is_never_masked", f"update exposures set has_payment_data = true {BOB}", 1),
    ("grade_is_its_best_fields", LIKELIER, 0),
    (
        "grade_is_its_best_fields",
        "update exposure_fields set first_exposed_at = moment('2026-03-01 12:00:00')"
        " where grade = 'possible' and person_id = person('c')",
        0,
    ),
    ("records_are_those_of_exposed_records", SEVERAL.format(3, "['list', 'crm']"), 0),
    ("records_are_those_of_exposed_records", SEVERAL.format(4, "['list', 'crm']"), 1),
    ("records_are_those_of_exposed_records", SEVERAL.format(3, "['list']"), 1),
    ("records_are_those_of_exposed_records", TWO_BRANDS, 0),
    (
        "records_are_those_of_exposed_records",
        f"update exposed_records set record_key = null {BOB}; update exposures set record_count = 0 {BOB}",
        0,
    ),
]


@pytest.mark.parametrize(
    ("expectation", "fault", "count"), CASES, ids=[f"{case[0]}-{number}" for number, case in enumerate(CASES)]
)
def test_clause_of_a_look_at_exposures(bench: Bench, expectation: str, fault: str, count: int) -> None:
    suite = load_suite(find_expectations(), "exposures").expectations
    (item,) = [item for item in suite if item.name == expectation]
    bench.connection.execute(fault)
    assert len(bench.keys(item).fetchall()) == count


@pytest.mark.parametrize("table", ["exposed_records", "people"])
def test_a_list_of_fields_that_no_other_table_holds_is_known(bench: Bench, table: str) -> None:
    (item,) = [one for one in load_suite(find_expectations(), table).expectations if one.name == "fields_are_known"]
    bench.connection.execute(f"update {table} set fields = ['email'], protected_fields = ['full_name'] {BOB}")
    assert bench.keys(item).fetchall() == []
