"""SOQL → text and trees that an SQL parser reads: its own clauses go, and relationships become joins.

Salesforce: "SOQL and SOSL Reference", "Relationship Queries". A field of a parent (`Account.Name`) is reached through
the child's key to it (`AccountId`); children stand as a query in the select list under the plural of their object.
"""

from __future__ import annotations

import re

from sqlglot import exp

_TAILS = re.compile(
    r"(?i)\bwith\s+(?:security_enforced|user_mode|system_mode)\b|\busing\s+scope\s+\w+|\ball\s+rows\b"
    r"|\bfor\s+(?:view|reference|update)\b|\bupdate\s+(?:tracking|viewstat)\b"
)
_FIELDS = re.compile(r"(?i)\bfields\s*\(\s*(?:all|standard|custom)\s*\)")
_STAMP = re.compile(r"\b\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))?(?![\w'])")
_SPAN = re.compile(r"(?i)\b((?:last|next)_n_\w+)\s*:\s*(\d+)")
_QUOTED = re.compile(r"'(?:\\.|[^'\\])*'")
_USERS = frozenset({"owner", "createdby", "lastmodifiedby", "manager"})
_MOST_PARENTS = 20


def plain_soql(text: str) -> str:
    """Write SOQL so that an SQL parser reads it: clauses without meaning for rows go, bare stamps become text."""
    parts, end = [], 0
    for quoted in _QUOTED.finditer(text):
        parts += [_plain_part(text[end : quoted.start()]), quoted[0]]
        end = quoted.end()
    return "".join([*parts, _plain_part(text[end:])])


def _plain_part(text: str) -> str:
    text = _FIELDS.sub("*", _TAILS.sub(" ", text))
    return _SPAN.sub(r"\1(\2)", _STAMP.sub(lambda found: f"'{found[0]}'", text))


def join_relationships(tree: exp.Expr) -> exp.Expr:
    """Write parents that columns name as left joins, and the children of the select list as their own objects."""
    for select in list(tree.find_all(exp.Select)):
        first = select.args.get("from_")
        if first is None or not isinstance(first.this, exp.Table):
            continue
        if isinstance(select.parent, exp.Subquery) and isinstance(select.parent.parent, exp.Select):
            first.this.set("this", exp.to_identifier(_one_of(first.this.name)))
        _join_parents(select, first.this)
    return tree


def _join_parents(select: exp.Select, base: exp.Table) -> None:
    known = {"": base.alias_or_name}
    for column in list(select.find_all(exp.Column)):
        if column.find_ancestor(exp.Select) is not select:
            continue
        path = [part.name for part in column.parts[:-1]]
        path = path[1:] if path and path[0].lower() in (base.alias_or_name.lower(), base.name.lower()) else path
        if len(known) > _MOST_PARENTS:
            return
        owner = ""
        for place in range(len(path)):
            name = ".".join(path[: place + 1]).lower()
            if name not in known:
                known[name] = f"parent_{len(known)}"
                select.append("joins", _parent(path[place], known[owner], known[name]))
            owner = name
        plain = exp.column(column.this.copy() if isinstance(column.this, exp.Identifier) else column.this, known[owner])
        column.replace(plain if owner or path else exp.column(column.this.copy(), known[""]))


def _parent(name: str, child: str, alias: str) -> exp.Join:
    folded = name.lower()
    is_custom = folded.endswith("__r")
    table = "User" if folded in _USERS else f"{name[:-1]}c" if is_custom else name
    key = f"{name[:-1]}c" if is_custom else f"{name}Id"
    on = exp.EQ(this=exp.column("Id", alias), expression=exp.column(key, child))
    return exp.Join(this=exp.alias_(exp.to_table(table), alias, table=True), side="LEFT", on=on)


def _one_of(plural: str) -> str:
    """Name the object that a children's relationship stands for: Contacts are Contact, Invoices__r are Invoice__c."""
    is_custom = plural.lower().endswith("__r")
    stem = plural[:-3] if is_custom else plural
    one = f"{stem[:-3]}y" if stem.lower().endswith("ies") else stem.removesuffix("s").removesuffix("S")
    return f"{one}__c" if is_custom else one
