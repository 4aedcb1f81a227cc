"""Who is asked for: the rows of a dataset that hold one key or one contact point, and nothing of anybody else's.

For questions about somebody who is in no published table. Rows are compared where they are read; the value asked for is
never written anywhere. This room knows columns and matching forms, and decides nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from pipeline.config import Dataset
from pipeline.incident_file import IncidentSource
from pipeline.intake.emails import normalise_email
from pipeline.intake.files import find_files
from pipeline.intake.normalise import normalise_address
from pipeline.intake.people import identifier_kind, identifiers_of
from pipeline.intake.phones import normalise_phones
from pipeline.intake.reading import read_source
from pipeline.intake.records import Seen, layout_of, read_records, rules_of
from pipeline.intake.rows import Batch, cell

_SHORTEST_PHONE = 7
_LAST_DIGITS = 6


@dataclass(frozen=True)
class Wanted:
    """Whose rows are wanted: by the record's key, by contact points in matching form, or by an address as typed."""

    key: tuple[str, str] | None = None
    emails: frozenset[str] = field(default_factory=frozenset)
    phones: frozenset[str] = field(default_factory=frozenset)
    addresses: frozenset[str] = field(default_factory=frozenset)
    region: str | None = None

    def keep(self, batch: Batch, name: str, dataset: Dataset) -> Batch:
        """Return the batch with the wanted rows only.

        A dataset whose pages are read by their place keeps all rows, because a place is counted over all of them.
        """
        if dataset.order or (self.key is not None and self.key[0] == name and dataset.key is None):
            return batch
        return replace(batch, frame=batch.frame.filter(self._matches(batch.frame, name, dataset)))

    def save(self, path: Path) -> None:
        """Write what is wanted to a private Parquet file: kind, dataset (of a key) and value."""
        rows: list[tuple[str, str | None, str]] = [("key", *self.key)] if self.key else []
        rows += [("email", None, value) for value in sorted(self.emails)]
        rows += [("phone", None, value) for value in sorted(self.phones)]
        rows += [("postal_address", None, value) for value in sorted(self.addresses)]
        schema = {"kind": pl.String, "dataset": pl.String, "value": pl.String}
        path.touch(mode=0o600)
        pl.DataFrame(rows, schema=schema, orient="row").write_parquet(path)

    def _matches(self, frame: pl.DataFrame, name: str, dataset: Dataset) -> pl.Series:
        found = pl.Series([False], dtype=pl.Boolean).new_from_index(0, frame.height)
        if self.key is not None and self.key[0] == name and dataset.key is not None:
            found |= frame.select(cell(dataset.key).str.strip_chars() == self.key[1]).to_series().fill_null(False)
        for column, meaning in dataset.columns.items():
            kind = identifier_kind(meaning)
            if kind == "email" and self.emails:
                found |= self._has(frame, column, normalise_email, self.emails)
            elif kind == "postal_address" and self.addresses:
                found |= self._has(frame, column, normalise_address, self.addresses)
            elif kind == "phone" and self.phones:
                found |= self._has_phone(frame, column)
        return found

    def _has(self, frame: pl.DataFrame, column: str, reading: object, values: frozenset[str]) -> pl.Series:
        assert callable(reading)
        plain = cell(column).str.strip_chars().str.to_lowercase()
        is_one = reading(cell(column)).is_in(list(values)) | plain.is_in(list(values))
        return frame.select(is_one.alias("is_one")).to_series().fill_null(False)

    def _has_phone(self, frame: pl.DataFrame, column: str) -> pl.Series:
        """Compare in matching form only what ends in the same digits: reading numbers takes long."""
        cells = frame.select(cell(column).alias("number")).with_row_index("row")
        ends = [phone[-_LAST_DIGITS:] for phone in self.phones]
        digits = pl.col("number").str.replace_all(r"[^0-9]", "")
        near = cells.filter(digits.str.slice(-_LAST_DIGITS).is_in(ends))
        # A number nobody can read, for want of a country, may be this one: its row is kept, and told as a doubt.
        is_one = normalise_phones(near["number"], self.region).is_in(list(self.phones)).fill_null(True)
        rows = near.filter(is_one)["row"]
        return cells["row"].is_in(rows.to_list())


def read_contact(text: str, region: str | None) -> Wanted:
    """Read a typed contact value as whatever it may be: an e-mail address, a telephone number or a postal address."""
    typed = pl.DataFrame({"text": [text.strip()]})
    forms = typed.select(
        email=normalise_email(pl.col("text")),
        address=normalise_address(pl.col("text")),
        plain=pl.col("text").str.to_lowercase(),
    ).row(0, named=True)
    is_phone = looks_like_phone(text)
    phone = normalise_phones(typed["text"], region)[0] if is_phone else None
    return Wanted(
        emails=frozenset(value for value in (forms["email"], forms["plain"]) if value and "@" in text),
        phones=frozenset([phone] if phone else []),
        addresses=frozenset([forms["address"]] if forms["address"] and "@" not in text and not is_phone else []),
        region=region,
    )


def looks_like_phone(text: str) -> bool:
    """Tell whether a typed text is meant as a telephone number, readable or not: digits and no words."""
    return len(re.sub(r"[^0-9]", "", text)) >= _SHORTEST_PHONE and not re.search(r"[^\W\d_]{3}|@", text)


def datasets_holding(source: IncidentSource, kind: str) -> tuple[str, ...]:
    """Name the datasets with a column of that kind of identifier that is, or may be, stored in clear."""
    return tuple(
        name
        for name, dataset in source.model.datasets.items()
        if any(
            identifier_kind(column) == kind and (column.state == "clear" or column.state_column is not None)
            for column in dataset.columns.values()
        )
    )


def read_same_person(source: IncidentSource, name: str, key: str) -> Wanted:
    """Return the record's key together with its contact points, so that other datasets can be asked for them too.

    Reads that one dataset; raises InputError if it cannot be read.
    """
    dataset = source.model.datasets[name]
    region = source.model.identity.phone_region
    files = find_files(dataset.path, source.folder, source.where("datasets", name, "path"))
    rules, seen, wanted = rules_of(source, name, dataset), Seen(), Wanted((name, key), region=region)
    kept: dict[str, set[str]] = {"email": set(), "phone": set()}
    for _, batch in read_source(files, layout_of(dataset, (), rules.where)):
        records, _ = read_records(wanted.keep(batch, name, dataset), rules, seen)
        own = records.filter(pl.col("record_key") == key).with_columns(record_number=pl.lit(0, pl.Int64))
        if own.height:
            held = identifiers_of(own, dataset, region).filter(
                pl.col("subject") == "customer", pl.col("value").is_not_null()
            )
            for kind, value in held.select("kind", "value").iter_rows():
                kept.setdefault(kind, set()).add(value)
    return replace(wanted, emails=frozenset(kept["email"]), phones=frozenset(kept["phone"]))
