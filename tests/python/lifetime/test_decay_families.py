"""Every decay family: the published cohorts, parameters stated, intervals, laws on random counts."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from typing import Any

import pytest

import sojourn as sj
from oracle_rows import OracleTable, inputs_and_expected

# Oracle row -> family.
CURVES = {
    **{"CUR-01": "geometric", "CUR-02": "geometric", "CUR-03": "dweibull", "CUR-05": "weibull", "CUR-06": "weibull"},
    **{"CUR-08": "loglogistic", "CUR-09": "gompertz", "CUR-11": "lomax", "CUR-12": "lomax", "CUR-14": "bdw"},
    "CUR-15": "weibull_gamma",
}
FAMILIES = list(sj.compare_decay(range(8), [1000, 869, 743, 653, 593, 551, 517, 491])["family"])
TRUTHS: dict[str, list[float]] = {
    "geometric": [0.12],
    "sbg": [0.7, 3.8],
    "bdw": [0.45, 1.4, 1.4],
    "weibull": [0.1, 0.8],
    "dweibull": [0.15, 0.8],
    "gompertz": [0.2, -0.15],
    "loglogistic": [6.0, 1.1],
    "lognormal": [2.0, 1.3],
    "lomax": [1.4, 5.0],
    "weibull_gamma": [0.4, 2.0, 1.5],
    "cure": [0.4, 0.2],
    "two_segment": [0.6, 0.03, 0.4],
}


@pytest.mark.parametrize("name", CURVES)
def test_oracle(name: str, oracle: OracleTable, segments: dict[str, list[int]]) -> None:
    inputs, expected = inputs_and_expected(oracle, "lifetime", name)
    counts, family = segments[inputs["segment"]], CURVES[name]
    for periods in inputs["periods"]:
        wanted = expected[f"n{periods}"]
        fit = sj.fit_decay(range(periods + 1), counts[: periods + 1], family=family)
        assert fit.status == "converged", (periods, fit.note)
        assert fit.log_likelihood == pytest.approx(wanted["LL"], abs=1e-5)
        assert list(fit.params.values()) == pytest.approx(wanted["params"], rel=1e-3)
        assert fit.survival(12) == pytest.approx(wanted["S12"], rel=1e-4)


def test_oracle_sbg(oracle: OracleTable, segments: dict[str, list[int]]) -> None:
    for name in ("SBG-01", "SBG-02", "SBG-03", "SBG-04"):
        inputs, wanted = inputs_and_expected(oracle, "lifetime", name)
        counts = segments[inputs["segment"]][: inputs["periods"] + 1]
        fit = sj.fit_decay(range(len(counts)), counts)
        assert fit.params == pytest.approx({"alpha": wanted["alpha"], "beta": wanted["beta"]}, rel=1e-5), name
        assert fit.log_likelihood == pytest.approx(wanted["LL"], abs=1e-6)
        for point, key in (((1, 1), "LL_at_1_1"), ((0.01, 0.01), "LL_at_0.01_0.01")):
            stated = sj.Decay.from_params("sbg", point, range(len(counts)), counts)
            assert stated.log_likelihood == pytest.approx(wanted[key], abs=1e-6)
        errors = [math.sqrt(fit.covariance[i][i]) for i in range(2)]
        assert errors == pytest.approx(wanted["se"], rel=1e-3)
        assert fit.covariance[0][1] == pytest.approx(wanted["cov_ab"], rel=1e-3)
        assert [fit.survival(t) for t in range(13)] == pytest.approx(wanted["S_0_12"], rel=1e-6)
        assert [fit.retention(t) for t in range(1, 13)] == pytest.approx(wanted["r_1_12"], rel=1e-6)
        assert fit.lifetime(0.1).value == pytest.approx(wanted["DEL_d10"], rel=1e-6)
        residual = [fit.residual_lifetime(n, 0.1).value for n in range(1, 6)]
        assert residual == pytest.approx(wanted["DERL_d10_n1_5"], rel=1e-6)


def test_oracle_sbg_08(oracle: OracleTable) -> None:
    inputs, wanted = inputs_and_expected(oracle, "lifetime", "SBG-08")
    triangle = inputs["triangle"]
    t = [age for held in triangle for age in range(len(held))]
    names = [f"cohort {i}" for i, held in enumerate(triangle) for _ in held]
    fit = sj.fit_decay(t, [n for held in triangle for n in held], cohort=names)
    assert fit.params == pytest.approx({"alpha": wanted["alpha"], "beta": wanted["beta"]}, rel=1e-4)
    assert fit.log_likelihood == pytest.approx(wanted["LL"], abs=1e-5)


def test_oracle_sbg_10(oracle: OracleTable) -> None:
    inputs, wanted = inputs_and_expected(oracle, "lifetime", "SBG-10")
    curve = sj.Decay.from_params("sbg", {"alpha": inputs["alpha"], "beta": inputs["beta"]})
    residual = [curve.residual_lifetime(renewals + 1, inputs["d"]).value for renewals in (4, 3, 2, 1, 0)]
    assert residual == pytest.approx(wanted["DERL_renewals_4_3_2_1_0"], rel=1e-8)
    active = [size * curve.survival(4 - i) for i, size in enumerate(inputs["acquired_2000_2004"])]
    assert active == pytest.approx(wanted["active_2004"], rel=1e-8)
    assert sum(a * r for a, r in zip(active, residual, strict=True)) == pytest.approx(wanted["correct"], rel=1e-8)


def test_oracle_sbg_12_and_13(oracle: OracleTable) -> None:
    inputs, wanted = inputs_and_expected(oracle, "lifetime", "SBG-12")
    for case, mean, discounted in zip(inputs["cases"], wanted["E_lifetime"], wanted["DEL_d0.01"], strict=True):
        curve = sj.Decay.from_params("sbg", case)
        assert curve.lifetime(0.01).value == pytest.approx(discounted, rel=1e-8)
        if mean == "inf":
            assert curve.lifetime().reason == "the value is infinite under the model"
        else:
            assert curve.lifetime().value == pytest.approx(mean, rel=1e-8)
    inputs, wanted = inputs_and_expected(oracle, "lifetime", "SBG-13")
    for (a, b, t), share in zip(inputs["a_b_t"], wanted["S"], strict=True):
        found = sj.Decay.from_params("sbg", [a, b]).survival(t)
        assert float(f"{found:.10g}") == share  # the row prints ten digits, the last of them of 4e-135
        exact = math.prod((Fraction(b) + i) / (Fraction(a) + Fraction(b) + i) for i in range(t))
        assert found == pytest.approx(float(exact), rel=1e-10, abs=0)


def test_oracle_bdw_01(oracle: OracleTable, segments: dict[str, list[int]]) -> None:
    inputs, wanted = inputs_and_expected(oracle, "lifetime", "BDW-01")
    counts = segments[inputs["segment"]][: inputs["periods"] + 1]
    fit = sj.fit_decay(range(len(counts)), counts, family="bdw")
    assert fit.lifetime(inputs["d"]).value == pytest.approx(wanted["DEL"], rel=1e-6)
    assert fit.residual_lifetime(inputs["n"], inputs["d"]).value == pytest.approx(wanted["DERL_n5"], rel=1e-6)


def test_oracle_ci_01(oracle: OracleTable, segments: dict[str, list[int]]) -> None:
    _, wanted = inputs_and_expected(oracle, "lifetime", "CI-01")
    fit = sj.fit_decay(range(8), segments["high_end"][:8])
    for name in ("alpha", "beta"):
        found = fit.parameter(name)
        assert [found.low, found.high] == pytest.approx(wanted[f"profile95_{name}"], rel=1e-3)
    found = fit.interval(12, method="profile")
    assert [found.low, found.high] == pytest.approx(wanted["S12_profile95"], rel=1e-3)


def expected_counts(family: str, n: int, periods: int) -> list[int]:
    curve = sj.Decay.from_params(family, TRUTHS[family])
    return [round(n * curve.survival(t)) for t in range(periods + 1)]


@pytest.mark.parametrize("family", TRUTHS)
def test_a_family_finds_its_own_parameters(family: str) -> None:
    counts = expected_counts(family, 10_000_000, 24)
    fit = sj.fit_decay(range(25), counts, family=family)
    assert fit.status == "converged", fit.note
    assert list(fit.params.values()) == pytest.approx(TRUTHS[family], rel=0.02)
    ranked = sj.compare_decay(range(25), counts).to_dicts()
    found = [row["log_likelihood"] for row in ranked if row["log_likelihood"] is not None]
    assert fit.log_likelihood >= max(found) - 20  # bdw holds sbg within it, weibull dweibull; rounding of counts is the rest


@pytest.mark.parametrize("family", TRUTHS)
def test_limits_hold_the_value_and_profiles_agree_with_delta(family: str) -> None:
    fit = sj.fit_decay(range(25), expected_counts(family, 20_000, 24), family=family)
    assert fit.status == "converged", fit.note
    for t in (1, 12, 36):
        delta, profile = fit.interval(t), fit.interval(t, method="profile")
        assert 0 <= delta.low < delta.value < delta.high <= 1
        assert [profile.low, profile.high] == pytest.approx([delta.low, delta.high], rel=0.05, abs=0.002)
    for name, value in fit.params.items():
        wald, profile = fit.parameter(name, method="delta"), fit.parameter(name)
        assert wald.low < value < wald.high and profile.low < value < profile.high
        assert profile.high - profile.low == pytest.approx(wald.high - wald.low, rel=0.3)


@pytest.mark.parametrize("family", TRUTHS)
def test_stated_parameters(family: str) -> None:
    names = list(sj.Decay.from_params(family, TRUTHS[family]).params)
    curve = sj.Decay.from_params(family, dict(zip(names, TRUTHS[family], strict=True)))
    assert curve.status == "given" and curve.family == family
    shares = [curve.survival(t) for t in range(60)]
    assert shares[0] == 1 and all(a > b for a, b in zip(shares, shares[1:], strict=False))
    for t in (1, 7, 59):
        assert curve.retention(t) == pytest.approx(shares[t] / shares[t - 1], rel=1e-12)
    alone = curve.interval(7)
    assert alone.value == shares[7] and math.isnan(alone.low)
    # A long sum of discounted shares, term by term.
    plain = sum(curve.survival(t) * 1.05**-t for t in range(700))
    assert curve.lifetime(0.05).value == pytest.approx(plain, rel=1e-9)
    rest = sum(curve.survival(4 + k) / shares[3] * 1.05**-k for k in range(700))
    assert curve.residual_lifetime(4, 0.05).value == pytest.approx(rest, rel=1e-9)


@pytest.mark.parametrize(
    ("family", "params", "mean"),
    [
        ("lomax", [1.5, 5.0], None),
        ("loglogistic", [5.0, 1.0], math.inf),
        ("gompertz", [0.2, -0.1], math.inf),
        ("cure", [0.1, 0.3], math.inf),
        ("bdw", [0.8, 1.0, 1.2], math.inf),
        ("weibull_gamma", [2.0, 3.0, 0.5], math.inf),
        ("dweibull", [0.2, 1.0], 5.0),
        ("two_segment", [0.5, 0.1, 0.5], 6.0),
    ],
)
def test_means_are_found_or_said_to_be_infinite(family: str, params: list[float], mean: float | None) -> None:
    found = sj.Decay.from_params(family, params).lifetime()
    if mean == math.inf:
        assert found.reason == "the value is infinite under the model"
        return
    if mean is None:  # sum of (1 + t/5)^-1.5 = 5^1.5 (zeta(1.5) - the first four terms of zeta)
        mean = 5**1.5 * (2.612375348685488 - sum(k**-1.5 for k in range(1, 5)))
    assert found.value == pytest.approx(mean, rel=1e-9)


@pytest.mark.parametrize(
    ("family", "params", "message"),
    [
        ("weibull", [1.0], "has 2 parameters, not 1"),
        ("weibull", [0.1, 0.0], "shape is above 0"),
        ("cure", [1.0, 0.1], "cured is between 0 and 1"),
        ("lognormal", [math.nan, 1.0], "mu is a finite number"),
        ("two_segment", [0.5, 0.4, 0.1], "theta_1 is at most theta_2"),
        ("bdw", {"gamma": 1.0, "delta": 1.0}, "params of bdw are gamma, delta, c"),
    ],
)
def test_parameters_out_of_range(family: str, params: Any, message: str) -> None:
    with pytest.raises(sj.Error, match=message):
        sj.Decay.from_params(family, params)


def test_comparison(segments: dict[str, list[int]]) -> None:
    counts = segments["high_end"]
    table = sj.compare_decay(range(13), counts, ["geometric", "sbg", "bdw", "weibull"], holdout=5)
    rows = {row["family"]: row for row in table.to_dicts()}
    for name, row in rows.items():
        fit = sj.fit_decay(range(8), counts[:8], family=name)
        assert row["log_likelihood"] == fit.log_likelihood and row["k"] == len(fit.params)
        assert row["aic"] == fit.aic == pytest.approx(2 * row["k"] - 2 * row["log_likelihood"], rel=1e-12)
        assert row["bic"] == fit.bic == pytest.approx(math.log(1000) * row["k"] - 2 * row["log_likelihood"], rel=1e-12)
        misses = [fit.survival(t) - counts[t] / 1000 for t in range(8, 13)]
        assert row["holdout_error"] == pytest.approx(math.sqrt(sum(m * m for m in misses) / 5), rel=1e-9)
    assert rows["bdw"]["holdout_error"] < rows["sbg"]["holdout_error"] < rows["geometric"]["holdout_error"]
    with pytest.raises(sj.Error, match="holdout is 0 or more"):
        sj.compare_decay(range(13), counts, holdout=13)


@pytest.mark.parametrize("family", FAMILIES)
def test_random_counts_give_numbers_or_a_status(family: str) -> None:
    draw = random.Random(f"decay {family}")
    words = {"converged", "no heterogeneity, geometric returned", "refused", "not converged"}
    for _ in range(120):
        counts = [draw.choice([1, 2, 10, 1000, 10**7])]
        for _ in range(draw.randrange(0, 15)):
            counts.append(sum(draw.random() < 0.8 for _ in range(counts[-1])) if counts[-1] < 50 else
                          round(counts[-1] * draw.choice([0.0, 0.5, 0.9, 0.99, 1.0])))  # fmt: skip
        fit = sj.fit_decay(range(len(counts)), counts, family=family)
        assert fit.status in words, counts
        if fit.status in ("refused", "not converged"):
            continue
        numbers = [fit.log_likelihood, fit.survival(0), fit.survival(5), fit.retention(5), *fit.params.values()]
        assert all(math.isfinite(x) for x in numbers), (counts, numbers)
        limits = fit.interval(5)
        assert math.isnan(limits.low) or 0 <= limits.low <= limits.value <= limits.high <= 1, (counts, limits)
