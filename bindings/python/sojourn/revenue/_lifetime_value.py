"""What a customer is worth by a ledger's own ARPA and churn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sojourn import _core
from sojourn._core import Estimate
from sojourn._core.revenue import Ledger as CoreLedger
from sojourn._frames.periods import date_of, first_day, span_of
from sojourn.errors import SchemaError

if TYPE_CHECKING:
    from sojourn.revenue._policy import Policy


class Worth:
    """What a ledger says about the worth of a customer."""

    policy: Policy
    _core: CoreLedger

    @property
    def options(self) -> dict[str, Any]:
        """What every result of this ledger assumes."""
        raise NotImplementedError

    def arpa(self, period: Any, *, level: float = 0.95) -> Estimate:
        """Average MRR of a customer."""
        raise NotImplementedError

    def ltv(self, period: Any, *, margin: float, cap_months: int | None = None, level: float = 0.95) -> Estimate:
        """Lifetime value of an average customer at the end of the period, in minor units: ARPA x margin / logo churn a month.

        `margin` is the share of revenue left after serving a customer; it has no default, since without it this is lifetime
        revenue. The policy says whose churn (`ltv_churn`: the mean of the six months before the current one, or that of the
        period) and what stands where nobody left (`ltv_zero_churn`; "cap" takes `cap_months`). The options name the churn.
        """
        import dataclasses  # as Policy is: loaded when it is needed

        month, months = span_of(period)
        days = first_day(month), first_day(month + months)
        rules = dataclasses.replace(self.policy, annualise="none")
        if rules.logo_denominator == "available_to_renew":
            raise SchemaError(
                "lifetime value divides by the share of customers who leave a month; churn over what was available to "
                "renew is another share: name another logo_denominator"
            )
        windows = _core.revenue.ltv_windows(rules.core, *days)
        churn = [self._core.rate("logo_churn", *window, rules.core, level) for window in windows]
        found, monthly = _core.revenue.ltv(
            self.arpa(period, level=level), windows, churn, margin, rules.core, cap_months, level
        )
        capped = {} if cap_months is None else {"cap_months": cap_months}
        found.options = {
            **self.options,
            "period": str(period),
            "margin": margin,
            **capped,
            "churn_a_month": monthly.value,
            "first": str(date_of(windows[0][0])),
            "last": str(date_of(windows[-1][1] - 1)),
            "complete": days[1] <= self._core.known_until,
        }
        return found
