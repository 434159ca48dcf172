"""Surveys in Python: what goes in, what is refused, and that the same answers give the same score by every road."""

from __future__ import annotations

import csv
import math
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings, strategies as st

import sojourn as sj

ROOT = Path(__file__).resolve().parents[3]
answers = st.lists(st.one_of(st.none(), st.integers(0, 10)), max_size=60)
some_answers = st.lists(st.integers(0, 10), min_size=1, max_size=60)


def same(a: sj.Estimate, b: sj.Estimate, tolerance: float = 1e-9) -> bool:
    pairs = ((a.value, b.value), (a.low, b.low), (a.high, b.high))
    return a.n == b.n and all(x == pytest.approx(y, abs=tolerance, nan_ok=True) for x, y in pairs)


def by_hand(scores: list[int]) -> float:
    return 100 * (sum(s >= 9 for s in scores) - sum(s <= 6 for s in scores)) / len(scores)


# what goes in


@pytest.mark.parametrize(
    "make",
    [
        list,
        tuple,
        lambda s: np.array(s, "int8"),
        lambda s: np.array(s, "uint8"),
        lambda s: np.array(s, "int64"),
        lambda s: np.array(s, "float64"),
        pd.Series,
        lambda s: pd.Series(s, dtype="Int64"),
        pl.Series,
        pa.array,
    ],
)
def test_any_column_of_scores(make: Any) -> None:
    scores = [10, 9, 8, 10, 6, 9, 3, 10]
    assert sj.nps(make(scores)).value == 37.5


@pytest.mark.parametrize(
    "scores",
    [[10, None, 3], np.array([10, np.nan, 3]), pd.Series([10, None, 3]), pl.Series([10, None, 3]), pa.array([10, None, 3])],
)
def test_missing_scores_are_counted_and_stay_out(scores: Any) -> None:
    score = sj.nps(scores)
    assert (score.value, score.n, score.state.no_score) == (0.0, 2, 1)
    assert sj.nps(scores, no_score="in_denominator").n == 3


def test_the_airport_of_san_francisco_from_typed_counts() -> None:
    lines = [
        line
        for line in (ROOT / "examples/data/sfo_2017_nps_counts.csv").read_text("utf-8").splitlines()
        if not line.startswith("#")
    ]
    counts = {row["answer"]: int(row["count"]) for row in csv.DictReader(lines)}
    no_score = counts.pop("no score")
    scores = [int(answer) for answer, count in counts.items() for _ in range(count)] + [11] * no_score
    score = sj.nps(scores, blank=11)
    assert score.value == pytest.approx(39.8398, abs=5e-5)
    assert (score.n, score.state.no_score) == (2746, 85)


def test_the_airport_of_san_francisco_row_by_row() -> None:
    path = ROOT.parent / "shared/data/sfo_survey_2017.csv"
    if not path.exists():
        pytest.skip("the SFO survey file is not there")
    survey = pd.read_csv(path, encoding="latin-1", low_memory=False)
    assert sj.nps(survey["NETPRO"], blank=11).value == pytest.approx(39.8398, abs=5e-5)
    assert sj.nps(survey["NETPRO"], blank=[11], weights=survey["WEIGHT"]).value == pytest.approx(40.3984, abs=5e-5)
    satisfied = pd.to_numeric(survey["Q7ALL"], errors="coerce")
    assert sj.csat(satisfied).value == pytest.approx(0.820685, abs=5e-7)
    terminals = sj.nps(survey["NETPRO"], by=survey["BAREA"], blank=11)
    assert sum(terminals["n"].to_list()) == 2746
    assert sum(terminals["no_score"].to_list()) == 85


# what is refused


def test_a_score_of_11_is_an_error_with_its_row() -> None:
    with pytest.raises(sj.DataError, match="declare it as blank") as caught:
        sj.nps([9, 11, 3])
    assert (caught.value.column, caught.value.row, caught.value.value) == ("scores", 1, "11")


def test_nps_11_answers_on_a_1_to_4_scale_are_refused() -> None:
    with pytest.raises(sj.SchemaError, match="0-10 scale"):
        sj.nps([1, 2, 3, 4], scale=(1, 4))
    assert sj.nps([1, 2, 3, 4], scale=(1, 4), breaks=(2, 4)).value == -25


@pytest.mark.parametrize("scores", [["good", "bad"], [9.5, 3.0], np.array([9.5]), "9", {"a": 1}, np.zeros((2, 2))])
def test_scores_of_a_wrong_type_are_refused(scores: Any) -> None:
    with pytest.raises((sj.SchemaError, sj.DataError)):
        sj.nps(scores)


def test_lengths_that_differ_are_refused() -> None:
    for extra in ({"weights": [1.0]}, {"by": ["a"]}):
        with pytest.raises(sj.SchemaError, match="differ in length"):
            sj.nps([1, 2, 3], **extra)


@pytest.mark.parametrize("weight", [-1.0, math.nan, math.inf, 1e-9, 1e9])
def test_a_wrong_weight_is_an_error_with_its_row(weight: float) -> None:
    with pytest.raises(sj.DataError) as caught:
        sj.nps([1, 2], weights=[1.0, weight])
    assert (caught.value.column, caught.value.row) == ("weights", 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "magic"},
        {"level": 1.0},
        {"no_score": "maybe"},
        {"dedupe": "first"},
        {"unit": "team"},
        {"unit": "account"},
        {"blank": 3},
        {"dedupe": "latest_per_respondent"},
        {"scale": (10, 0)},
        {"breaks": (9, 6)},
    ],
)
def test_a_wrong_option_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(sj.SchemaError):
        sj.nps([1, 2], **wrong)


@pytest.mark.parametrize("empty", [[], np.array([], "int8"), [None, None], pl.Series([], dtype=pl.Int64)])
def test_no_answers_is_undefined_with_a_reason(empty: Any) -> None:
    for estimate in (sj.nps(empty), sj.csat(empty), sj.csat(empty).mean, sj.ces(empty), sj.ces(empty, kind="index")):
        assert math.isnan(estimate.value)
        assert estimate.n == 0
        assert estimate.reason == "no observations"


# the same answers by every road


@given(some_answers, st.randoms())
def test_the_order_of_rows_does_not_matter(scores: list[int], random: Any) -> None:
    shuffled = list(scores)
    random.shuffle(shuffled)
    assert sj.SurveyState(scores) == sj.SurveyState(shuffled)
    assert sj.nps(scores).value == pytest.approx(by_hand(scores))


@given(answers, answers)
def test_parts_merge_to_the_whole_and_come_apart_again(a: list[int | None], b: list[int | None]) -> None:
    whole = sj.SurveyState(a + b)
    first, second = sj.SurveyState(a), sj.SurveyState(b)
    assert first + second == whole == second + first
    assert whole - second == first
    assert whole.to_bytes() == (first + second).to_bytes()
    assert sj.SurveyState.from_bytes(whole.to_bytes()) == whole
    assert pickle.loads(pickle.dumps(whole)) == whole
    total = sj.SurveyState()
    total += first
    total += second
    total -= first
    assert total == second


@given(some_answers)
def test_weights_of_one_change_nothing(scores: list[int]) -> None:
    ones = [1.0] * len(scores)
    assert same(sj.nps(scores, weights=ones), sj.nps(scores), 1e-6)
    five = [1 + s % 5 for s in scores]
    assert same(sj.csat(five, weights=ones), sj.csat(five), 1e-9)
    assert same(sj.csat(five, weights=ones).mean, sj.csat(five).mean, 1e-9)
    assert same(sj.ces(five, weights=ones), sj.ces(five), 1e-9)


@given(
    st.lists(st.tuples(st.integers(0, 10), st.integers(1, 1000)), min_size=1, max_size=40), st.sampled_from([2.0, 0.5, 16.0])
)
def test_scaled_weights_change_nothing(rows: list[tuple[int, int]], factor: float) -> None:
    scores = [score for score, _ in rows]
    weights = [weight / 128 for _, weight in rows]
    assert same(sj.nps(scores, weights=weights), sj.nps(scores, weights=[w * factor for w in weights]), 1e-6)


@given(some_answers, st.sampled_from(["adjusted_wald", "score"]), st.floats(0.5, 0.999))
def test_the_interval_holds_the_value_and_stays_in_range(scores: list[int], method: str, level: float) -> None:
    score = sj.nps(scores, method=method, level=level)
    assert -100 <= score.low <= score.value <= score.high <= 100
    assert score.method == method
    assert score.options["method"] == method


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 10), st.sampled_from(["a", "b", None])), min_size=1, max_size=50))
def test_segments_are_the_scores_of_their_rows_and_nothing_is_dropped(rows: list[tuple[int, str | None]]) -> None:
    table = sj.nps([score for score, _ in rows], by=[segment for _, segment in rows])
    for line in table.to_dicts():
        mine = [score for score, segment in rows if segment == line["segment"]]
        if mine:
            assert line["nps"] == pytest.approx(by_hand(mine))
        assert line["n"] == len(mine) == line["promoters"] + line["passives"] + line["detractors"]
    assert sum(table["n"].to_list()) == len(rows)


def test_threads_give_the_same_state() -> None:
    random = np.random.default_rng(1)
    scores = random.integers(0, 11, 400_000).astype("int8")
    segment = random.integers(0, 50, 400_000)
    assert sj.SurveyState(scores) == sj.SurveyState(scores, threads=3)
    assert sj.nps(scores, by=segment).to_dicts() == sj.nps(scores, by=segment, threads=3).to_dicts()
    assert sj.SurveyState(scores).counts == dict(enumerate(np.bincount(scores, minlength=11).tolist()))


def test_nps_10_the_latest_answer_of_a_respondent_or_an_account() -> None:
    rows = {"respondent": ["u", "u", "v"], "answered_on": ["2024-03-01", "2024-06-01", "2024-05-01"]}
    score = sj.nps([8, 10, 0], dedupe="latest_per_respondent", **rows)
    assert (score.n, score.value, score.state.superseded) == (2, 0.0, 1)
    one = sj.nps([8, 10, 0], unit="account", account=["x", "x", "x"], answered_on=rows["answered_on"])
    assert (one.n, one.value) == (1, 100.0)


# CSAT, CES, response rate, comparison


def test_csat_01_share_mean_and_cut() -> None:
    result = sj.csat([1] * 14 + [2] * 9 + [3] * 10 + [4] * 32 + [5] * 42)
    assert result.value == pytest.approx(74 / 107)
    assert (result.low, result.high) == (pytest.approx(0.5987151, abs=1e-7), pytest.approx(0.7711826, abs=1e-7))
    assert result.mean.value == pytest.approx(3.738318, abs=1e-6)
    assert result.options["satisfied_from"] == 4
    table = sj.csat([5, 1, 4], by=["x", "x", "y"])
    assert table["csat"].to_list() == [0.5, 1.0]
    assert table["mean"].to_list() == [3.0, 4.0]
    with pytest.raises(sj.SchemaError, match="satisfied_from"):
        sj.csat([5, 1], scale=(0, 10))


def test_ces_01_and_02() -> None:
    published = [1] * 80 + [2] * 210 + [3] * 140 + [4] * 110 + [5] * 160 + [6] * 180 + [7] * 120
    assert sj.ces(published).value == pytest.approx(4.08)
    assert sj.ces([6] * 570 + [4] * 190 + [1] * 240, kind="index").value == pytest.approx(33)
    assert sj.ces([2, 6], kind="top_share", direction="high_is_hard").value == 0.5
    assert sj.ces([1, 5], scale=(1, 5), kind="top_share", cuts=(4, 5, 2)).value == 0.5
    assert sj.ces([1, 7], by=["a", "b"])["ces"].to_list() == [1.0, 7.0]


def test_rr_01_response_rate_of_numbers_and_of_days() -> None:
    assert sj.response_rate(3, 1).value == pytest.approx(1 / 3)
    sent = ["2024-06-02", "2024-06-10", "2024-06-28", "2024-05-12"]
    answered = ["2024-06-05", "2024-07-04", "2024-07-09", None]
    rate = sj.response_rate(sent, answered, start="2024-06-01", end="2024-07-01")
    assert (rate.value, rate.n) == (pytest.approx(1 / 3), 3)
    bounced = sj.response_rate(sent, [None] * 4, delivered=[True, False, True, True])
    assert (bounced.value, bounced.n, bounced.state.sent) == (0.0, 3, 4)
    assert sj.response_rate(2, 3, base="responses_over_delivered").value == 1.5
    with pytest.raises(sj.SchemaError):
        sj.response_rate(2, 3)
    with pytest.raises(sj.DataError, match="before it was sent"):
        sj.response_rate(["2024-06-02"], ["2024-06-01"])
    assert sj.response_rate([], []).reason == "no observations"


def test_comparisons_take_scores_or_states() -> None:
    before, after = [3] * 40 + [8] * 30 + [10] * 30, [3] * 20 + [8] * 30 + [10] * 50
    change = sj.compare_nps(after, before)
    assert change.value == pytest.approx(40)
    assert change.low > 0 and change.p_value < 0.05
    assert same(change, sj.compare_nps(sj.SurveyState(after), sj.SurveyState(before)))
    satisfaction = sj.compare_csat([5] * 56 + [1] * 14, [5] * 48 + [1] * 32)
    assert (satisfaction.low, satisfaction.high) == (pytest.approx(0.0524, abs=1e-4), pytest.approx(0.3339, abs=1e-4))


# states and tables


def test_states_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(sj.StateError, match="scale"):
        sj.SurveyState([1, 2]) + sj.SurveyState([1, 2], scale=(1, 5))
    with pytest.raises(sj.StateError, match="weight"):
        sj.SurveyState([1, 2]) + sj.SurveyState([1, 2], weights=[1.0, 2.0])
    with pytest.raises(sj.StateError):
        sj.SurveyState.from_bytes(b"nonsense")
    weighted = sj.SurveyState() + sj.SurveyState([1, 2], weights=[1.0, 2.0])
    assert weighted.weighted
    assert sj.SurveyState.from_bytes(weighted.to_bytes()) == weighted


def test_the_table_goes_out_and_shows_itself() -> None:
    table = sj.nps([10, 3, 8, None], by=["<b>", "plain", None, "plain"])
    assert table.columns == ["segment", "n", "promoters", "passives", "detractors", "no_score", "nps", "low", "high"]
    assert table["segment"].to_list() == ["<b>", "plain", None]
    assert table.to_pandas()["n"].tolist() == [1, 1, 1]
    assert "<b>" not in table._repr_html_()


def test_the_picture_shows_each_segment_with_its_number_of_answers() -> None:
    import matplotlib

    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    table = sj.nps([10, 3, 8, None], by=["north", "south", "south", "nobody"])
    ax = table.plot()
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["north (n = 1)", "south (n = 2)", "nobody (n = 0)"]
    assert ax.get_legend() is not None
    plt.close("all")


def test_small_integers_are_segments_in_order_of_appearance() -> None:
    segments = np.array([7, 3, 7, 65535, 3, 0], dtype=np.uint16)
    scores = np.array([10, 0, 9, 10, 6, 8], dtype=np.int8)
    shown = sj.nps(scores, by=segments).to_dicts()
    assert shown == sj.nps(scores, by=segments.astype(np.int64)).to_dicts()
    signed = np.array([-7, 3, -7, -128, 3, 0], dtype=np.int8)
    assert sj.nps(scores, by=signed).to_dicts() == sj.nps(scores, by=signed.astype(np.int32)).to_dicts()
