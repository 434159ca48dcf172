"""Rates compared from Python: against SciPy, against the accounts themselves, and by how often intervals hold."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest

import sojourn as sj

stats = pytest.importorskip("scipy.stats")


def rows(n: int, leave: float, seed: int, first: int = 0) -> list[dict[str, Any]]:
    """Accounts with lognormal MRR that start in 2022; some leave in 2023, some in 2024, some grow."""
    draw = random.Random(seed)
    found: list[dict[str, Any]] = []
    for account in range(first, first + n):
        mrr = int(10_000 * draw.lognormvariate(0, 1.3))
        row = {"account": account, "start": "2022-01-01", "end": None, "mrr": mrr}
        if draw.random() < leave:
            row["end"] = "2023-06-15"
        elif draw.random() < leave:
            row["end"] = "2024-06-15"
        elif draw.random() < 0.3:
            found.append({"account": account, "start": "2023-03-01", "end": None, "mrr": mrr // 4})
        found.append(row)
    return found


def book(*args: Any, **kwargs: Any) -> sj.Ledger:
    return sj.Ledger(rows(*args, **kwargs), as_of="2025-01-01", amounts="minor")


def test_published_example_of_beads() -> None:
    found = sj.compare_rates((5, 50), (8, 50))
    assert round(found.p_value, 2) == 0.37
    assert found.difference.low < 0 < found.difference.high
    assert "p=0.372" in repr(found)


@pytest.mark.parametrize(
    "table", [((5, 50), (8, 50)), ((1, 20), (9, 25)), ((0, 30), (4, 31)), ((60, 400), (30, 380)), ((7, 12), (1, 17))]
)
def test_tests_agree_with_scipy(table: tuple[tuple[int, int], tuple[int, int]]) -> None:
    (a, n), (b, m) = table
    cells = [[a, b], [n - a, m - b]]
    assert sj.compare_rates(*table).p_value == pytest.approx(
        stats.chi2_contingency(cells, correction=False).pvalue, rel=1e-9
    )
    assert sj.compare_rates(*table, method="fisher").p_value == pytest.approx(stats.fisher_exact(cells).pvalue, rel=1e-9)
    exact = stats.barnard_exact(cells, n=64).pvalue
    # SciPy searches the common share from 64 starts and may stop below the top.
    assert exact * (1 - 1e-6) <= sj.compare_rates(*table, method="barnard").p_value <= exact * 1.02


def test_unknown_words_are_refused() -> None:
    with pytest.raises(sj.SchemaError, match="score, fisher, barnard"):
        sj.compare_rates((1, 2), (1, 2), method="boschloo")  # type: ignore[arg-type]
    with pytest.raises(sj.SchemaError, match=r"\(5, 50\)"):
        sj.compare_rates(0.1, (8, 50))  # type: ignore[arg-type]
    ledger = book(30, 0.1, 1)
    with pytest.raises(sj.SchemaError, match="compare with what"):
        ledger.compare("nrr", "2024-12")
    with pytest.raises(sj.SchemaError, match="nps"):
        ledger.compare("nps", "2024-12", "2023-12")
    with pytest.raises(sj.SchemaError, match="score, linearised"):
        ledger.nrr("2024-12", method="wald")  # type: ignore[arg-type]
    with pytest.raises(sj.SchemaError, match="share 30 accounts"):
        ledger.compare("nrr", "2024-12", other=ledger)


def test_two_years_of_one_ledger() -> None:
    ledger = book(400, 0.12, 2)
    found = ledger.compare("grr", "2024-12", "2023-12")
    assert found.first.value == ledger.grr("2024-12").value
    assert found.second.low == ledger.grr("2023-12").low
    assert found.difference.value == pytest.approx(found.first.value - found.second.value)
    assert found.options["before"] == "2023-12"
    assert abs(found.correlation) < 0.3
    overlapping = ledger.compare("grr", "2024-12", "2024-11")
    assert overlapping.correlation > 0.9
    apart = math.hypot(overlapping.first.high - overlapping.first.value, overlapping.second.value - overlapping.second.low)
    assert overlapping.difference.high - overlapping.difference.value < apart / 2


def test_two_segments() -> None:
    small, large = book(400, 0.25, 3), book(300, 0.05, 4, first=1000)
    found = small.compare("logo_churn", "2023", other=large)
    counts = [ledger.logo_churn("2023") for ledger in (small, large)]
    pairs = [(round(one.value * one.n), one.n) for one in counts]
    assert found.difference.low == pytest.approx(sj.compare_rates(*pairs).difference.low, abs=1e-12)
    assert found.p_value < 1e-6
    assert small.compare("nrr", "2023-12", other=large).difference.value < 0


def test_a_rate_without_an_interval_has_no_test() -> None:
    policy = sj.Policy(logo_denominator="daily_sum")
    ledger = sj.Ledger(rows(50, 0.1, 5), as_of="2025-01-01", policy=policy, amounts="minor")
    with pytest.raises(sj.SchemaError, match="no ratio of sums"):
        ledger.compare("logo_churn", "2024-06", "2023-06")


def test_linearised_intervals_and_bootstrap() -> None:
    ledger = book(600, 0.15, 6)
    wald, score, drawn = (
        ledger.nrr("2023-12", method="linearised"),
        ledger.nrr("2023-12"),
        ledger.bootstrap("nrr", "2023-12", seed=9),
    )
    assert (wald.method, score.method, drawn.method) == ("linearised", "score", "bootstrap")
    assert wald.value == score.value
    assert drawn.value == pytest.approx(wald.value)
    assert drawn.high - drawn.low == pytest.approx(wald.high - wald.low, rel=0.15)
    assert drawn.options["seed"] == 9
    again = ledger.bootstrap("nrr", "2023-12", seed=9, threads=2)
    assert (again.low, again.high) == (drawn.low, drawn.high)


def test_the_bootstrap_is_that_of_numpy() -> None:
    np = pytest.importorskip("numpy")
    ledger = book(300, 0.15, 7)
    held = ledger.explain(0, "2023-01")  # accounts exist
    assert held is not None
    pairs = []
    for account in range(300):
        one = ledger.explain(account, "2023")
        pairs.append((one.opening, one.closing))
    opening, closing = np.array(pairs, dtype=float).T
    draws = np.random.default_rng(1).integers(0, 300, (4000, 300))
    ratios = np.minimum(opening, closing)[draws].sum(1) / opening[draws].sum(1)
    found = ledger.bootstrap("grr", "2023-12", replicates=4000)
    assert found.low == pytest.approx(np.quantile(ratios, 0.025), abs=0.01)
    assert found.high == pytest.approx(np.quantile(ratios, 0.975), abs=0.01)


def test_intervals_of_generated_books_hold_the_truth() -> None:
    """GRR of a year is 1 - 0.12 (+- nothing else is lost): 60 accounts, lognormal 1.3. The whole study: bench/coverage."""
    sets, held, wald = 300, 0, 0
    for seed in range(sets):
        ledger = book(60, 0.12, seed)
        score, plain = ledger.grr("2023-12"), ledger.grr("2023-12", method="linearised")
        held += score.low <= 0.88 <= score.high
        wald += plain.low <= 0.88 <= plain.high
    assert sets * 0.92 <= held <= sets * 0.985
    assert wald < sets * 0.85


def test_detectable_changes() -> None:
    found = sj.minimum_detectable_change(0.5, 50, power=0.7401659)
    assert found.rise == pytest.approx(0.25, rel=1e-4)  # R: power.prop.test(n = 50, p1 = .50, p2 = .75) has power 0.740
    assert math.isnan(sj.minimum_detectable_change(0.05, 50).fall)
    ledger = book(400, 0.12, 8)
    logo = ledger.minimum_detectable_change("logo_churn", "2023")
    assert logo.rise == sj.minimum_detectable_change(logo.baseline, 400).rise
    money, more = (
        ledger.minimum_detectable_change("nrr", "2023-12"),
        ledger.minimum_detectable_change("nrr", "2023-12", n=4000),
    )
    assert money.rise == money.fall > more.rise > money.rise / 2
    assert "DetectableChange" in repr(money)
