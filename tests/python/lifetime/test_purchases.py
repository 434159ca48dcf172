"""Models of purchases from Python: published fits and read-outs, the roads in, and what is refused."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sojourn as sj
from cdnow import Customers, cdnow
from oracle_rows import OracleTable, inputs_and_expected, read_columns

BG = [0.2425945243, 4.413601992, 0.7929219283, 2.425906446]
PN = [0.5532771157, 10.57768428, 0.6062400703, 11.66873604]


@pytest.fixture(scope="module")
def customers(shared_dir: Path) -> Customers:
    return cdnow(shared_dir)


@pytest.fixture
def row(oracle: OracleTable) -> Callable[[str], tuple[dict[str, Any], dict[str, Any]]]:
    return lambda name: inputs_and_expected(oracle, "lifetime", name)


Row = Callable[[str], tuple[dict[str, Any], dict[str, Any]]]


@pytest.mark.parametrize(("name", "model"), [("BG-01", "bgnbd"), ("MBG-01", "mbgnbd"), ("PN-01", "paretonbd")])
def test_published_fits(name: str, model: str, row: Row, customers: Customers) -> None:
    _, wanted = row(name)
    fit = sj.fit_purchases(customers.x, customers.t_x, customers.T, model=model)
    assert fit.status == "converged" and fit.note is None
    assert fit.log_likelihood == pytest.approx(wanted["LL"], abs=1e-5)
    assert list(fit.params.values()) == pytest.approx(wanted["params"], rel=1e-4)
    assert list(fit.standard_errors.values()) == pytest.approx(wanted["se"], rel=1e-3)
    published = wanted["published"]
    if name == "BG-01":
        assert list(fit.params.values()) == pytest.approx([published[p] for p in ("r", "alpha", "a", "b")], abs=5e-4)
        assert (len(customers.x), customers.x.count(0), sum(customers.x)) == (wanted["n"], wanted["n_x0"], wanted["sum_x"])
        assert fit.diagnostics["customers"] == wanted["n"] and fit.diagnostics["purchases"] == wanted["sum_x"]
    elif name == "MBG-01":
        assert list(fit.params.values()) == pytest.approx(published, abs=5e-4)
    else:
        assert list(fit.params.values()) == pytest.approx([published[p] for p in ("r", "alpha", "s", "beta")], abs=2e-3)
    assert fit.diagnostics["gradient_norm"] < 1e-7
    assert fit.covariance[0][1] == fit.covariance[1][0]


def test_bg_02_log_likelihood_at_fixed_points(row: Row, customers: Customers) -> None:
    _, wanted = row("BG-02")
    rows = customers.x, customers.t_x, customers.T
    ones = sj.Purchases.from_params("bgnbd", [1, 1, 1, 1])
    assert ones.log_likelihood_of(*rows) == pytest.approx(wanted["published_LL_1_1_1_1"], abs=0.05)
    assert float(f"{ones.log_likelihood_of(*rows):.10g}") == wanted["LL_1_1_1_1"]  # the row prints ten digits
    published = sj.Purchases.from_params("bgnbd", {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426})
    assert published.log_likelihood_of(*rows) == pytest.approx(wanted["LL_published_params"], abs=1e-6)


def test_bg_03_log_likelihood_per_customer(row: Row) -> None:
    given, wanted = row("BG-03")
    model = sj.Purchases.from_params("bgnbd", given["params"])
    x, last, end = zip(*given["x_txdays_Tdays"], strict=True)
    weeks = [[day / 7 for day in days] for days in (last, end)]
    found = model.log_likelihood_by_row(x, *weeks).to_list()
    assert found == pytest.approx(wanted["ll"], abs=1e-8)
    assert found == pytest.approx(wanted["published"], abs=5.1e-5)
    assert [model.log_likelihood_of(*one) for one in zip(x, *weeks, strict=True)] == pytest.approx(wanted["ll"], abs=1e-8)


def test_bg_04_expected_purchases(row: Row) -> None:
    given, wanted = row("BG-04")
    model = sj.Purchases.from_params("bgnbd", given["params"])
    assert model.expected_purchases(given["t_weeks"]).to_list() == pytest.approx(wanted["E"], rel=1e-9)
    assert model.expected_purchases(39) == pytest.approx(wanted["E"][4], rel=1e-9)


def test_bg_05_conditional_expectation_and_p_alive(row: Row) -> None:
    given, wanted = row("BG-05")
    model = sj.Purchases.from_params("bgnbd", given["params"])
    frequent = [26, 216 / 7, 31]
    assert model.conditional_expected_purchases(39, *given["cust1"]) == pytest.approx(wanted["CE39_cust1"], rel=1e-8)
    assert model.p_alive(*given["cust1"]) == pytest.approx(wanted["PA_cust1"], rel=1e-8)
    assert model.conditional_expected_purchases(52, *frequent) == pytest.approx(wanted["CE52_cust1516"], rel=1e-8)
    assert model.p_alive(*frequent) == pytest.approx(wanted["PA_cust1516"], rel=1e-8)
    paradox = model.conditional_expected_purchases(52, [10, 15, 20, 25], 20, 39)
    assert paradox.to_list() == pytest.approx(wanted["CE52_paradox"], rel=1e-8)


def test_bg_06_probabilities(row: Row) -> None:
    given, wanted = row("BG-06")
    model = sj.Purchases.from_params("bgnbd", given["params"])
    assert model.probability(0, 39) == pytest.approx(wanted["t39_x0"], rel=1e-8)
    assert model.probability(range(11, 21), 30).to_list() == pytest.approx(wanted["t30_x11_20"], rel=1e-8)
    assert model.probability(10, 2) == pytest.approx(1.078689640e-07, rel=1e-8)
    assert sum(model.probability(range(401), 39).to_list()) == pytest.approx(wanted["sum_t39_x0_400"], abs=1e-10)


def test_bg_08_purchases_of_all_customers(row: Row, customers: Customers) -> None:
    _, wanted = row("BG-08")
    models = [sj.Purchases.from_params("bgnbd", BG), sj.Purchases.from_params("paretonbd", PN)]
    for weeks, expected in wanted["expected_BG_PN"].items():
        elapsed = [int(weeks) - day / 7 for day in customers.first_day]
        for model, total in zip(models, expected, strict=True):
            found = sum(model.expected_purchases([t for t in elapsed if t > 0]).to_list())
            assert found == pytest.approx(total, rel=1e-7)


def test_bg_11_p_alive_that_underflows(row: Row) -> None:
    given, wanted = row("BG-11")
    model = sj.Purchases.from_params("bgnbd", given["params"])
    assert model.log_p_alive(*given["x_tx_T"]) / math.log(10) == pytest.approx(wanted["log10_P"], abs=1e-3)
    assert model.p_alive(*given["x_tx_T"]) == 0


def test_pn_02_read_outs(row: Row) -> None:
    given, wanted = row("PN-02")
    model = sj.Purchases.from_params("paretonbd", given["params"])
    frequent = [26, 216 / 7, 31]
    assert model.expected_purchases(52) == pytest.approx(wanted["E52"], rel=1e-7)
    assert model.conditional_expected_purchases(52, *frequent) == pytest.approx(wanted["CE52_cust1516"], rel=1e-7)
    assert model.p_alive(*frequent) == pytest.approx(wanted["PA_cust1516"], rel=1e-7)
    paradox = model.conditional_expected_purchases(52, [10, 15, 20, 25], 20, 39)
    assert paradox.to_list() == pytest.approx(wanted["CE52_paradox"], rel=1e-7)


def test_pn_03_where_the_likelihood_underflows(row: Row) -> None:
    given, wanted = row("PN-03")
    model = sj.Purchases.from_params("paretonbd", given["params"])
    found = model.conditional_expected_purchases(given["t"], given["x"], given["tx"], given["T"])
    assert found.to_list() == pytest.approx(wanted["CE"], rel=1e-10)


def test_pn_04_where_the_textbook_overflows(row: Row) -> None:
    given, wanted = row("PN-04")
    model = sj.Purchases.from_params("paretonbd", given["params"])
    rows = list(zip(*given["x_tx_T"], strict=True))
    likelihoods = model.log_likelihood_by_row(*rows).to_list()
    assert likelihoods == pytest.approx(wanted["LL_i"], rel=1e-9)
    few = model.p_alive([40, 50, 50], [5, 1, 4], [6, 37, 37]).to_list()
    assert few == pytest.approx(wanted["P_alive_40_5_6__50_1_37__50_4_37"], rel=1e-9)
    r, alpha, s, beta = given["params"]
    for (x, _, end), ll, log_a0 in zip(given["x_tx_T"], likelihoods, wanted["log_A0"], strict=True):
        common = math.lgamma(r + x) - math.lgamma(r) + r * math.log(alpha) + s * math.log(beta)
        alive = common - (r + x) * math.log(alpha + end) - s * math.log(beta + end)
        log_gone = ll + math.log1p(-math.exp(alive - ll)) - common
        assert log_gone - math.log(s / (r + s + x)) == pytest.approx(log_a0, rel=1e-9)


def test_pn_06_discounted_residual(row: Row) -> None:
    """Against 40 digits of formula (2) at the parameters of the row, whose own values differ in the seventh digit."""
    given, wanted = row("PN-06")
    model = sj.Purchases.from_params("paretonbd", given["params"])
    x, last = zip(*given["x_tx"], strict=True)
    found = model.discounted_residual(x, last, given["T"], rate=given["delta"]).to_list()
    exact = [0.181926445844, 1.91168012104, 4.85313269924, 0.894534725957, 26.242831489, 7.84940841037e-5]
    assert found == pytest.approx(exact, rel=1e-10)
    assert [f"{value:.6g}" for value in found] == [f"{value:.6g}" for value in wanted["DERT"]]


def test_pn_08_s_equal_to_one(row: Row) -> None:
    given, wanted = row("PN-08")
    for s, expected in zip(given["s"], wanted["E"], strict=True):
        model = sj.Purchases.from_params("paretonbd", [given["r"], given["alpha"], s, given["beta"]])
        assert model.expected_purchases(given["t"]) == pytest.approx(expected, rel=1e-9)  # the row prints ten digits
        k = s - 1
        log = math.log1p(given["t"] / given["beta"])
        by_series = given["r"] * given["beta"] / given["alpha"] * log * (1 - k * log / 2 + (k * log) ** 2 / 6)
        assert model.expected_purchases(given["t"]) == pytest.approx(by_series, rel=1e-11)


@pytest.fixture(scope="module")
def donors(shared_dir: Path) -> dict[str, list[int]]:
    columns = read_columns(shared_dir / "data" / "donations_rf_1995_2001.csv")
    roles = {"x": "frequency", "t_x": "recency", "T": "periods", "count": "weights"}
    return {role: columns[name] for role, name in roles.items()}


def test_bb_01_donations(row: Row, donors: dict[str, list[int]]) -> None:
    _, wanted = row("BB-01")
    fit = sj.fit_purchases(**donors, model="bgbb")
    assert fit.log_likelihood == pytest.approx(wanted["LL"], abs=1e-5)
    assert list(fit.params.values()) == pytest.approx(wanted["params"], rel=2e-4)
    assert list(fit.standard_errors.values()) == pytest.approx(wanted["se"], rel=1e-3)
    ones = sj.Purchases.from_params("bgbb", [1, 1, 1, 1])
    assert ones.log_likelihood_of(**donors) == pytest.approx(wanted["LL_1_1_1_1"], abs=1e-5)
    assert fit.diagnostics["customers"] == 11_104 and fit.diagnostics["distinct"] == 22


def test_bb_02_donations_ahead(row: Row, donors: dict[str, list[int]]) -> None:
    given, wanted = row("BB-02")
    model = sj.Purchases.from_params("bgbb", row("BB-01")[1]["params"])
    x, last = zip(*given["x_tx"], strict=True)
    found = model.conditional_expected_purchases(given["n_star"], x, last, given["n"]).to_list()
    assert found == pytest.approx(wanted["CE"], rel=1e-6)
    assert [round(value, 2) for value in found] == pytest.approx(wanted["published"], abs=0.0101)
    cells = dict(zip(zip(donors["x"], donors["t_x"], strict=True), donors["count"], strict=True))
    total = sum(cells[tuple(cell)] * value for cell, value in zip(given["x_tx"], found, strict=True))
    assert total == pytest.approx(wanted["total"], rel=1e-6)


def test_bb_04_all_donations(row: Row) -> None:
    given, wanted = row("BB-04")
    model = sj.Purchases.from_params("bgbb", row("BB-01")[1]["params"])
    found = model.expected_purchases(given["n"]).to_list()
    assert found == pytest.approx(wanted["E"], rel=1e-6)
    assert [11_104 * value for value in found] == pytest.approx(wanted["cum_11104"], rel=1e-6)
    assert model.conditional_expected_purchases(10, [0, 4], [0, 5], 6).to_list() == pytest.approx(wanted["CE10"], rel=1e-6)
    residual = model.discounted_residual([6, 5, 4, 3], 6, 6, rate=0.10).to_list()
    assert residual == pytest.approx(wanted["DERT_d10_66_56_46_36"], rel=1e-6)


SMALL = {"x": [0, 1, 2, 4, 0, 7], "t_x": [0.0, 3.0, 8.0, 9.0, 0.0, 9.5], "T": [10.0, 10.0, 10.0, 10.0, 5.0, 10.0]}


@pytest.mark.parametrize("road", ["list", "numpy", "pandas", "polars", "arrow", "float counts"])
def test_every_road_gives_the_same_fit(road: str) -> None:
    columns: dict[str, Any] = dict(SMALL)
    if road == "numpy":
        np = pytest.importorskip("numpy")
        columns = {name: np.asarray(values) for name, values in columns.items()}
    elif road == "pandas":
        pd = pytest.importorskip("pandas")
        columns = dict(pd.DataFrame(columns).items())
    elif road == "polars":
        pl = pytest.importorskip("polars")
        columns = {name: pl.Series(values) for name, values in columns.items()}
    elif road == "arrow":
        pa = pytest.importorskip("pyarrow")
        columns = {name: pa.array(values) for name, values in columns.items()}
    elif road == "float counts":
        columns["x"] = [float(x) for x in SMALL["x"]]
    wanted = sj.fit_purchases(**SMALL, model="mbgnbd", penalty=0.01)
    fit = sj.fit_purchases(**columns, model="mbgnbd", penalty=0.01)
    assert wanted.status == "converged"
    assert fit.params == wanted.params and fit.log_likelihood == wanted.log_likelihood
    assert wanted.log_likelihood_of(**columns) == pytest.approx(wanted.log_likelihood, abs=1e-9)
    assert wanted.p_alive(**columns).to_list() == wanted.p_alive(**SMALL).to_list()


def test_numbers_give_numbers_and_columns_give_columns() -> None:
    model = sj.Purchases.from_params("bgnbd", BG)
    assert isinstance(model.p_alive(2, 3, 5), float)
    assert model.p_alive([2], 3, 5).to_list() == [model.p_alive(2, 3, 5)]
    np = pytest.importorskip("numpy")
    assert model.p_alive(np.int64(2), np.float64(3), 5) == model.p_alive(2, 3, 5)
    assert model.p_alive([2, None], [3, 3], [5, 5]).to_list() == [model.p_alive(2, 3, 5), None]
    assert model.p_alive([], [], []).to_list() == []
    assert model.probability([0, 1], 5).to_list() == [model.probability(0, 5), model.probability(1, 5)]
    assert model.p_alive(0, 0, 10) == 1  # in BG/NBD nobody leaves before a purchase


def test_a_fit_travels_and_shows_its_uncertainty(customers: Customers) -> None:
    fit = sj.fit_purchases(customers.x, customers.t_x, customers.T)
    again = pickle.loads(pickle.dumps(fit))
    assert (again.params, again.covariance, again.status, repr(again)) == (fit.params, fit.covariance, fit.status, repr(fit))
    assert again.p_alive(2, 3, 5) == fit.p_alive(2, 3, 5)
    rows = fit.table(level=0.9).to_dicts()
    assert [row["parameter"] for row in rows] == ["r", "alpha", "a", "b"]
    for line in rows:
        assert line["low"] < line["value"] < line["high"]
        factor = math.exp(1.6448536269514722 * line["standard_error"] / line["value"])
        assert line["high"] == pytest.approx(line["value"] * factor)
        assert line["low"] == pytest.approx(line["value"] / factor)
    given = sj.Purchases.from_params("bgnbd", fit.params)
    assert given.status == "given" and math.isnan(given.log_likelihood)
    assert all(math.isnan(error) for error in given.standard_errors.values())


def test_a_penalty_pulls_parameters_together(customers: Customers) -> None:
    rows = customers.x, customers.t_x, customers.T
    free, held = sj.fit_purchases(*rows), sj.fit_purchases(*rows, penalty=0.01)
    assert held.log_likelihood < free.log_likelihood
    assert abs(math.log(held.params["r"])) < abs(math.log(free.params["r"]))
    assert held.options["penalty"] == 0.01


def test_nothing_is_dropped_in_silence() -> None:
    fit = sj.fit_purchases([0, 0], [0, 0], [5, 9])
    assert fit.status == "no_repeat_purchases" and fit.note and fit.params == {} and fit.standard_errors == {}
    assert math.isnan(fit.log_likelihood)
    with pytest.raises(sj.SchemaError, match='the fit is "no_repeat_purchases" and has no parameters'):
        fit.p_alive(1, 2, 3)
    with pytest.raises(sj.SchemaError, match="has no parameters"):
        fit.table()
    assert sj.fit_purchases([1, None, 2], [1, 1, 1], [2, 2, None]).rows_missing == 2
    with pytest.raises(sj.DataError, match='"t_x", row 1, value 9'):
        sj.fit_purchases([1, 1], [1, 9], [2, 3])
    with pytest.raises(sj.SchemaError, match=r'model "bgnbb" is not one of bgnbd, mbgnbd, paretonbd, bgbb'):
        sj.fit_purchases([1, 1], [1, 1], [2, 3], model="bgnbb")
    with pytest.raises(sj.SchemaError, match="params are r, alpha, a, b: 4 numbers, and 3 were given"):
        sj.Purchases.from_params("bgnbd", [1, 2, 3])
    with pytest.raises(sj.SchemaError, match="params are r, alpha, s, beta; unknown: a"):
        sj.Purchases.from_params("paretonbd", {"r": 1, "alpha": 1, "a": 1, "beta": 1})
    with pytest.raises(sj.SchemaError, match="the parameter a is -1"):
        sj.Purchases.from_params("bgnbd", [1, 1, -1, 1])
    with pytest.raises(sj.SchemaError, match='"count"'):
        sj.fit_purchases([1], [1], [2], count=[])
    with pytest.raises(sj.SchemaError, match="rate is at least"):
        sj.Purchases.from_params("bgnbd", BG).discounted_residual(1, 2, 3, rate=0)
