"""Log formats by name, and the roles each of them gives an event without any mapping.

A role is what we ask of a log line: time, ip, resource … (`EVENT_COLUMNS` and attributes of the actor). Readers of the
formats are in `pipeline.intake.logs`; this room knows their names only, so that a selector can be checked before any
file is opened.
"""

from __future__ import annotations

from pipeline.config.object_log_formats import OBJECT_FORMAT_ROLES
from pipeline.config.text_log_formats import TEXT_FORMAT_ROLES

GENERIC_FORMATS = ("csv", "jsonl", "parquet")
"""Forms of files whose columns the incident file maps."""

FORMAT_ROLES: dict[str, tuple[str, ...]] = {**TEXT_FORMAT_ROLES, **OBJECT_FORMAT_ROLES}
"""Format → the roles it gives; its reader must give exactly these."""


def known_formats() -> tuple[str, ...]:
    """List what `format:` of a log may say."""
    return ("auto", *GENERIC_FORMATS, *sorted(FORMAT_ROLES))
