"""What `as_of` has not reached is missing from every answer: refused, undefined, without a row, or a blank cell."""

from __future__ import annotations

import inspect
import math
from typing import Any

import pytest

import sojourn as sj
from sojourn.revenue._available_to_renew import AvailableToRenew
from sojourn.revenue._comparison import DetectableChange
from sojourn.revenue._concentration import Concentration

ROWS = {
    "account": ["a", "b", "c"],
    "start": ["2024-02-01", "2024-05-15", "2024-09-01"],
    "end": ["2025-02-01", "2025-05-15", "2024-11-01"],
    "mrr_minor": [10000, 4000, 2500],
    "plan": ["x", "y", "x"],
    "recorded": ["2024-02-01", "2024-05-15", "2024-09-01"],
}
USED = {"account": ["a"], "month": ["2024-09"], "amount_minor": [700]}
FURTHER: dict[str, dict[str, Any]] = {
    "bootstrap": {"metric": "nrr"},
    "cohort_contributors": {"column": 0},
    "compare": {"metric": "nrr", "before": "2024-09"},
    "contributors": {"cell": "churn"},
    "explain": {"account": "a"},
    "ltv": {"margin": 0.8},
    "account_values": {"margin": 0.8, "rate": 0.01},
    "minimum_detectable_change": {"metric": "nrr"},
    "reconcile": {"other": sj.Policy.preset("maxio")},
    "restatement": {"known_on": ("2024-10-01", "2024-10-10")},
}


def questions() -> list[str]:
    """Every method of a ledger that is asked about one period, or about those of a grid."""
    found = []
    for name, method in inspect.getmembers(sj.Ledger, callable):
        if not name.startswith("_"):
            parameters = inspect.signature(method).parameters
            if "period" in parameters or {"first", "last"} <= set(parameters):
                found.append(name)
    return found


def ask(ledger: sj.Ledger, name: str) -> Any:
    method = getattr(ledger, name)
    parameters = inspect.signature(method).parameters
    where = {"period": "2024-12"} if "period" in parameters else {"first": "2024-12", "last": "2025-01"}
    return method(**where, **FURTHER.get(name, {}))


def missing(found: Any) -> bool:
    """Whether an answer holds no number: it is undefined, or has no row of a period, or says that the period is not over."""
    if isinstance(found, sj.Estimate):
        return math.isnan(found.value) and bool(found.reason)
    if isinstance(found, sj.Table):
        return len(found) == 0 and found.options["not_reached"] == "2024-12 .. 2025-01"
    if isinstance(found, sj.Triangle):
        return all(cell is None for row in found.counts for cell in row)
    if isinstance(found, sj.Comparison):
        return math.isnan(found.difference.value)
    if isinstance(found, DetectableChange):
        return math.isnan(found.rise) and math.isnan(found.fall)
    if isinstance(found, Concentration):
        return all(missing(one) for one in (found.hhi, found.effective, found.gini, found.gini_sample, found.top(1)))
    if isinstance(found, AvailableToRenew):
        rates = (found.logo_churn, found.mrr_churn, found.gross_mrr_churn)
        return not found.options["complete"] and all(missing(rate) for rate in rates)
    return not found.complete(0)


@pytest.mark.parametrize("name", questions())
def test_a_period_ahead_is_missing(name: str) -> None:
    ledger = sj.Ledger(ROWS, known_from="recorded", as_of="2024-10-16")
    if name == "usage_movements":
        ledger = ledger.with_usage(USED)
    try:
        found = ask(ledger, name)
    except sj.SchemaError as refused:
        assert "2024-12" in str(refused) and "2024-1" in str(refused).replace("2024-12", "")
        return
    assert missing(found)


VIEWS_OF_MOVEMENTS: list[dict[str, Any]] = [
    {},
    {"by_cause": True},
    {"by_segment": "plan"},
    {"split_by": "plan"},
    {"split_by": "parent"},
    {"unit": "account"},
    {"unit": "parent"},
    {"unit": ("account", "parent")},
]


@pytest.mark.parametrize("how", VIEWS_OF_MOVEMENTS, ids=repr)
@pytest.mark.parametrize("by", ["month", "quarter"])
def test_every_view_of_movements_ends_with_what_is_known(how: dict[str, Any], by: str) -> None:
    ledger = sj.Ledger(ROWS, segment="plan", as_of="2024-10-16")
    first, last, cut, ahead = {
        "month": ("2024-09", "2024-12", "2024-10", "2024-11 .. 2024-12"),
        "quarter": ("2024-Q3", "2025-Q1", "2024-Q4", "2025-Q1"),
    }[by]
    found = ledger.movements(first, last, by=by, **how)
    assert set(found["period"].to_list()) <= {first, cut} and first in found["period"].to_list()
    assert (found.options["incomplete"], found.options["not_reached"]) == (cut, ahead)


def test_a_period_that_is_not_over_is_named() -> None:
    ledger = sj.Ledger(ROWS, as_of="2024-10-16")
    assert ledger.accounts_table("2024-10").options["incomplete"] == "2024-10"
    assert "incomplete" not in ledger.accounts_table("2024-09").options
