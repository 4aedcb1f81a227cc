"""How records are found in files of every shape, and formats in files: with small formats made for the test."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.errors import InputError
from pipeline.intake.json_cells import look_up
from pipeline.intake.logs.formats import Format, Options, Sample
from pipeline.intake.rows import cell

ROLES = ("time", "ip", "resource")
OBJECTS = [
    {"at": f"2026-03-28T10:00:0{number}Z", "from": "192.0.2.7", "what": f"/c/{number}", "more": {"kind": "k"}}
    for number in range(4)
]
EXPECTED = [(f"2026-03-28 10:00:0{number}", f"{number}") for number in range(4)]
ROUTES = {"routes": [{"resource": "/c/{key}", "dataset": "crm"}]}


def words(frame: pl.DataFrame, options: Options) -> pl.DataFrame:
    """Read `TIME IP RESOURCE`."""
    parts = frame["text"].str.split(" ").list
    refusal = pl.when(parts.len() < 3).then(pl.lit("too few words"))
    found = {role: parts.get(place, null_on_oob=True) for place, role in enumerate(ROLES)}
    return frame.select("line", refusal.alias("refusal"), **found)


def paths(frame: pl.DataFrame, options: Options) -> pl.DataFrame:
    refusal = pl.when(look_up("at").is_null()).then(pl.lit("no instant"))
    return frame.select(
        "line", refusal.alias("refusal"), time=look_up("at"), ip=look_up("from"), resource=look_up("what")
    )


def cells(frame: pl.DataFrame, options: Options) -> pl.DataFrame:
    return frame.select(
        "line", pl.lit(None, pl.String).alias("refusal"), time=cell("at"), ip=cell("from"), resource=cell("what")
    )


LINES = Format("words", "lines", lambda sample: bool(sample.lines) and "Z 192" in sample.lines[0], words, comment="^#")
ENTRIES = Format("story", "entries", lambda sample: False, words, entry_start=r"^\d{4}-")
JSON = Format(
    "things",
    "objects",
    lambda sample: "what" in (sample.object or {}),
    paths,
    wrappers=("Records",),
    json_column="Data",
)
CELLS = Format("grid", "table", lambda sample: False, cells, names=("at", "from", "what", "late"))
SHEET = Format("sheet", "table", lambda sample: sample.header == ["at", "from", "what"], cells)


@pytest.fixture(autouse=True)
def known(register: Any) -> None:
    for made in (LINES, ENTRIES, JSON, CELLS, SHEET):
        register(made, ROLES)


def found(landed: dict[str, pl.DataFrame]) -> list[tuple[str, str]]:
    events = landed["events"].select("event_number", pl.col("earliest_at").dt.to_string("%Y-%m-%d %H:%M:%S"))
    return events.join(landed["reaches"], on="event_number").select("earliest_at", "record_key").rows()


def as_words() -> str:
    return "".join(f"{one['at']} {one['from']} {one['what']}\n" for one in OBJECTS)


def as_lines(objects: list[Any]) -> str:
    return "".join(json.dumps(one) + "\n" for one in objects)


SHAPES: dict[str, tuple[str, str | bytes]] = {
    "lines": ("words", as_words()),
    "lines with comments, blanks and returns": ("words", "#x\r\n\r\n" + as_words().replace("\n", "\r\n")),
    "lines, packed": ("words", gzip.compress(as_words().encode())),
    "JSON lines": ("things", as_lines(OBJECTS)),
    "an array on one line": ("things", json.dumps(OBJECTS)),
    "an array over many lines": ("things", json.dumps(OBJECTS, indent=2)),
    "a wrapper on one line": ("things", json.dumps({"Records": OBJECTS})),
    "a wrapper over many lines": ("things", json.dumps({"Records": OBJECTS}, indent=1)),
    "wrappers, one a line": ("things", as_lines([{"Records": OBJECTS[:1]}, {"Records": OBJECTS[1:]}])),
    "objects over many lines": ("things", "\n".join(json.dumps(one, indent=2) for one in OBJECTS)),
    "a table that holds objects": (
        "things",
        pl.DataFrame({"Id": range(4), "Data": [json.dumps(one) for one in OBJECTS]}).write_csv(),
    ),
    "a table of flat objects": ("things", pl.DataFrame(OBJECTS).select("what", "from", "at").write_csv()),
    "a table": ("sheet", pl.DataFrame(OBJECTS).drop("more").write_csv()),
}


@pytest.mark.parametrize("name", SHAPES)
def test_records_are_found_in_every_shape(land_log, name: str) -> None:
    wanted, content = SHAPES[name]
    landed = land_log({"log.x": content}, format=wanted, rest=ROUTES)
    assert found(landed) == EXPECTED
    assert landed["sources"].filter(pl.col("source") == "web")["line_count"].to_list() == [4]


def test_parquet_rows_are_objects_and_cells(land_log, tmp_path: Path) -> None:
    pl.DataFrame(OBJECTS).write_parquet(tmp_path / "log.parquet")
    content = (tmp_path / "log.parquet").read_bytes()
    assert found(land_log({"log.parquet": content}, format="things", rest=ROUTES)) == EXPECTED
    assert found(land_log({"log.parquet": content}, format="sheet", rest=ROUTES)) == EXPECTED


def test_a_table_without_header_has_the_format_s_names(land_log) -> None:
    content = pl.DataFrame(OBJECTS).drop("more").write_csv(include_header=False)
    assert found(land_log({"log.csv": content}, format="grid", rest=ROUTES)) == EXPECTED


def test_auto_knows_the_one_format_that_claims_the_file(land_log) -> None:
    assert found(land_log({"log.x": as_words()}, format="auto", rest=ROUTES)) == EXPECTED
    assert found(land_log({"log.x": as_lines(OBJECTS)}, format="auto", rest=ROUTES)) == EXPECTED


def test_auto_refuses_what_nobody_or_two_claim(land_log, register) -> None:
    with pytest.raises(InputError, match=r"(?s)not recognised.*things"):
        land_log({"log.x": "one two\n"}, format="auto")
    register(Format("twin", "lines", lambda sample: True, words), ROLES)
    with pytest.raises(InputError, match="could be twin or words"):
        land_log({"log.x": as_words()}, format="auto")


def test_entries_hold_their_lines_and_orphans_are_rejected(land_log) -> None:
    content = "lost\n2026-03-28T10:00:00Z 192.0.2.7 /c/1\nmore\n\nlast\n2026-03-28T10:00:01Z 192.0.2.7 /c/2\n"
    landed = land_log({"log.x": content}, format="story", rest=ROUTES)
    assert landed["events"]["line"].to_list() == [2, 6]
    assert landed["rejects"].select("line", "reason").rows() == [(1, "continues no entry")]


def test_entries_go_on_over_blocks(land_log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.intake.lines.BLOCK_BYTES", 64)
    monkeypatch.setattr("pipeline.intake.lines._READ_BYTES", 64)
    content = "".join(f"2026-03-28T10:00:00Z 198.51.100.7 /c/{number}\n" + "x\n" * number for number in range(30))
    landed = land_log({"log.x": content}, format="story", rest=ROUTES)
    assert landed["events"].height == 30
    assert landed["rejects"].height == 0


def test_what_a_format_refuses_is_rejected_alone(land_log) -> None:
    content = as_words().replace("192.0.2.7 /c/2", "")
    landed = land_log({"log.x": content}, format="words", rest=ROUTES)
    assert landed["events"]["line"].to_list() == [1, 2, 4]
    assert landed["rejects"].select("line", "reason").rows() == [(3, "too few words")]


@pytest.mark.parametrize("broken", ["{", "nonsense", "[1]", '"text"', "null", '{"at": }'])
def test_broken_json_lines_are_rejected_alone(land_log, broken: str) -> None:
    content = as_lines(OBJECTS[:1]) + broken + "\n" + as_lines(OBJECTS[1:])
    landed = land_log({"log.x": content}, format="things", rest=ROUTES)
    assert found(landed) == EXPECTED
    assert landed["rejects"]["line"].to_list() == [2]


@pytest.mark.parametrize("form", [json.dumps(OBJECTS, indent=2), json.dumps({"Records": OBJECTS}, indent=2)])
def test_json_that_breaks_off_is_an_unreadable_file(land_log, form: str) -> None:
    with pytest.raises(InputError, match="breaks off"):
        land_log({"log.x": form[:-40]}, format="things")


def test_further_attributes_are_looked_up(land_log) -> None:
    rest = {**ROUTES, "intruder": [{"kind": "k"}]}
    landed = land_log({"log.x": as_lines(OBJECTS)}, format="things", columns={"kind": "more.kind"}, rest=rest)
    assert landed["events"]["intruder_selector"].to_list() == [1] * 4


def test_stray_bytes_lose_no_event(land_log) -> None:
    content = as_words().encode().replace(b"/c/2", b"/c/\xff2")
    assert [key for _, key in found(land_log({"log.x": content}, format="words", rest=ROUTES))] == [
        "0", "1", "�2", "3"
    ]  # fmt: skip


def test_an_event_may_name_several_resources(land_log) -> None:
    one = {**OBJECTS[0], "what": json.dumps(["/c/1", "/c/2", "elsewhere"])}
    landed = land_log({"log.x": as_lines([one, OBJECTS[3]])}, format="things", rest=ROUTES)
    assert landed["reaches"].select("event_number", "reach_number", "record_key").rows() == [
        (1, 1, "1"), (1, 2, "2"), (2, 1, "3"),
    ]  # fmt: skip


def test_conditions_of_several_resources_stay_apart(land_log) -> None:
    one = {**OBJECTS[0], "what": json.dumps(["/c?email=a@b.co", "/c?email=c@d.co"])}
    routes = {"routes": [{"resource": "/c?email={email}", "dataset": "crm"}]}
    landed = land_log({"log.x": as_lines([one])}, format="things", rest=routes)
    assert landed["conditions"].select("reach_number", "value").rows() == [(1, "a@b.co"), (2, "c@d.co")]


def test_a_sample_sees_objects_behind_long_wrappers() -> None:
    from pipeline.intake.logs.sampling import first_object

    text = json.dumps({"Records": OBJECTS * 5000})
    assert first_object(text[: 1 << 16]) == OBJECTS[0]
    assert first_object(json.dumps(OBJECTS, indent=3)) == OBJECTS[0]
    assert first_object("{" * 70_000) is None
    assert first_object("plain text") is None
    assert Sample().object is None


def test_a_folder_is_read_with_all_that_lies_in_it(land_log) -> None:
    files: dict[str, str | bytes] = {f"trail/2026/0{place}/{place}.json": json.dumps({"Records": [one]})
                                     for place, one in enumerate(OBJECTS)}  # fmt: skip
    assert found(land_log(files, path="trail", format="auto", rest=ROUTES)) == EXPECTED
