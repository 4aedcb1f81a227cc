"""Columns of few words, which an engine may keep as numbers inside: a dataset is named once and not a million times.

This room knows names of columns and tables, and nothing of what stands in them. Which words there are, the inputs say.
"""

from __future__ import annotations

# Landed column → vocabulary. Columns that are compared with each other share one.
LANDED = {
    column: column
    for column in (
        "access",
        "action",
        "brand",
        "category",
        "controller",
        "dataset",
        "field",
        "file",
        "identifier_class",
        "incident_id",
        "inexact_reason",
        "kind",
        "log",
        "outcome",
        "processor",
        "projection",
        "reach_kind",
        "residence",
        "role",
        "shape",
        "state",
        "subject",
        "time_reading",
    )
} | {"target_dataset": "dataset", "other_dataset": "dataset", "other_subject": "subject"}

# Small tables of words that our own SQL lists.
LISTED = {
    "stg_accesses": ("access",),
    "stg_graded_states": ("graded_state",),
    "stg_grades": ("grade",),
}
