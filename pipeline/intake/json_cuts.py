"""The elements of a JSON list, cut out by its brackets alone: for text that no JSON reader takes as a whole.

One record nested deeper than a reader follows must not cost its neighbours, and of a wrapper's key that stands twice
both lists count. Slow, and so only for such files; what an element means, or whether it holds, is for others to say.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},:]', re.DOTALL)


def cut_elements(text: str, wrappers: tuple[str, ...]) -> list[str] | None:
    """Cut out the elements of an array, or of every list that stands under a wrapper's key of an object.

    Null if the text is neither, or its brackets do not close.
    """
    keys = {f'"{key}"' for key in wrappers}
    found: list[str] = []
    depth = inside = 0
    start, before = -1, ["", ""]
    for token in _TOKEN.finditer(text):
        sign = token[0]
        if sign in "[{":
            depth += 1
            is_wrapped = depth == 2 and sign == "[" and before[0] in keys and before[1] == ":"
            if not inside and (is_wrapped or (depth == 1 and sign == "[")):
                inside, start = depth, token.end()
        elif sign in "]}" or sign == ",":
            if inside and inside == depth:
                found += [element] if (element := text[start : token.start()].strip()) else []
                start, inside = token.end(), inside if sign == "," else 0
            depth -= sign != ","
        before = [before[1], sign]
    return found if depth == 0 and found else None
