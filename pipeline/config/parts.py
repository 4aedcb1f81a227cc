"""What all parts of the incident file are made of: texts, lists of one or more, and models that refuse unknown keys."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError


def as_list(value: Any) -> Any:
    """Let one be written where a list may stand."""
    return value if isinstance(value, list) or value is None else [value]


def as_selectors(value: Any) -> Any:
    """Let one selector be written where a list of them may stand."""
    return [value] if isinstance(value, (dict, BaseModel)) else value


def _refuse_blank(value: str) -> str:
    if not value.strip():
        raise PydanticCustomError("blank", "is empty")
    return value


def read_owner(value: Any) -> Any:
    """Read a constant, or `{column: x}`; one clear error where pydantic would give one per reading."""
    if isinstance(value, dict):
        column = value.get("column")
        if set(value) != {"column"} or not isinstance(column, str) or not column.strip():
            raise PydanticCustomError("owner", "must be a name, or the one key 'column' with a column's name")
        return ByColumn(column=column)
    if isinstance(value, (list, tuple)):
        raise PydanticCustomError("owner", "must be a name, or the one key 'column' with a column's name")
    return value


SCALAR: dict[str, Any] = {"type": ["string", "number", "boolean"]}
ONE_OR_MANY: dict[str, Any] = {"anyOf": [SCALAR, {"type": "array", "items": SCALAR, "minItems": 1}]}
OWNER: dict[str, Any] = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "properties": {"column": {"type": "string"}},
            "required": ["column"],
            "additionalProperties": False,
        },
    ]
}

Text = Annotated[str, AfterValidator(_refuse_blank), WithJsonSchema({"type": ["string", "number"]})]
Many = Annotated[list[Text], BeforeValidator(as_list), WithJsonSchema(ONE_OR_MANY)]
OneOrMore = Annotated[list[Text], Field(min_length=1), BeforeValidator(as_list), WithJsonSchema(ONE_OR_MANY)]


class Model(BaseModel):
    """A part of the incident file; unknown keys are errors and values never change.

    What reads it is built when first used: most parts are only ever read as parts of the whole.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, use_attribute_docstrings=True, defer_build=True
    )


class ByColumn(Model):
    """A value taken from a column of each record."""

    column: Text
    """Name of the column."""
