"""One line → one event: time, identity, words, selectors, amounts (decisions D1 to D6)."""

from __future__ import annotations

import json
import random
from datetime import datetime
from ipaddress import ip_network
from typing import Any

import polars as pl
import pytest

from pipeline.config import Selector
from pipeline.errors import ConfigurationError, InputError
from pipeline.intake.rows import cell_name
from pipeline.intake.selectors import first_of, has_unreadable_address, match_each, read_address


def log(*columns: str, **more: Any) -> dict[str, Any]:
    return {"columns": {name: name for name in ("time", *columns)}, **more}


def lines(header: str, *cells: str) -> dict[str, str]:
    body = "".join(f"2026-03-28T10:00:0{place},{text}\n" for place, text in enumerate(cells))
    return {"log.csv": f"time,{header}\n{body}"}


def test_the_end_of_an_operation_minus_its_duration_and_the_skew(land_it) -> None:
    files = {"log.csv": "end,took\n2026-03-28T10:00:00Z,1500\n2026-03-28T10:00:00Z,\n2026-03-28T10:00:00Z,x\n"}
    mapped = {"columns": {"end_time": "end", "duration": "took"}, "duration_unit": "ms", "clock_skew": "-2s"}
    landed = land_it(files, log=mapped)
    assert landed["events"]["earliest_at"].to_list() == [
        datetime(2026, 3, 28, 10, 0, 0, 500_000),
        datetime(2026, 3, 28, 10, 0, 2),
    ]
    assert landed["rejects"].select("line", "reason").rows() == [(4, "unreadable duration")]


def test_an_unreadable_time_rejects_its_line_alone(land_it) -> None:
    landed = land_it({"log.csv": "time,ip,resource\nsoon,1,2\n2026-03-28,1,2\n,1,2\n"})
    assert landed["events"]["line"].to_list() == [3]
    assert landed["rejects"].rows() == [
        ("log", "web", "log.csv", 2, "unreadable time"),
        ("log", "web", "log.csv", 4, "unreadable time"),
    ]
    assert landed["sources"].filter(source="web").rows() == [("log", "web", "log.csv", 46, 3, 2)]


def test_identity_is_the_whole_line_or_the_id_with_all_mapped_cells(land_it) -> None:
    files = lines("id,resource,noise", "a,crm,1", "a,crm,2", "a,x,3", ",crm,4", ",crm,5")
    files["log.csv"] = files["log.csv"].replace("10:00:01", "10:00:00")
    keys = land_it(files, log={"columns": {"time": "time", "event_id": "id", "resource": "resource"}})["events"]
    first, same, other, blank, blank_too = keys["event_key"].to_list()
    assert first == same
    assert len({first, other, blank, blank_too}) == 4


def test_a_line_delivered_twice_has_one_identity(land_it) -> None:
    line = "2026-03-28T10:00:00,192.0.2.7,crm\n"
    files = {"a.csv": "time,ip,resource\n" + line, "b.csv": "ip,time,resource\n192.0.2.7,2026-03-28T10:00:00,crm\n"}
    events = land_it(files, log={"path": ["a.csv", "b.csv"]})["events"]
    assert events["event_number"].to_list() == [1, 2]
    assert events["event_key"].n_unique() == 1


@pytest.mark.parametrize(
    ("word", "ours"),
    [
        ("GET", "view"),
        ("Download", "export"),
        ("HEAD", "metadata"),
        ("POST", "unknown"),
        ("", "unknown"),
        ("peek", "search"),
    ],
)
def test_actions(land_it, word: str, ours: str) -> None:
    landed = land_it(lines("action", word), log=log("action", words={"action": {"Peek": "search"}}))
    assert landed["events"]["action"].to_list() == [ours]
    assert landed["notes"].rows() == ([("unknown_action", "web", 1)] if ours == "unknown" else [])


def test_a_log_without_actions_views(land_it) -> None:
    assert land_it()["events"]["action"].to_list() == ["view"]


@pytest.mark.parametrize(
    ("outcome", "status", "ours"),
    [
        ("OK", "", "succeeded"),
        ("", "", "succeeded"),
        ("", "200", "succeeded"),
        ("", "206", "succeeded"),
        ("", "204", "no_content"),
        ("", "304", "not_modified"),
        ("", "302", "redirected"),
        ("", "401", "denied"),
        ("", "404", "failed"),
        ("", "416", "failed"),
        ("", "408", "aborted"),
        ("", "499", "aborted"),
        ("", "504", "aborted"),
        ("", "500", "failed"),
        ("", "banana", "unknown"),
        ("", "99", "unknown"),
        ("", "200 OK", "succeeded"),
        ("success", "403", "denied"),
        ("success", "204", "succeeded"),
        ("denied", "200", "denied"),
        ("Timed Out", "", "aborted"),
        ("murky", "200", "unknown"),
        ("fine", "", "succeeded"),
    ],
)
def test_outcomes(land_it, outcome: str, status: str, ours: str) -> None:
    words = {"outcome": {"Fine": "succeeded"}}
    landed = land_it(lines("outcome,status", f"{outcome},{status}"), log=log("outcome", "status", words=words))
    assert landed["events"]["outcome"].to_list() == [ours]


def test_amounts(land_it) -> None:
    landed = land_it(lines("rows,bytes", "3,12.0", "-,x", "-1,", "٣,"), log=log("rows", "bytes"))
    assert landed["events"].select("row_count", "byte_count").rows() == [(3, 12), *[(None, None)] * 3]


def verdicts(land_it, header: str, cells: list[str], selector: dict[str, Any], **more: Any) -> list[int]:
    mapped = {"columns": {"time": "time", **{name: name for name in header.split(",")}}}
    events = land_it(lines(header, *cells), log=mapped, intruder=[selector], **more)["events"]
    return [place for place, found in enumerate(events["intruder_selector"].to_list()) if found == 1]


@pytest.mark.parametrize(
    ("header", "cells", "selector", "matched"),
    [
        (
            "ip",
            ["192.0.2.7", "192.0.2.8", "192.0.2.7:443", "::ffff:192.0.2.7", "x", ""],
            {"ip": "192.0.2.7"},
            [0, 2, 3],
        ),
        ("ip", ["10.1.2.3", "11.1.2.3", "2001:db8::1"], {"ip": ["10.0.0.0/8", "2001:db8::/32"]}, [0, 2]),
        ("user_agent", ["Evil Curl/8", "curl", "Mozilla"], {"user_agent": "*CURL/?"}, [0]),
        ("user_agent", ["a.b", "axb"], {"user_agent": "a.b"}, [0]),
        ("principal", [" Bob ", "bobby"], {"principal": "BOB"}, [0]),
        ("principal,ip", ["bob,10.0.0.1", "bob,10.0.0.2"], {"principal": "bob", "ip": "10.0.0.2"}, [1]),
        ("session", ["", "s1", "  "], {"absent": ["session"]}, [0, 2]),
        ("ip", [""], {"absent": ["session"]}, []),
        ("ip", ["10.0.0.1"], {"token": "x"}, []),
        ("principal", ["bob", "eve"], {"except": [{"principal": "bob"}]}, [1]),
        ("principal", ["bob", "eve"], {"logs": ["other"]}, []),
        (
            "principal",
            ["a", "a", "a"],
            {"principal": "a", "from": "2026-03-28T10:00:01Z", "until": "2026-03-28T10:00:02Z"},
            [1],
        ),
    ],
)
def test_selectors(land_it, header: str, cells: list[str], selector: dict[str, Any], matched: list[int]) -> None:
    assert verdicts(land_it, header, cells, selector) == matched


def test_the_first_of_several_selectors_counts(land_it) -> None:
    selectors = [{"ip": "10.0.0.9"}, {"resource": "CRM"}, {"ip": "192.0.2.0/24"}]
    events = land_it(intruder=selectors, trusted=[selectors[2]])["events"]
    assert events.select("intruder_selector", "trusted_selector").rows() == [(2, 1)]


def test_either_reading_of_a_stamp_may_lie_in_a_selectors_time(land_it) -> None:
    files = {"log.csv": "time,ip,resource\n2025-10-26T02:30:00,1.1.1.1,x\n"}
    selector = {"ip": "1.1.1.1", "from": "2025-10-26T01:00:00Z", "until": "2025-10-26T02:00:00Z"}
    landed = land_it(files, log={"zone": "Europe/Berlin"}, intruder=[selector])
    assert landed["events"]["intruder_selector"].to_list() == [1]
    assert landed["notes"].rows() == [("ambiguous_time", "web", 1)]


def test_coverage_has_open_ends_at_the_windows(land_it) -> None:
    stretches = [{"until": "2026-03-28", "status": "complete"}, {"from": "2026-03-29", "status": "deleted"}]
    assert land_it(log={"coverage": stretches})["coverage"].rows() == [
        ("web", datetime(2026, 3, 28), datetime(2026, 3, 29), "complete"),
        ("web", datetime(2026, 3, 29), datetime(2026, 3, 31), "deleted"),
    ]


def test_open_stretches_outside_the_window_say_nothing_of_it(land_it) -> None:
    stretches = [{"until": "2026-03-26", "status": "complete"}, {"from": "2026-04-02", "status": "deleted"}]
    assert land_it(log={"coverage": stretches})["coverage"].height == 0


def test_a_log_past_the_reject_limit_stops_the_run(land_it) -> None:
    with pytest.raises(InputError, match=r"1 of 2 lines of log 'web' .* first is log.csv:2: unreadable time"):
        land_it({"log.csv": "time,ip,resource\nx,1,1\n2026-03-28,1,1\n"}, limits={"reject_share": 0.2})


def test_a_time_format_that_is_none_stops_the_run(land_it) -> None:
    with pytest.raises(ConfigurationError, match="time_format"):
        land_it(log={"time_format": "%Q!"})


def test_an_exception_in_time_counts_at_its_own_reading(land_it) -> None:
    """One reading is excepted, the other is not: the event may be the intruder's."""
    files = {"log.csv": "time,ip,resource\n2025-10-26T02:30:00,1.1.1.1,x\n"}
    selector = {"ip": "1.1.1.1", "except": [{"until": "2025-10-26T01:00:00Z"}]}
    landed = land_it(files, log={"zone": "Europe/Berlin"}, intruder=[selector])
    assert landed["events"]["intruder_selector"].to_list() == [1]


@pytest.mark.parametrize(
    ("listed", "role", "is_match"),
    [
        ("203.0.113.7, 10.0.0.1", "intruder", True),
        ("10.0.0.1 203.0.113.7", "intruder", True),
        ("203.0.113.007", "intruder", True),
        ("10.0.0.1, 10.0.0.2", "intruder", False),
        ("203.0.113.7, 10.0.0.1", "trusted", False),
        ("203.0.113.7, 203.0.113.7", "trusted", True),
        ("unknown", "trusted", False),
    ],
)
def test_of_several_addresses_any_is_the_intruders_and_all_must_be_trusted(
    listed: str, role: str, is_match: bool
) -> None:
    selectors = [Selector.model_validate({"conditions": {"ip": ["203.0.113.7"]}})]
    found = first_of(match_each(selectors, "web", {"ip": "client"}, "UTC", is_any_enough=role == "intruder"))
    frame = pl.DataFrame({cell_name("client"): [listed]})
    assert frame.select(found.is_not_null()).item() == is_match


def test_addresses_are_judged_as_python_judges_them() -> None:
    draw = random.Random(11)
    cells = [".".join(str(draw.choice([0, 1, 7, 9, 113, 203, 255, 256, 999])) for _ in range(4)) for _ in range(400)]
    cells += [
        "203.0.113.007",
        "203.0.113.7:443",
        "::ffff:203.0.113.7",
        "203.0.113.7, 9.9.9.9",
        "2001:db8::1",
        "",
        "-",
        "?",
    ]
    networks = ["203.0.113.0/24", "7.0.0.0/8", "0.0.0.0/30", "2001:db8::/32", "255.255.255.255"]
    selectors = [Selector.model_validate({"conditions": {"ip": networks}})]
    frame = pl.DataFrame({cell_name("client"): cells})
    found = frame.select(
        first_of(match_each(selectors, "web", {"ip": "client"}, "UTC", is_any_enough=True))
        .is_not_null()
        .alias("match"),
        has_unreadable_address(selectors, {"ip": "client"}).alias("unreadable"),
    )
    for text, is_match, is_unreadable in zip(cells, *found.get_columns(), strict=True):
        parts = [part for part in text.split(", ") if part not in ("", "-")]
        read = [read_address(part) for part in parts]
        assert is_match == any(one in ip_network(net) for one in read if one for net in networks), text
        assert is_unreadable == any(one is None for one in read), text


def test_when_a_line_came_is_read_and_makes_no_other_event_of_it(land_it) -> None:
    files = {
        "log.csv": "time,id,came\n2026-03-28T10:00:00,a,2026-03-28T12:30:00\n2026-03-28T10:00:00,a,2026-03-30T12:30:00\n"
        "2026-03-28T10:00:00,b,soon\n"
    }
    mapped = {"columns": {"time": "time", "event_id": "id", "delivered": "came"}, "zone": "Europe/Berlin"}
    events = land_it(files, log={**mapped, "clock_skew": "90s"})["events"]
    assert events["delivered_at"].to_list() == [datetime(2026, 3, 28, 11, 30), datetime(2026, 3, 30, 10, 30), None]
    assert events["event_key"].n_unique() == 2


@pytest.mark.parametrize("dump", [json.dumps, lambda value: json.dumps(value, separators=(",", ":"))])
def test_a_key_that_is_null_and_one_that_is_missing_make_one_event(land_it, dump: Any) -> None:
    plain = {"time": "2026-03-28T10:00:00", "ip": "192.0.2.7", "said": 'null, "x": null', "more": {"a": None}}
    records = [plain, {**plain, "user": None}, {"none": None, **plain}, {**plain, "more": {}}, {**plain, "user": ""}]
    files = {"log.jsonl": "".join(dump(one) + "\n" for one in records)}
    events = land_it(files, log={"path": "log.jsonl", "columns": {"time": "time", "ip": "ip"}})["events"]
    assert events["event_key"][:4].n_unique() == 1
    assert events["event_key"].n_unique() == 2


def test_objects_written_in_no_usual_style_stay_events_of_their_own(land_it) -> None:
    stamp = '"time" : "2026-03-28T10:00:00"'
    files = {"log.jsonl": f'{{{stamp}}}\n{{{stamp}, "a": null}}\n{{"b": 1, {stamp}, "b": null}}\n'}
    events = land_it(files, log={"path": "log.jsonl", "columns": {"time": "time"}})["events"]
    assert events["event_key"].n_unique() == 3
