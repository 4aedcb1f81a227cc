"""One row of a dataset → one landed record: key, owner, validity and the shape of what it holds.

This room looks at one row at a time; whether a key occurs twice is asked later. The shape has one letter per mapped
column: the state in which the record holds a value there, or '-' (semantics, section 6).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.config import ByColumn, Column, Dataset
from pipeline.incident_file import IncidentSource
from pipeline.intake.declared import utc
from pipeline.intake.distinct import read_each_once
from pipeline.intake.normalise import collapse, fold_country, is_placeholder
from pipeline.intake.rows import LINE, WHOLE, Batch, Layout, Reject, cell
from pipeline.intake.times import ALWAYS_FROM, ALWAYS_TO, EARLIEST, LATEST, read_stamps
from pipeline.intake.words import STATE_LETTERS, fold
from pipeline.window import parse_instant

NOTHING = "-"
_HELD = "held "
UNKNOWN_BRAND = "unknown"
_DIGEST_BYTES = 16
_MOST_NUMBERED = 60  # columns that a number has a bit for


@dataclass(frozen=True)
class Rules:
    """What turns a dataset's rows into records."""

    dataset: Dataset
    controllers: dict[str, str]
    zone: str
    always: tuple[datetime, datetime]
    where: str


@dataclass
class Seen:
    """Content hashes of a dataset without a key, 16 bytes a row: identical rows are one record."""

    runs: list[NDArray[np.bytes_]] = field(default_factory=list)

    def take_new(self, digests: NDArray[np.bytes_]) -> NDArray[np.bool_]:
        """Tell which digests are met for the first time, and remember them."""
        is_new = np.zeros(len(digests), bool)
        is_new[np.unique(digests, return_index=True)[1]] = True
        for run in self.runs:
            places = np.minimum(np.searchsorted(run, digests), len(run) - 1)
            is_new &= run[places] != digests
        fresh = np.sort(digests[is_new])
        while self.runs and len(self.runs[-1]) <= 2 * len(fresh):
            fresh = np.sort(np.concatenate([self.runs.pop(), fresh]))
        if len(fresh):
            self.runs.append(fresh)
        return is_new


def rules_of(source: IncidentSource, name: str, dataset: Dataset) -> Rules:
    """Gather what a dataset's records follow from the incident file."""
    incident = source.model.incident
    where = source.where("datasets", name)
    start, end = ALWAYS_FROM, ALWAYS_TO
    if dataset.generated_at is not None:
        start = utc(parse_instant(dataset.generated_at, incident.zone, where=where))
    if dataset.replaced_at is not None:
        end = utc(parse_instant(dataset.replaced_at, incident.zone, where=where))
    controllers = {" ".join(brand.split()): owner for brand, owner in source.model.controllers.items()}
    return Rules(dataset, controllers, dataset.zone or incident.zone, (start, end), where)


def layout_of(dataset: Dataset, wanted: tuple[str, ...], where: str) -> Layout:
    """Say which columns of the dataset's files are needed."""
    owners = [owner.column for owner in (dataset.brand, dataset.controller) if isinstance(owner, ByColumn)]
    others = [dataset.key, dataset.valid_from, dataset.valid_to, dataset.residence]
    others += [order.column for order in dataset.order]
    states = [column.state_column for column in dataset.columns.values()]
    named = [*dataset.columns, *owners, *others, *states, *dataset.links]
    required = tuple(dict.fromkeys(name for name in named if name is not None))
    return Layout(required, wanted, dataset.key is None, dataset.format, dataset.delimiter, where)


def read_records(batch: Batch, rules: Rules, seen: Seen) -> tuple[pl.DataFrame, list[Reject]]:
    """Read a batch of rows into records, and name the lines that are none.

    Columns: line, record_key, brand, controller, valid_from, valid_to, shape, residence, unknown_state_count, and the
    cells.
    """
    frame = pl.concat([batch.frame, _validity(batch.frame, rules)], how="horizontal")
    frame = frame.with_columns(_key(rules.dataset).alias("record_key")).with_columns(_refusal().alias("refusal"))
    refused = frame.filter(pl.col("refusal").is_not_null())
    rejects = [Reject(line, reason) for line, reason in refused.select(LINE, "refusal").iter_rows()]
    kept = frame.filter(pl.col("refusal").is_null()) if rejects else frame
    if rules.dataset.key is None:
        kept = _by_content(kept, seen)
    # asked lazily, so that what several expressions share is worked out once
    owned = kept.lazy().with_columns(_brand(rules.dataset).alias("brand"), *_held(rules.dataset))
    return owned.with_columns(_controller(rules).alias("controller"), *_shape(rules.dataset)).collect(), rejects


def keys_of(batch: Batch, records: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """Name the record of every line that is one (line, record_key), also of lines that repeat one without a key."""
    if dataset.key is not None:
        return records.select(LINE, "record_key")
    return batch.frame.select(LINE).with_columns(_content_keys(batch.frame)[1])


def values_of(records: pl.DataFrame, wanted: tuple[str, ...]) -> pl.DataFrame:
    """Write down the values of columns that events speak of, in matching form."""
    common = ("dataset", "record_number")
    parts = [
        records.select(*common, pl.lit(column).alias("column_name"), fold(cell(column)).alias("value"))
        for column in wanted
    ]
    if not parts:
        return records.clear().select("dataset", "record_number", column_name=pl.lit(""), value=pl.lit(""))
    held = pl.concat(parts).filter(pl.col("value").is_not_null() & (pl.col("value") != ""))
    return held.sort("record_number", "column_name")


def holds_value(column: str) -> pl.Expr:
    """Tell whether a record holds a value in a mapped or linking column."""
    return pl.col(f"{_HELD}{column}")


def _held(dataset: Dataset) -> list[pl.Expr]:
    """Judge every cell that may hold a value once."""
    return [
        (~is_placeholder(cell(column), dataset.placeholders)).alias(f"{_HELD}{column}")
        for column in dict.fromkeys([*dataset.columns, *dataset.links])
    ]


def state_letter(column: Column) -> pl.Expr:
    """Say in which state a record's value is stored, as a letter; words nobody knows mean clear."""
    declared = pl.lit(STATE_LETTERS[column.state])
    if column.state_column is None:
        return declared
    word = fold(cell(column.state_column)).fill_null("")
    known = word.replace_strict(dict(STATE_LETTERS), default=STATE_LETTERS["clear"], return_dtype=pl.String)
    return pl.when(word == "").then(declared).otherwise(known)


def _key(dataset: Dataset) -> pl.Expr:
    if dataset.key is None:
        return pl.lit("#")
    return cell(dataset.key).fill_null("").str.strip_chars()


def _refusal() -> pl.Expr:
    return (
        pl.when(pl.col("record_key") == "")
        .then(pl.lit("blank key"))
        .when(pl.col("is_from_unread") | pl.col("is_to_unread"))
        .then(pl.lit("unreadable validity stamp"))
        .when(pl.col("valid_from") > pl.col("valid_to"))
        .then(pl.lit("validity ends before it starts"))
    )


def _validity(frame: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """Read each record's validity; an ambiguous stamp makes it wider, never narrower."""
    start, end = rules.always
    read = [
        _bound(frame, rules.dataset.valid_from, EARLIEST, start, rules, "valid_from", "is_from_unread"),
        _bound(frame, rules.dataset.valid_to, LATEST, end, rules, "valid_to", "is_to_unread"),
    ]
    return pl.concat(read, how="horizontal")


def _bound(
    frame: pl.DataFrame, column: str | None, reading: str, always: datetime, rules: Rules, name: str, flag: str
) -> pl.DataFrame:
    if column is None:
        plain = frame.with_columns(pl.lit(always, pl.Datetime("us")).alias(name), pl.lit(False).alias(flag))
        return plain.select(name, flag)
    texts = frame.select(cell(column)).to_series()
    stamps = read_stamps(texts, "iso", rules.zone, rules.where)
    is_blank = pl.Series(frame.select(is_placeholder(cell(column), rules.dataset.placeholders)).to_series())
    return stamps.with_columns(is_blank.alias("is_blank")).select(
        pl.when("is_blank").then(pl.lit(always, pl.Datetime("us"))).otherwise(pl.col(reading)).alias(name),
        (~pl.col("is_blank") & pl.col(reading).is_null()).alias(flag),
    )


def _by_content(frame: pl.DataFrame, seen: Seen) -> pl.DataFrame:
    """Name records without a key by a hash of their whole row, and keep each once."""
    digests, keys = _content_keys(frame)
    is_new = seen.take_new(np.array(digests, dtype=f"V{_DIGEST_BYTES}").view(f"S{_DIGEST_BYTES}"))
    return frame.with_columns(keys).filter(pl.Series(is_new))


def _content_keys(frame: pl.DataFrame) -> tuple[list[bytes], pl.Series]:
    # Polars' own hashes change between versions; a record's name may not. Hashing is per row, which is per distinct
    # value here.
    digests = [hashlib.sha256(text.encode()).digest()[:_DIGEST_BYTES] for text in frame[WHOLE].to_list()]
    return digests, pl.Series("record_key", ["#" + digest.hex() for digest in digests], dtype=pl.String)


def _brand(dataset: Dataset) -> pl.Expr:
    if isinstance(dataset.brand, ByColumn):
        return read_each_once(cell(dataset.brand.column), _brand_or_unknown)
    return _brand_or_unknown(pl.lit(dataset.brand))


def _brand_or_unknown(text: pl.Expr) -> pl.Expr:
    brand = collapse(text.fill_null(""))
    return pl.when(brand == "").then(pl.lit(UNKNOWN_BRAND)).otherwise(brand)


def _controller(rules: Rules) -> pl.Expr:
    by_brand = pl.col("brand").replace(list(rules.controllers), list(rules.controllers.values()))
    declared = rules.dataset.controller
    if declared is None:
        return by_brand
    own = collapse(cell(declared.column).fill_null("") if isinstance(declared, ByColumn) else pl.lit(declared))
    return pl.when(own == "").then(by_brand).otherwise(own)


def _shape(dataset: Dataset) -> list[pl.Expr]:
    unknown = [
        holds_value(name) & ~fold(cell(column.state_column)).fill_null("").is_in(["", *STATE_LETTERS])
        for name, column in dataset.columns.items()
        if column.state_column is not None
    ]
    residence = pl.lit(None, pl.String) if dataset.residence is None else fold_country(cell(dataset.residence))
    return [
        _letters(dataset).alias("shape"),
        residence.alias("residence"),
        (pl.sum_horizontal(unknown) if unknown else pl.lit(0)).cast(pl.Int64).alias("unknown_state_count"),
    ]


def _letters(dataset: Dataset) -> pl.Expr:
    """Write the shapes: one letter per column. Where no column holds states, few of them differ, and go by number."""
    marks = pl.lit("") if dataset.membership is None else pl.lit(STATE_LETTERS["clear"])
    if not dataset.columns:
        return marks
    states = {name: state_letter(column) for name, column in dataset.columns.items()}
    if any(column.state_column for column in dataset.columns.values()) or len(states) > _MOST_NUMBERED:
        letters = [pl.when(holds_value(name)).then(state).otherwise(pl.lit(NOTHING)) for name, state in states.items()]
        return pl.concat_str(*letters, marks)
    number = pl.sum_horizontal(holds_value(name).cast(pl.Int64) * 2**place for place, name in enumerate(states))
    letters_of = [STATE_LETTERS[column.state] for column in dataset.columns.values()]

    def write(numbers: pl.Series) -> pl.Series:
        distinct = numbers.unique()
        shapes = ["".join(_marked(letters_of, number)) for number in distinct.to_list()]
        told = numbers.replace_strict(distinct, pl.Series(shapes, dtype=pl.String), return_dtype=pl.String)
        return told.cast(pl.String)  # of no numbers at all Polars makes no texts

    return number.map_batches(write, return_dtype=pl.String) + marks


def _marked(letters: list[str], number: int) -> list[str]:
    return [letter if number >> place & 1 else NOTHING for place, letter in enumerate(letters)]
