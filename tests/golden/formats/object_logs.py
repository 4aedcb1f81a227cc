"""Logs of clouds and services, as JSON, CSV and Parquet."""

from __future__ import annotations

import csv
import gzip
import io
import json
from typing import Any

import polars as pl

from tests.golden.formats.samples import ANN, EVE, EXPORTED, MAIL, Sample, Seen, sure, upper

Row = dict[str, Any]
AT = "2026-03-28T21:00:05Z"


def lines(rows: list[Row]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def table(rows: list[Row]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(key for row in rows for key in row)), quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def listing(grade: Seen) -> dict[str, Seen]:
    return {"L1": grade, "L2": grade}


def call(n: int, ip: str, service: str, name: str, request: Row, **more: Any) -> Row:
    identity = {"type": "IAMUser", "principalId": "AIDA", "arn": f"arn:aws:iam::111122223333:user/{ip}",
                "accountId": "111122223333", "accessKeyId": "AKIA", "userName": "app"}  # fmt: skip
    return {"eventVersion": "1.10", "userIdentity": identity, "eventTime": AT, "eventSource": f"{service}.amazonaws.com",
            "eventName": name, "awsRegion": "eu-central-1", "sourceIPAddress": ip, "userAgent": "[aws-cli/2.15]",
            "requestParameters": request, "responseElements": None, "requestID": f"r-{n}", "eventID": f"e-{n}", "readOnly": True,
            "eventType": "AwsApiCall", "managementEvent": False, "recipientAccountId": "111122223333",
            "eventCategory": "Data", **more}  # fmt: skip


def thing(key: str) -> Row:
    return {"bucketName": "acme", "key": f"customers/{key}.json", "Host": "acme.s3.amazonaws.com"}


TABLE = {"tableName": "customers"}
TRAIL = [
    call(1, EVE, "s3", "GetObject", thing("1"), additionalEventData={"bytesTransferredOut": 99}),
    call(2, ANN, "s3", "GetObject", thing("2")),
    call(3, EVE, "s3", "GetObject", thing("3"), errorCode="AccessDenied", errorMessage="Access Denied"),
    call(4, EVE, "s3", "HeadObject", thing("3")),
    call(5, EVE, "s3", "CopyObject", {**thing("9"), "x-amz-copy-source": "acme/customers/8.json"}, readOnly=False),
    call(6, EVE, "s3", "ListObjects", {"bucketName": "acme"}),
    call(7, EVE, "dynamodb", "Scan", TABLE, resources=[{"type": "AWS::DynamoDB::Table", "ARN": "arn:aws:dynamodb:::table/customers"}]),
    call(8, EVE, "dynamodb", "GetItem", {**TABLE, "key": {"id": "5"}}),
    call(9, EVE, "rdsdata", "ExecuteStatement", {"resourceArn": "arn:aws:rds:eu:1:cluster:c", "database": "crm",
                                                 "sql": "select email from customers where id = 6"}),
    call(10, EVE, "secretsmanager", "GetSecretValue", {"secretId": "none-of-ours"}, managementEvent=True, eventCategory="Management"),
]  # fmt: skip
TRAIL_ROUTES = [
    {"resource": "s3://acme/customers/{key}.json", "dataset": "crm"},
    {"resource": "dynamodb://customers", "dataset": "listing"},
]
TRAIL_SEEN = {"1": sure(), "8": sure(EXPORTED), "6": sure(columns=MAIL), **listing(upper())}


def athena(record: Row) -> Row:
    """Write a record as a row of a table: lower case, what was nested as text, the identity in braces."""
    identity = "{" + ", ".join(f"{key.lower()}={value}" for key, value in record["userIdentity"].items()) + "}"
    plain = {
        key.lower(): json.dumps(value) if isinstance(value, dict | list) else value for key, value in record.items()
    }
    return {**plain, "useridentity": identity, "readonly": str(record["readOnly"]).lower(),
            "managementevent": str(record["managementEvent"]).lower()}  # fmt: skip


TREE = "AWSLogs/111122223333/CloudTrail/eu-central-1/2026/03"
TRAILS = [
    Sample("trail_tree", {
        f"trail/{TREE}/28/111122223333_CloudTrail_eu-central-1_20260328T2105Z_a.json.gz":
            gzip.compress(json.dumps({"Records": TRAIL[:5]}).encode()),
        f"trail/{TREE}/29/111122223333_CloudTrail_eu-central-1_20260329T0005Z_b.json.gz":
            gzip.compress(json.dumps({"Records": TRAIL[4:]}).encode()),
    }, TRAIL_SEEN, {"path": "trail"}, TRAIL_ROUTES),
    Sample("trail_lines", {"trail.jsonl": lines(TRAIL)}, TRAIL_SEEN, {}, TRAIL_ROUTES),
    Sample("trail_athena", {"athena.csv": table([athena(one) for one in TRAIL])}, TRAIL_SEEN, {}, TRAIL_ROUTES),
    Sample("trail_insights", {"insights.jsonl": lines(
        [{"@timestamp": "2026-03-28 21:00:06.000", "@message": json.dumps(one)} for one in TRAIL])},
        TRAIL_SEEN, {"format": "cloudtrail"}, TRAIL_ROUTES),
    Sample("trail_collected", {"collected.jsonl": lines(
        [{"@timestamp": AT, **{key: value for key, value in one.items() if key != "eventTime"}} for one in TRAIL])},
        TRAIL_SEEN, {}, TRAIL_ROUTES),
]  # fmt: skip


def history(n: int, user: str, text: str, status: str = "SUCCESS", **more: str) -> Row:
    return {"QUERY_ID": f"01b-{n}", "QUERY_TEXT": text, "DATABASE_NAME": "CRM", "SCHEMA_NAME": "PUBLIC", "QUERY_TYPE": "SELECT",
            "SESSION_ID": "123", "USER_NAME": user, "ROLE_NAME": "ANALYST", "WAREHOUSE_NAME": "WH", "QUERY_TAG": "",
            "EXECUTION_STATUS": status, "ERROR_CODE": "", "START_TIME": "2026-03-28 21:00:05.123 +0000", "ROWS_PRODUCED": "1",
            "BYTES_SCANNED": "512", **more}  # fmt: skip


def accessed(n: int, user: str, table: str, *columns: str) -> Row:
    objects = [{"columns": [{"columnId": place, "columnName": name} for place, name in enumerate(columns)],
                "objectDomain": "Table", "objectId": 7, "objectName": table}]  # fmt: skip
    return {"QUERY_ID": f"01c-{n}", "QUERY_START_TIME": AT, "USER_NAME": user, "DIRECT_OBJECTS_ACCESSED": json.dumps(objects),
            "BASE_OBJECTS_ACCESSED": json.dumps(objects), "OBJECTS_MODIFIED": "[]"}  # fmt: skip


SNOWFLAKE = [
    Sample("snowflake_queries", {"history.csv": table([
        history(1, "EVE", "select email, name from customers where id = '1'"),
        history(2, "ANN", "select * from customers where id = '2'"),
        history(3, "EVE", "select * from customers where id = '3'", "FAIL"),
        history(4, "EVE", "select count(*) from customers"),
        history(5, "EVE", "copy into @stage/out from (select phone from crm.public.customers where id = '5')",
                QUERY_TYPE="UNLOAD"),
    ])}, {"1": sure(columns=("email", "name")), "5": sure(EXPORTED, ("phone",))}),
    Sample("snowflake_accesses", {"access.csv": table([
        accessed(1, "EVE", "CRM.PUBLIC.LISTING", "EMAIL"), accessed(2, "ANN", "CRM.PUBLIC.CUSTOMERS", "EMAIL"),
    ])}, listing(upper(columns=MAIL)), {}, [{"resource": "CRM.PUBLIC.LISTING", "dataset": "listing"}]),
]  # fmt: skip


def entry(n: int, ip: str, service: str, method: str, resource: str, **more: Any) -> Row:
    user = "eve@acme.com" if ip == EVE else "ann@acme.com"
    return {"protoPayload": {"@type": "type.googleapis.com/google.cloud.audit.AuditLog", "status": {},
                             "authenticationInfo": {"principalEmail": user},
                             "requestMetadata": {"callerIp": ip, "callerSuppliedUserAgent": "bq/2.0"},
                             "serviceName": f"{service}.googleapis.com", "methodName": method, "resourceName": resource, **more},
            "insertId": f"i-{n}", "resource": {"type": "bigquery_project", "labels": {"project_id": "acme"}}, "timestamp": AT,
            "severity": "INFO", "logName": "projects/acme/logs/cloudaudit.googleapis.com%2Fdata_access",
            "receiveTimestamp": "2026-03-28T21:00:06Z"}  # fmt: skip


def job(n: int, ip: str, text: str, status: Row | None = None) -> Row:
    told = {"jobName": f"projects/acme/jobs/j{n}", "jobStatus": {"jobState": "DONE", **(status or {})},
            "jobConfig": {"type": "QUERY", "queryConfig": {"query": text, "defaultDataset": "projects/acme/datasets/crm"}},
            "jobStats": {"startTime": AT, "queryStats": {"outputRowCount": "1"}}}  # fmt: skip
    done = "google.cloud.bigquery.v2.JobService.InsertJob"
    return entry(
        n, ip, "bigquery", done, f"projects/acme/jobs/j{n}", metadata={"jobChange": {"after": "DONE", "job": told}}
    )


def older(n: int, ip: str, text: str) -> Row:
    told = {"jobName": {"jobId": f"j{n}", "projectId": "acme"}, "jobStatus": {"state": "DONE"},
            "jobConfiguration": {"query": {"query": text, "defaultDataset": {"datasetId": "crm", "projectId": "acme"}}},
            "jobStatistics": {"startTime": AT}}  # fmt: skip
    return entry(n, ip, "bigquery", "jobservice.jobcompleted", f"projects/acme/jobs/j{n}",
                 serviceData={"jobCompletedEvent": {"eventName": "query_job_completed", "job": told}})  # fmt: skip


BIGQUERY = [
    Sample("bigquery", {"bigquery.jsonl": lines([
        job(1, EVE, "select email, name from customers where id = '1'"), job(2, ANN, "select * from customers where id = '2'"),
        job(3, EVE, "select * from customers where id = '3'", {"errorResult": {"code": 7, "message": "Access Denied"}}),
        older(4, EVE, "select email from [acme:crm.customers] where id = '4'".replace("[acme:", "`acme.").replace("]", "`")),
        entry(5, EVE, "bigquery", "google.cloud.bigquery.v2.TableDataService.List", "projects/acme/datasets/crm/tables/listing",
              metadata={"tableDataRead": {"fields": ["email"], "reason": "TABLEDATA_LIST_REQUEST"}}),
        entry(6, EVE, "storage", "storage.objects.get", "projects/_/buckets/acme/objects/customers/7.json"),
    ])}, {"1": sure(columns=("email", "name")), "4": sure(columns=MAIL), "7": sure(), **listing(upper(columns=MAIL))}, {},
        [{"resource": "acme.crm.listing", "dataset": "listing"}, {"resource": "gs://acme/customers/{key}.json", "dataset": "crm"}]),
]  # fmt: skip
REPORT, OTHER = "00O5g000006AbCdEAM", "00O5g000006ZzZzEAM"


def elf(kind: str, ip: str = EVE, **more: str) -> Row:
    return {"EVENT_TYPE": kind, "TIMESTAMP": "20260328210005.123", "REQUEST_ID": "4ex-req", "ORGANIZATION_ID": "00D000000000001",
            "USER_ID": "0055g000001", "RUN_TIME": "92", "CPU_TIME": "12", "URI": "/x", "SESSION_KEY": "s1", "LOGIN_KEY": "l1",
            "CLIENT_IP": ip, "TIMESTAMP_DERIVED": "2026-03-28T21:00:05.123Z", "USER_ID_DERIVED": "0055g000001AbCdAAK", **more}  # fmt: skip


def real(kind: str, ip: str = EVE, **more: Any) -> Row:
    return {"attributes": {"type": kind}, "EventDate": "2026-03-28T21:00:05.123+0000", "EventIdentifier": f"{kind}{ip}",
            "Username": "eve@acme.com" if ip == EVE else "ann@acme.com", "UserId": "0055g000001AbCdAAK", "SourceIp": ip, "SessionKey": "s1", "LoginKey": "l1", **more}  # fmt: skip


def found(*keys: str) -> str:
    records = [{"attributes": {"type": "Contact", "url": f"/x/{key}"}, "Id": key} for key in keys]
    return json.dumps({"totalSize": len(keys), "done": True, "records": records})


IDS = ("0035g00000AbCdEAAV", "0035g00000XyZ12AAF", "0035g00000Qrs34AAC", "0035g00000TuV56AAD")
SALESFORCE_ROUTES = [
    {"resource": f"salesforce://report/{REPORT}", "dataset": "listing"},
    {"resource": "salesforce://object/Contact", "dataset": "contacts"},
    {"resource": "salesforce://listview/*", "dataset": "contacts"},
]
SALESFORCE = [
    Sample("salesforce_reports", {"sf/Report.csv": table([
        elf("Report", REPORT_ID=REPORT[:15], REPORT_ID_DERIVED=REPORT, ROW_COUNT="2", ENTITY_NAME="Contact", ORIGIN="ReportRunning"),
        elf("Report", ANN, REPORT_ID=OTHER[:15], REPORT_ID_DERIVED=OTHER, ROW_COUNT="2", ENTITY_NAME="Contact"),
    ])}, listing(sure()), {}, SALESFORCE_ROUTES),
    Sample("salesforce_logins", {"sf/Login.csv": table([elf("Login", LOGIN_STATUS="LOGIN_NO_ERROR")])}, {}, {}, SALESFORCE_ROUTES),
    Sample("salesforce_real_time", {"sf/real.jsonl": lines([
        real("ApiEvent", Query="SELECT Email FROM Contact", QueriedEntities="Contact", Operation="Query", Records=found(IDS[0]),
             RowsProcessed=1, RowsReturned=1),
        real("ApiEvent", ANN, QueriedEntities="Contact", Operation="Query", Records=found(IDS[2]), RowsProcessed=1),
        real("ListViewEvent", ListViewId="00B5g00000AbCdE", QueriedEntities="Contact", Records=found(IDS[1][:15]), RowsProcessed=1),
        real("BulkApiResultEvent", Query="SELECT Email FROM Contact WHERE Id = '" + IDS[3] + "'"),
        real("LoginEvent", Status="Success"),
    ])}, {IDS[0]: sure(columns=MAIL), IDS[1]: sure(), IDS[3]: sure(EXPORTED, MAIL)}, {}, SALESFORCE_ROUTES),
]  # fmt: skip


def okta(n: int, ip: str, kind: str, *targets: tuple[str, str], result: str = "SUCCESS") -> Row:
    return {"uuid": f"u-{n}", "published": "2026-03-28T21:00:05.123Z", "eventType": kind, "version": "0", "severity": "INFO",
            "displayMessage": "x", "actor": {"id": "00u1", "type": "User", "alternateId": "eve@acme.com", "displayName": "Eve"},
            "client": {"userAgent": {"rawUserAgent": "UA"}, "ipAddress": ip}, "outcome": {"result": result, "reason": None},
            "target": [{"id": name, "type": kind, "alternateId": "unknown", "displayName": name} for kind, name in targets],
            "transaction": {"type": "WEB", "id": "t"}, "authenticationContext": {"externalSessionId": "102"}, "securityContext": {},
            "request": {"ipChain": [{"ip": ip}]}, "debugContext": {"debugData": {}}}  # fmt: skip


FILE = "https://acme.sharepoint.com/sites/CRM/Lists/listing.xlsx"


def m365(n: int, ip: str, operation: str, workload: str = "SharePoint", **more: Any) -> Row:
    return {"CreationTime": "2026-03-28T21:00:05", "Id": f"m-{n}", "Operation": operation, "OrganizationId": "o-1", "RecordType": 6,
            "UserKey": "k-1", "UserType": 0, "Version": 1, "Workload": workload, "ClientIP": ip, "UserId": "eve@acme.com", **more}  # fmt: skip


def mail(n: int, kind: str, throttled: str, *keys: str, ip: str = EVE) -> Row:
    folder = {
        "Path": "\\Inbox",
        "FolderItems": [{"Id": key, "InternetMessageId": f"&lt;{key}&gt;", "SizeInBytes": 9} for key in keys],
    }
    return m365(n, ip, "MailItemsAccessed", "Exchange", MailboxOwnerUPN="bob@acme.com", OperationCount=len(keys) or 1,
                OperationProperties=[{"Name": "MailAccessType", "Value": kind}, {"Name": "IsThrottled", "Value": throttled}],
                Folders=[folder] if kind == "Bind" else [], Item={"ParentFolder": {"Path": "\\Inbox"}})  # fmt: skip


SERVICES = [
    Sample("okta", {"okta.jsonl": lines([
        okta(1, EVE, "user.session.start"), okta(2, EVE, "analytics.reports.export.download", ("report", "People")),
        okta(3, ANN, "analytics.reports.export.download", ("report", "Apps")),
    ])}, listing(sure(EXPORTED)), {}, [{"resource": "okta://report/People", "dataset": "listing"}]),
    Sample("m365_files", {"m365.jsonl": lines([
        m365(1, EVE, "FileDownloaded", ObjectId=FILE, SourceFileName="listing.xlsx"), m365(2, EVE, "FileUploaded", ObjectId=FILE),
        m365(3, ANN, "FileDownloaded", ObjectId="https://acme.sharepoint.com/other.xlsx"),
    ])}, listing(sure(EXPORTED)), {}, [{"resource": FILE, "dataset": "listing"}]),
    Sample("m365_sync", {"m365.csv": table([
        {"RecordId": "m-4", "CreationDate": "2026-03-28T21:00:05", "RecordType": "6", "Operation": one["Operation"], "UserId": "eve@acme.com",
         "AuditData": json.dumps(one)} for one in [m365(4, EVE, "FileSyncDownloadedFull", ObjectId=FILE)]
    ])}, listing(sure(EXPORTED)), {}, [{"resource": "https://acme.sharepoint.com/sites/CRM/Lists/", "dataset": "listing"}]),
    Sample("m365_mail", {"mail.jsonl": lines([mail(5, "Bind", "False", "<1>"[1:-1]), mail(6, "Bind", "False", "2", ip=ANN)])},
           {"<1>": sure()}, {}, [{"resource": "mailbox://bob@acme.com/*", "dataset": "mails"}]),
    Sample("m365_mail_sync", {"sync.jsonl": lines([mail(7, "Sync", "False")])}, {"<1>": sure(), "<2>": sure()}, {},
           [{"resource": "mailbox://bob@acme.com/Inbox", "dataset": "mails"}]),
    Sample("m365_mail_throttled", {"throttled.jsonl": lines([mail(8, "Bind", "True", "1")])}, {"<1>": upper(), "<2>": upper()}, {},
           [{"resource": "mailbox://bob@acme.com/*", "dataset": "mails"}]),
]  # fmt: skip


def ocsf(n: int, ip: str, uid: int, activity: int, **more: Any) -> Row:
    return {"class_uid": uid, "category_uid": uid // 1000, "activity_id": activity, "type_uid": uid * 100 + activity, "severity_id": 1,
            "time": 1774731605123, "status_id": 1, "metadata": {"uid": f"o-{n}", "version": "1.3.0", "product": {"name": "x"}},
            "actor": {"user": {"name": "eve" if ip == EVE else "ann", "uid": "u"}, "session": {"uid": "s"}}, "src_endpoint": {"ip": ip}, **more}  # fmt: skip


def http(n: int, ip: str, key: str, method: str = "GET", code: int = 200) -> Row:
    url = {
        "hostname": "crm.example",
        "path": f"/customers/{key}",
        "scheme": "https",
        "url_string": f"https://crm.example/customers/{key}",
    }
    return ocsf(n, ip, 4002, {"GET": 3, "HEAD": 4}[method], http_request={"http_method": method, "url": url, "user_agent": "UA"},
                http_response={"code": code, "length": 512})  # fmt: skip


OCSF_ROUTES = [
    {"resource": "*/customers/{key}", "dataset": "crm"}, {"resource": "s3://acme/customers/{key}.json", "dataset": "crm"},
    {"resource": "/lists/listing.csv", "dataset": "listing"},
]  # fmt: skip
OCSF = [
    Sample("ocsf", {"ocsf.jsonl": lines([
        http(1, EVE, "1"), http(2, ANN, "2"), http(3, EVE, "3", "HEAD"), http(4, EVE, "3", code=403),
        ocsf(5, EVE, 6005, 4, database={"name": "crm"}, table={"name": "customers"},
             query_info={"query_string": "select email from crm.customers where id = '4'"}),
        ocsf(6, EVE, 6006, 2, file={"name": "listing.csv", "path": "/lists/listing.csv", "type_id": 1}),
        ocsf(7, EVE, 6001, 2, web_resources=[{"url_string": "https://crm.example/customers/5", "name": "5"}]),
        ocsf(8, EVE, 6003, 2, api={"operation": "GetObject", "service": {"name": "s3.amazonaws.com"}},
             resources=[{"uid": "arn:aws:s3:::acme/customers/6.json", "type": "AWS::S3::Object"}, {"uid": "arn:aws:s3:::acme"}]),
    ])}, {"1": sure(), "4": sure(columns=MAIL), "5": sure(), "6": sure(), **listing(sure(EXPORTED))}, {}, OCSF_ROUTES),
]  # fmt: skip


def parquet(rows: list[Row]) -> bytes:
    out = io.BytesIO()
    pl.DataFrame(rows, infer_schema_length=None).write_parquet(out)
    return out.getvalue()


OCSF.append(Sample("ocsf_lake", {"lake/region=eu/accountId=1/eventDay=20260328/a.parquet": parquet([
    http(1, EVE, "1"), http(2, ANN, "2"), http(3, EVE, "3", "HEAD"),
])}, {"1": sure()}, {"format": "ocsf", "path": "lake"}, OCSF_ROUTES))  # fmt: skip
OWN = [
    {"at": AT, "client": ip, "verb": verb, "what": f"/customers/{key}", "code": code, "agent": "UA\nover lines"}
    for ip, verb, key, code in [
        (EVE, "GET", "1", "200"),
        (ANN, "GET", "2", "200"),
        (EVE, "HEAD", "3", "200"),
        (EVE, "GET", "3", "404"),
    ]
]
OWN_COLUMNS = {
    "time": "at",
    "ip": "client",
    "action": "verb",
    "resource": "what",
    "status": "code",
    "user_agent": "agent",
}
PATH = [{"resource": "/customers/{key}", "dataset": "crm"}]
MAPPED = [
    Sample("mapped_csv", {"own.csv": table(OWN)}, {"1": sure()}, {"columns": OWN_COLUMNS}, PATH),
    Sample("mapped_lines", {"own.jsonl": lines(OWN)}, {"1": sure()}, {"columns": OWN_COLUMNS}, PATH),
    Sample("mapped_parquet", {"own.parquet": parquet(OWN)}, {"1": sure()}, {"columns": OWN_COLUMNS}, PATH),
]
OBJECT_LOGS = [*TRAILS, *SNOWFLAKE, *BIGQUERY, *SALESFORCE, *SERVICES, *OCSF, *MAPPED]
