"""Columns by role: as named, otherwise by their usual names, and errors that name the candidates."""

from __future__ import annotations

import pytest

from sojourn._frames.roles import ROLES, candidates, find_roles, only_candidate, pick, refuse_other_currency
from sojourn._frames.usual_names import USUAL_NAMES
from sojourn.errors import SchemaError
from sojourn.revenue._sources.invoices import ROLES as INVOICES
from sojourn.revenue._sources.prices import ROLES as PRICES

RENEWALS = ("account", "term_start", "term_end", "value", "renewed_on", "renewed_value", "renewed_until", "auto_renewed")

TABLE = {"Customer_ID": ["a"], "start_date": ["2024-01-01"], "end_date": [None], "mrr_cents": [100], "note": ["x"]}


def test_named_columns_are_taken_as_named_in_the_order_of_the_roles() -> None:
    names, columns = pick(TABLE, {"mrr": "mrr_cents", "account": "note"})
    assert names == {"mrr": "mrr_cents", "account": "note"} and list(columns) == ["mrr", "account"]
    assert columns["account"].to_list() == ["x"]


def test_columns_without_a_name_are_found_by_their_usual_names() -> None:
    names, columns = pick(TABLE, dict.fromkeys(ROLES))
    assert names == {"account": "Customer_ID", "start": "start_date", "end": "end_date", "mrr": "mrr_cents"}
    assert columns["mrr"].to_list() == [100]


def test_none_and_several_candidates_are_errors_that_name_them() -> None:
    with pytest.raises(SchemaError, match="several columns may be the mrr: mrr, mrr_minor; name it with mrr="):
        only_candidate("mrr", ["mrr", "mrr_minor", "start"])
    with pytest.raises(SchemaError, match="no column looks like the end; name it with end=.* The table has: start"):
        only_candidate("end", ["start"])
    with pytest.raises(SchemaError, match="amount"):
        pick(TABLE, {"account": None, "mrr": "amount"})


@pytest.mark.parametrize(
    ("role", "name"),
    [
        ("account", "Account Name"),
        ("account", "accountName"),
        ("account", "Customer ID"),
        ("account", "COMPANY-NAME"),
        ("start", "Contract Start"),
        ("end", "Contract End Date"),
        ("mrr", "MRR"),
        ("mrr", "MRR (USD)"),
        ("mrr", "mrr_eur"),
        ("mrr", "ARR"),
        ("mrr", "Annual Recurring Revenue"),
        ("amount", "Unit Price"),
        ("cancelled_on", "Canceled At"),
        ("owner", "Owner"),
        ("owner", "Account Owner"),
        ("value", "ACV"),
        ("kind", "entity_type"),
    ],
)
def test_names_of_billing_systems_and_crm_exports_are_known(role: str, name: str) -> None:
    assert only_candidate(role, ["note", name, "colour"]) == name


@pytest.mark.parametrize(
    ("role", "name"), [("mrr", "arrears"), ("account", "account_type"), ("start", "restart"), ("end", "weekend")]
)
def test_a_name_that_only_contains_a_usual_one_is_none(role: str, name: str) -> None:
    assert candidates(role, [name]) == []


def test_optional_roles_are_found_left_out_or_declined() -> None:
    present = ["Account Name", "start", "Contract End", "note", "known_from"]
    found = find_roles(present, {}, required=("account", "start"), optional=("end", "quantity"), arguments=("known_from",))
    assert found.names == {"account": "Account Name", "start": "start", "end": "Contract End"} == found.inferred
    assert found.unused == ["known_from"] and found.not_applied == ['column "known_from"']
    declined = find_roles([*present, "quantity"], {"quantity": None}, required=("account",), optional=("quantity",))
    assert declined.names == {"account": "Account Name"} and declined.unused == ["quantity"]
    named = find_roles(present, {"account": "note"}, required=("account",))
    assert named.names == {"account": "note"} and named.inferred == {} == named.describe()


def test_ambiguity_is_an_error_that_lists_the_readings() -> None:
    with pytest.raises(
        SchemaError, match="several columns may be the account: Account ID, Account Name; name it with account="
    ):
        find_roles(["Account ID", "Account Name"], {}, required=("account",))
    with pytest.raises(SchemaError, match="several columns may be the mrr: MRR, ARR"):
        find_roles(["MRR", "ARR"], {}, required=("mrr",))
    with pytest.raises(SchemaError, match="several columns may be the quantity: quantity, seats"):
        find_roles(["quantity", "seats"], {}, required=(), optional=("quantity",))
    with pytest.raises(SchemaError, match='column "end_date" may be the end or the service_end'):
        find_roles(["end_date"], {}, required=("end", "service_end"))
    # A column that has a role by name is no candidate for another one.
    assert find_roles(["mrr", "ARR"], {"change": "mrr"}, required=("mrr", "change")).names == {"mrr": "ARR", "change": "mrr"}


def test_a_column_says_when_its_amounts_are_a_year() -> None:
    found = find_roles(["account", "ARR"], {}, required=("account", "mrr"))
    assert found.describe() == {"columns": {"account": "account", "mrr": "ARR (a year, divided by 12)"}}


def test_a_currency_in_a_name_is_that_of_the_ledger() -> None:
    refuse_other_currency({"mrr": "MRR (USD)", "account": "name"}, "usd")
    with pytest.raises(SchemaError, match=r'column "MRR \(EUR\)" says EUR, but the currency is USD; give currency="EUR"'):
        refuse_other_currency({"mrr": "MRR (EUR)"}, "USD")


def test_no_name_stands_for_two_roles_of_one_source() -> None:
    """Sources whose roles are searched together share no usual name."""
    for roles in (("account", *PRICES), INVOICES, RENEWALS, ("account", "when", "mrr_after", "subscription")):
        seen: dict[str, str] = {}
        for role in roles:
            for name in USUAL_NAMES.get(role, ()):
                assert seen.setdefault(name, role) == role, (name, role, seen[name])
