"""Whom a record describes → names, identifiers and declared links, one row each, for the identity floor.

This room looks at one record at a time and joins nobody to anybody. Only values stored in clear are read: a hash or a
masked text identifies and reaches nobody.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from pipeline.catalogue import read_catalogue
from pipeline.config import Column, Dataset
from pipeline.intake.declared import CUSTOMER
from pipeline.intake.normalise import (
    family_of_full,
    fold_name,
    fold_postcode,
    given_of_full,
    normalise_address,
    normalise_email,
    read_birth_date,
)
from pipeline.intake.phones import normalise_phones
from pipeline.intake.records import holds_value, state_letter
from pipeline.intake.rows import cell
from pipeline.intake.words import STATE_LETTERS

Reading = Callable[[pl.Expr], pl.Expr]

_CONTACT_KINDS = ("email", "phone", "postal_address")
_NOTHING = pl.lit(None, pl.String)


def names_of(records: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """Write one row per record × subject: what tells two people apart."""
    lazy = records.lazy()
    parts = [
        lazy.select(
            "record_number",
            pl.lit(subject).alias("subject"),
            _first(dataset, subject, ("first_name", fold_name), ("full_name", given_of_full)).alias("given_name"),
            _first(dataset, subject, ("last_name", fold_name), ("full_name", family_of_full)).alias("family_name"),
            _first(dataset, subject, ("date_of_birth", read_birth_date)).alias("birth_date"),
            _first(dataset, subject, ("postcode", fold_postcode)).alias("postcode"),
        )
        for subject in subjects_of(dataset)
    ]
    # asked lazily, so that what several expressions share is worked out once
    return pl.concat(pl.collect_all(parts)).sort("record_number", "subject")


def identifiers_of(records: pl.DataFrame, dataset: Dataset, region: str | None) -> pl.DataFrame:
    """Write one row per record × contact point: its matching form (null if it is nobody's own) and as written."""
    parts: list[pl.DataFrame] = []
    for name, column in dataset.columns.items():
        kind = identifier_kind(column)
        if kind not in _CONTACT_KINDS:
            continue
        held = records.filter(_is_told(name, column, dataset)).select(
            "record_number",
            pl.lit(column.subject).alias("subject"),
            pl.lit(kind).alias("kind"),
            cell(name).str.strip_chars().alias("contact_value"),
        )
        parts.append(held.with_columns(_normalised(held["contact_value"], kind, region).alias("value")))
    if not parts:
        empty = [pl.lit("").alias(name) for name in ("subject", "kind", "value", "contact_value")]
        return records.clear().select("record_number", *empty)
    return pl.concat(parts).unique(maintain_order=True).sort("record_number", "subject", "kind", maintain_order=True)


def links_of(records: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """Write one row per record × other dataset's record it names."""
    parts = [
        records.filter(holds_value(column, dataset)).select(
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
        pl.when(_is_told(name, column, dataset)).then(reading(cell(name)))
        for kind, reading in readings
        for name, column in dataset.columns.items()
        if column.subject == subject and identifier_kind(column) == kind
    ]
    return pl.coalesce(found) if found else _NOTHING


def _is_told(name: str, column: Column, dataset: Dataset) -> pl.Expr:
    """Tell whether a record holds a readable value in a column."""
    return holds_value(name, dataset) & (state_letter(column) == STATE_LETTERS["clear"])


def _normalised(texts: pl.Series, kind: str, region: str | None) -> pl.Series:
    if kind == "phone":
        return normalise_phones(texts, region)
    reading = normalise_email if kind == "email" else normalise_address
    return texts.to_frame("x").lazy().select(reading(pl.col("x")).alias("value")).collect().to_series()
