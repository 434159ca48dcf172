"""Usage by definition, slowly: every commitment as buckets that open, are drawn and expire; every record one after another.

Shares nothing with the library but the rows: plain dates and exact fractions.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

Day = datetime.date


@dataclass(frozen=True)
class Row:
    """One row of usage; the end is the day after the last one."""

    account: str
    kind: str
    start: Day
    end: Day | None
    amount: int
    subscription: str | None = None


@dataclass
class Bucket:
    """What one commitment offers from `start` until it expires on `end`."""

    row: Row
    number: int
    start: Day
    end: Day
    left: int


def months_on(day: Day, months: int) -> Day:
    """So many months later, at most the last day of that month."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return Day(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError


def whole_months(start: Day, end: Day) -> int | None:
    count = (end.year - start.year) * 12 + end.month - start.month
    return count if count > 0 and months_on(start, count) == end else None


def to_unit(amount: Fraction) -> int:
    return (2 * amount + 1).__floor__() // 2


def months_until(start: Day, day: Day) -> Fraction:
    """Months of a term that lie before a day, the last one by its days."""
    count = 0
    while months_on(start, count + 1) <= day:
        count += 1
    first, after = months_on(start, count), months_on(start, count + 1)
    return count + Fraction((day - first).days, (after - first).days)


def committed_before(row: Row, day: Day) -> int:
    until = day if row.end is None else min(day, row.end)
    if until <= row.start:
        return 0
    if row.kind == "minimum":
        return to_unit(row.amount * months_until(row.start, until))
    assert row.end is not None
    months = whole_months(row.start, row.end)
    if months is not None:
        return to_unit(row.amount * months_until(row.start, until) / months)
    return to_unit(Fraction(row.amount * (until - row.start).days, (row.end - row.start).days))


def buckets_of(rows: Sequence[Row], as_of: Day) -> list[Bucket]:
    buckets = []
    for number, row in enumerate(rows):
        if row.kind == "prepaid":
            assert row.end is not None
            buckets.append(Bucket(row, number, row.start, row.end, row.amount))
        month = 0
        while row.kind == "minimum" and months_on(row.start, month) < min(row.end or as_of, as_of):
            first, end = months_on(row.start, month), months_on(row.start, month + 1)
            end = end if row.end is None else min(end, row.end)
            buckets.append(Bucket(row, number, first, end, committed_before(row, end) - committed_before(row, first)))
            month += 1
    return buckets


def is_open(bucket: Bucket, use: Row, first: Day, after: Day) -> bool:
    mine = bucket.row
    if mine.account != use.account or mine.subscription not in (None, use.subscription):
        return False
    if mine.start >= after or (mine.end is not None and mine.end <= first):
        return False
    return bucket.start <= max(mine.start, first) < bucket.end


class Usage:
    """The draws of some rows, as known before `as_of`."""

    def __init__(self, rows: Sequence[Row], as_of: Day) -> None:
        self.rows = [row for row in rows if row.start < as_of]
        self.as_of = as_of
        self.buckets = buckets_of(self.rows, as_of)
        self.drawn: list[tuple[Row, Bucket, int]] = []
        self.overage: list[tuple[Row, int]] = []
        for use in sorted(self.uses, key=lambda row: (row.start, self.after(row), row.amount, row.subscription or "~")):
            self._draw(use)

    @property
    def uses(self) -> list[Row]:
        return [row for row in self.rows if row.kind == "consumption"]

    @staticmethod
    def after(row: Row) -> Day:
        return row.end or row.start + datetime.timedelta(days=1)

    def _draw(self, use: Row) -> None:
        left = use.amount
        mine = [bucket for bucket in self.buckets if is_open(bucket, use, use.start, self.after(use))]
        mine.sort(
            key=lambda bucket: (
                bucket.end,
                bucket.row.kind == "prepaid",
                bucket.row.subscription is None,
                bucket.row.start,
                bucket.row.amount,
                bucket.number,
            )
        )
        for bucket in mine:
            taken = min(left, bucket.left)
            bucket.left, left = bucket.left - taken, left - taken
            self.drawn.append((use, bucket, taken))
        self.overage.append((use, left))

    def period(self, first: Day, end: Day) -> dict[str, int]:
        """What happened in [first, end), of which `as_of` may not know the rest."""
        end = min(end, self.as_of)
        day = datetime.timedelta(days=1)
        commitments = [row for row in self.rows if row.kind != "consumption"]
        found = {
            "committed": sum(committed_before(row, end) - committed_before(row, first) for row in commitments),
            "consumed": sum(row.amount for row in self.uses if first <= row.start < end),
            "overage": sum(amount for row, amount in self.overage if first <= row.start < end),
            "shortfall": sum(b.left for b in self.buckets if b.end <= self.as_of and first <= b.end - day < end),
        }
        prepaid = [row for row in commitments if row.kind == "prepaid" and row.start < end]
        used = sum(taken for use, b, taken in self.drawn if b.row.kind == "prepaid" and use.start < end)
        gone = sum(b.left for b in self.buckets if b.row.kind == "prepaid" and b.end <= end)
        return {**found, "balance": sum(row.amount for row in prepaid) - used - gone}

    def mrr(self, basis: str, month: Day, months: int = 3) -> Fraction:
        """MRR at the end of a month before that of `as_of`."""
        last = months_on(month, 1) - datetime.timedelta(days=1)
        if basis == "consumed":
            return Fraction(sum(row.amount for row in self.uses if row.start.replace(day=1) == month))
        if basis == "consumed_trailing_mean":
            return sum((self._mean(account, month, months) for account in {row.account for row in self.uses}), Fraction(0))
        level = Fraction(0)
        for row in self.rows:
            if row.kind == "consumption" or row.start > last or (row.end is not None and row.end <= last):
                continue
            term = 1 if row.kind == "minimum" or row.end is None else whole_months(row.start, row.end)
            assert term is not None
            level += Fraction(row.amount, term)
        if basis == "committed_plus_overage":
            level += sum(amount for row, amount in self.overage if row.start.replace(day=1) == month)
        return level

    def _mean(self, account: str, month: Day, months: int) -> Fraction:
        used: dict[Day, int] = {}
        for row in self.uses:
            if row.account == account and row.amount > 0:
                used[row.start.replace(day=1)] = used.get(row.start.replace(day=1), 0) + row.amount
        if not used:
            return Fraction(0)
        window = [months_on(month, -back) for back in range(1, months + 1)]
        window = [one for one in window if one >= min(used)]
        return Fraction(sum(used.get(one, 0) for one in window), len(window)) if window else Fraction(0)
