"""Declared coverage, its gaps, and unlogged copies (semantics, sections 5 and 7; D19)."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

from .actors import as_list
from .clock import must, read_from, read_until
from .model import Inputs, Reached, Record
from .routes import log_datasets, read_projection

Interval = tuple[datetime, datetime]
Stretch = tuple[datetime, datetime, str]


def declared_stretches(log: dict[str, Any], window: Interval, zone: str) -> list[Stretch]:
    """A log's declared stretches within the window; open ends are the window's (D19)."""
    coverage = log.get("coverage")
    given = [{"status": coverage}] if isinstance(coverage, str) else coverage or []
    stretches = []
    for one in given:
        start = must(read_from(one["from"], zone)) if one.get("from") else window[0]
        end = must(read_until(one["until"], zone)) if one.get("until") else window[1]
        start, end = max(start, window[0]), min(end, window[1])
        if start < end:
            stretches.append((start, end, one["status"]))
    return merge_stretches(sorted(stretches))


def merge_stretches(stretches: list[Stretch]) -> list[Stretch]:
    """Stretches of one status that touch or overlap are one."""
    merged: list[Stretch] = []
    for start, end, status in stretches:
        if merged and merged[-1][2] == status and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]), status)
        else:
            merged.append((start, end, status))
    return merged


def all_stretches(log: dict[str, Any], window: Interval, zone: str) -> list[Stretch]:
    """The declared stretches and, between them, the undeclared ones."""
    declared = declared_stretches(log, window, zone)
    stretches, at = list(declared), window[0]
    for start, end, _ in [*declared, (window[1], window[1], "")]:
        if at < start:
            stretches.append((at, start, "undeclared"))
        at = max(at, end)
    return sorted(stretches)


def status_in(stretches: list[Stretch], piece: Interval) -> set[str]:
    """What is declared of a piece that no stretch ends inside."""
    return {status for start, end, status in stretches if start <= piece[0] and piece[1] <= end}


def pieces_of(window: Interval, declared: dict[str, list[Stretch]]) -> list[Interval]:
    """The window split at all ends of all stretches (D19)."""
    ends = {window[0], window[1]} | {end for given in declared.values() for one in given for end in one[:2]}
    edges = sorted(ends)
    return list(itertools.pairwise(edges))


def is_unprotected(piece: Interval, logs: list[str], declared: dict[str, list[Stretch]]) -> bool:
    """Some log that shows a dataset declares a gap in a piece, and none declares it complete (D19)."""
    statuses = set().union(*(status_in(declared[name], piece) for name in logs)) if logs else set()
    return bool(statuses - {"complete"}) and "complete" not in statuses


def find_gaps(incident: dict[str, Any], window: Interval) -> dict[str, list[Interval]]:
    """Per dataset the unprotected stretches of the window, neighbours merged (section 7, D19)."""
    zone = incident["incident"].get("zone", "UTC")
    declared = {name: declared_stretches(log, window, zone) for name, log in incident["logs"].items()}
    shown = log_datasets(incident)
    gaps: dict[str, list[Interval]] = {}
    for dataset in incident["datasets"]:
        logs = [name for name in incident["logs"] if dataset in shown[name]]
        gaps[dataset] = []
        for piece in pieces_of(window, declared):
            if is_unprotected(piece, logs, declared):
                if gaps[dataset] and gaps[dataset][-1][1] == piece[0]:
                    gaps[dataset][-1] = (gaps[dataset][-1][0], piece[1])
                else:
                    gaps[dataset].append(piece)
    return gaps


def existing(records: list[Record], dataset: str, interval: Interval) -> list[Record]:
    """The record versions of a dataset that were there at some time of an interval."""
    return [
        one
        for one in records
        if one.dataset == dataset
        and one.valid_from < interval[1]
        and one.valid_to > interval[0]
        and one.valid_from < one.valid_to
    ]


def reach_by_gaps(gaps: dict[str, list[Interval]], records: list[Record]) -> list[Reached]:
    """What existed during a gap is possible, all columns, from the gap's beginning to its end (D19)."""
    return [
        Reached(record, None, *interval, "unknown", reason="log_gap")
        for dataset, intervals in gaps.items()
        for interval in intervals
        for record in existing(records, dataset, interval)
    ]


def reach_by_copies(incident: dict[str, Any], records: list[Record], inputs: Inputs) -> list[Reached]:
    """What existed while an unlogged copy may have been made is possible (section 5)."""
    zone = incident["incident"].get("zone", "UTC")
    reached = []
    for copy in incident.get("unlogged_copies", []):
        name = copy["dataset"]
        interval = (must(read_from(copy["from"], zone)), must(read_until(copy["until"], zone)))
        mapped = set(incident["datasets"][name]["columns"])
        columns, _ = read_projection(as_list(copy.get("columns")), inputs.datasets[name].columns, mapped)
        for record in existing(records, name, interval):
            reached.append(Reached(record, columns, *interval, "unknown", reason="unlogged_copy"))
    return reached


def only_shown_by(log: str, stretch: Stretch, incident: dict[str, Any], window: Interval) -> list[str]:
    """The log's datasets for which, at some time of a stretch, no other log that shows them is complete."""
    zone = incident["incident"].get("zone", "UTC")
    declared = {name: declared_stretches(one, window, zone) for name, one in incident["logs"].items()}
    shown = log_datasets(incident)
    alone = set()
    for piece in pieces_of(window, declared):
        if stretch[0] <= piece[0] and piece[1] <= stretch[1]:
            for dataset in shown[log]:
                others = [name for name in incident["logs"] if name != log and dataset in shown[name]]
                if not any("complete" in status_in(declared[name], piece) for name in others):
                    alone.add(dataset)
    return sorted(alone)
