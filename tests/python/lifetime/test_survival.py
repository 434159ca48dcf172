"""Survival, decay and value from Python, against lifelines, brute force and published figures."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

import sojourn as sj
from oracle_rows import read_text

np = pytest.importorskip("numpy")


@pytest.fixture(scope="module")
def telco(shared_dir: Path) -> dict[str, list[str]]:
    return read_text(shared_dir / "data" / "telco_customer_churn_ibm.csv")


def tenure(telco: dict[str, list[str]]) -> tuple[list[int], list[bool]]:
    return [int(v) for v in telco["tenure"]], [v == "Yes" for v in telco["Churn"]]


def random_spells(seed: int, n: int, late: bool) -> tuple[Any, Any, Any]:
    random = np.random.default_rng(seed)
    time = random.integers(1, 30, n)
    entry = (time * random.random(n)).astype(int) if late else None
    return time, random.random(n) < 0.6, entry


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_curves_equal_lifelines(seed: int, late: bool) -> None:
    lifelines = pytest.importorskip("lifelines")
    time, event, entry = random_spells(seed, 150, late)
    ours = sj.kaplan_meier(time, event, entry=entry)
    if ours.died_out_at is not None:
        pytest.skip("the risk set died out at the start")
    theirs = lifelines.KaplanMeierFitter().fit(time, event, entry=entry)
    hazard = lifelines.NelsonAalenFitter(nelson_aalen_smoothing=False).fit(time, event, entry=entry)
    ages = np.asarray(ours.time)
    assert np.allclose(ours.survival, theirs.survival_function_at_times(ages), rtol=1e-10)
    assert np.allclose(ours.cumulative_hazard, hazard.cumulative_hazard_at_times(ages), rtol=1e-10)
    limits = theirs.confidence_interval_.reindex(ages).to_numpy()
    inside = np.asarray(ours.survival) * (1 - np.asarray(ours.survival)) > 0
    assert np.allclose(np.asarray(ours.low)[inside], limits[inside, 0], rtol=1e-8)
    assert np.allclose(np.asarray(ours.high)[inside], limits[inside, 1], rtol=1e-8)
    assert ours.median.value == theirs.median_survival_time_


def test_km_10_the_eleven_accounts_of_tenure_0_are_kept_as_censored(telco: dict[str, list[str]]) -> None:
    first = sj.kaplan_meier(*tenure(telco)).table().to_dicts()[0]
    assert (first["time"], first["at_risk"], first["events"], first["censored"]) == (0, 7043, 0, 11)
    assert first["survival"] == 1


def test_weighted_telco_has_the_robust_error(telco: dict[str, list[str]]) -> None:
    cents = [round(float(v) * 100) for v in telco["MonthlyCharges"]]
    time, event = tenure(telco)
    curve = sj.kaplan_meier(time, event, weights=cents)
    rows = {row["time"]: row for row in curve.table().to_dicts()}
    assert rows[12]["standard_error"] == pytest.approx(0.004856, abs=5e-7)
    assert curve.options["measure"] == "weight"
    # Greenwood with cents as counts, the wrong way, is far smaller.
    wrong = sj.kaplan_meier(time, event, count=[c // 100 for c in cents])
    assert {r["time"]: r for r in wrong.table().to_dicts()}[12]["standard_error"] < 0.0006


def test_curves_by_contract_sum_to_the_whole(telco: dict[str, list[str]]) -> None:
    time, event = tenure(telco)
    by = sj.kaplan_meier(time, event, by=telco["Contract"])
    assert set(by) == {"Month-to-month", "One year", "Two year"}
    whole = sj.kaplan_meier(time, event)
    state = by["Month-to-month"].state
    state += by["One year"].state
    state += by["Two year"].state
    assert state == whole.state
    assert by["Two year"].at(60).value > by["One year"].at(60).value
    table = by.table()
    assert table.columns[:2] == ["segment", "time"]
    assert len(table) == sum(len(curve.time) for curve in by.values())


def first_spells(periods: dict[str, list[str]]) -> tuple[list[int], list[bool], list[int]]:
    """The first run of contiguous periods of each account, censored at 2025-01-01, in months."""

    def month(day: str) -> int:
        return int(day[:4]) * 12 + int(day[5:7])

    names = ("account_id", "start", "end", "mrr_cents")
    rows = sorted(zip(*(periods[n] for n in names), strict=True), key=lambda r: (int(r[0]), r[1]))
    spells: dict[str, list[Any]] = {}
    for account, start, end, cents in rows:
        if account not in spells:
            spells[account] = [start, end, int(cents)]
        elif spells[account][1] == start:
            spells[account][1] = end
    limit = "2025-01-01"
    time, event, weight = [], [], []
    for start, end, cents in spells.values():
        churned = bool(end) and end < limit
        time.append(month(end if churned else limit) - month(start))
        event.append(churned)
        weight.append(cents)
    return time, event, weight


def test_missing_segments_and_missing_values_are_not_dropped_in_silence() -> None:
    by = sj.kaplan_meier([1, 2, 3], [True, False, True], by=["a", None, "a"])
    assert by[None].n == 1 and by["a"].n == 2
    curve = sj.kaplan_meier([1, None, 3], [1, 0, 1])
    assert (curve.n, curve.rows_missing) == (2, 1)


def test_bad_rows_are_named() -> None:
    with pytest.raises(sj.DataError, match='"time", row 1') as caught:
        sj.kaplan_meier([1, -2], [True, True])
    assert (caught.value.column, caught.value.row) == ("time", 1)
    with pytest.raises(sj.DataError, match='"event", row 0, value 7'):
        sj.kaplan_meier([1], [7])
    with pytest.raises(sj.SchemaError, match="log-log, plain"):
        sj.kaplan_meier([1], [1], ci="loglog")
    with pytest.raises(sj.DataError, match="entry must lie before time"):
        sj.kaplan_meier([4], [1], entry=[4])


def test_estimates_name_the_scale_of_their_interval() -> None:
    names = {"log-log": "log_log", "plain": "wald", "log": "log", "logit": "logit", "arcsine": "arcsine"}
    for ci, name in names.items():
        curve = sj.kaplan_meier([2, 4, 8, 9], [1, 1, 1, 0], ci=ci)
        assert curve.at(4).method == curve.median.method == name
    assert sj.kaplan_meier([2, 4, 8, 9], [1, 1, 1, 0], weights=[1, 2, 3, 4]).rmst(8).method == "jackknife"


def test_i01_entry_and_exit_on_one_day_was_never_at_risk() -> None:
    with pytest.raises(sj.DataError) as caught:
        sj.kaplan_meier([1, 2], [1, 1], entry=[1, 0])
    assert caught.value.row == 0


def test_i02_late_entry_at_the_time_of_a_churn_is_not_at_risk_then() -> None:
    curve = sj.kaplan_meier([1, 3, 3], [1, 1, 0], entry=[0, 1, 0])  # R: survfit(Surv(entry, time, event) ~ 1)
    assert list(curve.survival) == [0.5, 0.25]


def test_i05_a_product_of_fractions_ends_at_0_and_never_below() -> None:
    curve = sj.kaplan_meier(list(range(1, 401)), [1] * 400)
    assert min(curve.survival) == 0.0
    assert list(curve.survival)[-1] == 0.0


def test_i09_a_median_that_is_never_reached_is_undefined_with_a_reason() -> None:
    median = sj.kaplan_meier([1, 2, 3, 4], [1, 0, 0, 0]).median
    assert math.isnan(median.value)
    assert median.reason


def test_ages_and_weights_with_decimals() -> None:
    time, event, entry = random_spells(4, 200, True)
    weight = np.random.default_rng(5).integers(1, 5000, 200)
    for weights in (None, weight):
        months = sj.kaplan_meier(time, event, entry=entry, weights=weights)
        money = None if weights is None else weights / 100
        years = sj.kaplan_meier(time / 12, event, entry=entry / 12, weights=money)
        for name in ("survival", "low", "high", "standard_error", "cumulative_hazard"):
            assert np.allclose(getattr(years, name), getattr(months, name), rtol=1e-9, equal_nan=True), name
        assert years.at_risk.to_list() == months.at_risk.to_list()
        assert years.median.value == pytest.approx(months.median.value / 12)
        assert years.at(1.5).value == pytest.approx(months.at(18).value)
        assert years.rmst(1.25).value == pytest.approx(months.rmst(15).value / 12)
        assert months.at(17.9).value == months.at(17).value
    with pytest.raises(sj.SchemaError, match="no state that merges"):
        _ = years.state
    assert months.state.accounts == 200
    given = sj.kaplan_meier(time / 12, event, given_age=0.5)
    assert given.at(1).value == pytest.approx(sj.kaplan_meier(time, event, given_age=6).at(12).value)


def test_decimals_by_segment() -> None:
    time, event, _ = random_spells(6, 300, False)
    by = ["a", "b", None] * 100
    months, years = sj.kaplan_meier(time, event, by=by), sj.kaplan_meier(time / 12, event, by=by)
    assert set(years) == {"a", "b", None}
    assert years["a"].survival.to_list() == months["a"].survival.to_list()
    assert years.logrank().statistic == pytest.approx(months.logrank().statistic)
    assert years.logrank().rows_missing == 100


@pytest.mark.parametrize("container", ["list", "NumPy", "pandas", "Polars", "Arrow", "Decimal"])
def test_decimals_from_every_container(container: str) -> None:
    pd, pl, pa = (pytest.importorskip(name) for name in ("pandas", "polars", "pyarrow"))
    from decimal import Decimal

    make = {
        "list": list,
        "NumPy": np.array,
        "pandas": pd.Series,
        "Polars": pl.Series,
        "Arrow": pa.array,
        "Decimal": lambda values: pa.array([Decimal(str(v)) for v in values]),
    }[container]
    curve = sj.kaplan_meier(make([0.5, 1.25, 1.25, 3.0]), [1, 1, 0, 1], weights=make([19.99, 5.5, 5.5, 100.0]))
    assert curve.time.to_list() == [0.5, 1.25, 3.0]
    assert curve.survival.to_list()[0] == pytest.approx(1 - 19.99 / 130.99)
    whole = sj.kaplan_meier(make([1.0, 2.0, 2.0, 3.0]), [1, 1, 0, 1])
    assert whole.state == sj.kaplan_meier([1, 2, 2, 3], [1, 1, 0, 1]).state  # the values decide, not the container


def test_restricted_means_lie_within_their_horizon() -> None:
    curve = sj.kaplan_meier([1, 30, 30], [1, 0, 0])
    mean = curve.rmst(20)
    assert 0 <= mean.low < mean.value < mean.high == 20
    early = sj.kaplan_meier([1, 2, 30], [1, 1, 1]).rmst(20)
    assert early.low == 0
    for wrong in (0, -1, math.nan, math.inf):
        with pytest.raises(sj.SchemaError, match="horizon must lie after"):
            curve.rmst(wrong)
    for wrong in (-0.5, math.nan):
        with pytest.raises(sj.SchemaError, match="a number of 0 or more"):
            curve.at(wrong)
