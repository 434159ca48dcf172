"""Days as they come in, by role: in which order text writes them, whose calendar counts, and which ends mean "open"."""

from __future__ import annotations

import datetime
import os
import zoneinfo
from functools import lru_cache
from importlib import resources
from typing import Any

from sojourn._core.frames import Column, DateReading, read_days, read_ends, read_months
from sojourn._frames.periods import ISO, date_of, day_of
from sojourn.errors import SchemaError

ENDS = frozenset(
    "end ended_on cancelled_on billing_ended_on resumed_on paid_again_on discount_until known_until left_on "
    "expires_at".split()
)
"""Roles in which a far day, 2099-12-31 or one after 2199-12-31, says that something has not ended."""
DAYS = ENDS | frozenset(
    "start service_start service_end full_start full_end unpaid_since paused_on trial_start trial_end purchased_on "
    "known_from term_start term_end renewed_on renewed_until since sent answered day as_of observed_at set_at last_review "
    "last_active renews_on scored_on first_red raised_on".split()
)
"""All roles that hold days."""
MONTHS = frozenset(["month"])


def calendar_day(day: object, name: str = "as_of", reading: DateReading = ISO) -> datetime.date:
    """The date behind a day, in any form that a column of days may have."""
    return date_of(day_of(day, name, reading))


def date_reading(timezone: object = None, date_format: str | None = None) -> DateReading:
    """How days are read. `timezone` is a name of the IANA database, an offset such as "+02:00", or a `tzinfo`."""
    if timezone is None and date_format is None:
        return ISO
    if date_format is not None and not isinstance(date_format, str):
        raise SchemaError(f'date_format is a {type(date_format).__name__}; accepted: text such as "%d/%m/%Y"')
    return DateReading(date_format or "", *_zone(timezone))


def day_reader(role: str) -> str:
    """What reads the column of a role: "days", "ends" (which may be far), "months", or "plain" where it holds no days."""
    return "ends" if role in ENDS else "months" if role in MONTHS else "days" if role in DAYS else "plain"


def day_column(values: Column, name: str, role: str, reading: DateReading = ISO) -> tuple[Column, int]:
    """A column as its role wants it, days read, and how many far days stand for an open end."""
    reader = day_reader(role)
    if reader == "ends":
        return read_ends(values, name, reading)
    if reader == "months" and reading is not ISO and values.type in ("instant", "text", "dictionary"):
        return read_months(values, name, reading), 0
    return (read_days(values, name, reading) if reader == "days" else values), 0


def _zone(timezone: Any) -> tuple[str | None, bytes | None]:
    """The name of a zone, and the bytes of its file where it is no fixed offset."""
    if timezone is None:
        return None, None
    if isinstance(timezone, datetime.timezone):
        return _offset(timezone.utcoffset(None)), None
    name = timezone if isinstance(timezone, str) else getattr(timezone, "key", getattr(timezone, "zone", None))
    if not isinstance(name, str):
        raise SchemaError(f'timezone is {timezone!r}; accepted: a name such as "Europe/Berlin", an offset, or a tzinfo')
    if name in ("UTC", "Z") or name[:1] in ("+", "-"):
        return name, None
    return name, _zone_file(name)


def _offset(ahead: datetime.timedelta) -> str:
    minutes = int(ahead.total_seconds() // 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


@lru_cache(maxsize=64)
def _zone_file(name: str) -> bytes:
    """The file of a zone, where Python itself would find it."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise SchemaError(f'timezone "{name}" is no zone of the IANA database, such as "Europe/Berlin"') from None
    for directory in zoneinfo.TZPATH:
        path = os.path.join(directory, *name.split("/"))
        if os.path.isfile(path):
            with open(path, "rb") as file:
                return file.read()
    return resources.files("tzdata.zoneinfo").joinpath(name).read_bytes()
