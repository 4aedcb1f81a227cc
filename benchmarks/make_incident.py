"""Make an incident of any size, the same rows for the same size: a CRM, a processor's lists, a log, and the truth.

Realistic where it costs: forty brands, some with many customers and most with few; one person in ten with a second
account under another brand; couples who share a mailbox under two first names; blank fields; customers who joined or
left inside the window; a processor whose lists name half as many people, two thirds of them customers, some by a link
and some by their address alone. Half of what the log shows are genuine reads of the same login.

    python benchmarks/make_incident.py 1000000 FOLDER [--workload lookups|lists|everyone]
        [--log parquet|jsonl|combined]

`lookups`: the intruder opens 40 % of all customers and a fifth of the list members, one by one. `lists`: one list of
50,000 is exported and 1,000 customers are opened. `everyone`: there is no processor and every customer is opened. The
truth follows from the numbers of the rows, without reading the files and without the pipeline: `truth.json`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import duckdb

PRIME = 2**31 - 1  # so that the scrambled numbers below never repeat
STEP = 7_368_787  # a prime that divides no size in use: n * STEP % size meets everybody once
LIST = 50_000
LOOKUPS = 1_000
WORKLOADS = ("lookups", "lists", "everyone")
AREAS = [212, 213, 214, 215, 216, 303, 305, 312, 313, 314, 404, 408, 412, 415, 503, 512, 602, 612, 617, 702, 703, 713,
         717, 718, 802]  # fmt: skip

INCIDENT = """\
incident: {{id: BENCH, title: Made for measuring, window: 2026-03-01/2026-03-07}}
intruder:
  - {{principal: reports, ip: 203.0.113.0/24}}
logs:
  crm_api:
    {log}
    coverage: complete
datasets:
  crm:
    path: crm.parquet
    role: crm
    key: id
    brand: {{column: brand}}
    valid_from: joined_at
    valid_to: left_at
    columns:
      {{first: first_name, last: last_name, email: email, phone: phone, born: date_of_birth,
        card: {{field: card_number, state: masked}}}}
{mailing}routes:
  - {{resource: "/customers/{{key}}", dataset: crm}}
{mailing_routes}"""
MAILING = """\
  mailing:
    path: mailing.parquet
    role: processor
    processor: Mailer
    key: id
    brand: {column: brand}
    generated_at: 2026-02-20
    columns: {first: first_name, last: last_name, email: email, list: marketing_preferences}
    links: {customer: crm}
"""
MAILING_ROUTES = """\
  - {resource: "/members/{key}", dataset: mailing}
  - {resource: "/lists/{list}/export", dataset: mailing, access: exported}
"""
MAPPED = (
    "columns: {time: happened_at, principal: login, ip: ip, action: op, resource: path, status: status, bytes: size}"
)
LOGS = {
    "parquet": f"path: crm_api.parquet\n    {MAPPED}",
    "jsonl": f"path: crm_api.jsonl\n    {MAPPED}",
    "combined": "path: crm_api.log\n    format: combined",
}
LINE = (
    "ip || ' - reports [' || strftime(happened_at, '%d/%b/%Y:%H:%M:%S +0000') || '] \"GET ' || path"
    " || ' HTTP/1.1\" ' || status || ' ' || size || ' \"-\" \"-\"' as line"
)


def scrambled(number: str, multiplier: int) -> str:
    """Return SQL of a number that looks random and is the same everywhere."""
    return f"(({number}) * {multiplier} + 12345) % {PRIME}"


def brand(number: str) -> str:
    """Return SQL of a brand: of forty, the last has eighty times the customers of the first."""
    return f"printf('Brand %02d', cast(floor(sqrt({scrambled(number, 7_919)} % 1600)) as int))"


# One person: `p` is their number; `m` that of the mailbox they read; every eleventh reads their partner's.
MAILBOX = "p - case when p % 11 = 1 then 1 else 0 end as m"
PERSON = f"""
    'First' || {scrambled("p", 104_729)} % 5000 as first,
    'Last' || m as last,
    case when p % 23 > 0 then 'Person.' || m || '@example.com' end as email,
    case when p % 3 > 0 or p % 23 = 0 then '+1' || {AREAS}[1 + p % 25] || 2000000 + p // 25 % 7999999 end as phone,
    case when p % 4 > 0 then date '1940-01-01' + cast({scrambled("p", 43)} % 25000 as int) end as born
"""


def customers(size: int) -> str:
    """One row per record of the CRM: `n`, the person `p`, and what the export holds."""
    joined, left = (f"timestamp '2026-03-01' + to_seconds({scrambled('n', seed)} % 600000)" for seed in (59, 61))
    return f"""
    select n, p, 'C' || n as id, {brand("n")} as brand, {PERSON},
        '**** ' || lpad(cast({scrambled("n", 53)} % 10000 as varchar), 4, '0') as card,
        case when n % 20 = 3 then {joined} end as joined_at, case when n % 20 = 7 then {left} end as left_at
    from (
        select *, {MAILBOX}
        from (select range as n, range - case when range % 10 = 4 then 1 else 0 end as p from range({size}))
    )
    """


def members(size: int, workload: str) -> str:
    """One row per list member, half as many as customers; a third are persons the CRM does not know."""
    count = 0 if workload == "everyone" else size // 2
    known = "range * 2 - case when range * 2 % 10 = 4 then 1 else 0 end"
    return f"""
    select n, p, 'M' || n as id, {brand("n + 7")} as brand, {PERSON}, 'L' || n // {LIST} as list,
        case when (n % 2 = 0 or p % 23 = 0) and p < {size} then 'C' || p end as customer
    from (
        select *, {MAILBOX}
        from (
            select range as n, case when range % 3 = 0 then {size} + range * 12 else {known} end as p
            from range({count})
        )
    )
    """


def events(size: int, workload: str) -> str:
    """One row per logged request: `n`, what was asked for and by whom, and whether it was answered."""
    list_event = size // 2 if workload == "lists" else -1
    is_opened = {
        "lookups": "case when member is null then n % 100 < 50 else n // 5 % 100 < 50 end",
        "lists": f"member is null and n % {max(size // LOOKUPS, 1)} = 1",
        "everyone": "true",
    }[workload]
    is_of_member = "false" if workload == "everyone" else "range % 5 = 4"
    is_refused = "false" if workload == "everyone" else f"list is null and {scrambled('n', 73)} % 50 = 0"
    return f"""
    select *, case when is_intruder then '203.0.113.' else '198.51.100.' end || n % 250 as ip,
        timestamp '2026-03-01' + to_microseconds(n * (604000000000 // {size})) as happened_at,
        'reports' as login, 'GET' as op, 512 as size,
        case when list is not null then '/lists/' || list || '/export'
            when member is not null then '/members/M' || member else '/customers/C' || customer end as path,
        case when {is_refused} then 403 else 200 end as status
    from (
        select *, list is not null or {is_opened} as is_intruder
        from (
            select range as n, case when range = {list_event} then 'L0' end as list,
                case when {is_of_member} then range // 5 * {STEP} % {size // 2} end as member,
                case when not ({is_of_member}) then range * {STEP} % {size} end as customer
            from range({size})
        )
    )
    """


def truth(connection: duckdb.DuckDBPyConnection, size: int, workload: str) -> dict[str, int]:
    """Return how many records, people and exposures there are, and a sum over the records' numbers."""
    connection.execute(f"""
        create temp table reads as select * from ({events(size, workload)}) where is_intruder and status = 200
    """)
    connection.execute(f"""
        create temp table reached as
        select distinct 'crm' as dataset, c.n, c.p, c.brand
        from ({customers(size)}) as c join reads as r on r.list is null and r.member is null and r.customer = c.n
        where (c.joined_at is null or c.joined_at <= r.happened_at) and (c.left_at is null or r.happened_at < c.left_at)
        union all
        select distinct 'mailing', m.n, m.p, m.brand from ({members(size, workload)}) as m
        where m.n in (select member from reads where list is null) or m.list in (select list from reads)
    """)
    names = ["crm_records", "mailing_records", "people", "exposures", "sum_of_records"]
    row = connection.execute("""
        select count(*) filter (dataset = 'crm'), count(*) filter (dataset = 'mailing'), count(distinct p),
            (select count(*) from (select distinct p, brand from reached)), sum(n)
        from reached
    """).fetchone()
    assert row is not None
    return dict(zip(names, (int(value) for value in row), strict=True))


def write_incident(size: int, folder: Path, workload: str = "lookups", log: str = "parquet") -> None:
    """Write the incident and what is true of it into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    mailing = ("", "") if workload == "everyone" else (MAILING, MAILING_ROUTES)
    text = INCIDENT.format(log=LOGS[log], mailing=mailing[0], mailing_routes=mailing[1])
    (folder / "incident.yaml").write_text(text, encoding="utf-8")
    parquet = "(format parquet, compression zstd, row_group_size 122880)"
    columns = "strftime(happened_at, '%Y-%m-%dT%H:%M:%S.%fZ') as happened_at, login, ip, op, path, status, size"
    logged = {
        "parquet": (columns, "parquet", parquet),
        "jsonl": (columns, "jsonl", "(format json)"),
        "combined": (LINE, "log", "(format csv, header false, quote '', escape '', delimiter '\x01')"),
    }
    with duckdb.connect(config={"memory_limit": "6GB", "temp_directory": str(folder / "spill")}) as connection:
        crm, lists = customers(size), members(size, workload)
        connection.execute(f"copy (select * exclude (n, p) from ({crm})) to '{folder}/crm.parquet' {parquet}")
        listed = f"select * exclude (n, p, born, phone) from ({lists})"
        connection.execute(f"copy ({listed}) to '{folder}/mailing.parquet' {parquet}")
        selected, ending, options = logged[log]
        made = f"select {selected} from ({events(size, workload)})"
        connection.execute(f"copy ({made}) to '{folder}/crm_api.{ending}' {options}")
        (folder / "truth.json").write_text(json.dumps(truth(connection, size, workload)), encoding="utf-8")


def main() -> None:
    """Read the command line and write."""
    parser = argparse.ArgumentParser(description="Make an incident of any size.")
    parser.add_argument("size", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--workload", choices=WORKLOADS, default="lookups")
    parser.add_argument("--log", choices=sorted(LOGS), default="parquet")
    asked = parser.parse_args()
    write_incident(asked.size, asked.folder, asked.workload, asked.log)


if __name__ == "__main__":
    main()
