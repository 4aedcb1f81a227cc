"""Routes, selectors and logs: an intruder, a few genuine users and a backup, on the same resources."""

from __future__ import annotations

from itertools import pairwise
from typing import Any
from urllib.parse import quote

from .choosing import Choose, chance, one_of, some_of
from .datasets import KEYS, VALUES
from .times import ZONES, Season

LOGS = ["web", "db", "mail"]
OPTIONAL = [
    ("ip", 90), ("principal", 80), ("session", 40), ("user_agent", 30), ("action", 60), ("outcome", 45), ("status", 45),
    ("content_type", 30), ("columns", 30), ("record_keys", 25), ("filters", 25), ("rows", 45), ("bytes", 35), ("range", 25),
    ("event_id", 30), ("host", 20),
]  # fmt: skip
ACTORS = ["ip", "principal", "session", "user_agent", "host"]
CELLS: dict[str, list[str]] = {
    "ip": ["203.0.113.7", "203.0.113.7", "203.0.113.9", "10.0.0.5", "", "2001:db8::7", "?"],
    "principal": ["eve", "EVE ", "anna", "backup", ""],
    "session": ["s1", "", "s2"],
    "user_agent": ["Mozilla/5.0", "python-requests/2.31", "Backup Agent"],
    "host": ["h1", "H1 ", "h2"],
    "action": [
        "view", "GET", "export", "search", "copy", "HEAD", "ls", "count", "post", "grab", "login", "", "delete", "read",
    ],
    "outcome": ["ok", "SUCCESS", "denied", "error", "timeout", "", "fine", "maybe", "ok"],
    "status": ["200", "200", "206", "304", "302", "403", "404", "500", "499", "204", "", "777", "504", "200"],
    "content_type": ["application/json", "application/json; charset=utf-8", "text/html", "", "Application/JSON"],
    "columns": ["", "", "email", "EMAIL;phone", "*", "nope", "email;nope", "note", "card; name ", "region;health"],
    "record_keys": ["", "", "K1", "K1;K2", "K3; K9", "k1", "someone@example.com"],
    "filters": [
        "", "", "region=EU", "region=eu ;note=vip", "region", "nope=1", "region=", "region=ÜNDER", "note=none",
        "limit=2", "offset=1;limit=1;region=EU",
    ],
    "rows": ["", "1", "2", "0", "7", "3", "-1", "two"],
    "bytes": ["", "2048", "512", "0", "150", "77", "240", "-", "2 kB"],
    "range": ["", "", "bytes=0-160", "bytes=60-240", "100-", "bytes=-90", "bytes=0-99,150-230", "bytes 0-140/*", "x"],
    "event_id": ["", "e1", "e2", "e3"],
}  # fmt: skip
COVERAGE = ["deleted", "rolled_over", "not_collected", "not_enabled"]


def make_routes(choose: Choose, datasets: dict[str, Any], headers: dict[str, list[str]], logs: list[str]) -> list[Any]:
    """A few routes for most datasets; what no route claims may still be reached by its name."""
    routes: list[dict[str, Any]] = []
    for name, dataset in datasets.items():
        mapped = list(dataset["columns"])
        kinds = some_of(choose, ["key", "column", "pages", "whole", "named", "stand_in", "unlock", "everything"], 40)
        for kind in kinds:
            route: dict[str, Any] = {"resource": pattern_of(choose, kind, name, "key" in dataset, headers[name])}
            route |= {"unlocks": [name]} if kind == "unlock" else {"dataset": name}
            if kind == "stand_in":
                route["stand_in"] = True
            if kind == "pages":
                route["page"] = make_page(choose)
            if kind == "everything" and chance(choose, 20):
                route["unlocks"] = [one_of(choose, list(datasets))]
            narrow_route(choose, route, mapped, logs)
            routes.append(route)
    return routes


def narrow_route(choose: Choose, route: dict[str, Any], mapped: list[str], logs: list[str]) -> None:
    """Columns, access, content type, decoys and logs of a route."""
    if "dataset" in route and chance(choose, 30):
        route["columns"] = some_of(choose, mapped, 50) or [one_of(choose, [mapped[0].upper(), "*"])]
    if chance(choose, 25):
        route["access"] = one_of(choose, ["exported", "viewed"])
    if chance(choose, 30):
        route["content_type"] = one_of(choose, ["application/json", ["application/json", "text/csv"]])
    if chance(choose, 25):
        route["decoy_bytes"] = one_of(choose, [[512], [512, 77]])
    if chance(choose, 25):
        route["logs"] = [one_of(choose, logs)]


def pattern_of(choose: Choose, kind: str, name: str, has_key: bool, header: list[str]) -> str:
    """The resource pattern of one kind of route."""
    column = one_of(choose, [one for one in ("region", "email", "note") if one in header])
    if kind == "key" and has_key:
        return one_of(choose, [f"/api/{name}/{{key}}", f"/show?set={name}&id={{key}}", f"*/card/{name}/{{key}}"])
    if kind in ("key", "column"):
        return one_of(
            choose,
            [f"/api/{name}?{column}={{{column}}}", f"/find/{name}/{{{column}}}", f"/q/{name}/{{region}}?note={{note}}"],
        )
    return {
        "pages": one_of(choose, [f"/list/{name}", f"/list/{name}?region={{region}}"]),
        "whole": f"/dump/{name}*",
        "named": f"{name}",
        "stand_in": f"/old/{name}.zip",
        "unlock": f"/vault/{name}.pem",
        "everything": "/all",
    }[kind]  # fmt: skip


def make_page(choose: Choose) -> dict[str, Any]:
    """How a route's requests ask for a page."""
    page: dict[str, Any] = dict(one_of(choose, [
        {"offset": "offset", "limit": "limit"}, {"number": "page", "size": "per_page"},
        {"number": "p", "size": "n", "first": 0}, {"after": "starting_after", "limit": "limit"},
    ]))  # fmt: skip
    for key, value, percent in [("default_size", 2, 40), ("largest_size", 3, 30), ("ignored", "lang", 30)]:
        if chance(choose, percent):
            page[key] = value
    return page


def ask_for_page(choose: Choose, resource: str, page: dict[str, Any]) -> str:
    """A request's parameters, mostly such as can be read."""
    given = [f"{page[role]}={one_of(choose, values)}" for role, values in [
        ("offset", ["0", "1", "2", "9", "x"]), ("number", ["1", "0", "2", "3", ""]), ("after", [*KEYS[:4], "K9"]),
    ] if role in page and chance(choose, 75)]  # fmt: skip
    size = page.get("limit", page.get("size"))
    if chance(choose, 75):
        given.append(f"{size}={one_of(choose, ['1', '2', '3', '100', '0'])}")
    if chance(choose, 15):
        given.append(one_of(choose, ["lang=de", "sort=name", "cursor=abc", f"{size}=1"]))
    mark = "&" if "?" in resource else "?"
    return resource + (mark + "&".join(given) if given else "")


def fill_pattern(choose: Choose, pattern: str) -> str:
    """A resource that a pattern was made for, mostly."""
    text = pattern.replace("*", one_of(choose, ["", "x", "/2026.csv"]))
    values_of = {"key": [*KEYS[:5], "K9", "K" * 70], "note": ["vip", "VIP", "no"]}
    values_of |= {name: VALUES[name] for name in ("region", "email")}
    for name, values in values_of.items():
        if f"{{{name}}}" in text:
            value = one_of(choose, values) or one_of(choose, ["EU", "%20"])
            text = text.replace(f"{{{name}}}", value if value == "%20" else quote(value, safe=""))
    path, mark, query = text.partition("?")
    if mark and chance(choose, 30):
        query = "&".join([*reversed(query.split("&")), "page=1"])
    if text.startswith("/") and chance(choose, 20):
        path = f"https://crm.example.com{path}"
    return path + mark + query


def make_resource(choose: Choose, routes: list[Any], datasets: dict[str, Any]) -> str:
    """Mostly something a route claims."""
    if routes and chance(choose, 85):
        route = one_of(choose, routes)
        resource = fill_pattern(choose, route["resource"])
        return ask_for_page(choose, resource, route["page"]) if "page" in route else resource
    return one_of(choose, [*datasets, "/health", ""])


def make_log(choose: Choose, season: Season, is_first: bool) -> dict[str, Any]:
    """A log as the incident file declares it, its coverage still to come."""
    columns = {"when": "time"} if chance(choose, 75) else {"when": "end_time", "took": "duration"}
    log: dict[str, Any] = {"columns": {ours: theirs for theirs, ours in columns.items()}}
    if "took" in columns:
        log["duration_unit"] = one_of(choose, ["s", "ms", "us"])
    if chance(choose, 95 if is_first else 85):
        log["columns"]["resource"] = "target"
    for ours, percent in OPTIONAL:
        if chance(choose, percent):
            log["columns"][ours] = one_of(choose, [ours, f"{ours} (log)"])
    log["zone"] = one_of(choose, [season.zone, season.zone, season.zone, *ZONES])
    if chance(choose, 20):
        log["clock_skew"] = one_of(choose, ["90s", "-2m", "1h30m", "250ms"])
    if chance(choose, 50):
        log["words"] = {"action": {"Grab": "export", "post": "search"}, "outcome": {"fine": "succeeded"}}
    return log


def make_coverage(choose: Choose, season: Season) -> Any:
    """A log complete throughout, by stretches with a gap or something left undeclared, or not declared at all."""
    kind = one_of(choose, ["complete", "stretches", "none", "stretches", "complete", "gap"])
    if kind == "complete":
        return "complete"
    if kind == "gap":
        return one_of(choose, COVERAGE)
    if kind == "none":
        return None
    cuts = sorted({choose.number(0, 7) for _ in range(4)})
    stretches: list[dict[str, str]] = []
    for start, end in pairwise(cuts):
        if chance(choose, 80):
            status = one_of(choose, ["complete", *COVERAGE, "complete", "verified"])
            stretches.append({"from": season.exact(start), "until": season.exact(end), "status": status})
    if stretches and chance(choose, 40):
        del stretches[-1]["until"]
    if stretches and chance(choose, 40):
        del stretches[0]["from"]
    return stretches or None


def make_line(
    choose: Choose, log: dict[str, Any], season: Season, routes: list[Any], datasets: dict[str, Any]
) -> dict[str, str]:
    """One log line; half of all cells are what makes an event count."""
    row: dict[str, str] = {}
    for ours, theirs in log["columns"].items():
        if ours in ("time", "end_time"):
            kind = one_of(choose, [season.inner_stamp, season.inner_stamp, season.odd_stamp, season.stamp])
            row[theirs] = kind(choose)
            row[theirs] = "soon" if chance(choose, 2) else row[theirs]
        elif ours == "duration":
            row[theirs] = one_of(choose, ["", "0", "90", "5400.5"])
        elif ours == "resource":
            row[theirs] = make_resource(choose, routes, datasets)
        else:
            plain = 0 if ours not in ACTORS else 40
            is_plain = chance(choose, plain or 55)
            row[theirs] = CELLS[ours][0] if is_plain else one_of(choose, CELLS[ours])
    row["comment"] = one_of(choose, ["", "again"])
    return row


def make_selector(choose: Choose, logs: dict[str, Any], season: Season, depth: int = 0) -> dict[str, Any] | None:
    """Conditions that at least one log can meet; None if no log maps an actor."""
    name = one_of(choose, list(logs))
    mapped = [one for one in ACTORS if one in logs[name]["columns"]]
    if not mapped:
        return None
    pool: dict[str, list[Any]] = {
        "ip": ["203.0.113.7", "203.0.113.0/24", ["10.0.0.0/8", "2001:db8::/32"]],
        "principal": ["eve", ["Eve", "anna"], "backup"],
        "session": ["s1", "S2"],
        "user_agent": ["*python*", "backup*"],
        "host": ["h1"],
    }
    attributes = some_of(choose, mapped, 30) or [mapped[0]]
    selector: dict[str, Any] = {}
    for attribute in attributes:
        if chance(choose, 12):
            selector.setdefault("absent", []).append(attribute)
        else:
            selector[attribute] = one_of(choose, pool[attribute])
    if chance(choose, 15):
        selector["logs"] = [name]
    if chance(choose, 15):
        selector["from"] = one_of(choose, [season.days[1], season.exact(3), season.middle])
    if chance(choose, 15):
        selector["until"] = one_of(choose, [season.days[2], season.exact(6)])
    if depth == 0 and chance(choose, 25):
        inner = make_selector(choose, {name: logs[name]}, season, 1)
        selector |= {"except": [inner]} if inner else {}
    return selector


def make_selectors(choose: Choose, logs: dict[str, Any], season: Season, percent: int) -> list[Any]:
    """Up to two selectors of a list, or none."""
    if not chance(choose, percent):
        return []
    made = [make_selector(choose, logs, season) for _ in range(choose.number(1, 2))]
    return [selector for selector in made if selector]
