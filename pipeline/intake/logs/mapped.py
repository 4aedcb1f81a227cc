"""Any log whose columns are mapped in the incident file: CSV, JSON lines or Parquet.

What such a log can show: whatever its columns say of time, actor, action, resource, outcome and amounts. What it
cannot: anything its columns do not say. This room must not know routes, selectors or datasets.
"""

from __future__ import annotations

from pipeline.config import Log
from pipeline.intake.rows import Layout


def layout_of(log: Log, where: str) -> Layout:
    """Say which columns of the log's files are needed."""
    required = tuple(dict.fromkeys(log.columns.values()))
    return Layout(required, is_whole_needed=True, format=log.format, delimiter=log.delimiter, where=where)
