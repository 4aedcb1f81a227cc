"""Whatever the incident file holds, the answer is a model or a ConfigurationError with a remedy, never a traceback."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.catalogue import read_catalogue
from pipeline.errors import ConfigurationError
from pipeline.incident_file import read_incident_file

SHAPES: dict[str, Any] = {
    "incident": {"id": "x", "zone": "Europe/Berlin", "window": "2026-03-28/2026-03-30"},
    "intruder": [{"ip": "203.0.113.7", "except": [{"ip": "203.0.113.9"}]}],
    "logs": {"esp": {"path": "a.csv", "columns": {"time": "at", "ip": "ip"}, "coverage": [{"status": "complete"}]}},
    "datasets": {"crm": {"path": ["c.csv"], "role": "crm", "brand": {"column": "b"}, "columns": {"email": "email"}}},
    "routes": [{"resource": "/{email}", "dataset": "crm", "columns": ["email"]}],
    "unlogged_copies": [{"dataset": "crm", "from": "2026-03-28", "until": "2026-03-29"}],
    "identity": {"household_limit": 3},
}
WORDS = [
    "",
    "crm",
    "esp",
    "email",
    "key",
    "field",
    "from",
    "until",
    "logs",
    "conditions",
    "column",
    "a@b.example",
    "\x00",
    "{",
    "*",
]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS) | st.text(max_size=6)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


def judge(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "incident.yaml")
        path.write_bytes(data)
        refusal = refusal_of(path)
    if refusal is not None:
        assert refusal.where.startswith(str(path))
        assert refusal.remedy or "\n  " in refusal.what
        assert "a@b.example" not in str(refusal)


def refusal_of(path: Path) -> ConfigurationError | None:
    try:
        read_incident_file(path)
    except ConfigurationError as error:
        return error
    return None


def places_in(value: Any) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(), *((key, *below) for key, item in items for below in places_in(item))]


def replaced(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    if not place:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[place[0]] = replaced(value[place[0]], place[1:], new)
    return copy


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(places_in(SHAPES)), VALUES), min_size=1, max_size=3))
def test_any_value_anywhere(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    value = SHAPES
    for place, new in changes:
        if place in places_in(value):
            value = replaced(value, place, new)
    judge(json.dumps(value).encode())


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab:-[]{}&*!|>%@`'\"#?,\t\n ~<=0"), max_size=40))
def test_any_text(text: str) -> None:
    judge(text.encode())


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=40))
def test_any_bytes(data: bytes) -> None:
    judge(data)


def test_the_catalogue_is_read_once_in_order() -> None:
    catalogue = read_catalogue()
    assert catalogue is read_catalogue()
    assert [field.number for field in catalogue.values()] == list(range(1, len(catalogue) + 1))
    assert catalogue["email"].identifier == "email"
    assert catalogue["card_number"].is_payment
    assert catalogue["title"].identifier is None
