"""Results stored and read again: the same scores, parts, deltas and alerts, and no other bytes than those."""

from __future__ import annotations

import copy
import datetime
import pickle
from typing import Any

import pytest

import sojourn as sj
from health_books import BEFORE, NOW, TWO_SIGNALS
from test_card_set import SET, TABLE

SMOOTH: dict[str, Any] = {
    **TWO_SIGNALS,
    "smoothing": {"half_life_days": 14},
    "rules": [{"id": "fell", "if": "delta(usage) < -3", "cap": 40, "diagnosis": "ability.low_use"}],
}
MANUAL = {"account": ["a", "zz"], "value": [30.0, 5.0], "mode": ["cap", "set"], "author": ["ann", "bob"]}


def chain() -> tuple[sj.HealthResult, sj.HealthResult]:
    card = sj.Scorecard.from_json(SMOOTH)
    before = card.score(BEFORE, as_of="2024-12-01")
    return before, card.score(NOW, as_of="2024-12-31", previous=before, manual=MANUAL)


def test_a_result_comes_back_bit_for_bit() -> None:
    before, now = chain()
    back = sj.HealthResult.from_bytes(now.to_bytes())
    assert back == now and hash(back) == hash(now) and back.to_bytes() == now.to_bytes()
    assert back.as_of == datetime.date(2024, 12, 31) and back.card == now.card
    for name in ("table", "cycle", "contributions", "lost_points", "rules", "adjustments", "manual", "drivers", "counters"):
        assert str(getattr(back, name)().to_dicts()) == str(getattr(now, name)().to_dicts()), name
    then = sj.HealthResult.from_bytes(before.to_bytes())
    assert str(back.delta(then).to_dicts()) == str(now.delta(before).to_dicts())
    assert str(back.diagnoses().to_dicts()) == str(now.diagnoses().to_dicts())
    found, again = (
        now.alerts(previous=before, owner="owner", value="mrr"),
        back.alerts(previous=then, owner="owner", value="mrr"),
    )
    assert str(found.to_dicts()) == str(again.to_dicts()) and len(found) > 0
    assert sj.transitions(then, back, weights="mrr").moved == sj.transitions(before, now, weights="mrr").moved
    # The next cycle goes on from what came back as from what was there.
    following = {**NOW, "usage": [5, 5, 5, 5]}
    scored = [now.card.score(following, as_of="2025-01-31", previous=last)["score"].to_list() for last in (now, back)]
    assert scored[0] == scored[1]


@pytest.mark.parametrize("make", [pickle.dumps, None], ids=["pickle", "deepcopy"])
def test_results_are_pickled_and_copied(make: Any) -> None:
    _, now = chain()
    assert (copy.deepcopy(now) if make is None else pickle.loads(make(now))) == now
    cards = sj.CardSet.from_json(SET).score(TABLE, as_of="2024-12-31")
    assert (copy.deepcopy(cards) if make is None else pickle.loads(make(cards))) == cards


def test_results_differ_by_what_they_were_scored_from() -> None:
    before, now = chain()
    other = now.card.score({**NOW, "usage": [4, 10, 6, 1]}, as_of="2024-12-31", previous=before, manual=MANUAL)
    assert before != now and other != now and now != "text"
    later = now.card.score(NOW, as_of="2025-01-01", previous=before, manual=MANUAL)
    assert later != now
    # How the columns are held says nothing.
    frames = pytest.importorskip("pandas")
    assert now.card.score(
        frames.DataFrame(BEFORE).astype({"usage": float, "mood": float}), as_of="2024-12-01"
    ) == now.card.score({**BEFORE, "usage": [10.0, 10, 8, 6], "mood": [10.0, 10, 8, 6]}, as_of="2024-12-01")


def test_keep_names_the_columns_that_are_stored() -> None:
    _, now = chain()
    back = sj.HealthResult.from_bytes(now.to_bytes(keep=["owner"]))
    assert len(back.alerts(owner="owner")) == len(now.alerts(owner="owner"))
    with pytest.raises(sj.SchemaError, match='column "mrr"'):
        back.alerts(value="mrr")
    assert b"ann" not in sj.Scorecard.from_json(TWO_SIGNALS).score(NOW).to_bytes(keep=[])
    with pytest.raises(sj.SchemaError, match='"mr" in keep is not a column'):
        now.to_bytes(keep=["mr"])


@pytest.mark.parametrize("account", ["account_id", None])
def test_tables_without_keys_and_without_a_day(account: str | None) -> None:
    card = sj.Scorecard.from_json(TWO_SIGNALS)
    first = card.score(BEFORE, account=account)
    assert sj.HealthResult.from_bytes(first.to_bytes()) == first
    second = card.score(BEFORE, account=account, previous=first)
    back = sj.HealthResult.from_bytes(second.to_bytes())
    assert back == second and back["delta"].to_list() == [0, 0, 0, 0]


def test_days_and_text_of_the_table_come_back() -> None:
    card = sj.Scorecard.from_json(
        {
            **TWO_SIGNALS,
            "signals": {
                "seen": {"norm": {"recency": {"half_life": 30}}},
                "plan": {"norm": {"map": {"free": 0.2, "paid": 1}}},
            },
            "tree": {"mean": [[1, "seen"], [1, "plan"]]},
        }
    )
    table = {
        "account_id": [7, 8],
        "seen": ["01.12.2024", "24.12.2024"],
        "plan": ["free", None],
        "renews": ["15.01.2025", None],
    }
    result = card.score(table, as_of="2024-12-31", date_format="DD.MM.YYYY")
    back = sj.HealthResult.from_bytes(result.to_bytes())
    assert back == result and back["account"].to_list() == [7, 8]
    assert back.alerts(renews_on="renews").counts.to_dicts() == result.alerts(renews_on="renews").counts.to_dicts()


def test_damaged_bytes_are_refused() -> None:
    data = chain()[1].to_bytes()
    for at in range(0, len(data), 7):
        with pytest.raises(sj.StateError):
            sj.HealthResult.from_bytes(data[:at] + bytes([data[at] ^ 0x40]) + data[at + 1 :])
        with pytest.raises(sj.StateError):
            sj.HealthResult.from_bytes(data[:at])
    with pytest.raises(sj.StateError, match="CardSetResult"):
        sj.HealthResult.from_bytes(sj.CardSet.from_json(SET).score(TABLE).to_bytes())
    with pytest.raises(sj.StateError, match="HealthResult"):
        sj.CardSetResult.from_bytes(data)


def test_scores_of_changed_arrays_are_not_stored() -> None:
    numpy = pytest.importorskip("numpy")
    usage = numpy.array([1.0, 2.0])
    result = sj.Scorecard.from_json(TWO_SIGNALS).score({"account_id": ["a", "b"], "usage": usage, "mood": [5.0, 5.0]})
    usage[0] = 9
    with pytest.raises(sj.StateError, match="has changed since"):
        result.to_bytes()


def test_a_set_of_cards_comes_back_bit_for_bit() -> None:
    cards = sj.CardSet.from_json(SET)
    before = cards.score({**TABLE, "logins": [50.0, 5, 5, 1]}, as_of="2024-12-01")
    now = cards.score(TABLE, as_of="2024-12-31", previous=before, previous_signals=before)
    back = sj.CardSetResult.from_bytes(now.to_bytes())
    assert back == now and hash(back) == hash(now)
    for name in ("table", "cycle", "drivers", "distribution"):
        assert str(getattr(back, name)().to_dicts()) == str(getattr(now, name)().to_dicts()), name
    assert str(back.delta(before).to_dicts()) == str(now.delta(before).to_dicts())
