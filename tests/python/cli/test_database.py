"""The command line over SQLite, DuckDB and a real PostgreSQL server that the test starts."""

from __future__ import annotations

import glob
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from command_line import SUBSCRIPTIONS, Run

duckdb = pytest.importorskip("duckdb")

CREATE = 'create table subs (account_id text, start date, "end" date, mrr_minor bigint)'
ROWS = [tuple(cell or None for cell in line.split(",")) for line in SUBSCRIPTIONS.splitlines()[1:]]
GIVEN = ("--as-of", "2024-04-01", "--format", "json")


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """The address of a server that lives for this module, under a user that is not root."""
    psycopg = pytest.importorskip("psycopg")
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    if not found:
        pytest.skip("PostgreSQL is not installed (no /usr/lib/postgresql/*/bin); CI has it")
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    user = "postgres" if os.geteuid() == 0 else None

    def run(*command: str) -> None:
        done = subprocess.run(command, user=user, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr + done.stdout

    if user is not None:
        shutil.chown(folder, user)
    data, port = f"{folder}/data", str(20_000 + os.getpid() % 20_000)
    run(f"{found[-1]}/initdb", "-D", data, "-U", "tester", "-A", "trust", "--no-sync")
    settings = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    run(f"{found[-1]}/pg_ctl", "-D", data, "-w", "-l", f"{folder}/log", "-o", settings, "start")
    url = f"postgresql://tester:secret@127.0.0.1:{port}/postgres"
    try:
        with psycopg.connect(url) as connection:
            connection.execute(CREATE)
            connection.cursor().executemany("insert into subs values (%s, %s, %s, %s)", ROWS)
        yield url
    finally:
        run(f"{found[-1]}/pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "duckdb", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres"))
    path = str(tmp_path / f"shop.{'db' if request.param == 'sqlite' else 'duckdb'}")
    connect = sqlite3.connect if request.param == "sqlite" else duckdb.connect
    connection = connect(path)
    connection.execute(CREATE)
    connection.executemany("insert into subs values (?, ?, ?, ?)", ROWS)
    if request.param == "sqlite":
        connection.commit()
    connection.close()
    return f"{request.param}:///{path}"


def closings(shown: str) -> list[int]:
    return [row["closing"] for row in json.loads(shown)["movements"]]


@pytest.mark.parametrize("asked", ["subs", "select * from subs", "with s as (select * from subs) select * from s"])
def test_a_table_and_a_select_give_what_the_file_gives(run: Run, url: str, asked: str, subscriptions: Path) -> None:
    from_file = closings(run("metrics", "--subscriptions", str(subscriptions), *GIVEN).stdout)
    done = run("metrics", "--db", url, "--query", asked, *GIVEN)
    assert closings(done.stdout) == from_file == [1500, 3550, 3050]
    assert "secret" not in done.stdout


def test_an_address_of_the_nightly_job_is_one_here(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "shop"
    connection = sqlite3.connect(path)
    connection.execute(CREATE)
    connection.executemany("insert into subs values (?, ?, ?, ?)", ROWS)
    connection.commit()
    connection.close()
    for url in (f"sqlite:{path}", f"sqlite:///{path}"):
        assert closings(run("metrics", "--db", url, "--query", "subs", *GIVEN).stdout) == [1500, 3550, 3050]


def test_tables_that_are_there_are_listed(run: Run, url: str) -> None:
    said = run("metrics", "--db", url, "--query", "sub", *GIVEN, code=2).stderr
    assert "no table 'sub'" in said and "there is: subs" in said and said.count("\n") == 1


def test_a_broken_select_is_one_line(run: Run, url: str) -> None:
    said = run("metrics", "--db", url, "--query", "select nothing_there from subs", *GIVEN, code=2).stderr
    assert "nothing_there" in said and said.count("\n") == 1 and "secret" not in said


def test_nothing_is_ever_written(run: Run, url: str) -> None:
    for asked in ("with gone as (delete from subs returning *) select * from gone", "drop table subs"):
        code = 1 if "read-only" in asked else 2
        run("metrics", "--db", url, "--query", asked, *GIVEN, code=code)
    assert closings(run("metrics", "--db", url, "--query", "subs", *GIVEN).stdout) == [1500, 3550, 3050]


@pytest.mark.parametrize(
    ("url", "words", "code"),
    [
        ("mysql://u:secret@host/x", "no database that is known", 2),
        ("shop.xyz", "no database that is known", 2),
        ("sqlite:///nowhere.db", "no such file", 2),
        ("postgresql://u:secret@127.0.0.1:1/x", "cannot be opened", 1),
    ],
)
def test_a_database_that_cannot_be_opened(run: Run, url: str, words: str, code: int) -> None:
    if url.startswith("postgresql"):
        pytest.importorskip("psycopg")
    said = run("metrics", "--db", url, "--query", "subs", *GIVEN, code=code).stderr
    assert words in said and "secret" not in said and said.count("\n") == 1
