"""Datasets: stores of customer records, and the copies of them that no log shows."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from pipeline.config.parts import ONE_OR_MANY, OWNER, ByColumn, Many, Model, OneOrMore, Text, as_list, read_owner

State = Literal["clear", "masked", "tokenised", "hashed", "encrypted", "partial"]
Role = Literal["crm", "processor", "archive"]
ColumnType = Literal["text", "number", "date", "timestamp", "boolean"]
FileFormat = Literal["auto", "csv", "jsonl", "parquet"]
Comparison = Literal["text", "caseless", "number", "instant"]


class Column(Model):
    """What one column of a dataset holds."""

    field: Text
    """Field of the catalogue."""
    state: State = "clear"
    """How the values are stored."""
    state_column: Text | None = None
    """Column of each record that says how its value is stored."""
    subject: Text = "customer"
    """Whom the value describes, if a record describes several people."""
    identifier: bool = True
    """Whether the value may tell people apart or link them."""

    @model_validator(mode="before")
    @classmethod
    def _expand_shorthand(cls, value: Any) -> Any:
        return {"field": value} if isinstance(value, str) else value


class OrderColumn(Model):
    """One column of a dataset's order (semantics, section 5); `-name` is the short form of a descending one."""

    column: Text
    """Column of the dataset's files."""
    type: Comparison | None = None
    """How its values compare: text (by code point), caseless, number or instant; default text, or instant for the
    columns of valid_from and valid_to."""
    direction: Literal["ascending", "descending"] = "ascending"
    """Whether the smallest or the largest value comes first."""
    nulls: Literal["first", "last"] = "last"
    """Where blank values stand, whatever the direction."""

    @model_validator(mode="before")
    @classmethod
    def _expand_shorthand(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        is_descending = value.strip().startswith("-")
        direction = "descending" if is_descending else "ascending"
        return {"column": value.strip().removeprefix("-").strip(), "direction": direction}


class Dataset(Model):
    """One store of customer records."""

    path: OneOrMore
    """File or glob, or several, relative to the incident file."""
    format: FileFormat = "auto"
    """Form of the files; auto goes by their names."""
    role: Role
    """What kind of store this is."""
    processor: Text | None = None
    """Who held the data for the brand, if a third party did."""
    key: Text | None = None
    """Column that names a record; without one, records are told apart by their content."""
    brand: Annotated[Text | ByColumn, BeforeValidator(read_owner), WithJsonSchema(OWNER)]
    """Brand the customer knows: a name, or {column: x}."""
    controller: Annotated[Text | ByColumn | None, BeforeValidator(read_owner), WithJsonSchema(OWNER)] = None
    """Company that must answer: a name, or {column: x}; default by `controllers`, else the brand."""
    zone: Text | None = None
    """IANA zone of the records' stamps without an offset; default the incident's."""
    valid_from: Text | None = None
    """Column with the instant from which a record existed."""
    valid_to: Text | None = None
    """Column with the instant at which a record ended."""
    generated_at: Text | None = None
    """When a static file was made; all its records are of that instant."""
    replaced_at: Text | None = None
    """When a static file was replaced or removed."""
    byte_exact: bool = False
    """The static file is the stored object itself, byte for byte: sizes are compared, byte ranges found in it."""
    columns: dict[str, Column] = Field(default_factory=dict)
    """Column → field, or a mapping with its state and subject; required without `membership`."""
    links: dict[str, Text] = Field(default_factory=dict)
    """Column that holds another dataset's key → that dataset."""
    membership: str | None = None
    """Field that being in this dataset gives away."""
    placeholders: Annotated[list[str], BeforeValidator(as_list), WithJsonSchema(ONE_OR_MANY)] = Field(
        default_factory=list
    )
    """Further texts that mean that nothing is known."""
    order: Annotated[list[OrderColumn], BeforeValidator(as_list)] = Field(default_factory=list)
    """Columns by which the store lists its records, the key last of all; pages are worked out over it."""
    table: Many = Field(default_factory=list)
    """Names its table has in the database, such as crm.customers; logged statements are matched by them."""
    types: dict[str, ColumnType] = Field(default_factory=dict)
    """Column → its type in the database: text, number, date, timestamp or boolean; default what its values can be."""
    empty_cells: Literal["missing", "text"] | None = None
    """What an empty cell of a CSV file was: missing (null) or an empty text; default either."""
    residence: Text | None = None
    """Column with the country of residence, ISO 3166."""
    delimiter: str = ","
    """What stands between the cells of a CSV line."""


class UnloggedCopy(Model):
    """A copy of a dataset made at an unknown instant in a known interval, with no log left (semantics, section 5)."""

    dataset: Text
    """Dataset that was copied."""
    from_: Text = Field(alias="from")
    """Earliest instant at which the copy may have been made."""
    until: Text
    """Latest; a date means to its end."""
    columns: Many = Field(default_factory=list)
    """Columns that were copied; default all."""
