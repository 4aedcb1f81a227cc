"""Memory does not grow with the size of a file, and the number of threads changes no byte (law 4)."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import json, resource, sys
from pathlib import Path
from pipeline.config import IncidentFile
from pipeline.incident_file import IncidentSource
from pipeline.intake import land
from pipeline.window import parse_window
folder = Path(sys.argv[1])
model = IncidentFile.model_validate(json.loads((folder / "incident.json").read_text()))
out = folder / sys.argv[2]
out.mkdir()
source = IncidentSource(folder / "incident.json", folder, model, {})
land(source, parse_window("2026-03-28/2026-03-30", "UTC"), "00", out, lambda label, count: None)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def prepare(folder: Path, count: int) -> None:
    agent = "x" * 90
    with (folder / "log.csv").open("w") as log, (folder / "crm.csv").open("w") as crm:
        log.write("time,agent,resource\n")
        crm.write("id,email,note\n")
        for place in range(count):
            log.write(f"2026-03-28T10:00:00.{place:06},{agent},/c/{place}\n")
            crm.write(f"{place},user{place}@mail.com,{agent}\n")
    value = {
        "incident": {"id": "big"},
        "logs": {
            "web": {"path": "log.csv", "columns": {"time": "time", "user_agent": "agent", "resource": "resource"}}
        },
        "datasets": {"crm": {"path": "crm.csv", "role": "crm", "brand": "Acme", "columns": {"email": "email"}}},
        "routes": [{"resource": "/c/*", "dataset": "crm"}],
    }
    (folder / "incident.json").write_text(json.dumps(value))


def run(folder: Path, out: str, threads: int = 2) -> int:
    environment = {**os.environ, "POLARS_MAX_THREADS": str(threads), "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder), out], env=environment, capture_output=True, text=True, check=True
    )
    return int(done.stdout)


def test_five_times_the_rows_need_no_more_memory(tmp_path: Path) -> None:
    peaks = []
    for count in (60_000, 300_000):
        folder = tmp_path / str(count)
        folder.mkdir()
        prepare(folder, count)
        peaks.append(run(folder, "landed"))
    assert peaks[1] - peaks[0] < 150, f"peaks in MiB: {peaks}"


def test_the_number_of_threads_changes_no_byte(tmp_path: Path) -> None:
    prepare(tmp_path, 20_000)
    digests = []
    for threads in (1, 2, 5):
        run(tmp_path, f"landed{threads}", threads)
        files = sorted((tmp_path / f"landed{threads}").iterdir())
        digests.append([hashlib.sha256(path.read_bytes()).hexdigest() for path in files])
    assert digests[0] == digests[1] == digests[2]
