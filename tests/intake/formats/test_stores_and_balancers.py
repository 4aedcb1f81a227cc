"""S3, CloudFront, load balancers, Traefik, HAProxy: other hands' lines, and lines drawn from each one's documentation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl
import pytest

from pipeline.intake.logs import alb, cloudfront, haproxy, s3_access, traefik
from pipeline.intake.logs.formats import Format, Options, Sample
from pipeline.intake.logs.registry import claimants
from tests.intake.formats.conformance import Comparison
from tests.intake.formats.lines import check_spoilt, read_texts, vectors

OWNER = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
NEW = " s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP= SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader lists.s3.amazonaws.com TLSV1.2 - -"
FIELDS = (
    "#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) "
    "cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken "
    "x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status "
    "fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len "
    "sc-range-start sc-range-end"
)
EDGE = (
    (
        "2026-03-28 20:00:05 FRA56-P4 5120 192.0.2.7 GET d111.cloudfront.net /export.csv 200 - curl/8.4%20(x) a=b - Hit "
        "k6WGMNkEzR5BEM == shop.example https 23 1.250 203.0.113.9 TLSv1.3 - Hit HTTP/2.0 - - 11040 0.001 Hit "
        "text/csv;%20charset=utf-8 5000 - -"
    )
    .replace(" ==", "==")
    .replace(" ", "\t")
)
HAPROXY = (
    '192.0.2.7:10285 [28/Mar/2026:21:00:05.088] shop~ lists/web1 0/0/0/1263/1264 200 20602 - - ---- 19/19/3/4/0 0/0 '
    '"GET /export HTTP/1.1"'
)  # fmt: skip
BALANCER = (
    "https 2026-03-28T20:00:05.500000Z app/shop/50dc6c495c0c9188 192.0.2.7:2817 10.0.0.1:80 0.100 1.300 0.100 200 200 34 "
    '366 "GET https://shop.example:443/export?a=b HTTP/1.1" "curl/8.4" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2'
)
CREATED = ' arn:aws:x:targetgroup/t/73 "Root=1-58" "shop.example" "arn:cert" 1 2026-03-28T20:00:03.250000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-"'
TRAEFIK = '192.0.2.7 - alice [28/Mar/2026:20:00:05 +0000] "GET /export HTTP/1.1" 200 352 "-" "curl" 242 "shop@docker" "http://172.17.0.3:80" 1ms'


def s3_line(operation: str = "REST.GET.OBJECT", key: str = "lists/fennel.csv", uri: str = "GET /lists/fennel.csv HTTP/1.1",
            status: str = "200", sent: str = "4096", size: str = "4096", error: str = "-", agent: str = "aws-cli/2",
            tail: str = " -" + NEW) -> str:  # fmt: skip
    return (
        f"{OWNER} lists [28/Mar/2026:20:00:05 +0000] 192.0.2.7 arn:aws:iam::111122223333:user/alice 3E57427F3EXAMPLE "
        f'{operation} {key} "{uri}" {status} {error} {sent} {size} 70 10 "-" "{agent}"{tail}'
    )


def one(made: Format, text: str, **options: Any) -> dict[str, Any]:
    return read_texts(made, [text], **options)[0]


def edge(**changed: str) -> dict[str, Any]:
    names = FIELDS.removeprefix("#Fields: ").split(" ")
    values = dict(zip(names, EDGE.split("\t"), strict=True)) | {
        name.replace("__", "-"): value for name, value in changed.items()
    }
    return one(cloudfront.FORMAT, "\t".join(values.values()), header=FIELDS)


def compare_crowdsec_balancers() -> Iterator[Comparison]:
    made = {"aws-alb-logs": alb.FORMAT, "haproxy-logs": haproxy.FORMAT, "traefik_clf": traefik.FORMAT}
    roles = {"remote_addr": "ip", "client_ip": "ip", "status": "status", "elb_status_code": "status", "sent_bytes": "bytes",
             "http_status_code": "status", "bytes_read": "bytes", "body_bytes_sent": "bytes", "http_user_agent": "user_agent",
             "domain_name": "virtual_host", "frontend_name": "frontend", "traefik_router_name": "router"}  # fmt: skip
    found = vectors("logs/crowdsec_parser_asserts.part1.jsonl")
    for test, one_format in made.items():
        records = compared = equal = 0
        for vector in found:
            if vector["test"] != test:
                continue
            records += 1
            row = one(one_format, vector["raw"])
            for theirs, role in roles.items():
                if role in row and theirs in vector["parsed"]:
                    value = vector["parsed"][theirs]
                    value = "0" if (role, value) == ("bytes", "-") else value
                    compared += 1
                    equal += row[role] == (None if value == "-" else value)
            if "request" in vector["parsed"] and vector["parsed"].get("verb", "GET"):
                compared += 1
                equal += row["resource"].endswith(vector["parsed"]["request"])
        yield Comparison(one_format.name, "crowdsec", records, compared, equal)


def test_crowdsec_lines_of_balancers() -> None:
    found = list(compare_crowdsec_balancers())
    assert [(one.format, one.record_count, one.compared_count) for one in found] == [
        ("alb", 14, 84), ("haproxy", 4, 14), ("traefik", 7, 42),
    ]  # fmt: skip
    assert all(one.equal_count == one.compared_count for one in found)


@pytest.mark.parametrize(
    "tail", ["", " -", " -" + NEW, " 3HL4kqtJvjVBH40Nrjfkd" + NEW + " us-west-1", " -" + NEW + " more to come"]
)
def test_s3_lines_of_every_width(tail: str) -> None:
    row = one(s3_access.FORMAT, s3_line(tail=tail))
    assert (row["refusal"], row["resource"], row["principal"]) == (None, "s3://lists/lists/fennel.csv", "arn:aws:iam::111122223333:user/alice")  # fmt: skip
    assert (row["time"], row["action"], row["outcome"], row["bytes"]) == (
        "2026-03-28T20:00:05.000000Z",
        "view",
        None,
        "4096",
    )
    assert row["user_agent"] == "aws-cli/2"


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        ("REST.GET.OBJECT", "view"), ("WEBSITE.GET.OBJECT", "view"), ("REST.HEAD.OBJECT", "metadata"),
        ("REST.GET.BUCKET", "list"), ("REST.GET.BUCKETVERSIONS", "list"), ("REST.GET.ACL", "metadata"),
        ("REST.GET.OBJECT_TAGGING", "metadata"), ("REST.PUT.OBJECT", "write"), ("REST.POST.UPLOADS", "write"),
        ("REST.DELETE.OBJECT", "delete"), ("BATCH.DELETE.OBJECT", "delete"), ("REST.COPY.OBJECT_GET", "copy"),
        ("REST.COPY.PART_GET", "copy"), ("REST.COPY.OBJECT", "write"), ("S3.EXPIRE.OBJECT", "delete"),
        ("S3.TRANSITION_GLACIER.OBJECT", "write"), ("SOMETHING.NEW", "unknown"), ("SOAP.GetObject", "view"),
        ("REST.OPTIONS.PREFLIGHT", "metadata"),
    ],
)  # fmt: skip
def test_s3_operations(operation: str, action: str) -> None:
    assert one(s3_access.FORMAT, s3_line(operation))["action"] == action


def test_s3_select_is_a_search() -> None:
    uri = "POST /lists/fennel.csv?select&select-type=2 HTTP/1.1"
    assert one(s3_access.FORMAT, s3_line("REST.POST.OBJECT", uri=uri))["action"] == "search"


def test_a_copy_reads_its_source_whole() -> None:
    row = one(s3_access.FORMAT, s3_line("REST.COPY.OBJECT_GET", sent="-", size="9000"))
    assert (row["action"], row["bytes"], row["resource"]) == ("copy", "9000", "s3://lists/lists/fennel.csv")


def test_s3_transfers_that_broke_off() -> None:
    assert one(s3_access.FORMAT, s3_line(sent="100"))["outcome"] == "aborted"
    assert one(s3_access.FORMAT, s3_line(sent="-"))["bytes"] == "0"
    assert one(s3_access.FORMAT, s3_line(sent="100", status="206"))["outcome"] is None
    assert one(s3_access.FORMAT, s3_line("REST.HEAD.OBJECT", sent="-"))["outcome"] is None
    assert one(s3_access.FORMAT, s3_line(error="InternalError"))["outcome"] == "aborted"


def test_s3_keys_and_versions() -> None:
    assert one(s3_access.FORMAT, s3_line(key="a%2520b%252Fc"))["resource"] == "s3://lists/a b/c"
    assert one(s3_access.FORMAT, s3_line("BATCH.DELETE.OBJECT", key="a%2520b"))["resource"] == "s3://lists/a%20b"
    uri = "GET /lists/fennel.csv?versionId=3HL4k HTTP/1.1"
    assert one(s3_access.FORMAT, s3_line(uri=uri))["resource"] == "s3://lists/lists/fennel.csv?versionId=3HL4k"
    uri = "GET /l.csv?X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20260328%2Fus-east-1 HTTP/1.1"
    assert one(s3_access.FORMAT, s3_line(uri=uri))["token"] == "AKIAIOSFODNN7EXAMPLE"


def test_s3_lines_a_client_blurs_are_not_lost() -> None:
    row = one(s3_access.FORMAT, s3_line(agent='evil" - "agent'))
    assert (row["refusal"], row["outcome"], row["resource"]) == (None, "unknown", "s3://lists/lists/fennel.csv")
    assert "evil" in row["user_agent"]
    quoted = one(s3_access.FORMAT, s3_line(agent='a"b'))
    assert (quoted["outcome"], quoted["user_agent"]) == (None, 'a"b')
    lifecycle = (
        s3_line("S3.EXPIRE.OBJECT")
        .replace('"GET /lists/fennel.csv HTTP/1.1" 200', '"-" -')
        .replace('"aws-cli/2"', '"-"')
    )
    assert one(s3_access.FORMAT, lifecycle)["action"] == "delete"
    plain = (
        s3_line("S3.EXPIRE.OBJECT")
        .replace('"GET /lists/fennel.csv HTTP/1.1" 200', "- -")
        .replace('"-" "aws-cli/2"', "- -")
    )
    assert one(s3_access.FORMAT, plain)["outcome"] is None


def test_cloudfront_lines() -> None:
    row = edge()
    assert (row["refusal"], row["time"]) == (None, "2026-03-28T20:00:03.750000Z")
    assert row["resource"] == "https://shop.example/export.csv?a=b"
    assert (row["ip"], row["user_agent"]) == ("192.0.2.7, 203.0.113.9", "curl/8.4 (x)")
    assert (row["content_type"], row["outcome"], row["range"]) == ("text/csv; charset=utf-8", None, None)
    assert edge(**{"sc-status": "000"})["outcome"] == "aborted"
    assert edge(**{"x-edge-result-type": "Error"})["outcome"] == "aborted"
    assert edge(**{"cs-method": "HEAD"})["action"] == "metadata"
    assert edge(**{"sc-status": "206", "sc-range-start": "0", "sc-range-end": "99"})["range"] == "0-99"
    assert edge(**{"cs(User-Agent)": "a%2520b"})["user_agent"] == "a b"


def test_cloudfront_columns_come_from_the_header() -> None:
    header = "#Fields: date time c-ip cs-uri-stem sc-status cs-method"
    line = "2026-03-28\t20:00:05\t192.0.2.7\t/a\t200\tGET"
    row = one(cloudfront.FORMAT, line, header=header)
    assert (row["refusal"], row["resource"], row["time"]) == (None, "/a", "2026-03-28T20:00:05.000000Z")
    assert one(cloudfront.FORMAT, line + "\tmore", header=header)["refusal"] is not None
    old = "\t".join(EDGE.split("\t")[:15])
    assert one(cloudfront.FORMAT, old)["virtual_host"] == "d111.cloudfront.net"


def test_cloudfront_files_with_two_headers(land_log: Any) -> None:
    short = "#Fields: date time c-ip cs-uri-stem sc-status cs-method"
    text = f"#Version: 1.0\n{FIELDS}\n{EDGE}\n#Version: 1.0\n{short}\n2026-03-28\t20:00:09\t192.0.2.8\t/b\t200\tGET\n"
    landed = land_log({"edge.log": text}, format="auto", rest={"routes": [{"resource": "/{key}", "dataset": "crm"}]})
    assert landed["reaches"]["record_key"].to_list() == ["export.csv", "b"]


def test_balancers_stamp_the_beginning() -> None:
    assert one(alb.FORMAT, BALANCER + CREATED)["time"] == "2026-03-28T20:00:03.250000Z"
    for tail in ("", ' arn:group "Root=1"', ' arn:group "Root=1" "shop.example" "arn:cert"'):
        row = one(alb.FORMAT, BALANCER + tail)
        assert (row["refusal"], row["time"]) == (None, "2026-03-28T20:00:04.000000Z")
    row = one(alb.FORMAT, BALANCER + CREATED + ' TID_1234 "m.example.com" "-" "TransformSuccess" "and more"')
    assert (row["ip"], row["resource"], row["virtual_host"]) == (
        "192.0.2.7",
        "https://shop.example/export?a=b",
        "shop.example",
    )


def test_balancers_that_delivered_nothing() -> None:
    assert one(alb.FORMAT, BALANCER.replace(" 200 200 ", " 460 - ") + CREATED)["outcome"] == "aborted"
    assert one(alb.FORMAT, BALANCER + CREATED.replace('"forward"', '"waf,fixed-response"'))["outcome"] == "no_content"


def test_haproxy_lines() -> None:
    row = one(haproxy.FORMAT, HAPROXY)
    assert (row["time"], row["ip"], row["resource"], row["outcome"]) == (
        "2026-03-28T21:00:05.088000",
        "192.0.2.7",
        "/export",
        None,
    )
    syslog = "Mar 28 21:00:06 lb1 haproxy[14389]: " + HAPROXY.replace("0/0 ", "0/0 {shop.example|curl} {} ")
    assert one(haproxy.FORMAT, syslog)["resource"] == "/export"
    assert one(haproxy.FORMAT, HAPROXY.replace("----", "CD--"))["outcome"] == "aborted"
    assert one(haproxy.FORMAT, HAPROXY.replace("200 20602", "-1 0").replace("GET /export HTTP/1.1", "<BADREQ>"))["outcome"] == "aborted"  # fmt: skip
    assert one(haproxy.FORMAT, HAPROXY.replace("20602", "+20602"))["bytes"] is None
    handshake = "192.0.2.7:50033 [28/Mar/2026:21:00:05.088] shop/1: SSL handshake failure"
    row = one(haproxy.FORMAT, handshake)
    assert (row["refusal"], row["action"], row["outcome"]) == (None, "metadata", "failed")


def test_traefik_lines() -> None:
    row = one(traefik.FORMAT, TRAEFIK)
    assert (row["principal"], row["router"], row["resource"]) == ("alice", "shop@docker", "/export")
    row = one(traefik.FORMAT, TRAEFIK.replace("200 352", "- -"))
    assert (row["outcome"], row["bytes"]) == ("aborted", "0")
    assert one(traefik.FORMAT, TRAEFIK.replace('"curl"', '"evil" 1 "x"'))["refusal"] is not None


def test_what_else_the_lines_hold_can_be_asked_for() -> None:
    assert one(traefik.FORMAT, TRAEFIK, extra={"host": "server"})["host"] == "http://172.17.0.3:80"
    assert one(alb.FORMAT, BALANCER + CREATED, extra={"session": "trace"})["session"] == "Root=1-58"


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        ([s3_line()], "s3_access"), ([FIELDS, EDGE], "cloudfront"), ([BALANCER + CREATED], "alb"), ([TRAEFIK], "traefik"),
        ([HAPROXY], "haproxy"),
    ],
)  # fmt: skip
def test_each_file_is_claimed_by_its_own_format_alone(lines: list[str], name: str) -> None:
    assert claimants(Sample(lines)) == [name]


@pytest.mark.parametrize(
    ("made", "line", "header"),
    [
        (s3_access.FORMAT, s3_line(), None), (cloudfront.FORMAT, EDGE, FIELDS), (alb.FORMAT, BALANCER + CREATED, None),
        (traefik.FORMAT, TRAEFIK, None), (haproxy.FORMAT, HAPROXY, None), (cloudfront.FORMAT, EDGE, None),
    ],
)  # fmt: skip
def test_spoilt_lines(made: Format, line: str, header: str | None) -> None:
    check_spoilt(made, [line], header)


def test_many_lines_keep_their_order() -> None:
    lines = [s3_line(), s3_line(agent='x" "y" z'), "torn", s3_line("REST.HEAD.OBJECT")] * 50
    frame = pl.DataFrame({"line": range(1, 201), "text": lines})
    read = s3_access.read(frame, Options())
    assert read["refusal"].is_not_null().to_list() == [False, False, True, False] * 50
    assert read["outcome"].to_list()[:4] == [None, "unknown", None, None]
