"""Names of people as written → the form in which two of them are the same, and their parts.

Other scripts and accents become plain letters (the `anyascii` library, each distinct text once); a Chinese character
keeps its number too, for many sound alike. Titles and degrees are left out; the given name is put first; particles (van
der, de la) belong to the family name; the generation (Jr, III) is kept apart, for it tells a father from his son. This
room looks at one value at a time and compares nothing.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from pipeline.intake.distinct import read_sparingly
from pipeline.intake.emails import INVISIBLE
from pipeline.intake.name_order import put_in_order

_TITLE_WORDS = (
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame", "lady", "lord", "rev", "reverend", "hon",
    "capt", "herr", "frau", "fraulein", "mme", "mlle", "madame", "monsieur", "senor", "senora", "srta", "sra", "signor",
    "signora", "dott", "ing", "dipl", "mag", "mevr",
)  # fmt: skip
# Titles that say of what: nobody is called so after them.
_TAUGHT = r"dr|prof|professor|dipl|mag"
_SUBJECTS = r"med|dent|vet|univ|jur|iur|theol|oec|habil|mult|rer\s+(?:nat|pol|oec)|h\s+c|hc|fh"
_DEGREES = ("phd", "md", "esq", "cpa", "mba", "bsc", "msc", "csc", "dds", "obe", "mbe", "cbe")
_PARTICLES = (
    "van", "von", "vom", "der", "den", "de", "del", "della", "di", "da", "das", "dos", "do", "du", "la", "le", "al",
    "el", "bin", "ibn", "ter", "ten", "zu", "zum", "zur", "af", "av", "st", "san", "santa",
)  # fmt: skip
_GENERATIONS = {"jr": "2", "jnr": "2", "junior": "2", "sr": "1", "snr": "1", "senior": "1", "ii": "2", "2nd": "2",
                "iii": "3", "3rd": "3", "iv": "4", "4th": "4"}  # fmt: skip
_TITLE = (
    rf"(?:dipl\s*-\s*[a-z]+\s+|(?:{_TAUGHT})\s+(?:-?(?:{_SUBJECTS})\s+)*|(?:{'|'.join(_TITLE_WORDS)})\s+)"
    r"(?:(?:and|und|et)\s+)?"
)
_TITLES = rf"^(?:{_TITLE})+"
_LAST_DEGREES = rf"(?:\s+(?:{'|'.join(_DEGREES)}))+$"
# How men and women are addressed by their family's name. Sir, Lady and Miss stand before given names too.
_ADDRESSED = {"mr": "mr", "herr": "mr", "monsieur": "mr", "senor": "mr", "signor": "mr", "mrs": "ms", "ms": "ms",
              "frau": "ms", "mme": "ms", "madame": "ms", "senora": "ms", "sra": "ms", "signora": "ms",
              "mevr": "ms"}  # fmt: skip
_ADDRESSED_FAMILY = rf"^({'|'.join(_ADDRESSED)})\s\S+$"
# In a full name Jr and Sr count only after two other words: a family may be called Senior.
_TWO_WORDS, _ONE_WORD = r"\S+\s.*\S", r"\S.*"
_LAST_WORDS = rf"\s((?:(?:{'|'.join(_PARTICLES)})\s+)*\S+)$"
# One word of plain letters is what it is, as written and as folded: no title, degree or generation stands alone.
_PLAIN_WORD = r"^[A-Za-z0-9]+$"
_CHARACTER = r"[\u{3400}-\u{9fff}\u{20000}-\u{3ffff}]"
# Of plain words no comma, full stop or other script says that they stand in another order.
_PLAIN_WORDS = r"^[A-Za-z0-9 '-]*$"
PART, GIVEN, FAMILY, GENERATION = "part", "given", "family", "generation"


def split_part(texts: pl.Series) -> pl.DataFrame:
    """Read a column that holds one part of a name: `part` and, of a family name, `generation`."""

    def read(names: pl.LazyFrame) -> pl.LazyFrame:
        folded = pl.col("folded")
        part = _words(_without_generation(folded, _ONE_WORD))
        return names.with_columns(_folded(pl.col("text")).alias("folded")).select(
            "text", part.alias(PART), _generation(folded, _ONE_WORD).alias(GENERATION)
        )

    return _split(texts, read, PART, (PART, GENERATION))


def split_full(texts: pl.Series) -> pl.DataFrame:
    """Read a column that holds full names.

    `given` is the first word, `family` the last with the particles before it, if there are two words; `generation` says
    which of several of one full name somebody is: 1 for Sr, 2 for Jr or II …; null where nothing says. Mr Lee has a
    family name alone, and `generation` is mr or ms: the two of a couple are told apart by nothing else.
    """

    def order(name: pl.Expr) -> pl.Expr:
        return put_in_order(name, _DEGREES, tuple(_GENERATIONS))

    def read(names: pl.LazyFrame) -> pl.LazyFrame:
        spelled = _spelled(read_sparingly(pl.col("text"), order, _PLAIN_WORDS, lambda text: text))
        address = pl.col("spelled").str.extract(_ADDRESSED_FAMILY)
        folded, bare, addressed = pl.col("folded"), pl.col("bare"), pl.col("addressed")
        first, last = _words(bare.str.extract(r"^(\S+)")), _words(bare.str.extract(_LAST_WORDS))
        return (
            names.with_columns(spelled.alias("spelled"))
            .with_columns(
                _without_titles(pl.col("spelled")).alias("folded"),
                address.replace_strict(_ADDRESSED, default=None, return_dtype=pl.String).alias("addressed"),
            )
            .with_columns(_without_generation(folded).alias("bare"))
            .select(
                "text",
                pl.when(addressed.is_null()).then(first).alias(GIVEN),
                pl.when(addressed.is_null()).then(last).otherwise(first).alias(FAMILY),
                pl.coalesce(addressed, _generation(folded, _TWO_WORDS)).alias(GENERATION),
            )
        )

    return _split(texts, read, GIVEN, (GIVEN, FAMILY, GENERATION))


def _split(
    texts: pl.Series, read: Callable[[pl.LazyFrame], pl.LazyFrame], itself: str, names: tuple[str, ...]
) -> pl.DataFrame:
    """Read every distinct text once by `read`, but a plain word is what it is, and null is null.

    `read` names what it needs more than once: Polars asks a function of ours anew wherever its answer stands.
    """
    is_plain = texts.str.contains(_PLAIN_WORD).fill_null(True)
    plain = [pl.col("text").str.to_lowercase() if name == itself else pl.lit(None, pl.String) for name in names]
    asked = texts.to_frame("text")
    if is_plain.all():
        return asked.select(word.alias(name) for word, name in zip(plain, names, strict=True))
    known = read(asked.filter(~is_plain).unique().lazy()).collect()
    joined = asked.join(known, on="text", how="left", maintain_order="left").with_columns(is_plain.alias("is_plain"))
    told = [pl.when("is_plain").then(word).otherwise(name) for word, name in zip(plain, names, strict=True)]
    return joined.select(word.alias(name) for word, name in zip(told, names, strict=True))


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


def _number_characters(texts: pl.Series) -> pl.Series:
    """Write each Chinese character as its sound and its number: Xiaoming is one sound of several names."""
    has_characters = texts.str.contains(_CHARACTER).fill_null(False)
    if not has_characters.any():
        return texts
    from anyascii import anyascii

    distinct = texts.filter(has_characters).unique()
    told = ["".join(f"{anyascii(one)}{ord(one):x}" if _is_character(one) else one for one in text) for text in distinct]
    return texts.replace(distinct, pl.Series(told, dtype=pl.String))


def _is_character(letter: str) -> bool:
    return "\u3400" <= letter <= "\u9fff" or "\U00020000" <= letter <= "\U0003ffff"


def _folded(text: pl.Expr) -> pl.Expr:
    """Lower-case ASCII words, hyphens kept, without titles and degrees."""
    return _without_titles(_spelled(text))


def _spelled(text: pl.Expr) -> pl.Expr:
    told = text.str.replace_all(INVISIBLE, "").map_batches(_number_characters, return_dtype=pl.String)
    plain = to_ascii(told).str.to_lowercase()
    spaced = plain.str.replace_all(r"\bm\.\s", "mr ").str.replace_all(r"[.,;/_()\"\s]+", " ")
    words = spaced.str.replace_all(r"[^a-z0-9 -]", "").str.replace_all(r"-+", "-").str.replace_all(r" +", " ")
    return words.str.strip_chars(" -")


def _without_titles(words: pl.Expr) -> pl.Expr:
    return words.str.replace(_TITLES, "").str.replace(_LAST_DEGREES, "").str.strip_chars(" -")


def _without_generation(folded: pl.Expr, before: str = _TWO_WORDS) -> pl.Expr:
    return folded.str.replace(rf"^({before})\s(?:{'|'.join(_GENERATIONS)})$", "${1}")


def _words(folded: pl.Expr) -> pl.Expr:
    text = folded.str.replace_all("-", " ").str.strip_chars()
    return pl.when(text != "").then(text)
