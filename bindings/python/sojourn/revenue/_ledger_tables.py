"""Tables, counts and states of a ledger that need its facts: accounts, usage, commitments, restatements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sojourn._core.revenue import RevenueState
from sojourn._frames.periods import grid, span_of
from sojourn._frames.roles import pick
from sojourn._frames.table import Table
from sojourn.lifetime._decay import Decay
from sojourn.revenue._account_values import account_values, ledger_decay
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

    def fit_decay(self, *, family: str = "sbg", weights: str | None = None) -> Decay:
        """A retention curve in months of age, fitted to all accounts: each faces one decision a month.

        An account that left within its m-th month renewed m - 1 times and was lost at the m-th; one that is still there
        has renewed at each decision before `as_of`. `family` as in `sj.fit_decay`; with weights="mrr" the curve is of money,
        each account by the last MRR that it paid, and its error is that of accounts. Annual contracts decide once a year,
        which no such curve shows.
        """
        return ledger_decay(self._with_one_owner("fit_decay"), family, weights)

    def account_values(
        self,
        period: Any,
        *,
        margin: float,
        rate: float,
        decay: Decay | None = None,
        timing: str = "renewal_due",
        leaving: Any = None,
        within: int | None = None,
        level: float = 0.95,
    ) -> Table:
        """What each customer at the end of the period is worth, given its age: MRR x margin x expected further payments.

        `rate` discounts per month (10 % a year is 1.1 ** (1 / 12) - 1). `decay` is a curve in months, by default
        `fit_decay()` of this ledger. `timing` as in `sj.cltv`; "renewal_due": the next payment is due now, if the
        customer renews. Columns: account, `first_day`,
        `renewals` (whole months since), `mrr`, `residual_lifetime` (expected further payments, not discounted), `value`
        with the limits of the curve. Lifetimes and values are infinite where the curve says so.

        Value at risk = probability of leaving x value, where `leaving` says the probability: a table of account_id and
        probability (of `fit_logistic(...).predict`, of a health card that has learned ...), or "decay" with `within`
        months, the probability of the curve at each age. Nothing is assumed for accounts that the table leaves out.
        """
        asked = {"margin": margin, "rate": rate, "decay": decay, "timing": timing, "leaving": leaving}
        ledger = self._with_one_owner("account_values")
        return account_values(ledger, period, **asked, within=within, level=level)

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
