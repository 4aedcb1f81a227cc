"""Headers of well-known systems, drawn by hand in six languages: most fields are found, and hardly any is made up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pipeline.catalogue import read_catalogue
from pipeline.onboarding.names import propose_by_names

DRAWN = Path(__file__).with_name("known_systems.txt")
SCORED = {"contact", "financial", "government_id"}
NAMES = {"full_name", "first_name", "last_name"}


def drawn() -> Iterator[tuple[str, dict[str, str]]]:
    """Each source with column → the field it holds; with `?` it may hold it, and nothing is no field."""
    for line in DRAWN.read_text(encoding="utf-8").splitlines()[1:]:
        source, _, columns = line.partition("; ")
        if columns:
            yield source, {name.strip(): field for name, field in re.findall(r"(.+?)=([a-z_]*\??)(?: |$)", columns)}


def test_most_are_found_and_hardly_any_is_made_up() -> None:
    catalogue = read_catalogue()
    wanted, found, sure, right = 0, 0, 0, 0
    for source, columns in drawn():
        proposals = propose_by_names(source, list(columns))
        for name, drawn_field in columns.items():
            field, proposal = drawn_field.rstrip("?"), proposals.get(name)
            is_scored = field == drawn_field and field and (catalogue[field].category in SCORED or field in NAMES)
            wanted += bool(is_scored)
            found += bool(is_scored and proposal is not None and proposal.field == field)
            sure += proposal is not None and proposal.is_sure
            right += proposal is not None and proposal.is_sure and proposal.field == field
    assert wanted > 240
    assert found / wanted >= 0.97
    assert right / sure >= 0.97


def test_every_drawn_field_is_in_the_catalogue() -> None:
    fields = {field.rstrip("?") for _, columns in drawn() for field in columns.values()} - {""}
    assert fields <= read_catalogue().keys()
    assert len(list(drawn())) >= 20
