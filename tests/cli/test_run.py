"""The main job through its door: what it prints where, how it ends, and that a refusal harms nothing."""

from __future__ import annotations

import json
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

Scope = Callable[..., subprocess.CompletedProcess[str]]


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def published(folder: Path) -> dict[str, bytes]:
    """Every file of every run with its bytes, and where `latest` points."""
    out = folder / "out"
    files = {str(path.relative_to(out)): path.read_bytes() for path in (out / "runs").rglob("*") if path.is_file()}
    return files | {"latest": (out / "latest").readlink().as_posix().encode()}


def test_a_clear_case_ends_with_0(tiny: Path, process: Scope) -> None:
    done = process("run")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("CUSTOMER DATA WAS READ.\n1 person: 1 confirmed.\n")
    assert max(map(len, done.stdout.splitlines()[:-2])) <= 80
    assert "\x1b" not in done.stdout + done.stderr
    assert all(line.startswith("scope: ") for line in done.stderr.splitlines())
    assert list((tiny / "out" / "latest" / "exposures").glob("tarn-*.parquet"))


def test_a_selector_that_meets_nobody_and_a_log_of_another_time_are_open_questions(tiny: Path, scope: Scope) -> None:
    replace(tiny / "incident.yaml", "203.0.113.", "198.18.0.")
    done = scope("run", "--quiet", "--window", "2001-01-01/2001-01-02")
    said = " ".join(done.stdout.split())
    assert done.returncode == 10
    assert said.startswith("UNDETERMINED")
    assert "intruder[0]: The selector matches no event of any log." in said
    assert "web: The log holds no event in the window." in said
    assert "Note:" not in said


def test_a_second_selector_is_met_by_what_the_first_claims(tiny: Path, scope: Scope) -> None:
    replace(tiny / "incident.yaml", "intruder: [", "intruder: [{ip: 203.0.113.0/24}, ")
    assert scope("run", "--quiet").returncode == 0
    replace(tiny / "incident.yaml", "intruder: [", "trusted: [{ip: 10.0.0.1}]\nintruder: [")
    done = scope("run", "--quiet")
    assert done.returncode == 10
    assert "trusted[0]: The selector matches no event" in done.stdout


def test_open_questions_end_with_10(tiny: Path, scope: Scope) -> None:
    replace(tiny / "incident.yaml", "    coverage: complete\n", "")
    done = scope("run", "--quiet")
    assert (done.returncode, done.stderr) == (10, "")
    assert "Open questions: 1" in done.stdout


def test_json_says_the_same_for_machines(tiny: Path, scope: Scope) -> None:
    done = scope("run", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["verdict"], told["people"]["confirmed"]) == (0, "customer_data_read", 1)
    assert done.stderr
    assert Path(tiny, told["folder"]).is_dir()


def test_the_window_can_be_given(tiny: Path, scope: Scope) -> None:
    done = scope("run", "--window", "2026-03-29/2026-03-29", "--json", "--quiet")
    told = json.loads(done.stdout)
    assert (done.returncode, told["people"]["total"]) == (10, 0)
    assert told["verdict"] == "undetermined"


def test_what_was_published_is_the_owners_alone(tiny: Path, scope: Scope) -> None:
    assert scope("run").returncode == 0
    paths = list((tiny / "out" / "runs").rglob("*"))
    assert paths
    assert all(stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600) for path in paths)


def test_check_reads_and_writes_nothing(tiny: Path, scope: Scope) -> None:
    done = scope("check", "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    assert "2026-03-28T10:00:00Z" in done.stdout
    assert not (tiny / "out").exists()
    assert json.loads(scope("check", "--json").stdout)["datasets"][0]["records"] == 2


def test_check_says_what_looks_wrong(tiny: Path, scope: Scope) -> None:
    assert "Note:" not in scope("check", "--quiet").stdout
    replace(tiny / "incident.yaml", "203.0.113.7", "192.0.2.1")
    said = scope("check", "--quiet").stdout
    assert "intruder[0] matches no event" in said
    # What others read reaches a dataset too: the route is right, whoever the intruder is.
    assert "reaches a dataset" not in said
    replace(tiny / "incident.yaml", ", window: 2026-03-28/2026-03-29", "")
    replace(tiny / "incident.yaml", "/customers/{key}", "/clients/{key}")
    replace(tiny / "crm.csv", "7,Tarn,", "7,,")
    said = " ".join(scope("check", "--quiet").stdout.split())
    for note in (
        "without a window Note: no window is given",
        "intruder[0] matches no event of any log",
        "log 'web': no event of it reaches a dataset",
        "dataset 'crm': 1 of its 2 records name no brand",
    ):
        assert note in said
    said = " ".join(scope("check", "--quiet", "--window", "2001-01-01/2001-01-02").stdout.split())
    assert "log 'web' holds no event in the window" in said


def test_refusals_have_their_codes_and_harm_nothing(tiny: Path, scope: Scope) -> None:
    assert scope("run").returncode == 0
    before = published(tiny)
    incident, log = tiny / "incident.yaml", tiny / "web.csv"
    good = {path: path.read_text() for path in (incident, log)}

    def refused(code: int, *arguments: str) -> None:
        done = scope("run", "--quiet", *arguments)
        assert (done.returncode, done.stdout) == (code, "")
        assert done.stderr.startswith("scope: ")
        assert "Traceback" not in done.stderr
        assert published(tiny) == before
        for path, text in good.items():
            path.write_text(text)

    refused(2, "--window", "2026-03-29/2026-03-28")
    refused(2, "--window", "yesterday")
    refused(3, "--incident", "none.yaml")
    replace(incident, "role: crm", "role: crm\n    colour: red")
    refused(3)
    replace(incident, "path: web.csv", "path: none.csv")
    refused(4)
    replace(log, "ts,ip", "when,ip")
    refused(4)


def test_an_output_that_is_a_file_ends_with_6(tiny: Path, scope: Scope) -> None:
    (tiny / "taken").write_text("mine")
    done = scope("run", "--quiet", "--out", "taken")
    assert done.returncode == 6, done.stderr
    assert (tiny / "taken").read_text() == "mine"


def test_the_same_inputs_give_the_same_run(tiny: Path, process: Scope) -> None:
    assert process("run").returncode == 0
    before = published(tiny)
    assert process("run").returncode == 0
    after = published(tiny)
    assert [name for name in before | after if before.get(name) != after.get(name) and "timings" not in name] == []


def test_a_finished_run_answers(tiny: Path, scope: Scope) -> None:
    assert scope("run").returncode == 0
    done = scope("query", "--format", "csv", "select brand, grade, fields from exposures")
    assert done.stdout == '"brand","grade","fields"\n"Tarn","confirmed","email;full_name"\n'
