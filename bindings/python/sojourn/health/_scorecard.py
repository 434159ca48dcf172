"""Scoring with a card: every score comes with its parts, and every account that is left out is counted."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from sojourn import _core
from sojourn._core.health import AccountScore, HealthState
from sojourn._frames.arguments import checked
from sojourn._frames.columns import OpenTable, column, columns
from sojourn._frames.dates import calendar_day, date_reading
from sojourn._frames.periods import day_of, days_since
from sojourn._frames.table import Table
from sojourn.health._card import Card
from sojourn.health._cycle import ScoredCycle, tier_columns, with_days
from sojourn.health._delta import Delta
from sojourn.health._diagnoses import solutions
from sojourn.health._fit import fit_normalisers
from sojourn.health._learn import LearnedWeights, learn_weights
from sojourn.health._manual_values import ManualTable
from sojourn.health._previous_cycle import scores_before, signals_before
from sojourn.health._result import HealthResult


@checked
class Scorecard(Card):
    """A compiled, immutable health scorecard: signals to 0..1, a tree of weighted means, tiers with a memory."""

    def score(
        self,
        table: Any,
        *,
        account: str | None = "account_id",
        as_of: datetime.date | str | None = None,
        previous: Any = None,
        previous_signals: Any = None,
        manual: Any = None,
        timezone: datetime.tzinfo | str | None = None,
        date_format: str | None = None,
        threads: int = 0,
        out: HealthResult | None = None,
    ) -> HealthResult:
        """Scores every row of `table`.

        `previous` is the result of the previous cycle, its `cycle()` table, or a table with account, score, tier.
        `previous_signals` is the table (or result) that was scored then, for rules that compare a signal with its last
        value; columns that it lacks count as missing. A card that needs it takes it from a `previous` result by itself.

        `manual` is a table of values given by hand: account, value, and optionally mode (set, cap, floor, or signal
        together with the name of a `signal`), set_at, expires_at (the first day on which the value no longer counts),
        author, reason, priority, and for a signal merge (latest, or priority: the value given by hand always wins).
        The table has one row per account; a second one is an error that names both rows. Accounts are matched by key
        (without `account`, row for row). `threads` changes the speed, never a bit of the
        result; 0 takes one per core.

        Days of signals, of their observation, of the cycle before and of values given by hand, and `as_of`, may be dates,
        timestamps at midnight or text YYYY-MM-DD. Moments need the `timezone` on whose calendar their day is meant;
        `date_format` states how text writes a day.

        `out` is a result that is no longer needed: the new result takes over its memory and leaves it empty (columns
        that were taken from it keep their values and their memory). On millions of rows fresh memory costs as much as
        the scores.
        """
        dates, clocks = date_reading(timezone, date_format), date_reading(timezone)
        opened = OpenTable(table, dates)
        wanted: dict[str, str | None] = {f"signal {name}": name for name in self.inputs}
        found = columns(opened, {**wanted, "account": account})
        keys = found.pop("account", None)
        inputs = with_days(self, {role.removeprefix("signal "): values for role, values in found.items()}, dates)
        if keys is not None:
            _core.health.require_one_row_each(keys, "the scored table", threads)
        matched = keys if keys is not None else column([], "row")
        if keys is None and not (previous is None and previous_signals is None and manual is None):
            keys = matched = column(range(len(next(iter(inputs.values())))), "row")
        previous_scores = None if previous is None else [matched, *scores_before(previous, self.name, clocks)]
        day = None if as_of is None else calendar_day(as_of, "as_of", clocks)
        by_hand = None if manual is None else ManualTable(manual, matched, day, dates)
        if previous_signals is None and isinstance(previous, ScoredCycle) and self._core.reads_previous:
            previous_signals = previous
        signals = None
        if previous_signals is not None:
            signals = with_days(self, signals_before(self.inputs, matched, previous_signals, account), dates)
        book = self._core.score(
            inputs,
            0 if day is None else days_since(day),
            previous_scores,
            threads,
            signals,
            None if by_hand is None else by_hand.values,
            None if out is None else out._book,
        )
        if out is not None:
            out._leave_empty()
        return HealthResult(
            self,
            book,
            accounts=keys,
            inputs=inputs,
            source=opened,
            as_of=day,
            threads=threads,
            previous_scores=previous_scores,
            previous_signals=signals,
            manual=by_hand,
            dates=dates,
            account=account,
        )

    def scorer(
        self,
        *,
        as_of: datetime.date | str | None = None,
        timezone: datetime.tzinfo | str | None = None,
        date_format: str | None = None,
    ) -> Callable[..., AccountScore]:
        """A function that scores one account at a time, in microseconds: for a page about one customer.

        It takes a mapping of column names to values, a sequence in the order of `inputs`, or the values one by one; None and
        NaN are missing, and days are read as `score` reads them. It returns score, tier, coverage and flags, the same as a
        table of this one row. It has no previous cycle. One function serves one thread at a time.
        """
        day = 0 if as_of is None else day_of(as_of, "as_of", date_reading(timezone))
        return _core.health.account_scorer(self._core, day, date_reading(timezone, date_format))

    def distribution(self, state: HealthState, *, level: float = 0.95) -> Table:
        """The tiers of a state counted under this card, for example a sum of several books."""
        return Table(tier_columns(self._core.distribution(state, level)), options={"level": level, **self._options()})

    def solutions(self) -> Table:
        """The card's library of solutions: diagnosis, class, severity, remedy, owner_role, due_days, rule, and the
        condition.
        """
        return solutions(self)

    def fit_normalisers(
        self,
        table: Any,
        how: Mapping[str, str | tuple[str, str]] | None = None,
        *,
        quantiles: tuple[float, float] = (0.05, 0.95),
        min_fit: int = 20,
        small: str = "refuse",
        degenerate: str = "inactive",
        max_reference: int = 1000,
        min_segment: int = 5,
    ) -> Scorecard:
        """This card with parameters taken from `table` and frozen; its `fit_report` says which values were used.

        `how` maps signals to "ramp" (between `quantiles`), "range", "zscore", "robust_z" or "percentile", or to such a
        word and "higher" or "lower" for what is better. Without it every zscore, robust_z and percentile of the card is
        fitted anew. A percentile by segment keeps its segments. The typical values that the policy `impute` fills in are
        fitted in any case. Fewer than `min_fit` values are an error unless `small` is "accept". A signal without spread
        becomes "inactive" (no weight), "neutral" (one half everywhere) or an "error".
        """
        return fit_normalisers(
            self,
            table,
            how,
            quantiles=quantiles,
            min_fit=min_fit,
            small=small,
            degenerate=degenerate,
            max_reference=max_reference,
            min_segment=min_segment,
        )

    def delta(self, previous: HealthResult, current: HealthResult, *, dead_band: float = 2) -> Delta:
        """What moved each score between two results; see `HealthResult.delta`."""
        return current.delta(previous, dead_band=dead_band)

    def learn_weights(self, table: Any, outcome: Any, **options: Any) -> LearnedWeights:
        """Weights from outcomes; see `sojourn.learn_weights`."""
        return learn_weights(self, table, outcome, **options)
