"""Fine and Gray's regression from Python, against R's finegray and worked examples."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import pytest

import sojourn as sj
from oracle_rows import OracleRow, OracleTable, oracle_row


def fitted(row: OracleRow) -> sj.FineGray:
    inputs = row.inputs
    return sj.fine_gray(
        row.columns, time=inputs["time"], cause=inputs["cause"], features=inputs["features"], of=inputs["of"]
    )


@pytest.mark.parametrize("name", ["FG-01", "FG-02", "FG-04", "FG-05"])
def test_oracle(name: str, oracle: OracleTable, shared_dir: Path) -> None:
    row = oracle_row(oracle, shared_dir, name)
    fit, wanted = fitted(row), row.expected
    toy = "columns" in row.inputs  # exact to 9 digits
    assert fit.status == "converged"
    assert fit.coefficients["coef"].to_list() == pytest.approx(wanted["coef"], rel=0 if toy else 1e-6, abs=1e-9)
    if "se" in wanted:
        assert fit.coefficients["se"].to_list() == pytest.approx(wanted["se"], rel=1e-4)
    if "log_likelihood" in wanted:
        assert [fit.null_log_likelihood, fit.log_likelihood] == pytest.approx(
            wanted["log_likelihood"], rel=0, abs=1e-9 if toy else 1e-5
        )
    if "cif_row" in wanted:
        curve = fit.incidence(row.inputs["at"]["row"])
        assert [curve.at(age) for age in row.inputs["at"]["times"]] == pytest.approx(wanted["cif_row"], rel=1e-5)
    if "cause_specific_coef" in wanted:
        rate = fit.cause_specific().coefficients["coef"].to_list()
        assert rate == pytest.approx(wanted["cause_specific_coef"], abs=1e-9)


def test_fg_08_a_cause_that_never_happens_has_a_status(oracle: OracleTable, shared_dir: Path) -> None:
    fit = fitted(oracle_row(oracle, shared_dir, "FG-08"))
    assert fit.status == "no_events" and fit.events == 0 and fit.competing_events == 2
    assert math.isnan(fit.coefficients["coef"].to_list()[0])


def accounts(n: int = 300) -> dict[str, list[Any]]:
    draw = random.Random(12)
    rows: dict[str, list[Any]] = {"t": [], "c": [], "x": [], "n": []}
    for _ in range(n):
        x = draw.gauss(0, 1)
        price, closed, seen = draw.expovariate(0.1 * math.exp(x)), draw.expovariate(0.1), draw.expovariate(0.05)
        first = min(price, closed, seen)
        cause = "price" if first == price else "closed" if first == closed else None
        for name, value in zip(rows, (math.ceil(first), cause, x, draw.randrange(1, 4)), strict=True):
            rows[name].append(value)
    return rows


def test_without_other_causes_it_is_cox_with_breslows_ties() -> None:
    rows = accounts()
    rows["c"] = [None if c == "closed" else c for c in rows["c"]]
    fit = sj.fine_gray(rows, time="t", cause="c", features=["x"], of="price")
    same = sj.cox(
        {**rows, "one": list(range(300))}, time="t", event="c", cause="price", features=["x"], ties="breslow", cluster="one"
    )
    for name in ("coef", "se"):
        assert fit.coefficients[name].to_list() == pytest.approx(same.coefficients[name].to_list(), rel=1e-9)


def test_share_and_rate_stand_side_by_side() -> None:
    rows = accounts(1000)
    compared = sj.fine_gray(rows, time="t", cause="c", features=["x"], of="closed").compared().to_dicts()[0]
    # x makes accounts leave for the price, so fewer are left to close, at the same rate of closing.
    assert compared["share_coef"] < compared["rate_coef"] - 0.15
    assert compared["share_p_value"] < 0.001 < compared["rate_p_value"]


def test_counts_repeat_rows_and_the_unit_of_weights_does_not_matter() -> None:
    rows = accounts(60)
    repeated = {name: [v for v, n in zip(values, rows["n"], strict=True) for _ in range(n)] for name, values in rows.items()}
    asked: dict[str, Any] = {"time": "t", "cause": "c", "features": ["x"], "of": "price"}
    counted, one_by_one = sj.fine_gray(rows, **asked, count="n"), sj.fine_gray(repeated, **asked)
    weighted = sj.fine_gray(rows, **asked, weights="n")
    money = sj.fine_gray({**rows, "n": [4e5 * n for n in rows["n"]]}, **asked, weights="n")
    for name in ("coef", "se"):
        assert counted.coefficients[name].to_list() == pytest.approx(one_by_one.coefficients[name].to_list(), rel=1e-9)
        assert money.coefficients[name].to_list() == pytest.approx(weighted.coefficients[name].to_list(), rel=1e-9)


def test_late_entry_is_refused_and_curves_end_where_the_data_do() -> None:
    rows = accounts(50)
    with pytest.raises(sj.SchemaError, match="not defined for late entry"):
        sj.fine_gray({**rows, "s": [t / 2 for t in rows["t"]]}, time="t", cause="c", features=["x"], of="price", entry="s")
    fit = sj.fine_gray(rows, time="t", cause="c", features=["x"], of="price")
    curve = fit.incidence({"x": 0.0})
    assert math.isnan(curve.at(1e9)) and curve.at(0) == 0
    assert curve.incidence.to_list() == sorted(curve.incidence)
    with pytest.raises(sj.SchemaError, match="of: name the cause"):
        sj.fine_gray(rows, time="t", cause="c", features=["x"], of=None)
