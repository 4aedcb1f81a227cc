"""Apache's `LogFormat` strings → patterns, and which directive plays which role.

This room knows mod_log_config and mod_logio (Apache 2.4: the directives, their modifiers, what is escaped). Directives
are named in a normal form: `%>s`, `%{user-agent}i` (header names in lower case), without the status lists that only say
when a dash is written. `%t` and its kin stamp when the request was *received*, `%{end:…}t` when it was answered.
"""

from __future__ import annotations

import re

from pipeline.errors import ConfigurationError
from pipeline.intake.web.patterns import PLAIN, REQUEST, Field, Pattern
from pipeline.intake.web.stamps import CLF, Clock

_DIRECTIVE = re.compile(
    r"%(?:(?P<percent>%)|(?P<modifiers>(?:[<>]|!?[0-9]{3}(?:,[0-9]{3})*|!|\{[^}]*\})*)(?P<letter>\^?[A-Za-z]{1,2}(?<=\^..)|[A-Za-z]))"
)
_MODIFIER = re.compile(r"\{(?P<name>[^}]*)\}|(?P<side>[<>])")
_COMMAND = re.compile(r'^\s*LogFormat\s+"(?P<format>(?:[^"\\]|\\.)*)"(?:\s+\S+)?\s*$')

_NUMBER, _WORD = "[0-9]+|-[0-9]*", "[^ ]+"
_PLAIN = {
    **dict.fromkeys("bBDIOSTkp", _NUMBER), **dict.fromkeys("aAhHm", _WORD), **dict.fromkeys("vV", "[^ ]+?"),
    "s": "[0-9]{3}|-", "P": "[0-9a-fA-Fx]+|-", "X": "[X+-]", "q": r'(?:\?[^ "]*)?',
}  # fmt: skip
_LOGNAME = r"-|[A-Za-z_][^ .:]*"
_USER, _LOOSE_USER = "[^ ]+", r'-|""|[^ "-][^ ]*(?: [^ ]+)*?'
_HOST = r"[^ -][^ ]*"
_CASELESS = frozenset("ioTpP")
_CLF_STAMP = r"[0-9]{2}/[A-Za-z]{3}/[0-9]{4}:[0-9:]{8} [+-][0-9]{4}"
_STAMP_PARTS = {
    "Y": r"[0-9]{4}", "G": r"[0-9]{4}", "m": r"[0-9]{1,2}", "d": r" ?[0-9]{1,2}", "e": r" ?[0-9]{1,2}",
    "H": r"[0-9]{2}", "I": r"[0-9]{2}", "M": r"[0-9]{2}", "S": r"[0-9]{2}", "j": r"[0-9]{3}", "y": r"[0-9]{2}",
    "V": r"[0-9]{2}", "u": r"[1-7]", "w": r"[0-6]", "b": r"\w+\.?", "B": r"\w+", "h": r"\w+\.?", "a": r"\w+\.?",
    "A": r"\w+", "p": r"\w*", "z": r"[+-][0-9]{2}:?[0-9]{2}", "Z": r"\w*", "s": r"[0-9]+", "n": r"\s*", "t": r"\s*",
    "T": r"[0-9:]{8}", "R": r"[0-9:]{5}", "F": r"[0-9-]{10}", "D": r"[0-9/]{8}", "%": "%",
}  # fmt: skip
_FRACTIONS = {"msec_frac": ("[0-9]{3}", "%3f"), "usec_frac": ("[0-9]{6}", "%6f")}
_NUMBERS = {"sec": "unix", "msec": "unix_ms", "usec": "unix_us"}

ROLES: dict[str, tuple[str, ...]] = {
    "ip": ("%a", "%{c}a", "%h"),
    "principal": ("%u", "%>u", "%<u"),
    "user_agent": ("%{user-agent}i",),
    "virtual_host": ("%v", "%V", "%{host}i"),
    "port": ("%p", "%{canonical}p", "%{local}p"),
    "scheme": ("%{x-forwarded-proto}i", "%{REQUEST_SCHEME}e"),
    "status": ("%>s", "%s", "%<s"),
    "bytes": ("%B", "%b", "%O"),
    "promised": ("%{content-length}o",),
    "body": ("%B", "%b"),
    "content_type": ("%{content-type}o",),
    "event_id": ("%{UNIQUE_ID}e",),
    "asked_range": ("%{range}i",),
    "delivered_range": ("%{content-range}o",),
    "connection": ("%X",),
    "request": ("%r", "%>r", "%<r"),
    "method": ("%m", "%>m", "%<m"),
    "path": ("%<U", "%U", "%>U"),
    "query": ("%q", "%<q", "%>q"),
    "seconds": ("%T", "%{s}T"),
    "milliseconds": ("%{ms}T",),
    "microseconds": ("%D", "%{us}T"),
}
FORWARDED = ("%{x-forwarded-for}i", "%{x-real-ip}i", "%{cf-connecting-ip}i", "%{true-client-ip}i")


def compile_apache(text: str, where: str = "") -> Pattern:
    """Compile a format string, or the whole `LogFormat` line it stands in; raises ConfigurationError for neither."""
    command = _COMMAND.match(text)
    written = (command["format"] if command else text).replace('\\"', '"').replace("\\t", "\t")
    pieces: list[str | Field] = []
    place = 0
    for match in _DIRECTIVE.finditer(written):
        pieces += [written[place : match.start()]] if match.start() > place else []
        pieces += ["%"] if match["percent"] else _fields(match["modifiers"], match["letter"])
        place = match.end()
    pieces += [written[place:]] if place < len(written) else []
    if not any(isinstance(piece, Field) for piece in pieces):
        what, remedy = "the pattern holds no directive", "copy it from LogFormat, such as '%h %l %u %t \"%r\" %>s %b'"
        raise ConfigurationError(what, where=where, remedy=remedy)
    return Pattern(_joined(pieces))


def normal_name(directive: str) -> str:
    """Write one directive in its normal form."""
    match = _DIRECTIVE.fullmatch(directive)
    return directive if match is None or match["percent"] else _name(match["modifiers"], match["letter"])


def clock_of(pattern: Pattern) -> tuple[Clock | None, bool]:
    """Find the fields that make up a pattern's stamp, and whether it is the end of the request."""
    stamps = [field.name for field in pattern.fields.values() if field.name.endswith("t") and "^" not in field.name]
    ends = [name for name in stamps if "{end:" in name]
    starts = [name for name in stamps if name not in ends]
    chosen = starts or ends
    whole = [name for name in chosen if _layout(name) in _NUMBERS.values()]
    chosen = whole[:1] or [name for name in chosen if _layout(name)]
    if not chosen:
        return None, False
    return Clock(tuple(chosen), tuple(_layout(name) for name in chosen)), not starts


def _name(modifiers: str, letter: str) -> str:
    side = argument = ""
    for match in _MODIFIER.finditer(modifiers):
        side = match["side"] or side
        argument = match["name"] if match["name"] is not None else argument
    if letter in _CASELESS:
        argument = argument.lower()
    return f"%{side}{{{argument}}}{letter}" if argument else f"%{side}{letter}"


def _fields(modifiers: str, letter: str) -> list[str | Field]:
    name = _name(modifiers, letter)
    if letter == "t":
        return _stamp(name)
    if letter == "r":
        return [Field(name, REQUEST)]
    if letter == "h":
        return [Field(name, PLAIN, _HOST)]
    if letter == "l":
        return [Field(name, PLAIN, _LOGNAME)]
    if letter == "u":
        return [Field(name, PLAIN, _USER, _LOOSE_USER)]
    if letter in _PLAIN and not letter.startswith("^"):
        return [Field(name, PLAIN, _PLAIN[letter], blank="0" if letter in "bB" else None)]
    return [Field(name)]


def _stamp(name: str) -> list[str | Field]:
    layout = name.partition("{")[2].rpartition("}")[0].removeprefix("begin:").removeprefix("end:")
    if not layout:
        return [Field(name, PLAIN, rf"\[{_CLF_STAMP}\]|-")]
    if layout in _NUMBERS:
        return [Field(name, PLAIN, r"[0-9]+|-")]
    if layout in _FRACTIONS:
        return [Field(name, PLAIN, f"{_FRACTIONS[layout][0]}|-")]
    parts = [
        _STAMP_PARTS.get(found[1], r"\S+") if found[1] else re.escape(found[0])
        for found in re.finditer(r"%[EO_^#-]?([A-Za-z%])|[^%]+", layout)
    ]
    return [Field(name, PLAIN, f"{''.join(parts)}|-")]


def _layout(name: str) -> str:
    """Say how a stamp's field is written, for the reader of stamps; empty for what no stamp can be read from."""
    layout = name.partition("{")[2].rpartition("}")[0].removeprefix("begin:").removeprefix("end:")
    if not layout:
        return f"[{CLF}]"
    if layout.startswith("%s"):
        return "unix"  # seconds since 1970 say all; what follows them adds nothing
    return _NUMBERS.get(layout) or _FRACTIONS.get(layout, ("", layout))[1]


def _joined(pieces: list[str | Field]) -> tuple[str | Field, ...]:
    joined: list[str | Field] = []
    for piece in pieces:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        else:
            joined.append(piece)
    return tuple(joined)
