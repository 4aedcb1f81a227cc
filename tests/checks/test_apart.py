"""The checks in a process of their own say what they say in ours, and go when nobody waits for them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from pipeline.checks import CheckResult, apart
from pipeline.errors import GateError, ScopeError
from pipeline.paths import find_expectations
from pipeline.run import Gates
from pipeline.stopwatch import Stopwatch

if TYPE_CHECKING:
    from tests.checks.conftest import Bench


def gates(bench: Bench, checks: apart.Checks) -> Gates:
    return Gates(bench.quarantine, bench.folder, 1, "1GB", Stopwatch(lambda *_: None), checks)


def ask(bench: Bench, checks: apart.Checks, *names: str) -> None:
    """Have some tables checked, with all others beside them."""
    checks.begin(
        {name: bench.tables[name] for name in names},
        find_expectations(),
        bench.quarantine,
        beside=bench.tables,
        scratch=bench.folder,
        threads=None,
        memory=None,
    )


def test_it_says_what_is_said_here_and_one_answer_after_the_other(
    bench: Bench, capfd: pytest.CaptureFixture[str]
) -> None:
    bench.seed("landed_notes", "update landed_notes set kind = 'weather'")
    with apart.open_checks() as checks:
        ask(bench, checks, "landed_notes")
        ask(bench, checks, "funnel", "people")
        told: list[str] = []
        answers = [checks.results(), checks.results(told.append)]
    assert answers == [bench.judge("landed_notes"), bench.judge("funnel", "people")]
    assert all(isinstance(result, CheckResult) for answer in answers for result in answer)
    assert told == ["table 1 of 2, funnel", "table 2 of 2, people"]
    assert capfd.readouterr() == ("", "")


def test_a_refusal_is_the_one_made_here(bench: Bench) -> None:
    bench.seed("contacts", "update contacts set kind = 'pigeon', contact_value = 'eve@canary.example'")
    with pytest.raises(GateError) as here:
        bench.judge("contacts")
    with apart.open_checks() as checks:
        ask(bench, checks, "contacts")
        with pytest.raises(GateError) as there:
            checks.results()
    assert str(there.value) == str(here.value)
    assert "canary" not in str(there.value)


def test_a_process_that_was_killed_is_told_and_nothing_passes(bench: Bench) -> None:
    with apart.open_checks() as checks:
        checks._process.kill()
        checks._process.wait()
        ask(bench, checks, "people")
        with pytest.raises(GateError, match="ended before they were done"):
            checks.results()


def test_no_table_is_built_once_nobody_is_there_to_check_it(bench: Bench) -> None:
    built: list[str] = []

    class Engine:
        def build(self, name: str, _sql: str, _vocabularies: object) -> None:
            built.append(name)

    with apart.open_checks() as checks:
        engine = gates(bench, checks).over(cast("Any", Engine()))
        engine.build("first", "select 1")
        checks._process.kill()
        checks._process.wait()
        with pytest.raises(GateError, match="ended before they were done"):
            engine.build("second", "select 1")
    assert built == ["first"]


def test_what_is_wrong_with_the_inputs_comes_before_what_fails_because_of_it(bench: Bench) -> None:
    bench.seed("landed_links", "update landed_links set target_dataset = 'lost'")
    landed = bench.folder / "landed"
    landed.mkdir()
    for name in ("landed_links", "landed_records", "landed_datasets"):
        (landed / f"{name}.parquet").write_bytes(Path(bench.tables[name]).read_bytes())
    with apart.open_checks() as checks:
        gate = gates(bench, checks)
        gate.begin(landed)
        with pytest.raises(GateError, match=r"landed_links\.target_dataset_is_known"), gate.first():
            raise ScopeError("the SQL of a table failed")
        gate.begin(landed)
        with pytest.raises(ZeroDivisionError), gate.first():
            raise ZeroDivisionError


def test_it_goes_when_who_asks_is_killed() -> None:
    script = (
        "import json, time\nfrom pipeline.checks.apart import open_checks\n"
        "with open_checks() as checks:\n    print(json.dumps(checks._process.pid), flush=True)\n    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as asking:
        assert asking.stdout is not None
        process = json.loads(asking.stdout.readline())
        assert _is_running(process)
        asking.send_signal(signal.SIGKILL)
    for _ in range(300):
        if not _is_running(process):
            return
        time.sleep(0.1)
    pytest.fail("the checks outlived who asked for them")


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")
    return not (state.is_file() and state.read_text().rsplit(")", 1)[1].split()[0] == "Z")
