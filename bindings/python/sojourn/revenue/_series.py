"""MRR and its movements period by period, from a ledger or straight from the rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sojourn import _core
from sojourn._core.frames import Column
from sojourn._frames.arguments import checked
from sojourn._frames.as_of import made_by_default
from sojourn._frames.columns import OpenTable
from sojourn._frames.currency import exponent
from sojourn._frames.dates import date_reading
from sojourn._frames.money import MoneyReading, pick_money, unit_read
from sojourn._frames.periods import date_of, day_or_none, grid
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.revenue._core_ledger import CoreLedger
from sojourn.revenue._plots import plot_causes, plot_movements
from sojourn.revenue._policy import Policy
from sojourn.revenue._rates import not_over, not_reached
from sojourn.revenue._sources.row_habits import ends_and_column, exclusive_ends

MOVEMENT_AMOUNTS = ("opening", "new", "reactivation", "expansion", "contraction", "churn", "fx", "closing")


@checked
def mrr_series(
    table: Any,
    first: Any,
    last: Any,
    *,
    by: str = "month",
    start: str | None = None,
    end: str | None = None,
    mrr: str | None = None,
    amounts: str | None = None,
    currency: str | None = None,
    as_of: Any = None,
    ends: str = "exclusive",
    timezone: Any = None,
    date_format: str | None = None,
    threads: int = 0,
) -> Table:
    """MRR and subscriptions in force at the end of each period, straight from the rows; `threads` 0 is one per processor.

    MRR is the closing of `Ledger.movements`. Subscriptions are rows with MRR, so an account with two of them counts twice.
    """
    begin, each, count = grid(first, last, by)
    ends, end = ends_and_column(ends, end)
    opened = OpenTable(table, date_reading(timezone, date_format))
    money = MoneyReading(amounts, currency)
    roles, picked, code = pick_money(opened, {"start": start, "end": end, "mrr": mrr}, ("mrr",), money)
    picked = exclusive_ends(picked, ("end",), ends)

    def make(until: int | None) -> dict[str, Any]:
        return _core.revenue.mrr_series(
            **picked,
            exponent=exponent(code),
            as_of=until,
            names=list(roles.names.values()),
            first=begin,
            months_each=each,
            count=count,
            threads=threads,
        )

    given = day_or_none(as_of, "as_of", date_reading(timezone))
    found, _, reason = made_by_default(make, lambda made: int(made["known_until"]), given)
    options: dict[str, Any] = {
        "currency": code,
        "amounts": unit_read(amounts),
        "by": by,
        "as_of": str(date_of(found["known_until"])),
    }
    options |= {**opened.counts, **roles.describe()}
    options |= {**({"as_of_default": reason} if reason else {}), **({"ends": ends} if ends != "exclusive" else {})}
    if found["incomplete"]:
        options["incomplete"] = ", ".join(found["incomplete"])
    options |= not_reached((begin, each, count), found["known_until"])
    return Table(found["columns"], options=options, title=f"MRR by {by}", amounts=("mrr",))


@checked
def movements(
    table: Any,
    first: Any,
    last: Any,
    *,
    by: str = "month",
    account: str | None = None,
    start: str | None = None,
    end: str | None = None,
    mrr: str | None = None,
    amounts: str | None = None,
    currency: str | None = None,
    as_of: Any = None,
    timezone: Any = None,
    date_format: str | None = None,
    policy: Policy | None = None,
    ends: str = "exclusive",
    threads: int = 0,
) -> Table:
    """`Ledger(...).movements(...)` in one pass, faster and in less memory; no ledger is kept.

    `timezone` and `date_format` say how days are read, as for `Ledger`. `threads` 0 is one per processor.
    """
    rules = policy or Policy()
    if rules.lapse_grace:
        raise SchemaError("lapse_grace changes rows before they are counted; build a Ledger")
    ends, end = ends_and_column(ends, end)
    opened = OpenTable(table, date_reading(timezone, date_format))
    asked = {"account": account, "start": start, "end": end, "mrr": mrr}
    roles, picked, code = pick_money(opened, asked, ("mrr",), MoneyReading(amounts, currency))
    picked = exclusive_ends(picked, ("end",), ends)
    begin, each, count = grid(first, last, by)

    def make(until: int | None) -> tuple[_core.revenue.RevenueState, dict[str, int], int]:
        return _core.revenue.movements_of_rows(
            **picked,
            exponent=exponent(code),
            as_of=until,
            names=list(roles.names.values()),
            first=begin,
            months_each=each,
            count=count,
            policy=rules.core,
            threads=threads,
        )

    given = day_or_none(as_of, "as_of", date_reading(timezone))
    (state, counts, known_until), _, reason = made_by_default(make, lambda made: made[2], given)
    shown = {
        **rules.describe(),
        **counts,
        **opened.counts,
        "currency": code,
        "amounts": unit_read(amounts),
        "as_of": str(date_of(known_until)),
        "by": by,
    }
    shown |= roles.describe()
    shown |= not_reached((begin, each, count), known_until)
    shown |= {**({"as_of_default": reason} if reason else {}), **({"ends": ends} if ends != "exclusive" else {})}
    return movements_table(state, shown)


def ledger_movements(
    ledger: CoreLedger, first: Any, last: Any, by: str, usage: Callable[[int, int, int], dict[str, Column]]
) -> Table:
    """The movements of a ledger, a row per period, and the amounts of usage where it holds any."""
    periods = grid(first, last, by)
    state = ledger.compiled.tally(*periods, ledger.policy.core)
    options = {**ledger.options, "by": by, **not_reached(periods, ledger.known_until)}
    return movements_table(state, options, usage(*periods))


def movements_table(
    state: _core.revenue.RevenueState, options: dict[str, Any], usage: Mapping[str, Column] | None = None
) -> Table:
    """The movements of a state, a row per period that `as_of` has reached; which it cuts stands in the options."""
    shown, more = state.movements(), dict(usage or {})
    if shown["incomplete"]:
        options = {**options, "incomplete": ", ".join(shown["incomplete"])}
    title, amounts = f"MRR movements by {options['by']}", (*MOVEMENT_AMOUNTS, *more)
    return Table({**shown["columns"], **more}, options=options, plot=plot_movements, title=title, amounts=amounts)


CAUSE_AMOUNTS = ("new", "reactivation", "expansion", "contraction", "churn", "fx")


def movements_by_cause(
    ledger: CoreLedger, read: Callable[[int, int, int], dict[str, Column]], first: Any, last: Any, by: str
) -> Table:
    """One row per period and cause; the rows of a period add up to its movements."""
    periods = grid(first, last, by)
    options = {**ledger.options, "by": by, **not_over(periods, ledger.known_until)}
    title = f"MRR movements by {by} and cause"
    return Table(read(*periods), options=options, plot=plot_causes, title=title, amounts=CAUSE_AMOUNTS)


LANE_AMOUNTS = (*MOVEMENT_AMOUNTS[:-2], "transfer_in", "transfer_out", "closing")


def movements_by_lane(
    ledger: CoreLedger,
    read: Callable[[str, int, int, int], dict[str, Any]],
    first: Any,
    last: Any,
    by: str,
    split_by: str,
) -> Table:
    """One row per period and label or currency; every row closes, and those of one currency add up to the movements."""
    periods = grid(first, last, by)
    found = read(split_by, *periods)
    columns = {"period": found["period"], split_by: found["lane"], **{name: found[name] for name in LANE_AMOUNTS}}
    options = {**ledger.options, "by": by, "split_by": split_by, **not_over(periods, ledger.known_until)}
    shown = () if split_by == "currency" else LANE_AMOUNTS  # of several currencies each has its own decimals
    return Table(columns, options=options, title=f"MRR movements by {by} and {split_by}", amounts=shown)
