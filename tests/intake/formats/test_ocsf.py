"""OCSF: each class that says something of reads, and refusal of those that do not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.intake.logs.formats import Sample
from pipeline.intake.logs.ocsf import _ACTIVITIES, _HTTP_ACTIVITIES
from pipeline.intake.logs.registry import claimants
from tests.intake.formats.conformance import SHARED
from tests.intake.formats.json_records import read_one, read_with, withstand

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="reference data by other hands is not here")


def event(uid: int, activity: int, **more: Any) -> dict[str, Any]:
    return {
        "class_uid": uid, "category_uid": uid // 1000, "activity_id": activity, "type_uid": uid * 100 + activity,
        "time": 1774731605123, "status_id": 1, "metadata": {"uid": "e-1", "version": "1.3.0", "product": {"name": "x"}},
        "actor": {"user": {"name": "ann", "uid": "u-1", "credential_uid": "AKIA1"}, "session": {"uid": "s-1"}},
        "src_endpoint": {"ip": "203.0.113.7", "hostname": "pc-7"}, "cloud": {"account": {"uid": "1111"}, "region": "eu"},
        **more,
    }  # fmt: skip


def call(service: str, operation: str, activity: int = 2, **more: Any) -> dict[str, Any]:
    return event(6003, activity, api={"operation": operation, "service": {"name": service}}, **more)


URL = "https://shop.example/api/customers/7?x=1"
ARN = [{"uid": "arn:aws:s3:::exports/a.csv", "type": "AWS::S3::Object"}, {"uid": "arn:aws:s3:::exports"}]
FILE = {"path": "/lists/a.csv", "size": 9, "name": "a.csv"}
READS: list[tuple[dict[str, Any], str, str | None, dict[str, str]]] = [
    (event(6005, 1, databucket={"name": "exports", "file": {"path": "a.csv"}, "type": "S3"}), "view", "s3://exports/a.csv", {}),
    (event(6005, 1, databucket={"name": "exports", "file": {"name": "a.csv"}}), "view", "databucket://exports/a.csv", {}),
    (event(6005, 4, database={"name": "shop"}, table={"name": "customers"}, query_info={"query_string": "select 1"}), "search",
     "shop.customers", {"statement": "select 1", "database": "shop"}),
    (event(6005, 8), "list", None, {}),
    (call("s3.amazonaws.com", "GetObject", resources=ARN), "view", "s3://exports/a.csv", {}),
    (call("s3.amazonaws.com", "GetBucketAcl", unmapped={"managementEvent": "true"}), "metadata", None, {}),
    (event(6003, 2, api={"operation": "GetSecretValue", "request":
          {"data": {"secretId": "db"}}, "service": {"name": "secretsmanager.amazonaws.com"}}), "view", "secret://db", {}),
    (call("crm", "ReadContact", resources=[{"name": "contact/7"}]), "view", "contact/7", {}),
    (call("crm", "ReadContact"), "view", "ocsf:6003:crm:ReadContact", {}),
    (call("crm", "ListContacts"), "metadata", None, {}),
    (call("crm", "SaveContact", 3), "write", None, {}),
    (event(4002, 3, http_request={"http_method": "GET", "url": {"url_string": URL}, "user_agent": "UA"},
           http_response={"code": 200, "body_length": 9, "content_type": "text/csv"}), "view", URL,
     {"status": "200", "bytes": "9", "content_type": "text/csv", "user_agent": "UA"}),
    (event(4002, 6, http_request={"http_method": "POST", "url": {"path": "/export"}}), "post", "/export", {}),
    (event(4002, 4, http_request={"url": {"path": "/export"}}), "metadata", None, {}),
    (event(6001, 7, web_resources=[{"name": "list a"}, {"url_string": URL}]), "export", json.dumps(["list a", URL]), {}),
    (event(6006, 2, file=FILE), "export", "/lists/a.csv", {"bytes": "9"}),
    (event(6006, 15, file=FILE), "export", "/lists/a.csv", {"bytes": "9"}),
    (event(6006, 17, file=FILE), "metadata", None, {"bytes": "9"}),
    (event(1001, 2, file=FILE), "view", "/lists/a.csv", {"bytes": "9"}),
    (event(3002, 1), "login", None, {}),
    (event(6005, 99), "unknown", "ocsf:6005::", {}),
]  # fmt: skip
SAID = ("statement", "database", "bytes", "status", "content_type", "user_agent", "filters")


@pytest.mark.parametrize("number", range(len(READS)))
def test_what_an_event_read(number: int) -> None:
    one, action, resource, more = READS[number]
    found = read_one("ocsf", one)
    assert (found["action"], found.get("resource"), {role: found[role] for role in SAID if role in found}) == (
        action, resource, more,
    )  # fmt: skip


def test_who_it_was() -> None:
    expected = {
        "time": "2026-03-28T21:00:05.123Z", "event_id": "e-1", "principal": "ann", "user_id": "u-1", "session": "s-1",
        "token": "AKIA1", "ip": "203.0.113.7", "host": "pc-7", "account": "1111", "region": "eu", "outcome": "succeeded",
    }  # fmt: skip
    found = read_one("ocsf", event(6005, 1))
    assert {role: found.get(role) for role in expected} == expected


@pytest.mark.parametrize(
    ("metadata", "stamp"),
    [({"logged_time": 1774731665000}, "2026-03-28T21:01:05.000Z"), ({"logged_time_dt": "2026-03-28T21:01:05Z"}, "2026-03-28T21:01:05Z"),
     ({}, None)],
)  # fmt: skip
def test_when_it_came(metadata: dict[str, Any], stamp: str | None) -> None:
    one = event(6005, 1)
    assert read_one("ocsf", {**one, "metadata": one["metadata"] | metadata}).get("delivered") == stamp


@pytest.mark.parametrize(
    ("more", "outcome"),
    [({}, "succeeded"), ({"status_id": 2}, "failed"), ({"status_id": 2, "status_code": "AccessDenied"}, "denied"),
     ({"status_id": 0}, "unknown"), ({"status_id": None}, "succeeded")],
)  # fmt: skip
def test_how_it_ended(more: dict[str, Any], outcome: str) -> None:
    assert read_one("ocsf", event(6005, 1, **more))["outcome"] == outcome


def test_other_classes_are_refused_and_not_claimed() -> None:
    network = event(4001, 1)
    assert read_with("ocsf", [network, {}])["refusal"].to_list() == [
        "an OCSF class that says nothing of reads", "not an OCSF event",
    ]  # fmt: skip
    assert claimants(Sample(object=network)) == []
    assert claimants(Sample(object=event(6005, 1))) == ["ocsf"]


def test_parquet_of_a_data_lake_lands(land_log: Any, tmp_path: Path) -> None:
    pl.DataFrame([READS[0][0]]).write_parquet(tmp_path / "events.parquet")
    routes = {"routes": [{"resource": "s3://exports/*", "dataset": "crm"}]}
    landed = land_log({"events.parquet": (tmp_path / "events.parquet").read_bytes()}, format="auto", rest=routes)
    assert landed["reaches"]["dataset"].to_list() == ["crm"]
    assert landed["events"]["earliest_at"].dt.to_string("%H:%M:%S%.3f").to_list() == ["21:00:05.123"]


def test_a_null_and_a_missing_key_make_one_event(land_log: Any) -> None:
    one = event(
        6005,
        1,
        metadata={"version": "1.3.0", "product": {"name": "x"}},
        databucket={"name": "b", "file": {"path": "a"}},
    )
    other = {**one, "unmapped": None, "databucket": {**one["databucket"], "type": None, "tags": [{"uid": None}, None]}}
    third = {**one, "databucket": {**one["databucket"], "tags": [{}, None]}}
    landed = land_log({"a.jsonl": "".join(json.dumps(each) + "\n" for each in (other, third, one))}, format="ocsf")
    keys = landed["events"]["event_key"].to_list()
    assert keys[0] == keys[1] != keys[2]


def test_damaged_events_cost_themselves_and_nothing_else() -> None:
    withstand("ocsf", [one for one, *_ in READS], rounds=15)


FILES = {
    "6005": "application/datastore_activity", "6001": "application/web_resources_activity",
    "6006": "application/file_hosting", "1001": "system/file_activity", "4002": "network/http_activity",
}  # fmt: skip


@needs_shared
@pytest.mark.parametrize("uid", FILES)
def test_every_activity_of_the_schema_has_a_meaning(uid: str) -> None:
    """The schema's own list of activities: none that reads may be forgotten or miscounted."""
    path = SHARED / f"taxonomy/ocsf/events/{FILES[uid]}.json"
    activities = json.loads(path.read_text(encoding="utf-8"))["attributes"]["activity_id"]["enum"]
    if uid == "4002":
        known = {number: item["caption"].lower() for number, item in activities.items() if number in _HTTP_ACTIVITIES}
        assert {number: name.replace("property find", "propfind") for number, name in known.items()} == _HTTP_ACTIVITIES
        return
    meanings = _ACTIVITIES[uid].split()
    assert len(meanings) == len(activities)
    for number, item in activities.items():
        is_read = meanings[int(number) - 1] in ("view", "search", "export", "copy")
        assert is_read == (item["caption"] in READING), item["caption"]


READING = ("Read", "Query", "Decrypt", "Search", "Export", "Download", "Copy", "Preview", "Open", "Sync")
