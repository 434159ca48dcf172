"""Numbers of a business against their targets: met, missed, or nobody can tell."""

from __future__ import annotations

import math
from typing import Any

import pytest

import sojourn as sj
from sojourn._core import proportion

WON: dict[str, Any] = {"spend": 1_000_000, "customers": 100, "new_mrr": 200_000, "gross_margin": 0.8}


def verdicts(*given: Any) -> dict[str, str]:
    return {row["metric"]: row["verdict"] for row in sj.check_targets(*given).to_dicts()}


def test_usual_targets_by_name() -> None:
    numbers = {"ltv_to_cac": 4.0, "payback_months": 12.0, "payback_months_per_customer": 12.5, "monthly_churn": 0.06}
    found = sj.check_targets(numbers)
    assert found["verdict"].to_list() == ["met", "met", "missed", "missed"]
    assert found["at_least"].to_list() == [3, None, None, None]
    assert found["at_most"].to_list() == [5, 12, 12, 0.05]
    assert found.options["targets"]["ltv_to_cac"] == (3, 5)
    assert verdicts({"ltv_to_cac": 2.99}) == verdicts({"ltv_to_cac": 5.01}) == {"ltv_to_cac": "missed"}


def test_the_interval_decides_what_nobody_can_tell() -> None:
    few, many = proportion(2, 60), proportion(200, 6_000)
    assert few.value == many.value
    assert verdicts({"monthly_churn": few}) == {"monthly_churn": "cannot tell"}
    assert verdicts({"monthly_churn": many}) == {"monthly_churn": "met"}
    assert verdicts({"monthly_churn": many.value}) == {"monthly_churn": "met"}
    said = sj.check_targets({"monthly_churn": few})["reason"][0]
    assert said == "the interval reaches over the upper border of the target"


def test_economics_carry_the_interval_of_what_they_are_given() -> None:
    churn = proportion(20, 1_000)
    ltv = sj.cltv(1_000, margin=0.8, churn=churn, timing="new_customer_pays_now")
    found = sj.economics(**WON, ltv=ltv, churn=churn)
    ratio = found["ltv_to_cac"]
    assert (ratio.value, ratio.low, ratio.high) == pytest.approx((4, ltv.low / 10_000, ltv.high / 10_000))
    assert ratio.n == 1_000 and ratio.method == "wilson"
    assert found["customer_lifetime"].low == pytest.approx(1 / churn.high)
    assert verdicts(found) == {
        "acquisition_cost": "no target",
        "payback_months": "met",
        "ltv_to_cac": "cannot tell",  # 2.6 to 6.1
        "customer_lifetime": "no target",
    }
    large = sj.cltv(1_000, margin=0.8, churn=proportion(2_000, 100_000), timing="new_customer_pays_now")
    assert verdicts({"ltv_to_cac": sj.economics(**WON, ltv=large)["ltv_to_cac"]}) == {"ltv_to_cac": "met"}


def test_an_estimate_is_in_minor_units_whatever_the_amounts_are() -> None:
    ltv = sj.cltv(1_000, margin=0.8, churn=0.02, timing="new_customer_pays_now")
    cents = sj.economics(**WON, ltv=ltv)
    major = sj.economics(**{**WON, "spend": 10_000, "new_mrr": 2_000}, ltv=ltv, amounts="major")
    assert cents["ltv_to_cac"].value == major["ltv_to_cac"].value == 4


def test_a_ledger_meets_targets_by_its_own_estimates() -> None:
    made = sj.datasets.acme(n=400, seed=7)
    ledger = sj.Ledger(made.subscriptions, account="account_id", start="start", end="end", mrr="mrr_minor", as_of=made.as_of)
    arpa = ledger.arpa("2024-12")
    found = sj.economics(**WON, arpa=arpa)["payback_months_per_customer"]
    assert found.low == pytest.approx(10_000 / (0.8 * arpa.high))
    assert found.high == pytest.approx(10_000 / (0.8 * arpa.low))
    assert verdicts({"monthly_churn": ledger.logo_churn("2024-12"), "payback_months_per_customer": found})


def test_a_limit_without_end_is_shown() -> None:
    rows = {"account_id": ["a", "b"], "start": ["2024-01-01"] * 2, "end": [None, None], "mrr_minor": [100, 90_000]}
    arpa = sj.Ledger(rows, as_of="2024-07-01").arpa("2024-06")
    assert arpa.low < 0
    payback = sj.economics(**WON, arpa=arpa)["payback_months_per_customer"]
    found = sj.check_targets({"payback_months_per_customer": payback})
    assert found["high"].to_list() == [math.inf]
    assert found["verdict"].to_list() == ["cannot tell"]


def test_targets_of_your_own() -> None:
    targets = {"nrr": (1.0, None), "monthly_churn": (None, 0.01)}
    assert verdicts({"nrr": 1.02, "monthly_churn": 0.02}, targets) == {"nrr": "met", "monthly_churn": "missed"}
    assert verdicts({"ltv_to_cac": math.nan}) == {"ltv_to_cac": "cannot tell"}
    undefined = sj.economics(spend=100, customers=0, new_mrr=0, gross_margin=0.8)
    assert verdicts(undefined)["payback_months"] == "cannot tell"
    assert sj.check_targets(undefined)["reason"][1] == "zero denominator"


@pytest.mark.parametrize(
    ("targets", "said"),
    [
        ({"nps": (1, 2)}, "not among the numbers"),
        ({"nrr": (2, 1)}, "at least, at most"),
        ({"nrr": (None, None)}, "at least, at most"),
        ({"nrr": 1.0}, "at least, at most"),
        ({"nrr": (1, 2, 3)}, "at least, at most"),
    ],
)
def test_a_target_is_two_borders_of_a_number_that_is_there(targets: Any, said: str) -> None:
    with pytest.raises(sj.SchemaError, match=said):
        sj.check_targets({"nrr": 1.0}, targets)
