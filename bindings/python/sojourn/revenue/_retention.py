"""Retention over time: NRR, GRR and logo retention of window after window, from one pass over the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sojourn import _core
from sojourn._frames.periods import grid
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.revenue import _plots as _revenue_plots
from sojourn.revenue._comparison import Interval

if TYPE_CHECKING:
    from sojourn.revenue._policy import Policy

RATES = ("nrr", "grr", "logo_retention")


class RetentionOverTime:
    """What a ledger says about retention in a row of periods."""

    policy: Policy
    _core: Any
    _valuation: Any

    @property
    def options(self) -> dict[str, Any]:
        """What every result of this ledger assumes."""
        raise NotImplementedError

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
        """NRR, GRR and logo retention of the `window` months up to the end of each period, with intervals; a row a period.

        `window` may be several lengths, say (1, 3, 12). `accounts` and `opening` (minor units) are those of the start of the
        window. Each rate is what `nrr`, `grr` and `logo_retention` say of that period alone; an undefined one is missing.
        """
        if self._valuation is not None:
            raise SchemaError(
                "each window of several currencies stands at its own rates: ask nrr, grr and logo_retention period by period"
            )
        lengths = [window] if isinstance(window, int) else list(window)
        columns: dict[str, list[Any]] = {"period": [], "window": [], "accounts": [], "opening": []}
        columns |= {rate + end: [] for rate in RATES for end in ("", "_low", "_high")}
        incomplete: dict[str, None] = {}
        for length in lengths:
            for period, complete, accounts, opening, *rates in _core.revenue.retention_over(
                self._core, *grid(first, last, by), length, self.policy.core, level, method
            ):
                if not complete:
                    incomplete[period] = None
                for name, value in zip(
                    ("period", "window", "accounts", "opening"), (period, length, accounts, opening), strict=True
                ):
                    columns[name].append(value)
                for rate, found in zip(RATES, rates, strict=True):
                    for end, value in (("", found.value), ("_low", found.low), ("_high", found.high)):
                        columns[rate + end].append(None if value != value else value)
        options = {
            **self.options,
            "by": by,
            "window": lengths[0] if len(lengths) == 1 else lengths,
            "method": method,
            "level": level,
        }
        if incomplete:
            options["incomplete"] = ", ".join(incomplete)
        return Table(columns, options=options, plot=_revenue_plots.plot_retention, title=f"Retention by {by}")
