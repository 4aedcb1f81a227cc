"""Selectors of the incident file → expressions that say which of them an event matches.

This room judges one event's actor at a time; it must not know what follows from a match (semantics, section 3).
Attributes are read from the text cells of the log's own columns.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import reduce
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from operator import and_, or_

import polars as pl

from pipeline.config import Selector
from pipeline.errors import ConfigurationError
from pipeline.intake.rows import cell
from pipeline.intake.times import EARLIEST, LATEST
from pipeline.intake.words import fold
from pipeline.window import parse_instant

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_ZEROS = re.compile(r"(?<![0-9.])0+(?=[0-9])|(?<=\.)0+(?=[0-9])")  # 203.0.113.007, as some devices pad
_PORT = re.compile(r"^(?:\[(?P<six>[^\]]+)\](?::\d+)?|(?P<four>[\d.]+):\d+)$")
_PLAIN = r"^([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})$"
NOBODY_KNOWS = "?"
_NEVER, _ALWAYS = pl.lit(False), pl.lit(True)


def match_each(
    selectors: list[Selector], log: str, columns: Mapping[str, str], zone: str, *, is_any_enough: bool
) -> list[pl.Expr]:
    """Tell of each selector whether an event of this log matches it.

    Where a cell lists several addresses, as proxies do, the intruder is seen if any is theirs (`is_any_enough`), and an
    event is trusted only if all are: neither reading loses a read of the intruder's.

    `columns` is the log's mapping, attribute → column. The frame needs both readings of the event's time.
    """
    found = []
    for selector in selectors:
        readings = (EARLIEST, LATEST) if _has_times(selector) else (EARLIEST,)
        found.append(reduce(or_, [_matches_at(name, selector, log, columns, zone, is_any_enough) for name in readings]))
    return found


def first_of(matches: list[pl.Expr]) -> pl.Expr:
    """Number the first match (from 1); null if there is none."""
    number = pl.lit(None, pl.Int32)
    for place, is_match in reversed(list(enumerate(matches, start=1))):
        number = pl.when(is_match).then(pl.lit(place, pl.Int32)).otherwise(number)
    return number


def has_unreadable_address(selectors: list[Selector], columns: Mapping[str, str]) -> pl.Expr:
    """Tell where a cell holds something that is no address, so that a selector by address cannot judge it.

    An address that is NOBODY_KNOWS says that the log names no actor at all: then no selector can judge it.
    """
    if "ip" not in columns or not selectors:
        return pl.lit(False)
    if not any("ip" in selector.conditions for selector in selectors):
        return (cell(columns["ip"]) == NOBODY_KNOWS).fill_null(False)

    def judge(texts: pl.Series) -> pl.Series:
        distinct = texts.unique().drop_nulls()
        odd = distinct.filter(_plain_numbers(distinct).is_null())
        verdicts = [any(read_address(part) is None for part in _parts(text)) for text in odd.to_list()]
        unreadable = odd.filter(pl.Series(verdicts, dtype=pl.Boolean))
        return texts.is_in(unreadable.implode()).fill_null(False)

    return cell(columns["ip"]).map_batches(judge, return_dtype=pl.Boolean)


def read_address(text: str) -> Address | None:
    """Read an address as logs write it: with port, brackets or zone, IPv4 inside IPv6; null if it is none."""
    match = _PORT.match(text.strip())
    plain = (match["six"] or match["four"]) if match else text.strip()
    try:
        bare = plain.partition("%")[0]
        address = ip_address(bare if ":" in bare else _ZEROS.sub("", bare))
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def glob_regex(pattern: str, is_case_sensitive: bool = False) -> str:
    """Translate `*` (any text) and `?` (one character) into an anchored regular expression."""
    body = "".join({"*": ".*", "?": "."}.get(sign) or re.escape(sign) for sign in pattern)
    return rf"(?s{'' if is_case_sensitive else 'i'})\A(?:{body})\z"


def _has_times(selector: Selector) -> bool:
    own = selector.from_ is not None or selector.until is not None
    return own or any(_has_times(inner) for inner in selector.except_)


def _matches_at(
    reading: str, selector: Selector, log: str, columns: Mapping[str, str], zone: str, is_any_enough: bool
) -> pl.Expr:
    """Tell whether a selector holds, and none of its exceptions, at one reading of the event's time."""
    if selector.logs and log not in selector.logs:
        return _NEVER
    if any(name not in columns for name in [*selector.conditions, *selector.absent]):
        return _NEVER
    parts = [_holds(name, values, cell(columns[name]), is_any_enough) for name, values in selector.conditions.items()]
    parts += [cell(columns[name]).fill_null("").str.strip_chars() == "" for name in selector.absent]
    parts += _in_time(reading, selector, zone)
    excepted = [_matches_at(reading, inner, log, columns, zone, not is_any_enough) for inner in selector.except_]
    if excepted:
        parts.append(~reduce(or_, excepted))
    return reduce(and_, parts, _ALWAYS)


def _holds(attribute: str, values: list[str], text: pl.Expr, is_any_enough: bool) -> pl.Expr:
    if attribute == "ip":
        return _in_networks(text, [_read_network(value) for value in values], is_any_enough)
    if attribute == "user_agent":
        trimmed = text.fill_null("").str.strip_chars()
        return reduce(or_, [trimmed.str.contains(glob_regex(value.strip())) for value in values])
    wanted = [value.strip().lower() for value in values]

    def judge(texts: pl.Series) -> pl.Series:
        distinct = texts.unique().to_frame("text")
        theirs = distinct.filter(fold(pl.col("text")).fill_null("").is_in(wanted))["text"]
        return texts.is_in(theirs.implode(), nulls_equal=True)

    return text.map_batches(judge, return_dtype=pl.Boolean)


def _in_networks(text: pl.Expr, networks: list[Network], is_any_enough: bool) -> pl.Expr:
    """Judge each distinct cell once: one that is a plain IPv4 address as a number, any other as the text it is."""
    ranges = [(int(one[0]), int(one[-1])) for one in networks if isinstance(one, IPv4Network)]

    def judge(texts: pl.Series) -> pl.Series:
        distinct = texts.unique().drop_nulls()
        number = _plain_numbers(distinct)
        is_plain = number.is_not_null()
        plain, odd = distinct.filter(is_plain), distinct.filter(~is_plain)
        verdicts = [_are_inside(value, networks, is_any_enough) for value in odd.to_list()]
        found = number.drop_nulls()
        inside = reduce(or_, [found.is_between(*ends) for ends in ranges], pl.repeat(False, len(found), eager=True))
        theirs = pl.concat([odd.filter(pl.Series(verdicts, dtype=pl.Boolean)), plain.filter(inside)])
        return texts.is_in(theirs.implode()).fill_null(False)

    return text.map_batches(judge, return_dtype=pl.Boolean)


def _plain_numbers(texts: pl.Series) -> pl.Series:
    """Read cells that hold one IPv4 address and nothing else as its number; null for any other."""
    octets = (
        texts.alias("text").to_frame().select(pl.col("text").str.extract_groups(_PLAIN).alias("found")).unnest("found")
    )
    value = pl.lit(0, pl.Int64)
    for name in octets.columns:
        octet = pl.col(name).cast(pl.Int64)
        value = value * 256 + pl.when(octet <= 255).then(octet)
    return octets.select(value.alias("number")).to_series()


def _parts(text: str) -> list[str]:
    """Split what proxies have listed in one cell; a lone dash is how logs write nothing."""
    return [part for part in re.split(r"[,;\s]+", text.strip()) if part and part != "-"]


def _are_inside(text: str, networks: list[Network], is_any_enough: bool) -> bool:
    """Judge the addresses of one cell: one, or a list that proxies have added to."""
    addresses = [read_address(part) for part in _parts(text)]
    inside = [address is not None and any(address in network for network in networks) for address in addresses]
    return any(inside) if is_any_enough else bool(inside) and all(inside)


def _read_network(text: str) -> Network:
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        what = "a selector's ip is neither an address nor a network"
        raise ConfigurationError(what, remedy="write 203.0.113.7 or 203.0.113.0/24") from None


def _in_time(reading: str, selector: Selector, zone: str) -> list[pl.Expr]:
    parts = []
    if selector.from_ is not None:
        parts.append(pl.col(reading) >= _instant(selector.from_, zone, is_end=False))
    if selector.until is not None:
        parts.append(pl.col(reading) < _instant(selector.until, zone, is_end=True))
    return parts


def _instant(text: str, zone: str, is_end: bool) -> datetime:
    return parse_instant(text, zone, is_end=is_end).astimezone(UTC).replace(tzinfo=None)
