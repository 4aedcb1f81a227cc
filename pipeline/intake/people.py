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
from pipeline.intake.names import family_of, fold_full, fold_part, generation_of, generation_of_part, given_of, part_of
from pipeline.intake.normalise import fold_address, fold_number, fold_place, fold_postcode, normalise_address
from pipeline.intake.phones import normalise_phones
from pipeline.intake.records import holds_value, state_letter
from pipeline.intake.rows import cell
from pipeline.intake.words import STATE_LETTERS

Reading = Callable[[pl.Expr], pl.Expr]

CONTACT_KINDS = ("email", "phone", "postal_address")
_NAMES = ("full_name", "first_name", "last_name")
_PARTS_OF_NAMES = (*_NAMES, "date_of_birth", "postcode", "city")
_FOLDED = "folded "
_NOTHING = pl.lit(None, pl.String)


def names_of(records: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """Write one row per record × subject: what tells two people apart."""
    folded = records.lazy().with_columns(
        (fold_full if identifier_kind(column) == "full_name" else fold_part)(cell(name)).alias(_FOLDED + name)
        for name, column in dataset.columns.items()
        if identifier_kind(column) in _NAMES
    )
    parts = [
        folded.select(
            "record_number",
            pl.lit(subject).alias("subject"),
            _first(dataset, subject, ("first_name", part_of), ("full_name", given_of)).alias("given_name"),
            _first(dataset, subject, ("last_name", part_of), ("full_name", family_of)).alias("family_name"),
            _first(dataset, subject, ("date_of_birth", read_birth_date)).alias("birth_date"),
            _first(dataset, subject, ("postcode", fold_postcode)).alias("postcode"),
            _first(dataset, subject, ("last_name", generation_of_part), ("full_name", generation_of)).alias(
                "generation"
            ),
            _address(dataset, subject).alias("address"),
            _first(dataset, subject, ("city", fold_place)).alias("city"),
        )
        for subject in subjects_of(dataset)
    ]
    # asked lazily, so that what several expressions share is worked out once
    told = pl.collect_all(parts)
    return told[0] if len(told) == 1 else pl.concat(told).sort("record_number", "subject")


def identifiers_of(records: pl.DataFrame, dataset: Dataset, region: str | None) -> pl.DataFrame:
    """Write one row per record × identifier: its matching form (null if nobody's own), contacts as written too."""
    parts: list[pl.DataFrame] = []
    for name, column in dataset.columns.items():
        kind = identifier_kind(column)
        if kind is None or kind in _PARTS_OF_NAMES:
            continue
        held = records.filter(_is_told(name, column)).select(
            "record_number",
            pl.lit(column.subject).alias("subject"),
            pl.lit(kind).alias("kind"),
            cell(name).str.strip_chars().alias("contact_value"),
        )
        held = held.with_columns(_normalised(held["contact_value"], kind, region).alias("value"))
        parts.append(held if kind in CONTACT_KINDS else _without_text(held))
    if not parts:
        empty = [pl.lit("").alias(name) for name in ("subject", "kind", "value", "contact_value")]
        return records.clear().select("record_number", *empty)
    return pl.concat(parts).unique(maintain_order=True).sort("record_number", "subject", "kind", maintain_order=True)


def links_of(records: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """Write one row per record × other dataset's record it names."""
    parts = [
        records.filter(holds_value(column)).select(
            "record_number",
            pl.lit(CUSTOMER).alias("subject"),
            pl.lit(target).alias("target_dataset"),
            cell(column).str.strip_chars().alias("target_key"),
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


def _first(dataset: Dataset, subject: str, *readings: tuple[str, Reading]) -> pl.Expr:
    """Take the first value there is, by order of the readings, then of the columns."""
    found = [
        pl.when(_is_told(name, column)).then(reading(pl.col(_FOLDED + name) if kind in _NAMES else cell(name)))
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
