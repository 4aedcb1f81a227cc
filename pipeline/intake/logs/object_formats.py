"""The formats of cloud and SaaS services' logs, gathered for the registry."""

from __future__ import annotations

from pipeline.intake.logs.cloudtrail import FORMAT as CLOUDTRAIL
from pipeline.intake.logs.formats import Format
from pipeline.intake.logs.m365 import FORMAT as M365
from pipeline.intake.logs.okta import FORMAT as OKTA

OBJECT_FORMATS: tuple[Format, ...] = (CLOUDTRAIL, M365, OKTA)
