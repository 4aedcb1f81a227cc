"""Importing a library without what nothing here uses: modules that come when asked for, stand in, or are not there.

Great Expectations imports its ways to files and databases, sixty kinds of expectations, statistics and charts, to be
asked for a verdict on eight: two thirds of its import.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import ModuleType
from typing import Any


class _Deferred(ModuleType):
    """Stands for a module until one of its names is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            # The import system asks for these; they say nothing of the module's content.
            raise AttributeError(name)
        return getattr(_load(self), name)


class _Bare(ModuleType):
    """Stands for a package whose modules can be imported and that itself imports none of them.

    Whatever name it is asked for is an empty class: enough to be named in annotations and asked about by `isinstance`.
    """

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        placeholder = type(name, (), {"__module__": self.__name__})
        setattr(self, name, placeholder)
        return placeholder


def defer(*names: str) -> None:
    """Let each module named be imported when one of its names is first asked for.

    One that is imported already, or that is not installed, is left as it is.
    """
    for name in names:
        if name in sys.modules or (spec := importlib.util.find_spec(name)) is None:
            continue
        module = _Deferred(name)
        module.__spec__ = spec
        module.__path__ = list(spec.submodule_search_locations or ())
        sys.modules[name] = module


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Let modules that a library takes if they are there be not there, but those that are imported already."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


def import_bare(library: str, *packages: str) -> None:
    """Import a library of which the `packages` named (`inner.package`) stay bare.

    If it cannot be imported so, as in another version that needs more of them, it is imported as it is. One that is
    imported already is left as it is.
    """
    if library in sys.modules:
        return
    spec = importlib.util.find_spec(library)
    for package in packages if spec is not None and spec.submodule_search_locations else ():
        module = _Bare(f"{library}.{package}")
        module.__path__ = [f"{spec.submodule_search_locations[0]}/{package.replace('.', '/')}"]  # type: ignore[union-attr, index]
        sys.modules[module.__name__] = module
    with suppress(Exception):
        importlib.import_module(library)
        return
    for name in [name for name in sys.modules if name.partition(".")[0] == library]:
        del sys.modules[name]
    importlib.import_module(library)


def _load(stand_in: _Deferred) -> ModuleType:
    if sys.modules.get(stand_in.__name__) is stand_in:
        del sys.modules[stand_in.__name__]
    return importlib.import_module(stand_in.__name__)
