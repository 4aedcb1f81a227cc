"""The roles that formats of text logs give (see `log_formats`)."""

from __future__ import annotations

_REQUEST = ("action", "outcome", "status", "resource", "bytes")

TEXT_FORMAT_ROLES: dict[str, tuple[str, ...]] = {
    "combined": (
        *("time", "ip", "principal", "user_agent", "virtual_host", "event_id"),
        *(*_REQUEST, "content_type", "range"),
    ),
    "s3_access": ("time", "ip", "principal", "token", "user_agent", "event_id", *_REQUEST),
    "cloudfront": ("time", "ip", "user_agent", "virtual_host", "event_id", *_REQUEST, "content_type", "range"),
    "alb": ("time", "ip", "user_agent", "virtual_host", *_REQUEST),
    "traefik": ("time", "ip", "principal", "user_agent", "router", *_REQUEST),
    "haproxy": ("time", "ip", "frontend", "backend", *_REQUEST),
}
