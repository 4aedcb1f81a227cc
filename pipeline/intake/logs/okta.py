"""Okta System Log: sign-ins, changes and administration of an identity provider, as its API or an export gives them.

What it proves: who signed in where and from which address, which reports and tables were exported, and whose stored
passwords or secrets were shown. What it cannot show: profiles that an administrator looked at or that a token listed
through the API; reading users leaves no event at all, so this log can never rule such a read out.

What counts as a read (semantics, section 4): events that hand out content: a report's or table's export or download, a
flow's export, a stored password or secret shown, a read by a directory agent. Sign-ins are log-ins, everything else
changes something.

Resources: `okta://type/name` of each target, such as `okta://report/MFA Usage`; without one `okta:event.type:`.

Sources: Okta's System Log API reference (LogEvent object) and its catalogue of event types.
"""

from __future__ import annotations

import polars as pl

from pipeline.intake.json_fields import Fields, parsed, read_either_case
from pipeline.intake.logs.formats import TEXT, Format, Options, Sample
from pipeline.intake.logs.roles import READS, as_list, give_roles, map_distinct, refuse_without

FIELDS = Fields(
    {
        "time": "published", "event_id": "uuid", "event_type": "eventType", "principal": "actor.alternateId",
        "principal_id": "actor.id", "principal_type": "actor.type", "display_name": "actor.displayName",
        "ip": "client.ipAddress", "user_agent": "client.userAgent.rawUserAgent", "result": "outcome.result",
        "session": "authenticationContext.externalSessionId", "root_session": "authenticationContext.rootSessionId",
        "token": "debugContext.debugData.dtHash",
    },
    {"target": "target"},
)  # fmt: skip
_SIGNALS = {
    "system.log_stream.lifecycle.deactivate": "logging_stopped",
    "system.log_stream.lifecycle.activate": "logging_started",
    "system.log_stream.lifecycle.delete": "logging_deleted",
}
_RESULTS = {
    "success": "succeeded", "allow": "succeeded", "answered": "succeeded", "skipped": "succeeded",
    "failure": "failed", "deny": "denied", "abandoned": "aborted", "timeout": "aborted",
    "challenge": "failed", "rate_limit": "failed", "unanswered": "failed", "rejected": "denied",
    "scheduled": "succeeded", "unknown": "unknown",
}  # fmt: skip


def recognise(sample: Sample) -> bool:
    """Tell an event by the keys that every one has."""
    one = {str(key).lower(): value for key, value in (sample.object or {}).items()}
    keys = set(one) or {name.lower() for name in sample.header}
    return {"eventtype", "published"} <= keys and len(keys & {"uuid", "outcome", "legacyeventtype", "actor"}) > 1


def read(frame: pl.DataFrame, _options: Options) -> pl.DataFrame:
    """Read events into roles."""
    found = read_either_case(frame[TEXT], FIELDS, "event_type").with_columns(_action())
    found = found.with_columns(refuse_without("event_type", "not an event of the system log"))
    is_read = found["action"].is_in(READS)
    targets = found.select(pl.when(is_read).then(pl.col("target"))).to_series()
    resource = map_distinct(targets, _resources)
    unnamed = "okta:" + found["event_type"] + ":"
    named = resource.zip_with(resource.is_not_null(), unnamed).zip_with(is_read, resource.clear(1))
    kind = pl.col("event_type").str.to_lowercase()
    made = {
        "resource": pl.lit(named),
        "principal": pl.coalesce("principal", "principal_id", "display_name"),
        "outcome": _outcome(),
        "signal": kind.replace_strict(_SIGNALS, default=None, return_dtype=pl.String),
    }
    return give_roles("okta", frame["line"], found, made)


def _action() -> pl.Expr:
    """Say what an event type counts as, by its last words."""
    kind = pl.col("event_type").str.to_lowercase()
    rules = (
        (r"(?:^|[._])(?:export|download)(?:ed)?$", "export"),
        (r"(?:show_password|\.reveal|\.view|\.read|read_[a-z_]+|\.retrieve)$", "view"),
        (r"^user\.session\.(?:start|end)|^user\.authentication|\.sso$|^policy\.evaluate_sign_on", "login"),
        (r"\.(?:list|search)$", "list"),
        (r"(?:delete|remove|revoke|purge)[a-z_.]*$", "delete"),
        (r"rate_limit|^security\.|^system\.org", "metadata"),
    )
    action: pl.Expr = pl.lit("write")
    for pattern, meaning in reversed(rules):
        action = pl.when(kind.str.contains(pattern)).then(pl.lit(meaning)).otherwise(action)
    return action.alias("action")


def _outcome() -> pl.Expr:
    result = pl.col("result").str.to_lowercase()
    told = result.replace_strict(_RESULTS, default="unknown", return_dtype=pl.String)
    return pl.when(result.is_null()).then(pl.lit("succeeded")).otherwise(told)


def _resources(text: str) -> str | None:
    targets = parsed(text)
    found: list[str] = []
    for target in targets if isinstance(targets, list) else ():
        lowered = {str(key).lower(): value for key, value in target.items()} if isinstance(target, dict) else {}
        said = [lowered.get(key) for key in ("displayname", "alternateid", "id")]
        name = next((one for one in said if isinstance(one, str) and one.strip() and one.lower() != "unknown"), None)
        kind = lowered.get("type")
        if name is not None:
            found.append(f"okta://{kind.lower() if isinstance(kind, str) else 'target'}/{name}")
    return as_list(found)


FORMAT = Format("okta", "objects", recognise, read)
