"""Response rate: surveys answered over surveys delivered."""

from __future__ import annotations

import datetime
from typing import Any

from sojourn import _core
from sojourn._core import Estimate
from sojourn._frames.arguments import checked, is_whole
from sojourn._frames.columns import column
from sojourn._frames.dates import date_reading, day_column
from sojourn._frames.periods import day_or_none
from sojourn.errors import SchemaError
from sojourn.surveys._state import with_options


@checked
def response_rate(
    sent: Any,
    answered: Any = None,
    *,
    delivered: Any = None,
    start: Any = None,
    end: Any = None,
    base: str = "sent_cohort",
    level: float = 0.95,
    method: str = "wilson",
    timezone: datetime.tzinfo | str | None = None,
    date_format: str | None = None,
) -> Estimate:
    """Answered / delivered surveys.

    Either two numbers, or columns with one row per survey: the day it was sent, the day it was answered (missing = not),
    and whether it was delivered. `start` (included) and `end` (excluded) bound the days. `base`: sent_cohort counts answers
    to the surveys of the window; responses_over_delivered counts all answers of the window and may exceed 1. Moments need
    the `timezone` on whose calendar their day is meant; `date_format` states how text writes a day.
    """
    if is_whole(sent):
        if answered is None:
            raise SchemaError("response_rate of numbers needs both: sent and answered")
        days = {"start": start, "end": end, "timezone": timezone, "date_format": date_format}
        for name, given in days.items():
            if given is not None:
                raise SchemaError(f"{name} is about the days of surveys; response_rate of numbers has none")
        counts = _core.surveys.ResponseCounts(sent, sent if delivered is None else delivered, answered)
    else:
        dates = date_reading(timezone, date_format)
        counts = _core.surveys.tally_surveys(
            day_column(column(sent, "sent"), "sent", "sent", dates)[0],
            None if answered is None else day_column(column(answered, "answered"), "answered", "answered", dates)[0],
            None if delivered is None else column(delivered, "delivered"),
            day_or_none(start, "start", date_reading(timezone)),
            day_or_none(end, "end", date_reading(timezone)),
        )
    result = counts.rate(base, level, method)
    return with_options(
        result, counts, base=base, level=level, method=method, start=start, end=end, delivered=delivered is not None
    )
