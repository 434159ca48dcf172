"""The ledger: what every account pays on every day, and the revenue metrics that are read from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from sojourn._frames.arguments import checked
from sojourn._frames.dates import calendar_day, date_reading
from sojourn._frames.periods import day_or_none
from sojourn.revenue._labels import Labels
from sojourn.revenue._ledger_bytes import HeldLedger
from sojourn.revenue._ledger_corrections import CorrectedLedger
from sojourn.revenue._policy import Policy
from sojourn.revenue._sources.changes import Changes
from sojourn.revenue._sources.common import Common
from sojourn.revenue._sources.invoices import Invoices
from sojourn.revenue._sources.prices import Prices
from sojourn.revenue._sources.row_habits import ends_and_column
from sojourn.revenue._sources.snapshots import MonthSnapshots
from sojourn.revenue._sources.source import Source
from sojourn.revenue._sources.subscriptions import Subscriptions
from sojourn.revenue._sources.usage import Usage
from sojourn.revenue._view import BookOfLedger, View


@checked
class Ledger(CorrectedLedger):
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
        common = Common.of_call(locals())
        self._start(Subscriptions(table, roles, common), _day(as_of, timezone), policy, shard)

    def _start(self, source: Source, as_of: Any, policy: Policy | None, shard: tuple[int, int] | None) -> None:
        facts, asked = BookOfLedger.made_of(source), policy or Policy()
        reading, view = facts.read(asked, View(as_of=day_or_none(as_of, "as_of"), shard=shard))
        facts.habits = source.habits()
        source.first = None  # the book has them
        self._hold(HeldLedger(facts, asked, view, Labels(source.common.labels), reading))
        self._set_given_parents(source)

    @classmethod
    def _from_source(cls, source: Source, as_of: Any, policy: Policy | None, shard: tuple[int, int] | None = None) -> Self:
        made = cls.__new__(cls)
        made._start(source, as_of, policy, shard)
        return made

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
    ) -> Self:
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
        common = Common.of_call(locals())
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
    ) -> Self:
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
        common = Common.of_call(locals())
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
    ) -> Self:
        """A ledger made of month snapshots: one row per account and month ("2024-01", or any date in the month).

        A month without a row is a month without MRR. `as_of` is the first day that is not known; by default the first day
        after the latest month, so that an account in the last month is still a customer.
        """
        common = Common.of_call(locals())
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
    ) -> Self:
        """A ledger made of change events: from that day on the account pays `mrr_after`, or `change` more than before.

        Name one of the two columns, or leave it to its usual name. With `subscription`, each subscription has its own
        level, and the levels of an account add up. Of several changes on one day the "last" row counts, or their "sum", or
        "refuse" makes them an error; "usual" is "last" for levels and "sum" for changes. `when` holds dates or moments
        ("2024-01-05 23:50:10"): then the time, to its smallest unit, decides which change is the last (within one moment
        the row does, which `counts["same_moment"]` tells), and under the policy's `grouping_minutes` changes that follow
        each other closely count on the day of the first. A moment with a time zone needs `timezone`.
        """
        common = Common.of_call(locals())
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
        parent: Any = None,
        shard: tuple[int, int] | None = None,
        rates: Any = None,
        report_in: str | None = None,
        fx: str | None = None,
        purchased_on: str | None = None,
        ends: str = "exclusive",
    ) -> Self:
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
        common = Common.of_call(locals())
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

    def __repr__(self) -> str:
        return f"Ledger({self.accounts:,} accounts, {self.counts['rows']:,} rows, {self.currency}, known until {self.as_of})"


def _day(as_of: Any, timezone: Any) -> Any:
    """The day `as_of`, which may be a moment where a time zone is stated."""
    return None if as_of is None else calendar_day(as_of, "as_of", date_reading(timezone))
