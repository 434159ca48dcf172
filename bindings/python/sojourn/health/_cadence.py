"""Reviews: when each account is due next, and which are overdue."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from sojourn import _core
from sojourn._frames.arguments import checked
from sojourn._frames.columns import OpenTable, columns
from sojourn._frames.dates import calendar_day, date_reading
from sojourn._frames.periods import days_since
from sojourn._frames.table import Table
from sojourn.errors import SchemaError


@checked
class Cadence(Table):
    """Next review of every account, and how many are overdue, due now or were never reviewed."""

    def __init__(self, found: Mapping[str, Any], counts: Mapping[str, int], options: Mapping[str, Any]) -> None:
        super().__init__(found, options={**options, **counts}, title="Reviews")
        self.overdue: int = counts["overdue"]
        self.due_now: int = counts["due_now"]
        self.never_reviewed: int = counts["never_reviewed"]


@checked
def cadence(
    table: Any,
    *,
    as_of: datetime.date | str,
    last_review: str = "last_review",
    account: str = "account_id",
    segment: str | None = None,
    by_segment: Mapping[str, str] | None = None,
    every: str = "3 months",
    timezone: datetime.tzinfo | str | None = None,
    date_format: str | None = None,
) -> Cadence:
    """When each account is reviewed next: account, next_due, days_overdue, overdue.

    Cadences are "3 months" or "14 days"; `by_segment` gives some segments their own. Months clamp to the end of the month:
    31 January plus one month is 29 February 2024. An account without a review is due on `as_of`.
    Moments need the `timezone` on whose calendar their day is meant; `date_format` states how text writes a day.
    """
    found = columns(
        OpenTable(table, date_reading(timezone, date_format)),
        {"account": account, "last_review": last_review, "segment": segment},
    )
    keys = found.pop("account")
    if by_segment and segment is None:
        raise SchemaError("by_segment needs the name of the segment column: pass segment=")
    day = calendar_day(as_of, "as_of", date_reading(timezone))
    plan = _core.health.cadence(found, dict(by_segment or {}), every, days_since(day))
    shown: dict[str, Any] = {"account": keys, **({"segment": found["segment"]} if segment else {}), **plan["columns"]}
    return Cadence(shown, plan["counts"], {"as_of": day.isoformat(), "every": every, "by_segment": dict(by_segment or {})})
