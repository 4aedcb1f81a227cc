"""Make an incident of any size, the same bytes for the same size: one CRM, one processor's list, one log.

Brands are skewed, mailboxes of couples are shared, some fields are blank, a tenth of the customers joined or left
inside the window, half of the processor's rows link to the CRM. The intruder pages through the CRM by key, exports the
processor's list whole and is seen among genuine reads of the same login. The truth is worked out beside it, from the
same columns and without the pipeline, in `truth.json`.

    python benchmarks/make_incident.py 1000000 FOLDER
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import polars as pl

INCIDENT = """\
incident: {id: BENCH, title: Made for measuring, window: 2026-03-01/2026-03-07}
intruder:
  - {principal: reports, ip: 203.0.113.0/24}
logs:
  crm_api:
    path: crm_api.csv
    coverage: complete
    columns: {time: at, principal: user, ip: ip, action: op, resource: path, status: status, bytes: size}
datasets:
  crm:
    path: crm.parquet
    role: crm
    key: id
    brand: {column: brand}
    valid_from: joined_at
    valid_to: left_at
    columns:
      {name: full_name, email: email, phone: phone, born: date_of_birth, card: {field: card_number, state: masked}}
  mailing:
    path: mailing.csv
    role: processor
    processor: Mailer
    key: row
    brand: {column: brand}
    generated_at: 2026-02-20
    columns: {name: full_name, email: email}
    links: {customer: crm}
routes:
  - {resource: "/customers/{key}", dataset: crm}
  - {resource: /lists/mailing/export, dataset: mailing}
"""

ADDRESSES = 2**31 - 1  # a prime, so that the scrambled numbers below never repeat


def scrambled(multiplier: int) -> pl.Expr:
    """Return a number per row that looks random and is the same on every machine."""
    return (pl.col("n") * multiplier + 12_345) % ADDRESSES


def customers(size: int) -> pl.LazyFrame:
    """One row per CRM record; every ninth shares the mailbox of the one before it under another first name."""
    n = pl.col("n")
    mailbox = n - (n % 9 == 1).cast(pl.Int64)
    start = pl.datetime(2026, 3, 1)
    return pl.LazyFrame({"n": pl.int_range(size, eager=True)}).select(
        id=pl.format("C{}", n),
        brand=pl.format("Brand {}", (scrambled(7_919) % 1_600).cast(pl.Float64).sqrt().floor().cast(pl.Int64)),
        name=pl.format("{} {}", pl.format("First{}", scrambled(104_729) % 5_000), pl.format("Last{}", mailbox)),
        email=pl.when(scrambled(31) % 20 > 0).then(pl.format("Person.{}@example.com", mailbox)),
        phone=pl.when(scrambled(37) % 3 > 0).then(pl.format("+1202555{}", (n % 10_000).cast(pl.String).str.zfill(4))),
        born=pl.when(scrambled(41) % 4 > 0).then(pl.date(1940, 1, 1) + pl.duration(days=scrambled(43) % 25_000)),
        card=pl.format("**** {}", (scrambled(53) % 10_000).cast(pl.String).str.zfill(4)),
        joined_at=pl.when(n % 20 == 3).then(start + pl.duration(seconds=scrambled(59) % 600_000)),
        left_at=pl.when(n % 20 == 7).then(start + pl.duration(seconds=scrambled(61) % 600_000)),
    )


def mailing(size: int) -> pl.LazyFrame:
    """One row per list member: half link to the CRM, a third carry an address the CRM does not know."""
    n = pl.col("n")
    person = scrambled(101) % size
    return pl.LazyFrame({"n": pl.int_range(size, eager=True)}).select(
        row=pl.format("M{}", n),
        brand=pl.format("Brand {}", (scrambled(7_907) % 1_600).cast(pl.Float64).sqrt().floor().cast(pl.Int64)),
        name=pl.lit(None, pl.String),
        email=pl.when(n % 3 > 0)
        .then(pl.format("person.{}@example.com", person))
        .otherwise(pl.format("other.{}@example.org", n)),
        customer=pl.when(n % 2 == 0).then(pl.format("C{}", person)),
    )


def log(size: int) -> pl.LazyFrame:
    """One row per logged request: two in five are the intruder's, one of them exports the list."""
    n = pl.col("n")
    export = n == size // 2
    intruder = (scrambled(71) % 5 < 2) | export
    since_start = pl.duration(microseconds=n * (604_000_000_000 // size))
    return pl.LazyFrame({"n": pl.int_range(size, eager=True)}).select(
        at=(pl.datetime(2026, 3, 1) + since_start).dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ"),
        user=pl.lit("reports"),
        ip=pl.when(intruder).then(pl.format("203.0.113.{}", n % 250)).otherwise(pl.format("198.51.100.{}", n % 250)),
        op=pl.lit("GET"),
        path=pl.when(export)
        .then(pl.lit("/lists/mailing/export"))
        .otherwise(pl.format("/customers/C{}", scrambled(97) % size)),
        status=pl.when(export | (scrambled(73) % 10 > 0)).then(200).otherwise(403),
        size=pl.lit(512),
    )


def write_incident(size: int, folder: Path) -> None:
    """Write the incident and what is true of it into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "incident.yaml").write_text(INCIDENT, encoding="utf-8")
    customers(size).sink_parquet(folder / "crm.parquet", compression="zstd")
    mailing(size).sink_csv(folder / "mailing.csv")
    log(size).sink_csv(folder / "crm_api.csv")
    (folder / "truth.json").write_text(json.dumps(truth(folder)), encoding="utf-8")


def truth(folder: Path) -> dict[str, int]:
    """Return how many records were exposed, worked out by a plain join of the files."""
    reads = pl.scan_csv(folder / "crm_api.csv").filter(
        pl.col("ip").str.starts_with("203.0.113.") & (pl.col("status") == 200)
    )
    at = pl.col("at").str.to_datetime("%Y-%m-%dT%H:%M:%S%.6fZ", time_unit="us")
    crm = pl.scan_parquet(folder / "crm.parquet")
    alive = (pl.col("joined_at").is_null() | (pl.col("joined_at") <= pl.col("at"))) & (
        pl.col("left_at").is_null() | (pl.col("at") < pl.col("left_at"))
    )
    keyed = reads.select(at=at, id=pl.col("path").str.strip_prefix("/customers/"))
    records = keyed.join(crm, on="id").filter(alive).select("id").unique().collect().height
    exported = reads.filter(pl.col("path") == "/lists/mailing/export").collect().height > 0
    rows = pl.scan_csv(folder / "mailing.csv").select(pl.len()).collect().item()
    return {"crm": records, "mailing": rows if exported else 0}


if __name__ == "__main__":
    write_incident(int(sys.argv[1]), Path(sys.argv[2]))
