"""Nginx's `log_format` strings → patterns, and which variable plays which role.

This room knows ngx_http_log_module and the core's variables (nginx 1.27): default escaping turns quotes, backslashes
and control characters into `\\xHH`, `escape=json` follows JSON, `escape=none` nothing. Nginx writes a line when the
answer is *finished*: `$time_local`, `$time_iso8601` and `$msec` are ends, `$request_time` leads back to the start.
`$request_completion` is OK only if the answer went out whole.
"""

from __future__ import annotations

import re

from pipeline.errors import ConfigurationError
from pipeline.intake.web.patterns import PLAIN, REQUEST, Field, Pattern
from pipeline.intake.web.stamps import CLF, Clock

_VARIABLE = re.compile(r"\$(?:\{(?P<braced>[A-Za-z0-9_]+)\}|(?P<bare>[A-Za-z0-9_]+))")
_COMMAND = re.compile(
    r"^\s*log_format\s+[^\s'\"]+(?:\s+escape=(?P<escape>[a-z]+))?\s+(?P<parts>.*?)\s*;?\s*$", re.DOTALL
)
_PART = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"", re.DOTALL)
_ESCAPES = {"default": "hex", "json": "json", "none": "none"}

_NUMBER, _SECONDS = "[0-9]+|-[0-9]*", r"[0-9]+(?:\.[0-9]+)?|-"
_CLF = r"[0-9]{2}/[A-Za-z]{3}/[0-9]{4}:[0-9:]{8} [+-][0-9]{4}"
_ISO = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(?:Z|[+-][0-9]{2}:[0-9]{2})"
_PLAIN = {
    **dict.fromkeys(("body_bytes_sent", "bytes_sent", "request_length", "connection", "connection_requests"), _NUMBER),
    **dict.fromkeys(("remote_addr", "realip_remote_addr", "server_addr"), "[^ ]+"),
    **dict.fromkeys(("remote_port", "server_port", "pid"), _NUMBER),
    "status": "[0-9]{3}|-", "time_local": _CLF, "time_iso8601": _ISO, "msec": r"[0-9]+\.[0-9]+",
    "request_time": _SECONDS,
}  # fmt: skip
_LAYOUTS = {"$msec": "unix", "$time_iso8601": "%Y-%m-%dT%H:%M:%S%:z", "$time_local": CLF}

ROLES: dict[str, tuple[str, ...]] = {
    "ip": ("$remote_addr", "$realip_remote_addr"),
    "principal": ("$remote_user",),
    "user_agent": ("$http_user_agent",),
    "virtual_host": ("$server_name", "$host", "$http_host"),
    "port": ("$server_port",),
    "scheme": ("$scheme",),
    "status": ("$status",),
    "bytes": ("$body_bytes_sent", "$bytes_sent"),
    "promised": ("$sent_http_content_length",),
    "body": ("$body_bytes_sent",),
    "content_type": ("$sent_http_content_type",),
    "event_id": ("$request_id",),
    "asked_range": ("$http_range",),
    "delivered_range": ("$sent_http_content_range",),
    "completion": ("$request_completion",),
    "request": ("$request",),
    "method": ("$request_method",),
    "path": ("$request_uri", "$uri", "$document_uri"),
    "query": ("$args", "$query_string"),
    "seconds": ("$request_time",),
}
FORWARDED = ("$http_x_forwarded_for", "$proxy_add_x_forwarded_for", "$http_x_real_ip", "$http_cf_connecting_ip")


def compile_nginx(text: str, where: str = "") -> Pattern:
    """Compile a format string, or the whole `log_format` directive; raises ConfigurationError for neither."""
    command = _COMMAND.match(text)
    written, escapes = text, "hex"
    if command:
        parts = (single or double for single, double in _PART.findall(command["parts"]))
        written = "".join(re.sub(r"\\(.)", r"\1", part) for part in parts)
        escapes = _ESCAPES.get(command["escape"] or "default", "hex")
    pieces: list[str | Field] = []
    place = 0
    for match in _VARIABLE.finditer(written):
        pieces += [written[place : match.start()]] if match.start() > place else []
        pieces.append(_field(match["braced"] or match["bare"]))
        place = match.end()
    pieces += [written[place:]] if place < len(written) else []
    if not any(isinstance(piece, Field) for piece in pieces):
        what, remedy = "the pattern holds no variable", "copy it from log_format, such as '$remote_addr [$time_local]'"
        raise ConfigurationError(what, where=where, remedy=remedy)
    return Pattern(tuple(pieces), escapes)


def clock_of(pattern: Pattern) -> tuple[Clock | None, bool]:
    """Find the field that holds a pattern's stamp, the finest first; it is always the end of the request."""
    found = next((name for name in _LAYOUTS if name in pattern.fields), None)
    return (Clock((found,), (_LAYOUTS[found],)) if found else None), True


def _field(name: str) -> Field:
    if name == "request":
        return Field("$request", REQUEST)
    return Field(f"${name}", PLAIN, _PLAIN[name]) if name in _PLAIN else Field(f"${name}")
