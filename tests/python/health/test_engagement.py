"""Engagement signals and change charts from Python."""

from __future__ import annotations

import datetime
import math

import pytest

import sojourn as sj

EVENTS = {
    "account_id": ["x", "x", "x", "y"],
    "day": [datetime.date(2024, 3, 1), datetime.date(2024, 3, 2), datetime.date(2024, 2, 1), datetime.date(2023, 12, 31)],
    "what": ["search", "export", "search", "search"],
    "gb": [1.5, None, 4.0, 1.0],
}


def test_signals_by_account() -> None:
    table = sj.engagement(EVENTS, feature="what", volume="gb", as_of="2024-03-03", window=28, min_base=1)
    x, y = table.to_dicts()
    assert x["account_id"] == "x"
    assert (x["logins_wk"], x["features"], x["active_days"], x["streak_days"], x["recency_days"]) == (0.5, 2, 2, 2, 1)
    assert x["uploads_gb"] == pytest.approx(1.5 / 4)
    assert x["events_change"] == 1
    assert y["active_days"] == 0
    assert y["recency_days"] == 63
    assert math.isnan(y["depth"])
    assert table.options == {"as_of": "2024-03-03", "window": 28, "min_base": 1, "uncounted": 0, "without_volume": 1}


def test_what_was_not_given_is_missing_and_not_zero() -> None:
    table = sj.engagement(EVENTS, as_of=datetime.date(2024, 3, 3))
    assert list(table["features"]) == [None, None]
    assert all(math.isnan(v) for v in table["uploads_gb"])


def test_weekly_panels_feed_the_engagement_card() -> None:
    company = sj.datasets.acme(n=300, seed=7)
    monday = datetime.date(2024, 12, 30)  # the last four whole weeks are over
    first = monday - datetime.timedelta(days=28)
    signals = sj.engagement(
        company.usage, day="week", count="logins", breadth="features", volume="uploads_gb", as_of=monday, window=28
    )
    seats = dict(zip(company.signals["account_id"], company.signals["seats"], strict=True))
    rows = [{**row, "seats": seats[row["account_id"]]} for row in signals.to_dicts() if row["account_id"] in seats]
    result = sj.Scorecard.template("engagement").score(rows, as_of=company.as_of)
    assert result.state.accounts == len(rows)
    assert result.state.unknown < 0.1 * len(rows)
    weeks = [week for week in company.usage.to_dicts() if first <= week["week"] < monday]
    for row in rows[:50]:
        mine = [week for week in weeks if week["account_id"] == row["account_id"]]
        assert row["logins_wk"] == pytest.approx(sum(week["logins"] or 0 for week in mine) / 4)
        assert row["features"] == max((week["features"] or 0 for week in mine), default=0)


def test_charts() -> None:
    drop = [50.0, 50.0, None, 40.0, 40.0, 40.0, 40.0]
    ewma = sj.ewma_chart(drop, target=50, sigma=3, weight=0.3)
    assert list(ewma["signal"])[:3] == ["none"] * 3
    assert list(ewma["signal"])[-1] == "low"
    cusum = sj.cusum_chart(drop, target=50, slack=1.5, limit=12)
    assert list(cusum["signal"]).index("low") == 4
    with pytest.raises(sj.SchemaError, match="lambda"):
        sj.ewma_chart(drop, target=0, sigma=1, weight=2)
    with pytest.raises(sj.SchemaError, match="restart"):
        sj.ewma_chart(drop, target=0, sigma=1, gap="stop")  # type: ignore[arg-type]


def test_bad_events_name_their_row() -> None:
    with pytest.raises(sj.DataError) as caught:
        sj.engagement({**EVENTS, "gb": [1, -2, 0, 0]}, volume="gb", as_of="2024-03-03")
    assert "row 1" in str(caught.value)
