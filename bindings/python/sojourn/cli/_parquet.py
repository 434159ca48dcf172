"""Parquet, by DuckDB. The path is a parameter of its reader, never spliced into SQL."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from sojourn._core.frames import Column
from sojourn._frames.columns import columns
from sojourn.cli._delimited import require_one_of_each
from sojourn.cli._tables import ColumnTable
from sojourn.errors import DataError, Error


class ParquetTable(ColumnTable):
    """A column is read when it is asked for; what the others hold does not matter."""

    def __init__(self, relation: Any, names: Sequence[str], name: str) -> None:
        self._relation, self._name = relation, name
        self.names = list(names)
        require_one_of_each(self.names, name)
        # DuckDB calls the second of two columns of one name, in any case, by a name of its own.
        self._called = dict(zip(names, relation.columns, strict=True))
        self.rows = int(relation.aggregate("count(*)").limit(1).fetchall()[0][0])

    def column(self, name: str) -> Column:
        called, own = ('"' + each.replace('"', '""') + '"' for each in (self._called[name], name))
        try:
            return columns(self._relation.project(f"{called} as {own}"), {"it": name})["it"]
        except _duckdb().Error as error:
            raise _unreadable(self._name, error) from error


def read_parquet(path: str, name: str) -> ParquetTable:
    """Opens a file; its types are those that it declares."""
    duckdb = _duckdb()
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false"})
    try:
        return ParquetTable(connection.read_parquet(_literal(path)), _names(connection, path), name)
    except duckdb.Error as error:
        raise _unreadable(name, error) from error


def _names(connection: Any, path: str) -> list[str]:
    """The names that the file itself gives to its columns; those inside nested columns are left out."""
    schema = connection.execute("select name, coalesce(num_children, 0) from parquet_schema(?)", [_literal(path)]).fetchall()
    names: list[str] = []
    inside = 0
    for name, children in schema[1:]:  # depth first, below the root
        if inside == 0:
            names.append(name)
        inside = max(inside - 1, 0) + children
    return names


def _unreadable(name: str, error: Exception) -> DataError:
    return DataError(f"{name}: cannot be read as parquet: {str(error).strip().splitlines()[0]}")


def _literal(path: str) -> str:
    """DuckDB expands `*`, `?` and `[` in a path; a file that has such a name is read as that file."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in os.path.abspath(path))


def _duckdb() -> Any:
    try:
        import duckdb  # noqa: PLC0415  # optional: sojourn[report]
    except ModuleNotFoundError as missing:
        raise Error('reading Parquet needs duckdb: pip install "sojourn[report]"') from missing
    return duckdb
