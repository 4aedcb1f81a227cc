"""Records → people (semantics, section 8; D21).

A node is (dataset, record key, subject). Blocks are the nodes that share a value; groups are the nodes of a block that
may be linked; a person is what hangs together by groups, taken rank by rank, the strongest first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .likeness import Established, Who, contradict, names_fit
from .model import Node, Record
from .nodes import CLASSES, class_of, describe_node, find_guarded, household_limit, is_full
from .records import subjects_of

Group = tuple[int, str, frozenset[Node]]  # rank, basis, nodes
Agree = Callable[[Who, Who], bool]

MOST_PROFILES = 50


@dataclass
class People:
    """Who is who: a person id for every node, and why."""

    person_of: dict[Node, str]
    bases: dict[Node, set[str]]
    blocked: dict[Node, set[str]]
    guarded: set[tuple[str, str]]
    who: dict[Node, Who]


@dataclass
class Case:
    """What resolution looks at."""

    who: dict[Node, Who]
    established: Established
    marks: dict[Node, dict[str, str]]
    apart: set[frozenset[Node]]
    told: dict[Node, frozenset[Node]]  # those whom people made one with it

    def are_apart(self, one: set[Node], other: set[Node]) -> bool:
        """Two parts that can be no one person; of those whom people made one, any may agree."""
        return any(
            self.have_two_marks(self.told[a], self.told[b])
            or frozenset((a, b)) in self.apart
            or all(contradict(self.who[x], self.who[y], self.established) for x in self.told[a] for y in self.told[b])
            for a in one
            for b in other
        )

    def have_two_marks(self, one: frozenset[Node], other: frozenset[Node]) -> bool:
        """A kind of which each side has one value, and not the same."""
        sides = [
            {kind: {self.marks[node].get(kind) for node in side} - {None} for kind in CLASSES} for side in (one, other)
        ]
        return any(
            len(sides[0][kind]) == len(sides[1][kind]) == 1 and sides[0][kind] != sides[1][kind] for kind in CLASSES
        )


def keyed(person_key: str, text: str, length: int = 20) -> str:
    """A keyed pseudonym (section 8, D21 f)."""
    inner = hashlib.sha256((person_key + text).encode()).hexdigest()
    return hashlib.sha256((person_key + inner).encode()).hexdigest()[:length]


def find_established(who: dict[Node, Who]) -> Established:
    """Names that at least three families, or three given names, go with."""
    families: dict[str, set[str]] = {}
    givens: dict[str, set[str]] = {}
    for one in who.values():
        if is_full(one) and one.given and one.family:
            families.setdefault(one.given, set()).add(one.family)
            givens.setdefault(one.family, set()).add(one.given)
    return Established(
        frozenset(name for name, others in families.items() if len(others) >= 3),
        frozenset(name for name, others in givens.items() if len(others) >= 3),
    )


def forget_placeholders(who: dict[Node, Who], records: list[Record], incident: dict[str, Any]) -> None:
    """A birth date of more than ten households and more than one in a hundred is none."""
    births = [one.birth for one in who.values() if one.birth]
    for one in who.values():
        count = births.count(one.birth) if one.birth else 0
        if count > 10 * household_limit(incident) and count * 100 > len(births):
            one.birth = None


Birth = tuple[str, str, str]  # kind, name, place


def births_of(one: Who) -> list[Birth]:
    """Under what somebody's birth date can be shared: each word of the name, wherever they live."""
    if not one.birth or one.is_unsure:
        return []
    places = [("name_birth_postcode", one.postcode), ("name_birth_address", one.address), ("name_birth_city", one.city)]
    if not one.postcode and not one.address:
        places.append(("name_birth", ""))
    names = {name for name in (one.given if is_full(one) else None, one.family) if name}
    held = [(kind, name, place) for kind, place in places if place is not None for name in names]
    for kind, place in places[:2]:
        if place is not None and full_name(one):
            held.append((kind, initials(one), place))
    return sorted(held)


def initials(one: Who) -> str:
    """The first letters of both names, in no order; no name holds a full stop."""
    return "".join(f"{name[0]}." for name in full_name(one))


def full_name(one: Who) -> tuple[str, ...]:
    return tuple(sorted((one.given, one.family))) if is_full(one) and one.given and one.family else ()


def find_common(who: dict[Node, Who], limit: int) -> set[Any]:
    """Names that go with more birth dates somewhere than a household has people."""
    dates: dict[Any, set[str]] = {}
    for one in who.values():
        places: list[Any] = list(births_of(one))
        for key in [*places, full_name(one)] if places else []:
            if key and one.birth:
                dates.setdefault(key, set()).add(one.birth)
    return {key for key, held in dates.items() if len(held) > limit}


def find_blocks(
    who: dict[Node, Who], guarded: set[tuple[str, str]], incident: dict[str, Any]
) -> dict[tuple[str, Any, bool], set[Node]]:
    """(kind, value, is the name common) → the nodes that share it (D21 d)."""
    common = find_common(who, household_limit(incident))
    blocks: dict[tuple[str, Any, bool], set[Node]] = {}
    for node, one in who.items():
        if one.is_unsure:
            continue
        for kind, value, owned in one.owned:
            kind_class = class_of(kind, incident)
            is_enough = kind == "email" or kind_class == "primary" or one.given
            if (kind, value) not in guarded and kind_class in ("primary", "tertiary") and is_enough:
                blocks.setdefault((kind, owned, False), set()).add(node)
        if full_name(one) and one.address and class_of("postal_address", incident) != "none":
            blocks.setdefault(("address", (one.address, one.postcode), False), set()).add(node)
        for birth in births_of(one):
            kind, is_common = birth[0], birth in common or "." in birth[1]
            is_placed = kind in ("name_birth_postcode", "name_birth_address")
            if not is_common or (full_name(one) and (is_placed or full_name(one) not in common)):
                blocks.setdefault((kind, (birth, one.birth), is_common), set()).add(node)
    profiles = {
        key: {(who[node].given, who[node].family, who[node].birth, who[node].generation) for node in nodes}
        for key, nodes in blocks.items()
    }
    return {key: nodes for key, nodes in blocks.items() if len(nodes) > 1 and len(profiles[key]) <= MOST_PROFILES}


def agreement(kind: str, is_common: bool, case: Case, incident: dict[str, Any]) -> Agree:
    """When two who share a value of a kind may be one person (D21 d)."""

    def agree(one: Who, other: Who) -> bool:
        if contradict(one, other, case.established):
            return False
        given, family = names_fit(one, other, case.established)
        if kind == "email" or (kind in CLASSES and class_of(kind, incident) == "primary"):
            return True
        if kind == "address" or is_common:
            return bool(given and family)
        if kind in ("name_birth_postcode", "name_birth_address") and given:
            return True
        return family is not False

    return agree


def circles(nodes: set[Node], are_apart: Callable[[Node, Node], bool]) -> list[set[Node]]:
    """The nodes that agree with exactly the same others."""
    parts: dict[frozenset[Node], set[Node]] = {}
    for node in nodes:
        friends = frozenset(other for other in nodes if other == node or not are_apart(node, other))
        parts.setdefault(friends, set()).add(node)
    return list(parts.values())


def groups_of_block(nodes: set[Node], agree: Agree, who: dict[Node, Who]) -> list[set[Node]]:
    """All of a block where everybody agrees; else those who can be placed, by circle."""
    if all(one == other or agree(who[one], who[other]) for one in nodes for other in nodes):
        return [nodes]
    placeable = {node for node in nodes if is_full(who[node]) or who[node].birth}
    return circles(placeable, lambda one, other: not agree(who[one], who[other]))


def declared_pairs(records: list[Record], incident: dict[str, Any], who: dict[Node, Who]) -> list[tuple[Node, Node]]:
    """A record's customer and the customer its link column points at, where that exists (D21 d)."""
    pairs = []
    for record in records:
        for column, target in incident["datasets"][record.dataset].get("links", {}).items():
            one = (record.dataset, record.key, "customer")
            other = (target, record.cells.get(column, "").strip(), "customer")
            if other in who and other != one:
                pairs.append((one, other))
    return sorted(set(pairs))


def hang_together(parts: list[set[Node]], groups: list[Group]) -> list[set[Node]]:
    """What hangs together: parts united by groups."""
    for _, _, members in groups:
        touched = [part for part in parts if part & members]
        parts = [part for part in parts if not part & members] + ([set().union(*touched)] if touched else [])
    return parts


def take_rank(parts: list[set[Node]], groups: list[Group], case: Case) -> list[set[Node]]:
    """Unite parts by the groups of one rank, in up to three ever narrower tries (D21 e)."""
    for narrow in (as_they_are, of_the_placeable, of_circles):
        groups = narrow(parts, groups, case)
        united = hang_together(parts, groups)
        refused = [whole for whole in united if contradicts(whole, parts, case)]
        kept = [part for part in parts if any(part <= whole for whole in refused)]
        parts = [whole for whole in united if whole not in refused] + kept
        inside: set[Node] = set().union(*refused) if refused else set()
        groups = [group for group in groups if group[2] & inside]
    return parts


def contradicts(whole: set[Node], parts: list[set[Node]], case: Case) -> bool:
    """Two nodes of different parts that can be no one person."""
    inside = [part for part in parts if part <= whole]
    return any(case.are_apart(one, other) for one in inside for other in inside if one is not other)


def as_they_are(parts: list[set[Node]], groups: list[Group], case: Case) -> list[Group]:
    return groups


def of_the_placeable(parts: list[set[Node]], groups: list[Group], case: Case) -> list[Group]:
    """Without those of whom neither name nor birth date is known."""
    known = [part for part in parts if any(is_full(case.who[node]) or case.who[node].birth for node in part)]
    placeable: set[Node] = set().union(*known) if known else set()
    return [(rank, basis, members & placeable) for rank, basis, members in groups]


def of_circles(parts: list[set[Node]], groups: list[Group], case: Case) -> list[Group]:
    """Each group apart by who of the parts that hang together agrees with exactly the same others."""
    narrowed = []
    for whole in hang_together(parts, groups):
        tied = [part for part in parts if part <= whole and any(part & members for _, _, members in groups)]
        alike: dict[frozenset[int], set[Node]] = {}
        for part in tied:
            apart = frozenset(id(other) for other in tied if other is not part and case.are_apart(part, other))
            alike.setdefault(apart, set()).update(part)
        for rank, basis, members in groups:
            narrowed += [(rank, basis, members & circle) for circle in alike.values() if members & circle]
    return narrowed


def find_marks(
    who: dict[Node, Who], guarded: set[tuple[str, str]], incident: dict[str, Any]
) -> dict[Node, dict[str, str]]:
    """Of identifiers of which a person has one, those of each node; two of a kind say nothing."""
    marks: dict[Node, dict[str, str]] = {}
    for node, one in who.items():
        held: dict[str, set[str]] = {}
        for kind, value, owned in one.owned:
            if (kind, value) not in guarded and class_of(kind, incident) in ("primary", "secondary"):
                held.setdefault(kind, set()).add(owned)
        marks[node] = {kind: next(iter(values)) for kind, values in held.items() if len(values) == 1}
    return marks


def resolve_people(
    records: list[Record], incident: dict[str, Any], person_key: str, decided: list[tuple[str, Node, Node]]
) -> People:
    """Who is who over *all* records of the incident, reached or not (D21)."""
    versions: dict[Node, list[Record]] = {}
    for record in records:
        for subject in subjects_of(incident["datasets"][record.dataset]):
            versions.setdefault((record.dataset, record.key, subject), []).append(record)
    who = {node: describe_node(held, incident, node[2]) for node, held in versions.items()}
    forget_placeholders(who, records, incident)
    guarded = find_guarded(records, incident)
    told = [(word, frozenset((one, other))) for word, one, other in decided]
    apart = {pair for decision, pair in told if decision == "different"}
    same: list[Group] = [(0, "decision", pair) for decision, pair in told if decision == "same"]
    settled = hang_together([{node} for node in who], same)
    made_one = {node: frozenset(part) for part in settled for node in part}
    case = Case(who, find_established(who), find_marks(who, guarded, incident), apart, made_one)
    blocks = find_blocks(who, guarded, incident)
    pairs = declared_pairs(records, incident, who)
    groups: list[Group] = []
    for (basis, _, is_common), nodes in blocks.items():
        parts = groups_of_block(nodes, agreement(basis, is_common, case, incident), who)
        fit = len(parts) == 1 and parts[0] is nodes and all_fit(nodes, case)
        groups += [(rank_of(basis, incident, fit), basis, frozenset(part)) for part in parts if len(part) >= 2]
    groups += declared_groups(pairs, case)
    for rank in range(1, 7):
        settled = take_rank(settled, [group for group in groups if group[0] == rank], case)
    people = People({}, {node: set() for node in who}, {node: set() for node in who}, guarded, who)
    for part in settled:
        anchor = min("|".join(node).encode() for node in part).decode()
        for node in part:
            people.person_of[node] = "p" + keyed(person_key, anchor)
        for _, basis, members in [*groups, *same]:
            for node in members & part if len(members & part) > 1 else ():
                people.bases[node].add(basis)
    mark_blocked(people, [(basis, nodes) for (basis, _, _), nodes in blocks.items() if basis in CLASSES])
    mark_blocked(people, [(basis, set(members)) for _, basis, members in groups if basis != "declared"])
    mark_blocked(people, [("declared", set(pair)) for pair in pairs])
    mark_blocked(people, [("decision", set(pair)) for pair in apart])
    return people


def declared_groups(pairs: list[tuple[Node, Node]], case: Case) -> list[Group]:
    """All who declare one record are tied to it, but those whose profile contradicts that record's."""
    tied: dict[Node, set[Node]] = {}
    for one, target in pairs:
        if not contradict(case.who[one], case.who[target], case.established):
            tied.setdefault(target, {target}).add(one)
    return [(1, "declared", frozenset(members)) for members in tied.values()]


def all_fit(nodes: set[Node], case: Case) -> bool:
    """Whether both names of all fit those of all others that differ from them in anything."""
    profiles = {(case.who[node].given, case.who[node].family, case.who[node].birth, case.who[node].generation): node
                for node in nodes}  # fmt: skip
    return all(
        names_fit(case.who[one], case.who[other], case.established) == (True, True)
        for one in profiles.values()
        for other in profiles.values()
        if one != other
    )


def rank_of(basis: str, incident: dict[str, Any], fit: bool) -> int:
    """The stronger the lower."""
    if basis in CLASSES and class_of(basis, incident) == "primary":
        return 2
    if basis.startswith("name_birth"):
        return 3 if fit else 4
    return 5 if basis == "email" else 6


def mark_blocked(people: People, blocks: list[tuple[str, set[Node]]]) -> None:
    """Note where nodes that share a value, or a declared link, ended up as different people."""
    for basis, nodes in blocks:
        if len({people.person_of[node] for node in nodes}) > 1:
            for node in nodes:
                people.blocked[node].add(basis)
