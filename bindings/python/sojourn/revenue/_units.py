"""Movements of accounts and of parents in one pass, where what changes hands is a transfer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sojourn._frames.periods import grid
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.revenue._core_ledger import CoreLedger
from sojourn.revenue._plots import plot_movements
from sojourn.revenue._rates import not_over
from sojourn.revenue._usage import USAGE_AMOUNTS

UNITS = ("account", "parent")
MOVED = ("opening", "new", "reactivation", "expansion", "contraction", "churn", "transfer_in", "transfer_out", "closing")
AMOUNTS = (*MOVED[:6], "fx", *MOVED[6:])
"""With `fx`, which is 0: MRR is one number here."""
COUNTS = tuple(f"accounts_{name}" for name in ("opening", "new", "reactivated", "churned", "in", "out", "closing"))

TRANSFERS = ("transfer_in", "transfer_out", "accounts_in", "accounts_out")

ReadUnits = Callable[..., dict[str, dict[str, Any]]]
"""Units, the grid of the periods and whether each customer is asked -> the columns of each unit."""


ReadUsage = Callable[..., dict[str, list[Any]]]
"""The grid of the periods and whether each customer is asked -> periods (and customers), and their amounts of usage."""


def units_of(unit: str | Sequence[str] | None, usual: str) -> tuple[str, ...]:
    """The units that are asked for, by default that of the view."""
    asked = (usual,) if unit is None else (unit,) if isinstance(unit, str) else tuple(unit)
    unknown = [one for one in asked if one not in UNITS]
    if unknown or not asked or len(set(asked)) < len(asked):
        raise SchemaError(f"unit {unit!r} is not one of {', '.join(UNITS)}, or both of them")
    return asked


def movements_of_units(
    ledger: CoreLedger,
    read: ReadUnits,
    read_usage: ReadUsage,
    first: Any,
    last: Any,
    by: str,
    units: Sequence[str],
    *,
    each: bool,
) -> Table:
    """A row per period, per period and unit where both are asked for, or per period and customer."""
    periods = grid(first, last, by)
    found = read(units, *periods, each)
    both = len(units) > 1
    rows: list[dict[str, Any]] = []
    for unit in units:
        lists = {name: values if isinstance(values, list) else values.to_list() for name, values in found[unit].items()}
        if each:
            lists[unit] = lists.pop("account")
        lists |= {"fx": [0] * len(lists["period"]), **({"unit": [unit] * len(lists["period"])} if both else {})}
        rows += [dict(zip(lists, values, strict=True)) for values in zip(*lists.values(), strict=True)]
    usage = read_usage(*periods, each)
    if usage:
        rows = _with_usage(rows, usage, units[0] if each else None)
    if both or usage:
        order = {label: place for place, label in enumerate(sorted(row["period"] for row in rows))}
        rows.sort(key=lambda row: order[row["period"]])
    shown = (*AMOUNTS, *COUNTS, *(USAGE_AMOUNTS if usage else ()))
    names = ("period", *(["unit"] if both else []), *([units[0]] if each else []), *shown)
    columns = {name: [row[name] for row in rows] for name in names}
    options = {**ledger.options, "by": by, "unit": ", ".join(units), **({"split_by": units[0]} if each else {})}
    options |= not_over(periods, ledger.known_until)
    title = f"MRR movements by {by}" + (f" and {units[0]}" if each else "")
    amounts = (*AMOUNTS, *(USAGE_AMOUNTS if usage else ()))
    return Table(columns, options=options, plot=None if each or both else plot_movements, title=title, amounts=amounts)


def _with_usage(rows: list[dict[str, Any]], usage: dict[str, list[Any]], customer: str | None) -> list[dict[str, Any]]:
    """The rows with the amounts of usage of their period, or of their customer in it; who only used has a row too."""
    owners = usage.get("account", [None] * len(usage["period"]))
    amounts = zip(*(usage[name] for name in USAGE_AMOUNTS), strict=True)
    used = dict(zip(zip(usage["period"], owners, strict=True), amounts, strict=True))
    made = []
    for row in rows:
        found = used.get((row["period"], None if customer is None else row[customer]), (0,) * len(USAGE_AMOUNTS))
        made.append(row | dict(zip(USAGE_AMOUNTS, found, strict=True)))
    if customer is None:
        return made
    known = {(row["period"], row[customer]) for row in rows}
    nothing: dict[str, Any] = dict.fromkeys((*AMOUNTS, *COUNTS), 0)
    for (period, owner), found in used.items():
        if (period, owner) not in known:
            made.append({"period": period, customer: owner} | nothing | dict(zip(USAGE_AMOUNTS, found, strict=True)))
    return made
