"""The chain ladder from Python, against published triangles, R and worked examples."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sojourn as sj
from oracle_rows import OracleTable, inputs_and_expected
from triangles import cohort_money, named_triangle, triangle_of_row

ROWS = {
    "CL-01": 1e-8,
    "CL-02": 1e-8,
    "CL-04": 1e-8,
    "CL-06": 1e-12,
    "CL-07": 1e-9,
    "CL-08": 1e-12,
    "CL-09": 1e-12,
    "CL-10": 1e-12,
    "CL-12": 1e-6,
    "CL-14": 1e-6,
    "CL-18": 1e-8,
}
COLUMNS: dict[str, Callable[[sj.ChainLadder], list[float]]] = {
    "factors": lambda fit: fit.factors,
    "ultimate": lambda fit: fit.ultimate.to_list(),
    "standard_error": lambda fit: fit.standard_error.to_list(),
    "factor_se": lambda fit: fit.factor_standard_error,
    "sigma": lambda fit: fit.sigma,
    "process_se": lambda fit: fit.by_cohort()["process_se"].to_list(),
    "parameter_se": lambda fit: fit.by_cohort()["parameter_se"].to_list(),
    "sigma_first_5": lambda fit: fit.sigma[:5],
}
NUMBERS: dict[str, Callable[[sj.ChainLadder], float]] = {
    "total_outstanding": lambda fit: fit.total_outstanding,
    "total_standard_error": lambda fit: fit.total_standard_error,
    "total_ultimate": lambda fit: fit.total_ultimate,
    "ultimate_last": lambda fit: fit.ultimate[-1],
    "sigma_first": lambda fit: fit.sigma[0],
}
TOY = [[1000, 900, 850, 840], [1200, 1056, 990], [900, 828], [1100]]


@pytest.mark.parametrize("name", ROWS)
def test_oracle(name: str, oracle: OracleTable, shared_dir: Path) -> None:
    triangle, options, expected = triangle_of_row(oracle, shared_dir, name)
    fit = sj.chain_ladder(triangle, **options)
    # The rows are printed to 12 digits.
    rel = max(ROWS[name], 5e-12)
    for what, read in COLUMNS.items():
        if what in expected:
            assert read(fit) == pytest.approx(expected[what], rel=rel, abs=1e-9), what
    for what, number in NUMBERS.items():
        if what in expected:
            assert number(fit) == pytest.approx(expected[what], rel=rel, abs=1e-9), what
    for place in expected.get("standard_error_undefined", ()):
        assert math.isnan(fit.standard_error[place])
        assert fit.by_cohort()["reason"][place]
    if "odp" in expected:
        _is_odp(fit, expected["odp"], rel)


def _is_odp(fit: sj.ChainLadder, expected: dict[str, Any], rel: float) -> None:
    assert fit.phi == pytest.approx(expected["phi"], rel=rel)
    assert fit.total_outstanding == pytest.approx(expected["outstanding"], rel=rel)
    assert fit.total_standard_error == pytest.approx(expected["prediction_error"], rel=rel)
    assert fit.standard_error.to_list()[1:] == pytest.approx(expected["by_cohort"], rel=rel)
    residuals = [row["residual"] for row in fit.cells().to_dicts() if row["cohort"] == fit.cohorts[0]]
    assert residuals == pytest.approx(expected["residual_first_cohort"], rel=rel, abs=1e-9)


def test_cl_12_a_bootstrap_has_the_analytic_error(shared_dir: Path) -> None:
    drawn = sj.chain_ladder(named_triangle(shared_dir, "taylor_ashe"), method="odp").bootstrap(10_000, seed=7)
    assert drawn.standard_error == pytest.approx(2945646.23124, rel=0.05)
    errors = drawn.by_cohort()["standard_error"].to_list()
    assert errors[-2] == pytest.approx(1980090.72427, rel=0.05)
    assert drawn.options["refused"] == 0


def test_cl_16_tests_of_the_assumptions(oracle: OracleTable, shared_dir: Path) -> None:
    _, expected = inputs_and_expected(oracle, "lifetime2", "CL-16")
    found = sj.chain_ladder(named_triangle(shared_dir, "raa")).diagnostics()
    assert found.calendar_statistic == expected["calendar_Z"]
    assert found.calendar_mean == expected["calendar_mean"]
    assert found.calendar_sd == pytest.approx(expected["calendar_sd"], rel=1e-9)
    assert found.correlation_statistic == pytest.approx(expected["correlation_T"], rel=1e-9)
    assert found.correlation_sd == pytest.approx(expected["correlation_sd"], rel=1e-9)
    assert found.table()["distance"][0] == pytest.approx((14 - 12.875) / expected["calendar_sd"])
    assert len(found.residuals()) == 45


def test_fc_14_a_book_twelve_months_ahead(oracle: OracleTable, shared_dir: Path) -> None:
    inputs, expected = inputs_and_expected(oracle, "lifetime2", "FC-14")
    for vintage in inputs["vintages"]:
        ahead = sj.chain_ladder(cohort_money(shared_dir, inputs["file"], vintage)).ahead(inputs["horizon"])
        for name in ("opening", "forecast", "process_se", "parameter_se", "standard_error"):
            assert getattr(ahead, name) == pytest.approx(expected[vintage][name], rel=1e-8), name
        assert ahead.low < expected[vintage]["actual"] < ahead.high


def test_cl_10_a_start_at_zero_is_counted() -> None:
    fit = sj.chain_ladder([[100, 110, 115, 116], [0, 50, 60], [200, 210], [150]])
    assert fit.diagnostics().zero_starts == 1
    assert fit.steps()["zero_starts"].to_list() == [1, 0, 0]


def test_a_tail_is_repeated_and_never_invented() -> None:
    known = sj.chain_ladder(TOY, tail=0.98)
    assert known.options["tail"] == {"factor": 0.98, "taken_as_known": True}
    assert known.steps()["sigma_source"].to_list() == ["estimated", "estimated", "mack", "taken as known"]
    assert known.ultimate[0] == pytest.approx(840 * 0.98)
    assert sj.chain_ladder(TOY).options["tail"] is None
    assert sj.chain_ladder(TOY).ahead(50).by_cohort()["value"][0] == 840
    assert known.ahead(1).by_cohort()["value"][0] == pytest.approx(840 * 0.98)
    for wrong in ({"sigma": 3}, {"factor": 1, "errors": 2}, {"factor": 1, "sigma": 2}, "1.05", -1.0, math.nan):
        with pytest.raises(sj.Error, match="tail"):
            sj.chain_ladder(TOY, tail=wrong)


def test_the_rule_of_the_last_sigma_moves_the_error(shared_dir: Path) -> None:
    published = sj.chain_ladder(named_triangle(shared_dir, "taylor_ashe"), sigma="loglinear")
    assert published.total_standard_error == pytest.approx(2441364, abs=0.5)
    with pytest.raises(sj.SchemaError, match="mack, loglinear"):
        sj.chain_ladder(TOY, sigma="r")


@pytest.mark.parametrize("road", ["rows", "rows with None", "numpy", "table", "dates", "pandas", "polars", "arrow", "dicts"])
def test_every_road_gives_the_same_bits(road: str) -> None:
    triangle: Any = TOY
    cells = [(c, a, float(v)) for c, row in enumerate(TOY) for a, v in enumerate(row)]
    months = ["2024-01", "2024-02", "2024-03", "2024-04"]
    table: dict[str, Any] = {
        "value": [v for *_, v in reversed(cells)],
        "age": [a for _, a, _ in reversed(cells)],
        "cohort": [months[c] for c, *_ in reversed(cells)],
    }
    if road == "rows with None":
        triangle = [row + [None] * (4 - len(row)) for row in TOY]
    elif road == "numpy":
        np = pytest.importorskip("numpy")
        triangle = np.array([row + [math.nan] * (4 - len(row)) for row in TOY])
    elif road == "table":
        triangle = table
    elif road == "dates":
        triangle = {**table, "cohort": [dt.date(2024, int(name[-2:]), 1) for name in table["cohort"]]}
    elif road == "pandas":
        triangle = pytest.importorskip("pandas").DataFrame(table)
    elif road == "polars":
        triangle = pytest.importorskip("polars").DataFrame(table)
    elif road == "arrow":
        triangle = pytest.importorskip("pyarrow").table(table)
    elif road == "dicts":
        triangle = [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]
    fit, wanted = sj.chain_ladder(triangle), sj.chain_ladder(TOY)
    assert fit.standard_error.to_list() == wanted.standard_error.to_list()
    assert fit.total_standard_error == wanted.total_standard_error
    if road in ("table", "pandas", "polars", "arrow", "dicts"):
        assert fit.cohorts == months


def test_columns_may_have_other_names(shared_dir: Path) -> None:
    cells = named_triangle(shared_dir, "raa")
    table = {"origin": [str(origin) for origin in cells["cohort"]], "age": cells["age"], "paid": cells["value"]}
    assert sj.chain_ladder(table, cohort="origin", value="paid").total_standard_error == pytest.approx(26909.0111556)
    with pytest.raises(sj.SchemaError, match='"cohort"'):
        sj.chain_ladder(table)


def test_the_triangle_of_a_ledger() -> None:
    rows = {
        "account_id": ["a", "b", "c", "d", "e"],
        "start": ["2024-01-05", "2024-01-09", "2024-02-02", "2024-04-01", "2024-04-02"],
        "end": ["2024-03-10", None, None, None, "2024-05-20"],
        "mrr_minor": [10000, 20000, 5000, 7000, 3000],
    }
    ledger = sj.Ledger(rows, as_of="2024-07-01")
    triangle = ledger.cohorts(measure="mrr")
    fit = sj.chain_ladder(triangle)
    assert fit.cohorts == ["2024-01", "2024-02", "2024-04"]
    assert fit.options["cohorts_left_out"] == ["2024-03", "2024-05", "2024-06"]
    assert fit.latest.to_list() == [20000, 5000, 7000]
    assert sum(fit.latest) == ledger.mrr("2024-06").value
    assert fit.options["measure"] == "mrr"
    left = sj.chain_ladder(ledger.cohorts(cause="unknown"), method="odp")
    assert left.latest.to_list() == [1, 0, 1]
    assert left.by_cohort()["reason"][1].startswith("a cohort that has lost nothing yet")


def test_money_that_shrinks_is_refused_by_odp() -> None:
    with pytest.raises(sj.SchemaError, match=r'give what was lost so far .* method="mack"'):
        sj.chain_ladder(TOY, method="odp")
    for name in ("sigma", "diagnostics", "factor_standard_error"):
        with pytest.raises(sj.SchemaError, match='method="mack"'):
            getattr(sj.chain_ladder([[1, 2, 3], [2, 3], [4]], method="odp"), name)()
    for name in ("phi", "cells", "bootstrap"):
        with pytest.raises(sj.SchemaError, match='method="odp"'):
            getattr(sj.chain_ladder(TOY), name)()
    with pytest.raises(sj.SchemaError, match="tail and sigma"):
        sj.chain_ladder([[1, 2, 3], [2, 3], [4]], method="odp", tail=1.05)


def test_wrong_triangles_are_named() -> None:
    with pytest.raises(sj.DataError, match='"triangle", row 1, value -3'):
        sj.chain_ladder([[1, 2], [-3]])
    with pytest.raises(sj.DataError, match="row 0: age number 2 is missing"):
        sj.chain_ladder([[1, None, 3], [2]])
    with pytest.raises(sj.SchemaError, match="no cohorts"):
        sj.chain_ladder([])
    with pytest.raises(sj.SchemaError, match="mack, odp"):
        sj.chain_ladder(TOY, method="bornhuetter")
    with pytest.raises(sj.SchemaError, match="0 or more"):
        sj.chain_ladder(TOY).ahead(-1)
    with pytest.raises(sj.Error):
        sj.chain_ladder([["a", "b"], ["c"]])


def test_tables_and_the_picture() -> None:
    fit = sj.chain_ladder(TOY)
    cells = fit.table().to_dicts()
    assert [row["value"] for row in cells if row["cohort"] == "3"][0] == 1100
    assert sum(not row["projected"] for row in cells) == 10
    assert len(cells) == 16
    assert fit.by_cohort()["low"][3] < fit.ultimate[3] < fit.by_cohort()["high"][3]
    assert "4 cohorts" in repr(fit)
    pytest.importorskip("matplotlib").use("Agg")
    assert len(fit.plot().lines) == 8
