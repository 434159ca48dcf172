"""Engagement: usage events as signals per account, and control charts that detect a drop."""

from __future__ import annotations

import datetime
from typing import Any, Literal

from sojourn import _core
from sojourn._frames.arguments import checked
from sojourn._frames.columns import OpenTable, column, columns
from sojourn._frames.dates import calendar_day, date_reading
from sojourn._frames.periods import days_since
from sojourn._frames.table import Table
from sojourn.errors import SchemaError


@checked
def engagement(
    events: Any,
    *,
    account: str = "account_id",
    day: str = "day",
    feature: str | None = None,
    count: str | None = None,
    volume: str | None = None,
    breadth: str | None = None,
    as_of: datetime.date | str,
    timezone: datetime.tzinfo | str | None = None,
    date_format: str | None = None,
    window: int = 28,
    min_base: int = 5,
) -> Table:
    """Usage signals of the `window` days before `as_of`, one row per account with any usage before it.

    An event is one row, or `count` of them (a weekly panel); features are named by `feature` or counted by `breadth`.
    The card "engagement" reads logins_wk, features and uploads_gb (events per week, features, volume per week). Changes
    compare with the window before; they are NaN where that held fewer than `min_base` events or active days. Moments of use
    need the `timezone` on whose calendar their day is meant; `date_format` states how text writes a day.
    """
    roles = {"account": account, "day": day, "feature": feature, "count": count, "volume": volume, "breadth": breadth}
    given = columns(OpenTable(events, date_reading(timezone, date_format)), roles)
    until = calendar_day(as_of, "as_of", date_reading(timezone))
    found = _core.health.engagement(
        given["account"],
        given["day"],
        given.get("feature"),
        given.get("count"),
        given.get("volume"),
        given.get("breadth"),
        days_since(until),
        window,
        min_base,
    )
    excluded = {name: found.pop(name) for name in ("uncounted", "without_volume")}
    named = {"account": account, "events_per_week": "logins_wk", "breadth": "features", "volume_per_week": "uploads_gb"}
    result = {named.get(name, name): values for name, values in found.items()}
    if len(result) < len(found):
        raise SchemaError(f'the account column is named "{account}", like a signal; rename it')
    options = {"as_of": until.isoformat(), "window": window, "min_base": min_base, **excluded}
    return Table(result, options=options, title="Engagement")


@checked
def ewma_chart(
    series: Any,
    *,
    target: float,
    sigma: float,
    weight: float = 0.3,
    width: float = 3.0,
    limits: Literal["settled", "exact"] = "settled",
    gap: Literal["carry_on", "restart"] = "carry_on",
) -> Table:
    """A moving average with limits, oldest first: detects slow drops that single points hide. value, low, high, signal."""
    found = _core.health.ewma_chart(column(series, "series"), target, sigma, weight, width, limits, gap)
    options = {"target": target, "sigma": sigma, "weight": weight, "width": width, "limits": limits, "gap": gap}
    return Table(found, options=options, plot=_draw_ewma, title="EWMA chart")


@checked
def cusum_chart(
    series: Any, *, target: float, slack: float, limit: float, gap: Literal["carry_on", "restart"] = "carry_on"
) -> Table:
    """Running sums of what exceeds `target` by more than `slack`; alarm above `limit`. rise, fall, signal."""
    found = _core.health.cusum_chart(column(series, "series"), target, slack, limit, gap)
    return Table(found, options={"target": target, "slack": slack, "limit": limit, "gap": gap}, title="CUSUM chart")


def _draw_ewma(table: Table, ax: Any) -> None:
    ax.plot(list(table["value"]), marker="o")
    for side in ("low", "high"):
        ax.plot(list(table[side]), linestyle="--", color="black", linewidth=1)
    ax.set_ylabel("Moving average")
