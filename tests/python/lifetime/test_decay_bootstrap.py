"""Decay of money, its bootstrap, and renewal rates by number."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest

import sojourn as sj

COHORTS = {
    "cohort": ["2022"] * 5 + ["2023"] * 4 + ["2024"] * 3,
    "t": [0, 1, 2, 3, 4, 0, 1, 2, 3, 0, 1, 2],
    "left": [400, 320, 280, 255, 240, 500, 390, 330, 300, 450, 360, 315],
    "mrr": [50.0] * 5 + [80.0] * 4 + [200.0] * 3,
}


def accounts(seed: int, n: int) -> dict[str, list[Any]]:
    """Large accounts stay longer; every third joined observation after its first renewal."""
    draw = random.Random(seed)
    rows: dict[str, list[Any]] = {"t": [], "left": [], "mrr": [], "entry": []}
    for i in range(n):
        large = draw.random() < 0.2
        churn, t = (0.05 if large else 0.3), 1
        while t <= 6 and draw.random() >= churn:
            t += 1
        late = i % 3 == 0 and t > 1
        rows["t"].append(min(t, 6))
        rows["left"].append(t <= 6)
        rows["mrr"].append(draw.lognormvariate(6 if large else 3, 0.5))
        rows["entry"].append(1 if late else 0)
    return rows


def fit(weights: Any = None, **options: Any) -> sj.Decay:
    return sj.fit_decay(COHORTS["t"], COHORTS["left"], cohort=COHORTS["cohort"], weights=weights, **options)


def test_weights_of_cohorts() -> None:
    plain, money = fit(), fit(COHORTS["mrr"])
    assert (plain.options["measure"], money.options["measure"]) == ("accounts", "weight")
    assert money.status == "converged"
    assert money.params["alpha"] != pytest.approx(plain.params["alpha"], rel=1e-3)
    scaled = fit([w * 1e6 for w in COHORTS["mrr"]])
    assert scaled.params == pytest.approx(money.params, rel=1e-6)
    assert scaled.log_likelihood == pytest.approx(money.log_likelihood, rel=1e-9)
    assert scaled.interval(6).low == pytest.approx(money.interval(6).low, rel=1e-6)
    assert fit([7.0] * 12).params == pytest.approx(plain.params, rel=1e-6)
    assert money.interval(6).n == 1350
    assert math.isnan(money.aic) and math.isnan(money.bic)
    assert money.parameter("alpha").method == "wald"
    with pytest.raises(sj.SchemaError, match="no profile limits"):
        money.interval(6, method="profile")
    heavy = [2000.0 if c == "2024" else 1.0 for c in COHORTS["cohort"]]
    wide, narrow = fit(heavy).interval(2), fit().interval(2)
    assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)  # one cohort is as good as all there is


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1.0] * 11 + [2.0], "an account of one cohort has one weight"),
        ([0.0] * 12, "the weight of a cohort is a number above 0"),
        ([math.inf] * 12, "the weight of a cohort is a number above 0"),
        ([None] + [1.0] * 11, "missing"),
    ],
)
def test_weights_that_cannot_be_meant(weights: list[Any], message: str) -> None:
    with pytest.raises(sj.DataError, match=message):
        fit(weights)


@pytest.mark.parametrize("resample", ["accounts", "cohorts"])
def test_bootstrap(resample: str) -> None:
    drawn = fit().bootstrap(400, seed=3, resample=resample)
    again = fit().bootstrap(400, seed=3, resample=resample)
    other = fit().bootstrap(400, seed=4, resample=resample)
    assert drawn.drawn + drawn.refused == 400
    assert (drawn.survival(6).low, drawn.survival(6).high) == (again.survival(6).low, again.survival(6).high)
    assert (drawn.survival(6).low, drawn.survival(6).high) != (other.survival(6).low, other.survival(6).high)
    assert drawn.options["resample"] == resample and drawn.survival(6).options["t"] == 6
    for found in (drawn.survival(6), drawn.retention(3), drawn.parameter("alpha"), drawn.lifetime(0.1)):
        assert found.method == "bootstrap" and found.low < found.value < found.high
    assert drawn.residual_lifetime(2, 0.1).low < fit().residual_lifetime(2, 0.1).value
    rows = drawn.project(8).to_dicts()
    assert rows[6]["low"] == drawn.survival(6).low and rows[3]["observed"] is not None
    assert "400 draws" in repr(drawn) or drawn.refused


def test_bootstrap_agrees_with_the_delta_method() -> None:
    delta, drawn = fit().interval(6), fit().bootstrap(2000, seed=5).survival(6)
    assert [drawn.low, drawn.high] == pytest.approx([delta.low, delta.high], abs=0.004)


def test_what_cannot_be_drawn() -> None:
    given = sj.Decay.from_params("sbg", [1.0, 3.0])
    with pytest.raises(sj.SchemaError, match="no accounts to draw"):
        given.bootstrap()
    one = sj.fit_decay([0, 1, 2], [100, 80, 70])
    with pytest.raises(sj.SchemaError, match="cohorts are drawn again where there are several"):
        one.bootstrap(resample="cohorts")
    with pytest.raises(sj.SchemaError, match="accounts, cohorts"):
        one.bootstrap(resample="rows")
    with pytest.raises(sj.SchemaError, match="from 1 on"):
        one.bootstrap(10).residual_lifetime(0)


def test_renewal_curve_of_accounts_and_of_money() -> None:
    rows = accounts(7, 900)
    curve = sj.renewal_curve(rows["t"], rows["left"], entry=rows["entry"])
    money = sj.renewal_curve(rows["t"], rows["left"], entry=rows["entry"], weights=rows["mrr"])
    for k, (faced, renewed) in enumerate(zip(curve.faced, curve.renewed, strict=True), start=1):
        at_risk = [i for i, t in enumerate(rows["t"]) if rows["entry"][i] < k <= t]
        stayed = [i for i in at_risk if not (rows["left"][i] and rows["t"][i] == k)]
        assert (faced, renewed) == (len(at_risk), len(stayed))
        weight = sum(rows["mrr"][i] for i in at_risk)
        assert curve.rate.to_list()[k - 1] == pytest.approx(len(stayed) / len(at_risk))
        assert money.rate.to_list()[k - 1] == pytest.approx(sum(rows["mrr"][i] for i in stayed) / weight)
    assert money.rate.to_list()[0] > curve.rate.to_list()[0]  # large accounts stay
    assert all(a < r < b for a, r, b in zip(money.low, money.rate, money.high, strict=True))
    survived = sj.kaplan_meier(rows["t"], rows["left"], entry=rows["entry"])
    by_age = dict(zip(survived.time, survived.survival, strict=True))
    assert curve.survival.to_list()[3] == pytest.approx(by_age[4], rel=1e-12)
    fitted, in_money = curve.fit(), money.fit(family="sbg")
    assert in_money.survival(6) > fitted.survival(6) + 0.2
    assert in_money.options["measure"] == "weight"
    robust, drawn = in_money.interval(6), in_money.bootstrap(1000, seed=2).survival(6)
    assert [drawn.low, drawn.high] == pytest.approx([robust.low, robust.high], abs=0.02)
    assert (curve.n, money.n) == (900, 900)


def test_renewal_curve_edges() -> None:
    empty = sj.renewal_curve([], [])
    assert len(empty.rate) == 0 and empty.n == 0 and empty.fit().status == "refused"
    gap = sj.renewal_curve([1, None, 2], [1, 0, None])
    assert (gap.n, gap.rows_missing) == (1, 2)
    with pytest.raises(sj.DataError, match='"t", row 0, value 0'):
        sj.renewal_curve([0], [1])
    with pytest.raises(sj.DataError, match="left is 0"):
        sj.renewal_curve([1], [2])
    with pytest.raises(sj.SchemaError, match="differ in length"):
        sj.renewal_curve([1, 2], [1, 0], weights=[])
    table = sj.renewal_curve([1, 2, 2], [1, 0, 1], count=[5, 3, 2]).table()
    assert table["faced"].to_list() == [10, 5] and table.options["level"] == 0.95


def test_renewal_curves_by_segment() -> None:
    rows = accounts(5, 300)
    plan: list[Any] = ["basic", "pro", None] * 100
    by = sj.renewal_curve(rows["t"], rows["left"], entry=rows["entry"], weights=rows["mrr"], by=plan)
    assert list(by) == ["basic", "pro", None] and len(by) == 3
    for name, curve in by.items():
        own = {key: [v for v, p in zip(values, plan, strict=True) if p == name] for key, values in rows.items()}
        alone = sj.renewal_curve(own["t"], own["left"], entry=own["entry"], weights=own["mrr"])
        assert curve.table().to_dicts() == alone.table().to_dicts()
        assert curve.fit().params == alone.fit().params and curve.n == 100
    table = by.table()
    assert table.columns[:2] == ["segment", "renewal"] and len(table) == sum(len(curve.rate) for curve in by.values())
    assert "pro: RenewalCurve(100 accounts" in repr(by)
    with pytest.raises(sj.SchemaError, match="differ in length"):
        sj.renewal_curve([1, 2], [1, 0], by=["a"])


def test_pictures() -> None:
    pytest.importorskip("matplotlib")
    rows = accounts(3, 200)
    axes = sj.renewal_curve(rows["t"], rows["left"]).plot()
    assert axes.get_xlabel() == "renewal" and axes.get_ylabel() == "share that renewed"
    assert fit().bootstrap(50).plot(periods=9).get_ylabel() == "share left"
