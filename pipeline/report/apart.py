"""Charts drawn in a process of their own, started before there is anything to draw.

The library that draws brings a whole browser's engine, which takes most of a second to start; apart, it is ready when
the tables are. Requests are charts, which name brands and logs and count people; nobody's value is in them. What the
process would print is thrown away.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial

from pipeline.report.charts import Chart, Pen, to_svg

# Whatever else goes on is waited for; nobody waits for this, from its first import on.
PATIENCE = 5
START = (
    f"import os; os.nice({PATIENCE}); "
    "import sys; sys.path[:] = {path!r}; from pipeline.report.apart import serve; serve()"
)
# The engine starts with the first chart.
BLANK: Chart = {"data": {"values": []}, "mark": "bar"}


@contextmanager
def open_pen() -> Iterator[Pen]:
    """Start the process and give what draws there; at the end, however it comes, the process is gone.

    If it ends before its time, charts are drawn here instead: the same bytes, later.
    """
    command = [sys.executable, "-c", START.format(path=sys.path)]
    # A group of its own, so that an interruption reaches who asks and not the process.
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, process_group=0
    ) as process:
        try:
            yield partial(_draw, process)
        finally:
            process.kill()
            # A chart that it no longer took would be sent once more.
            with suppress(OSError):
                process.stdin.close()  # type: ignore[union-attr]


def _draw(process: subprocess.Popen[bytes], chart: Chart) -> str:
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(chart).encode() + b"\n")
        process.stdin.flush()
        return str(json.loads(process.stdout.readline()))
    except (OSError, ValueError):
        return to_svg(chart)


def serve() -> None:
    """Be that process: draw what is asked for until no more can come."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    to_svg(BLANK)
    for line in sys.stdin.buffer:
        answers.write(json.dumps(to_svg(json.loads(line))).encode() + b"\n")
        answers.flush()
