"""Dates as text files write them. YYYY-MM-DD is read as it is; any other order is stated by --date-format, or asked for."""

from __future__ import annotations

import datetime
import re
from functools import lru_cache

from sojourn._core.frames import Column
from sojourn.cli._usage import UsageError
from sojourn.errors import DataError

_WORDS = {"%d": "(?P<d>[0-9]{1,2})", "%m": "(?P<m>[0-9]{1,2})", "%Y": "(?P<Y>[0-9]{4})"}
_SPELLED = {"DD": "%d", "MM": "%m", "YYYY": "%Y"}
_PARTS = re.compile(r"([0-9]{1,4})([./ -])([0-9]{1,2})\2([0-9]{1,4})")


def iso_days(values: Column, name: str, date_format: str | None) -> Column:
    """A column of days whose text is YYYY-MM-DD. Columns that hold dates already stay as they are."""
    if values.type not in ("text", "dictionary"):
        return values
    cells = values.to_list()
    read: dict[str, str] = {}
    for row, cell in enumerate(cells):
        if cell is not None and cell not in read:
            read[cell] = _iso(cell.strip(), name, row, date_format)
    return Column.from_sequence([None if cell is None else read[cell] or None for cell in cells], name=name)


def _iso(cell: str, name: str, row: int, date_format: str | None) -> str:
    if date_format is None:
        if (found := _PARTS.fullmatch(cell)) is not None and (len(found[1]) != 4 or found[2] != "-"):
            raise _another_order(cell, found, name, row)
        return cell
    if not cell:
        return cell
    written = _pattern(date_format).fullmatch(cell)
    try:
        if written is not None:
            return datetime.date(int(written["Y"]), int(written["m"]), int(written["d"])).isoformat()
    except ValueError:
        pass
    raise DataError(
        f'column "{name}", row {row}, value {cell!r}: is not a date written as --date-format {date_format} says',
        column=name,
        row=row,
        value=cell,
        rule=f"a date as {date_format}",
    )


@lru_cache(maxsize=8)
def _pattern(date_format: str) -> re.Pattern[str]:
    """The format as a pattern: %d, %m and %Y, or DD, MM and YYYY; anything else stands for itself."""
    marked = re.sub("YYYY|DD|MM", lambda word: _SPELLED[word[0]], date_format)
    parts = re.split("(%.|YY)", marked)
    if "%y" in parts or "YY" in parts:
        raise UsageError(f"--date-format {date_format}: a year of two digits does not say its century; write four, as %Y")
    unknown = [part for part in parts if part.startswith("%") and part not in _WORDS]
    if unknown or sorted(part for part in parts if part in _WORDS) != sorted(_WORDS):
        raise UsageError(f"--date-format {date_format!r} has %d, %m and %Y once each, as in %d/%m/%Y or DD.MM.YYYY")
    return re.compile("".join(_WORDS.get(part, re.escape(part)) for part in parts))


def _another_order(cell: str, found: re.Match[str], name: str, row: int) -> DataError:
    """The readings of a date in another order than YYYY-MM-DD, and how to choose one."""
    sign = found[2]
    orders = {"%d%s%m%s%Y": (found[4], found[3], found[1]), "%m%s%d%s%Y": (found[4], found[1], found[3])}
    if len(found[1]) == 4:
        orders = {"%Y%s%m%s%d": (found[1], found[3], found[4]), "%Y%s%d%s%m": (found[1], found[4], found[3])}
    readings = []
    for order, (year, month, day) in orders.items():
        try:
            meant = datetime.date(int(year), int(month), int(day))
        except ValueError:
            continue
        if len(year) == 4:
            readings.append(f"{meant} with --date-format {order.replace('%s', sign)!r}")
    advice = f"it is {' or '.join(readings)}" if readings else "write it as YYYY-MM-DD, with a year of four digits"
    return DataError(
        f'column "{name}", row {row}, value {cell!r}: is not written as YYYY-MM-DD; {advice}',
        column=name,
        row=row,
        value=cell,
        rule="YYYY-MM-DD, or the order that --date-format states",
    )
