"""OCSF 1.x: events of any source in the Open Cybersecurity Schema Framework, as JSON or Parquet (Security Lake).

What it proves and cannot show is what its source does; the schema only gives it one form. A source's own record says
more: prefer it where there is one.

What counts as a read (semantics, section 4), by class and activity: datastore activity (read, query), API activity
(read; of AWS calls by the same table as CloudTrail), HTTP activity (by method, a POST is for the incident file to say),
web resources (read, search, export), file hosting (download, open, preview, copy, sync) and file system activity (read,
open). Authentication is a log-in. Events of other classes are refused, for nobody here can say what they read.

Resources: `s3://bucket/key` of an S3 bucket, `databucket://name/key` of another, `database.table`, the URL of an HTTP
request, name or URL of web resources, path or URL of a file, and of AWS calls what CloudTrail gives; else
`service:operation:`.

Sources: the OCSF schema (event classes, objects, dictionary). `time` is in milliseconds, and so is
`metadata.logged_time`, when the event came to its log.
"""

from __future__ import annotations

import polars as pl

from pipeline.intake.json_fields import Fields, parsed, plain_texts, read_fields
from pipeline.intake.logs.cloudtrail_calls import CALLS
from pipeline.intake.logs.cloudtrail_requests import read_requests
from pipeline.intake.logs.formats import TEXT, Format, Options, Sample
from pipeline.intake.logs.roles import NO_READS, READS, as_list, give_roles, map_distinct, names

FIELDS = Fields(
    {
        "class_uid": "class_uid", "activity": "activity_id", "time_ms": "time", "time_dt": "time_dt",
        "logged_ms": "metadata.logged_time", "logged_dt": "metadata.logged_time_dt",
        "status_id": "status_id", "status_code": "status_code", "event_id": "metadata.uid",
        "email": "actor.user.email_addr", "user": "actor.user.name", "user_id": "actor.user.uid",
        "subject": "user.name", "subject_email": "user.email_addr", "session_uid": "actor.session.uid",
        "token": "actor.user.credential_uid",
        "session_alt": "session.uid",
        "ip": "src_endpoint.ip", "host": "src_endpoint.hostname", "user_agent": "http_request.user_agent",
        "method": "http_request.http_method", "url": "http_request.url.url_string", "path": "http_request.url.path",
        "url_query": "http_request.url.query_string", "hostname": "http_request.url.hostname",
        "scheme": "http_request.url.scheme", "code": "http_response.code", "length": "http_response.length",
        "body_length": "http_response.body_length", "content_type": "http_response.content_type",
        "operation": "api.operation", "service": "api.service.name", "api_error": "api.response.error",
        "database_name": "database.name", "table_name": "table.name", "bucket": "databucket.name",
        "bucket_type": "databucket.type", "bucket_key": "databucket.file.path", "bucket_file": "databucket.file.name",
        "query": "query_info.query_string", "query_bytes": "query_info.bytes", "file_path": "file.path",
        "file_url": "file.url.url_string", "file_uri": "file.uri", "file_name": "file.name", "file_size": "file.size",
        "account": "cloud.account.uid", "region": "cloud.region", "product": "metadata.product.name",
        "management": "unmapped.managementEvent",
    },
    {"request": "api.request.data", "resources": "resources", "web": "web_resources"},
)  # fmt: skip
_ACTIVITIES = {
    "6005": "view write login search write write delete list metadata view",
    "6003": "write view write delete",
    "6001": "write view write delete search write export write",
    "6004": "view view write metadata",
    "6006": "write export write delete write copy write write view metadata metadata write write view export write"
    " metadata",
    "1001": "write view write delete write write write metadata metadata write view list metadata view",
    "3002": " ".join(["login"] * 7),
    "3001": " ".join(["write"] * 13),
}  # fmt: skip
"""Class → what each of its activities counts as, by number from 1."""
_BY_ACTIVITY = {
    f"{uid}:{number}": action
    for uid, actions in _ACTIVITIES.items()
    for number, action in enumerate(actions.split(), start=1)
}
_CLASSES = (*_ACTIVITIES, "4002")
_METHODS = {
    "get": "view", "head": "metadata", "options": "metadata", "trace": "metadata", "connect": "metadata",
    "put": "write", "patch": "write", "delete": "delete", "copy": "copy", "search": "search", "query": "search",
    "report": "search", "propfind": "list", "move": "write",
}  # fmt: skip
_HTTP_ACTIVITIES = {
    "1": "connect", "2": "delete", "3": "get", "4": "head", "5": "options", "6": "post", "7": "put", "8": "trace",
    "9": "patch", "15": "copy", "28": "propfind", "32": "report", "33": "search",
}  # fmt: skip
_OTHER_CLASS, _NO_EVENT = "an OCSF class that says nothing of reads", "not an OCSF event"


def recognise(sample: Sample) -> bool:
    """Tell an event of a class that is read here."""
    one = sample.object
    if one is None:
        return {"class_uid", "category_uid", "activity_id", "metadata"} <= set(sample.header)
    is_known = str(one.get("class_uid")).removesuffix(".0") in _CLASSES
    return is_known and ("activity_id" in one or "type_uid" in one) and isinstance(one.get("metadata"), dict)


def read(frame: pl.DataFrame, _options: Options) -> pl.DataFrame:
    """Read events into roles."""
    found = read_fields(frame[TEXT], FIELDS).with_row_index("row")
    refusal = (
        pl.when(pl.col("class_uid").is_null())
        .then(pl.lit(_NO_EVENT))
        .when(~pl.col("class_uid").is_in(_CLASSES))
        .then(pl.lit(_OTHER_CLASS))
    )
    found = found.with_columns(pl.coalesce("refusal", refusal).alias("refusal"), _call()).with_columns(_action())
    is_call = pl.col("action").is_in(READS) & pl.col("call").is_in(list(CALLS))
    calls = found.filter(is_call).with_columns(plain_texts(found.filter(is_call)["request"]).alias("request"))
    found = found.join(read_requests(calls), on="row", how="left", maintain_order="left")
    web = map_distinct(found["web"], lambda text: as_list(names(parsed(text), "url_string", "name", "uid")))
    things = map_distinct(found["resources"], lambda text: as_list(names(parsed(text), "uid", "name")))
    # A method or activity of unknown meaning counts as a read, until the incident file says what it is.
    is_read = ~pl.col("action").is_in(NO_READS)
    named = pl.coalesce("resource", _resource(web, things))
    found = found.with_columns(pl.when(is_read).then(named).alias("resource"))
    return give_roles("ocsf", frame["line"], found, _made())


def _call() -> pl.Expr:
    service = pl.col("service").str.replace(r"\.amazonaws\.com(?:\.cn)?$", "").str.to_lowercase()
    return pl.concat_str(service, pl.lit(":"), "operation").alias("call")


def _action() -> pl.Expr:
    """Say what an event counts as: HTTP by its method, calls of AWS as CloudTrail's, others by class and activity."""
    method = pl.coalesce(
        pl.col("method").str.to_lowercase(), pl.col("activity").replace_strict(_HTTP_ACTIVITIES, default=None)
    )
    http = pl.coalesce(method.replace_strict(_METHODS, default=None, return_dtype=pl.String), method, pl.lit("unknown"))
    by_activity = pl.concat_str("class_uid", pl.lit(":"), "activity").replace_strict(_BY_ACTIVITY, default="unknown")
    is_setting = pl.col("operation").str.contains("^(?:List|Describe|Head)") | (
        pl.col("operation").str.contains("^Get") & (pl.col("management") == "true")
    )
    known = pl.col("call").replace_strict({name: call.action for name, call in CALLS.items()}, default=None)
    of_call = pl.when(is_setting).then(pl.lit("metadata")).otherwise(by_activity)
    return (
        pl.when(pl.col("class_uid") == "4002")
        .then(http)
        .when(pl.col("class_uid") == "6003")
        .then(pl.coalesce(known, of_call))
        .otherwise(by_activity)
        .alias("action")
    )


def _resource(web: pl.Series, things: pl.Series) -> pl.Expr:
    """Name what was read, by what each class has for it."""
    target = pl.concat_str("path", pl.coalesce("?" + pl.col("url_query"), pl.lit("")))
    host = pl.concat_str(pl.coalesce("scheme", pl.lit("https")), pl.lit("://"), "hostname", target)
    is_s3 = pl.coalesce("bucket_type", "service", pl.lit("")).str.contains("(?i)s3")
    bucket = pl.concat_str(
        pl.when(is_s3).then(pl.lit("s3://")).otherwise(pl.lit("databucket://")),
        "bucket", pl.lit("/"), pl.coalesce("bucket_key", "bucket_file", pl.lit("")),
    )  # fmt: skip
    table = pl.concat_str(pl.coalesce(pl.col("database_name") + ".", pl.lit("")), "table_name")
    is_file = pl.col("class_uid").is_in(["6006", "1001"])
    file = pl.coalesce("file_url", "file_uri", "file_path", "file_name")
    fallback = pl.concat_str(
        pl.lit("ocsf:"), "class_uid", pl.lit(":"), pl.coalesce("service", pl.lit("")), pl.lit(":"),
        pl.coalesce("operation", pl.lit("")),
    )  # fmt: skip
    return (
        pl.when(is_file)
        .then(pl.coalesce(file, fallback))
        .when(pl.col("class_uid") == "4002")
        .then(pl.coalesce("url", host, target, fallback))
        .otherwise(pl.coalesce(pl.lit(web), bucket, table, pl.lit(things), "database_name", fallback))
    )


def _made() -> dict[str, pl.Expr]:
    return {
        "time": pl.coalesce(_stamp("time_ms"), "time_dt"),
        "delivered": pl.coalesce(_stamp("logged_ms"), "logged_dt"),
        "principal": pl.coalesce("email", "user", "user_id", "subject_email", "subject"),
        "action": pl.when("is_no_read").then(pl.lit("write")).otherwise("action"),
        "session": pl.coalesce("session_uid", "session_alt"),
        "bytes": pl.coalesce("body_length", "length", "query_bytes", "file_size"),
        "status": pl.col("code"),
        "statement": pl.coalesce("statement", "query"),
        "database": pl.coalesce("database", "database_name"),
        "outcome": _outcome(),
    }


def _stamp(column: str) -> pl.Expr:
    """Write milliseconds since 1970 as a stamp; null if they are none."""
    milliseconds = pl.col(column).str.extract(r"^(\d{1,15})(?:\.0+)?$").cast(pl.Int64, strict=False)
    sane = pl.when(milliseconds < 253_402_214_400_000).then(milliseconds).cast(pl.Datetime("ms"))
    return sane.dt.strftime("%Y-%m-%dT%H:%M:%S%.3fZ")


def _outcome() -> pl.Expr:
    """Read status and error; an HTTP status speaks for itself where no other status is told."""
    words = pl.concat_str(pl.coalesce("status_code", pl.lit("")), pl.lit(" "), pl.coalesce("api_error", pl.lit("")))
    is_denied = words.str.contains("(?i)denied|unauthori[sz]ed|forbidden|notauthorized")
    return (
        pl.when((pl.col("class_uid") == "4002") & pl.col("code").is_not_null())
        .then(None)
        .when(pl.col("status_id") == "1")
        .then(pl.lit("succeeded"))
        .when(is_denied)
        .then(pl.lit("denied"))
        .when(pl.col("status_id") == "2")
        .then(pl.lit("failed"))
        .when(pl.col("code").is_not_null())
        .then(None)
        .when(pl.col("status_id").is_null())
        .then(pl.lit("succeeded"))
        .otherwise(pl.lit("unknown"))
    )


FORMAT = Format("ocsf", "objects", recognise, read)
