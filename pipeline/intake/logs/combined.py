"""Access logs of Apache and nginx: common, combined, with a virtual host before them, or by their own format string.

What such a log proves: who asked for which path, when, and how the server answered, with how many bytes. What it cannot
see: what was in the answer, who sat behind a proxy that names nobody, and what a POST asked for. Without `pattern:` the
usual layouts are tried: Apache's `common`, `combined`, `vhost_combined`, and nginx's `combined` and `main`.

The stamp is the start of the request (Apache) or its end (nginx, whose `$request_time` leads back to the start; without
it the end counts). A cell of addresses holds the peer's and all that proxies named: an intruder may forge a header, so
neither alone would do. Sources: Apache's mod_log_config, nginx's ngx_http_log_module.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from pipeline.errors import ConfigurationError
from pipeline.intake.logs.formats import REFUSAL, TEXT, Format, Options, Sample
from pipeline.intake.rows import LINE
from pipeline.intake.web import apache, nginx
from pipeline.intake.web.meaning import absolute, action_of, is_short, outcome_of, range_of, scheme_of
from pipeline.intake.web.patterns import METHOD, PLAIN, TARGET, Field, Pattern, match_count, take_apart
from pipeline.intake.web.stamps import Clock, start_of, to_iso

_COMMON = '%h %l %u %t "%r" %>s %b'
_TAIL = ' "%{Referer}i" "%{User-Agent}i"'
_USUAL = (
    _COMMON + _TAIL, _COMMON, _COMMON + _TAIL + ' "%{X-Forwarded-For}i"',
    f"%v:%p {_COMMON}{_TAIL}", f"%v:%p {_COMMON}", f"%v {_COMMON}{_TAIL}", f"%v {_COMMON}",
)  # fmt: skip
# The usual layouts name no fourth quoted field but this one, so anything else there is another layout.
_FORWARDED = Field("%{x-forwarded-for}i", PLAIN, "-|[0-9A-Fa-f.:]+(?:, ?[0-9A-Fa-f.:]+)*")
_NOTHING = pl.lit(None, pl.String)
_DURATIONS = {"seconds": 1.0, "milliseconds": 1e-3, "microseconds": 1e-6}


@dataclass(frozen=True, slots=True)
class _Reading:
    """How a log's lines are taken apart: patterns, the fields of each role, its clock and what else was asked for."""

    patterns: tuple[Pattern, ...]
    roles: tuple[tuple[str, str], ...]
    forwarded: tuple[str, ...]
    clock: Clock
    is_end: bool
    extra: tuple[tuple[str, str], ...]

    @property
    def wanted(self) -> list[str]:
        names = [field for _, field in (*self.roles, *self.extra)]
        return [*names, *self.forwarded, *self.clock.fields]


def recognise(sample: Sample) -> bool:
    """Tell whether at least half of the lines have one of the usual layouts."""
    lines = pl.Series([line for line in sample.lines[:100] if line.strip()], dtype=pl.String)
    return len(lines) > 0 and match_count(lines, _usual().patterns) >= 0.5 * len(lines)


def read(frame: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Read lines by the log's own pattern, else by the usual ones.

    Raises ConfigurationError for a pattern that names no time or no request.
    """
    reading = _reading(options.pattern, tuple(sorted(options.extra.items())), options.where)
    parts = take_apart(frame[TEXT], reading.patterns, reading.wanted)
    stamps = to_iso(parts.select(reading.clock.texts()).to_series(), reading.clock.layout)
    refusal: pl.Expr = (
        pl.when(~pl.col("is_read"))
        .then(pl.lit("not a line of this pattern"))
        .when(pl.col("\x00time").is_null())
        .then(pl.lit("unreadable time"))
    )
    parts = parts.with_columns(stamps.alias("\x00time"))
    told = parts.lazy().select(refusal.alias(REFUSAL), *_told(reading)).collect()
    if reading.is_end and dict(reading.roles).keys() & _DURATIONS.keys():
        told = told.with_columns(start_of(told["time"], parts.select(_seconds(reading)).to_series()).alias("time"))
    return pl.concat([frame.select(LINE), told], how="horizontal")


def _told(reading: _Reading) -> list[pl.Expr]:
    """Say what each role of an event is."""
    fields = dict(reading.roles)

    def of(role: str) -> pl.Expr:
        return pl.col(fields[role]) if role in fields else _NOTHING

    request = fields.get("request")
    method = of("method") if request is None else pl.col(request + METHOD)
    status = of("status")
    plain = ("principal", "user_agent", "virtual_host", "status", "bytes", "content_type", "event_id")
    ranges = range_of(of("asked_range"), of("delivered_range"))
    return [
        pl.col("\x00time").alias("time"),
        _addresses(reading, fields).alias("ip"),
        *(of(role).alias(role) for role in plain),
        action_of(method, status).alias("action"),
        outcome_of(_is_broken_off(fields, method), status).alias("outcome"),
        _resource(fields).alias("resource"),
        pl.when(status == "206").then(ranges).alias("range"),
        *(pl.col(field).alias(name) for name, field in reading.extra),
    ]


def _addresses(reading: _Reading, fields: dict[str, str]) -> pl.Expr:
    names = [*([fields["ip"]] if "ip" in fields else []), *reading.forwarded]
    if len(names) == 1:
        return pl.col(names[0])
    return pl.concat_str(names, separator=", ", ignore_nulls=True) if names else _NOTHING


def _is_broken_off(fields: dict[str, str], method: pl.Expr) -> pl.Expr:
    found = pl.lit(False)
    if "connection" in fields:
        found = found | (pl.col(fields["connection"]) == "X")
    if "completion" in fields:
        found = found | (pl.col(fields["completion"]).fill_null("") != "OK")
    if "promised" in fields and "body" in fields:
        found = found | is_short(pl.col(fields["body"]), pl.col(fields["promised"]), method)
    return found


def _resource(fields: dict[str, str]) -> pl.Expr:
    """Give the path and query as logged, behind the virtual host where the log names it."""
    request = fields.get("request")
    path = pl.col(request + TARGET) if request else pl.col(fields["path"])
    if request is None and "query" in fields and fields["path"] != "$request_uri":
        query = pl.col(fields["query"]).fill_null("")
        mark = pl.when((query == "") | query.str.starts_with("?")).then(pl.lit("")).otherwise(pl.lit("?"))
        path = pl.concat_str(path, mark, query)
    if "virtual_host" not in fields:
        return path
    scheme = pl.col(fields["scheme"]) if "scheme" in fields else _NOTHING
    by_port = scheme_of(pl.col(fields["port"])) if "port" in fields else _NOTHING
    return absolute(path, pl.col(fields["virtual_host"]), pl.coalesce(scheme, by_port))


def _seconds(reading: _Reading) -> pl.Expr:
    fields = dict(reading.roles)
    role = next(name for name in _DURATIONS if name in fields)
    return (pl.col(fields[role]).cast(pl.Float64, strict=False) * _DURATIONS[role]).cast(pl.String)


@lru_cache(maxsize=64)
def _reading(pattern: str | None, extra: tuple[tuple[str, str], ...], where: str) -> _Reading:
    if pattern is None:
        return _usual(extra)
    is_nginx = "%" not in pattern or "log_format" in pattern or "$remote_addr" in pattern
    compiled = nginx.compile_nginx(pattern, where) if is_nginx else apache.compile_apache(pattern, where)
    clock, is_end = nginx.clock_of(compiled) if is_nginx else apache.clock_of(compiled)
    roles, forwarded = _roles(compiled, nginx if is_nginx else apache)
    named = {role for role, _ in roles}
    lacking = [] if clock else ["the time"]
    lacking += [] if named & {"request", "path"} else ["the request"]
    if clock is None or lacking:
        what = f"the pattern does not log {' or '.join(lacking)}"
        raise ConfigurationError(what, where=where, remedy="map another log, or correct `pattern`")
    known = tuple((name, field) for name, field in _named(extra, is_nginx) if field in compiled.fields)
    return _Reading((compiled,), roles, forwarded, clock, is_end, known)


@lru_cache(maxsize=64)
def _usual(extra: tuple[tuple[str, str], ...] = ()) -> _Reading:
    patterns = tuple(_strict(apache.compile_apache(text)) for text in _USUAL)
    roles = dict(pair for pattern in patterns for pair in _roles(pattern, apache)[0])
    clock, is_end = apache.clock_of(patterns[0])
    assert clock is not None
    fields = {name for pattern in patterns for name in pattern.fields}
    known = tuple((name, field) for name, field in _named(extra, False) if field in fields)
    return _Reading(patterns, tuple(roles.items()), ("%{x-forwarded-for}i",), clock, is_end, known)


def _strict(pattern: Pattern) -> Pattern:
    pieces = (
        _FORWARDED if isinstance(piece, Field) and piece.name == _FORWARDED.name else piece for piece in pattern.pieces
    )
    return Pattern(tuple(pieces), pattern.escapes)


def _named(extra: tuple[tuple[str, str], ...], is_nginx: bool) -> tuple[tuple[str, str], ...]:
    return extra if is_nginx else tuple((name, apache.normal_name(field)) for name, field in extra)


def _roles(pattern: Pattern, server: object) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Find the field of each role, the first that the pattern has, and the fields in which proxies name addresses."""
    wanted = nginx.ROLES if server is nginx else apache.ROLES
    forwarded = nginx.FORWARDED if server is nginx else apache.FORWARDED
    present = pattern.fields
    found = [(role, next((name for name in names if name in present), None)) for role, names in wanted.items()]
    roles = tuple((role, name) for role, name in found if name is not None)
    return roles, tuple(name for name in forwarded if name in present)


FORMAT = Format("combined", "lines", recognise, read)
