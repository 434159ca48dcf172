"""Response rate: surveys answered over surveys delivered."""

from __future__ import annotations

from typing import Any

from sojourn import _core
from sojourn._core import Estimate
from sojourn._frames.arguments import checked
from sojourn._frames.columns import column
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
) -> Estimate:
    """Answered / delivered surveys.

    Either two numbers, or columns with one row per survey: the day it was sent, the day it was answered (missing = not),
    and whether it was delivered. `start` (included) and `end` (excluded) bound the days. `base`: sent_cohort counts answers
    to the surveys of the window; responses_over_delivered counts all answers of the window and may exceed 1.
    """
    if hasattr(sent, "__index__"):
        if answered is None:
            raise SchemaError("response_rate of numbers needs both: sent and answered")
        for name, day in (("start", start), ("end", end)):
            if day is not None:
                raise SchemaError(f"{name} bounds the days of surveys; response_rate of numbers has none")
        counts = _core.surveys.ResponseCounts(sent, sent if delivered is None else delivered, answered)
    else:
        counts = _core.surveys.tally_surveys(
            column(sent, "sent"),
            None if answered is None else column(answered, "answered"),
            None if delivered is None else column(delivered, "delivered"),
            day_or_none(start, "start"),
            day_or_none(end, "end"),
        )
    result = counts.rate(base, level, method)
    return with_options(result, counts, base=base, level=level, method=method, start=start, end=end)
