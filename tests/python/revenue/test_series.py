"""MRR and movements period by period, from a ledger and straight from the rows."""

from __future__ import annotations

import datetime
import random
from typing import Any

import numpy as np
import pytest

import sojourn as sj
from ledger_books import NAMES, data, ledger_of, random_row, table


def test_waterfall_of_36_months_to_the_cent(ledger: sj.Ledger) -> None:
    shown = ledger.movements("2022-01", "2024-12", by="month")
    expected = data("synth_saas_waterfall.csv")
    names = {
        "mrr_open": "opening",
        "new": "new",
        "reactivation": "reactivation",
        "expansion": "expansion",
        "contraction": "contraction",
        "churn": "churn",
        "mrr_close": "closing",
        "accounts_open": "accounts_opening",
        "accounts_new": "accounts_new",
        "accounts_reactivated": "accounts_reactivated",
        "accounts_churned": "accounts_churned",
        "accounts_close": "accounts_closing",
    }
    assert shown["period"].to_list() == [month[:7] for month in expected["month"]]
    for theirs, ours in names.items():
        assert shown[ours].to_list() == [int(x) for x in expected[theirs]], ours
    assert shown["fx"].to_list() == [0] * 36
    assert shown.columns == [
        "period",
        "opening",
        "new",
        "reactivation",
        "expansion",
        "contraction",
        "churn",
        "fx",
        "closing",
        "accounts_opening",
        "accounts_new",
        "accounts_reactivated",
        "accounts_churned",
        "accounts_closing",
    ]
    assert "incomplete" not in shown.options


def test_quarters_and_years(ledger: sj.Ledger) -> None:
    months = ledger.movements("2022-01", "2024-12")
    quarters = ledger.movements("2022-Q1", "2024-Q4", by="quarter")
    years = ledger.movements("2022", "2024", by="year")
    assert (len(quarters), len(years)) == (12, 3)
    assert quarters["period"][0] == "2022-Q1"
    assert years["period"].to_list() == ["2022", "2023", "2024"]
    for name in ("new", "churn", "expansion", "accounts_churned"):
        assert sum(months[name]) == sum(quarters[name]) == sum(years[name])


@pytest.mark.filterwarnings("ignore:.* repeats? an earlier one:sojourn.InputWarning")  # rows at random
def test_series_is_the_closing_of_the_movements() -> None:
    draw = random.Random(2)
    held = [random_row(draw) for _ in range(60)]
    series = sj.mrr_series(
        table(held), "2023-01", "2025-03", **{k: v for k, v in NAMES.items() if k != "account"}, as_of="2025-01-01"
    )
    closing = [row["closing"] for row in ledger_of(held).movements("2023-01", "2025-03").to_dicts()]
    assert [row["mrr"] for row in series.to_dicts()] == closing
    assert series.options["not_reached"] == "2025-01 .. 2025-03"
    with pytest.raises(sj.DataError, match="row 1"):
        sj.mrr_series(
            {"start": ["2024-01-01", "2024-02-01"], "end": [None, "2024-01-01"], "mrr": [1, 2]},
            "2024-01",
            "2024-12",
            amounts="minor",
        )


USUAL = {"account": "account_id", "start": "start", "end": "end", "mrr": "mrr_minor"}


DAY = datetime.date(2023, 1, 1)


def generated(seed: int, n: int, keys: list[Any]) -> dict[str, list[Any]]:
    draw = random.Random(seed)
    made: dict[str, list[Any]] = {"account_id": [], "start": [], "end": [], "mrr_minor": []}
    for _ in range(n):
        start = DAY + datetime.timedelta(days=draw.randrange(600))
        made["account_id"].append(draw.choice(keys))
        made["start"].append(start)
        made["end"].append(None if draw.random() < 0.4 else start + datetime.timedelta(days=draw.randrange(300)))
        made["mrr_minor"].append(draw.randrange(5) * 1000)
    return made


@pytest.mark.parametrize("keys", [list(range(40)), [10**15 + 7**k for k in range(18)], [f"acc-{k}" for k in range(40)]])
@pytest.mark.parametrize("by", ["month", "quarter"])
def test_movements_of_rows_are_those_of_the_ledger(keys: list[Any], by: str) -> None:
    for seed in range(5):
        made = generated(seed, 300, keys)
        expected = sj.Ledger(made, **USUAL, as_of="2024-10-01")
        shown = sj.movements(made, "2023-01", "2024-12", by=by, **USUAL, as_of="2024-10-01", threads=2)
        assert shown.to_dicts() == expected.movements("2023-01", "2024-12", by=by).to_dicts()
        assert {name: shown.options[name] for name in expected.counts} == expected.counts
        wanted = expected.movements("2023-01", "2024-12", by=by).options
        assert all(shown.options.get(name) == wanted.get(name) for name in ("incomplete", "not_reached"))


def test_numpy_days_may_be_missing_and_far_ones_are_named() -> None:
    start = np.array(["2023-01-05", "2023-02-01"] * 9, dtype="datetime64[D]")
    end = start + np.arange(18) * 10
    end[3::4] = np.datetime64("NaT")
    table = {"account_id": np.arange(18), "start": start, "end": end, "mrr_minor": np.full(18, 500)}
    lists = {name: values.tolist() for name, values in table.items()}
    shown = sj.movements(table, "2023-01", "2023-12", **USUAL, as_of="2024-01-01")
    assert shown.to_dicts() == sj.movements(lists, "2023-01", "2023-12", **USUAL, as_of="2024-01-01").to_dicts()
    table["start"] = start.astype("i8") + np.where(np.arange(18) == 7, 2**40, 0)
    table["start"] = table["start"].view("datetime64[D]")
    with pytest.raises(sj.DataError, match="row 7"):
        sj.movements(table, "2023-01", "2023-12", **USUAL, as_of="2024-01-01")


def test_lapse_grace_needs_a_ledger() -> None:
    with pytest.raises(sj.SchemaError, match="build a Ledger"):
        sj.movements(generated(1, 9, [1]), "2023-01", "2023-12", **USUAL, policy=sj.Policy(lapse_grace=3))


def test_what_as_of_has_not_reached_is_missing_in_every_read_out() -> None:
    table = {
        "account": ["a", "b", "c"],
        "start": ["2023-01-01", "2023-01-01", "2024-02-10"],
        "end": [None, "2024-05-20", "2025-02-10"],
        "mrr_minor": [100, 70, 50],
        "plan": ["x", "x", "y"],
    }
    ledger = sj.Ledger(table, as_of="2024-06-10", segment="plan")
    by = ledger.by_segment()
    shown = ledger.movements("2024-05", "2024-12")
    assert shown["period"].to_list() == ["2024-05", "2024-06"]
    assert shown.options["incomplete"] == "2024-06" and shown.options["not_reached"] == "2024-07 .. 2024-12"
    direct = sj.movements(table, "2024-05", "2024-07", as_of="2024-06-10")
    assert direct["period"].to_list() == ["2024-05", "2024-06"] and direct.options["not_reached"] == "2024-07"
    assert by.movements("2024-05", "2024-12")["period"].to_list() == ["2024-05", "2024-06"] * 2
    assert sj.mrr_series(table, "2024-05", "2024-12", as_of="2024-06-10")["period"].to_list() == ["2024-05", "2024-06"]
    kept = ledger.retention("2024-05", "2024-12")
    assert kept["period"].to_list() == ["2024-05", "2024-06"] and kept.options["not_reached"] == "2024-07 .. 2024-12"
    assert by.retention("2024-05", "2024-12")["period"].to_list() == ["2024-05", "2024-06"]
    assert ledger.movements("2024-07", "2024-12").to_dicts() == []
    for period in ("2024-07", "2025", "2024"):
        rates = [
            *(getattr(ledger, name)(period) for name in ("arpa", "average_sale_price", "quick_ratio", "logo_churn")),
            *(getattr(ledger, name)(period) for name in ("mrr_churn", "nrr", "grr", "logo_retention")),
            ledger.mrr_churn(period, kind="net"),
            ledger.nrr(period, window=1, method="linearised"),
            ledger.ltv(period, margin=0.8),
            ledger.bootstrap("nrr", period),
        ]
        for rate in rates:
            assert rate.value != rate.value and rate.low != rate.low, (period, rate)
            assert rate.options.get("complete", False) is False
        change = ledger.compare("nrr", period, "2024-05")
        assert change.difference.value != change.difference.value
        for name in ("nrr", "logo_churn", "arpa"):
            assert all(value is None for value in getattr(by, name)(period)["value"].to_list())
    for ask in (
        lambda: ledger.mrr("2024-07"),
        lambda: ledger.arr("2025"),
        lambda: by.mrr("2024-07"),
        lambda: ledger.explain("a", "2024-07"),
        lambda: ledger.contributors("2024-07", "closing"),
        lambda: ledger.contributors("2024-07", "logo_churn"),
    ):
        with pytest.raises(sj.SchemaError, match="knows the days before 2024-06-10"):
            ask()
    triangle = ledger.cohorts(first="2024-01", last="2024-12")
    assert triangle.counts[1][:5] == [1, 1, 1, 1, None] and set(triangle.counts[11]) == {None}
    assert ledger.mrr("2024-06") == 150
