"""Customer health: scorecards, what is asked of a scored cycle, and the proof of both."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sojourn.health._alerts import Alerts as Alerts
    from sojourn.health._audit import PointsScale as PointsScale, Sensitivity as Sensitivity, influence as influence, leave_one_out as leave_one_out, outranking as outranking, signal_drift as signal_drift, weight_sensitivity as weight_sensitivity
    from sojourn.health._backtest import Backtest as Backtest, BacktestSeries as BacktestSeries, backtest as backtest, backtest_over_time as backtest_over_time
    from sojourn.health._card_set import CardSet as CardSet, CardSetResult as CardSetResult
    from sojourn.health._diagnoses import Diagnoses as Diagnoses, timeline as timeline
    from sojourn.health._engagement import cusum_chart as cusum_chart, engagement as engagement, ewma_chart as ewma_chart
    from sojourn.health._learn import LearnedWeights as LearnedWeights, audit_weights as audit_weights, learn_weights as learn_weights
    from sojourn.health._percentile_rank import percentile_rank as percentile_rank
    from sojourn.health._rollup import Cadence as Cadence, WorkQueue as WorkQueue, cadence as cadence, diagnoses as diagnoses, remedies as remedies, rollup as rollup, rollup_tiers as rollup_tiers
    from sojourn.health._scorecard import CardError as CardError, HealthResult as HealthResult, Scorecard as Scorecard, Transitions as Transitions, score_slopes as score_slopes, transitions as transitions
    from sojourn.health._validation import Validation as Validation, lead_time as lead_time, population_stability as population_stability, validate_scores as validate_scores

_LATER = {
    "Alerts": "sojourn.health._alerts",
    "Backtest": "sojourn.health._backtest",
    "BacktestSeries": "sojourn.health._backtest",
    "Cadence": "sojourn.health._rollup",
    "CardError": "sojourn.health._scorecard",
    "CardSet": "sojourn.health._card_set",
    "CardSetResult": "sojourn.health._card_set",
    "Diagnoses": "sojourn.health._diagnoses",
    "HealthResult": "sojourn.health._scorecard",
    "LearnedWeights": "sojourn.health._learn",
    "PointsScale": "sojourn.health._audit",
    "Scorecard": "sojourn.health._scorecard",
    "Sensitivity": "sojourn.health._audit",
    "Transitions": "sojourn.health._scorecard",
    "Validation": "sojourn.health._validation",
    "WorkQueue": "sojourn.health._rollup",
    "audit_weights": "sojourn.health._learn",
    "backtest": "sojourn.health._backtest",
    "backtest_over_time": "sojourn.health._backtest",
    "cadence": "sojourn.health._rollup",
    "cusum_chart": "sojourn.health._engagement",
    "diagnoses": "sojourn.health._rollup",
    "engagement": "sojourn.health._engagement",
    "ewma_chart": "sojourn.health._engagement",
    "influence": "sojourn.health._audit",
    "lead_time": "sojourn.health._validation",
    "learn_weights": "sojourn.health._learn",
    "leave_one_out": "sojourn.health._audit",
    "outranking": "sojourn.health._audit",
    "percentile_rank": "sojourn.health._percentile_rank",
    "population_stability": "sojourn.health._validation",
    "remedies": "sojourn.health._rollup",
    "rollup": "sojourn.health._rollup",
    "rollup_tiers": "sojourn.health._rollup",
    "score_slopes": "sojourn.health._scorecard",
    "signal_drift": "sojourn.health._audit",
    "timeline": "sojourn.health._diagnoses",
    "transitions": "sojourn.health._scorecard",
    "validate_scores": "sojourn.health._validation",
    "weight_sensitivity": "sojourn.health._audit",
}


def __getattr__(name: str) -> object:
    """Loaded when it is asked for, as in `sojourn` itself."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(_LATER[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})
