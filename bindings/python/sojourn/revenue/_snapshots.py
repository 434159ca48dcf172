"""Movements and cohorts in one pass over month snapshots, without a ledger."""

from __future__ import annotations

import re
from typing import Any

from sojourn import _core
from sojourn._core.frames import DateReading
from sojourn._frames.arguments import checked
from sojourn._frames.as_of import made_by_default
from sojourn._frames.columns import OpenTable
from sojourn._frames.currency import exponent
from sojourn._frames.dates import date_reading
from sojourn._frames.money import MoneyReading, pick_money, unit_read
from sojourn._frames.periods import date_of, day_of, first_day, grid, month_of, span_of
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.revenue._cohorts import Triangle
from sojourn.revenue._policy import Policy
from sojourn.revenue._rates import not_reached
from sojourn.revenue._series import movements_table


@checked
class Snapshots:
    """Month snapshots: what each account paid in each month, one row per account and month; sorted rows are fastest.

    `month` holds dates (any day of the month) or months since 1970-01 as integers. A month without a row is a month without
    MRR. The states of movements and cohorts come from one pass. Unlike the state of a ledger they do not know which accounts
    they hold, so they cannot refuse to be added twice. `timezone` and `date_format` say how months are read, as for
    `Ledger`.
    """

    def __init__(
        self,
        table: Any,
        first: Any,
        last: Any,
        *,
        by: str = "month",
        account: str | None = None,
        month: str | None = None,
        mrr: str | None = None,
        amounts: str | None = None,
        currency: str | None = None,
        as_of: Any = None,
        timezone: Any = None,
        date_format: str | None = None,
        policy: Policy | None = None,
        threads: int = 0,
    ) -> None:
        rules = policy or Policy()
        opened = OpenTable(table, date_reading(timezone, date_format))
        asked = {"account": account, "month": month, "mrr": mrr}
        roles, picked, code = pick_money(opened, asked, ("mrr",), MoneyReading(amounts, currency))
        begin, each, count = grid(first, last, by)

        def make(until: int | None) -> Any:
            return _core.revenue.snapshot_states(
                **picked,
                exponent=exponent(code),
                as_of=None if until is None else month_of(until - 1) + 1,
                names=list(roles.names.values()),
                first=begin,
                months_each=each,
                count=count,
                policy=rules.core,
                threads=threads,
            )

        given = None if as_of is None else _first_of_its_month(as_of, date_reading(timezone))
        found, _, reason = made_by_default(make, lambda made: int(made[3]), given)
        self.state: _core.revenue.RevenueState
        self.cohort_state: _core.revenue.CohortState
        self.counts: dict[str, int]
        self.state, self.cohort_state, self.counts, known_until = found
        self.options = {
            **rules.describe(),
            "currency": code,
            "amounts": unit_read(amounts),
            "as_of": str(date_of(known_until)),
            "by": by,
        }
        self.options |= {**({"as_of_default": reason} if reason else {}), **roles.describe()}
        self.options |= not_reached((begin, each, count), known_until)
        self._mean, self._cohort_index = rules.cohort_mean, rules.cohort_index

    def movements(self) -> Table:
        """How MRR got from opening to closing, period by period, in minor units; every row closes exactly."""
        return movements_table(self.state, self.options)

    def cohorts(self, *, measure: str = "accounts") -> Triangle:
        """Customers (or MRR) by the period of their first MRR, followed by age."""
        if self._cohort_index != "calendar_period":
            raise SchemaError(
                "month snapshots alone count ages by the calendar; for cohort_index tenure_days ask "
                "Ledger.from_snapshots(...).cohorts()"
            )
        options = {**self.options, "measure": measure}
        return Triangle(self.cohort_state, measure=measure, by=self.options["by"], options=options, mean=self._mean)


def _first_of_its_month(as_of: Any, reading: DateReading) -> int:
    """The first day of the period of a label such as "2024-12", or of the month of a day."""
    if isinstance(as_of, str) and re.fullmatch(r"\s*\d{4}(-\d{2}|-?Q[1-4])?\s*", as_of):
        return first_day(span_of(as_of)[0])
    return first_day(month_of(day_of(as_of, "as_of", reading)))
