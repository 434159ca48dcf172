"""Every argument of every metric of a ledger and of its segments: see `check_argument`. A new argument fails here until it
has a value below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import sojourn as sj
from argument_cases import (
    AS_OF,
    GRID,
    OTHER_GRID,
    Cases,
    Other,
    Refused,
    Same,
    asked,
    check_argument,
    ledger,
    methods_of,
    public,
)
from silent_arguments import KEYS, PERIODS
from sojourn.revenue._readings import Readings
from sojourn.revenue._segments import BySegment

pytestmark = pytest.mark.filterwarnings("ignore::sojourn.InputWarning")

STRANGERS = sj.Ledger({**PERIODS, "account": [f"stranger {key}" for key in KEYS], "mrr": PERIODS["paid_2"]}, **AS_OF)
QUARTER = {"period": "2024-Q2"}
RATE = {"period": "2024-Q1", "level": 0.9}
COHORTS = {"by": "quarter", "measure": "mrr", "first": "2023-02", "last": "2024-02"}
PARENTS = {"unit": "parent"}


def of_segments(method: str) -> Callable[..., Any]:
    return lambda **given: getattr(ledger().by_segment("plan"), method)(**given)


def concentrated(**given: Any) -> list[Any]:
    """Of the ledger, and of one with a customer who pays nothing any more and stays."""
    if given.get("unit") is not None:
        return [ledger().concentration(**given).table()]
    starts = ["2024-01-01", "2024-01-01", "2024-02-01"]
    prices = {"account": ["a", "b", "b"], "start": starts, "end": [None, starts[2], None], "amount_minor": [1000, 500, 0]}
    free = sj.Ledger.from_prices(prices, as_of="2024-12-01", policy=sj.Policy(free_is="active"))
    return [one.concentration(**given).table() for one in (ledger(), free)]


METHODS: Cases = {
    "movements": (
        asked("movements"),
        GRID,
        {
            **OTHER_GRID,
            "by_segment": "plan",
            "segment_rule": Other("last", {"by_segment": "plan"}),
            "by_cause": True,
            "split_by": "plan",
            "unit": "parent",
        },
    ),
    "mrr": (asked("mrr"), QUARTER, {"period": "2023-Q1"}),
    "arr": (asked("arr"), QUARTER, {"period": "2023-Q1"}),
    "arpa": (asked("arpa"), QUARTER, RATE | PARENTS),
    "concentration": (
        concentrated,
        QUARTER,
        {
            "period": "2024-Q1",
            **PARENTS,
            "top": 3,
            "zeros": "included",
            "level": Other(0.9, {"as_population": False}),
            "as_population": False,
            "replicates": Other(50, {"as_population": False}),
            "seed": Other(7, {"as_population": False}),
        },
    ),
    "average_sale_price": (asked("average_sale_price"), {"period": "2023-Q1"}, {"period": "2024-Q1"} | PARENTS),
    "quick_ratio": (asked("quick_ratio"), QUARTER, {"period": "2024-Q1"} | PARENTS),
    "logo_churn": (asked("logo_churn"), QUARTER, {**RATE, **PARENTS, "cause": Other("voluntary", {"period": "2023-Q4"})}),
    "mrr_churn": (
        asked("mrr_churn"),
        {"period": "2024-Q2"},
        {**RATE, **PARENTS, "kind": "net", "cause": "voluntary", "method": "linearised"},
    ),
    "available_to_renew": (asked("available_to_renew"), {"period": "2023"}, {**RATE, "lost": "no_later_term"}),
    "nrr": (asked("nrr"), QUARTER, {**RATE, **PARENTS, "window": 3, "method": "linearised"}),
    "grr": (asked("grr"), QUARTER, {**RATE, **PARENTS, "window": 3, "method": "linearised"}),
    "logo_retention": (asked("logo_retention"), QUARTER, {**RATE, **PARENTS, "window": 3}),
    "retention": (asked("retention"), GRID, {**OTHER_GRID, **PARENTS, "window": 3, "method": "linearised", "level": 0.9}),
    "cohorts": (asked("cohorts"), {}, {**COHORTS, "cause": "voluntary"}),
    "explain": (asked("explain"), {"account": "a", "period": "2024"}, {"account": "b", "period": "2023"}),
    "contributors": (
        asked("contributors"),
        {"period": "2024", "cell": "nrr"},
        {
            **{"period": "2023", "cell": "churn", "top": 1, "window": 3},
            "cause": Other("voluntary", {"cell": "accounts_churned", "period": "2023-Q4"}),
        },
    ),
    "cohort_contributors": (
        asked("cohort_contributors"),
        {"cohort": "2023-Q1", "age": 4},
        {"cohort": "2023-Q3", "age": 1, "measure": "mrr", "top": 1},
    ),
    "tenure": (asked("tenure"), {}, {}),
    "survival": (asked("survival"), {}, {"weights": "mrr", "level": 0.9, "by": "plan", "cause": True}),
    "ltv": (
        asked("ltv", policy=sj.Policy(ltv_churn="period")),
        {"period": "2023-10", "margin": 0.8},
        {
            "period": "2023-12",
            "margin": 0.7,
            "cap_months": Refused(24),
            "level": 0.9,
        },
    ),
    "compare": (
        asked("compare"),
        {"metric": "nrr", "period": "2024-06", "before": "2024-03"},
        {
            "metric": "grr",
            "period": "2024-05",
            "before": "2024-02",
            "other": Other(
                sj.Ledger({**PERIODS, "account": [f"other {key}" for key in KEYS]}, **AS_OF),
                {"before": None, "other": STRANGERS},
            ),
            "window": 3,
            "method": "linearised",
            "level": 0.9,
        },
    ),
    "bootstrap": (
        asked("bootstrap"),
        {"metric": "nrr", "period": "2024-06"},
        {
            "metric": "grr",
            "period": "2024-01",
            "window": 5,
            "replicates": 50,
            "seed": 2,
            "level": 0.5,
            "threads": Same(2),
        },
    ),
    "minimum_detectable_change": (
        asked("minimum_detectable_change"),
        {"metric": "nrr", "period": "2024-06"},
        {"metric": "grr", "period": "2024-05", "n": 9, "window": 3, "level": 0.9, "power": 0.5},
    ),
    "by_segment": (asked("by_segment", segment=["plan", "why"]), {"name": "plan"}, {"name": "why", "rule": "last"}),
}
SEGMENTS: Cases = {
    "states": (of_segments("states"), GRID, OTHER_GRID),
    "movements": (of_segments("movements"), GRID, OTHER_GRID),
    **{name: (of_segments(name), QUARTER, {"period": "2023-Q1"}) for name in ("mrr", "arr", "quick_ratio")},
    "average_sale_price": (of_segments("average_sale_price"), {"period": "2023-Q1"}, {"period": "2024-Q1"}),
    "arpa": (of_segments("arpa"), QUARTER, RATE),
    "logo_churn": (of_segments("logo_churn"), QUARTER, {**RATE, "cause": Other("voluntary", {"period": "2023-Q4"})}),
    "mrr_churn": (of_segments("mrr_churn"), {"period": "2024-Q2"}, {**RATE, "kind": "net", "cause": "voluntary"}),
    **{name: (of_segments(name), QUARTER, {**RATE, "window": 3}) for name in ("nrr", "grr")},
    "logo_retention": (of_segments("logo_retention"), QUARTER, {**RATE, "window": 3}),
    "retention": (of_segments("retention"), GRID, {**OTHER_GRID, "window": 3, "method": "linearised", "level": 0.9}),
    "cohorts": (of_segments("cohorts"), {}, COHORTS),
}


def every_argument() -> Iterator[Any]:
    yield from methods_of(Readings, METHODS)
    yield from methods_of(BySegment, SEGMENTS)


@pytest.mark.parametrize(("run", "call", "given", "argument"), list(every_argument()))
def test_an_argument_changes_the_result_or_is_refused(
    run: Callable[..., Any], call: dict[str, Any], given: Any, argument: str
) -> None:
    check_argument(run, call, given, argument)


def test_no_metric_is_left_out() -> None:
    assert set(METHODS) == public(Readings)
    assert set(SEGMENTS) == public(BySegment)
