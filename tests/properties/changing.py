"""Cases changed in ways after which a law says what must stay the same."""

from __future__ import annotations

import copy
import random
from typing import Any

from generator import Case

CANARY_EMAIL = "zanzibar-1@example.com"
CANARY_KEY = "ZQ-1"


def without_masked(case: Case) -> Case:
    """Hashed for masked: a masked value alone makes no row, so which rows there are would hang on who is who."""
    case = copy.deepcopy(case)
    for dataset in case.incident["datasets"].values():
        for meaning in dataset["columns"].values():
            if meaning.get("state") == "masked":
                meaning["state"] = "hashed"
    for rows in case.rows.values():
        for row in rows:
            for column, value in row.items():
                row[column] = "hashed" if value == "masked" else value
    return case


def with_intruder_reads_only(case: Case) -> Case:
    """No gaps, copies or unattributed reads, and no local time with two readings."""
    case = copy.deepcopy(case)
    case.incident |= {"unlogged_copies": [], "unattributed": "ignore"}
    for log in case.incident["logs"].values():
        log.pop("coverage", None)
        log["zone"] = "UTC"
    return case


def shuffled(case: Case, seed: int) -> Case:
    """The lines of every file in another order."""
    case = copy.deepcopy(case)
    for rows in case.rows.values():
        random.Random(seed).shuffle(rows)
    return case


def split(case: Case) -> Case:
    """Every log in one more file than before, where it has lines enough."""
    case = copy.deepcopy(case)
    for log in case.incident["logs"].values():
        files = case.files_of(log)
        first = files[0]
        if len(case.rows[first]) > 1:
            stem, _, ending = first.rpartition(".")
            other = f"{stem}-more.{ending}"
            case.headers[other] = case.headers[first]
            case.rows[other] = case.rows[first][1:]
            case.rows[first] = case.rows[first][:1]
            files.append(other)
        log["path"] = files
    return case


def delivered_twice(case: Case) -> Case:
    """Every line of every log once more."""
    case = copy.deepcopy(case)
    for log in case.incident["logs"].values():
        for name in case.files_of(log):
            case.rows[name] += [dict(row) for row in case.rows[name]]
    return case


def with_fewer_events(case: Case) -> Case:
    """Every second line of every log left out, the first kept."""
    case = copy.deepcopy(case)
    for log in case.incident["logs"].values():
        for name in case.files_of(log):
            case.rows[name] = case.rows[name][::2]
    return case


def without_last_dataset(case: Case) -> Case | None:
    """One dataset less, and nothing that speaks of it; None if there is only one."""
    case = copy.deepcopy(case)
    datasets = case.incident["datasets"]
    if len(datasets) == 1:
        return None
    name = list(datasets)[-1]
    for file in case.files_of(datasets.pop(name)):
        del case.rows[file]
    routes = []
    for route in case.incident["routes"]:
        route["unlocks"] = [one for one in route.get("unlocks", []) if one != name]
        if route.get("dataset") != name and (route.get("dataset") or route["unlocks"]):
            routes.append(route)
    case.incident["routes"] = routes
    case.incident["unlogged_copies"] = [one for one in case.incident["unlogged_copies"] if one["dataset"] != name]
    case.incident["interceptions"] = [one for one in case.incident["interceptions"] if one["dataset"] != name]
    for dataset in datasets.values():
        links = {column: target for column, target in dataset.get("links", {}).items() if target != name}
        dataset["links"] = links
    return case


def with_canary(case: Case) -> Case:
    """One customer more, in a dataset whose only log is complete and shows no read: ruled out."""
    case = copy.deepcopy(case)
    quiet: dict[str, Any] = {
        "path": "in/quiet.csv", "zone": "UTC", "coverage": "complete", "columns": {"time": "t", "resource": "r"},
    }  # fmt: skip
    case.incident["logs"]["quiet"] = quiet
    case.headers["in/quiet.csv"] = ["t", "r"]
    case.rows["in/quiet.csv"] = [{"t": "2001-01-01T00:00:00Z", "r": "/nothing"}]
    case.incident["datasets"]["ruled_out"] = {
        "path": "in/ruled_out.csv", "role": "crm", "brand": "Alpha", "key": "id", "columns": {"mail": {"field": "email"}},
    }  # fmt: skip
    case.headers["in/ruled_out.csv"] = ["id", "mail"]
    case.rows["in/ruled_out.csv"] = [{"id": CANARY_KEY, "mail": CANARY_EMAIL}]
    case.incident["routes"].append({"resource": "/ruled_out/{key}", "dataset": "ruled_out", "logs": ["quiet"]})
    return case
