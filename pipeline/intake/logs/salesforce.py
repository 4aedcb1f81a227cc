"""Salesforce event monitoring: event log files (CSV) and real-time events (JSON or CSV), of any type.

What it proves: which report, list view, object, page or file a user ran, opened or downloaded, how many rows were
processed, and for real-time events which records they were. What it cannot show: the rows of an event log file, fields
that were shown, and anything at all of event types the organisation has not paid for or switched on.

What counts as a read (semantics, section 4): `salesforce_events`. Queries through an interface by their method; a bulk
job whose operation is a query is an export; code that ran for a user (Apex, queued jobs) may have read anything and
names nothing, so it ends as a question. Records that a real-time event lists are record keys if it lists them all;
else it is the whole report, view or object, as an upper bound where the event says that rows are missing.

Resources: `salesforce://report/ID`, `salesforce://listview/ID`, `salesforce://object/Contact`, `salesforce://page/PATH`,
`salesforce://file/ID`, `salesforce://dashboard/ID`; `salesforce:EventType:` where nothing is named. Ids have the
eighteen characters of exports.

Sources: the vendor's references of EventLogFile supported event types and of real-time event monitoring objects.
"""

from __future__ import annotations

import polars as pl

from pipeline.intake.json_fields import Fields, parsed, plain_texts, read_fields
from pipeline.intake.logs.formats import TEXT, Format, Options, Sample
from pipeline.intake.logs.roles import READS, WITHHELD, as_list, give_roles, map_distinct, refuse_without
from pipeline.intake.logs.salesforce_events import CALLS, action_of
from pipeline.intake.logs.salesforce_records import listed_keys, long_id

_FILE = Fields(
    {
        "kind": "EVENT_TYPE", "derived": "TIMESTAMP_DERIVED", "stamp": "TIMESTAMP", "user": "USER_NAME",
        "user_id": "USER_ID_DERIVED", "short_user_id": "USER_ID", "ip": "CLIENT_IP", "source_ip": "SOURCE_IP",
        "session": "SESSION_KEY", "login_key": "LOGIN_KEY", "agent": "USER_AGENT", "browser": "BROWSER_NAME",
        "account": "ORGANIZATION_ID", "method": "METHOD_NAME", "verb": "METHOD", "http_verb": "HTTP_METHOD",
        "operation": "OPERATION_TYPE", "transaction": "TRANSACTION_TYPE", "uri": "URI", "page_url": "PAGE_URL",
        "record": "URI_ID_DERIVED", "page_record": "PAGE_ENTITY_ID", "entity": "ENTITY_NAME",
        "entity_type": "ENTITY_TYPE",
        "processed": "ROWS_PROCESSED", "row_count": "ROW_COUNT", "found": "NUM_RESULTS", "query": "QUERY",
        "report": "REPORT_ID_DERIVED", "short_report": "REPORT_ID", "dashboard": "DASHBOARD_ID_DERIVED",
        "listview": "LIST_VIEW_ID", "document": "DOCUMENT_ID_DERIVED", "short_document": "DOCUMENT_ID",
        "status": "STATUS_CODE", "success": "SUCCESS", "login_status": "LOGIN_STATUS", "bytes": "RESPONSE_SIZE",
        "file_bytes": "SIZE_BYTES", "entry": "ENTRY_POINT", "app": "CONNECTED_APP_ID", "application": "CLIENT_NAME",
    }
)  # fmt: skip
_EVENT = Fields(
    {
        "kind": "attributes.type", "named_kind": "EventType", "derived": "EventDate", "stamp": "CreatedDate",
        "event_id": "EventIdentifier", "user": "Username", "user_id": "UserId", "ip": "SourceIp",
        "session": "SessionKey", "login_key": "LoginKey", "agent": "UserAgent", "browser": "Browser",
        "operation": "Operation", "transaction": "FileAction", "uri": "PageUrl", "record": "RecordId",
        "entity": "QueriedEntities", "processed": "RowsProcessed", "row_count": "RowsReturned", "query": "Query",
        "report": "ReportId", "dashboard": "DashboardId", "listview": "ListViewId", "document": "ContentDocumentId",
        "login_status": "Status", "login_type": "LoginType", "file_bytes": "ContentSize", "api": "ApiType",
        "app": "ConnectedAppId", "application": "Application", "policy": "PolicyOutcome", "filter": "FilterCriteria",
    },
    {"records": "Records"},
)  # fmt: skip
_KINDS = (("report", "reportevent"), ("listview", "listviewevent"), ("document", "fileevent"), ("api", "apievent"),
          ("login_type", "loginevent"), ("record", "urievent"), ("query", "bulkapiresultevent"))  # fmt: skip
_COMPACT = r"^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d(?:\.\d+)?)$"


def recognise(sample: Sample) -> bool:
    """Tell a row of an event log file, or a real-time event."""
    one = sample.object
    keys = set(one) if one else set(sample.header)
    if {"EVENT_TYPE", "ORGANIZATION_ID"} <= keys and keys & {"TIMESTAMP_DERIVED", "TIMESTAMP"}:
        return True
    return {"EventDate", "EventIdentifier"} <= keys and bool(keys & {"SessionKey", "LoginKey", "UserId", "Username"})


def read(frame: pl.DataFrame, _options: Options) -> pl.DataFrame:
    """Read rows and events into roles."""
    found = _read_both(frame[TEXT])
    found = found.with_columns(refuse_without("kind", "not an event of event monitoring")).with_columns(
        pl.col("kind").str.to_lowercase().str.replace(r"(?:stream|store)$", "").alias("kind"),
        pl.coalesce("method", "verb", "http_verb").alias("method"),
        pl.coalesce("operation", "transaction").alias("operation"),
        pl.coalesce("uri", "page_url").alias("uri"),
    )
    found = found.with_columns(action_of(), pl.coalesce("processed", "row_count", "found").alias("rows"))
    is_read = pl.col("action").is_in(READS)
    found = found.with_columns(_ids(found)).with_columns(_keys(found).alias("listed"))
    found = found.with_columns(pl.when(is_read).then(_resource()).alias("resource"))
    return give_roles("salesforce", frame["line"], found, _made(is_read))


def _read_both(texts: pl.Series) -> pl.DataFrame:
    """Read rows of files, and what is none as a real-time event."""
    rows = read_fields(texts, _FILE)
    is_event = rows["kind"].is_null()
    events = read_fields(texts.zip_with(is_event, texts.clear(1)), _EVENT)
    events = events.with_columns(_kind_by_content())
    both = [name for name in rows.columns if name in events.columns]
    mixed = [rows[name].zip_with(~is_event, events[name]) for name in both]
    own = [rows[name] for name in rows.columns if name not in both]
    return pl.DataFrame([*mixed, *own, *(events[name] for name in events.columns if name not in both)])


def _kind_by_content() -> pl.Expr:
    """Tell an event whose type is not written by the values it has."""
    is_event = pl.col("derived").is_not_null() & pl.col("event_id").is_not_null()
    by_content: pl.Expr = pl.lit("event")
    for column, kind in reversed(_KINDS):
        by_content = pl.when(pl.col(column).fill_null("") != "").then(pl.lit(kind)).otherwise(by_content)
    return pl.coalesce("kind", "named_kind", pl.when(is_event).then(by_content)).alias("kind")


def _ids(found: pl.DataFrame) -> list[pl.Series]:
    """Bring the ids of what was read into their long form."""
    columns = {
        "report_id": ("report", "short_report"), "listview_id": ("listview",), "dashboard_id": ("dashboard",),
        "file_id": ("document", "short_document"), "record_id": ("record", "page_record"),
    }  # fmt: skip
    held = {name: found.select(pl.coalesce(list(places))).to_series() for name, places in columns.items()}
    return [map_distinct(texts.str.strip_chars(), long_id).alias(name) for name, texts in held.items()]


def _keys(found: pl.DataFrame) -> pl.Series:
    """List the records a real-time event names, if it names all of them."""
    told = found.select(plain_texts(found["records"]).alias("records"), _entity().alias("entity"), "rows")
    distinct = told.filter(pl.col("records").is_not_null()).unique(maintain_order=True)
    keys = pl.Series("keys", [listed_keys(*row) for row in distinct.iter_rows()], dtype=pl.String)
    joined = told.join(
        distinct.with_columns(keys), on=told.columns, how="left", nulls_equal=True, maintain_order="left"
    )
    return joined["keys"]


def _entity() -> pl.Expr:
    """Name the object that was asked for first; of a query without one, what it selects from."""
    named = pl.coalesce("entity", "entity_type").str.extract(r"([A-Za-z][A-Za-z0-9_]*)")
    return pl.coalesce(named, pl.col("query").str.extract(r"(?i)\bfrom\s+([A-Za-z][A-Za-z0-9_]*)"))


def _resource() -> pl.Expr:
    scheme = "salesforce://"
    several = pl.coalesce("entity", "entity_type").map_batches(
        lambda texts: map_distinct(texts, _objects), return_dtype=pl.String
    )
    page = pl.col("uri").str.strip_chars().str.strip_chars_start("/")
    is_page = pl.col("kind").is_in(["uri", "urievent", "lightningurievent", "lightningpageview", "lightninguri",
                                    "visualforcerequest", "lightninginteraction"])  # fmt: skip
    return pl.coalesce(
        pl.when(pl.col("kind").str.contains("report")).then(
            scheme + pl.lit("report/") + pl.coalesce("report_id", "record_id")
        ),
        scheme + pl.lit("listview/") + pl.col("listview_id"),
        scheme + pl.lit("dashboard/") + pl.col("dashboard_id"),
        pl.when(pl.col("kind").is_in(["contenttransfer", "fileevent"])).then(
            scheme + pl.lit("file/") + pl.col("file_id")
        ),
        pl.when(is_page & (page != "")).then(scheme + pl.lit("page/") + page),
        pl.when(is_page).then(scheme + pl.lit("page/") + pl.col("record_id")),
        several,
        scheme + pl.lit("object/") + _entity(),
        pl.concat_str(pl.lit("salesforce:"), "kind", pl.lit(":"), pl.col("entry").fill_null("")),
    )


def _objects(text: str) -> str | None:
    names = parsed(text) if text.lstrip().startswith("[") else text.replace("|", ",").replace(";", ",").split(",")
    plain = [name.strip() for name in names if isinstance(name, str)] if isinstance(names, list) else []
    return as_list([f"salesforce://object/{name}" for name in plain if name.replace("_", "").isalnum()])


def _made(is_read: pl.Expr) -> dict[str, pl.Expr]:
    stamp = pl.col("stamp").str.replace(_COMPACT, "${1}-${2}-${3}T${4}:${5}:${6}Z")
    login = pl.col("login_status").str.to_lowercase()
    status = pl.col("status").str.strip_chars()
    is_opened = pl.col("kind").str.contains("uri|lightningpageview|visualforce")
    keys = pl.coalesce("listed", pl.when(is_opened).then(pl.concat_str(pl.lit('["'), "record_id", pl.lit('"]'))))
    return {
        "time": pl.coalesce("derived", stamp),
        "principal": pl.coalesce("user", "user_id", "short_user_id"),
        "user_id": pl.coalesce("user_id", "short_user_id"),
        "ip": pl.coalesce("ip", "source_ip"),
        "user_agent": pl.coalesce("agent", "browser"),
        "app": pl.coalesce("app", "application"),
        "bytes": pl.coalesce("file_bytes", "bytes"),
        "status": pl.when(status.str.contains(r"^\d{3}$")).then(status),
        "record_keys": pl.when(is_read).then(keys),
        "filters": pl.when(is_read & pl.col("listed").is_null() & _is_part()).then(pl.lit(WITHHELD)),
        "statement": pl.when(is_read & pl.col("query").str.contains(r"(?i)^\s*select\b")).then("query"),
        "dialect": pl.when(is_read & pl.col("query").str.contains(r"(?i)^\s*select\b")).then(pl.lit("soql")),
        "outcome": pl.when(pl.col("policy").str.to_lowercase().str.contains("block|denied|fail"))
        .then(pl.lit("denied"))
        .when((pl.col("action") == "login") & ~login.str.contains("success|no_error"))
        .then(pl.lit("failed"))
        .when(pl.col("success").str.to_lowercase().is_in(["0", "false"]))
        .then(pl.lit("failed"))
        .when(pl.col("kind").is_not_null())
        .then(pl.lit("succeeded")),
    }


def _is_part() -> pl.Expr:
    """Tell reads by a condition that is not the log's to tell: queries, searches, list views and their kin."""
    is_condition = pl.col("kind").is_in(["listviewevent", "listview", "search", "bulkapiresultevent", *CALLS])
    return is_condition & ~pl.col("query").str.contains(r"(?i)^\s*select\b").fill_null(False)


FORMAT = Format("salesforce", "objects", recognise, read, wrappers=("records",))
