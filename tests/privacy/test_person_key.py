"""The person key is made once, and not made anew where people are known by one that is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.identity_registry import find_registry
from pipeline.person_key import read_person_key


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    made = read_person_key(None, tmp_path / "out")
    assert read_person_key(None, tmp_path / "out") == made
    assert (tmp_path / "out" / "person.key").stat().st_mode & 0o777 == 0o600


def test_a_key_that_is_gone_is_not_replaced_where_people_are_known_by_it(tmp_path: Path) -> None:
    made = read_person_key(None, tmp_path)
    registry = find_registry(tmp_path, "breach-1")
    registry.parent.mkdir()
    registry.touch()
    key = tmp_path / "person.key"
    aside = key.rename(tmp_path / "backup.key")
    with pytest.raises(InputError, match="known by it") as caught:
        read_person_key(None, tmp_path)
    assert not key.exists()
    assert made not in str(caught.value)
    assert read_person_key(aside, tmp_path) == made
    registry.unlink()
    assert read_person_key(None, tmp_path) != made
