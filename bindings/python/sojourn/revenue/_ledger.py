"""The ledger: what every account pays on every day, and the revenue metrics that are read from it."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sojourn import _core
from sojourn._core import Estimate
from sojourn._core.frames import Column
from sojourn._core.revenue import CohortState, LabelRows, Reading, RevenueState
from sojourn._frames.arguments import checked
from sojourn._frames.columns import columns as columns_of
from sojourn._frames.dates import calendar_day, date_reading
from sojourn._frames.periods import day_of, day_or_none, grid
from sojourn._frames.roles import pick
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.revenue._accounts_table import accounts_table
from sojourn.revenue._core_ledger import CoreLedger
from sojourn.revenue._labels import AddedLabels, Labels
from sojourn.revenue._ledger_bytes import HeldLedger, ledger_bytes, ledger_from_bytes
from sojourn.revenue._mergers import mergers
from sojourn.revenue._parents import ParentRow, parent_rows
from sojourn.revenue._policy import Policy
from sojourn.revenue._readings import Readings
from sojourn.revenue._restatement import Restatement, restatement
from sojourn.revenue._sources.changes import Changes
from sojourn.revenue._sources.common import Common
from sojourn.revenue._sources.invoices import Invoices
from sojourn.revenue._sources.prices import Prices
from sojourn.revenue._sources.row_habits import ends_and_column
from sojourn.revenue._sources.snapshots import MonthSnapshots
from sojourn.revenue._sources.source import Source
from sojourn.revenue._sources.subscriptions import Subscriptions
from sojourn.revenue._sources.usage import Usage
from sojourn.revenue._units import units_of
from sojourn.revenue._usage import USAGE_AMOUNTS, commitments, usage_movements
from sojourn.revenue._view import BookOfLedger, View


@checked
class Ledger(Readings):
    """What every account pays on every day: made of subscription periods [start, end), in any order; overlaps add up.

    `mrr` holds amounts: `amounts` says whether in "minor" units (cents) or in "major" units of the currency (dollars, which
    may be floats, decimals or text and are converted exactly). By default the column's name says it: names that end in
    `_minor` or `_cents` hold minor units; any other name asks. `currency` is a code of ISO 4217, or the column of codes; by
    default a column called `currency`, else USD. A column with more than one currency needs `rates` and `report_in`.

    A missing end means that the subscription is still running. `as_of` is the first day that is not known: nothing from that
    day on has happened yet; by default the earlier of today and the day after the latest date. A column that is not named is
    found by its usual name, if exactly one column fits. With `ends="inclusive"` (short: `end="inclusive"`) an end is the
    last day with MRR, and not the first without.

    Days are dates, or text as ISO 8601 writes it. `date_format` states another order ("%d/%m/%Y" or "DD/MM/YYYY"), and
    `timezone` ("Europe/Berlin") on whose calendar a moment with a time or a zone falls; without it such a moment is refused.
    An end on 2099-12-31 or after 2199 means "not ended" and is counted as `open_ends_far`. See docs/guide/dates.md.

    `known_from` and `known_until` name the columns that say when each row was recorded and when it was withdrawn. The ledger
    then holds the rows that are believed now; `as_known_on` gives the ledger as it was known on a day, and `restatement` the
    accounts that changed a closed period. `segment` names columns (a plan, a region) to split results by, see `by_segment`.
    `shard=(i, n)` declares that the table is shard i of n, cut by account with `shard_of`.

    In more than one currency, `currency` names the column of currency codes and `rates` is a table (currency, month or date,
    rate) of what one unit is worth in `report_in`. `fx` says which rate applies; by default the policy does:
    "period_open_rate" values movements at the rate of the day before the period and the closing at the rate of its last day,
    and shows the difference in the column `fx`; "period_mean" values movements at the mean rate of the period;
    "service_start" and "purchase" (on the day in column `purchased_on`) value each row once and for good.
    """

    def __init__(
        self,
        table: Any,
        *,
        account: str | None = None,
        start: str | None = None,
        end: str | None = None,
        mrr: str | None = None,
        amounts: str | None = None,
        currency: str | None = None,
        as_of: Any = None,
        timezone: Any = None,
        date_format: str | None = None,
        policy: Policy | None = None,
        known_from: str | None = None,
        known_until: str | None = None,
        segment: str | Sequence[str] | None = None,
        cause: str | None = None,
        parent: Any = None,
        shard: tuple[int, int] | None = None,
        rates: Any = None,
        report_in: str | None = None,
        fx: str | None = None,
        purchased_on: str | None = None,
        ends: str = "exclusive",
    ) -> None:
        ends, end = ends_and_column(ends, end)
        roles = {"account": account, "start": start, "end": end, "mrr": mrr}
        common = Common(
            amounts=amounts,
            currency=currency,
            ends=ends,
            rates=rates,
            report_in=report_in,
            fx=fx,
            purchased_on=purchased_on,
            known_from=known_from,
            known_until=known_until,
            segment=segment,
            cause=cause,
            parent=parent,
            dates=date_reading(timezone, date_format),
        )
        common.require_used(policy or Policy())
        self._start(Subscriptions(table, roles, common), _day(as_of, timezone), policy, shard)

    def _start(self, source: Source, as_of: Any, policy: Policy | None, shard: tuple[int, int] | None) -> None:
        facts, asked = BookOfLedger.made_of(source), policy or Policy()
        reading, view = facts.read(asked, View(as_of=day_or_none(as_of, "as_of"), shard=shard))
        facts.habits = source.habits()
        source.first = None  # the book has them
        self._hold(HeldLedger(facts, asked, view, Labels(source.common.labels), reading))
        if source.common.parents is not None:
            self._set_parents(parent_rows(self._accounts, source.common.parents, dates=source.common.dates))
            source.common = replace(source.common, parents=None)  # the book has them

    def _hold(self, held: HeldLedger) -> None:
        self._guard = threading.Lock()
        self._facts, self._asked, self._view, self._labels, self._reading = held
        self._options = self._facts.options(self._reading, self._asked, self._view)
        self._corrections = 0
        self._other_unit: tuple[Reading, View] | None = None
        self._read_with_causes: Reading | None = None

    def _standing(self) -> HeldLedger:
        """All of the ledger as it stands now: what another thread corrects from now on does not reach it."""
        with self._guard:
            return self._unguarded()

    def _unguarded(self) -> HeldLedger:
        return HeldLedger(self._facts.copy(), self._asked, self._view, self._labels, copy.copy(self._reading))

    def _standing_with_causes(self) -> HeldLedger:
        """As `_standing`, read with the causes that facts say; that reading is kept until a correction."""
        with self._guard:
            now, kept, corrections = self._unguarded(), self._read_with_causes, self._corrections
        reading = _core.revenue.with_causes(now.facts.book, now.reading) if kept is None else kept
        with self._guard:
            if corrections == self._corrections:
                self._read_with_causes = reading
        return now._replace(reading=reading)

    @property
    def _ledger(self) -> CoreLedger:
        return self._core_ledger()

    def _at_once(self) -> Ledger:
        """The ledger as it stands now, for questions of several steps."""
        with self._guard:
            now, other, causes = self._unguarded(), self._other_unit, self._read_with_causes
        made = self._of(now)
        made._other_unit, made._read_with_causes = other, causes
        return made

    @classmethod
    def _of(cls, held: HeldLedger) -> Ledger:
        made = cls.__new__(cls)
        made._hold(held)
        return made

    @classmethod
    def _from_source(cls, source: Source, as_of: Any, policy: Policy | None, shard: tuple[int, int] | None = None) -> Ledger:
        made = cls.__new__(cls)
        made._start(source, as_of, policy, shard)
        return made

    def _under(self, policy: Policy, view: View) -> Ledger:
        """The same facts read anew; corrections of one ledger do not reach the other."""
        now = self._standing()
        reading, view = now.facts.read(policy, view)
        return self._of(HeldLedger(now.facts, policy, view, now.labels.anew(), reading))

    @classmethod
    def from_prices(
        cls,
        table: Any,
        *,
        account: str | None = None,
        start: str | None = None,
        amount: str | None = None,
        amounts: str | None = None,
        currency: str | None = None,
        as_of: Any = None,
        timezone: Any = None,
        date_format: str | None = None,
        policy: Policy | None = None,
        known_from: str | None = None,
        known_until: str | None = None,
        segment: str | Sequence[str] | None = None,
        cause: str | None = None,
        parent: Any = None,
        shard: tuple[int, int] | None = None,
        rates: Any = None,
        report_in: str | None = None,
        fx: str | None = None,
        purchased_on: str | None = None,
        ends: str = "exclusive",
        part: str = "paid",
        commitment: str = "in_force",
        **columns: str | None,
    ) -> Ledger:
        """A ledger made of prices and of what happened to their subscriptions; the policy says what counts as MRR.

        Further columns by role: subscription, end, cancelled_on, billing_ended_on, unpaid_since, paid_again_on, paused_on,
        resumed_on, trial_start, trial_end, every, unit, quantity, discount_basis_points, discount_minor, discount_term,
        discount_until, tax_minor, metered. A role that is not named takes the only column with a usual name for it; with
        None it goes without. `part="trial"` counts what running trials would bring; `commitment="committed"` leaves out
        subscriptions that are known to end. With `ends="inclusive"` an end is the last day of service.
        """
        names: dict[str, str | None] = {"account": account, "start": start, "amount": amount, **columns}
        ends, named = ends_and_column(ends, names.get("end"))
        if named != names.get("end"):
            del names["end"]
        common = Common(
            amounts=amounts,
            currency=currency,
            ends=ends,
            rates=rates,
            report_in=report_in,
            fx=fx,
            purchased_on=purchased_on,
            known_from=known_from,
            known_until=known_until,
            segment=segment,
            cause=cause,
            parent=parent,
            dates=date_reading(timezone, date_format),
        )
        common.require_used(policy or Policy())
        return cls._from_source(
            Prices(table, names, common, part=part, commitment=commitment), _day(as_of, timezone), policy, shard
        )

    @classmethod
    def from_invoices(
        cls,
        table: Any,
        *,
        account: str | None = None,
        service_start: str | None = None,
        service_end: str | None = None,
        amount: str | None = None,
        amounts: str | None = None,
        currency: str | None = None,
        as_of: Any = None,
        timezone: Any = None,
        date_format: str | None = None,
        policy: Policy | None = None,
        known_from: str | None = None,
        known_until: str | None = None,
        segment: str | Sequence[str] | None = None,
        cause: str | None = None,
        parent: Any = None,
        shard: tuple[int, int] | None = None,
        rates: Any = None,
        report_in: str | None = None,
        fx: str | None = None,
        purchased_on: str | None = None,
        ends: str = "exclusive",
        **columns: str | None,
    ) -> Ledger:
        """A ledger made of invoice lines: each counts for the days [service_start, service_end) that it bills.

        Its MRR is the amount divided by the months of that period. Further columns by role: kind ("recurring", "one_off",
        "usage", "refund", "proration", or a billing system's word; missing: recurring, and below zero a proration where
        another charge takes its place, else a refund), subscription, discount_minor, discount_term, tax_minor, full_start
        and full_end (the whole period, of which a prorated line bills a part), ended_on, cancelled_on, billing_ended_on,
        unpaid_since, paid_again_on. A role that is not named takes the only column with a usual name for it; with None it
        goes without. With `ends="inclusive"` `service_end` and `full_end` are the last day that is billed.
        """
        names = {"account": account, "service_start": service_start, "service_end": service_end, "amount": amount, **columns}
        ends, named = ends_and_column(ends, service_end)
        names["service_end"] = named
        common = Common(
            amounts=amounts,
            currency=currency,
            ends=ends,
            rates=rates,
            report_in=report_in,
            fx=fx,
            purchased_on=purchased_on,
            known_from=known_from,
            known_until=known_until,
            segment=segment,
            cause=cause,
            parent=parent,
            dates=date_reading(timezone, date_format),
        )
        common.require_used(policy or Policy())
        return cls._from_source(Invoices(table, names, common), _day(as_of, timezone), policy, shard)

    @classmethod
    def from_snapshots(
        cls,
        table: Any,
        *,
        account: str | None = None,
        month: str | None = None,
        mrr: str | None = None,
        amounts: str | None = None,
        currency: str | None = None,
        as_of: Any = None,
        timezone: Any = None,
        date_format: str | None = None,
        policy: Policy | None = None,
        known_from: str | None = None,
        known_until: str | None = None,
        segment: str | Sequence[str] | None = None,
        cause: str | None = None,
        parent: Any = None,
        shard: tuple[int, int] | None = None,
        rates: Any = None,
        report_in: str | None = None,
        fx: str | None = None,
        purchased_on: str | None = None,
    ) -> Ledger:
        """A ledger made of month snapshots: one row per account and month ("2024-01", or any date in the month).

        A month without a row is a month without MRR. `as_of` is the first day that is not known; by default the first day
        after the latest month, so that an account in the last month is still a customer.
        """
        common = Common(
            amounts=amounts,
            currency=currency,
            rates=rates,
            report_in=report_in,
            fx=fx,
            purchased_on=purchased_on,
            known_from=known_from,
            known_until=known_until,
            segment=segment,
            cause=cause,
            parent=parent,
            dates=date_reading(timezone, date_format),
        )
        common.require_used(policy or Policy())
        rows = MonthSnapshots(table, {"account": account, "month": month, "mrr": mrr}, common)
        return cls._from_source(rows, _day(as_of, timezone), policy, shard)

    @classmethod
    def from_changes(
        cls,
        table: Any,
        *,
        account: str | None = None,
        when: str | None = None,
        mrr_after: str | None = None,
        change: str | None = None,
        subscription: str | None = None,
        same_day: str = "usual",
        amounts: str | None = None,
        currency: str | None = None,
        as_of: Any = None,
        timezone: Any = None,
        date_format: str | None = None,
        policy: Policy | None = None,
        known_from: str | None = None,
        known_until: str | None = None,
        segment: str | Sequence[str] | None = None,
        cause: str | None = None,
        parent: Any = None,
        shard: tuple[int, int] | None = None,
        rates: Any = None,
        report_in: str | None = None,
        fx: str | None = None,
        purchased_on: str | None = None,
    ) -> Ledger:
        """A ledger made of change events: from that day on the account pays `mrr_after`, or `change` more than before.

        Name one of the two columns, or leave it to its usual name. With `subscription`, each subscription has its own
        level, and the levels of an account add up. Of several changes on one day the "last" row counts, or their "sum", or
        "refuse" makes them an error; "usual" is "last" for levels and "sum" for changes. `when` holds dates or moments
        ("2024-01-05 23:50:10"): then the time, to its smallest unit, decides which change is the last (within one moment
        the row does, which `counts["same_moment"]` tells), and under the policy's `grouping_minutes` changes that follow
        each other closely count on the day of the first. A moment with a time zone needs `timezone`.
        """
        common = Common(
            amounts=amounts,
            currency=currency,
            rates=rates,
            report_in=report_in,
            fx=fx,
            purchased_on=purchased_on,
            known_from=known_from,
            known_until=known_until,
            segment=segment,
            cause=cause,
            parent=parent,
            dates=date_reading(timezone, date_format),
        )
        common.require_used(policy or Policy())
        log = Changes(
            table,
            account=account,
            when=when,
            mrr_after=mrr_after,
            change=change,
            subscription=subscription,
            same_day=same_day,
            common=common,
        )
        return cls._from_source(log, _day(as_of, timezone), policy, shard)

    @classmethod
    def from_usage(
        cls,
        table: Any,
        *,
        account: str | None = None,
        start: str | None = None,
        month: str | None = None,
        amount: str | None = None,
        kind: str | None = None,
        end: str | None = None,
        subscription: str | None = None,
        amounts: str | None = None,
        currency: str | None = None,
        as_of: Any = None,
        timezone: Any = None,
        date_format: str | None = None,
        policy: Policy | None = None,
        known_from: str | None = None,
        known_until: str | None = None,
        segment: str | Sequence[str] | None = None,
        cause: str | None = None,
        parent: str | None = None,
        shard: tuple[int, int] | None = None,
        rates: Any = None,
        report_in: str | None = None,
        fx: str | None = None,
        purchased_on: str | None = None,
        ends: str = "exclusive",
    ) -> Ledger:
        """A ledger made of commitments and of what was consumed; the policy's `usage_basis` says what counts as MRR.

        `kind` is the column that says what a row is, or the word for all of them: "consumption" (also a missing cell),
        "minimum" (the customer pays at least `amount` for each month of the term from `start` to `end`; without an end it
        runs on) or "prepaid" (it paid `amount` for the whole term, and consumption draws it down). Consumption is of the day
        `start`, of the days up to `end` of one calendar month, or of a `month`. A commitment with a `subscription` covers
        only the consumption of that one.

        `as_of` is the first day that is not known; by default the day after the latest consumption. The month that it cuts
        is not complete: the level of the month before holds on. With `ends="inclusive"` an end is the last day of the term.
        See docs/guide/usage.md.
        """
        ends, end = ends_and_column(ends, end)
        common = Common(
            amounts=amounts,
            currency=currency,
            ends=ends,
            rates=rates,
            report_in=report_in,
            fx=fx,
            purchased_on=purchased_on,
            known_from=known_from,
            known_until=known_until,
            segment=segment,
            cause=cause,
            parent=parent,
            dates=date_reading(timezone, date_format),
        )
        common.require_used(policy or Policy())
        rows = Usage(
            table,
            account=account,
            start=start,
            month=month,
            amount=amount,
            kind=kind,
            end=end,
            subscription=subscription,
            common=common,
        )
        return cls._from_source(rows, _day(as_of, timezone), policy, shard)

    def with_usage(
        self,
        table: Any,
        *,
        name: str = "usage",
        account: str | None = None,
        start: str | None = None,
        month: str | None = None,
        amount: str | None = None,
        kind: str | None = None,
        end: str | None = None,
        subscription: str | None = None,
        amounts: str | None = None,
        currency: str | None = None,
        timezone: Any = None,
        date_format: str | None = None,
        known_from: str | None = None,
        known_until: str | None = None,
        segment: str | Sequence[str] | None = None,
        cause: str | None = None,
        parent: str | None = None,
        purchased_on: str | None = None,
        ends: str = "exclusive",
    ) -> Ledger:
        """The same facts and those of a table of usage beside them: a base subscription, and usage on top.

        Columns are those of `from_usage`. `apply(rows, source=name)` and its siblings correct these rows; a second table
        needs a name of its own; `to_bytes` and `==` hold no second table. `currency` is the ledger's, or names a column of
        codes where the ledger has rates. An
        `as_of` that was stated stays; the default one is found again, so that new usage counts.
        """
        ends, end = ends_and_column(ends, end)
        own = self._facts.source.common
        common = Common(
            amounts=amounts,
            currency=currency or (None if own.in_currencies else self.currency),
            ends=ends,
            rates=own.rates,
            report_in=own.report_in,
            fx=own.fx,
            purchased_on=purchased_on,
            known_from=known_from,
            known_until=known_until,
            segment=segment,
            cause=cause,
            parent=parent,
            dates=date_reading(timezone, date_format),
            read_rates=own.read_rates,
        )
        common.require_used(self._asked)
        rows = Usage(
            table,
            account=account,
            start=start,
            month=month,
            amount=amount,
            kind=kind,
            end=end,
            subscription=subscription,
            common=common,
        )
        if rows.shown_in != self.currency:
            raise SchemaError(
                f"the usage is in {rows.shown_in}, and the ledger in {self.currency}: amounts of several currencies are "
                "never added; make the ledger with currency=, rates= and report_in="
            )
        now = self._standing()
        view = replace(now.view, as_of=None, as_of_default="") if now.view.as_of_default else now.view
        facts = now.facts.with_usage(name, rows)
        reading, view = facts.read(now.policy, view)
        rows.first = None  # the book has them
        return self._of(HeldLedger(facts, now.policy, view, now.labels.with_rows(common.labels), reading))

    def with_policy(self, policy: Policy) -> Ledger:
        """The same facts, corrections included, under another policy."""
        return self._under(policy, self._view)

    def with_view(
        self,
        *,
        policy: Policy | None = None,
        as_of: Any = None,
        known_on: Any = None,
        unit: str | None = None,
        where: Mapping[str, str | Sequence[str]] | None = None,
    ) -> Ledger:
        """The same facts under another view; what is not named stays.

        `known_on`: rows as they were known at the end of that day. `unit`: "account", or "parent" for the parents of
        `parent=` and `set_parent`: `movements` and the rates then know transfers between parents; `explain`, `contributors`,
        `cohorts` and `survival` follow what each parent pays, and an account that goes to another parent ends there.
        `where`: only rows with these labels, as `where={"region": ["EU", "UK"]}`.
        """
        view = self._view
        if as_of is not None:
            view = replace(view, as_of=day_of(as_of, "as_of"), as_of_default="")
        if known_on is not None:
            self._require_knowledge()
            view = replace(view, known_on=day_of(known_on, "known_on"))
        if unit is not None:
            view = replace(view, unit=unit)
        if where is not None:
            words = {name: [some] if isinstance(some, str) else sorted(set(some)) for name, some in where.items()}
            view = replace(view, where=words)
        return self._under(policy or self._asked, view)

    def _core_ledger(self, policy: Policy | None = None) -> CoreLedger:
        """What readers take, under the ledger's own policy or another one."""
        now = self._standing()
        if policy is None:
            return now.facts.core_ledger(now.reading, now.policy, now.view, self._options)
        reading, view = now.facts.read(policy, now.view)
        return now.facts.core_ledger(reading, policy, view)

    def as_known_on(self, when: Any, *, as_of: Any = None) -> Ledger:
        """The ledger as it was known at the end of a day: only rows that were recorded by then and not yet withdrawn.

        `when` selects rows; `as_of` cuts time. By default `as_of` is the day after `when`, or this ledger's `as_of` if that
        is earlier, so that nothing counts that still lay ahead on that day.
        """
        self._require_knowledge()
        known_on = day_of(when, "when")
        until = min(self._ledger.known_until, known_on + 1) if as_of is None else day_of(as_of, "as_of")
        return self._under(self._asked, replace(self._view, known_on=known_on, as_of=until, as_of_default=""))

    def restatement(self, period: Any, *, known_on: Sequence[Any]) -> Restatement:
        """Why the numbers of a closed period differ between the two days of `known_on`.

        One row per account that changed them, with the rows that were recorded or withdrawn in between. Every column adds up
        to the difference between the movements as known on the first day and as known on the second.
        """
        self._require_knowledge()
        now = self._standing()
        return restatement(self._of(now), now.facts.book, now.reading, period, known_on)

    def _require_knowledge(self) -> None:
        if not self._standing().facts.book.has_knowledge:
            raise SchemaError("this ledger does not know when its rows were recorded; name that column with known_from=")

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

    def snapshot(self) -> Ledger:
        """A frozen copy: later corrections of this ledger do not reach it. Takes microseconds and shares memory."""
        now = self._standing()
        return self._of(now._replace(labels=now.labels.anew()))

    def to_bytes(self) -> bytes:
        """Facts, keys, labels, corrections and the view, as canonical bytes: equal ledgers have equal bytes.

        The order in which rows came and the corrections that led to them have no influence. Bytes of another version of the
        library that knows other columns are refused, so they are no archive: keep the rows for that.
        """
        return ledger_bytes(self._standing())

    @classmethod
    def from_bytes(cls, data: bytes) -> Ledger:
        """The ledger behind `to_bytes()`: equal to it, with the same numbers and the same corrections before it.

        Damaged or made-up bytes are a `StateError`; memory grows with `data` and with nothing else.
        """
        return cls._of(ledger_from_bytes(bytes(data)))

    def __reduce__(self) -> tuple[Callable[[bytes], Ledger], tuple[bytes]]:
        return type(self).from_bytes, (self.to_bytes(),)

    def __copy__(self) -> Ledger:
        return self.snapshot()

    def __deepcopy__(self, _: object) -> Ledger:
        return self.snapshot()

    def __eq__(self, other: object) -> bool:
        """Whether everything that `to_bytes` holds is equal."""
        if not isinstance(other, Ledger):
            return NotImplemented
        return self is other or self.to_bytes() == other.to_bytes()

    __hash__ = None  # type: ignore[assignment]  # corrections change it

    @property
    def counts(self) -> dict[str, int]:
        """Rows, and rows without effect by reason: empty, free, starting or ending on or after `as_of`, not known."""
        now = self._standing()
        return now.facts.counts(now.reading, now.view)

    def partition(self, n: int) -> list[Ledger]:
        """`n` ledgers that share no account and together hold every account, cut by a hash of the account's key.

        Their states add up to the state of the whole, and refuse to be added twice.
        """
        if n < 1:
            raise SchemaError(f"a ledger is cut into 1 part or more, not {n}")
        now, unit = self._standing(), self.policy.unit
        return [
            self._of(
                HeldLedger(
                    now.facts.copy(),
                    now.policy,
                    replace(now.view, parts=(*now.view.parts, (index, n, unit))),
                    now.labels.anew(),
                    now.reading.part(index, n),
                )
            )
            for index in range(n)
        ]

    def apply(self, table: Any, *, source: str | None = None) -> None:
        """Adds rows with the same columns as the first table: afterwards this is the ledger of the old and the new rows.

        With `source` rows like those of the table of usage with that name (`with_usage`).
        A back-dated row restates history; `as_of` stays. If a row is bad, nothing changes. The cost grows with the new rows
        and the facts of their accounts, not with the ledger. Other threads may read the ledger
        meanwhile: each call sees all of the correction or nothing of it.
        """
        facts = self._facts.facts(table, source)
        self._correct(lambda book, follow: book.apply(facts, follow))

    def retract(self, table: Any, *, taken_back_on: Any = None, source: str | None = None) -> None:
        """Takes rows out again, the inverse of `apply`: to correct a row, retract the wrong one and apply the right one.

        A row of the table takes out one row that equals it in every column; one that is not there is an error, and then
        nothing changes. With `taken_back_on` the rows stay as what was believed until that day: `as_known_on` still finds
        them. `source` as in `apply`.
        """
        facts = self._facts.facts(table, source)
        when = day_or_none(taken_back_on, "taken_back_on")
        self._correct(lambda book, follow: book.retract(facts, when, follow))

    def merge(self, account: Any, into: Any, *, since: Any = None, known_from: Any = None) -> None:
        """Two accounts turn out to be one customer: `into` pays what both paid, also in the past; `account` holds nothing.

        With `since` only from that day on: history before it stays, and on that day `account` churns and `into` expands, or,
        in movements with `unit="account"`, what it pays is transferred.
        `known_from` is the day on which it was learned; before it `as_known_on` sees two accounts.
        """
        when, known = day_or_none(since, "since"), day_or_none(known_from, "known_from")
        moved = (account, into) if when is None else None
        self._correct(lambda book, follow: book.merge(account, into, when, known, follow), moved)

    def merge_all(self, table: Any, *, account: str = "account", into: str = "into", since: str | None = None) -> int:
        """Every merger in a table, in any order: a chain (a into b, b into c) ends in its last account. Returns how many.

        An account that is merged twice, into itself or in a circle, or is not in the ledger, is an error; then nothing
        changes.
        """
        found = mergers(self._ledger.compiled, columns_of(table, {"account": account, "into": into, "since": since}))
        for one, other, when in found:
            self.merge(one, other, since=when)
        return len(found)

    def split(self, table: Any, into: Any, *, since: Any = None, source: str | None = None) -> None:
        """Rows of the ledger turn out to belong to the account `into`, a known or a new one; also in the past.

        The table has the columns of the first one. With `since` only from that day on: the rows are cut there. If one of the
        rows is not in the ledger, nothing changes. `source` as in `apply`.
        """
        facts, when = self._facts.facts(table, source), day_or_none(since, "since")
        self._correct(lambda book, follow: book.split(facts, into, when, follow))

    def set_parent(self, account: Any, parent: Any, *, since: Any = None, known_from: Any = None) -> None:
        """The account belongs to `parent` from `since` on, by default always; unit="parent" reads parents.

        It takes the place of the parent that rows name. On `since` the account's MRR is transferred from the one parent to
        the other (see `movements`). `known_from` is the day on which it was learned; earlier days of `as_known_on` do not
        see it.
        """
        self._set_parents([(account, parent, day_or_none(since, "since"), day_or_none(known_from, "known_from"))])

    def set_parents(
        self,
        table: Any,
        *,
        account: str = "account",
        parent: str = "parent",
        since: str | None = None,
        known_from: str | None = None,
    ) -> int:
        """Every row of a table of accounts and their parents, as `set_parent`; all of them or none. Returns how many.

        `since` and `known_from` name columns of days, by default those of these names where there are such; a missing day
        says always. The same as `parent=table` of a constructor.
        """
        rows = parent_rows(self._accounts, table, account=account, parent=parent, since=since, known_from=known_from)
        self._set_parents(rows)
        return len(rows)

    def _set_parents(self, rows: Sequence[ParentRow]) -> None:
        self._correct(lambda book, follow: book.set_parents(rows, follow))
        if any(row[3] is not None for row in rows):  # now it is known since when something is known
            self._options = self._facts.options(self._reading, self._asked, self._view)

    @property
    def _accounts(self) -> _core.revenue.Ledger | None:
        """The compiled ledger, where its customers are accounts."""
        return self._ledger.compiled if self.policy.unit == "account" else None

    def _correct(
        self, edit: Callable[[_core.revenue.Book, list[Reading]], None], moved: tuple[Any, Any] | None = None
    ) -> None:
        with self._guard:
            edit(self._facts.book, [self._reading])
            self._corrections, self._read_with_causes, self._other_unit = self._corrections + 1, None, None
            if moved is not None:
                self._labels = self._labels.with_move(*moved)
            elif not self._labels.unread:
                self._labels = self._labels.anew()

    @property
    def _unit(self) -> str:
        return self._view.unit

    def _of_unit(self, unit: str | None, opening: Callable[[], int] | None = None) -> CoreLedger:
        now, reading, view = self._reading_of(self._view.unit if unit is None else unit)
        if opening is not None and view.unit == "parent" and now.facts.book.owners_change(reading):
            reading, view = now.facts.read(now.policy, replace(view, owners_on=opening()))
        return now.facts.core_ledger(reading, now.policy, view, self._options if view is now.view else None)

    def _reading_of(self, unit: str) -> tuple[HeldLedger, Reading, View]:
        """The facts by account or by parent; the other unit than that of the view is read once between corrections."""
        with self._guard:
            now, other, corrections = self._unguarded(), self._other_unit, self._corrections
        if units_of(unit, unit) == (now.view.unit,):
            return now, now.reading, now.view
        if now.view.parts:
            raise SchemaError("a part of a ledger holds customers of one unit; change the unit of the whole")
        if other is None:
            other = now.facts.read(now.policy, replace(now.view, unit=unit))
            with self._guard:
                if corrections == self._corrections:
                    self._other_unit = other
        return now, *other

    def _shows_transfers(self) -> bool:
        now = self._standing()
        if now.view.unit != "parent":
            return False
        return not now.reading.ledger.in_currencies or now.facts.book.owners_change(now.reading)

    def _splits_by_parent(self) -> bool:
        return "parent" not in self._facts.source.common.labels

    def _units(
        self, units: Sequence[str], first: int, months_each: int, count: int, each: bool
    ) -> dict[str, dict[str, Any]]:
        now, reading, _ = self._reading_of("parent" if "parent" in units else "account")
        return now.facts.book.movements_of_units(reading, first, months_each, count, len(units) > 1, each)

    def _causes(self, first: int, months_each: int, count: int) -> dict[str, Column]:
        """The movements of the periods of a grid by cause."""
        now = self._standing_with_causes()
        return _core.revenue.movements_by_cause(now.facts.book, now.reading, first, months_each, count, self.policy.core)

    def _churn_of_cause(self, metric: str, cause: str, first: int, end: int, level: float, method: str) -> Estimate:
        """What one cause took of logo or gross MRR churn in the days [first, end)."""
        now, rules = self._standing_with_causes(), self.policy.core
        return _core.revenue.churn_of_cause(now.facts.book, now.reading, metric, cause, first, end, rules, level, method)

    def _leavers(self, cause: str, first: int, months_each: int, count: int) -> CohortState:
        """Who had left for a cause, by cohort and age."""
        now = self._standing_with_causes()
        return _core.revenue.leavers(now.facts.book, now.reading, cause, first, months_each, count, self.policy.core)

    def _lanes(self, split_by: str, first: int, months_each: int, count: int) -> dict[str, Any]:
        """The movements of the periods of a grid by label or currency."""
        now = self._standing()
        reading, _ = now.facts.read(now.policy, replace(now.view, split_by=split_by))
        return now.facts.book.movements_by_lane(reading, first, months_each, count, self.policy.core)

    def _usage(self, first: int, months_each: int, count: int) -> dict[str, Column]:
        """The amounts of usage of the periods of a grid; none in several currencies."""
        now = self._standing()
        if not now.facts.book.has_usage or now.facts.source.common.in_currencies:
            return {}
        found = _core.revenue.usage_movements(now.facts.book, now.reading, first, months_each, count)
        return {name: found["columns"][name] for name in USAGE_AMOUNTS}

    def _segment(self, name: str) -> tuple[CoreLedger, LabelRows]:
        """What is read, and what is known about the segment `name` of its customers."""
        now = self._standing()
        ledger = now.facts.core_ledger(now.reading, now.policy, now.view, self._options)
        return ledger, now.labels.rows(name, now.facts.book, now.reading)

    def add_segment(
        self, name: str, table: Any, *, account: str | None = None, label: str | None = None, since: str | None = None
    ) -> None:
        """Adds a segment from a table of accounts, for `by_segment(name)`.

        `label` names the column of labels (by default it bears the segment's name, in any spelling, or a usual name of it),
        `since` that of the day from which a label holds.
        """
        added = AddedLabels.of_table(name, table, account=account, label=label, since=since)
        with self._guard:
            self._labels = self._labels.with_added(name, added)

    def state(self, first: Any, last: Any, *, by: str = "month", accounts_in: Any = None) -> RevenueState:
        """The mergeable integers behind movements and churn of the periods from `first` to `last`.

        With `accounts_in=rows` only of the accounts that occur in these rows, which keeps a state up to date without a
        recount: subtract it (`s -= ledger.state(..., accounts_in=rows)`), apply the rows, and add it again with `s +=`.

        States know which accounts they hold: states of two tables that share an account refuse to add up (`StateError`)
        instead of counting it twice. See docs/guide/shards.md.
        """
        start, each, count = grid(first, last, by)
        ledger, rules = self._ledger.compiled, self.policy.core
        if accounts_in is None:
            return ledger.state(start, each, count, rules)
        names, picked = pick(accounts_in, {"account": self._facts.source.names["account"]})
        return ledger.state_some(picked["account"], names["account"], start, each, count, rules)

    def __repr__(self) -> str:
        return f"Ledger({self.accounts:,} accounts, {self.counts['rows']:,} rows, {self.currency}, known until {self.as_of})"


def _day(as_of: Any, timezone: Any) -> Any:
    """The day `as_of`, which may be a moment where a time zone is stated."""
    return None if as_of is None else calendar_day(as_of, "as_of", date_reading(timezone))
