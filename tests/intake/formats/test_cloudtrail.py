"""CloudTrail: what each call read, in every form in which records are handed on."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from pipeline.intake.logs.formats import Sample
from pipeline.intake.logs.registry import claimants
from tests.intake.formats.conformance import SHARED, Comparison
from tests.intake.formats.json_records import read_one, read_with, withstand
from tests.intake.formats.published import against_model

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="reference data by other hands is not here")

IDENTITY = {
    "type": "AssumedRole",
    "principalId": "AROAEXAMPLE:night",
    "arn": "arn:aws:sts::111122223333:assumed-role/App/night",
    "accountId": "111122223333",
    "accessKeyId": "ASIAEXAMPLE",
    "sessionContext": {"sessionIssuer": {"arn": "arn:aws:iam::111122223333:role/App", "userName": "App"}},
}


def call(service: str, name: str, request: Any = None, **more: Any) -> dict[str, Any]:
    return {
        "eventVersion": "1.10",
        "userIdentity": IDENTITY,
        "eventTime": "2026-03-28T21:00:05Z",
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "awsRegion": "eu-central-1",
        "sourceIPAddress": "203.0.113.7",
        "userAgent": "[aws-cli/2.15]",
        "requestParameters": request,
        "eventID": "e-1",
        "readOnly": True,
        **more,
    }


OBJECT = {"bucketName": "exports", "key": "lists/a b.csv"}
S3_GET = call(
    "s3", "GetObject", OBJECT, eventCategory="Data", managementEvent=False,
    additionalEventData={"bytesTransferredOut": 512.0},
)  # fmt: skip
TABLE_ARN = "arn:aws:dynamodb:eu-central-1:111122223333:table/customers"

# service, call, request → action, resource, and whatever else is said.
READS: list[tuple[str, str, Any, str, str | None, dict[str, str]]] = [
    ("s3", "GetObject", OBJECT, "view", "s3://exports/lists/a b.csv", {}),
    ("s3", "GetObject", {**OBJECT, "versionId": "v7"}, "view", "s3://exports/lists/a b.csv?versionId=v7", {}),
    ("s3", "GetObject", {"bucketName": "b", "key": "50%?#.csv"}, "view", "s3://b/50%25%3F%23.csv", {}),
    ("s3", "SelectObjectContent", OBJECT, "search", "s3://exports/lists/a b.csv", {"filters": "?"}),
    ("s3", "GetObjectTorrent", OBJECT, "view", "s3://exports/lists/a b.csv", {}),
    ("s3", "CopyObject", {**OBJECT, "x-amz-copy-source": "/crm/full%20dump.csv"}, "copy", "s3://crm/full dump.csv", {}),
    ("s3", "UploadPartCopy", {**OBJECT, "x-amz-copy-source": "crm/x.csv?versionId=3"}, "copy", "s3://crm/x.csv?versionId=3", {}),
    ("s3", "CopyObject", OBJECT, "copy", "s3:CopyObject:", {}),
    ("s3", "HeadObject", OBJECT, "metadata", None, {}),
    ("s3", "ListObjects", {"bucketName": "exports"}, "list", None, {}),
    ("s3", "RestoreObject", OBJECT, "write", None, {}),
    ("s3", "PutObject", OBJECT, "write", None, {}),
    ("s3", "DeleteObjects", {"bucketName": "exports"}, "delete", None, {}),
    ("s3", "GetBucketAcl", {"bucketName": "exports"}, "metadata", None, {}),
    ("s3", "PutBucketReplication", {"bucketName": "exports"}, "copy", "s3:replication:exports", {}),
    ("dynamodb", "GetItem", {"tableName": "customers", "key": {"id": "7"}}, "view", "dynamodb://customers", {"record_keys": '["7"]'}),
    ("dynamodb", "GetItem", {"tableName": TABLE_ARN, "key": {"id": {"N": "7"}}, "projectionExpression": "#e, town",
                             "expressionAttributeNames": {"#e": "email"}},
     "view", "dynamodb://customers", {"record_keys": '["7"]', "columns": '["email", "town"]'}),
    ("dynamodb", "GetItem", {"tableName": "customers", "key": {"id": "7", "shop": "x"}}, "view", "dynamodb://customers",
     {"filters": '{"id": "7", "shop": "x"}'}),
    ("dynamodb", "GetItem", {"tableName": "customers"}, "view", '["dynamodb://customers"]', {"filters": "?"}),
    ("dynamodb", "BatchGetItem", {"requestItems": {"customers": {"keys": [{"id": "7"}, {"id": "8"}, {"id": "7"}]}}},
     "view", "dynamodb://customers", {"record_keys": '["7", "8"]'}),
    ("dynamodb", "BatchGetItem", {"requestItems": {"a": {"keys": [{"id": "7"}]}, "b": {"keys": [{"id": "x y"}]}}},
     "view", '["dynamodb://a?id=7", "dynamodb://b?id=x%20y"]', {"filters": "?"}),
    ("dynamodb", "TransactGetItems", {"transactItems": [{"get": {"tableName": "a", "key": {"id": 7}}}]},
     "view", "dynamodb://a", {"record_keys": '["7"]'}),
    ("dynamodb", "Query", {"tableName": "customers"}, "search", "dynamodb://customers", {"filters": "?"}),
    ("dynamodb", "Scan", {"tableName": "customers"}, "view", "dynamodb://customers", {"filters": "?"}),
    ("dynamodb", "ExportTableToPointInTime", {"tableArn": TABLE_ARN}, "export", "dynamodb://customers", {}),
    ("dynamodb", "CreateBackup", {"tableName": "customers"}, "copy", "dynamodb://customers", {}),
    ("dynamodb", "RestoreTableFromBackup", {"backupArn": TABLE_ARN + "/backup/01"}, "copy", "dynamodb://customers", {}),
    ("rds", "CreateDBSnapshot", {"dBInstanceIdentifier": "crm"}, "copy", "rds://crm", {}),
    ("rds", "ModifyDBSnapshotAttribute", {"dBSnapshotIdentifier": "s", "valuesToAdd": ["999"]}, "copy", "rds-snapshot://s", {}),
    ("rds", "ModifyDBSnapshotAttribute", {"dBSnapshotIdentifier": "s", "valuesToAdd": []}, "write", "rds-snapshot://s", {}),
    ("rds", "StartExportTask", {"sourceArn": "arn:aws:rds:eu-central-1:1:cluster-snapshot:nightly"}, "export", "rds-snapshot://nightly", {}),
    ("rds-data", "ExecuteStatement", {"resourceArn": "arn:aws:rds:eu-central-1:1:cluster:crm", "database": "shop",
                                      "sql": "select 1"}, "search", "rds://crm/shop", {"statement": "select 1", "database": "shop"}),
    ("redshift-data", "ExecuteStatement", {"clusterIdentifier": "dw", "database": "shop", "sql": "select email from c"},
     "search", "redshift://dw/shop", {"statement": "select email from c", "dialect": "redshift", "database": "shop"}),
    ("redshift-data", "ExecuteStatement", {"clusterIdentifier": "dw", "database": "shop", "sql": "***OMITTED***"},
     "search", "redshift://dw/shop", {"filters": "?", "database": "shop"}),
    ("redshift-data", "BatchExecuteStatement", {"workgroupName": "w", "database": "d", "sqls": ["select 1", "select 2"]},
     "search", "redshift://w/d", {"statement": "select 1; select 2", "dialect": "redshift", "database": "d"}),
    ("athena", "StartQueryExecution", {"queryString": "select * from c", "queryExecutionContext": {"database": "lake"}},
     "search", "athena://lake", {"statement": "select * from c", "dialect": "athena", "database": "lake"}),
    ("ec2", "CreateSnapshot", {"volumeId": "vol-1"}, "copy", "ebs://vol-1", {}),
    ("ec2", "ModifySnapshotAttribute", {"snapshotId": "snap-1", "createVolumePermission": {"add": {"items": [{"userId": "9"}]}}},
     "copy", "snapshot://snap-1", {}),
    ("ec2", "ModifySnapshotAttribute", {"snapshotId": "snap-1", "createVolumePermission": {"remove": {"items": [{}]}}},
     "write", "snapshot://snap-1", {}),
    ("ec2", "CreateVolume", {"size": "8"}, "write", "ec2:CreateVolume:", {}),
    ("ebs", "GetSnapshotBlock", {"snapshotId": "snap-1"}, "view", "snapshot://snap-1", {"filters": "?"}),
    ("secretsmanager", "GetSecretValue", {"secretId": "prod/db"}, "view", "secret://prod/db", {}),
    ("secretsmanager", "GetSecretValue", {"secretId": "arn:aws:secretsmanager:eu-central-1:1:secret:prod/db-AbC123"},
     "view", "secret://prod/db", {}),
    ("secretsmanager", "BatchGetSecretValue", {"secretIdList": ["a", "b"]}, "view", '["secret://a", "secret://b"]', {}),
    ("ssm", "GetParameter", {"name": "/app/db", "withDecryption": True}, "view", "parameter://app/db?withDecryption=true", {}),
    ("ssm", "GetParameters", {"names": ["/a", "b"]}, "view", '["parameter://a", "parameter://b"]', {}),
    ("ssm", "GetParametersByPath", {"path": "/app"}, "view", "parameter://app/", {"filters": "?"}),
    ("kms", "GenerateDataKey", {"keyId": "k"}, "metadata", None, {}),
    ("cognito-idp", "ListUsers", {"userPoolId": "p"}, "search", "cognito://p", {"filters": "?"}),
    ("iam", "GetUser", None, "metadata", None, {}),
    ("ec2", "RunInstances", None, "metadata", None, {}),
]  # fmt: skip


@pytest.mark.parametrize("drawn", READS, ids=lambda drawn: f"{drawn[0]}:{drawn[1]}")
def test_what_a_call_read(drawn: tuple[str, str, Any, str, str | None, dict[str, str]]) -> None:
    service, name, request, action, resource, more = drawn
    found = read_one("cloudtrail", call(service, name, request))
    said = {
        role: found[role]
        for role in ("filters", "record_keys", "columns", "statement", "dialect", "database")
        if role in found
    }
    assert (found["action"], found.get("resource"), said) == (action, resource, more)


def test_what_no_list_names_is_read_by_its_kind() -> None:
    arn = [{"ARN": "arn:aws:kendra:eu-central-1:1:index/x"}]
    data = call("kendra", "Retrieve", None, eventCategory="Data", managementEvent=False, resources=arn)
    assert read_one("cloudtrail", data)["action"] == "view"
    assert read_one("cloudtrail", data)["resource"] == "arn:aws:kendra:eu-central-1:1:index/x"
    assert read_one("cloudtrail", {**data, "resources": None})["resource"] == "kendra:Retrieve:"
    assert read_one("cloudtrail", {**data, "readOnly": False})["action"] == "write"
    assert (
        read_one("cloudtrail", {**data, "eventCategory": "Management", "managementEvent": True})["action"] == "metadata"
    )


def test_the_key_of_a_decryption_is_the_resource() -> None:
    key = [{"ARN": "arn:aws:kms:eu-central-1:1:key/abc", "type": "AWS::KMS::Key"}]
    assert read_one("cloudtrail", call("kms", "Decrypt", None, resources=key))["resource"] == "kms://abc"


def test_who_it_was() -> None:
    found = read_one("cloudtrail", S3_GET)
    expected = {
        "time": "2026-03-28T21:00:05Z", "event_id": "e-1", "principal": IDENTITY["arn"], "session": "ASIAEXAMPLE",
        "account": "111122223333", "role": "arn:aws:iam::111122223333:role/App", "ip": "203.0.113.7", "plane": "data",
        "user_agent": "[aws-cli/2.15]", "user_type": "AssumedRole", "region": "eu-central-1", "bytes": "512.0",
        "outcome": "succeeded",
    }  # fmt: skip
    assert {role: found.get(role) for role in expected} == expected


PRINCIPALS = {
    "AWSService": ({"type": "AWSService", "invokedBy": "backup.amazonaws.com"}, "backup.amazonaws.com"),
    "AWSAccount": ({"type": "AWSAccount", "principalId": "AIDA1", "accountId": "999"}, "AIDA1"),
    "WebIdentityUser": ({"type": "WebIdentityUser", "principalId": "p", "userName": "u"}, "u"),
    "IdentityCenterUser": ({"type": "IdentityCenterUser", "onBehalfOf": {"userId": "9-8"}}, "9-8"),
    "Root": ({"type": "Root", "arn": "arn:aws:iam::1:root"}, "arn:aws:iam::1:root"),
    "none": (None, None),
}


@pytest.mark.parametrize("kind", PRINCIPALS)
def test_every_kind_of_identity_has_a_principal(kind: str) -> None:
    identity, principal = PRINCIPALS[kind]
    assert read_one("cloudtrail", {**S3_GET, "userIdentity": identity}).get("principal") == principal


def test_a_service_s_name_for_an_address_is_its_host() -> None:
    found = read_one("cloudtrail", {**S3_GET, "sourceIPAddress": "cloudformation.amazonaws.com"})
    assert (found["host"], found["ip"]) == ("cloudformation.amazonaws.com", "cloudformation.amazonaws.com")
    assert read_one("cloudtrail", {**S3_GET, "sourceIPAddress": "AWS Internal"})["host"] == "AWS Internal"
    assert "host" not in read_one("cloudtrail", {**S3_GET, "sourceIPAddress": "2001:db8::7"})


OUTCOMES = {
    "AccessDenied": "denied", "Client.UnauthorizedOperation": "denied", "ExpiredToken": "denied", "NoSuchKey": "failed",
    "ThrottlingException": "failed", "RequestTimeout": "aborted", "NotModified": "not_modified", None: "succeeded", "": "succeeded",
}  # fmt: skip


@pytest.mark.parametrize("error", OUTCOMES)
def test_how_it_ended(error: str | None) -> None:
    assert read_one("cloudtrail", {**S3_GET, "errorCode": error})["outcome"] == OUTCOMES[error]


def test_a_failed_console_login_failed() -> None:
    login = call("signin", "ConsoleLogin", None, responseElements={"ConsoleLogin": "Failure"})
    assert [read_one("cloudtrail", login)[role] for role in ("action", "outcome")] == ["login", "failed"]


SIGNALS = {
    "StopLogging": "logging_stopped", "DeleteTrail": "logging_deleted", "PutEventSelectors": "scope_changed",
    "UpdateTrail": "scope_changed", "StartLogging": "logging_started", "GetTrailStatus": None,
}  # fmt: skip


@pytest.mark.parametrize("name", SIGNALS)
def test_what_it_says_of_the_log_itself(name: str) -> None:
    assert read_one("cloudtrail", call("cloudtrail", name)).get("signal") == SIGNALS[name]
    assert "signal" not in read_one("cloudtrail", call("cloudtrail", name, errorCode="AccessDenied"))


def test_planes_of_records_before_that_distinction() -> None:
    assert read_one("cloudtrail", call("s3", "GetObject", OBJECT))["plane"] == "data"
    assert read_one("cloudtrail", call("s3", "GetBucketAcl", OBJECT))["plane"] == "management"
    assert read_one("cloudtrail", call("s3", "GetObject", OBJECT, managementEvent=True))["plane"] == "management"
    assert "plane" not in read_one("cloudtrail", call("s3", "GetObject", OBJECT, eventCategory="Insight"))


def test_the_copy_of_an_event_in_another_account_has_the_same_id() -> None:
    twins = [{**S3_GET, "eventID": name, "sharedEventID": "s-1", "recipientAccountId": name} for name in ("a", "b")]
    found = read_with("cloudtrail", twins)
    assert found["event_id"].to_list() == ["s-1", "s-1"]
    assert found[0].drop("line").equals(found[1].drop("line")), "they would count as two events"


def flat(record: dict[str, Any], write: Any = json.dumps) -> dict[str, Any]:
    return {key.lower(): write(value) if isinstance(value, dict | list) else value for key, value in record.items()}


def braces(value: Any) -> str:
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{key.lower() if key in IDENTITY else key}={braces(one)}" for key, one in value.items())
            + "}"
        )
    return "null" if value is None else str(value)


FLAT_IDENTITY = {
    **flat({**S3_GET, "userIdentity": None}),
    "useridentity.arn": IDENTITY["arn"],
    "useridentity_accesskeyid": "ASIAEXAMPLE",
}
FORMS: dict[str, Any] = {
    "handed on by an event bus": {"version": "0", "detail-type": "AWS API Call via CloudTrail", "detail": S3_GET},
    "found by a look-up": {"EventId": "e-1", "EventName": "GetObject", "CloudTrailEvent": json.dumps(S3_GET)},
    "a line of a log group": {"@timestamp": "2026-03-28 21:00:06.000", "@message": json.dumps(S3_GET)},
    "a row of a table": flat(S3_GET),
    "a row with braces": flat(S3_GET, braces),
    "a row with flattened identity": FLAT_IDENTITY,
    "nested in lower case": {**flat(S3_GET), "useridentity": {key.lower(): value for key, value in IDENTITY.items()}},
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_a_record_means_the_same_in_every_form(form: str) -> None:
    found, plain = read_one("cloudtrail", FORMS[form]), read_one("cloudtrail", S3_GET)
    roles = ("time", "action", "resource", "outcome", "principal", "session", "ip", "user_agent", "bytes", "event_id")
    assert {role: found.get(role) for role in roles} == {role: plain.get(role) for role in roles}


def test_a_stamp_of_the_collector_stands_in_for_a_missing_time() -> None:
    record = {
        "@timestamp": "2026-03-28T21:00:06Z",
        **{key: value for key, value in S3_GET.items() if key != "eventTime"},
    }
    assert read_one("cloudtrail", record)["time"] == "2026-03-28T21:00:06Z"


RECORDS = [call(service, name, request) for service, name, request, *_ in READS]


def test_damaged_records_cost_themselves_and_nothing_else() -> None:
    withstand("cloudtrail", [*RECORDS, *FORMS.values()], rounds=8)


def test_other_records_are_refused() -> None:
    assert read_with("cloudtrail", [{}, {"a": 1}, S3_GET])["refusal"].to_list() == [
        "not a CloudTrail record", "not a CloudTrail record", None,
    ]  # fmt: skip


FILES = {
    "delivered": json.dumps({"Records": [S3_GET, S3_GET]}),
    "lines": "".join(json.dumps(one) + "\n" for one in (S3_GET, S3_GET)),
    "looked up": json.dumps({"Events": [FORMS["found by a look-up"]] * 2}, indent=1),
}


def as_csv(rows: list[dict[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


FILES["exported"] = as_csv([flat(S3_GET), flat(S3_GET)])


@pytest.mark.parametrize("name", FILES)
def test_whole_files_are_known_and_land(land_log: Any, name: str) -> None:
    routes = {"routes": [{"resource": "s3://exports/lists/*", "dataset": "crm"}]}
    landed = land_log({"log.x": FILES[name]}, format="auto", rest=routes)
    assert landed["events"]["earliest_at"].dt.to_string("%Y-%m-%dT%H:%M:%SZ").to_list() == ["2026-03-28T21:00:05Z"] * 2
    assert landed["events"]["event_key"].n_unique() == 1
    assert landed["reaches"].select("dataset", "reach_kind").rows() == [("crm", "whole")] * 2


@needs_shared
def test_the_trail_of_an_attack_is_read_whole() -> None:
    lines = (SHARED / "attacks/invictus_cloudtrail_2023-07-10.jsonl").read_text(encoding="utf-8").splitlines()
    found = read_with("cloudtrail", lines)
    assert found["refusal"].null_count() == found.height == 2900
    for role in ("time", "event_id", "principal", "ip", "user_agent"):
        assert found[role].null_count() == 0
    assert set(found["plane"]) == {"management"}, "it holds no data events"
    assert found["signal"].drop_nulls().value_counts().sort("signal").rows() == [
        ("logging_deleted", 2), ("logging_started", 2), ("scope_changed", 2),
    ]  # fmt: skip


@needs_shared
@pytest.mark.parametrize(
    ("name", "signal"),
    [
        ("cloudtrail-delete", "logging_deleted"),
        ("cloudtrail-stop", "logging_stopped"),
        ("cloudtrail-event-selectors", "scope_changed"),
    ],
)
def test_attacks_on_the_log_are_seen(name: str, signal: str) -> None:
    records = json.loads((SHARED / f"attacks/stratus/aws.defense-evasion.{name}.json").read_text(encoding="utf-8"))
    found = read_with("cloudtrail", records)
    assert found["signal"].to_list() == [signal]
    assert claimants(Sample(object=records[0])) == ["cloudtrail"]


def compare_cloudtrail() -> Comparison:
    return against_model("cloudtrail", "AWS.CloudTrail", {"user_agent": "user_agent"}, lambda *_: None)


@needs_shared
def test_others_look_at_the_same_place() -> None:
    found = compare_cloudtrail()
    assert found.compared_count > 100
    assert not [erratum for erratum in found.errata if "UNEXPLAINED" in erratum]
