"""Google Cloud audit logs: BigQuery of both versions, and calls of other services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from pipeline.intake.logs.formats import Sample
from pipeline.intake.logs.registry import claimants
from tests.intake.formats.conformance import SHARED, Comparison
from tests.intake.formats.json_records import read_one, read_with, withstand
from tests.intake.formats.published import against_model

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="reference data by other hands is not here")
TABLE = "projects/acme/datasets/crm/tables/customers"


def entry(service: str, method: str, thing: str = "", log: str = "data_access", **more: Any) -> dict[str, Any]:
    return {
        "insertId": "i-1",
        "logName": f"projects/acme/logs/cloudaudit.googleapis.com%2F{log}",
        "timestamp": "2026-03-28T21:00:05.123Z",
        "resource": {"type": "x", "labels": {"project_id": "acme"}},
        "protoPayload": {
            "@type": "type.googleapis.com/google.cloud.audit.AuditLog", "serviceName": service, "methodName": method,
            "resourceName": thing, "authenticationInfo": {"principalEmail": "ann@acme.com", "serviceAccountKeyName": "k-1"},
            "requestMetadata": {"callerIp": "203.0.113.7", "callerSuppliedUserAgent": "UA"}, **more,
        },
    }  # fmt: skip


def table_read(reason: str, job: str = "", fields: list[str] | None = None) -> dict[str, Any]:
    told = {"tableDataRead": {"fields": fields or ["email"], "reason": reason, "jobName": job}}
    return entry("bigquery.googleapis.com", "google.cloud.bigquery.v2.JobService.Query", TABLE, metadata=told)


def job(event: str, config: dict[str, Any], stats: dict[str, Any] | None = None, status: Any = None) -> dict[str, Any]:
    told = {event: {"job": {"jobConfig": config, "jobStats": stats or {}, "jobStatus": status or {}}}}
    return entry(
        "bigquery.googleapis.com",
        "google.cloud.bigquery.v2.JobService.InsertJob",
        "projects/acme/jobs/j1",
        metadata=told,
    )


def old(**told: Any) -> dict[str, Any]:
    return entry("bigquery.googleapis.com", "jobservice.jobcompleted", "projects/acme/jobs/j1", serviceData=told)


QUERY = {"queryConfig": {"query": "select email from customers", "defaultDataset": "projects/acme/datasets/crm"}}
PARTS = {"projectId": "acme", "datasetId": "crm", "tableId": "customers"}
STATED = {"statement": "select email from customers", "dialect": "bigquery"}
READS: list[tuple[dict[str, Any], str, str | None, dict[str, str]]] = [
    (table_read("TABLEDATA_LIST_REQUEST"), "view", "acme.crm.customers", {"columns": '["email"]', "filters": "?"}),
    (table_read("CREATE_READ_SESSION", fields=["email", "name"]), "export", "acme.crm.customers",
     {"columns": '["email", "name"]', "filters": "?"}),
    (table_read("JOB", "projects/acme/jobs/j1"), "metadata", None, {}),
    (table_read("JOB", "projects/evil/jobs/j1"), "view", "acme.crm.customers", {"columns": '["email"]', "filters": "?"}),
    (job("jobInsertion", QUERY), "search", "projects/acme/jobs/j1", {**STATED, "database": "acme.crm"}),
    (job("jobChange", QUERY, {"startTime": "2026-03-28T21:00:01Z", "queryStats": {"outputRowCount": "7", "referencedTables": [TABLE]}}),
     "search", "acme.crm.customers", {**STATED, "database": "acme.crm", "rows": "7"}),
    (job("jobInsertion", {"queryConfig": {"query": "sel", "queryTruncated": True}}), "search", "projects/acme/jobs/j1",
     {"statement": "sel", "dialect": "bigquery", "filters": "?"}),
    (job("jobChange", {"extractConfig": {"sourceTable": TABLE, "destinationUris": ["gs://evil/x"]}}), "export", "acme.crm.customers", {}),
    (job("jobChange", {"tableCopyConfig": {"sourceTables": [TABLE], "destinationTable": "x"}}), "copy", "acme.crm.customers", {}),
    (job("jobChange", {"loadConfig": {"destinationTable": TABLE}}), "write", None, {}),
    (old(jobCompletedEvent={"job": {"jobConfiguration": {"query": {"query": STATED["statement"], "defaultDataset": PARTS}},
                                    "jobStatistics": {"referencedTables": [PARTS], "queryOutputRowCount": "7"}}}),
     "search", "acme.crm.customers", {**STATED, "database": "acme.crm", "rows": "7"}),
    (old(jobQueryRequest={"query": STATED["statement"]}), "search", "projects/acme/jobs/j1", STATED),
    (old(tableDataListRequest={"startRow": "5"}), "view", "projects/acme/jobs/j1", {"filters": "?"}),
    (entry("storage.googleapis.com", "storage.objects.get", "projects/_/buckets/b/objects/lists/a.csv"), "view", "gs://b/lists/a.csv", {}),
    (entry("storage.googleapis.com", "storage.objects.list", "projects/_/buckets/b"), "list", None, {}),
    (entry("storage.googleapis.com", "storage.objects.delete", "projects/_/buckets/b/objects/a"), "delete", None, {}),
    (entry("secretmanager.googleapis.com", "google.cloud.secretmanager.v1.SecretManagerService.AccessSecretVersion",
           "projects/1/secrets/db/versions/1"), "view", "secret://db", {}),
    (entry("firestore.googleapis.com", "google.firestore.v1.Firestore.RunQuery", "projects/acme/databases/d"), "view",
     "projects/acme/databases/d", {}),
    (entry("x.googleapis.com", "X.GetIamPolicy", "t", authorizationInfo=[{"permissionType": "ADMIN_READ"}]), "metadata", None, {}),
    (entry("x.googleapis.com", "X.Mystery", "t", authorizationInfo=[{"permissionType": "DATA_READ"}]), "view", "t", {}),
    (entry("compute.googleapis.com", "v1.compute.instances.insert", "t", "activity"), "write", None, {}),
]  # fmt: skip
SAID = ("columns", "filters", "rows", "statement", "dialect", "database")


@pytest.mark.parametrize("number", range(len(READS)))
def test_what_an_entry_says_was_read(number: int) -> None:
    one, action, resource, more = READS[number]
    found = read_one("gcp_audit", one)
    assert (found["action"], found.get("resource"), {role: found[role] for role in SAID if role in found}) == (
        action, resource, more,
    )  # fmt: skip


def test_who_it_was() -> None:
    expected = {
        "time": "2026-03-28T21:00:05.123Z", "event_id": "i-1", "principal": "ann@acme.com", "token": "k-1",
        "ip": "203.0.113.7", "user_agent": "UA", "account": "acme", "outcome": "succeeded",
    }  # fmt: skip
    found = read_one("gcp_audit", READS[0][0])
    assert {role: found.get(role) for role in expected} == expected


def test_a_finished_job_is_placed_at_its_start() -> None:
    assert read_one("gcp_audit", READS[5][0])["time"] == "2026-03-28T21:00:01Z"


def test_how_it_ended() -> None:
    denied = entry("storage.googleapis.com", "storage.objects.get", "t", status={"code": 7, "message": "x"})
    assert read_one("gcp_audit", denied)["outcome"] == "denied"
    failed = job("jobChange", QUERY, status={"errorResult": {"code": 3, "message": "x"}})
    assert read_one("gcp_audit", failed)["outcome"] == "failed"


def test_damaged_entries_cost_themselves_and_nothing_else() -> None:
    withstand("gcp_audit", [one for one, *_ in READS], rounds=15)
    assert read_with("gcp_audit", [{}])["refusal"].to_list() == ["not an audit log entry"]
    assert claimants(Sample(object=READS[0][0])) == ["gcp_audit"]


def _explain(_record: Mapping[str, Any], role: str, _expected: str, found: str | None) -> str | None:
    return None


def compare_gcp_audit() -> Comparison:
    return against_model("gcp_audit", "GCP.AuditLog", {"source_ip": "ip", "userAgent": "user_agent"}, _explain)


@needs_shared
def test_others_look_at_the_same_places() -> None:
    found = compare_gcp_audit()
    assert found.compared_count > 100
    assert not [erratum for erratum in found.errata if "UNEXPLAINED" in erratum]
