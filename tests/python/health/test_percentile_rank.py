"""The percentile rank of a column against its definition."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings, strategies as st

import sojourn as sj

numbers = st.lists(st.none() | st.floats() | st.integers(-3, 3).map(float), max_size=60)


def by_definition(values: list[float | None]) -> list[float]:
    there = [x for x in values if x is not None and not math.isnan(x)]
    ranks = []
    for x in values:
        if x is None or math.isnan(x):
            ranks.append(math.nan)
        else:
            ranks.append((sum(y < x for y in there) + 0.5 * sum(y == x for y in there)) / len(there))
    return ranks


def same(a: list[float], b: list[float]) -> bool:
    return len(a) == len(b) and all(x == y or (math.isnan(x) and math.isnan(y)) for x, y in zip(a, b, strict=True))


@settings(max_examples=300, deadline=None)
@given(numbers)
def test_ranks_are_the_share_below_with_ties_by_half(values: list[float | None]) -> None:
    found = sj.percentile_rank(values)
    assert same(found["rank"].to_list(), by_definition(values))
    assert found.options["error"] == 0


@settings(max_examples=100, deadline=None)
@given(numbers)
def test_approximate_ranks_stay_within_their_error(values: list[float | None]) -> None:
    found = sj.percentile_rank(values, precision="approximate")
    for rank, exact in zip(found["rank"].to_list(), by_definition(values), strict=True):
        assert math.isnan(rank) == math.isnan(exact)
        assert math.isnan(rank) or abs(rank - exact) <= found.options["error"] + 1e-12


def test_one_value_has_one_half_and_none_has_none() -> None:
    assert sj.percentile_rank([7.0])["rank"].to_list() == [0.5]
    found = sj.percentile_rank([None, None])
    assert same(found["rank"].to_list(), [math.nan, math.nan])
    assert found.options["ranked"] == 0
    assert len(sj.percentile_rank([])) == 0


def test_large_columns_agree_with_another_library() -> None:
    numpy = pytest.importorskip("numpy")
    stats = pytest.importorskip("scipy.stats")
    random = numpy.random.default_rng(7)
    values = numpy.where(random.random(200_000) < 0.06, 0.0, random.lognormal(size=200_000))
    expected = (stats.rankdata(values) - 0.5) / len(values)
    found = sj.percentile_rank(values, threads=2).to_numpy()["rank"]
    assert numpy.array_equal(found, expected)
    rough = sj.percentile_rank(values, precision="approximate", threads=2)
    assert abs(rough.to_numpy()["rank"] - expected).max() <= rough.options["error"] + 1e-12
    assert rough.options["error"] <= 5e-4
    assert numpy.array_equal(rough.to_numpy()["rank"][values == 0], expected[values == 0])


def test_a_precision_that_does_not_exist_is_named() -> None:
    with pytest.raises(sj.SchemaError, match="approximate"):
        sj.percentile_rank([1.0], precision="rough")  # type: ignore[arg-type]
