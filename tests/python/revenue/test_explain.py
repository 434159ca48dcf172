"""Why an account counts as it does in a period."""

from __future__ import annotations

import datetime

import pytest

import sojourn as sj
from ledger_books import ROWS


def test_explain_names_movements_and_rows() -> None:
    ledger = sj.Ledger(ROWS, as_of="2024-07-01", amounts="minor")
    why = ledger.explain("a", "2024-03")
    assert why.to_dicts() == [{"day": datetime.date(2024, 3, 10), "movement": "expansion", "before": 1000, "after": 1500}]
    assert why.rows == [0, 1]
    assert (why.opening, why.closing) == (1000, 1500)
    assert len(ledger.explain("c", "2024-03")) == 0
    with pytest.raises(sj.DataError, match="'zz'"):
        ledger.explain("zz", "2024-03")
