"""What a CloudTrail request read: its parameters → resource, keys, conditions and statement.

This room fills the patterns of `cloudtrail_calls`; it must not know identities or outcomes. Only requests that read come
here, call by call, so that each is decoded for the few parameters that matter to it.
"""

from __future__ import annotations

import json
import re
from urllib.parse import unquote

import polars as pl

from pipeline.intake.json_fields import Fields, parsed, plain_texts, read_fields
from pipeline.intake.logs.cloudtrail_calls import CALLS, Call
from pipeline.intake.logs.cloudtrail_items import read_items

WITHHELD = "?"
"""A condition nobody can read: what was delivered is a part, and which one the log keeps to itself."""

_OUT = {
    **dict.fromkeys(("resource", "statement", "dialect", "database", "filters", "record_keys", "columns"), pl.String),
    "is_no_read": pl.Boolean,
}  # fmt: skip
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
    holes = list(dict.fromkeys(hole for form in call.resources for hole in _HOLE.findall(form)))
    whole = {hole: hole.partition("[]")[0] for hole in (*holes, *filter(None, [call.statement])) if "[]" in hole}
    scalars = {hole: hole for hole in (*holes, *filter(None, [call.statement])) if "[]" not in hole}
    if call.statement:
        scalars |= {"database": "database", "schema": "queryExecutionContext.database"}
    needs = {"needs": call.needs} if call.needs else {}
    found = read_fields(plain_texts(part["request"]), Fields(scalars, {**whole, **needs}))
    resource = found.select(_resource(call, found)).to_series()
    frame = pl.DataFrame([part["row"], resource.alias("resource")])
    frame = frame.with_columns(pl.coalesce("resource", _by_arn(part["resources"])).alias("resource"))
    frame = frame.with_columns(pl.col("resource").fill_null(pl.lit(f"{name}:")), *_said(call, found))
    return _with_items(frame, part, name) if name.startswith("dynamodb:") else frame


def _resource(call: Call, found: pl.DataFrame) -> pl.Expr:
    """Fill the first pattern whose values are all there."""
    forms: list[pl.Expr] = []
    for form in call.resources:
        if "[]" in form:
            forms.append(_list_of(form, found))
            continue
        pieces: list[pl.Expr] = []
        for place, piece in enumerate(_HOLE.split(form)):
            pieces.append(_encoded(pl.col(piece), piece) if place % 2 else pl.lit(piece))
        forms.append(_shortened(pl.concat_str(pieces)))
    return pl.coalesce(forms) if forms else pl.lit(None, pl.String)


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


def _shortened(resource: pl.Expr) -> pl.Expr:
    for pattern, short in _ARNS:
        resource = resource.str.replace(pattern, short)
    return resource


def _list_of(form: str, found: pl.DataFrame) -> pl.Expr:
    """Fill a pattern once for each item of a list, as a JSON list; a single resource stands as itself."""
    hole = next(name for name in _HOLE.findall(form) if "[]" in name)
    others = [name for name in _HOLE.findall(form) if name != hole]
    distinct = found.select(hole, *others).unique(maintain_order=True)
    made = [_fill_list(form, hole, dict(zip([hole, *others], row, strict=True))) for row in distinct.iter_rows()]
    texts = pl.Series("made", [json.dumps(one) if one else None for one in made], dtype=pl.String)
    joined = found.join(distinct.with_columns(texts), on=[hole, *others], how="left", nulls_equal=True,
                        maintain_order="left")  # fmt: skip
    lists = joined["made"].str.json_decode(pl.List(pl.String))
    short = pl.DataFrame({"list": lists}).select(pl.col("list").list.eval(_shortened(pl.element())))
    listed = short.select(
        pl.when(pl.col("list").list.len() == 1)
        .then(pl.col("list").list.first())
        .otherwise(pl.struct("list").struct.json_encode().str.strip_prefix('{"list":').str.strip_suffix("}"))
    ).to_series()
    return pl.lit(listed.zip_with(lists.is_not_null(), pl.Series([None], dtype=pl.String)))


def _fill_list(form: str, hole: str, values: dict[str, str | None]) -> list[str]:
    items = parsed(values.pop(hole))
    if not isinstance(items, list) or any(value is None for value in values.values()):
        return []
    rest = {name: str(value) for name, value in values.items()}
    texts = [item for item in items if isinstance(item, str) and item.strip()]
    return [_HOLE.sub(lambda match, item=text: rest.get(match[1], item), form) for text in texts]  # type: ignore[misc]


def _by_arn(resources: pl.Series) -> pl.Series:
    """Name the resource by the first ARN of the record that is one: an object before its bucket."""
    arns = resources.str.extract_all(r'(?i)"arn"\s*:\s*"[^"]*"').list.eval(
        pl.element().str.extract(r'(?i)"arn"\s*:\s*"([^"]*)"')
    )
    longest = arns.list.eval(pl.element().filter(pl.element().str.starts_with("arn:"))).list.first()
    return longest.to_frame("arn").select(_shortened(pl.col("arn"))).to_series()


def _said(call: Call, found: pl.DataFrame) -> list[pl.Expr]:
    """Give what the request says beside its resource: the statement, that it is a part, that nobody got anything."""
    statement = found.select(_statement(call)).to_series() if call.statement else pl.Series([None], dtype=pl.String)
    is_hidden = statement.str.contains(_HIDDEN).fill_null(True)
    text = statement.zip_with(~is_hidden, pl.Series([None], dtype=pl.String))
    is_part = pl.lit(is_hidden) if call.statement else pl.lit(call.is_part)
    needed = found["needs"] if call.needs else pl.Series(["x"])
    is_blank = needed.fill_null("").str.replace_all(r'[\s{}\[\]":]|items', "") == ""
    database = found.select(pl.coalesce("database", "schema")).to_series() if call.statement else None
    return [
        pl.lit(text).alias("statement"),
        pl.when(pl.lit(text).is_not_null()).then(pl.lit(call.dialect, pl.String)).alias("dialect"),
        pl.lit(None if database is None else database, pl.String).alias("database"),
        pl.when(is_part).then(pl.lit(WITHHELD)).alias("filters"),
        pl.lit(None, pl.String).alias("record_keys"),
        pl.lit(None, pl.String).alias("columns"),
        pl.lit(is_blank).alias("is_no_read"),
    ]


def _statement(call: Call) -> pl.Expr:
    name = call.statement or ""
    if "[]" not in name:
        return pl.col(name)
    inner = name.partition("[].")[2]

    def join(texts: pl.Series) -> pl.Series:
        distinct = texts.drop_nulls().unique(maintain_order=True)
        return texts.replace_strict(distinct, [_joined(text, inner) for text in distinct.to_list()],
                                    default=None, return_dtype=pl.String)  # fmt: skip

    return pl.col(name).map_batches(join, return_dtype=pl.String)


def _joined(text: str, inner: str) -> str | None:
    items = parsed(text)
    if not isinstance(items, list):
        return None
    texts = [item.get(inner) if inner and isinstance(item, dict) else item for item in items]
    return "; ".join(item for item in texts if isinstance(item, str)) or None


def _with_items(frame: pl.DataFrame, part: pl.DataFrame, name: str) -> pl.DataFrame:
    """Add the keys of items that a request of DynamoDB names."""
    items = read_items(name.partition(":")[2], plain_texts(part["request"]))
    return frame.with_columns(
        pl.coalesce(items["resource"], "resource").alias("resource"),
        pl.coalesce(items["filters"], "filters").alias("filters"),
        items["record_keys"],
        items["columns"],
    )
