"""What hostile arguments and tables may cost: an error at once instead of gigabytes, and never in the words of C++."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from public_calls import BINARY, CARD, LEDGER, MANY, ODP

import sojourn as sj

FAR = {"account": ["a", "b"], "start": ["1900-01-01", "2199-11-01"], "end": [None, None], "mrr_minor": [1, 2]}


@pytest.mark.parametrize(
    "call",
    [
        lambda: sj.concentration([5, 3, 2], as_population=False, replicates=10**12, seed=1),
        lambda: sj.concentration([5, 3, 2], as_population=False, replicates=2**62, seed=1),
        lambda: LEDGER.bootstrap("nrr", "2024-03", replicates=2**62),
        lambda: ODP.bootstrap(10**12),
        lambda: sj.datasets.acme(10**12),
    ],
)
def test_more_than_any_memory_is_said_in_words(call: Callable[[], Any]) -> None:
    with pytest.raises((MemoryError, sj.Error)) as caught:
        call()
    said = str(caught.value)
    assert "std::" not in said and "vector" not in said and "bad_alloc" not in said
    assert not isinstance(caught.value, MemoryError) or "ask for fewer" in said


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: sj.Ledger(FAR, mrr="mrr_minor", as_of="2199-12-01").cohorts(), "3599 periods are more than 1200"),
        (lambda: sj.signal_drift(CARD, MANY, MANY, bins=10**12), "at most 100000"),
        (lambda: BINARY.drift(BINARY, 10**9), "at most 100000"),
        (lambda: sj.weight_sensitivity(CARD, MANY, draws=10**12), "too many"),
        (lambda: LEDGER.partition(10**9), "4096"),
        (lambda: sj.Scorecard.from_json("[" * 100_000), "64 levels"),
    ],
)
def test_a_cost_out_of_proportion_is_refused(call: Callable[[], Any], said: str) -> None:
    with pytest.raises(sj.Error, match=said):
        call()


def test_a_single_far_age_costs_no_more_than_a_near_one() -> None:
    curve = sj.kaplan_meier([1, 2_000_000_000], [1, 1])
    assert len(curve.table()) <= 3 and curve.rmst(1e9).value > 0
    assert len(sj.cumulative_incidence([1, 2_000_000_000], [1, 2]).table()) <= 3
