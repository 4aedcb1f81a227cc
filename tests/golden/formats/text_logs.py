"""Logs of web servers, stores, balancers and databases, as text."""

from __future__ import annotations

import bz2
import gzip
import json

import pyarrow as pa

from tests.golden.formats.samples import ANN, EVE, EXPORTED, MAIL, Sample, sure

UA = '"Mozilla/5.0 (X11; Linux x86_64)"'
PATHS = [{"resource": "/customers/{key}", "dataset": "crm"}, {"resource": "*/customers/{key}", "dataset": "crm"}]


def web(write: str) -> str:
    """Eve opens record 1; Ann opens record 2; Eve asks for the head of 3, and for 3 again and is refused."""
    asked = [(EVE, "GET /customers/1", 200), (ANN, "GET /customers/2", 200), (EVE, "HEAD /customers/3", 200),
             (EVE, "GET /customers/3", 403), (EVE, "GET /customers/3", 304), (EVE, "GET /customers/3", 416)]  # fmt: skip
    return "".join(
        write.format(ip=ip, request=f"{request} HTTP/1.1", status=status) + "\n" for ip, request, status in asked
    )


COMBINED = '{ip} - - [28/Mar/2026:21:00:05 +0000] "{request}" {status} 512 "-" ' + UA
COMMON = '{ip} - frank [28/Mar/2026:21:00:05 +0000] "{request}" {status} 512'
VHOST = "crm.example:443 " + COMBINED
MAIN = '{ip} - - [28/Mar/2026:21:00:05 +0000] "{request}" {status} 512 "-" ' + UA + ' "-"'
TIMED = '{ip} [2026-03-28T21:00:05+00:00] crm.example "{request}" {status} 512 rt=0.012 sid=abc'
TIMED_PATTERN = (
    '$remote_addr [$time_iso8601] $host "$request" $status $body_bytes_sent rt=$request_time sid=$cookie_sid'
)
CELLS = '[28/Mar/2026:21:00:05 +0000] {ip} {status} 512 "{request}"'

WEB = [
    Sample("nginx_combined", {"nginx/access.log": web(COMBINED)}, {"1": sure()}, routes=PATHS),
    Sample("apache_common", {"common/access_log": web(COMMON)}, {"1": sure()}, {"format": "combined"}, PATHS),
    Sample("apache_vhost", {"vhost/other_vhosts_access.log": web(VHOST)}, {"1": sure()}, {}, PATHS),
    Sample("nginx_main", {"main/access.log": web(MAIN)}, {"1": sure()}, {}, PATHS),
    Sample("nginx_custom", {"own/access.log": web(TIMED)}, {"1": sure()},
           {"format": "combined", "pattern": TIMED_PATTERN}, PATHS),
    Sample("apache_custom", {"own/access_log": web(CELLS)}, {"1": sure()},
           {"format": "combined", "pattern": 'LogFormat "%t %a %>s %B \\"%r\\"" own'}, PATHS),
    Sample("rotated", {
        "rotated/www/access.log": web(COMBINED),
        "rotated/www/access.log.1": web(COMBINED).replace("/1 ", "/4 "),
        "rotated/www/old/access.log.2.gz": gzip.compress(web(COMBINED).replace("/1 ", "/5 ").encode()),
        "rotated/www/old/access.log.3.bz2": bz2.compress(web(COMBINED).replace("/1 ", "/6 ").encode()),
        "rotated/access.log.4.zst": pa.compress(web(COMBINED).replace("/1 ", "/7 ").encode(), codec="zstd", asbytes=True),
    }, {key: sure() for key in "14567"}, {"format": "combined", "path": "rotated"}, PATHS),
    Sample("broken_line", {"broken/access.log": "\x00\xff half a li\n" + web(COMBINED)}, {"1": sure()},
           {"format": "combined"}, PATHS, rejects=1),
]  # fmt: skip

OWNER = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
S3_OLD = (OWNER + " acme [28/Mar/2026:21:00:05 +0000] {ip} arn:aws:iam::111122223333:user/app 3E57427F3EXAMPLE{n} "
          'REST.{op}.OBJECT customers/{key}.json "{method} /customers/{key}.json HTTP/1.1" {status} {error} {sent} 512 17 16 '
          '"-" "aws-cli/2.15" -')  # fmt: skip
S3_NEW = S3_OLD + (" s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi31234= SigV4 "
                   "ECDHE-RSA-AES128-GCM-SHA256 AuthHeader acme.s3.eu-central-1.amazonaws.com TLSv1.2 - -")  # fmt: skip


def s3(write: str, *more: str) -> str:
    asked = [(EVE, "GET", "1", 200, "-", 512), (ANN, "GET", "2", 200, "-", 512), (EVE, "HEAD", "3", 200, "-", "-"),
             (EVE, "GET", "3", 403, "AccessDenied", 243), (EVE, "GET", "3", 304, "-", "-")]  # fmt: skip
    lines = [
        write.format(ip=ip, n=n, op=op, method=op, key=key, status=status, error=error, sent=sent)
        for n, (ip, op, key, status, error, sent) in enumerate(asked)
    ]
    return "\n".join([*lines, *more]) + "\n"


COPY = S3_NEW.replace("REST.{op}.OBJECT", "REST.COPY.OBJECT_GET").format(
    ip=EVE, n=9, key="8", method="PUT", status=200, error="-", sent="-"
)
S3_ROUTE = [{"resource": "s3://acme/customers/{key}.json", "dataset": "crm"}]
CLOUDFRONT = """#Version: 1.0
#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) \
cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken x-forwarded-for \
ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status fle-encrypted-fields c-port \
time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end
""" + "".join(
    "\t".join([
        "2026-03-28", "21:00:05", "FRA50-C1", "0" if status == "000" else "512", ip, method, "d111111abcdef8.cloudfront.net", f"/customers/{key}", status,
        "-", "Mozilla/5.0%20(X11)", "-", "-", result, f"SOX4xwn4XV6Q4rgb7XiVGOHms_BGlTAC4KyHmureZmBNrjGdRLi{key}==",
        "crm.example", "https", "23", "0.001", "-", "TLSv1.2", "ECDHE", result, "HTTP/2.0", "-", "-", "11040", "0.001",
        result, "text/html", "78", "-", "-",
    ]) + "\n"
    for ip, method, key, status, result in [
        (EVE, "GET", "1", "200", "Hit"), (ANN, "GET", "2", "200", "Hit"), (EVE, "HEAD", "3", "200", "Hit"),
        (EVE, "GET", "3", "403", "Error"), (EVE, "GET", "3", "000", "Error"),
    ]
)  # fmt: skip
ALB = "".join(
    f"https 2026-03-28T21:00:05.{n}86641Z app/crm/50dc6c495c0c9188 {ip}:2817 10.0.0.1:80 0.086 0.048 0.037 {status} {target} 0 "
    f'{sent} "{method} https://crm.example:443/customers/{key} HTTP/1.1" "curl/7.46.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 '
    "arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067 "
    f'"Root=1-58337281-1d84f3d73c47ec4e58577259" "crm.example" "arn:aws:acm:us-east-2:123456789012:certificate/12345678" '
    f'1 2026-03-28T21:00:05.086000Z "{done}" "-" "-" "10.0.0.1:80" "{target}" "-" "-" TID_{n}\n'
    for n, (ip, method, key, status, target, sent, done) in enumerate([
        (EVE, "GET", "1", 200, 200, 57, "forward"), (ANN, "GET", "2", 200, 200, 57, "forward"),
        (EVE, "HEAD", "3", 200, 200, 57, "forward"), (EVE, "GET", "3", 460, "-", 0, "forward"),
        (EVE, "GET", "3", 200, 200, 12, "fixed-response"),
    ])
)  # fmt: skip
STORES = [
    Sample("s3_old", {"s3/old/2026-03-28-21-16-55-E1": s3(S3_OLD)}, {"1": sure()}, {}, S3_ROUTE),
    Sample("s3_new", {"s3/new/2026-03-28-21-16-55-E2": s3(S3_NEW, COPY)}, {"1": sure(), "8": sure(EXPORTED)}, {}, S3_ROUTE),
    Sample("cloudfront", {"cf/E1.2026-03-28-21.gz": gzip.compress(CLOUDFRONT.encode())}, {"1": sure()}, {}, PATHS),
    Sample("alb", {"alb/111122223333_elb.log.gz": gzip.compress(ALB.encode())}, {"1": sure()}, {}, PATHS),
]  # fmt: skip

# A database: Eve asks for record 1 with values bound, for 4 in a text of several lines, counts all, and is refused 3.
STDERR = """2026-03-28 21:00:05.100 UTC [4711] eve@shop LOG:  execute <unnamed>: select email, name from crm.customers where id = $1
2026-03-28 21:00:05.100 UTC [4711] eve@shop DETAIL:  parameters: $1 = '1'
2026-03-28 21:00:06.000 UTC [4711] eve@shop LOG:  statement: select email
\tfrom crm.customers -- a list
\twhere id in (4)
2026-03-28 21:00:07.000 UTC [4711] eve@shop LOG:  statement: select count(*) from crm.customers
2026-03-28 21:00:08.000 UTC [4711] eve@shop ERROR:  permission denied for table customers
2026-03-28 21:00:08.000 UTC [4711] eve@shop STATEMENT:  select * from crm.customers where id = 3
2026-03-28 21:00:09.000 UTC [4712] ann@shop LOG:  statement: select * from crm.customers where id = 2
2026-03-28 21:00:10.000 UTC [4711] eve@shop LOG:  AUDIT: SESSION,1,1,READ,SELECT,TABLE,crm.customers,"select phone from \
crm.customers where id = 5",<none>
"""
DATABASE_SEEN = {"1": sure(columns=("email", "name")), "4": sure(columns=MAIL), "5": sure(columns=("phone",))}


def csvlog() -> str:
    def row(n: int, user: str, severity: str, message: str, detail: str = "", query: str = "") -> str:
        cells = [f"2026-03-28 21:00:0{n}.100 UTC", user, "shop", "4711", f"{EVE}:5012",
                 "69c842f5.1267" if user == "eve" else "69c842f5.1268", str(n), "SELECT", "2026-03-28 20:59:01 UTC", "3/10", "0", severity, "00000", message, detail, "", "", "", "", query, "", "",
                 "psql", "client backend", "", "0"]  # fmt: skip
        return ",".join('"' + cell.replace('"', '""') + '"' if cell else "" for cell in cells) + "\n"

    return "".join([
        row(1, "eve", "LOG", "execute q: select email, name from crm.customers where id = $1", "parameters: $1 = '1'"),
        row(2, "eve", "LOG", "statement: select email\nfrom crm.customers\nwhere id in (4)"),
        row(3, "eve", "LOG", "statement: select count(*) from crm.customers"),
        row(4, "eve", "ERROR", "permission denied for table customers", query="select * from crm.customers where id = 3"),
        row(5, "ann", "LOG", "statement: select * from crm.customers where id = 2").replace(EVE, ANN),
        row(6, "eve", "LOG", 'AUDIT: SESSION,1,1,READ,SELECT,TABLE,crm.customers,"select phone from crm.customers where id = 5",<none>'),
    ])  # fmt: skip


def jsonlog(n: int, user: str, severity: str, **more: str) -> str:
    row = {"timestamp": f"2026-03-28 21:00:0{n}.100 UTC", "user": user, "dbname": "shop", "pid": 4711,
           "remote_host": EVE if user == "eve" else ANN, "remote_port": 5012, "session_id": "69c842f5.1267", "line_num": n,
           "ps": "SELECT", "session_start": "2026-03-28 20:59:01 UTC", "vxid": "3/10", "txid": 0, "error_severity": severity, **more,
           "application_name": "psql", "backend_type": "client backend", "query_id": 0}  # fmt: skip
    return json.dumps(row) + "\n"


JSONLOG = "".join([
    jsonlog(1, "eve", "LOG", message="execute q: select email, name from crm.customers where id = $1", detail="parameters: $1 = '1'"),
    jsonlog(2, "eve", "LOG", message="statement: select email\nfrom crm.customers\nwhere id in (4)"),
    jsonlog(3, "eve", "LOG", message="statement: select count(*) from crm.customers"),
    jsonlog(4, "eve", "ERROR", message="permission denied for table customers", statement="select * from crm.customers where id = 3"),
    jsonlog(5, "ann", "LOG", message="statement: select * from crm.customers where id = 2"),
    jsonlog(6, "eve", "LOG", message='AUDIT: SESSION,1,1,READ,SELECT,TABLE,crm.customers,"select phone from crm.customers where id = 5",<none>'),
])  # fmt: skip
GENERAL = """/usr/sbin/mysqld, Version: 8.0.36 (MySQL Community Server - GPL). started with:
Tcp port: 3306  Unix socket: /var/run/mysqld/mysqld.sock
Time                 Id Command    Argument
2026-03-28T21:00:01.000000Z\t   11 Connect\teve@203.0.113.7 on crm using TCP/IP
2026-03-28T21:00:01.500000Z\t   12 Connect\tann@198.51.100.9 on crm using TCP/IP
2026-03-28T21:00:02.000000Z\t   11 Query\tselect email, name from customers where id = 1
2026-03-28T21:00:03.000000Z\t   11 Query\tselect email
from customers
where id in (4)
2026-03-28T21:00:04.000000Z\t   11 Prepare\tselect phone from customers where id = ?
2026-03-28T21:00:04.100000Z\t   11 Execute\tselect phone from customers where id = 5
2026-03-28T21:00:05.000000Z\t   11 Query\tselect count(*) from customers
2026-03-28T21:00:05.500000Z\t   12 Query\tselect * from customers where id = 2
2026-03-28T21:00:06.000000Z\t   11 Quit\t
"""
MARIADB = """20260328 21:00:02,db1,eve,203.0.113.7,11,1001,QUERY,crm,'select email, name from customers where id = 1',0
20260328 21:00:02,db1,eve,203.0.113.7,11,1001,READ,crm,customers,
20260328 21:00:03,db1,eve,203.0.113.7,11,1002,QUERY,crm,'select email\\nfrom customers\\nwhere id in (4)',0
20260328 21:00:04,db1,eve,203.0.113.7,11,1003,QUERY,crm,'select phone from customers where id = 5',0
20260328 21:00:04,db1,eve,203.0.113.7,11,1004,QUERY,crm,'select * from customers where id = 3',1142
20260328 21:00:05,db1,eve,203.0.113.7,11,1005,QUERY,crm,'select count(*) from customers',0
20260328 21:00:06,db1,ann,198.51.100.9,12,1006,QUERY,crm,'select * from customers where id = 2',0
"""
MYSQL_AUDIT = json.dumps([
    {"timestamp": f"2026-03-28 21:00:0{n}", "id": n, "class": "general", "event": "status", "connection_id": 11,
     "account": {"user": user, "host": ""}, "login": {"user": user, "os": "", "ip": ip, "proxy": ""},
     "general_data": {"command": "Query", "sql_command": "select", "query": query, "status": status}}
    for n, (user, ip, query, status) in enumerate([
        ("eve", EVE, "select email, name from crm.customers where id = 1", 0),
        ("eve", EVE, "select email\nfrom crm.customers\nwhere id in (4)", 0),
        ("eve", EVE, "select phone from crm.customers where id = 5", 0),
        ("eve", EVE, "select * from crm.customers where id = 3", 1142),
        ("ann", ANN, "select * from crm.customers where id = 2", 0),
    ])
], indent=1)  # fmt: skip
DATABASES = [
    Sample("postgres_stderr", {"pg/postgresql-14-main.log": STDERR}, DATABASE_SEEN, {"pattern": "%m [%p] %u@%d ", "format": "postgres"}),
    Sample("postgres_usual", {"pg/usual.log": STDERR}, DATABASE_SEEN),
    Sample("postgres_csv", {"pg/postgresql.csv": csvlog()}, DATABASE_SEEN),
    Sample("postgres_json", {"pg/postgresql.json": JSONLOG}, DATABASE_SEEN),
    Sample("mysql_general", {"mysql/general.log": GENERAL}, DATABASE_SEEN),
    Sample("mariadb_audit", {"mysql/server_audit.log": MARIADB}, DATABASE_SEEN),
    Sample("mysql_audit", {"mysql/audit.json": MYSQL_AUDIT}, DATABASE_SEEN),
]  # fmt: skip
TEXT_LOGS = [*WEB, *STORES, *DATABASES]
