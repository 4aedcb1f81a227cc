"""Records → people (semantics, section 8; D21).

A node is (dataset, record key, subject). Blocks are the nodes that share a value; groups are the nodes of a block that
may be linked; a person is what hangs together by groups.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .model import Node, Record
from .names import fold_postcode, given_and_family, match_address, match_email, match_phone, read_birth_date
from .records import mapped_columns, subjects_of

Group = tuple[str, frozenset[Node]]  # basis, nodes


@dataclass
class Who:
    """What all versions of one node say about who it is."""

    given: str | None = None
    family: str | None = None
    birth: str | None = None
    postcode: str | None = None
    is_unsure: bool = False
    values: set[tuple[str, str]] = field(default_factory=set)  # (kind, matching form), e-mail and phone


@dataclass
class People:
    """Who is who: a person id for every node, and why."""

    person_of: dict[Node, str]
    bases: dict[Node, set[str]]
    blocked: dict[Node, set[str]]
    guarded: set[tuple[str, str]]
    who: dict[Node, Who]


def keyed(person_key: str, text: str, length: int = 20) -> str:
    """A keyed pseudonym (section 8, D21 f)."""
    inner = hashlib.sha256((person_key + text).encode()).hexdigest()
    return hashlib.sha256((person_key + inner).encode()).hexdigest()[:length]


def clear_cells(record: Record, dataset: dict[str, Any], subject: str, name: str) -> list[str]:
    """The values a record holds in clear for one field of one subject, in column order."""
    return [
        record.cells[column]
        for column, meaning in mapped_columns(dataset).items()
        if meaning["field"] == name and meaning["subject"] == subject and record.held.get(column) == "clear"
    ]


def identifiers_of(record: Record, incident: dict[str, Any], subject: str) -> list[tuple[str, str | None, str]]:
    """(kind, matching form or None, as written) of every identifier a record holds for a subject (D21 b)."""
    dataset = incident["datasets"][record.dataset]
    region = incident.get("identity", {}).get("phone_region")
    found: list[tuple[str, str | None, str]] = []
    for column, meaning in mapped_columns(dataset).items():
        if meaning["subject"] != subject or not meaning["identifier"] or record.held.get(column) != "clear":
            continue
        text = record.cells[column]
        if meaning["field"] == "email":
            found.append(("email", match_email(text), text))
        elif meaning["field"] == "phone":
            found.append(("phone", match_phone(text, region), text))
        elif meaning["field"] == "postal_address":
            found.append(("postal_address", match_address(text), text))
    return found


def agreed(values: list[str | None]) -> tuple[str | None, bool]:
    """The one value all versions that have one agree on, and whether they disagree (D21)."""
    distinct = {value for value in values if value}
    return (distinct.pop(), False) if len(distinct) == 1 else (None, len(distinct) > 1)


def first_of(values: list[str]) -> str:
    return values[0] if values else ""


def describe_node(versions: list[Record], incident: dict[str, Any], subject: str) -> Who:
    """Name, birth date, postcode and values of one node over all its versions (D21)."""
    who = Who()
    names, births, postcodes = [], [], []
    for record in versions:
        dataset = incident["datasets"][record.dataset]
        cells = {
            name: first_of(clear_cells(record, dataset, subject, name))
            for name in ("full_name", "first_name", "last_name", "date_of_birth", "postcode")
        }
        names.append(given_and_family(cells["full_name"], cells["first_name"], cells["last_name"]))
        births.append(read_birth_date(cells["date_of_birth"]))
        postcodes.append(fold_postcode(cells["postcode"]))
        for kind, value, _ in identifiers_of(record, incident, subject):
            if value and kind != "postal_address":
                who.values.add((kind, value))
    who.given, given_differs = agreed([given for given, _ in names])
    who.family, _ = agreed([family for _, family in names])
    who.birth, birth_differs = agreed(births)
    who.postcode, _ = agreed(postcodes)
    who.is_unsure = given_differs or birth_differs
    return who


def is_full(who: Who) -> bool:
    """A given name longer than an initial."""
    return who.given is not None and len(who.given) > 1


def contradicts(members: list[Who]) -> bool:
    """More than one full given name, first letter, or birth date (section 8, D21 d)."""
    full = {one.given for one in members if is_full(one)}
    letters = {one.given[0] for one in members if one.given}
    births = {one.birth for one in members if one.birth}
    return len(full) > 1 or len(letters) > 1 or len(births) > 1


def families(members: list[Who]) -> int:
    return len({one.family for one in members if one.family})


def find_guarded(records: list[Record], incident: dict[str, Any]) -> set[tuple[str, str]]:
    """Values carried by more nodes of one dataset × brand than a household has (D21 c)."""
    carriers: dict[tuple[str, str, str, str], set[Node]] = {}
    for record in records:
        for subject in subjects_of(incident["datasets"][record.dataset]):
            for kind, value, _ in identifiers_of(record, incident, subject):
                if value and kind != "postal_address":
                    place = (kind, value, record.dataset, record.brand)
                    carriers.setdefault(place, set()).add((record.dataset, record.key, subject))
    limit = incident.get("identity", {}).get("household_limit", 6)
    return {(kind, value) for (kind, value, _, _), nodes in carriers.items() if len(nodes) > limit}


def find_blocks(who: dict[Node, Who], guarded: set[tuple[str, str]]) -> dict[tuple[str, Any], set[Node]]:
    """The nodes that share an e-mail, a phone (with a given name), or name, birth date and postcode (D21 d)."""
    blocks: dict[tuple[str, Any], set[Node]] = {}
    for node, one in who.items():
        if one.is_unsure:
            continue
        for kind, value in one.values - guarded:
            if kind == "email" or one.given:
                blocks.setdefault((kind, value), set()).add(node)
        if is_full(one) and one.family and one.birth and one.postcode:
            whole = (one.given, one.family, one.birth, one.postcode)
            blocks.setdefault(("name_birth_postcode", whole), set()).add(node)
    return blocks


def split_by(nodes: set[Node], key: Callable[[Node], Any]) -> list[set[Node]]:
    """The nodes apart by a key; those without one are left out."""
    parts: dict[Any, set[Node]] = {}
    for node in nodes:
        if key(node) is not None:
            parts.setdefault(key(node), set()).add(node)
    return list(parts.values())


def email_groups(nodes: set[Node], who: dict[Node, Who]) -> list[set[Node]]:
    """All of a block without contradiction; else by full given name; else by given name and birth date (D21 d)."""
    if not contradicts([who[node] for node in nodes]):
        return [nodes]
    groups = []
    for part in split_by(nodes, lambda node: who[node].given if is_full(who[node]) else None):
        if len({who[node].birth for node in part} - {None}) <= 1:
            groups.append(part)
        else:
            groups += split_by(part, lambda node: who[node].birth)
    return groups


def phone_groups(nodes: set[Node], who: dict[Node, Who]) -> list[set[Node]]:
    """As e-mail, but a family name may not contradict either (D21 d)."""
    everyone = [who[node] for node in nodes]
    if not contradicts(everyone) and families(everyone) <= 1:
        return [nodes]
    groups = []
    for part in split_by(nodes, lambda node: who[node].given if is_full(who[node]) else None):
        members = [who[node] for node in part]
        if len({one.birth for one in members} - {None}) <= 1 and families(members) <= 1:
            groups.append(part)
        else:
            groups += split_by(part, lambda node: exact_person(who[node]))
    return groups


def exact_person(one: Who) -> tuple[str, str, str] | None:
    if one.given and one.birth and one.family:
        return (one.given, one.birth, one.family)
    return None


def declared_pairs(records: list[Record], incident: dict[str, Any], who: dict[Node, Who]) -> list[frozenset[Node]]:
    """A record's customer and the customer its link column points at, where that exists (D21 d)."""
    pairs = []
    for record in records:
        for column, target in incident["datasets"][record.dataset].get("links", {}).items():
            one = (record.dataset, record.key, "customer")
            other = (target, record.cells.get(column, "").strip(), "customer")
            if other in who and other != one:
                pairs.append(frozenset((one, other)))
    return sorted(set(pairs), key=sorted)


def hang_together(nodes: set[Node], groups: list[Group]) -> list[set[Node]]:
    """The components of some nodes over some groups."""
    parts = [{node} for node in nodes]
    for _, members in groups:
        touched = [part for part in parts if part & members]
        parts = [part for part in parts if not part & members] + ([set().union(*touched)] if touched else [])
    return parts


def within(groups: list[Group], nodes: set[Node]) -> list[Group]:
    """What is left of groups among some nodes, where that still links anything."""
    return [(basis, members & nodes) for basis, members in groups if len(members & nodes) >= 2]


def settle(
    nodes: set[Node], groups: list[Group], who: dict[Node, Who], level: int
) -> list[tuple[set[Node], list[Group]]]:
    """Components free of contradiction, each with the groups that made it, in up to three levels (D21 e)."""
    settled = []
    for part in hang_together(nodes, groups):
        inside = within(groups, part)
        if level == 3 or not contradicts([who[node] for node in part]):
            settled.append((part, inside))
        else:
            settled += settle(part, weaken(inside, part, who, level + 1), who, level + 1)
    return settled


def weaken(groups: list[Group], nodes: set[Node], who: dict[Node, Who], level: int) -> list[Group]:
    """The links that are left at level 2 or 3 (D21 e)."""
    full = {node for node in nodes if is_full(who[node])}
    if level == 2:
        declared = [(basis, members) for basis, members in groups if basis == "declared"]
        return declared + within([group for group in groups if group[0] != "declared"], full)
    left = []
    for basis, members in groups:
        if basis != "declared":
            parts = split_by(set(members & full), lambda node: (who[node].given, who[node].birth))
            left += [(basis, frozenset(part)) for part in parts if len(part) >= 2]
    return left


def resolve_people(records: list[Record], incident: dict[str, Any], person_key: str) -> People:
    """Who is who over *all* records of the incident, reached or not (D21)."""
    versions: dict[Node, list[Record]] = {}
    for record in records:
        for subject in subjects_of(incident["datasets"][record.dataset]):
            versions.setdefault((record.dataset, record.key, subject), []).append(record)
    who = {node: describe_node(held, incident, node[2]) for node, held in versions.items()}
    guarded = find_guarded(records, incident)
    blocks = find_blocks(who, guarded)
    pairs = declared_pairs(records, incident, who)
    groups: list[Group] = []
    for (basis, _), nodes in blocks.items():
        linkers = {"email": email_groups, "phone": phone_groups}
        parts = linkers[basis](nodes, who) if basis in linkers else [nodes]
        groups += [(basis, frozenset(part)) for part in parts if len(part) >= 2]
    groups += [("declared", pair) for pair in pairs if not contradicts([who[node] for node in pair])]
    people = People({}, {node: set() for node in who}, {node: set() for node in who}, guarded, who)
    for part, inside in settle(set(who), groups, who, 1):
        anchor = min("|".join(node).encode() for node in part).decode()
        for node in part:
            people.person_of[node] = "p" + keyed(person_key, anchor)
        for basis, members in inside:
            for node in members:
                people.bases[node].add(basis)
    mark_blocked(people, [(basis, nodes) for (basis, _), nodes in blocks.items()])
    mark_blocked(people, [("declared", set(pair)) for pair in pairs])
    return people


def mark_blocked(people: People, blocks: list[tuple[str, set[Node]]]) -> None:
    """Note where nodes that share a value, or a declared link, ended up as different people."""
    for basis, nodes in blocks:
        if len({people.person_of[node] for node in nodes}) > 1:
            for node in nodes:
                people.blocked[node].add(basis)
