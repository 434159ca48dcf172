"""Cohorts: customers by the period of their first day, followed by age."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sojourn import _core
from sojourn._frames.arguments import checked
from sojourn._frames.format import triangle_text
from sojourn._frames.periods import MONTHS_EACH, date_of, first_day, grid, month_of, span_of
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.revenue._core_ledger import CoreLedger
from sojourn.revenue._plots import plot_triangle

Grid = tuple[int, int, int]
"""First month since 1970-01, months in each period, number of periods."""


def cohort_grid(ledger: CoreLedger, by: str, first: Any, last: Any) -> Grid:
    """The periods from `first` to `last`; by default all from the first customer to the last day that is known."""
    if by not in MONTHS_EACH:
        raise SchemaError(f'by "{by}" is not one of month, quarter, year')
    each = MONTHS_EACH[by]
    if first is None:
        earliest = ledger.compiled.first_day
        if earliest is None:
            raise SchemaError("the ledger holds no MRR, so it has no cohorts; give first and last")
        first = date_of(first_day(month_of(earliest) // each * each))
    if last is None:
        start = span_of(first)[0]
        known = max(0, (month_of(ledger.known_until - 1) - start) // each)
        last = date_of(first_day(start + (known + 1) * each - 1))
    return grid(first, last, by)


def cohorts(ledger: CoreLedger, periods: Grid, by: str, measure: str, more: Mapping[str, Any] | None = None) -> Triangle:
    """The triangle of these periods; `more` are options beyond those of the ledger."""
    return Triangle(
        ledger.compiled.cohorts(*periods, ledger.policy.core),
        measure=measure,
        by=by,
        options={**ledger.options, "measure": measure, **(more or {})},
        mean=ledger.policy.cohort_mean,
    )


def leavers(
    ledger: CoreLedger,
    read: Callable[[str, int, int, int], _core.revenue.CohortState],
    periods: Grid,
    by: str,
    measure: str,
    cause: str,
) -> Triangle:
    """The triangle of those who had left for a cause."""
    if measure != "accounts":
        raise SchemaError(f'cohorts by cause count accounts, not {measure}: who left pays nothing; take measure="accounts"')
    return Triangle(
        read(cause, *periods),
        measure=measure,
        by=by,
        options={**ledger.options, "measure": measure, "cause": cause},
        mean=ledger.policy.cohort_mean,
    )


@checked
class Triangle:
    """Cohort by age. Cells that cannot be known yet are None, never 0.

    With a `cause` in its options the cells count who had left for it, and `retention` is their share of the cohort.
    """

    def __init__(
        self,
        state: _core.revenue.CohortState,
        *,
        measure: str,
        by: str,
        options: dict[str, Any],
        mean: str = "size_weighted",
    ) -> None:
        self.state, self.measure, self.by, self.options, self.mean = state, measure, by, options, mean
        self._shares = state.shares(measure, mean)

    def __repr__(self) -> str:
        left = f" that left for {self.options['cause']}" if "cause" in self.options else ""
        return f"Triangle({len(self.cohorts)} cohorts by {self.by}, {self.measure}{left})\n" + triangle_text(
            self.cohorts, self.retention()
        )

    @property
    def cohorts(self) -> list[str]:
        """Labels of the rows."""
        return list(self._shares["cohorts"])

    @property
    def counts(self) -> list[list[int | None]]:
        """Customers (or MRR in minor units) of each cohort at the end of each age; age 0 is the period of the start."""
        return self.state.counts(self.measure)

    @property
    def sizes(self) -> list[float]:
        """Customers (or MRR of their first day in minor units) at the start."""
        return [int(size) for size in self._shares["sizes"]]

    def retention(self) -> list[list[float | None]]:
        """`counts` over `sizes`."""
        return [list(row) for row in self._shares["retention"]]

    def average(self, mean: str | None = None) -> list[float | None]:
        """A share per age over the cohorts known at that age; mean "size_weighted" or "simple", by default the policy's."""
        return list(self.state.shares(self.measure, mean or self.mean)["average"])

    def table(self) -> Table:
        """One row per known cell: cohort, age, size, count, retention."""
        shares, counts, sizes = self.retention(), self.counts, self.sizes
        cells = [(c, a) for c in range(len(sizes)) for a in range(len(sizes) - c) if shares[c][a] is not None]
        return Table(
            {
                "cohort": [self.cohorts[c] for c, _ in cells],
                "age": [a for _, a in cells],
                "size": [sizes[c] for c, _ in cells],
                "count": [counts[c][a] for c, a in cells],
                "retention": [shares[c][a] for c, a in cells],
            },
            options=self.options,
            title=f"Left for {self.options['cause']}" if "cause" in self.options else "Cohort retention",
            amounts=("size", "count") if self.measure == "mrr" else (),
        )

    def plot(self, ax: Any = None) -> Any:
        """Heat map on `ax` (a new one by default); cells not known yet are hatched."""
        what = f"left for {self.options['cause']}" if "cause" in self.options else "retention"
        return Table({}, plot=lambda _, axes: plot_triangle(self.cohorts, self.retention(), self.by, axes, what)).plot(ax)
