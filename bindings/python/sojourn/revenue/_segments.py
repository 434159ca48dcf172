"""Segments: each account is in exactly one, so that what is counted by segment adds up to the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from sojourn import _core
from sojourn._core import Estimate
from sojourn._frames.arguments import checked
from sojourn._frames.periods import first_day, grid, span_of
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.revenue._amount import Amount
from sojourn.revenue._cohorts import Triangle, cohort_grid, cohorts
from sojourn.revenue._core_ledger import CoreLedger
from sojourn.revenue._rates import (
    Interval,
    churn,
    churn_days,
    churn_of_cause,
    closing,
    kept,
    mrr_churn_name,
    not_reached,
    rate,
)
from sojourn.revenue._retention import lengths_of, retention_over
from sojourn.revenue._series import MOVEMENT_AMOUNTS

ReadRetention = Callable[[CoreLedger, tuple[int, int, int], Sequence[int]], Table]
"""Retention of a part over windows of some lengths that end with the periods of a grid."""
ReadCause = Callable[..., Estimate]
"""As `churn_of_cause` of a ledger asks it, and of which accounts."""
RULES = ("opening", "first", "last")
AVERAGES = ("arpa", "average sale price")
"""Estimates of money; the others are rates."""


@checked
class BySegment:
    """The metrics of a ledger, one row per segment. The segment None holds the accounts without a label.

    Under the rule "opening" an account has the label that it had when the window of the metric opened: churn and retention
    look from there. In tables of several periods that is the opening of the first one; `retention` looks at each window's.
    """

    def __init__(
        self, ledger: CoreLedger, rows: _core.revenue.LabelRows, name: str, rule: str, read_cause: ReadCause
    ) -> None:
        self._ledger, self._rows, self.name, self.rule, self._read_cause = ledger, rows, name, rule, read_cause
        if rule not in RULES:
            raise SchemaError(f'segment_rule "{rule}" is not one of {", ".join(RULES)}')

    def _assigned(self, opening: int) -> tuple[dict[str | None, _core.revenue.Accounts], dict[str, Any]]:
        ledger = self._ledger.compiled
        found = self._rows.assign(ledger.accounts, self.rule, opening)
        options = {
            "segment": self.name,
            "segment_rule": self.rule,
            "rows_without_label": found["rows_without_label"],
            "accounts_with_several_labels": found["accounts_with_several"],
        }
        return dict(found["parts"]), options

    def _parts(self, opening: int) -> tuple[dict[str | None, CoreLedger], dict[str, Any]]:
        """The ledger of each segment that has any MRR, and how the accounts were assigned."""
        accounts, options = self._assigned(opening)
        parts = {label: self._ledger.only(some) for label, some in accounts.items() if len(some) > 0}
        return {label: part for label, part in parts.items() if part.compiled.first_day is not None}, options

    def states(self, first: Any, last: Any, *, by: str = "month") -> dict[str | None, _core.revenue.RevenueState]:
        """The mergeable state of each segment; their sum is the state of the whole, bit for bit."""
        return self._states(first, last, by)[0]

    def _states(self, first: Any, last: Any, by: str) -> tuple[dict[str | None, _core.revenue.RevenueState], dict[str, Any]]:
        start, each, count = grid(first, last, by)
        accounts, options = self._assigned(first_day(start))
        ledger, policy = self._ledger.compiled, self._ledger.policy.core
        states = {
            label: ledger.tally_accounts(some, start, each, count, policy)
            for label, some in accounts.items()
            if len(some) > 0
        }
        return states, options

    def movements(self, first: Any, last: Any, *, by: str = "month") -> Table:
        """`Ledger.movements` of each segment: a row per segment and period.

        Amounts add up over segments wherever every MRR is a whole number of minor units; the states always do.
        """
        states, counted = self._states(first, last, by)
        options = {**self._ledger.options, "by": by, **counted}
        options |= not_reached(grid(first, last, by), self._ledger.known_until)
        columns: dict[str, list[Any]] = {"segment": []}
        for label, state in states.items():
            shown = state.movements()
            lists = {name: column.to_list() for name, column in shown["columns"].items()}
            if label is None and not any(
                any(lists[name]) for name in ("accounts_opening", "accounts_new", "accounts_reactivated")
            ):
                continue
            columns["segment"] += [label] * len(lists["period"])
            for name, values in lists.items():
                columns.setdefault(name, []).extend(values)
            if shown["incomplete"]:
                options["incomplete"] = ", ".join(shown["incomplete"])
        return Table(columns, options=options, title=f"MRR movements by {self.name} and {by}", amounts=MOVEMENT_AMOUNTS)

    def mrr(self, period: Any) -> Table:
        """MRR at the end of the period."""
        return self._amounts(period, "mrr", 1)

    def arr(self, period: Any) -> Table:
        """Twelve times MRR."""
        return self._amounts(period, "arr", 12)

    def arpa(self, period: Any, *, level: float = 0.95) -> Table:
        """Average MRR of a customer."""
        return self._estimates(period, "arpa", lambda part: rate(part, period, "arpa", level))

    def average_sale_price(self, period: Any) -> Table:
        """Average first MRR of new customers."""
        return self._estimates(period, "average sale price", lambda part: rate(part, period, "average_sale_price"))

    def quick_ratio(self, period: Any) -> Table:
        """MRR won over MRR lost."""
        return self._estimates(period, "quick ratio", lambda part: rate(part, period, "quick_ratio"))

    def logo_churn(self, period: Any, *, cause: str | None = None, level: float = 0.95) -> Table:
        """Share of customers lost; with a `cause` of those who left for it."""
        if cause is not None:
            return self._lost_to(period, "logo_churn", "logo churn", cause, level)
        return self._estimates(period, "logo churn", lambda part: churn(part, period, "logo_churn", level), lost=True)

    def mrr_churn(self, period: Any, *, kind: str = "gross", cause: str | None = None, level: float = 0.95) -> Table:
        """Share of opening MRR lost, "gross" or "net"; with a `cause` what it took, gross."""
        metric = mrr_churn_name(kind)
        if cause is not None:
            return self._lost_to(period, metric, f"{kind} MRR churn", cause, level)
        return self._estimates(period, f"{kind} MRR churn", lambda part: churn(part, period, metric, level), lost=True)

    def nrr(self, period: Any, *, window: int | None = None, level: float = 0.95) -> Table:
        """Net revenue retention."""
        return self._kept(period, "nrr", "NRR", window, level)

    def grr(self, period: Any, *, window: int | None = None, level: float = 0.95) -> Table:
        """Gross revenue retention."""
        return self._kept(period, "grr", "GRR", window, level)

    def logo_retention(self, period: Any, *, window: int = 12, level: float = 0.95) -> Table:
        """Share of customers who stayed."""
        return self._estimates(
            period, "logo retention", lambda part: kept(part, period, "logo_retention", window, level), window=window
        )

    def retention(
        self,
        first: Any,
        last: Any,
        *,
        by: str = "month",
        window: int | Sequence[int] = 12,
        method: Interval = "score",
        level: float = 0.95,
    ) -> Table:
        """`Ledger.retention` of each segment: a row per segment, window and period.

        Under the rule "opening" every window has segments of its own; one in which nobody was at the opening has 0 accounts.
        """
        periods, lengths = grid(first, last, by), lengths_of(window)
        read = self._each_opening if self.rule == "opening" else self._one_assignment
        shown, counted = read(
            periods,
            lengths,
            lambda part, some, wanted: retention_over(part, some, wanted, by=by, method=method, level=level),
        )
        columns: dict[str, list[Any]] = {"segment": []}
        for label, tables in shown.items():
            for table in tables:
                columns["segment"] += [label] * len(table)
                for name in table.columns:
                    columns.setdefault(name, []).extend(table[name].to_list())
        options = {**self._ledger.options, "by": by, "window": window, "method": method, "level": level, **counted}
        options |= not_reached(periods, self._ledger.known_until)
        cut = dict.fromkeys(name for tables in shown.values() for t in tables for name in _incomplete(t))
        if cut:
            options["incomplete"] = ", ".join(cut)
        return Table(columns, options=options, title=f"Retention by {self.name} and {by}")

    def _one_assignment(
        self, periods: tuple[int, int, int], lengths: Sequence[int], read: ReadRetention
    ) -> tuple[dict[str | None, list[Table]], dict[str, Any]]:
        parts, counted = self._parts(first_day(periods[0]))
        return {label: [read(part, periods, lengths)] for label, part in parts.items()}, counted

    def _each_opening(
        self, periods: tuple[int, int, int], lengths: Sequence[int], read: ReadRetention
    ) -> tuple[dict[str | None, list[Table]], dict[str, Any]]:
        start, each, count = periods
        found: dict[str | None, list[Table]] = {}
        counted: dict[str, Any] = {}
        for length, month in product(lengths, range(start, start + each * count, each)):
            accounts, counted = self._assigned(first_day(month + each - length))
            for label, some in accounts.items():
                found.setdefault(label, []).append(read(self._ledger.only(some), (month, each, 1), [length]))
        used = {
            label: tables for label, tables in found.items() if any(any(table["accounts"].to_list()) for table in tables)
        }
        return used, counted

    def cohorts(self, *, by: str = "month", measure: str = "accounts", first: Any = None, last: Any = None) -> Triangles:
        """A triangle per segment, all over the same periods, so that they add up to the triangle of the whole."""
        periods = cohort_grid(self._ledger, by, first, last)
        parts, counted = self._parts(first_day(periods[0]))
        found = {label: cohorts(part, periods, by, measure, counted) for label, part in parts.items()}
        return Triangles(found, name=self.name, options={**self._ledger.options, "measure": measure, "by": by, **counted})

    def _kept(self, period: Any, metric: str, title: str, window: int | None, level: float) -> Table:
        usual = 1 if self._ledger.policy.nrr_window == "one_month" else 12
        return self._estimates(period, title, lambda part: kept(part, period, metric, window, level), window=window or usual)

    def _lost_to(self, period: Any, metric: str, title: str, cause: str, level: float) -> Table:
        """What one cause took of the churn of each segment."""
        opening = self._opening(period, None, True) if self.rule == "opening" else 0
        accounts, _ = self._assigned(opening)

        parts, counted = self._parts(opening)

        estimates = {
            label: churn_of_cause(part, self._cause_reader(accounts[label]), period, metric, cause, level)
            for label, part in parts.items()
        }
        return self._estimate_table(estimates, f"{title} for {cause}", counted)

    def _cause_reader(self, mine: _core.revenue.Accounts) -> Callable[..., Estimate]:
        """Reads what a cause took of these accounts."""
        return lambda *asked: self._read_cause(*asked, mine)

    def _amounts(self, period: Any, metric: str, times: int) -> Table:
        parts, counted = self._parts(first_day(span_of(period)[0]))
        values: list[Amount] = [closing(part, period, times=times) for part in parts.values()]
        return Table(
            {"segment": list(parts), metric: [int(value) for value in values]},
            options={**self._ledger.options, "period": str(period), **counted},
            title=f"{metric.upper()} by {self.name}",
            amounts=(metric,),
        )

    def _estimates(
        self,
        period: Any,
        title: str,
        read: Callable[[CoreLedger], Estimate],
        *,
        window: int | None = None,
        lost: bool = False,
    ) -> Table:
        parts, counted = self._parts(self._opening(period, window, lost) if self.rule == "opening" else 0)
        return self._estimate_table({label: read(part) for label, part in parts.items()}, title, counted)

    def _estimate_table(self, rows: dict[str | None, Estimate], title: str, counted: dict[str, Any]) -> Table:
        shown = {name: [_known(getattr(e, name)) for e in rows.values()] for name in ("value", "low", "high")}
        options = {**(next(iter(rows.values())).options if rows else self._ledger.options), **counted}
        reasons = [e.reason or None for e in rows.values()]
        return Table(
            {"segment": list(rows), **shown, "n": [e.n for e in rows.values()], "reason": reasons},
            options=options,
            title=f"{title} by {self.name}",
            amounts=("value", "low", "high") if title in AVERAGES else (),
        )

    def _opening(self, period: Any, window: int | None, lost: bool) -> int:
        if lost:
            return churn_days(self._ledger.policy, period)[0]
        month, months = span_of(period)
        return first_day(month if window is None else month + months - window)

    def __repr__(self) -> str:
        return f"BySegment({self.name!r}, rule={self.rule!r})"


def _incomplete(table: Table) -> list[str]:
    return [name for name in str(table.options.get("incomplete", "")).split(", ") if name]


def _known(value: float) -> float | None:
    return value if value == value else None


class Triangles(Mapping["str | None", "Triangle"]):
    """A cohort triangle per segment."""

    def __init__(self, triangles: dict[str | None, Triangle], *, name: str, options: dict[str, Any]) -> None:
        self._triangles, self.name, self.options = triangles, name, options

    def __getitem__(self, segment: str | None) -> Triangle:
        return self._triangles[segment]

    def __iter__(self) -> Iterator[str | None]:
        return iter(self._triangles)

    def __len__(self) -> int:
        return len(self._triangles)

    def by_age(self, mean: str | None = None) -> Table:
        """Segment by age: each segment's cohorts taken together, known cells only; mean as in `Triangle.average`."""
        cells = [
            (label, age, share)
            for label, triangle in self._triangles.items()
            for age, share in enumerate(triangle.average(mean))
            if share is not None
        ]
        return Table(
            {"segment": [c[0] for c in cells], "age": [c[1] for c in cells], "retention": [c[2] for c in cells]},
            options=self.options,
            title=f"Retention by {self.name} and age",
        )

    def table(self) -> Table:
        """One row per segment and known cell: segment, cohort, age, size, count, retention."""
        columns: dict[str, list[Any]] = {name: [] for name in ("segment", "cohort", "age", "size", "count", "retention")}
        for label, triangle in self._triangles.items():
            shown = triangle.table()
            columns["segment"] += [label] * len(shown)
            for name in shown.columns:
                columns[name] += shown[name].to_list()
        return Table(columns, options=self.options, title=f"Cohort retention by {self.name}")
