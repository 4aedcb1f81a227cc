"""Other people's terms for personal data: each one maps to a field of the catalogue, or says why not."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from pipeline.catalogue import read_catalogue
from pipeline.taxonomies import read_taxonomies

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "taxonomy"


def test_every_term_has_a_field_or_a_reason() -> None:
    terms = read_taxonomies()
    assert {term.field for term in terms if term.field} <= set(read_catalogue())
    assert all((term.field is None) != (term.out_of_scope is None) for term in terms)
    names = [(term.taxonomy, term.name) for term in terms]
    assert names == sorted(set(names))


def test_no_term_is_left_out() -> None:
    if not SHARED.is_dir():
        pytest.skip("the taxonomies by other hands are not at hand: ../shared/data/taxonomy")
    theirs = {("fideslang", row["fides_key"]) for row in rows("fideslang_data_categories.csv") if row["fides_key"]}
    theirs |= {("dpv", row["term"]) for row in rows("dpv_2.3_pd.csv")}
    lines = (SHARED / "hibp_data_classes.json").read_text(encoding="utf-8").splitlines()
    theirs |= {("hibp", json.loads(line)["data_class"]) for line in lines}
    veris = json.loads((SHARED / "verisc-enum.json").read_text(encoding="utf-8"))
    theirs |= {("veris", name) for name in veris["attribute"]["confidentiality"]["data"]["variety"]}
    assert theirs == {(term.taxonomy, term.name) for term in read_taxonomies()}


def rows(name: str) -> list[dict[str, str]]:
    with (SHARED / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
