"""Time a whole `scope run` on a made incident, and hold its counts against the truth.

    python benchmarks/measure.py 1000000 FOLDER

Prints seconds by stage, peak memory of the process and the size of inputs and outputs.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

from make_incident import write_incident


def measure(size: int, folder: Path) -> None:
    """Make the incident if it is not there, run it, print what it took."""
    if not (folder / "truth.json").exists():
        write_incident(size, folder)
    out = folder / "out"
    command = ["run", "--incident", str(folder / "incident.yaml"), "--out", str(out), "--json", "--quiet"]
    start = time.perf_counter()
    finished = subprocess.run([sys.executable, "-m", "pipeline", *command], stdout=subprocess.PIPE, check=False)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    summary = json.loads(finished.stdout)
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    read = sum(path.stat().st_size for path in folder.iterdir() if path.is_file()) / 1e6
    written = sum(path.stat().st_size for path in Path(summary["folder"]).rglob("*") if path.is_file()) / 1e6
    print(
        f"{size:,} customers, list members and log lines each; {os.cpu_count()} processors; exit {finished.returncode}"
    )
    for stage, taken in summary["timings"].items():
        print(f"  {stage:<32}{taken:8.1f} s")
    print(f"  whole run {seconds:.1f} s, peak memory {peak:.2f} GiB, read {read:.0f} MB, wrote {written:.0f} MB")
    print(f"  exposed records {exposed(Path(summary['folder']))}, truth {truth}")


def exposed(folder: Path) -> dict[str, int]:
    """Count the published records by dataset."""
    import polars as pl

    counts = pl.scan_parquet(folder / "exposed_records.parquet").group_by("dataset").len().sort("dataset").collect()
    return dict(counts.iter_rows())


if __name__ == "__main__":
    measure(int(sys.argv[1]), Path(sys.argv[2]))
