"""Movements straight from rows and from month snapshots are those of the ledger."""

from __future__ import annotations

import datetime
import random
from typing import Any

import numpy as np
import pytest

import sojourn as sj
from sojourn._frames.periods import grid

NAMES = {"account": "account_id", "start": "start", "end": "end", "mrr": "mrr_minor"}
DAY = datetime.date(2023, 1, 1)


def rows(seed: int, n: int, keys: list[Any]) -> dict[str, list[Any]]:
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
        made = rows(seed, 300, keys)
        book = sj.Ledger(made, **NAMES, as_of="2024-10-01")
        shown = sj.movements(made, "2023-01", "2024-12", by=by, **NAMES, as_of="2024-10-01", threads=2)
        assert shown.to_dicts() == book.movements("2023-01", "2024-12", by=by).to_dicts()
        assert {name: shown.options[name] for name in book.counts} == book.counts
        assert shown.options["incomplete"] == book.movements("2023-01", "2024-12", by=by).options["incomplete"]


def test_numpy_days_may_be_missing_and_far_ones_are_named() -> None:
    start = np.array(["2023-01-05", "2023-02-01"] * 9, dtype="datetime64[D]")
    end = start + np.arange(18) * 10
    end[3::4] = np.datetime64("NaT")
    table = {"account_id": np.arange(18), "start": start, "end": end, "mrr_minor": np.full(18, 500)}
    lists = {name: values.tolist() for name, values in table.items()}
    shown = sj.movements(table, "2023-01", "2023-12", **NAMES)
    assert shown.to_dicts() == sj.movements(lists, "2023-01", "2023-12", **NAMES).to_dicts()
    table["start"] = start.astype("i8") + np.where(np.arange(18) == 7, 2**40, 0)
    table["start"] = table["start"].view("datetime64[D]")
    with pytest.raises(sj.DataError, match="row 7"):
        sj.movements(table, "2023-01", "2023-12", **NAMES)


def test_lapse_grace_needs_a_ledger() -> None:
    with pytest.raises(sj.SchemaError, match="build a Ledger"):
        sj.movements(rows(1, 9, [1]), "2023-01", "2023-12", **NAMES, policy=sj.Policy(lapse_grace=3))


def months(seed: int, accounts: int) -> dict[str, list[Any]]:
    draw = random.Random(seed)
    made: dict[str, list[Any]] = {"account": [], "month": [], "mrr": []}
    for who in range(accounts):
        level = 1000
        for m in range(draw.randrange(10), 20):
            level = draw.randrange(4) * 700 if draw.random() < 0.2 else level
            if draw.random() < 0.9:
                made["account"].append(1000 + who)
                made["month"].append(636 + m)  # 2023-01 and on
                made["mrr"].append(level)
    return made


def first_of(month: int) -> datetime.date:
    return datetime.date(1970 + month // 12, month % 12 + 1, 1)


@pytest.mark.parametrize("by", ["month", "year"])
def test_snapshots_are_the_ledger_of_month_long_periods(by: str) -> None:
    made = months(3, 60)
    order = random.Random(4).sample(range(len(made["mrr"])), len(made["mrr"]))
    mixed = {name: [values[i] for i in order] for name, values in made.items()}
    dated = {**made, "month": [first_of(m) + datetime.timedelta(days=m % 28) for m in made["month"]]}
    periods = {"account": made["account"], "start": [first_of(m) for m in made["month"]],
               "end": [first_of(m + 1) for m in made["month"]], "mrr": made["mrr"]}  # fmt: skip
    book = sj.Ledger(periods, as_of="2024-08-01")
    for table in (made, mixed, dated):
        found = sj.Snapshots(table, "2023-01", "2024-12", by=by, as_of="2024-08", threads=2)
        assert found.movements().to_dicts() == book.movements("2023-01", "2024-12", by=by).to_dicts()
        assert found.state == book._core_ledger().compiled.tally(*grid("2023-01", "2024-12", by), book.policy.core)
        for measure in ("accounts", "mrr"):
            triangle = book.cohorts(by=by, measure=measure, first="2023-01", last="2024-12")
            assert found.cohorts(measure=measure).counts == triangle.counts
        assert found.counts["rows"] == len(made["mrr"]) and found.counts["future_rows"] == made["month"].count(
            655
        )  # 2024-08


def test_snapshots_name_what_is_wrong() -> None:
    made = months(5, 4)
    with pytest.raises(sj.DataError, match="negative"):
        sj.Snapshots({**made, "mrr": [-1, *made["mrr"][1:]]}, "2023-01", "2024-12")
    with pytest.raises(sj.DataError, match="has two"):
        sj.Snapshots({name: values + values[:1] for name, values in made.items()}, "2023-01", "2024-12")


def test_small_integers_are_segments_in_order_of_appearance() -> None:
    segments = np.array([7, 3, 7, 65535, 3, 0], dtype=np.uint16)
    scores = np.array([10, 0, 9, 10, 6, 8], dtype=np.int8)
    shown = sj.nps(scores, by=segments).to_dicts()
    assert shown == sj.nps(scores, by=segments.astype(np.int64)).to_dicts()
    signed = np.array([-7, 3, -7, -128, 3, 0], dtype=np.int8)
    assert sj.nps(scores, by=signed).to_dicts() == sj.nps(scores, by=signed.astype(np.int32)).to_dicts()
