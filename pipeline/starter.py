"""A first incident file, proposed from the inputs' column names and the shapes of some values (`scope init`).

Knows how to write an incident file and where its guesses come from; every guess is marked `# confirm`, and one that
only may be is left out with its reason: a person decides, this room only saves typing. No value is kept or written.
"""

from __future__ import annotations

import csv
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import InputError, ScopeError, UsageError
from pipeline.onboarding.proposals import PERHAPS, SURE, Proposal, propose_fields
from pipeline.onboarding.shapes import is_unique
from pipeline.problems import show

REST = "   # or its field; or nothing, if not personal"
PLAIN_ROLES = ("key", "valid_from", "valid_to", "residence")
HEAD_BYTES = 1_000_000
SAMPLE_ROWS = 1_000
DEEPEST = 8
MARK = "  # confirm"
FORMS = "CSV, JSON lines (one object on each line) and Parquet can be read, plain or with gzip, zstd or bz2"
PARQUET = {".parquet", ".pq"}

# What we ask of a log → names its column often goes by, letters and digits only.
LOG_COLUMNS = {
    "time": "time timestamp ts datetime date eventtime createdat occurredat loggedat when starttime atime",
    "end_time": "endtime finishedat completedat endedat",
    "duration": "duration durationms elapsed elapsedms latency took responsetime",
    "event_id": "eventid requestid id logid messageid uuid traceid insertid",
    "principal": "principal user username login actor account userid operator useridentity subject email",
    "ip": "ip clientip remoteip sourceip srcip ipaddress remoteaddr sourceipaddress callerip cip",
    "session": "session sessionid sid",
    "token": "token tokenid apikey apikeyid accesskeyid keyid",
    "user_agent": "useragent agent ua browser csuseragent",
    "host": "host hostname server",
    "action": "action operation method verb eventname event command httpmethod requestmethod activity type",
    "resource": "resource path uri url requesturi object objectname target endpoint request key file filename table",
    "outcome": "outcome result success allowed decision",
    "status": "status statuscode httpstatus responsecode code scstatus responsestatus",
    "content_type": "contenttype mimetype",
    "columns": "columns fields columnnames selectedfields",
    "record_keys": "recordkeys recordids recordid rowids keys ids objectids",
    "filters": "filters filter criteria",
    "rows": "rows rowcount records recordcount rowsprocessed rowsreturned count numrows",
    "bytes": "bytes bytessent bytecount size responsebytes scbytes responsesize",
}
DATASET_ROLES = {
    "key": "id key customerid customerno customernumber recordid contactid subscriberid memberid memberno userid uid"
    " uuid membernumber number",
    "brand": "brand brandname client clientname shop storename banner",
    "controller": "controller legalentity",
    "valid_from": "validfrom createdat created subscribedat joinedat addedat effectivefrom",
    "valid_to": "validto deletedat removedat effectiveto purgedat",
    "residence": "residence countryofresidence",
}


@dataclass(frozen=True)
class Source:
    """One input file: its path as the incident file will name it, its columns, some values, its log format if any.

    `delimiter` is what stands between the cells of a CSV line.
    """

    name: str
    path: str
    columns: tuple[str, ...] = ()
    values: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)
    log_format: str | None = None
    delimiter: str = ","


def write_incident_file(files: Sequence[Path], target: Path) -> int:
    """Write `target` from the column names of `files`; return how many guesses await confirmation.

    Raises UsageError if `target` exists or cannot be written, InputError if a file's column names cannot be read.
    """
    another = "name another with --incident"
    if target.exists():
        raise UsageError("exists already, and is not overwritten", where=str(target), remedy=another)
    if not target.parent.is_dir():
        raise UsageError("there is no such folder", where=str(target.parent), remedy=f"make it, or {another}")
    text = _compose(_read_sources(files, target.parent))
    try:
        with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise UsageError(f"cannot be written ({error.strerror})", where=str(target), remedy=another) from None
    return text.count(MARK)


def guess_log(columns: Iterable[str]) -> dict[str, str]:
    """Return what we ask of a log → the column that by its name holds it."""
    return _match(LOG_COLUMNS, columns)


def is_log(columns: Iterable[str]) -> bool:
    """Tell a log from a dataset: it has a time, and at least two of who, whence, what and how it ended."""
    guessed = guess_log(columns)
    telling = {"ip", "user_agent", "session", "action", "resource", "status", "outcome", "bytes", "principal"}
    return "time" in guessed and len(telling & set(guessed)) >= 2


def _fold(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _match(roles: dict[str, str], columns: Iterable[str]) -> dict[str, str]:
    left = {_fold(column): column for column in reversed(list(columns))}
    found: dict[str, str] = {}
    for role, names in roles.items():
        hit = next((name for name in names.split() if name in left), None)
        if hit is not None:
            found[role] = left.pop(hit)
    return found


def _read_sources(files: Sequence[Path], base: Path) -> list[Source]:
    sources: list[Source] = []
    for path in files:
        name = _name(path, {source.name for source in sources})
        known = _log_format_of(path)
        if known is not None:
            sources.append(Source(name, _relative(path, base), log_format=known))
            continue
        columns, delimiter = _read_columns(path)
        if any(_looks_like_a_value(column) for column in columns):
            remedy = "the first line must hold column names; add them and try again"
            raise InputError("the column names look like values", where=str(path), remedy=remedy)
        twice = next((column for number, column in enumerate(columns) if column in columns[:number]), None)
        if twice is not None:
            remedy = "no column could be told from its namesake: rename one of the two"
            raise InputError(f"has the column {show(twice)} twice", where=str(path), remedy=remedy)
        values = _read_values(path, columns, delimiter)
        sources.append(Source(name, _relative(path, base), columns, values, delimiter=delimiter))
    return sources


def _log_format_of(path: Path) -> str | None:
    """Name the one log format that claims a file; what cannot be opened is told of when its columns are read."""
    from pipeline.intake.files import find_files
    from pipeline.intake.logs.registry import claimants
    from pipeline.intake.logs.sampling import take_sample

    try:
        found = claimants(take_sample(find_files([path.name], path.parent, str(path))[0]))
    except ScopeError:
        return None
    return found[0] if len(found) == 1 else None


def _read_values(path: Path, columns: tuple[str, ...], delimiter: str) -> dict[str, list[str]]:
    """Look at the first rows, to tell shapes by; a file that cannot be read so far has none."""
    from pipeline.intake.files import find_files
    from pipeline.intake.reading import read_source
    from pipeline.intake.rows import Layout, cell_name

    try:
        files = find_files([path.name], path.parent, str(path))
        _, batch = next(iter(read_source(files, Layout((), columns, delimiter=delimiter))))
    except (ScopeError, StopIteration):
        return {}
    head = batch.frame.head(SAMPLE_ROWS)
    return {column: head[cell_name(column)].drop_nulls().to_list() for column in columns}


def _read_columns(path: Path) -> tuple[tuple[str, ...], str]:
    """Return a file's column names, and what stands between the cells of a CSV line."""
    import pyarrow as pa

    delimiter = ","
    try:
        if PARQUET & set(path.suffixes):
            columns = _columns_of_parquet(path)
        else:
            line = _read_first_line(path)
            columns = _columns_of_text(line, path.name)
            delimiter = _delimiter(line) if not line.startswith("{") else delimiter
    except FileNotFoundError:
        raise InputError("there is no such file", where=str(path)) from None
    except (OSError, pa.ArrowException):
        raise InputError("cannot be read", where=str(path), remedy=FORMS) from None
    except (ValueError, RecursionError):
        raise InputError("the first line is not one JSON object", where=str(path), remedy=FORMS) from None
    if not any(columns):
        raise InputError("is empty: there are no column names", where=str(path))
    return tuple(column.strip() for column in columns if column.strip()), delimiter


def _columns_of_parquet(path: Path) -> list[str]:
    from pyarrow import parquet

    return list(parquet.read_schema(path).names)


def _read_first_line(path: Path) -> str:
    """Read the line with the column names; raises InputError for what is no UTF-8 text, or no whole file."""
    from pipeline.intake.files import find_files, open_bytes

    if not path.exists():
        raise FileNotFoundError
    (file,) = find_files([path.name], path.parent, str(path))
    with open_bytes(file) as stream:
        head = bytes(stream.read(HEAD_BYTES))
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or (head[1:8:2] and not head[1:8:2].strip(b"\x00")):
        remedy = "convert it, such as with: iconv -f UTF-16 -t UTF-8"
        raise InputError("is UTF-16 text; only UTF-8 can be read", where=str(path), remedy=remedy)
    line = head.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")[0].strip()
    if b"\x00" in line:
        raise InputError("is not text", where=str(path), remedy=FORMS)
    try:
        return line.decode()
    except UnicodeDecodeError:
        remedy = "convert it, such as with: iconv -f WINDOWS-1252 -t UTF-8"
        raise InputError("its first line is not UTF-8", where=str(path), remedy=remedy) from None


def _columns_of_text(line: str, name: str) -> list[str]:
    if line.startswith("{"):
        return list(_leaves(json.loads(line), ""))
    try:
        return next(csv.reader([line], delimiter=_delimiter(line)), [])
    except csv.Error:
        remedy = "give CSV, JSON lines or Parquet, the first two with columns in their first line"
        raise InputError("has no first line of columns", where=name, remedy=remedy) from None


def _leaves(value: dict[str, object], before: str) -> Iterator[str]:
    """Name the dotted paths of an object's values."""
    for key, inner in value.items():
        if isinstance(inner, dict) and inner and before.count(".") < DEEPEST:
            yield from _leaves(inner, f"{before}{key}.")
        else:
            yield f"{before}{key}"


def _delimiter(line: str) -> str:
    return max(",;\t|", key=line.count)


def _looks_like_a_value(name: str) -> bool:
    return "@" in name or len(name) > 80 or len(re.sub(r"\D", "", name)) >= 6 or not name.isprintable()


def _name(path: Path, taken: set[str]) -> str:
    stem = re.sub(r"[^a-z0-9]+", "_", path.name.partition(".")[0].lower()).strip("_")
    name = stem if stem[:1].isalpha() else f"source_{stem}".rstrip("_")
    return name if name not in taken else next(new for n in range(2, 10_000) if (new := f"{name}_{n}") not in taken)


def _relative(path: Path, base: Path) -> str:
    return Path(os.path.relpath(path.resolve(), base.resolve())).as_posix()


def _word(text: str) -> str:
    """Write `text` as a YAML key or value."""
    plain = re.fullmatch(r"[A-Za-z_./][\w./-]*( [\w./-]+)*", text, re.ASCII)
    reserved = text.lower() in {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
    return text if plain and not reserved else json.dumps(text)


def _compose(sources: Sequence[Source]) -> str:
    logs = [source for source in sources if source.log_format or is_log(source.columns)]
    datasets = [source for source in sources if source not in logs]
    parts = [
        "# Written by `scope init` from column names and the shapes of values. Each guess is marked: check it, take",
        "# its mark away then. What only may be personal stands as a comment, with its reason.",
        "incident:",
        f"  id: incident-1{MARK}",
        f"  zone: UTC{MARK}: the zone in which people speak of this incident",
        "  # window: 2026-03-28/2026-03-30   # both days included; or give scope run --window",
        "",
        "# Who the intruder is. Without any, every untrusted event in the window counts as the intruder's.",
        "# intruder:",
        "#   - ip: 203.0.113.7",
        "",
        "logs:" if logs else "logs: {}",
        *(line for log in logs for line in _compose_log(log)),
        "",
        "datasets:" if datasets else "datasets: {}",
        *(line for dataset in datasets for line in _compose_dataset(dataset)),
        "",
        "# Which resources of the logs reach which dataset; a resource that is a dataset's own name needs none.",
        "# routes:",
        "#   - resource: /customers/{key}",
        f"#     dataset: {datasets[0].name if datasets else 'customers'}",
    ]
    return "\n".join(parts) + "\n"


def _compose_log(log: Source) -> list[str]:
    if log.log_format:
        return [f"  {log.name}:", f"    path: {_word(log.path)}", f"    format: {log.log_format}{MARK}"]
    guessed = guess_log(log.columns)
    if "ip" not in guessed:
        left = [column for column in log.columns if column not in guessed.values()]
        guessed |= _address_by_values(propose_fields(log.path, left, log.values))
    rest = [column for column in log.columns if column not in guessed.values()]
    return [
        f"  {log.name}:",
        f"    path: {_word(log.path)}",
        *_delimiter_of(log),
        f"    zone: UTC{MARK}: the zone of its stamps",
        "    columns:",
        *(f"      {role}: {_word(column)}{MARK}" for role, column in guessed.items()),
        *([f"      # not used: {', '.join(map(_word, rest))}"] if rest else []),
        "    # coverage: complete   # only if the log is known to be whole",
    ]


def _address_by_values(proposals: Mapping[str, Proposal]) -> dict[str, str]:
    """Return the first column that holds network addresses, whatever it is called, as the log's `ip`; {} if none."""
    told = [column for column, made in proposals.items() if (made.field, made.confidence) == ("ip_address", SURE)]
    return {"ip": told[0]} if told else {}


def _compose_dataset(dataset: Source) -> list[str]:
    roles = _match(DATASET_ROLES, dataset.columns)
    proposals = propose_fields(dataset.path, dataset.columns, dataset.values)
    fields = {name: made for name, made in proposals.items() if name not in roles.values()}
    rest = [column for column in dataset.columns if column not in {*roles.values(), *fields}]
    known_brand = f"{{column: {_word(roles['brand'])}}}{MARK}" if "brand" in roles else ""
    brand = known_brand or f"unknown{MARK}: the name the customer knows"
    is_sure = any(made.confidence != PERHAPS for made in fields.values())
    return [
        f"  {dataset.name}:",
        f"    path: {_word(dataset.path)}",
        *_delimiter_of(dataset),
        f"    role: {_guess_role(dataset)}{MARK}: crm, processor or archive",
        f"    brand: {brand}",
        *([f"    controller: {{column: {_word(roles['controller'])}}}{MARK}"] if "controller" in roles else []),
        *(f"    {role}: {_word(column)}{_mark_of(role, column, dataset)}" for role, column in roles.items()
          if role in PLAIN_ROLES),
        "    columns:" if is_sure else "    columns: {}",
        *(_compose_column(column, made) for column, made in fields.items()),
        *(f"      # {_word(column)}: other_personal_data{REST}" for column in rest),
    ]  # fmt: skip


def _delimiter_of(source: Source) -> list[str]:
    return [f"    delimiter: {json.dumps(source.delimiter)}{MARK}"] if source.delimiter != "," else []


def _mark_of(role: str, column: str, dataset: Source) -> str:
    values = dataset.values.get(column, ())
    repeats = role == "key" and bool(values) and not is_unique(values)
    return f"{MARK}: values repeat or are blank; a key names one record" if repeats else MARK


def _compose_column(column: str, made: Proposal) -> str:
    if made.confidence == PERHAPS:
        return f"      # {_word(column)}: {made.field}   # perhaps, by its {made.basis}"
    value = made.field if made.state == "clear" else f"{{field: {made.field}, state: {made.state}}}"
    return f"      {_word(column)}: {value}{MARK}, by its {made.basis}"


def _guess_role(dataset: Source) -> str:
    words = set(re.split(r"[^a-z]+", dataset.path.lower()))
    return "archive" if words & {"archive", "backup", "dump", "old", "legacy"} else "crm"
