"""The incident file's JSON Schema, by which editors complete keys and underline mistakes.

This room knows the models and the shorthands people may write for them; it checks nothing itself.
"""

from __future__ import annotations

from typing import Any

from pipeline.catalogue import read_catalogue
from pipeline.config import ONE_OR_MANY, IncidentFile


def json_schema() -> dict[str, Any]:
    """Describe the incident file for editors, shorthands included (JSON Schema, draft 2020-12)."""
    schema = _tidy(IncidentFile.model_json_schema(by_alias=True))
    parts = schema["$defs"]
    _open_selector(parts["Selector"])
    _name_fields(parts)
    _allow_one(parts["Route"]["properties"], "decoy_bytes")
    parts["Route"]["properties"]["log"] = parts["Route"]["properties"]["logs"]
    parts["Page"]["properties"]["limit"] = parts["Page"]["properties"]["size"]
    column = parts["OrderColumn"]
    parts["OrderColumn"] = {"description": column.pop("description"), "anyOf": [{"type": "string"}, column]}
    _allow_one(parts["Dataset"]["properties"], "order")
    for key in ("intruder", "trusted"):
        _allow_one(schema["properties"], key)
    for key in ("logs", "datasets"):
        schema["properties"][key]["propertyNames"] = {"pattern": "^[a-z][a-z0-9_]*$"}
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Scope incident file"}
    return {**head, **schema}


def _open_selector(selector: dict[str, Any]) -> None:
    """Let a selector hold any attribute: they are its conditions."""
    del selector["properties"]["conditions"]
    _allow_one(selector["properties"], "except")
    selector["additionalProperties"] = ONE_OR_MANY
    selector["minProperties"] = 1


def _name_fields(parts: dict[str, Any]) -> None:
    """List the catalogue's fields wherever one is named; a column may be the field alone."""
    names = list(read_catalogue())
    column = parts["Column"]
    column["properties"]["field"] = {"description": column["properties"]["field"]["description"], "enum": names}
    parts["Column"] = {"description": column.pop("description"), "anyOf": [{"enum": names}, column]}
    membership = parts["Dataset"]["properties"]["membership"]
    parts["Dataset"]["properties"]["membership"] = {"description": membership["description"], "enum": names}


def _allow_one(properties: dict[str, Any], key: str) -> None:
    """Let a list of one be written without the list."""
    part = properties[key]
    properties[key] = {"description": part["description"], "anyOf": [part["items"], {**part, "minItems": 0}]}


def _tidy(part: Any) -> Any:
    """Drop generated titles, and the null that stands for an absent key: a key is left out, never left empty."""
    if isinstance(part, list):
        return [_tidy(item) for item in part]
    if not isinstance(part, dict):
        return part
    kept = {key: _tidy(item) for key, item in part.items() if not _is_noise(key, item)}
    choices = kept.get("anyOf")
    if not isinstance(choices, list) or {"type": "null"} not in choices:
        return kept
    rest = [choice for choice in choices if choice != {"type": "null"}]
    del kept["anyOf"]
    return {**kept, **rest[0]} if len(rest) == 1 else {**kept, "anyOf": rest}


def _is_noise(key: str, item: Any) -> bool:
    return (key == "title" and isinstance(item, str)) or (key == "default" and item is None)
