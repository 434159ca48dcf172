"""Every day that a health function reads follows `timezone` and `date_format`; without them nothing is guessed."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

import sojourn as sj

CARD: dict[str, Any] = {
    "sojourn": 1,
    "card": "r",
    "signals": {"seen": {"norm": {"recency": {"half_life": 30}}}, "x": {"norm": "identity", "observed_at": "asked_on"}},
    "tree": {"mean": [[1, "seen"], [1, "x"]]},
    "tiers": {"red": 0, "green": 50},
}
PLAIN: dict[str, Any] = {
    "sojourn": 1,
    "card": "p",
    "signals": {"x": {"norm": {"ramp": [0, 100]}}},
    "tree": {"mean": [[1, "x"]]},
    "tiers": {"red": 0, "green": 50},
}


def late_before(day: str) -> str:
    """Half an hour before that day begins in Greenwich, when it has begun in Berlin."""
    before = datetime.date.fromisoformat(day) - datetime.timedelta(days=1)
    return f"{before}T23:30:00Z"


def slashed(day: str) -> str:
    return "/".join(reversed(day.split("-")))


def score(of: Callable[[str], str], **how: Any) -> Any:
    card = sj.Scorecard.from_json(CARD)
    table = {"account_id": ["a", "b"], "seen": [of("2024-05-02"), None], "x": [0.5, 0.5], "asked_on": [of("2024-05-30")] * 2}
    return card.score(table, as_of="2024-06-01", **how)


def scored(of: Callable[[str], str], **how: Any) -> Any:
    return score(of, **how).table().to_dicts()


def what_if(of: Callable[[str], str], **how: Any) -> Any:
    return score(of, **how).what_if("a", seen=of("2024-06-01")).table().to_dicts()


def one_account(of: Callable[[str], str], **how: Any) -> Any:
    return sj.Scorecard.from_json(CARD).scorer(as_of="2024-06-01", **how)(of("2024-05-02"), 0.5, of("2024-05-30"))


def previous_signals(of: Callable[[str], str], **how: Any) -> Any:
    rule = {"id": "silent", "if": "prev(seen) == seen", "add": 1}
    card = sj.Scorecard.from_json({**CARD, "rules": [rule]})
    table = {"account_id": ["a"], "seen": [of("2024-05-02")], "x": [0.5], "asked_on": [of("2024-05-30")]}
    return card.score(table, as_of="2024-06-01", previous_signals=table, **how).table().to_dicts()


def manual(of: Callable[[str], str], **how: Any) -> Any:
    by_hand = {"account": ["a"], "value": [10.0], "set_at": [of("2024-05-01")], "expires_at": [of("2024-06-02")]}
    result = sj.Scorecard.from_json(PLAIN).score(
        {"account_id": ["a"], "x": [70.0]}, as_of="2024-06-01", manual=by_hand, **how
    )
    return [result.manual()["state"].to_list(), result["score"].to_list()]


def alerts(of: Callable[[str], str], **how: Any) -> Any:
    result = sj.Scorecard.from_json(PLAIN).score(
        {"account_id": ["a"], "x": [70.0], "last": [of("2024-01-01")]}, as_of="2024-06-01"
    )
    days = {"last_active": "last", "renews_on": [of("2024-06-20")], "features": {"exports": [of("2024-01-01")]}}
    return result.alerts(under_contract=[True], **days, **how).to_dicts()


def cadence(of: Callable[[str], str], **how: Any) -> Any:
    table = {"account_id": ["a", "b"], "last_review": [of("2024-01-31"), None]}
    return sj.cadence(table, as_of="2024-06-01", **how).to_dicts()


def lead_time(of: Callable[[str], str], **how: Any) -> Any:
    found = sj.lead_time([of("2024-01-01"), None], [of("2024-02-01"), of("2024-03-01")], **how)
    return [(estimate.value, estimate.n) for estimate in found.values()]


def panel(of: Callable[[str], str]) -> dict[str, Any]:
    days = [f"2024-{month:02}-01" for month in range(1, 9)]
    return {
        "account_id": [account for account in range(20) for _ in days],
        "as_of": [of(day) for _ in range(20) for day in days],
        "left_on": [of("2024-09-15") if account % 3 == 0 else None for account in range(20) for _ in days],
        "seen_on": [of(day) for _ in range(20) for day in days],
        "x": [float(7 * account % 100) for account in range(20) for _ in days],
    }


def backtest(of: Callable[[str], str], **how: Any) -> Any:
    found = sj.backtest(
        sj.Scorecard.from_json(PLAIN),
        panel(of),
        observed_at="seen_on",
        known_until="2025-01-01",
        test_from="2024-05-01",
        **how,
    )
    return [found.counts, found.test_events, found.table().to_dicts(), found.gates().to_dicts()]


def backtest_over_time(of: Callable[[str], str], **how: Any) -> Any:
    card = sj.Scorecard.from_json(PLAIN)
    return sj.backtest_over_time(card, panel(of), splits=2, known_until="2025-01-01", **how).table().to_dicts()


READ: list[Callable[..., Any]] = [
    *(scored, what_if, one_account, previous_signals, manual, alerts, cadence, lead_time, backtest, backtest_over_time)
]


@pytest.mark.parametrize("read", READ)
def test_moments_fall_on_the_calendar_that_is_stated(read: Callable[..., Any]) -> None:
    assert repr(read(late_before, timezone="Europe/Berlin")) == repr(read(str))
    with pytest.raises(sj.Error, match="timezone="):
        read(late_before)


@pytest.mark.parametrize("read", READ)
def test_text_is_read_in_the_order_that_is_stated(read: Callable[..., Any]) -> None:
    assert repr(read(slashed, date_format="%d/%m/%Y")) == repr(read(str))
    with pytest.raises(sj.Error, match="date_format="):
        read(slashed)


def test_the_cycle_before_may_be_stored_with_times() -> None:
    card = sj.Scorecard.from_json({**PLAIN, "smoothing": {"half_life_days": 30}})
    table = {"account_id": ["a"], "x": [70.0]}
    before = card.score(table, as_of="2024-05-01").cycle().to_dicts()
    if "scored_on" not in before[0]:
        pytest.fail("this card should have a memory")
    stored = [{**row, "scored_on": "2024-04-30T23:30:00Z", "as_of": "2024-04-30T23:30:00Z"} for row in before]
    found = card.score({**table, "x": [10.0]}, as_of="2024-06-01", previous=stored, timezone="Europe/Berlin")
    assert found["score"][0] == card.score({**table, "x": [10.0]}, as_of="2024-06-01", previous=before)["score"][0]
    with pytest.raises(sj.DataError, match="scored_on"):
        card.score(table, as_of="2024-06-01", previous=stored)


def test_a_moment_is_not_cut_to_its_day_for_one_account() -> None:
    score_one = sj.Scorecard.from_json(CARD).scorer(as_of="2024-06-01")
    with pytest.raises(sj.DataError, match="time of day"):
        score_one(datetime.datetime(2024, 5, 2, 8, 30), 0.5, None)
    assert score_one("", 0.5, None) == score_one(None, 0.5, None)
