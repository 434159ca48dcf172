"""Ledgers of rows that say when they were known: a period as it was known on a day."""

from __future__ import annotations

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
    earlier = [part.as_known_on("2024-02-01", as_of="2025-01-01") for part in past.partition(2)]
    whole = book.as_known_on("2024-02-01", as_of="2025-01-01")
    assert sum(int(part.mrr("2024-01")) for part in earlier) == int(whole.mrr("2024-01"))
    assert past.with_policy(sj.Policy(unit="account", grr="churn_only")).options["known_on"] == "2024-02-05"


def test_what_is_said_of_an_account_replaces_the_parent_of_its_rows_from_that_day_on() -> None:
    rows = {
        "account": ["a", "b"],
        "start": ["2024-01-01"] * 2,
        "end": [None, None],
        "mrr_minor": [100, 20],
        "belongs_to": ["north", "south"],
    }
    book = sj.Ledger(rows, parent="belongs_to", as_of="2024-12-01")
    book.set_parent("a", "south", since="2024-06-01")
    parents = book.with_view(unit="parent")
    assert [(row["movement"], row["after"]) for row in parents.explain("north", "2024").to_dicts()] == [
        ("new", 100),
        ("transfer_out", 0),
    ]
    assert parents.explain("south", "2024-05").closing == 20 and parents.explain("south", "2024-06").closing == 120
    parents.set_parent("b", "north")
    assert parents.explain("north", "2024-05").closing == 120 and parents.explain("south", "2024-06").closing == 100


def test_either_end_of_cohorts_may_be_left_out() -> None:
    rows = {
        "account": ["a", "b", "c"],
        "start": ["2024-01-01", "2024-03-01", "2024-05-01"],
        "end": [None] * 3,
        "mrr_minor": [100, 20, 5],
    }
    book = sj.Ledger(rows, as_of="2024-08-01")
    months = [f"2024-{month:02d}" for month in range(1, 8)]
    assert book.cohorts().cohorts == months
    assert book.cohorts(first="2024-03").cohorts == months[2:]
    assert book.cohorts(last="2024-03").cohorts == months[:3]
    assert book.cohorts(first="2024-Q2", by="quarter").cohorts == ["2024-Q2", "2024-Q3"]
