"""The roles that formats of text logs give (see `log_formats`)."""

from __future__ import annotations

_REQUEST = ("action", "outcome", "status", "resource", "bytes")
_STATEMENT = ("statement", "dialect", "parameters", "database", "rows")
_POSTGRES = (
    *("time", "principal", "ip", "session", "application", "event_id", "action", "outcome", "resource"),
    *_STATEMENT,
)
_MYSQL = (
    *("time", "principal", "ip", "session", "action", "outcome", "resource"),
    *("statement", "dialect", "database"),
)

TEXT_FORMAT_ROLES: dict[str, tuple[str, ...]] = {
    "combined": (
        *("time", "ip", "principal", "user_agent", "virtual_host", "event_id"),
        *(*_REQUEST, "content_type", "range"),
    ),
    "s3_access": ("time", "ip", "principal", "token", "user_agent", "event_id", *_REQUEST),
    "cloudfront": ("time", "ip", "user_agent", "virtual_host", "event_id", *_REQUEST, "content_type", "range"),
    "alb": ("time", "ip", "user_agent", "virtual_host", *_REQUEST),
    "traefik": ("time", "ip", "principal", "user_agent", "router", *_REQUEST),
    "mariadb_audit": _MYSQL,
    "mysql_audit": ("event_id", *_MYSQL),
    "mysql_general": ("event_id", *_MYSQL),
    "postgres": _POSTGRES,
    "postgres_csv": _POSTGRES,
    "postgres_json": _POSTGRES,
    "haproxy": ("time", "ip", "frontend", "backend", *_REQUEST),
}
