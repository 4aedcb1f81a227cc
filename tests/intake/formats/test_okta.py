"""Okta system log: what its events read, and that others look at the same places."""

from __future__ import annotations

from typing import Any

import pytest

from tests.intake.formats.conformance import SHARED, Comparison
from tests.intake.formats.json_records import read_one, read_with, withstand
from tests.intake.formats.published import against_model

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="reference data by other hands is not here")


def event(kind: str, targets: Any = None, **more: Any) -> dict[str, Any]:
    return {
        "uuid": "u-1",
        "published": "2026-03-28T21:00:05.123Z",
        "eventType": kind,
        "actor": {"id": "00u1", "type": "User", "alternateId": "ann@example.com", "displayName": "Ann"},
        "client": {"ipAddress": "203.0.113.7", "userAgent": {"rawUserAgent": "Mozilla/5.0"}},
        "authenticationContext": {"externalSessionId": "s-1", "rootSessionId": "r-1"},
        "debugContext": {"debugData": {"dtHash": "d-1"}},
        "outcome": {"result": "SUCCESS"},
        "target": targets,
        **more,
    }


REPORT = [{"id": "mfa", "type": "Report", "alternateId": "unknown", "displayName": "MFA Usage"}]
USERS = [{"id": "1", "type": "AppUser", "displayName": "bob"}, {"id": "2", "type": "AppInstance", "alternateId": "crm"}]
KINDS: list[tuple[str, Any, str, str | None]] = [
    ("analytics.reports.export.download", REPORT, "export", "okta://report/MFA Usage"),
    ("workflows.user.table.export", None, "export", "okta:workflows.user.table.export:"),
    ("workflows.user.table.view", [], "view", "okta:workflows.user.table.view:"),
    ("application.user_membership.show_password", USERS, "view", '["okta://appuser/bob", "okta://appinstance/crm"]'),
    ("system.agent.ad.read_topology", None, "view", "okta:system.agent.ad.read_topology:"),
    ("user.session.start", None, "login", None),
    ("user.authentication.sso", USERS, "login", None),
    ("user.lifecycle.create", USERS, "write", None),
    ("group.lifecycle.delete", USERS, "delete", None),
    ("system.org.rate_limit.warning", None, "metadata", None),
]


@pytest.mark.parametrize("drawn", KINDS, ids=lambda drawn: drawn[0])
def test_what_an_event_read(drawn: tuple[str, Any, str, str | None]) -> None:
    kind, targets, action, resource = drawn
    found = read_one("okta", event(kind, targets))
    assert (found["action"], found.get("resource")) == (action, resource)


def test_who_it_was() -> None:
    expected = {
        "time": "2026-03-28T21:00:05.123Z", "event_id": "u-1", "principal": "ann@example.com", "principal_id": "00u1",
        "principal_type": "User", "ip": "203.0.113.7", "user_agent": "Mozilla/5.0", "session": "s-1", "token": "d-1",
        "root_session": "r-1", "outcome": "succeeded",
    }  # fmt: skip
    found = read_one("okta", event("user.session.start"))
    assert {role: found.get(role) for role in expected} == expected


@pytest.mark.parametrize(
    ("result", "outcome"),
    [("SUCCESS", "succeeded"), ("ALLOW", "succeeded"), ("FAILURE", "failed"), ("DENY", "denied"), ("ABANDONED", "aborted"),
     ("UNKNOWN", "unknown"), ("SOMETHING", "unknown"), (None, "succeeded")],
)  # fmt: skip
def test_how_it_ended(result: str | None, outcome: str) -> None:
    assert read_one("okta", event("user.session.start", outcome={"result": result}))["outcome"] == outcome


def test_a_stopped_stream_is_a_signal() -> None:
    assert read_one("okta", event("system.log_stream.lifecycle.deactivate"))["signal"] == "logging_stopped"
    assert "signal" not in read_one("okta", event("user.session.start"))


def test_lower_case_exports_mean_the_same() -> None:
    plain = event("analytics.reports.export.download", REPORT)
    outer = {key.lower(): value for key, value in plain.items()}
    assert read_one("okta", outer) == read_one("okta", plain)


def test_damaged_events_cost_themselves_and_nothing_else() -> None:
    withstand("okta", [event(kind, targets) for kind, targets, *_ in KINDS], rounds=20)
    assert read_with("okta", [{"eventType": None}, {}])["refusal"].to_list() == ["not an event of the system log"] * 2


def compare_okta() -> Comparison:
    return against_model("okta", "Okta.SystemLog", {"source_ip": "ip", "user_agent": "user_agent"}, lambda *_: None)


@needs_shared
def test_others_look_at_the_same_places() -> None:
    found = compare_okta()
    assert found.compared_count == found.equal_count > 100
