"""Lines of invoices that are read wrongly elsewhere; the rows of the edge cases by their ids."""

from __future__ import annotations

from typing import Any

import pytest

import sojourn as sj

JUNE: dict[str, list[Any]] = {
    "account_id": ["a"] * 3,
    "service_start": ["2024-06-01", "2024-06-16", "2024-06-16"],
    "service_end": ["2024-07-01"] * 3,
    "amount_minor": [8000, 10_000, -4000],
}


def invoiced(lines: dict[str, list[Any]], policy: sj.Policy | None = None) -> sj.Ledger:
    return sj.Ledger.from_invoices(lines, as_of="2025-06-01", policy=policy)


@pytest.mark.parametrize("preset", [None, "chartmogul", "recurly", "stripe", "profitwell"])
@pytest.mark.parametrize(
    "more",
    [
        {},
        {"full_start": [None, "2024-06-01", None], "full_end": [None, "2024-07-01", None]},
        {"kind": [None, None, "proration"]},
        {"kind": ["subscription", "Remaining time", "Unused time"]},
        {"kind": ["plan_item_price", "plan_item_price", "subscription_change"]},
    ],
)
def test_e01_the_credit_of_an_upgrade_is_no_refund(more: dict[str, list[Any]], preset: str | None) -> None:
    ledger = invoiced({**JUNE, **more}, sj.Policy.preset(preset) if preset else None)
    june = ledger.movements("2024-06", "2024-06")
    assert (june["new"].to_list(), june["expansion"].to_list(), june["closing"].to_list()) == ([8000], [12_000], [20_000])
    assert ledger.counts["prorations"] == 1
    assert "refunds" not in ledger.counts


def test_e01_what_goes_back_of_the_only_charge_is_a_refund() -> None:
    lines = {name: [values[0], values[2]] for name, values in JUNE.items()}
    ledger = invoiced(lines)
    assert int(ledger.mrr("2024-06")) == 8000
    assert ledger.counts["refunds"] == 1 and "prorations" not in ledger.counts


@pytest.mark.parametrize(
    ("start", "end", "amount"),
    [
        ("2024-01-31", "2024-02-29", 3000),
        ("2023-01-31", "2023-02-28", 3000),
        ("2023-02-28", "2023-03-31", 3000),
        ("2024-08-31", "2024-09-30", 3000),
        ("2023-11-30", "2024-02-29", 9000),
        ("2024-01-31", "2024-04-30", 9000),
        ("2024-02-29", "2025-02-28", 36_000),
    ],
)
def test_e03_anniversaries_on_short_months_are_whole_months(start: str, end: str, amount: int) -> None:
    ledger = invoiced({"account_id": ["a"], "service_start": [start], "service_end": [end], "amount_minor": [amount]})
    assert ledger.explain("a", "2023-01" if start < "2023-02" else start[:4])["after"].to_list()[0] == 3000


def test_e04_the_day_of_the_month_drifts_from_31_to_29() -> None:
    starts = ["2024-01-31", "2024-02-29", "2024-03-29", "2024-04-29"]
    lines = {
        "account_id": ["a"] * 4,
        "service_start": starts,
        "service_end": [*starts[1:], "2024-05-29"],
        "amount_minor": [3000] * 4,
    }
    assert [int(invoiced(lines).mrr(f"2024-0{month}")) for month in range(1, 6)] == [3000, 3000, 3000, 3000, 0]


@pytest.mark.parametrize("preset", ["stripe", "maxio", "polar", "kellogg_atr"])
def test_c04_no_date_after_the_end_of_service_moves_mrr(preset: str) -> None:
    lines = {
        "account_id": ["a"],
        "service_start": ["2024-01-01"],
        "service_end": ["2025-01-01"],
        "amount_minor": [12_000],
        "ended_on": ["2024-03-01"],
        "cancelled_on": ["2024-04-15"],
    }
    ledger = invoiced(lines, sj.Policy.preset(preset))
    assert [int(ledger.mrr(month)) for month in ("2024-02", "2024-03")] == [1000, 0]


def test_a_word_of_a_kind_that_says_too_little_is_refused() -> None:
    with pytest.raises(
        sj.DataError, match='column "kind", row 1, value credit: one of recurring, one_off, usage, refund, prora'
    ):
        invoiced({**JUNE, "kind": [None, "credit", None]})
