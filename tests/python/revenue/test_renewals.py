"""Renewal rates of contracts."""

from __future__ import annotations

import pytest

import sojourn as sj


def test_renewals() -> None:
    day = "2024-06-15"
    contracts = {
        "account_id": [1, 2, 3, 4, 5],
        "term_end": [day] * 5,
        "value_minor": [100, 100, 100, 100, 100],
        "renewed_on": ["2024-06-01", day, "2024-07-10", None, "2024-09-01"],
        "renewed_value_minor": [150, 80, 100, None, 100],
    }
    found = sj.renewals(contracts, "2024-06", as_of="2024-10-01")
    assert found.counts == {
        "due": 5,
        "early": 1,
        "on_time": 1,
        "late": 1,
        "lost": 2,
        "returned_after_grace": 1,
        "pending": 0,
        "units_pending": 0,
    }
    assert found.logo.value == pytest.approx(0.6)
    assert found.gross_dollar.value == pytest.approx(280 / 500)
    assert found.net_dollar.value == pytest.approx(330 / 500)
    early = sj.renewals(contracts, ("2024-06-01", "2024-07-01"), as_of="2024-07-01")
    assert early.counts["pending"] == 3
    assert early.logo.value == 1.0
    assert len(found.table()) == 3
    with pytest.raises(sj.SchemaError, match="account, contract"):
        sj.renewals(contracts, "2024-06", as_of="2024-10-01", unit="seat")


def test_kinds_of_renewals_are_counted_and_change_no_rate() -> None:
    contracts = {
        "account_id": [1, 2, 3, 3],
        "term_start": ["2023-06-01", "2021-06-10", "2023-06-05", "2023-06-20"],
        "term_end": ["2024-06-01", "2024-06-10", "2024-06-05", "2024-06-20"],
        "value_minor": [100] * 4,
        "renewed_on": ["2024-06-01", None, "2024-06-20", "2024-06-20"],
        "renewed_value_minor": [100, None, 90, 90],
        "until": ["2027-06-01", None, "2025-06-20", None],
        "auto": [True, None, False, False],
    }
    without_start = {name: values for name, values in contracts.items() if name != "term_start"}
    plain = sj.renewals(without_start, "2024-06", as_of="2024-10-01")
    assert plain.kinds == {"co_terminated": 2}
    full = sj.renewals(
        contracts, "2024-06", as_of="2024-10-01", term_start="term_start", renewed_until="until", auto_renewed="auto"
    )
    assert full.kinds == {
        "co_terminated": 2,
        "multi_year_due": 1,
        "term_known": 4,
        "multi_year_renewed": 1,
        "renewed_term_known": 2,
        "auto_renewed": 1,
        "auto_known": 3,
    }
    assert float(full.logo) == float(plain.logo) and full.counts == plain.counts
    with pytest.raises(sj.SchemaError, match="true or false"):
        sj.renewals(contracts, "2024-06", as_of="2024-10-01", auto_renewed="until")
