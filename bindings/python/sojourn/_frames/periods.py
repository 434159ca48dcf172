"""Calendar periods by their labels: "2024-12" is a month, "2024-Q4" a quarter, "2024" a year."""

from __future__ import annotations

import datetime
import re

from sojourn.errors import SchemaError

MONTHS_EACH = {"month": 1, "quarter": 3, "year": 12}
EPOCH = datetime.date(1970, 1, 1)


def span_of(period: object) -> tuple[int, int]:
    """First month (months since 1970-01) and number of months of a label, or the month of a date."""
    if isinstance(period, datetime.date):
        return (period.year - 1970) * 12 + period.month - 1, 1
    found = re.fullmatch(r"(\d{4})(?:-(?:(\d{2})|Q([1-4])))?", period) if isinstance(period, str) else None
    if found is None or (found[2] is not None and not 1 <= int(found[2]) <= 12):
        raise SchemaError(f'period {period!r} is not a month "2024-12", a quarter "2024-Q4" or a year "2024"')
    year = (int(found[1]) - 1970) * 12
    if found[2] is not None:
        return year + int(found[2]) - 1, 1
    if found[3] is not None:
        return year + 3 * (int(found[3]) - 1), 3
    return year, 12


def days_of(period: object, *, dates: bool) -> tuple[int, int]:
    """The days [first, end) of a label; with `dates` a date stands for the empty span before it."""
    written = isinstance(period, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", period) is not None
    if dates and (written or isinstance(period, datetime.date)):
        end = day_of(period, "period")
        return end, end
    month, months = span_of(period)
    return first_day(month), first_day(month + months)


def first_day(month: int) -> int:
    """Days since 1970 of the first day of a month."""
    return days_since(datetime.date(1970 + month // 12, month % 12 + 1, 1))


def days_since(day: datetime.date) -> int:
    """Days from 1970-01-01 to `day`, the number that the core counts in."""
    return day.toordinal() - EPOCH.toordinal()


def day_of(when: object, name: str) -> int:
    """Days since 1970 of a date or an ISO text."""
    try:
        if isinstance(when, datetime.datetime):
            raise ValueError
        date = when if isinstance(when, datetime.date) else datetime.date.fromisoformat(str(when))
    except ValueError:
        raise SchemaError(f'{name} {when!r} is not a date such as "2025-01-01"') from None
    return days_since(date)


def day_or_none(when: object, name: str) -> int | None:
    """Days since 1970, or None where no day is given."""
    return None if when is None else day_of(when, name)


def date_of(day: int) -> datetime.date:
    """The date that lies `day` days after 1970-01-01."""
    return datetime.date.fromordinal(day + EPOCH.toordinal())


def month_of(day: int) -> int:
    date = date_of(day)
    return (date.year - 1970) * 12 + date.month - 1


def grid(first: object, last: object, by: str) -> tuple[int, int, int]:
    """First month, months in a period, number of periods from `first` to the end of `last`."""
    if by not in MONTHS_EACH:
        raise SchemaError(f'by "{by}" is not one of month, quarter, year')
    start = span_of(first)[0]
    last_start, last_months = span_of(last)
    months, each = last_start + last_months - start, MONTHS_EACH[by]
    if months <= 0:
        raise SchemaError(f"period {last!r} comes before {first!r}")
    if months % each:
        raise SchemaError(f"{first!r} to {last!r} are {months} months, not a whole number of {by}s")
    return start, each, months // each
