"""Renewal rates by the number of the renewal, from one row per account."""

from __future__ import annotations

from typing import Any

from sojourn._core.frames import Column
from sojourn._core.lifetime import DecaySample
from sojourn._frames.arguments import checked
from sojourn._frames.columns import column
from sojourn._frames.table import Table
from sojourn.lifetime._by_segment import BySegment
from sojourn.lifetime._decay import Decay
from sojourn.lifetime._plots import draw_renewal_rates


@checked
def renewal_curve(
    t: Any, left: Any, *, entry: Any = None, weights: Any = None, count: Any = None, by: Any = None, level: float = 0.95
) -> Any:
    """The share that renewed at the first, second, ... renewal, of the accounts that faced it.

    One row per account: `left` says whether it left, `t` at which renewal (1, 2, ...), or how many it has made so far.
    `entry` is the number of renewals made when observation began. With `weights` (its MRR) the rates are of money, with
    the error of accounts; `count` repeats rows. Gives a `RenewalCurve`, whose `.fit()` is the curve that goes on beyond the
    data; with `by=` one per segment.
    """
    asked = {"entry": entry, "weights": weights, "count": count}
    optional = {role: column(values, role) for role, values in asked.items() if values is not None}
    measure = "accounts" if weights is None else "weight"
    options = {"level": level, "measure": measure, "entry": entry is not None, "count": count is not None}
    if by is None:
        return RenewalCurve(DecaySample.of_accounts(column(t, "t"), column(left, "left"), **optional), level, options)
    labels, samples, rest = DecaySample.of_accounts_by(column(t, "t"), column(left, "left"), column(by, "by"), **optional)
    curves: dict[str | None, RenewalCurve] = {
        label: RenewalCurve(sample, level, options) for label, sample in zip(labels, samples, strict=True)
    }
    if rest.accounts or rest.rows_missing:
        curves[None] = RenewalCurve(rest, level, options)
    return RenewalCurveBy(curves)


@checked
class RenewalCurve:
    """Renewal rates by number."""

    def __init__(self, sample: DecaySample, level: float, options: dict[str, Any]) -> None:
        self.options = options
        self._sample = sample
        self._columns = sample.curve(level=level)

    @property
    def n(self) -> int:
        """Accounts behind it."""
        return self._sample.accounts

    @property
    def rows_missing(self) -> int:
        """Rows left out because a value was missing."""
        return self._sample.rows_missing

    @property
    def renewal(self) -> Column:
        """1, 2, ..."""
        return self._columns["renewal"]

    @property
    def faced(self) -> Column:
        """Accounts that faced each renewal."""
        return self._columns["faced"]

    @property
    def renewed(self) -> Column:
        """Accounts that renewed."""
        return self._columns["renewed"]

    @property
    def rate(self) -> Column:
        """Share that renewed, of accounts or of their weight; NaN where nobody faced it."""
        return self._columns["rate"]

    @property
    def low(self) -> Column:
        """Lower Wilson limit of the rate."""
        return self._columns["low"]

    @property
    def high(self) -> Column:
        """Upper Wilson limit of the rate."""
        return self._columns["high"]

    @property
    def survival(self) -> Column:
        """Product of the rates so far."""
        return self._columns["survival"]

    def table(self) -> Table:
        """One row per renewal."""
        return Table(self._columns, options=self.options, plot=draw_renewal_rates, title="Renewal rates by number")

    def plot(self, ax: Any = None) -> Any:
        """The rates with their limits."""
        return self.table().plot(ax)

    def fit(self, *, family: str = "sbg") -> Decay:
        """A decay curve fitted to these accounts, as `fit_decay`; with weights its error is that of accounts."""
        made = Decay(self._sample.fit(family=family), family, lambda: self._sample)
        made.options["measure"] = self.options["measure"]
        return made

    def __repr__(self) -> str:
        return f"RenewalCurve({self.n} accounts, {len(self.renewal)} renewals)"


@checked
class RenewalCurveBy(BySegment[RenewalCurve]):
    """A renewal curve per segment; `None` holds accounts without one."""

    def table(self) -> Table:
        """All curves below one another, the segment first."""
        return Table(self._rows(), options=self._options, title="Renewal rates by number and segment")
