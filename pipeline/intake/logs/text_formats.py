"""The formats of logs that are lines or entries of text: web servers, stores, databases."""

from __future__ import annotations

from pipeline.intake.logs import (
    alb,
    cloudfront,
    combined,
    haproxy,
    mariadb_audit,
    mysql_audit,
    mysql_general,
    postgres,
    postgres_csv,
    postgres_json,
    s3_access,
    traefik,
)
from pipeline.intake.logs.formats import Format

TEXT_FORMATS: tuple[Format, ...] = (
    combined.FORMAT,
    s3_access.FORMAT,
    cloudfront.FORMAT,
    alb.FORMAT,
    traefik.FORMAT,
    haproxy.FORMAT,
    postgres.FORMAT,
    postgres_csv.FORMAT,
    postgres_json.FORMAT,
    mariadb_audit.FORMAT,
    mysql_audit.FORMAT,
    mysql_general.FORMAT,
)
