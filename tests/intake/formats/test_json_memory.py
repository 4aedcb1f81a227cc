"""A long log of JSON lines needs no more memory than a short one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
READ = """
import resource, sys
from pathlib import Path
from pipeline.intake.files import InputFile
from pipeline.intake.json_rows import read_objects
from pipeline.intake.logs.formats import Options
from pipeline.intake.logs.reading import read_batch
from pipeline.intake.logs.registry import FORMATS
path, found = Path(sys.argv[1]), FORMATS["cloudtrail"]
batches = read_objects(InputFile(path, path.name, path.stat().st_size), found.wrappers, found.json_column, ",", "")
print(sum(read_batch(batch, found, Options()).frame.height for batch in batches))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def _peak(path: Path, count: int) -> int:
    record = {
        "eventSource": "s3.amazonaws.com", "eventName": "GetObject", "eventTime": "2026-03-28T21:00:05Z", "eventCategory": "Data",
        "requestParameters": {"bucketName": "exports", "key": "lists/a.csv"}, "userAgent": "x" * 700,
    }  # fmt: skip
    with path.open("w", encoding="utf-8") as out:
        for number in range(count):
            out.write(json.dumps({**record, "eventID": f"e-{number}"}) + "\n")
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)], cwd=ROOT, capture_output=True, text=True, check=True, timeout=300
    )
    rows, peak = map(int, done.stdout.split())
    assert rows == count
    return peak


def test_six_times_the_records_need_no_more_memory(tmp_path: Path) -> None:
    peaks = [_peak(tmp_path / f"{count}.jsonl", count) for count in (20_000, 120_000)]
    assert peaks[1] - peaks[0] < 100, f"peaks in MiB: {peaks}"
