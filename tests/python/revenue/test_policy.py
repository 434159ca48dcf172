"""Policies in Python: every option changes a number, presets follow their published examples, differences add up."""

from __future__ import annotations

import dataclasses
import json
import pickle
import re
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sojourn as sj
from policy_books import (
    CONTRACTS,
    back,
    cancelled_twice,
    consumed,
    euros,
    invoiced,
    january,
    lapses,
    logged,
    metered,
    priced,
    renewed,
    shrinking,
    worth,
)

PAGE = Path(__file__).resolve().parents[3] / "docs" / "definitions" / "policy.md"
OPTIONS = [field.name for field in dataclasses.fields(sj.Policy)]
PRESETS = [
    "baremetrics",
    "chartmogul",
    "chartmogul_b2c",
    "fight_churn",
    "kellogg_atr",
    "maxio",
    "polar",
    "profitwell",
    "recurly",
    "saas_capital",
    "stripe",
]

CHANGES: list[tuple[str, Any, Callable[[sj.Policy], Any]]] = [
    ("annualise", "simple", lambda p: lapses(p).logo_churn("2024-01").value),
    ("annualise", "compound", lambda p: lapses(p).mrr_churn("2024-01").value),
    ("calendar_factor", "days_365_25", lambda p: sj.mrr_from_price(1000, unit="week", policy=p)),
    ("calendar_factor", "days_30", lambda p: sj.mrr_from_price(1000, unit="day", policy=p)),
    ("calendar_factor", "weeks_4_33", lambda p: sj.mrr_from_price(1000, unit="week", policy=p)),
    ("churn_at", "cancel_request", lambda p: priced(p).mrr("2024-01")),
    (
        "churn_at",
        "billing_end",
        lambda p: (
            priced(p).movements("2024-02", "2024-02")["churn"].to_list()
            + [priced(p).explain("b", "2024-02")["day"].to_list()]
        ),
    ),
    ("churn_at", "nonpayment", lambda p: priced(p).mrr("2024-01")),
    ("cohort_index", "tenure_days", lambda p: lapses(p).cohorts(by="month").counts),
    ("cohort_mean", "simple", lambda p: lapses(p).cohorts(by="month").average()),
    ("cohort_state", "never_churned", lambda p: lapses(p).cohorts(by="month").counts),
    ("discounts", "none", lambda p: priced(p).mrr("2024-01")),
    ("discounts", "all", lambda p: sj.mrr_from_price(1000, discount_basis_points=5000, discount_term="one_time", policy=p)),
    ("end_day", "closed", lambda p: priced(p).explain("a", "2024-01")["day"].to_list()),
    ("free_is", "active", lambda p: january(priced(p))["accounts_closing"]),
    *(("fx", value, euros) for value in ("period_mean", "service_start", "purchase")),
    ("grouping_minutes", 60, lambda p: logged(p).mrr("2024-01")),
    ("grr", "churn_only", lambda p: priced(p).grr("2024-01").value),
    ("grr", "event_sum", lambda p: lapses(p).grr("2024-01").value),
    ("grr", "totals_min", lambda p: lapses(p).grr("2024-01").value),
    ("grr", "running_min", lambda p: lapses(p).grr("2024-01").value),
    ("lapse_grace", 10, lambda p: january(lapses(p))["churn"]),
    *(
        ("logo_denominator", value, lambda p: lapses(p).logo_churn("2024-01").value)
        for value in ("start_plus_new", "start_all_leavers", "mean", "daily_sum", "exposure", "available_to_renew")
    ),
    ("ltv_churn", "period", lambda p: worth(p, "2024-07-10").value),
    *(("ltv_zero_churn", value, lambda p: str(worth(p, None).value)) for value in ("cap", "zero", "sixty_months")),
    ("movement_mode", "net_endpoints", lambda p: january(lapses(p))["churn"]),
    ("movement_mode", "timed_events", lambda p: january(cancelled_twice(p))["contraction"]),
    ("mrr_churn_cap", "none", lambda p: lapses(p).mrr_churn("2024-01").value),
    ("net_churn", "with_reactivation", lambda p: lapses(p).mrr_churn("2024-01", kind="net").value),
    ("net_churn", "expansion_only", lambda p: lapses(p).mrr_churn("2024-01", kind="net").value),
    ("nrr_window", "one_month", lambda p: shrinking(p).nrr("2024-12").value),
    ("nrr_window", "trailing_mean_4q", lambda p: shrinking(p).nrr("2024-12").value),
    ("past_due", 30, lambda p: priced(p).mrr("2024-01")),
    ("paused", "zero_as_churn", lambda p: january(priced(p))["accounts_closing"]),
    ("paused", "keep", lambda p: priced(p).mrr("2024-01")),
    ("payback", "per_customer", back),
    ("quick_ratio_reactivation", "exclude", lambda p: lapses(p).quick_ratio("2024-01").value),
    *(
        ("rate_ci", value, lambda p: lapses(p).logo_churn("2024-01").low)
        for value in ("clopper_pearson", "jeffreys", "wald")
    ),
    ("reactivation_max_gap", 5, lambda p: january(lapses(p))["reactivation"]),
    ("refunds", "negative", lambda p: invoiced(p).mrr("2024-01")),
    ("renewal_grace", 5, renewed),
    ("renewal_open", "lost", renewed),
    ("rounding", "per_item_minor", lambda p: sj.mrr_from_price(1999, unit="year", policy=p).exact),
    ("rounding", "per_item_4dp", lambda p: sj.mrr_from_price(1999, unit="year", policy=p).exact),
    ("same_period_new_churn", "drop", lambda p: january(lapses(p))["new"]),
    ("source", "invoice_line", lambda p: invoiced(p).mrr("2024-01")),
    ("tax", "include", lambda p: priced(p).mrr("2024-01")),
    ("unit", "subscription", lambda p: january(priced(p))["accounts_opening"]),
    ("usage", "include", lambda p: priced(p).mrr("2024-01")),
    ("usage", "trailing_mean", lambda p: priced(p).mrr("2024-01")),
    ("usage_basis", "committed_plus_overage", lambda p: consumed(p).mrr("2024-01")),
    ("usage_basis", "consumed", lambda p: consumed(p).mrr("2024-02")),
    ("usage_basis", "consumed_trailing_mean", lambda p: consumed(p).mrr("2024-03")),
    ("usage_months", 1, lambda p: metered(p).mrr("2024-01")),
    ("window", 45, lambda p: lapses(p).logo_churn("2024-02").value),
]


@pytest.mark.parametrize(("option", "value", "number"), CHANGES, ids=[f"{option}-{value}" for option, value, _ in CHANGES])
def test_each_option_changes_a_number(option: str, value: Any, number: Callable[[sj.Policy], Any]) -> None:
    assert number(sj.Policy()) != number(dataclasses.replace(sj.Policy(), **{option: value}))


def test_the_page_says_what_the_core_says() -> None:
    """Every option has its rows, its default is marked, and no word stands there that the core does not know."""
    rows = re.findall(r"^\| (?:`(\w+)`)? *\| ([^|]+) \|", PAGE.read_text("utf-8"), re.M)
    shown: dict[str, list[str]] = {}
    option = ""
    for name, value in rows:
        option = name or option
        shown.setdefault(option, []).append(value.strip())
    for name, _, words, usual, limitless in sj._core.revenue.RevenuePolicy.options():
        defaults = [value for value in shown[name] if "(default)" in value]
        assert len(defaults) == 1, name
        if words:
            assert re.findall(r"`(\w+)`", defaults[0]) == [usual], name
            assert sorted(re.findall(r"`(\w+)`", " ".join(shown[name]))) == sorted(words), name
        elif limitless:
            assert defaults[0] in ("no limit (default)", "the period (default)"), name
        else:
            assert re.search(rf"\b{usual} \(default\)", defaults[0]), name


def test_options_are_typed_by_their_words() -> None:
    hints = typing.get_type_hints(sj.Policy)
    for name, _, words, usual, limitless in sj._core.revenue.RevenuePolicy.options():
        if words:
            assert typing.get_args(hints[name]) == tuple(words) and getattr(sj.Policy(), name) == usual
        else:
            assert hints[name] == (int | None if limitless else int)
    with pytest.raises(dataclasses.FrozenInstanceError):
        sj.Policy().tax = "include"  # type: ignore[misc]


def test_every_value_of_every_option_is_tried_and_stands_on_the_page() -> None:
    page = PAGE.read_text("utf-8")
    assert {option for option, _, _ in CHANGES} == set(OPTIONS)
    for option in OPTIONS:
        assert f"| `{option}` |" in page, option
        usual = getattr(sj.Policy(), option)
        if not isinstance(usual, str):
            continue
        with pytest.raises(sj.SchemaError) as refused:
            sj.Policy(**{option: "?"})
        listed = re.search(r"is not one of (.*)", str(refused.value))
        assert listed is not None
        values = listed[1].split(";")[0].split(", ")
        tried = {value for name, value, _ in CHANGES if name == option}
        assert tried | {usual} == set(values)
        for value in values:
            assert f"`{value}`" in page, f"{option}={value}"


def test_text_hash_and_pickle_bring_a_policy_back() -> None:
    for policy in [sj.Policy(), *(sj.Policy.preset(name) for name in PRESETS)]:
        assert sj.Policy.from_json(policy.to_json()) == policy
        assert json.loads(policy.to_json()) == policy.to_dict()
        assert policy.to_json() == json.dumps(policy.to_dict(), sort_keys=True, separators=(",", ":"))
        assert pickle.loads(pickle.dumps(policy)) == policy
        hash_ = 0xCBF29CE484222325
        for byte in policy.to_json().encode():
            hash_ = (hash_ ^ byte) * 0x100000001B3 % 2**64
        assert policy.hash() == f"{hash_:016x}"
    assert sj.Policy.presets() == PRESETS
    assert sj.Policy().changes() == {}
    assert sj.Policy.preset("kellogg_atr").changes() == {"annualise": "simple", "logo_denominator": "available_to_renew"}


def test_a_wrong_policy_says_where_and_what_was_meant() -> None:
    with pytest.raises(sj.SchemaError, match=r'/gr: no such option; did you mean "grr"'):
        sj.Policy.from_json('{"gr": "account_min"}')
    with pytest.raises(sj.SchemaError, match=r"/past_due: a number of days"):
        sj.Policy(past_due=-1)
    with pytest.raises(sj.SchemaError, match='did you mean "chartmogul"'):
        sj.Policy.preset("chartmogull")
    with pytest.raises(sj.SchemaError, match="given twice"):
        sj.Policy.from_json('{"tax": "include", "tax": "include"}')


def test_the_policy_travels_with_every_result() -> None:
    policy = sj.Policy.preset("stripe")
    ledger = priced(policy)
    results = [
        ledger.movements("2024-01", "2024-01"),
        ledger.mrr("2024-01"),
        ledger.arpa("2024-01"),
        ledger.logo_churn("2024-01"),
        ledger.mrr_churn("2024-01"),
        ledger.nrr("2024-01"),
        ledger.grr("2024-01"),
        ledger.cohorts(),
        ledger.explain("a", "2024-01"),
        sj.mrr_from_price(100, policy=policy),
        sj.renewals(CONTRACTS, "2024-03", as_of="2024-07-01", policy=policy),
    ]
    for result in results:
        assert result.options["policy"] == policy.hash()
        assert result.options["policy_json"] == policy.to_json()
    assert "policy_json" not in repr(ledger.movements("2024-01", "2024-01"))


def test_policy_names_itself_and_changes_results() -> None:
    policy = sj.Policy(movement_mode="net_endpoints", reactivation_max_gap=90)
    assert sj.Policy.from_json(policy.to_json()) == policy
    assert policy.hash() != sj.Policy().hash()
    assert sj.Policy().hash() == sj.Policy().hash()
    with pytest.raises(sj.SchemaError, match="gross_events, net_endpoints"):
        sj.Policy(movement_mode="both")
    with pytest.raises(sj.SchemaError, match="/colour: no such option"):
        sj.Policy.from_json('{"colour": 1}')
    with pytest.raises(sj.SchemaError):
        sj.Policy(reactivation_max_gap=-1)
    lapse = {"account": ["a", "a"], "start": ["2023-01-01", "2024-01-20"], "end": ["2024-01-10", None], "mrr": [100, 80]}
    assert sj.Ledger(lapse, as_of="2024-02-01", amounts="minor").movements("2024-01", "2024-01")["churn"].to_list() == [100]
    net = sj.Ledger(lapse, as_of="2024-02-01", policy=policy, amounts="minor").movements("2024-01", "2024-01")
    assert net["contraction"].to_list() == [20]
    assert net.options["policy"] == policy.hash()
