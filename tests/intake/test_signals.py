"""What a line says of its log: signals, planes and numbers, by the log's own words (decision record 12)."""

from __future__ import annotations

from pathlib import Path

from tests.config.written import change, refuse

LOG_FILE = (
    "time,ip,resource,what,kind,number\n"
    "2026-03-28T10:00:00,192.0.2.7,crm,StopLogging,Data,7\n"
    "2026-03-28T10:00:00,192.0.2.7,crm, LOGGING_STARTED ,management,\n"
    "2026-03-28T10:00:00,192.0.2.7,crm,GetObject,insight,seven\n"
    "2026-03-28T10:00:00,192.0.2.7,crm,,,12345678901234567890\n"
)
COLUMNS = {"time": "time", "ip": "ip", "resource": "resource"}


def test_signals_planes_and_numbers(land_it) -> None:
    log = {
        "columns": {**COLUMNS, "signal": "what", "plane": "kind", "sequence": "number"},
        "words": {"signal": {"stoplogging": "logging_stopped"}, "plane": {"insight": "management"}},
    }
    found = land_it({"log.csv": LOG_FILE}, log=log)["events"]
    assert found.select("signal", "plane", "sequence_number").rows() == [
        ("logging_stopped", "data", 7),
        ("logging_started", "management", None),
        (None, "management", None),
        (None, None, None),
    ]


def test_a_log_that_maps_none_says_nothing_of_itself(land_it) -> None:
    found = land_it({"log.csv": LOG_FILE})["events"]
    assert set(found.select("signal", "plane", "sequence_number").rows()) == {(None, None, None)}


def test_words_that_are_not_ours_are_refused(tmp_path: Path) -> None:
    error = refuse(tmp_path, change("action: {PEEK: view}", "signal: {Stop: logging_stoped}"))
    assert "logs.esp.words.signal.Stop" in error.where
    assert "did you mean 'logging_stopped'?" in error.remedy
