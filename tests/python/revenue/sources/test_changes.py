"""A ledger of changes is that of the levels between them."""

from __future__ import annotations

import datetime
import random
from typing import Any

import pytest

import sojourn as sj
from ledger_books import Table, shuffled
from policy_books import MOMENTS, logged


def _date(offset: int) -> str:
    return str(datetime.date(2023, 1, 1) + datetime.timedelta(days=offset))


def test_changes_are_the_ledger_of_their_levels() -> None:
    draw = random.Random(9)
    for _ in range(25):
        levels: Table = {"who": [], "sub": [], "on": [], "mrr": [], "change": []}
        intervals: Table = {"who": [], "start": [], "end": [], "mrr": []}
        for sub in range(8):
            days = sorted(draw.sample(range(1, 700), draw.randint(1, 5)))
            before = 0
            for i, offset in enumerate(days):
                level = draw.choice([0, 100, 2500])
                levels["who"].append(f"c{sub % 3}")
                levels["sub"].append(sub)
                levels["on"].append(_date(offset))
                levels["mrr"].append(level)
                levels["change"].append(level - before)
                before = level
                intervals["who"].append(f"c{sub % 3}")
                intervals["start"].append(_date(offset))
                intervals["end"].append(_date(days[i + 1]) if i + 1 < len(days) else None)
                intervals["mrr"].append(level)
        expected = sj.Ledger(
            intervals, account="who", start="start", end="end", mrr="mrr", as_of="2025-01-01", amounts="minor"
        )
        options: dict[str, Any] = {"account": "who", "when": "on", "subscription": "sub", "as_of": "2025-01-01"}
        for ledger in (
            sj.Ledger.from_changes(shuffled(draw, levels), mrr_after="mrr", **options, amounts="minor"),
            sj.Ledger.from_changes(shuffled(draw, levels), change="change", **options, amounts="minor"),
        ):
            assert ledger.movements("2023-01", "2024-12").to_dicts() == expected.movements("2023-01", "2024-12").to_dicts()
            assert ledger.cohorts().counts == expected.cohorts().counts


def test_changes_of_one_day_follow_the_named_rule_and_are_counted() -> None:
    table = {"account_id": ["a", "a", "a"], "date": ["2024-01-05", "2024-01-05", "2024-02-01"], "level": [1000, 300, 0]}
    ledger = sj.Ledger.from_changes(table, mrr_after="level", as_of="2024-06-01", amounts="minor")
    assert int(ledger.mrr("2024-01")) == 300
    # Without times the order of rows decides which change of the day is the last.
    assert ledger.counts == {"rows": 3, "to_zero": 1, "replaced": 1, "future_changes": 0, "same_moment": 1}
    assert ledger.explain("a", "2024-02").rows == [0, 1, 2]
    assert (
        int(
            sj.Ledger.from_changes(table, mrr_after="level", same_day="sum", as_of="2024-06-01", amounts="minor").mrr(
                "2024-01"
            )
        )
        == 1300
    )
    assert int(sj.Ledger.from_changes(table, change="level", as_of="2024-06-01", amounts="minor").mrr("2024-03")) == 1300
    with pytest.raises(sj.DataError, match="row 1"):
        sj.Ledger.from_changes(table, mrr_after="level", same_day="refuse", amounts="minor")
    with pytest.raises(sj.SchemaError, match="one of the two"):
        sj.Ledger.from_changes(table)
    with pytest.raises(sj.DataError, match="add up to -200"):
        sj.Ledger.from_changes(
            {"account_id": ["a", "a"], "date": ["2024-01-05", "2024-02-05"], "d": [100, -300]}, change="d", amounts="minor"
        )
    bridged = sj.Ledger.from_changes(
        {"account_id": ["a"] * 3, "date": ["2024-01-01", "2024-02-01", "2024-02-03"], "level": [100, 0, 100]},
        mrr_after="level",
        as_of="2024-06-01",
        policy=sj.Policy(lapse_grace=3),
        amounts="minor",
    )
    assert bridged.movements("2024-02", "2024-02").to_dicts()[0]["accounts_churned"] == 0


def test_changes_minutes_apart_are_one_change() -> None:
    hour = sj.Policy(grouping_minutes=60)
    assert int(logged().mrr("2024-01")) == 5000 and int(logged(hour).mrr("2024-01")) == 8000
    assert logged(hour).counts["grouped"] == 1 and "grouped" not in logged().counts
    assert "not_applied" not in logged(hour).options
    days = {**MOMENTS, "date": ["2024-01-31", "2024-02-01"]}
    assert (
        sj.Ledger.from_changes(days, mrr_after="level", as_of="2024-06-01", policy=hour, amounts="minor").options[
            "not_applied"
        ]
        == "grouping_minutes"
    )
    for when in (
        [datetime.datetime(2024, 1, 31, 23, 50), datetime.datetime(2024, 2, 1, 0, 20, 59)],
        ["2024-01-31T23:50:00", "2024-02-01T00:20:59.25"],
    ):
        book = sj.Ledger.from_changes(
            {**MOMENTS, "date": when, "plan": ["x", "x"]},
            mrr_after="level",
            as_of="2024-06-01",
            policy=hour,
            segment="plan",
            amounts="minor",
        )
        assert int(book.mrr("2024-01")) == 8000
        assert book.by_segment().mrr("2024-01")["mrr"].to_list() == [8000]
    # On one day the later change counts, wherever its row stands.
    swapped = {"account_id": ["a", "a"], "date": ["2024-01-05 12:00", "2024-01-05 09:00"], "level": [7, 5]}
    assert int(sj.Ledger.from_changes(swapped, mrr_after="level", as_of="2024-06-01", amounts="minor").mrr("2024-01")) == 7
    for bad in ("2024-01-05 24:00", "2024-01-05 09:00Z", "2024-01-05 9:00", "2024-02-30 09:00"):
        with pytest.raises(sj.DataError, match='column "date", row 1.*(is not a moment|names a time zone)'):
            sj.Ledger.from_changes({**swapped, "date": ["2024-01-05 12:00", bad]}, mrr_after="level", amounts="minor")
    zoned = [datetime.datetime(2024, 1, 5, tzinfo=datetime.UTC)] * 2
    with pytest.raises(sj.DataError, match='"date", row 0.*names a time zone.*timezone='):
        sj.Ledger.from_changes({**swapped, "date": zoned}, mrr_after="level", amounts="minor")
    why = sj.reconcile(logged(), sj.Policy(), hour, "2024-01")
    assert why["option"].to_list() == ["under a", "grouping_minutes", "under b"] and why["closing"].to_list() == [
        5000,
        3000,
        8000,
    ]


CANCELLED = {
    "account_id": ["a"] * 4,
    "sub": ["s1", "s2", "s1", "s2"],
    "date": ["2024-01-05 09:00", "2024-01-05 09:00", "2024-03-10 10:00", "2024-03-10 15:00"],
    "level": [1000, 2000, 0, 0],
}
STRIPE = sj.Policy.preset("stripe")


def cancelled(policy: sj.Policy, **more: Any) -> sj.Ledger:
    given = {"mrr_after": "level", "subscription": "sub", "as_of": "2024-06-01", "amounts": "minor", **more}
    return sj.Ledger.from_changes(CANCELLED | {"plan": ["x", "y", "x", "y"]}, policy=policy, **given)


def test_two_cancellations_on_one_day_are_two_movements_under_stripe() -> None:
    shown = ("contraction", "churn", "accounts_churned", "closing")
    march = cancelled(STRIPE).movements("2024-03", "2024-03").to_dicts()[0]
    assert [march[name] for name in shown] == [1000, 2000, 1, 0]
    plain = cancelled(sj.Policy()).movements("2024-03", "2024-03").to_dicts()[0]
    assert [plain[name] for name in shown] == [0, 3000, 1, 0]
    hour = cancelled(sj.Policy(movement_mode="timed_events", grouping_minutes=300)).movements("2024-03", "2024-03")
    assert hour["churn"].to_list() == [3000]
    assert cancelled(STRIPE).explain("a", "2024-03")["movement"].to_list() == ["contraction", "churn"]
    # The log backwards is the same log, and bytes keep the moments.
    turned = {name: values[::-1] for name, values in CANCELLED.items()}
    again = sj.Ledger.from_changes(
        turned, mrr_after="level", subscription="sub", as_of="2024-06-01", amounts="minor", policy=STRIPE
    )
    assert again.movements("2024-03", "2024-03").to_dicts()[0] == march
    assert sj.Ledger.from_bytes(again.to_bytes()).movements("2024-03", "2024-03").to_dicts()[0] == march


def test_movements_of_moments_add_up_by_plan_cause_and_unit() -> None:
    ledger = cancelled(STRIPE, segment="plan")
    for split in (
        ledger.movements("2024-03", "2024-03", split_by="plan"),
        ledger.movements("2024-03", "2024-03", by_cause=True),
        ledger.movements("2024-03", "2024-03", unit="account"),
    ):
        assert (sum(split["contraction"].to_list()), sum(split["churn"].to_list())) == (1000, 2000)
    rates = {"currency": ["EUR"] * 4, "month": ["2023-12", "2024-01", "2024-02", "2024-03"], "rate": ["2"] * 4}
    table = CANCELLED | {"currency": ["EUR", "USD", "EUR", "USD"]}
    mixed = sj.Ledger.from_changes(
        table,
        mrr_after="level",
        subscription="sub",
        as_of="2024-06-01",
        amounts="minor",
        policy=STRIPE,
        rates=rates,
        report_in="USD",
    )
    march = mixed.movements("2024-03", "2024-03").to_dicts()[0]
    assert (march["contraction"], march["churn"]) == (2000, 2000)


def test_timed_events_without_times_are_named() -> None:
    days = {**CANCELLED, "date": [text[:10] for text in CANCELLED["date"]]}
    ledger = sj.Ledger.from_changes(
        days, mrr_after="level", subscription="sub", as_of="2024-06-01", amounts="minor", policy=STRIPE
    )
    assert "movement_mode" in ledger.options["not_applied"]
    assert "movement_mode" not in cancelled(STRIPE).options.get("not_applied", "")
    assert ledger.movements("2024-03", "2024-03")["churn"].to_list() == [3000]
