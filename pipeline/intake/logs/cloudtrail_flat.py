"""CloudTrail records as tables hold them: lower-case columns, with what was nested written as text.

Athena and Lake write a nested value as JSON or as `{type=IAMUser, arn=…}`, flattened columns as `useridentity.arn` or
`useridentity_arn`. This room brings such a row into the columns of a record and must not know what they mean.
"""

from __future__ import annotations

import json
import re

import polars as pl

from pipeline.intake.json_fields import Fields, plain_texts, read_fields

_SCALARS = {
    "time": "eventtime", "stamp": "@timestamp", "event_id": "eventid", "shared_id": "sharedeventid",
    "source": "eventsource",
    "name": "eventname", "ip": "sourceipaddress", "user_agent": "useragent", "error": "errorcode",
    "read_only": "readonly", "management": "managementevent", "category": "eventcategory", "region": "awsregion",
    "vpc_endpoint": "vpcendpointid",
}  # fmt: skip
_NESTED = {
    "identity": "useridentity", "request": "requestparameters", "resources": "resources",
    "response": "responseelements", "more": "additionaleventdata",
}  # fmt: skip
_IDENTITY = {
    "user_type": "type", "arn": "arn", "principal_id": "principalid", "account": "accountid", "session": "accesskeyid",
    "user_name": "username", "invoked_by": "invokedby", "on_behalf_of": "onbehalfof",
    "role": "sessioncontext_sessionissuer_arn",
}  # fmt: skip
_CAMEL = {
    "principalid": "principalId", "accountid": "accountId", "accesskeyid": "accessKeyId", "username": "userName",
    "invokedby": "invokedBy",
}  # fmt: skip
_DEEP = ("sessionContext.sessionIssuer.arn", "sessioncontext.sessionissuer.arn")
_PAIR = re.compile(r"(?:^\{|, |\{)([A-Za-z][\w.-]*)=(?!\{)(.*?)(?=, [A-Za-z][\w.-]*=|\}+(?:,|$))")


def read_flat(texts: pl.Series) -> pl.DataFrame:
    """Read rows of table exports into the columns of a record."""
    own = {column: f"=useridentity_{name}" for column, name in _IDENTITY.items()}
    dotted = {f"{column}.": f"=useridentity.{name.replace('_', '.')}" for column, name in _IDENTITY.items()}
    found = read_fields(texts, Fields({**_SCALARS, **own, **dotted}, _NESTED))
    found = found.with_columns(_as_json(plain_texts(found[name])).alias(name) for name in _NESTED)
    identity = _read_identity(found["identity"])
    actor = [pl.coalesce(column, f"{column}.", identity[column]).alias(column) for column in _IDENTITY]
    amount = read_fields(found["more"], Fields({"bytes": "bytesTransferredOut"}))["bytes"]
    login = read_fields(found["response"], Fields({"login": "ConsoleLogin"}))["login"]
    return found.with_columns(*actor, amount, login)


def _read_identity(texts: pl.Series) -> pl.DataFrame:
    """Read a nested identity, with keys as the service or as a table writes them."""
    plain = {column: name for column, name in _IDENTITY.items() if "_" not in name}
    camel = {f"{column}+": _CAMEL.get(name, name) for column, name in plain.items() if name in _CAMEL}
    deep = {f"role{place}": path for place, path in enumerate(_DEEP)}
    found = read_fields(texts, Fields({**plain, **camel, **deep}))
    both = [pl.coalesce(column, f"{column}+").alias(column) for column in plain if f"{column}+" in camel]
    return found.with_columns(*both, pl.coalesce(list(deep)).alias("role"))


def _as_json(texts: pl.Series) -> pl.Series:
    """Write `{a=b, c=d}` as JSON; what is JSON already stays."""
    is_braced = texts.str.contains(r"^\{[A-Za-z][\w.-]*=").fill_null(False)
    if not is_braced.any():
        return texts
    distinct = texts.filter(is_braced).unique(maintain_order=True)
    made = pl.Series([_braced_to_json(text) for text in distinct.to_list()], dtype=pl.String)
    return texts.replace(distinct, made)


def _braced_to_json(text: str) -> str:
    """Read the pairs of a braced text, the outermost first: of a name that stands twice the first is meant."""
    pairs: dict[str, str] = {}
    for name, value in _PAIR.findall(text):
        pairs.setdefault(name, value)
    return json.dumps({name: None if value == "null" else value for name, value in pairs.items()}, ensure_ascii=False)
