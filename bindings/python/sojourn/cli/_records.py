"""JSON: an array of objects, or one object on each line. Numbers keep every digit; text stays text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

from sojourn.errors import DataError


@dataclass(frozen=True, kw_only=True)
class Records:
    """The objects of a file with the line that each begins in, where it is known."""

    names: list[str]
    rows: list[Mapping[str, Any]]
    lines: list[int] | None

    def cells(self, name: str, file: str) -> list[Any]:
        """The values of one column: text, whole numbers, decimals or truth values. Nested ones are an error."""
        found = [row.get(name) for row in self.rows]
        for row, value in enumerate(found):
            if isinstance(value, (dict, list)):
                kind = "an object" if isinstance(value, dict) else "an array"
                raise DataError(
                    f'{file}: column "{name}", row {row}: the value is {kind}; a column holds text, numbers, true and false',
                    column=name,
                    row=row,
                    value=json.dumps(value, default=str)[:80],
                    rule="one value in each cell",
                )
        return found


def read_records(text: str, name: str) -> Records:
    """Reads an array of objects, or lines of one object each."""
    reader = json.JSONDecoder(
        parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=lambda pairs: _object(pairs, name)
    )
    stripped = text.lstrip()
    if stripped.startswith("["):
        rows, lines = _array(reader, text, name), None
    else:
        rows, lines = _lines(reader, text, name)
    return Records(names=list(dict.fromkeys(key for row in rows for key in row)), rows=rows, lines=lines)


def _array(reader: json.JSONDecoder, text: str, name: str) -> list[Mapping[str, Any]]:
    try:
        found = reader.decode(text)
    except ValueError as error:
        raise _broken(name, error) from None
    for row, value in enumerate(found):
        if not isinstance(value, dict):
            raise DataError(
                f"{name}: row {row} is {type(value).__name__}, not an object", row=row, rule="an array of objects"
            )
    return list(found)


def _lines(reader: json.JSONDecoder, text: str, name: str) -> tuple[list[Mapping[str, Any]], list[int]]:
    rows: list[Mapping[str, Any]] = []
    lines: list[int] = []
    at = line = 0
    while (begin := _begin(text, at)) < len(text):
        line += text.count("\n", at, begin)
        try:
            value, end = reader.raw_decode(text, begin)
        except ValueError as error:
            raise _broken(name, error) from None
        if not isinstance(value, dict):
            raise DataError(
                f"{name}: line {line + 1} is not an object", rule="an array of objects, or one object on each line"
            )
        rows.append(value)
        lines.append(line + 1)
        line += text.count("\n", begin, end)
        at = end
    return rows, lines


def _begin(text: str, at: int) -> int:
    """Where the next object begins, after white space."""
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def _broken(name: str, error: ValueError) -> DataError:
    if isinstance(error, DataError):
        return error
    at = f"line {error.lineno}, column {error.colno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else str(error)
    return DataError(
        f"{name}: {at}; a file of records is an array of objects, or one object on each line",
        rule="JSON",
    )


def _object(pairs: list[tuple[str, Any]], name: str) -> Mapping[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        repeated = sorted({key for key, _ in pairs if sum(other == key for other, _ in pairs) > 1})
        raise DataError(
            f"{name}: an object has {', '.join(repeated)} several times; give each value a name of its own",
            column=repeated[0],
            rule="one column of each name",
        )
    return found


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON number")
