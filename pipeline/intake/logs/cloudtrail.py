"""AWS CloudTrail: API calls, as files delivered to a bucket, JSON lines, and exports of Lake, Athena or CloudWatch.

What it proves: who called which API of which service, from where, with which parameters, and whether it was refused.
What it cannot show: the content that was delivered, and, unless data events were switched on, any read of an object, an
item or a row at all; `plane` says for each event which of the two kinds it is. Values of queries are kept out of it.

What counts as a read (semantics, section 4): calls that hand out content (`cloudtrail_calls`), and copies made by the
service on the caller's behalf, as reads of their source: snapshots, exports, shares, backups. `List…`, `Head…`,
`Describe…` and other management calls give names and settings. A data event nobody listed here that only reads is a
read whose target is its resource, so that it ends as a question and never as nothing. A query or scan says neither its
values nor its page: the whole table, as an upper bound. Fetching an object is a `view`, as in the store's own access
log; a route may say `access: exported`.

Resources: `s3://bucket/key` (`%`, `?` and `#` of a key percent-encoded, `?versionId=` where given), `dynamodb://table`,
`rds://instance`, `rds-snapshot://name`, `ebs://volume`, `snapshot://id`, `ec2://instance`, `ami://image`,
`redshift://cluster/database`, `athena://database`, `secret://name`, `parameter://name` (no leading slash,
`?withDecryption=`), `kms://key`, `logs://group`, `cognito://pool`; else the resource's own ARN, else
`service:Call:`.

Sources: CloudTrail user guide (record contents, userIdentity element, data events, Lake tables), and the API references
of the services.
"""

from __future__ import annotations

import polars as pl

from pipeline.intake.json_fields import Fields, read_fields
from pipeline.intake.logs.cloudtrail_calls import CALLS, SIGNALS
from pipeline.intake.logs.cloudtrail_flat import read_flat
from pipeline.intake.logs.cloudtrail_requests import read_requests
from pipeline.intake.logs.formats import REFUSAL, TEXT, Format, Options, Sample
from pipeline.intake.logs.roles import READS, give_roles
from pipeline.intake.rows import LINE

_NO_RECORD = "not a CloudTrail record"
_DENIED = (
    r"(?i)denied|unauthori[sz]ed|forbidden|notauthorized|optinrequired|authfailure|authparams|invalidclienttokenid"
    r"|invalidaccesskeyid|signaturedoesnotmatch|expiredtoken|unrecognizedclient|missingauthenticationtoken"
)

_IDENTITY = {
    "user_type": "type", "arn": "arn", "principal_id": "principalId", "account": "accountId", "session": "accessKeyId",
    "user_name": "userName", "invoked_by": "invokedBy", "on_behalf_of": "onBehalfOf.userId",
    "role": "sessionContext.sessionIssuer.arn",
}  # fmt: skip
_SCALARS = {
    "time": "eventTime", "stamp": "@timestamp", "event_id": "eventID", "shared_id": "sharedEventID",
    "source": "eventSource",
    "name": "eventName", "ip": "sourceIPAddress", "user_agent": "userAgent", "error": "errorCode",
    "read_only": "readOnly", "management": "managementEvent", "category": "eventCategory", "region": "awsRegion",
    "vpc_endpoint": "vpcEndpointId", "bytes": "additionalEventData.bytesTransferredOut",
    "login": "responseElements.ConsoleLogin",
    **{column: f"userIdentity.{path}" for column, path in _IDENTITY.items()},
}  # fmt: skip
RECORD = Fields(_SCALARS, {"request": "requestParameters", "resources": "resources"}, "userIdentity")
_WRAPPED = Fields({"event": "CloudTrailEvent", "message": "@message", "stamp": "@timestamp"}, {"detail": "detail"})


def recognise(sample: Sample) -> bool:
    """Tell a CloudTrail record, a row of a Lake or Athena export, or one wrapped by the service that handed it on."""
    one = sample.object or {}
    detail = one.get("detail")
    if isinstance(detail, dict) and one.get("detail-type"):
        one = detail
    names = {str(key).lower() for key in (one or dict.fromkeys(sample.header))}
    is_record = {"eventsource", "eventname", "awsregion"} <= names and bool(
        names & {"eventtime", "useridentity", "eventversion", "@timestamp"}
    )
    return is_record or "cloudtrailevent" in names


def read(frame: pl.DataFrame, _options: Options) -> pl.DataFrame:
    """Read records into the roles of an event."""
    found = _read_records(frame[TEXT]).with_row_index("row")
    told = found.with_columns(_CALL).with_columns(_PLANE).with_columns(_ACTION, _refusal())
    requests = read_requests(told.filter(pl.col("action").is_in(READS)))
    told = told.join(requests, on="row", how="left", maintain_order="left")
    return give_roles("cloudtrail", frame[LINE], told, _MADE)


def _read_records(texts: pl.Series) -> pl.DataFrame:
    """Read records in whatever form they come; only those that are no plain record are looked at again."""
    found = read_fields(texts, RECORD)
    is_other = found["name"].is_null() & found["source"].is_null() & found[REFUSAL].is_null()
    if not is_other.any():
        return found
    place = is_other.arg_true()
    others = texts.gather(place)
    wrapped = read_fields(others, _WRAPPED)
    inner = read_fields(wrapped.select(pl.coalesce("detail", "event", "message")).to_series(), RECORD)
    inner = inner.with_columns(pl.coalesce("stamp", wrapped["stamp"]).alias("stamp"))
    is_flat = inner["name"].is_null() & inner["source"].is_null()
    flat = read_flat(others)
    mended = [flat[name].zip_with(is_flat, inner[name]) for name in RECORD.columns]
    return found.with_columns(found[values.name].scatter(place, values) for values in mended)


def _refusal() -> pl.Expr:
    is_other = pl.col("name").is_null() & pl.col("source").is_null()
    return pl.coalesce(REFUSAL, pl.when(is_other).then(pl.lit(_NO_RECORD))).alias(REFUSAL)


def _call() -> pl.Expr:
    service = pl.col("source").fill_null("").str.replace(r"\.amazonaws\.com(?:\.cn)?$", "")
    return (service + ":" + pl.col("name").fill_null("")).alias("call")


def _plane() -> pl.Expr:
    """Tell data events from management events; records older than that distinction by what the call is."""
    category = pl.col("category").str.to_lowercase()
    is_data_call = pl.col("call").is_in([call for call, meaning in CALLS.items() if meaning.is_data])
    return (
        pl.when(category.is_in(["data", "management"]))
        .then(category)
        .when(category.is_not_null())
        .then(None)
        .when(pl.col("management") == "false")
        .then(pl.lit("data"))
        .when((pl.col("management") == "true") | ~is_data_call)
        .then(pl.lit("management"))
        .otherwise(pl.lit("data"))
        .alias("plane")
    )


def _action() -> pl.Expr:
    """Say what a call counts as: by the table, else by whether it reads data, settings or nothing."""
    known = pl.col("call").replace_strict({call: meaning.action for call, meaning in CALLS.items()}, default=None)
    name = pl.col("name").fill_null("")
    is_listing = name.str.contains("^(?:List|Describe|Head)")
    is_reading = pl.coalesce(pl.col("read_only") == "true", name.str.contains("^(?:Get|List|Describe|Head|BatchGet)"))
    change = pl.when(name.str.contains("^(?:Batch)?Delete")).then(pl.lit("delete")).otherwise(pl.lit("write"))
    other = (
        pl.when(~is_reading)
        .then(change)
        .when(name.str.starts_with("List"))
        .then(pl.lit("list"))
        .when((pl.col("plane") == "data") & ~is_listing)
        .then(pl.lit("view"))
        .otherwise(pl.lit("metadata"))
    )
    return pl.coalesce(known, other).alias("action")


def _outcome() -> pl.Expr:
    """Read the service's error; a call without one succeeded (semantics, section 4)."""
    error = pl.col("error").fill_null("").str.strip_chars()
    is_login_failed = (pl.col("action") == "login") & pl.col("login").eq_missing("Failure")
    return (
        pl.when((error == "") & is_login_failed)
        .then(pl.lit("failed"))
        .when(error == "")
        .then(pl.lit("succeeded"))
        .when(error.str.contains(_DENIED))
        .then(pl.lit("denied"))
        .when(error.str.contains("(?i)^(?:304|not_?modified)"))
        .then(pl.lit("not_modified"))
        .when(error.str.contains("(?i)timeout|aborted|incompletebody"))
        .then(pl.lit("aborted"))
        .otherwise(pl.lit("failed"))
    )


def _made() -> dict[str, pl.Expr]:
    """Make the roles that are no plain values of the record."""
    is_service = pl.col("ip").str.contains(r"^[A-Za-z].*[a-z]$") & ~pl.col("ip").str.contains(":", literal=True)
    return {
        "time": pl.coalesce("time", "stamp"),
        "event_id": pl.coalesce("shared_id", "event_id"),
        "principal": pl.coalesce("arn", "on_behalf_of", "user_name", "principal_id", "invoked_by", "account"),
        # A call that a service made bears its name for an address; who ordered it, the session and principal say.
        "host": pl.when(is_service).then("ip").otherwise("invoked_by"),
        "action": pl.when("is_no_read").then(pl.lit("write")).otherwise("action"),
        "outcome": _outcome(),
        "signal": pl.when(pl.col("error").is_null()).then(
            pl.col("call").replace_strict(SIGNALS, default=None, return_dtype=pl.String)
        ),
    }


# Made once: the same for every batch, and building them takes longer than a small batch itself.
_CALL, _PLANE, _ACTION, _MADE = _call(), _plane(), _action(), _made()

FORMAT = Format("cloudtrail", "objects", recognise, read, json_column="CloudTrailEvent", wrappers=("Records", "Events"))
