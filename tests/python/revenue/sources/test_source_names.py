"""Every source finds its columns by their usual names, says which it found, and drops none in silence."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import sojourn as sj


def test_prices_find_the_columns_called_exactly_like_their_roles() -> None:
    table = {
        "account_id": ["a", "b"],
        "start": ["2024-01-01"] * 2,
        "amount": [12_000, 1000],
        "unit": ["year", "month"],
        "end": [None, "2024-02-01"],
    }
    ledger = sj.Ledger.from_prices(table, amounts="minor", as_of="2024-04-01")
    assert [int(ledger.mrr(month)) for month in ("2024-01", "2024-02")] == [2000, 1000]
    assert ledger.options["columns"] == {
        "account": "account_id",
        "start": "start",
        "amount": "amount",
        "end": "end",
        "unit": "unit",
    }
    without = sj.Ledger.from_prices(table, amounts="minor", as_of="2024-04-01", end=None)
    assert int(without.mrr("2024-02")) == 2000
    assert without.options["not_applied"] == 'column "end"'


def test_invoices_find_the_names_of_billing_exports() -> None:
    lines = {
        "Customer ID": ["a"],
        "Service Period Start": ["2024-01-01"],
        "Service Period End": ["2025-01-01"],
        "Amount Minor": [12_000],
        "Line Type": ["subscription"],
        "Tax Cents": [0],
    }
    ledger = sj.Ledger.from_invoices(lines, as_of="2024-06-01")
    assert int(ledger.mrr("2024-01")) == 1000
    assert ledger.options["columns"]["kind"] == "Line Type" and ledger.options["columns"]["tax_minor"] == "Tax Cents"


CRM: dict[str, list[Any]] = {
    "Account Name": ["Acme", "Globex"],
    "Owner": ["Ann", "Ben"],
    "Contract Start": ["2024-01-01", "2024-02-01"],
    "Contract End": ["2025-01-01", None],
    "ARR": [100, 24_000],
}


def test_a_crm_export_with_arr_is_divided_by_12_exactly() -> None:
    ledger = sj.Ledger(CRM, amounts="minor", as_of="2024-06-01")
    assert ledger.mrr("2024-01").exact == Fraction(100, 12)
    assert 12 * ledger.mrr("2024-02").exact == 24_100
    assert ledger.options["columns"]["mrr"] == "ARR (a year, divided by 12)"
    assert ledger.explain("Globex", "2024-02")["after"].to_list() == [2000]
    ledger.retract({name: values[:1] for name, values in CRM.items()})
    assert int(ledger.mrr("2024-02")) == 2000


def test_arr_on_every_road_to_mrr() -> None:
    months = {"customer": ["a"], "month": ["2024-01"], "ARR": [12_000]}
    assert int(sj.Ledger.from_snapshots(months, amounts="minor", as_of="2024-02-01").mrr("2024-01")) == 1000
    assert sj.Snapshots(months, "2024-01", "2024-01", amounts="minor", as_of="2024-02").movements()["new"].to_list() == [
        1000
    ]
    assert sj.movements(CRM, "2024-01", "2024-02", amounts="minor", as_of="2024-06-01")["closing"].to_list() == [8, 2008]
    assert sj.mrr_series(CRM, "2024-02", "2024-02", amounts="minor", as_of="2024-06-01")["mrr"].to_list() == [2008]
    known = sj.Ledger(
        {**CRM, "known_from": ["2024-01-01"] * 2}, known_from="known_from", amounts="minor", as_of="2024-06-01"
    )
    assert int(known.mrr("2024-02")) == 2008
    rates = {"currency": ["EUR"] * 2, "date": CRM["Contract Start"], "rate": ["2"] * 2}
    euros = {**CRM, "currency": ["EUR", "EUR"]}
    ledger = sj.Ledger(
        euros, currency="currency", rates=rates, report_in="USD", fx="service_start", amounts="minor", as_of="2024-06-01"
    )
    assert int(ledger.mrr("2024-02")) == 4017


def test_changes_find_levels_or_differences_and_refuse_both() -> None:
    log = {"Customer": ["a", "a"], "Effective Date": ["2024-01-01", "2024-02-01"]}
    levels = sj.Ledger.from_changes({**log, "New MRR": [100, 300]}, amounts="minor", as_of="2024-04-01")
    assert [int(levels.mrr(month)) for month in ("2024-01", "2024-02")] == [100, 300]
    differences = sj.Ledger.from_changes({**log, "change": [100, 200]}, amounts="minor", as_of="2024-04-01")
    assert int(differences.mrr("2024-02")) == 300
    with pytest.raises(sj.SchemaError, match="the table has both: New MRR, change"):
        sj.Ledger.from_changes({**log, "New MRR": [1, 1], "change": [1, 1]})
    with pytest.raises(sj.SchemaError, match="mrr_after=, or that of differences with change="):
        sj.Ledger.from_changes(log)


def test_renewals_find_the_columns_of_a_contract_list() -> None:
    contracts = {
        "Account": ["a", "b"],
        "Contract End": ["2024-03-01", "2024-03-15"],
        "ACV": [100, 100],
        "Renewal Date": ["2024-03-01", None],
        "Renewal Value": [100, None],
    }
    found = sj.renewals(contracts, "2024-03", amounts="minor", as_of="2024-06-01")
    assert found.logo.value == 0.5
    assert found.options["columns"]["term_end"] == "Contract End"


@pytest.mark.parametrize("column", ["known_from", "known_until", "purchased_on"])
def test_a_column_called_like_an_argument_that_is_not_given_is_said(column: str) -> None:
    table = {**CRM, column: ["2024-01-01"] * 2}
    assert sj.Ledger(table, amounts="minor", as_of="2024-06-01").options["not_applied"] == f'column "{column}"'
    prices = {"account": ["a"], "start": ["2024-01-01"], "amount": [1], column: ["2024-01-01"]}
    assert sj.Ledger.from_prices(prices, amounts="minor", as_of="2024-06-01").options["not_applied"] == f'column "{column}"'


def test_two_columns_that_fit_a_role_are_both_named() -> None:
    with pytest.raises(sj.SchemaError, match="several columns may be the account: Account Name, Account ID"):
        sj.Ledger({**CRM, "Account ID": ["1", "2"]}, as_of="2024-06-01")
    prices = {"account": ["a"], "start": ["2024-01-01"], "amount": [1], "end": [None], "Contract End": [None]}
    with pytest.raises(sj.SchemaError, match="several columns may be the end: end, Contract End"):
        sj.Ledger.from_prices(prices)


def test_a_currency_in_a_name_is_that_of_the_ledger() -> None:
    table = {"account": ["a"], "start": ["2024-01-01"], "end": [None], "MRR (EUR)": [100]}
    ledger = sj.Ledger(table, amounts="minor", as_of="2024-06-01")
    assert int(ledger.mrr("2024-01")) == 100 and ledger.options["currency"] == "EUR"
    with pytest.raises(sj.SchemaError, match='says EUR, but the currency is USD; give currency="EUR"'):
        sj.Ledger(table, currency="USD", amounts="minor", as_of="2024-06-01")


def test_the_unit_of_a_column_that_was_found_is_asked_for() -> None:
    prices = {"account": ["a"], "start": ["2024-01-01"], "amount_minor": [1000], "Discount Amount": [500]}
    with pytest.raises(sj.SchemaError, match="Discount Amount"):
        sj.Ledger.from_prices(prices, as_of="2024-06-01")
    assert int(sj.Ledger.from_prices(prices, discount_minor="Discount Amount", as_of="2024-06-01").mrr("2024-01")) == 500


@pytest.mark.parametrize("road", ["pandas", "polars", "arrow", "numpy", "records"])
def test_every_frame_is_found_by_name_alike_and_other_columns_are_not_read(road: str) -> None:
    table: dict[str, list[Any]] = {**CRM, "Contract End": ["2025-01-01", "2025-02-01"]}
    nested = {**table, "plan": [{"id": 1}, {"id": 2}]}
    if road == "pandas":
        frame = pytest.importorskip("pandas").DataFrame(nested)
    elif road == "polars":
        frame = pytest.importorskip("polars").DataFrame(nested)
    elif road == "arrow":
        frame = pytest.importorskip("pyarrow").table(nested)
    elif road == "numpy":
        numpy = pytest.importorskip("numpy")
        frame = {name: numpy.array(values) for name, values in table.items()}
    else:
        frame = [dict(zip(nested, row, strict=True)) for row in zip(*nested.values(), strict=True)]
    ledger = sj.Ledger(frame, amounts="minor", as_of="2024-06-01")
    assert int(ledger.mrr("2024-02")) == 2008
    assert set(ledger.options["columns"]) == {"account", "start", "end", "mrr"}


def test_labels_are_found_in_any_spelling() -> None:
    ledger = sj.Ledger(CRM, amounts="minor", as_of="2024-06-01", segment="owner")
    assert ledger.by_segment("owner").mrr("2024-02")["segment"].to_list() == ["Ann", "Ben"]
    plain = sj.Ledger(CRM, amounts="minor", as_of="2024-06-01")
    accounts = {"Account Name": ["Acme", "Globex"], "Account Owner": ["Ann", "Ben"]}
    plain.add_segment("owner", accounts)
    assert plain.by_segment("owner").mrr("2024-02")["segment"].to_list() == ["Ann", "Ben"]
    with pytest.raises(sj.SchemaError, match='several columns may be "owner": Owner, CSM'):
        sj.Ledger({**CRM, "CSM": ["x", "y"]}, amounts="minor", as_of="2024-06-01", segment="owner")
