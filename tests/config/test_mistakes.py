"""Mistakes in an incident file: where, what, and what to write instead."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError
from pipeline.incident_file import read_incident_file
from tests.config.written import BASE, change, refuse

ONE_MISTAKE = [
    # old, new, line, key, what, remedy
    ("  id: breach-1\n", "", 1, "incident.id", "'id' is missing", "write id:"),
    ("id: breach-1", "id:", 2, "incident.id", "is empty", "write a value"),
    ("id: breach-1", 'id: " "', 2, "incident.id", "is empty", "write a value"),
    ("id: breach-1", "id: [a]", 2, "incident.id", "must be one text", "write one value"),
    ("Europe/Berlin", "Europe/Berln", 3, "incident.zone", "no time zone 'Europe/Berln'", "did you mean Europe/Berlin?"),
    ("Europe/Berlin", "berlin", 3, "incident.zone", "no time zone 'berlin'", "did you mean Europe/Berlin?"),
    ("Europe/Berlin", "localtime", 3, "incident.zone", "no time zone", "write an IANA name"),
    ("2026-03-28/2026-03-30", "2026-03-30/2026-03-28", 4, "incident.window", "ends before it starts", "earlier end"),
    ("2026-03-28/2026-03-30", "2026-03-28", 4, "incident.window", "does not name a start and an end", "START/END"),
    ("2026-03-28/2026-03-30", "2026-02-30/2026-03-30", 4, "incident.window", "no calendar has", "write a date"),
    ("  id: breach-1\n", "  id: b\n  idd: c\n", 3, "incident.idd", "unknown key 'idd'", "did you mean 'id'?"),
    ("- ip: 203.0.113.7", "- ip: 203.0.113.700", 6, "intruder[0].ip", "is not an address", "203.0.113.0/24"),
    ("    principal: joe@", "    pricipal: joe@", 7, "intruder[0].pricipal", "nothing could ever match", "'principal'"),
    ("  - principal: backup", "  - logs: esp", 9, "trusted[0]", "it would match everybody", "name an attribute"),
    ("  - principal: backup", "  - principal: []", 9, "trusted[0].principal", "is empty", "at least one"),
    ("  - principal: backup", "  - {absent: sesion}", 9, "trusted[0].absent", "nothing could ever match", "map it"),
    (
        "principal: backup",
        "{principal: b, logs: epp}",
        9,
        "trusted[0].logs",
        "unknown log 'epp'",
        "did you mean 'esp'?",
    ),
    ("principal: backup", "{principal: b, except: {}}", 9, "trusted[0].except", "except everything", "name what"),
    ("principal: backup", "{principal: b, from: soon}", 9, "trusted[0].from", "not a date", "write a date"),
    ("principal: backup", "{principal: b, excpt: {ip: 1}}", 9, "trusted[0].excpt", "one value or a list", "'except'"),
    (
        "datasets:\n",
        "  Web Log:\n    {path: w, columns: {time: t}}\ndatasets:\n",
        23,
        "logs.Web Log",
        "lower-case",
        "'web_log'",
    ),
    ("    path: logs/*.csv\n", "", 11, "logs.esp.path", "'path' is missing", "File or glob"),
    ("path: logs/*.csv", "path: []", 12, "logs.esp.path", "is empty", "at least one value"),
    ("path: logs/*.csv", "path: a\n    zone: CEST", 13, "logs.esp.zone", "no time zone 'CEST'", "CST6CDT|EST|CET|MST"),
    ("path: logs/*.csv", "path: a\n    clock_skew: soon", 13, "logs.esp.clock_skew", "not a duration", "90s"),
    ("path: logs/*.csv", "path: a\n    delimiter: ab", 13, "logs.esp.delimiter", "one ASCII character", 'write ","'),
    (
        "path: logs/*.csv",
        "path: a\n    format: cvs",
        13,
        "logs.esp.format",
        "unknown word 'cvs'",
        "did you mean 'csv'?",
    ),
    ("      time: at\n", "", 13, "logs.esp.columns", "no column gives the time", "write time: COLUMN"),
    ("time: at", "end_time: at", 14, "logs.esp.columns.end_time", "needs a duration", "write duration"),
    ("time: at", "time: at\n      row_count: n", 15, "logs.esp.columns.row_count", "unknown log column", "'rows'"),
    ("{PEEK: view}", "{PEEK: veiw}", 19, "logs.esp.words.action.PEEK", "unknown word 'veiw'", "did you mean 'view'?"),
    ("{PEEK: view}", "{PEEK: view, peek: list}", 19, "logs.esp.words.action.peek", "mapped twice", "keep one"),
    ("status: deleted", "status: delete", 22, "logs.esp.coverage[1].status", "unknown word", "did you mean 'deleted'?"),
    ("{from: 2026-03-29T12:00", "{from: 2026-03-29", 22, "logs.esp.coverage[1]", "overlap", "let one end"),
    (
        "  list:\n",
        "  List 1:\n    {path: l, role: crm, brand: B, columns: {a: age}}\n  list:\n",
        32,
        "List 1",
        "lower-case",
        "'list_1'",
    ),
    (
        "    columns:\n      email: email\n      dob: {field: date_of_birth, state: masked}\n",
        "",
        32,
        "datasets.list.columns",
        "maps no column",
        "or membership: FIELD",
    ),
    ("    role: crm\n", "", 24, "datasets.shop.role", "'role' is missing", "crm | processor | archive"),
    ("role: crm", "role: crmm", 26, "datasets.shop.role", "unknown word 'crmm'", "did you mean 'crm'?"),
    (
        "links: {customer: shop}",
        "links: {c: list}",
        42,
        "datasets.list.links.c",
        "which has no key",
        "write key: COLUMN",
    ),
    (
        "    key: id\n",
        "    key: id\n    links: {c: list}\n",
        28,
        "datasets.shop.links.c",
        "which has no key",
        "write key: COLUMN",
    ),
    (
        "path: logs/*.csv",
        "path: a\n    time_format: ISO",
        13,
        "logs.esp.time_format",
        "unknown time format",
        "write one of: iso",
    ),
    ("brand: {column: brand}", "brand: {colum: b}", 28, "datasets.shop.brand", "must be a name", "{column: COLUMN}"),
    ("brand: {column: brand}", "brand: [a, b]", 28, "datasets.shop.brand", "must be a name", "{column: COLUMN}"),
    ("brand: {column: brand}", 'brand: ""', 28, "datasets.shop.brand", "is empty", "write a value"),
    ("      mail: email", "      mail: emial", 31, "datasets.shop.columns.mail", "unknown field 'emial'", "'email'?"),
    (
        "      mail: email",
        "      mail: email\n      mail: phone",
        32,
        "columns.mail",
        "twice (lines 31 and 32)",
        "keep one",
    ),
    ("    processor: Mailhouse\n", "", 32, "datasets.list.processor", "needs the processor's name", "write processor:"),
    (
        "generated_at: 2026-03-01",
        "valid_to: x\n    generated_at: 2026-03-01",
        38,
        "datasets.list.valid_to",
        "static",
        "",
    ),
    ("generated_at: 2026-03-01", "replaced_at: 2026-03-01", 38, "datasets.list.replaced_at", "needs generated_at", ""),
    ("state: masked", "state: maskd", 41, "columns.dob.state", "unknown word 'maskd'", "did you mean 'masked'?"),
    ("state: masked", "subject: Next Of Kin", 41, "columns.dob.subject", "is not a name", "lower-case"),
    ("state: masked", "identifier: maybe", 41, "columns.dob.identifier", "true or false", "write true or false"),
    ("links: {customer: shop}", "links: {customer: shp}", 42, "links.customer", "unknown dataset", "'shop'"),
    ("/api/{key}?list={mail}", "/api/{key", 44, "routes[0].resource", "a brace is open", "write {key}"),
    ("/api/{key}?list={mail}", "/api/{malil}", 44, "routes[0].resource", "unknown column 'malil'", "'mail'"),
    ("/api/{key}?list={mail}", "/api/{key}/{key}", 44, "routes[0].resource", "captures 'key' twice", "keep one"),
    ("log: esp", "log: epp", 45, "routes[0].log", "unknown log 'epp'", "did you mean 'esp'?"),
    ("log: esp", "log: esp\n    logs: esp", 44, "routes[0]", "'log' and 'logs' are both given", "keep logs"),
    ("dataset: shop", "dataset: shpo", 46, "routes[0].dataset", "unknown dataset 'shpo'", "did you mean 'shop'?"),
    ("    dataset: shop\n    columns: [mail]\n", "", 44, "routes[0]", "leads nowhere", "write dataset: NAME"),
    ("columns: [mail]", "columns: [mial]", 47, "routes[0].columns[0]", "unknown column 'mial'", "did you mean 'mail'?"),
    ("columns: [mail]", "unlocks: lits", 47, "routes[0].unlocks", "unknown dataset 'lits'", "did you mean 'list'?"),
    ("columns: [mail]", "decoy_bytes: -1", 47, "routes[0].decoy_bytes", "below zero", "in bytes"),
    ("columns: [mail]", "stand_in: perhaps", 47, "routes[0].stand_in", "true or false", "true"),
    ("Bolt: Bolt AG", "ACME: x", 36, "datasets.list.brand", "overlapping brands: 'ACME' and 'Acme'", "write 'ACME'"),
    ("Bolt: Bolt AG", "Bolt: ACME  ltd", 37, "datasets.list.controller", "overlapping controllers", "in both places"),
    ("{dataset: list, from", "{dataset: lst, from", 51, "unlogged_copies[0].dataset", "unknown dataset", "'list'"),
    ("until: 2026-03-02", "until: 2026-02-02", 51, "unlogged_copies[0].until", "until is not after from", "earlier"),
    ("controllers:\n", "controlers:\n", 48, "controlers", "unknown key 'controlers'", "did you mean 'controllers'?"),
    ("controllers:\n", "unattributed: maybe\ncontrollers:\n", 48, "unattributed", "unknown word", "ignore, possible"),
    (
        "controllers:\n",
        "identity: {household_limit: 0}\ncontrollers:\n",
        48,
        "household_limit",
        "too small",
        "1 or more",
    ),
    ("controllers:\n", "identity: {phone_region: uk}\ncontrollers:\n", 48, "phone_region", "not a country", "GB"),
    ("controllers:\n", "limits: {reject_share: 1%}\ncontrollers:\n", 48, "limits.reject_share", "a number", "0.01"),
    (
        "controllers:\n",
        "limits: {reject_share: 2}\ncontrollers:\n",
        48,
        "limits.reject_share",
        "too large",
        "1 or less",
    ),
    ("controllers:\n", "limits: {threads: 1.5}\ncontrollers:\n", 48, "limits.threads", "whole number", "digits"),
    ("controllers:\n", "limits: {threads: 9999}\ncontrollers:\n", 48, "limits.threads", "too large", "1024 or less"),
    ("controllers:\n", "limits: {memory: lots}\ncontrollers:\n", 48, "limits.memory", "amount of memory", "4GB"),
    ("Bolt: Bolt AG", "<<: {a: b}", 49, "controllers", "merge key", "write the keys out"),
    ("Bolt: Bolt AG", "Bolt: !!python/name:os.system x", 49, "controllers.Bolt", "a tag", "plain value"),
    ("Bolt: Bolt AG", 'Bolt: "a\\0b"', 49, "controllers.Bolt", "a character that no text has", "remove it"),
    ("Bolt: Bolt AG", "[a, b]: x", 49, "controllers", "a key is not a plain text", "write the keys out"),
]


@pytest.mark.parametrize(("old", "new", "line", "key", "what", "remedy"), ONE_MISTAKE, ids=lambda part: str(part)[:30])
def test_one_mistake_is_one_message(
    tmp_path: Path, old: str, new: str, line: int, key: str, what: str, remedy: str
) -> None:
    error = refuse(tmp_path, change(old, new))
    assert error.exit_code == 3
    assert error.where.startswith(f"{tmp_path}/incident.yaml:{line}: "), str(error)
    assert key in error.where.rsplit(": ", 1)[1], str(error)
    assert what in error.what
    assert any(part in error.remedy for part in remedy.split("|")) or remedy in error.remedy, str(error)


@pytest.mark.parametrize(
    ("text", "line", "what", "remedy"),
    [
        ("", 1, "the file is empty", "start with incident:"),
        ("# nothing yet\n", 1, "the file is empty", "scope init"),
        ("- a\n- b\n", 1, "not a mapping", "start with incident:"),
        ("just words\n", 1, "not a mapping", "start with incident:"),
        ("incident:\n\tid: x\n", 2, "a tab", "indent with spaces"),
        ("incident:\n  id: a: b\n", 2, "a second ':'", "quote the text"),
        ("incident: {id: x\nlogs: {}\n", 2, "this is not YAML", ""),
        ("incident: [\n", 2, "this is not YAML", ""),
        ('incident: "x\n', 2, "this is not YAML", "close it"),
        ("incident: *gone\n", 1, "an alias", "write the value itself"),
        ("incident: {}\n---\nlogs: {}\n", 2, "a second document", "remove the line ---"),
        ("incident: {}\nlogs: \x07\n", 2, "a control character", "remove it"),
    ],
)
def test_what_is_not_yaml_says_where(tmp_path: Path, text: str, line: int, what: str, remedy: str) -> None:
    error = refuse(tmp_path, text)
    assert error.where == f"{tmp_path}/incident.yaml:{line}"
    assert what in error.what
    assert remedy in error.remedy
    assert error.remedy


@pytest.mark.parametrize(
    ("data", "what", "remedy"),
    [
        (b"incident:\n  id: \xff\xfe\n", "not UTF-8", "save it as UTF-8"),
        (b"PAR1\x00\x00\x15", "binary", "UTF-8 text"),
        ("incident:".encode("utf-16"), "binary, or text in UTF-16", "UTF-8"),
        (b"#" * 250_001, "larger than 250 kB", "is it a log or a dataset?"),
        (b"[" * 100_000, "too deep", "flat"),
    ],
)
def test_files_that_are_no_text(tmp_path: Path, data: bytes, what: str, remedy: str) -> None:
    path = tmp_path / "incident.yaml"
    path.write_bytes(data)
    with pytest.raises(ConfigurationError) as caught:
        read_incident_file(path)
    assert what in caught.value.what
    assert remedy in caught.value.remedy
    assert str(path) in caught.value.where


def test_a_missing_file_a_folder_and_a_path_that_is_none(tmp_path: Path) -> None:
    for path, what in [
        (tmp_path / "no.yaml", "no such incident file"),
        (tmp_path, "a folder"),
        (tmp_path / ("x" * 300), "cannot be read"),
        (Path("a\0b"), "cannot be read"),
    ]:
        with pytest.raises(ConfigurationError, match=what):
            read_incident_file(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_one_may_not_read(tmp_path: Path) -> None:
    path = tmp_path / "incident.yaml"
    path.write_text(BASE)
    path.chmod(0)
    with pytest.raises(ConfigurationError, match="permission denied"):
        read_incident_file(path)


def test_a_refused_permission_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse_open(*_: object, **__: object) -> None:
        raise PermissionError

    (tmp_path / "incident.yaml").write_text(BASE)
    monkeypatch.setattr(Path, "open", refuse_open)
    with pytest.raises(ConfigurationError, match="permission denied"):
        read_incident_file(tmp_path / "incident.yaml")


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
        + "".join(
            f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]\n" for old, new in zip("abcdef", "bcdefg", strict=True)
        ),
        "incident: &a [*a]\n",
        "incident: &a {x: *a, y: *a}\n",
    ],
)
def test_aliases_that_unfold_without_end_are_refused(tmp_path: Path, text: str) -> None:
    error = refuse(tmp_path, text)
    assert "unfolds into too much" in error.what
    assert "without aliases" in error.remedy


def test_every_mistake_is_told_in_the_order_of_lines(tmp_path: Path) -> None:
    text = (
        change("      mail: email", "      mail: emial")
        .replace("role: crm", "role: cmr")
        .replace("Europe/Berlin", "Nowhere")
    )
    error = refuse(tmp_path, text.replace("log: esp", "log: web"))
    first, *rest = str(error).splitlines()
    assert first.endswith("incident.yaml: 4 things to correct")
    places = [line.split("incident.yaml:")[1].split(": ")[:2] for line in rest if "incident.yaml:" in line]
    assert places == [
        ["3", "incident.zone"],
        ["26", "datasets.shop.role"],
        ["31", "datasets.shop.columns.mail"],
        ["45", "routes[0].log"],
    ]
    assert error.exit_code == 3


def test_one_mistake_does_not_drag_others_behind_it(tmp_path: Path) -> None:
    """A dataset without a role still exists for the routes that name it."""
    assert "things to correct" not in str(refuse(tmp_path, change("role: crm", "role: 7")))
    assert "things to correct" not in str(refuse(tmp_path, change("    path: shop.csv\n", "")))


def test_no_message_repeats_a_value(tmp_path: Path) -> None:
    text = BASE.replace("203.0.113.7", "marked-value").replace("joe@clients.example", "{a: marked-value}")
    text = text.replace("2026-03-28/2026-03-30", "marked-value").replace(
        "id: breach-1", "id: {marked@value.example: 1}"
    )
    text = text.replace("generated_at: 2026-03-01", "generated_at: marked-value").replace(
        "column: brand", "x: marked-value"
    )
    message = str(refuse(tmp_path, text.replace("mail: email\n", "mail: marked@value.example\n")))
    assert "things to correct" in message
    assert "marked" not in message.replace(str(tmp_path), "")
