"""Kaplan-Meier, Nelson-Aalen and life tables: the rows of the oracle table."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

import sojourn as sj
from oracle_rows import OracleTable, inputs_and_expected, read_text
from test_survival import first_spells, tenure

SIX_MP = ("KM-01", "KM-02", "KM-03")
PRINTED = 5e-11  # half a unit of the tenth digit, the last that the table prints
TOLERANCES: dict[str, dict[str, float]] = {
    "KM-01": {"rel": 1e-9},
    **dict.fromkeys(("KM-02", "KM-13"), {"rel": 0, "abs": 1e-9}),
    **dict.fromkeys(("KM-03", "KM-05", "KM-06"), {"rel": 0, "abs": 1e-11 + PRINTED}),
    **dict.fromkeys(("KM-08", "KM-10"), {"rel": 10 * PRINTED, "abs": 1e-10}),
    **{"KM-07": {"rel": 0, "abs": 5e-5}, "LT-01": {"rel": 1e-10 + 10 * PRINTED, "abs": 0}},
}
NAMES = {"S": "survival", "se": "standard_error", "H": "cumulative_hazard", "n_risk": "at_risk"}


def six_mp(shared_dir: Path) -> tuple[list[int], list[int]]:
    columns = read_text(shared_dir / "data" / "leukemia_6mp.csv")
    rows = [row for row in zip(*columns.values(), strict=True) if row[0] == "6-MP"]
    return [int(weeks) for _, weeks, _ in rows], [int(relapsed) for _, _, relapsed in rows]


def curve_of(name: str, inputs: dict[str, Any], shared_dir: Path, **options: Any) -> sj.Survival:
    if name in SIX_MP:
        time, event = six_mp(shared_dir)
    elif name == "KM-10":
        time, event = tenure(read_text(shared_dir / "data" / inputs["file"]))
    else:
        time, event = inputs.get("time", inputs.get("exit")), inputs["event"]
    return sj.kaplan_meier(time, event, entry=inputs.get("entry"), **options)


def same(name: str, found: list[float], wanted: list[float | None]) -> None:
    numbers = [math.nan if value is None else value for value in wanted]
    assert found == pytest.approx(numbers, nan_ok=True, **TOLERANCES[name])


@pytest.mark.parametrize("name", ["KM-01", "KM-03", "KM-05", "KM-06", "KM-07", "KM-08", "KM-10"])
def test_oracle(name: str, oracle: OracleTable, shared_dir: Path) -> None:
    inputs, wanted = inputs_and_expected(oracle, "lifetime", name)
    curve = curve_of(name, inputs, shared_dir)
    columns = {long: getattr(curve, long).to_list() for long in NAMES.values()}
    if name == "KM-03":
        columns["standard_error"] = curve.table()["hazard_standard_error"].to_list()
    rows = {age: k for k, age in enumerate(curve.time.to_list())}
    for short, long in NAMES.items():
        if short in wanted:
            same(name, [columns[long][rows[age]] for age in wanted["t"]], wanted[short])
    if wanted.get("median"):
        assert curve.median.value == wanted["median"]
    elif "median" in wanted:
        assert math.isnan(curve.median.value) and curve.median.reason
    if "median_lcl_ucl_loglog" in wanted:
        low, high = wanted["median_lcl_ucl_loglog"]
        assert curve.median.low == low and high is None and math.isnan(curve.median.high)
    for horizon in (35, 72):
        if f"rmst{horizon}" in wanted:
            mean = curve.rmst(horizon)
            assert mean.value == pytest.approx(wanted[f"rmst{horizon}"], rel=1e-9)
            error = (mean.high - mean.value) / 1.959963984540054
            assert error == pytest.approx(wanted[f"rmst{horizon}_se"], rel=1e-9)
    if "published" in wanted:
        half = {"S": 5e-4, "se": 5e-5}
        for short, printed in wanted["published"].items():
            found = [columns[NAMES[short]][rows[age]] for age in wanted["t"]]
            assert found == pytest.approx(printed, rel=0, abs=half[short])


@pytest.mark.parametrize("ci", ["log-log", "plain", "log", "logit"])
def test_oracle_km_02_limits(ci: str, oracle: OracleTable, shared_dir: Path) -> None:
    inputs, wanted = inputs_and_expected(oracle, "lifetime", "KM-02")
    curve = curve_of("KM-02", inputs, shared_dir, level=inputs["level"], ci=ci)
    rows = {age: k for k, age in enumerate(curve.time.to_list())}
    limits = wanted[ci.replace("-", "")]
    for side, column in enumerate((curve.low.to_list(), curve.high.to_list())):
        same("KM-02", [column[rows[age]] for age in wanted["t"]], [pair[side] for pair in limits])


def test_oracle_km_13_first_spells(oracle: OracleTable, shared_dir: Path) -> None:
    inputs, wanted = inputs_and_expected(oracle, "lifetime", "KM-13")
    time, event, weight = first_spells(read_text(shared_dir / "data" / inputs["file"]))
    plain, money = sj.kaplan_meier(time, event), sj.kaplan_meier(time, event, weights=weight)
    assert (plain.n, plain.state.events) == (wanted["n"], wanted["events"])
    same("KM-13", [plain.at(age).value for age in wanted["t"]], wanted["S"])
    same("KM-13", [money.at(age).value for age in wanted["t"]], wanted["mrr_weighted_S"])
    errors = dict(zip(money.time.to_list(), money.standard_error.to_list(), strict=True))
    last = [max(t for t in errors if t <= age) for age in wanted["t"]]
    same("KM-13", [errors[t] for t in last], wanted["mrr_weighted_robust_se"])


def test_oracle_lt_01_life_table(oracle: OracleTable, shared_dir: Path) -> None:
    inputs, wanted = inputs_and_expected(oracle, "lifetime", "LT-01")
    columns = {name: [int(v) for v in texts] for name, texts in read_text(shared_dir / "data" / inputs["file"]).items()}
    years = columns["year_from"]
    died, withdrawn = [1] * len(years), [0] * len(years)
    state = sj.kaplan_meier(years * 2, died + withdrawn, count=columns["deaths"] + columns["withdrawn"])
    table = state.life_table()
    names = {"effective_n": "effective_n", "churn_rate": "q", "survival": "S_end", "standard_error": "se_S_end"}
    for name, short in {**names, "hazard": "hazard_mid"}.items():
        same("LT-01", table[name].to_list(), wanted[short])
