"""Published SaaS and cloud events with the places where others found actor, address and time in them.

Two sources: rule tests with a data model per log type, and an event catalogue with a field per attribute. Both say where a
value stands, not what it means: so what is compared is that the reader looks at the same place.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.intake.formats.conformance import SHARED, Comparison
from tests.intake.formats.json_records import read_with

_RULES, _MODELS = SHARED / "logs/panther_rule_tests.shared.jsonl", SHARED / "logs/panther_data_models.jsonl"
_CATALOGUE = SHARED / "logs/appomni_emm.shared.jsonl"
Explain = Callable[[Mapping[str, Any], str, str, str | None], str | None]
"""Why a field is not equal: (record, role, expected, found) → a sentence, or null if nobody knows."""


def rule_records(log_type: str) -> list[dict[str, Any]]:
    """List the events of one log type."""
    return [one["log"] for one in _lines(_RULES) if one["log_types"] == [log_type]]


def catalogue_records(product: str) -> list[dict[str, Any]]:
    """List the catalogue's entries of one product."""
    return [one for one in _lines(_CATALOGUE) if one["product"] == product]


def all_published() -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every published event with the name of its log, those of several log types left out."""
    for one in _lines(_RULES):
        if len(one["log_types"] or []) == 1:
            yield one["log_types"][0], one["log"]
    for one in _lines(_CATALOGUE):
        yield one["product"], one["raw_event"]


def against_model(format_name: str, log_type: str, roles: Mapping[str, str], explain: Explain) -> Comparison:
    """Compare with the data model of a log type: name in the model → our role."""
    mappings = next(one["Mappings"] for one in _lines(_MODELS) if log_type in one["LogTypes"])
    paths = {one["Name"]: one["Path"].removeprefix("$.") for one in mappings if "Path" in one and one["Name"] in roles}
    records = rule_records(log_type)
    wanted = [{roles[name]: at(record, path) for name, path in paths.items()} for record in records]
    return _compare(format_name, f"rule tests and data model of {log_type}", records, wanted, explain)


def against_catalogue(format_name: str, product: str, roles: Mapping[str, str], explain: Explain) -> Comparison:
    """Compare with the catalogue's attributes: attribute → our role; of several fields the first that is there."""
    entries = catalogue_records(product)
    wanted = []
    for entry in entries:
        fields = {roles[name]: field for name, field in entry["attribute_to_field"].items() if name in roles}
        places = {role: field if isinstance(field, list) else [field] for role, field in fields.items()}
        wanted.append(
            {
                role: next((value for one in paths if (value := at(entry["raw_event"], str(one))) is not None), None)
                for role, paths in places.items()
            }
        )
    return _compare(
        format_name, f"event catalogue, {product}", [entry["raw_event"] for entry in entries], wanted, explain
    )


def at(record: Any, path: str) -> Any:
    """Follow a dotted path, `[Name=x]` choosing of a list; null where it does not lead to a plain value."""
    for step in path.split("."):
        name, _, choice = step.partition("[")
        record = record.get(name) if isinstance(record, dict) else None
        if choice:
            key, _, wanted = choice.rstrip("]").partition("=")
            items = record if isinstance(record, list) else []
            record = next((item for item in items if isinstance(item, dict) and item.get(key) == wanted), None)
    return None if isinstance(record, dict | list) else record


def _compare(
    format_name: str, source: str, records: list[Any], wanted: list[dict[str, Any]], explain: Explain
) -> Comparison:
    found = read_with(format_name, records)
    compared = equal = 0
    reasons: Counter[str] = Counter()
    for record, expected, row in zip(records, wanted, found.iter_rows(named=True), strict=True):
        for role, value in expected.items():
            if value is None or not str(value).strip():
                continue
            compared += 1
            if row[role] == str(value):
                equal += 1
                continue
            reasons[explain(record, role, str(value), row[role]) or f"UNEXPLAINED: {role}"] += 1
    errata = tuple(f"{count}: {reason}" for reason, count in sorted(reasons.items()))
    return Comparison(format_name, source, len(records), compared, equal, errata)


def _lines(path: Any) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
