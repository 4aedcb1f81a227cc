"""Coverage, declared and shown, its gaps, and unlogged copies (semantics, sections 5 and 7; D19)."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from .actors import as_list
from .clock import must, read_from, read_until
from .model import Event, Inputs, Reached, Record
from .routes import log_datasets, read_projection
from .showing import Interval, Silence, Stretch, shown_stretches, suspected_silences

GAPS = {"deleted", "rolled_over", "not_collected", "not_enabled", "stopped", "lines_missing"}
SHOWN = ["stopped", "lines_missing", "no_data_events", "sampled", "throttled", "late"]  # the first of several stands


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


@dataclass(frozen=True)
class Piece:
    """A stretch of one log in which everything stays the same: what is declared, what holds, whether it is silent."""

    start: datetime
    end: datetime
    status: str
    declared: str
    is_silent: bool


def piece_of(span: Interval, declared: list[Stretch], shown: list[Stretch], silent: list[Silence]) -> Piece:
    """What holds of a span that nothing ends inside: shown before declared, unless a gap is declared or it is verified."""
    said = status_in(declared, span)
    word = said.pop() if said else "undeclared"
    against = status_in(shown, span)
    status = word
    if word in ("complete", "undeclared") and against:
        status = min(against, key=SHOWN.index)
    is_silent = any(one[0] <= span[0] and span[1] <= one[1] for one in silent) and word in ("complete", "undeclared")
    return Piece(*span, "complete" if word == "verified" else status, word, is_silent)


def cover(incident: dict[str, Any], events: list[Event], window: Interval) -> dict[str, list[Piece]]:
    """Every log's pieces from one end of the window to the other, equal neighbours merged (section 7)."""
    zone = incident["incident"].get("zone", "UTC")
    covered: dict[str, list[Piece]] = {}
    for name, log in incident["logs"].items():
        ours = [event for event in events if event.log == name]
        declared = declared_stretches(log, window, zone)
        shown, silent = shown_stretches(ours, log, window), suspected_silences(ours, window)
        ends = {end for one in [*declared, *shown, *silent] for end in one[:2] if window[0] < end < window[1]}
        covered[name] = []
        for span in itertools.pairwise(sorted(ends | set(window))):
            piece = piece_of(span, declared, shown, silent)
            last = covered[name][-1] if covered[name] else None
            if last and replace(last, end=piece.end) == replace(piece, start=last.start):
                covered[name][-1] = replace(last, end=piece.end)
            else:
                covered[name].append(piece)
    return covered


def status_in(stretches: list[Stretch], piece: Interval) -> set[str]:
    """What is said of a piece that no stretch ends inside."""
    return {status for start, end, status in stretches if start <= piece[0] and piece[1] <= end}


def spans_of(covered: dict[str, list[Piece]]) -> list[Interval]:
    """The window split at all ends of all pieces."""
    ends = sorted({end for pieces in covered.values() for piece in pieces for end in (piece.start, piece.end)})
    return list(itertools.pairwise(ends))


def status_at(pieces: list[Piece], span: Interval) -> str:
    """What holds of a log in a span that none of its pieces ends inside."""
    return next(piece.status for piece in pieces if piece.start <= span[0] and span[1] <= piece.end)


def find_gaps(incident: dict[str, Any], covered: dict[str, list[Piece]]) -> dict[str, list[Interval]]:
    """Per dataset the spans in which some log that shows it has a gap and none is complete, neighbours merged (D19)."""
    shown = log_datasets(incident)
    gaps: dict[str, list[Interval]] = {}
    for dataset in incident["datasets"]:
        logs = [name for name in incident["logs"] if dataset in shown[name]]
        gaps[dataset] = []
        for span in spans_of(covered):
            statuses = {status_at(covered[name], span) for name in logs}
            if statuses & GAPS and "complete" not in statuses:
                if gaps[dataset] and gaps[dataset][-1][1] == span[0]:
                    gaps[dataset][-1] = (gaps[dataset][-1][0], span[1])
                else:
                    gaps[dataset].append(span)
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


def only_shown_by(log: str, piece: Piece, incident: dict[str, Any], covered: dict[str, list[Piece]]) -> list[str]:
    """The log's datasets for which, at some time of a piece, no other log that shows them is complete."""
    shown = log_datasets(incident)
    alone = set()
    for span in spans_of(covered):
        if piece.start <= span[0] and span[1] <= piece.end:
            for dataset in shown[log]:
                others = [name for name in incident["logs"] if name != log and dataset in shown[name]]
                if not any(status_at(covered[name], span) == "complete" for name in others):
                    alone.add(dataset)
    return sorted(alone)
