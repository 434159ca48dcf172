"""Parametric survival from Python, against R's survreg and flexsurv, worked examples, and fit_decay."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

import sojourn as sj
from oracle_rows import OracleRow, OracleTable, inputs_and_expected, oracle_row, read_columns
from sojourn import _core

# Row -> relative tolerance of parameters and errors where they are compared.
ROWS = {
    **{"PAR-11": 1e-4, "PAR-12": 1e-3, "PAR-14": 1e-5, "PAR-16": 1e-4, "PAR-18": 1e-9},
    **{"PAR-19": 1e-8, "PAR-20": 1e-5, "PAR-21": 1e-4, "PAR-24": 1e-9, "PAR-31": 1e-4},
}
LIKELIHOOD = {"PAR-14": 1e-5, "PAR-18": 1e-8, "PAR-19": 5e-8, "PAR-21": 1e-5, "PAR-24": 3e-9, "PAR-31": 1e-4}


def fitted(row: OracleRow, family: str, *, counted: bool = False) -> sj.FittedSurvival:
    optional = row.optional("entry", "weights", "upper")
    if counted and "weights" in optional:
        optional["count"] = optional.pop("weights")
    event = row.column("event") if "event" in row.inputs else None
    return sj.fit_survival(row.column("time"), event, family=family, **optional)


CASES = [
    (name, family)
    for name, families in {
        "PAR-11": ["exponential", "weibull", "lognormal", "loglogistic", "gompertz"],
        "PAR-12": ["gengamma"],
        "PAR-14": ["weibull", "lognormal", "loglogistic"],
        "PAR-16": ["exponential", "weibull", "lognormal", "loglogistic", "gompertz"],
        "PAR-18": ["exponential"],
        "PAR-19": ["exponential"],
        "PAR-20": ["exponential", "weibull", "lognormal", "loglogistic"],
        "PAR-21": ["exponential", "weibull", "lognormal", "gompertz", "gengamma"],
        "PAR-24": ["exponential"],
        "PAR-31": ["exponential", "weibull", "lognormal", "loglogistic", "gompertz"],
    }.items()
    for family in families
]


@pytest.mark.parametrize(("name", "family"), CASES)
def test_oracle(name: str, family: str, oracle: OracleTable, shared_dir: Path) -> None:
    row = oracle_row(oracle, shared_dir, name)
    assert family in row.inputs["families"]
    wanted, fit = row.expected[family], fitted(row, family)
    assert fit.status == "converged"
    assert fit.log_likelihood == pytest.approx(wanted["log_likelihood"], abs=LIKELIHOOD.get(name, 1e-6))
    close = 1e-3 if family == "gengamma" else ROWS[name]
    for parameter, value in wanted["params"].items():
        assert fit.params[parameter] == pytest.approx(value, rel=close), parameter
    if "survival" in wanted:
        assert [fit.survival(age) for age in row.inputs["at"]] == pytest.approx(
            wanted["survival"], rel=1e-6 if name == "PAR-14" else 1e-5
        )
    if "se" in wanted:
        errors = fitted(row, family, counted=True).standard_errors  # the weights of these rows are counts of accounts
        assert list(errors.values()) == pytest.approx(wanted["se"], rel=1e-2 if family == "gengamma" else 1e-3)


def test_par_01_the_6_mp_group(oracle: OracleTable, shared_dir: Path) -> None:
    _, wanted = inputs_and_expected(oracle, "lifetime", "PAR-01")
    columns = read_columns(shared_dir / "data" / "leukemia_6mp.csv")
    rows = [i for i, group in enumerate(columns["group"]) if group == "6-MP"]
    time, event = ([columns[name][i] for i in rows] for name in ("weeks", "relapsed"))
    fits = {family: sj.fit_survival(time, event, family=family) for family in wanted}
    for family, fit in fits.items():
        assert fit.log_likelihood == pytest.approx(wanted[family]["LL"], rel=1e-6)
    assert fits["exponential"].params["rate"] == pytest.approx(9 / 359)
    assert -math.log(fits["exponential"].params["rate"]) == pytest.approx(wanted["exponential"]["log_mean"], rel=1e-6)
    for family in ("weibull", "loglogistic"):
        assert math.log(fits[family].params["scale"]) == pytest.approx(wanted[family]["log_scale"], rel=1e-6)
        assert 1 / fits[family].params["shape"] == pytest.approx(wanted[family]["1/shape"], rel=1e-6)
    for name in ("mu", "sigma"):
        assert fits["lognormal"].params[name] == pytest.approx(wanted["lognormal"][name], rel=1e-6)
    weibull = fits["weibull"]
    errors = [weibull.standard_errors[name] / weibull.params[name] for name in ("scale", "shape")]  # of the logarithms
    assert errors == pytest.approx(wanted["weibull"]["se_logscale_log1/shape"], rel=1e-6)


def test_par_21_a_cohort_as_intervals_equals_fit_decay(oracle: OracleTable, shared_dir: Path) -> None:
    row = oracle_row(oracle, shared_dir, "PAR-21")
    decay = sj.fit_decay(list(range(8)), [1000, 869, 743, 653, 593, 551, 517, 491], family="geometric")
    fit = fitted(row, "exponential")
    assert fit.log_likelihood == pytest.approx(decay.log_likelihood, abs=1e-6)
    assert 1 - math.exp(-fit.params["rate"]) == pytest.approx(decay.params["theta"], rel=1e-7)


def test_par_23_without_an_event_there_is_a_status(oracle: OracleTable, shared_dir: Path) -> None:
    fit = fitted(oracle_row(oracle, shared_dir, "PAR-23"), "weibull")
    assert (fit.status, fit.params, fit.note) == ("no_events", {}, "no account left")
    assert math.isnan(fit.log_likelihood) and math.isnan(fit.survival(1)) and math.isnan(fit.median)


@pytest.mark.parametrize("family", ["weibull", "lognormal", "loglogistic", "gompertz"])
def test_par_25_no_finite_shape_has_a_status(family: str, oracle: OracleTable, shared_dir: Path) -> None:
    fit = fitted(oracle_row(oracle, shared_dir, "PAR-25"), family)
    assert fit.status == "not_converged" and fit.params == {}
    assert fit.note is not None and "rises without end" in fit.note
    assert fit.interval(3).reason


def test_par_27_an_exit_at_age_0_is_named_with_its_row(oracle: OracleTable, shared_dir: Path) -> None:
    row = oracle_row(oracle, shared_dir, "PAR-27")
    with pytest.raises(sj.DataError, match="no density") as caught:
        fitted(row, "weibull")
    assert caught.value.row == row.expected["row"]
    assert sj.fit_survival([0, 2, 3], upper=[1, 2, None], family="weibull").status == "converged"


def test_par_29_both_tails(oracle: OracleTable, shared_dir: Path) -> None:
    inputs, expected = inputs_and_expected(oracle, "lifetime2", "PAR-29")
    for case, wanted in zip(inputs["cases"], expected["cases"], strict=True):
        asked = case["family"], case["params"]
        found = [_core.lifetime.log_survival(*asked, age) for age in inputs["t"]]
        assert found == pytest.approx(wanted["log_survival"], rel=1e-8, abs=1e-300), asked
        density = [_core.lifetime.log_density(*asked, age) for age in inputs["t"]]
        assert density == pytest.approx(wanted["log_density"], rel=1e-8), asked


def test_the_unit_of_time_of_weights_and_the_order_of_rows_do_not_matter() -> None:
    time, event, weight = [3, 5, 6, 4, 8, 7, 9, 6, 10, 2], [1, 1, 0, 1, 1, 0, 1, 1, 0, 1], [1, 5, 2, 2, 7, 1, 3, 1, 4, 2]
    fit = sj.fit_survival(time, event, family="weibull", weights=weight)
    days = sj.fit_survival([30 * t for t in time], event, family="weibull", weights=[1e6 * w for w in weight])
    assert days.params["scale"] == pytest.approx(30 * fit.params["scale"], rel=1e-8)
    assert days.params["shape"] == pytest.approx(fit.params["shape"], rel=1e-8)
    assert days.standard_errors["shape"] == pytest.approx(fit.standard_errors["shape"], rel=1e-6)
    backwards = sj.fit_survival(time[::-1], event[::-1], family="weibull", weights=weight[::-1])
    assert backwards.params == fit.params and backwards.standard_errors == fit.standard_errors
    repeated = [i for i, n in enumerate(weight) for _ in range(n)]
    counted = sj.fit_survival(time, event, family="weibull", count=weight)
    one_by_one = sj.fit_survival([time[i] for i in repeated], [event[i] for i in repeated], family="weibull")
    assert counted.standard_errors == pytest.approx(one_by_one.standard_errors, rel=1e-9)
    assert counted.options["error"] == "information" and fit.options["error"] == "robust"


def test_read_outs() -> None:
    fit = sj.fit_survival([3, 5, 6, 4, 8, 7, 9, 6, 10, 2], [1, 1, 0, 1, 1, 0, 1, 1, 0, 1], family="weibull")
    assert fit.survival(0) == 1
    assert fit.survival(fit.median) == pytest.approx(0.5)
    e = fit.interval(5)
    assert 0 < e.low < e.value < e.high < 1
    assert fit.interval(8, given_age=5).value == pytest.approx(fit.survival(8) / fit.survival(5))
    assert fit.aic == pytest.approx(4 - 2 * fit.log_likelihood)
    assert len(fit.table([0, 1, 2])) == 3
    with pytest.raises(sj.SchemaError, match="exponential, weibull"):
        sj.fit_survival([1], [1], family="sbg")
    with pytest.raises(sj.SchemaError, match="give event"):
        sj.fit_survival([1], family="weibull")
    with pytest.raises(sj.DataError, match="upper is not before time"):
        sj.fit_survival([2], upper=[1], family="weibull")
    forever = sj.fit_survival(
        [0, 1, 2, 3, 4, 5, 6, 7],
        upper=[1, 2, 3, 4, 5, 6, 7, None],
        family="gompertz",
        count=[131, 126, 90, 60, 42, 34, 26, 491],
    )
    assert forever.params["b"] < 0 and math.isinf(forever.quantile(0.1))
