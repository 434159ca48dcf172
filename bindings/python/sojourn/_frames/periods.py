"""Calendar periods by their labels: "2024-12" is a month, "2024-Q4" a quarter, "2024" a year."""

from __future__ import annotations

import datetime
import re

from sojourn._core.frames import (
    Column,
    DateReading,
    first_day as first_day,
    month_of as month_of,
    read_day,
    read_period,
    read_periods,
)
from sojourn.errors import SchemaError

MONTHS_EACH = {"month": 1, "quarter": 3, "year": 12}
EPOCH = datetime.date(1970, 1, 1)
ISO = DateReading()
"""Dates as ISO 8601 writes them, without a time zone."""


def span_of(period: object) -> tuple[int, int]:
    """First month (months since 1970-01) and number of months of a label, or the month of a date."""
    return read_period(_label(period))


def days_of(period: object, *, dates: bool) -> tuple[int, int]:
    """The days [first, end) of a label; with `dates` a date stands for the empty span before it."""
    written = isinstance(period, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", period) is not None
    if dates and (written or isinstance(period, datetime.date)):
        end = day_of(period, "period")
        return end, end
    month, months = span_of(period)
    return first_day(month), first_day(month + months)


def days_since(day: datetime.date) -> int:
    """Days from 1970-01-01 to `day`, the number that the core counts in."""
    return day.toordinal() - EPOCH.toordinal()


def day_of(when: object, name: str, reading: DateReading = ISO) -> int:
    """Days since 1970 of a day in any form that a column of days may have; a time of day needs a time zone."""
    when = when.as_py() if hasattr(when, "as_py") else when
    try:
        held = Column.from_sequence([when], name=name)
    except SchemaError:
        raise _not_a_day(when, name) from None
    if held.type not in ("date", "instant", "text"):
        raise _not_a_day(when, name)
    return read_day(held, name, reading)


def day_or_none(when: object, name: str, reading: DateReading = ISO) -> int | None:
    """Days since 1970, or None where no day is given."""
    return None if when is None else day_of(when, name, reading)


def date_of(day: int) -> datetime.date:
    """The date that lies `day` days after 1970-01-01."""
    return datetime.date.fromordinal(day + EPOCH.toordinal())


def grid(first: object, last: object, by: str) -> tuple[int, int, int]:
    """First month, months in a period, number of periods from `first` to the end of `last`."""
    return read_periods(_label(first), _label(last), by)


def _label(period: object) -> str:
    """The label itself, or that of the month of a date."""
    if isinstance(period, datetime.date):
        return f"{period.year:04}-{period.month:02}"
    if isinstance(period, str):
        return period
    raise SchemaError(f'period {period!r} is not a month "2024-12", a quarter "2024-Q4" or a year "2024"')


def _not_a_day(when: object, name: str) -> SchemaError:
    shown = repr(when) if isinstance(when, (str, int, float, type(None))) else f"of type {type(when).__name__}"
    return SchemaError(f'{name} {shown} is not a date such as "2025-01-01"')
