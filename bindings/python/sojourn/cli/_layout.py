"""Where the rows of a list stand among titles, totals and foot lines: said by the user, and counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from sojourn.cli._usage import UsageError
from sojourn.errors import DataError


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How a list is laid out: the line of names, and what begins a line that is no row."""

    header_line: int | None = None
    leave_out: Sequence[str] = ()

    def lines_of(self, lines: Sequence[int], rows: Sequence[Sequence[Any]], file: str) -> Held:
        """The line of names and the rows below it; blank lines are no rows."""
        if self.header_line is None:
            if not rows or not any(_filled(cell) for cell in rows[0]):
                raise DataError(
                    f"{file}: the file is empty, or its first line is; the first line names the columns, or --header-line N "
                    "says which one does",
                    rule="a line of names",
                )
            begin = 0
        else:
            begin = next((i for i, line in enumerate(lines) if line == self.header_line), -1)
            if begin < 0 or not any(_filled(cell) for cell in rows[begin]):
                last = f" and the last of {lines[-1]} lines" if lines else ""
                raise UsageError(
                    f"{file}: --header-line {self.header_line} is blank{last}; say the line that names the columns"
                )
        left = {pattern: 0 for pattern in self.leave_out}
        kept: list[int] = []
        for i in range(begin + 1, len(rows)):
            pattern = self._pattern_of(rows[i]) if self.leave_out else None
            if pattern is None:
                kept.append(i)
            else:
                left[pattern] += 1
        return Held(
            names=rows[begin],
            header_line=lines[begin],
            lines=[lines[i] for i in kept],
            rows=[rows[i] for i in kept],
            left=left,
        )

    def _pattern_of(self, row: Sequence[Any]) -> str | None:
        first = next((str(cell).strip() for cell in row if _filled(cell)), "")
        return next((pattern for pattern in self.leave_out if fnmatchcase(first, pattern)), None)


@dataclass(frozen=True, kw_only=True)
class Held:
    """The lines of a list that carry names and values."""

    names: Sequence[Any]
    header_line: int
    lines: Sequence[int]
    rows: Sequence[Sequence[Any]]
    left: dict[str, int] = field(default_factory=dict)
    """By what they begin with: how many lines were left out."""

    @property
    def described(self) -> str:
        """For the reader of the page: what stands around the rows."""
        parts = [f"names on line {self.header_line}"] if self.header_line > 1 else []
        parts += [f"{_lines(count)} left out as {pattern!r}" for pattern, count in self.left.items()]
        return "".join(f", {part}" for part in parts)


_TOTALS = frozenset(
    ("total", "subtotal", "grand total", "sum", "summe", "gesamt", "gesamtsumme", "total général", "totale")
    + ("合计", "总计", "小计", "總計", "合計")
)
_FOOT = (
    "generated*",
    "created*",
    "exported*",
    "printed*",
    "page *",
    "stand *",
    "confidential*",
    "copyright*",
    "©*",
    "导出*",
    "生成*",
)


def looks_like_no_row(row: Sequence[Any]) -> str | None:
    """What to say to leave out a line that begins like a total or a foot line, or None."""
    filled = [str(cell).strip() for cell in row if _filled(cell)]
    if not filled or len(filled) > max(1, len(row) // 2):
        return None
    first = filled[0]
    if first.rstrip(":").lower() in _TOTALS:
        return first
    if len(filled) == 1 and any(fnmatchcase(first.lower(), pattern) for pattern in _FOOT):
        return f"{first.split()[0]}*"
    return None


def is_blank(row: Sequence[Any]) -> bool:
    """Whether no cell of a line holds anything."""
    return not any(_filled(cell) for cell in row)


def hint(row: Sequence[Any] | None, quote: Callable[[str], str] = repr) -> str:
    """What to say about a line that is no row."""
    pattern = None if row is None else looks_like_no_row(row)
    return "" if pattern is None else f"; the line looks like a total or a foot line: --leave-out {quote(pattern)}"


def _filled(cell: Any) -> bool:
    return cell is not None and str(cell).strip() != ""


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count:,} lines"
