"""Microsoft 365 unified audit log: Exchange, SharePoint, OneDrive, Teams and Entra ID, as records or as a CSV export.

What it proves: which file, message or folder an account opened, downloaded or had copied, from which address. What it
cannot show: what was on the screen, pages of a search's result, and mail read while a mailbox was throttled; without
the licence for it no record of read mail is written at all, and records arrive up to days late.

What counts as a read (semantics, section 4): `m365_operations`. A file that the sync client fetched means its folder,
for the client fetches all of it. `MailItemsAccessed` names messages when they were opened one by one (bind), and means
the whole folder when it was synchronised; a throttled record means everything in the mailbox, as an upper bound. A rule
that forwards mail is a copy made by the service from then on, whose mail the log does not name. Searches show what the
log does not name either.

Resources: the file's or page's own URL; `mailbox://owner/folder/path`; `teams://thread`; `ediscovery://search`;
`m365:search:`, `m365:forwarding:mailbox` and `m365:Operation:` where nothing is named. Record keys are messages'
`InternetMessageId`s.

Sources: the vendor's reference of audited activities, the Office 365 Management Activity API schema, and its guide to
MailItemsAccessed. Stamps are UTC without saying so.
"""

from __future__ import annotations

import polars as pl

from pipeline.intake.json_fields import Fields, parsed, plain_texts, read_either_case, read_fields
from pipeline.intake.logs.formats import TEXT, Format, Options, Sample
from pipeline.intake.logs.m365_mail import read_mail
from pipeline.intake.logs.m365_operations import SIGNALS, SYNCS, action_of, is_forwarding
from pipeline.intake.logs.roles import READS, WITHHELD, as_list, give_roles, map_distinct, names, refuse_without

FIELDS = Fields(
    {
        "time": "CreationTime", "event_id": "Id", "operation": "Operation", "workload": "Workload", "user": "UserId",
        "user_key": "UserKey", "client_ip": "ClientIP", "client_address": "ClientIPAddress",
        "actor_ip": "ActorIpAddress",
        "agent": "UserAgent", "client_agent": "ClientUserAgent", "client_info": "ClientInfoString",
        "session_id": "SessionId", "access_session": "AppAccessContext.AADSessionId",
        "token": "AppAccessContext.UniqueTokenId", "result": "ResultStatus", "object": "ObjectId",
        "bytes": "FileSizeBytes", "mailbox_owner": "MailboxOwnerUPN", "mailbox_guid": "MailboxGuid", "app": "AppId",
        "client_app": "ClientAppId", "account": "OrganizationId", "thread": "ChatThreadId", "error": "LogonError",
        "search": "SearchName", "query": "QueryText",
    },
    {
        "device": "DeviceProperties", "extended": "ExtendedProperties", "properties": "OperationProperties",
        "folders": "Folders", "item": "Item", "parameters": "Parameters", "copilot": "CopilotEventData",
    },
)  # fmt: skip
_WRAPPED = Fields({}, {"upper": "AuditData", "lower": "auditData"})
_DETAILED_AGENT = pl.col("extended").str.extract(r'\\"User-Agent\\":\\"((?:[^"\\]|\\\\[^"])*)\\"')
_EDISCOVERY = "compliancesearch|ediscovery|search(?:started|export|result|preview|report|viewed)|^preview"
_RESULTS = {
    **dict.fromkeys(("succeeded", "success", "true", "partiallysucceeded", "completed"), "succeeded"),
    **dict.fromkeys(("failed", "failure", "false"), "failed"),
}


def recognise(sample: Sample) -> bool:
    """Tell a record, an export with records in a column, or a record wrapped with its index."""
    one = sample.object or dict.fromkeys(sample.header)
    keys = {str(key).lower() for key in one}
    is_record = {"creationtime", "operation", "recordtype", "userid"} <= keys and len(
        keys & {"workload", "userkey"}
    ) > 0
    return is_record or ("auditdata" in keys and bool(keys & {"operation", "operations", "recordtype", "userids"}))


def read(frame: pl.DataFrame, _options: Options) -> pl.DataFrame:
    """Read records into roles."""
    found = read_either_case(_unwrapped(frame[TEXT]), FIELDS, "operation")
    found = found.with_columns(refuse_without("operation", "not a record of the audit log"))
    found = found.with_columns(action_of(pl.col("operation"), pl.col("parameters")).alias("action"))
    found = found.with_row_index("row")
    targets = _targets(found.filter(pl.col("action").is_in(READS)))
    found = found.join(targets, on="row", how="left", maintain_order="left")
    return give_roles("m365", frame["line"], found, _made())


def _unwrapped(texts: pl.Series) -> pl.Series:
    is_wrapped = texts.str.contains(r'"[Aa]uditData"', literal=False).fill_null(False)
    if not is_wrapped.any():
        return texts
    place = is_wrapped.arg_true()
    held = read_fields(texts.gather(place), _WRAPPED)
    inner = plain_texts(held.select(pl.coalesce("upper", "lower")).to_series())
    return texts.scatter(place, inner.zip_with(inner.is_not_null(), texts.gather(place)))


def _made() -> dict[str, pl.Expr]:
    address = pl.coalesce("client_ip", "client_address", "actor_ip").str.strip_chars()
    folded = pl.col("operation").str.to_lowercase()
    return {
        "principal": pl.coalesce("user", "user_key"),
        "ip": _address(address),
        "user_agent": pl.coalesce(
            "agent", "client_agent", _property("extended", "UserAgent"), _DETAILED_AGENT, "client_info"
        ),
        "session": pl.coalesce("session_id", "access_session", _property("device", "SessionId")),
        "app": pl.coalesce("app", "client_app"),
        "outcome": _outcome(),
        "signal": pl.when(_is_throttled())
        .then(pl.lit("throttled"))
        .otherwise(folded.replace_strict(SIGNALS, default=None, return_dtype=pl.String)),
    }


def _address(text: pl.Expr) -> pl.Expr:
    """Take the port and the brackets off an address."""
    bare = text.str.replace(r"^\[([0-9A-Fa-f:.%]+)\](?::\d+)?$", "$1").str.replace(r"^(\d+\.\d+\.\d+\.\d+):\d+$", "$1")
    return bare.str.replace(r"(?i)^::ffff:(\d+\.\d+\.\d+\.\d+)$", "$1")


def _property(column: str, name: str) -> pl.Expr:
    """Find the value of a named property in a list of name and value."""
    return pl.col(column).str.extract(rf'(?i)"Name"\s*:\s*"{name}"\s*,\s*"Value"\s*:\s*"((?:[^"\\]|\\.)*)"')


def _is_throttled() -> pl.Expr:
    return _property("properties", "IsThrottled").str.to_lowercase() == "true"


def _outcome() -> pl.Expr:
    result = pl.col("result").str.strip_chars().str.to_lowercase()
    told = result.replace_strict(_RESULTS, default="unknown", return_dtype=pl.String)
    is_failed = (pl.col("operation") == "UserLoginFailed") | pl.col("error").is_not_null()
    return (
        pl.when(is_failed)
        .then(pl.lit("failed"))
        .when(pl.col("operation").str.contains("(?i)blocked$"))
        .then(pl.lit("denied"))
        .when(result.fill_null("") == "")
        .then(pl.lit("succeeded"))
        .otherwise(told)
    )


def _targets(reads: pl.DataFrame) -> pl.DataFrame:
    """Say what each read reached: row, resource, record_keys, filters."""
    operation = pl.col("operation").str.to_lowercase()
    mail = reads.select(
        mailbox=pl.coalesce("mailbox_owner", "mailbox_guid", "user"),
        folders="folders",
        item="item",
        is_sync=_property("properties", "MailAccessType").str.to_lowercase() == "sync",
        is_throttled=_is_throttled(),
    )
    is_case = operation.str.contains(_EDISCOVERY)
    is_mail = operation.is_in(["mailitemsaccessed", "messagebind", "folderbind", "copy"])
    found = pl.concat([reads, read_mail(mail).rename(lambda name: f"mail_{name}")], how="horizontal")
    accessed = map_distinct(reads["copilot"], _accessed)
    fallback = pl.concat_str(pl.lit("m365:"), "operation", pl.lit(":"))
    ediscovery = pl.concat_str(pl.lit("ediscovery://"), pl.coalesce("search", "object"))
    resource = (
        pl.when(is_mail)
        .then("mail_resource")
        .when(is_forwarding(pl.col("operation"), pl.col("parameters")))
        .then(pl.concat_str(pl.lit("m365:forwarding:"), pl.coalesce("object", "user", pl.lit(""))))
        .when(operation == "copilotinteraction")
        .then(pl.lit(accessed))
        .when(is_case)
        .then(ediscovery)
        .when(operation.str.contains("^search"))
        .then(pl.lit("m365:search:"))
        .when(operation.is_in(SYNCS))
        .then(_with_folder())
        .otherwise(pl.coalesce(pl.when(pl.col("object") != "").then("object"), "teams://" + pl.col("thread")))
    )
    return found.select(
        "row",
        pl.coalesce(resource, fallback).alias("resource"),
        pl.when(is_mail).then("mail_record_keys").alias("record_keys"),
        pl.when(is_mail).then("mail_filters").when(action_is_search()).then(pl.lit(WITHHELD)).alias("filters"),
    )


def action_is_search() -> pl.Expr:
    """Tell reads of which the log gives the question and not the answer."""
    return pl.col("action") == "search"


def _with_folder() -> pl.Expr:
    """Name a file and the folder it lies in."""
    folder = pl.col("object").str.extract("^(.*/)")
    both = pl.concat_list("object", folder).list.drop_nulls()
    return pl.struct(both.alias("list")).struct.json_encode().str.strip_prefix('{"list":').str.strip_suffix("}")


def _accessed(text: str) -> str | None:
    """Name what an assistant read on somebody's behalf."""
    event = parsed(text)
    event = parsed(event) if isinstance(event, str) else event
    held = event.get("AccessedResources") if isinstance(event, dict) else None
    return as_list(names(held, "siteurl", "id", "name"))


FORMAT = Format("m365", "objects", recognise, read, json_column="AuditData", wrappers=("value",))
