"""Made logs, one maker for each format: what `log_formats.py` measures with. Nothing in them is real."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable
from pathlib import Path

AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Safari/605.1.15",
    "curl/8.4.0",
    "-",
)
OWNER = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
TLS = "ECDHE-RSA-AES128-GCM-SHA256"


def combined(draw: random.Random, second: int, number: int) -> str:
    """Make a line of Apache's combined layout."""
    request = f"{_method(draw)} /api/customers/{draw.randrange(100_000)}?page={number % 9} HTTP/1.1"
    status, size = draw.choice((200, 200, 200, 304, 404, 206)), draw.randrange(100_000)
    return f'{_ip(draw)} - - [{_clf(second)}] "{request}" {status} {size} "-" "{draw.choice(AGENTS)}"'


def s3_access(draw: random.Random, second: int, number: int) -> str:
    """Make a line of S3's server access log."""
    key = f"lists/{draw.randrange(1000)}.csv"
    who = f"{_ip(draw)} arn:aws:iam::111122223333:user/u{number % 7} {number:016X}"
    said = f'REST.GET.OBJECT {key} "GET /{key} HTTP/1.1" 200 - 4096 4096 70 10 "-" "{draw.choice(AGENTS)}"'
    late = f"- s9lzHYrFp76ZVxRcpX9= SigV4 {TLS} AuthHeader lists.s3.amazonaws.com TLSV1.2 - -"
    return f"{OWNER} lists [{_clf(second)}] {who} {said} {late}"


def cloudfront(draw: random.Random, second: int, number: int) -> str:
    """Make a line of CloudFront's standard log, in the standard columns."""
    asked = (_ip(draw), _method(draw), "d111.cloudfront.net", f"/c/{number}.csv", "200", "-", _agent(draw), "-", "-")
    served = ("Hit", f"{number:056X}", "shop.example", "https", "23", "0.250", "-", "TLSv1.3", "-", "Hit", "HTTP/2.0")
    late = ("-", "-", "11040", "0.001", "Hit", "text/csv", "5000", "-", "-")
    return "\t".join(("2026-03-28", _time(second), "FRA56-P4", "5120", *asked, *served, *late))


def alb(draw: random.Random, second: int, number: int) -> str:
    """Make a line of a load balancer's access log."""
    stamp = f"2026-03-28T{_time(second)}.{number % 1_000_000:06}Z"
    asked = f'"GET https://shop.example:443/c/{number} HTTP/1.1" "{draw.choice(AGENTS)}" {TLS} TLSv1.2'
    late = f'arn:aws:x:targetgroup/t/73 "Root=1-58" "shop.example" "arn:cert" 1 {stamp} "forward" "-" "-"'
    numbers = f"{_ip(draw)}:2817 10.0.0.1:80 0.086 0.048 0.037 200 200 34 366"
    return f'https {stamp} app/shop/50dc6c495c0c9188 {numbers} {asked} {late} "10.0.0.1:80" "200" "-" "-"'


def postgres(draw: random.Random, second: int, number: int) -> str:
    """Make an entry of a PostgreSQL server log, half of them with parameters."""
    prefix = f"2026-03-28 {_time(second)}.{number % 1000:03} UTC [{number % 50}] a@crm "
    statement = f"{prefix}LOG:  execute <unnamed>: SELECT email\n\tFROM customers WHERE id = $1"
    bound = f"\n{prefix}DETAIL:  Parameters: $1 = '{draw.randrange(100_000)}'"
    return statement + (bound if number % 2 else "")


MAKERS: dict[str, Callable[[random.Random, int, int], str]] = {
    "combined": combined,
    "s3_access": s3_access,
    "cloudfront": cloudfront,
    "alb": alb,
    "postgres": postgres,
}


def make(name: str, count: int, folder: Path) -> Path:
    """Write a gzipped log once, of twenty records a second."""
    path = folder / f"{name}-{count}.log.gz"
    if not path.exists():
        draw = random.Random(name)
        with gzip.open(path, "wt", compresslevel=1, encoding="utf-8") as file:
            for number in range(count):
                file.write(MAKERS[name](draw, number // 20, number) + "\n")
    return path


def _time(second: int) -> str:
    return f"{second // 3600 % 24:02}:{second // 60 % 60:02}:{second % 60:02}"


def _clf(second: int) -> str:
    return f"{1 + second // 86400 % 28:02}/Mar/2026:{_time(second)} +0000"


def _ip(draw: random.Random) -> str:
    return f"{draw.randrange(1, 224)}.{draw.randrange(256)}.{draw.randrange(256)}.{draw.randrange(1, 255)}"


def _method(draw: random.Random) -> str:
    return draw.choice(("GET", "GET", "GET", "POST", "HEAD"))


def _agent(draw: random.Random) -> str:
    return draw.choice(AGENTS).replace(" ", "%20")
