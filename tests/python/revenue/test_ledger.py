"""Making a ledger: any frame, bad rows and shapes, what is known, and parts that add up."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

import sojourn as sj
from ledger_books import ROWS
from policy_books import priced


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow"])
def test_any_frame_gives_the_same(kind: str, periods: dict[str, list[Any]], ledger: sj.Ledger) -> None:
    module = pytest.importorskip(kind)
    frame = module.table(periods) if kind == "pyarrow" else module.DataFrame(periods)
    other = sj.Ledger(frame, account="account_id", start="start", end="end", mrr="mrr_cents", as_of="2025-01-01")
    assert other.state("2022-01", "2024-12") == ledger.state("2022-01", "2024-12")


def test_decimal_money_counts_in_minor_units_of_the_currency() -> None:
    euros = {**ROWS, "mrr": [Decimal("10.00"), Decimal("15.00"), Decimal("7.00"), Decimal("3.00")]}
    assert sj.Ledger(euros, amounts="major", currency="EUR", as_of="2024-07-01").mrr("2024-06") == 1800


def test_as_of_is_the_first_day_not_known() -> None:
    ledger = sj.Ledger(ROWS, as_of="2024-02-20", amounts="minor")
    assert ledger.counts["future_starts"] == 1
    assert ledger.counts["future_ends"] == 2
    shown = ledger.movements("2024-01", "2024-02")
    assert shown["churn"].to_list() == [0, 0]
    assert shown.options["incomplete"] == "2024-02"
    assert ledger.logo_churn("2024-02").options["complete"] is False
    with pytest.warns(sj.InputWarning, match="2024-03-11 is the day after the latest date"):
        assert sj.Ledger(ROWS, amounts="minor").as_of == datetime.date(2024, 3, 11)


@pytest.mark.parametrize(
    ("column", "row", "value", "message"),
    [
        ("mrr", 2, -5, 'column "mrr", row 2, value -5'),
        ("end", 0, "2023-12-31", 'column "end", row 0, value 2023-12-31'),
        ("start", 1, None, 'column "start", row 1'),
        ("start", 1, "2300-01-01", 'column "start", row 1'),
        ("account", 3, None, 'column "account", row 3'),
    ],
)
def test_bad_rows_name_their_place(column: str, row: int, value: Any, message: str) -> None:
    broken = {name: list(values) for name, values in ROWS.items()}
    broken[column][row] = value
    with pytest.raises(sj.DataError) as caught:
        sj.Ledger(broken, as_of="2024-07-01", amounts="minor")
    assert message in str(caught.value)
    assert caught.value.row == row


def test_bad_shapes_are_schema_errors() -> None:
    with pytest.raises(sj.SchemaError, match="mrr_cents, mrr_minor"):
        sj.Ledger({**{k: v for k, v in ROWS.items() if k != "mrr"}, "mrr_cents": ROWS["mrr"], "mrr_minor": ROWS["mrr"]})
    with pytest.raises(sj.SchemaError, match="no column looks like the account.*has: start, end, mrr"):
        sj.Ledger({k: v for k, v in ROWS.items() if k != "account"})
    with pytest.raises(sj.SchemaError, match='"amount".*not in the table'):
        sj.Ledger(ROWS, mrr="amount")
    with pytest.raises(sj.SchemaError, match="mrr"):
        sj.Ledger({**ROWS, "mrr": [10.0, 15.5, 7.0, 3.0]}, amounts="minor")
    with pytest.raises(sj.SchemaError, match="length"):
        sj.Ledger({**ROWS, "mrr": [1, 2, 3]})
    ledger = sj.Ledger(ROWS, as_of="2024-07-01", amounts="minor")
    for wrong in ("2024-13", "December", "2024-Q5", 2024, None):
        with pytest.raises(sj.SchemaError):
            ledger.logo_churn(wrong)
    with pytest.raises(sj.SchemaError, match="before"):
        ledger.movements("2024-03", "2024-01")
    with pytest.raises(sj.SchemaError, match="whole number of quarters"):
        ledger.movements("2024-01", "2024-02", by="quarter")
    with pytest.raises(sj.SchemaError):
        ledger.movements("2024-01", "2024-02", by="week")
    with pytest.raises(sj.SchemaError):
        sj.Ledger(ROWS, as_of="yesterday", amounts="minor")
    with pytest.raises(sj.SchemaError):
        ledger.nrr("2024-06", window=0)


def test_parts_add_up_to_the_whole(ledger: sj.Ledger) -> None:
    whole = ledger.state("2024-01", "2024-12")
    for n in (1, 2, 3, 8):
        total = type(whole)()
        for part in ledger.partition(n):
            total += part.state("2024-01", "2024-12")
        assert total == whole
        assert total.to_bytes() == whole.to_bytes()
    assert type(whole).from_bytes(whole.to_bytes()) == whole
    with pytest.raises(sj.StateError):
        total += ledger.state("2024-01", "2024-06")


def test_states_of_parts_add_up_under_a_policy() -> None:
    for name in sj.Policy.presets():
        ledger = priced(sj.Policy.preset(name))
        total = sj._core.revenue.RevenueState()
        for part in ledger.partition(3):
            total += part.state("2024-01", "2024-02")
        assert total == ledger.state("2024-01", "2024-02")
        assert ledger.with_policy(sj.Policy()).mrr("2024-01") == priced().mrr("2024-01")
    with pytest.raises(sj.SchemaError, match="unit of the whole"):
        priced().partition(2)[0].with_policy(sj.Policy(unit="subscription"))
