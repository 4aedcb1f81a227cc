"""A record's values in its dataset's order columns → one text that sorts as the record stands in the order.

This room looks at one record at a time: how a value compares is form, and engines disagree about it; which place the
record takes among the others is SQL's business. The texts sort by code point: `0` or `1` for value or blank, then the
value's bytes in hexadecimal digits, complemented where the largest comes first; last the record key.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from pipeline.config import Dataset, OrderColumn
from pipeline.errors import ConfigurationError
from pipeline.intake.rows import cell
from pipeline.intake.times import EARLIEST, LATEST, read_stamps

_HEX = "0123456789abcdef"
_SIGN, _WHOLE, _FRACTION = 1, 2, 3
_NUMBER = r"^([+-]?)0*([0-9]{1,27})(?:\.([0-9]{0,9})0*)?$"
_LONGEST, _DECIMALS = 27, 9
_EPOCH_SHIFT = 10**17  # microseconds; makes every instant of our calendar a positive number


@dataclass
class Places:
    """Places of one dataset's records, batch by batch."""

    dataset: Dataset
    zone: str
    where: str
    _lengths: dict[str, set[int] | None] = field(default_factory=dict)

    def place(self, records: pl.DataFrame) -> pl.DataFrame:
        """Return record_number, dataset, sort_key, is_certain: whether every value could be read as its column says.

        `records`: record_number, dataset, record_key and the order columns' cells.
        """
        parts: list[pl.Series] = []
        certain = pl.repeat(True, records.height, eager=True)
        for number, order in enumerate(self.dataset.order):
            texts = records.select(cell(order.column).fill_null("")).to_series()
            self._note(order, texts)
            found = self._sortable(order, texts)
            parts.append(found["sortable"].alias(str(number)))
            certain = certain & found["is_certain"]
        key = records.select(_key(pl.col("record_key")).alias("key")).to_series()
        sort_key = pl.DataFrame([*parts, key]).select(pl.concat_str(pl.all())).to_series()
        return records.select("record_number", "dataset").with_columns(
            sort_key.alias("sort_key"), certain.alias("is_certain")
        )

    def refuse_numbers(self) -> None:
        """Raise ConfigurationError for a column without a type that holds numbers which texts would misplace."""
        for column, lengths in self._lengths.items():
            if lengths is not None and len(lengths) > 1:
                remedy = f"write {{column: {column}, type: number}}, or type: text if the store compares them as text"
                what = f"the order column '{column}' holds numbers of different length"
                raise ConfigurationError(what, where=f"{self.where}.order", remedy=remedy)

    def _type(self, order: OrderColumn) -> str:
        is_stamp = order.column in (self.dataset.valid_from, self.dataset.valid_to)
        return order.type or ("instant" if is_stamp else "text")

    def _note(self, order: OrderColumn, texts: pl.Series) -> None:
        """Keep of a column without a type whether it holds numbers only, and how long their whole parts are."""
        if order.type is not None or self._type(order) == "instant" or self._lengths.get(order.column, set()) is None:
            return
        held = texts.str.strip_chars()
        held = held.filter(held != "")
        wholes = held.str.extract(r"^([+-]?[0-9]+)(?:\.[0-9]*)?$", 1)
        if wholes.null_count():
            self._lengths[order.column] = None
            return
        lengths = set((wholes.str.len_chars() + 100 * wholes.str.contains("^[+-]").cast(pl.UInt32)).unique())
        self._lengths[order.column] = (self._lengths.get(order.column) or set()) | lengths

    def _sortable(self, order: OrderColumn, texts: pl.Series) -> pl.DataFrame:
        read = {"text": _text, "caseless": _caseless, "number": _number}
        kind = self._type(order)
        values = read[kind](texts) if kind in read else self._instants(texts)
        is_blank = texts.str.strip_chars() == ""
        is_descending, comes_first = order.direction == "descending", order.nulls == "first"
        marks = ("1", "0") if comes_first else ("0", "1")
        digits = values.fill_null("").cast(pl.Binary).bin.encode("hex")
        if is_descending:
            digits = digits.str.replace_many(list(_HEX), list(reversed(_HEX)))
        end = "~" if is_descending else " "
        frame = pl.DataFrame({"digits": digits, "is_blank": is_blank | values.is_null(), "is_unread": values.is_null()})
        return frame.select(
            pl.when("is_blank").then(pl.lit(marks[1])).otherwise(pl.lit(marks[0]) + pl.col("digits") + pl.lit(end))
            .alias("sortable"),
            (~pl.col("is_unread") | pl.Series(is_blank)).alias("is_certain"),
        )  # fmt: skip

    def _instants(self, texts: pl.Series) -> pl.Series:
        """Microseconds since the year 1970, shifted and padded; null where a stamp has no reading, or two."""
        stamps = read_stamps(texts, "iso", self.zone, self.where)
        micros = pl.col(EARLIEST).dt.epoch("us") + _EPOCH_SHIFT
        padded = pl.when(pl.col(EARLIEST) == pl.col(LATEST)).then(micros.cast(pl.String).str.zfill(20))
        return stamps.select(padded.alias("value")).to_series()


def _text(texts: pl.Series) -> pl.Series:
    return texts


def _caseless(texts: pl.Series) -> pl.Series:
    return texts.str.to_lowercase()


def _number(texts: pl.Series) -> pl.Series:
    """Sign, then whole part and fraction padded to one length; null where no number of that size stands."""
    text = pl.col("text").str.strip_chars()
    whole = text.str.extract(_NUMBER, _WHOLE).str.zfill(_LONGEST)
    fraction = text.str.extract(_NUMBER, _FRACTION).fill_null("").str.pad_end(_DECIMALS, "0")
    digits = whole + fraction
    is_negative = (text.str.extract(_NUMBER, _SIGN) == "-") & digits.str.contains("[1-9]")
    complement = digits.str.replace_many(list("0123456789"), list("9876543210"))
    value = pl.when(is_negative).then(pl.lit("0") + complement).otherwise(pl.lit("1") + digits)
    return pl.DataFrame({"text": texts}).select(value).to_series()


def _key(key: pl.Expr) -> pl.Expr:
    """Keys of digits alone by number and before all others; equal numbers, and others, as text."""
    digits = key.str.extract(r"^0*([0-9]+)$", 1)
    length = digits.str.len_chars().cast(pl.String).str.zfill(6)
    bytes_ = key.cast(pl.Binary).bin.encode("hex")
    by_number = pl.lit("0") + length + digits + pl.lit(" ") + bytes_
    return pl.when(digits.is_not_null()).then(by_number).otherwise(pl.lit("1") + bytes_)
