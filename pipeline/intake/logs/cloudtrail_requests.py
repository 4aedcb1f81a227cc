"""What a CloudTrail request read: its parameters → resource, keys, conditions and statement.

This room fills the patterns of `cloudtrail_calls`; it must not know identities or outcomes. Only requests that read
come here, call by call, so that each is decoded for the few parameters that matter to it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import polars as pl

from pipeline.intake.json_fields import Fields, parsed, plain_texts, read_fields
from pipeline.intake.logs.cloudtrail_calls import CALLS, Call
from pipeline.intake.logs.cloudtrail_items import read_items
from pipeline.intake.logs.roles import WITHHELD

_OUT = {
    **dict.fromkeys(("resource", "statement", "dialect", "database", "filters", "record_keys", "columns"), pl.String),
    "is_no_read": pl.Boolean,
}  # fmt: skip
_LIST = "[]"
_HOLE = re.compile(r"\{([^{}]+)\}")
_HIDDEN = r"(?i)^\W*(?:hidden_due_to_security_reasons|omitted|obfuscated|redacted)?\W*$"
_ARNS = (
    (r"^(?:s3://)?arn:[^:]*:s3:::(.+)$", "s3://$1"),
    (r"^(?:dynamodb://)?arn:[^:]*:dynamodb:[^:]*:[^:]*:table/([^/]+).*$", "dynamodb://$1"),
    (r"^(?:rds://)?arn:[^:]*:rds:[^:]*:[^:]*:(?:db|cluster):(.+)$", "rds://$1"),
    (r"^(?:rds-snapshot://)?arn:[^:]*:rds:[^:]*:[^:]*:(?:cluster-)?snapshot:(.+)$", "rds-snapshot://$1"),
    (r"^arn:[^:]*:ec2:[^:]*:[^:]*:volume/(.+)$", "ebs://$1"),
    (r"^arn:[^:]*:ec2:[^:]*:[^:]*:snapshot/(.+)$", "snapshot://$1"),
    (r"^arn:[^:]*:ec2:[^:]*:[^:]*:instance/(.+)$", "ec2://$1"),
    (r"^arn:[^:]*:ec2:[^:]*:[^:]*:image/(.+)$", "ami://$1"),
    (r"^(?:secret://)?arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:(.+?)(?:-[A-Za-z0-9]{6})?$", "secret://$1"),
    (r"^(?:parameter://)?arn:[^:]*:ssm:[^:]*:[^:]*:parameter/?", "parameter://"),
    (r"^parameter:///+", "parameter://"),
    (r"^(?:kms://)?arn:[^:]*:kms:[^:]*:[^:]*:(?:key/)?", "kms://"),
    (r"^(?:logs://)?arn:[^:]*:logs:[^:]*:[^:]*:log-group:([^:]+).*$", "logs://$1"),
)  # fmt: skip


def read_requests(records: pl.DataFrame) -> pl.DataFrame:
    """Say what each of some records read.

    `records`: row, call, request (JSON of its parameters), resources (JSON list of ARNs). One row each comes back, with
    `row` and text columns resource (or a JSON list of them), statement, dialect, database, filters, record_keys and
    columns, and `is_no_read` where the parameters show that nothing was handed out.
    """
    parts = [_read_call(part, str(name)) for (name,), part in records.group_by("call", maintain_order=True)]
    empty = pl.DataFrame(schema={"row": records.schema["row"], **_OUT})
    return pl.concat([empty, *(part.select(list(empty.columns)) for part in parts)])


def _read_call(part: pl.DataFrame, name: str) -> pl.DataFrame:
    call = CALLS.get(name, Call("view"))
    found = read_fields(plain_texts(part["request"]), _fields(call))
    frame = pl.concat([part.select("row", "resources"), found], how="horizontal").lazy()
    named = pl.coalesce([*_resources(call), pl.lit(None, pl.String)])
    read = frame.with_columns(named.alias("resource"), _statement(call).alias("statement")).with_columns(_said(call))
    told = read.select("row", "resources", *_OUT).collect()
    if name.startswith("dynamodb:"):
        told = _with_items(told, part, name)
    if told["resource"].null_count():
        told = told.with_columns(pl.coalesce("resource", _by_arn(pl.col("resources")), pl.lit(f"{name}:")))
    return told


def _fields(call: Call) -> Fields:
    """Name the parameters a call's request is decoded for."""
    names = [hole for form in call.resources for hole in _HOLE.findall(form)]
    names += [call.statement] if call.statement else []
    scalars = {_cell(name): name for name in names if _LIST not in name}
    scalars |= {"database": "database", "schema": "queryExecutionContext.database"} if call.statement else {}
    whole = {_cell(name): name.partition(_LIST)[0] for name in names if _LIST in name}
    if call.needs and call.needs not in names:
        whole[_cell(call.needs)] = call.needs
    return Fields(scalars, whole)


def _cell(name: str) -> str:
    return f"p:{name}"


def _resources(call: Call) -> list[pl.Expr]:
    """Fill each pattern; one whose values are not all there is null."""
    forms: list[pl.Expr] = []
    for form in call.resources:
        if _LIST in form:
            forms.append(_list_of(form))
            continue
        pieces: list[pl.Expr] = []
        for place, piece in enumerate(_HOLE.split(form)):
            pieces.append(_encoded(pl.col(_cell(piece)), piece) if place % 2 else pl.lit(piece))
        forms.append(_shortened(pl.concat_str(pieces), form.partition("{")[0]))
    return forms


def _encoded(value: pl.Expr, name: str) -> pl.Expr:
    """Percent-encode what would end a path; a copy's source comes encoded, and with a leading slash or without."""
    text = pl.when(value.str.strip_chars() != "").then(value)
    if name == "x-amz-copy-source":
        return text.map_batches(_decoded_source, return_dtype=pl.String)
    if name != "key":
        return text
    return text.str.replace_all("%", "%25").str.replace_all("?", "%3F", literal=True).str.replace_all("#", "%23")


def _decoded_source(sources: pl.Series) -> pl.Series:
    plain = sources.str.strip_chars_start("/")
    coded = plain.filter(plain.str.contains("%", literal=True)).unique(maintain_order=True)
    return plain.replace(coded, pl.Series([_recode(text) for text in coded.to_list()], dtype=pl.String))


def _recode(source: str) -> str:
    path, mark, version = source.partition("?")
    return unquote(path).replace("%", "%25").replace("?", "%3F").replace("#", "%23") + mark + version


def _shortened(resource: pl.Expr, scheme: str = "") -> pl.Expr:
    """Write resources that are named by an ARN, or may be within a scheme, as they are named by a request."""
    for pattern, short in _ARNS:
        if not scheme or (scheme != "s3://" and scheme in pattern):
            resource = resource.str.replace(pattern, short)
    return resource


def _list_of(form: str) -> pl.Expr:
    """Fill a pattern once for each item of a list, as a JSON list; a single resource stands as itself."""
    holes = _HOLE.findall(form)
    schema = {"row": pl.Int64, "item": pl.String}

    def fill(cells: pl.Series) -> pl.Series:
        distinct = cells.unique(maintain_order=True)
        rows = [(row, text) for row, values in enumerate(distinct.to_list()) for text in _fill_list(form, values)]
        items = pl.DataFrame(rows, schema=schema, orient="row").select(
            "row", _shortened(pl.col("item"), form.partition("{")[0])
        )
        lists = items.group_by("row", maintain_order=True).agg("item")
        known = {row: texts[0] if len(texts) == 1 else json.dumps(texts) for row, texts in lists.iter_rows()}
        made = pl.Series([known.get(row) for row in range(len(distinct))], dtype=pl.String)
        known_cells = distinct.to_frame("cells").with_columns(made.alias("made"))
        return cells.to_frame("cells").join(
            known_cells, on="cells", how="left", nulls_equal=True, maintain_order="left"
        )["made"]

    return pl.struct(pl.col(_cell(hole)).alias(hole) for hole in holes).map_batches(fill, return_dtype=pl.String)


def _fill_list(form: str, values: dict[str, str | None]) -> list[str]:
    hole = next(name for name in values if _LIST in name)
    items = parsed(values[hole])
    if not isinstance(items, list) or None in values.values():
        return []
    rest = {name: str(value) for name, value in values.items() if name != hole}
    texts = [item for item in items if isinstance(item, str) and item.strip()]
    return ["".join(_fill(form, rest | {hole: text})) for text in texts]


def _fill(form: str, values: dict[str, str]) -> Iterator[str]:
    for place, piece in enumerate(_HOLE.split(form)):
        yield values[piece] if place % 2 else piece


def _by_arn(resources: pl.Expr) -> pl.Expr:
    """Name the resource by the first ARN of the record, which is an object before its bucket."""
    arns = resources.str.extract(r'(?i)"(?:arn|uid)"\s*:\s*"(arn:[^"]*)"')
    return _shortened(arns)


def _statement(call: Call) -> pl.Expr:
    """Give the statement's text; what the service kept out of the log is none."""
    if call.statement is None:
        return pl.lit(None, pl.String)
    text = pl.col(_cell(call.statement))
    if _LIST in call.statement:
        inner = call.statement.partition(_LIST)[2].removeprefix(".")
        text = text.map_batches(lambda texts: _joined(texts, inner), return_dtype=pl.String)
    return pl.when(~text.str.contains(_HIDDEN)).then(text)


def _joined(texts: pl.Series, inner: str) -> pl.Series:
    """Write lists of statements as one text each."""
    distinct = texts.drop_nulls().unique(maintain_order=True)
    made = [_join(parsed(text), inner) for text in distinct.to_list()]
    return texts.replace_strict(distinct, pl.Series(made, dtype=pl.String), default=None, return_dtype=pl.String)


def _join(items: Any, inner: str) -> str | None:
    found = [item.get(inner) if inner and isinstance(item, dict) else item for item in items or ()]
    return "; ".join(item for item in found if isinstance(item, str)) or None


def _said(call: Call) -> list[pl.Expr]:
    """Give what the request says beside its resource: that it is a part of it, or that nobody got anything."""
    is_statement = pl.col("statement").is_not_null()
    is_part = ~is_statement if call.statement else pl.lit(call.is_part)
    is_blank = pl.lit(False)
    if call.needs:
        is_blank = pl.col(_cell(call.needs)).fill_null("").str.replace_all(r'[\s{}\[\]":]|items', "") == ""
    return [
        pl.when(is_statement).then(pl.lit(call.dialect, pl.String)).alias("dialect"),
        (pl.coalesce("database", "schema") if call.statement else pl.lit(None, pl.String)).alias("database"),
        pl.when(is_part).then(pl.lit(WITHHELD)).alias("filters"),
        pl.lit(None, pl.String).alias("record_keys"),
        pl.lit(None, pl.String).alias("columns"),
        is_blank.alias("is_no_read"),
    ]


def _with_items(frame: pl.DataFrame, part: pl.DataFrame, name: str) -> pl.DataFrame:
    """Add the keys of items that a request of DynamoDB names."""
    items = read_items(name.partition(":")[2], plain_texts(part["request"]))
    return frame.with_columns(
        pl.coalesce(items["resource"], "resource").alias("resource"),
        pl.coalesce(items["filters"], "filters").alias("filters"),
        items["record_keys"],
        items["columns"],
    )
