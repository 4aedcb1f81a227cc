"""Telephone numbers as written → E.164, with Google's own number plans (the `phonenumbers` library).

The library reads about ten thousand numbers a second. So numbers written plainly are judged all at once by the very
patterns the library holds; only what these leave open (prefixes, extensions, invalid numbers) is read one by one. Both
ways give the same answer; the tests hold them side by side.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
import polars as pl
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

from pipeline.errors import ConfigurationError

_LONGEST = 60
_SEPARATORS = r"[ \u{a0}().\-/]"
_KINDS = (
    *("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "pager", "uan"),
    "voicemail",
)
_NO_LINE = "0000000"
# The library's patterns write \d, which is any script's digit; among ASCII digits alone they match twenty times faster.
_ASCII = "(?-u)"


@dataclass(frozen=True, slots=True)
class _Plan:
    """A country code's numbers: valid ones, and those whose first digits might not belong to them."""

    valid: str
    doubtful: str


def require_region(region: str | None, where: str) -> None:
    """Raise ConfigurationError for a country whose numbers nobody could read."""
    if region is not None and phonenumbers.country_code_for_region(region) == 0:
        what = "is no country with telephone numbers"
        raise ConfigurationError(what, where=where, remedy="write one such as GB or US")


def normalise_phones(texts: pl.Series, region: str | None) -> pl.Series:
    """Bring numbers into E.164, `region` being the country of those without a code; null for what is none."""
    plain = _read_plain(texts, region)
    open_ = texts.filter(plain.is_null() & texts.is_not_null()).unique(maintain_order=True)
    if not len(open_):
        return plain
    one_by_one = pl.Series([read_phone(text, region) for text in open_.to_list()], dtype=pl.String)
    found = pl.DataFrame({"text": texts, "plain": plain}).join(
        pl.DataFrame({"text": open_, "slow": one_by_one}), on="text", how="left", maintain_order="left"
    )
    return found.select(pl.coalesce("plain", "slow").alias("number")).to_series()


@lru_cache(maxsize=100_000)
def read_phone(text: str, region: str | None) -> str | None:
    """Read one number; null for what is no valid number, or none that could be anybody's."""
    if len(text) > _LONGEST:
        return None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    national = str(number.national_number)
    if len(set(national)) == 1 or national.endswith(_NO_LINE) or not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _read_plain(texts: pl.Series, region: str | None) -> pl.Series:
    """Read numbers that leave no doubt; null for all others."""
    plain = _without_separators(texts)
    frame = pl.DataFrame({"plain": plain, "code": plain.str.extract(_any_code())}).with_row_index("row")
    parts = [
        frame.filter(pl.col("code") == code).select(
            "row", "code", pl.col("plain").str.slice(1 + len(code)).alias("national")
        )
        for code in frame["code"].drop_nulls().unique().sort().to_list()
    ]
    own = str(phonenumbers.country_code_for_region(region)) if region is not None else "0"
    if own != "0":
        bare = frame.filter(pl.col("plain").str.contains(r"^[0-9]{4,15}$"))
        parts.append(bare.select("row", pl.lit(own).alias("code"), pl.col("plain").alias("national")))
    judged = [_judge(part, part["code"][0], region) for part in parts if part.height]
    if not judged:
        return texts.clear().extend_constant(None, len(texts))
    found = frame.select("row").join(pl.concat(judged), on="row", how="left", maintain_order="left")
    return found["number"]


def _without_separators(texts: pl.Series) -> pl.Series:
    is_bare = texts.str.contains(r"^\+?[0-9]+$")
    return texts if is_bare.all() else texts.str.strip_chars().str.replace_all(_SEPARATORS, "")


def _judge(part: pl.DataFrame, code: str, region: str | None) -> pl.DataFrame:
    """Keep the numbers of one country code that its plan calls valid beyond doubt."""
    plan = _plan_of(int(code), region)
    national = pl.col("national")
    is_real = ~national.str.contains(r"^(?:0+|1+|2+|3+|4+|5+|6+|7+|8+|9+)$")
    is_clear = national.str.contains(plan.valid) & ~national.str.contains(plan.doubtful)
    kept = part.filter(is_clear & is_real & ~national.str.ends_with(_NO_LINE))
    return kept.select("row", (pl.lit("+") + pl.col("code") + national).alias("number"))


@lru_cache(maxsize=1)
def _any_code() -> str:
    codes = [str(code) for code, regions in COUNTRY_CODE_TO_REGION_CODE.items() if regions[0] != "001"]
    return rf"^\+({'|'.join(sorted(codes))})[0-9]{{4,14}}$"


@lru_cache(maxsize=300)
def _plan_of(code: int, region: str | None) -> _Plan:
    regions = COUNTRY_CODE_TO_REGION_CODE[code]
    valid = [pattern for name in regions for pattern in _patterns(name)]
    starts = [_prefix(regions[0])]
    if region is not None and region in regions:
        # a number of the own country might begin with the way out of it, or with the country's code
        starts += [_prefix(region), _metadata(region).international_prefix or "", str(code)]
    doubtful = "|".join(f"(?:{start})" for start in starts if start)
    return _Plan(rf"{_ASCII}^(?:{'|'.join(valid)})$", rf"{_ASCII}^(?:{doubtful})" if doubtful else "^$")


def _metadata(region: str) -> PhoneMetadata:
    metadata = PhoneMetadata.metadata_for_region(region)
    assert metadata is not None, "the library knows every region it lists"
    return metadata


def _prefix(region: str) -> str:
    return _metadata(region).national_prefix_for_parsing or ""


def _patterns(region: str) -> list[str]:
    descriptions = [getattr(_metadata(region), kind) for kind in _KINDS]
    return [one.national_number_pattern for one in descriptions if one is not None and one.national_number_pattern]
