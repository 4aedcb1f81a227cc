"""Readings of texts that cost little where most texts are plain, or the same.

This room saves work and knows no rule: what comes back is what the full reading of each text would be.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

Reading = Callable[[pl.Expr], pl.Expr]


def read_sparingly(text: pl.Expr, full: Reading, is_plain: str, plain: Reading) -> pl.Expr:
    """Read texts that match `is_plain` by `plain`, and of the others each distinct one once by `full`.

    For every text that matches, `plain` must say what `full` says; both read null as null.
    """

    def read(texts: pl.Series) -> pl.Series:
        frame = texts.alias("text").to_frame()
        marked = frame.select(pl.col("text").str.contains(is_plain).fill_null(True).alias("is_plain")).to_series()
        if marked.all():
            return frame.select(plain(pl.col("text")).alias("value")).to_series()
        distinct = frame.filter(~marked).unique()
        known = distinct.lazy().with_columns(full(pl.col("text")).alias("value")).collect()
        joined = frame.join(known, on="text", how="left", maintain_order="left")
        told = pl.when(marked).then(plain(pl.col("text"))).otherwise("value")
        return joined.select(told.alias("value")).to_series()

    return text.map_batches(read, return_dtype=pl.String)


def read_each_once(text: pl.Expr, full: Reading) -> pl.Expr:
    """Read each distinct text once, for columns of few; both what is read and what comes of it is text."""

    def read(texts: pl.Series) -> pl.Series:
        distinct = texts.unique()
        known = distinct.to_frame("text").select(full(pl.col("text")).alias("value")).to_series()
        return texts.replace_strict(distinct, known, return_dtype=pl.String)

    return text.map_batches(read, return_dtype=pl.String)
