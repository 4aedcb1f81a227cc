"""Lines a second of each text log format, against the limit: decompressing the file and cutting it into lines.

    python benchmarks/log_formats.py 1000000 FOLDER [format …]

Makes a gzipped log of that many lines for each format, reads it as `scope run` would (the reader alone: no times in
UTC, no selectors, no routes), and prints a table: wall and processor seconds, peak memory. `combined` is also given to
GoAccess, where it is installed. Each measurement is a process of its own, so that peaks of memory are its own.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

from make_logs import MAKERS, make

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def measure_here(name: str, path: Path, is_limit: bool) -> None:
    """Read a log in this process and print records, wall seconds, processor seconds and peak memory."""
    from pipeline.intake.files import InputFile
    from pipeline.intake.logs.formats import ENTRIES, Options
    from pipeline.intake.logs.registry import FORMATS
    from pipeline.intake.text_rows import read_entries, read_lines

    found = FORMATS[name]
    file = InputFile(path, path.name, path.stat().st_size)
    wall, processor, records, refused = time.perf_counter(), time.process_time(), 0, 0
    is_joined = found.shape == ENTRIES and not is_limit
    batches = read_entries(file, found.entry_start or "") if is_joined else read_lines(file, found.comment)
    for batch in batches:
        records += batch.frame.height
        if not is_limit:
            refused += found.read(batch.frame, Options())["refusal"].count()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(records, refused, time.perf_counter() - wall, time.process_time() - processor, peak)


def run(name: str, path: Path, mode: str) -> list[float]:
    """Measure in a process of its own."""
    command = [sys.executable, __file__, "--here", name, str(path), mode]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [float(word) for word in done.stdout.split()]


def peer(path: Path) -> str:
    """Let GoAccess read the same log, if it is installed."""
    if shutil.which("goaccess") is None:
        return "GoAccess is not installed"
    command = f"zcat {path} | goaccess --log-format=COMBINED --no-progress -o {path.parent}/goaccess.json -"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall = time.perf_counter()
    subprocess.run(["/bin/sh", "-c", command], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return f"GoAccess: {time.perf_counter() - wall:.1f} s, {processor:.1f} processor s, {after.ru_maxrss / 1024:.0f} MB"


def main(count: int, folder: Path, names: list[str]) -> None:
    """Print the table."""
    folder.mkdir(parents=True, exist_ok=True)
    print(f"{count:,} records each, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}\n")
    print("| format | records | MB | limit, s | read, s | processor s (limit) | a processor second, reader | peak MB |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for name in names or list(MAKERS):
        path = make(name, count, folder)
        limit, read = run(name, path, "limit"), run(name, path, "read")
        assert read[1] == 0, f"{name}: refused {read[1]:.0f}"
        alone = read[0] / max(read[3] - limit[3], 1e-9)
        size = path.stat().st_size / 1e6
        spent = f"{limit[2]:.2f} | {read[2]:.2f} | {read[3]:.2f} ({limit[3]:.2f})"
        print(f"| `{name}` | {read[0]:,.0f} | {size:.0f} | {spent} | {alone:,.0f} | {read[4]:.0f} |", flush=True)
    if not names or "combined" in names:
        print("\n" + peer(make("combined", count, folder)))


if __name__ == "__main__":
    if sys.argv[1] == "--here":
        measure_here(sys.argv[2], Path(sys.argv[3]), sys.argv[4] == "limit")
    else:
        main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
