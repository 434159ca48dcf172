"""Audits of a card from Python: against NumPy, by hand, and on accounts whose truth is known."""

from __future__ import annotations

import datetime
import math
import random
from typing import Any

import pytest

import sojourn as sj

CARD = {
    "sojourn": 1,
    "signals": {"a": {"norm": "identity"}, "b": {"norm": "identity"}, "c": {"norm": "identity"}},
    "tree": {"mean": [[50, "a"], [30, "b"], [20, "c"]]},
    "tiers": {"red": 0, "yellow": 40, "green": 65},
}


def table(n: int = 400, seed: int = 3) -> dict[str, list[Any]]:
    draw = random.Random(seed)
    a = [draw.uniform(0, 100) for _ in range(n)]
    return {
        "account_id": list(range(n)),
        "a": a,
        "b": [draw.uniform(0, 100) for _ in range(n)],
        "c": [0.9 * x + draw.uniform(0, 10) for x in a],
    }


def panel(n: int = 1500, seed: int = 5) -> dict[str, list[Any]]:
    """Accounts seen every 30 days until they leave, which those with a low `a` do."""
    draw = random.Random(seed)
    rows: dict[str, list[Any]] = {name: [] for name in ("account_id", "as_of", "left_on", "a", "b", "c")}
    for account in range(n):
        start = datetime.date(2023, 1, 1) + datetime.timedelta(days=draw.randrange(30))
        a, b = draw.uniform(0, 100), draw.uniform(0, 100)
        hazard = 0.0008 * math.exp((50 - a) / 25)
        days = int(draw.expovariate(hazard))
        left_on = start + datetime.timedelta(days=days) if days < 700 else None
        for month in range(0, 700, 30):
            day = start + datetime.timedelta(days=month)
            if left_on is not None and day >= left_on:
                break
            for name, value in zip(rows, (account, day, left_on, a, b, b), strict=True):
                rows[name].append(value)
    return rows


def card() -> sj.Scorecard:
    return sj.Scorecard.from_json(CARD)


def test_sensitivity_is_that_of_numpy() -> None:
    np = pytest.importorskip("numpy")
    rows = table(60)
    found = sj.weight_sensitivity(card(), rows, draws=4000, seed=2)
    draws = np.random.default_rng(1).dirichlet(50 * np.array([0.5, 0.3, 0.2]), 4000)
    scores = draws @ np.array([rows["a"], rows["b"], rows["c"]])
    tiers = np.digitize(scores, [40, 65])
    nominal = np.digitize(np.array([0.5, 0.3, 0.2]) @ np.array([rows["a"], rows["b"], rows["c"]]), [40, 65])
    flips = (tiers != nominal).mean(0)
    ranks = scores.argsort(1).argsort(1) + 1
    by_account = {row["account_id"]: row for row in found.to_dicts()}
    low, high = np.quantile(ranks, [0.05, 0.95], axis=0)
    assert max(abs(by_account[i]["flip"] - flips[i]) for i in range(60)) < 0.035
    # Ranks are whole numbers, so a quantile may lie a place or two beside that of other draws, but not on average.
    assert np.mean([abs(by_account[i]["rank_low"] - low[i]) for i in range(60)]) < 0.3
    assert np.mean([abs(by_account[i]["rank_high"] - high[i]) for i in range(60)]) < 0.3
    assert found.mean_flip == pytest.approx(flips.mean(), abs=0.01)
    shown = list(found["flip"])
    assert shown == sorted(shown, reverse=True)
    assert found.options["seed"] == 2


def test_sensitivity_repeats_itself() -> None:
    rows = table(100)
    one, two = (sj.weight_sensitivity(card(), rows, draws=200, threads=t) for t in (1, 3))
    assert one.to_dicts() == two.to_dicts()
    assert sj.weight_sensitivity(card(), rows, draws=200, concentration=5000).mean_flip < one.mean_flip


def test_without_one_signal() -> None:
    rows = {row["signal"]: row for row in sj.leave_one_out(card(), table()).to_dicts()}
    assert rows["b"]["rank_correlation"] < rows["c"]["rank_correlation"] <= 1  # c repeats a
    assert rows["a"]["weight"] == 0.5
    assert 0 < rows["b"]["tier_changes"] < 1


def test_influence_is_not_weight() -> None:
    found = {row["signal"]: row for row in sj.influence(card(), table()).to_dicts()}
    assert found["c"]["weight"] == pytest.approx(0.2)
    assert found["c"]["share"] > 0.35  # carried by a
    assert sum(row["share"] for row in found.values()) == pytest.approx(1)


def test_pairs() -> None:
    rows = table(80)
    found = sj.outranking(card(), rows)
    dominated = against = 0
    scores = list(card().score(rows).table()["score"])
    for i in range(80):
        for j in range(i):
            signs = [
                (w, (rows[k][i] > rows[k][j]) - (rows[k][i] < rows[k][j])) for k, w in (("a", 50), ("b", 30), ("c", 20))
            ]
            dominated += len({s for _, s in signs if s}) == 1
            against += sum(w * s for w, s in signs) * (scores[i] - scores[j]) < 0
    assert (found["pairs"], found["dominated"], found["against_majority"]) == (80 * 79 // 2, dominated, against)


def test_drift_of_signals() -> None:
    before, now = table(1000, seed=1), table(1000, seed=2)
    assert all(p > 0.001 for p in sj.signal_drift(card(), before, now)["p_value"])
    now["b"] = [None if i % 4 == 0 else b for i, b in enumerate(now["b"])]
    found = {row["signal"]: row for row in sj.signal_drift(card(), before, now).to_dicts()}
    assert found["b"]["p_value"] < 1e-9 < 0.001 < found["a"]["p_value"]


def test_h55_points() -> None:
    scale = sj.PointsScale(600, 1 / 60, -20)
    assert scale.offset == pytest.approx(481.86218808782963)
    assert scale.factor == pytest.approx(-28.853900817779268)
    assert scale.probability(scale.of_probability(0.05)) == pytest.approx(0.05)
    with pytest.raises(sj.SchemaError, match="odds"):
        sj.PointsScale(600, 0, -20)


def test_gates_by_hand() -> None:
    rows = panel()
    test = sj.backtest(card(), rows, horizon=90, test_from="2023-10-01", known_until="2024-12-01")
    gates = test.gates()
    found = {row["gate"]: row for row in gates.to_dicts()}
    tiers = list(card().score(rows, account=None).table()["tier"])
    last: dict[tuple[int, datetime.date], tuple[datetime.date, str]] = {}
    for account, day, left, tier in zip(rows["account_id"], rows["as_of"], rows["left_on"], tiers, strict=True):
        if left is not None and day >= datetime.date(2023, 10, 1) and 60 <= (left - day).days <= 90:
            last[account, left] = max(last.get((account, left), (day, tier)), (day, tier))
    below = sum(tier != "green" for _, tier in last.values())
    assert found["leavers foreseen"]["value"] == pytest.approx(below / len(last))
    assert gates.options["foreseen"] == below
    assert found["red leaves more"]["threshold"] == 3
    assert {row["verdict"] for row in found.values()} <= {"passed", "passed, perhaps by chance", "failed"}
    strict = {row["gate"]: row for row in test.gates(foreseen_share=0.999, best_tier_share=0.01).to_dicts()}
    assert strict["leavers foreseen"]["verdict"] == strict["not all green"]["verdict"] == "failed"


def test_lead_time_of_a_backtest() -> None:
    rows = panel()
    test = sj.backtest(card(), rows, horizon=90, test_from="2023-10-01", known_until="2024-12-01")
    tiers = list(card().score(rows, account=None).table()["tier"])
    first: dict[int, tuple[datetime.date, datetime.date]] = {}
    gone = set()
    for account, day, left, tier in zip(rows["account_id"], rows["as_of"], rows["left_on"], tiers, strict=True):
        if left is None or day < datetime.date(2023, 10, 1):
            continue
        gone.add(account)
        if tier == "red":
            first[account] = min(first.get(account, (day, left)), (day, left))
    found = test.lead_time()
    assert found["never_red"].value == pytest.approx(1 - len(first) / len(gone))
    leads = sorted((left - day).days for day, left in first.values())
    assert abs(found["median"].value - leads[len(leads) // 2]) <= 1


def test_over_time() -> None:
    rows = panel()
    series = sj.backtest_over_time(
        card(), rows, splits=3, horizon=90, known_until="2024-12-01", compare="learned", replicates=50, gap=10
    )
    shown = series.table().to_dicts()
    assert len(series) == len(shown) == 3
    assert [row["test_from"] for row in shown] == sorted(row["test_from"] for row in shown)
    assert all(row["rows"] > 0 and row["departures"] > 20 and row["difference_low"] > 0 for row in shown)
    assert all(sum(test.counts.values()) == len(rows["as_of"]) for test in series.tests)
    assert series.tests[0].counts["after_test"] > 0 == series.tests[-1].counts["after_test"]
    assert all(test.counts["embargoed"] > 0 for test in series.tests)
    named = sj.backtest_over_time(
        card(), rows, splits=["2024-03-01", datetime.date(2023, 9, 1)], horizon=90, known_until="2024-12-01"
    )
    assert [row["test_from"] for row in named.table().to_dicts()] == ["2023-09-01", "2024-03-01"]
    with pytest.raises(sj.SchemaError, match="too few"):
        sj.backtest_over_time(card(), rows, splits=5000, known_until="2024-12-01")


def test_pictures() -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    rows = table()
    assert sj.weight_sensitivity(card(), rows, draws=50).plot() is not None
    assert sj.influence(card(), rows).plot() is not None
    series = sj.backtest_over_time(card(), panel(300), splits=2, horizon=90, known_until="2024-12-01")
    assert series.plot() is not None
    matplotlib.pyplot.close("all")
