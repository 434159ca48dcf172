"""Numbers as files write them: 1234.5, 1,234.50, 1.234,50, 1 234,50. What a mark means the column shows, or it is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sojourn.cli._usage import UsageError
from sojourn.errors import DataError

_SPACES = " \u00a0\u202f\u2009"
_PLAIN = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_SCIENTIFIC = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]{1,3}")
_MARKED = re.compile(rf"[0-9][0-9.,'\u2019{_SPACES}]*[0-9]|[0-9]")
_GROUPED = {
    mark: re.compile(
        rf"([+-]?)([0-9]{{1,3}})(?:([{other}'\u2019{_SPACES}])[0-9]{{3}}(?:\3[0-9]{{3}})*)(?:{re.escape(mark)}([0-9]+))?"
    )
    for mark, other in ((".", ","), (",", "."))
}
_UNGROUPED = {mark: re.compile(rf"[+-]?[0-9]+(?:{re.escape(mark)}[0-9]+)?") for mark in (".", ",")}
MARKS = {".": "point", ",": "comma"}


def text_of(value: Any) -> str | None:
    """A cell as text; numbers of typed files keep every digit."""
    if value is None or value != value:
        return None
    if isinstance(value, Decimal):
        return format(value, "f")
    return (
        format(Decimal(repr(value)), "f") if isinstance(value, float) and abs(value) < float("inf") else str(value)
    ).strip()


def decimal_mark(cells: Iterable[str | None], name: str, *, amounts: bool = False, places: int = 2) -> str:
    """The decimal mark of a column: a point where no cell says otherwise. A column that can be read both ways is an error.

    Among `amounts` 1.000 may be a thousand as well, unless a cell has more than `places` decimals.
    """
    shown: dict[str, str] = {}
    unclear: dict[str, str] = {}
    for written in dict.fromkeys(cells):
        cell = None if written is None else _number_in(written)
        if cell is not None and ("," in cell or "." in cell):
            mark, certain = _mark_of(cell)
            (shown if certain else unclear).setdefault(mark, cell)
            if not certain and mark == "." and len(cell.rpartition(".")[2].rstrip("0")) > places:
                shown.setdefault(mark, cell)
    if len(shown) > 1:
        raise UsageError(
            f'column "{name}" has {shown["."]!r} and {shown[","]!r}: which mark stands before the decimals? Say --decimal . '
            "or --decimal ,"
        )
    if shown:
        return next(iter(shown))
    doubtful = unclear.get(",") or (unclear.get(".") if amounts else None)
    if doubtful is not None:
        whole = doubtful.replace(",", "").replace(".", "")
        raise UsageError(
            f'column "{name}": {doubtful!r} may be {whole} or {doubtful.replace(",", ".")}; say --decimal . or --decimal , '
            "for the mark before the decimals"
        )
    return "."


def _number_in(cell: str) -> str | None:
    """The number of a cell that may have a sign or code of a currency."""
    found = _MARKED.search(cell)
    return None if found is None else found[0]


def has_decimals(cell: str, mark: str) -> bool:
    """Whether the number of a cell is no whole number."""
    number = _number_in(cell)
    return number is not None and (plain_number(number, mark) or "").partition(".")[2].rstrip("0") != ""


def _mark_of(cell: str) -> tuple[str, bool]:
    """The mark before the decimals of a number with points or commas, and whether it can be no other."""
    last = max(cell.rfind("."), cell.rfind(","))
    mark, other = cell[last], "," if cell[last] == "." else "."
    if other in cell:
        return mark, True
    if cell.count(mark) > 1:
        return other, True
    before, after = cell[:last].lstrip("+-"), cell[last + 1 :]
    grouped = len(after) == 3 and len(before) <= 3 and before.isdigit() and not before.startswith("0")
    return mark, not grouped


def plain_number(cell: str, mark: str) -> str | None:
    """The number with a decimal point and without groups, or None where the cell is no number."""
    if mark == "." and _PLAIN.fullmatch(cell) is not None:
        return cell
    if _UNGROUPED[mark].fullmatch(cell) is not None:
        return cell.replace(mark, ".")
    if (found := _GROUPED[mark].fullmatch(cell)) is not None:
        whole = "".join(c for c in cell[: len(cell) - len(found[4] or "") - (found[4] is not None)] if c in "+-0123456789")
        return whole if found[4] is None else f"{whole}.{found[4]}"
    return None


def numbers(values: Sequence[Any], name: str, decimal: str | None) -> list[float | None]:
    """A column of numbers; an empty cell is missing, anything else that is no number an error with its row."""
    cells = [text_of(value) or None for value in values]
    mark = decimal or decimal_mark(cells, name)
    read: dict[str, float] = {}
    found: list[float | None] = []
    for row, cell in enumerate(cells):
        if cell is not None and cell not in read:
            plain = cell if _SCIENTIFIC.fullmatch(cell) is not None else plain_number(cell, mark)
            if plain is None:
                raise not_a_number(name, row, cell, mark)
            read[cell] = float(plain)
        found.append(None if cell is None else read[cell])
    return found


def not_a_number(name: str, row: int, cell: str, mark: str) -> DataError:
    """The error for a cell that is no number with this decimal mark."""
    return DataError(
        f'column "{name}", row {row}, value {cell!r}: not a number with a decimal {MARKS[mark]}; correct the cell, or say '
        "--decimal for the mark before the decimals",
        column=name,
        row=row,
        value=cell,
        rule=f"a number with a decimal {MARKS[mark]}",
    )
