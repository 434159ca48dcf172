"""Scores of forecasts, against worked examples."""

from __future__ import annotations

import math

import pytest

import sojourn as sj
from oracle_rows import OracleTable, inputs_and_expected


def test_fc_10_coverage_and_interval_score(oracle: OracleTable) -> None:
    inputs, expected = inputs_and_expected(oracle, "lifetime2", "FC-10")
    found = sj.score_forecast(inputs["low"], inputs["high"], inputs["actual"], level=inputs["level"])
    assert (found.covered, found.coverage, found.mean_width) == (2, expected["coverage"], expected["mean_width"])
    assert found.score == pytest.approx(expected["score"], rel=1e-12)


def test_fc_12_ranked_probability_score(oracle: OracleTable) -> None:
    inputs, expected = inputs_and_expected(oracle, "lifetime2", "FC-12")
    assert sj.crps(inputs["draws"], inputs["actual"]) == pytest.approx(expected["crps"], rel=1e-12)


def test_a_table_with_limits_is_scored() -> None:
    table = {"period": ["2024-01", "2024-02"], "low": [1.0, 2.0], "high": [3.0, 4.0]}
    found = sj.score_forecast(table, [2, None])
    assert (found.n, found.missing, found.covered, found.level) == (1, 1, 1, 0.95)


def test_the_factor_is_an_order_statistic_within_limits() -> None:
    errors = [-2, 1, 0.5, 1.5, -1, 2.5, 0, 1, 3]
    found = sj.calibrate_intervals(errors, [2] * 9, level=0.8)
    assert (float(found), found.n, found.reason) == (1.25, 9, None)
    few = sj.calibrate_intervals(errors, [2] * 9)
    assert few.factor == 3
    assert few.reason is not None and few.reason.startswith("too few")
    assert math.isnan(sj.calibrate_intervals([], []).factor)


def test_what_cannot_be_meant_is_named() -> None:
    with pytest.raises(sj.DataError, match='"low", row 0, value 5'):
        sj.score_forecast([5], [4], [1])
    with pytest.raises(sj.SchemaError, match="lengths"):
        sj.score_forecast([5], [6, 7], [1])
    with pytest.raises(sj.DataError, match='"half_widths", row 0'):
        sj.calibrate_intervals([1], [0])
    with pytest.raises(sj.SchemaError, match="level"):
        sj.calibrate_intervals([1], [1], level=2)
