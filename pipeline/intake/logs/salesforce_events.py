"""The events of Salesforce that read, and what each counts as: rows of event log files and real-time events.

Names are those of the vendor's references of EventLogFile event types and of real-time event objects. What stands in no
list here changes something or names nothing.
"""

from __future__ import annotations

import polars as pl

_ACTIONS = {
    "view": (
        "report", "asyncreportrun", "asynchronousreportrun", "uri", "lightningpageview", "visualforcerequest",
        "dashboard", "waveinteraction", "listview", "console", "sites", "aurarequest", "lightninginteraction",
        "reportevent", "listviewevent", "urievent", "lightninguri", "lightningurievent", "knowledgearticleview",
        "contentdistribution",
        "apextrigger", "apexexecution", "queuedexecution", "apexsoap", "apexrestapi", "externalcustomapexcallout",
    ),
    "export": (
        "reportexport", "wavedownload", "documentattachmentdownloads", "dataexport", "bulkapiresultevent",
        "bulkapirequest", "externaldatasourcecallout",
    ),
    "search": ("search", "searchclick", "apievent", "namedcredential"),
    "login": ("login", "loginas", "logout", "loginevent", "loginasevent", "logoutevent", "sessionhijackingevent"),
    "metadata": ("metadataapioperation", "pagelayoutevent", "apianomalyevent", "reportanomalyevent"),
}  # fmt: skip
_KNOWN = {name: action for action, listed in _ACTIONS.items() for name in listed}
CALLS = ("api", "restapi", "bulkapi", "bulkapi2", "apitotalusage", "apievent")
"""Events of programming interfaces: the method, not the event, tells what was done."""
FILES = ("contenttransfer", "fileevent")
_METHODS = (
    (r"^(?:describe|getuserinfo|getservertimestamp|login|logout)|/describe|/limits|/tabs|/theme", "metadata"),
    (r"^(?:query|queryall|querymore|search|retrieve|getupdated|getdeleted|convertlead_get|apexget|explain)", "search"),
    (r"^(?:delete|harddelete|emptyrecyclebin|undelete)", "delete"),
    (r"^(?:create|update|upsert|insert|merge|convertlead|sendemail|process|post|put|patch)", "write"),
    (r"^head|^options", "metadata"),
    (r"^get", "view"),
)


def action_of() -> pl.Expr:
    """Say what an event counts as.

    Columns: kind (its type in lower case, without `stream` or `store`), method (of an interface), operation (what was
    done with a report, file or record), uri.
    """
    method = pl.col("method").fill_null("").str.strip_chars().str.to_lowercase()
    operation = pl.col("operation").fill_null("").str.to_lowercase()
    by_method: pl.Expr = pl.lit("search")
    for pattern, meaning in reversed(_METHODS):
        by_method = pl.when(method.str.contains(pattern)).then(pl.lit(meaning)).otherwise(by_method)
    # A composite call holds reads and writes alike, and a search may be sent as one.
    is_composite = (
        pl.col("uri").fill_null("").str.contains(r"(?i)/(?:composite|graph|parameterizedsearch|query|search)")
    )
    by_method = pl.when(is_composite & (by_method != "delete")).then(pl.lit("search")).otherwise(by_method)
    bulk = (
        pl.when(operation.str.contains("delete"))
        .then(pl.lit("delete"))
        .when((operation != "") & ~operation.str.starts_with("query"))
        .then(pl.lit("write"))
        .otherwise(pl.lit("export"))
    )
    is_file = pl.col("kind").is_in(FILES)
    file = (
        pl.when(operation.str.contains("download|export"))
        .then(pl.lit("export"))
        .when(operation.str.contains("upload|delete|create|publish"))
        .then(pl.lit("write"))
        .otherwise(pl.lit("view"))
    )
    record = (
        pl.when(operation.str.contains("create|update|delete|edit")).then(pl.lit("write")).otherwise(pl.lit("view"))
    )
    named = pl.col("kind").replace_strict(_KNOWN, default="write", return_dtype=pl.String)
    return (
        pl.when(pl.col("kind").is_in(["bulkapi", "bulkapi2"]))
        .then(bulk)
        .when(pl.col("kind").is_in(CALLS))
        .then(pl.when(method == "").then(pl.lit("search")).otherwise(by_method))
        .when(is_file)
        .then(file)
        .when(pl.col("kind").is_in(["urievent", "lightningurievent", "lightninguri"]))
        .then(record)
        .when(pl.col("kind").is_in(["reportevent"]) & operation.str.contains("export"))
        .then(pl.lit("export"))
        .otherwise(named)
        .alias("action")
    )
