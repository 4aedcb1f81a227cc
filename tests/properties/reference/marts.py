"""Findings → the published tables about people (semantics, sections 7 and 9; D20, D22, D23)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from .findings import Findings
from .model import PAYMENT_FIELDS, READABLE, STATES, Finding, Node, Record, best_grade, strongest_access
from .nodes import identifiers_of
from .people import People, keyed

Row = dict[str, Any]
T = TypeVar("T")


def group(things: Iterable[T], key: Callable[[T], Any]) -> dict[Any, list[T]]:
    """Things by a key."""
    groups: dict[Any, list[T]] = {}
    for thing in things:
        groups.setdefault(key(thing), []).append(thing)
    return groups


def sum_up(findings: list[Finding]) -> Row:
    """Grade, reason, access, instants and events, all over the findings of the best grade only (D20)."""
    grade = best_grade([one.grade for one in findings])
    best = [one for one in findings if one.grade == grade]
    return {
        "grade": grade,
        "grade_reason": min(one.reason for one in best),
        "access": strongest_access([one.reached.access for one in best]),
        "first_exposed_at": min(one.first_at for one in best),
        "last_exposed_at": max(one.last_at for one in best),
        "event_count": len({id(one.reached.event) for one in best if one.reached.event}),
    }


def state_of(findings: list[Finding]) -> str:
    """The most readable state among the findings of the best grade (D20)."""
    grade = best_grade([one.grade for one in findings])
    return min((one.state for one in findings if one.grade == grade), key=STATES.index)


def states_with_grades(findings: list[Finding]) -> list[str]:
    """Every state a field was found in, each with its best grade (D20)."""
    by_state = group(findings, lambda one: one.state)
    return sorted(f"{state}:{best_grade([one.grade for one in ones])}" for state, ones in by_state.items())


def sum_up_fields(findings: list[Finding]) -> Row:
    """Fields found readable, at whatever grade; those only ever found protected; whether fields differ in grade.

    A field that is possibly readable is listed as readable: nobody is told less than may be true (D15, D20).
    """
    by_field = group(findings, lambda one: one.field)
    readable = {one.field for one in findings if one.state in READABLE}
    return {
        "fields": sorted(readable),
        "protected_fields": sorted(set(by_field) - readable),
        "is_mixed_grade": len({best_grade([one.grade for one in ones]) for ones in by_field.values()}) > 1,
    }


def published_key(dataset: str, key: str, incident: dict[str, Any], person_key: str) -> str:
    """The record key, or a keyed pseudonym where the key column is itself personal (D23)."""
    given = incident["datasets"][dataset]
    if given.get("key") and given["key"] in given["columns"]:
        return "k" + keyed(person_key, f"{dataset}|{key}")
    return key


def find_residences(records: list[Record], people: People) -> dict[tuple[str, str, str], str]:
    """The smallest residence among all records of a person under one brand and controller, whatever their time."""
    residences: dict[tuple[str, str, str], str] = {}
    for node, person in people.person_of.items():
        for record in records:
            if (record.dataset, record.key) == node[:2] and record.residence:
                row = (person, record.brand, record.controller)
                residences[row] = min(residences.get(row, record.residence), record.residence)
    return residences


def make_exposures(findings: Findings, records: list[Record], people: People, incident: dict[str, Any]) -> list[Row]:
    """One row per person × brand × controller (section 9)."""
    in_crm = {person for node, person in people.person_of.items() if incident["datasets"][node[0]]["role"] == "crm"}
    all_residences = find_residences(records, people)
    rows = []
    for (person, brand, controller), ones in group(findings.exposed, lambda one: one.row).items():
        datasets = {one.node[0] for one in ones}
        payment = [one for one in ones if one.field in PAYMENT_FIELDS and one.state != "masked"]
        processors = {incident["datasets"][name].get("processor") for name in datasets}
        row = {"person_id": person, "brand": brand, "controller": controller} | sum_up(ones) | sum_up_fields(ones)
        row |= {
            "states": sorted({f"{one.field}:{one.state}" for one in ones}),
            "has_payment_data": bool(payment),
            "record_count": len({one.node[:2] for one in ones}),
            "datasets": sorted(datasets),
            "processors": sorted(name for name in processors if name),
            "has_crm_record": person in in_crm,
            "residence": all_residences.get((person, brand, controller)),
        }
        rows.append(row)
    return rows


def make_exposure_fields(findings: Findings) -> list[Row]:
    """One row per person × brand × controller × field (section 9)."""
    return [
        {"person_id": person, "brand": brand, "controller": controller, "field": field, "state": state_of(ones)}
        | sum_up(ones)
        | {"states": states_with_grades(ones)}
        for ((person, brand, controller), field), ones in group(
            findings.exposed, lambda one: (one.row, one.field)
        ).items()
    ]


def bases_of(node: Node, people: People) -> list[str]:
    """What ties a node to others of its person (section 8)."""
    return sorted(people.bases[node]) or ["alone"]


def make_exposed_records(findings: Findings, people: People, incident: dict[str, Any], person_key: str) -> list[Row]:
    """One row per dataset × record key × subject × brand × controller (section 9): nothing is lost."""
    rows = []
    for (node, (person, brand, controller)), ones in group(findings.exposed, lambda one: (one.node, one.row)).items():
        dataset, key, subject = node
        row = {"dataset": dataset, "record_key": published_key(dataset, key, incident, person_key), "subject": subject}
        row |= {"person_id": person, "brand": brand, "controller": controller}
        rows.append(row | sum_up(ones) | sum_up_fields(ones) | {"link_basis": bases_of(node, people)})
    return rows


def make_contacts(
    exposures: list[Row], records: list[Record], people: People, incident: dict[str, Any], person_key: str
) -> list[Row]:
    """The contact points of exposed people, each from records of the same brand and controller only (D22)."""
    wanted = {(row["person_id"], row["brand"], row["controller"]) for row in exposures}
    points: dict[tuple[str, str, str, str, str], list[str]] = {}
    for node, person in people.person_of.items():
        for record in records:
            if (record.dataset, record.key) == node[:2] and (person, record.brand, record.controller) in wanted:
                for kind, value, text in identifiers_of(record, incident, node[2]):
                    point = (person, record.brand, record.controller, kind, value or text.strip())
                    if kind in ("email", "phone", "postal_address"):
                        points.setdefault(point, []).append(text.strip())
    return [
        {
            "person_id": person, "brand": brand, "controller": controller, "kind": kind,
            "contact_id": "c" + keyed(person_key, f"{kind}|{form}"), "contact_value": min(texts),
        }
        for (person, brand, controller, kind, form), texts in points.items()
    ]  # fmt: skip


def make_people(findings: Findings, exposures: list[Row], contacts: list[Row]) -> list[Row]:
    """One row per person: the union over brands (section 9)."""
    rows = []
    records = group(findings.exposed, lambda one: one.person)
    for person, ours in group(exposures, lambda row: row["person_id"]).items():
        grade = best_grade([row["grade"] for row in ours])
        best = [row for row in ours if row["grade"] == grade]
        readable = {field for row in ours for field in row["fields"]}
        rows.append({
            "person_id": person,
            "grade": grade,
            "brand_count": len({row["brand"] for row in ours}),
            "brands": sorted({row["brand"] for row in ours}),
            "fields": sorted(readable),
            "protected_fields": sorted({field for row in ours for field in row["protected_fields"]} - readable),
            "record_count": len({one.node[:2] for one in records[person]}),
            "contact_ids": sorted({row["contact_id"] for row in contacts if row["person_id"] == person}),
            "first_exposed_at": min(row["first_exposed_at"] for row in best),
            "last_exposed_at": max(row["last_exposed_at"] for row in best),
        })  # fmt: skip
    return rows


def make_links(findings: Findings, people: People, incident: dict[str, Any], person_key: str) -> list[Row]:
    """Per exposed node every basis that ties it to its person, and every basis that was blocked (section 8)."""
    rows = []
    for node in {one.node: None for one in findings.exposed}:
        dataset, key, subject = node
        row = {"person_id": people.person_of[node], "dataset": dataset, "subject": subject}
        row["record_key"] = published_key(dataset, key, incident, person_key)
        rows += [row | {"link_basis": basis, "is_blocked": False} for basis in bases_of(node, people)]
        rows += [row | {"link_basis": basis, "is_blocked": True} for basis in sorted(people.blocked[node])]
    return rows
