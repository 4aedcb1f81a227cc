"""The reference on drawn cases, second half: fields, grades, people and tables; each test names its rule."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from drawing import ANNA, BEN, EVE, column, event, person, questions, scope, source, verdicts
from reference.names import given_and_family, match_email, match_phone
from reference.people import keyed

# Section 6: which fields


def test_only_delivered_columns_with_a_value_count() -> None:
    """D11, D15: the projection by any case, blanks and placeholders left out."""
    rows = [person("K1", "a@example.com", "Anna Meyer"), person("K2", "N/A", "Ben Meyer"), person("K3", "000", "")]
    tables = scope([event(columns="EMAIL; note")], rows, datasets={"crm": {"placeholders": ["000"]}})
    assert [(row["record_key"], row["fields"]) for row in tables["exposed_records"]] == [("K1", ["email"])]
    assert {row["outcome"]: row["item_count"] for row in tables["funnel"] if row["stage"] == "records"} == {
        "exposed": 1, "no_value": 2,
    }  # fmt: skip
    assert questions(tables)["unmapped_column"] == (1, 0)


def test_membership_is_exposed_with_any_read() -> None:
    """Section 6: even where no column of it was delivered."""
    rows = [person("K1", "a@example.com", note="x")]
    tables = scope([event(columns="note")], rows, datasets={"crm": {"membership": "list_membership"}})
    assert column(tables, "exposures", "fields") == [["list_membership"]]


def test_masked_alone_makes_no_row_but_stands_beside_others() -> None:
    """D17: never payment data either."""
    crm = {"columns": {"email": "email", "card": {"field": "card_number", "state": "masked"}}}
    rows = [{"id": "K1", "email": "a@example.com", "card": "4111"}, {"id": "K2", "email": "", "card": "4222"}]
    tables = scope([event()], rows, datasets={"crm": crm})
    assert [(row["fields"], row["protected_fields"], row["has_payment_data"]) for row in tables["exposures"]] == [
        (["email"], ["card_number"], False)
    ]
    assert {row["outcome"] for row in tables["funnel"] if row["stage"] == "records"} == {"exposed", "masked_only"}


def test_state_from_a_column_of_the_record() -> None:
    """Section 6, D15: unknown words are clear and said."""
    crm = {"columns": {"iban": {"field": "iban", "state_column": "how"}}}
    rows = [{"id": "K1", "iban": "1", "how": " Hashed"}, {"id": "K2", "iban": "2", "how": "rot13"}]
    tables = scope([event()], rows, datasets={"crm": crm})
    assert sorted(column(tables, "exposure_fields", "state")) == ["clear", "hashed"]
    assert questions(tables)["unknown_state"] == (1, 0)


@pytest.mark.parametrize(
    ("who", "states"),
    [("eve", ["encrypted_key_exposed:confirmed"]), ("anna", ["encrypted:confirmed", "encrypted_key_exposed:possible"])],
)
def test_encrypted_becomes_readable_once_the_key_was_read(who: str, states: list[str]) -> None:
    """D16 and law 5: at the later instant; a key read that is less sure stands beside the certain read."""
    crm = {"columns": {"card": {"field": "card_number", "state": "encrypted"}}}
    routes = [{"resource": "/key", "unlocks": ["crm"]}]
    lines = [event(principal="eve"), event(principal=who, resource="/key", time="2026-03-02T10:00:00Z")]
    tables = scope(
        lines,
        [{"id": "K1", "card": "x"}],
        datasets={"crm": crm},
        routes=routes,
        intruder=[EVE],
        unattributed="possible",
    )
    assert verdicts(tables) == {"reached": 1, "key_read": 1}
    assert column(tables, "exposure_fields", "states") == [states]
    if who == "eve":
        assert column(tables, "exposures", "first_exposed_at") == [datetime(2026, 3, 2, 10)]


# Section 7: how sure


def test_the_best_grade_wins_and_a_mix_says_so() -> None:
    """D20: grade, reason, access, instants and count over the best grade only."""
    lines = [
        event(columns="email", action="view"),
        event(action="frob", time="2026-03-02T10:00:00Z"),
    ]
    tables = scope(lines, [ANNA])
    row = tables["exposures"][0]
    assert (row["grade"], row["is_mixed_grade"], row["event_count"], row["last_exposed_at"].day) == (
        "confirmed", True, 1, 1,
    )  # fmt: skip
    assert {(one["field"], one["grade"]) for one in tables["exposure_fields"]} == {
        ("email", "confirmed"), ("full_name", "likely"),
    }  # fmt: skip


def test_exported_is_stronger_than_viewed() -> None:
    """Section 7; the route's word wins over the action's."""
    routes = [{"resource": "/x", "dataset": "crm", "access": "exported"}]
    tables = scope([event(), event(resource="/x")], [ANNA], routes=[*routes, {"resource": "crm", "dataset": "crm"}])
    assert column(tables, "exposures", "access") == ["exported"]


def test_a_gap_makes_possible_what_only_that_log_would_show() -> None:
    """D19: not where another log of the dataset is complete; neighbours are one stretch."""
    nobody = event(time="2026-01-01T00:00:00Z")
    gap = [
        {"until": "2026-03-01T10:00Z", "status": "deleted"},
        {"from": "2026-03-01T10:00Z", "until": "2026-03-01T12:00Z", "status": "not_collected"},
        {"from": "2026-03-01T12:00Z", "status": "complete"},
    ]
    tables = scope([nobody], [ANNA], logs={"web": {"coverage": gap}})
    row = tables["exposures"][0]
    assert (row["grade_reason"], row["access"], row["event_count"]) == ("log_gap", "unknown", 0)
    assert (row["first_exposed_at"], row["last_exposed_at"]) == (datetime(2026, 3, 1), datetime(2026, 3, 1, 12))
    assert questions(tables)["log_gap"] == (1, 1)
    both = scope({"web": [nobody], "db": [nobody]}, [ANNA], logs={"web": {"coverage": gap}})
    assert both["exposures"] == []


def test_undeclared_time_is_neither_gap_nor_proof() -> None:
    """D19, D24: "undetermined", never "not affected"."""
    complete = scope([event(resource="x", action="count")], [ANNA])
    assert column(complete, "verdict", "verdict") == ["no_customer_data_read"]
    silent = scope([event(resource="x", action="count")], [ANNA], logs={"web": {"coverage": None}})
    assert column(silent, "verdict", "verdict") == ["undetermined"]
    assert questions(silent) == {"coverage_undeclared": (1, 0)}


def test_an_unlogged_copy_takes_all_that_existed_meanwhile() -> None:
    """Section 5: with the interval's ends as its instants."""
    copies = [{"dataset": "crm", "from": "2026-02-01", "until": "2026-02-01", "columns": ["email"]}]
    tables = scope([event(resource="x")], [ANNA], unlogged_copies=copies)
    row = tables["exposures"][0]
    assert (row["grade_reason"], row["fields"]) == ("unlogged_copy", ["email"])
    assert (row["first_exposed_at"], row["last_exposed_at"]) == (datetime(2026, 2, 1), datetime(2026, 2, 2))


# Section 8: one person


PHONE = "020 7946 0018"
SAME_BIRTH = {"born": "1980-01-02", "zip": "AB1 2CD"}


@pytest.mark.parametrize(
    ("one", "other", "basis"),
    [
        (person("K1", "x@example.com", "Anna Meyer"), person("K2", "X@Example.com", "A. Meyer"), "email"),
        (person("K1", "x@example.com", "Anna Meyer"), person("K2", "x@example.com", "Ben Meyer"), None),
        (person("K1", "x@example.com"), person("K2", "x@example.com"), "email"),
        (person("K1", "x@example.com", born="1980-01-02"), person("K2", "x@example.com", born="1990-01-02"), None),
        (person("K1", "info@example.com"), person("K2", "info@example.com"), None),
        (person("K1", "", "Anna Meyer", phone=PHONE), person("K2", "", "A Meyer", phone="+442079460018"), "phone"),
        (person("K1", "", "", phone=PHONE), person("K2", "", "A Meyer", phone=PHONE), None),
        (person("K1", "", "Anna Meyer", phone=PHONE), person("K2", "", "Anna Stone", phone=PHONE), None),
        (person("K1", "", "Anna Meyer", **SAME_BIRTH), person("K2", "", "Meyer, Anna", born="1980-01-02", zip="ab12cd"),
         "name_birth_postcode"),
        (person("K1", "x@example.com", "Anna Meyer", up="K2"), person("K2", "y@example.com", "", up="K9"), "declared"),
        (person("K1", "x@example.com", "Anna Meyer", up="K2"), person("K2", "y@example.com", "Ben M"), None),
    ],
)  # fmt: skip
def test_who_is_who(one: dict[str, Any], other: dict[str, Any], basis: str | None) -> None:
    """D21: e-mail, phone with a name, name and birth and postcode, declared; contradictions and role values block."""
    columns = {"email": "email", "name": "full_name", "phone": "phone", "born": "date_of_birth", "zip": "postcode"}
    crm = {"columns": columns, "links": {"up": "crm"}}
    blank = dict.fromkeys(["phone", "born", "zip", "up"], "")
    tables = scope([event()], [blank | one, blank | other], datasets={"crm": crm}, identity={"phone_region": "GB"})
    assert len(tables["people"]) == (1 if basis else 2)
    assert {row["link_basis"] for row in tables["links"] if not row["is_blocked"]} == {basis or "alone"}


def test_nameless_records_stay_apart_where_a_mailbox_is_shared() -> None:
    """D21 d: Anna and Ben on one mailbox; whose the third record is, nobody knows."""
    rows = [person("K1", "x@example.com", name) for name in ("Anna M", "Ben M", "")]
    tables = scope([event()], [row | {"id": f"K{number}"} for number, row in enumerate(rows)])
    assert len(tables["people"]) == 3
    assert questions(tables)["contradiction"] == (3, 3)


def test_a_chain_that_contradicts_itself_falls_apart() -> None:
    """D21 e: a nameless record may not join Anna and Ben."""
    columns = {"email": "email", "other": "email", "name": "full_name"}
    rows = [
        person("K1", "a@example.com", "Anna Meyer", other=""),
        person("K2", "a@example.com", "", other="b@example.com"),
        person("K3", "b@example.com", "Ben Meyer", other=""),
    ]
    tables = scope([event()], rows, datasets={"crm": {"columns": columns}})
    assert len(tables["people"]) == 3
    assert questions(tables)["contradiction"] == (3, 3)


def test_values_shared_by_more_than_a_household_identify_nobody() -> None:
    """D21 c: counted within one dataset and brand."""
    rows = [person(f"K{number}", "x@example.com", "") for number in range(3)]
    assert len(scope([event()], rows, identity={"household_limit": 3})["people"]) == 1
    tables = scope([event()], rows, identity={"household_limit": 2})
    assert len(tables["people"]) == 3
    assert questions(tables)["shared_value"] == (1, 3)


def test_versions_that_disagree_on_a_name_link_only_where_declared() -> None:
    """D21: an unsure node."""
    rows = [
        person("K1", "x@example.com", "Anna Meyer", till="2026-01-01"),
        person("K1", "x@example.com", "Ben Meyer", since="2026-01-01"),
        person("K2", "x@example.com", "Anna Meyer"),
    ]
    crm = {"valid_from": "since", "valid_to": "till"}
    full = [{"since": "", "till": ""} | row for row in rows]
    assert len(scope([event()], full, datasets={"crm": crm})["people"]) == 2


def test_names_and_values_are_folded() -> None:
    """D21 a and b."""
    assert given_and_family("Meyer, Dr. Anna", "", "") == ("anna", "meyer")
    assert given_and_family("Anna Meyer", "Eva", "") == ("eva", "meyer")
    assert given_and_family("Mrs Stone", "", "") == (None, "stone")
    assert given_and_family("Dr Stone", "", "") == ("stone", None)
    assert match_email(" Cleo+News@Example.com ") == "cleo+news@example.com"
    assert [match_email(text) for text in ("noreply@example.com", "a@b.test", "a b@c.de", "@c.de")] == [None] * 4
    assert match_phone("0000000000", "GB") is None


# Section 9: what comes out


def test_one_row_per_person_brand_and_controller() -> None:
    """Law 7: sum over brands ≥ people."""
    rows = {"crm": [ANNA], "news": [person("N1", "anna@example.com", "Anna Meyer", brand="", land="de")]}
    news = {
        "role": "processor", "processor": "Mailer", "brand": {"column": "brand"}, "residence": "land",
    }  # fmt: skip
    tables = scope([event(), event(resource="news")], rows, datasets={"news": news}, controllers={"Alpha": "Holding"})
    assert {(row["brand"], row["controller"], row["residence"]) for row in tables["exposures"]} == {
        ("Alpha", "Holding", None), ("unknown", "unknown", "DE"),
    }  # fmt: skip
    assert [(row["brand_count"], row["record_count"], len(row["contact_ids"])) for row in tables["people"]] == [
        (2, 2, 1)
    ]
    assert all(row["has_crm_record"] for row in tables["exposures"])
    assert questions(tables)["brand_unknown"] == (1, 1)


def test_a_personal_key_is_published_as_a_pseudonym_only() -> None:
    """D23; and a strange key is withheld."""
    crm = {"columns": {"id": "customer_number", "email": "email"}}
    tables = scope([event()], [ANNA], datasets={"crm": crm})
    assert column(tables, "exposed_records", "record_key") == ["k" + keyed("00" * 32, "crm|K1")]
    strange = scope([event(record_keys="a@b.example"), event(record_keys="K" * 65)], [ANNA])
    assert column(strange, "unresolved", "record_key") == [None, None]


def test_nobody_set_aside_is_named_anywhere() -> None:
    """Law 8: Ben was ruled out."""
    tables = scope([event(record_keys="K1")], [ANNA, BEN])
    assert "K2" not in str(tables)
    assert "ben@" not in str(tables)


def test_line_numbers_count_the_header() -> None:
    """The drawn files themselves: the first data line is line 2."""
    assert [line.number for line in source([ANNA, BEN], "crm.csv").lines] == [2, 3]
