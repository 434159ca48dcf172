"""How long customers stay by label and by cause, straight from a ledger."""

from __future__ import annotations

import random
from typing import Any

import pytest

import sojourn as sj

WORDS = ["voluntary", "payment_failed", "moved to a rival"]


def book_of(accounts: range, **more: Any) -> sj.Ledger:
    rows: dict[str, list[Any]] = {"account_id": [], "start": [], "end": [], "mrr_minor": [], "plan": [], "why": []}

    def add(*row: Any) -> None:
        for name, value in zip(rows, row, strict=True):
            rows[name].append(value)

    for i in accounts:
        draw = random.Random(i)
        start, gone = draw.randrange(1, 10), draw.randrange(11, 20)
        first, later = ("basic", "pro") if i % 3 else ("pro", "pro")
        left = i % 4 != 0
        # On the tenth of October those with an end to come move to another plan.
        add(f"a{i}", f"2023-{start:02d}-05", "2023-10-10", 100 + i, first, None)
        end = f"{2023 + (gone - 1) // 12}-{(gone - 1) % 12 + 1:02d}-20"
        add(f"a{i}", "2023-10-10", end if left else None, 200 + i, later, WORDS[i % 3] if left else None)
    return sj.Ledger(rows, segment="plan", cause="why", as_of="2025-01-01", **more)


BOOK = book_of(range(120))


def lives(book: sj.Ledger = BOOK) -> list[dict[str, Any]]:
    return book.accounts_table().to_dicts()


def first_plan(account: str) -> str:
    return "basic" if int(account[1:]) % 3 else "pro"


def test_curves_by_the_label_that_an_account_began_with() -> None:
    curves = BOOK.survival(by="plan")
    assert set(curves) == {"basic", "pro"}
    for plan, curve in curves.items():
        mine = [row for row in lives() if first_plan(row["account"]) == plan]
        wanted = sj.kaplan_meier([row["tenure"] for row in mine], [row["churned"] for row in mine])
        assert repr(curve.table().to_dicts()) == repr(wanted.table().to_dicts())
        assert curve.options["segment_rule"] == "first" and curve.options["as_of"] == "2025-01-01"
    test = curves.logrank()
    rows = lives()
    plans = [first_plan(row["account"]) for row in rows]
    by_rows = sj.logrank([row["tenure"] for row in rows], [row["churned"] for row in rows], plans)
    assert test.statistic == pytest.approx(by_rows.statistic)
    money = BOOK.survival(by="plan", weights="mrr")
    assert money["pro"].options["measure"] == "weight"
    assert money["pro"].survival.to_list() != curves["pro"].survival.to_list()


def test_shares_by_cause_and_those_still_there_add_up_to_all() -> None:
    curves = BOOK.survival(cause=True)
    assert curves.causes == sorted(WORDS)
    plain = BOOK.survival()
    assert curves.survival.to_list() == pytest.approx(plain.survival.to_list())
    rows = lives()
    wanted = sj.cumulative_incidence([row["tenure"] for row in rows], [row["cause"] for row in rows])
    for cause in WORDS:
        assert repr(curves[cause].table().to_dicts()) == repr(wanted[cause].table().to_dicts())
    at = curves.at(400)
    assert sum(share.value for share in at.values()) == pytest.approx(1 - plain.at(400).value)


def test_one_cause_stands_beside_all_others() -> None:
    curves = BOOK.survival(cause="voluntary")
    assert curves.causes == ["voluntary", "(other causes)"]
    assert curves["voluntary"].incidence.to_list() == BOOK.survival(cause=True)["voluntary"].incidence.to_list()
    never = BOOK.survival(cause="expired")
    assert never["expired"].at(400).value == 0
    with pytest.raises(sj.SchemaError, match="voluntary"):
        BOOK.survival(cause="voluntray")


def test_causes_by_label_and_the_test_of_their_shares() -> None:
    curves = BOOK.survival(by="plan", cause=True)
    assert set(curves) == {"basic", "pro"}
    gray = curves.gray()
    assert gray["cause"].to_list() == sorted(WORDS)
    money = BOOK.survival(by="plan", cause="voluntary", weights="mrr")
    assert money["basic"].options["measure"] == "weight"
    assert money["basic"].options["cause"] == "voluntary"


def test_states_of_two_books_merge_to_the_state_of_both() -> None:
    halves = [book_of(range(60)), book_of(range(60, 120))]
    state = halves[0].survival(by="plan", cause=True).state
    state += halves[1].survival(by="plan", cause=True).state
    assert state == BOOK.survival(by="plan", cause=True).state
    curves = sj.lifetime.incidence_of_state(state)
    whole = BOOK.survival(by="plan", cause=True)
    assert curves["pro"]["voluntary"].incidence.to_list() == pytest.approx(whole["pro"]["voluntary"].incidence.to_list())
    assert sj.lifetime.ExitTable.from_bytes(state.to_bytes()) == state


def test_a_book_without_causes_and_wrong_arguments() -> None:
    rows = {"account_id": ["a", "b"], "start": ["2024-01-01"] * 2, "end": ["2024-03-01", None], "mrr_minor": [1, 2]}
    plain = sj.Ledger(rows, as_of="2024-06-01")
    assert plain.survival(cause=True).causes == ["unknown"]
    with pytest.raises(sj.SchemaError, match="segment"):
        plain.survival(by="plan")
    for wrong in ({"weights": "seats"}, {"weights": "seats", "cause": True}):
        with pytest.raises(sj.SchemaError, match="weights"):
            plain.survival(**wrong)
