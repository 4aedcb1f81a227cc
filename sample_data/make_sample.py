"""Write the sample incident: the hand-written records and log lines of `told/` among seeded ordinary ones.

Run `python sample_data/make_sample.py [FOLDER]`; the same files come out every time. The bulk is deliberately dull:
every ordinary person has one e-mail address, one phone number and one name everywhere, so whoever wants to know what
the run must answer needs to read only `told/`. Its first column is never written out: `who` names the human being of a
record, as far as the evidence can show (two records of one `who` are one person), and `verdict` says what an event must
be judged (`again`: a line delivered a second time; `reject`: one nobody can read). The expected tables are written by
`make_expected.py` from this story, never from the pipeline's answers; nothing here imports the pipeline.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
from make_expected import Event, Reject, Row, lives, write_expected

HERE = Path(__file__).parent
FILES = {
    "crm_northmere": "crm/northmere_customers.csv",
    "crm_bellwick": "crm/bellwick_guests.parquet",
    "list_tarn": "lists/tarn-2025-10-28.csv",
    "list_fennel": "lists/fennel.csv",
    "list_juniper": "lists/juniper.jsonl",
    "list_pindlebury": "lists/pindlebury.csv.gz",
    "list_maplewell": "lists/maplewell.csv",
    "list_quiet_mornings": "lists/quiet_mornings.csv",
    "list_calderbrook": "lists/calderbrook-2025-09-30.csv",
    "archive_2019": "archive/orders-2019.csv",
    "portal": "logs/portal.csv",
    "api": "logs/api.jsonl",
    "storage": "logs/storage.csv",
    "crm_audit": "logs/crm_audit.csv",
}
# Which share of the ordinary people stands in which dataset.
SHARES = {
    "crm_northmere": 0.29,
    "crm_bellwick": 0.15,
    "list_tarn": 0.22,
    "list_fennel": 0.17,
    "list_juniper": 0.16,
    "list_pindlebury": 0.22,
    "list_maplewell": 0.09,
    "list_quiet_mornings": 0.06,
    "list_calderbrook": 0.10,
    "archive_2019": 0.13,
}
PREFIXES = {
    "crm_northmere": "NM", "crm_bellwick": "BW", "list_tarn": "TT", "list_fennel": "FL", "list_juniper": "JU",
    "list_pindlebury": "PL", "list_maplewell": "MW", "list_quiet_mornings": "QM", "list_calderbrook": "CB",
    "archive_2019": "AR",
}  # fmt: skip
FIRST_NAMES = [
    "Ada", "Alma", "Anton", "Arvid", "Beatrix", "Benno", "Bruno", "Clara", "Conrad", "Daria", "Dorian", "Edith",
    "Elias", "Emil", "Esme", "Fabian", "Flora", "Gideon", "Greta", "Hanna", "Hugo", "Imogen", "Iris", "Isak",
    "Jasper", "Joan", "Jules", "Karin", "Kaspar", "Laila", "Linus", "Lucia", "Magnus", "Maren", "Milo", "Nadia",
    "Nestor", "Noor", "Odile", "Oscar", "Paula", "Pavel", "Rafael", "Renée", "Ruben", "Salma", "Silas", "Stella",
    "Tamar", "Theo", "Ursula", "Viktor", "Wilma", "Yannick", "Yusra", "Zoë",
]  # fmt: skip
LAST_NAMES = [
    "Abbott", "Amberley", "Barlow", "Brandt", "Brook", "Calloway", "Carver", "Dahl", "Darrow", "Emmerich", "Falk",
    "Farrow", "Garland", "Grieve", "Halloran", "Hartwell", "Ibsen", "Jarrow", "Keane", "Kestrel", "Lachlan",
    "Loring", "Mercer", "Norling", "Oakes", "Pascoe", "Quist", "Ravn", "Rowntree", "Sandoval", "Selby", "Tarrant",
    "Thorpe", "Underhill", "Varga", "Wexford", "Winslow", "Yates", "Zeller",
]  # fmt: skip
STREETS = ["Alder Way", "Baker Row", "Canal Side", "Dovecote Lane", "Easter Road", "Ferry Street", "Gable Court"]
CITIES = ["Aldermoor", "Brackwater", "Corrie Falls", "Dunmarsh"]
AREA_CODES = ["206", "212", "303", "305", "312", "404", "415", "503", "617", "713"]
TOPICS = ["allergy", "asthma", "blood pressure", "diabetes", ""]
LOGS = {"portal": "when", "api": "ts", "storage": "at", "crm_audit": "finished"}  # each with the column of its stamp
TORN_API_LINE = '{"id":"r-0777","ts":"2025-11-02T04:0'


@dataclass(frozen=True)
class Person:
    """An ordinary person: one of everything, the same everywhere."""

    number: int
    first: str
    last: str
    email: str
    phone: str
    birth_date: str
    street: str
    postcode: str


def pick(rng: Random, items: list[str]) -> str:
    """Return one item; `Random.random` alone is promised to stay the same between Python versions."""
    return items[int(rng.random() * len(items))]


def draw_people(rng: Random, count: int) -> list[Person]:
    """Return ordinary people with full names, addresses and phone numbers of their own (555-01xx is fiction's)."""
    plain = str.maketrans("éë", "ee")
    people = []
    for number in range(count):
        first = FIRST_NAMES[number % len(FIRST_NAMES)]
        last = LAST_NAMES[(number // len(FIRST_NAMES) + 5 * number) % len(LAST_NAMES)]
        domain = pick(rng, ["example.com", "example.org", "example.net"])
        born = f"{1938 + int(rng.random() * 68)}-{1 + int(rng.random() * 12):02}-{1 + int(rng.random() * 28):02}"
        people.append(
            Person(
                number=number,
                first=first,
                last=last,
                email=f"{first}.{last}.{number}@{domain}".lower().translate(plain),
                phone=f"+1 {AREA_CODES[number // 50]}-555-01{50 + number % 50}",
                birth_date=born,
                street=f"{1 + int(rng.random() * 90)} {pick(rng, STREETS)}",
                postcode=f"02{100 + int(rng.random() * 800)}",
            )
        )
    return people


def draw_cells(dataset: str, person: Person, rng: Random) -> dict[str, str]:
    """Return an ordinary record of a person in a dataset, without its key; some cells are blank."""
    name, some = {"first_name": person.first, "last_name": person.last}, rng.random() < 0.8
    email, phone = {"email": person.email}, {"phone": person.phone if some else ""}
    joined = f"20{18 + int(rng.random() * 7)}-{1 + int(rng.random() * 9):02}-{10 + int(rng.random() * 18)}"
    if dataset == "crm_northmere":
        shop = {"shop": pick(rng, ["Tarn & Thistle", "Fennel Lane"]), "country": pick(rng, ["US", "US", "US", "CA"])}
        home = {"street": person.street, "postcode": person.postcode, "birth_date": person.birth_date if some else ""}
        return shop | name | email | phone | home | {"password_hash": rng.randbytes(5).hex(), "created_at": joined}
    if dataset == "crm_bellwick":
        card = f"**** **** **** {1000 + int(rng.random() * 9000)}" if rng.random() < 0.5 else ""
        who = {"guest_name": f"{person.last}, {person.first}", "card_masked": card}
        return who | email | phone | {"country": pick(rng, ["US", "DE", "CA"]), "first_seen": f"{joined}T12:00:00Z"}
    if dataset == "list_tarn":
        return email | name | {"postcode": person.postcode if some else "", "mail_status": "subscribed"}
    if dataset == "list_fennel":
        return email | {"first_name": person.first if some else "", "joined_at": f"{joined}T12:00:00Z"}
    if dataset == "list_juniper":
        operator = pick(rng, ["Bellwick Hotels", "Calderbrook Bank"])
        first = {"first_name": person.first if some else "not given"}
        return {"operator": operator, "region": pick(rng, ["EU", "US"])} | first | email | phone
    if dataset == "list_pindlebury":
        brand = {"brand": "Pindlebury Pantry" if rng.random() < 0.7 else "Little Larder"}
        return brand | email | name | phone | {"city": pick(rng, CITIES), "joined_at": f"{joined}T12:00:00Z"}
    if dataset == "archive_2019":
        store = pick(rng, ["Tarn & Thistle", "Bellwick Stays"])
        order = {"shop": store, "buyer": f"{person.first} {person.last}", "street": person.street}
        if not some:
            return order | email | {"card": f"XXXX-XXXX-XXXX-{1000 + int(rng.random() * 9000)}", "card_state": "masked"}
        paid = {"card": f"ENC:{rng.randbytes(5).hex()}", "card_expiry": f"2021-0{1 + int(rng.random() * 9)}"}
        return order | email | paid | {"card_state": "encrypted"}
    if dataset == "list_maplewell":
        return email | name | {"health_topic": pick(rng, TOPICS)}
    return email | {"first_name": person.first} | ({"last_name": person.last} if dataset == "list_calderbrook" else {})


def gather_rows(rng: Random) -> dict[str, list[Row]]:
    """Return every dataset's records, told and ordinary, sorted by key."""
    people = draw_people(rng, 480)
    rows: dict[str, list[Row]] = {}
    for dataset in SHARES:
        told = read_told(dataset)
        columns = [column for column in told[0] if column != "who"]
        drawn = [person for person in people if rng.random() < SHARES[dataset]]
        rows[dataset] = []
        for number, person in enumerate(drawn, start=1):
            cells, key = draw_cells(dataset, person, rng), f"{PREFIXES[dataset]}-{number:04}"
            cells = {column: cells.get(column, "") for column in columns} | {columns[0]: key}
            rows[dataset].append(Row(dataset, key, f"ordinary {person.number}", cells))
        for line in told:
            rows[dataset].append(Row(dataset, line[columns[0]], line["who"], {c: line[c] for c in columns}))
    return rows


def read_told(name: str) -> list[dict[str, str]]:
    """Return the hand-written lines of a dataset or log."""
    with (HERE / "told" / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write_csv(path: Path, columns: list[str], lines: list[dict[str, str]]) -> None:
    """Write comma-separated lines with a header, gzipped (without a time stamp) if the name says so."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    content = text.getvalue().encode()
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)


def write_json_lines(path: Path, lines: list[dict[str, str] | str]) -> None:
    """Write one JSON object a line, leaving blank cells out; a line given as text is written as it is."""
    texts = [
        line if isinstance(line, str) else json.dumps({k: v for k, v in line.items() if v}, ensure_ascii=False)
        for line in lines
    ]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")


def write_parquet(path: Path, columns: list[str], lines: list[dict[str, str]]) -> None:
    """Write a Parquet file with UTC stamps for the last two columns and nulls for blank cells."""
    arrays = []
    for column in columns:
        cells = [line[column] or None for line in lines]
        if column in columns[-2:]:
            stamps = [datetime.fromisoformat(cell) if cell else None for cell in cells]
            arrays.append(pa.array(stamps, pa.timestamp("us", tz="UTC")))
        else:
            arrays.append(pa.array(cells, pa.string()))
    pq.write_table(pa.table(dict(zip(columns, arrays, strict=True))), path, compression="zstd")


def draw_ordinary_lines(log: str, rows: dict[str, list[Row]], rng: Random) -> list[dict[str, str]]:
    """Return what the staff did in a log: the same kinds of lines, from their own addresses, on ordinary records."""

    def key(dataset: str) -> str:
        return pick(rng, [row.key for row in rows[dataset] if row.who.startswith("ordinary")])

    def stamp(start: str, hours: float) -> datetime:
        return datetime.fromisoformat(start) + timedelta(seconds=int(rng.random() * hours * 3600))

    lines: list[dict[str, str]] = []
    for day, number in [
        (d, n) for d in ("2025-11-01", "2025-11-02", "2025-11-03") for n in range(8 if log == "storage" else 12)
    ]:
        office = stamp(f"{day} 09:00:00", 8)
        when = f"{office:%Y-%m-%dT%H:%M:%SZ}"
        line = {"verdict": "unattributed", "status": "200", LOGS[log]: when}
        if log == "portal":
            lists = {"pindlebury": "list_pindlebury", "fennel": "list_fennel"}
            name = pick(rng, list(lists))
            line |= {"when": f"{office:%Y-%m-%d %H:%M:%S}", "user": pick(rng, ["m.delacroix", "n.abara", "p.lindgren"])}
            line |= {"address": f"198.51.100.{7 + number}", "session": f"s-5{day[-2:]}{number}", "agent": "Mozilla/5.0"}
            line |= {"method": "GET", "path": f"/lists/{name}/members/{key(lists[name])}"}
            line |= {"content_type": "text/html", "bytes": "640"}
        elif log == "api":
            line |= {"id": f"r-1{day[-2:]}{number:02}", "principal": "crm-sync", "ip": "198.51.100.20"}
            line |= {"token": "tk-sync-1", "op": "get", "resource": f"/lists/fennel/members/{key('list_fennel')}"}
            line |= {"result": "ok"}
        elif log == "storage":
            line |= {"principal": "svc-reports", "ip": "198.51.100.40", "op": "get", "bytes_sent": "9000"}
            line |= {"object": "exports/tarn-2025-10-28.csv"}
        else:
            line |= {"took_seconds": "1", "login": "t.brandvold", "ip": "198.51.100.31", "action": "view"}
            line |= {"object": f"/bellwick/guests/{key('crm_bellwick')}", "result": "ok"}
        lines.append(line)
    return lines


def gather_lines(log: str, rows: dict[str, list[Row]], rng: Random, fennel_rows: int) -> list[dict[str, str]]:
    """Return a log's lines, told and ordinary, in the order of their stamps."""
    told = [{k: v.replace("{FENNEL_ROWS}", str(fennel_rows)) for k, v in line.items()} for line in read_told(log)]
    return sorted(told + draw_ordinary_lines(log, rows, rng), key=lambda line: line[LOGS[log]])


def write_traps(readme: Path) -> None:
    """Put the hand-written table of traps into the README, between its two marks."""
    with (HERE / "expected" / "traps.csv").open(newline="", encoding="utf-8") as file:
        traps = list(csv.DictReader(file))
    lines = ["| trap | about | expected | why |", "|---|---|---|---|"]
    for trap in traps:
        expected = trap["expected"].replace(" | ", ", ") or "yes"
        lines.append(f"| `{trap['trap']}` | {trap['check']}: {trap['about']} | {expected} | {trap['reason']} |")
    before, rest = (HERE / "README.md").read_text(encoding="utf-8").split("<!-- traps -->")
    after = rest.split("<!-- end of traps -->")[1]
    text = f"{before}<!-- traps -->\n" + "\n".join(lines) + f"\n<!-- end of traps -->{after}"
    readme.write_text(text, encoding="utf-8")


def write_datasets(folder: Path, rows: dict[str, list[Row]]) -> None:
    """Write every dataset in its own format."""
    for dataset, records in rows.items():
        path, cells = folder / FILES[dataset], [row.cells for row in records]
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".jsonl":
            write_json_lines(path, list(cells))
        elif path.suffix == ".parquet":
            write_parquet(path, list(cells[0]), cells)
        else:
            write_csv(path, list(cells[0]), cells)


def write_log(folder: Path, log: str, lines: list[dict[str, str]]) -> list[Reject]:
    """Write one log and return its unreadable lines; the API's is torn and stands in no table."""
    path, columns = folder / FILES[log], [column for column in read_told(log)[0] if column != "verdict"]
    path.parent.mkdir(parents=True, exist_ok=True)
    written = [{column: line.get(column, "") for column in columns} for line in lines]
    if path.suffix == ".jsonl":
        write_json_lines(path, [*written[:10], TORN_API_LINE, *written[10:]])
        return [Reject("log", log, FILES[log], 11)]
    write_csv(path, columns, written)
    broken = [number for number, line in enumerate(lines, start=2) if line["verdict"] == "reject"]
    return [Reject("log", log, FILES[log], number) for number in broken]


def main(folder: Path) -> None:
    """Write inputs, expected tables and the README's table of traps."""
    rng = Random(20251101)
    rows = gather_rows(rng)
    write_datasets(folder, rows)
    fennel_rows = len({row.key for row in rows["list_fennel"] if lives(row, "2025-11-02T03:30:00Z")}) + 3
    backwards = next(number for number, row in enumerate(rows["list_fennel"], start=2) if row.who == "backwards")
    rejects = [Reject("dataset", "list_fennel", FILES["list_fennel"], backwards)]
    events: list[Event] = []
    for log in LOGS:
        lines = gather_lines(log, rows, rng, fennel_rows)
        rejects += write_log(folder, log, lines)
        events += [Event(log, line["verdict"]) for line in lines if line["verdict"] not in ("again", "reject")]
    write_expected(folder / "expected", rows, events, rejects)
    write_traps(folder / "README.md")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
