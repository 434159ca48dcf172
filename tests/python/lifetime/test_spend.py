"""Amounts per purchase from Python: the published fit and read-outs, and what is refused."""

from __future__ import annotations

import math
import pickle
from pathlib import Path
from typing import Any

import pytest

import sojourn as sj
from cdnow import Customers, cdnow
from oracle_rows import OracleTable, inputs_and_expected


@pytest.fixture(scope="module")
def customers(shared_dir: Path) -> Customers:
    return cdnow(shared_dir)


def test_gg_01_published_fit(oracle: OracleTable, customers: Customers) -> None:
    _, wanted = inputs_and_expected(oracle, "lifetime", "GG-01")
    fit = sj.fit_spend(customers.mean, customers.x)
    assert fit.status == "converged"
    assert fit.log_likelihood == pytest.approx(wanted["LL"], abs=1e-5)
    assert list(fit.params.values()) == pytest.approx(wanted["params"], rel=5e-4)
    assert list(fit.params.values()) == pytest.approx([wanted["published"][p] for p in ("p", "q", "v")], abs=5.1e-3)
    assert list(fit.standard_errors.values()) == pytest.approx(wanted["se"], rel=1e-3)
    assert fit.population_mean == pytest.approx(wanted["pop_mean"], rel=5e-4)
    assert fit.correlation == pytest.approx(wanted["pearson_x_m"], rel=1e-9)
    assert fit.diagnostics["customers"] == wanted["n"]
    assert fit.diagnostics["without_purchases"] == customers.x.count(0)
    means = [mean for mean, x in zip(customers.mean, customers.x, strict=True) if x > 0]
    average = sum(means) / len(means)
    assert average == pytest.approx(wanted["mean_m"], rel=1e-9)
    scatter = math.sqrt(sum((mean - average) ** 2 for mean in means) / (len(means) - 1))
    assert scatter == pytest.approx(wanted["sd_m"], rel=1e-9)
    again = pickle.loads(pickle.dumps(fit))
    assert (again.params, again.covariance, repr(again)) == (fit.params, fit.covariance, repr(fit))
    assert fit.log_likelihood_of(customers.mean, customers.x) == pytest.approx(fit.log_likelihood, abs=1e-9)


def test_gg_02_expected_amounts(oracle: OracleTable) -> None:
    given, wanted = inputs_and_expected(oracle, "lifetime", "GG-02")
    x, mean = zip(*given["x_m"], strict=True)
    rounded = sj.Spend.from_params(given["params_rounded"])
    p, q, v = given["params_rounded"]
    exact = [p * (v + n * m) / (p * n + q - 1) for n, m in given["x_m"]]
    found = rounded.conditional_mean(mean, x).to_list()
    assert found == pytest.approx(exact, rel=1e-12)
    assert [float(f"{value:.10g}") for value in found] == wanted["at_rounded_params"]  # the row prints ten digits
    fitted = sj.Spend.from_params(inputs_and_expected(oracle, "lifetime", "GG-01")[1]["params"])
    assert fitted.conditional_mean(mean, x).to_list() == pytest.approx(wanted["published_at_MLE"], abs=5.1e-3)


def test_an_infinite_mean_is_an_error_and_never_negative() -> None:
    model = sj.Spend.from_params({"p": 6, "q": 0.9, "v": 15})
    for read in (lambda: model.population_mean, lambda: model.conditional_mean(20.0, 3)):
        with pytest.raises(sj.SchemaError, match=r"q is 0\.9, and the mean amount is infinite unless q > 1"):
            read()
    assert math.isfinite(model.log_likelihood_of([20.0], [3]))


def test_columns_numbers_and_missing_cells() -> None:
    model = sj.Spend.from_params([6.25, 3.74, 15.44])
    assert model.conditional_mean(20.0, 2) == model.conditional_mean([20.0], [2])[0]
    assert model.conditional_mean([None, None, 20.0], [0, 2, None]).to_list() == [model.population_mean, None, None]
    fit = sj.fit_spend([5.0, 7.0, 0.0, 9.0, None, 4.0], [2, 1, 3, 0, 2, None])
    assert fit.rows_missing == 2
    assert (fit.diagnostics["without_purchases"], fit.diagnostics["without_amount"]) == (1, 1)


def test_nothing_is_dropped_in_silence() -> None:
    same: Any = sj.fit_spend([5.0] * 4, [1, 2, 3, 4])
    assert same.status != "converged" and same.note and same.params == {}
    with pytest.raises(sj.SchemaError, match="has no parameters to use"):
        same.conditional_mean(3.0, 1)
    with pytest.raises(sj.DataError, match='"mean", row 1, value -2'):
        sj.fit_spend([1.0, -2.0], [1, 1])
    with pytest.raises(sj.SchemaError, match="params are p, q, v: 3 numbers, and 2 were given"):
        sj.Spend.from_params([1, 2])
    with pytest.raises(sj.SchemaError, match="the parameter v is 0"):
        sj.Spend.from_params([1, 2, 0])
    rows = sj.Spend.from_params([6.25, 3.74, 15.44]).table().to_dicts()
    assert [row["parameter"] for row in rows] == ["p", "q", "v"]
