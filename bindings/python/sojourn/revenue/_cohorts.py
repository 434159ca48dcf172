"""What a ledger answers beside tables: a cohort triangle, and the movements of one account."""

from __future__ import annotations

from typing import Any

from sojourn import _core
from sojourn._frames.format import triangle_text
from sojourn._frames.table import Table
from sojourn.revenue import _plots as _revenue_plots


class Triangle:
    """Cohort by age. Cells that cannot be known yet are None, never 0."""

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
        return f"Triangle({len(self.cohorts)} cohorts by {self.by}, {self.measure})\n" + triangle_text(
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
        """Customers (or first MRR in minor units) at the start."""
        return [int(size) for size in self._shares["sizes"]]

    def retention(self) -> list[list[float | None]]:
        """`counts` over `sizes`."""
        return [list(row) for row in self._shares["retention"]]

    def average(self, mean: str | None = None) -> list[float | None]:
        """One share an age over the cohorts known at that age; mean "size_weighted" or "simple", else the policy's."""
        return list(self.state.shares(self.measure, mean or self.mean)["average"])

    def table(self) -> Table:
        """One row a known cell: cohort, age, size, count, retention."""
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
            title="Cohort retention",
        )

    def plot(self, ax: Any = None) -> Any:
        """Heat map on `ax` (a new one by default); cells not known yet are hatched."""
        return Table({}, plot=lambda _, axes: _revenue_plots.plot_triangle(self, axes)).plot(ax)


class Explanation(Table):
    """Movements of one account: day, movement, before, after. `.rows` are the row numbers of the input behind them."""

    def __init__(self, found: dict[str, Any], *, options: dict[str, Any]) -> None:
        shown = {name: found[name] for name in ("day", "movement", "before", "after")}
        super().__init__(shown, options=options, title=f"Movements of {options['account']} in {options['period']}")
        self.rows: list[int] = found["rows"]
        self.opening: int = found["opening"]
        self.closing: int = found["closing"]
