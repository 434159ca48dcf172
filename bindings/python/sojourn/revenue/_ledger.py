"""The ledger: what every account pays on every day, and the revenue metrics that are read from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sojourn import _core
from sojourn._core import Estimate
from sojourn._core.frames import Column
from sojourn._core.revenue import CohortState as CohortState
from sojourn._core.revenue import RenewalState as RenewalState
from sojourn._core.revenue import RevenueState as RevenueState
from sojourn._frames import columns as _input
from sojourn._frames.format import exponent
from sojourn._frames.periods import MONTHS_EACH, date_of, day_of, days_of, first_day, grid, month_of, span_of
from sojourn._frames.table import Table
from sojourn._frames.usual_names import USUAL_NAMES
from sojourn.errors import SchemaError
from sojourn.revenue import _available_to_renew as _renewable
from sojourn.revenue import _lifetime_value as _ltv
from sojourn.revenue import _plots as _revenue_plots
from sojourn.revenue import _retention, _segments
from sojourn.revenue._cohorts import Explanation, Triangle
from sojourn.revenue._comparison import Compared, Interval
from sojourn.revenue._economics import Amount, usual_policy
from sojourn.revenue._sources import changes as _inputs
from sojourn.revenue._sources.prices import PRICING, Prices

if TYPE_CHECKING:
    from sojourn.revenue._contributors import Contributors
    from sojourn.revenue._policy import Policy
    from sojourn.revenue._restatement import History, Restatement
    from sojourn.revenue._sources import currencies as _currencies

ROLES = ("account", "start", "end", "mrr")


class Ledger(
    _renewable.Renewable,
    _retention.RetentionOverTime,
    Compared,
    _inputs.OtherInputs,
    _inputs.Corrections,
    _segments.Segmented,
    _ltv.Worth,
):
    """Subscription periods [start, end) of accounts, several an account and in any order; overlaps add up.

    `mrr` holds whole minor units (cents); a missing end means that the subscription runs. `as_of` is the first day that is
    not known: everything from it on has not happened yet. Columns that are not named are found by their usual names when
    only one fits.

    `known_from` and `known_until` name columns that say when each row was recorded and when it was taken back; then this
    is the ledger of the rows that are believed now, `as_known_on` gives it as it was known on a day, and `restatement`
    the accounts that changed a close. `segment` names columns (a plan, a region) that results can be split by, see `by_segment`.
    `shard=(i, n)` declares which part of a table this is, cut by account with `shard_of`.

    In more than one currency, `currency` names the column of their codes, `rates` is a table (currency, month or date, rate) of
    what one unit is worth in `report_in`. `fx` is the policy's unless given here. With "period_open_rate" a movement stands at
    the rate of the period's opening (that of the day before it) and the closing at that of its last day; the rest is `fx`.
    "period_mean" takes means instead; "service_start" and "purchase" (the day in `purchased_on`) value each row once, for good.
    """

    _of_prices = False
    _history: History | None = None
    _shard: tuple[int, int] | None = None
    _is_part = False
    _build: Callable[[Policy], _core.revenue.Ledger]
    _valuation: _currencies.Valuation | None = None

    def __init__(
        self,
        table: Any,
        *,
        account: str | None = None,
        start: str | None = None,
        end: str | None = None,
        mrr: str | None = None,
        currency: str = "USD",
        as_of: Any = None,
        policy: Policy | None = None,
        known_from: str | None = None,
        known_until: str | None = None,
        segment: str | Sequence[str] | None = None,
        shard: tuple[int, int] | None = None,
        rates: Any = None,
        report_in: str | None = None,
        fx: str | None = None,
        purchased_on: str | None = None,
    ) -> None:
        self._shard = shard
        self._asked: dict[str, str | None] = {"account": account, "start": start, "end": end, "mrr": mrr}
        if known_from is not None or known_until is not None:
            from sojourn.revenue._restatement import start_known

            if segment is not None:
                raise SchemaError(
                    "with knowledge dates, labels come from a table of accounts: leave segment= out and call add_segment"
                )
            return start_known(self, table, known_from, known_until, currency, as_of, policy or usual_policy())
        if rates is not None or report_in is not None:
            from sojourn.revenue._sources import currencies as _currencies

            _currencies.start(self, table, currency, rates, report_in, fx, purchased_on, as_of, policy or usual_policy())
            names = _pick(table, self._asked)[0]
            self._labels = _segments.Labels(table, segment, account=names["account"], since=names["start"])
            return
        names, picked = _pick(table, self._asked)
        until = None if as_of is None else day_of(as_of, "as_of")
        places = exponent(currency)
        self._labels = _segments.Labels(table, segment, account=names["account"], since=names["start"])

        self._terms = lambda first, end, known, lost: _core.revenue.available_to_renew(
            **picked,
            exponent=places,
            first_day=first,
            end_day=end,
            as_of=known,
            names=[names[role] for role in ROLES],
            lost=lost,
        )

        def build(rules: Policy) -> _core.revenue.Ledger:
            return _core.revenue.Ledger.make(
                **picked, exponent=places, as_of=until, names=[names[role] for role in ROLES], lapse_grace=rules.lapse_grace
            )

        self._start(
            build, lambda rules: [name for name in PRICING if name in rules.changes()], policy or usual_policy(), currency
        )

    @classmethod
    def from_prices(
        cls,
        table: Any,
        *,
        account: str = "account_id",
        start: str = "start",
        amount: str = "amount_minor",
        currency: str = "USD",
        as_of: Any = None,
        policy: Policy | None = None,
        part: str = "paid",
        commitment: str = "in_force",
        segment: str | Sequence[str] | None = None,
        shard: tuple[int, int] | None = None,
        **columns: str,
    ) -> Ledger:
        """A ledger of prices and of what happened to subscriptions, counted as the policy says.

        Further columns by role: subscription, end, cancelled_on, billing_ended_on, unpaid_since, paid_again_on, paused_on,
        resumed_on, trial_end, every, unit, quantity, discount_basis_points, discount_minor, discount_term, tax_minor,
        metered. `part="trial"` reads what trials would bring; `commitment="committed"` leaves out what is known to end.
        """
        prices = Prices(
            table,
            {"account": account, "start": start, "amount": amount, **columns},
            exponent(currency),
            None if as_of is None else day_of(as_of, "as_of"),
            part,
            commitment,
        )
        book = cls.__new__(cls)
        book._asked, book._of_prices, book._shard = {"account": account}, True, shard
        book._labels = _segments.Labels(
            table, segment, account=account, since=start, subscription=columns.get("subscription")
        )
        book._start(prices.build, prices.not_applied, policy or usual_policy(), currency)
        return book

    def _start(
        self,
        build: Callable[[Policy], _core.revenue.Ledger],
        unused: Callable[[Policy], list[str]],
        policy: Policy,
        currency: str,
    ) -> None:
        def declared(rules: Policy) -> _core.revenue.Ledger:
            core = build(rules)
            core.declare(self._shard)
            return core

        self._build, self._unused = declared, unused
        self._take(declared(policy), policy, currency)

    def _take(self, core: _core.revenue.Ledger, policy: Policy, currency: str) -> None:
        self._core, self.policy, self.currency = core, policy, currency
        self.as_of = date_of(core.known_until)

    def with_policy(self, policy: Policy) -> Ledger:
        """The same rows under another policy."""
        other = self._copy()
        rules = policy if self._valuation is None else self._valuation.settled(policy)
        other._take(self._build(rules), rules, self.currency)
        return other

    def _copy(self) -> Ledger:
        other = Ledger.__new__(Ledger)
        other.__dict__.update(self.__dict__)
        other._labels = self._labels.copy()
        return other

    def as_known_on(self, when: Any, *, as_of: Any = None) -> Ledger:
        """The ledger as it was known at the end of that day: only rows recorded by then and not yet taken back.

        Knowledge picks rows; `as_of` cuts time. By default nothing after that day has happened yet, so `as_of` is the day
        after, or this ledger's where that is earlier.
        """
        from sojourn.revenue._restatement import as_known_on

        return as_known_on(self, when, as_of)

    def restatement(self, period: Any, *, known_on: Sequence[Any]) -> Restatement:
        """Why a closed period is another number on the second day of `known_on` than on the first: the accounts, and the
        rows recorded or taken back in between. Every column adds up to the difference of the two waterfalls."""
        from sojourn.revenue._restatement import restatement

        return restatement(self, period, known_on)

    @property
    def counts(self) -> dict[str, int]:
        """Rows, and those without effect by reason: empty, free, starting or ending on or after `as_of`, not known."""
        return self._core.counts if self._history is None else {**self._core.counts, **self._history.left_out()}

    @property
    def accounts(self) -> int:
        """Accounts that occur in the rows."""
        return self._core.accounts

    @property
    def options(self) -> dict[str, Any]:
        """What every result of this ledger assumes."""
        unused = self._unused(self.policy)
        if self._valuation is None and "fx" in self.policy.changes():
            unused = [*unused, "fx"]
        missing = {"not_applied": ", ".join(unused)} if unused else {}
        known = {} if self._history is None else {"known_on": self._history.label}
        valued = {} if self._valuation is None else {"fx": self.policy.fx}
        return {**self.policy.describe(), **missing, "currency": self.currency, "as_of": str(self.as_of), **known, **valued}

    def partition(self, n: int) -> list[Ledger]:
        """`n` ledgers that share no account and together hold all of them, cut by a hash of the account's key; their states
        add up to the state of the whole, and refuse to be added twice."""
        if n < 1:
            raise SchemaError(f"a ledger is cut into 1 part or more, not {n}")
        parts = []
        for index in range(n):
            part = self._copy()
            part._build, part._is_part, part._terms = self._part_builder(index, n), True, None
            part._take(self._core.share(index, n), self.policy, self.currency)
            parts.append(part)
        return parts

    def _part_builder(self, index: int, n: int) -> Callable[[Policy], _core.revenue.Ledger]:
        def build(rules: Policy) -> _core.revenue.Ledger:
            if rules.unit != self.policy.unit:
                raise SchemaError("a part of a ledger holds customers of one unit; change the unit of the whole")
            return self._build(rules).share(index, n)

        return build

    def apply(self, table: Any) -> None:
        """Adds rows, with the columns of the first table: afterwards this is the ledger of the old and the new rows.

        A back-dated row restates history; `as_of` stays. When a row is bad, nothing has changed. Time goes with the rows and
        with the history of their accounts, not with the ledger. Not while another thread reads the ledger.
        """
        names, picked = self._rows(table)
        labels = self._labels.read(table, names)
        self._correct(lambda core: core.apply(**picked, exponent=exponent(self.currency), names=names))
        self._labels.add(labels)

    def retract(self, table: Any) -> None:
        """Takes rows out again, the inverse of `apply`: a correction retracts the wrong row and applies the right one."""
        names, picked = self._rows(table)
        labels = self._labels.read(table, names)
        self._correct(lambda core: core.retract(**picked, exponent=exponent(self.currency), names=names))
        self._labels.remove(labels)

    def _require_correctable(self) -> None:
        if self._history is not None:
            raise SchemaError(
                "a ledger with knowledge dates is corrected by rows that say when they were known; build it again"
            )
        valued_once = self._valuation is not None and self.policy.fx in ("service_start", "purchase")
        if self._of_prices or self.policy.lapse_grace or valued_once:
            raise SchemaError(
                "a ledger of prices, invoices or changes, or under lapse_grace, cannot be corrected row by row; "
                "build it again from all rows"
            )

    def _correct(self, edit: Callable[[_core.revenue.Ledger], None]) -> None:
        """Edits the ledger, and whatever is built from its rows under another policy later."""
        build = self._build

        def corrected(rules: Policy) -> _core.revenue.Ledger:
            if rules.lapse_grace:
                raise SchemaError("a ledger under lapse_grace cannot be corrected row by row; build it again from all rows")
            core = build(rules)
            edit(core)
            return core

        self._require_correctable()
        edit(self._core)
        self._terms = None
        self._build = corrected

    def state(self, first: Any, last: Any, *, by: str = "month", accounts_in: Any = None) -> _core.revenue.RevenueState:
        """The mergeable integers behind movements and churn of the periods from `first` to `last`.

        With `accounts_in=rows` only of the accounts that occur in these rows. So a state is kept up without a recount:
        `s -= ledger.state(..., accounts_in=rows)`, then `ledger.apply(rows)`, then `s += ledger.state(..., accounts_in=rows)`.

        States know whose they are: those of two tables that share an account refuse to add up (`StateError`) instead of
        counting it twice. See docs/guide/shards.md.
        """
        start, each, count = grid(first, last, by)
        if accounts_in is None:
            return self._core.state(start, each, count, self.policy.core)
        names, picked = _pick(accounts_in, {"account": self._asked["account"]})
        return self._core.state_some(picked["account"], names["account"], start, each, count, self.policy.core)

    def movements(
        self, first: Any, last: Any, *, by: str = "month", by_segment: str | None = None, segment_rule: str = "last"
    ) -> Table:
        """How MRR got from opening to closing, period by period, in minor units; every row closes exactly.

        With `by_segment` a row a segment and period.
        """
        if by_segment is not None:
            return self.by_segment(by_segment, rule=segment_rule).movements(first, last, by=by)
        shown = self._core.tally(*grid(first, last, by), self.policy.core).movements()
        options = {**self.options, "by": by}
        if shown["incomplete"]:
            options["incomplete"] = ", ".join(shown["incomplete"])
        return Table(shown["columns"], options=options, plot=_revenue_plots.plot_movements, title=f"MRR movements by {by}")

    def mrr(self, period: Any) -> Amount:
        """MRR in force at the end of the period, in minor units."""
        return Amount.of_ticks(self._one(period).closing_ticks(0), period=str(period), **self.options)

    def arr(self, period: Any) -> Amount:
        """Twelve times MRR, exactly."""
        return Amount.of_ticks(12 * self._one(period).closing_ticks(0), period=str(period), **self.options)

    def arpa(self, period: Any, *, level: float = 0.95) -> Estimate:
        """Average MRR of a customer at the end of the period, in minor units."""
        return self._rate(period, "arpa", level)

    def average_sale_price(self, period: Any) -> Estimate:
        """Average first MRR of the customers new in the period, in minor units."""
        return self._rate(period, "average_sale_price", 0.95)

    def quick_ratio(self, period: Any) -> Estimate:
        """MRR won over MRR lost; undefined when nothing was lost."""
        return self._rate(period, "quick_ratio", 0.95)

    def logo_churn(self, period: Any, *, level: float = 0.95) -> Estimate:
        """Share of the customers of the opening without MRR at the end of the period, or as the policy has it.

        Under a policy with a `window` the period may also be a date: the first day after the window.
        """
        return self._churn(period, "logo_churn", level)

    def mrr_churn(self, period: Any, *, kind: str = "gross", method: Interval = "score", level: float = 0.95) -> Estimate:
        """Share of opening MRR lost: "gross" before growth of existing customers, "net" after it."""
        if kind not in ("gross", "net"):
            raise SchemaError(f'kind "{kind}" is not one of gross, net')
        return self._churn(period, f"{kind}_mrr_churn", level, method)

    def nrr(self, period: Any, *, window: int | None = None, method: Interval = "score", level: float = 0.95) -> Estimate:
        """Net revenue retention: MRR at the end of `period` of the customers `window` months before, over their MRR then.

        Without a window the policy's `nrr_window` holds: twelve months unless it says otherwise. `method` is the interval's:
        "score" holds in small and heavy-tailed sets too, "linearised" is r +- z se.
        """
        return self._retention(period, "nrr", window, level, method)

    def grr(self, period: Any, *, window: int | None = None, method: Interval = "score", level: float = 0.95) -> Estimate:
        """Gross revenue retention: as `nrr`, each account at most at what it paid then, or on the policy's basis."""
        return self._retention(period, "grr", window, level, method)

    def logo_retention(self, period: Any, *, window: int = 12, level: float = 0.95) -> Estimate:
        """Share of the customers of `window` months before who are still customers at the end of `period`."""
        return self._retention(period, "logo_retention", window, level)

    def cohorts(self, *, by: str = "month", measure: str = "accounts", first: Any = None, last: Any = None) -> Triangle:
        """Customers by the period of their first MRR, followed by age; by default over everything that is known.

        Ages are periods of the calendar, or under `cohort_index="tenure_days"` of 30 days a month since each customer's first day.
        """
        start, each, count = self._whole_grid(by) if first is None or last is None else grid(first, last, by)
        return self._triangle((start, each, count), by, measure, {})

    def _triangle(self, periods: tuple[int, int, int], by: str, measure: str, more: dict[str, Any]) -> Triangle:
        options = {**self.options, "measure": measure, **more}
        return Triangle(
            self._core.cohorts(*periods, self.policy.core),
            measure=measure,
            by=by,
            options=options,
            mean=self.policy.cohort_mean,
        )

    def explain(self, account: Any, period: Any) -> Explanation:
        """Why an account stands in a period: its movements, and the numbers of the rows behind them."""
        month, months = span_of(period)
        days = first_day(month), first_day(month + months)
        found = self._core.explain(account, *days, self.policy.core)
        return Explanation(found, options={**self.options, "account": account, "period": str(period)})

    def contributors(self, period: Any, cell: str, *, top: int | None = 20, window: int | None = None) -> Contributors:
        """The accounts behind a number of a period, and the rows behind them: those that matter most first.

        `cell` is a column of `movements` ("churn", "new", "accounts_churned" ...) or a rate ("nrr", "grr", "logo_retention",
        "logo_churn", "gross_mrr_churn", "net_mrr_churn", "quick_ratio"). They and `.others` add up to it exactly.
        """
        from sojourn.revenue._contributors import contributors

        return contributors(self, period, cell, top, window)

    def cohort_contributors(self, cohort: Any, age: int, *, measure: str = "accounts", top: int | None = 20) -> Contributors:
        """The accounts of a cell of `cohorts`: `cohort` is the period of the start, `age` counts periods of that length."""
        from sojourn.revenue._contributors import cohort_contributors

        return cohort_contributors(self, cohort, age, measure, top)

    def survival(self, *, weights: str | None = None, level: float = 0.95) -> Any:
        """How long customers stay, in days from the first MRR to the final churn; with weights="mrr" how long money stays."""
        if weights not in (None, "mrr"):
            raise SchemaError(f'weights {weights!r} is not None or "mrr"')
        from sojourn.lifetime._survival import kaplan_meier

        found = self._core.tenure()
        return kaplan_meier(found["days"], found["churned"], weights=found["mrr"] if weights else None, level=level)

    def _one(self, period: Any) -> _core.revenue.RevenueState:
        month, months = span_of(period)
        return self._core.tally(month, months, 1, self.policy.core)

    def _rate(self, period: Any, metric: str, level: float) -> Estimate:
        state = self._one(period)
        found = state.estimate(0, metric, level)
        found.options = {**self.options, "period": str(period), "complete": state.complete(0)}
        return found

    def _churn(self, period: Any, metric: str, level: float, method: Interval = "score") -> Estimate:
        first, end = _core.revenue.churn_window(self.policy.core, *days_of(period, dates=self.policy.window is not None))
        found = self._read(metric, (first, end), level, method)
        found.options = {**self.options, "period": str(period), "complete": end <= self._core.known_until}
        if self.policy.window is not None:
            found.options |= {"first": str(date_of(first)), "last": str(date_of(end - 1))}
        return found

    def _retention(self, period: Any, metric: str, window: int | None, level: float, method: Interval = "score") -> Estimate:
        month, months = span_of(period)
        if window is not None and window < 1:
            raise SchemaError(f"a window is 1 month or more, not {window}")
        end = month + months
        shown: int | str | None = window
        if window is None:
            shown = {"one_month": 1, "twelve_months": 12}.get(self.policy.nrr_window, self.policy.nrr_window)
        if isinstance(shown, int) or metric == "logo_retention":
            length = shown = shown if isinstance(shown, int) else 12
            days = first_day(end - length), first_day(end)
            found = self._read(metric, days, level, method)
        else:
            found = self._core.rate(f"{metric}_until", 0, first_day(end), self.policy.core, level)
        complete = first_day(end) <= self._core.known_until
        found.options = {**self.options, "period": str(period), "window": shown, "complete": complete}
        return found

    def _whole_grid(self, by: str) -> tuple[int, int, int]:
        if by not in MONTHS_EACH:
            raise SchemaError(f'by "{by}" is not one of month, quarter, year')
        earliest, each = self._core.first_day, MONTHS_EACH[by]
        if earliest is None:
            raise SchemaError("the ledger holds no MRR, so it has no cohorts; give first and last")
        start = month_of(earliest) // each * each
        last = month_of(self._core.known_until - 1)
        return start, each, (last - start) // each + 1

    def __repr__(self) -> str:
        return f"Ledger({self.accounts:,} accounts, {self.counts['rows']:,} rows, {self.currency}, known until {self.as_of})"


def shard_of(accounts: Any, n: int) -> Column:
    """The shard 0 .. n - 1 of each account key, the same on every machine: all rows of one account get one number."""
    return _core.revenue.shard_of(_input.column(accounts, "account"), "account", n)


def mrr_series(
    table: Any,
    first: Any,
    last: Any,
    *,
    by: str = "month",
    start: str | None = None,
    end: str | None = None,
    mrr: str | None = None,
    currency: str = "USD",
    as_of: Any = None,
    threads: int = 0,
) -> Table:
    """MRR and subscriptions in force at the end of each period, straight from the rows; `threads` 0 is one a processor.

    MRR is `Ledger.movements`' closing. Subscriptions are rows with MRR, so an account with two of them counts twice.
    """
    begin, each, count = grid(first, last, by)
    names, picked = _pick(table, {"start": start, "end": end, "mrr": mrr})
    until = None if as_of is None else day_of(as_of, "as_of")
    found = _core.revenue.mrr_series(**picked, exponent=exponent(currency), as_of=until, names=[names[r] for r in ROLES[1:]],
                             first=begin, months_each=each, count=count, threads=threads)  # fmt: skip
    options = {"currency": currency, "by": by, "as_of": None if as_of is None else str(date_of(until or 0))}
    if found["incomplete"]:
        options["incomplete"] = ", ".join(found["incomplete"])
    return Table(found["columns"], options=options, title=f"MRR by {by}")


def _pick(table: Any, asked: dict[str, str | None]) -> tuple[dict[str, str], dict[str, Column]]:
    """The columns of the four roles; a role without a name takes the only column with a usual name for it."""
    if all(name is not None for name in asked.values()):
        names = {role: str(name) for role, name in asked.items()}
        return names, _input.columns(table, names)
    held = _input.frame(table)
    names = {role: name if name is not None else _only_candidate(role, list(held)) for role, name in asked.items()}
    return names, _input.columns(held, names)


def _only_candidate(role: str, present: Sequence[str]) -> str:
    found = [name for name in present if name.lower().strip() in USUAL_NAMES[role]]
    if len(found) == 1:
        return found[0]
    problem = f"several columns may be the {role}: {', '.join(found)}" if found else f"no column looks like the {role}"
    raise SchemaError(f"{problem}; name it with {role}=. The table has: {', '.join(present)}")
