"""Resource × route → records and columns (semantics, sections 5 and 6; decisions D8 to D11)."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.errors import ConfigurationError

HEADER = ("resource", "record_keys", "filters", "columns", "content_type", "status", "bytes", "rows")


def landed(land_it, routes: list[Any], *, crm: Any = None, more: Any = None, **cells: str) -> Any:
    """Land one event; blank cells where nothing is given."""
    line = "\t".join(["2026-03-28T10:00:00", *(cells.get(name, "") for name in HEADER)])
    files = {
        "log.csv": "\t".join(["time", *HEADER]) + "\n" + line + "\n",
        "x.csv": "id,name,email,phone,region\n1,a,b,c,d\n",
    }
    mapped = {"columns": {name: name for name in ("time", *HEADER)}, "delimiter": "\t", **(more or {})}
    own = [{"dataset": "crm", **route} if "unlocks" not in route else route for route in routes]
    return land_it(files, log=mapped, routes=own, crm=crm)


def reaches(land_it, routes: list[Any], **cells: Any) -> list[tuple[Any, ...]]:
    tables = landed(land_it, routes, **cells)
    found = tables["reaches"].select("reach_number", "reach_kind", "record_key", "condition_count", "inexact_reason")
    return [row + tuple(tables["conditions"].select("column_name", "value").rows()) for row in found.rows()]


EXACT = None


@pytest.mark.parametrize(
    ("pattern", "resource", "found"),
    [
        ("/c/{key}", "/c/42", [(1, "key", "42", 0, EXACT)]),
        ("/c/{key}", "https://api.test/c/42?x=1", [(1, "key", "42", 0, EXACT)]),
        ("/c/{key}", "/c/42/orders", []),
        ("/c/{key}", "/C/42", []),
        ("/c/{key}", "/c/a%2Fb%20c", [(1, "key", "a/b c", 0, EXACT)]),
        ("/c/{key}", "/c/a+b", [(1, "key", "a+b", 0, EXACT)]),
        ("/c/*", "/c/a/b", [(1, "whole", None, 0, EXACT)]),
        ("s3://b/{key}.csv", "s3://b/7.csv", [(1, "key", "7", 0, EXACT)]),
        ("/c?id={key}", "/c?x=1&id=42", [(1, "key", "42", 0, EXACT)]),
        ("/c?id={key}", "/c?xid=42", []),
        ("/c?id={key}", "/c?id=", [(1, "whole", None, 0, "empty_filter")]),
        ("/c?email={email}", "/c?email=A%40B.com+", [(1, "column", None, 1, EXACT, ("email", "a@b.com"))]),
        ("/c?email={EMAIL}", "/c?email=x", [(1, "column", None, 1, EXACT, ("email", "x"))]),
        ("/c?email={email}", "/c", []),
        ("/c?email={email}&all=*", "/c?all=1&email=x", [(1, "column", None, 1, EXACT, ("email", "x"))]),
        ("/c?email={email}", "/c?email=", [(1, "whole", None, 0, "empty_filter")]),
        ("/r/{region}/{email}", "/r/EU/x", [(1, "column", None, 2, EXACT, ("email", "x"), ("region", "eu"))]),
        ("/a.b", "/axb", []),
        ("*", "", [(1, "whole", None, 0, EXACT)]),
        ("/other", "crm", [(1, "whole", None, 0, EXACT)]),
        ("/other", "crm2", []),
    ],
)
def test_patterns(land_it, pattern: str, resource: str, found: list[Any]) -> None:
    assert reaches(land_it, [{"resource": pattern}], resource=resource) == found


def test_logged_keys_win_over_everything(land_it) -> None:
    found = reaches(land_it, [{"resource": "/c/{key}"}], resource="/c/42", record_keys=" 1 ;2;;1", filters="region=EU")
    assert found == [(1, "key", "1", 0, EXACT), (2, "key", "2", 0, EXACT)]


def test_logged_keys_as_json(land_it) -> None:
    assert [row[2] for row in reaches(land_it, [{"resource": "*"}], record_keys='["a;b", 7]')] == ["a;b", "7"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("region=EU; Email = A@b ", [(1, "column", None, 2, EXACT, ("email", "a@b"), ("region", "eu"))]),
        ("region=EU;region=EU", [(1, "column", None, 1, EXACT, ("region", "eu"))]),
        ('{"region": "EU"}', [(1, "column", None, 1, EXACT, ("region", "eu"))]),
        ('["region=EU"]', [(1, "column", None, 1, EXACT, ("region", "eu"))]),
        ("nosuch=1;region=EU", [(1, "column", None, 1, "unreadable_filter", ("region", "eu"))]),
        ("age > 30", [(1, "whole", None, 0, "unreadable_filter")]),
        ("region=", [(1, "whole", None, 0, "empty_filter")]),
    ],
)
def test_filters(land_it, filters: str, found: list[Any]) -> None:
    assert reaches(land_it, [{"resource": "*"}], filters=filters) == found


def test_several_reasons_give_the_first_by_name(land_it) -> None:
    found = reaches(land_it, [{"resource": "*"}], filters="nosuch=1", status="206")
    assert found == [(1, "whole", None, 0, "partial_content")]


@pytest.mark.parametrize(
    ("columns", "by_route", "projection", "reason", "notes"),
    [
        ("", [], None, None, 0),
        ("", ["NAME"], "x--x", None, 0),
        ("email;name", [], "xx-x", None, 0),
        ("*", ["name"], None, None, 0),
        ("region", [], "---x", None, 0),
        ("name;nosuch", [], "x--x", None, 1),
        ("nosuch", [], None, "unknown_columns", 0),
        (";", ["name"], "x--x", None, 0),
    ],
)
def test_projections(land_it, columns: str, by_route: list[str], projection: Any, reason: Any, notes: int) -> None:
    crm = {"columns": {"name": "full_name", "email": "email", "phone": "phone"}, "membership": "list_membership"}
    tables = landed(land_it, [{"resource": "*", "columns": by_route}], columns=columns, crm={**crm, "path": "x.csv"})
    assert tables["reaches"].select("projection", "inexact_reason").rows() == [(projection, reason)]
    assert tables["reaches"]["has_missing_columns"].to_list() == [bool(notes)]


@pytest.mark.parametrize(
    ("content_type", "size", "is_other"),
    [
        ("text/html; charset=utf-8", "10", True),
        ("Application/JSON; charset=utf-8", "10", False),
        ("", "10", False),
        ("application/json", "512", True),
    ],
)
def test_a_success_whose_body_is_not_the_resource(land_it, content_type: str, size: str, is_other: bool) -> None:
    route = {"resource": "*", "content_type": "application/json", "decoy_bytes": 512}
    tables = landed(land_it, [route], content_type=content_type, bytes=size)
    assert tables["reaches"]["is_other_content"].to_list() == [is_other]


def test_all_matching_routes_apply_in_their_order(land_it) -> None:
    routes = [
        {"resource": "/x"},
        {"resource": "/c/*", "access": "exported"},
        {"resource": "/c/{key}", "stand_in": True},
    ]
    tables = landed(land_it, routes, resource="/c/1")
    found = tables["reaches"].select("reach_number", "reach_kind", "access", "is_stand_in", "is_exact")
    assert found.rows() == [(1, "whole", "exported", False, True), (2, "key", None, True, True)]


def test_a_route_that_only_unlocks(land_it) -> None:
    tables = landed(land_it, [{"resource": "/keys/1", "unlocks": ["crm"]}], resource="/keys/1")
    assert tables["reaches"].select("dataset", "reach_kind").rows() == [(None, "whole")]
    assert tables["key_reads"].rows() == [(1, "crm", None)]
    assert tables["log_datasets"].rows() == [("web", "crm")]


def test_a_route_of_another_log_does_not_hold(land_it) -> None:
    tables = landed(land_it, [{"resource": "*", "logs": ["other"]}], resource="/x")
    assert tables["reaches"].rows() == []
    assert tables["log_datasets"].rows() == []


def test_values_are_landed_for_columns_that_events_name_only(land_it) -> None:
    tables = landed(land_it, [{"resource": "*"}], filters="region=eu")
    assert tables["values"].rows() == [("crm", 1, "region", "eu"), ("crm", 2, "region", "us")]


@pytest.mark.parametrize("pattern", ["/c/{nosuch}", "/c/{key", "/c/{}", "/c/key}"])
def test_a_pattern_that_cannot_be_is_refused(land_it, pattern: str) -> None:
    with pytest.raises(ConfigurationError):
        landed(land_it, [{"resource": pattern}])


def test_a_key_served_as_something_else_unlocks_nothing(land_it) -> None:
    route = {"resource": "/keys/1", "unlocks": ["crm"], "content_type": "application/x-pem-file"}
    tables = landed(land_it, [route], resource="/keys/1", content_type="text/html")
    assert tables["key_reads"].rows() == []
    assert tables["reaches"]["is_other_content"].to_list() == [True]


@pytest.mark.parametrize(
    ("resource", "rows", "reason"),
    [
        ("/crm?limit=50&offset=100", "", "unread_page"),
        ("/crm?$TOP=50", "", "unread_page"),
        ("/crm?limit=50", "50", None),
        ("/crm?view=compact", "", None),
        ("/crm?unlimited=1", "", None),
        ("/crm/7?page=2", "", None),
    ],
)
def test_a_page_is_an_upper_bound_unless_its_rows_were_logged(
    land_it, resource: str, rows: str, reason: str | None
) -> None:
    routes = [{"resource": "/crm"}, {"resource": "/crm/{key}"}]
    tables = landed(land_it, routes, resource=resource, rows=rows)
    assert tables["reaches"]["inexact_reason"].to_list() == [reason]


def test_a_text_the_log_cut_off_reaches_the_whole(land_it) -> None:
    routes = [{"resource": "/crm/{key}"}]
    for resource, kind, reason in (("/crm/1234567", "key", None), ("/crm/12345678", "whole", "clipped_text")):
        tables = landed(land_it, routes, resource=resource, more={"text_limit": 13})
        assert tables["reaches"].select("reach_kind", "inexact_reason").rows() == [(kind, reason)]
    tables = landed(land_it, [{"resource": "/q?region={region}"}], resource="/q?region=EMEA-N", more={"text_limit": 13})
    assert tables["reaches"].select("reach_kind", "inexact_reason").rows() == [("whole", "clipped_text")]
    assert tables["conditions"].height == 0


def test_a_row_count_at_the_logs_limit_is_no_count(land_it) -> None:
    for rows, count in (("999", 999), ("1000", None)):
        tables = landed(land_it, [{"resource": "/crm"}], resource="/crm", rows=rows, more={"row_limit": 1000})
        assert tables["events"]["row_count"].to_list() == [count]
