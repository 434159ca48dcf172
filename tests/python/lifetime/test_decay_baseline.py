"""Least squares through retention curves: the published numbers, and what they miss."""

from __future__ import annotations

import math
from typing import Any

import pytest

import sojourn as sj
from oracle_rows import OracleTable, inputs_and_expected

METHODS = ("linear", "quadratic", "exponential", "sbg_rates", "levelling_rates")


def test_oracle_reg_01_why_not_to_fit_a_line(oracle: OracleTable, segments: dict[str, list[int]]) -> None:
    inputs, wanted = inputs_and_expected(oracle, "lifetime", "REG-01")
    counts = segments[inputs["segment"]][:8]
    for method in ("linear", "quadratic", "exponential"):
        fit = sj.decay_baseline(range(8), counts, method=method)
        assert list(fit.params.values()) == pytest.approx(wanted[method]["coef"], rel=1e-9)
        assert fit.r_squared == pytest.approx(wanted[method]["R2"], rel=1e-9)
        assert fit.survival(12) == pytest.approx(wanted[method]["S12"], rel=1e-9)
        *coefficients, r_squared = wanted["published"][method]
        assert list(fit.params.values()) == pytest.approx(coefficients, abs=5e-4)
        assert fit.r_squared == pytest.approx(r_squared, abs=1e-3)  # truncated in two places, not rounded
    regular = {m: sj.decay_baseline(range(8), segments["regular"][:8], method=m).survival(12) for m in METHODS}
    actual = segments["regular"][12] / 1000
    assert regular["linear"] < 0 and regular["quadratic"] > 1
    assert regular["exponential"] / actual == pytest.approx(1 - 0.54, abs=0.005)


def test_oracle_sbg_07_least_squares_on_retention_rates(oracle: OracleTable, segments: dict[str, list[int]]) -> None:
    special = pytest.importorskip("scipy.special")
    inputs, wanted = inputs_and_expected(oracle, "lifetime", "SBG-07")
    counts = segments[inputs["segment"]][: inputs["periods"] + 1]
    fit = sj.decay_baseline(range(len(counts)), counts, method="sbg_rates")
    assert fit.status == "converged"
    alpha, beta = fit.params["alpha"], fit.params["beta"]
    assert [alpha, beta, fit.squares] == pytest.approx([wanted["gamma"], wanted["delta"], wanted["SSE"]], rel=1e-6)
    assert fit.survival(12) == pytest.approx(wanted["S12"], rel=1e-6)
    assert special.betainc(alpha, beta, 0.02) == pytest.approx(wanted["P_theta_le_0.02"], rel=1e-6)
    printed = wanted["published_workbook"]
    assert [alpha, beta] == pytest.approx([printed["gamma"], printed["delta"]], rel=2e-3)
    assert fit.squares == pytest.approx(printed["SSE"], rel=1e-3)
    assert [fit.survival(12), fit.retention(12)] == pytest.approx([printed["S12"], printed["r12"]], abs=5e-4)
    likeliest = sj.fit_decay(range(len(counts)), counts)  # SBG-04, another estimator
    assert abs(likeliest.params["beta"] - beta) > 0.005


def test_oracle_nls_01_rates_that_level_off(oracle: OracleTable) -> None:
    inputs, wanted = inputs_and_expected(oracle, "lifetime", "NLS-01")
    share = [1.0]
    for rate in inputs["retention_rates"]:
        share.append(share[-1] * rate)
    fit = sj.decay_baseline(range(len(share)), share, method="levelling_rates")
    assert list(fit.params.values()) == pytest.approx([wanted["r_inf"], wanted["lambda"]], rel=1e-5)
    assert fit.squares == pytest.approx(wanted["SSE"], rel=1e-6)
    limit, speed, squares = wanted["published"]
    assert list(fit.params.values()) == pytest.approx([limit, speed], abs=5e-4)
    assert fit.squares == pytest.approx(squares, abs=5e-6)


def test_baselines_stand_below_the_families(segments: dict[str, list[int]]) -> None:
    counts = segments["high_end"]
    plain = sj.compare_decay(range(13), counts, ["sbg"], holdout=5)
    table = sj.compare_decay(range(13), counts, ["sbg"], holdout=5, baselines=True)
    rows = table.to_dicts()
    assert [row["family"] for row in rows] == ["sbg", *METHODS]
    assert rows[0] == plain.to_dicts()[0] and table.options["baselines"] is True
    for row in rows[1:]:
        fit = sj.decay_baseline(range(8), counts[:8], method=row["family"])
        misses = [fit.survival(t) - counts[t] / 1000 for t in range(8, 13)]
        assert row["holdout_error"] == pytest.approx(math.sqrt(sum(m * m for m in misses) / 5), rel=1e-6)
        assert row["status"] == "baseline, least squares" and math.isnan(row["aic"]) and row["k"] == len(fit.params)
        assert fit.warning and fit.warning in repr(fit)
    assert all(row["holdout_error"] > rows[0]["holdout_error"] for row in rows[1:4])


@pytest.mark.parametrize("method", METHODS)
def test_curves_of_their_own_family_are_found(method: str) -> None:
    truth: dict[str, Any] = {
        "linear": lambda t: 1 - 0.05 * t,
        "quadratic": lambda t: 1 - 0.1 * t + 0.004 * t * t,
        "exponential": lambda t: 0.9**t,
        "sbg_rates": lambda t: sj.Decay.from_params("sbg", [0.8, 2.5]).survival(t),
        "levelling_rates": lambda t: math.prod(0.93 * (1 - math.exp(-0.7 * k)) for k in range(1, t + 1)),
    }
    share = [truth[method](t) for t in range(9)]
    fit = sj.decay_baseline(range(9), share, method=method)
    assert fit.status == "converged" and fit.squares < 1e-12
    assert fit.survival(11) == pytest.approx(truth[method](11), rel=1e-6)


def test_what_is_no_curve() -> None:
    assert sj.decay_baseline([0], [10], method="linear").status == "refused"
    assert sj.decay_baseline([0, 1, 2, 3], [8, 4, 2, 1], method="sbg_rates").status == "not converged"
    for t, left, method, row in (
        ([0, 2], [5, 3], "linear", 1),
        ([0, 1], [5, 6], "linear", 1),
        ([0, 1, 2], [5, 3, 0], "exponential", 2),
        ([0, 1], [5, None], "linear", 1),
        ([0, 1], [0, 0], "linear", 0),
    ):
        with pytest.raises(sj.DataError) as caught:
            sj.decay_baseline(t, left, method=method)
        assert caught.value.row == row
    with pytest.raises(sj.SchemaError, match="linear, quadratic, exponential, sbg_rates, levelling_rates"):
        sj.decay_baseline([0, 1], [5, 3], method="cubic")
