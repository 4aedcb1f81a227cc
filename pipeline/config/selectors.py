"""Selectors: whose event it is (semantics, section 3)."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from pipeline.config.parts import Many, Model, OneOrMore, Text, as_selectors

SELECTOR_KEYS = ("absent", "logs", "from", "until", "except")


class Selector(Model):
    """Conditions over an event's actor that must all hold (semantics, section 3).

    `conditions` is attribute -> accepted values, gathered from every key that is not one of the others.
    """

    conditions: dict[str, OneOrMore] = Field(default_factory=dict)
    """Attribute → accepted value or values; written as keys of the selector itself."""
    absent: Many = Field(default_factory=list)
    """Attributes that must be mapped and blank."""
    logs: Many = Field(default_factory=list)
    """Only events of these logs; default all."""
    from_: Text | None = Field(default=None, alias="from")
    """Only events from this instant on."""
    until: Text | None = None
    """Only events before this instant; a date means to its end."""
    except_: Annotated[list[Selector], BeforeValidator(as_selectors)] = Field(default_factory=list, alias="except")
    """Selectors of events that are not meant."""

    @model_validator(mode="before")
    @classmethod
    def _gather_conditions(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        own = {key: item for key, item in value.items() if key in {*SELECTOR_KEYS, "from_", "except_"}}
        free = {key: item for key, item in value.items() if key not in own}
        gathered = free.pop("conditions") if isinstance(free.get("conditions"), dict) else {}
        return {**own, "conditions": {**gathered, **free}}
