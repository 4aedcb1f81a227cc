"""Google Cloud audit logs: BigQuery of either version, object storage, secrets, and calls of other services.

What it proves: who called what, from where, and for BigQuery which statement ran, which tables and columns were read
and how many rows came out. What it cannot show: reads of services whose data access logs were not switched on, the page
of a table that was listed, and the statement of a job that ran in somebody else's project.

What counts as a read (semantics, section 4): jobs that query, extract or copy (these two read their source), reads of
table data, objects that were fetched, secrets and keys that were accessed; of other services whatever the log itself
calls a read of data, lists apart. A read of table data on behalf of a job of the same project is told by that
job, whose statement says more; of a job of another project it is all that is known, and an upper bound.

Resources: `project.dataset.table`, `gs://bucket/object`, `secret://name`, `kms://key`; else the resource's own name.
`columns` are the fields a read of table data names. A finished job is placed at its start.

Sources: Google Cloud's references of LogEntry, AuditLog, BigQueryAuditMetadata and the older BigQuery AuditData.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import polars as pl

from pipeline.intake.json_fields import Fields, parsed, plain_texts, read_fields
from pipeline.intake.logs.formats import TEXT, Format, Options, Sample
from pipeline.intake.logs.roles import READS, WITHHELD, as_list, give_roles

_P = "protoPayload"
_META = f"{_P}.requestMetadata"
FIELDS = Fields(
    {
        "stamp": "timestamp", "event_id": "insertId", "log_name": "logName", "kind": f"{_P}.@type",
        "service": f"{_P}.serviceName", "method": f"{_P}.methodName", "thing": f"{_P}.resourceName",
        "email": f"{_P}.authenticationInfo.principalEmail", "subject": f"{_P}.authenticationInfo.principalSubject",
        "token": f"{_P}.authenticationInfo.serviceAccountKeyName", "caller": f"{_META}.callerIp",
        "caller_upper": f"{_META}.callerIP", "user_agent": f"{_META}.callerSuppliedUserAgent",
        "code": f"{_P}.status.code",
        "received": "receiveTimestamp", "account": "resource.labels.project_id", "metadata_json": f"{_P}.metadataJson",
    },
    {
        "metadata": f"{_P}.metadata", "service_data": f"{_P}.serviceData", "access": f"{_P}.authorizationInfo",
    },
)  # fmt: skip
_DETAILS = {"action": pl.String, "resource": pl.String, "columns": pl.String, "filters": pl.String, "rows": pl.String,
            "statement": pl.String, "database": pl.String, "start": pl.String, "is_failed": pl.Boolean}  # fmt: skip
_TOLD = ("columns", "filters", "rows", "statement", "database")
_NO_RECORD = "not an audit log entry"


def recognise(sample: Sample) -> bool:
    """Tell an entry by its payload."""
    payload = (sample.object or {}).get(_P)
    if not isinstance(payload, dict):
        return {_P, "logName", "insertId"} <= set(sample.header)
    return "methodName" in payload and "serviceName" in payload


def read(frame: pl.DataFrame, _options: Options) -> pl.DataFrame:
    """Read entries into roles."""
    texts = frame[TEXT]

    found = read_fields(texts, FIELDS)
    refusal = pl.when(pl.col("method").is_null() & pl.col("service").is_null()).then(pl.lit(_NO_RECORD))
    found = found.with_columns(
        pl.coalesce("refusal", refusal).alias("refusal"),
        pl.coalesce(pl.col("metadata"), pl.Series(plain_texts(found["metadata_json"]))).alias("metadata"),
    )
    found = pl.concat([found, _read_details(found).rename(lambda name: f"job_{name}")], how="horizontal")
    found = found.with_columns(pl.coalesce("job_action", _action()).alias("action"))
    return give_roles("gcp_audit", frame["line"], found, _made())


def _action() -> pl.Expr:
    """Say what a call counts as: by what the log calls it, else by its method's verb."""
    verb = pl.col("method").fill_null("").str.extract(r"([A-Za-z]+)[^A-Za-z]*$").str.to_lowercase()
    kind = pl.col("access").str.extract(r'"permissionType"\s*:\s*"([A-Z_]+)"')
    is_data_log = pl.col("log_name").fill_null("").str.contains("data_access")
    is_reading = verb.str.contains(
        "^(?:get|read|access|download|fetch|lookup|search|query|run|export|decrypt|batchget)"
    )
    is_listing = verb.str.contains("^(?:list|aggregatedlist)")
    is_admin = verb.str.contains("iampolic|metadata|setting") | (kind == "ADMIN_READ")
    return (
        pl.when(is_listing)
        .then(pl.lit("list"))
        .when(verb.str.contains("^(?:delete|remove|destroy|purge)"))
        .then(pl.lit("delete"))
        .when(verb.str.contains("^export"))
        .then(pl.lit("export"))
        .when(is_admin.fill_null(False))
        .then(pl.lit("metadata"))
        .when(kind.str.ends_with("_WRITE").fill_null(False))
        .then(pl.lit("write"))
        .when((kind == "DATA_READ").fill_null(False) | (is_data_log & is_reading))
        .then(pl.lit("view"))
        .when(is_reading | verb.str.contains("^(?:test|check|validate)"))
        .then(pl.lit("metadata"))
        .otherwise(pl.lit("write"))
    )


def _made() -> dict[str, pl.Expr]:
    is_read = pl.col("action").is_in(READS)
    code = pl.col("code").cast(pl.Int64, strict=False)
    unnamed = pl.concat_str("service", pl.lit(":"), "method", pl.lit(":"))
    return {
        "time": pl.coalesce("job_start", "stamp"),
        # A job is placed at its start: what came after its end tells nothing of how late entries come.
        "delivered": pl.when(pl.col("job_start").is_null()).then("received"),
        "principal": pl.coalesce("email", "subject"),
        "ip": pl.coalesce("caller", "caller_upper"),
        "resource": pl.when(is_read).then(pl.coalesce("job_resource", _named(pl.col("thing")), unnamed)),
        **{
            role: pl.when(is_read).then(f"job_{role}")
            for role in ("columns", "filters", "rows", "statement", "database")
        },
        "dialect": pl.when(is_read & pl.col("job_statement").is_not_null()).then(pl.lit("bigquery")),
        "outcome": pl.when(code.is_in([7, 16]))
        .then(pl.lit("denied"))
        .when(pl.col("job_is_failed").fill_null(False) | (code > 0))
        .then(pl.lit("failed"))
        .otherwise(pl.lit("succeeded")),
    }


def _named(thing: pl.Expr) -> pl.Expr:
    """Write the names of resources as routes have them."""
    forms = (
        (r"^projects/([^/]+)/datasets/([^/]+)/tables/([^/]+)$", "$1.$2.$3"),
        (r"^projects/[^/]+/buckets/([^/]+)/objects/(.+)$", "gs://$1/$2"),
        (r"^projects/[^/]+/buckets/([^/]+)$", "gs://$1/"),
        (r"^projects/[^/]+/secrets/([^/]+)(?:/versions/.*)?$", "secret://$1"),
        (r"^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/([^/]+).*$", "kms://$1"),
    )
    for pattern, form in forms:
        thing = thing.str.replace(pattern, form.replace("$1", "${1}").replace("$2", "${2}").replace("$3", "${3}"))
    return pl.when(thing != "").then(thing)


def _read_details(found: pl.DataFrame) -> pl.DataFrame:
    """Read what BigQuery tells of jobs and tables, once per distinct telling."""
    told = found.select(
        pl.when(pl.col("service") == "bigquery.googleapis.com").then("metadata").alias("metadata"),
        pl.when(pl.col("service") == "bigquery.googleapis.com").then("service_data").alias("service_data"),
        "thing",
    )
    is_told = pl.col("metadata").is_not_null() | pl.col("service_data").is_not_null()
    distinct = told.filter(is_told).unique(maintain_order=True)
    rows = [_describe(parsed(new), parsed(old), thing or "") for new, old, thing in distinct.iter_rows()]
    columns = [{name: row.get(name) for name in _DETAILS} for row in rows]
    known = pl.concat([distinct, pl.DataFrame(columns, schema=_DETAILS)], how="horizontal")
    return told.join(known, on=told.columns, how="left", nulls_equal=True, maintain_order="left").select(list(_DETAILS))


def _describe(new: Any, old: Any, thing: str) -> dict[str, Any]:
    """Say what one event of BigQuery was, in either version's form."""
    if "tableDataRead" in _dict(new):
        return _table_read(_dict(new["tableDataRead"]), thing)
    if "tableDataListRequest" in _dict(old):
        return {"action": "view", "filters": WITHHELD}
    job = _dict(_dict(_dict(new).get("jobInsertion")).get("job")) or _dict(
        _dict(_dict(new).get("jobChange")).get("job")
    )
    if job:
        return _job(_dict(job.get("jobConfig")), _dict(job.get("jobStats")), _dict(job.get("jobStatus")), "Config")
    for event in ("jobCompletedEvent", "jobInsertResponse", "jobInsertRequest", "jobQueryResponse", "jobQueryRequest"):
        held = _dict(_dict(old).get(event))
        if event == "jobQueryRequest" and held:
            held = {"job": {"jobConfiguration": {"query": held}}}
        if held:
            inner = _dict(held.get("job")) or _dict(held.get("resource"))
            config = _dict(inner.get("jobConfiguration"))
            return _job(config, _dict(inner.get("jobStatistics")), _dict(inner.get("jobStatus")), "")
    return {}


def _table_read(told: dict[str, Any], thing: str) -> dict[str, Any]:
    project = thing.split("/")[1] if thing.startswith("projects/") else ""
    job = str(told.get("jobName", ""))
    if told.get("reason") == "JOB" and job.startswith(f"projects/{project}/"):
        return {"action": "metadata"}
    fields = [name for name in _list(told.get("fields")) if isinstance(name, str)]
    action = "export" if told.get("reason") == "CREATE_READ_SESSION" else "view"
    return {"action": action, "columns": json.dumps(fields) if fields else None, "filters": WITHHELD}


def _job(config: dict[str, Any], stats: dict[str, Any], status: dict[str, Any], suffix: str) -> dict[str, Any]:
    query, extract = _dict(config.get(f"query{suffix}")), _dict(config.get(f"extract{suffix}"))
    copy = _dict(config.get("tableCopyConfig")) or _dict(config.get("tableCopy"))
    told: dict[str, Any] = {"is_failed": bool(_dict(status.get("errorResult") or status.get("error")).get("message"))}
    told["start"] = _text(stats.get("startTime"))
    if extract:
        return {**told, "action": "export", "resource": as_list(list(_tables([extract.get("sourceTable")])))}
    if copy:
        return {**told, "action": "copy", "resource": as_list(list(_tables(_list(copy.get("sourceTables")))))}
    if not query:
        return {**told, "action": "write"}
    text = _text(query.get("query"))
    referenced = _list(_dict(stats.get("queryStats")).get("referencedTables")) or _list(stats.get("referencedTables"))
    rows = _dict(stats.get("queryStats")).get("outputRowCount", stats.get("queryOutputRowCount"))
    default = query.get("defaultDataset")
    parts = [_text(_dict(default).get(key)) for key in ("projectId", "datasetId")]
    named = default.removeprefix("projects/").replace("/datasets/", ".") if isinstance(default, str) else None
    return {
        **told,
        "action": "search",
        "resource": as_list(list(_tables(referenced))),
        "rows": None if rows is None else str(rows),
        "statement": text,
        "filters": None if text and query.get("queryTruncated") is not True else WITHHELD,
        "database": named or ".".join(part for part in parts if part) or None,
    }


def _tables(items: list[Any]) -> Iterator[str]:
    """Name tables of either form: a resource name, or its parts."""
    for item in items:
        if isinstance(item, str):
            parts = item.split("/")
            yield ".".join(parts[1::2]) if item.startswith("projects/") else item
        elif isinstance(item, dict):
            yield ".".join(str(item[key]) for key in ("projectId", "datasetId", "tableId") if item.get(key))


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


FORMAT = Format("gcp_audit", "objects", recognise, read)
