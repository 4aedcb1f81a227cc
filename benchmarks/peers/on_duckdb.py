"""The bare join on DuckDB, by hand: `python on_duckdb.py FOLDER OUTPUT`."""

import sys
from pathlib import Path

import duckdb

folder, output = Path(sys.argv[1]), sys.argv[2]
connection = duckdb.connect(config={"memory_limit": "12GB", "temp_directory": f"{output}.spill"})
for name, file in {"crm": "crm", "mailing": "mailing", "events": "crm_api"}.items():
    connection.execute(f"create view {name} as from read_parquet('{folder}/{file}.parquet')")
query = (Path(__file__).parent / "bare_join.sql").read_text(encoding="utf-8")
connection.execute(f"copy ({query}) to '{output}' (format parquet, compression zstd)")
