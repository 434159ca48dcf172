"""Movements and cohorts in one pass over month snapshots are those of the ledger."""

from __future__ import annotations

import datetime
import random
from typing import Any

import pytest

import sojourn as sj
from sojourn._frames.periods import grid


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
    book = sj.Ledger(periods, as_of="2024-08-01", amounts="minor")
    for table in (made, mixed, dated):
        found = sj.Snapshots(table, "2023-01", "2024-12", by=by, as_of="2024-08", threads=2, amounts="minor")
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
        sj.Snapshots({**made, "mrr": [-1, *made["mrr"][1:]]}, "2023-01", "2024-12", amounts="minor")
    with pytest.raises(sj.DataError, match="has two"):
        sj.Snapshots({name: values + values[:1] for name, values in made.items()}, "2023-01", "2024-12", amounts="minor")


@pytest.mark.parametrize(
    "as_of", ["2024-08", "2024-08-01", " 2024-08-15", datetime.date(2024, 8, 1), datetime.datetime(2024, 8, 15)]
)
def test_as_of_is_a_month_or_a_day_of_it(as_of: Any) -> None:
    made = months(3, 20)
    found = sj.Snapshots(made, "2023-01", "2024-12", as_of=as_of, amounts="minor")
    assert found.options["as_of"] == "2024-08-01"
    with pytest.raises(sj.SchemaError, match="as_of 'August'"):
        sj.Snapshots(made, "2023-01", "2024-12", as_of="August", amounts="minor")
