"""Names held side by side, and what holds a chain of records together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from pipeline.identity.contradictions import MOST_PROFILES
from pipeline.identity.graph import Ties, components, keys_per_component, weakest_links
from pipeline.identity.likeness import are_swapped, is_slipped_date, relate_family_names, relate_given_names
from pipeline.identity.resolve import MOST_VALUES, resolve, unite, without_bridges

NONE: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("bob", "robert", "agree"),
        ("liz", "elizabeth", "agree"),
        ("ann", "dan", "conflict"),
        ("a", "anna", "agree"),
        ("b", "anna", "conflict"),
        ("anna maria", "anna", "agree"),
        ("anna maria", "anna lena", "conflict"),
        ("annamaria", "anna maria", "agree"),
        ("benjamim", "benjamin", "agree"),
        ("martin", "marvin", "conflict"),
        ("tim", "tom", "conflict"),
        ("", "tom", "unknown"),
        ("dylan", "dyan", "agree"),
        ("kai", "kkai", "agree"),
        ("tim", "tin", "conflict"),
        ("mila", "mina", "conflict"),
        ("jayden", "kayden", "conflict"),
        ("isla", "ella", "conflict"),
        ("rily", "rilley", "agree"),
        ("katel byn", "katelyn", "agree"),
        ("br", "brandon", "agree"),
        ("bran", "brandon", "agree"),
        ("marlin", "holly", "conflict"),
        ("zorblat", "quux", "conflict"),
        ("z", "zorblat", "agree"),
        ("anna lia", "anna mia", "conflict"),
        ("bxn", "bzn", "conflict"),
        ("ehtan", "ethann", "agree"),
    ],
)
def test_given_names(one: str, other: str, relation: str) -> None:
    assert relate_given_names(one, other, NONE) == relate_given_names(other, one, NONE) == relation


def test_two_established_names_are_no_slip() -> None:
    assert relate_given_names("thorvin", "torvin", NONE) == "agree"
    assert relate_given_names("thorvin", "torvin", frozenset({"thorvin"})) == "agree"
    assert relate_given_names("thorvin", "torvin", frozenset({"thorvin", "torvin"})) == "conflict"


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("smith", "smith jones", "agree"),
        ("van der berg", "berg", "agree"),
        ("mueller", "muller", "agree"),
        ("smith", "jones", "conflict"),
        ("lee", "lea", "conflict"),
        ("hope", "hoep", "agree"),
        ("o dea", "odea", "agree"),
        ("li", "lu", "conflict"),
        ("lot7", "lot8", "conflict"),
        ("block 71", "block 72", "conflict"),
        ("van der", "smith", "conflict"),
    ],
)
def test_family_names(one: str, other: str, relation: str) -> None:
    assert relate_family_names(one, other, NONE) == relate_family_names(other, one, NONE) == relation


def test_two_established_family_names_are_no_slip() -> None:
    assert relate_family_names("hansen", "hanson", frozenset({"hansen"})) == "agree"
    assert relate_family_names("hansen", "hanson", frozenset({"hansen", "hanson"})) == "conflict"


def test_swapped_names_and_slipped_dates() -> None:
    assert are_swapped("kaja", "meyer", "meyer", "kaya")
    assert are_swapped("marianneke", "meyer", "meyer", "mariannaka")
    assert are_swapped("anna", "lund", "lunt", "anna")
    assert are_swapped("anna", "lindholmers", "lindhollmerz", "anna")
    assert not are_swapped("a", "meyer", "meyer", "a")
    assert not is_slipped_date("1980-05-04", "1981-04-05")
    assert are_swapped("anna", "meyer", "meyer", "anna")
    assert are_swapped("anna", "lindholm", "lindholn", "anna")
    assert not are_swapped("anna", "meyer", "stone", "anna")
    assert is_slipped_date("1980-05-17", "1980-05-11")
    assert is_slipped_date("1980-05-04", "1980-04-05")
    assert not is_slipped_date("1980-05-17", "1990-05-17")
    assert not is_slipped_date("1980-05-17", "1981-06-17")
    assert is_slipped_date("1980-01-01", "1980-05-17")
    assert not is_slipped_date("1980-01-01", "1981-05-17")
    assert is_slipped_date("1935-06-07", "2035-06-07")
    assert not is_slipped_date("1935-06-07", "2035-06-17")


def test_components_and_the_keys_that_alone_hold_them() -> None:
    members, keys = np.array([0, 1, 1, 2, 3]), np.array([0, 0, 1, 1, 2])
    assert components(Ties(members, keys), 5).tolist() == [0, 0, 0, 3, 4]
    assert components(Ties.in_order(members[[3, 4, 0, 2, 1]], keys[[3, 4, 0, 2, 1]]), 5).tolist() == [0, 0, 0, 3, 4]
    ring = np.array([0, 1, 1, 2, 2, 0]), np.array([0, 0, 1, 1, 2, 2])
    assert weakest_links(*ring) == set()


def test_the_weakest_link_is_what_alone_holds_the_weightiest_parts() -> None:
    chain = np.array([0, 1, 1, 2, 2, 3, 3, 4, 4, 5]), np.array([0, 0, 1, 1, 2, 2, 3, 3, 4, 4])
    assert weakest_links(*chain) == {2}
    even = np.array([0, 1, 1, 2, 2, 3, 3, 4]), np.array([0, 0, 1, 1, 2, 2, 3, 3])
    assert weakest_links(*even) == {1, 2}
    star = np.array([0, 1, 0, 2, 0, 3]), np.array([0, 0, 1, 1, 2, 2])
    assert weakest_links(*star) == set()
    rings = [(0, 0), (1, 0), (1, 1), (2, 1), (2, 2), (0, 2), (10, 10), (11, 10), (11, 11), (12, 11), (12, 12), (10, 12)]
    tied = np.array([*rings, (2, 5), (10, 5), (0, 6), (30, 6)]).T
    assert weakest_links(tied[0], tied[1]) == {5}


def test_a_chain_of_more_values_than_anybody_has_is_cut() -> None:
    # Cut in the middle, the last of them falls into two that are too long still.
    for length, cut_count in ((MOST_VALUES, 0), (MOST_VALUES + 1, 1), (2 * MOST_VALUES + 3, 3)):
        places = np.arange(length)
        ties = Ties.in_order(np.concatenate([places, places + 1]), np.concatenate([places, places]))
        alone = np.arange(length + 1)
        united = unite(ties, alone)
        assert keys_per_component(ties, united)[0] == length
        left, parts = without_bridges(ties, alone, united)
        assert (len(set(parts.tolist())), len(left.keys)) == (1 + cut_count, 2 * (length - cut_count))


@pytest.mark.parametrize("size", [MOST_PROFILES, MOST_PROFILES + 1])
def test_who_contradict_stay_apart_however_many_one_link_would_unite(size: int, tmp_path: Path) -> None:
    """One list declares them all one customer, who were born on as many days; too many are not looked at one by one."""
    numbers = range(1, size + 1)
    births = [f"{1900 + number}-05-17" for number in numbers]
    whole = {"link_basis": "declared", "link_number": -1, "link_rank": 1}
    held: dict[str, dict[str, Any]] = {
        "int_subject_profiles": {"subject_number": numbers, "profile_number": numbers},
        "int_profiles": {"profile_number": numbers, "birth_date": births}
        | dict.fromkeys(("given_name", "family_name", "generation"), [None] * size),
        "int_identity_links": {"subject_number": numbers} | {name: [cell] * size for name, cell in whole.items()},
        "int_subject_marks": {name: [] for name in ("subject_number", "kind", "value")},
        "int_decided_pairs": {name: [] for name in ("subject_number", "other_subject_number", "decision")},
        "int_established_names": {name: [] for name in ("part", "name")},
    }
    for name, columns in held.items():
        kinds = {column: pl.Int64 if "number" in column or "rank" in column else pl.String for column in columns}
        pl.DataFrame(columns, schema=kinds).write_parquet(tmp_path / f"{name}.parquet")
    resolve(tmp_path)
    assert pl.read_parquet(tmp_path / "resolved_subjects.parquet")["component_number"].n_unique() == size
