"""What an HTTP request and its answer mean: read or not, delivered or not (semantics, section 4; RFC 9110, RFC 4918).

GET delivers. HEAD, OPTIONS, TRACE and CONNECT deliver no content of the resource. POST is *unknown*: it writes in one
system and searches in the next, so a POST that was answered with a body counts as a read, `likely` at most, and is a
question; the log's own `words` settle it. REPORT, SEARCH and QUERY are searches, PROPFIND lists names, COPY and MOVE
make the server read the resource. A method nobody knows is unknown too. What a status means is the same for every log
(`words.read_outcome`); here only what a status does not tell: an answer that broke off.
"""

from __future__ import annotations

import polars as pl

_ACTIONS = {
    "view": "GET",
    "metadata": "HEAD OPTIONS TRACE CONNECT",
    "search": "REPORT SEARCH QUERY",
    "list": "PROPFIND",
    "copy": "COPY MOVE",
    "write": "PUT PATCH MKCOL PROPPATCH LOCK UNLOCK MKCALENDAR ACL BIND REBIND UNBIND CHECKIN CHECKOUT",
    "delete": "DELETE PURGE",
}
METHODS = {method: action for action, methods in _ACTIONS.items() for method in methods.split()}
_PORTS = {"443": "https", "80": "http"}


def action_of(method: pl.Expr, status: pl.Expr) -> pl.Expr:
    """Say what a request's method asks for, in our words; POST stays POST, so that the log's own words can settle it.

    What was refused needs no better name: only an answer that may have delivered something leaves a question.
    """
    is_refused = ((status >= "3") & (status < "6")).fill_null(False)  # as texts, of which all have three digits
    unsettled = (
        pl.when(is_refused).then(pl.lit("view")).when(method == "POST").then(method).otherwise(pl.lit("unknown"))
    )
    return pl.coalesce(method.replace_strict(METHODS, default=None, return_dtype=pl.String), unsettled)


def outcome_of(is_broken_off: pl.Expr, status: pl.Expr) -> pl.Expr:
    """Say `aborted` of a success that broke off; null leaves it to the status."""
    return pl.when(is_broken_off.fill_null(False) & status.str.starts_with("2")).then(pl.lit("aborted"))


def is_short(sent: pl.Expr, promised: pl.Expr, method: pl.Expr) -> pl.Expr:
    """Tell whether fewer bytes of a body were sent than its header promised."""
    fewer = sent.cast(pl.Int64, strict=False) < promised.cast(pl.Int64, strict=False)
    return fewer & (method != "HEAD").fill_null(True)


def absolute(path: pl.Expr, host: pl.Expr, scheme: pl.Expr) -> pl.Expr:
    """Put the virtual host before a path, so that routes can tell hosts apart; routes of a path alone fit all."""
    is_named = path.str.starts_with("/") & host.is_not_null() & (host != "_")
    return pl.when(is_named).then(pl.concat_str(scheme.fill_null("http"), pl.lit("://"), host, path)).otherwise(path)


def scheme_of(port: pl.Expr) -> pl.Expr:
    """Guess the scheme of a well-known port."""
    return port.replace_strict(_PORTS, default=None, return_dtype=pl.String)


def range_of(asked: pl.Expr, delivered: pl.Expr) -> pl.Expr:
    """Write which bytes were delivered (`Content-Range`), else which were asked for (`Range`), as `0-1023`."""
    told = delivered.str.extract(r"(?i)^bytes ([0-9]+-[0-9]+)/")
    return pl.coalesce(told, asked)
