"""Concentration: the rows of the oracle table, laws on random books, and a ledger against its table of accounts."""

from __future__ import annotations

import csv
import math
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import sojourn as sj
from oracle_rows import OracleTable, inputs_and_expected

ROWS = ["CON-01", "CON-02", "CON-03", "CON-04", "CON-05", "CON-07", "CON-09"]


def values_of(inputs: dict[str, Any], shared_dir: Path) -> list[Any]:
    if "values" in inputs:
        return list(inputs["values"])
    path = shared_dir / "data" / inputs["file"]
    if path.suffix == ".csv":
        with path.open(newline="", encoding="utf-8") as file:
            return [int(row[inputs["value"]]) for row in csv.DictReader(file)]
    spent: dict[str, float] = defaultdict(float)
    for line in path.read_text("utf-8").splitlines()[1:]:
        customer, _, _, dollars = line.split()
        spent[customer] += float(dollars)
    return list(spent.values())


@pytest.mark.parametrize("name", ROWS)
def test_oracle(name: str, oracle: OracleTable, shared_dir: Path) -> None:
    inputs, wanted = inputs_and_expected(oracle, "lifetime2", name)
    tolerance = 1e-9 if "file" in inputs else 1e-12
    values = values_of(inputs, shared_dir)
    found = sj.concentration(values, top=inputs["top"], zeros="included" if name == "CON-09" else "left_out")
    if "undefined" in wanted:
        assert math.isnan(found.hhi.value) and math.isnan(found.top(1).value) and math.isnan(found.gini.value)
        assert found.reason == "no observations"
        return
    for measure in ("hhi", "effective", "gini", "gini_sample"):
        if measure in wanted:
            # the table prints ten decimals of the effective number
            digits = 5e-11 if measure == "effective" else 1e-12
            assert getattr(found, measure).value == pytest.approx(wanted[measure], rel=tolerance, abs=digits)
    if "hhi" in wanted and tolerance < 1e-9:
        assert found.effective.value == pytest.approx(1 / wanted["hhi"], rel=1e-12)
    shares = [found.top(n).value for n in inputs["top"]]
    assert shares == pytest.approx(wanted["top_share"], rel=tolerance)
    if name == "CON-03":
        assert (found.hhi.value, found.gini.value) == (1, 0)
        assert found.gini_sample.reason == "one observation has no variance"
    if name == "CON-04":
        assert (found.gini.value, found.left_out) == (pytest.approx(wanted["gini_paying"], rel=1e-12), 2)
        kept = sj.concentration(values, zeros="included")
        assert kept.gini.value == pytest.approx(wanted["gini_with_zeros"], rel=1e-12)
        assert (kept.hhi.value, kept.left_out, kept.n) == (found.hhi.value, 0, 4)


def test_sums_of_squares_beyond_64_bits_are_exact() -> None:
    large = 4_000_000_000_000_000_003
    found = sj.concentration([large, large - 2, 1, 1])
    total = 2 * large
    exact = (large**2 + (large - 2) ** 2 + 2) / total**2
    assert found.hhi.value == pytest.approx(exact, rel=1e-15)


@pytest.mark.parametrize("seed", range(10))
def test_1000_random_books_are_in_range_whatever_their_order_and_unit(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(1000):
        n = chance.randint(0, 12)
        values = [chance.choice([0, 1, 2.5, chance.randint(0, 10**9), chance.expovariate(1e-3), None]) for _ in range(n)]
        found = sj.concentration(values, top=(1, 3))
        paying = sum(1 for value in values if value)
        assert (found.n, found.missing) == (paying, values.count(None))
        if not paying:
            assert found.reason == "no observations"
            continue
        assert 1 / paying - 1e-12 <= found.hhi.value <= 1 + 1e-12
        assert found.effective.value == pytest.approx(1 / found.hhi.value)
        assert -1e-12 <= found.gini.value <= 1 - 1 / paying + 1e-12
        assert 0 < found.top(1).value <= found.top(3).value <= 1
        turned = sj.concentration(chance.sample(values, n), top=(1, 3))
        assert turned.hhi.value == found.hhi.value and turned.gini.value == found.gini.value
        doubled = sj.concentration([None if value is None else 2 * value for value in values], top=(1, 3))
        assert doubled.hhi.value == pytest.approx(found.hhi.value, rel=1e-14)


@pytest.mark.parametrize("road", [list, tuple, np.array, pd.Series, pl.Series, pa.array], ids=lambda road: str(road))
def test_every_road_gives_the_same(road: Any) -> None:
    for values in ([50, 30, 15, 5], [50.25, 30.5, 15.0, 5.0]):
        assert sj.concentration(road(values)).hhi.value == sj.concentration(values).hhi.value
    assert sj.concentration(pd.Series([1, None, 3], dtype="Int64")).missing == 1
    assert sj.concentration([1.0, math.nan, 3.0]).missing == 1


def test_by_segment_and_as_a_table() -> None:
    table = sj.concentration([50, 30, 15, 5, 0, 7], by=["a", "a", "a", "a", "b", None], top=(1, 2))
    assert table["segment"].to_list() == ["a", "b", None]
    assert table["n"].to_list() == [4, 0, 1]
    assert table["left_out"].to_list() == [0, 1, 0]
    assert table["hhi"].to_list()[0] == pytest.approx(0.365)
    assert table["top_2"].to_list()[0] == pytest.approx(0.8)
    alone = sj.concentration([50, 30, 15, 5]).table()
    assert alone["measure"].to_list() == ["hhi", "effective", "gini", "gini_sample", "top_1", "top_10"]


def test_a_census_has_no_interval_and_a_sample_has_one_that_repeats() -> None:
    chance = random.Random(3)
    values = [chance.lognormvariate(0, 1) for _ in range(80)]
    census = sj.concentration(values)
    assert (census.hhi.method, math.isnan(census.hhi.low)) == ("none", True)
    first, again, other = (sj.concentration(values, as_population=False, replicates=200, seed=s) for s in (1, 1, 2))
    for measure in (first.hhi, first.effective, first.gini, first.top(1), first.top(10)):
        assert measure.method == "bootstrap" and measure.low <= measure.value <= measure.high
    assert first.hhi == again.hhi and first.hhi.low != other.hhi.low
    assert first.gini.low > 0 and first.gini.high < 1


@pytest.mark.parametrize(
    ("given", "column", "row"), [([1, -2], "values", 1), ([1.5, -0.5], "values", 1), ([math.inf], "values", 0)]
)
def test_what_nobody_can_hold_is_refused_with_its_row(given: list[Any], column: str, row: int) -> None:
    for by in (None, ["a"] * len(given)):
        with pytest.raises(sj.DataError, match="0 or more") as caught:
            sj.concentration(given, by=by)
        assert (caught.value.column, caught.value.row) == (column, row)


def test_words_and_tops_are_checked() -> None:
    with pytest.raises(sj.SchemaError, match="replicates and seed draw accounts"):
        sj.concentration([1, 2], replicates=10, seed=3)
    with pytest.raises(sj.SchemaError, match="largest 1 or more"):
        sj.concentration([1], top=0)
    with pytest.raises(sj.SchemaError, match="left_out, included"):
        sj.concentration([1], zeros="kept")
    with pytest.raises(sj.SchemaError, match="top 3 was not asked for"):
        sj.concentration([1]).top(3)
    with pytest.raises(sj.SchemaError, match="differ in length"):
        sj.concentration([1, 2], by=["a"])


def test_a_ledger_is_concentrated_as_its_accounts_are() -> None:
    made = sj.datasets.acme(n=200, seed=5)
    ledger = sj.Ledger(made.subscriptions, as_of=made.as_of)
    table = ledger.accounts_table("2024-03")
    expected = sj.concentration(table["closing"], top=(1, 10))
    found = ledger.concentration("2024-03")
    assert found.n == expected.n
    assert found.hhi.value == pytest.approx(expected.hhi.value, rel=1e-4)  # the table is in whole minor units
    assert found.top(10).value == pytest.approx(expected.top(10).value, rel=1e-4)
    assert sj.measure("concentration", ledger, period="2024-03").hhi == found.hhi


def test_a_ledger_by_parent_ahead_and_in_the_middle_of_a_month() -> None:
    rows = {
        "account_id": ["a", "b", "c", "d"],
        "start": ["2024-01-01"] * 4,
        "end": [None, None, None, "2024-02-10"],
        "mrr_minor": [6000, 3000, 1000, 5000],
        "parent": ["x", "x", "c", "d"],
    }
    ledger = sj.Ledger(rows, parent="parent", as_of="2024-03-15")
    assert ledger.concentration("2024-02").hhi.value == pytest.approx(0.36 + 0.09 + 0.01)
    parents = ledger.concentration("2024-02", unit="parent")
    assert (parents.top(1).value, parents.n) == (pytest.approx(0.9), 2)
    assert ledger.concentration("2024-03").options["complete"] is False
    assert ledger.concentration("2024-03").n == 3
    assert ledger.concentration("2024-05").reason == "no observations"
    assert ledger.concentration("2024-01").n == 4


def test_customers_who_pay_nothing_are_left_out_of_a_ledger_and_counted() -> None:
    starts = ["2024-01-01", "2024-01-01", "2024-02-01"]
    prices = {"account": ["a", "b", "b"], "start": starts, "end": [None, starts[2], None], "amount_minor": [1000, 500, 0]}
    ledger = sj.Ledger.from_prices(prices, as_of="2024-12-01", policy=sj.Policy(free_is="active"))
    found, kept = ledger.concentration("2024-02"), ledger.concentration("2024-02", zeros="included")
    assert (found.n, found.left_out, found.gini.value) == (1, 1, 0)
    assert (kept.n, kept.left_out, kept.gini.value) == (2, 0, 0.5)
    assert ledger.concentration("2024-01").left_out == 0
