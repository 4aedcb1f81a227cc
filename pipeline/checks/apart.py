"""The checks in a process of their own, started before there is anything to check.

Great Expectations takes longer to import than a small incident takes to read; apart, it is ready when the tables are.
Requests and answers are lines of JSON that name tables, files and expectations, never a value; before its answer the
process says which table it is at. What the process would print is thrown away, for it could hold one.
"""

from __future__ import annotations

import gc
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from pipeline.checks import CheckResult, run_checks
from pipeline.checks.deferred import without
from pipeline.errors import GateError

START = "import sys; sys.path[:] = {path!r}; from pipeline.checks.apart import serve; serve()"
ENDED = (
    "free memory, or lower limits.memory, then run again; SCOPE_DEBUG=1 shows their end, which may hold personal data"
)


class Checks:
    """A process that checks what it is sent, one request after the other."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def begin(
        self,
        tables: Mapping[str, str],
        suites: Path,
        quarantine: Path,
        *,
        beside: Mapping[str, str],
        scratch: Path,
        threads: int | None,
        memory: str | None,
    ) -> None:
        """Let the process check as `run_checks` does, after what it was sent before."""
        request = {
            "tables": dict(tables),
            "suites": str(suites.absolute()),
            "quarantine": str(quarantine),
            "beside": dict(beside),
            "scratch": str(scratch),
            "threads": threads,
            "memory": memory,
        }
        # If the process is gone, its answer is missing, and that is told.
        with suppress(OSError):
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()

    def refuse_end(self) -> None:
        """Raise GateError if the process has ended, so that nobody works for hours on what will not be judged."""
        if self._process.poll() is not None:
            raise GateError("the checks ended before they were done", remedy=ENDED)

    def results(self, tell: Callable[[str], None] = lambda _step: None) -> list[CheckResult]:
        """Wait for the next answer and return what `run_checks` does; `tell` hears which table is being checked.

        Raises GateError where `run_checks` does, or if the process ended before its time.
        """
        assert self._process.stdout is not None
        try:
            answer: dict[str, Any] = json.loads(self._process.stdout.readline())
            while "step" in answer:
                tell(answer["step"])
                answer = json.loads(self._process.stdout.readline())
        except ValueError:
            raise GateError("the checks ended before they were done", remedy=ENDED) from None
        if "refusal" in answer:
            raise GateError(**answer["refusal"])
        return [CheckResult(**result) for result in answer["results"]]


@contextmanager
def open_checks() -> Iterator[Checks]:
    """Start the process; at the end, however it comes, the process is gone."""
    # The same interpreter, finding the same modules; what it says is not for the terminal.
    command = [sys.executable, "-c", START.format(path=sys.path)]
    said = None if os.environ.get("SCOPE_DEBUG") == "1" else subprocess.DEVNULL
    # A group of its own, so that an interruption reaches who asks and not the process.
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, process_group=0
    ) as process:
        try:
            yield Checks(process)
        finally:
            process.kill()
            # A request that it no longer took would be sent once more.
            with suppress(OSError):
                process.stdin.close()  # type: ignore[union-attr]


def serve() -> None:
    """Be that process: answer requests until no more can come."""
    said = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, requests), daemon=True).start()
    gc.disable()  # it would go through all of Great Expectations again and again, for a process that soon ends
    with without("pyarrow"):  # pandas takes it if it is there, and nothing here reads by it
        import pipeline.checks.judge  # noqa: F401 – this is what takes its time

    while True:
        _say(said, _answer(json.loads(requests.get()), lambda step: _say(said, {"step": step})))


def _say(stream: IO[bytes], what: dict[str, Any]) -> None:
    stream.write(json.dumps(what).encode() + b"\n")
    stream.flush()


def _listen(stream: IO[bytes], requests: queue.SimpleQueue[bytes]) -> None:
    for line in stream:
        requests.put(line)
    # Who asked is gone, perhaps killed: nobody waits for what is being checked.
    os._exit(0)


def _answer(request: dict[str, Any], tell: Callable[[str], None]) -> dict[str, Any]:
    for name in ("suites", "quarantine", "scratch"):
        request[name] = Path(request[name])
    try:
        return {"results": [asdict(result) for result in run_checks(**request, tell=tell)]}
    except GateError as error:
        return {"refusal": {"what": error.what, "where": error.where, "remedy": error.remedy}}
