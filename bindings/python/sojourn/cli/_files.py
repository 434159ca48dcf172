"""Files into columns, by DuckDB: CSV, Parquet, JSON. Paths are parameters of its reader, never spliced into SQL."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sojourn._core.frames import Column
from sojourn._frames.columns import frame
from sojourn._frames.currency import exponent
from sojourn._frames.usual_names import USUAL_NAMES as USUAL_NAMES
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


class UsageError(Error):
    """The question cannot be asked this way: a missing file, an option that is needed. The command line exits with 2."""


@dataclass(frozen=True, kw_only=True)
class File:
    """A file that has been read: its columns, and which of them were guessed for which role."""

    name: str
    columns: Mapping[str, Column]
    guessed: dict[str, str]

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
        self.guessed[role] = candidates[0]
        return candidates[0]

    def _named(self, role: str, named: str) -> str:
        if named not in self.columns:
            raise UsageError(f'{self.name}: no column "{named}" ({option(role)}). The file has: {", ".join(self.columns)}')
        return named


def option(role: str) -> str:
    return OPTION_OF_ROLE.get(role, f"--{role.replace('_', '-')}")


def _words(role: str) -> str:
    return {"csat_score": "CSAT score", "ces_score": "CES score", "mrr": "MRR"}.get(role, role.replace("_", " "))


def read(path: str) -> File:
    """Reads a local file, or standard input as CSV for the path "-"."""
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
        return File(name=os.path.basename(name), columns=frame(readers[kind](_literal(path))), guessed={})
    except duckdb.Error as error:
        raise DataError(f"{name}: cannot be read as {kind}: {str(error).strip().splitlines()[0]}") from error
    finally:
        connection.close()


def _literal(path: str) -> str:
    """DuckDB expands `*`, `?` and `[` in a path; a file that exists under such a name is meant literally."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in os.path.abspath(path))


def _duckdb() -> Any:
    try:
        import duckdb
    except ModuleNotFoundError as missing:
        raise Error('reading files needs duckdb: pip install "sojourn[report]"') from missing
    return duckdb


def minor_units(values: Column, name: str, *, amounts: str | None, currency: str) -> list[int | None]:
    """Amounts as integers of the minor unit: as they are, or from decimals such as 29.85 without rounding."""
    unit = amounts or ("minor" if name.lower().endswith(("_minor", "_cents")) else None)
    if unit is None:
        raise UsageError(
            f'are the amounts in "{name}" in {currency} or in its minor unit? Say --amounts major or --amounts minor'
        )
    factor = 1 if unit == "minor" else 10 ** exponent(currency)
    return [
        None if value is None else _exact(value, factor, name, row, currency) for row, value in enumerate(values.to_list())
    ]


def _exact(value: Any, factor: int, name: str, row: int, currency: str) -> int:
    try:
        scaled = Decimal(str(value)) * factor
        if scaled == scaled.to_integral_value():
            return int(scaled)
    except ArithmeticError:
        pass
    raise DataError(
        f'column "{name}", row {row}: {value!r} is not an amount in whole minor units of {currency}',
        column=name,
        row=row,
        value=str(value),
        rule=f"a multiple of 1/{factor}",
    )


BLANK_TEXTS = ("", "blank", "na", "n/a", "null", "none")


def answers(values: Column, name: str, blanks: Sequence[str]) -> tuple[list[int | None], dict[str, int]]:
    """Survey answers as integers; what stands for "no answer" becomes missing and is counted by its spelling."""
    told = {blank.strip().lower() for blank in blanks}
    result: list[int | None] = []
    blank_counts: dict[str, int] = {}
    for row, value in enumerate(values.to_list()):
        shown = "" if value is None else _spelled(value)
        if shown.lower() in told or shown.lower() in BLANK_TEXTS:
            blank_counts[shown or "empty"] = blank_counts.get(shown or "empty", 0) + 1
            result.append(None)
        else:
            result.append(_answer(shown, name, row))
    return result, blank_counts


def _spelled(value: Any) -> str:
    if isinstance(value, float):
        return "" if value != value else str(int(value)) if value.is_integer() else str(value)
    return str(value).strip()


def _answer(shown: str, name: str, row: int) -> int:
    try:
        return int(shown)
    except ValueError:
        raise DataError(
            f'column "{name}", row {row}: "{shown}" is not a whole number; if it stands for no answer, say '
            f"--blank {shown!r}",
            column=name,
            row=row,
            value=shown,
            rule="a whole number",
        ) from None


def exact_amount(value: str, name: str, currency: str) -> int:
    """An amount on the command line, in currency units, as minor units."""
    try:
        found = _exact(Decimal(value), 10 ** exponent(currency), name, 0, currency)
    except (ArithmeticError, DataError):
        raise UsageError(f"{name} {value!r} is not an amount in {currency}, as in 120000 or 99.50") from None
    return found


def missing_value(name: str, row: int) -> DataError:
    return DataError(f'column "{name}", row {row}: a value is missing', column=name, row=row, rule="a value in every row")


YES = {"yes", "y", "true", "t", "1"}
NO = {"no", "n", "false", "f", "0"}


def flags(values: Column, name: str) -> list[bool]:
    """Yes/No, true/false or 1/0; anything else, and a missing value, is an error with its row."""
    result = []
    for row, value in enumerate(values.to_list()):
        shown = "" if value is None else _spelled(value)
        if shown.lower() not in YES | NO:
            raise DataError(
                f'column "{name}", row {row}: {shown!r} is neither yes nor no',
                column=name,
                row=row,
                value=shown,
                rule="yes/no, true/false or 1/0",
            )
        result.append(shown.lower() in YES)
    return result


def labels(values: Column, name: str) -> list[str]:
    """Segment names as text; missing is its own segment, "(none)". Bare codes get the name of their column: "region 3"."""
    found = ["(none)" if value is None or (value != value) else _spelled(value) or "(none)" for value in values.to_list()]
    coded = all(label == "(none)" or label.lstrip("-").isdigit() for label in set(found))
    return [f"{name} {label}" if coded and label != "(none)" else label for label in found]
