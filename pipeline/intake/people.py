"""Whom a record describes → names, identifiers and declared links, one row each, for the identity floor.

This room looks at one record at a time and joins nobody to anybody. Only values stored in clear are read: a hash or a
masked text identifies and reaches nobody.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from pipeline.catalogue import read_catalogue
from pipeline.config import Column, Dataset
from pipeline.intake.birth_dates import read_birth_date
from pipeline.intake.declared import CUSTOMER
from pipeline.intake.emails import normalise_emails
from pipeline.intake.names import FAMILY, GENERATION, GIVEN, PART, split_full, split_part
from pipeline.intake.normalise import fold_address, fold_number, fold_place, fold_postcode, normalise_address
from pipeline.intake.phones import normalise_phones
from pipeline.intake.records import holds_value, state_letter
from pipeline.intake.rows import cell, cell_name
from pipeline.intake.words import STATE_LETTERS

Reading = Callable[[pl.Expr], pl.Expr]

CONTACT_KINDS = ("email", "phone", "postal_address")
_NAMES = ("full_name", "first_name", "last_name")
_PARTS_OF_NAMES = (*_NAMES, "date_of_birth", "postcode", "city")
_NOTHING = pl.lit(None, pl.String)


def names_of(records: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """Write one row per record × subject: what tells two people apart."""
    taken_apart = [
        (split_full if identifier_kind(column) == "full_name" else split_part)(records[cell_name(name)]).select(
            pl.all().name.suffix(f" of {name}")
        )
        for name, column in dataset.columns.items()
        if identifier_kind(column) in _NAMES
    ]
    told = pl.concat([records, *taken_apart], how="horizontal").lazy()
    parts = [
        told.select(
            "record_number",
            pl.lit(subject).alias("subject"),
            _first(dataset, subject, ("first_name", PART), ("full_name", GIVEN)).alias("given_name"),
            _first(dataset, subject, ("last_name", PART), ("full_name", FAMILY)).alias("family_name"),
            _first(dataset, subject, ("date_of_birth", read_birth_date)).alias("birth_date"),
            _first(dataset, subject, ("postcode", fold_postcode)).alias("postcode"),
            _first(dataset, subject, ("last_name", GENERATION), ("full_name", GENERATION)).alias("generation"),
            _address(dataset, subject).alias("address"),
            _first(dataset, subject, ("city", fold_place)).alias("city"),
        )
        for subject in subjects_of(dataset)
    ]
    # asked lazily, so that what several expressions share is worked out once
    found = pl.collect_all(parts)
    return found[0] if len(found) == 1 else pl.concat(found).sort("record_number", "subject")


def identifiers_of(records: pl.DataFrame, dataset: Dataset, region: str | None) -> pl.DataFrame:
    """Write one row per record × identifier: its matching form (null if nobody's own), contacts as written too."""
    columns = {name: (column.subject, identifier_kind(column)) for name, column in dataset.columns.items()}
    told = {name: of for name, of in columns.items() if of[1] is not None and of[1] not in _PARTS_OF_NAMES}
    places = {of: place for place, of in enumerate(sorted(set(told.values()), key=str))}
    parts: list[pl.DataFrame] = []
    for name, (subject, kind) in told.items():
        held = _held(records, name, _is_told(name, dataset.columns[name])).select(
            "record_number",
            pl.lit(subject).alias("subject"),
            pl.lit(kind).alias("kind"),
            pl.col("text").alias("contact_value"),
            pl.lit(places[subject, kind]).alias("place"),
        )
        held = held.with_columns(_normalised(held["contact_value"], str(kind), region).alias("value"))
        parts.append(held if kind in CONTACT_KINDS else _without_text(held))
    if not parts:
        empty = [pl.lit("").alias(name) for name in ("subject", "kind", "value", "contact_value")]
        return records.clear().select("record_number", *empty)
    found = pl.concat(parts)
    if len(places) < len(parts):  # only columns of one kind can say the same twice
        found = found.unique(maintain_order=True)
    order = (pl.col("record_number") * len(places) + pl.col("place")).alias("order")
    return found.with_columns(order).sort("order", maintain_order=True).drop("order", "place")


def links_of(records: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """Write one row per record × other dataset's record it names."""
    parts = [
        _held(records, column, holds_value(column)).select(
            "record_number",
            pl.lit(CUSTOMER).alias("subject"),
            pl.lit(target).alias("target_dataset"),
            pl.col("text").alias("target_key"),
        )
        for column, target in dataset.links.items()
    ]
    if not parts:
        empty = [pl.lit("").alias(name) for name in ("subject", "target_dataset", "target_key")]
        return records.clear().select("record_number", *empty)
    return pl.concat(parts).unique(maintain_order=True).sort("record_number", "target_dataset", maintain_order=True)


def subjects_of(dataset: Dataset) -> list[str]:
    """List whom a record describes: the customer, and every other declared subject."""
    return list(dict.fromkeys([CUSTOMER, *(column.subject for column in dataset.columns.values())]))


def identifier_kind(column: Column) -> str | None:
    """Say which kind of identifier a column holds, if it may be used as one."""
    return read_catalogue()[column.field].identifier if column.identifier else None


def _held(records: pl.DataFrame, column: str, is_held: pl.Expr) -> pl.DataFrame:
    """Take one column's trimmed texts of the records that hold any: record_number and text."""
    texts = cell(column).str.strip_chars().alias("text")
    return records.select("record_number", texts, is_held.alias("is_held")).filter("is_held").drop("is_held")


def _first(dataset: Dataset, subject: str, *readings: tuple[str, Reading | str]) -> pl.Expr:
    """Take the first value there is, by order of the readings, then of the columns; names are taken apart already."""
    found = [
        pl.when(_is_told(name, column)).then(
            pl.col(f"{reading} of {name}") if isinstance(reading, str) else reading(cell(name))
        )
        for kind, reading in readings
        for name, column in dataset.columns.items()
        if column.subject == subject and identifier_kind(column) == kind
    ]
    return pl.coalesce(found) if found else _NOTHING


def _address(dataset: Dataset, subject: str) -> pl.Expr:
    """Join the columns of a postal address, in their order, into one place."""
    parts = [
        pl.when(_is_told(name, column)).then(cell(name))
        for name, column in dataset.columns.items()
        if column.subject == subject and identifier_kind(column) == "postal_address"
    ]
    return fold_address(pl.concat_str(parts, separator=" ", ignore_nulls=True)) if parts else _NOTHING


def _without_text(held: pl.DataFrame) -> pl.DataFrame:
    """Drop numbers that identify nobody, and let go of the others as they were written: nobody is written to there."""
    return held.filter(pl.col("value").is_not_null()).with_columns(contact_value=_NOTHING)


def _is_told(name: str, column: Column) -> pl.Expr:
    """Tell whether a record holds a readable value in a column."""
    return holds_value(name) & (state_letter(column) == STATE_LETTERS["clear"])


def _normalised(texts: pl.Series, kind: str, region: str | None) -> pl.Series:
    if kind == "phone":
        return normalise_phones(texts, region)
    if kind == "email":
        return normalise_emails(texts)
    reading = normalise_address if kind == "postal_address" else fold_number
    return texts.to_frame("x").lazy().select(reading(pl.col("x")).alias("value")).collect().to_series()
