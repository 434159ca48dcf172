"""Every argument of the functions of revenue that take rows or numbers: see `check_argument`. A new argument fails here
until it has a value below.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import sojourn as sj
from argument_cases import AS_OF, NET, Cases, Other, Same, arguments_of, check_argument, ledger, of_days
from silent_arguments import MANY, PERIODS, SNAPSHOTS, part, zoned
from sojourn import revenue

pytestmark = pytest.mark.filterwarnings("ignore::sojourn.InputWarning")

CONTRACTS = {
    "account": ["a", "b", "c", "d"],
    "key_2": ["a", "a", "b", "b"],
    "term_end": ["2024-06-05", "2024-06-15", "2024-06-25", "2024-06-30"],
    "day_2": ["2024-06-05", "2024-07-15", "2024-06-25", "2024-06-30"],
    "value": [100, 200, 300, 400],
    "paid_2": [1000, 200, 300, 400],
    "renewed_on": ["2024-06-01", "2024-07-10", None, None],
    "day_3": ["2024-06-10", "2024-06-15", None, None],
    "renewed_value": [90, 250, None, None],
    "paid_3": [80, 240, 300, None],
    "from_2": ["2023-06-05", "2023-06-15", "2022-06-25", "2023-06-30"],
    "to_2": ["2025-06-05", "2026-06-15", None, None],
    "flag_2": [True, False, False, True],
}
ROW_ROLES = {"start": "from_2", "end": "to_2", "mrr": "paid_2"}
ROWS = {"table": PERIODS, "first": "2023-06", "last": "2024-05", **AS_OF}
ROW_OTHERS = {
    **of_days(PERIODS),
    "table": part(PERIODS, 0, 1, 2),
    "first": "2023-07",
    "last": "2024-02",
    "by": "quarter",
    "amounts": "major",
    "currency": "EUR",
    "as_of": "2024-02-01",
    "ends": "inclusive",
    "threads": Same(2),
}
EARLY = sorted({name for name, start in zip(MANY["account"], MANY["start"], strict=True) if start < "2023-10-01"})
"""Accounts that a vintage of 2023-12 knows."""
FREE: Cases = {
    "mrr_series": (sj.mrr_series, ROWS, {**ROW_OTHERS, **ROW_ROLES}),
    "movements": (
        sj.movements,
        ROWS,
        {
            **ROW_OTHERS,
            **ROW_ROLES,
            "account": "key_2",
            "policy": Other(NET, {"by": "year", "first": "2023", "last": "2024"}),
        },
    ),
    "compare_rates": (
        revenue.compare_rates,
        {"first": (5, 50), "second": (9, 60)},
        {"first": (6, 50), "second": (9, 50), "method": "fisher", "level": 0.9},
    ),
    "minimum_detectable_change": (
        revenue.minimum_detectable_change,
        {"baseline": 0.1, "n": 500},
        {"baseline": 0.2, "n": 600, "n2": 700, "level": 0.9, "power": 0.9},
    ),
    "check_targets": (
        revenue.check_targets,
        {"numbers": {"nrr": 1.0}},
        {"numbers": {"nrr": 2.0}, "targets": {"nrr": (1, 2)}},
    ),
    "economics": (
        revenue.economics,
        {"spend": 100000, "customers": 10, "new_mrr": 5000, "gross_margin": 0.8},
        {
            "spend": 110000,
            "customers": 11,
            "new_mrr": 6000,
            "gross_margin": 0.7,
            "arpa": 500.0,
            "ltv": 9000.0,
            "churn": 0.02,
            "amounts": "major",
            "currency": Other("JPY", {"amounts": "major"}),
            "policy": sj.Policy(payback="aggregate"),
        },
    ),
    "mrr_from_price": (
        sj.mrr_from_price,
        {"amount_minor": 1200},
        {
            "amount_minor": 1300,
            "every": 2,
            "unit": "year",
            "quantity": 3,
            "discount_basis_points": 500,
            "discount_minor": 100,
            "discount_term": Other("one_time", {"discount_minor": 100}),
            "amounts": "major",
            "currency": Other("JPY", {"amounts": "major"}),
            "policy": Other(sj.Policy(discounts="none"), {"discount_minor": 100}),
        },
    ),
    "renewals": (
        sj.renewals,
        {"contracts": CONTRACTS, "window": "2024-06", "as_of": "2024-07-20", "amounts": "minor", "currency": "USD"},
        {
            "date_format": of_days(CONTRACTS, "contracts")["date_format"],
            "timezone": Other(
                "America/New_York",
                {"contracts": zoned(CONTRACTS), "timezone": "Europe/Berlin", "window": ("2024-06-05", "2024-07-01")},
            ),
            "contracts": part(CONTRACTS, 0, 1, 2),
            "window": ("2024-06-10", "2024-07-01"),
            "account": Other("key_2", {"unit": "account"}),
            "term_end": "day_2",
            "value": "paid_2",
            "renewed_on": "day_3",
            "renewed_value": "paid_3",
            "grace_days": 5,
            "as_of": "2024-12-01",
            "unit": Other("contract", {"account": "key_2"}),
            "amounts": "major",
            "currency": Other("JPY", {"amounts": "major"}),
            "level": 0.9,
            "policy": sj.Policy(renewal_open="lost"),
            "term_start": Other("from_2", {"renewed_until": "to_2"}),
            "renewed_until": Other("to_2", {"term_start": "from_2"}),
            "auto_renewed": "flag_2",
        },
    ),
    "shard_of": (sj.shard_of, {"accounts": ["a", "b", "c"], "n": 7}, {"accounts": ["c", "b", "d"], "n": 9}),
    "Snapshots": (
        sj.Snapshots,
        {"table": SNAPSHOTS, "first": "2023-01", "last": "2024-06", **AS_OF, "as_of": "2025-01"},
        {
            **of_days(SNAPSHOTS),
            "table": part(SNAPSHOTS, 0, 1, 2),
            "first": "2023-02",
            "last": "2024-05",
            "by": "quarter",
            "account": "key_2",
            "month": "month_2",
            "mrr": "paid_2",
            "amounts": "major",
            "currency": "EUR",
            "as_of": "2024-02",
            "policy": Other(NET, {"by": "year", "first": "2023", "last": "2024"}),
            "threads": Same(2),
        },
    ),
    "concentration": (
        revenue.concentration,
        {"values": [5, 3, 0, 1, 9, 14, 22, 37], "as_population": False, "replicates": 100},
        {
            "values": [5, 3, 0, 1, 8, 14, 22, 37],
            "top": (2, 3),
            "by": ["x", "y"] * 4,
            "zeros": "included",
            "as_population": Other(True, {"replicates": None}),
            "replicates": 50,
            "seed": 2,
            "level": 0.5,
        },
    ),
    "backtest_forecast": (
        revenue.backtest_forecast,
        {"ledger": ledger(known_from=None, known_until=None), "vintages": ["2023-12"], "horizons": (1, 3), "draws": 40},
        {
            "ledger": ledger(),
            "vintages": ["2023-09"],
            "horizons": (2,),
            "contracts": {"account_id": EARLY, "renews_on": ["2025-12-01"] * len(EARLY)},
            "by": "plan",
            "family": "geometric",
            "draws": 60,
            "seed": 2,
        },
    ),
    "reconcile": (
        revenue.reconcile,
        {"ledger": ledger(), "policy_a": sj.Policy(), "policy_b": NET, "period": "2024"},
        {
            "ledger": ledger(segment=None, known_from=None, known_until=None),
            "policy_a": sj.Policy(reactivation_max_gap=20),
            "policy_b": sj.Policy(reactivation_max_gap=20),
            "period": "2023",
            "metric": "quick_ratio",
        },
    ),
}


def every_argument() -> Iterator[Any]:
    return arguments_of(FREE, {name: case[0] for name, case in FREE.items()})


@pytest.mark.parametrize(("run", "call", "given", "argument"), list(every_argument()))
def test_an_argument_changes_the_result_or_is_refused(
    run: Callable[..., Any], call: dict[str, Any], given: Any, argument: str
) -> None:
    check_argument(run, call, given, argument)


def test_no_function_is_left_out() -> None:
    functions = {name for name in revenue.__all__ if inspect.isfunction(getattr(revenue, name))}
    assert functions <= set(FREE)
