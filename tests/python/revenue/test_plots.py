"""Pictures: their bars and cells are the numbers of the tables."""

from __future__ import annotations

import math

import pytest

import sojourn as sj
from ledger_books import ROWS


def test_pictures_reconcile_and_hatch_what_is_unknown(ledger: sj.Ledger) -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    shown = ledger.movements("2024-01", "2024-12")
    ax = shown.plot()
    moved = sum(bar.get_height() for bar in ax.patches)
    assert moved == pytest.approx((shown["closing"][11] - shown["opening"][0]) / 100)
    cut = sj.Ledger(ROWS, as_of="2024-03-15", amounts="minor").cohorts()
    heat = cut.plot()
    assert len([patch for patch in heat.patches if patch.get_hatch()]) == 1 + 2 + 3
    assert math.isnan(float(heat.images[0].get_array().filled(float("nan"))[0][2]))
