"""How fast JSON logs are read, beside what others make of the same file: `… json_formats.py 200000 FOLDER [READER…]`.

Writes a trail of data events (about 1.6 kB each), reads it with each reader in a process of its own, and prints records
per second of wall and of processor time and the peak memory. Every reader must find the same number of downloads from
the same bucket, else its line says so. Peers: DuckDB's and Polars' JSON readers and jq, with the columns we need.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

_STRUCT = "STRUCT(arn VARCHAR, accountId VARCHAR, accessKeyId VARCHAR, userName VARCHAR, invokedBy VARCHAR)"
_COLUMNS = {
    **dict.fromkeys(
        ("eventTime", "eventID", "eventSource", "eventName", "sourceIPAddress", "userAgent", "errorCode", "readOnly",
         "managementEvent", "eventCategory", "awsRegion"), "VARCHAR"),
    "userIdentity": _STRUCT, "requestParameters": "STRUCT(bucketName VARCHAR, key VARCHAR)", "resources": "JSON",
    "additionalEventData": "STRUCT(bytesTransferredOut DOUBLE)",
}  # fmt: skip


def write_trail(path: Path, count: int) -> None:
    """Write data events as JSON lines, three downloads for one listing."""
    with path.open("w", encoding="utf-8") as out:
        for number in range(count):
            out.write(json.dumps(_event(number), separators=(",", ":")) + "\n")


def _event(number: int) -> dict[str, object]:
    role, key = (
        f"arn:aws:sts::111122223333:assumed-role/App/s{number % 50}",
        f"lists/{number % 977}/part-{number:07d}.csv",
    )
    host = "exports.s3.eu-central-1.amazonaws.com"
    is_listing = number % 4 == 0
    target = {"list-type": "2", "prefix": key} if is_listing else {"key": key}
    issuer = {"type": "Role", "principalId": "AROAEXAMPLE", "arn": role, "accountId": "111122223333", "userName": "App"}
    attributes = {"creationDate": "2026-03-28T10:00:00Z", "mfaAuthenticated": "false"}
    return {
        "eventVersion": "1.10",
        "userIdentity": {
            "type": "AssumedRole", "principalId": f"AROAEXAMPLE:s{number % 50}", "arn": role,
            "accountId": "111122223333", "accessKeyId": f"ASIAEXAMPLE{number % 300:04d}",
            "sessionContext": {"sessionIssuer": issuer, "attributes": attributes},
        },
        "eventTime": f"2026-03-28T{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d}Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "ListObjects" if is_listing else "GetObject",
        "awsRegion": "eu-central-1",
        "sourceIPAddress": f"203.0.113.{number % 250}",
        "userAgent": "[aws-cli/2.15.0 Python/3.11.6 Linux/6.1 exe/x86_64]",
        "requestParameters": {"bucketName": "exports", "Host": host, **target},
        "responseElements": None,
        "additionalEventData": {
            "SignatureVersion": "SigV4", "CipherSuite": "TLS_AES_128_GCM_SHA256", "bytesTransferredIn": 0,
            "AuthenticationMethod": "AuthHeader", "x-amz-id-2": f"abcdefghijklmnop/{number}=",
            "bytesTransferredOut": number * 7 % 100_000,
        },
        "requestID": f"{number:016X}",
        "eventID": f"{number:08x}-0000-4000-8000-{number:012x}",
        "readOnly": True,
        "resources": [
            {"type": "AWS::S3::Object", "ARN": f"arn:aws:s3:::exports/{key}"},
            {"accountId": "111122223333", "type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::exports"},
        ],
        "eventType": "AwsApiCall",
        "managementEvent": False,
        "recipientAccountId": "111122223333",
        "eventCategory": "Data",
        "tlsDetails": {"tlsVersion": "TLSv1.3", "cipherSuite": "TLS_AES_128_GCM_SHA256", "host": host},
    }  # fmt: skip


def scope(path: Path) -> int:
    """Read the file into the roles of events, rejects and all."""
    import polars as pl

    from pipeline.intake.files import InputFile
    from pipeline.intake.json_rows import read_objects
    from pipeline.intake.logs.formats import Options
    from pipeline.intake.logs.reading import read_batch
    from pipeline.intake.logs.registry import FORMATS

    format_ = FORMATS["cloudtrail"]
    file = InputFile(path, path.name, path.stat().st_size)
    count = 0
    for batch in read_objects(file, format_.wrappers, format_.json_column, ",", ""):
        frame = read_batch(batch, format_, Options()).frame
        count += frame.select(
            (pl.col("c:resource").str.starts_with("s3://exports/") & (pl.col("c:action") == "view")).sum()
        ).item()
    return count


def msgspec_alone(path: Path) -> int:
    """Decode the same fields with the library that does it for us, and make nothing of them."""
    import polars as pl

    from pipeline.intake.json_fields import read_fields
    from pipeline.intake.logs.cloudtrail import RECORD

    count = 0
    with path.open(encoding="utf-8") as lines:
        while piece := lines.readlines(8 << 20):
            found = read_fields(pl.Series(piece, dtype=pl.String), RECORD)
            count += found.filter(
                (pl.col("name") == "GetObject") & pl.col("request").str.contains('"exports"', literal=True)
            ).height
    return count


def duckdb_reader(path: Path) -> int:
    """Let DuckDB read the file with declared columns, on two threads."""
    import duckdb

    columns = ", ".join(f"{name}: '{kind}'" for name, kind in _COLUMNS.items())
    connection = duckdb.connect(config={"threads": 2})
    connection.execute(
        f"create table t as select * from read_json('{path}', format='newline_delimited', columns={{{columns}}})"
    )
    wanted = "select count(*) from t where eventName = 'GetObject' and requestParameters.bucketName = 'exports'"
    return int(connection.execute(wanted).fetchall()[0][0])


def polars_reader(path: Path) -> int:
    """Let Polars read the file with a declared schema."""
    import polars as pl

    texts = dict.fromkeys([name for name, kind in _COLUMNS.items() if kind == "VARCHAR"], pl.String)
    actor = ("arn", "accountId", "accessKeyId", "userName", "invokedBy")
    schema = pl.Schema({
        **texts,
        "userIdentity": pl.Struct(dict.fromkeys(actor, pl.String)),
        "requestParameters": pl.Struct(dict.fromkeys(("bucketName", "key"), pl.String)),
        "additionalEventData": pl.Struct({"bytesTransferredOut": pl.Float64}),
    })  # fmt: skip
    frame = pl.read_ndjson(path, schema=schema)
    bucket = pl.col("requestParameters").struct.field("bucketName")
    return frame.filter((pl.col("eventName") == "GetObject") & (bucket == "exports")).height


def jq(path: Path) -> int:
    """Let jq write the columns as tab-separated lines."""
    program = (
        "[.eventTime,.eventID,.eventSource,.eventName,.sourceIPAddress,.userAgent,.errorCode,.readOnly,.userIdentity.arn,"
        ".userIdentity.accessKeyId,.requestParameters.bucketName,.requestParameters.key,.eventCategory]|@tsv"
    )
    found = subprocess.run([shutil.which("jq") or "jq", "-r", program, str(path)], capture_output=True, check=True)
    return sum(b"\tGetObject\t" in line and b"\texports\t" in line for line in found.stdout.splitlines())


READERS = {"scope": scope, "msgspec": msgspec_alone, "duckdb": duckdb_reader, "polars": polars_reader, "jq": jq}


def measure(name: str, path: Path) -> None:
    """Run one reader in this process and print what it took, as JSON."""
    start, used = time.perf_counter(), _processor_seconds()
    found = READERS[name](path)
    wall, processor = time.perf_counter() - start, _processor_seconds() - used
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) // 1024
    print(json.dumps({"found": found, "wall": wall, "processor": processor, "peak": peak}))


def _processor_seconds() -> float:
    uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in uses)


def main(arguments: list[str]) -> int:
    """Write the trail and print a table of every reader."""
    if arguments[:1] == ["--measure"]:
        measure(arguments[1], Path(arguments[2]))
        return 0
    count, folder = int(arguments[0]), Path(arguments[1])
    path = folder / f"trail-{count}.jsonl"
    write_trail(path, count)
    expected = count - (count + 3) // 4
    print(f"{count:,} records, {path.stat().st_size / 1e6:,.0f} MB\n")
    print("| reader | records/s, wall | records/s of processor time | peak MB |\n| --- | ---: | ---: | ---: |")
    for name in arguments[2:] or READERS:
        if name == "jq" and shutil.which("jq") is None:
            continue
        done = subprocess.run(
            [sys.executable, __file__, "--measure", name, str(path)],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        )
        seen = json.loads(done.stdout)
        wrong = "" if seen["found"] == expected else f" (found {seen['found']:,} of {expected:,})"
        print(f"| {name}{wrong} | {count / seen['wall']:,.0f} | {count / seen['processor']:,.0f} | {seen['peak']:,} |")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
