"""Policies in Python: every option changes a number, presets follow their published examples, differences add up."""

from __future__ import annotations

import dataclasses
import datetime
import json
import math
import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sojourn as sj

PAGE = Path(__file__).resolve().parents[2] / "docs" / "definitions" / "policy.md"
OPTIONS = [field.name for field in dataclasses.fields(sj.Policy)]
PRESETS = ["baremetrics", "chartmogul", "chartmogul_b2c", "fight_churn", "kellogg_atr", "maxio", "polar", "profitwell",
           "recurly", "saas_capital", "stripe"]

# A small book in which every option of prices has something to act on.
PRICES: dict[str, list[Any]] = {
    "account_id": ["a", "a", "b", "c", "d", "e", "f", "g", "h"],
    "subscription": ["a1", "a2", "b1", "c1", "d1", "e1", "f1", "g1", "h1"],
    "start": ["2023-01-01"] * 6 + ["2024-01-05"] + ["2023-01-01"] * 2,
    "end": [None, "2024-01-20", "2024-02-10", None, None, None, None, None, None],
    "cancelled_on": [None, None, "2024-01-15", None, None, None, None, None, None],
    "billing_ended_on": [None, None, "2024-02-20", None, None, None, None, None, None],
    "unpaid_since": [None, None, None, "2023-12-20", None, None, None, None, None],
    "paused_on": [None, None, None, None, "2024-01-10", None, None, None, None],
    "amount_minor": [1999, 500, 1000, 2000, 3000, 4000, 0, 1190, 700],
    "unit": ["year", "month", "week", "month", "month", "month", "month", "month", "month"],
    "discount_minor": [0, 0, 0, 0, 0, 400, 0, 0, 0],
    "discount_term": ["recurring"] * 9,
    "tax_minor": [0, 0, 0, 0, 0, 0, 0, 190, 0],
    "metered": [False] * 8 + [True],
}
ROLES = {name: name for name in PRICES if name not in ("account_id", "start", "amount_minor")}


def priced(policy: sj.Policy | None = None, **settings: Any) -> sj.Ledger:
    return sj.Ledger.from_prices(PRICES, as_of="2024-03-01", policy=policy, **ROLES, **settings)


LINES: dict[str, list[Any]] = {
    "account_id": ["a", "a", "a", "c"],
    "service_start": ["2024-01-01", "2024-01-20", "2024-01-10", "2024-01-05"],
    "service_end": ["2025-01-01", "2025-01-20", "2024-03-10", "2024-04-05"],
    "amount_minor": [120_000, 120_000, -2000, 9000],
    "kind": ["recurring", "recurring", "refund", "usage"],
    "ended_on": ["2024-01-20", None, None, None],
}


def invoiced(policy: sj.Policy | None = None) -> sj.Ledger:
    return sj.Ledger.from_invoices(LINES, kind="kind", ended_on="ended_on", as_of="2024-06-01", policy=policy)


MOMENTS = {"account_id": ["a"] * 2, "date": ["2024-01-31 23:50", "2024-02-01 00:20"], "level": [5000, 8000]}


def logged(policy: sj.Policy | None = None, **settings: Any) -> sj.Ledger:
    return sj.Ledger.from_changes(MOMENTS, mrr_after="level", as_of="2024-06-01", policy=policy, **settings)


def metered(policy: sj.Policy) -> sj.Ledger:
    table = {"account_id": ["a"] * 2, "start": ["2023-11-01", "2023-12-01"], "end": ["2023-12-01", "2024-01-01"],
             "amount_minor": [900, 600], "metered": [True, True]}
    usual = dataclasses.replace(policy, usage="trailing_mean")
    return sj.Ledger.from_prices(table, end="end", metered="metered", as_of="2024-06-01", policy=usual)


LAPSES = {"account": ["a", "b", "b", "c", "d"],
          "start": ["2023-01-01", "2023-01-01", "2024-01-20", "2024-01-03", "2023-01-01"],
          "end": [None, "2024-01-10", None, "2024-01-25", "2024-01-15"], "mrr": [100, 70, 80, 30, 20]}


def lapses(policy: sj.Policy | None = None) -> sj.Ledger:
    return sj.Ledger(LAPSES, as_of="2024-03-01", policy=policy)


def shrinking(policy: sj.Policy) -> sj.Ledger:
    table = {"account": ["a"] * 3, "start": ["2020-01-01", "2024-05-01", "2024-12-10"],
             "end": ["2024-05-01", "2024-12-10", None], "mrr": [100, 80, 60]}
    return sj.Ledger(table, as_of="2025-01-01", policy=policy)


def january(ledger: sj.Ledger) -> dict[str, Any]:
    return dict(ledger.movements("2024-01", "2024-01").to_dicts()[0])


CONTRACTS = {"account_id": [1, 2, 3], "term_end": ["2024-03-01", "2024-03-01", "2024-03-25"], "value_minor": [100] * 3,
             "renewed_on": ["2024-03-01", "2024-03-11", None], "renewed_value_minor": [100, 100, None]}


def renewed(policy: sj.Policy) -> float:
    return sj.renewals(CONTRACTS, "2024-03", as_of="2024-04-01", policy=policy).logo.value


def back(policy: sj.Policy) -> float:
    return sj.economics(spend=1000, customers=1, new_mrr=100, gross_margin=1, arpa=50, policy=policy)["payback"].value


def worth(policy: sj.Policy, left: str | None) -> sj.Estimate:
    """Of four customers who pay 10.00, one leaves in March and one on `left`; or nobody does."""
    table = {"account": list("abcd"), "start": ["2023-01-01"] * 4, "end": [left and "2024-03-10", left, None, None], "mrr": [1000] * 4}
    cap = 24 if policy.ltv_zero_churn == "cap" else None
    return sj.Ledger(table, as_of="2024-09-01", policy=policy).ltv("2024-07", margin=0.5, cap_months=cap)


def euros(policy: sj.Policy) -> dict[str, Any]:
    table = {"account": ["a"], "start": ["2024-01-10"], "end": [None], "mrr": [10000], "currency": ["EUR"], "bought": ["2023-12-05"]}
    days = [datetime.date(2023, 11, 25) + datetime.timedelta(days=i) for i in range(68)]
    rates = {"currency": ["EUR"] * 68, "date": days, "rate": [f"1.{100 + i}" for i in range(68)]}
    ledger = sj.Ledger(table, currency="currency", rates=rates, report_in="USD", as_of="2024-02-01", policy=policy,
                       purchased_on="bought" if policy.fx == "purchase" else None)
    return january(ledger)


CHANGES: list[tuple[str, Any, Callable[[sj.Policy], Any]]] = [
    ("annualise", "simple", lambda p: lapses(p).logo_churn("2024-01").value),
    ("annualise", "compound", lambda p: lapses(p).mrr_churn("2024-01").value),
    ("calendar_factor", "days_365_25", lambda p: sj.mrr_from_price(1000, unit="week", policy=p)),
    ("calendar_factor", "days_30", lambda p: sj.mrr_from_price(1000, unit="day", policy=p)),
    ("calendar_factor", "weeks_4_33", lambda p: sj.mrr_from_price(1000, unit="week", policy=p)),
    ("churn_at", "cancel_request", lambda p: priced(p).mrr("2024-01")),
    ("churn_at", "billing_end", lambda p: priced(p).movements("2024-02", "2024-02")["churn"].to_list() + [
        priced(p).explain("b", "2024-02")["day"].to_list()]),
    ("churn_at", "nonpayment", lambda p: priced(p).mrr("2024-01")),
    ("cohort_index", "tenure_days", lambda p: lapses(p).cohorts(by="month").counts),
    ("cohort_mean", "simple", lambda p: lapses(p).cohorts(by="month").average()),
    ("cohort_state", "never_churned", lambda p: lapses(p).cohorts(by="month").counts),
    ("discounts", "none", lambda p: priced(p).mrr("2024-01")),
    ("discounts", "all", lambda p: sj.mrr_from_price(1000, discount_basis_points=5000, discount_term="one_time", policy=p)),
    ("free_is", "active", lambda p: january(priced(p))["accounts_closing"]),
    *(("fx", value, euros) for value in ("period_mean", "service_start", "purchase")),
    ("grouping_minutes", 60, lambda p: logged(p).mrr("2024-01")),
    ("grr", "churn_only", lambda p: priced(p).grr("2024-01").value),
    ("grr", "event_sum", lambda p: lapses(p).grr("2024-01").value),
    ("grr", "totals_min", lambda p: lapses(p).grr("2024-01").value),
    ("grr", "running_min", lambda p: lapses(p).grr("2024-01").value),
    ("lapse_grace", 10, lambda p: january(lapses(p))["churn"]),
    *(("logo_denominator", value, lambda p: lapses(p).logo_churn("2024-01").value)
      for value in ("start_plus_new", "start_all_leavers", "mean", "daily_sum", "exposure", "available_to_renew")),
    ("ltv_churn", "period", lambda p: worth(p, "2024-07-10").value),
    *(("ltv_zero_churn", value, lambda p: str(worth(p, None).value)) for value in ("cap", "zero", "sixty_months")),
    ("movement_mode", "net_endpoints", lambda p: january(lapses(p))["churn"]),
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
    *(("rate_ci", value, lambda p: lapses(p).logo_churn("2024-01").low)
      for value in ("clopper_pearson", "jeffreys", "wald")),
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
    ("usage_months", 1, lambda p: metered(p).mrr("2024-01")),
    ("window", 5, lambda p: lapses(p).logo_churn("2024-01").value),
]


@pytest.mark.parametrize(("option", "value", "number"), CHANGES, ids=[f"{option}-{value}" for option, value, _ in CHANGES])
def test_each_option_changes_a_number(option: str, value: Any, number: Callable[[sj.Policy], Any]) -> None:
    assert number(sj.Policy()) != number(dataclasses.replace(sj.Policy(), **{option: value}))


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
    with pytest.raises(sj.SchemaError, match="did you mean \"chartmogul\""):
        sj.Policy.preset("chartmogull")
    with pytest.raises(sj.SchemaError, match="given twice"):
        sj.Policy.from_json('{"tax": "include", "tax": "include"}')


def test_the_policy_travels_with_every_result() -> None:
    policy = sj.Policy.preset("stripe")
    ledger = priced(policy)
    results = [ledger.movements("2024-01", "2024-01"), ledger.mrr("2024-01"), ledger.arpa("2024-01"),
               ledger.logo_churn("2024-01"), ledger.mrr_churn("2024-01"), ledger.nrr("2024-01"), ledger.grr("2024-01"),
               ledger.cohorts(), ledger.explain("a", "2024-01"), sj.mrr_from_price(100, policy=policy), sj.renewals(CONTRACTS, "2024-03", policy=policy)]
    for result in results:
        assert result.options["policy"] == policy.hash()
        assert result.options["policy_json"] == policy.to_json()
    assert "policy_json" not in repr(ledger.movements("2024-01", "2024-01"))


def test_options_that_find_no_column_are_named() -> None:
    assert "not_applied" not in priced(sj.Policy.preset("stripe")).options
    assert "not_applied" not in lapses().options
    assert lapses(sj.Policy.preset("stripe")).options["not_applied"] == "churn_at"
    assert priced(sj.Policy.preset("recurly")).options["not_applied"] == "source, refunds"
    assert "not_applied" not in invoiced(sj.Policy.preset("recurly")).options
    assert invoiced(sj.Policy.preset("maxio")).options["not_applied"] == "churn_at, paused, discounts"
    few = sj.Ledger.from_prices({"account_id": ["a"], "start": ["2024-01-01"], "amount_minor": [100]},
                                policy=sj.Policy.preset("maxio"))
    assert few.options["not_applied"] == "churn_at, paused, discounts"


def test_chr_14_rolling_thirty_days_by_date() -> None:
    table = {"account": list("abcde"), "start": ["2024-01-01"] * 5, "end": ["2024-02-01", None, None, None, None],
             "mrr": [100] * 5}
    ledger = sj.Ledger(table, as_of="2024-04-01", policy=sj.Policy.preset("polar"))
    shown = {"2024-02-01": 0.0, "2024-02-02": 0.2, "2024-03-01": 0.2, "2024-03-02": 0.2, "2024-03-03": 0.0}
    for date, expected in shown.items():
        assert ledger.logo_churn(date).value == expected
    found = ledger.logo_churn("2024-02")
    assert (found.options["first"], found.options["last"]) == ("2024-01-31", "2024-02-29")
    with pytest.raises(sj.SchemaError, match="not a month"):
        sj.Ledger(table, as_of="2024-04-01").logo_churn("2024-02-01")


def test_mrr_16_and_17_trial_and_committed() -> None:
    trials = {"account_id": ["a", "b", "c"], "start": ["2024-01-01"] * 3, "end": [None, None, "2024-02-20"],
              "trial_end": [None, "2024-03-01", "2024-03-01"], "amount_minor": [10_000] * 3}
    roles = {"end": "end", "trial_end": "trial_end"}
    months = ("2024-01", "2024-02", "2024-03")

    def by_month(**settings: str) -> list[int]:
        ledger = sj.Ledger.from_prices(trials, as_of="2024-04-01", **roles, **settings)
        return [int(ledger.mrr(month)) for month in months]

    assert by_month() == [10_000, 10_000, 20_000]
    assert by_month(part="trial") == [20_000, 10_000, 0]
    assert by_month(part="trial", commitment="committed") == [10_000, 10_000, 0]
    committed = {"account_id": ["a", "b"], "start": ["2024-01-01", "2024-02-01"], "end": [None, "2024-03-01"],
                 "amount_minor": [10_000] * 2}
    for commitment, expected in (("in_force", [10_000, 20_000, 10_000]), ("committed", [10_000] * 3)):
        ledger = sj.Ledger.from_prices(committed, end="end", commitment=commitment, as_of="2024-04-01")
        assert [int(ledger.mrr(month)) for month in months] == expected


def test_prices_count_what_they_leave_out_and_explain_by_the_rows_of_the_caller() -> None:
    ledger = priced(sj.Policy(past_due=30))
    assert ledger.counts["rows"] == 9
    assert ledger.counts["metered"] == ledger.counts["past_due"] == ledger.counts["paused"] == 1
    assert ledger.explain("a", "2024-01").rows == [0, 1]
    assert ledger.explain("d", "2024-01").rows == [4]
    assert lapses(sj.Policy(lapse_grace=10)).explain("b", "2024-01").rows == [1, 2]
    assert lapses(sj.Policy(lapse_grace=10)).counts["bridges"] == 1
    assert priced(sj.Policy(unit="subscription")).explain("a2", "2024-01")["movement"].to_list() == ["churn"]


def test_mrr_10_a_terminated_year_and_its_successor_by_lines_and_by_state() -> None:
    lines = {"account_id": ["a", "a"], "service_start": ["2024-01-01", "2024-03-01"], "service_end": ["2025-01-01", "2025-03-01"],
             "amount_minor": [120_000] * 2, "ended_on": ["2024-03-01", None]}
    ledger = sj.Ledger.from_invoices(lines, ended_on="ended_on", as_of="2024-06-01")
    assert int(ledger.mrr("2024-04")) == 10_000
    recurly = sj.Policy.preset("recurly")
    assert int(ledger.with_policy(recurly).mrr("2024-04")) == 20_000
    why = sj.reconcile(ledger, sj.Policy(), recurly, "2024-04")
    assert dict(zip(why["option"].to_list(), why["closing"].to_list(), strict=True))["source"] == 10_000
    assert why.accounts("source")["account"].to_list() == ["a"]


def test_invoices_count_what_they_leave_out_and_explain_by_the_rows_of_the_caller() -> None:
    assert invoiced().counts == {"rows": 4, "empty_periods": 0, "free_periods": 0, "future_starts": 0, "future_ends": 1,
                                 "metered": 1, "refunds": 1}
    negative = invoiced(sj.Policy(refunds="negative"))
    assert "refunds" not in negative.counts
    assert negative.explain("a", "2024-01").rows == [0, 1, 2]
    assert int(negative.mrr("2024-02")) == 9000
    back = {"account_id": [1, 1, 1], "service_start": ["2024-01-01", "2024-01-01", None], "service_end": ["2024-02-01", "2024-02-01", None],
            "amount_minor": [500, -900, -7]}
    over = sj.Ledger.from_invoices(back, as_of="2024-06-01", policy=sj.Policy(refunds="negative"))
    assert int(over.mrr("2024-01")) == 0 and over.counts["clamped"] == 1 and over.counts["undated"] == 1
    by_plan = sj.Ledger.from_invoices({**LINES, "plan": ["x", "x", "x", "y"]}, kind="kind", segment="plan", as_of="2024-06-01")
    assert sum(by_plan.by_segment().mrr("2024-02")["mrr"].to_list()) == int(by_plan.mrr("2024-02"))
    total = sj._core.RevenueState()
    for part in negative.partition(3):
        total += part.state("2024-01", "2024-02")
    assert total == negative.state("2024-01", "2024-02")
    each = sj.Ledger.from_invoices({**LINES, "sub": ["a1", "a2", "a1", "c1"]}, kind="kind", subscription="sub", as_of="2024-06-01",
                                   policy=sj.Policy(unit="subscription"))
    assert each.explain("a2", "2024-01")["movement"].to_list() == ["new"]


def test_bad_invoices_name_their_place() -> None:
    table = {"account_id": ["a", "b"], "service_start": ["2024-01-01"] * 2, "service_end": ["2024-02-01", "2024-01-01"], "amount_minor": [1, 2]}
    with pytest.raises(sj.DataError, match='column "service_end", row 1, value 2024-01-01: a period of service ends after it starts; the end is'):
        sj.Ledger.from_invoices(table)
    with pytest.raises(sj.DataError, match='column "what", row 0, value trial: one of recurring, one_off, usage, refund'):
        sj.Ledger.from_invoices({**table, "what": ["trial", None]}, kind="what")
    with pytest.raises(sj.SchemaError, match="no role colour in a table of invoices"):
        sj.Ledger.from_invoices(table, colour="x")
    with pytest.raises(sj.SchemaError, match="cannot be corrected"):
        invoiced().apply(table)


def test_usage_as_a_trailing_mean_of_prices_and_of_lines() -> None:
    months = ["2024-01", "2024-02", "2024-03", "2024-04"]
    assert [int(metered(sj.Policy()).mrr(month)) for month in ["2023-12", *months]] == [900, 750, 500, 200, 0]
    assert [int(metered(sj.Policy(usage_months=1)).mrr(month)) for month in ["2023-12", *months]] == [900, 600, 0, 0, 0]
    policy = sj.Policy(usage="trailing_mean")
    assert [int(invoiced(policy).mrr(month)) for month in months] == [10_000, 10_000 + 2613, 10_000 + 2806, 10_000 + 2871]
    assert "metered" not in invoiced(policy).counts
    assert metered(sj.Policy()).explain("a", "2024-01").rows == [0, 1]
    with pytest.raises(sj.SchemaError, match="usage_months lie in 1 .. 120"):
        sj.Policy(usage_months=0)


def test_changes_minutes_apart_are_one_change() -> None:
    import datetime

    hour = sj.Policy(grouping_minutes=60)
    assert int(logged().mrr("2024-01")) == 5000 and int(logged(hour).mrr("2024-01")) == 8000
    assert logged(hour).counts["grouped"] == 1 and "grouped" not in logged().counts
    assert "not_applied" not in logged(hour).options
    days = {**MOMENTS, "date": ["2024-01-31", "2024-02-01"]}
    assert sj.Ledger.from_changes(days, mrr_after="level", policy=hour).options["not_applied"] == "grouping_minutes"
    for when in ([datetime.datetime(2024, 1, 31, 23, 50), datetime.datetime(2024, 2, 1, 0, 20, 59)],
                 ["2024-01-31T23:50:00", "2024-02-01T00:20:59.25"]):
        book = sj.Ledger.from_changes({**MOMENTS, "date": when, "plan": ["x", "x"]}, mrr_after="level", as_of="2024-06-01", policy=hour,
                                      segment="plan")
        assert int(book.mrr("2024-01")) == 8000
        assert book.by_segment().mrr("2024-01")["mrr"].to_list() == [8000]
    # On one day the later change counts, wherever its row stands.
    swapped = {"account_id": ["a", "a"], "date": ["2024-01-05 12:00", "2024-01-05 09:00"], "level": [7, 5]}
    assert int(sj.Ledger.from_changes(swapped, mrr_after="level", as_of="2024-06-01").mrr("2024-01")) == 7
    for bad in ("2024-01-05 24:00", "2024-01-05 09:00Z", "2024-01-05 9:00", "2024-02-30 09:00"):
        with pytest.raises(sj.DataError, match='column "date", row 1.*a moment is written'):
            sj.Ledger.from_changes({**swapped, "date": ["2024-01-05 12:00", bad]}, mrr_after="level")
    zoned = [datetime.datetime(2024, 1, 5, tzinfo=datetime.timezone.utc)] * 2
    with pytest.raises(sj.SchemaError, match="reporting zone"):
        sj.Ledger.from_changes({**swapped, "date": zoned}, mrr_after="level")
    why = sj.reconcile(logged(), sj.Policy(), hour, "2024-01")
    assert why["option"].to_list() == ["under a", "grouping_minutes", "under b"] and why["closing"].to_list() == [5000, 3000, 8000]


def test_nonpayment_is_past_due_without_a_day_and_days_stay() -> None:
    prices = {"account_id": ["a"], "start": ["2024-01-01"], "amount_minor": [100], "unpaid_since": ["2024-02-10"]}

    def february(**options: Any) -> int:
        return int(sj.Ledger.from_prices(prices, unpaid_since="unpaid_since", as_of="2024-06-01", policy=sj.Policy(**options)).mrr("2024-02"))

    assert february() == 100
    assert february(churn_at="nonpayment") == february(past_due=0) == 0
    assert february(churn_at="nonpayment", past_due=30) == february(past_due=30) == 100
    assert sj.Policy(churn_at="nonpayment").hash() != sj.Policy(past_due=0).hash()


def test_bad_prices_name_their_place() -> None:
    table = {"account_id": ["a", "b"], "start": ["2024-01-01"] * 2, "amount_minor": [100, 100], "unit": ["month", "moon"]}
    with pytest.raises(sj.DataError, match='column "unit", row 1, value moon: one of day, week, month, quarter, year'):
        sj.Ledger.from_prices(table, unit="unit")
    with pytest.raises(sj.SchemaError, match="no role colour"):
        sj.Ledger.from_prices(table, colour="unit")
    with pytest.raises(sj.SchemaError, match="which subscription"):
        sj.Ledger.from_prices(table, policy=sj.Policy(unit="subscription"))
    with pytest.raises(sj.SchemaError, match="paid, trial"):
        sj.Ledger.from_prices(table, part="half")


def test_states_of_parts_add_up_under_a_policy() -> None:
    for name in PRESETS:
        ledger = priced(sj.Policy.preset(name))
        total = sj._core.RevenueState()
        for part in ledger.partition(3):
            total += part.state("2024-01", "2024-02")
        assert total == ledger.state("2024-01", "2024-02")
        assert ledger.with_policy(sj.Policy()).mrr("2024-01") == priced().mrr("2024-01")
    with pytest.raises(sj.SchemaError, match="unit of the whole"):
        priced().partition(2)[0].with_policy(sj.Policy(unit="subscription"))


@pytest.mark.parametrize("a", [None, "stripe", "maxio"])
@pytest.mark.parametrize("b", PRESETS)
def test_reconciliation_adds_up_exactly(a: str | None, b: str) -> None:
    first = sj.Policy() if a is None else sj.Policy.preset(a)
    second = sj.Policy.preset(b)
    shown = sj.reconcile(priced(), first, second, "2024-01")
    differing = {name for name in OPTIONS if getattr(first, name) != getattr(second, name)}
    options = shown["option"].to_list()
    assert options[0] == "under a" and options[-1] == "under b" and set(options[1:-1]) == differing
    for name in ("opening", "new", "reactivation", "expansion", "contraction", "churn", "closing", "accounts_closing"):
        values = shown[name].to_list()
        assert sum(values[:-1]) == values[-1]
    under_b = january(priced(second))
    assert shown["closing"].to_list()[-1] == under_b["closing"]
    assert shown["churn"].to_list()[-1] == under_b["churn"]


def test_reconciliation_of_a_rate_follows_the_options_in_a_fixed_order() -> None:
    shown = sj.reconcile(lapses(), sj.Policy(), sj.Policy.preset("stripe"), "2024-01", metric="logo_churn")
    assert shown["option"].to_list() == ["under a", "churn_at", "logo_denominator", "ltv_churn", "window", "under b"]
    values, changes = shown["value"].to_list(), shown["change"].to_list()
    assert values[0] == lapses().logo_churn("2024-01").value
    assert values[-1] == lapses(sj.Policy.preset("stripe")).logo_churn("2024-01").value
    assert math.fsum(changes[1:-1]) == pytest.approx(values[-1] - values[0])
    assert changes[1] == 0 and shown.options["not_applied"] == "churn_at"
    with pytest.raises(sj.SchemaError, match="logo_churn"):
        sj.reconcile(lapses(), sj.Policy(), sj.Policy(), "2024-01", metric="nps")


KELLOGG = sj.Policy.preset("kellogg_atr")
TERMS = {"account": ["a", "a", "b", "c", "d"], "start": ["2023-02-01", "2024-02-01", "2023-03-01", "2022-06-01", "2023-05-01"],
         "end": ["2024-02-01", "2025-02-01", "2024-03-01", "2026-06-01", "2024-05-01"], "mrr": [200, 180, 100, 5000, 70]}


def test_chr_16_quarters_under_kellogg_atr() -> None:
    for opening, lost, shown in ((10_000, 250, 10.0), (11_250, 275, 9.8), (12_725, 325, 10.2), (14_650, 400, 10.9)):
        kept = opening - lost
        rows = {"account": ["kept", "kept", "lost", "later"], "start": ["2023-02-10", "2024-02-10", "2023-02-10", "2023-06-01"],
                "end": ["2024-02-10", "2025-02-10", "2024-02-10", "2026-06-01"], "mrr": [kept, kept, lost, 99_999]}
        book = sj.Ledger(rows, as_of="2024-06-01", policy=KELLOGG)
        assert abs(100 * book.mrr_churn("2024-Q1").value - shown) < 0.05 + 1e-9


def test_churn_over_what_was_available_to_renew_is_that_of_the_terms() -> None:
    book = sj.Ledger(TERMS, as_of="2024-06-01", policy=KELLOGG)
    due = book.available_to_renew("2024-Q1")
    assert book.logo_churn("2024-Q1").n == 2 and book.logo_churn("2024-Q1").value == 4 * due.logo_churn.value == 2.0
    assert book.mrr_churn("2024-Q1").value == pytest.approx(4 * due.gross_mrr_churn.value) == pytest.approx(4 * 120 / 300)
    assert book.mrr_churn("2024-Q1", kind="net").value == pytest.approx(4 * 120 / 300)
    linearised = book.mrr_churn("2024-Q1", method="linearised")
    assert linearised.method == "linearised" and linearised.low != book.mrr_churn("2024-Q1").low
    assert book.logo_churn("2024-Q1").options["complete"] is True
    rolling = sj.Ledger(TERMS, as_of="2024-06-01", policy=dataclasses.replace(KELLOGG, window=31, annualise="none"))
    assert rolling.logo_churn("2024-04-01").value == 1.0 and rolling.logo_churn("2024-04-01").options["first"] == "2024-03-01"
    assert book.logo_churn("2020-Q1").reason is not None
    assert rolling.minimum_detectable_change("logo_churn", "2024-04-01", n=50).baseline == 1.0


def test_without_terms_it_says_so_and_never_divides_by_something_else() -> None:
    corrected = sj.Ledger(TERMS, as_of="2024-06-01", policy=KELLOGG)
    corrected.apply({name: column[:1] for name, column in TERMS.items()})
    months = {"account_id": ["a", "b"], "month": ["2024-01", "2024-01"], "mrr_minor": [1, 2]}
    segmented = sj.Ledger({**TERMS, "plan": ["x", "x", "x", "y", "y"]}, as_of="2024-06-01", policy=KELLOGG, segment="plan")
    for ask in (lambda: corrected.logo_churn("2024-Q1"), lambda: corrected.mrr_churn("2024-Q1"),
                lambda: sj.Ledger.from_snapshots(months, policy=KELLOGG).logo_churn("2024-01"),
                lambda: priced(KELLOGG).logo_churn("2024-01"),
                lambda: segmented.by_segment("plan").logo_churn("2024-Q1"),
                lambda: segmented.partition(2)[0].mrr_churn("2024-Q1", kind="net"),
                lambda: segmented.compare("logo_churn", "2024-Q1", "2023-Q4"),
                lambda: segmented.contributors("2024-Q1", "gross_mrr_churn"),
                lambda: sj.reconcile(segmented, sj.Policy(), KELLOGG, "2024-Q1", metric="logo_churn")):
        with pytest.raises(sj.SchemaError, match="needs (the rows as )?terms.*name another logo_denominator"):
            ask()
    assert sj.reconcile(segmented, sj.Policy(), KELLOGG, "2024-03")["closing"].to_list()[0] == 5250
    assert segmented.nrr("2024-03").n == 3
    everybody = dataclasses.replace(KELLOGG, net_churn="expansion_only")
    with pytest.raises(sj.SchemaError, match="count everybody"):
        sj.Ledger(TERMS, as_of="2024-06-01", policy=everybody).mrr_churn("2024-Q1", kind="net")


def test_ue_04_and_ue_05_lifetime_value_from_a_ledger() -> None:
    def book(users: int, leave: int, **policy: Any) -> sj.Ledger:
        table = {"account": list(range(users)), "start": ["2023-01-01"] * users,
                 "end": ["2024-01-15" if i < leave else None for i in range(users)], "mrr": [1000] * users}
        return sj.Ledger(table, as_of="2024-09-01", policy=sj.Policy(**policy))

    found = book(10, 1, ltv_churn="period").ltv("2024-01", margin=1)
    assert found.value == pytest.approx(10_000) and found.options["churn_a_month"] == pytest.approx(0.1)
    assert book(100, 3, ltv_churn="period").ltv("2024-01", margin=1).value / 1000 == pytest.approx(33.33, rel=1e-3)
    # Of the six months before July the first one lost three of a hundred.
    july = book(100, 3).ltv("2024-07", margin=0.5)
    assert july.value == pytest.approx(500 / (0.03 / 6)) and math.isnan(july.low)
    assert (july.options["first"], july.options["last"]) == ("2024-01-01", "2024-06-30")
    assert book(100, 3).ltv("2024-01", margin=0.5).reason is not None
    assert book(100, 3, annualise="compound", ltv_churn="period").ltv("2024-01", margin=1).value / 1000 == pytest.approx(33.33, rel=1e-3)
    polar = book(100, 3, **sj.Policy.preset("polar").changes())
    assert polar.ltv("2024-07", margin=1).value == 0
    # Thirty days are less than a month: as many leave in them, so more do in a month.
    stripe = book(100, 3, **sj.Policy.preset("stripe").changes())
    assert stripe.ltv("2024-01", margin=1).value / 1000 == pytest.approx((100 / 3) / (365 / 12 / 30), rel=1e-9)


def test_lifetime_value_says_what_it_needs() -> None:
    with pytest.raises(TypeError, match="margin"):
        lapses().ltv("2024-01")  # type: ignore[call-arg]
    with pytest.raises(sj.DataError, match="gross_margin"):
        lapses().ltv("2024-01", margin=80)
    with pytest.raises(sj.SchemaError, match="give cap_months"):
        lapses(sj.Policy(ltv_zero_churn="cap")).ltv("2024-01", margin=0.8)
    with pytest.raises(sj.SchemaError, match="only for it"):
        lapses().ltv("2024-01", margin=0.8, cap_months=12)
    with pytest.raises(sj.SchemaError, match="another share"):
        lapses(KELLOGG).ltv("2024-01", margin=0.8)


def test_ages_of_cohorts_in_days_of_tenure() -> None:
    tenures = sj.Policy(cohort_index="tenure_days")
    table = {"account": ["a", "b", "b", "c"], "start": ["2024-01-01", "2024-01-15", "2024-05-01", "2024-04-01"],
             "end": [None, "2024-02-20", None, None], "mrr": [1000, 700, 700, 300], "plan": ["x", "y", "y", "x"]}
    book = sj.Ledger(table, as_of="2024-06-01", policy=tenures, segment="plan")
    days, money = book.cohorts(), book.cohorts(measure="mrr")
    # "b" has had its 150th day on 12 June, which is not known; "c" its 60th on 30 May, which is.
    assert days.counts == [[2, 1, 1, 2, None], [None] * 5, [None] * 5, [1, 1, None, None, None], [None] * 5]
    assert money.counts[0] == [1700, 1000, 1000, 1700, None] and money.retention()[0][1] == pytest.approx(1000 / 1700)
    assert days.average()[0] == 1.0 and days.average()[1] == pytest.approx(2 / 3)
    parts = list(book.by_segment().cohorts().values())
    # A part knows an age as soon as its own accounts have been seen to it; together they are the whole.
    assert parts[0].state + parts[1].state == days.state and parts[0].counts[0][4] == 1
    assert book.cohort_contributors("2024-01", 3).amount == 2 and book.cohort_contributors("2024-01", 1, measure="mrr").amount == 1000
    with pytest.raises(sj.SchemaError, match="seen to age 4"):
        book.cohort_contributors("2024-01", 4)
    months = {"account_id": ["a", "a"], "month": ["2024-01-01", "2024-02-01"], "mrr_minor": [10, 10]}
    with pytest.raises(sj.SchemaError, match="from_snapshots"):
        sj.Snapshots(months, "2024-01", "2024-02", account="account_id", mrr="mrr_minor", policy=tenures).cohorts()
    assert sj.Ledger.from_snapshots(months, policy=tenures).cohorts().counts[0][0] == 1
    euros_ = {**table, "currency": ["EUR", "USD", "USD", "EUR"]}
    rates = {"currency": ["EUR"], "date": ["2024-05-30"], "rate": ["2"]}
    both = sj.Ledger(euros_, currency="currency", rates=rates, report_in="USD", as_of="2024-06-01", policy=tenures)
    assert both.cohorts().counts == days.counts and both.cohorts(measure="mrr").counts[0] == [2700, 2000, 2000, 2700, None]
    assert both.cohorts(first="2024-01", last="2024-02").counts == [[2, 1], [None, None]]
