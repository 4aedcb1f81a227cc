"""Logs of cloud and SaaS services, written as JSON objects or tables, by name, with the roles each gives an event."""

from __future__ import annotations

_WHAT = ("time", "event_id", "action", "outcome", "resource")
_STATED = ("statement", "dialect", "database")

OBJECT_FORMAT_ROLES: dict[str, tuple[str, ...]] = {
    "cloudtrail": (
        *_WHAT, "columns", "record_keys", "filters", "bytes", *_STATED, "signal", "plane",
        "principal", "ip", "session", "user_agent", "host", "account", "role", "user_type", "region", "vpc_endpoint",
    ),
    "m365": (
        *_WHAT, "record_keys", "filters", "bytes", "signal", "principal", "ip", "session", "token", "user_agent",
        "account", "app", "workload",
    ),
    "okta": (
        *_WHAT, "signal", "principal", "ip", "session", "token", "user_agent", "principal_id", "principal_type",
        "root_session",
    ),
    "gcp_audit": (
        *_WHAT, "columns", "filters", "rows", *_STATED, "principal", "ip", "token", "user_agent", "account",
        "delivered",
    ),
    "ocsf": (
        *_WHAT, "columns", "record_keys", "filters", "bytes", "status", "content_type", *_STATED, "principal", "ip",
        "session", "token", "user_agent", "host", "account", "region", "user_id", "delivered",
    ),
    "salesforce": (
        *_WHAT, "record_keys", "filters", "rows", "bytes", "status", "statement", "dialect", "principal", "ip",
        "session", "user_agent", "account", "app", "user_id", "login_key",
    ),
    "snowflake": (
        *_WHAT, "columns", "filters", "rows", "bytes", *_STATED, "principal", "session", "role", "warehouse",
        "query_tag",
    ),
}  # fmt: skip
