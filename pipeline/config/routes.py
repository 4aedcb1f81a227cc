"""Routes: which resources of which logs reach which dataset."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from pipeline.config.parts import Many, Model, Text, as_list

Access = Literal["viewed", "exported"]


class Route(Model):
    """Which resources of which logs reach which dataset, with which columns.

    `resource` is a pattern: `*` any text, `{key}` the record key, `{column}` a column's value. A query string in the
    pattern matches parameters by name, whatever their order.
    """

    resource: Text
    """Pattern of the resource: `*` any text, `{key}` the record key, `{column}` a column's value."""
    logs: Many = Field(default_factory=list)
    """Logs the route holds for; default all. `log` does as well."""
    dataset: Text | None = None
    """Dataset that is reached."""
    columns: Many = Field(default_factory=list)
    """Columns that are delivered; default all."""
    access: Access | None = None
    """Whether the data was viewed or exported; default by the action."""
    content_type: Many = Field(default_factory=list)
    """Content types of the resource itself; another one means that something else was served."""
    decoy_bytes: Annotated[list[int], BeforeValidator(as_list)] = Field(default_factory=list)
    """Sizes that give away a log-in or error page served as a success."""
    stand_in: bool = False
    """The dataset stands for what was read and no longer exists."""
    unlocks: Many = Field(default_factory=list)
    """Datasets whose encryption key lies in the resource."""

    @model_validator(mode="before")
    @classmethod
    def _rename_log(cls, value: Any) -> Any:
        if not isinstance(value, dict) or "log" not in value:
            return value
        if "logs" in value:
            raise PydanticCustomError("twice", "'log' and 'logs' are both given")
        return {"logs" if key == "log" else key: item for key, item in value.items()}
