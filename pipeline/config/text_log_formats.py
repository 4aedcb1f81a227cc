"""The roles that formats of text logs give (see `log_formats`)."""

from __future__ import annotations

_REQUEST = ("action", "outcome", "status", "resource", "bytes")

TEXT_FORMAT_ROLES: dict[str, tuple[str, ...]] = {
    "combined": (
        *("time", "ip", "principal", "user_agent", "virtual_host", "event_id"),
        *(*_REQUEST, "content_type", "range"),
    ),
}
