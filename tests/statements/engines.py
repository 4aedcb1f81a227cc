"""The real engines that say what a statement delivered: SQLite from Python, PostgreSQL from Debian's packages.

PostgreSQL is started in a folder of its own, reachable by a socket in it alone, and stopped when the tests end.
"""

from __future__ import annotations

import os
import pwd
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest

from tests.statements.shop import SCHEMA, TABLES, Cell, Shop

MARK = "--answer--"


class Sqlite:
    """SQLite in memory, one database for each instant."""

    name = "sqlite"

    def __init__(self, shop: Shop, instants: list[datetime]) -> None:
        self._databases = {instant: sqlite3.connect(":memory:") for instant in instants}
        for instant, database in self._databases.items():
            for table, kinds in TABLES.items():
                names = ", ".join(f"{name} {_sqlite_kind(kind)}" for name, kind in kinds.items())
                database.execute(f"create table {table} ({names})")
                marks = ", ".join("?" for _ in kinds)
                database.executemany(f"insert into {table} values ({marks})", shop.at(table, instant))
            for view, sql in SCHEMA.views.items():
                database.execute(f"create view {view} as {sql}")

    def answers(self, asked: list[tuple[datetime, str]]) -> list[set[str] | None]:
        found: list[set[str] | None] = []
        for instant, sql in asked:
            try:
                rows = self._databases[instant].execute(sql).fetchall()
                found.append({str(row[0]) for row in rows if row[0] is not None})
            except sqlite3.Error:
                found.append(None)
        return found


def _sqlite_kind(kind: str) -> str:
    return {"timestamp": "text", "date": "text"}.get(kind, kind)


class Postgres:
    """A PostgreSQL server of our own; the tables of each instant lie in a schema of their own."""

    name = "postgres"

    def __init__(self, socket: Path, shop: Shop, instants: list[datetime]) -> None:
        self._socket = socket
        self._schemas = {instant: f"at{place}" for place, instant in enumerate(instants)}
        self.run("create database shop", "postgres")
        script = []
        for instant, schema in self._schemas.items():
            script += [f"create schema {schema}", f"set search_path = {schema}"]
            for table, kinds in TABLES.items():
                script.append(f"create table {table} ({', '.join(f'{name} {kind}' for name, kind in kinds.items())})")
                rows = ", ".join(f"({', '.join(map(_literal, row))})" for row in shop.at(table, instant))
                script.append(f"insert into {table} values {rows}")
            script += [f"create view {view} as {sql}" for view, sql in SCHEMA.views.items()]
        self.run(";\n".join(script))

    def run(self, sql: str, database: str = "shop") -> str:
        command = ["psql", "-XAtq", "-h", str(self._socket), "-U", "postgres", "-d", database]
        done = subprocess.run(command, input=sql + ";\n", capture_output=True, text=True, check=False)
        return done.stdout

    def answers(self, asked: list[tuple[datetime, str]]) -> list[set[str] | None]:
        script = []
        for instant, sql in asked:
            plain = sql.replace("app.customers", "customers").replace("app.orders", "orders")
            script.append(f"set search_path = {self._schemas[instant]};\n{plain};\n\\echo {MARK} :ERROR")
        parts = self.run("\n".join(script)).split(MARK)
        found: list[set[str] | None] = []
        for part, following in pairwise(parts):
            rows = part.partition("\n")[2] if found else part
            is_error = following.lstrip().startswith("true")
            found.append(None if is_error else {row for row in rows.splitlines() if row})
        return found


def _literal(cell: Cell) -> str:
    if cell is None:
        return "null"
    if isinstance(cell, bool):
        return str(cell).lower()
    return "'" + str(cell).replace("'", "''") + "'"


def find_postgres() -> Path | None:
    """Find the folder of PostgreSQL's server programs."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which("initdb")
    folders += [Path(found).resolve().parent] if found else []
    usable = (folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists())
    return next(usable, None) if shutil.which("psql") else None


@contextmanager
def postgres_server(folder: Path) -> Iterator[Path]:
    """Start a server and yield the folder of its socket; skips where there is none."""
    programs = find_postgres()
    if programs is None:
        pytest.skip("no PostgreSQL here; on Debian: apt-get install postgresql")
    owner = _owner()
    data = folder / "data"
    data.mkdir(mode=0o700)
    if owner:
        for path in (folder, data):
            os.chown(path, pwd.getpwnam(owner).pw_uid, -1)
        # Each worker of a parallel run has a folder of its own between.
        for parent in (folder, *folder.parents):
            if Path(tempfile.gettempdir()) in parent.parents:
                parent.chmod(parent.stat().st_mode | 0o011)
    options = f"-k {folder} -c listen_addresses= -c fsync=off -c log_statement=none"
    control = [str(programs / "pg_ctl"), "-D", str(data), "-s", "-w"]
    _as(
        owner,
        [str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"],
    )
    _as(owner, [*control, "-l", str(folder / "server.log"), "-o", options, "start"])
    try:
        yield folder
    finally:
        _as(owner, [*control, "-m", "immediate", "stop"])


def _owner() -> str:
    """PostgreSQL refuses to run as root; its own user does then."""
    if os.getuid():
        return ""
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        pytest.skip("PostgreSQL will not run as root, and there is no user postgres to run it")
    return "postgres"


def _as(owner: str, command: list[str]) -> None:
    prefix = ["setpriv", f"--reuid={owner}", "--regid=postgres", "--clear-groups"] if owner else []
    done = subprocess.run([*prefix, *command], capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        pytest.skip(f"PostgreSQL could not be started: {done.stderr.strip().splitlines()[-1:]}")
