"""Retention over time: NRR, GRR and logo retention of window after window, from one pass over the ledger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sojourn import _core
from sojourn._frames.periods import first_day, grid
from sojourn._frames.table import Table
from sojourn.revenue._core_ledger import CoreLedger
from sojourn.revenue._plots import plot_retention
from sojourn.revenue._rates import Interval, not_reached

RATES = ("nrr", "grr", "logo_retention")


def retention(
    ledger_of: Callable[[Callable[[], int]], CoreLedger],
    first: Any,
    last: Any,
    *,
    by: str,
    window: int | Sequence[int],
    method: Interval,
    level: float,
) -> Table:
    """NRR, GRR and logo retention of the `window` months up to the end of each period: a row per window and period.

    `ledger_of(opening)` is the ledger for a window that opens after that day.
    """
    start, each, count = grid(first, last, by)
    lengths = lengths_of(window)
    windows = [
        ((month, each, 1), length, first_day(month + each - length) - 1)
        for length in lengths
        for month in range(start, start + each * count, each)
    ]
    one = ledger_of(lambda: windows[0][2])
    if "owners_on" not in one.options:
        return retention_over(one, (start, each, count), lengths, by=by, method=method, level=level)
    tables = []
    for period, length, opening in windows:
        ledger = ledger_of(opening.__int__)
        tables.append(retention_over(ledger, period, [length], by=by, method=method, level=level))
    columns = {name: [value for table in tables for value in table[name].to_list()] for name in tables[0].columns}
    options = {**tables[0].options, "window": lengths[0] if len(lengths) == 1 else lengths, "owners_on": "the opening"}
    cut = dict.fromkeys(str(table.options["incomplete"]) for table in tables if "incomplete" in table.options)
    if cut:
        options["incomplete"] = ", ".join(cut)
    options |= not_reached((start, each, count), one.known_until)
    return Table(columns, options=options, plot=plot_retention, title=f"Retention by {by}")


def lengths_of(window: int | Sequence[int]) -> list[int]:
    """The lengths of the windows that were asked for."""
    return [window] if isinstance(window, int) else list(window)


def retention_over(
    ledger: CoreLedger, periods: tuple[int, int, int], lengths: Sequence[int], *, by: str, method: Interval, level: float
) -> Table:
    """The same of the periods of a grid."""
    columns: dict[str, list[Any]] = {"period": [], "window": [], "accounts": [], "opening": []}
    columns |= {rate + end: [] for rate in RATES for end in ("", "_low", "_high")}
    incomplete: dict[str, None] = {}
    for length in lengths:
        for period, complete, accounts, opening, *rates in _core.revenue.retention_over(
            ledger.compiled, *periods, length, ledger.policy.core, level, method
        ):
            if not complete:
                incomplete[period] = None
            row = {"period": period, "window": length, "accounts": accounts, "opening": opening}
            for rate, found in zip(RATES, rates, strict=True):
                row |= {rate: found.value, f"{rate}_low": found.low, f"{rate}_high": found.high}
            for name, value in row.items():
                columns[name].append(None if value != value else value)
    options = {
        **ledger.options,
        "by": by,
        "window": lengths[0] if len(lengths) == 1 else list(lengths),
        "method": method,
        "level": level,
    }
    if incomplete:
        options["incomplete"] = ", ".join(incomplete)
    options |= not_reached(periods, ledger.known_until)
    return Table(columns, options=options, plot=plot_retention, title=f"Retention by {by}")
