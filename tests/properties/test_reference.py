"""The reference itself on drawn cases, worked out by hand: time, actors, reading, reach; each test names its rule."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from drawing import ANNA, BEN, EVE, NOON, column, event, keys, person, questions, scope, verdicts
from reference.clock import read_length, read_local, read_window
from reference.events import read_action, read_outcome
from reference.routes import match_resource

# Section 2: time


def test_an_ambiguous_local_time_has_two_readings() -> None:
    """D2: the hour that occurs twice when clocks go back."""
    readings, kind = read_local(datetime(2026, 10, 25, 2, 30), "Europe/Berlin")
    assert kind == "ambiguous"
    assert readings == [datetime(2026, 10, 25, 0, 30), datetime(2026, 10, 25, 1, 30)]


def test_a_local_time_that_never_was_is_read_by_both_offsets() -> None:
    """D2: the hour that is left out when clocks go forward, the smaller instant first."""
    readings, kind = read_local(datetime(2026, 3, 29, 2, 30), "Europe/Berlin")
    assert kind == "nonexistent"
    assert readings == [datetime(2026, 3, 29, 0, 30), datetime(2026, 3, 29, 1, 30)]


def test_a_window_of_dates_ends_at_the_midnight_after_the_last() -> None:
    """Section 2: the day on which clocks go forward has 23 hours."""
    assert read_window("2026-03-29/2026-03-29", "Europe/Berlin") == (
        datetime(2026, 3, 28, 23),
        datetime(2026, 3, 29, 22),
    )


def test_lengths_add_up_and_may_be_negative() -> None:
    """D1: the texts a clock skew may have."""
    assert [read_length(text).total_seconds() for text in ("90s", "-2m", "1h30m", "250ms")] == [90, -120, 5400, 0.25]


@pytest.mark.parametrize(
    ("stamp", "verdict"),
    [("2026-03-01T00:00:00Z", "reached"), ("2026-02-28T23:59:59.999999Z", "outside_window"),
     ("2026-03-02T23:59:59.999999Z", "reached"), ("2026-03-03T00:00:00Z", "outside_window")],
)  # fmt: skip
def test_the_window_is_half_open(stamp: str, verdict: str) -> None:
    """Section 1: `[start, end)`."""
    assert verdicts(scope([event(time=stamp)], [ANNA])) == {verdict: 1}


def test_a_clock_that_runs_ahead_is_set_back() -> None:
    """D1: true time = stamp − skew."""
    tables = scope([event(time="2026-03-01T00:01:00Z")], [ANNA], logs={"web": {"clock_skew": "90s"}})
    assert verdicts(tables) == {"outside_window": 1}


def test_an_end_stamp_counts_from_its_start() -> None:
    """Section 2: the start fixes the result set."""
    line = {"end_time": "2026-03-03T00:00:10Z", "duration": "30", "resource": "crm"}
    assert column(scope([line], [ANNA]), "accesses", "occurred_at") == [datetime(2026, 3, 2, 23, 59, 40)]


def test_what_only_one_reading_reaches_is_likely() -> None:
    """D2: one customer was there at both readings, another only at the second."""
    rows = [person("K1", "a@example.com", since=""), person("K2", "b@example.com", since="2026-10-25T01:00:00Z")]
    tables = scope(
        [event(time="2026-10-25T02:30:00")], rows, datasets={"crm": {"valid_from": "since"}},
        logs={"web": {"zone": "Europe/Berlin"}}, window="2026-10-25/2026-10-25",
    )  # fmt: skip
    assert keys(tables) == {"K1": "confirmed", "K2": "likely"}
    assert questions(tables)["ambiguous_time"] == (1, 2)


def test_an_event_delivered_twice_is_one_event() -> None:
    """Section 4, D3: the same line again counts once; another comment makes another event."""
    tables = scope([event(note="a"), event(note="a"), event(note="b")], [ANNA])
    assert column(tables, "exposed_records", "event_count") == [2]
    assert {(row["outcome"], row["item_count"]) for row in tables["funnel"] if row["stage"] == "lines"} == {
        ("event", 2), ("delivered_again", 1),
    }  # fmt: skip


def test_an_unreadable_time_is_rejected_and_counted() -> None:
    """Law 1: lines read = events + rejects."""
    tables = scope([event(), event(time="soon")], [ANNA])
    assert column(tables, "rejects", "line") == [3]
    assert questions(tables)["rejected_lines"] == (1, 0)


# Section 3: whose event


@pytest.mark.parametrize(
    ("selector", "matches"),
    [({"ip": "203.0.113.0/24"}, True), ({"ip": "203.0.113.8"}, False), ({"principal": "EVE"}, True),
     ({"user_agent": "*REQUESTS*"}, True), ({"absent": ["session"]}, True), ({"absent": ["host"]}, False),
     ({"host": "h"}, False), ({"principal": "eve", "from": "2026-03-02"}, False),
     ({"principal": "eve", "until": "2026-03-01"}, True), ({"principal": "eve", "logs": ["db"]}, False),
     ({"principal": "eve", "except": [{"ip": "203.0.113.7"}]}, False),
     ({"principal": "eve", "except": {"host": "h"}}, True)],
)  # fmt: skip
def test_selectors(selector: dict[str, Any], matches: bool) -> None:
    """D6: addresses, globs, absence, times, exceptions, attributes that the log lacks."""
    line = event(ip="203.0.113.7", principal=" Eve ", user_agent="python-requests/2", session="")
    tables = scope([line], [ANNA], intruder=[selector])
    assert verdicts(tables) == ({"reached": 1} if matches else {"unattributed": 1})


def test_trusted_events_expose_nobody_unless_the_intruder_matches_too() -> None:
    """Section 3: both lists → the intruder's, and an open question."""
    trusted = [{"principal": ["backup", "eve"]}]
    lines = [event(principal="backup"), event(principal="eve")]
    tables = scope(lines, [ANNA], intruder=[EVE], trusted=trusted)
    assert verdicts(tables) == {"trusted": 1, "reached": 1}
    assert questions(tables)["intruder_and_trusted"] == (1, 1)


def test_without_selectors_every_untrusted_event_is_the_intruders() -> None:
    """Section 3."""
    assert keys(scope([event()], [ANNA])) == {"K1": "confirmed"}


def test_unattributed_reads_are_possible_only_where_configured() -> None:
    """Sections 3 and 7."""
    lines = [event(principal="anna")]
    assert keys(scope(lines, [ANNA], intruder=[EVE])) == {}
    assert keys(scope(lines, [ANNA], intruder=[EVE], unattributed="possible")) == {"K1": "possible"}


def test_an_intruders_event_outside_the_window_is_a_question() -> None:
    """Section 2, D7: nobody is exposed; the question says how many it would reach."""
    tables = scope([event(time="2026-04-01T12:00:00Z", principal="eve")], [ANNA, BEN], intruder=[EVE])
    assert tables["exposures"] == []
    assert questions(tables)["intruder_outside_window"] == (1, 2)


# Section 4: what counts as reading


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [({"action": "HEAD"}, "not_a_read"), ({"action": "count"}, "not_a_read"), ({"action": "login"}, "not_a_read"),
     ({"action": "copy"}, "reached"), ({"outcome": "denied"}, "denied"), ({"status": "403"}, "denied"),
     ({"status": "500"}, "failed"), ({"outcome": "ok", "status": "304"}, "not_modified"),
     ({"status": "302"}, "redirected"),
     ({"status": "204"}, "no_content"), ({"rows": "0"}, "nothing_delivered"), ({"bytes": "0"}, "nothing_delivered"),
     ({"rows": "1", "bytes": "0"}, "reached"), ({"outcome": "timeout", "bytes": "0"}, "nothing_delivered"),
     ({"resource": "nothing"}, "unclaimed"), ({"action": "POST"}, "reached")],
)  # fmt: skip
def test_verdicts_by_content(cells: dict[str, str], verdict: str) -> None:
    """D5: the first that applies."""
    assert verdicts(scope([event(**cells)], [ANNA])) == {verdict: 1}


@pytest.mark.parametrize(
    ("cells", "reason"),
    [({"action": "POST"}, "unknown_action"), ({"outcome": "perhaps"}, "unknown_outcome"),
     ({"status": "206"}, "partial_content"),
     ({"outcome": "timeout", "bytes": "9"}, "aborted"), ({"filters": "region"}, "unreadable_filter"),
     ({"columns": "nope"}, "unknown_columns"), ({"rows": "1"}, "fewer_rows_logged")],
)  # fmt: skip
def test_what_makes_a_read_inexact(cells: dict[str, str], reason: str) -> None:
    """D18: the intruder's event, reach only an upper bound → likely, with its reason."""
    tables = scope([event(**cells)], [ANNA, BEN])
    assert {(row["grade"], row["grade_reason"]) for row in tables["exposures"]} == {("likely", reason)}


def test_words_of_the_log_come_first() -> None:
    """ "Our words": own mapping, then built-in; POST is not built in."""
    assert [read_action(word, {"Post": "search"}) for word in ("POST", "Download", "frob", "")] == [
        "search", "export", "unknown", "unknown",
    ]  # fmt: skip
    assert read_outcome("OK", "404", {}) == "failed"
    assert read_outcome("", "", {}) == "succeeded"
    assert read_outcome("done", "", {"DONE": "succeeded"}) == "succeeded"


def test_a_log_in_page_served_as_success_is_not_the_resource() -> None:
    """Section 4: content type or size gives it away."""
    routes = [{"resource": "/x", "dataset": "crm", "content_type": "application/json", "decoy_bytes": [512]}]
    lines = [
        event(resource="/x", content_type="text/html", bytes="9"),
        event(resource="/x", content_type="application/json; charset=utf-8", bytes="512"),
        event(resource="/x", content_type="Application/JSON", bytes="9"),
    ]
    assert verdicts(scope(lines, [ANNA], routes=routes)) == {"not_the_resource": 2, "reached": 1}


# Section 5: which records


@pytest.mark.parametrize(
    ("pattern", "resource", "captures"),
    [("/api/{key}", "/api/K%201", {"key": "K 1"}), ("/api/{key}", "https://x.example/api/K1?a=1", {"key": "K1"}),
     ("/api/{key}", "/api/K1/more", None), ("/f?email={email}", "/f?x=1&email=a%2Bb+c", {"email": "a+b c"}),
     ("/f?email={email}", "/f?mail=a", None), ("/dump*", "/dump/all.csv?x=1", {}), ("/Dump", "/dump", None)],
)  # fmt: skip
def test_routes(pattern: str, resource: str, captures: dict[str, str] | None) -> None:
    """D8: captures, hosts, parameters in any order, case."""
    assert match_resource(pattern, resource) == captures


def test_keys_beat_conditions_and_conditions_the_whole() -> None:
    """D9, in the order of section 5."""
    rows = [person("K1", "a@example.com", region=" eu"), person("K2", "b@example.com", region="UK")]
    routes = [{"resource": "/r/{region}", "dataset": "crm"}, {"resource": "/all", "dataset": "crm"}]
    by_key = scope([event(resource="/r/EU", record_keys="K2; K9")], rows, routes=routes)
    assert keys(by_key) == {"K2": "confirmed"}
    assert [(row["record_key"], row["reason"]) for row in by_key["unresolved"]] == [("K9", "no_such_record")]
    assert keys(scope([event(resource="/r/EU")], rows, routes=routes)) == {"K1": "confirmed"}
    assert keys(scope([event(resource="/all", filters="REGION=uk")], rows, routes=routes)) == {"K2": "confirmed"}
    assert keys(scope([event(resource="/all")], rows, routes=routes)) == {"K1": "confirmed", "K2": "confirmed"}


def test_the_version_of_that_instant_gives_values_and_brand() -> None:
    """Section 5: `valid_from <= t < valid_to`."""
    rows = [
        person("K1", "old@example.com", brand="Alpha", since="", till=NOON),
        person("K1", "new@example.com", brand="Beta", since=NOON, till=""),
        person("K2", "gone@example.com", brand="Beta", since="", till=NOON),
    ]
    crm = {"valid_from": "since", "valid_to": "till", "brand": {"column": "brand"}}
    tables = scope([event(), event(record_keys="K2")], rows, datasets={"crm": crm})
    assert [(row["record_key"], row["brand"]) for row in tables["exposed_records"]] == [("K1", "Beta")]
    assert column(tables, "unresolved", "reason") == ["no_record_at_that_instant"]
    assert column(tables, "contacts", "contact_value") == ["new@example.com"]


def test_a_static_file_holds_what_it_held_when_it_was_made() -> None:
    """D12: from its making to its replacement."""
    for made, replaced, expected in [
        ("2026-03-02", None, {}),
        ("2026-02-01", None, {"K1": "confirmed"}),
        ("2026-02-01", "2026-03-01", {}),
    ]:
        crm = {"generated_at": made, "replaced_at": replaced}
        assert keys(scope([event()], [ANNA], datasets={"crm": crm})) == expected


def test_a_stand_in_is_possible_whatever_its_end() -> None:
    """Section 5, D12."""
    rows = [ANNA | {"till": "2026-01-01"}]
    routes = [{"resource": "/old", "dataset": "crm", "stand_in": True}]
    tables = scope([event(resource="/old")], rows, datasets={"crm": {"valid_to": "till"}}, routes=routes)
    assert [(row["grade"], row["grade_reason"]) for row in tables["exposures"]] == [("possible", "stand_in")]


def test_more_rows_logged_than_derived_is_a_question_but_stays_exact() -> None:
    """D14."""
    tables = scope([event(rows="5")], [ANNA, BEN])
    assert set(keys(tables).values()) == {"confirmed"}
    assert questions(tables)["row_count_mismatch"] == (1, 2)


def test_identical_rows_without_a_key_are_one_record() -> None:
    """Contract of landed records; a row without a key still counts."""
    rows = [{"email": "a@example.com", "name": ""}] * 2
    tables = scope([event()], rows, datasets={"crm": {"key": None}})
    assert column(tables, "exposures", "record_count") == [1]


def test_everyone_a_record_describes_is_a_person() -> None:
    """Section 5: the referrer is reached with the record."""
    crm = {"columns": {"email": "email", "ref": {"field": "email", "subject": "referrer"}}}
    tables = scope([event()], [{"id": "K1", "email": "a@example.com", "ref": "b@example.com"}], datasets={"crm": crm})
    assert sorted(column(tables, "exposed_records", "subject")) == ["customer", "referrer"]
    assert len(tables["people"]) == 2
