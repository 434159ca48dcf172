"""How long accounts stay: one row per account, which `survival` and `kaplan_meier` read alike."""

from __future__ import annotations

import pytest

import sojourn as sj


def stays() -> sj.Ledger:
    rows = {
        "account_id": ["stays", "leaves", "returns", "returns", "free"],
        "start": ["2024-01-01", "2024-01-01", "2024-01-01", "2024-03-01", "2024-01-01"],
        "end": [None, "2024-01-31", "2024-02-01", None, None],
        "mrr_minor": [100, 200, 300, 400, 0],
    }
    return sj.Ledger(rows, as_of="2024-04-01")


def test_a_lapse_does_not_end_a_tenure_and_free_accounts_have_none() -> None:
    found = stays().tenure()
    assert sorted(map(tuple, (row.values() for row in found.to_dicts()))) == [
        (30, True, 200),
        (91, False, 100),
        (91, False, 400),
    ]
    assert found.options["as_of"] == "2024-04-01"


def test_survival_is_the_estimate_of_these_tenures() -> None:
    book, found = stays(), stays().tenure()
    plain = sj.kaplan_meier(found["days"], found["churned"])
    weighted = sj.kaplan_meier(found["days"], found["churned"], weights=found["mrr"])
    assert repr(book.survival()) == repr(plain)
    assert repr(book.survival(weights="mrr")) == repr(weighted)
    with pytest.raises(sj.SchemaError, match="weights"):
        book.survival(weights="accounts")


def test_survival_uses_the_final_churn(ledger: sj.Ledger) -> None:
    curve = ledger.survival()
    values = curve.survival.to_list()
    assert all(a >= b for a, b in zip(values, values[1:], strict=False))
    assert 0 < values[-1] < 1
    assert ledger.survival(weights="mrr").survival.to_list() != values
    with pytest.raises(sj.SchemaError):
        ledger.survival(weights="seats")
