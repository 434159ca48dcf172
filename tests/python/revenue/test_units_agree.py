"""Under a view by parent every question agrees with the movements of parents, or is refused in words."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Any

import pytest

import sojourn as sj
from test_units import PLAIN, random_book

PARENTS = {"unit": "parent"}
MOVED = ("new", "reactivation", "expansion", "contraction", "churn", "transfer_in", "transfer_out")


def sold(**more: Any) -> sj.Ledger:
    """North gives its only account to south on 15 June; c, of south, leaves in May."""
    ledger = sj.Ledger(PLAIN | {"why": [None, None, "price"]}, parent="belongs_to", as_of="2024-12-01", **more)
    ledger.set_parent("a", "south", since="2024-06-15")
    return ledger.with_view(unit="parent")


@pytest.mark.parametrize("seed", range(25))
def test_explanations_of_parents_add_up_to_movements_with_transfers(seed: int) -> None:
    ledger, _, _ = random_book(random.Random(seed))
    parents = ledger.with_view(unit="parent")
    for row in ledger.movements("2024-01", "2024-09", split_by="parent").to_dicts():
        found = parents.explain(row["parent"], row["period"])
        moved = dict.fromkeys(MOVED, 0)
        for one in found.to_dicts():
            moved[one["movement"]] += abs(one["after"] - one["before"])
        assert moved == {name: row[name] for name in MOVED}, (row["parent"], row["period"])
        assert (found.opening, found.closing) == (row["opening"], row["closing"])


@pytest.mark.parametrize("seed", range(15))
def test_contributors_add_up_to_movements_or_are_refused(seed: int) -> None:
    ledger, _, _ = random_book(random.Random(100 + seed))
    parents = ledger.with_view(unit="parent")
    for row in parents.movements("2024-02", "2024-08").to_dicts():
        transfers = any(row[name] for name in ("transfer_in", "accounts_in", "accounts_out"))
        for cell in ("opening", "closing", "accounts_opening", "accounts_closing"):
            assert parents.contributors(row["period"], cell).amount == row[cell]
        for cell in ("new", "reactivation", "expansion", "contraction", "churn", "accounts_churned", "accounts_new"):
            if transfers:
                with pytest.raises(sj.SchemaError, match=re.escape(f'contributors("{cell}"): accounts change parents')):
                    parents.contributors(row["period"], cell)
            else:
                assert parents.contributors(row["period"], cell).amount == row[cell]
        for cell, rate in (
            ("nrr", parents.nrr(row["period"], window=1)),
            ("grr", parents.grr(row["period"], window=1)),
            ("logo_churn", parents.logo_churn(row["period"])),
            ("gross_mrr_churn", parents.mrr_churn(row["period"])),
        ):
            window = 1 if cell in ("nrr", "grr") else None
            behind = parents.contributors(row["period"], cell, window=window)
            assert behind.value == pytest.approx(rate.value, nan_ok=True)
            assert behind.options.get("owners_on") == rate.options.get("owners_on")


REFUSED: dict[str, Callable[[sj.Ledger], Any]] = {
    "cohorts": lambda parents: parents.cohorts(),
    "cohort_contributors": lambda parents: parents.cohort_contributors("2024-01", 2),
    "survival": lambda parents: parents.survival(),
    "tenure": lambda parents: parents.tenure(),
    "ltv": lambda parents: parents.ltv("2024-07", margin=0.8),
    "compare": lambda parents: parents.compare("logo_churn", "2024-06", "2024-05"),
    "by_segment": lambda parents: parents.by_segment("plan").movements("2024-05", "2024-07"),
    "by_cause": lambda parents: parents.movements("2024-05", "2024-07", by_cause=True),
    "state": lambda parents: parents.state("2024-05", "2024-07").movements(),
    "split_by": lambda parents: parents.movements("2024-05", "2024-07", split_by="plan"),
}


@pytest.mark.parametrize("question", REFUSED)
def test_what_knows_no_transfers_is_refused_and_answers_for_the_owners_of_one_day(question: str) -> None:
    ask, rows = REFUSED[question], PLAIN | {"plan": ["x", "y", "x"]}
    ledger = sj.Ledger(rows, parent="belongs_to", as_of="2024-12-01", segment="plan")
    parents = ledger.with_view(unit="parent")
    ask(parents)  # who belongs to whom does not change
    ledger.set_parent("a", "south", since="2024-06-15")
    parents = ledger.with_view(unit="parent")
    with pytest.raises(
        sj.SchemaError, match=r"neither churn nor new business|would show as churn and new business"
    ) as refused:
        ask(parents)
    assert 'with_view(unit="parent", owners_on=' in str(refused.value)
    ask(parents.with_view(owners_on="2024-06-01"))
    ask(ledger.with_view(unit="account"))


def test_periods_without_transfers_answer_by_cause_and_label() -> None:
    parents = sold(cause="why", segment="plan") if "plan" in PLAIN else sold(cause="why")
    may = parents.movements("2024-05", "2024-05", by_cause=True).to_dicts()
    assert [(row["cause"], row["contraction"]) for row in may if row["contraction"]] == [("price", 7)]
    with pytest.raises(sj.SchemaError, match="2024-06"):
        parents.movements("2024-05", "2024-07", by_cause=True)


def test_churn_by_cause_of_parents_adds_up_to_churn_under_transfers() -> None:
    rows = PLAIN | {"end": [None, "2024-06-20", "2024-05-20"], "why": [None, "price", "price"]}
    ledger = sj.Ledger(rows, parent="belongs_to", as_of="2024-12-01", cause="why")
    ledger.set_parent("a", "west", since="2024-06-15")
    parents = ledger.with_view(unit="parent")
    whole = parents.logo_churn("2024-06")
    assert whole.value == 0.5  # south left; north went on as west
    assert parents.logo_churn("2024-06", cause="price").value == whole.value
    assert parents.logo_churn("2024-06", cause="price").options["owners_on"] == "2024-05-31"
    assert parents.mrr_churn("2024-06", cause="price").value == parents.mrr_churn("2024-06").value
    assert parents.available_to_renew("2024-06").logo_churn.n == 1
    found = parents.bootstrap("logo_churn", "2024-06", replicates=100)
    assert found.value == whole.value and found.options["owners_on"] == "2024-05-31"
    assert parents.minimum_detectable_change("logo_churn", "2024-06").options["owners_on"] == "2024-05-31"


def test_owners_of_one_day_own_accounts_throughout_and_travel_with_bytes() -> None:
    fixed = sold().with_view(owners_on="2024-06-01")
    june = fixed.movements("2024-06", "2024-06").to_dicts()[0]
    assert (june["transfer_in"], june["accounts_out"], june["closing"]) == (0, 0, 120)
    assert fixed.options["owners_on"] == "2024-06-01"
    later = sold().with_view(owners_on="2024-07-01")
    assert later.movements("2024-01", "2024-01")["accounts_closing"].to_list() == [1]
    again = sj.Ledger.from_bytes(fixed.to_bytes())
    assert again == fixed != sold() and again.options["owners_on"] == "2024-06-01"


def test_the_report_of_parents_shows_who_came_and_went_with_their_accounts() -> None:
    pytest.importorskip("vl_convert")
    pytest.importorskip("jinja2")
    page = sj.report(ledger=sold(), out=None, margin=0.8)
    text = re.search(r"<script[^>]*application/json[^>]*>(.*?)</script>", page, re.S)
    assert text is not None
    accounts = json.loads(text.group(1))["revenue"]["accounts"]
    june = json.loads(text.group(1))["revenue"]["periods"].index("2024-06")
    assert (accounts["in"][june], accounts["out"][june]) == (0, 1)
    for i in range(len(accounts["opening"])):
        gained = accounts["new"][i] + accounts["reactivated"][i] + accounts["in"][i]
        assert accounts["opening"][i] + gained - accounts["churned"][i] - accounts["out"][i] == accounts["closing"][i]
    assert "accounts go from one parent to another" in page and "Not shown" in page
    whole = sj.report(ledger=sold().with_view(owners_on="2024-06-01"), out=None)
    assert "Not shown" not in whole
