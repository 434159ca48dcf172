"""Days and calendar periods as callers write them."""

from __future__ import annotations

import datetime

import pytest

import sojourn as sj
from sojourn._frames.periods import date_of, day_of

WRITTEN = [
    *(f"{year:04}{mark}{month:02}{mark}{day:02}" for year in (1, 1969, 2024) for mark in ("", "-")
      for month in (0, 2, 12, 13) for day in (0, 29, 31)),
    *(f"{year:04}{mark}W{week:02}{end}" for year in range(2015, 2027) for mark in ("", "-") for week in (0, 1, 52, 53, 54)
      for end in ("", "1", "7", "8", "-0", "-1", "-7", "-8", "-")),
    *("", "2025", "2025-01", "2025-1-1", "2025-0101", "202501-01", "0000-01-01", "9999-12-31", "9999-W52-5"),
    *("0001-W01-1", "9999-W53-1", "+2025-01-01", " 2025-01-01", "2025-01-01 ", "2025-01-01T00:01", "2025-w01-1", "2025W1"),
]  # fmt: skip


@pytest.mark.parametrize("written", WRITTEN)
def test_a_day_is_what_python_reads_as_one(written: str) -> None:
    try:
        expected = datetime.date.fromisoformat(written.strip())  # blanks around a day are no part of it
    except ValueError:
        with pytest.raises(sj.SchemaError, match="is not a date|has a time of day where a day is wanted"):
            day_of(written, "from")
        return
    if not 1900 <= expected.year < 2200:
        with pytest.raises(sj.SchemaError, match="is not a day between 1900-01-01 and 2199-12-31"):
            day_of(written, "from")
        return
    assert date_of(day_of(written, "from")) == expected
