"""The formats of cloud and SaaS services' logs, gathered for the registry."""

from __future__ import annotations

from pipeline.intake.logs.cloudtrail import FORMAT as CLOUDTRAIL
from pipeline.intake.logs.formats import Format
from pipeline.intake.logs.gcp_audit import FORMAT as GCP_AUDIT
from pipeline.intake.logs.m365 import FORMAT as M365
from pipeline.intake.logs.ocsf import FORMAT as OCSF
from pipeline.intake.logs.okta import FORMAT as OKTA
from pipeline.intake.logs.salesforce import FORMAT as SALESFORCE
from pipeline.intake.logs.snowflake import FORMAT as SNOWFLAKE

OBJECT_FORMATS: tuple[Format, ...] = (CLOUDTRAIL, GCP_AUDIT, M365, OCSF, OKTA, SALESFORCE, SNOWFLAKE)
