"""How the rows of a survey are read: counts, moments, words, gaps, the same by every road."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import sojourn as sj

# 528 answers: 322 promoters, 126 passives, 80 detractors
SCORES = list(range(11))
COUNTS = [6, 2, 4, 3, 7, 22, 36, 41, 85, 142, 180]
EACH = [score for score, times in zip(SCORES, COUNTS, strict=True) for _ in range(times)]


def same(a: sj.Estimate, b: sj.Estimate) -> bool:
    return (a.value, a.low, a.high, a.n) == (b.value, b.low, b.high, b.n)


def duckdb_column(values: list[Any]) -> Any:
    answers = pa.table({"x": values})  # noqa: F841 (DuckDB finds it by its name)
    return duckdb.sql("select x from answers")


ROADS = [
    list,
    tuple,
    lambda v: np.array(v, "int16"),
    lambda v: np.array(v, "float64"),
    pd.Series,
    lambda v: pd.Series(v, dtype="Int64"),
    lambda v: pd.Series(v, dtype="int64[pyarrow]"),
    pl.Series,
    pa.array,
    duckdb_column,
]


def test_h02_eleven_counts_are_528_answers_bit_for_bit() -> None:
    counted = sj.nps(SCORES, count=COUNTS)
    assert counted.n == 528
    assert [round(x, 1) for x in (counted.value, counted.low, counted.high)] == [45.8, 39.3, 51.9]
    assert same(sj.nps(SCORES, count=COUNTS), sj.nps(EACH))
    assert sj.SurveyState(SCORES, count=COUNTS).to_bytes() == sj.SurveyState(EACH).to_bytes()


@pytest.mark.parametrize("make", ROADS)
def test_counts_by_every_road(make: Any) -> None:
    assert same(sj.nps(SCORES, count=make(COUNTS)), sj.nps(EACH))


def test_counts_by_segment_with_weights_and_for_every_score() -> None:
    segment = ["a" if score % 2 else "b" for score in SCORES]
    weights = [1 + score / 10 for score in SCORES]
    long = {name: [v for v, times in zip(values, COUNTS, strict=True) for _ in range(times)] for name, values in
            (("segment", segment), ("weights", weights))}  # fmt: skip
    assert sj.nps(SCORES, count=COUNTS, by=segment).to_dicts() == sj.nps(EACH, by=long["segment"]).to_dicts()
    assert same(sj.nps(SCORES, count=COUNTS, weights=weights), sj.nps(EACH, weights=long["weights"]))
    five, times = [1, 2, 3, 4, 5], [4, 0, 3, 9, 11]
    answers = [score for score, n in zip(five, times, strict=True) for _ in range(n)]
    assert same(sj.csat(five, count=times), sj.csat(answers))
    assert same(sj.csat(five, count=times).mean, sj.csat(answers).mean)
    assert same(sj.ces(five, count=times), sj.ces(answers))
    assert same(sj.compare_nps(sj.SurveyState(SCORES, count=COUNTS), EACH), sj.compare_nps(EACH, EACH))


@pytest.mark.parametrize(
    ("count", "problem"),
    [
        ([1, -1], "count"),
        ([1, None], "missing"),
        ([1, 2.5], "whole"),
        ([1], "length"),
        (["1", "2"], "count"),
        ([1, float("nan")], "missing"),
    ],
)
def test_a_count_that_is_no_count_is_refused(count: Any, problem: str) -> None:
    with pytest.raises(sj.Error, match=problem):
        sj.nps([9, 3], count=count)


def test_a_count_has_no_respondent() -> None:
    with pytest.raises(sj.SchemaError, match="one row per answer"):
        sj.nps(
            [9, 3],
            count=[1, 2],
            dedupe="latest_per_respondent",
            respondent=["a", "b"],
            answered_on=["2024-01-01", "2024-01-02"],
        )


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


LATE, EARLY = "2024-03-05 18:00:00", "2024-03-05 09:00:00"


@pytest.mark.parametrize(
    "make",
    [
        list,
        lambda v: [moment(x) for x in v],
        lambda v: [moment(x).replace(tzinfo=dt.UTC) for x in v],
        lambda v: np.array(v, "datetime64[s]"),
        lambda v: np.array(v, "datetime64[ms]"),
        lambda v: np.array(v, "datetime64[us]"),
        lambda v: np.array(v, "datetime64[ns]"),
        lambda v: pd.Series(pd.to_datetime(v)),
        lambda v: pd.Series(pd.to_datetime(v)).dt.tz_localize("Europe/Berlin"),
        lambda v: pl.Series([moment(x) for x in v]),
        lambda v: pa.array([moment(x) for x in v]),
        lambda v: duckdb_column([moment(x) for x in v]),
    ],
)
@pytest.mark.parametrize(("scores", "order"), [([9, 3], (LATE, EARLY)), ([3, 9], (EARLY, LATE))])
def test_f02_the_later_moment_counts_in_either_order(make: Any, scores: list[int], order: tuple[str, str]) -> None:
    score = sj.nps(scores, respondent=["r", "r"], answered_on=make(list(order)), dedupe="latest_per_respondent")
    assert (score.value, score.n) == (100.0, 1)
    assert score.options["same_moment"] == 0
    by_account = sj.nps(scores, unit="account", account=[7, 7], answered_on=make(list(order)))
    assert (by_account.value, by_account.n) == (100.0, 1)


@pytest.mark.parametrize("apart", ["00:00:01", "00:00:00.001", "00:00:00.000001"])
def test_f02_a_part_of_a_second_decides(apart: str) -> None:
    first = moment("2024-03-05 09:00:00")
    hours, minutes, seconds = apart.split(":")
    later = first + dt.timedelta(hours=int(hours), minutes=int(minutes), seconds=float(seconds))
    score = sj.nps([9, 3], respondent=["r", "r"], answered_on=[later, first], dedupe="latest_per_respondent")
    assert score.value == 100.0


def test_within_one_moment_the_later_row_counts_and_is_counted() -> None:
    days = [dt.date(2024, 3, 5)] * 4
    score = sj.nps([9, 3, 7, 7], respondent=["r", "r", "s", "s"], answered_on=days, dedupe="latest_per_respondent")
    assert (score.value, score.options["same_moment"]) == (-50.0, 1)
    table = sj.nps([9, 3], by=["x", "y"], respondent=["r", "r"], answered_on=days[:2], dedupe="latest_per_respondent")
    assert table.options["same_moment"] == 1
    assert "same_moment" not in sj.nps([9, 3]).options


@pytest.mark.parametrize(
    "scores",
    [
        pd.Categorical([9, 10, None, 3]),
        pd.Series(pd.Categorical([9, 10, None, 3])),
        pd.Series([9, 10, None, 3], dtype="Int8"),
        pd.Series([9, 10, None, 3]),
        [9, 10, None, 3],
        [9, 10, np.nan, 3],
        np.ma.masked_array([9, 10, 0, 3], mask=[0, 0, 1, 0]),
        pl.Series([9, 10, None, 3]),
        pl.Series(["9", "10", None, "3"], dtype=pl.Categorical),
        pa.array([9, 10, None, 3]),
        pa.array([9, 10, None, 3]).dictionary_encode(),
        pd.Categorical(["9", "10", None, "3"]),
        ["9", "10", "", "3"],
    ],
)
def test_g02_three_answers_and_one_missing_by_every_road(scores: Any) -> None:
    score = sj.nps(scores)
    assert (score.n, score.state.no_score) == (3, 1)
    assert score.value == pytest.approx(100 / 3)


def test_h01_an_answer_between_two_groups_is_refused() -> None:
    for scores in ([6.5, 9], np.array([6.5, 9]), ["6.5", "9"], pd.Series([6.5, 9.0])):
        with pytest.raises(sj.DataError) as caught:
            sj.nps(scores)
        assert (caught.value.column, caught.value.row) == ("scores", 0)


def test_an_array_is_no_number() -> None:
    assert sj.nps([9, 10, 99, 98], blank=np.array([98, 99])).n == 2
    days = np.array(["2024-01-01", "2024-01-02"], "M8[D]")
    answered = np.array(["2024-01-03", "NaT"], "M8[D]")
    for delivered in ([True, True], [1, 1], np.array([1, 1]), np.array([True, True])):
        assert sj.response_rate(days, answered, delivered=delivered).value == 0.5
    with pytest.raises(sj.DataError, match="delivered is 0 or 1"):
        sj.response_rate(days, answered, delivered=[1, 2])
    with pytest.raises(TypeError, match="sent is "):
        sj.surveys.ResponseCounts([1], [2], [3])
    with pytest.raises(TypeError, match="4 arguments were given, and there are 3: sent"):
        sj.surveys.ResponseCounts(1, 2, 3, 4)


def test_h04_nobody_answered() -> None:
    for score in (sj.nps([]), sj.csat([]), sj.ces([])):
        assert score.value != score.value
        assert score.n == 0


def test_h05_five_points_with_their_break_points() -> None:
    assert sj.nps([5, 5, 4, 3, 1], scale=(1, 5), breaks=(3, 5)).value == 0.0
    with pytest.raises(sj.SchemaError, match="0-10"):
        sj.nps([5, 5, 4, 3, 1], scale=(1, 5))


@pytest.mark.parametrize("weights", [[1, None, 1], [1, float("nan"), 1], pd.Series([1, None, 1], dtype="Float64")])
def test_a11_a_weight_that_is_missing_names_column_and_row(weights: Any) -> None:
    with pytest.raises(sj.DataError, match="weight 0 to leave a row out") as caught:
        sj.nps([9, 10, 3], weights=weights)
    assert (caught.value.column, caught.value.row) == ("weights", 1)
    assert sj.nps([9, 10, 3], weights=[1, 0, 1]).value == 0.0


def test_groups_as_words() -> None:
    score = sj.nps(["Promoter", "Passive", "detractor", None, "promoter "])
    assert (score.value, score.n, score.state.no_score) == (25.0, 4, 1)
    assert score.options["scale"] == (-1, 1)
    assert score.options["breaks"] == (-1, 1)
    table = sj.nps(["Promoter", "Passive", "Detractor"], by=["a", "a", "b"])
    assert table["nps"].to_list() == [50.0, -100.0]
    assert sj.compare_nps(["Promoter", "Passive"], ["Detractor", "Promoter"]).value == 50.0
    with pytest.raises(sj.SchemaError, match="groups of NPS"):
        sj.csat(["Promoter", "Passive"])
    with pytest.raises(sj.DataError, match="row 1"):
        sj.nps(["Promoter", "9"])


def test_words_with_their_scores() -> None:
    words = {"Very satisfied": 5, "Satisfied": 4, "Neither": 3, "Dissatisfied": 2, "Very dissatisfied": 1, "N/A": None}
    share = sj.csat(["very satisfied", "Neither", "N/A", "Satisfied"], answers=words)
    assert share.value == pytest.approx(2 / 3)
    assert share.state.no_score == 1
    with pytest.raises(sj.DataError, match="is none of the answers"):
        sj.csat(["Great"], answers=words)
    with pytest.raises(sj.SchemaError, match="words of answers are for columns of text"):
        sj.csat([5, 4], answers=words)


def test_compare_nps_names_its_method() -> None:
    a, b = [10] * 60 + [8] * 25 + [2] * 15, [10] * 45 + [8] * 30 + [2] * 25
    usual, published, plain = (sj.compare_nps(a, b, **how) for how in ({}, {"method": "adjusted_wald"}, {"method": "wald"}))
    assert [x.options["method"] for x in (usual, published, plain)] == ["agresti_caffo", "adjusted_wald", "wald"]

    widths = [x.high - x.low for x in (usual, published, plain)]
    assert len({round(width, 9) for width in widths}) == 3
    with pytest.raises(sj.SchemaError, match="agresti_caffo, adjusted_wald, wald"):
        sj.compare_nps(a, b, method="score")


@pytest.mark.parametrize("score", [sj.nps, sj.csat, sj.ces])
def test_moments_of_answers_are_read_as_stated(score: Any) -> None:
    scale = {} if score is sj.nps else {"scale": (0, 10)}
    rows = {"respondent": ["r", "r"], "dedupe": "latest_per_respondent", **scale}
    more = {} if score is not sj.csat else {"satisfied_from": 9}
    days = ["03/02/2024", "02/03/2024"]  # 3 February and 2 March, or 2 March and 3 February
    first = score([9, 3], answered_on=days, date_format="%d/%m/%Y", **rows, **more)
    second = score([9, 3], answered_on=days, date_format="%m/%d/%Y", **rows, **more)
    assert first.n == second.n == 1 and first.value != second.value
    assert second.value == score([9], **scale, **more).value
    with pytest.raises(sj.DataError, match="answered_on"):
        score([9, 3], answered_on=days, **rows, **more)
    # 10:30 on the clocks of Berlin is 09:30 in UTC.
    moments = ["2024-01-05 10:30", "2024-01-05T10:00:00+00:00"]
    utc = score([9, 3], answered_on=moments, timezone="UTC", **rows, **more)
    berlin = score([9, 3], answered_on=moments, timezone="Europe/Berlin", **rows, **more)
    assert utc.value == second.value and berlin.value == first.value
    for lonely in ({"timezone": "UTC"}, {"date_format": "%d/%m/%Y"}):
        with pytest.raises(sj.SchemaError, match="name that column"):
            score([9, 3], **lonely, **scale, **more)
