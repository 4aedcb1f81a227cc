"""One row → one record and whom it describes (semantics, sections 1, 5, 6, 8; decisions D4, D15, D21 a and b)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl

ALWAYS = (datetime(1, 1, 1), datetime(9999, 12, 31))


def records(land_it, text: str, *columns: str, **crm: Any) -> list[Any]:
    tables = land_it({"crm.csv": text}, crm={"columns": {"email": "email"}, **crm})
    return tables["records"].select(columns).rows()


def test_shape_has_a_letter_where_a_value_is(land_it) -> None:
    columns = {
        "email": "email",
        "card": {"field": "card_number", "state": "masked"},
        "pin": {"field": "pin", "state_column": "how"},
    }
    text = "id,email,card,pin,how\n1,a@b.co,*1,9,HASHED\n2, N/A ,,9,\n3,nil,x,9,weird\n4,-,--,,weird\n"
    found = land_it({"crm.csv": text}, crm={"columns": columns, "membership": "subscription", "placeholders": ["NIL"]})
    assert found["records"]["shape"].to_list() == ["cmhc", "--cc", "-mcc", "---c"]
    assert found["notes"].rows() == [("unknown_state", "crm", 1)]
    assert found["columns"].rows() == [
        ("crm", 1, "email", "email", "customer"),
        ("crm", 2, "card", "card_number", "customer"),
        ("crm", 3, "pin", "pin", "customer"),
        ("crm", 4, None, "subscription", "customer"),
    ]


def test_a_dataset_whose_columns_are_all_keys_gives_away_membership_or_nothing(land_it) -> None:
    text = "id\n1\n2\n"
    assert records(land_it, text, "shape", columns={}, membership="subscription") == [("c",), ("c",)]
    assert records(land_it, text, "shape", columns={}) == [("",), ("",)]


def test_validity_is_read_in_the_datasets_zone_and_widened(land_it) -> None:
    text = "id,email,a,b\n1,x,2025-10-26T02:30:00,2025-10-26T02:30:00\n2,x,,\n3,x,2026-03-28,2026-03-29T00:00:00Z\n"
    found = records(land_it, text, "valid_from", "valid_to", valid_from="a", valid_to="b", zone="Europe/Berlin")
    assert found == [
        (datetime(2025, 10, 26, 0, 30), datetime(2025, 10, 26, 1, 30)),
        ALWAYS,
        (datetime(2026, 3, 27, 23), datetime(2026, 3, 29)),
    ]


def test_lines_that_are_no_records_are_rejected(land_it) -> None:
    text = "id,email,a,b\n1,x,2026-01-02,2026-01-01\n ,x,,\n3,x,soon,\n4,x,2026-01-01,2026-01-01\n"
    tables = land_it({"crm.csv": text}, crm={"valid_from": "a", "valid_to": "b"})
    assert tables["rejects"].select("line", "reason").rows() == [
        (2, "validity ends before it starts"),
        (3, "blank key"),
        (4, "unreadable validity stamp"),
    ]
    assert tables["records"]["record_key"].to_list() == ["4"]


def test_a_static_file_holds_from_its_making(land_it) -> None:
    crm = {"generated_at": "2026-03-01", "replaced_at": "2026-03-05T12:00:00Z"}
    tables = land_it(crm=crm, incident={"zone": "Europe/Berlin"})
    assert tables["records"].select("valid_from", "valid_to").unique().rows() == [
        (datetime(2026, 2, 28, 23), datetime(2026, 3, 5, 12))
    ]
    assert tables["datasets"]["is_static"].to_list() == [True]


def test_without_a_key_equal_rows_are_one_record(land_it) -> None:
    text = "email,x\na,1\nb,1\na,1\na,2\n"
    tables = land_it({"crm.csv": text, "crm2.csv": "x,email\n1,a\n"}, crm={"key": None, "path": "crm*.csv"})
    keys = tables["records"]["record_key"].to_list()
    assert len(keys) == len(set(keys)) == 3
    assert all(key.startswith("#") for key in keys)
    assert tables["sources"].filter(source="crm")["line_count"].to_list() == [4, 1]


def test_brand_controller_and_residence(land_it) -> None:
    text = "id,email,b,c,land\n1,x, Blue   Sky ,,gb\n2,x,,,Germany\n3,x,Red,Red Ltd,us\n"
    crm = {"brand": {"column": "b"}, "controller": {"column": "c"}, "residence": "land"}
    tables = land_it({"crm.csv": text}, crm=crm, controllers={"Blue Sky": "Sky Holding"})
    assert tables["records"].select("brand", "controller", "residence").rows() == [
        ("Blue Sky", "Sky Holding", "GB"),
        ("unknown", "unknown", None),
        ("Red", "Red Ltd", "US"),
    ]


def test_each_subject_has_its_own_name_and_identifiers(land_it) -> None:
    columns = {
        "name": "full_name",
        "first": "first_name",
        "email": "email",
        "gift_to": {"field": "full_name", "subject": "recipient"},
        "gift_tel": {"field": "phone", "subject": "recipient"},
        "hashed": {"field": "email", "state": "hashed"},
        "other": {"field": "email", "identifier": False},
    }
    text = 'id,name,first,email,gift_to,gift_tel,hashed,other\n1,Dr. Ann Lee,Anna, A@B.co ,"Ito, Ken",020 7946 0958,ff,z@b.co\n'
    tables = land_it({"crm.csv": text}, crm={"columns": columns}, identity={"phone_region": "GB"})
    assert tables["names"].rows() == [
        (1, "customer", "anna", "lee", *[None] * 5),
        (1, "recipient", "ken", "ito", *[None] * 5),
    ]
    assert tables["identifiers"].rows() == [
        (1, "customer", "email", "a@b.co", "A@B.co"),
        (1, "recipient", "phone", "+442079460958", "020 7946 0958"),
    ]


def test_links_name_the_other_record(land_it) -> None:
    tables = land_it({"crm.csv": "id,email,boss\n1,x, 2 \n2,x,\n"}, crm={"links": {"boss": "crm"}})
    assert tables["links"].rows() == [(1, "customer", "crm", "2")]


def one(expression: Any, text: str) -> Any:
    return pl.DataFrame({"x": [text]}).select(expression(pl.col("x"))).item()
