"""Churn over what could have left: accounts whose terms end in a period."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sojourn import _core
from sojourn._core import Estimate
from sojourn._core.revenue import Ledger as CoreLedger
from sojourn._core.revenue import RetentionState
from sojourn._frames.periods import date_of, day_of, first_day, span_of
from sojourn._frames.table import Table
from sojourn.errors import SchemaError

if TYPE_CHECKING:
    from sojourn.revenue._policy import Policy


class AvailableToRenew:
    """Accounts up for renewal in a period, and their churn over only those.

    `logo_churn`: lost accounts over due ones. `mrr_churn`: what the lost ones paid at the opening over what all due ones paid.
    `gross_mrr_churn`: downgrades of due accounts count too.
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


class Renewable:
    """What a ledger of subscription periods says about renewals, its rows taken as terms."""

    policy: Policy
    _core: CoreLedger
    _terms: Callable[[int, int, int, str], RetentionState] | None = None

    @property
    def options(self) -> dict[str, Any]:
        """What every result of this ledger assumes."""
        raise NotImplementedError

    def available_to_renew(self, period: Any, *, lost: str = "at_end", level: float = 0.95) -> AvailableToRenew:
        """Churn of the accounts whose terms end in `period` (a label, or a pair of dates, the second excluded).

        Each row is a term. An account is due when one of its terms ends in the period and none runs across it; it is lost when
        it has no MRR at the end of the period; with `lost="no_later_term"` who comes back later is no lost account either (amounts
        stay those of the end). Contracts of several years are in the rate only when they end.
        """
        terms = self._known_terms()
        if isinstance(period, tuple):
            first, end = (day_of(day, "period") for day in period)
        else:
            month, months = span_of(period)
            first, end = first_day(month), first_day(month + months)
        known = self._core.known_until
        options = {
            **self.options,
            "period": str(period),
            "lost": lost,
            "complete": end <= known,
            "first": str(date_of(first)),
            "last": str(date_of(end - 1)),
        }
        return AvailableToRenew(terms(first, end, known, lost), self.policy, level, options)

    def _known_terms(self) -> Callable[[int, int, int, str], RetentionState]:
        if self._terms is None:
            raise SchemaError(
                "what was available to renew needs terms: only a ledger of subscription periods in one currency, whole and "
                "not corrected since, knows terms; build one from the periods, or name another logo_denominator"
            )
        return self._terms

    def _read_due(self, metric: str, days: tuple[int, int], level: float, method: str) -> Estimate:
        due = self._known_terms()(*days, self._core.known_until, "at_end")
        return _core.revenue.due_rate(due, metric, *days, self.policy.core, level, method)
