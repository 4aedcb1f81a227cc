"""Access logs of Apache and nginx: other hands' vectors, lines drawn from the servers' documentation, lines gone wrong."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from pipeline.errors import ConfigurationError
from pipeline.intake.logs.combined import FORMAT, recognise
from pipeline.intake.logs.formats import Options, Sample
from pipeline.intake.web import apache, nginx
from pipeline.intake.web.patterns import METHOD, TARGET, take_apart
from pipeline.intake.web.stamps import start_of, to_iso
from tests.intake.formats.conformance import Comparison
from tests.intake.formats.lines import check_spoilt, read_texts, vectors

APACHE_NAMES = {
    "remote_host": "%h", "remote_logname": "%l", "remote_user": "%u", "bytes_sent": "%b", "final_status": "%>s",
    "original_status": "%<s", "status": "%s", "request_duration_seconds": "%T", "request_duration_milliseconds": "%{ms}T",
    "remote_address": "%a", "remote_port": "%{remote}p", "local_address": "%A", "server_port": "%p", "request_method": "%m",
    "request_uri": "%U", "request_query": "%q", "request_file": "%f", "pid": "%P", "tid": "%{tid}P", "handler": "%R",
    "virtual_host": "%v", "bytes_out": "%O", "request_protocol": "%H", "original_request_duration_seconds": "%<T",
    "final_request_duration_seconds": "%>T",
}  # fmt: skip
HEADERS = {"headers_in": "%", "original_headers_in": "%<", "final_headers_in": "%>"}
TIMES = ("request_time", "original_request_time", "final_request_time")
WHY = (
    "bytes beyond ASCII are read as UTF-8, not as Latin-1 (2)",
    "a thread's hexadecimal number, and two quotes for an empty name, stay as written (2)",
    "month names in German, and weeks instead of days, are no stamps to us (4)",
)
ERRATA = ["%U", "%u", "%{hextid}P", "%{user-agent}i", "time", "time", "time", "time"]
NPM = '[$time_local] $host $remote_addr $request_time "$request" $status $body_bytes_sent $bytes_sent $http_referer $http_user_agent'
NPM_HOST = (
    '[$time_local] $status - $request_method $scheme $host "$request_uri" '
    '[Client $remote_addr] [Length $body_bytes_sent] [Gzip $gzip_ratio] [Sent-to $server] "$http_user_agent" "$http_referer"'
)
NPM_CACHE = (
    '[$time_local] $upstream_cache_status $upstream_status $status - $request_method $scheme $host "$request_uri" '
    '[Client $remote_addr] [Length $body_bytes_sent] [Gzip $gzip_ratio] "$http_user_agent" "$http_referer"'
)
LINE = '192.0.2.7 - alice [28/Mar/2026:21:00:05 +0100] "GET /api/customers/17?page=2 HTTP/1.1" 200 5120 "-" "curl/8.4"'


def one(text: str, **options: Any) -> dict[str, Any]:
    return read_texts(FORMAT, [text], **options)[0]


def with_request(request: str, status: str = "200", size: str = "51") -> str:
    return f'192.0.2.7 - - [28/Mar/2026:21:00:05 +0100] "{request}" {status} {size} "-" "curl/8.4"'


def apache_fields(vector: dict[str, Any]) -> dict[str, Any]:
    pattern = apache.compile_apache(vector["format"])
    names = list(pattern.fields)
    read = take_apart(pl.Series([vector["entry"]]), [pattern], names)
    assert read["is_read"].all(), vector["format"]
    row = read.to_dicts()[0]
    clock, _ = apache.clock_of(pattern)
    if clock is not None:
        row["time"] = to_iso(read.select(clock.texts()).to_series(), clock.layout)[0]
    return row


def expected_fields(vector: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in vector["expected"].items():
        if name in APACHE_NAMES:
            found[APACHE_NAMES[name]] = None if value is None else str(value)
        if name in HEADERS:
            found |= {f"{HEADERS[name]}{{{header.lower()}}}i": text for header, text in value.items()}
        if name == "request_line":
            method, target, _ = value.split(" ")
            found |= {f"%r{METHOD}": method, f"%r{TARGET}": target}
        if name in TIMES and value is not None:
            found["time"] = value
    return found


def is_same(name: str, ours: str | None, theirs: str | None) -> bool:
    if name == "time" and ours is not None and theirs is not None:
        read = [pl.Series([text.replace("Z", "+00:00")]).str.to_datetime(strict=False)[0] for text in (ours, theirs)]
        return read[0] == read[1]
    return ours == theirs or (theirs is not None and ours is not None and ours.lstrip("0") == theirs.lstrip("0"))


def compare_apachelogs() -> Comparison:
    equal, unlike = 0, []
    found = vectors("logs/apachelogs_vectors.jsonl")
    for vector in found:
        ours = apache_fields(vector)
        for name, theirs in expected_fields(vector).items():
            own = "%{hextid}P" if name == "%{tid}P" and "hextid" in vector["format"] else name
            if is_same(own, ours.get(own), theirs):
                equal += 1
            else:
                unlike.append(own)
    assert sorted(unlike) == ERRATA
    return Comparison("combined", "apachelogs", len(found), equal + len(ERRATA), equal, WHY)


def test_apache_vectors_of_other_hands() -> None:
    assert compare_apachelogs().equal_count == 105


def compare_crowdsec() -> Comparison:
    pairs = {"clientip": "ip", "remote_addr": "ip", "response": "status", "status": "status", "bytes": "bytes",
             "body_bytes_sent": "bytes", "http_user_agent": "user_agent", "target_fqdn": "virtual_host",
             "auth": "principal"}  # fmt: skip
    layouts = {
        "apache2-logs": (None,),
        "base-upsun-httplog-logs": (None,),
        "nginx_http-catch-npm": (NPM, NPM_HOST, NPM_CACHE),
    }
    count = equal = errors = 0
    for vector in vectors("logs/crowdsec_parser_asserts.part1.jsonl"):
        if vector["test"] not in layouts:
            continue
        count += 1
        read = [one(vector["raw"], pattern=pattern) for pattern in layouts[vector["test"]]]
        row = next((row for row in read if row["refusal"] is None), None)
        if row is None:
            errors += 1
            continue
        for theirs, role in pairs.items():
            if theirs in vector["parsed"]:
                value = vector["parsed"][theirs]
                assert row[role] == (None if value == "-" else value), (vector["raw"], role)
                equal += 1
        if vector["parsed"].get("verb"):
            assert row["resource"].endswith(vector["parsed"]["request"])
            equal += 1
    assert errors == 2
    why = (
        "lines of Apache's error log, in which the vectors read an address and a status, are no access log lines (2)",
    )
    return Comparison("combined", "crowdsec: Apache, nginx", count, equal + errors, equal, why)


def test_crowdsec_lines_of_apache_and_nginx() -> None:
    assert compare_crowdsec().equal_count == 83


def test_the_stamp_is_the_start() -> None:
    assert one(LINE)["time"] == "2026-03-28T20:00:05.000000Z"
    nginx_line = '192.0.2.7 [28/Mar/2026:21:00:05 +0100] 2.500 "GET /a HTTP/1.1" 200'
    pattern = '$remote_addr [$time_local] $request_time "$request" $status'
    assert one(nginx_line, pattern=pattern)["time"] == "2026-03-28T20:00:02.500000Z"
    apache_line = '192.0.2.7 [28/Mar/2026:21:00:05 +0100] 2500000 "GET /a HTTP/1.1" 200'
    assert one(apache_line, pattern='%h %t %D "%r" %>s')["time"] == "2026-03-28T20:00:05.000000Z"
    at_end = '192.0.2.7 1774728005 2500000 "GET /a HTTP/1.1" 200'
    assert one(at_end, pattern='%h %{end:sec}t %D "%r" %>s')["time"] == "2026-03-28T20:00:02.500000Z"


@pytest.mark.parametrize(
    ("stamp", "pattern", "iso"),
    [
        ("2026-03-28T21:00:05+01:00", "$time_iso8601", "2026-03-28T20:00:05.000000Z"),
        ("1774728005.123", "$msec", "2026-03-28T20:00:05.123000Z"),
        ("2026-03-28 21:00:05", "%{%Y-%m-%d %H:%M:%S}t", "2026-03-28T21:00:05.000000"),
        ("2026-03-28T21:00:05.250", "%{%Y-%m-%dT%H:%M:%S}t.%{msec_frac}t", "2026-03-28T21:00:05.250000"),
        ("1774728005000001", "%{usec}t", "2026-03-28T20:00:05.000001Z"),
    ],
)
def test_stamps_of_every_layout(stamp: str, pattern: str, iso: str) -> None:
    request = '"$request"' if pattern.startswith("$") else '"%r"'
    assert one(f'{stamp} "GET /a HTTP/1.1"', pattern=f"{pattern} {request}")["time"] == iso


@pytest.mark.parametrize(
    ("request_line", "action", "resource"),
    [
        ("GET /a?b=c HTTP/1.1", "view", "/a?b=c"),
        ("GET /a b c HTTP/1.1", "view", "/a b c"),
        ("GET /old", "view", "/old"),
        ("GET https://other.example/x HTTP/2.0", "view", "https://other.example/x"),
        ("HEAD /a HTTP/1.1", "metadata", "/a"),
        ("OPTIONS * HTTP/1.0", "metadata", "*"),
        ("POST /search HTTP/1.1", "POST", "/search"),
        ("REPORT /dav/contacts/ HTTP/1.1", "search", "/dav/contacts/"),
        ("PROPFIND /dav/ HTTP/1.1", "list", "/dav/"),
        ("COPY /dav/a.csv HTTP/1.1", "copy", "/dav/a.csv"),
        ("PUT /a HTTP/1.1", "write", "/a"),
        ("DELETE /a HTTP/1.1", "delete", "/a"),
        ("BREW /pot HTCPCP/1.0", "unknown", "/pot HTCPCP/1.0"),
        (r"\x16\x03\x01\x02", "unknown", "\x16\x03\x01\x02"),
        ("-", "unknown", None),
        (r"GET /say\"hi\" HTTP/1.1", "view", '/say"hi"'),
        (r"GET /say\x22hi\x22 HTTP/1.1", "view", '/say"hi"'),
        (r"GET /M\xc3\xbcller HTTP/1.1", "view", "/Müller"),
        (r"GET /a\x5Cb HTTP/1.1", "view", "/a\\b"),
        ("GET /%2Fetc%20x HTTP/1.1", "view", "/%2Fetc%20x"),
    ],
)
def test_requests(request_line: str, action: str, resource: str | None) -> None:
    row = one(with_request(request_line))
    assert (row["refusal"], row["action"], row["resource"]) == (None, action, resource)


def test_what_was_refused_asks_no_question() -> None:
    assert one(with_request(r"\x16\x03\x01", "400"))["action"] == "view"
    assert one(with_request("POST /login HTTP/1.1", "403"))["action"] == "view"
    assert one(with_request("HEAD /a HTTP/1.1", "403"))["action"] == "metadata"


def test_a_dash_for_bytes_is_none_sent() -> None:
    assert one(with_request("GET /a HTTP/1.1", "200", "-"))["bytes"] == "0"
    assert one(with_request("GET /a HTTP/1.1", "304", "-"))["status"] == "304"


def test_addresses_and_hosts() -> None:
    assert one("2001:db8::1" + LINE[9:])["ip"] == "2001:db8::1"
    assert one("client.example" + LINE[9:])["ip"] == "client.example"
    assert one("shop.example:443 " + LINE)["resource"] == "https://shop.example/api/customers/17?page=2"
    assert one("shop.example " + LINE)["virtual_host"] == "shop.example"
    assert one(LINE.replace("alice", "alice b. smith"))["principal"] == "alice b. smith"
    assert one(LINE + ' "203.0.113.9, 10.0.0.1"')["ip"] == "192.0.2.7, 203.0.113.9, 10.0.0.1"
    assert one(LINE + ' "-"')["ip"] == "192.0.2.7"


def test_unescaped_quotes_are_read_only_where_they_leave_no_doubt() -> None:
    assert one(LINE.replace("curl/8.4", 'a "quoted" one'))["refusal"] is not None
    assert one(LINE.replace("curl/8.4", 'a"quoted"one'))["user_agent"] == 'a"quoted"one'
    assert one(LINE + ' "something else"')["refusal"] is not None
    forged = with_request('GET /a" 200 1 "-" "x" HTTP/1.1', "404")
    assert one(forged)["refusal"] is not None


def test_answers_that_broke_off() -> None:
    apache_pattern = '%h %t "%r" %>s %B %X %{Content-Length}o'
    start = '192.0.2.7 [28/Mar/2026:21:00:05 +0100] "GET /a HTTP/1.1" 200'
    assert one(f"{start} 500 X -", pattern=apache_pattern)["outcome"] == "aborted"
    assert one(f"{start} 500 + 500", pattern=apache_pattern)["outcome"] is None
    assert one(f"{start} 499 - 500", pattern=apache_pattern)["outcome"] == "aborted"
    assert one(f"{start} 0 - 500".replace("GET", "HEAD"), pattern=apache_pattern)["outcome"] is None
    nginx_pattern = '$remote_addr [$time_local] "$request" $status $body_bytes_sent "$request_completion"'
    assert one(f'{start} 500 "OK"', pattern=nginx_pattern)["outcome"] is None
    assert one(f'{start} 500 "-"', pattern=nginx_pattern)["outcome"] == "aborted"
    assert one(f'{start.replace("200", "403")} 500 "-"', pattern=nginx_pattern)["outcome"] is None


def test_ranges_count_only_where_a_part_was_delivered() -> None:
    pattern = '%h %t "%r" %>s %B "%{Range}i" "%{Content-Range}o"'
    start = '192.0.2.7 [28/Mar/2026:21:00:05 +0100] "GET /a HTTP/1.1"'
    assert one(f'{start} 206 1024 "bytes=0-1023" "-"', pattern=pattern)["range"] == "bytes=0-1023"
    assert one(f'{start} 206 1024 "bytes=0-" "bytes 0-1023/9999"', pattern=pattern)["range"] == "0-1023"
    assert one(f'{start} 200 9999 "bytes=0-1023" "-"', pattern=pattern)["range"] is None


def test_what_the_incident_file_asks_for_beside() -> None:
    line = LINE + ' "s3ss10n" "-"'
    pattern = '%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" "%{SID}C" "%{x-token}I"'.replace("}I", "}i")
    row = one(line, pattern=pattern, extra={"session": "%{SID}C", "token": "%{X-Token}i"})
    assert (row["session"], row["token"]) == ("s3ss10n", None)
    row = one('"Mozilla" 192.0.2.7 [28/Mar/2026:21:00:05 +0100] "GET /a HTTP/1.1" abc',
              pattern='"$http_user_agent" $remote_addr [$time_local] "$request" $cookie_sid', extra={"session": "$cookie_sid"})  # fmt: skip
    assert row["session"] == "abc"


def test_whole_directives_can_be_pasted() -> None:
    directive = r'LogFormat "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\"" combined'
    assert one(LINE, pattern=directive)["resource"] == "/api/customers/17?page=2"
    directive = (
        "log_format main '$remote_addr - $remote_user [$time_local] \"$request\" '\n"
        '    \'$status $body_bytes_sent "$http_referer" "$http_user_agent"\';'
    )
    assert one(LINE, pattern=directive)["principal"] == "alice"
    directive = 'log_format j escape=json \'{"t":"$time_iso8601","r":"$request","a":"$remote_addr"}\';'
    line = '{"t":"2026-03-28T21:00:05+01:00","r":"GET /say\\"hi\\"/\\u00fc HTTP/1.1","a":"192.0.2.7"}'
    assert one(line, pattern=directive)["resource"] == '/say"hi"/ü'


@pytest.mark.parametrize("pattern", ["no directives", "%h %u", "$remote_addr $status", '"%r" %>s'])
def test_unusable_patterns_are_errors_of_the_incident_file(pattern: str) -> None:
    with pytest.raises(ConfigurationError):
        FORMAT.read(pl.DataFrame({"line": [1], "text": ["x"]}), Options(pattern=pattern))


def test_files_are_recognised_for_sure_only() -> None:
    assert recognise(Sample([LINE] * 9 + ["torn"]))
    assert recognise(Sample(["shop.example:443 " + LINE]))
    assert not recognise(Sample([LINE + ' 502 "test@docker" "http://172.17.0.3:80" 0ms']))
    assert not recognise(Sample(["time,ip,resource", "2026-03-28,192.0.2.7,/a"]))
    assert not recognise(Sample([]))


def test_spoilt_lines() -> None:
    lines = [LINE, with_request(r"GET /\x22\xff HTTP/1.1"), "shop.example:443 " + LINE, with_request("-", "408", "-")]
    check_spoilt(FORMAT, lines)
    npm = '[21/May/2025:19:28:54 +0800] _ 192.168.1.1 0.811 "GET / HTTP/1.1" 400 122 282 - -'
    check_spoilt(FORMAT, [npm], pattern=NPM)
    check_spoilt(FORMAT, ["2026-03-28 21:00:05 GET /a b"], pattern="%{%Y-%m-%d %H:%M:%S}t %r")


def test_nginx_names_are_compiled_with_and_without_braces() -> None:
    assert list(nginx.compile_nginx("${remote_addr} - $status").fields) == ["$remote_addr", "$status"]


def test_a_log_lands_by_its_format(land_log: Any) -> None:
    lines = [
        LINE,
        with_request("HEAD /api/customers/1 HTTP/1.1"),
        with_request("POST /api/customers/2 HTTP/1.1"),
        with_request("GET /api/customers/3 HTTP/1.1", "499", "0"),
        "torn",
        '203.0.113.9 - - [29/Mar/2026:01:59:59 +0100] "GET /api/customers/4 HTTP/1.1" 200 77',
    ]
    routes = {"routes": [{"resource": "/api/customers/{key}", "dataset": "crm"}], "limits": {"reject_share": 0.5}}
    landed = land_log({"access.log": "\n".join(lines) + "\n"}, format="auto", rest=routes)
    told = landed["events"].select(
        "line", pl.col("earliest_at").dt.to_string("%H:%M:%S"), "action", "outcome", "byte_count"
    )
    assert told.rows() == [
        (1, "20:00:05", "view", "succeeded", 5120),
        (2, "20:00:05", "metadata", "succeeded", 51),
        (3, "20:00:05", "unknown", "succeeded", 51),
        (4, "20:00:05", "view", "aborted", 0),
        (6, "00:59:59", "view", "succeeded", 77),
    ]
    assert landed["reaches"]["record_key"].to_list() == ["17", "1", "2", "3", "4"]
    words = {"action": {"POST": "write"}}
    landed = land_log({"access.log": "\n".join(lines) + "\n"}, format="combined", words=words, rest=routes)
    assert landed["events"]["action"].to_list()[2] == "write"


def test_a_length_of_time_that_is_no_number_takes_nothing_off() -> None:
    ends = pl.Series(["2026-03-01T00:00:02.000000"] * 4)
    starts = start_of(ends, pl.Series(["nan", "1.5", "-", None]))
    assert starts.to_list() == [ends[0], "2026-03-01T00:00:00.500000", ends[0], ends[0]]
