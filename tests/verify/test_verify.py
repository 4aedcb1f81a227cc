"""A sealed run: nothing changes unnoticed, whatever is changed is named, and the same inputs give the same bytes."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import manifest as sealing
from pipeline import paths
from pipeline.cli import main
from pipeline.manifest import hash_own_text
from pipeline.paths import find_code
from pipeline.run import run_incident
from pipeline.verify import Difference, Verification, verify_run
from tests.cli.conftest import CRM, INCIDENT, LOG

SEED = 20260328
FLIPS = 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in {"incident.yaml": INCIDENT, "web.csv": LOG, "crm.csv": CRM}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def own_sql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's SQL in a copy that may be changed."""
    copy = tmp_path / "own" / "sql"
    shutil.copytree(paths.find_sql(), copy)
    monkeypatch.setattr(sealing, "find_sql", lambda: copy)
    return copy


def run(folder: Path, out: str = "out") -> Path:
    return run_incident(folder / "incident.yaml", None, folder / out, check_expectations=False).folder


def verify(folder: Path, name: str | None = None) -> Verification:
    target = folder / "out" / "runs" / name if name else (folder / "out" / "latest").resolve()
    return verify_run(target, folder / "incident.yaml")


def parts_of(found: Verification) -> set[tuple[str, str]]:
    return {(one.part, one.name) for one in found.differences}


def test_a_sound_run_is_as_it_was_sealed(folder: Path) -> None:
    sealed = run(folder)
    found = verify(folder)
    assert found.differences == ()
    assert found.compared["inputs"] == 2
    assert found.compared["outputs"] == len([*sealed.rglob("*.parquet"), sealed / "report.html"])
    assert min(found.compared[part] for part in ("code", "sql", "expectations")) > 20


def test_every_file_of_the_program_is_sealed() -> None:
    code = find_code()
    files = {path.relative_to(code).as_posix() for path in code.rglob("*") if path.is_file()}
    unsealed = {name for name in files - hash_own_text()["code"].keys() if "__pycache__" not in name}
    assert unsealed == {"py.typed"}


def test_twice_on_the_same_inputs_the_same_bytes(folder: Path) -> None:
    def contents() -> dict[str, bytes]:
        files = (path for path in (folder / "out").rglob("*") if path.is_file() and path.name != "timings.json")
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}

    first = run(folder)
    before = contents()
    assert run(folder) == first
    assert contents() == before
    (folder / "elsewhere").mkdir()
    shutil.copy(folder / "out" / "person.key", folder / "elsewhere")
    second = run(folder, "elsewhere")
    assert second.name == first.name
    for path in first.rglob("*"):
        if path.is_file() and path.name != "timings.json":
            assert path.read_bytes() == (second / path.relative_to(first)).read_bytes(), path.name


def places(folder: Path, own_sql: Path, sealed: Path) -> Iterator[tuple[Path, tuple[str, str]]]:
    """Every file that is an input, an output or SQL, and how a difference in it is named."""
    for name in ("web.csv", "crm.csv"):
        yield folder / name, ("inputs", name)
    yield folder / "incident.yaml", ("incident file", "incident.yaml")
    yield folder / "out" / "chain.jsonl", ("chain", "chain.jsonl")
    for path in sorted((folder / "out" / "identity").iterdir()):
        yield path, ("registry", path.relative_to(folder / "out").as_posix())
    yield sealed / "manifest.json", ("manifest", "manifest.json")
    for path in sorted([*sealed.rglob("*.parquet"), sealed / "report.html"]):
        yield path, ("outputs", path.relative_to(sealed).as_posix())
    for path in sorted(own_sql.rglob("*.sql")):
        yield path, ("sql", path.relative_to(own_sql).as_posix())


def test_a_hundred_random_flips_are_all_found_and_named(folder: Path, own_sql: Path) -> None:
    run(folder)
    (folder / "web.csv").write_text(LOG.replace("/customers/7", "/customers/8", 1))
    sealed = run(folder)
    dice = random.Random(SEED)
    kinds: dict[str, list[tuple[Path, tuple[str, str]]]] = {}
    for place, name in places(folder, own_sql, sealed):
        kinds.setdefault(name[0], []).append((place, name))
    assert verify(folder).differences == ()
    for number in range(FLIPS):
        place, name = dice.choice(kinds[sorted(kinds)[number % len(kinds)]])
        before = place.read_bytes()
        at = dice.randrange(len(before))
        place.write_bytes(before[:at] + bytes([before[at] ^ 1 << dice.randrange(8)]) + before[at + 1 :])
        try:
            found = parts_of(verify(folder)) if name[0] != "manifest" else parts_of_damaged(folder)
        finally:
            place.write_bytes(before)
        assert name in found, f"flip {number} at byte {at} of {name}"
        others = found - {name}
        assert name[0] in ("manifest", "incident file") or not others, f"flip {number}: {others}"
    assert verify(folder).differences == ()


def parts_of_damaged(folder: Path) -> set[tuple[str, str]]:
    """A manifest with a flipped bit may be no JSON any more; then the refusal names it."""
    from pipeline.errors import InputError

    try:
        return parts_of(verify(folder))
    except InputError as error:
        return {("manifest", error.where.rpartition("/")[2])}


def test_one_line_of_sql_is_named(folder: Path, own_sql: Path) -> None:
    run(folder)
    rule = own_sql / "intermediate" / "int_event_verdicts.sql"
    rule.write_text(
        rule.read_text().replace("'denied'", "'allowed'").replace("not_a_read", "read", 1) + "-- one line\n"
    )
    assert verify(folder).differences == (Difference("sql", "intermediate/int_event_verdicts.sql", "changed"),)
    rule.rename(rule.with_name("int_other.sql"))
    assert {(one.name, one.what) for one in verify(folder).differences} == {
        ("intermediate/int_event_verdicts.sql", "missing"),
        ("intermediate/int_other.sql", "added"),
    }


def test_another_person_key_is_named(folder: Path) -> None:
    run(folder)
    key = folder / "out" / "person.key"
    digits = key.read_text()
    key.write_text(("0" if digits[0] != "0" else "1") + digits[1:])
    assert verify(folder).differences == (Difference("person key", "person key", "changed"),)
    key.write_text("torn")
    assert verify(folder).differences == (Difference("person key", "person key", "changed"),)
    key.unlink()
    assert verify(folder).differences == (Difference("person key", "person key", "missing"),)


def test_the_registry_of_people_is_sealed_by_the_last_run_that_wrote_it(folder: Path) -> None:
    first = run(folder)
    (folder / "crm.csv").write_text(CRM + "9,Vale,,Cy Roe\n")
    run(folder)
    assert verify(folder).differences == ()
    assert [one.part for one in verify(folder, first.name).differences] == ["inputs"]
    (registry,) = (folder / "out" / "identity").iterdir()
    name = f"identity/{registry.name}"
    registry.write_bytes(registry.read_bytes() + b"\0")
    assert verify(folder).differences == (Difference("registry", name, "changed"),)
    registry.unlink()
    assert verify(folder).differences == (Difference("registry", name, "missing"),)


def test_decisions_on_people_are_inputs(folder: Path) -> None:
    (folder / "incident.yaml").write_text(INCIDENT + "identity: {decisions: [decided*.csv]}\n")
    decided = folder / "decided.csv"
    decided.write_text("decision,dataset,record_key,other_dataset,other_record_key\nsame,crm,7,crm,8\n")
    run(folder)
    assert verify(folder).differences == ()
    assert verify(folder).compared["inputs"] == 3
    text = decided.read_text()
    decided.write_text(text.replace("same", "different"))
    assert verify(folder).differences == (Difference("inputs", "decided.csv", "changed"),)
    decided.write_text(text)
    (folder / "decided-too.csv").write_text(text)
    assert verify(folder).differences == (Difference("inputs", "decided-too.csv", "added"),)


def test_files_that_come_and_go_are_named(folder: Path) -> None:
    (folder / "incident.yaml").write_text(INCIDENT.replace("path: web.csv", "path: web*.csv"))
    sealed = run(folder)
    (sealed / "notes.txt").write_text("mine")
    (sealed / "rejects.parquet").unlink()
    (folder / "web2.csv").write_text(LOG)
    (folder / "crm.csv").unlink()
    assert {(one.part, one.name, one.what) for one in verify(folder).differences} == {
        ("outputs", "notes.txt", "added"),
        ("outputs", "rejects.parquet", "missing"),
        ("inputs", "web2.csv", "added"),
        ("inputs", "crm.csv", "missing"),
    }


def test_a_run_taken_out_of_the_chain_or_put_into_it_is_found(folder: Path) -> None:
    names = []
    for number in range(3):
        (folder / "crm.csv").write_text(CRM + f"{number + 20},Vale,,Cy Roe\n")
        names.append(run(folder).name)
    chain = folder / "out" / "chain.jsonl"
    lines = chain.read_bytes().splitlines(keepends=True)
    assert [json.loads(line)["run"] for line in lines] == names
    chain.write_bytes(lines[0] + lines[2])
    assert {one.part for one in verify(folder).differences} == {"chain"}
    chain.write_bytes(lines[0] + lines[1])
    assert [one.what for one in verify(folder).differences] == ["does not name this run"]
    chain.write_bytes(b"".join(lines))
    assert verify(folder).differences == ()
    shutil.rmtree(folder / "out" / "runs" / names[0])
    found = verify(folder)
    assert found.differences == ()
    assert "runs of the chain that are no longer here: 1" in found.notes


def test_an_earlier_run_published_again_is_a_link_again(folder: Path) -> None:
    first = run(folder)
    (folder / "crm.csv").write_text(CRM + "9,Vale,,Cy Roe\n")
    second = run(folder)
    (folder / "crm.csv").write_text(CRM)
    assert run(folder) == first
    links = [json.loads(line)["run"] for line in (folder / "out" / "chain.jsonl").read_text().splitlines()]
    assert links == [first.name, second.name, first.name]
    assert verify(folder).differences == ()


def test_the_door(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(folder)
    sealed = run(folder)
    assert main(["verify"]) == 0
    seal = capsys.readouterr().out.split()[-1]
    assert main(["verify", sealed.name, "--seal", seal, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["is_as_sealed"] is True
    assert main(["verify", "--seal", "0" * 64]) == 7
    assert "not the seal of any run here" in capsys.readouterr().out
    assert main(["verify", "--seal", seal[:-1]]) == 2
    assert "that is no seal" in capsys.readouterr().err
    shutil.move(folder / "crm.csv", folder / "kept.csv")
    assert main(["verify"]) == 7
    told = capsys.readouterr()
    assert "crm.csv" in told.out
    assert told.err.startswith(f"scope: {sealed.name}: 1 thing is not as it was sealed")
    assert main(["verify", "--outputs-only"]) == 0
    assert "the inputs were not compared" in capsys.readouterr().out
    assert main(["verify", "--incident", "none.yaml"]) == 2


def test_the_seal_of_another_run_is_told_as_such(folder: Path) -> None:
    first = run(folder)
    (folder / "web.csv").write_text((folder / "web.csv").read_text().replace("10:00", "10:01"))
    second = run(folder)
    assert first.name != second.name
    seal = verify_run(first, None).manifest_sha256
    named = verify_run(second, None, seal).differences
    assert [(one.part, one.name, one.what) for one in named] == [("seal", first.name, "another run's seal")]
    assert verify_run(first, None, f" {seal.upper()} ").differences == ()


def test_a_copy_elsewhere_can_be_verified(folder: Path) -> None:
    sealed = run(folder)
    copy = Path(shutil.copytree(sealed, folder / sealed.name))
    found = verify_run(copy, None)
    assert found.differences == ()
    assert any("no chain" in note for note in found.notes)
