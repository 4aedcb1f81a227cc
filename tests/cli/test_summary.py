"""What a person reads: the verdict first, within 80 columns, whatever the inputs hold."""

from __future__ import annotations

import io
from typing import Any

import pytest

from pipeline.summary import Progress, draw, plain, summarise_check, summarise_run, tabulate, width_of

HOSTILE = "Tarn\x1b[31m\u202e\x00[bold]&\nThistle"


def summary(**changes: Any) -> dict[str, Any]:
    question = {"kind": "log_gap", "about": "portal", "item_count": 1, "people_count": 3, "question": "Who read it?"}
    brand = {
        "brand": HOSTILE * 4,
        "controller": "Northmere",
        "rows": 1234,
        "confirmed": 1200,
        "likely": 30,
        "possible": 4,
    }
    return {
        "incident_id": "one", "title": "A breach", "window": ["2026-03-28T00:00:00Z", "2026-03-30T00:00:00Z"],
        "verdict": "customer_data_read", "notes": ["no intruder selectors: every untrusted event counts"],
        "people": {"total": 1234, "confirmed": 1200, "likely": 30, "possible": 4},
        "brands": [brand], "fields": [{"field": "email", "label": "E-mail address", "people": 1234}],
        "excluded": [{"stage": "events", "outcome": "trusted", "count": 5}],
        "open_questions": [question], "folder": "out/runs/one-0123", "timings": {"landing": 1.25, "steps": 2.5},
        "seconds": 4.0, **changes,
    }  # fmt: skip


def test_the_verdict_stands_first() -> None:
    lines = draw(*summarise_run(summary())).splitlines()
    assert lines[:2] == ["CUSTOMER DATA WAS READ.", "1,234 people: 1,200 confirmed, 30 likely, 4 possible."]


def test_it_ends_with_where_the_tables_lie() -> None:
    lines = draw(*summarise_run(summary())).splitlines()
    assert lines[-1] == "Exposures: out/runs/one-0123/exposures (1 file, one for each brand)"
    assert lines[-3] == "Took 4.0 s (steps 2.5 s, landing 1.2 s)."


def test_nobody_is_never_not_affected() -> None:
    nobody = {"total": 0, "confirmed": 0, "likely": 0, "possible": 0}
    told = draw(*summarise_run(summary(people=nobody, brands=[], fields=[], verdict="undetermined", open_questions=[])))
    assert told.startswith("UNDETERMINED: no read is shown, but it cannot be ruled out.\n")
    assert "not affected" not in told
    proof = draw(*summarise_run(summary(people=nobody, brands=[], fields=[], verdict="no_customer_data_read")))
    assert proof.startswith("NO CUSTOMER DATA WAS READ")


@pytest.mark.parametrize("terminal", [False, True])
def test_every_line_fits_and_hostile_names_do_nothing(terminal: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    told = draw(*summarise_run(summary()), terminal=terminal)
    assert max(map(len, told.splitlines())) <= 80 or terminal
    assert not {"\x00", "\u202e"} & set(told)
    assert "\x1b[31m" not in told
    assert "[bold]" in told


def test_a_long_folder_is_not_broken() -> None:
    folder = "/a/very/long/folder/" * 8
    assert f"Tables:    {folder}\n" in draw(*summarise_run(summary(folder=folder)))


def test_questions_keep_their_order_and_name_what_they_are_about() -> None:
    first = {"kind": "a", "about": "portal", "item_count": 1, "people_count": 90, "question": "First?"}
    second = {"kind": "b", "about": "", "item_count": 1, "people_count": 0, "question": "Second?"}
    told = draw(*summarise_run(summary(open_questions=[first, second])))
    assert "90  portal: First?" in told
    assert told.index("First?") < told.index("Second?")


def test_colour_only_for_terminals_that_want_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[" in draw(*summarise_run(summary()), terminal=True)
    assert "\x1b[" not in draw(*summarise_run(summary()))
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[33m" not in draw(*summarise_run(summary()), terminal=True)


def test_a_check_is_drawn() -> None:
    stamps = {"first_event_at": "2026-03-28T00:00:00Z", "last_event_at": None}
    found = {
        "incident_id": "one", "window": ["2026-03-28T00:00:00Z", "2026-03-30T00:00:00Z"],
        "logs": [{"log": "portal", "files": 1, "lines": 12, "rejects": 1, **stamps}],
        "datasets": [{"dataset": "crm", "files": 2, "lines": 30, "rejects": 0, "records": None, "brands": None}],
        "notes": ["log 'portal' is odd"],
    }  # fmt: skip
    told = draw(*summarise_check(found))
    assert "Note: log 'portal' is odd" in told
    assert "2026-03-28T00:00:00Z" in told
    assert max(map(len, told.splitlines())) <= 80


def test_a_narrow_terminal_is_not_overrun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    told = draw(*summarise_run(summary()))
    assert max(len(line) for line in told.splitlines() if "out/runs" not in line) <= 40
    assert "CUSTOMER DATA WAS READ." in told
    assert "…" not in told.replace("hashed …", "")
    monkeypatch.setenv("COLUMNS", "200")
    assert max(map(len, draw(*summarise_run(summary())).splitlines())) <= 80


def test_an_answer_keeps_one_line_for_each_row() -> None:
    table = tabulate(["a"], [["x" * 300], ["line\nbreak"]])
    assert draw(table, width=width_of(table)).splitlines()[2:] == ["x" * 300, "line break"]


def test_plain_takes_out_what_steers() -> None:
    assert plain("a\x1b[0m\u200f\ud800b\tc") == "a·[0m··b c"
    assert plain("Zoë 北京 ✓") == "Zoë 北京 ✓"


def test_progress_is_plain_lines_where_nobody_watches() -> None:
    stream = io.StringIO()
    with Progress(stream) as progress:
        for stage, count in (("reading", 0), ("portal", 10), ("portal", 1234), ("crm", 1), ("writing", 0)):
            progress.report(stage, count)
    assert stream.getvalue() == "scope: reading\nscope: portal  1,234\nscope: crm  1\nscope: writing\n"


@pytest.mark.parametrize(("silence", "told"), [(60, ""), (0, "scope: who is who  table 2 of 3, links\n")])
def test_tables_are_told_of_a_run_that_was_silent_for_long(
    silence: int, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.summary.SILENCE", silence)
    stream = io.StringIO()
    with Progress(stream) as progress:
        progress.report("who is who", 0)
        progress.report("who is who", 0, "table 2 of 3, links")
    assert stream.getvalue() == f"scope: who is who\n{told}"


def test_progress_is_nothing_if_quiet() -> None:
    stream = io.StringIO()
    with Progress(stream, quiet=True) as progress:
        progress.report("reading", 0)
    assert stream.getvalue() == ""
