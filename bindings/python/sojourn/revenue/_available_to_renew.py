"""Churn over what could have left: accounts whose terms end in a period."""

from __future__ import annotations

from typing import Any

from sojourn import _core
from sojourn._core import Estimate
from sojourn._core.revenue import RetentionState
from sojourn._frames.periods import date_of, day_of, first_day, span_of
from sojourn._frames.table import Table
from sojourn.revenue._core_ledger import CoreLedger
from sojourn.revenue._policy import Policy


def available_to_renew(ledger: CoreLedger, period: Any, lost: str, level: float) -> AvailableToRenew:
    """Churn of the accounts whose terms end in `period`: a label, or a pair of dates, the second excluded."""
    first, end = renewal_days(period)
    state = ledger.due(first, end, lost)
    options = {
        **ledger.options,
        "period": str(period),
        "lost": lost,
        "complete": end <= ledger.known_until,
        "first": str(date_of(first)),
        "last": str(date_of(end - 1)),
    }
    return AvailableToRenew(state, ledger.policy, level, options)


def renewal_days(period: Any) -> tuple[int, int]:
    """The days [first, end) of a label, or of a pair of dates."""
    if isinstance(period, tuple):
        first, end = (day_of(day, "period") for day in period)
        return first, end
    month, months = span_of(period)
    return first_day(month), first_day(month + months)


class AvailableToRenew:
    """Accounts up for renewal in a period, and their churn over only those.

    `logo_churn`: lost accounts over due accounts. `mrr_churn`: what the lost accounts paid at the opening over what all due
    accounts paid. `gross_mrr_churn`: downgrades of due accounts count too.
    """

    def __init__(self, state: RetentionState, policy: Policy, level: float, options: dict[str, Any]) -> None:
        self.state, self.options = state, options
        self.logo_churn, self.mrr_churn, self.gross_mrr_churn = (
            self._read(metric, policy, level) for metric in ("logo_churn", "mrr_churn", "gross_mrr_churn")
        )

    def _read(self, metric: str, policy: Policy, level: float) -> Estimate:
        found = _core.revenue.due_estimate(self.state, metric, policy.core, level)
        found.options = self.options
        return found

    def table(self) -> Table:
        """The three rates with their intervals."""
        rates = {"logo": self.logo_churn, "mrr": self.mrr_churn, "gross mrr": self.gross_mrr_churn}
        shown = {name: [getattr(rate, name) for rate in rates.values()] for name in ("value", "low", "high", "n")}
        return Table({"rate": list(rates), **shown}, options=self.options, title="Churn of what was available to renew")

    def __repr__(self) -> str:
        return repr(self.table())
