"""Modules that a library imports at its start and that nothing here uses: imported when first asked for, or never.

Great Expectations imports statistics and charts for expectations no suite holds; they are two fifths of its import.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from types import ModuleType
from typing import Any


class _Deferred(ModuleType):
    """Stands for a module until one of its names is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            # The import system asks for these; they say nothing of the module's content.
            raise AttributeError(name)
        return getattr(_load(self), name)


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


def _load(stand_in: _Deferred) -> ModuleType:
    if sys.modules.get(stand_in.__name__) is stand_in:
        del sys.modules[stand_in.__name__]
    return importlib.import_module(stand_in.__name__)
