"""Who moved between tiers, in accounts and in money, and how fast scores rise."""

from __future__ import annotations

import datetime
import math

import pytest

import sojourn as sj
from health_books import by, card_of_tree


def test_transitions_with_money(cycles: tuple[sj.HealthResult, sj.HealthResult]) -> None:
    moves = sj.transitions(*cycles, weights="mrr")
    assert moves.values is not None
    rows = by(moves.values, "previous")
    assert rows["green"]["lost"] == 300  # c was worth that when it was last seen
    assert rows["green"]["yellow"] == 250  # b is worth that now
    assert rows["new"]["red"] == 50
    assert moves.moved["both"] == 750
    assert moves.moved["downgraded"] == 250
    assert moves.moved["staying_share"] == pytest.approx(500 / 750)
    assert (moves.upgrades, moves.downgrades) == (0, 1)
    rates = by(moves.rates(), "previous")
    assert rates["green"]["green"] == pytest.approx(1 / 3)
    assert rates["green"]["dwell"] == pytest.approx(1.5)
    assert math.isnan(rates["red"]["red"])
    plain = sj.transitions(list("GG"), list("GR"), tiers=["R", "G"], weights=[5, 7])
    assert plain.moved["downgraded"] == 7
    assert sj.transitions(*cycles).values is None
    with pytest.raises(sj.SchemaError):
        sj.transitions(*cycles, weights="money")
    with pytest.raises(sj.SchemaError):
        sj.transitions(*cycles, weights=[1, 2])


def test_transitions_of_bare_tiers() -> None:
    moves = sj.transitions(list("GGGGYYYRR"), list("GGYRYGRRY"), tiers=["R", "Y", "G"])
    rows = {row.pop("previous"): row for row in moves.to_dicts()}
    assert [[rows[a][b] for b in "RYG"] for a in "RYG"] == [[1, 1, 0], [1, 1, 1], [1, 1, 2]]
    assert (moves.upgrades, moves.downgrades) == (2, 3)
    with pytest.raises(sj.DataError):
        sj.transitions(["R"], ["B"], tiers=["R"])
    with pytest.raises(sj.SchemaError):
        sj.transitions(["R"], ["R", "R"], tiers=["R"])


def test_slopes_over_cycles() -> None:
    card = card_of_tree({"mean": [[1, "x"]]}, "x")
    cycles = []
    for day, p, q in ((1, 10.0, 10.0), (11, 20.0, math.nan), (21, 90.0, 30.0), (31, 40.0, math.nan)):
        cycles.append(card.score({"account_id": ["p", "q"], "x": [p, q]}, as_of=datetime.date(2024, 1, day)))
    table = sj.score_slopes(cycles)
    assert table["slope"][0] == pytest.approx(16.0)
    assert math.isnan(table["slope"][1])
    assert table["scores"].to_list() == [4, 2]
    assert sj.score_slopes(cycles, method="theil_sen")["slope"][0] == pytest.approx(10.0)
    assert sj.score_slopes(cycles, method="theil_sen", by="day")["slope"][0] == pytest.approx(1.0)
    with pytest.raises(sj.SchemaError):
        sj.score_slopes(cycles, by="month")
    with pytest.raises(sj.SchemaError):
        sj.score_slopes([])
