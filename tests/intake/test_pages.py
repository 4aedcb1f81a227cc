"""Paging parameters → the page that was asked for; order columns → texts that sort like the store (section 5)."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.errors import ConfigurationError

OFFSETS = {"offset": "offset", "limit": "limit", "default_size": 50, "largest_size": 100}
NUMBERS = {"number": "page", "size": "per_page", "first": 0, "ignored": ["lang"]}
CURSORS = {"after": "starting_after", "size": "limit"}
CRM_FILE = "id,email,region\n1,ann@mail.com,EU\n2,bob@mail.com,US\n"
ORDERED = {"order": ["-email"]}
NO_PAGE = ("whole", None, None, None, None)
UNREAD = ("whole", None, None, None, "unread_page")


def landed(land_it: Any, page: Any, resource: str, crm: Any = None, **cells: str) -> Any:
    """Land one event of a route with such pages."""
    names = ("resource", "filters", "rows", "outcome")
    cells = {"resource": resource, **cells}
    line = "\t".join(["2026-03-28T10:00:00", *(cells.get(name, "") for name in names)])
    log = {"columns": {name: name for name in ("time", *names)}, "delimiter": "\t"}
    pattern = "/c?region={region}" if "region" in resource else "/c"
    route = {"resource": pattern, "dataset": "crm"} | ({"page": page} if page else {})
    files = {"log.csv": "\t".join(["time", *names]) + "\n" + line + "\n", "crm.csv": CRM_FILE}
    return land_it(files, log=log, routes=[route], crm=ORDERED if crm is None else crm)


def page_of(land_it: Any, page: Any, resource: str, **more: Any) -> Any:
    reaches = landed(land_it, page, resource, **more)["reaches"]
    names = ("reach_kind", "page_offset", "page_limit", "page_after_key", "inexact_reason")
    return reaches.select(names).rows()[0]


@pytest.mark.parametrize(
    ("page", "resource", "found"),
    [
        (OFFSETS, "/c?offset=20&limit=10", ("page", 20, 10, None, None)),
        (OFFSETS, "/c?LIMIT=10&Offset=20", ("page", 20, 10, None, None)),
        (OFFSETS, "/c?limit=10", ("page", 0, 10, None, None)),
        (OFFSETS, "/c?offset=20", ("page", 20, 50, None, None)),
        (OFFSETS, "/c", ("page", 0, 50, None, None)),
        (OFFSETS, "/c?limit=1000", ("page", 0, 100, None, None)),
        (OFFSETS, "/c?limit=%31%30&offset=+5", ("page", 5, 10, None, None)),
        (OFFSETS, "/c?limit=10&offset=0#top", ("page", 0, 10, None, None)),
        (OFFSETS, "https://api.test/c?limit=10", ("page", 0, 10, None, None)),
        (OFFSETS, "/c?limit=ten", UNREAD),
        (OFFSETS, "/c?limit=", UNREAD),
        (OFFSETS, "/c?limit=0", UNREAD),
        (OFFSETS, "/c?limit=-1", UNREAD),
        (OFFSETS, "/c?limit=1&limit=2", UNREAD),
        (OFFSETS, "/c?limit=10&sort=name", UNREAD),
        (OFFSETS, "/c?limit=10&cursor=abc", UNREAD),
        (OFFSETS, "/c?limit=9999999999999999", UNREAD),
        (NUMBERS, "/c?page=2&per_page=10", ("page", 20, 10, None, None)),
        (NUMBERS, "/c?page=0&per_page=10&lang=de", ("page", 0, 10, None, None)),
        (NUMBERS, "/c?per_page=10", ("page", 0, 10, None, None)),
        (NUMBERS, "/c?page=0", ("page", 0, None, None, "unread_page")),
        (NUMBERS, "/c?page=2", UNREAD),
        (NUMBERS, "/c?lang=de", NO_PAGE),
        (NUMBERS, "/c?page=999999999999999&per_page=999999999999999", ("page", 10**15, 999999999999999, None, None)),
        ({"number": "page", "size": "n"}, "/c?page=1&n=10", ("page", 0, 10, None, None)),
        ({"number": "page", "size": "n"}, "/c?page=0&n=10", UNREAD),
        (CURSORS, "/c?limit=10&starting_after=K%207", ("page", 0, 10, "K 7", None)),
        (CURSORS, "/c?limit=10", ("page", 0, 10, None, None)),
        (CURSORS, "/c?starting_after=7", ("page", 0, None, "7", "unread_page")),
        (CURSORS, "/c?starting_after=&limit=1", UNREAD),
        (None, "/c?limit=10", UNREAD),
        (None, "/c?sort=name", NO_PAGE),
    ],
)
def test_a_request_says_which_page(land_it: Any, page: Any, resource: str, found: Any) -> None:
    assert page_of(land_it, page, resource) == found


def test_a_filtered_page_belongs_to_the_listing_of_its_conditions(land_it: Any) -> None:
    tables = landed(land_it, OFFSETS, "/c?offset=1&region=EU&limit=1", filters="email=Ann@mail.com")
    found = tables["reaches"].select("reach_kind", "condition_count", "listing", "page_offset").rows()
    assert found == [("page", 2, "email\x1eann@mail.com\x1fregion\x1eeu", 1)]
    assert tables["conditions"].height == 2


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("offset=5;limit=2", ("page", 5, 2, None, None)),
        ('{"limit": 2, "region": "EU"}', ("page", 0, 2, None, None)),
        ("limit=2;nosuch=1", UNREAD),
        ("limit=2;region=", ("whole", None, None, None, "empty_filter")),
    ],
)
def test_a_page_may_be_asked_for_among_the_filters(land_it: Any, filters: str, found: Any) -> None:
    assert page_of(land_it, {"offset": "offset", "size": "limit"}, "/c", filters=filters) == found


@pytest.mark.parametrize(
    ("page", "resource", "rows", "outcome", "found"),
    [
        (NUMBERS, "/c?page=0", "7", "ok", ("page", 0, 7, None, None)),
        (OFFSETS, "/c?limit=10", "7", "ok", ("page", 0, 10, None, None)),
        (OFFSETS, "/c?limit=10&offset=10", "7", "aborted", ("page", 10, 7, None, None)),
        (OFFSETS, "/c?limit=10&sort=a", "7", "ok", NO_PAGE),
        (None, "/c", "7", "aborted", ("page", 0, 7, None, None)),
        (None, "/c?sort=a", "7", "aborted", NO_PAGE),
        (None, "/c?limit=10", "7", "aborted", NO_PAGE),
        (None, "/c", "", "aborted", NO_PAGE),
        (None, "/c", "7", "ok", NO_PAGE),
    ],
)
def test_logged_rows_bound_a_page(land_it: Any, page: Any, resource: str, rows: str, outcome: str, found: Any) -> None:
    tables = landed(land_it, page, resource, rows=rows, outcome=outcome)
    names = ("reach_kind", "page_offset", "page_limit", "page_after_key", "inexact_reason")
    assert tables["reaches"].select(names).rows() == [found]
    assert tables["reaches"]["is_bounded"].to_list() == [found[0] == "page" and outcome == "aborted"]


def test_without_an_order_a_page_is_unread(land_it: Any) -> None:
    tables = landed(land_it, OFFSETS, "/c?limit=10", crm={"order": []})
    assert tables["reaches"].select("reach_kind", "inexact_reason").rows() == [("whole", "unread_page")]
    assert tables["places"].height == 0


def ordered(land_it: Any, order: Any, rows: list[str], **crm: Any) -> list[str]:
    """The keys of a dataset in the order of their sort keys; those of no certain place in capitals."""
    files = {"crm.csv": "id,a,b\n" + "".join(row + "\n" for row in rows)}
    log = {"columns": {"time": "time", "resource": "resource"}}
    files["log.csv"] = "time,resource\n2026-03-28T10:00:00,/c?limit=1\n"
    route = {"resource": "/c", "dataset": "crm", "page": {"size": "limit"}}
    tables = land_it(files, log=log, routes=[route], crm={"columns": {"a": "full_name"}, "order": order, **crm})
    frame = tables["places"].join(tables["records"].select("record_number", "record_key"), on="record_number")
    return [
        key if is_certain else key.upper()
        for key, is_certain in frame.sort("sort_key").select("record_key", "is_certain").rows()
    ]


def column(kind: str, **more: str) -> list[dict[str, str]]:
    return [{"column": "a", "type": kind, **more}]


@pytest.mark.parametrize(
    ("order", "rows", "keys"),
    [
        (["a"], ["x,b", "y,", "z,a", "w,aa", "v,Ä", "u,B"], "uzwxvy"),
        (["-a"], ["x,b", "y,", "z,a", "w,aa", "v,Ä", "u,B"], "vxwzuy"),
        (column("caseless"), ["x,b", "z,A", "w,a", "u,B"], "wzux"),
        (column("number"), ["x,10", "y,9", "z,-10", "w,-9.5", "v,9.25", "u,0", "t,"], "zwuyvxt"),
        (column("number", direction="descending"), ["x,10", "y,9", "z,-10", "w,-9.5", "t,"], "xywzt"),
        (column("number", nulls="first"), ["x,10", "y,9", "t, "], "tyx"),
        (column("number"), ["x,1", "y,many", "z,1e5", "w,1.0000000001"], "xWYZ"),
        (column("number"), ["x,+2", "y,1.50", "z,007", "w,-0", "v,0"], "vwyxz"),
        (column("instant"), ["x,2026-01-01", "y,2025-12-31T23:30:00-02:00", "z,2025-12-31T23:30:00Z"], "xzy"),
        (column("instant"), ["x,2026-10-25T02:30:00", "y,2026-10-26", "z,soon"], "yXZ"),
        (["b", "-a"], ["x,1,1", "y,2,1", "z,1,2", "w,9,0"], "wyxz"),
        (["b"], ["10,,s", "9,,s", "a9,,s", "09,,s", "a10,,s"], ["09", "9", "10", "a10", "a9"]),
    ],
)  # fmt: skip
def test_records_stand_in_the_declared_order(land_it: Any, order: Any, rows: list[str], keys: Any) -> None:
    filled = [row if row.count(",") == 2 else row + "," for row in rows]
    assert ordered(land_it, order, filled, zone="Europe/Berlin") == list(keys)


def test_a_validity_column_compares_as_an_instant(land_it: Any) -> None:
    rows = ["x,2026-01-01T00:00:00Z,", "y,2025-12-31T23:30:00-02:00,"]
    assert ordered(land_it, ["a"], rows, valid_from="a") == ["x", "y"]


@pytest.mark.parametrize("values", [["9", "10"], ["9.99", "10.1"], ["-1", "1"]])
def test_numbers_that_texts_would_misplace_need_a_type(land_it: Any, values: list[str]) -> None:
    rows = [f"{key},{value}," for key, value in zip("xy", values, strict=True)]
    with pytest.raises(ConfigurationError) as caught:
        ordered(land_it, ["a"], rows)
    assert caught.value.exit_code == 3
    assert "order column 'a' holds numbers" in str(caught.value)


def test_numbers_of_one_length_and_words_need_none(land_it: Any) -> None:
    assert ordered(land_it, ["a"], ["x,10,", "y,09,"]) == ["y", "x"]
    assert ordered(land_it, ["a"], ["x,10,", "y,9,", "z,many,"]) == ["x", "y", "z"]
