"""The bare join on PySpark, local[2], the same SQL: `python on_spark.py FOLDER OUTPUT`."""

import sys
from pathlib import Path

from pyspark.sql import SparkSession

folder, output = Path(sys.argv[1]), sys.argv[2]
spark = (
    SparkSession.builder.master("local[2]")
    .config("spark.driver.memory", "10g")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.ui.enabled", "false")
    .config("spark.sql.shuffle.partitions", "16")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("ERROR")
for name, file in {"crm": "crm", "mailing": "mailing", "events": "crm_api"}.items():
    spark.read.parquet(f"{folder}/{file}.parquet").createOrReplaceTempView(name)
query = (Path(__file__).parent / "bare_join.sql").read_text(encoding="utf-8")
spark.sql(query).write.mode("overwrite").option("compression", "zstd").parquet(output)
