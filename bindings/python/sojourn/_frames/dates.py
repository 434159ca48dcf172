"""Days as callers write them: a `datetime.date` or "YYYY-MM-DD"."""

from __future__ import annotations

import datetime

from sojourn.errors import SchemaError


def calendar_day(day: object, name: str = "as_of") -> datetime.date:
    """The date behind `day`. An instant is refused, because the day it falls on depends on a time zone."""
    if isinstance(day, datetime.datetime):
        raise SchemaError(f"{name} is a day, not an instant: pass {name}.date()")
    if isinstance(day, datetime.date):
        return day
    if isinstance(day, str):
        try:
            return datetime.date.fromisoformat(day)
        except ValueError:
            pass
    raise SchemaError(f'{name} is {day!r}; accepted: a datetime.date or "YYYY-MM-DD"')
