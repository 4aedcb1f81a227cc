r"""Server access logs of Amazon S3, in every width since 2006.

What such a log proves: who fetched which object, when the request came in, how many bytes of it went out. What it
cannot see: which bytes of an object a 206 delivered, and anything at all for sure: AWS delivers these logs as best
effort, a line may be late, missing or doubled.

Resources are `s3://bucket/key`, with `?versionId=…` where a version was asked for. Keys are written URL-encoded twice,
by batch deletion and lifecycle once; both are undone. A presigned request's access key is the `token`.

Reads are GET of an object (`view`) and SelectObjectContent (`search`). `REST.COPY.OBJECT_GET` and `REST.COPY.PART_GET`
are the store's own read of a copy's *source*, on the requester's behalf: `copy`, of the object's whole size. Listings
of keys are `list`, configuration and HEAD `metadata`, `S3.…` is the store's lifecycle. An operation nobody knows is a
question. A GET with 200 that sent less than the object's size broke off; a dash for bytes is none.

S3 does not escape quotes, so a client can blur all that follows its request. Such a line still names bucket, key, time
and requester: it is read with an unknown outcome, its user agent being the rest of the line. Source: Amazon S3 User
Guide, "server access log format".
"""

from __future__ import annotations

from urllib.parse import unquote

import polars as pl

from pipeline.intake.logs.formats import REFUSAL, TEXT, Format, Options, Sample
from pipeline.intake.rows import LINE
from pipeline.intake.web.layouts import asked_for, draw
from pipeline.intake.web.patterns import TARGET, match_count, take_apart
from pipeline.intake.web.stamps import CLF, to_iso

_HEAD = "owner bucket [stamp] ip requester request_id operation key "
_STATUS = "status error sent size total turnaround "
_SHAPES = {
    "status": "[0-9]{3}|-",
    "sent": "[0-9]+|-",
    "size": "[0-9]+|-",
    "total": "[0-9]+|-",
    "operation": r"[A-Za-z0-9_.]+",
}
_TAIL = {"tail": r"(?: [^ \"]+)*"}
_WHOLE = (
    draw(f'{_HEAD}{{request}} {_STATUS}"referrer" "agent"tail', **_SHAPES, **_TAIL),
    draw(f"{_HEAD}uri {_STATUS}referrer agent~tail", **_SHAPES, **_TAIL, uri="-", referrer='-|"-"', agent='-|"[^"]*"'),
)
_BLURRED = draw(f"{_HEAD}blur", **_SHAPES, blur='".*')
_WANTED = ("stamp", "ip", "requester", "request_id", "operation", "bucket", "key", "request", "status", "error", "sent",
           "size", "agent", "blur")  # fmt: skip
_ENCODED_ONCE = "BATCH.DELETE.OBJECT"
_LISTINGS = ("BUCKET", "BUCKETVERSIONS", "SERVICE", "UPLOADS", "UPLOAD")
_EXACT = {
    "REST.COPY.OBJECT_GET": "copy", "REST.COPY.PART_GET": "copy",
    "REST.COPY.OBJECT": "write", "REST.COPY.PART": "write",
    "BATCH.DELETE.OBJECT": "delete", "REST.POST.MULTI_OBJECT_DELETE": "delete", "S3.EXPIRE.OBJECT": "delete",
    "SOAP.GetObject": "view", "SOAP.ListBucket": "list",
    **dict.fromkeys((f"REST.GET.{name}" for name in _LISTINGS), "list"),
}  # fmt: skip
_BY_METHOD = (("HEAD", "metadata"), ("OPTIONS", "metadata"), ("GET", "metadata"), ("PUT", "write"), ("POST", "write"),
              ("DELETE", "delete"))  # fmt: skip


def recognise(sample: Sample) -> bool:
    """Tell whether at least half of the lines are lines of S3's."""
    lines = pl.Series([line for line in sample.lines[:100] if line.strip()], dtype=pl.String)
    return len(lines) > 0 and match_count(lines, _WHOLE) >= 0.5 * len(lines)


def read(frame: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Read lines of S3's server access logs."""
    extra = asked_for(options.extra, _WHOLE)
    parts = take_apart(frame[TEXT], (*_WHOLE, _BLURRED), (*_WANTED, *extra.values()))
    parts = parts.with_columns(to_iso(parts["stamp"], CLF).alias("time"), _actions(parts["operation"]))
    is_select = pl.col("request" + TARGET).str.contains("[?&]select&select-type=").fill_null(False)
    parts = parts.with_columns(pl.when(is_select).then(pl.lit("search")).otherwise("action").alias("action"))
    refusal = (
        pl.when(~pl.col("is_read"))
        .then(pl.lit("not a line of S3's server access log"))
        .when(pl.col("time").is_null())
        .then(pl.lit("unreadable time"))
    )
    told = parts.select(
        refusal.alias(REFUSAL),
        "time",
        "ip",
        pl.col("requester").alias("principal"),
        pl.col("request" + TARGET).str.extract(r"(?i)(?:X-Amz-Credential|AWSAccessKeyId)=([A-Z0-9]+)").alias("token"),
        pl.coalesce("agent", "blur").alias("user_agent"),
        pl.col("request_id").alias("event_id"),
        "action",
        _outcome().alias("outcome"),
        "status",
        _resources(parts).alias("resource"),
        _bytes().alias("bytes"),
        *(pl.col(field).alias(name) for name, field in extra.items()),
    )
    return pl.concat([frame.select(LINE), told], how="horizontal")


def _outcome() -> pl.Expr:
    """Say what the status does not: unknown behind a blur, broken off where less went out than the object holds."""
    sent, size = (pl.col(name).cast(pl.Int64, strict=False).fill_null(0) for name in ("sent", "size"))
    is_short = (pl.col("action") == "view") & (pl.col("status") == "200") & (sent < size)
    has_error = pl.col("error").is_not_null() & pl.col("status").str.starts_with("2")
    blurred = pl.when(pl.col("blur").is_not_null()).then(pl.lit("unknown"))
    return blurred.when((is_short | has_error).fill_null(False)).then(pl.lit("aborted"))


def _bytes() -> pl.Expr:
    sent = pl.when(pl.col("blur").is_null() & pl.col("is_read")).then(pl.col("sent").fill_null("0"))
    return pl.when(pl.col("action") == "copy").then("size").otherwise(sent)


def _actions(operations: pl.Series) -> pl.Series:
    distinct = operations.unique().drop_nulls()
    actions = pl.Series([_action(operation) for operation in distinct.to_list()], dtype=pl.String)
    return operations.replace_strict(distinct, actions, default="unknown", return_dtype=pl.String).alias("action")


def _action(operation: str) -> str:
    if operation in _EXACT:
        return _EXACT[operation]
    origin, _, rest = operation.partition(".")
    method, _, target = rest.partition(".")
    if origin == "S3":
        return "write"
    if "SELECT" in operation:
        return "search"
    if method == "GET" and target == "OBJECT":
        return "view"
    return next((action for name, action in _BY_METHOD if method == name), "unknown") if origin != "SOAP" else "unknown"


def _resources(parts: pl.DataFrame) -> pl.Series:
    """Write each distinct key as it really is, behind its bucket."""
    is_once = pl.col("operation").str.starts_with("S3.") | (pl.col("operation") == _ENCODED_ONCE)
    named = parts.select(
        pl.col("key").fill_null(""), is_once.fill_null(False).alias("is_once"), "bucket", "request" + TARGET
    )
    found = named.select(
        pl.struct("key", "is_once").map_batches(_decoded, return_dtype=pl.String).alias("key"),
        pl.col("request" + TARGET).str.extract(r"[?&]versionId=([^& ]+)").alias("version"),
        "bucket",
    )
    version = (
        pl.when(pl.col("version").is_not_null()).then(pl.lit("?versionId=") + pl.col("version")).otherwise(pl.lit(""))
    )
    return found.select(pl.concat_str(pl.lit("s3://"), "bucket", pl.lit("/"), "key", version)).to_series()


def _decoded(keys: pl.Series) -> pl.Series:
    frame = keys.struct.unnest()
    if not frame["key"].str.contains("%", literal=True).any():
        return frame["key"]
    distinct = frame.filter(pl.col("key").str.contains("%", literal=True)).unique()
    plain = [unquote(key) if is_once else unquote(unquote(key)) for key, is_once in distinct.iter_rows()]
    known = distinct.with_columns(pl.Series("plain", plain, dtype=pl.String))
    joined = frame.join(known, on=["key", "is_once"], how="left", maintain_order="left")
    return joined.select(pl.coalesce("plain", "key")).to_series()


FORMAT = Format("s3_access", "lines", recognise, read)
