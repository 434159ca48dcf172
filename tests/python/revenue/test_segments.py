"""Segments in Python: they add up, and say how accounts with several labels were decided."""

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
PLANS = ("basic", "pro", "team", None)


def rows_of(draw: random.Random, n: int) -> dict[str, list[Any]]:
    rows: dict[str, list[Any]] = {"account": [], "start": [], "end": [], "mrr": [], "plan": [], "region": []}
    for _ in range(n):
        who, month = draw.randint(1, 9), draw.randint(1, 12)
        rows["account"].append(f"c{who}")
        rows["start"].append(f"2023-{month:02d}-{draw.randint(1, 28):02d}")
        rows["end"].append(None if draw.random() < 0.4 else f"2024-{draw.randint(1, 12):02d}-15")
        rows["mrr"].append(draw.choice([100, 2500, 4900]))
        rows["plan"].append(draw.choice(PLANS))
        rows["region"].append("eu" if who % 2 else "us")
    return rows


def ledger_of(rows: dict[str, list[Any]], **more: Any) -> sj.Ledger:
    return sj.Ledger(
        rows, account="account", start="start", end="end", mrr="mrr", as_of="2025-01-01", **more, amounts="minor"
    )


@pytest.mark.parametrize("rule", ["last", "first", "opening"])
def test_segments_add_up(rule: str) -> None:
    draw = random.Random(3)
    for _ in range(20):
        ledger = ledger_of(rows_of(draw, 30), segment=["plan", "region"])
        for name in ("plan", "region"):
            whole = ledger.movements("2023-01", "2024-12")
            parts = ledger.movements("2023-01", "2024-12", by_segment=name, segment_rule=rule).to_dicts()
            for i, period in enumerate(whole["period"].to_list()):
                mine = [row for row in parts if row["period"] == period]
                for amount in AMOUNTS:
                    assert sum(row[amount] for row in mine) == whole[amount].to_list()[i], (name, amount, period)
            states = list(ledger.by_segment(name, rule=rule).states("2023-01", "2024-12").values())
            total = states[0]
            for state in states[1:]:
                total = total + state
            assert total.to_bytes() == ledger.state("2023-01", "2024-12").to_bytes()
            mrr = ledger.by_segment(name, rule=rule).mrr("2024-03")
            assert sum(mrr["mrr"].to_list()) == int(ledger.mrr("2024-03"))
            triangles = ledger.by_segment(name, rule=rule).cohorts(measure="mrr")
            sizes = [triangle.sizes for triangle in triangles.values()]
            assert [sum(column) for column in zip(*sizes, strict=True)] == ledger.cohorts(measure="mrr").sizes


def test_rates_are_those_of_the_accounts_alone() -> None:
    rows = rows_of(random.Random(4), 60)
    by = ledger_of(rows, segment="region").by_segment()
    keep = [i for i, region in enumerate(rows["region"]) if region == "eu"]
    alone = ledger_of({name: [values[i] for i in keep] for name, values in rows.items()})
    asked: list[tuple[str, dict[str, Any]]] = [
        ("logo_churn", {}),
        ("mrr_churn", {"kind": "net"}),
        ("nrr", {"window": 6}),
        ("grr", {"window": 6}),
        ("logo_retention", {"window": 3}),
        ("arpa", {}),
        ("quick_ratio", {}),
        ("average_sale_price", {}),
    ]
    for metric, options in asked:
        shown = getattr(by, metric)("2024-06", **options)
        assert shown["segment"].to_list() == ["eu", "us"]
        expected = getattr(alone, metric)("2024-06", **options)
        row = shown.to_dicts()[0]
        if expected.value == expected.value:
            limits = tuple(None if limit != limit else limit for limit in (expected.low, expected.high))
            assert (row["value"], row["low"], row["high"], row["n"]) == (expected.value, *limits, expected.n)
        else:
            assert row["value"] is None and row["reason"] == expected.reason
    assert by.arr("2024-06")["arr"].to_list()[0] == int(alone.arr("2024-06"))
    ages = by.cohorts().by_age().to_dicts()
    assert {row["segment"] for row in ages} == {"eu", "us"}
    assert by.cohorts(first="2023-01", last="2024-12")["eu"].counts == alone.cohorts(first="2023-01", last="2024-12").counts
    assert set(by.cohorts().table().columns) == {"segment", "cohort", "age", "size", "count", "retention"}


def test_an_account_with_several_labels_is_decided_by_name_and_counted() -> None:
    rows = {
        "account": ["a", "a", "b", "c"],
        "start": ["2024-01-01", "2024-06-01", "2024-01-01", "2024-01-01"],
        "end": ["2024-06-01", None, None, None],
        "mrr": [100, 300, 50, 7],
        "plan": ["basic", "pro", "basic", None],
    }
    ledger = ledger_of(rows, segment="plan")

    def closing(rule: str, period: str) -> dict[str | None, int]:
        shown = ledger.by_segment("plan", rule=rule).mrr(period)
        return dict(zip(shown["segment"].to_list(), shown["mrr"].to_list(), strict=True))

    assert closing("last", "2024-03") == {"basic": 50, "pro": 100, None: 7}
    assert closing("first", "2024-08") == {"basic": 350, None: 7}
    assert closing("opening", "2024-06") == {"basic": 350, None: 7}
    assert closing("opening", "2024-07") == {"basic": 50, "pro": 300, None: 7}
    options = ledger.movements("2024-01", "2024-12", by_segment="plan").options
    assert options["accounts_with_several_labels"] == 1 and options["rows_without_label"] == 1
    with pytest.raises(sj.SchemaError, match="segment_rule"):
        ledger.by_segment("plan", rule="newest")
    with pytest.raises(sj.SchemaError, match="there are plan"):
        ledger.by_segment("region")
    with pytest.raises(sj.SchemaError, match="add_segment"):
        ledger_of(rows).by_segment("plan")


def test_a_ledger_of_prices_has_segments_of_accounts_or_subscriptions() -> None:
    prices = {
        "account_id": ["a", "a"],
        "start": ["2024-01-01"] * 2,
        "amount_minor": [1000, 500],
        "sub": ["s1", "s2"],
        "plan": ["x", "y"],
    }
    by_account = sj.Ledger.from_prices(prices, subscription="sub", segment="plan", as_of="2025-01-01")
    assert by_account.by_segment().mrr("2024-02").to_dicts() == [{"segment": "y", "mrr": 1500}]
    by_subscription = by_account.with_policy(sj.Policy(unit="subscription"))
    assert by_subscription.by_segment().mrr("2024-02").to_dicts() == [
        {"segment": "x", "mrr": 1000},
        {"segment": "y", "mrr": 500},
    ]


def upgraded() -> sj.Ledger:
    """100 accounts of the basic plan, 50 of which are enterprise from March on."""
    rows: dict[str, list[Any]] = {"account": [], "start": [], "end": [], "mrr": [], "plan": []}
    for i in range(100):
        spells = [("2024-01-01", "2024-03-10", 1000, "basic"), ("2024-03-10", None, 2000, "enterprise")]
        for start, end, mrr, plan in spells if i < 50 else [("2024-01-01", None, 1000, "basic")]:
            for name, value in zip(rows, (f"c{i}", start, end, mrr, plan), strict=True):
                rows[name].append(value)
    return ledger_of(rows, segment="plan")


def test_rates_of_segments_are_those_of_the_accounts_at_the_opening() -> None:
    by = upgraded().by_segment()
    assert by.rule == "opening"
    shown = by.nrr("2024-03", window=1).to_dicts()
    assert [(row["segment"], row["value"], row["n"]) for row in shown] == [("basic", 1.5, 100)]
    assert by.logo_churn("2024-03")["n"].to_list() == [100]
    later = by.nrr("2024-04", window=1).to_dicts()
    assert [(row["segment"], row["value"], row["n"]) for row in later] == [("basic", 1.0, 50), ("enterprise", 1.0, 50)]
    last = upgraded().by_segment(rule="last").nrr("2024-03", window=1).to_dicts()
    assert [(row["segment"], row["value"]) for row in last] == [("basic", 1.0), ("enterprise", 2.0)]
    movements = upgraded().movements("2024-03", "2024-03", by_segment="plan")
    assert movements["segment"].to_list() == ["basic"] and movements.options["segment_rule"] == "opening"


def test_retention_over_time_looks_from_each_opening() -> None:
    ledger = upgraded()
    table = ledger.by_segment().retention("2024-03", "2024-04", window=(1, 2))
    shown = [(row["segment"], row["window"], row["period"], row["accounts"], row["nrr"]) for row in table.to_dicts()]
    assert shown == [
        ("basic", 1, "2024-03", 100, 1.5),
        ("basic", 1, "2024-04", 50, 1.0),
        ("basic", 2, "2024-03", 100, 1.5),
        ("basic", 2, "2024-04", 100, 1.5),
        ("enterprise", 1, "2024-03", 0, None),
        ("enterprise", 1, "2024-04", 50, 1.0),
        ("enterprise", 2, "2024-03", 0, None),
        ("enterprise", 2, "2024-04", 0, None),
    ]
    for row in table.to_dicts():
        rates = ledger.by_segment().nrr(row["period"], window=row["window"]).to_dicts()
        alone = {found["segment"]: found["value"] for found in rates}
        assert alone.get(row["segment"]) == row["nrr"]


def test_the_opening_is_that_of_the_policy_s_window() -> None:
    by = upgraded().with_policy(sj.Policy(nrr_window="one_month")).by_segment()
    assert by.nrr("2024-04").to_dicts() == by.nrr("2024-04", window=1).to_dicts()
    assert by.grr("2024-04")["segment"].to_list() == ["basic", "enterprise"]
