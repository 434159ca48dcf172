"""Files into columns, by DuckDB: CSV, Parquet, JSON. Paths are parameters of its reader, never spliced into SQL."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sojourn._core.frames import Column
from sojourn._frames.columns import frame
from sojourn._frames.usual_names import USUAL_NAMES
from sojourn._report.page import Fact
from sojourn.cli._options import Messages
from sojourn.cli._usage import UsageError
from sojourn.errors import DataError, Error

SUFFIXES = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".json": "json",
    ".ndjson": "json",
    ".jsonl": "json",
}

OPTION_OF_ROLE = {
    "account": "--account-column",
    "csat_score": "--csat-score",
    "ces_score": "--ces-score",
    "value": "--contract-value",
}


@dataclass(frozen=True, kw_only=True)
class File:
    """A file that has been read: its columns, and the role for which a column was recognised by its name."""

    name: str
    columns: Mapping[str, Column]
    recognised: dict[str, str]

    @property
    def rows(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __getitem__(self, name: str) -> Column:
        return self.columns[name]

    def choose(self, role: str, named: str | None) -> str:
        """The column for a role: the one named, or the only one with a usual name."""
        found = self.find(role, named)
        if found is None:
            raise UsageError(
                f"{self.name}: no column looks like the {_words(role)}; name it with {option(role)}. "
                f"The file has: {', '.join(self.columns)}"
            )
        return found

    def find(self, role: str, named: str | None) -> str | None:
        """As `choose`, but None when nothing matches. Two matches are an error either way."""
        if named is not None:
            return self._named(role, named)
        candidates = [c for c in self.columns if c.lower().strip() in USUAL_NAMES.get(role, ())]
        if len(candidates) > 1:
            raise UsageError(
                f"{self.name}: several columns may be the {_words(role)}; name one with {option(role)}. "
                f"Candidates: {', '.join(candidates)}"
            )
        if not candidates:
            return None
        self.recognised[role] = candidates[0]
        return candidates[0]

    def _named(self, role: str, named: str) -> str:
        if named not in self.columns:
            raise UsageError(f'{self.name}: no column "{named}" ({option(role)}). The file has: {", ".join(self.columns)}')
        return named


def option(role: str) -> str:
    """The option that names the column of a role."""
    return OPTION_OF_ROLE.get(role, f"--{role.replace('_', '-')}")


def _words(role: str) -> str:
    return {"csat_score": "CSAT score", "ces_score": "CES score", "mrr": "MRR"}.get(role, role.replace("_", " "))


def read(path: str, messages: Messages) -> File:
    """Reads a local file, or standard input as CSV for the path "-"."""
    with messages.stage(f"reading {path}"):
        return _read(path)


def _read(path: str) -> File:
    if path == "-":
        return _read_stdin()
    if not os.path.isfile(path):
        raise UsageError(f"{path}: no such file")
    kind = SUFFIXES.get(os.path.splitext(path.removesuffix(".gz"))[1].lower())
    if kind is None:
        raise UsageError(
            f"{path}: cannot tell the format from its name; known: {', '.join(SUFFIXES)} (CSV and JSON also .gz)"
        )
    return _read_as(kind, path, path)


def _read_stdin() -> File:
    with tempfile.NamedTemporaryFile(suffix=".csv") as spool:
        spool.write(sys.stdin.buffer.read())
        spool.flush()
        return _read_as("csv", spool.name, "standard input")


def _read_as(kind: str, path: str, name: str) -> File:
    duckdb = _duckdb()
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false"})
    readers = {"csv": connection.read_csv, "parquet": connection.read_parquet, "json": connection.read_json}
    try:
        return File(name=os.path.basename(name), columns=frame(readers[kind](_literal(path))), recognised={})
    except duckdb.Error as error:
        raise DataError(f"{name}: cannot be read as {kind}: {str(error).strip().splitlines()[0]}") from error
    finally:
        connection.close()


def _literal(path: str) -> str:
    """DuckDB expands `*`, `?` and `[` in a path; a file that has such a name is read as that file."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in os.path.abspath(path))


def _duckdb() -> Any:
    try:
        import duckdb  # noqa: PLC0415  # optional: sojourn[report]
    except ModuleNotFoundError as missing:
        raise Error('reading files needs duckdb: pip install "sojourn[report]"') from missing
    return duckdb


def file_notes(label: str, file: File) -> list[Fact]:
    """Which file was read, and which of its columns were recognised by their names."""
    notes = [Fact(label=label, value=f"{file.name}, {file.rows:,} rows")]
    if file.recognised:
        guesses = ", ".join(f"{role} = {name}" for role, name in file.recognised.items())
        notes.append(Fact(label=f"{label}: columns", value=f"recognised by name: {guesses}"))
    return notes
