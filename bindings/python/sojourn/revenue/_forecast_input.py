"""What a forecast is asked with: months, contracts, new business."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sojourn._core.frames import Column
from sojourn._frames.arguments import is_whole
from sojourn._frames.columns import OpenTable
from sojourn._frames.periods import span_of
from sojourn._frames.roles import pick_roles
from sojourn.errors import SchemaError


class Contracts(NamedTuple):
    """Columns in the order account, renews_on, every, probability; the last ones may be absent."""

    columns: tuple[Column, ...]


def month_label(month: int) -> str:
    """2024-12 of months since 1970-01."""
    return f"{1970 + month // 12}-{month % 12 + 1:02d}"


def horizon_of(until: Any, start: int) -> int:
    """Months from the first unknown one to the end of `until`, which is a period or a number of months."""
    if is_whole(until):
        if until < 1:
            raise SchemaError(f"forecast: until is a period or a number of months of 1 or more, not {until}")
        return int(until)
    month, months = span_of(until)
    horizon = month + months - start
    if horizon < 1:
        raise SchemaError(f'forecast: "{until}" is known already; the first month that is not known is {month_label(start)}')
    return horizon


def contracts_of(table: Any) -> Contracts | None:
    """The table account_id, renews_on and, where known, every (months) and probability."""
    if table is None:
        return None
    opened = OpenTable(table)
    optional = [name for name in ("every", "probability") if name in opened.names]
    if "probability" in optional and "every" not in optional:
        raise SchemaError('forecast: contracts with a probability also say every how many months they renew ("every")')
    _, columns = pick_roles(opened, {"account": None, "renews_on": "renews_on"}, required=("account", "renews_on"))
    further = opened.read({name: name for name in optional})
    return Contracts((columns["account"], columns["renews_on"], *(further[name] for name in optional)))


def new_business(new: Any, start: int, horizon: int) -> list[float]:
    """Minor units of MRR won in each month ahead."""
    if new is None:
        return []
    if not isinstance(new, Mapping):
        raise SchemaError("forecast: new= maps months to MRR won in them, in minor units")
    won = [0.0] * horizon
    for period, amount in new.items():
        month, months = span_of(period)
        if months != 1 or not start <= month < start + horizon:
            last = month_label(start + horizon - 1)
            raise SchemaError(f'forecast: new business of "{period}" is of no month from {month_label(start)} to {last}')
        if isinstance(amount, bool) or not isinstance(amount, (int, float)):
            raise SchemaError(f'forecast: new business of "{period}" is a number of minor units, not {amount!r}')
        won[month - start] = float(amount)
    return won
