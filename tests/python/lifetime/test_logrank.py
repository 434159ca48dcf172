"""The log-rank test from Python, against R, worked examples and lifelines."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import pytest

import sojourn as sj
from oracle_rows import OracleRow, OracleTable, oracle_row

# Edge case I07 and the rows of the oracle table.
ROWS = ["LR-01", "LR-03", "LR-04", "LR-06", "LR-07", "LR-08", "LR-09", "LR-10", "LR-11", "LR-13", "LR-14", "LR-16", "LR-17"]
TOY = {"time": [2, 3, 5, 1, 3, 4], "event": [1, 1, 0, 1, 0, 1], "by": ["A", "A", "A", "B", "B", "B"]}


def of_row(row: OracleRow, **more: Any) -> sj.LogRank:
    options = {name: row.inputs[name] for name in ("rho", "trend") if name in row.inputs}
    columns = row.optional("entry", "weights", "count", "strata")
    return sj.logrank(row.column("time"), row.column("event"), row.column("by"), **columns, **options, **more)


@pytest.mark.parametrize("name", ROWS)
def test_oracle(name: str, oracle: OracleTable, shared_dir: Path) -> None:
    row = oracle_row(oracle, shared_dir, name)
    test = of_row(row)
    close = 5e-12 if "columns" in row.inputs and name != "LR-16" else 1e-9  # toys are exact; 12 digits are printed
    for field in ("statistic", "p_value", "trend_statistic", "trend_p"):
        wanted = row.expected.get(field)
        if wanted is not None:
            assert getattr(test, field) == pytest.approx(wanted, rel=close), field
        elif field in row.expected:
            assert math.isnan(getattr(test, field)) and test.reason
    if "dof" in row.expected:
        assert test.dof == row.expected["dof"]
    if "groups" in row.expected:
        assert test.groups == row.expected["groups"]
    for field in ("observed", "expected"):
        if field in row.expected:
            assert list(getattr(test, field)) == pytest.approx(row.expected[field], rel=close)


def test_i07_are_the_curves_of_two_plans_alike() -> None:
    months, left = [2, 3, 5, 1, 3, 4], [1, 1, 0, 1, 0, 1]
    plan = ["pro", "pro", "pro", "basic", "basic", "basic"]
    test = sj.kaplan_meier(months, left, by=plan).logrank()
    assert test.statistic == pytest.approx(1 / 99, rel=1e-12)
    assert (test.dof, sorted(test.groups)) == (1, ["basic", "pro"])
    assert test.statistic == sj.logrank(months, left, plan).statistic


def test_curves_and_rows_give_the_same_test() -> None:
    draw = random.Random(4)
    time = [draw.randrange(1, 20) for _ in range(200)]
    entry = [draw.randrange(0, t) for t in time]
    event = [draw.random() < 0.5 for _ in time]
    by = [draw.choice(["a", "b", "c", None]) for _ in time]
    curves = sj.kaplan_meier(time, event, entry=entry, by=by, given_age=2)
    rows = [i for i, t in enumerate(time) if t > 2]
    older = [[column[i] for i in rows] for column in (time, event, by, entry)]
    for rho in (0.0, 1.0):
        whole = sj.logrank(*older[:3], entry=older[3], rho=rho)
        test = curves.logrank(rho=rho)
        assert test.statistic == pytest.approx(whole.statistic, rel=1e-12)
        assert test.dof == whole.dof == 2
    assert test.rows_missing == by.count(None)
    assert test.options["given_age"] == 2
    with pytest.raises(sj.SchemaError, match=r"give them to sj\.logrank"):
        sj.kaplan_meier(time, event, weights=[1] * 200, by=by).logrank()


@pytest.mark.parametrize("seed", range(5))
def test_statistic_equals_lifelines(seed: int) -> None:
    statistics = pytest.importorskip("lifelines.statistics")
    draw = random.Random(seed)
    time = [draw.randrange(1, 40) / 2 for _ in range(150)]
    event = [draw.random() < 0.6 for _ in time]
    by = [draw.choice("abcd") for _ in time]
    theirs = statistics.multivariate_logrank_test(time, by, event)
    ours = sj.logrank(time, event, by)
    assert ours.statistic == pytest.approx(theirs.test_statistic, rel=1e-9)
    assert ours.p_value == pytest.approx(theirs.p_value, rel=1e-7)


@pytest.mark.parametrize("road", ["list", "numpy", "pandas", "polars", "arrow", "text numbers"])
def test_every_road_gives_the_same_test(road: str) -> None:
    columns: dict[str, Any] = {**TOY, "time": [float(t) for t in TOY["time"]]}
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
    elif road == "text numbers":
        columns["event"] = [bool(e) for e in TOY["event"]]
    test = sj.logrank(**columns)
    assert test.statistic == pytest.approx(1 / 99, rel=1e-12)
    assert test.groups == ["A", "B"]


def test_numbered_groups_are_in_the_order_of_their_numbers() -> None:
    test = sj.logrank([1, 2, 3], [1, 1, 1], [10, 9, 2], trend=True)
    assert test.groups == ["2", "9", "10"]
    assert test.trend_statistic == pytest.approx(27 / 11)
    assert math.isnan(sj.logrank([1, 2, 3], [1, 1, 1], [10, 9, 2]).trend_statistic)


def test_table_says_how_large_the_difference_is() -> None:
    rows = sj.logrank(**TOY).table().to_dicts()
    assert [row["group"] for row in rows] == ["A", "B"]
    assert rows[0]["ratio"] == pytest.approx(2 / 2.1)
    assert (rows[0]["n"], rows[0]["events"]) == (3, 2)


def test_strata_compare_only_accounts_of_one_stratum() -> None:
    twice = {name: values * 2 for name, values in TOY.items()}
    strata = ["small"] * 6 + ["large"] * 6
    assert sj.logrank(**twice, strata=strata).statistic == pytest.approx(2 / 99, rel=1e-12)
    assert sj.logrank(**twice, strata=strata).options["stratified"] is True


def test_nothing_is_dropped_in_silence() -> None:
    test = sj.logrank([1, None, 3, 4], [1, 1, 0, None], ["a", "b", None, "b"])
    assert test.rows_missing == 3
    assert test.reason == "only one group has accounts"
    with pytest.raises(sj.DataError, match='"time", row 1, value -2'):
        sj.logrank([1, -2], [1, 1], ["a", "b"])
    with pytest.raises(sj.DataError, match='"event", row 0, value 2'):
        sj.logrank([1, 2], [2, 1], ["a", "b"])
    with pytest.raises(sj.SchemaError, match='"entry"'):
        sj.logrank([1, 2], [1, 1], ["a", "b"], entry=[])
    with pytest.raises(sj.SchemaError, match="rho"):
        sj.logrank([1, 2], [1, 1], ["a", "b"], rho=math.nan)
    assert "undefined" in repr(test)
