"""Names of people as written → the form in which two of them are the same, and their parts.

Other scripts and accents become plain letters (the `anyascii` library, each distinct text once). Titles and degrees are
left out; "Family, Given" is turned round; particles (van der, de la) belong to the family name; the generation (Jr,
III) is kept apart, for it tells a father from his son. This room looks at one value at a time and compares nothing.
"""

from __future__ import annotations

import polars as pl

from pipeline.intake.distinct import read_sparingly
from pipeline.intake.emails import INVISIBLE

_TITLE_WORDS = (
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame", "lady", "lord", "rev", "reverend", "hon",
    "capt", "herr", "frau", "fraulein", "mme", "mlle", "madame", "monsieur", "senor", "senora", "srta", "sra", "signor",
    "signora", "dott", "ing", "dipl", "mag", "mevr",
)  # fmt: skip
_DEGREES = ("phd", "md", "esq", "cpa", "mba", "bsc", "msc", "dds", "obe", "mbe", "cbe")
_PARTICLES = (
    "van", "von", "vom", "der", "den", "de", "del", "della", "di", "da", "das", "dos", "do", "du", "la", "le", "al",
    "el", "bin", "ibn", "ter", "ten", "zu", "zum", "zur", "af", "av", "st", "san", "santa",
)  # fmt: skip
_GENERATIONS = {"jr": "2", "jnr": "2", "junior": "2", "sr": "1", "snr": "1", "senior": "1", "ii": "2", "iii": "3",
                "iv": "4"}  # fmt: skip
_TITLES = rf"^(?:(?:{'|'.join(_TITLE_WORDS)}|m\.)\s+)+"
_LAST_DEGREES = rf"(?:\s+(?:{'|'.join(_DEGREES)}))+$"
# In a full name Jr and Sr count only after two other words: a family may be called Senior.
_TWO_WORDS, _ONE_WORD = r"\S+\s.*\S", r"\S.*"
_LAST = rf"(?i),\s*((?:{'|'.join((*_GENERATIONS, *_DEGREES))})\.?)\s*$"
_PARTICLE = "|".join(_PARTICLES)
# One word of plain letters is what it is, as written and as folded: no title, degree or generation stands alone.
_PLAIN_WORD, _FOLDED_WORD = r"^[A-Za-z0-9]+$", r"^[a-z0-9]+$"


def fold_part(text: pl.Expr) -> pl.Expr:
    """Bring a column that holds one part of a name into plain lower-case words, for the functions below."""
    return read_sparingly(text, _folded, _PLAIN_WORD, lambda word: word.str.to_lowercase())


def fold_full(text: pl.Expr) -> pl.Expr:
    """Bring a column that holds full names into plain lower-case words, given name first, for the functions below."""
    return read_sparingly(
        text, lambda name: _folded(_in_order(name)), _PLAIN_WORD, lambda word: word.str.to_lowercase()
    )


def part_of(folded: pl.Expr) -> pl.Expr:
    """Take a part of a name from its own column."""
    return read_sparingly(folded, lambda words: _words(_without_generation(words, _ONE_WORD)), _FOLDED_WORD, _itself)


def given_of(folded: pl.Expr) -> pl.Expr:
    """Take the given name from a full name: its first word."""
    return read_sparingly(
        folded, lambda words: _words(_without_generation(words).str.extract(r"^(\S+)")), _FOLDED_WORD, _itself
    )


def family_of(folded: pl.Expr) -> pl.Expr:
    """Take the family name from a full name: its last word with the particles before it, if there are two words."""
    last = rf"\s((?:(?:{_PARTICLE})\s+)*\S+)$"
    return read_sparingly(
        folded, lambda words: _words(_without_generation(words).str.extract(last)), _FOLDED_WORD, _nothing
    )


def generation_of(folded: pl.Expr) -> pl.Expr:
    """Take which of several of one full name somebody is: 1 for Sr, 2 for Jr or II …; null where nothing says."""
    return read_sparingly(folded, lambda words: _generation(words, _TWO_WORDS), _FOLDED_WORD, _nothing)


def generation_of_part(folded: pl.Expr) -> pl.Expr:
    """Take the same from the column of a family name."""
    return read_sparingly(folded, lambda words: _generation(words, _ONE_WORD), _FOLDED_WORD, _nothing)


def _itself(word: pl.Expr) -> pl.Expr:
    return word


def _nothing(word: pl.Expr) -> pl.Expr:
    return pl.when(word.is_null()).then(word)


def _generation(folded: pl.Expr, before: str) -> pl.Expr:
    marked = folded.str.extract(rf"^{before}\s({'|'.join(_GENERATIONS)})$")
    return marked.replace_strict(_GENERATIONS, default=None, return_dtype=pl.String)


def to_ascii(text: pl.Expr) -> pl.Expr:
    """Write other scripts and accented letters in plain ASCII letters."""
    return text.map_batches(_transliterate, return_dtype=pl.String)


def _transliterate(texts: pl.Series) -> pl.Series:
    is_foreign = texts.str.contains(r"[^\x00-\x7f]").fill_null(False)
    if not is_foreign.any():
        return texts
    from anyascii import anyascii

    distinct = texts.filter(is_foreign).unique()
    plain = [anyascii(text) for text in distinct.to_list()]
    return texts.replace(distinct, pl.Series(plain, dtype=pl.String))


def _folded(text: pl.Expr) -> pl.Expr:
    """Lower-case ASCII words, hyphens kept, without titles and degrees."""
    plain = to_ascii(text.str.replace_all(INVISIBLE, "")).str.to_lowercase()
    spaced = plain.str.replace_all(r"\bm\.\s", "mr ").str.replace_all(r"[.,;/_()\"\s]+", " ")
    words = spaced.str.replace_all(r"[^a-z0-9 -]", "").str.replace_all(r"-+", "-").str.replace_all(r" +", " ")
    bare = words.str.strip_chars(" -").str.replace(_TITLES, "").str.replace(_LAST_DEGREES, "")
    return bare.str.strip_chars(" -")


def _without_generation(folded: pl.Expr, before: str = _TWO_WORDS) -> pl.Expr:
    return folded.str.replace(rf"^({before})\s(?:{'|'.join(_GENERATIONS)})$", "${1}")


def _in_order(text: pl.Expr) -> pl.Expr:
    """Turn "Family, Given" round; Jr or PhD after a comma stays at the end."""
    turned = text.str.replace(_LAST, "").str.replace(r"(?s)^([^,]*),([^,]*)(.*)$", "${2} ${1} ${3}")
    return pl.concat_str([turned, text.str.extract(_LAST).fill_null("")], separator=" ")


def _words(folded: pl.Expr) -> pl.Expr:
    text = folded.str.replace_all("-", " ").str.strip_chars()
    return pl.when(text != "").then(text)
