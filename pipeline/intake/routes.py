"""Routes of the incident file → patterns that can be matched, and datasets as an event can name them.

This room knows patterns, projections and column names; it reads no file and sees no event (decisions on routes:
`*` any text, `{name}` a capture, a query part matches parameters in any order).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.config import IncidentFile, Route
from pipeline.errors import ConfigurationError
from pipeline.incident_file import IncidentSource
from pipeline.intake.stored import StoredFile

KEY = "key"
DELIVERED, WITHHELD = "x", "-"

_PIECE = re.compile(r"\{([^{}]*)\}|\*|[^{}*]+")


@dataclass(frozen=True)
class Target:
    """A dataset as an event can name it: its mapped columns in order, and every column its files have."""

    name: str
    mapped: tuple[str, ...]
    has_membership: bool
    present: tuple[str, ...]
    is_ordered: bool = False
    stored: StoredFile | None = None

    @cached_property
    def _folded(self) -> Mapping[str, str]:
        return {name.strip().lower(): name for name in reversed((*self.mapped, *self.present))}

    def resolve(self, name: str) -> str | None:
        """Find a column by name: exactly, else ignoring case."""
        if name in self.present:
            return name
        return self._folded.get(name.strip().lower())


@dataclass(frozen=True, slots=True)
class Projection:
    """Which columns were delivered: one sign per landed column, None for all of them."""

    text: str | None
    reason: str | None = None
    ignored_count: int = 0


@dataclass(frozen=True, slots=True)
class Parameter:
    """One `name=pattern` of a pattern's query part, over the resource's query string."""

    name: str
    regex: str
    captures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CompiledRoute:
    """A route ready to match: a path expression, its captures in order, and parameters that must be present."""

    route: Route
    target: Target | None
    is_local: bool
    path: str
    captures: tuple[str, ...]
    parameters: tuple[Parameter, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """List everything that is captured, path first."""
        return (*self.captures, *(name for parameter in self.parameters for name in parameter.captures))

    @property
    def parameter_names(self) -> tuple[str, ...]:
        """List the parameters that the pattern speaks of."""
        return tuple(parameter.name for parameter in self.parameters)


def project(target: Target, names: Sequence[str]) -> Projection:
    """Read named columns into a projection.

    Names the dataset has but does not map deliver nothing; names it does not have are ignored, unless all
    are such.
    """
    if not names or "*" in names:
        return Projection(None)
    resolved = [target.resolve(name) for name in names]
    known = {name for name in resolved if name is not None}
    if not known:
        return Projection(None, reason="unknown_columns")
    signs = [DELIVERED if column in known else WITHHELD for column in target.mapped]
    membership = DELIVERED if target.has_membership else ""
    return Projection("".join(signs) + membership, ignored_count=resolved.count(None))


def compile_routes(source: IncidentSource, targets: Mapping[str, Target]) -> list[CompiledRoute]:
    """Compile every route; raises ConfigurationError for a pattern that cannot be read or captures no column."""
    return [
        compile_route(route, targets.get(route.dataset or ""), source.where("routes", number, "resource"))
        for number, route in enumerate(source.model.routes)
    ]


def compile_route(route: Route, target: Target | None, where: str) -> CompiledRoute:
    """Compile one route."""
    path, has_query, query = route.resource.strip().partition("?")
    regex, captures = _compile(path, any_text=".*", capture=r"([^/?&#]+)", where=where)
    parameters = tuple(_parameter(part, where) for part in query.split("&") if part) if has_query else ()
    compiled = CompiledRoute(
        route, target, path.startswith("/"), rf"(?s)\A{regex}(?:#.*)?\z", tuple(captures), parameters
    )
    for name in compiled.names:
        if target is not None and name != KEY and target.resolve(name) is None:
            what = f"the route captures {{{name}}}, but dataset '{target.name}' has no column '{name}'"
            raise ConfigurationError(what, where=where, remedy="write {key}, a column of its files, or * for any text")
    return compiled


def log_datasets(model: IncidentFile) -> list[tuple[str, str]]:
    """List which log can show reads of which dataset: by its routes, by its statements where the dataset has a
    table, or by name where no route leads to the dataset.
    """
    routed = {route.dataset for route in model.routes}
    pairs: dict[tuple[str, str], None] = {}
    for log, declared in model.logs.items():
        for route in model.routes:
            if route.dataset is not None and (not route.logs or log in route.logs):
                pairs[log, route.dataset] = None
        if "resource" in declared.columns:
            pairs |= dict.fromkeys((log, dataset) for dataset in model.datasets if dataset not in routed)
        if "statement" in (declared.attributes() or ()):
            pairs |= dict.fromkeys((log, name) for name, dataset in model.datasets.items() if dataset.table)
    return sorted(pairs)


def _parameter(part: str, where: str) -> Parameter:
    name, has_value, value = part.partition("=")
    if not has_value:
        return Parameter(name, rf"(?:^|&){re.escape(name)}(?:[=&#]|$)", ())
    regex, captures = _compile(value, any_text=r"[^&#]*", capture=r"([^&#]*)", where=where)
    return Parameter(name, rf"(?:^|&){re.escape(name)}={regex}(?:[&#]|$)", tuple(captures))


def _compile(pattern: str, *, any_text: str, capture: str, where: str) -> tuple[str, list[str]]:
    pieces = list(_PIECE.finditer(pattern))
    if sum(len(piece[0]) for piece in pieces) != len(pattern) or any(piece[1] == "" for piece in pieces):
        raise ConfigurationError("a brace is open or empty", where=where, remedy="write {key} or {column}")
    regex, captures = "", []
    for piece in pieces:
        if piece[1] is not None:
            captures.append(piece[1].strip())
            regex += capture
        else:
            regex += any_text if piece[0] == "*" else re.escape(piece[0])
    return regex, captures
