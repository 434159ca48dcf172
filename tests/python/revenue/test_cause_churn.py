"""Churn and cohorts by cause: over all causes they add up to the whole."""

from __future__ import annotations

from typing import Any

import pytest

import sojourn as sj

ROWS: dict[str, list[Any]] = {
    "account": list("abcdefg"),
    "start": ["2024-01-01"] * 4 + ["2024-01-15", "2024-02-01", "2024-02-01"],
    "end": ["2024-03-05", "2024-03-10", "2024-03-20", None, "2024-04-01", "2024-03-31", None],
    "mrr_minor": [700, 500, 300, 900, 100, 400, 200],
    "why": ["voluntary", "payment_failed", "moved to a rival", None, "voluntary", None, None],
}
CAUSES = ("unknown", "voluntary", "payment_failed", "moved to a rival")


@pytest.fixture
def ledger() -> sj.Ledger:
    return sj.Ledger(ROWS, cause="why", as_of="2024-06-01")


def test_logo_churn_by_cause_counts_accounts(ledger: sj.Ledger) -> None:
    whole = ledger.logo_churn("2024-03")
    shares = {cause: ledger.logo_churn("2024-03", cause=cause) for cause in CAUSES}
    assert {cause: round(one.value * one.n) for cause, one in shares.items()} == {
        "unknown": 1,
        "voluntary": 1,
        "payment_failed": 1,
        "moved to a rival": 1,
    }
    assert sum(one.value for one in shares.values()) == pytest.approx(whole.value)
    assert all(one.n == whole.n and one.low is not None for one in shares.values())
    assert shares["voluntary"].options["cause"] == "voluntary" and shares["voluntary"].name == "logo_churn"


def test_mrr_churn_by_cause_adds_up(ledger: sj.Ledger) -> None:
    whole = ledger.mrr_churn("2024-03")
    shares = [ledger.mrr_churn("2024-03", cause=cause) for cause in CAUSES]
    assert sum(one.value for one in shares) == pytest.approx(whole.value)
    assert shares[1].value == pytest.approx(700 / 3100)
    linear = ledger.mrr_churn("2024-03", cause="voluntary", method="linearised")
    assert linear.value == shares[1].value and linear.low != shares[1].low


@pytest.mark.parametrize("policy", ["chartmogul", "chartmogul_b2c", "stripe", "recurly", "baremetrics"])
def test_causes_add_up_under_presets(policy: str) -> None:
    ledger = sj.Ledger(ROWS, cause="why", as_of="2024-06-01", policy=sj.Policy.preset(policy))
    for ask in (ledger.logo_churn, ledger.mrr_churn):
        whole = ask("2024-03")
        assert sum(ask("2024-03", cause=cause).value for cause in CAUSES) == pytest.approx(whole.value)


def test_what_has_no_cause_is_refused_and_words_are_listed(ledger: sj.Ledger) -> None:
    with pytest.raises(sj.SchemaError, match='cause "bored" is none of unknown, voluntary, .*, moved to a rival'):
        ledger.logo_churn("2024-03", cause="bored")
    with pytest.raises(sj.SchemaError, match='cause "bored" is none of'):
        ledger.cohorts(cause="bored")
    with pytest.raises(sj.SchemaError, match="net_mrr_churn also counts what was gained"):
        ledger.mrr_churn("2024-03", kind="net", cause="voluntary")
    with pytest.raises(sj.SchemaError, match="count accounts, not mrr"):
        ledger.cohorts(cause="voluntary", measure="mrr")
    due = sj.Ledger(ROWS, cause="why", as_of="2024-06-01", policy=sj.Policy(logo_denominator="available_to_renew"))
    with pytest.raises(sj.SchemaError, match="name another logo_denominator"):
        due.logo_churn("2024-03", cause="voluntary")


@pytest.mark.parametrize(
    "policy", [sj.Policy(), sj.Policy(cohort_index="tenure_days"), sj.Policy(cohort_state="never_churned")]
)
def test_cohorts_by_cause_and_who_is_left_are_the_cohort(policy: sj.Policy) -> None:
    ledger = sj.Ledger(ROWS, cause="why", as_of="2024-06-01", policy=policy)
    kept = ledger.cohorts()
    causes = [ledger.cohorts(cause=cause) for cause in CAUSES]
    seen = 0
    for c, size in enumerate(kept.sizes):
        for age, stayed in enumerate(kept.counts[c]):
            gone = [one.counts[c][age] for one in causes]
            if stayed is None:
                assert gone == [None] * len(CAUSES)
                continue
            assert stayed + sum(n for n in gone if n is not None) == size
            seen += 1
    assert seen > 5
    assert repr(causes[1]).startswith(f"Triangle({len(kept.cohorts)} cohorts by month, accounts that left for voluntary)")
    assert causes[1].table().title == "Left for voluntary" and causes[1].options["cause"] == "voluntary"


def test_by_name_it_is_the_method(ledger: sj.Ledger) -> None:
    assert sj.measure("logo_churn", ledger, period="2024-03", cause="voluntary") == ledger.logo_churn(
        "2024-03", cause="voluntary"
    )
    for name in ("mrr_churn", "gross_mrr_churn"):
        assert sj.measure(name, ledger, period="2024-03", cause="voluntary") == ledger.mrr_churn(
            "2024-03", cause="voluntary"
        )
    assert sj.measure("cohorts", ledger, cause="voluntary").counts == ledger.cohorts(cause="voluntary").counts


def test_several_currencies_by_cause() -> None:
    rows = {**ROWS, "currency": ["EUR", "USD", "EUR", "USD", "EUR", "USD", "USD"]}
    rates = {"currency": ["EUR"] * 6, "month": [f"2024-0{m}" for m in range(1, 6)] + ["2023-12"], "rate": [1, 2, 3, 4, 5, 1]}
    ledger = sj.Ledger(rows, cause="why", as_of="2024-05-01", rates=rates, report_in="USD")
    whole = ledger.mrr_churn("2024-03")
    shares = [ledger.mrr_churn("2024-03", cause=cause).value for cause in CAUSES]
    assert sum(shares) == pytest.approx(whole.value) and shares[1] == pytest.approx(
        1400 / (1400 + 500 + 600 + 900 + 200 + 400 + 200)
    )
    march = {row["cause"]: row for row in ledger.movements("2024-03", "2024-03", by_cause=True).to_dicts()}
    assert march["voluntary"]["churn"] == 1400 and march["fx"]["fx"] == 100
    left = dict(zip(*(ledger.accounts_table()[name].to_list() for name in ("account", "cause")), strict=True))
    assert left == dict(
        zip("abcdefg", ["voluntary", "payment_failed", "moved to a rival", None, "voluntary", "unknown", None], strict=True)
    )


def test_the_picture_stacks_causes_with_one_colour_each(ledger: sj.Ledger) -> None:
    pytest.importorskip("matplotlib").use("Agg")
    table = ledger.movements("2024-01", "2024-04", by_cause=True)
    ax = table.plot()
    bars = {bar.get_label(): bar.patches[0].get_facecolor() for bar in ax.containers}
    assert set(bars) == set(CAUSES) and len(set(bars.values())) == len(CAUSES)
    assert [text.get_text() for text in ax.get_legend().get_texts()][-1] == "unknown"
    lowest = min(patch.get_y() + patch.get_height() for bar in ax.containers for patch in bar.patches)
    assert lowest == pytest.approx(-19.0)  # what left in March
    ax.figure.clf()


LEFT = {
    "account": ["a", "b", "c", "d"],
    "start": ["2024-01-01"] * 4,
    "end": ["2024-03-10", "2024-03-20", None, "2024-03-25"],
    "mrr_minor": [700, 500, 90, 40],
    "why": ["price", "voluntary", None, "price"],
    "plan": ["x", "y", "x", "x"],
}


def test_contributors_and_segments_by_cause_add_up_to_churn_by_cause() -> None:
    ledger = sj.Ledger(LEFT, cause="why", segment="plan", as_of="2024-06-01")
    behind = ledger.contributors("2024-03", "logo_churn", cause="price")
    assert sorted(behind["account"].to_list()[:2]) == ["a", "d"]
    assert behind.value == ledger.logo_churn("2024-03", cause="price").value == 0.5
    assert behind.options["cause"] == "price" and behind.amount == 2
    churned = ledger.contributors("2024-03", "churn", cause="price", top=1)
    assert (churned["account"].to_list(), churned["amount"].to_list(), churned.others["amount"]) == (["a"], [700], 40)
    whole = ledger.contributors("2024-03", "churn").amount
    assert sum(ledger.contributors("2024-03", "churn", cause=why).amount for why in ("price", "voluntary")) == whole
    with pytest.raises(sj.SchemaError, match="what was gained"):
        ledger.contributors("2024-03", "nrr", cause="price")
    plans = ledger.by_segment("plan")
    shown = {row["segment"]: row["value"] for row in plans.logo_churn("2024-03", cause="price").to_dicts()}
    assert shown == {"x": 2 / 3, "y": 0.0}
    money = {row["segment"]: row["value"] for row in plans.mrr_churn("2024-03", cause="voluntary").to_dicts()}
    assert money == {"x": 0.0, "y": 1.0}
    with pytest.raises(sj.SchemaError, match="gross"):
        plans.mrr_churn("2024-03", kind="net", cause="price")
