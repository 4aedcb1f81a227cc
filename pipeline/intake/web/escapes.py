"""What a log did to a text so that it fits in a line, undone: its own escaping only, once.

This room knows the escapes of Apache, nginx and JSON; percent signs belong to the resource and stay. A NUL stays
escaped, for no table can hold it, and so do bytes that are not UTF-8.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import polars as pl

_ESCAPE = re.compile(rb"\\(?:x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_SHORT = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"b": b"\b", b"v": b"\v", b"f": b"\f"}


def unescape(texts: pl.Series, escapes: str) -> pl.Series:
    """Undo the escaping of some texts, one look at each distinct one that holds a backslash.

    `escapes` is hex (Apache, nginx: `\\"`, `\\\\`, `\\n`, `\\xhh`), json, or none.
    """
    if escapes == "none":
        return texts
    distinct = texts.filter(texts.str.contains("\\", literal=True)).unique(maintain_order=True).drop_nulls()
    if not len(distinct):
        return texts
    read: Callable[[str], str] = unescape_json if escapes == "json" else unescape_hex
    plain = pl.Series([read(text) for text in distinct.to_list()], dtype=pl.String)
    return texts.replace(distinct, plain)


def unescape_hex(text: str) -> str:
    """Undo `\\xhh` and one-letter escapes; what they give is read as UTF-8."""
    return _ESCAPE.sub(_plain, text.encode(errors="replace")).decode(errors="backslashreplace")


def unescape_json(text: str) -> str:
    """Undo JSON's escapes; what is none is left as it stands."""
    try:
        plain: object = json.loads(f'"{text}"', strict=False)
    except ValueError:
        return text
    whole = str(plain).encode(errors="replace").decode()
    return whole.replace("\x00", "\\u0000")


def _plain(match: re.Match[bytes]) -> bytes:
    if match[1] is not None:
        return match[0] if match[1] == b"00" else bytes([int(match[1], 16)])
    return _SHORT.get(match[2], match[2])
