"""Logs of other products are refused by auto recognition, and never half-read as one of ours."""

from __future__ import annotations

import pytest

from pipeline.intake.logs.formats import Sample
from pipeline.intake.logs.registry import claimants
from tests.intake.formats.conformance import SHARED
from tests.intake.formats.published import all_published

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="reference data by other hands is not here")
OURS = {
    "AWS.CloudTrail": "cloudtrail", "Okta.SystemLog": "okta", "Okta": "okta", "GCP.AuditLog": "gcp_audit", "Microsoft 365": "m365",
    "Microsoft365.Audit.Exchange": "m365", "Microsoft365.Audit.SharePoint": "m365",
    "Microsoft365.Audit.AzureActiveDirectory": "m365",
}  # fmt: skip


@needs_shared
def test_every_published_event_is_claimed_by_its_own_format_or_by_none() -> None:
    claimed: dict[str, set[str]] = {}
    refused: dict[str, int] = {}
    for log, record in all_published():
        found = claimants(Sample(object=record))
        claimed.setdefault(log, set()).update(found)
        refused[log] = refused.get(log, 0) + (not found)
    assert {log: names for log, names in claimed.items() if names} == {log: {name} for log, name in OURS.items()}
    assert len(claimed) > 30, "logs of many products"
    # Records cut down for a test of a rule lack what makes them theirs, and are refused rather than guessed.
    assert {log: count for log, count in refused.items() if log in OURS and count} == {
        "AWS.CloudTrail": 7, "GCP.AuditLog": 29, "Okta.SystemLog": 7,
    }  # fmt: skip
