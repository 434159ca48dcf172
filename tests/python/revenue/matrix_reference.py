"""Revenue by definition, slowly: a level per account and day from the raw rows, and the questions asked of it.

Shares nothing with the library but the rows: each question is written as its definition says, in exact fractions.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

Day = datetime.date
ONE = datetime.timedelta(days=1)
AS_OF = Day(2024, 7, 1)
EARLIEST = Day(2021, 12, 1)

Rows = dict[str, list[Any]]
AMOUNTS = ("opening", "new", "reactivation", "expansion", "contraction", "churn", "closing")


def first_of(period: str) -> Day:
    """The first day of a month, quarter or year."""
    if "Q" in period:
        return Day(int(period[:4]), 3 * int(period[-1]) - 2, 1)
    return Day(int(period[:4]), int(period[5:]) if len(period) > 4 else 1, 1)


def months_in(period: str) -> int:
    return 3 if "Q" in period else 12 if len(period) == 4 else 1


def moved(day: Day, months: int) -> Day:
    """The first day of a month, so many months on."""
    month = day.year * 12 + day.month - 1 + months
    return Day(month // 12, month % 12 + 1, 1)


def end_of(period: str) -> Day:
    return moved(first_of(period), months_in(period))


def of_periods(rows: Rows, row: int, day: Day) -> Fraction | None:
    end = rows["end"][row]
    return Fraction(rows["mrr"][row]) if rows["start"][row] <= day and (end is None or day < end) else None


def of_snapshots(rows: Rows, row: int, day: Day) -> Fraction | None:
    return Fraction(rows["mrr"][row]) if rows["month"][row] == day.replace(day=1) else None


def of_prices(rows: Rows, row: int, day: Day) -> Fraction | None:
    end = rows["end"][row]
    return Fraction(rows["amount"][row]) if rows["start"][row] <= day and (end is None or day < end) else None


def of_invoices(rows: Rows, row: int, day: Day) -> Fraction | None:
    start, end = rows["service_start"][row], rows["service_end"][row]
    months = (end.year - start.year) * 12 + end.month - start.month
    return Fraction(rows["amount"][row], months) if start <= day < end else None


LEVEL_OF_ROW: dict[str, Callable[[Rows, int, Day], Fraction | None]] = {
    "periods": of_periods,
    "snapshots": of_snapshots,
    "prices": of_prices,
    "usage": of_prices,
    "invoices": of_invoices,
}


@dataclass(eq=False)
class Reference:
    """The believed rows of one source, and how they are read."""

    source: str
    rows: Rows
    held: Sequence[int]
    """The numbers of the rows that count."""
    grace: int = 0
    owned: frozenset[str] | None = None
    """The accounts of a part; none: all."""

    @cache  # noqa: B019 - lives as long as the test
    def known_on(self, day: Day) -> Reference:
        """The rows of the same accounts as they were believed on another day."""
        rows = self.rows
        until = rows["withdrawn"]
        held = [
            row
            for row in range(len(rows["account"]))
            if rows["recorded"][row] <= day and (until[row] is None or day < until[row]) and self._owns(row)
        ]
        return Reference(self.source, rows, held, self.grace, self.owned)

    def _owns(self, row: int) -> bool:
        return self.owned is None or self.rows["account"][row] in self.owned

    def __post_init__(self) -> None:
        self.keys = sorted({self.rows["account"][row] for row in self.held})
        self.levels = {key: self._levels(key) for key in self.keys}

    def _levels(self, key: str) -> dict[Day, Fraction]:
        mine = [row for row in self.held if self.rows["account"][row] == key]
        levels: dict[Day, Fraction] = {}
        day = EARLIEST
        while day < AS_OF:
            level = self._of_changes(mine, day) if self.source == "changes" else self._of_rows(mine, day)
            if level:
                levels[day] = level
            day += ONE
        if self.grace:
            _bridge(levels, self.grace)
        return levels

    def _of_rows(self, mine: Sequence[int], day: Day) -> Fraction:
        found = (LEVEL_OF_ROW[self.source](self.rows, row, day) for row in mine)
        return sum((level for level in found if level is not None), Fraction(0))

    def _of_changes(self, mine: Sequence[int], day: Day) -> Fraction:
        before = [row for row in mine if self.rows["when"][row] <= day]
        last = max(before, key=lambda row: (self.rows["when"][row], row), default=None)
        return Fraction(0) if last is None else Fraction(self.rows["mrr_after"][last])

    def at(self, key: str, day: Day) -> Fraction:
        return self.levels[key].get(day, Fraction(0))

    def first_day(self, key: str) -> Day | None:
        return min(self.levels[key], default=None)

    def changes(self, key: str, first: Day, end: Day) -> list[tuple[Day, Fraction, Fraction]]:
        days = [first + ONE * i for i in range((end - first).days) if first + ONE * i < AS_OF]
        pairs = ((day, self.at(key, day - ONE), self.at(key, day)) for day in days)
        return [(day, before, after) for day, before, after in pairs if before != after]

    def kind(self, key: str, day: Day, before: Fraction, after: Fraction) -> str:
        if not before:
            return "new" if self.first_day(key) == day else "reactivation"
        if not after:
            return "churn"
        return "expansion" if after > before else "contraction"

    @cache  # noqa: B019 - lives as long as the test
    def movements(self, period: str) -> dict[str, Fraction]:
        """The amounts of `movements`."""
        found = dict.fromkeys(AMOUNTS, Fraction(0))
        for key in self.keys:
            for name, amount in self.movements_of(key, period).items():
                found[name] += amount
        return found

    def movements_of(self, key: str, period: str) -> dict[str, Fraction]:
        """Those of one account, which need not be in the rows."""
        found = dict.fromkeys(AMOUNTS, Fraction(0))
        if key not in self.levels:
            return found
        first, end = first_of(period), end_of(period)
        for day, before, after in self.changes(key, first, end):
            found[self.kind(key, day, before, after)] += abs(after - before)
        found["opening"] = self.at(key, first - ONE)
        found["closing"] = self.at(key, min(end, AS_OF) - ONE)
        return found

    @cache  # noqa: B019 - lives as long as the test
    def pairs(self, first: Day, end: Day) -> list[tuple[Fraction, Fraction]]:
        """What each customer of the opening paid then and pays at the end."""
        both = ((self.at(key, first - ONE), self.at(key, end - ONE)) for key in self.keys)
        return [(before, after) for before, after in both if before]

    def kept(self, period: str, window: int, metric: str) -> Fraction | None:
        end = end_of(period)
        pairs = self.pairs(moved(end, -window), end)
        return _share(pairs, metric)

    def churned(self, period: str, metric: str) -> Fraction | None:
        """What is lost of the customers of the opening: one minus what is kept of them."""
        found = _share(self.pairs(first_of(period), end_of(period)), metric)
        return None if found is None else 1 - found

    def gross_mrr_churn(self, period: str) -> Fraction | None:
        """What customers of the opening lost, each at most what it paid then, of what they paid."""
        first, end = first_of(period), end_of(period)
        opening = {key: self.at(key, first - ONE) for key in self.keys}
        lost = Fraction(0)
        for key, paid in opening.items():
            falls = (before - after for _, before, after in self.changes(key, first, end) if after < before)
            lost += min(paid, sum(falls, Fraction(0)))
        whole = sum(opening.values(), Fraction(0))
        return lost / whole if whole else None

    def first_sale(self, period: str) -> Fraction | None:
        """The mean of what new customers of the period paid on their first day."""
        firsts = {key: day for key in self.keys if (day := self.first_day(key))}
        paid = [self.at(key, day) for key, day in firsts.items() if first_of(period) <= day < end_of(period)]
        return sum(paid, Fraction(0)) / len(paid) if paid else None

    def due(self, first: Day, end: Day) -> tuple[int, int]:
        """Customers one of whose terms ends in the days and none runs across them; those of them without MRR at the end."""
        column = {"invoices": "service_end"}.get(self.source, "end")
        start = {"invoices": "service_start"}.get(self.source, "start")
        due = lost = 0
        for key in self.keys:
            mine = [row for row in self.held if self.rows["account"][row] == key]
            ends = [(self.rows[start][row], self.rows[column][row]) for row in mine]
            ending = any(since < first <= until < end for since, until in ends if until)
            across = any(since < first and (until is None or until > end) for since, until in ends)
            if ending and not across:
                due += 1
                lost += not self.at(key, end - ONE)
        return due, lost

    def cohort(self, month: Day, age: int, measure: str) -> Fraction:
        mine = [key for key in self.keys if (day := self.first_day(key)) and day.replace(day=1) == month]
        last = moved(month, age + 1) - ONE
        paid = [self.at(key, last) for key in mine]
        return sum(paid, Fraction(0)) if measure == "mrr" else Fraction(sum(1 for level in paid if level))

    def tenures(self) -> list[tuple[int, bool, Fraction]]:
        """Days from the first day to the final churn or as_of, whether it left, the last that it paid."""
        found = []
        for levels in self.levels.values():
            if levels:
                last = max(levels)
                found.append(((last + ONE - min(levels)).days, last + ONE < AS_OF, levels[last]))
        return found


def _bridge(levels: dict[Day, Fraction], grace: int) -> None:
    days = sorted(levels)
    for one, other in zip(days, days[1:], strict=False):
        gap = (other - one).days - 1
        if 0 < gap <= grace:
            for i in range(1, gap + 1):
                levels[one + ONE * i] = levels[one]


def _share(pairs: list[tuple[Fraction, Fraction]], metric: str) -> Fraction | None:
    if not pairs:
        return None
    opening = sum(before for before, _ in pairs)
    if metric == "logo_retention":
        return Fraction(sum(1 for _, after in pairs if after), len(pairs))
    if metric == "nrr":
        return sum(after for _, after in pairs) / Fraction(opening)
    return sum(min(before, after) for before, after in pairs) / Fraction(opening)
