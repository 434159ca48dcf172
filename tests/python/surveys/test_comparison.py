"""Each option of a comparison acts: on the difference, on its limits, or it is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import sojourn as sj

FIRST, SECOND = [10, 9, 8, 7, 6, 3, 10, 9, 2, 5] * 4, [10, 8, 8, 7, 6, 6, 9, 7, 4, 0] * 4
FIVES, OTHER_FIVES = [5, 4, 3, 5, 4, 2, 1, 5] * 5, [4, 3, 3, 5, 2, 2, 1, 4] * 5


def shown(found: sj.Estimate) -> tuple[float, float, float, float]:
    return (found.value, found.low, found.high, found.level)


@pytest.mark.parametrize(
    ("compare", "rows", "option", "value"),
    [
        (sj.compare_nps, (FIRST, SECOND), "level", 0.8),
        (sj.compare_nps, (FIRST, SECOND), "method", "wald"),
        (sj.compare_nps, (FIRST, SECOND), "breaks", (5, 8)),
        (sj.compare_nps, ([*FIRST, None] * 2, SECOND), "no_score", "in_denominator"),
        (sj.compare_csat, (FIVES, OTHER_FIVES), "level", 0.8),
        (sj.compare_csat, (FIVES, OTHER_FIVES), "satisfied_from", 5),
    ],
)
def test_an_option_of_a_comparison_acts(compare: Callable[..., sj.Estimate], rows: Any, option: str, value: Any) -> None:
    plain, asked = compare(*rows), compare(*rows, **{option: value})
    assert shown(plain) != shown(asked)
    assert asked.options[option] in (value, list(value) if isinstance(value, tuple) else value)
    if option == "level":
        assert (asked.value, asked.level) == (plain.value, 0.8)
        assert plain.low < asked.low < asked.value < asked.high < plain.high


def test_the_limits_of_a_difference_are_those_of_the_formula() -> None:
    """Agresti and Caffo for three groups: 1.5 answers more in each sample, a quarter of them on either side."""

    def with_more(scores: list[int], added: float) -> tuple[float, float, float]:
        n = len(scores) + added
        up, low = (sum(s >= 9 for s in scores) + added / 4) / n, (sum(s <= 6 for s in scores) + added / 4) / n
        return up - low, (up + low - (up - low) ** 2), n

    z = 1.959963984540054
    for method, added in (("agresti_caffo", 1.5), ("adjusted_wald", 3.0), ("wald", 0.0)):
        (a, va, na), (b, vb, nb) = with_more(FIRST, added), with_more(SECOND, added)
        half = z * (va / na + vb / nb) ** 0.5
        found = sj.compare_nps(FIRST, SECOND, method=method)
        assert found.low == pytest.approx(100 * (a - b - half), abs=1e-12 * 100)
        assert found.high == pytest.approx(100 * (a - b + half), abs=1e-12 * 100)
