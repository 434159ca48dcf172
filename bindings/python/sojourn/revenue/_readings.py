"""What is read from a ledger: every metric of it, by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sojourn._core import Estimate
from sojourn._frames.periods import grid, span_of
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.revenue._amount import Amount
from sojourn.revenue._available_to_renew import AvailableToRenew, available_to_renew, renewal_days
from sojourn.revenue._cohorts import Triangle, cohort_grid, cohorts, leavers
from sojourn.revenue._comparison import (
    Comparison,
    DetectableChange,
    bootstrap,
    compare,
    detectable_change,
    opening_of_rate,
)
from sojourn.revenue._concentration import Concentration, concentration_of, draws_of
from sojourn.revenue._contributors import (
    CHURN_CELLS,
    MOVED_CELLS,
    WINDOWED,
    Contributors,
    cohort_contributors,
    contributors,
)
from sojourn.revenue._explain import Explanation, explain
from sojourn.revenue._guarded_ledger import GuardedLedger
from sojourn.revenue._lifetime_value import lifetime_value
from sojourn.revenue._rates import (
    Interval,
    churn,
    churn_of_cause,
    closing,
    kept,
    mrr_churn_name,
    opening_of_churn,
    opening_of_period,
    opening_of_window,
    rate,
)
from sojourn.revenue._retention import retention
from sojourn.revenue._segments import BySegment
from sojourn.revenue._series import ledger_movements, movements_by_cause, movements_by_lane
from sojourn.revenue._tenure import left_by_cause, survival, tenure
from sojourn.revenue._units import movements_of_units, units_of


class Readings(GuardedLedger):
    """The metrics of a ledger. Periods are labels: "2024-12" is a month, "2024-Q4" a quarter, "2024" a year."""

    def movements(
        self,
        first: Any,
        last: Any,
        *,
        by: str = "month",
        by_segment: str | None = None,
        segment_rule: str = "opening",
        by_cause: bool = False,
        split_by: str | None = None,
        unit: str | Sequence[str] | None = None,
    ) -> Table:
        """How MRR got from opening to closing, period by period, in minor units; every row closes exactly.

        With `by_segment` there is a row per segment and period; `segment_rule` as in `by_segment`. With `by_cause` there is
        a row per period and cause of what moved, in the words of the column `cause=`, else as facts say it (seats, prices,
        discounts, pauses, unpaid days, other products: docs/guide/causes.md), else "unknown"; the rows of a period add up
        to its movements. Several causes on one day share its change by their own parts. What rates moved is "fx".

        With `split_by` there is a row per period and label of the rows (a column named with segment=), or per "currency",
        each in its own minor units. What changes labels within an account is `transfer_in` and `transfer_out`, no churn and
        no new business, so that the rows of a period add up to its movements.

        With `unit` the movements are those of each "account" or each "parent", or both in one pass, a row per period and
        unit: `unit=("account", "parent")`. A subsidiary that goes to another parent, an account that is merged into another
        one and rows that are split off are `transfer_in` and `transfer_out`, no churn and no new business; `accounts_in` and
        `accounts_out` count the customers that came or went with them. Under `with_view(unit="parent")` parents are the
        default. `split_by="parent"` has a row per period and parent; they add up to the movements of parents.

        A ledger with usage (`from_usage`, `with_usage`) also shows the columns of `usage_movements`, by unit too.
        """
        if sum((by_cause, by_segment is not None, split_by is not None)) > 1:
            raise SchemaError("movements are shown by_cause, by_segment or split_by; name one of them")
        if split_by == "parent" and self._splits_by_parent():
            units = units_of(unit, "parent")
            if units != ("parent",):
                raise SchemaError('split_by="parent" shows parents; leave unit out')
            now = self._at_once()
            return movements_of_units(
                now._of_unit("parent"), now._units, now._usage_of_units, first, last, by, units, each=True
            )
        if unit is not None and (by_cause or by_segment is not None or split_by is not None):
            raise SchemaError(
                'movements of a unit are shown whole or with split_by="parent"; ask with_view(unit=...) for causes, '
                "segments and labels"
            )
        if unit is not None or (self._shows_transfers() and not by_cause and by_segment is None and split_by is None):
            units = units_of(unit, self._unit)
            now = self._at_once()
            return movements_of_units(
                now._of_unit(units[-1]), now._units, now._usage_of_units, first, last, by, units, each=False
            )
        if split_by is not None:
            now = self._at_once()
            now._require_no_transfers(f'movements(split_by="{split_by}")', grid(first, last, by))
            return movements_by_lane(now._ledger, now._lanes, first, last, by, split_by)
        if by_cause:
            now = self._at_once()
            now._require_no_transfers("movements(by_cause=True)", grid(first, last, by))
            return movements_by_cause(now._ledger, now._causes, first, last, by)
        if by_segment is not None:
            return self.by_segment(by_segment, rule=segment_rule).movements(first, last, by=by)
        return ledger_movements(self._ledger, first, last, by, self._usage)

    def mrr(self, period: Any) -> Amount:
        """MRR in force at the end of the period, in minor units."""
        return closing(self._ledger, period)

    def arr(self, period: Any) -> Amount:
        """Twelve times MRR, exactly."""
        return closing(self._ledger, period, times=12)

    def arpa(self, period: Any, *, unit: str | None = None, level: float = 0.95) -> Estimate:
        """Average MRR of a paying customer at the end of the period, in minor units.

        `unit` as in `nrr`; of parents those who own the accounts at the end of the period.
        """
        return rate(self._of_unit(unit), period, "arpa", level)

    def concentration(
        self,
        period: Any,
        *,
        top: int | Sequence[int] = (1, 10),
        unit: str | None = None,
        zeros: str = "left_out",
        as_population: bool = True,
        replicates: int | None = None,
        seed: int | None = None,
        level: float = 0.95,
    ) -> Concentration:
        """How much of MRR the largest customers hold at the end of the period: top shares, hhi, effective accounts, gini.

        From exact MRR, not rounded to minor units. `unit` as in `nrr`: parents hold what their accounts pay together. The
        other arguments are those of `sj.concentration`; `.left_out` counts the customers without MRR.
        """
        draws = draws_of(as_population, replicates, seed)
        return concentration_of(self._of_unit(unit), period, top, zeros, as_population, draws, level)

    def average_sale_price(self, period: Any, *, unit: str | None = None) -> Estimate:
        """Average first MRR of the new customers of the period who paid from their first day, in minor units."""
        return rate(self._of_unit(unit, lambda: opening_of_period(period)), period, "average_sale_price")

    def quick_ratio(self, period: Any, *, unit: str | None = None) -> Estimate:
        """MRR won over MRR lost; undefined when nothing was lost. `unit` as in `nrr`."""
        return rate(self._of_unit(unit, lambda: opening_of_period(period)), period, "quick_ratio")

    def logo_churn(self, period: Any, *, cause: str | None = None, unit: str | None = None, level: float = 0.95) -> Estimate:
        """Share of the opening customers who are none at the end of the period, or as the policy counts it.

        With a `cause` ("voluntary", "payment_failed" ..., or a word of the rows) only who left for it; over all causes the
        shares add up to the rate. Under a policy with a `window` the period may also be a date: the first day after the
        window. `unit` as in `nrr`.
        """
        if cause is not None:
            self._require_own_unit(unit)
            of_opening = self._of_unit(None, lambda: opening_of_churn(self.policy, period))
            return churn_of_cause(of_opening, self._churn_of_cause, period, "logo_churn", cause, level)
        ledger = self._of_unit(unit, lambda: opening_of_churn(self.policy, period))
        return churn(ledger, period, "logo_churn", level)

    def mrr_churn(
        self,
        period: Any,
        *,
        kind: str = "gross",
        cause: str | None = None,
        unit: str | None = None,
        method: Interval = "score",
        level: float = 0.95,
    ) -> Estimate:
        """Share of opening MRR lost: "gross" before growth of existing customers, "net" after it. `unit` as in `nrr`.

        With a `cause` only what it took, by its parts; gross only, because net churn also counts what was gained.
        """
        metric = mrr_churn_name(kind)
        if cause is not None:
            self._require_own_unit(unit)
            of_opening = self._of_unit(None, lambda: opening_of_churn(self.policy, period))
            return churn_of_cause(of_opening, self._churn_of_cause, period, metric, cause, level, method)
        ledger = self._of_unit(unit, lambda: opening_of_churn(self.policy, period))
        return churn(ledger, period, metric, level, method)

    def _require_own_unit(self, unit: str | None) -> None:
        """Causes are those of the customers of the view."""
        if unit is not None and unit != self._unit:
            raise SchemaError(
                f'churn by cause is that of each {self._unit}; ask with_view(unit="{unit}") for the other unit'
            )

    def available_to_renew(self, period: Any, *, lost: str = "at_end", level: float = 0.95) -> AvailableToRenew:
        """Churn of the accounts whose terms end in `period` (a label, or a pair of dates, the second excluded).

        Each row is a term. An account is due if one of its terms ends in the period and none runs across it. It is lost if
        it has no MRR at the end of the period; with `lost="no_later_term"` it is not lost if it comes back later (amounts
        stay those at the end of the period). A contract of several years is in the rate only when it ends.
        """
        ledger = self._of_unit(None, lambda: renewal_days(period)[0] - 1)
        return available_to_renew(ledger, period, lost, level)

    def nrr(
        self,
        period: Any,
        *,
        window: int | None = None,
        unit: str | None = None,
        method: Interval = "score",
        level: float = 0.95,
    ) -> Estimate:
        """Net revenue retention: MRR at the end of `period` of the customers of `window` months before, over their MRR then.

        Without `window` the policy's `nrr_window` holds, by default twelve months. `method` names the interval: "score"
        holds in small and heavy-tailed sets too, "linearised" is r +- z se. `unit`: customers are each "account" or each
        "parent", by default as the view has it. Who owns an account at the opening of the window is its parent throughout,
        so that a subsidiary that goes to another parent is no loss; the option `owners_on` names the day.
        """
        return self._kept(period, "nrr", window, unit, level, method)

    def grr(
        self,
        period: Any,
        *,
        window: int | None = None,
        unit: str | None = None,
        method: Interval = "score",
        level: float = 0.95,
    ) -> Estimate:
        """Gross revenue retention: as `nrr`, but no account counts for more than it paid then, or on the policy's basis."""
        return self._kept(period, "grr", window, unit, level, method)

    def logo_retention(self, period: Any, *, window: int = 12, unit: str | None = None, level: float = 0.95) -> Estimate:
        """Share of the customers of `window` months before who are still customers at the end of `period`.

        `unit` as in `nrr`.
        """
        return self._kept(period, "logo_retention", window, unit, level, "score")

    def _kept(
        self, period: Any, metric: str, window: int | None, unit: str | None, level: float, method: Interval
    ) -> Estimate:
        ledger = self._of_unit(unit, lambda: opening_of_window(self.policy, period, window, metric))
        return kept(ledger, period, metric, window, level, method)

    def retention(
        self,
        first: Any,
        last: Any,
        *,
        by: str = "month",
        window: int | Sequence[int] = 12,
        unit: str | None = None,
        method: Interval = "score",
        level: float = 0.95,
    ) -> Table:
        """NRR, GRR and logo retention over the `window` months up to the end of each period, with intervals.

        One row per period and window; `window` may be several lengths, such as (1, 3, 12). `accounts` and `opening` (minor
        units) are those at the start of the window. Each rate equals `nrr`, `grr` or `logo_retention` of that period; an
        undefined rate is missing. `unit` as in `nrr`.
        """
        now = self._at_once()
        return retention(
            lambda opening: now._of_unit(unit, opening), first, last, by=by, window=window, method=method, level=level
        )

    def cohorts(
        self,
        *,
        by: str = "month",
        measure: str = "accounts",
        first: Any = None,
        last: Any = None,
        cause: str | None = None,
    ) -> Triangle:
        """Customers by the period of their first day, followed by age; by default over everything that is known.

        Ages are calendar periods; under `cohort_index="tenure_days"` they are months of 30 days since each customer's first
        day. With a `cause` the cells count who had left for it by then, so that over all causes they and the customers who
        are left add up to the cohort.
        """
        now = self._at_once()
        ledger = now._with_one_owner("cohorts")
        periods = cohort_grid(ledger, by, first, last)
        if cause is not None:
            return leavers(ledger, now._leavers, periods, by, measure, cause)
        return cohorts(ledger, periods, by, measure)

    def explain(self, account: Any, period: Any) -> Explanation:
        """Why an account counts as it does in a period: its movements, and the numbers of the rows behind them.

        Of a parent, what comes from another one or goes to it is `transfer_in` or `transfer_out`.
        """
        now = self._at_once()
        return explain(now._ledger, account, period, now._explained if now.owners_change else None)

    def contributors(
        self, period: Any, cell: str, *, cause: str | None = None, top: int | None = 20, window: int | None = None
    ) -> Contributors:
        """The accounts behind a number of a period, the most important first, and the rows behind each account.

        `cell` is a column of `movements` ("churn", "new", "accounts_churned" ...) or a rate ("nrr", "grr", "logo_retention",
        "logo_churn", "gross_mrr_churn", "net_mrr_churn", "quick_ratio"). The accounts and `.others` add up to it exactly.
        With a `cause` only who left or pays less for it: of "churn", "contraction", "accounts_churned", "logo_churn" and
        "gross_mrr_churn"; over all causes they add up to the cell.
        """
        now = self._at_once()
        if cell in MOVED_CELLS:
            now._require_no_transfers(f'contributors("{cell}")', _months_of(period))
        opening = {"quick_ratio": lambda: opening_of_period(period)}
        opening |= {rate: lambda: opening_of_window(now.policy, period, window, cell) for rate in WINDOWED}
        opening |= {rate: lambda: opening_of_churn(now.policy, period) for rate in CHURN_CELLS}
        ledger = now._of_unit(None, opening.get(cell))
        return contributors(ledger, period, cell, top, window, cause, now._behind_cause)

    def cohort_contributors(self, cohort: Any, age: int, *, measure: str = "accounts", top: int | None = 20) -> Contributors:
        """The accounts behind a cell of `cohorts`: `cohort` is the first period, `age` counts periods of its length."""
        return cohort_contributors(self._with_one_owner("cohort_contributors"), cohort, age, measure, top)

    def tenure(self) -> Table:
        """How long each account that ever was a customer has stayed: the durations behind `survival`, one row per account.

        `days` from its first day to its final churn, or to `as_of` if it has not `churned`; `mrr` is the last that it
        paid, in minor units.
        """
        return tenure(self._with_one_owner("tenure"))

    def survival(
        self,
        *,
        weights: str | None = None,
        by: str | None = None,
        cause: str | bool | None = None,
        level: float = 0.95,
    ) -> Any:
        """How long customers stay, in days from first day to final churn; with weights="mrr" how long money stays.

        With `by` one curve per label of a segment, the label being the one that an account began with; `.logrank()` tests
        whether they differ. With cause=True the share that has left for each cause by each age, others competing, which one
        minus a survival curve would overstate; with a word ("voluntary" ...) that cause, and all others as one. Both
        together give the curves by cause of each label. Gives a `Survival`, `SurvivalBy`, `CumulativeIncidence` or
        `IncidenceBy`; the counts behind each merge (`.state`).
        """
        now = self._at_once()
        ledger, groups = now._with_one_owner("survival"), None
        if by is not None:
            known = now._labels.known(by)
            groups = known, now._segment(known)[1]
        if cause is None or cause is False:
            return survival(ledger, ledger.compiled.tenure(), weights, groups, level)
        return left_by_cause(ledger, now._lives(cause), weights, groups, cause, level)

    def ltv(self, period: Any, *, margin: float, cap_months: int | None = None, level: float = 0.95) -> Estimate:
        """Lifetime value of an average customer in minor units: ARPA x margin / monthly logo churn, at the period's end.

        `margin` is the share of revenue left after serving a customer; it has no default, since without it this would be
        lifetime revenue. The policy says which churn divides (`ltv_churn`: the mean of the six months before the current
        one, or that of the period) and what the value is if nobody left (`ltv_zero_churn`; "cap" takes `cap_months`). The
        options name the churn that was used.
        """
        return lifetime_value(self._with_one_owner("ltv"), period, margin=margin, cap_months=cap_months, level=level)

    def compare(
        self,
        metric: str,
        period: Any,
        before: Any = None,
        *,
        other: Readings | None = None,
        window: int | None = None,
        method: Interval = "score",
        level: float = 0.95,
    ) -> Comparison:
        """`metric` of `period` minus that of `before`, or minus that of the ledger `other`, which shares no account.

        Metrics: logo_churn, mrr_churn (gross), net_mrr_churn, logo_retention, nrr, grr. Customers who are in both periods
        correlate the two rates; `.correlation` says how much. A rate without an interval under the policy has none here.
        """
        against = None if other is None else other._with_one_owner("compare")
        return compare(
            self._with_one_owner("compare"), metric, period, before, other=against, window=window, method=method, level=level
        )

    def bootstrap(
        self,
        metric: str,
        period: Any,
        *,
        window: int | None = None,
        replicates: int = 1000,
        seed: int = 1,
        level: float = 0.95,
        threads: int = 0,
    ) -> Estimate:
        """A rate with the bootstrap's percentile interval: a slow check on the other intervals, not a better one.

        Customers are drawn with replacement. The same seed gives the same interval on any machine and number of threads.
        """
        ledger = self._of_unit(None, lambda: opening_of_rate(self.policy, metric, period, window))
        return bootstrap(
            ledger, metric, period, window=window, replicates=replicates, seed=seed, level=level, threads=threads
        )

    def minimum_detectable_change(
        self,
        metric: str,
        period: Any,
        *,
        n: int | None = None,
        window: int | None = None,
        level: float = 0.95,
        power: float = 0.8,
    ) -> DetectableChange:
        """How far the rate of another group of `n` customers must be from this one for a test to see it.

        By default the other group is as large as that of the period. Shares of customers are tested by the score test; for
        shares of MRR the spread of this period stands for both groups.
        """
        ledger = self._of_unit(None, lambda: opening_of_rate(self.policy, metric, period, window))
        return detectable_change(ledger, metric, period, n=n, window=window, level=level, power=power)

    def by_segment(self, name: str | None = None, *, rule: str = "opening") -> BySegment:
        """The metrics of each segment: `ledger.by_segment("plan").nrr("2024-12")`. Segments add up to the whole, exactly.

        An account is in one segment even if its rows have several labels: the one it holds at the "opening" of the window
        that the metric looks at (before its first label, the first), that of its "first" row by start, or that of its "last"
        one, which moves the account's whole history to where it is now: the plan that customers are upgraded to then grows
        by customers it never had. The options say for how many accounts the rule decided.
        """
        known = self._labels.known(name)
        now = self._at_once()
        now._with_one_owner("by_segment")
        ledger, rows = now._segment(known)
        return BySegment(ledger, rows, known, rule, now._churn_of_cause)


def _months_of(period: Any) -> tuple[int, int, int]:
    """A period as the only one of a grid."""
    month, months = span_of(period)
    return month, months, 1
