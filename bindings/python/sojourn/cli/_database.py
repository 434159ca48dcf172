"""Tables and SELECTs of a database: SQLite, DuckDB and PostgreSQL, opened for reading only."""

from __future__ import annotations

import os
import re
import sqlite3
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sojourn._core.frames import Column
from sojourn._frames.optional import require
from sojourn.cli._delimited import require_one_of_each
from sojourn.cli._numbers import text_of
from sojourn.cli._tables import ColumnTable
from sojourn.cli._usage import UsageError
from sojourn.errors import DataError, Error

_SELECT = re.compile(r"\s*(select|with)\b", re.IGNORECASE)
_SUFFIXES = {".db": "sqlite", ".sqlite": "sqlite", ".sqlite3": "sqlite", ".duckdb": "duckdb"}
_TABLES = (
    "select table_schema, table_name from information_schema.tables "
    "where table_schema not in ('information_schema', 'pg_catalog') order by 1, 2"
)
_TABLES_OF_SQLITE = "select 'main', name from sqlite_master where type in ('table', 'view') order by 2"
_USUAL_SCHEMAS = ("main", "public")


class QueryTable(ColumnTable):
    """What a SELECT gave. Numbers, days and text stay what the database says they are."""

    def __init__(self, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        self._rows = rows
        self.names, self.rows = list(names), len(rows)

    def column(self, name: str) -> Column:
        at = list(self.names).index(name)
        values = [_plain(row[at]) for row in self._rows]
        kinds = {type(value) for value in values if value is not None}
        if kinds == {int, float} or kinds == {float}:
            values = [None if value is None else Decimal(text_of(value) or "0") for value in values]
        elif len(kinds) > 1 and kinds != {int, Decimal}:
            values = [None if value is None else text_of(value) for value in values]
        return Column.from_sequence(values, name=name)


@dataclass(frozen=True, kw_only=True)
class _Database:
    run: Callable[[str], tuple[list[str], list[Sequence[Any]]]]
    tables: str
    errors: tuple[type[Exception], ...]


def read_database(url: str, asked: str) -> tuple[QueryTable, str]:
    """The rows of a table, or of a SELECT, and where they came from; a password in the address is never shown."""
    kind, place = _kind_of(url)
    with _open(kind, place, url) as database:
        query = asked if _SELECT.match(asked) else f"select * from {_table_named(asked, database)}"
        try:
            names, rows = database.run(query)
        except database.errors as error:
            raise UsageError(f"{shown(url)}: {_line(error)}; correct the SELECT") from None
    require_one_of_each(names, shown(url))
    return QueryTable(names, rows), f"{shown(url)}, {'a SELECT' if _SELECT.match(asked) else f'table {asked}'}"


def shown(url: str) -> str:
    """The address of a database without user and password."""
    parts = urllib.parse.urlsplit(url)
    if not parts.scheme or not parts.hostname:
        return os.path.basename(url) or url
    return f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}{parts.path}"


def _kind_of(url: str) -> tuple[str, str]:
    scheme, separator, rest = url.partition("://")
    if separator and scheme in ("postgresql", "postgres"):
        return "postgresql", url
    if separator and scheme in ("sqlite", "duckdb"):
        return scheme, rest.removeprefix("/") if rest.startswith("/") else rest
    bare, colon, file = url.partition(":")
    if colon and not separator and bare in ("sqlite", "duckdb"):
        return bare, file
    kind = _SUFFIXES.get(os.path.splitext(url)[1].lower())
    if separator or kind is None:
        raise UsageError(
            f"--db {shown(url)}: no database that is known; say postgresql://user@host/name, sqlite:///file, duckdb:///file "
            f"or a file that ends in {', '.join(_SUFFIXES)}"
        )
    return kind, url


@contextmanager
def _open(kind: str, place: str, url: str) -> Iterator[_Database]:
    if kind != "postgresql" and not os.path.isfile(place):
        raise UsageError(f"--db {place}: no such file")
    connection: Any
    if kind == "sqlite":
        connection = sqlite3.connect(f"file:{urllib.parse.quote(place)}?mode=ro", uri=True)
        errors: tuple[type[Exception], ...] = (sqlite3.Error, sqlite3.Warning)
    elif kind == "duckdb":
        duckdb = require("duckdb", '"sojourn[report]"')
        errors = (duckdb.Error,)
        with _connecting(url, errors):
            connection = duckdb.connect(place, read_only=True)
    else:
        psycopg = require("psycopg", '"sojourn[postgres]"')
        errors = (psycopg.Error,)
        with _connecting(url, errors):
            connection = psycopg.connect(place, options="-c default_transaction_read_only=on", connect_timeout=10)
    try:
        yield _Database(
            run=lambda query: _rows(connection, query),
            tables=_TABLES_OF_SQLITE if kind == "sqlite" else _TABLES,
            errors=errors,
        )
    except errors as error:
        raise DataError(f"{shown(url)}: {_line(error)}", rule="a database that can be read") from None
    finally:
        connection.close()


@contextmanager
def _connecting(url: str, errors: tuple[type[Exception], ...]) -> Iterator[None]:
    try:
        yield
    except errors as error:
        raise Error(f"{shown(url)} cannot be opened: {_line(error)}; check the address, and that the server runs") from None


def _rows(connection: Any, query: str) -> tuple[list[str], list[Sequence[Any]]]:
    cursor = connection.cursor()
    cursor.execute(query)
    return [column[0] for column in cursor.description], cursor.fetchall()


def _table_named(asked: str, database: _Database) -> str:
    """The table in quotes; one that is not there is told beside those that are."""
    _, found = database.run(database.tables)
    names = {name if schema in _USUAL_SCHEMAS else f"{schema}.{name}": (schema, name) for schema, name in found}
    if asked not in names:
        there = f"there is: {', '.join(names)}" if names else "it has no tables"
        raise UsageError(f"no table {asked!r} in the database; {there}. A SELECT begins with select or with")
    return ".".join('"' + part.replace('"', '""') + '"' for part in names[asked])


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (str, int, float, Decimal)) or hasattr(value, "isoformat"):
        return None if value == "" else value
    return str(value)  # a UUID, say


def _line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
