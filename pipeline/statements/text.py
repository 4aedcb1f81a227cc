"""Foreign statement text → parsed trees with what was done to their result, or nothing where it cannot be read.

The parser is given text of bounded size and depth only, and its own messages, which quote the text, are silenced. This
room knows commands and syntax; it must not know tables.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from pipeline.statements.dialects import dialect_of
from pipeline.statements.soql import join_relationships, plain_soql

LONGEST = 256_000
DEEPEST = 60

# Its warnings repeat the statement, values and all.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)

VIEW, EXPORT, COPY, METADATA, WRITE, DELETE = "view", "export", "copy", "metadata", "write", "delete"

_TEXT = re.compile(r"'(?:''|\\.|[^'\\])*'|\"(?:\"\"|[^\"])*\"|`[^`]*`")
_MARKERS = re.compile(r"<\s*(?:not logged|previously logged|redacted|insufficient privilege|unprepared)[^>]*>", re.I)
_COMMENT = r"(?:/\*.*?\*/|--[^\n]*(?:\n|\Z))"
_LEADING = re.compile(rf"(?s)\A(?:\s|;|{_COMMENT})+")

_DECLARE = re.compile(
    r"(?is)\Adeclare\s+(\S+)\s+(?:\w+\s+){0,4}?cursor\b[^;]{0,80}?\bfor\s+(?=select\b|with\b|table\b|values\b)(.*)\Z"
)
_FETCH = re.compile(r"(?is)\A(?:fetch|move)\b[^;]{0,80}?(\"[^\"]{1,80}\"|[\w$]{1,80})\s*+(?:;\s*+)?\Z")
_PREPARE = re.compile(r"(?is)\Aprepare\s++([\w$\"]+)\s*+(?:\([^)]*\)\s*+)?(?:as|from)\s++(.*)\Z")
_EXECUTE = re.compile(r"(?is)\Aexecute\s++(?!immediate\b)([\w$\"]++)\s*+(?:\((.*)\)|using\s++(.*))?\s*+(?:;\s*+)?\Z")
_UNLOAD = re.compile(r"(?is)\Aunload\s*\(\s*(?:'((?:''|[^'])*)'|\$\$(.*?)\$\$|((?:select|with)\b.*))\s*\)\s*to\b.*\Z")
_QUOTED = r"'(?:''|\\.|[^'\\])*'"
_OUTFILE = re.compile(
    rf"(?is)\binto\s+(?:outfile|dumpfile)\s+{_QUOTED}(?:\s+character\s+set\s+\w+)?"
    rf"(?:\s+(?:fields|columns|lines)(?:\s+(?:optionally\s+)?(?:terminated|enclosed|escaped|starting)\s+by\s+{_QUOTED})+)*"
)
_BATCH = re.compile(r"(?is)\A(?:exec(?:ute)?\s+)?(?:sys\.)?sp_executesql\s+(?:@\w+\s*=\s*)?n?'((?:''|[^'])*)'")
_QUIET = re.compile(
    r"(?i)\A(?:set|reset|show|use|begin|start\s+transaction|commit|rollback|abort|end|savepoint|release|explain|describe|desc"
    r"|deallocate|discard|close|listen|unlisten|notify|lock|vacuum|analyze|analyse|cluster|reindex|checkpoint|grant|revoke"
    r"|alter|drop|comment|create\s+(?:role|user|database|schema|index|unique|sequence|function|procedure|trigger|extension"
    r"|policy|type|domain|rule|event|server|temp(?:orary)?\s+sequence)|flush|kill|optimize|print|go)\b"
)
_RUNS_INSIDE = re.compile(r"(?i)\bexecute\s+(?:immediate|\w)|\bdo\s+\$|\bcall\s|\bexec\s")
_ARGUMENT = re.compile(r"@(\w+)\s*=\s*(?:n?'((?:''|[^'])*)'|(-?\d+(?:\.\d+)?)|(null))(?=\s*(?:,|;|\Z))", re.I)
_MARK = re.compile(rf"{_TEXT.pattern}|--[^\n]*|/\*.*?\*/|\?(\d*)|(?<![:\w]):(\d+)\b", re.S)


@dataclass(frozen=True, slots=True)
class Parsed:
    """One statement's tree and what it did with its result; `name` is a cursor's or prepared statement's.

    `kind`: 'query', 'assignment' (a query whose first table is the one that is written), 'cursor', 'fetch', 'prepare',
    'execute' (its tree holds the arguments), 'quiet' (reads nothing of anybody) or 'unread'.
    """

    kind: str
    tree: exp.Expr | None = None
    action: str = VIEW
    name: str = ""


def parse(text: str, dialect: str) -> tuple[Parsed, ...]:
    """Parse a logged text into its statements; what cannot be read comes back as 'unread', never as nothing."""
    bare = _LEADING.sub("", text)
    if not bare or _MARKERS.fullmatch(bare.strip()):
        return (Parsed("unread"),)
    if len(bare) > LONGEST or _depth(bare) > DEEPEST or _hides_code(bare, dialect):
        return (Parsed("unread"),)
    whole = _command(bare, dialect)
    if whole is not None:
        return (whole,)
    trees = _trees(bare, dialect)
    if trees is None:
        return (Parsed("unread"),)
    return tuple(_told(tree) for tree in trees if tree is not None) or (Parsed("quiet", action=METADATA),)


def _command(text: str, dialect: str) -> Parsed | None:
    """Recognise commands that wrap a query in words of their own."""
    if found := _DECLARE.match(text):
        return _wrapped(found[2], dialect, "cursor", VIEW, found[1])
    if found := _PREPARE.match(text):
        return _wrapped(found[2].strip(), dialect, "prepare", VIEW, found[1])
    if text[:5].lower() in ("fetch", "move ") and (found := _FETCH.match(text)):
        is_moving = text[:5].lower() == "move "
        return Parsed("quiet", action=METADATA) if is_moving else Parsed("fetch", None, VIEW, _name(found[1]))
    if found := _UNLOAD.match(text):
        inner = found[1].replace("''", "'") if found[1] is not None else found[2] or found[3]
        return _wrapped(inner, dialect, "query", EXPORT, "")
    if found := _BATCH.match(text):
        return _wrapped(found[1].replace("''", "'"), dialect, "query", VIEW, "")
    if found := _EXECUTE.match(text):
        return _execute(found, dialect)
    if _OUTFILE.search(text):
        return _wrapped(_OUTFILE.sub(" ", text), dialect, "query", EXPORT, "")
    if ";" not in _TEXT.sub("", text).rstrip("; \r\n\t") and _QUIET.match(text):
        return Parsed("quiet", action=METADATA)
    return None


def _wrapped(text: str, dialect: str, kind: str, action: str, name: str) -> Parsed:
    trees = _trees(text, dialect) or []
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        return Parsed("unread", name=_name(name))
    return Parsed(kind, trees[0], action, _name(name))


def _execute(found: re.Match[str], dialect: str) -> Parsed:
    trees = _trees(f"select {found[2] or found[3] or 'null'}", dialect) or [None]
    return Parsed("execute", trees[0], VIEW, _name(found[1]))


def _name(name: str) -> str:
    return name.strip('"').lower()


def _trees(text: str, dialect: str) -> list[exp.Expr | None] | None:
    is_soql = dialect == "soql"
    text = plain_soql(text) if is_soql else number_marks(text, dialect)
    try:
        trees: list[exp.Expr | None] = list(sqlglot.parse(text, read=dialect_of(dialect).parser))
        return [join_relationships(tree) if is_soql and tree is not None else tree for tree in trees]
    except (SqlglotError, RecursionError, ValueError, TypeError, AttributeError, IndexError, KeyError, AssertionError):
        return None  # hostile text makes the parser stumble in more ways than it documents


def number_marks(text: str, dialect: str) -> str:
    """Number the nameless `?` in the order in which they are written, for a tree keeps another order.

    PostgreSQL numbers its own marks, and there `?` is an operator.
    """
    if dialect_of(dialect).parser in ("postgres", "redshift") or not re.search(r"\?|:\d", text):
        return text
    count = 0

    def numbered(found: re.Match[str]) -> str:
        nonlocal count
        if found[0][0] not in "?:":
            return found[0]
        count += 1
        return f":m{found[1] or found[2] or count}"

    return _MARK.sub(numbered, text)


def batch_arguments(text: str) -> dict[str, tuple[str, str]]:
    """Return the values that `sp_executesql` is given for the names in its statement: name → kind and text."""
    found = _BATCH.match(_LEADING.sub("", text))
    if found is None:
        return {}
    held = {}
    for name, quoted, number, null in _ARGUMENT.findall(_LEADING.sub("", text)[found.end() :]):
        held[name.lower()] = (
            ("null", "") if null else ("number", number) if number else ("text", quoted.replace("''", "'"))
        )
    return held


def _told(tree: exp.Expr) -> Parsed:
    try:
        return _of_tree(tree)
    except (AttributeError, KeyError, ValueError, TypeError, IndexError):
        return Parsed("unread", tree)  # a tree of a shape nobody foresaw


def _of_tree(tree: exp.Expr) -> Parsed:
    """Say what a tree does with the rows it reads."""
    if isinstance(tree, exp.Table):
        return Parsed("query", exp.select("*").from_(tree.copy()))  # TABLE customers
    if isinstance(tree, exp.Query):
        into = tree.args.get("into")
        return Parsed("query", tree, COPY if into is not None else VIEW)
    if isinstance(tree, exp.Export) and isinstance(tree.this, exp.Query):
        return Parsed("query", tree.this, EXPORT)
    if isinstance(tree, exp.Copy):
        return _of_copy(tree)
    if isinstance(tree, (exp.Insert, exp.Create)):
        query = tree.expression
        if isinstance(query, exp.Values) and query.find(exp.Query):
            query = exp.Select(expressions=[part.copy() for part in query.find_all(exp.Subquery)])
        # a view keeps nothing, a materialized one holds a copy
        is_kept = tree.args.get("kind") != "VIEW" or tree.find(exp.MaterializedProperty) is not None
        if isinstance(query, exp.Query) and not isinstance(query, exp.Values) and is_kept:
            return Parsed("query", _with_ctes(query, tree), COPY)
        return Parsed("quiet", tree, WRITE)
    if isinstance(tree, (exp.Update, exp.Delete)):
        return _of_change(tree)
    if isinstance(tree, exp.Merge):
        return Parsed("unread", tree, COPY)
    if isinstance(tree, exp.Command):
        text = f"{tree.this} {tree.expression}"
        is_quiet = _QUIET.match(text) is not None and not _RUNS_INSIDE.search(text)
        return Parsed("quiet", action=METADATA) if is_quiet else Parsed("unread")
    quiet = (exp.Set, exp.Use, exp.Show, exp.Transaction, exp.Commit, exp.Rollback, exp.Describe, exp.Drop, exp.Alter,
             exp.TruncateTable, exp.Grant, exp.Kill, exp.Comment, exp.Semicolon)  # fmt: skip
    return Parsed("quiet", action=METADATA) if isinstance(tree, quiet) else Parsed("unread", tree)


def _with_ctes(query: exp.Query, outer: exp.Expr) -> exp.Query:
    """Hand a statement's own WITH down to its query."""
    ctes = outer.args.get("with_")
    if ctes is not None and query.args.get("with_") is None:
        query.set("with_", ctes.copy())
    return query


def _of_copy(tree: exp.Copy) -> Parsed:
    """Read COPY: out of a table or a query is an export, into a table a write."""
    inner = [item.unnest() for item in tree.args.get("files") or [] if isinstance(item, exp.Subquery)]
    if inner:
        return Parsed("query", inner[0], EXPORT)
    if isinstance(tree.this, exp.Subquery):
        return Parsed("query", tree.this.unnest(), EXPORT)
    source, columns = tree.this, []
    if isinstance(source, exp.Schema):
        source, columns = source.this, source.expressions
    if tree.args.get("kind"):
        files = [item for item in tree.args.get("files") or [] if isinstance(item, exp.Table)]
        is_stage = isinstance(source, exp.Table) and source.name.startswith(("@", "s3:", "gcs:", "azure:"))
        return (
            Parsed("query", exp.select("*").from_(files[0]), EXPORT)
            if files and is_stage
            else Parsed("quiet", action=WRITE)
        )
    if not isinstance(source, exp.Table):
        return Parsed("unread", tree, EXPORT)
    names: list[exp.Expr] = [exp.column(column.name, quoted=True) for column in columns]
    query = exp.Select(expressions=names or [exp.Star()]).from_(source.copy())
    return Parsed("query", query, EXPORT)


def _of_change(tree: exp.Update | exp.Delete) -> Parsed:
    """Read an UPDATE or DELETE: it delivers only what it returns."""
    action = WRITE if isinstance(tree, exp.Update) else DELETE
    returning = tree.args.get("returning")
    if returning is None:
        return _of_assignment(tree) if isinstance(tree, exp.Update) else Parsed("quiet", tree, action)
    if not isinstance(tree.this, exp.Table):
        return Parsed("unread", tree)
    query = exp.Select(expressions=[_returned(item.copy()) for item in returning.expressions])
    sources = tree.args.get("from_") or tree.args.get("using")
    held = sources if isinstance(sources, list) else [sources.this] if sources else []
    names = {table.alias_or_name.lower() for source in held for table in source.find_all(exp.Table)}
    # T-SQL may name what it changes by an alias of its FROM
    first, *others = held if tree.this.name.lower() in names else [tree.this, *held]
    query = query.from_(first.copy())
    for other in others:
        query = query.join(other.copy())
    if tree.args.get("where") is not None:
        query.set("where", tree.args["where"].copy())
    return Parsed("query", query, VIEW)


def _returned(item: exp.Expr) -> exp.Expr:
    """Read T-SQL's `inserted.` and `deleted.` as the row that is changed."""
    for column in [item, *item.find_all(exp.Column)]:
        if isinstance(column, exp.Column) and column.table.lower() in ("inserted", "deleted"):
            if isinstance(column.this, exp.Star):
                return exp.Star()
            column.set("table", None)
    return item


def _of_assignment(tree: exp.Update) -> Parsed:
    """Read an UPDATE that takes values from elsewhere as the copy it makes of them; its own table stands first."""
    values = [part.expression.copy() for part in tree.expressions if isinstance(part, exp.EQ)]
    sources = tree.args.get("from_")
    if not isinstance(tree.this, exp.Table) or not (sources or any(value.find(exp.Query) for value in values)):
        return Parsed("quiet", tree, WRITE)
    query = exp.Select(expressions=values).from_(tree.this.copy())
    if sources is not None:
        query.set("joins", [exp.Join(this=sources.this.copy())])
    if tree.args.get("where") is not None:
        query.set("where", tree.args["where"].copy())
    return Parsed("assignment", _with_ctes(query, tree), COPY)


def _depth(text: str) -> int:
    """Count how deep brackets and CASE nest, outside quoted text."""
    depth = deepest = 0
    for sign in re.finditer(r"[(\[]|[)\]]|\bcase\b|\bend\b|\bnot\b(?=\s*not\b)", _TEXT.sub("", text), re.I):
        if sign[0] in ")]" or sign[0].lower() == "end":
            depth = max(0, depth - 1)
        else:
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def _hides_code(text: str, dialect: str) -> bool:
    """Tell comments that the server may run, or that servers end in different places: who knows what was read."""
    if dialect_of(dialect).parser in ("mysql", ""):
        plain = _TEXT.sub("", text)
        return "/*!" in plain or "/*M!" in plain or re.search(r"--(?=[^\s\-])", plain) is not None
    return False
