"""When each account is reviewed next."""

from __future__ import annotations

import pytest

import sojourn as sj
from health_books import by


def test_cadence_h69() -> None:
    book = {
        "account_id": ["s", "l", "n"],
        "last_review": ["2024-01-31", "2024-01-31", None],
        "segment": ["small", "large", "small"],
    }
    plan = sj.cadence(book, as_of="2024-03-01", segment="segment", by_segment={"large": "1 month"}, every="3 months")
    rows = by(plan, "account")
    assert rows["s"]["next_due"].isoformat() == "2024-04-30"
    assert rows["l"]["next_due"].isoformat() == "2024-02-29"
    assert (rows["l"]["days_overdue"], rows["l"]["overdue"]) == (1, True)
    assert rows["n"]["next_due"].isoformat() == "2024-03-01"
    assert (plan.overdue, plan.due_now, plan.never_reviewed) == (1, 1, 1)
    for every in ("monthly", "0 days", "3 weeks", "-1 month"):
        with pytest.raises(sj.SchemaError):
            sj.cadence(book, as_of="2024-03-01", every=every)
    with pytest.raises(sj.SchemaError, match="segment="):
        sj.cadence(book, as_of="2024-03-01", by_segment={"large": "1 month"})
