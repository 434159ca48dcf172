"""Where a list begins and ends in a file that nobody described: encoding, separator, line of names, lines that are no rows.

Nothing here decides how a file is read; `sojourn inspect` prints what it finds for a person to take or leave.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sojourn.cli._decode import decode
from sojourn.cli._delimited import SEPARATORS
from sojourn.cli._layout import is_blank, looks_like_no_row
from sojourn.errors import DataError

_SAMPLE_BYTES = 60
_VALUE = re.compile(r"^\W*[0-9][0-9.,/:\- \u00a0'\u2019]*\W*$|^[^\w]?\s?[0-9].*[0-9]\s?[^\w]?$")


@dataclass(frozen=True, kw_only=True)
class ListLines:
    """The lines of a list: names, rows, and what stands around them."""

    header_line: int
    names: Sequence[str]
    lines: Sequence[int]
    rows: Sequence[Sequence[str]]
    no_rows: Sequence[str]
    """What the lines begin with that are no rows."""
    around: str
    """The text above the names and of the lines that are no rows."""


def encodings_of(data: bytes, name: str) -> list[tuple[str | None, str]]:
    """The encodings that a file can be read in, the likeliest first, each with a piece of text; None is the default one."""
    try:
        decode(data, name, None)
        return [(None, "")]
    except DataError:
        pass
    readings = []
    for encoding in ("gb18030", "cp1252", "utf-16-le", "utf-16-be"):
        try:
            text, _ = decode(data, name, encoding)
        except DataError:
            continue
        readings.append((encoding, _piece(data, text, encoding)))
    likeliest = "gb18030" if _in_pairs(data) else "cp1252"
    return sorted(readings, key=lambda reading: reading[0] != likeliest)


def separator_of(text: str) -> str:
    """The separator that gives the most lines of one width."""
    widths = {
        separator: Counter(len(row) for row in rows_of(text, separator)[1] if len(row) > 1) for separator in SEPARATORS
    }
    return max(SEPARATORS, key=lambda separator: max(widths[separator].values(), default=0))


def rows_of(text: str, separator: str) -> tuple[list[int], list[list[str]]]:
    """Every line that holds something, and its number."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    lines, rows, begin = [], [], 1
    for row in reader:
        lines.append(begin)
        rows.append([cell.strip() for cell in row])
        begin = reader.line_num + 1
    return lines, rows


def list_in(lines: Sequence[int], rows: Sequence[Sequence[str]], header_line: int | None) -> ListLines | None:
    """The list in these lines, or None where nothing looks like one."""
    held = [(line, row) for line, row in zip(lines, rows, strict=True) if not is_blank(row)]
    begin = (
        _names_among(held) if header_line is None else next((i for i, one in enumerate(held) if one[0] == header_line), -1)
    )
    if begin < 0:
        return None
    names = held[begin][1]
    kept, patterns = [], []
    for line, row in held[begin + 1 :]:
        wide = [*row, *[""] * (len(names) - len(row))]
        pattern = looks_like_no_row(wide)
        if pattern is None:
            kept.append((line, wide[: len(names)]))
        else:
            patterns.append(pattern)
    outside = [row for line, row in held[:begin]] + [row for line, row in held[begin + 1 :] if looks_like_no_row(row)]
    return ListLines(
        header_line=held[begin][0],
        names=names,
        lines=[line for line, _ in kept],
        rows=[row for _, row in kept],
        no_rows=list(dict.fromkeys(patterns)),
        around=" ".join(" ".join(row) for row in outside),
    )


def _names_among(held: Sequence[tuple[int, Sequence[str]]]) -> int:
    """The first line as wide as most, in which no cell is a value, above a line in which one is."""
    usual = Counter(sum(bool(cell) for cell in row) for _, row in held).most_common(1)
    for i in range(len(held) - 1):
        filled = [cell for cell in held[i][1] if cell]
        wide = len(filled) >= max(1, usual[0][0] * 0.75)
        if wide and not any(map(is_value, filled)) and any(map(is_value, held[i + 1][1])):
            return i
    return -1


def is_value(cell: str) -> bool:
    """Whether a cell is a number, an amount or a day, which names are not."""
    return _VALUE.fullmatch(cell) is not None


def _in_pairs(data: bytes) -> bool:
    """Whether bytes above ASCII come in the pairs of common Chinese characters; letters with accents stand alone."""
    runs = re.findall(rb"[\x80-\xff]+", data)
    return bool(runs) and sum(len(run) % 2 == 0 for run in runs) >= 0.9 * len(runs)


def _piece(data: bytes, text: str, encoding: str) -> str:
    """The text around the first character that is not ASCII."""
    at = next((i for i, character in enumerate(text) if ord(character) > 127), 0)
    line = text[max(0, at - _SAMPLE_BYTES // 2) : at + _SAMPLE_BYTES // 2]
    return next((part.strip() for part in line.splitlines() if any(ord(c) > 127 for c in part)), "")
