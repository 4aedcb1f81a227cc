"""Fixed layouts of log lines, drawn as they look → patterns.

A layout names the fields of a line in the log's own words: `word` is text without blanks, `"word"` any text in quotes,
`[word]` text in brackets, `{word}` the request's first line in quotes, `~` nothing, between two that touch; everything
else stands as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pipeline.intake.web.patterns import FREE, PLAIN, REQUEST, Field, Pattern

_PIECE = re.compile(r'"(?P<quoted>\w+)"|\[(?P<bracketed>\w+)\]|\{(?P<request>\w+)\}|(?P<word>\w+)')


def draw(layout: str, escapes: str = "none", **shapes: str) -> Pattern:
    """Make a pattern of a layout; `shapes` are regular expressions of words that are more than text without blanks."""
    pieces: list[str | Field] = []
    place = 0

    def add(piece: str | Field) -> None:
        if isinstance(piece, str):
            piece = piece.replace("~", "")
        if isinstance(piece, str) and pieces and isinstance(pieces[-1], str):
            pieces[-1] += piece
        elif piece:
            pieces.append(piece)

    for match in _PIECE.finditer(layout):
        add(layout[place : match.start()])
        place = match.end()
        if match["quoted"]:
            name = match["quoted"]
            for piece in ('"', Field(name, PLAIN, shapes[name]) if name in shapes else Field(name, FREE), '"'):
                add(piece)
        elif match["request"]:
            for piece in ('"', Field(match["request"], REQUEST), '"'):
                add(piece)
        elif match["bracketed"]:
            for piece in ("[", Field(match["bracketed"], PLAIN, r"[^\]]+"), "]"):
                add(piece)
        else:
            add(Field(match["word"], PLAIN, shapes.get(match["word"], "[^ ]+")))
    add(layout[place:])
    return Pattern(tuple(pieces), escapes)


def asked_for(extra: Mapping[str, str], patterns: Sequence[Pattern]) -> dict[str, str]:
    """Choose what the incident file asks for beside a format's roles: attribute → field, of the fields there are."""
    present = {name for pattern in patterns for name in pattern.fields}
    return {attribute: field for attribute, field in extra.items() if field in present}
