"""The incident file as typed models: what a data engineer writes down about one breach.

This room knows the shape of the file and nothing else: not how a log is parsed, not what a rule means. Reading YAML
with its line numbers is `pipeline.incident_file`; what must hold between the parts is `pipeline.config_checks`.
"""

from pipeline.config.datasets import Column, Dataset, FileFormat, OrderColumn, Role, State, UnloggedCopy
from pipeline.config.incident import Identity, Incident, IncidentFile, Limits
from pipeline.config.interceptions import Device, Interception
from pipeline.config.logs import (
    ACTIONS,
    DIALECTS,
    EVENT_COLUMNS,
    OUTCOMES,
    PLANES,
    SIGNALS,
    STRETCHES,
    WORD,
    CoverageStatus,
    Log,
    Stretch,
    Words,
)
from pipeline.config.parts import ONE_OR_MANY, ByColumn, Model
from pipeline.config.routes import Access, Page, Route
from pipeline.config.selectors import SELECTOR_KEYS, Selector

__all__ = [
    "ACTIONS", "DIALECTS", "EVENT_COLUMNS", "ONE_OR_MANY", "OUTCOMES", "PLANES", "SELECTOR_KEYS", "SIGNALS",
    "STRETCHES", "WORD", "Access", "ByColumn", "Column", "CoverageStatus", "Dataset", "Device", "FileFormat",
    "Identity", "Incident", "IncidentFile", "Interception", "Limits", "Log", "Model", "OrderColumn", "Page", "Role",
    "Route", "Selector", "State", "Stretch", "UnloggedCopy", "Words",
]  # fmt: skip
