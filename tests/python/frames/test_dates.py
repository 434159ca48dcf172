"""Days as callers write them."""

from __future__ import annotations

import datetime

import pytest

from sojourn._frames.dates import calendar_day
from sojourn._frames.periods import EPOCH, date_of, days_since
from sojourn.errors import SchemaError


def test_a_date_or_its_text_is_a_day() -> None:
    day = datetime.date(2024, 2, 29)
    assert calendar_day(day) == calendar_day("2024-02-29") == day


def test_an_instant_is_refused_because_its_day_depends_on_a_time_zone() -> None:
    with pytest.raises(SchemaError, match=r"known_until is a day, not an instant: pass known_until\.date\(\)"):
        calendar_day(datetime.datetime(2024, 2, 29), "known_until")


@pytest.mark.parametrize("value", ["2024-02-30", "yesterday", "", None, 20240229, 1.5])
def test_anything_else_names_what_is_accepted(value: object) -> None:
    with pytest.raises(SchemaError, match='as_of is .*; accepted: a datetime.date or "YYYY-MM-DD"'):
        calendar_day(value)


def test_days_count_from_the_epoch_in_both_directions() -> None:
    assert days_since(EPOCH) == 0 and days_since(datetime.date(1969, 12, 31)) == -1
    assert all(days_since(date_of(n)) == n for n in (-719162, -1, 0, 1, 19723, 2932896))
