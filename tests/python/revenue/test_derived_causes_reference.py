"""Causes of random prices against an independent reference: what is in force each day, and what parts it from the last."""

from __future__ import annotations

import datetime
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

import sojourn as sj
from cause_rows import Found, by_cause, columns, price

DAY = datetime.timedelta(days=1)
BEGIN, END = datetime.date(2024, 1, 1), datetime.date(2024, 12, 1)


def random_chain(draw: random.Random, account: str, subscription: str) -> list[dict[str, Any]]:
    """Rows of one subscription, of which each takes over from the one before or leaves a gap."""
    rows, at = [], BEGIN + draw.randint(0, 90) * DAY
    for _ in range(draw.randint(1, 4)):
        until = at + draw.randint(20, 90) * DAY
        row = price(subscription, account=account, start=at, end=until, amount_minor=1200 * draw.randint(1, 3))
        row |= {"quantity": draw.randint(1, 3), "plan": draw.choice(["basic", "pro", None])}
        event, first = draw.randint(0, 4), at + draw.randint(3, 8) * DAY
        if event == 0:
            row |= {"paused_on": first, "resumed_on": first + draw.randint(2, 9) * DAY}
        elif event == 1:
            row |= {"unpaid_since": first, "paid_again_on": first + draw.randint(2, 9) * DAY}
        elif event == 2:
            row |= {"discount_minor": 600, "discount_until": first + draw.randint(2, 9) * DAY}
        row["cancelled_on"] = until if draw.random() < 0.3 else None
        rows.append(row)
        at = until + draw.choice([0, 0, 0, 12]) * DAY
    return rows


def price_on(row: Mapping[str, Any], day: datetime.date) -> int:
    """MRR of a row on a day."""
    if not row["start"] <= day < row["end"]:
        return 0
    for first, end in (("paused_on", "resumed_on"), ("unpaid_since", "paid_again_on")):
        if row.get(first) and row[first] <= day < row[end]:
            return 0
    off = 600 if row.get("discount_minor") and day < row["discount_until"] else 0
    return max(row["amount_minor"] * row["quantity"] - off, 0)


def parts_of_day(chains: Sequence[list[dict[str, Any]]], day: datetime.date, ever: bool) -> dict[str, int]:
    """Cause -> what it changed on a day, before causes take back from each other."""
    before = sum(price_on(row, day - DAY) for rows in chains for row in rows)
    parts: dict[str, int] = defaultdict(int)
    for rows in chains:
        old = next((row for row in rows if price_on(row, day - DAY)), None)
        new = next((row for row in rows if price_on(row, day)), None)
        if old is new and old is not None:
            parts["discount_end"] += price_on(new, day) - price_on(old, day - DAY)
        elif old is not None and new is not None:
            if old["plan"] and new["plan"] and old["plan"] != new["plan"]:
                parts["product"] += price_on(new, day) - price_on(old, day - DAY)
                continue
            off = [old["amount_minor"] * old["quantity"] - price_on(old, day - DAY)]
            off.append(new["amount_minor"] * new["quantity"] - price_on(new, day))
            parts["seats"] += old["amount_minor"] * (new["quantity"] - old["quantity"])
            parts["price"] += (new["amount_minor"] - old["amount_minor"]) * new["quantity"]
            parts["discount_end" if off[0] > off[1] else "price"] += off[0] - off[1]
        elif old is not None:
            parts[why_ended(old, day, chains)] -= price_on(old, day - DAY)
        elif new is not None:
            why = next(
                (w for w, at in (("unpaused", "resumed_on"), ("recovered", "paid_again_on")) if new.get(at) == day), None
            )
            if why is None:
                why = (
                    ("product" if before else "reactivated" if ever else "new_subscription")
                    if new["start"] == day
                    else "unknown"
                )
            parts[why] += price_on(new, day)
    return parts


def why_ended(row: Mapping[str, Any], day: datetime.date, chains: Sequence[list[dict[str, Any]]]) -> str:
    """Why a row without a successor stops."""
    if row.get("paused_on") == day:
        return "paused"
    if row.get("unpaid_since") == day:
        return "payment_failed"
    stays = any(price_on(other, day) for rows in chains for other in rows)
    return "product" if stays else "voluntary" if row["cancelled_on"] else "expired"


def net(parts: Mapping[str, int]) -> dict[str, int]:
    """What is left where causes push the way of the whole; the rest comes off the largest first."""
    whole = sum(parts.values())
    sign = 1 if whole > 0 else -1
    left = {cause: amount * sign for cause, amount in parts.items() if amount * sign > 0}
    against = sum(-amount * sign for amount in parts.values() if amount * sign < 0)
    for cause in sorted(left, key=lambda c: (-left[c], ORDER.index(c))):
        taken = min(against, left[cause])
        left[cause] -= taken
        against -= taken
    return {cause: amount for cause, amount in left.items() if amount and whole}


ORDER = (
    "unknown voluntary payment_failed expired paused price seats product usage discount_end refund dispute new_subscription "
    "reactivated unpaused recovered other"
).split()


def reference(accounts: Sequence[Sequence[list[dict[str, Any]]]]) -> Found:
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for chains in accounts:
        ever, day = False, BEGIN
        while day < END:
            before, after = (sum(price_on(r, d) for rows in chains for r in rows) for d in (day - DAY, day))
            if before != after:
                kind = "churn" if not after else "contraction" if after < before else "expansion"
                kind = kind if before else "reactivation" if ever else "new"
                for cause, amount in net(parts_of_day(chains, day, ever)).items():
                    found[(str(day)[:7], cause)][kind] += amount
            ever, day = ever or after > 0, day + DAY
    return {place: dict(amounts) for place, amounts in found.items()}


@pytest.mark.parametrize("seed", range(12))
def test_an_independent_reference_finds_the_same_causes(seed: int) -> None:
    draw = random.Random(seed)
    accounts = [[random_chain(draw, f"a{i}", f"s{i}.{s}") for s in range(draw.randint(1, 2))] for i in range(6)]
    rows = [row for chains in accounts for rows in chains for row in rows]
    draw.shuffle(rows)
    ledger = sj.Ledger.from_prices(
        columns(rows), segment="plan", as_of=END, policy=sj.Policy(past_due=0, paused="zero_as_churn", lapse_grace=0)
    )
    assert by_cause(ledger) == reference(accounts)
