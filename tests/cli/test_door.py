"""The door: help at once, one message per refusal, an exit code per ending."""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from typer.testing import CliRunner

from pipeline import errors
from pipeline.cli import app, main

COMMANDS = ("run", "check", "init", "schema", "query", "report", "explain", "why-not", "diff", "verify", "steps")
HEAVY = ("polars", "duckdb", "pyarrow", "pydantic", "great_expectations", "rich", "sqlglot", "scipy", "numpy")
Scope = Callable[..., subprocess.CompletedProcess[str]]


def stand_in(monkeypatch: pytest.MonkeyPatch, ending: BaseException) -> None:
    """Let a run end with `ending`."""

    def run_incident(*_: object, **__: object) -> None:
        raise ending

    module = ModuleType("pipeline.run")
    module.run_incident = run_incident  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pipeline.run", module)


def test_help_names_commands_and_exit_codes() -> None:
    told = CliRunner().invoke(app, ["--help"])
    assert told.exit_code == 0
    assert all(re.search(rf"^  {command} ", told.output, re.MULTILINE) for command in COMMANDS)
    flat = " ".join(told.output.split())
    kinds = errors.ScopeError.__subclasses__()
    assert all(f"{kind.exit_code} " in flat for kind in kinds)
    assert "0 done; 10 done, with open questions" in flat
    assert "130 interrupted" in flat


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    told = CliRunner().invoke(app, [command, "--help"])
    assert told.exit_code == 0
    assert "…" not in told.output.splitlines()[2]


def test_help_loads_nothing_heavy() -> None:
    code = "import sys; from pipeline.cli import main; main(['--help']); print(*sys.modules, sep='\\n')"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not set(HEAVY) & set(told.stdout.splitlines())


def test_a_run_loads_no_second_library_of_frames(tmp_path: Path) -> None:
    """DuckDB and pyarrow import pandas, half a second, wherever they might have been given something of its."""
    code = (
        "import sys; from pathlib import Path; from pipeline.run import run_incident\n"
        "run_incident(Path('sample_data/incident.yaml'), None, Path(sys.argv[1]), check_expectations=False,"
        " pen=lambda chart: '<svg/>')\n"
        "print('pandas' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"


def test_help_answers_at_once(process: Scope) -> None:
    def processor_seconds() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert process("--help").returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime

    assert min(processor_seconds() for _ in range(3)) < 0.6, "0.2 s where nobody else works; a busy machine takes more"


def test_the_version_is_the_packages(process: Scope) -> None:
    from pipeline import __version__

    assert process("--version").stdout == f"scope {__version__}\n"


def test_without_a_command_the_help_is_shown(scope: Scope) -> None:
    assert scope().stdout == scope("--help").stdout


@pytest.mark.parametrize(
    "arguments",
    [["nope"], ["run", "--nope"], ["run", "--out"], ["init"], ["query"], ["query", "select 1", "--format", "xml"]],
)
def test_usage_errors_end_with_2_and_one_message(arguments: list[str], scope: Scope) -> None:
    done = scope(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("scope: ")
    assert done.stderr.count("scope: ") == 1
    assert "--help" in done.stderr


@pytest.mark.parametrize("kind", errors.ScopeError.__subclasses__())
def test_every_refusal_has_its_own_code(
    kind: type[errors.ScopeError], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in(monkeypatch, kind("is wrong", where="file.csv:3", remedy="mend it"))
    assert main(["run", "--quiet"]) == kind.exit_code
    assert capsys.readouterr() == ("", "scope: file.csv:3: is wrong\n  mend it\n")


def test_exit_codes_are_all_different() -> None:
    codes = [kind.exit_code for kind in errors.ScopeError.__subclasses__()]
    assert len({*codes, 0, 1, 10, 130}) == len(codes) + 4


def test_a_fault_of_our_own_ends_with_1_and_without_values(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SCOPE_DEBUG", raising=False)
    stand_in(monkeypatch, ValueError("could not convert 'ann.lee@mail.example.com'"))
    assert main(["run", "--quiet"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "ann.lee" not in err
    assert "Traceback" not in err
    assert "ValueError at test_door.py:" in err
    assert "SCOPE_DEBUG=1" in err


def test_the_traceback_can_be_asked_for(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("SCOPE_DEBUG", "1")
    stand_in(monkeypatch, ValueError("the text"))
    assert main(["run", "--quiet"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_an_interrupt_ends_with_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    stand_in(monkeypatch, KeyboardInterrupt())
    assert main(["run", "--quiet"]) == 130
    assert "interrupted" in capsys.readouterr().err


def test_a_reader_who_leaves_is_no_error(tmp_path: Path) -> None:
    command = f"{sys.executable} -m pipeline steps | head -n 1; echo ${{PIPESTATUS[0]}}"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(["bash", "-c", command], cwd=root, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout.endswith("\n0\n")


def test_a_poor_encoding_loses_letters_and_nothing_else(process: Scope) -> None:
    done = process("steps", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "One row per" in done.stdout


def test_schema_is_json_schema(scope: Scope) -> None:
    described = json.loads(scope("schema").stdout)
    assert described["$schema"].startswith("https://json-schema.org/")
    assert {"incident", "logs", "datasets"} <= set(described["properties"])


def test_steps_are_listed_with_what_they_read(scope: Scope) -> None:
    steps = {step["name"]: step for step in json.loads(scope("steps", "--json").stdout)}
    assert {step["floor"] for step in steps.values()} == {"staging", "intermediate", "marts"}
    assert all(step["grain"].startswith("One row per") for step in steps.values())
    drawn = scope("steps").stdout
    assert all(re.search(rf"\b{name}\b", drawn) for name in steps)
    assert max(map(len, drawn.splitlines())) <= 80


def test_a_full_standard_output_is_told(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with open("/dev/full", "w") as full:
        finished = subprocess.run(
            [sys.executable, "-m", "pipeline", "schema"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert finished.returncode == 6
    assert finished.stderr.startswith("scope: standard output: the result could not be printed")
    assert "Traceback" not in finished.stderr


def test_init_of_what_has_no_columns(scope: Scope, tmp_path: Path) -> None:
    (tmp_path / "bin.csv").write_bytes(b"\x7fELF\x00\x01" + bytes(range(256)))
    (tmp_path / "torn.jsonl").write_text('{"id": "1", "em\n')
    for name in ("bin.csv", "torn.jsonl"):
        result = scope("init", str(tmp_path / name), "--incident", str(tmp_path / "new.yaml"))
        assert result.returncode == 4
        assert name in result.stderr


def test_steps_tell_how_long_a_run_took_for_each(tmp_path: Path, scope: Scope) -> None:
    folder = tmp_path / "out" / "runs" / "one-0123"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text("{}")
    asked = ("steps", "--timings", "one-0123", "--out", str(tmp_path / "out"))
    done = scope(*asked)
    assert (done.returncode, done.stdout) == (errors.InputError.exit_code, "")
    assert "no timings" in done.stderr
    (folder / "timings.json").write_text('{"stages": {"sealing": 9.0}, "steps": {"int_a": 0.25, "int_b": 0.75}}')
    assert json.loads(scope(*asked, "--json").stdout) == [
        {"name": "int_b", "seconds": 0.75},
        {"name": "int_a", "seconds": 0.25},
    ]
    rows = [line.split() for line in scope(*asked).stdout.splitlines()]
    assert [row for row in rows if row and row[0].startswith("int_")] == [
        ["int_b", "0.750", "75%"],
        ["int_a", "0.250", "25%"],
    ]
