"""Salesforce: rows of event log files and real-time events, and the records they list."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from pipeline.intake.logs.formats import Sample
from pipeline.intake.logs.registry import claimants
from pipeline.intake.logs.salesforce_records import long_id
from tests.intake.formats.json_records import read_one, read_with, withstand

ANN, ANN_LONG = "0035g00000AbCdE", "0035g00000AbCdEAAV"
BOB_LONG = "0035g00000XyZ12AAB"


def row(kind: str, **more: Any) -> dict[str, Any]:
    return {
        "EVENT_TYPE": kind, "TIMESTAMP": "20260328210005.123", "TIMESTAMP_DERIVED": "2026-03-28T21:00:05.123Z",
        "ORGANIZATION_ID": "00D1", "USER_ID": "0055g", "USER_ID_DERIVED": "0055g00000Ann12AAC", "CLIENT_IP": "203.0.113.7",
        "SESSION_KEY": "s-1", "LOGIN_KEY": "l-1", "URI": "", **more,
    }  # fmt: skip


def event(kind: str | None, **more: Any) -> dict[str, Any]:
    named = {"attributes": {"type": kind}} if kind else {}
    return {
        **named, "EventDate": "2026-03-28T21:00:05.123+0000", "EventIdentifier": "e-1", "Username": "ann@acme.com",
        "UserId": "0055g00000Ann12AAC", "SourceIp": "203.0.113.7", "SessionKey": "s-1", "LoginKey": "l-1", **more,
    }  # fmt: skip


def listed(*ids: str, kind: str = "Contact") -> str:
    return json.dumps({"totalSize": len(ids), "records": [{"attributes": {"type": kind}, "Id": one} for one in ids]})


def cells(*rows: list[str]) -> str:
    return json.dumps({"totalSize": len(rows), "rows": [{"datacells": one} for one in rows]})


REPORT = "00O5g000006AbCdEAM"
SOQL = "SELECT Id, Email FROM Contact WHERE Country__c = 'DE'"
READS: list[tuple[dict[str, Any], str, str | None, dict[str, str]]] = [
    (row("Report", REPORT_ID_DERIVED=REPORT, ROW_COUNT="120", ENTITY_NAME="Contact"), "view", f"salesforce://report/{REPORT}",
     {"rows": "120"}),
    (row("ReportExport", URI_ID_DERIVED=REPORT), "export", f"salesforce://report/{REPORT}", {}),
    (row("API", METHOD_NAME="query", ENTITY_NAME="Contact", ROWS_PROCESSED="7"), "search", "salesforce://object/Contact",
     {"filters": "?", "rows": "7"}),
    (row("API", METHOD_NAME="update", ENTITY_NAME="Contact"), "write", None, {}),
    (row("RestApi", METHOD="GET", URI="/services/data/v60.0/query", QUERY=SOQL, ENTITY_NAME="Contact"), "search",
     "salesforce://object/Contact", {"statement": SOQL, "dialect": "soql"}),
    (row("RestApi", METHOD="POST", URI="/services/data/v60.0/composite", ENTITY_NAME="Contact|Account"), "search",
     '["salesforce://object/Contact", "salesforce://object/Account"]', {"filters": "?"}),
    (row("RestApi", METHOD="POST", URI="/services/data/v60.0/sobjects/Contact"), "write", None, {}),
    (row("BulkApi", OPERATION_TYPE="queryAll", ENTITY_TYPE="Contact", ROWS_PROCESSED="9"), "export", "salesforce://object/Contact",
     {"filters": "?", "rows": "9"}),
    (row("BulkApi", OPERATION_TYPE="upsert", ENTITY_TYPE="Contact"), "write", None, {}),
    (row("URI", URI=f"/{ANN}", URI_ID_DERIVED=ANN_LONG), "view", f"salesforce://page/{ANN}", {"record_keys": f'["{ANN_LONG}"]'}),
    (row("ContentTransfer", TRANSACTION_TYPE="VersionDownloadApi", DOCUMENT_ID_DERIVED="0695g00000AbCdEAAV", SIZE_BYTES="9"),
     "export", "salesforce://file/0695g00000AbCdEAAV", {"bytes": "9"}),
    (row("Search", SEARCH_QUERY="meier"), "search", "salesforce:search:", {"filters": "?"}),
    (row("QueuedExecution", ENTRY_POINT="ExportBatch"), "view", "salesforce:queuedexecution:ExportBatch", {}),
    (row("Login"), "login", None, {}),
    (row("FlowExecution"), "write", None, {}),
    (event("ReportEventStream", ReportId=REPORT, QueriedEntities="Contact, Account", RowsProcessed=2, Operation="ReportExported",
           Records=cells([ANN, "0015g00000AbCdE"], [BOB_LONG, "0015g00000AbCdE"])),
     "export", f"salesforce://report/{REPORT}", {"record_keys": f'["{ANN_LONG}", "{BOB_LONG}"]', "rows": "2"}),
    (event("ReportEvent", ReportId=REPORT, QueriedEntities="Contact", RowsProcessed=5000, Records=cells([ANN])), "view",
     f"salesforce://report/{REPORT}", {"rows": "5000"}),
    (event("ListViewEvent", ListViewId="00B5g00000AbCdE", QueriedEntities="Contact", Records=listed(ANN), RowsProcessed=1), "view",
     "salesforce://listview/00B5g00000AbCdEEAV", {"record_keys": f'["{ANN_LONG}"]', "rows": "1"}),
    (event("ApiEvent", Query=SOQL, QueriedEntities="Contact", Operation="Query", Records=listed(ANN, BOB_LONG), RowsProcessed=2.0),
     "search", "salesforce://object/Contact",
     {"record_keys": f'["{ANN_LONG}", "{BOB_LONG}"]', "rows": "2.0", "statement": SOQL, "dialect": "soql"}),
    (event("BulkApiResultEventStore", Query=SOQL), "export", "salesforce://object/Contact", {"statement": SOQL, "dialect": "soql"}),
    (event(None, ListViewId="00B5g00000AbCdE"), "view", "salesforce://listview/00B5g00000AbCdEEAV", {"filters": "?"}),
    (event("FileEvent", FileAction="UI_DOWNLOAD", ContentDocumentId="0695g00000AbCdEAAV"), "export",
     "salesforce://file/0695g00000AbCdEAAV", {}),
]  # fmt: skip
SAID = ("record_keys", "filters", "rows", "bytes", "statement", "dialect")


@pytest.mark.parametrize("number", range(len(READS)))
def test_what_an_event_read(number: int) -> None:
    one, action, resource, more = READS[number]
    found = read_one("salesforce", one)
    assert (found["action"], found.get("resource"), {role: found[role] for role in SAID if role in found}) == (
        action, resource, more,
    )  # fmt: skip


def test_who_it_was() -> None:
    expected = {
        "time": "2026-03-28T21:00:05.123Z", "principal": "0055g00000Ann12AAC", "ip": "203.0.113.7", "session": "s-1",
        "login_key": "l-1", "account": "00D1", "outcome": "succeeded",
    }  # fmt: skip
    found = read_one("salesforce", row("Report"))
    assert {role: found.get(role) for role in expected} == expected
    assert read_one("salesforce", row("Report", TIMESTAMP_DERIVED=None))["time"] == "2026-03-28T21:00:05.123Z"
    assert read_one("salesforce", event("ApiEvent"))["principal"] == "ann@acme.com"


def test_how_it_ended() -> None:
    assert read_one("salesforce", event("ReportEvent", PolicyOutcome="Block"))["outcome"] == "denied"
    assert read_one("salesforce", row("Login", LOGIN_STATUS="LOGIN_ERROR_INVALID_PASSWORD"))["outcome"] == "failed"
    assert read_one("salesforce", row("Login", LOGIN_STATUS="LOGIN_NO_ERROR"))["outcome"] == "succeeded"
    found = read_one("salesforce", row("RestApi", METHOD="GET", STATUS_CODE="403"))
    assert (found["outcome"], found["status"]) == ("succeeded", "403"), "the status wins over a claimed success"


def test_ids_have_the_form_of_exports() -> None:
    assert long_id(ANN) == ANN_LONG == long_id(ANN_LONG)
    assert long_id("001A0000006Vm9r") == "001A0000006Vm9rIAC", "the example of the vendor's article"
    assert long_id("ann@acme.com") is None


def test_a_file_of_events_lands(land_log: Any) -> None:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(row("URI")), quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerow(row("URI", URI="/1"))
    routes = {"routes": [{"resource": "salesforce://page/{key}", "dataset": "crm"}]}
    landed = land_log({"URI.csv": out.getvalue()}, format="auto", rest=routes)
    assert landed["reaches"]["record_key"].to_list() == ["1"]


def test_events_and_rows_are_known() -> None:
    assert claimants(Sample(object=event("ApiEvent"))) == claimants(Sample(object=row("API"))) == ["salesforce"]
    assert claimants(Sample(header=list(row("API")))) == ["salesforce"]


def test_damaged_events_cost_themselves_and_nothing_else() -> None:
    withstand("salesforce", [one for one, *_ in READS], rounds=15)
    assert (
        read_with("salesforce", [{}, {"EVENT_TYPE": None}])["refusal"].to_list()
        == ["not an event of event monitoring"] * 2
    )
