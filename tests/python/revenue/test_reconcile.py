"""Why two definitions differ, in Python: options, and the accounts behind each."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest

import sojourn as sj
from policy_books import january, lapses, priced
from sojourn.revenue._reconcile import AMOUNTS, RATES

PRESETS = sj.Policy.presets()


def random_prices(seed: int, rows: int = 40) -> sj.Ledger:
    draw = random.Random(seed)
    table: dict[str, list[Any]] = {
        name: []
        for name in (
            "account_id",
            "sub",
            "start",
            "end",
            "cancelled_on",
            "unpaid_since",
            "amount_minor",
            "unit",
            "discount_minor",
            "discount_term",
            "tax_minor",
        )
    }
    for _ in range(rows):
        account = draw.randint(1, 8)
        table["account_id"].append(f"c{account}")
        table["sub"].append(f"s{account}-{draw.randint(1, 2)}")
        table["start"].append(f"2023-{draw.randint(1, 12):02d}-05")
        ends = draw.random() < 0.5
        table["end"].append(f"2024-{draw.randint(4, 9):02d}-20" if ends else None)
        table["cancelled_on"].append(f"2024-0{draw.randint(1, 3)}-11" if ends else None)
        table["unpaid_since"].append("2024-03-01" if draw.random() < 0.2 else None)
        table["amount_minor"].append(draw.choice([0, 1999, 4900, 12345]))
        table["unit"].append(draw.choice(["week", "month", "year"]))
        table["discount_minor"].append(draw.choice([0, 0, 300]))
        table["discount_term"].append(draw.choice(["recurring", "one_time"]))
        table["tax_minor"].append(0 if table["amount_minor"][-1] == 0 else draw.choice([0, 190]))
    return sj.Ledger.from_prices(
        table,
        subscription="sub",
        end="end",
        cancelled_on="cancelled_on",
        unpaid_since="unpaid_since",
        unit="unit",
        discount_minor="discount_minor",
        discount_term="discount_term",
        tax_minor="tax_minor",
        as_of="2024-12-01",
    )


@pytest.mark.parametrize("seed", range(6))
def test_options_and_accounts_add_up(seed: int) -> None:
    draw = random.Random(seed)
    book = random_prices(seed)
    policies = [sj.Policy.preset(name) for name in draw.sample(PRESETS, 3)] + [
        sj.Policy(unit="subscription", rounding="per_item_minor")
    ]
    for first, second in zip(policies, policies[1:], strict=False):
        why = sj.reconcile(book, first, second, "2024-05")
        options = why["option"].to_list()[1:-1]
        for name in AMOUNTS:
            start, *changes, end = why[name].to_list()
            assert start + sum(changes) == end
            assert [start, end] == [
                b.movements("2024-05", "2024-05")[name].to_list()[0]
                for b in (book.with_policy(first), book.with_policy(second))
            ]
            for option, change in zip(options, changes, strict=True):
                table = why.accounts(option, top=None)
                assert sum(table[name].to_list()) == change
                assert all(str(account).startswith("c") for account in table["account"].to_list())
        for metric in RATES:
            if "churn" in metric and "available_to_renew" in (first.logo_denominator, second.logo_denominator):
                with pytest.raises(sj.SchemaError, match="needs the rows as terms"):
                    sj.reconcile(book, first, second, "2024-05", metric=metric)
                continue
            rate = sj.reconcile(book, first, second, "2024-05", metric=metric)
            a, b = rate["value"].to_list()[0], rate["value"].to_list()[-1]
            for value, under in ((a, first), (b, second)):
                ledger = book.with_policy(under)
                kind = metric.split("_")[0]
                wanted = (
                    ledger.mrr_churn("2024-05", kind=kind)
                    if metric.endswith("mrr_churn")
                    else getattr(ledger, metric)("2024-05")
                )
                assert value == pytest.approx(wanted.value, nan_ok=True)


def test_accounts_of_an_option_of_a_rate() -> None:
    table = {
        "account": ["a", "b", "b", "c"],
        "start": ["2023-01-01"] * 2 + ["2024-03-13", "2023-01-01"],
        "end": ["2024-03-10", "2024-03-10", None, None],
        "mrr": [1000, 1000, 1000, 1000],
    }
    book = sj.Ledger(table, as_of="2024-06-01", amounts="minor")
    why = sj.reconcile(
        book, sj.Policy(), sj.Policy(lapse_grace=5, mrr_churn_cap="none"), "2024-03", metric="gross_mrr_churn"
    )
    assert why["option"].to_list() == ["under a", "lapse_grace", "mrr_churn_cap", "under b"]
    assert why["a"].to_list() == [None, "0", "opening_mrr", None]
    assert why.accounts("lapse_grace").to_dicts() == [
        {"account": "b", "amount_before": 1000, "amount_after": 0, "base_before": 1000, "base_after": 1000}
    ]
    with pytest.raises(sj.SchemaError, match="do not differ on"):
        why.accounts("tax")


def test_a_corrected_ledger_is_reconciled_as_corrected() -> None:
    book = sj.Ledger(
        {"account": [1, 2], "start": ["2024-01-05", "2024-01-05"], "end": ["2024-01-20", None], "mrr": [100, 200]},
        as_of="2024-06-01",
        amounts="minor",
    )
    book.apply({"account": [3], "start": ["2024-01-08"], "end": ["2024-01-28"], "mrr": [50]})
    why = sj.reconcile(book, sj.Policy(), sj.Policy(same_period_new_churn="drop"), "2024-01")
    assert why.accounts("same_period_new_churn").to_dicts()[0]["account"] == 1
    assert why["churn"].to_list() == [150, -150, 0]


def test_picture() -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    for metric in ("mrr", "logo_churn"):
        why = sj.reconcile(random_prices(3), sj.Policy(), sj.Policy.preset("maxio"), "2024-02", metric=metric)
        axes = why.plot()
        labels = [label.get_text() for label in axes.get_xticklabels()]
        assert labels[0] == "under a" and labels[-1] == "under b" and len(axes.patches) == len(labels) - 2


@pytest.mark.parametrize("a", [None, "stripe", "maxio"])
@pytest.mark.parametrize("b", sj.Policy.presets())
def test_reconciliation_adds_up_exactly(a: str | None, b: str) -> None:
    first = sj.Policy() if a is None else sj.Policy.preset(a)
    second = sj.Policy.preset(b)
    shown = sj.reconcile(priced(), first, second, "2024-01")
    ours, theirs = first.to_dict(), second.to_dict()
    differing = {name for name in ours if ours[name] != theirs[name]}
    options = shown["option"].to_list()
    assert options[0] == "under a" and options[-1] == "under b" and set(options[1:-1]) == differing
    for name in ("opening", "new", "reactivation", "expansion", "contraction", "churn", "closing", "accounts_closing"):
        values = shown[name].to_list()
        assert sum(values[:-1]) == values[-1]
    under_b = january(priced(second))
    assert shown["closing"].to_list()[-1] == under_b["closing"]
    assert shown["churn"].to_list()[-1] == under_b["churn"]


def test_reconciliation_of_a_rate_follows_the_options_in_a_fixed_order() -> None:
    shown = sj.reconcile(lapses(), sj.Policy(), sj.Policy.preset("stripe"), "2024-01", metric="logo_churn")
    assert shown["option"].to_list() == [
        "under a",
        "churn_at",
        "movement_mode",
        "logo_denominator",
        "ltv_churn",
        "window",
        "under b",
    ]
    values, changes = shown["value"].to_list(), shown["change"].to_list()
    assert values[0] == lapses().logo_churn("2024-01").value
    assert values[-1] == lapses(sj.Policy.preset("stripe")).logo_churn("2024-01").value
    assert math.fsum(changes[1:-1]) == pytest.approx(values[-1] - values[0])
    assert changes[1] == 0 and shown.options["not_applied"] == "churn_at"
    with pytest.raises(sj.SchemaError, match="logo_churn"):
        sj.reconcile(lapses(), sj.Policy(), sj.Policy(), "2024-01", metric="nps")
