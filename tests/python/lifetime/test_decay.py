"""Fitted decay: the published cohorts, several cohorts, and what a fit is not."""

from __future__ import annotations

import pytest

import sojourn as sj


def test_sbg_both_cohorts(segments: dict[str, list[int]]) -> None:
    high = sj.fit_decay(segments["t"][:8], segments["high_end"][:8])
    assert high.status == "converged"
    assert high.log_likelihood == pytest.approx(-1611.158147, abs=1e-6)
    assert high.params == pytest.approx({"alpha": 0.6680883345, "beta": 3.806094888}, rel=1e-6)
    low = sj.fit_decay(segments["t"][:8], segments["regular"][:8])
    assert low.log_likelihood == pytest.approx(-1680.265188, abs=1e-6)
    assert low.survival(12) == pytest.approx(0.1700374541, rel=1e-7)
    assert high.interval(12, method="profile").low == pytest.approx(0.3397610677, rel=1e-5)
    assert high.parameter("alpha").high == pytest.approx(0.943342659, rel=1e-6)
    assert high.lifetime().reason == "the value is infinite under the model"
    table = high.project()
    assert len(table) == 25 and table["observed"][8] is None
    assert table.options["observed"] == 7


def test_cohorts_of_a_triangle_share_one_curve() -> None:
    triangle = [[10000, 8000, 6480, 5307, 4391], [10000, 8000, 6480, 5307], [10000, 8000, 6480], [10000, 8000]]
    t = [age for cohort in triangle for age in range(len(cohort))]
    names = [f"20{i:02}" for i, cohort in enumerate(triangle) for _ in cohort]
    fit = sj.fit_decay(t, [n for cohort in triangle for n in cohort], cohort=names)
    assert fit.log_likelihood == pytest.approx(-40255.83728, abs=1e-5)


def test_statuses_of_fits() -> None:
    assert sj.fit_decay([0, 1, 2], [10, 10, 10]).status == "refused"
    assert sj.fit_decay([0, 1, 2], [10, 10, 10]).params == {}
    equal = sj.fit_decay([0, 1, 2, 3], [1000, 900, 810, 729])
    assert equal.family == "geometric" and equal.params["theta"] == pytest.approx(0.1)
    with pytest.raises(sj.DataError, match="without a gap"):
        sj.fit_decay([1, 2], [10, 9])


def test_estimates_of_a_fit_say_what_was_asked(segments: dict[str, list[int]]) -> None:
    fit = sj.fit_decay(segments["t"][:8], segments["high_end"][:8])
    assert fit.interval(3).options == {"family": "sbg", "status": "converged", "t": 3, "level": 0.95, "method": "delta"} | {
        "measure": "accounts",
        "cohort": False,
    }
    assert fit.parameter("beta", level=0.9).options["parameter"] == "beta"
    with pytest.raises(sj.SchemaError, match='"theta" is not one of alpha, beta'):
        fit.parameter("theta")
