"""Microsoft 365 audit log: files, mail, searches and exports, in each form in which records are handed on."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

import pytest

from pipeline.intake.logs.formats import Sample
from pipeline.intake.logs.registry import claimants
from tests.intake.formats.conformance import SHARED, Comparison
from tests.intake.formats.json_records import read_one, read_with, withstand
from tests.intake.formats.published import against_catalogue

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="reference data by other hands is not here")
FILE = "https://acme.sharepoint.com/sites/CRM/Lists/customers.xlsx"


def record(operation: str, **more: Any) -> dict[str, Any]:
    return {
        "CreationTime": "2026-03-28T21:00:05",
        "Id": "i-1",
        "Operation": operation,
        "OrganizationId": "o-1",
        "RecordType": 6,
        "UserKey": "k-1",
        "UserType": 0,
        "Workload": "SharePoint",
        "UserId": "ann@acme.com",
        "ClientIP": "203.0.113.7",
        **more,
    }


def mail(kind: str, folders: Any = None, throttled: str = "False", **more: Any) -> dict[str, Any]:
    properties = [{"Name": "MailAccessType", "Value": kind}, {"Name": "IsThrottled", "Value": throttled}]
    return record("MailItemsAccessed", Workload="Exchange", MailboxOwnerUPN="bob@acme.com", OperationProperties=properties,
                  Folders=folders, **more)  # fmt: skip


def folder(path: str, *messages: str) -> dict[str, Any]:
    return {"Path": path, "FolderItems": [{"Id": "x", "InternetMessageId": message} for message in messages]}


INBOX = [folder("\\Inbox", "&lt;1@x&gt;", "&lt;2@x&gt;"), folder("\\Inbox\\VIP", "&lt;3@x&gt;")]
FORWARD = [{"Name": "Identity", "Value": "bob"}, {"Name": "ForwardingSmtpAddress", "Value": "smtp:eve@evil.example"}]
BOX = "mailbox://bob@acme.com/"
READS: list[tuple[dict[str, Any], str, str | None, dict[str, str]]] = [
    (record("FileAccessed", ObjectId=FILE), "view", FILE, {}),
    (record("FileDownloaded", ObjectId=FILE, FileSizeBytes=512), "export", FILE, {"bytes": "512"}),
    (record("FileSyncDownloadedFull", ObjectId=FILE), "export",
     f'["{FILE}","https://acme.sharepoint.com/sites/CRM/Lists/"]', {}),
    (record("FileCopied", ObjectId=FILE), "copy", FILE, {}),
    (record("FileUploaded", ObjectId=FILE), "write", None, {}),
    (record("FileDeleted", ObjectId=FILE), "delete", None, {}),
    (record("FilePreviewed"), "view", "m365:FilePreviewed:", {}),
    (mail("Bind", INBOX), "view", f'["{BOX}Inbox", "{BOX}Inbox/VIP"]', {"record_keys": '["<1@x>", "<2@x>", "<3@x>"]'}),
    (mail("Sync", None, Item={"ParentFolder": {"Path": "\\Inbox"}}), "view", f"{BOX}Inbox", {}),
    (mail("Sync", [folder("\\Inbox", "&lt;1@x&gt;")]), "view", f"{BOX}Inbox", {}),
    (mail("Bind", INBOX, "True"), "view", BOX, {"filters": "?", "signal": "throttled"}),
    (mail("Bind", []), "view", BOX, {"filters": "?"}),
    (record("Set-Mailbox", ObjectId="bob", Parameters=FORWARD), "copy", "m365:forwarding:bob", {}),
    (record("Set-Mailbox", ObjectId="bob", Parameters=FORWARD[:1]), "write", None, {}),
    (record("SearchQueryInitiatedExchange", QueryText="iban"), "search", "m365:search:", {"filters": "?"}),
    (record("New-ComplianceSearchAction", ObjectId="case 7"), "export", "ediscovery://case 7", {}),
    (record("SearchExportDownloaded", SearchName="all mail"), "export", "ediscovery://all mail", {}),
    (record("ViewedSearchPreviewed", ObjectId="case 7"), "view", "ediscovery://case 7", {}),
    (record("MessagesListed", ChatThreadId="19:abc"), "view", "teams://19:abc", {}),
    (record("CopilotInteraction", CopilotEventData={"AccessedResources": [{"SiteUrl": FILE}, {"Name": "notes"}]}), "view",
     f'["{FILE}", "notes"]', {}),
    (record("UserLoggedIn"), "login", None, {}),
    (record("Get-Mailbox"), "list", None, {}),
]  # fmt: skip


@pytest.mark.parametrize("drawn", READS, ids=lambda drawn: drawn[0]["Operation"])
def test_what_an_operation_read(drawn: tuple[dict[str, Any], str, str | None, dict[str, str]]) -> None:
    one, action, resource, more = drawn
    found = read_one("m365", one)
    said = {role: found[role] for role in ("record_keys", "filters", "bytes", "signal") if role in found}
    assert (found["action"], found.get("resource"), said) == (action, resource, more)


@pytest.mark.parametrize(
    "written", ["203.0.113.7", "203.0.113.7:4711", "[::ffff:203.0.113.7]:4711", "::ffff:203.0.113.7", " 203.0.113.7 "]
)
def test_addresses_are_read_without_ports(written: str) -> None:
    assert read_one("m365", record("FileAccessed", ClientIP=written))["ip"] == "203.0.113.7"


def test_an_address_of_the_newer_kind_stays_one() -> None:
    assert read_one("m365", record("FileAccessed", ClientIP="[2001:db8::7]:443"))["ip"] == "2001:db8::7"
    assert read_one("m365", record("FileAccessed", ClientIP="2001:db8::7"))["ip"] == "2001:db8::7"


def test_who_it_was() -> None:
    one = record(
        "FileAccessed", UserAgent="UA", AppAccessContext={"AADSessionId": "s-1", "UniqueTokenId": "t-1"}, AppId="a-1"
    )
    expected = {
        "time": "2026-03-28T21:00:05", "event_id": "i-1", "principal": "ann@acme.com", "user_agent": "UA", "session": "s-1",
        "token": "t-1", "app": "a-1", "account": "o-1", "workload": "SharePoint", "outcome": "succeeded",
    }  # fmt: skip
    found = read_one("m365", one)
    assert {role: found.get(role) for role in expected} == expected
    device = record(
        "UserLoggedIn", DeviceProperties=[{"Name": "OS", "Value": "x"}, {"Name": "SessionId", "Value": "s-2"}]
    )
    assert read_one("m365", device)["session"] == "s-2"


def test_how_it_ended() -> None:
    ends = {"Succeeded": "succeeded", "True": "succeeded", "Failed": "failed", "False": "failed", "odd": "unknown"}
    for result, outcome in ends.items():
        assert read_one("m365", record("Send", ResultStatus=result))["outcome"] == outcome
    assert read_one("m365", record("UserLoginFailed", ResultStatus="Success"))["outcome"] == "failed"


DOWNLOAD = READS[1][0]
FORMS: dict[str, Any] = {
    "an export's row": {"RecordType": 6, "Operation": "FileDownloaded", "AuditData": json.dumps(DOWNLOAD)},
    "a row as an object": {"recordType": 6, "operation": "FileDownloaded", "auditData": DOWNLOAD},
    "lower case": {key.lower(): value for key, value in DOWNLOAD.items()},
}


@pytest.mark.parametrize("form", FORMS)
def test_a_record_means_the_same_in_every_form(form: str) -> None:
    assert read_one("m365", FORMS[form]) == read_one("m365", DOWNLOAD)
    assert claimants(Sample(object=FORMS[form])) == ["m365"]


def test_an_exported_table_lands(land_log: Any) -> None:
    out = io.StringIO()
    rows = [
        {
            "CreationDate": "x",
            "UserIds": "ann@acme.com",
            "Operations": "FileDownloaded",
            "AuditData": json.dumps(DOWNLOAD),
        }
    ]
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    routes = {"routes": [{"resource": "*/customers.xlsx", "dataset": "crm"}]}
    landed = land_log({"audit.csv": out.getvalue()}, format="auto", rest=routes)
    assert landed["reaches"]["dataset"].to_list() == ["crm"]


def test_damaged_records_cost_themselves_and_nothing_else() -> None:
    withstand("m365", [*(one for one, *_ in READS), *FORMS.values()], rounds=10)
    assert read_with("m365", [{}, {"AuditData": "{"}])["refusal"].to_list() == [
        "not a record of the audit log",
        "not JSON",
    ]


def _explain(_record: Mapping[str, Any], role: str, expected: str, _found: str | None) -> str | None:
    if role == "user_agent" and expected.startswith('{"User-Agent":'):
        return "the catalogue names the property that holds the user agent among others; we give the agent alone"
    return None


def compare_m365() -> Comparison:
    roles = {"timestamp": "time", "username": "principal", "ip_address": "ip", "session_id": "session",
             "user_agent_name": "user_agent"}  # fmt: skip
    return against_catalogue("m365", "Microsoft 365", roles, _explain)


@needs_shared
def test_others_look_at_the_same_places() -> None:
    found = compare_m365()
    assert found.compared_count > 10
    assert not [erratum for erratum in found.errata if "UNEXPLAINED" in erratum]
