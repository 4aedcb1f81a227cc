"""Whom a record describes: names, dates, places and identifiers of every node (semantics, section 8; D21 a to c)."""

from __future__ import annotations

from typing import Any

from .likeness import Who
from .model import Node, Record
from .names import (
    fold_address,
    fold_city,
    fold_number,
    fold_postcode,
    given_family_generation,
    match_address,
    match_email,
    match_phone,
    read_birth_date,
)
from .records import mapped_columns, subjects_of

CLASSES = {
    "email": "tertiary", "phone": "tertiary", "postal_address": "tertiary", "national_id": "primary",
    "social_security_number": "primary", "tax_id": "primary", "passport_number": "tertiary",
    "driving_licence_number": "tertiary", "card_number": "tertiary", "iban": "tertiary", "bank_account": "tertiary",
    "customer_number": "primary", "loyalty_number": "primary", "insurance_number": "tertiary",
}  # fmt: skip
OWN_NUMBERS = {"customer_number", "loyalty_number"}


def clear_cells(record: Record, dataset: dict[str, Any], subject: str, name: str) -> list[str]:
    """The values a record holds in clear for one field of one subject, in column order."""
    return [
        record.cells[column]
        for column, meaning in mapped_columns(dataset).items()
        if meaning["field"] == name and meaning["subject"] == subject and record.held.get(column) == "clear"
    ]


def class_of(kind: str, incident: dict[str, Any]) -> str:
    """What an identifier says of a person, by the incident file, else as usual."""
    return str(incident.get("identity", {}).get("classes", {}).get(kind, CLASSES[kind]))


def identifiers_of(record: Record, incident: dict[str, Any], subject: str) -> list[tuple[str, str | None, str]]:
    """(kind, matching form or None, as written) of every identifier a record holds for a subject (D21 b)."""
    dataset = incident["datasets"][record.dataset]
    region = incident.get("identity", {}).get("phone_region")
    found: list[tuple[str, str | None, str]] = []
    for column, meaning in mapped_columns(dataset).items():
        if meaning["subject"] != subject or not meaning["identifier"] or record.held.get(column) != "clear":
            continue
        kind, text = meaning["field"], record.cells[column]
        if kind == "email":
            found.append((kind, match_email(text), text))
        elif kind == "phone":
            found.append((kind, match_phone(text, region), text))
        elif kind == "postal_address":
            found.append((kind, match_address(text), text))
        elif kind in CLASSES:
            found.append((kind, fold_number(text), text))
    return found


def agreed(values: list[str | None]) -> tuple[str | None, bool]:
    """The one value all versions that have one agree on, and whether they disagree (D21)."""
    distinct = {value for value in values if value}
    return (distinct.pop(), False) if len(distinct) == 1 else (None, len(distinct) > 1)


def first_of(values: list[str]) -> str:
    return values[0] if values else ""


def describe_node(versions: list[Record], incident: dict[str, Any], subject: str) -> Who:
    """Name, birth date, place and identifiers of one node over all its versions (D21)."""
    who = Who()
    said: dict[str, list[str | None]] = {
        name: [] for name in ("given", "family", "generation", "birth", "postcode", "address", "city")
    }
    for record in versions:
        dataset = incident["datasets"][record.dataset]
        cells = {
            name: first_of(clear_cells(record, dataset, subject, name))
            for name in ("full_name", "first_name", "last_name", "postcode", "city")
        }
        births = [read_birth_date(text) for text in clear_cells(record, dataset, subject, "date_of_birth")]
        address = " ".join(clear_cells(record, dataset, subject, "postal_address"))
        parts = given_family_generation(cells["full_name"], cells["first_name"], cells["last_name"])
        for name, value in zip(("given", "family", "generation"), parts, strict=True):
            said[name].append(value)
        said["birth"].append(next((birth for birth in births if birth), None))
        said["postcode"].append(fold_postcode(cells["postcode"]))
        said["city"].append(fold_city(cells["city"]))
        said["address"].append(fold_address(address))
        for kind, value, _ in identifiers_of(record, incident, subject):
            if value and kind != "postal_address":
                who.values.add((kind, value))
                owner = f"|{record.brand}|{record.controller}" if kind in OWN_NUMBERS else ""
                who.owned.add((kind, value, value + owner))
    differs = {name: agreed(values)[1] for name, values in said.items()}
    for name, values in said.items():
        setattr(who, name, agreed(values)[0])
    who.is_unsure = differs["given"] or differs["birth"] or differs["generation"]
    return who


def is_full(who: Who) -> bool:
    """A given name longer than an initial."""
    return who.given is not None and len(who.given) > 1


def find_guarded(records: list[Record], incident: dict[str, Any]) -> set[tuple[str, str]]:
    """Values carried by more nodes of one dataset × brand than a household has (D21 c)."""
    carriers: dict[tuple[str, str, str, str], set[Node]] = {}
    for record in records:
        for subject in subjects_of(incident["datasets"][record.dataset]):
            for kind, value, _ in identifiers_of(record, incident, subject):
                if value and kind != "postal_address":
                    place = (kind, value, record.dataset, record.brand)
                    carriers.setdefault(place, set()).add((record.dataset, record.key, subject))
    limit = household_limit(incident)
    return {(kind, value) for (kind, value, _, _), nodes in carriers.items() if len(nodes) > limit}


def household_limit(incident: dict[str, Any]) -> int:
    return int(incident.get("identity", {}).get("household_limit", 6))
