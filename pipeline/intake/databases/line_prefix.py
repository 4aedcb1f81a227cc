"""PostgreSQL's `log_line_prefix` → an expression that takes the first line of an entry apart.

This room knows the prefix's escapes (PostgreSQL 9 to 17); it must not know what a message says.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.errors import ConfigurationError

SEVERITIES = "LOG|ERROR|FATAL|PANIC|WARNING|NOTICE|INFO|DEBUG[1-5]?"
_STAMP = r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}(?:\.[0-9]{1,6})? [^ ]+"
_ESCAPES = {
    "a": ("application", r".*?"), "u": ("user", r"[^\s]*?"), "d": ("database", r"[^\s]*?"), "r": ("remote", r"[^\s]*?"),
    "h": ("remote", r"[^\s]*?"), "L": ("local", r"[^\s]*?"), "b": ("backend", r".*?"), "p": ("pid", r"[0-9]+"),
    "P": ("leader", r"[0-9]*"), "t": ("stamp", _STAMP), "m": ("stamp", _STAMP), "n": ("epoch", r"[0-9]+\.[0-9]{3}"),
    "i": ("command", r".*?"), "e": ("state", r"[0-9A-Z]{5}"), "c": ("session", r"[0-9a-f]+\.[0-9a-f]+"),
    "l": ("number", r"[0-9]+"), "s": ("start", _STAMP), "v": ("virtual", r"[^\s]*?"), "x": ("transaction", r"[0-9]+"),
    "Q": ("query", r"-?[0-9]*"),
}  # fmt: skip
_ESCAPE = re.compile(r"%(?P<padding>-?[0-9]*)(?P<letter>[A-Za-z%])")
FIELDS = ("stamp", "epoch", "user", "database", "remote", "pid", "session", "number", "application")
USUAL = ("%m [%p] %q%u@%d ", "%m [%p] ", "%t:%r:%u@%d:[%p]:", "%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ")


@lru_cache(maxsize=64)
def compile_prefix(prefix: str, where: str = "") -> str:
    """Write the expression: the fields by name, `severity`, and `rest`, the entry after it.

    Raises ConfigurationError for a prefix without a stamp.
    """
    regex, seen, is_open, place = "", set[str](), False, 0
    for match in _ESCAPE.finditer(prefix):
        regex += re.escape(prefix[place : match.start()])
        place = match.end()
        letter = match["letter"]
        if letter == "%":
            regex += "%"
        elif letter == "q":
            regex, is_open = f"{regex}(?:", True
        elif letter in _ESCAPES:
            name, text = _ESCAPES[letter]
            padding = " *" if match["padding"] else ""
            is_new = name in FIELDS and name not in seen
            seen.add(name)
            regex += f"{padding}(?P<{name}>{text}){padding}" if is_new else f"{padding}(?:{text}){padding}"
    regex += re.escape(prefix[place:]) + (")?" if is_open else "")
    if not seen & {"stamp", "epoch"}:
        what, remedy = "the pattern logs no time", "copy log_line_prefix from postgresql.conf; it needs %m, %t or %n"
        raise ConfigurationError(what, where=where, remedy=remedy)
    return rf"(?s)\A{regex}(?P<severity>{SEVERITIES}):  (?P<rest>.*)\z"
