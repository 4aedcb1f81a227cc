"""Incident files as they may be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.catalogue import read_catalogue
from pipeline.config import ACTIONS, EVENT_COLUMNS, OUTCOMES
from pipeline.config_schema import json_schema
from pipeline.incident_file import read_incident_file
from tests.config.written import BASE, read


@pytest.mark.parametrize(
    "text", ["\ufeff" + BASE, BASE.replace("\n", "\r\n"), "---\n" + BASE], ids=["bom", "crlf", "head"]
)
def test_harmless_forms_read_alike(tmp_path: Path, text: str) -> None:
    path = tmp_path / "incident.yaml"
    path.write_bytes(text.encode())
    assert read_incident_file(path).model == read(tmp_path).model


def test_shorthands_and_places(tmp_path: Path) -> None:
    source = read(tmp_path, BASE.replace("  - principal: backup", "  principal: 4711\n  except: {ip: 10.0.0.0/8}"))
    model = source.model
    assert source.folder == tmp_path
    assert model.intruder[0].conditions == {"ip": ["203.0.113.7"], "principal": ["joe@clients.example"]}
    assert model.trusted[0].conditions == {"principal": ["4711"]}
    assert model.trusted[0].except_[0].conditions == {"ip": ["10.0.0.0/8"]}
    assert model.datasets["shop"].columns["mail"].field == "email"
    assert model.datasets["list"].generated_at == "2026-03-01"
    assert model.routes[0].logs == ["esp"]
    places = {
        source.where("datasets", "shop", "path"): "26: datasets.shop.path",
        source.where("datasets", "shop", "path", 0): "26: datasets.shop.path",
        source.where("datasets", "shop", "columns", "mail", "field"): "32: datasets.shop.columns.mail",
        source.where("routes", 0, "logs", 0): "46: routes[0].log",
        source.where("trusted", 0, "principal", 0): "9: trusted.principal",
        source.where("limits", "memory"): "1: limits.memory",
    }
    for place, expected in places.items():
        assert place == f"{tmp_path}/incident.yaml:{expected}"


def test_text_stays_as_it_was_written(tmp_path: Path) -> None:
    text = (
        BASE.replace("id: breach-1", "id: 007")
        .replace("brand: Acme\n", "brand: no\n")
        .replace("column: brand", "column: 1_0")
    )
    model = read(tmp_path, text).model
    assert (model.incident.id, model.datasets["list"].brand) == ("007", "no")
    assert model.datasets["shop"].brand == type(model.datasets["shop"].brand)(column="1_0")


def test_the_shortest_file_needs_nothing_more(tmp_path: Path) -> None:
    docs = Path(__file__).parents[2] / "docs" / "incident-file.md"
    shortest = docs.read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    assert len(shortest.splitlines()) < 20
    assert read(tmp_path, shortest).model.intruder == []


def test_every_example_and_key_of_the_reference_holds(tmp_path: Path) -> None:
    reference = (Path(__file__).parents[2] / "docs" / "incident-file.md").read_text(encoding="utf-8")
    for example in (part.split("```")[0] for part in reference.split("```yaml\n")[1:]):
        if example.startswith("incident:"):
            read(tmp_path, example)
    schema = json_schema()
    parts = [schema, *schema["$defs"].values(), schema["$defs"]["Column"]["anyOf"][1]]
    for key in (key for part in parts for key in part.get("properties", {})):
        assert f"`{key}`" in reference, f"docs/incident-file.md does not explain {key}"
    words = [*read_catalogue(), *ACTIONS, *OUTCOMES, *EVENT_COLUMNS]
    assert not [word for word in words if f"`{word}`" not in reference]


def test_a_dataset_that_gives_away_membership_alone_needs_no_columns(tmp_path: Path) -> None:
    columns = "    columns:\n      email: email\n      dob: {field: date_of_birth, state: masked}\n"
    listed = read(tmp_path, BASE.replace(columns, "    membership: list_membership\n")).model.datasets["list"]
    assert (listed.columns, listed.membership) == ({}, "list_membership")


def test_the_schema_accepts_what_the_reader_accepts(tmp_path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    yaml = pytest.importorskip("ruamel.yaml").YAML(typ="safe", pure=True)
    yaml.resolver.versioned_resolver  # noqa: B018 – editors read dates as text, as YAML 1.2 has it
    judge = jsonschema.Draft202012Validator(json_schema())
    jsonschema.Draft202012Validator.check_schema(json_schema())
    document = _plain(yaml.load(BASE))
    assert list(judge.iter_errors(document)) == []
    for key in ("incident", "logs", "datasets"):
        assert list(judge.iter_errors({name: part for name, part in document.items() if name != key}))
    assert list(judge.iter_errors({**document, "extra": 1}))
    described = [part["description"] for part in json_schema()["$defs"].values()]
    assert all(described)


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if isinstance(value, (str, int, float, bool)) else str(value)
