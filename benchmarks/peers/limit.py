"""The limit: read the same columns and write the same bytes with DuckDB, and do nothing else.

`python limit.py FOLDER OUTPUT RUN`: every column of the inputs that the incident maps is read, and every table of the
run in RUN is copied.
"""

import sys
from pathlib import Path

import duckdb

folder, output, run = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
output.mkdir(parents=True, exist_ok=True)
connection = duckdb.connect(config={"memory_limit": "12GB", "temp_directory": f"{output}.spill"})
for name in ("crm", "mailing", "crm_api"):
    path = f"{folder}/{name}.parquet"
    columns = [row[0] for row in connection.execute(f"describe from '{path}'").fetchall()]
    connection.execute(f"select {', '.join(f'max({column})' for column in columns)} from '{path}'").fetchall()
packed = "format parquet, compression zstd, compression_level 1"
for place, table in enumerate(sorted({*run.glob("*.parquet"), *(path for path in run.rglob("*.parquet"))})):
    connection.execute(f"copy (from '{table}') to '{output}/{place}.parquet' ({packed})")
