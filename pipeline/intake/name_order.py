"""Full names in any order → the given name first, what stands behind the name brought into one form.

A comma turns a name round, and Jr stays at its end wherever it stood. Names in the scripts of China, Japan and Korea
are written with the family first; so are Russian ones whose patronymic stands last, for it follows the given name. What
cannot be told from the text itself (Nagy Anna, Иванов Иван) is left as it stands. This room looks at one value at a
time.
"""

from __future__ import annotations

import polars as pl

# Those in parts are told by their full stops, so that nobody's initials are taken for one, and only after two words.
_DOTTED_DEGREES = (
    r"ph\.\s?d", r"m\.\s?d", r"[bm]\.\s?sc", r"[bm]\.\s?a", r"m\.\s?b\.\s?a", r"ll\.\s?[bm]",
)  # fmt: skip
_REMARK = r"^(.*\S)\s*\([^()]*\)\s*$"
_CYRILLIC = r"[\p{Cyrillic}-]+"
_PATRONYMIC = r"(?i)(?:вич|[её]вна|овна|ична|івна|ївна|ьич|кич|мич)$"
_THREE_CYRILLIC = rf"^\s*({_CYRILLIC})\s+({_CYRILLIC})\s+({_CYRILLIC})\s*$"
_EASTERN = r"[\p{Han}\p{Hangul}\p{Hiragana}\p{Katakana}ー々]+"
_TWO_EASTERN = rf"^\s*({_EASTERN})\s+({_EASTERN})\s*$"
_FOREIGN = r"[^\x00-\x7f]"


def put_in_order(text: pl.Expr, degrees: tuple[str, ...], generations: tuple[str, ...]) -> pl.Expr:
    """Put the given name first and the generation last, wherever they stood; leave out remarks and `degrees`."""
    generation = rf"({'|'.join(generations)})\.?"
    degree = rf"(?:[,\s]+(?:{'|'.join((*degrees, *_DOTTED_DEGREES))})\b\.?)+\s*$"
    bare = text.str.replace(_REMARK, "${1}").str.replace(rf"(?i)^(\S+\s.*?\S){degree}", "${1}")
    # Lee, Jr., Ann and Lee, Ann Jr. are Lee, Ann, Jr.
    moved = bare.str.replace(rf"(?i)^([^,]+),\s*{generation}\s*,\s*([^,]+)$", "${1}, ${3}, ${2}").str.replace(
        rf"(?i)^([^,]+),\s*([^,\s][^,]*)\s{generation}\s*$", "${1}, ${2}, ${3}"
    )
    last = rf"(?i),\s*((?:{'|'.join((*generations, *degrees))})\.?)\s*$"
    turned = moved.str.replace(last, "").str.replace(r"(?s)^([^,]*),([^,]*)(.*)$", "${2} ${1} ${3}")
    ordered = pl.concat_str([turned, moved.str.extract(last).fill_null("")], separator=" ")
    return pl.when(text.str.contains(_FOREIGN)).then(_family_last(ordered)).otherwise(ordered)


def _family_last(text: pl.Expr) -> pl.Expr:
    second, third = (text.str.extract(_THREE_CYRILLIC, place) for place in (2, 3))
    is_family_first = third.str.contains(_PATRONYMIC) & ~second.str.contains(_PATRONYMIC)
    turned = pl.when(is_family_first).then(text.str.replace(_THREE_CYRILLIC, "${2} ${3} ${1}")).otherwise(text)
    return turned.str.replace(_TWO_EASTERN, "${2} ${1}")
