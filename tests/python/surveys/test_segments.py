"""Segments as they are stored: numbers, dictionaries and text give one table, whose rows are those of each one alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sojourn as sj

polars = pytest.importorskip("polars")

ROWS = 300_007
RANDOM = np.random.default_rng(11)
SCORES = RANDOM.integers(0, 11, ROWS).astype(np.int8)
NUMBERS = (RANDOM.random(ROWS) ** 3 * 90).astype(np.int64)
TEXT = np.char.add("", NUMBERS.astype(str))

STORED: dict[str, Callable[[], Any]] = {
    "int8": lambda: NUMBERS.astype(np.int8),
    "uint16": lambda: NUMBERS.astype(np.uint16),
    "int32": lambda: NUMBERS.astype(np.int32),
    "uint64": lambda: NUMBERS.astype(np.uint64),
    "polars": lambda: polars.Series(NUMBERS),
    "dictionary": lambda: polars.Series(TEXT.tolist()).cast(polars.Categorical),
    "list": NUMBERS.tolist,
}


@pytest.fixture(scope="module")
def expected() -> list[dict[str, Any]]:
    """The table of segments that are text."""
    rows: list[dict[str, Any]] = sj.nps(SCORES, by=TEXT.tolist()).to_dicts()
    return rows


@pytest.mark.parametrize("stored", STORED)
@pytest.mark.parametrize("threads", [1, 3])
def test_every_way_to_store_segments_gives_the_same_rows(stored: str, threads: int, expected: list[dict[str, Any]]) -> None:
    assert sj.nps(SCORES, by=STORED[stored](), threads=threads).to_dicts() == expected


def test_rows_are_those_of_each_segment_alone(expected: list[dict[str, Any]]) -> None:
    for row in expected[::9]:
        alone = sj.nps(SCORES[TEXT == row["segment"]], threads=1)
        assert (row["n"], row["nps"], row["low"], row["high"]) == (alone.n, alone.value, alone.low, alone.high)
        groups = alone.state.groups()
        assert {name: row[name] for name in groups} == groups


def test_missing_segments_come_last_also_in_numbers_that_may_be_missing() -> None:
    segment = polars.Series([3, None, 1, 3, None], dtype=polars.Int16)
    table = sj.nps([10, 0, 5, 10, 10], by=segment)
    assert list(table["segment"]) == ["3", "1", None]
    assert list(table["nps"]) == [100.0, -100.0, 0.0]
    assert list(sj.csat([5, 1, 4, 5, 5], by=segment)["n"]) == [2, 1, 2]


def test_options_about_rows_hold_for_stored_segments_too() -> None:
    rows = {
        "blank": 99,
        "dedupe": "latest_per_respondent",
        "respondent": ["a", "b", "a", "c"],
        "answered_on": ["2024-01-01"] * 4,
    }
    by_number = sj.nps([10, 99, 0, 9], by=np.array([1, 1, 1, 2]), **rows)
    by_text = sj.nps([10, 99, 0, 9], by=["1", "1", "1", "2"], **rows)
    assert by_number.to_dicts() == by_text.to_dicts() and by_number.options == by_text.options
    with pytest.raises(sj.DataError, match="11"):
        sj.nps([11, 5], by=np.array([1, 2]))
    with pytest.raises(sj.SchemaError, match=r'"scores" \(2 rows\) and "by" \(1 rows\)'):
        sj.nps([1, 5], by=np.array([1]))


@pytest.mark.parametrize("options", [{}, {"level": 0.8, "method": "wald"}, {"no_score": "in_denominator"}])
@pytest.mark.parametrize(
    "scores", [[10, 9, 3, None, 7], np.array([0, 10, 10], dtype=np.int8), ["promoter", "passive", "detractor", None], []]
)
def test_the_short_call_says_what_the_long_one_says(scores: Any, options: dict[str, Any]) -> None:
    short, long = (
        sj.nps(scores, **options),
        sj.nps(scores, scale=[0, 10], **options),
    )  # a scale that is said takes the long road
    assert short == long and short.options == long.options and list(short.options) == list(long.options)
    assert short.state == long.state and short.standard_error == pytest.approx(long.standard_error, abs=0, nan_ok=True)


def test_the_short_call_takes_break_points_and_refuses_what_the_long_one_refuses() -> None:
    scores = [10, 9, 3, None, 7, 5]
    assert sj.nps(scores, breaks=(4, 8)) == sj.nps(scores, breaks=(4, 8), scale=[0, 10])
    for wrong in ({"breaks": (8, 4)}, {"level": 2.0}, {"method": "exact"}, {"no_score": "asked"}):
        refused = []
        for scale in ({}, {"scale": [0, 10]}):
            with pytest.raises(sj.Error) as found:
                sj.nps(scores, **wrong, **scale)
            refused.append((type(found.value), str(found.value)))
        assert refused[0] == refused[1]
