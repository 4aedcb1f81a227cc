"""Time a whole `scope run` on a made incident beside its peers and the physical limit, and hold it against the truth.

    python benchmarks/measure.py 1000000 FOLDER [--workload lookups|lists|everyone]
        [--log parquet|jsonl|combined] [--peers duckdb polars pandas spark] [--spark PYTHON] [--memory 6GB]

The peers do the bare join only (`peers/bare_join.sql`): they match routes, join, and write the fields per e-mail
address and brand. The limit reads the same columns and writes the same bytes. `--spark` names a Python that has
PySpark, `--memory` the most memory that the run may take. Prints one table (seconds, processor seconds, peak memory of
all processes together, ratios) and the seconds by stage.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
from make_incident import LOGS, WORKLOADS, write_incident

HERE = Path(__file__).parent
PEERS = ("duckdb", "polars", "pandas", "spark")
ALL_RIGHT = (0, 10)  # 10: open questions remain


@dataclass(frozen=True)
class Measured:
    """What one command took."""

    name: str
    seconds: float
    processor_seconds: float
    peak_gib: float


def measure(name: str, command: list[str], output: Path) -> Measured:
    """Run one command to its end, what it prints going to `output`; raises RuntimeError if it fails."""
    start = time.perf_counter()
    with output.open("wb") as file:
        process = subprocess.Popen(command, stdout=file)
    watcher = Watcher(process.pid)
    watcher.start()
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    watcher.is_over.set()
    watcher.join()
    if os.waitstatus_to_exitcode(status) not in ALL_RIGHT:
        raise RuntimeError(f"{name} ended with {os.waitstatus_to_exitcode(status)}")
    return Measured(name, seconds, max(used.ru_utime + used.ru_stime, watcher.processor_seconds), watcher.peak / 2**30)


class Watcher(threading.Thread):
    """Adds up memory and processor time of a process and all its descendants, ten times a second."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.peak, self.processor_seconds, self.is_over = pid, 0, 0.0, threading.Event()

    def run(self) -> None:
        """Look until told that it is over."""
        while not self.is_over.wait(0.1):
            family = descendants(self.pid)
            self.peak = max(self.peak, sum(memory for memory, _ in family))
            self.processor_seconds = max(self.processor_seconds, sum(ticks for _, ticks in family) / 100)


def descendants(pid: int) -> list[tuple[int, int]]:
    """Return bytes of memory and processor ticks of a process and of all below it."""
    parents: dict[int, int] = {}
    used: dict[int, tuple[int, int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        number = int(path.parent.name)
        parents[number] = int(fields[1])
        used[number] = int(fields[21]) * os.sysconf("SC_PAGE_SIZE"), int(fields[11]) + int(fields[12])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return [used[number] for number in found if number in used]


def measure_all(
    size: int, folder: Path, workload: str, log: str, peers: list[str], spark: str, memory: str | None
) -> None:
    """Make the incident if it is not there, run everything, print what it took."""
    if not (folder / "truth.json").exists():
        write_incident(size, folder, workload, log)
    incident = folder / "measured.yaml"
    limits = f"limits: {{memory: {memory}}}\n" if memory else ""
    incident.write_text((folder / "incident.yaml").read_text(encoding="utf-8") + limits, encoding="utf-8")
    run = [sys.executable, "-m", "pipeline", "run", "--incident", str(incident), "--out", str(folder / "out")]
    found = [measure("scope run", [*run, "--json", "--quiet"], folder / "summary.json")]
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    pythons = {"spark": spark or sys.executable}
    for peer in peers if log == "parquet" else []:
        script, output = str(HERE / "peers" / f"on_{peer}.py"), str(folder / f"{peer}.parquet")
        command = [pythons.get(peer, sys.executable), script, str(folder), output]
        found.append(measure(f"bare join, {peer}", command, folder / f"{peer}.txt"))
    if log == "parquet":
        limit = [
            sys.executable,
            str(HERE / "peers" / "limit.py"),
            str(folder),
            str(folder / "limit"),
            summary["folder"],
        ]
        found.append(measure("limit", limit, folder / "limit.txt"))
    show(found, summary, json.loads((folder / "truth.json").read_text(encoding="utf-8")))


def show(found: list[Measured], summary: dict[str, object], truth: dict[str, int]) -> None:
    """Print the table, the stages, and what was found beside what is true."""
    ours = found[0]
    print(f"| {os.cpu_count()} processors | seconds | processor seconds | peak GiB | scope run takes |")
    print("|---|---|---|---|---|")
    for one in found:
        ratio = f"{ours.seconds / one.seconds:.1f} ×" if one is not ours else ""
        print(f"| {one.name} | {one.seconds:.1f} | {one.processor_seconds:.1f} | {one.peak_gib:.2f} | {ratio} |")
    for stage, taken in dict(summary["timings"]).items():  # type: ignore[call-overload]
        print(f"  {stage:<32}{taken:8.1f} s")
    told = told_by(Path(str(summary["folder"])))
    print(f"  found {told}\n  truth {truth}\n  {'equal' if told == truth else 'NOT EQUAL'}")


def told_by(folder: Path) -> dict[str, int]:
    """Count in a run what `truth.json` counts."""
    with duckdb.connect() as connection:
        records = f"read_parquet('{folder}/exposed_records.parquet')"
        row = connection.execute(f"""
            select count(*) filter (dataset = 'crm'), count(*) filter (dataset = 'mailing'),
                (select count(*) from '{folder}/people.parquet'), (select count(*) from '{folder}/exposures/*.parquet'),
                sum(cast(substr(record_key, 2) as bigint))
            from {records}
        """).fetchone()
    assert row is not None
    names = ["crm_records", "mailing_records", "people", "exposures", "sum_of_records"]
    return dict(zip(names, (int(value or 0) for value in row), strict=True))


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description="Time a scope run beside its peers and the limit.")
    parser.add_argument("size", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--workload", choices=WORKLOADS, default="lookups")
    parser.add_argument("--log", choices=sorted(LOGS), default="parquet")
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=["duckdb", "polars"])
    parser.add_argument("--spark", default="", metavar="PYTHON", help="a Python that has PySpark")
    parser.add_argument("--memory", metavar="SIZE", help="limits.memory of the incident file")
    asked = parser.parse_args()
    measure_all(asked.size, asked.folder, asked.workload, asked.log, asked.peers, asked.spark, asked.memory)


if __name__ == "__main__":
    main()
