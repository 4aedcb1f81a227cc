"""The first word of a logged statement → what it asks for, where nobody can read the rest of it.

This room knows SQL's verbs; what a statement really delivers is read from its whole text elsewhere, and wins. A verb
nobody knows is unknown, which counts as a read and is a question.
"""

from __future__ import annotations

import polars as pl

_VERBS = {
    "view": "select with table values fetch execute declare show_rows",
    "export": "copy unload",
    "write": "insert update merge replace create alter load import truncate lock refresh",
    "delete": "delete drop",
    "metadata": (
        "begin start commit rollback savepoint release abort end set reset show explain analyze vacuum reindex "
        "checkpoint listen notify unlisten discard deallocate close move prepare grant revoke comment security "
        "describe desc use help "
        "kill flush optimize check repair cluster reassign init field ping statistics quit"
    ),
    "login": "connect",
    "unknown": "do call handler",
}
_ACTIONS = {verb: action for action, verbs in _VERBS.items() for verb in verbs.split()}
_COMMENTS = r"(?s)^(?:\s|;|\(|--[^\n]*(?:\n|$)|#[^\n]*(?:\n|$)|/\*.*?\*/)*"


def action_of_statement(statement: pl.Expr) -> pl.Expr:
    """Say what a statement's first word asks for; null for no statement."""
    verb = statement.str.extract(_COMMENTS + r"([A-Za-z_]+)").str.to_lowercase()
    known = verb.replace_strict(_ACTIONS, default="unknown", return_dtype=pl.String)
    return pl.when(statement.is_not_null()).then(known)
