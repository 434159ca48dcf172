"""The log-rank test: do groups of accounts stay equally long?"""

from __future__ import annotations

from typing import Any

from sojourn import _core
from sojourn._core.frames import Column
from sojourn._core.lifetime import LogrankTest
from sojourn._frames.arguments import checked
from sojourn._frames.columns import column
from sojourn._frames.table import Table


@checked
def logrank(
    time: Any,
    event: Any,
    by: Any,
    *,
    entry: Any = None,
    weights: Any = None,
    rho: float = 0.0,
    trend: bool = False,
    strata: Any = None,
    count: Any = None,
) -> LogRank:
    """Tests whether the groups of `by` leave at the same rate at each age (Mantel's log-rank test).

    `time`, `event` and `entry` are those of `kaplan_meier`. `rho` above 0 gives early ages more weight (Harrington and
    Fleming); `trend` also tests scores 1, 2, ... in the order of the labels. `strata`: only accounts of one stratum are
    compared. With `weights` (money) the variance is robust; `count` repeats rows. A p-value says nothing about the size of
    the difference: read the ratios in `.table()`.
    """
    given = {"entry": entry, "weights": weights, "count": count, "strata": strata}
    optional = {role: column(values, role) for role, values in given.items() if values is not None}
    columns = column(time, "time"), column(event, "event"), column(by, "by")
    groups, test = _core.lifetime.logrank(*columns, **optional, rho=rho)
    options = {
        "rho": rho,
        "trend": trend,
        "measure": "accounts" if weights is None else "weight",
        "variance": "hypergeometric" if weights is None else "robust",
        "stratified": strata is not None,
        "entry": entry is not None,
        "count": count is not None,
    }
    return LogRank(groups, test, options)


@checked
class LogRank:
    """A log-rank test."""

    def __init__(self, groups: list[str], test: LogrankTest, options: dict[str, Any]) -> None:
        self.groups = groups
        self.options = options
        self._test = test
        self._columns = test.columns()

    @property
    def statistic(self) -> float:
        """Chi-square; NaN where `reason` says why."""
        return self._test.statistic

    @property
    def dof(self) -> int:
        """Degrees of freedom: groups that could differ, less one."""
        return self._test.dof

    @property
    def p_value(self) -> float:
        """The probability of groups at least this different by chance."""
        return self._test.p_value

    @property
    def trend_statistic(self) -> float:
        """Chi-square with 1 degree of freedom of a trend over the groups in order; NaN unless asked for."""
        return self._test.trend_statistic if self.options["trend"] else float("nan")

    @property
    def trend_p(self) -> float:
        """p-value of the trend; NaN unless asked for."""
        return self._test.trend_p if self.options["trend"] else float("nan")

    @property
    def reason(self) -> str | None:
        """Why there is no statistic."""
        return self._test.reason or None

    @property
    def observed(self) -> Column:
        """Those who left, per group; weighted as asked."""
        return self._columns["observed"]

    @property
    def expected(self) -> Column:
        """Those who would have left if all groups had the same rate at each age."""
        return self._columns["expected"]

    @property
    def rows_missing(self) -> int:
        """Rows left out because a value was missing."""
        return self._test.rows_missing

    def table(self) -> Table:
        """One row per group: accounts, events, observed, expected, their ratio."""
        return Table({"group": self.groups, **self._columns}, options=self.options, title="Log-rank test")

    def __repr__(self) -> str:
        if self.reason is not None:
            return f"LogRank(undefined: {self.reason})"
        return f"LogRank(statistic {self.statistic:.6g} on {self.dof} dof, p {self.p_value:.3g})"
