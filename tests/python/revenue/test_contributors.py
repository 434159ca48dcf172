"""From a number to accounts and rows in Python: whatever is listed, with the rest, is the number."""

from __future__ import annotations

import random
from typing import Any

import pytest

import sojourn as sj

AMOUNTS = (
    "opening",
    "new",
    "reactivation",
    "expansion",
    "contraction",
    "churn",
    "closing",
    "accounts_opening",
    "accounts_new",
    "accounts_reactivated",
    "accounts_churned",
    "accounts_closing",
)


def random_ledger(seed: int, **more: Any) -> sj.Ledger:
    draw = random.Random(seed)
    rows: dict[str, list[Any]] = {"account": [], "start": [], "end": [], "mrr": []}
    for _ in range(80):
        rows["account"].append(f"c{draw.randint(1, 25)}")
        rows["start"].append(f"{draw.choice([2022, 2023])}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}")
        rows["end"].append(None if draw.random() < 0.4 else f"2024-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}")
        rows["mrr"].append(draw.choice([0, 100, 2500, 4900]))
    return sj.Ledger(rows, as_of="2025-01-01", **more, amounts="minor")


def test_churn_of_a_month_by_account_and_row() -> None:
    table = {
        "account": ["a", "b", "b", "c"],
        "start": ["2023-01-01", "2023-01-01", "2023-05-01", "2023-01-01"],
        "end": ["2024-03-10", "2024-03-20", "2024-03-20", None],
        "mrr": [5000, 1000, 200, 4000],
    }
    book = sj.Ledger(table, as_of="2024-06-01", amounts="minor")
    who = book.contributors("2024-03", "churn")
    assert who["account"].to_list() == ["a", "b"] and who["amount"].to_list() == [5000, 1200]
    assert who.rows == {"a": [0], "b": [1, 2]} and who.value == who.amount == 6200
    assert who.others == {"accounts": 0, "amount": 0}
    nrr = book.contributors("2024-03", "nrr", window=1, top=1)
    assert nrr.to_dicts()[0]["account"] == "a" and nrr.amount == 4000 and nrr.base == 10200
    assert nrr.others == {"accounts": 2, "amount": 4000, "base": 5200}


@pytest.mark.parametrize(
    "policy",
    [
        sj.Policy(),
        sj.Policy.preset("chartmogul"),
        sj.Policy(movement_mode="net_endpoints", grr="running_min"),
        sj.Policy(logo_denominator="start_plus_new", window=30, nrr_window="one_month"),
    ],
)
def test_every_cell_adds_up(policy: sj.Policy) -> None:
    for seed in range(4):
        book = random_ledger(seed, policy=policy)
        shown = book.movements("2024-06", "2024-06").to_dicts()[0]
        for cell in AMOUNTS:
            for top in (None, 3):
                who = book.contributors("2024-06", cell, top=top)
                assert sum(who["amount"].to_list()) + who.others["amount"] == who.amount == shown[cell]
        rates = {
            "nrr": book.nrr("2024-06"),
            "grr": book.grr("2024-06"),
            "logo_retention": book.logo_retention("2024-06"),
            "logo_churn": book.logo_churn("2024-06"),
            "gross_mrr_churn": book.mrr_churn("2024-06"),
            "net_mrr_churn": book.mrr_churn("2024-06", kind="net"),
            "quick_ratio": book.quick_ratio("2024-06"),
        }
        for cell, estimate in rates.items():
            who = book.contributors("2024-06", cell, top=3)
            assert who.value == pytest.approx(estimate.value, rel=1e-12, nan_ok=True)
            if who.base:
                assert sum(s for s in who["share"].to_list()) + who.others["amount"] / who.base == pytest.approx(
                    estimate.value
                )


def test_fractions_of_cents_are_shown_so_that_they_add_up() -> None:
    prices = {
        "account_id": [f"c{i}" for i in range(7)],
        "start": ["2024-01-05"] * 7,
        "amount_minor": [1999] * 7,
        "unit": ["year"] * 7,
    }
    book = sj.Ledger.from_prices(prices, unit="unit", as_of="2024-06-01")
    who = book.contributors("2024-01", "new", top=None)
    assert sum(who["amount"].to_list()) == book.movements("2024-01", "2024-01")["new"].to_list()[0] == 1166
    assert set(who["amount"].to_list()) == {166, 167}


def test_cohort_cells_add_up() -> None:
    book = random_ledger(9)
    for measure in ("accounts", "mrr"):
        triangle = book.cohorts(by="quarter", measure=measure, first="2022-Q1", last="2024-Q4")
        for c, label in enumerate(triangle.cohorts):
            for age in range(len(triangle.cohorts) - c):
                who = book.cohort_contributors(label, age, measure=measure, top=2)
                assert who.amount == triangle.counts[c][age] and who.base == triangle.sizes[c]
    with pytest.raises(sj.SchemaError, match="not known"):
        book.cohort_contributors("2024-Q4", 1)


def test_numbers_without_parts_by_account_are_refused() -> None:
    book = random_ledger(1, policy=sj.Policy(grr="totals_min", logo_denominator="exposure", nrr_window="trailing_mean_4q"))
    for cell, window in (("grr", 12), ("logo_churn", None), ("nrr", None), ("margin", None)):
        with pytest.raises(sj.SchemaError):
            book.contributors("2024-06", cell, window=window)
    with pytest.raises(sj.SchemaError, match="top"):
        book.contributors("2024-06", "churn", top=-1)


def test_picture() -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    for cell in ("churn", "nrr", "accounts_new"):
        who = random_ledger(2).contributors("2024-06", cell, top=2)
        axes = who.plot()
        assert len(axes.patches) == len(who) + (1 if who.others["accounts"] else 0)
