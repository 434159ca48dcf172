"""One row per account where one is meant, and accounts that are found by any key."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import sojourn as sj
from health_books import TWO_SIGNALS

CARD = sj.Scorecard.from_json(
    {"sojourn": 1, "card": "c", "signals": {"x": {"norm": {"ramp": [0, 100]}}}, "tree": {"mean": [[1, "x"]]}}
)
RECENCY = sj.Scorecard.from_json(
    {
        "sojourn": 1,
        "card": "r",
        "signals": {"seen": {"norm": {"recency": {"half_life": 30}}}},
        "tree": {"mean": [[1, "seen"]]},
    }
)


@pytest.mark.parametrize("keys", [["a", "b", "a"], [1, 2, 1], pd.Categorical(["a", "b", "a"]), ["a", "a", "b"]])
def test_j06_an_account_with_two_rows_is_refused_with_both(keys: Any) -> None:
    second = 1 if list(keys)[0] == list(keys)[1] else 2
    with pytest.raises(sj.DataError, match="occurs twice in the scored table, first in row 0") as caught:
        CARD.score({"account_id": keys, "x": [1.0, 2.0, 3.0]})
    assert (caught.value.column, caught.value.row) == ("account", second)


def test_j06_the_cycle_before_and_parents_have_one_row_per_account_too() -> None:
    table = {"account_id": ["a", "b"], "x": [1.0, 2.0]}
    before = {"account": ["a", "a"], "score": [1.0, 2.0], "tier": ["red", "red"]}
    with pytest.raises(sj.DataError, match="row 1.*first in row 0"):
        CARD.score(table, previous=before)
    signals = {"account_id": ["a", "a"], "x": [1.0, 2.0]}
    with pytest.raises(sj.DataError, match="row 1.*first in row 0"):
        CARD.score(table, previous_signals=signals)
    with pytest.raises(sj.DataError, match="row 1.*first in row 0"):
        sj.rollup({"account_id": ["a", "a"], "parent_id": [None, None], "score": [1.0, 2.0]})


def test_one_account_may_have_several_rows_where_rows_are_matched_by_place() -> None:
    assert len(CARD.score({"account_id": ["a", "a"], "x": [1.0, 2.0]}, account=None)) == 2


def test_j07_parents_that_became_floats_say_int64() -> None:
    table = pd.DataFrame({"account_id": [1, 2, 3], "parent_id": [np.nan, 1.0, 1.0], "score": [50.0, 80.0, 40.0]})
    with pytest.raises(TypeError, match="Int64"):
        sj.rollup(table)
    table["parent_id"] = table["parent_id"].astype("Int64")
    assert list(sj.rollup(table)["score"]) == [60.0, 80.0, 40.0]


@pytest.mark.parametrize(
    "day",
    [
        [dt.date(2024, 5, 2)],
        ["2024-05-02"],
        [dt.datetime(2024, 5, 2)],
        np.array(["2024-05-02"], "datetime64[D]"),
        np.array(["2024-05-02"], "datetime64[s]"),
        np.array(["2024-05-02"], "datetime64[ns]"),
        pd.Series(pd.to_datetime(["2024-05-02"])),
        pd.Series(["2024-05-02"], dtype="string"),
        pl.Series([dt.date(2024, 5, 2)]),
        pa.array([dt.datetime(2024, 5, 2)]),
    ],
)
def test_j01_recency_takes_what_days_take(day: Any) -> None:
    result = RECENCY.score({"account_id": [1], "seen": day}, as_of="2024-06-01")
    assert result["score"][0] == pytest.approx(50)


def test_j01_a_moment_within_a_day_is_no_day() -> None:
    with pytest.raises(sj.Error, match="seen"):
        RECENCY.score({"account_id": [1], "seen": [dt.datetime(2024, 5, 2, 10, 30)]}, as_of="2024-06-01")


@pytest.mark.parametrize("day", ["1899-12-31", "1850-06-01", dt.date(2200, 1, 1)])
@pytest.mark.parametrize("read", ["score", "scorer", "what_if"])
def test_j01_a_day_outside_the_calendar_is_refused(day: Any, read: str) -> None:
    with pytest.raises(sj.DataError, match="1900"):
        if read == "score":
            RECENCY.score({"account_id": [1], "seen": [day]}, as_of="2024-06-01")
        elif read == "scorer":
            RECENCY.scorer(as_of="2024-06-01")({"seen": day})
        else:
            fine = RECENCY.score({"account_id": [1], "seen": [dt.date(2024, 1, 1)]}, as_of="2024-06-01")
            fine.what_if(1, seen=day)


def test_j01_what_if_takes_days_too() -> None:
    result = RECENCY.score({"account_id": [1], "seen": [dt.date(2024, 1, 1)]}, as_of="2024-06-01")
    assert result.what_if(1, seen="2024-05-02")["score"][0] == pytest.approx(50)


@pytest.mark.parametrize("key", [2, np.int64(2), np.int8(2), np.array(2), [2], np.array([2]), pd.Series([2])])
def test_a_number_out_of_a_frame_finds_its_account(key: Any) -> None:
    result = CARD.score({"account_id": [1, 2], "x": [10.0, 20.0]})
    assert list(result.what_if(key, x=30.0)["score"]) == [30.0]
    assert list(result.path_to("green", accounts=key)["account"]) == [2]


@pytest.mark.parametrize("key", ["02", np.str_("02"), np.array("02"), ["02"], pd.Series(["02"])])
def test_text_finds_its_account(key: Any) -> None:
    result = CARD.score({"account_id": ["01", "02"], "x": [10.0, 20.0]})
    assert list(result.what_if(key, x=30.0)["account"]) == ["02"]


def test_an_account_that_is_not_there_says_what_keys_are() -> None:
    result = CARD.score({"account_id": [1, 2], "x": [10.0, 20.0]})
    with pytest.raises(sj.DataError, match="the accounts are integers"):
        result.what_if("2", x=1.0)
    delta = result.delta(CARD.score({"account_id": [1, 2], "x": [20.0, 20.0]}))
    assert len(delta.effects(np.int64(2))) == len(delta.effects(2))


def test_a_score_is_no_probability_of_leaving() -> None:
    result = CARD.score({"account_id": [1, 2], "x": [10.0, 20.0], "mrr": [100, 200], "p": [0.5, None]})
    by_score = result.work_queue(value="mrr")
    assert "at_risk" not in by_score.columns
    assert by_score["score_shortfall_value"].to_list() == [160.0, 90.0]
    assert "at_risk" not in by_score.load.columns
    by_chance = result.work_queue(value="mrr", p_churn=[0.5, 0.25])
    assert "score_shortfall_value" not in by_chance.columns
    assert sorted(by_chance["at_risk"]) == [50.0, 50.0]
    both = result.work_queue(value="mrr", p_churn="p").to_dicts()
    assert {row["account"]: row["at_risk"] == row["at_risk"] for row in both} == {1: True, 2: False}


@pytest.mark.parametrize("part", ["contributions", "lost_points", "adjustments"])
def test_parts_of_a_table_that_has_changed_since_are_refused(part: str) -> None:
    card = sj.Scorecard.from_json(TWO_SIGNALS)
    columns = {name: np.linspace(0.0, 5.0, 50) for name in card.inputs}
    columns[card.inputs[0]][3] = np.nan
    result = card.score(columns, account=None)
    first = getattr(result, part)().to_dicts()
    assert repr(getattr(result, part)().to_dicts()) == repr(first)
    scores = result.table()["score"].to_list()
    columns[card.inputs[0]][7] = 0.125
    with pytest.raises(sj.StateError, match="has changed since"):
        getattr(result, part)()
    assert repr(result.table()["score"].to_list()) == repr(scores)
