"""Customer health: scorecards, what is asked of a scored cycle, and the proof of both."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sojourn._core.health import HealthState as HealthState
    from sojourn.health._alerts import Alerts as Alerts
    from sojourn.health._audit import (
        PointsScale as PointsScale,
    )
    from sojourn.health._audit import (
        Sensitivity as Sensitivity,
    )
    from sojourn.health._audit import (
        influence as influence,
    )
    from sojourn.health._audit import (
        leave_one_out as leave_one_out,
    )
    from sojourn.health._audit import (
        outranking as outranking,
    )
    from sojourn.health._audit import (
        signal_drift as signal_drift,
    )
    from sojourn.health._audit import (
        weight_sensitivity as weight_sensitivity,
    )
    from sojourn.health._backtest import (
        Backtest as Backtest,
    )
    from sojourn.health._backtest import (
        BacktestSeries as BacktestSeries,
    )
    from sojourn.health._backtest import (
        backtest as backtest,
    )
    from sojourn.health._backtest import (
        backtest_over_time as backtest_over_time,
    )
    from sojourn.health._card_set import CardSet as CardSet
    from sojourn.health._card_set import CardSetResult as CardSetResult
    from sojourn.health._diagnoses import Diagnoses as Diagnoses
    from sojourn.health._diagnoses import timeline as timeline
    from sojourn.health._engagement import cusum_chart as cusum_chart
    from sojourn.health._engagement import engagement as engagement
    from sojourn.health._engagement import ewma_chart as ewma_chart
    from sojourn.health._learn import (
        LearnedWeights as LearnedWeights,
    )
    from sojourn.health._learn import (
        audit_weights as audit_weights,
    )
    from sojourn.health._learn import (
        learn_weights as learn_weights,
    )
    from sojourn.health._percentile_rank import percentile_rank as percentile_rank
    from sojourn.health._rollup import (
        Cadence as Cadence,
    )
    from sojourn.health._rollup import (
        WorkQueue as WorkQueue,
    )
    from sojourn.health._rollup import (
        cadence as cadence,
    )
    from sojourn.health._rollup import (
        diagnoses as diagnoses,
    )
    from sojourn.health._rollup import (
        remedies as remedies,
    )
    from sojourn.health._rollup import (
        rollup as rollup,
    )
    from sojourn.health._rollup import (
        rollup_tiers as rollup_tiers,
    )
    from sojourn.health._scorecard import (
        CardError as CardError,
    )
    from sojourn.health._scorecard import (
        HealthResult as HealthResult,
    )
    from sojourn.health._scorecard import (
        Scorecard as Scorecard,
    )
    from sojourn.health._scorecard import (
        Transitions as Transitions,
    )
    from sojourn.health._scorecard import (
        score_slopes as score_slopes,
    )
    from sojourn.health._scorecard import (
        transitions as transitions,
    )
    from sojourn.health._validation import (
        Validation as Validation,
    )
    from sojourn.health._validation import (
        lead_time as lead_time,
    )
    from sojourn.health._validation import (
        population_stability as population_stability,
    )
    from sojourn.health._validation import (
        validate_scores as validate_scores,
    )

_LATER = {
    "Alerts": "sojourn.health._alerts",
    "Backtest": "sojourn.health._backtest",
    "BacktestSeries": "sojourn.health._backtest",
    "Cadence": "sojourn.health._rollup",
    "CardError": "sojourn.health._scorecard",
    "CardSet": "sojourn.health._card_set",
    "CardSetResult": "sojourn.health._card_set",
    "Diagnoses": "sojourn.health._diagnoses",
    "HealthState": "sojourn._core.health",
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
