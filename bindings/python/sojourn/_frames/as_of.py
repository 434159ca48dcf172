"""The first day that is not known where the caller names none: nothing from that day on has happened yet."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from itertools import compress
from typing import TypeVar

from sojourn._core.frames import Column
from sojourn._frames.input_warning import warn
from sojourn._frames.periods import date_of, days_since

_AFTER_LATEST = "the day after the latest date of the rows"
_NO_DATE = days_since(datetime.date(1900, 1, 1))
"""What tables without rows have for the day after their latest date: the first day there is."""

Made = TypeVar("Made")


def default_as_of(after_latest: int) -> tuple[int, str]:
    """The earlier of today and the day after the latest date, in days since 1970, and why it is that day. Warns once."""
    today = days_since(_today())
    if after_latest <= _NO_DATE:
        day, reason = today, "today, because the rows hold no date"
    elif after_latest <= today:
        day, reason = after_latest, _AFTER_LATEST
    else:
        day = today
        reason = f"today, because dates of the rows reach to {date_of(after_latest - 1)}"
    warn(f"as_of was not given: {date_of(day)} is {reason}; say as_of= to choose the first day that is not known")
    return day, reason


def made_by_default(
    make: Callable[[int | None], Made], after_latest: Callable[[Made], int], as_of: int | None
) -> tuple[Made, int | None, str]:
    """What `make` returns for `as_of`, the day that holds, and why where it is the default; made again where today holds."""
    made = make(as_of)
    if as_of is not None:
        return made, as_of, ""
    day, reason = default_as_of(after_latest(made))
    return (made if day == after_latest(made) else make(day)), day, reason


def day_after_latest(*days: Column) -> int:
    """The day after the latest date of some columns, in days since 1970; 1900-01-01 where they hold none."""
    latest = _NO_DATE - 1
    for held in days:
        read = held.convert("day", name="as_of")
        present = compress(read.storage().to_list(), read.present.to_list()) if read.null_count else read.storage().to_list()
        latest = max(latest, max(present, default=latest))
    return latest + 1


def _today() -> datetime.date:
    return datetime.date.today()
