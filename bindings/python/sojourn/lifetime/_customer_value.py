"""From a log of purchases to the value of each customer."""

from __future__ import annotations

import datetime
from typing import Any

from sojourn import _core
from sojourn._frames.arguments import checked
from sojourn._frames.columns import OpenTable, columns
from sojourn._frames.dates import date_reading
from sojourn._frames.periods import date_of, day_or_none
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.lifetime._purchases import Purchases
from sojourn.lifetime._spend import Spend


@checked
def purchase_summary(
    table: Any,
    *,
    account: str,
    date: str,
    amount: str | None = None,
    unit: str,
    until: datetime.date | str | None = None,
    timezone: datetime.tzinfo | str | None = None,
    date_format: str | None = None,
) -> Table:
    """One row per account of a log of purchases: x, t_x and T for `fit_purchases`, mean amount of its repeat purchases.

    `unit` of the times is "day" or "week" (7 days, so 10 days are 10/7). Purchases of one day are one, with the sum of their
    amounts; an amount of 0 is a purchase, too. `until` is the last day watched, by default that of the last purchase in the
    table; later purchases are left out and counted in `.options`. Amounts stay in the unit of their column.
    """
    reading = date_reading(timezone, date_format)
    given = columns(OpenTable(table, reading), {"account": account, "day": date, "amount": amount})
    last = day_or_none(until, "until", reading)
    names = [account, date, amount or ""]
    found, end, counted = _core.lifetime.purchase_summary(
        given["account"], given["day"], amount=given.get("amount"), unit=unit, until=last, names=names
    )
    named = {account if name == "account" else name: values for name, values in found.items()}
    if len(named) < len(found):
        raise SchemaError(f'the account column is named "{account}", like a column of the summary; rename it')
    options = {
        "account": account,
        "date": date,
        "amount": amount,
        "unit": unit,
        "until": date_of(end).isoformat(),
        "timezone": None if timezone is None else str(timezone),
        "date_format": date_format,
        **counted,
    }
    return Table(named, options=options, title="Purchases per customer")


@checked
def customer_value(
    purchases: Purchases,
    spend: Spend,
    table: Any,
    *,
    horizon: float,
    rate: float,
    margin: float,
    level: float = 0.95,
    account: str | None = None,
) -> Table:
    """What each customer is expected to bring within `horizon`: margin x amount x purchases ahead, later ones discounted.

    `table` has the columns x, t_x, T and mean of `purchase_summary`; `account` names one to show beside the values, by
    default its first where that is none of these. `horizon` is in the unit of the times; purchases of the j-th unit ahead
    count 1/(1 + `rate`)^j, as paid at its end. Values are in the unit of the amounts. The limits say how well the
    expectation is known, from the covariance of both models; single customers scatter far more.
    """
    opened = OpenTable(table)
    first = opened.names[0] if opened.names else None
    shown = account if account is not None else first if first not in (*_ROWS, None) else None
    given = columns(opened, {**{name: name for name in _ROWS}, "account": shown})
    found = _core.lifetime.customer_value(
        purchases.model,
        purchases.required_params(),
        purchases.covariance,
        spend.required_params(),
        spend.covariance,
        *(given[name] for name in _ROWS),
        horizon=horizon,
        rate=rate,
        margin=margin,
        level=level,
    )
    named = {} if shown is None else {shown: given["account"]}
    if shown in found:
        raise SchemaError(f'the account column is named "{shown}", like a column of the result; rename it')
    options = {
        "model": purchases.model,
        "horizon": horizon,
        "rate": rate,
        "margin": margin,
        "level": level,
        "account": shown,
        "paid": "end of unit",
    }
    return Table({**named, **found}, options=options, title="Customer value")


_ROWS = ("x", "t_x", "T", "mean")
