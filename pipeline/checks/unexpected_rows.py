"""Great Expectations' expectation that a query finds no row, asked once.

Importing this module puts it in the place of Great Expectations' own of the same type. The verdict stays Great
Expectations'. What is left out is its second run of every query, for sample rows that nobody may see: which rows fail
is told by `pipeline.checks.keys`, by key.
"""

from __future__ import annotations

from typing import Any

from great_expectations.compatibility.pydantic import PrivateAttr
from great_expectations.expectations.core.unexpected_rows_expectation import UnexpectedRowsExpectation as Given

COUNT = "unexpected_rows_query.row_count"
SAMPLE = "unexpected_rows_query.table"


class UnexpectedRowsExpectation(Given):
    """No row may come out of `unexpected_rows_query`; registered by its name, as all of them are."""

    metric_dependencies = (COUNT,)
    _configuration: Any = PrivateAttr(None)

    @property
    def configuration(self) -> Any:
        """What the suite says; worked out once, since it is asked for some twenty times and does not change here."""
        if self._configuration is None:
            self._configuration = super().configuration
        return self._configuration

    def _validate(self, metrics: dict[str, Any], *arguments: Any, **named: Any) -> Any:
        return super()._validate({**metrics, SAMPLE: []}, *arguments, **named)
