"""The bare join on Polars' streaming engine, by hand: `python on_polars.py FOLDER OUTPUT`."""

import sys
from pathlib import Path

import polars as pl

folder, output = Path(sys.argv[1]), sys.argv[2]
reads = (
    pl.scan_parquet(folder / "crm_api.parquet")
    .filter((pl.col("status") == 200) & pl.col("ip").str.starts_with("203.0.113."))
    .select(
        pl.col("happened_at").str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_unit="us").alias("read_at"),
        pl.col("path").str.extract("^/customers/([^/]+)$").alias("customer"),
        pl.col("path").str.extract("^/members/([^/]+)$").alias("member"),
        pl.col("path").str.extract("^/lists/([^/]+)/export$").alias("list"),
    )
)


def bits(*columns: str) -> pl.Expr:
    """Set one bit per column that holds a value."""
    return pl.sum_horizontal(pl.col(name).is_not_null().cast(pl.Int32) * 2**place for place, name in enumerate(columns))


def person(*others: str) -> pl.Expr:
    """A person is an e-mail address, else a key."""
    return pl.coalesce(pl.col("email").str.strip_chars().str.to_lowercase(), *others).alias("person")


customers = (
    pl.scan_parquet(folder / "crm.parquet")
    .join(reads.filter(pl.col("customer").is_not_null()), left_on="id", right_on="customer")
    .filter(
        (pl.col("joined_at").is_null() | (pl.col("joined_at") <= pl.col("read_at")))
        & (pl.col("left_at").is_null() | (pl.col("read_at") < pl.col("left_at")))
    )
    .select(person("id"), "brand", bits("first", "last", "email", "phone", "born", "card").alias("fields"))
)
lists = pl.scan_parquet(folder / "mailing.parquet")
wanted = [
    lists.join(reads.filter(pl.col(name).is_not_null()), left_on=column, right_on=name, how="semi")
    for column, name in {"id": "member", "list": "list"}.items()
]
members = pl.concat(wanted).select(
    person("customer", "id"), "brand", (bits("first", "last", "email") + 64).alias("fields")
)
found = pl.concat([customers, members]).group_by("person", "brand").agg(pl.col("fields").bitwise_or())
found.sink_parquet(output, compression="zstd", engine="streaming")
