"""A slow reference of movements with transfers: day by day, straight from the rows and from what was said of owners."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

Day = datetime.date
ONE = datetime.timedelta(days=1)


@dataclass
class Row:
    account: str
    start: Day
    end: Day | None
    mrr: int
    parent: str | None = None
    owners: list[tuple[Day, str]] = field(default_factory=list)
    """To whom the row was split off, by day."""


@dataclass
class Said:
    """What was said of accounts beside the rows."""

    parents: list[tuple[str, str, Day]] = field(default_factory=list)
    mergers: list[tuple[str, str, Day]] = field(default_factory=list)


def account_on(row: Row, said: Said, day: Day) -> str:
    owner = row.account
    for since, into in sorted(row.owners):
        if since <= day:
            owner = into
    while True:
        into = [other for one, other, since in said.mergers if one == owner and since <= day]
        if not into:
            return owner
        owner = into[0]


def parent_on(row: Row, said: Said, day: Day) -> str:
    account = account_on(row, said, day)
    named = [(since, number, parent) for number, (child, parent, since) in enumerate(said.parents) if child == account]
    held = [one for one in named if one[0] <= day]
    if held:
        return max(held)[2]
    return row.parent if row.parent is not None else account


Held = dict[tuple[str, str], int]
"""MRR by the account that rows name, and the customer who holds it."""


def held_on(rows: list[Row], said: Said, unit: str, day: Day) -> Held:
    owner_on = parent_on if unit == "parent" else account_on
    levels: Held = defaultdict(int)
    for row in rows:
        if row.start <= day and (row.end is None or day < row.end):
            levels[row.account, owner_on(row, said, day)] += row.mrr
    return levels


def of_customers(held: Held) -> dict[str, int]:
    levels: dict[str, int] = defaultdict(int)
    for (_, customer), level in held.items():
        levels[customer] += level
    return levels


def movements(
    rows: list[Row], said: Said, unit: str, months: list[tuple[str, Day, Day]], numbers: dict[str, int], *, net: bool = False
) -> dict[tuple[str, str], dict[str, int]]:
    """What each customer did in each month (label, first day, end): amounts, opening, closing and counts.

    Customers are numbered as the ledger learned them: of two equal changes the first is transferred first.
    """
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    day, before, ever = min(row.start for row in rows), dict[tuple[str, str], int](), set[str]()
    while day < months[0][1]:
        before = held_on(rows, said, unit, day)
        ever |= set(of_customers(before))
        day += ONE
    for label, begin, end in months:
        for customer, level in of_customers(before).items():
            found[label, customer] |= {"opening": level, "accounts_opening": 1}
        days = [begin + i * ONE for i in range((end - begin).days)]
        for span in [days] if net else [[one] for one in days]:
            now = held_on(rows, said, unit, span[-1])
            _span(lambda customer, label=label: found[label, customer], before, now, ever, numbers)
            for one in span:
                ever |= set(of_customers(held_on(rows, said, unit, one)))
            before = now
        for customer, level in of_customers(before).items():
            found[label, customer] |= {"closing": level, "accounts_closing": 1}
    return found


def _span(sums: Any, before: Held, now: Held, ever: set[str], numbers: dict[str, int]) -> None:
    came, went, arrives, leaves = _transfers(before, now, numbers)
    old, new = of_customers(before), of_customers(now)
    for customer in set(old) | set(new):
        mine = sums(customer)
        mine["transfer_in"] += came[customer]
        mine["transfer_out"] += went[customer]
        rest = new.get(customer, 0) - old.get(customer, 0) - came[customer] + went[customer]
        if customer not in old and customer not in arrives:
            mine["reactivation" if customer in ever else "new"] += rest
            mine["accounts_reactivated" if customer in ever else "accounts_new"] += 1
        elif customer not in new and customer not in leaves:
            mine["churn"] -= rest
            mine["accounts_churned"] += 1
        else:
            mine["accounts_in"] += customer not in old
            mine["accounts_out"] += customer not in new
            mine["expansion" if rest > 0 else "contraction"] += abs(rest)


def _transfers(
    before: Held, now: Held, numbers: dict[str, int]
) -> tuple[dict[str, int], dict[str, int], set[str], set[str]]:
    came: dict[str, int] = defaultdict(int)
    went: dict[str, int] = defaultdict(int)
    arrives, leaves = set[str](), set[str]()
    for account in {name for name, _ in (*before, *now)}:
        holders = sorted({customer for name, customer in (*before, *now) if name == account})
        change = {customer: now.get((account, customer), 0) - before.get((account, customer), 0) for customer in holders}
        up = sum(value for value in change.values() if value > 0)
        left = {True: min(up, up - sum(change.values())), False: min(up, up - sum(change.values()))}
        gone = {one for one in holders if (account, one) not in now}
        come = {one for one in holders if (account, one) not in before}
        for customer in sorted(holders, key=lambda one: (-abs(change[one]), numbers[one])):
            rises = change[customer] > 0
            moved = min(left[rises], abs(change[customer]))
            left[rises] -= moved
            (came if rises else went)[customer] += moved
            if customer in come and (moved > 0 or gone):
                arrives.add(customer)
            if customer in gone and (moved > 0 or come):
                leaves.add(customer)
    return came, went, arrives, leaves
