"""Ledgers of rows that say when they were known: a period as it was known on a day."""

from __future__ import annotations

import pytest

import sojourn as sj
from known_rows import LATE, known_ledger, known_table


def test_a_close_as_it_was_known() -> None:
    book = known_ledger(LATE)
    assert book.counts["rows"] == 3 and book.counts["taken_back"] == 1 and book.options["known_on"] == "now"
    february = book.as_known_on("2024-02-05")
    assert february.counts["not_yet_known"] == 2 and february.as_of.isoformat() == "2024-02-06"
    assert int(february.mrr("2024-01")) == 6000 and int(book.mrr("2024-01")) == 5700
    assert february.movements("2024-02", "2024-02").options["incomplete"] == "2024-02"
    assert february.as_known_on("2024-02-10").options["known_on"] == "2024-02-10"
    assert february.explain("b", "2024-01").rows == [1] and book.explain("b", "2024-01").rows == [2]
    assert february.as_known_on("2024-02-05", as_of="2024-12-31").as_of.isoformat() == "2024-12-31"


def test_keys_may_be_numbers_and_parts_keep_the_day() -> None:
    numbered = known_table(LATE) | {"account": [1, 2, 2, 3]}
    book = sj.Ledger(numbered, known_from="recorded_at", known_until="retracted_at", as_of="2025-01-01", amounts="minor")
    assert book.restatement("2024-01", known_on=["2024-02-05", "2024-03-05"])["account"].to_list() == [2, 3]
    past = book.as_known_on("2024-02-05")
    assert sum(int(part.mrr("2024-01")) for part in past.partition(2)) == 6000
    with pytest.raises(sj.SchemaError, match="ask the whole"):
        past.partition(2)[0].as_known_on("2024-02-01")
    assert past.with_policy(sj.Policy(unit="account", grr="churn_only")).options["known_on"] == "2024-02-05"
