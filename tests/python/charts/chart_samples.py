"""Small numbers, and one picture of each kind with hostile names."""

from __future__ import annotations

from typing import Any

from sojourn import charts
from sojourn.charts.lifetime import Curve
from sojourn.charts.surveys import NpsRow, RateRow

EVIL = '"><img src=x onerror=alert(1)></script>'


PERIODS = ["2024-01", "2024-02", "2024-03"]


MOVES = {
    "new": [10.0, 20.0, 0.0],
    "reactivation": [1.0, 0.0, 2.0],
    "expansion": [3.0, 4.0, 5.0],
    "contraction": [2.0, 1.0, 0.0],
    "churn": [6.0, 30.0, 1.0],
}


def curve(name: str, last: float = 0.4) -> Curve:
    return Curve(
        name=name,
        time=[1, 2, 5],
        survival=[0.9, 0.7, last],
        low=[0.8, 0.5, 0.2],
        high=[0.95, 0.8, 0.6],
        at_risk=[100, 60, 20],
        censored=[0, 5, 3],
    )


def every_picture() -> dict[str, charts.Spec]:
    return {
        "movements": charts.mrr_movements(PERIODS, MOVES, currency=EVIL),
        "waterfall": charts.mrr_waterfall(
            100.0, {name: sum(v) for name, v in MOVES.items()}, 104.0, opening_label=EVIL, closing_label="2024-03"
        ),
        "kept": charts.retention_over_time(
            [EVIL, "b"], {"nrr": [(1.1, 1.0, 1.3), None], "grr": [(0.9, float("nan"), float("nan")), (0.8, 0.7, 0.9)]}
        ),
        "cohorts": charts.cohort_heat_map([EVIL, "b"], [[1.0, 0.5], [1.0, None]], sizes=[10, 20]),
        "survival": charts.survival_curve([curve(EVIL), curve("b", 0.5)]),
        "decay": charts.decay_curve([1.0, 0.8], [1.0, 0.8, 0.7], low=[1.0, 0.7, 0.6], high=[1.0, 0.9, 0.8], family=EVIL),
        "index": charts.mrr_index_curves([0.01, 0.1], [[1.0, 0.99], [1.0, 0.9]], own=0.1),
        "scores": charts.score_histogram([10.0, 50.0, 99.0, float("nan")], thresholds=[42, 70], tiers=[EVIL, "mid", "top"]),
        "tiers": charts.tier_bar([EVIL, "mid", "top"], [1, 5, 9], unknown=2),
        "nps": charts.nps_bars(
            [NpsRow(segment=EVIL, promoters=0.5, passives=0.3, detractors=0.2, nps=30, low=20, high=40, n=99)]
        ),
        "csat": charts.csat_dots([RateRow(segment=EVIL, rate=0.8, low=0.7, high=0.9, n=50)]),
    }


def layer_rows(spec: charts.Spec, index: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = spec["layer"][index]["data"]["values"]
    return rows
