"""Labels of segments: from a table of accounts, and after corrections."""

from __future__ import annotations

import sojourn as sj


def test_labels_from_a_table_of_accounts_and_after_corrections() -> None:
    rows = {"account": ["a", "b"], "start": ["2024-01-01"] * 2, "end": [None, None], "mrr": [100, 50], "plan": ["x", "y"]}
    ledger = sj.Ledger(rows, as_of="2025-01-01", segment="plan", amounts="minor")
    ledger.add_segment("size", {"id": ["a", "b", "z"], "employees": [5, 500, 1]}, account="id", label="employees")
    assert ledger.by_segment("size").mrr("2024-02")["segment"].to_list() == ["5", "500"]
    more = {"account": ["b"], "start": ["2024-05-01"], "end": [None], "mrr": [10], "plan": ["x"]}
    ledger.apply(more)
    assert ledger.by_segment("plan").mrr("2024-06").to_dicts() == [{"segment": "x", "mrr": 160}]
    ledger.retract(more)
    assert ledger.by_segment("plan").mrr("2024-06").to_dicts() == [{"segment": "x", "mrr": 100}, {"segment": "y", "mrr": 50}]
    ledger.split(
        {"account": ["b"], "start": ["2024-01-01"], "end": [None], "mrr": [50], "plan": ["y"]}, "c", since="2024-03-01"
    )
    assert ledger.by_segment("plan").mrr("2024-06").to_dicts() == [{"segment": "x", "mrr": 100}, {"segment": "y", "mrr": 50}]
    ledger.merge("a", "b")
    assert ledger.by_segment("plan").mrr("2024-02").to_dicts() == [{"segment": "y", "mrr": 150}]
    assert ledger.partition(2)[0].by_segment("plan").name == "plan"
