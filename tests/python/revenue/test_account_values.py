"""What each account of a ledger is worth, and how much of it is at risk."""

from __future__ import annotations

import datetime
import json
import math
import random
from typing import Any

import pytest

import sojourn as sj

ROWS = {
    "account_id": ["old", "young", "gone", "old"],
    "start": ["2023-01-01", "2024-03-15", "2023-02-20", "2024-01-01"],
    "end": ["2024-01-01", None, "2023-05-06", None],
    "mrr_minor": [8_000, 5_000, 700, 10_000],
}
TERMS: dict[str, Any] = {"margin": 0.5, "rate": 0.01}


@pytest.fixture(scope="module")
def ledger() -> sj.Ledger:
    return sj.Ledger(ROWS, as_of="2025-01-01")


@pytest.fixture(scope="module")
def acme() -> sj.Ledger:
    made = sj.datasets.acme(n=400, seed=7)
    return sj.Ledger(made.subscriptions, account="account_id", start="start", end="end", mrr="mrr_minor", as_of=made.as_of)


def months_between(first: datetime.date, last: datetime.date) -> int:
    """Whole months, counted one after another."""
    months = 0
    while True:
        year, month = divmod(12 * first.year + first.month + months, 12)
        following = datetime.date(year + (month == 12), month % 12 + 1, 1)
        end = following + datetime.timedelta(days=31)
        shortest = (end.replace(day=1) - datetime.timedelta(days=1)).day
        if following.replace(day=min(first.day, shortest)) > last:
            return months
        months += 1


def slow_payments(survival: Any, renewals: int, rate: float, horizon: int) -> float:
    """Payments one by one: the next is due now, if the account renews."""
    return math.fsum(survival(renewals + 1 + k) / survival(renewals) / (1 + rate) ** k for k in range(horizon))


def test_by_hand(ledger: sj.Ledger) -> None:
    curve = sj.Decay.from_params("geometric", {"theta": 0.2})
    found = ledger.account_values("2024-12", decay=curve, margin=0.5, rate=0.1)
    assert found["account"].to_list() == ["old", "young"]
    assert found["renewals"].to_list() == [23, 9]
    assert found["mrr"].to_list() == [10_000, 5_000]
    assert found["residual_lifetime"].to_list() == pytest.approx([4, 4])
    # 0.8 / (1 - 0.8 / 1.1) payments
    assert found["value"].to_list() == pytest.approx([5_000 * 2.93333333333, 2_500 * 2.93333333333])
    assert found["low"].to_list() == [None, None]
    assert found.options["decay"] == "given" and found.options["timing"] == "renewal_due"
    earlier = ledger.account_values("2023-12", decay=curve, margin=0.5, rate=0.1)
    assert earlier["mrr"].to_list() == [8_000] and earlier["renewals"].to_list() == [11]


def test_clv_02_the_conventions_of_lifetime_value(ledger: sj.Ledger, oracle: Any) -> None:
    expected = json.loads(oracle("lifetime")["CLV-02"]["expected"])
    curve = sj.Decay.from_params("geometric", [0.2])
    by_timing = {
        "new_customer_pays_now": expected["case1_m(1+d)/(1+d-r)"],
        "just_paid": expected["case2_mr/(1+d-r)"],
        "period_end": expected["case3_m/(1+d-r)"],
    }
    for timing, value in by_timing.items():
        assert sj.cltv(100, margin=1, churn=0.2, timing=timing, discount_rate=0.1).value == pytest.approx(value, rel=1e-9)
        each = ledger.account_values("2024-12", decay=curve, margin=1, rate=0.1, timing=timing)
        assert each["value"].to_list() == pytest.approx([100 * value, 50 * value], rel=1e-9)
    multiple = sj.cltv(1, margin=1, churn=0.18, timing="just_paid", discount_rate=0.1).value
    assert multiple == pytest.approx(expected["vodafone_r.82_d.1_case2_multiple"], rel=1e-9)


@pytest.mark.parametrize("family", ["sbg", "geometric", "weibull", "dweibull", "bdw"])
def test_payments_added_up_one_by_one(acme: sj.Ledger, family: str) -> None:
    curve = acme.fit_decay(family=family)
    found = acme.account_values("2024-11", decay=curve, **TERMS).to_dicts()
    first_days = dict(zip(*(acme.accounts_table()[name].to_list() for name in ("account", "first_day")), strict=True))
    customers = acme.movements("2024-11", "2024-11")["accounts_closing"].to_list()[0]
    assert len(found) == customers
    slow: dict[int, float] = {}
    for row in found:
        age = months_between(first_days[row["account"]], datetime.date(2024, 11, 30))
        assert row["renewals"] == age and row["first_day"] == first_days[row["account"]]
        if age not in slow:
            slow[age] = slow_payments(curve.survival, age, 0.01, 4_000)
        assert row["value"] == pytest.approx(row["mrr"] * 0.5 * slow[age], rel=1e-6)
        assert row["residual_lifetime"] == pytest.approx(_or_infinite(curve.residual_lifetime(age + 1)))
        assert row["low"] < row["value"] < row["high"] or row["mrr"] == 0
    assert sum(row["mrr"] for row in found) == acme.mrr("2024-11").minor


def _or_infinite(found: sj.Estimate) -> float:
    return math.inf if found.reason else found.value


def test_the_default_curve_is_that_of_the_ledger(acme: sj.Ledger) -> None:
    own, given = acme.account_values("2024-11", **TERMS), acme.account_values("2024-11", decay=acme.fit_decay(), **TERMS)
    assert own["value"].to_list() == given["value"].to_list()
    assert own.options["decay"] == "fitted to the ledger" and own.options["params"] == acme.fit_decay().params


def test_the_curve_of_a_ledger_counts_every_decision(acme: sj.Ledger) -> None:
    """Against accounts taken one by one."""
    stayed: dict[int, int] = {}
    lost: dict[int, int] = {}
    for row in acme.accounts_table().to_dicts():
        if row["churned"]:
            whole = months_between(row["first_day"], row["last_day"])
            at = whole + (months_between(row["first_day"], row["last_day"] - datetime.timedelta(days=1)) == whole)
            lost[max(1, at)] = lost.get(max(1, at), 0) + 1
            survived = max(1, at) - 1
        else:
            survived = months_between(row["first_day"], acme.as_of - datetime.timedelta(days=1))
        for month in range(1, survived + 1):
            stayed[month] = stayed.get(month, 0) + 1
    months = range(1, max(*stayed, *lost) + 1)
    assert acme.fit_decay().at_risk == [stayed.get(month, 0) + lost.get(month, 0) for month in months]
    one_rate = acme.fit_decay(family="geometric").params["theta"]
    assert one_rate == pytest.approx(sum(lost.values()) / (sum(stayed.values()) + sum(lost.values())))


def test_a_curve_of_money_and_its_bootstrap(acme: sj.Ledger) -> None:
    lives = acme.accounts_table().to_dicts()
    last = acme.as_of - datetime.timedelta(days=1)
    left = [row["churned"] for row in lives]
    ages = [months_between(row["first_day"], row["last_day"] or last) for row in lives]
    # Who left on the day on which a month is full renewed once less than who left on the day after it.
    before = [
        row["churned"] and months_between(row["first_day"], row["last_day"] - datetime.timedelta(days=1)) == age
        for row, age in zip(lives, ages, strict=True)
    ]
    t = [max(1, age + one) if gone else age for age, one, gone in zip(ages, before, left, strict=True)]
    by_rows = sj.renewal_curve(t, left, weights=[row["mrr"] for row in lives]).fit(family="geometric")
    money = acme.fit_decay(family="geometric", weights="mrr")
    assert money.params == pytest.approx(by_rows.params)
    assert money.params != pytest.approx(acme.fit_decay(family="geometric").params)
    assert money.options["measure"] == "weight"
    drawn = acme.fit_decay(family="geometric").bootstrap(50)
    assert drawn.survival(12).low < acme.fit_decay(family="geometric").survival(12) < drawn.survival(12).high
    with pytest.raises(sj.SchemaError, match='is not None or "mrr"'):
        acme.fit_decay(weights="seats")


def test_infinite_where_it_is_infinite(ledger: sj.Ledger) -> None:
    heavy = sj.Decay.from_params("sbg", {"alpha": 0.668, "beta": 3.806})
    forever = ledger.account_values("2024-12", decay=heavy, margin=0.5, rate=0)
    assert forever["value"].to_list() == [math.inf, math.inf]
    assert forever["residual_lifetime"].to_list() == [math.inf, math.inf]
    sure = {"account_id": ["old", "young"], "probability": [0.0, 0.1]}
    risk = ledger.account_values("2024-12", decay=heavy, margin=0.5, rate=0, leaving=sure)
    assert risk["value_at_risk"].to_list() == [0, math.inf]
    finite = ledger.account_values("2024-12", decay=heavy, margin=0.5, rate=0.01)
    assert all(math.isfinite(value) for value in finite["value"].to_list())
    assert finite["residual_lifetime"].to_list() == [math.inf, math.inf]


def test_value_at_risk_is_probability_times_value(ledger: sj.Ledger) -> None:
    curve = sj.Decay.from_params("geometric", {"theta": 0.2})
    plain = ledger.account_values("2024-12", decay=curve, **TERMS)
    assert "value_at_risk" not in plain.columns
    assert plain.options["leaving"] == "none given"
    table = {"account_id": ["gone", "old"], "probability": [0.9, 0.25]}
    found = ledger.account_values("2024-12", decay=curve, leaving=table, **TERMS)
    assert found["leaving"].to_list() == [0.25, None]
    assert found["value_at_risk"].to_list() == [pytest.approx(found["value"][0] / 4), None]
    assert found.options["leaving"] == {"rows": 2, "no_customers": 1, "customers_without": 1}
    empty = ledger.account_values("2024-12", decay=curve, leaving={**table, "probability": [0.9, None]}, **TERMS)
    assert empty["value_at_risk"].to_list() == [None, None]
    hazard = ledger.account_values("2024-12", decay=curve, leaving="decay", within=3, **TERMS)
    assert hazard["leaving"].to_list() == pytest.approx([1 - 0.8**3] * 2)
    assert hazard.options["leaving"] == "decay" and hazard.options["within"] == 3


def test_probabilities_of_a_logistic_regression(acme: sj.Ledger) -> None:
    lives = acme.accounts_table()
    features = {
        "account_id": lives["account"],
        "left": [int(one) for one in lives["churned"].to_list()],
        "mrr": lives["mrr"],
    }
    fitted = sj.fit_logistic(features, outcome="left", features=["mrr"])
    table = {"account_id": lives["account"], "probability": fitted.predict(features)}
    found = acme.account_values("2024-11", leaving=table, **TERMS)
    predicted = dict(zip(lives["account"].to_list(), list(fitted.predict(features)), strict=True))
    for row in found.to_dicts():
        assert row["value_at_risk"] == pytest.approx(predicted[row["account"]] * row["value"])


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"leaving": "guess"}, '"decay" or a table'),
        ({"leaving": "decay"}, "needs within="),
        ({"within": 3}, "within= is for"),
        ({"leaving": {"account_id": ["old"], "probability": [1.5]}}, "between 0 and 1"),
        ({"leaving": {"account_id": ["old"], "probability": [-0.1]}}, "between 0 and 1"),
        ({"leaving": {"account_id": ["old"], "probability": [math.nan]}}, "between 0 and 1"),
        ({"leaving": {"account_id": ["nobody"], "probability": [0.5]}}, "no such account"),
        ({"leaving": {"account_id": ["old", "old"], "probability": [0.5, 0.5]}}, "one probability"),
        ({"leaving": {"account_id": ["old"], "chance": [0.5]}}, "probability"),
        ({"leaving": "decay", "within": 0}, "1 or more"),
        ({"timing": "some day"}, "renewal_due"),
        ({"margin": 80}, "share of revenue"),
        ({"rate": -0.01}, "rate"),
        ({"rate": math.nan}, "rate"),
        ({"level": 2}, "level"),
        ({"period": "2026-01"}, "nothing is known"),
    ],
)
def test_what_cannot_be_valued_says_why(ledger: sj.Ledger, asked: dict[str, Any], said: str) -> None:
    curve = sj.Decay.from_params("geometric", {"theta": 0.2})
    with pytest.raises(sj.Error, match=said):
        ledger.account_values(**{"period": "2024-12", "decay": curve, **TERMS, **asked})


def test_margin_and_rate_have_no_default_and_a_ledger_without_losses_no_curve(ledger: sj.Ledger) -> None:
    with pytest.raises(TypeError):
        ledger.account_values("2024-12", margin=0.5)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        ledger.account_values("2024-12", rate=0.01)  # type: ignore[call-arg]
    rows = {"account_id": ["a"], "start": ["2024-01-01"], "end": [None], "mrr_minor": [100]}
    with pytest.raises(sj.SchemaError, match="no curve to read"):
        sj.Ledger(rows, as_of="2024-07-01").account_values("2024-06", **TERMS)


def test_accounts_of_numbers_and_of_several_currencies() -> None:
    rows = {
        "account_id": [7, 8],
        "start": ["2024-01-01"] * 2,
        "end": [None, None],
        "mrr_minor": [1_000, 1_000],
        "currency": ["USD", "EUR"],
    }
    rates = {"currency": ["EUR"] * 6, "month": [f"2024-0{m}" for m in range(1, 7)], "rate": [1, 1, 1, 1, 1, 1.5]}
    curve = sj.Decay.from_params("geometric", {"theta": 0.2})
    ledger = sj.Ledger(rows, as_of="2024-07-01", rates=rates, report_in="USD", currency="currency")
    found = ledger.account_values("2024-06", decay=curve, leaving={"account_id": [8], "probability": [0.5]}, **TERMS)
    assert found["account"].to_list() == [7, 8]
    assert found["mrr"].to_list() == [1_000, 1_500]
    assert found["value"][1] == pytest.approx(1.5 * found["value"][0])
    assert found["leaving"].to_list() == [None, 0.5]


def test_a_table_shows_money_in_units_of_the_currency(ledger: sj.Ledger) -> None:
    curve = sj.Decay.from_params("geometric", {"theta": 0.2})
    text = ledger.account_values("2024-12", decay=curve, **TERMS)._repr_html_()
    assert "100.00" in text and "old" in text


def random_curve(draw: random.Random) -> sj.Decay:
    """A stated curve of any family, near its borders too."""
    family = draw.choice(list(FAMILIES))
    params = [DRAWS[kind](draw) for kind in FAMILIES[family].split()]
    if family == "two_segment":
        params[1:] = sorted(params[1:])
    return sj.Decay.from_params(family, params)


DRAWS: dict[str, Any] = {
    "positive": lambda draw: math.exp(draw.uniform(-8, 8)),
    "power": lambda draw: math.exp(draw.uniform(-2, 3)),
    "share": lambda draw: draw.choice([1e-9, 1 - 1e-9, draw.random()]),
    "any": lambda draw: draw.uniform(-1, 1),
}
FAMILIES = {
    "geometric": "share",
    "sbg": "positive positive",
    "bdw": "positive positive power",
    "weibull": "positive power",
    "dweibull": "share power",
    "gompertz": "positive any",
    "loglogistic": "positive power",
    "lognormal": "any power",
    "lomax": "positive positive",
    "weibull_gamma": "positive positive power",
    "cure": "share share",
    "two_segment": "share share share",
}


def test_random_curves_give_numbers() -> None:
    draw = random.Random(1)
    rows = {
        "account_id": list(range(12)),
        "start": [f"{2015 + i % 9}-{i % 12 + 1:02d}-{2 * i + 1:02d}" for i in range(12)],
        "end": [None] * 12,
        "mrr_minor": [10 ** (i % 8) for i in range(12)],
    }
    ledger = sj.Ledger(rows, as_of="2025-01-01")
    timings = ["renewal_due", "just_paid", "new_customer_pays_now", "period_end"]
    for _ in range(300):
        asked: dict[str, Any] = {"margin": draw.choice([-0.5, 0, 0.8, 1]), "rate": draw.choice([0, 1e-3, 0.01, 0.5])}
        asked |= {"timing": draw.choice(timings), "within": draw.choice([1, 12, 1000])}
        curve = random_curve(draw)
        found = ledger.account_values("2024-12", decay=curve, leaving="decay", **asked)
        for name in ("residual_lifetime", "value", "leaving", "value_at_risk"):
            assert not any(value is None or math.isnan(value) for value in found[name].to_list()), (name, curve, asked)
        assert all(0 <= chance <= 1 for chance in found["leaving"].to_list()), (curve, asked)
        assert all(left >= 0 for left in found["residual_lifetime"].to_list()), (curve, asked)
