"""Tables, counts and states of a ledger that need its facts: accounts, usage, commitments, restatements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sojourn._core.revenue import RevenueState
from sojourn._frames.periods import grid, span_of
from sojourn._frames.roles import pick
from sojourn._frames.table import Table
from sojourn.revenue._accounts_table import accounts_table
from sojourn.revenue._forecast import METHODS, Forecast, forecast
from sojourn.revenue._ledger_views import LedgerViews
from sojourn.revenue._restatement import Restatement, restatement
from sojourn.revenue._usage import commitments, usage_movements


class LedgerTables(LedgerViews):
    """What is read from a ledger beside its metrics."""

    @property
    def counts(self) -> dict[str, int]:
        """Rows, and rows without effect by reason: empty, free, starting or ending on or after `as_of`, not known."""
        now = self._standing()
        return now.facts.counts(now.reading, now.view)

    def accounts_table(self, period: Any = None) -> Table:
        """One row per account that ever was a customer, in order of first appearance.

        `first_day`; `last_day`, the first day on which it was no customer any more (missing: it still is); `tenure` in days;
        whether it has `churned` and the `cause`, where rows or facts say it; `mrr`, the last that it paid, in minor units;
        its `parent` and its labels. With a period also its movements in it, which add up to `movements` of the period.
        """
        at_once = self._at_once()
        now = at_once._standing_with_causes()
        ledger = now.facts.core_ledger(now.reading, now.policy, now.view, self._options)
        transfers = at_once._units if at_once._shows_transfers() else None
        return accounts_table(ledger, now.facts.book, now.reading, period, transfers)

    def forecast(
        self,
        until: Any,
        *,
        methods: Sequence[str] = METHODS,
        level: float = 0.95,
        by: str | None = None,
        contracts: Any = None,
        new: Any = None,
        draws: int = 1000,
        seed: int = 1,
        family: str | None = None,
    ) -> Forecast:
        """Where the MRR of today's accounts goes until the end of a period, or for a number of months.

        Each draw learns again from accounts drawn with replacement, then draws each real account: under contract it stays
        until its renewal, without one it leaves with the rate of its age, segment and size; who stays changes as accounts
        did. `contracts` is a table of account_id, renews_on and, where known, every (months) and probability. `by` names a
        label for segments with rates of their own. `new` maps months to MRR won, in minor units; without it there is no new
        business. `methods` without "decay" leaves accounts without a contract as they are, without "chain_ladder" there is
        no second opinion. `family` is "by_age", "sbg" or "geometric"; by default the one that says the last quarter of the
        months best. The same seed gives the same bits on any number of threads. Back-test it with `sj.backtest_forecast`.
        """
        asked = {"methods": methods, "level": level, "by": by, "contracts": contracts, "new": new}
        now = self._at_once()
        return forecast(now._ledger, now.accounts_table(), until, **asked, draws=draws, seed=seed, family=family)

    def usage_movements(self, first: Any, last: Any, *, by: str = "month") -> Table:
        """What was committed, consumed, consumed beyond it and left unused in each period, in minor units.

        `committed`: minimums, and prepaid amounts spread over their term. `overage`: consumption that no commitment covers.
        `shortfall`: commitments that expired unused, a minimum each month, a prepaid amount at its end. `carried`: committed
        so far, neither used nor expired; below zero it was used ahead of the calendar. In every row
        carried_in + committed + overage = consumed + shortfall + carried. `balance`: prepaid amounts left at the end.
        Periods that `as_of` has not reached have no row; one that it cuts is named in the option `incomplete`.
        """
        now = self._standing()
        return usage_movements(self._ledger, now.facts.book, now.reading, first, last, by)

    def commitments(self, *, months: int = 3) -> Table:
        """When prepaid commitments run out: one row per commitment in force on `as_of`.

        `consumed` is what its customer consumed beyond minimums in the last `months` complete months, of which only those
        from the first consumption on exist; `consumed` over the column `months` is the rate a month. `status`: "exhausted"
        (nothing is left), "runs_out" on the first day without balance, "lasts" until the term ends, or "undefined", with a
        `reason`. `earliest` and `latest` are the days at the rates of the fastest and the slowest of these months; missing:
        not before the end of the term.
        """
        now = self._standing()
        return commitments(self._ledger, now.facts.book, now.reading, months)

    def restatement(self, period: Any, *, known_on: Sequence[Any]) -> Restatement:
        """Why the numbers of a closed period differ between the two days of `known_on`.

        One row per account that changed them, with the rows that were recorded or withdrawn in between. Every column adds up
        to the difference between the movements as known on the first day and as known on the second.
        """
        self._require_knowledge()
        month, months = span_of(period)
        if self._unit == "parent" and not isinstance(known_on, str):
            for day in known_on:
                known = self.as_known_on(day, as_of=self.as_of)
                known._require_no_transfers("restatement", (month, months, 1))
        now = self._standing()
        return restatement(self._of(now), now.facts.book, now.reading, period, known_on)

    def state(self, first: Any, last: Any, *, by: str = "month", accounts_in: Any = None) -> RevenueState:
        """The mergeable integers behind movements and churn of the periods from `first` to `last`.

        With `accounts_in=rows` only of the accounts that occur in these rows, which keeps a state up to date without a
        recount: subtract it (`s -= ledger.state(..., accounts_in=rows)`), apply the rows, and add it again with `s +=`.

        States know which accounts they hold: states of two tables that share an account refuse to add up (`StateError`)
        instead of counting it twice. See docs/guide/shards.md.
        """
        start, each, count = grid(first, last, by)
        self._require_no_transfers("state", (start, each, count))
        ledger, rules = self._ledger.compiled, self.policy.core
        if accounts_in is None:
            return ledger.state(start, each, count, rules)
        names, picked = pick(accounts_in, {"account": self._facts.source.names["account"]})
        return ledger.state_some(picked["account"], names["account"], start, each, count, rules)
