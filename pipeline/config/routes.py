"""Routes: which resources of which logs reach which dataset."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from pipeline.config.parts import Many, Model, Text, as_list

Access = Literal["viewed", "exported"]


class Page(Model):
    """How requests of a route name the page they ask for: parameters of the resource, or of the event's filters."""

    offset: Text | None = None
    """Parameter with the number of records that are left out before the page."""
    number: Text | None = None
    """Parameter with the number of the page."""
    after: Text | None = None
    """Parameter with the key of the record before the page."""
    size: Text | None = None
    """Parameter with the number of records on a page; `limit` does as well."""
    first: int = Field(default=1, ge=0)
    """Number of the first page."""
    default_size: int | None = Field(default=None, ge=1)
    """How many records stand on a page whose size the request does not say."""
    largest_size: int | None = Field(default=None, ge=1)
    """The largest page that is ever delivered, whatever the request says."""
    ignored: Many = Field(default_factory=list)
    """Parameters that change neither which records are listed nor their order."""

    @model_validator(mode="before")
    @classmethod
    def _rename_limit(cls, value: Any) -> Any:
        if not isinstance(value, dict) or "limit" not in value:
            return value
        if "size" in value:
            raise PydanticCustomError("twice", "'limit' and 'size' are both given")
        return {"size" if key == "limit" else key: item for key, item in value.items()}

    @property
    def names(self) -> tuple[str, ...]:
        """List the parameters that say which page it is, in lower case."""
        given = (self.offset, self.number, self.after, self.size)
        return tuple(name.strip().lower() for name in given if name is not None)


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
    page: Page | None = None
    """How requests ask for one page of the listing; default: they do not."""
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
