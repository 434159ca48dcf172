"""Restatements: the accounts that changed a closed period, and their rows."""

from __future__ import annotations

import random
from typing import Any

import pytest

import sojourn as sj
from known_rows import KNOWN_NAMES, LATE, KnownRow, known_ledger, known_table

BUCKETS = (
    "opening",
    "new",
    "reactivation",
    "expansion",
    "contraction",
    "churn",
    "fx",
    "closing",
    "accounts_opening",
    "accounts_new",
    "accounts_reactivated",
    "accounts_churned",
    "accounts_closing",
)


def plain(rows: list[KnownRow], when: str, **more: Any) -> sj.Ledger:
    """The rows known on a day, picked by hand."""
    known = [row for row in rows if (row[4] or "") <= when and (row[5] is None or when < row[5])]
    return sj.Ledger(
        {name: [row[i] for row in known] for i, name in enumerate(KNOWN_NAMES[:4])},
        as_of="2025-01-01",
        **more,
        amounts="minor",
    )


def random_rows(draw: random.Random) -> list[KnownRow]:
    rows: list[KnownRow] = []
    for _ in range(draw.randint(4, 25)):
        start = f"2023-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
        end = None if draw.random() < 0.4 else f"2024-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
        known = None if draw.random() < 0.2 else f"2024-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"
        gone = None if draw.random() < 0.6 else f"2024-12-{draw.randint(28, 31)}"
        rows.append((f"c{draw.randint(1, 6)}", start, end, draw.choice([0, 100, 2500, 4900]), known, gone))
    return rows


def test_restatement_lists_the_accounts_and_their_rows() -> None:
    why = known_ledger(LATE).restatement("2024-01", known_on=["2024-02-05", "2024-03-05"])
    assert why["account"].to_list() == ["b", "c"]
    assert why["churn"].to_list() == [1000, 0] and why["new"].to_list() == [0, 700]
    assert (why.before["closing"], why.after["closing"], why.change["closing"]) == (6000, 5700, -300)
    assert why.learned == {"b": [2], "c": [3]} and why.dropped == {"b": [1], "c": []}
    assert why.options["known_on"] == "2024-02-05, 2024-03-05"


@pytest.mark.parametrize("policy", [sj.Policy(), sj.Policy(movement_mode="net_endpoints", lapse_grace=20)])
def test_every_bucket_adds_up_on_random_ledgers(policy: sj.Policy) -> None:
    draw = random.Random(5)
    for _ in range(30):
        rows = random_rows(draw)
        book = known_ledger(rows, policy=policy)
        first, second = (f"2024-{draw.randint(7, 12):02d}-15" for _ in range(2))
        for period, by in (("2024-06", "month"), ("2024-Q2", "quarter"), ("2023", "year")):
            why = book.restatement(period, known_on=[first, second])
            closes = [
                plain(rows, day, policy=policy).movements(period, period, by=by).to_dicts()[0] for day in (first, second)
            ]
            assert [why.before, why.after] == [{name: close[name] for name in BUCKETS} for close in closes]
            for name in BUCKETS:
                assert sum(why[name].to_list()) == closes[1][name] - closes[0][name] == why.change[name]


def test_impossible_questions_are_refused() -> None:
    book = known_ledger(LATE)
    with pytest.raises(sj.SchemaError, match="2024-02 was not over on 2024-02-05"):
        book.restatement("2024-02", known_on=["2024-02-05", "2024-03-05"])
    with pytest.raises(sj.SchemaError, match="two days"):
        book.restatement("2024-01", known_on=["2024-02-05"])
    with pytest.raises(sj.SchemaError, match="known_from="):
        sj.Ledger(
            {name: known_table(LATE)[name] for name in KNOWN_NAMES[:4]}, as_of="2025-01-01", amounts="minor"
        ).as_known_on("2024-02-05")
    with pytest.raises(sj.DataError, match="taken back before it is known"):
        known_ledger([("a", "2024-01-01", None, 1, "2024-02-01", "2024-01-01")])
    with pytest.raises(sj.SchemaError, match="recorded"):
        sj.Ledger(known_table(LATE), known_from="recorded")


def test_picture() -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    axes = known_ledger(LATE).restatement("2024-01", known_on=["2024-02-05", "2024-03-05"]).plot()
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert labels == ["as known on\n2024-02-05", "b", "c", "as known on\n2024-03-05"]
    heights = [patch.get_height() for patch in axes.patches]
    assert heights == [-10.0, 7.0]


GROUPS = {
    "account": ["a", "b", "c", "b"],
    "start": ["2024-01-01"] * 3 + ["2024-03-01"],
    "end": [None, "2024-03-10", None, "2024-05-01"],
    "mrr_minor": [1000, 500, 70, 30],
    "recorded": ["2024-01-01"] * 3 + ["2024-04-20"],
    "group": ["north", "north", "south", "north"],
}


def test_a_restatement_by_parent_lists_parents_and_adds_up_to_their_movements() -> None:
    ledger = sj.Ledger(GROUPS, parent="group", known_from="recorded", as_of="2024-06-01").with_view(unit="parent")
    why = ledger.restatement("2024-03", known_on=["2024-04-05", "2024-05-05"])
    assert why["account"].to_list() == ["north"] and why.learned == {"north": [3]}
    assert (why["closing"].to_list(), why["expansion"].to_list(), why["contraction"].to_list()) == ([30], [30], [0])
    for close, day in ((why.before, "2024-04-05"), (why.after, "2024-05-05")):
        shown = ledger.as_known_on(day, as_of="2024-06-01").movements("2024-03", "2024-03").to_dicts()[0]
        assert close == {name: shown[name] for name in BUCKETS}
    by_account = sj.Ledger(GROUPS, parent="group", known_from="recorded", as_of="2024-06-01")
    assert by_account.restatement("2024-03", known_on=["2024-04-05", "2024-05-05"])["account"].to_list() == ["b"]


def test_a_restatement_of_parents_refuses_a_period_in_which_accounts_change_parents() -> None:
    ledger = sj.Ledger(GROUPS, parent="group", known_from="recorded", as_of="2024-06-01")
    ledger.set_parent("a", "south", since="2024-03-15", known_from="2024-04-10")
    parents = ledger.with_view(unit="parent")
    known = ["2024-04-05", "2024-05-05"]
    with pytest.raises(sj.SchemaError, match="restatement: accounts change parents in 2024-03"):
        parents.restatement("2024-03", known_on=known)
    assert parents.restatement("2024-02", known_on=known).change["closing"] == 0
    fixed = parents.with_view(owners_on="2024-06-01").restatement("2024-03", known_on=known)
    assert sum(fixed["closing"].to_list()) == 30
