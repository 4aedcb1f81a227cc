"""Where a database server says a client came from → its address.

This room knows that a server writes `localhost` for a client on its own machine; names of other hosts stay names, which
no selector by address can judge.
"""

from __future__ import annotations

import polars as pl


def address_of(host: pl.Expr) -> pl.Expr:
    """Give the address of a host as the server names it, without its port; null for none."""
    plain = host.str.strip_chars().str.replace(r"^([0-9.]+):[0-9]+$", "$1")
    local = pl.when(plain.str.to_lowercase() == "localhost").then(pl.lit("127.0.0.1"))
    return local.when(plain != "").then(plain)
