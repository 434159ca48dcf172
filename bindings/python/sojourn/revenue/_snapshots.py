"""Movements and cohorts in one pass over month snapshots, without a ledger."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Self

from sojourn import _core
from sojourn._core.frames import DateReading
from sojourn._frames.arguments import checked
from sojourn._frames.as_of import made_by_default
from sojourn._frames.batches import batches_of
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
        read = {"currency": code, "amounts": unit_read(amounts), "by": by}
        described = {**({"as_of_default": reason} if reason else {}), **roles.describe()}
        self._hold(found, rules, (begin, each, count), read, described)

    @classmethod
    def from_batches(
        cls,
        batches: Any,
        first: Any,
        last: Any,
        *,
        as_of: Any,
        by: str = "month",
        account: str | None = None,
        month: str | None = None,
        mrr: str | None = None,
        amounts: str | None = None,
        currency: str | None = None,
        timezone: Any = None,
        date_format: str | None = None,
        policy: Policy | None = None,
        threads: int = 0,
    ) -> Self:
        """The same of a stream of tables, read one at a time, in memory that does not grow with their number.

        `batches` is an iterator or list of tables (pyarrow's RecordBatchReader, Dataset and ParquetFile, a Polars LazyFrame,
        a DuckDB relation). Accounts come in ascending order over all batches (text by its bytes); an account may go on in
        the next batch, and its months come in any order. `as_of` has to be given, because only the end of a stream tells its
        last month. Columns that are not named are found in the first batch; all others have the same names.
        """
        rules, reading = policy or Policy(), date_reading(timezone, date_format)
        begin, each, count = grid(first, last, by)
        until = month_of(_first_of_its_month(as_of, date_reading(timezone)) - 1) + 1
        stream = _core.revenue.SnapshotStream(begin, each, count, as_of=until, policy=rules.core)
        asked: dict[str, str | None] = {"account": account, "month": month, "mrr": mrr}
        unit, described, code = MoneyReading(amounts, currency), dict[str, Any](), currency
        for batch in batches_of(batches):
            roles, picked, code = pick_money(OpenTable(batch, reading), asked, ("mrr",), unit)
            described = described or dict(roles.describe())
            asked, unit = {**asked, **roles.names}, MoneyReading(amounts, code)
            stream.add(**picked, exponent=exponent(code), names=list(roles.names.values()), threads=threads)
        made = cls.__new__(cls)
        read = {"currency": code, "amounts": unit_read(amounts), "by": by}
        made._hold(stream.states(threads), rules, (begin, each, count), read, described)
        return made

    def _hold(
        self,
        found: tuple[_core.revenue.RevenueState, _core.revenue.CohortState, dict[str, int], int],
        rules: Policy,
        periods: tuple[int, int, int],
        read: Mapping[str, Any],
        described: Mapping[str, Any],
    ) -> None:
        """Takes over the states, and how they were made."""
        self.state: _core.revenue.RevenueState
        self.cohort_state: _core.revenue.CohortState
        self.counts: dict[str, int]
        self.state, self.cohort_state, self.counts, known_until = found
        self.options: dict[str, Any] = {
            **rules.describe(),
            "currency": read["currency"],
            "amounts": read["amounts"],
            "as_of": str(date_of(known_until)),
            "by": read["by"],
            **described,
        }
        self.options |= not_reached(periods, known_until)
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
