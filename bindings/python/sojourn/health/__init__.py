"""Customer health: scorecards, what is asked of a scored cycle, and the proof of both."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sojourn._core.health import HealthState
    from sojourn.health._alerts import Alerts
    from sojourn.health._audit import (
        PointsScale,
        Sensitivity,
        influence,
        leave_one_out,
        outranking,
        signal_drift,
        weight_sensitivity,
    )
    from sojourn.health._backtest import Backtest, backtest
    from sojourn.health._backtest_series import BacktestSeries, backtest_over_time
    from sojourn.health._cadence import Cadence, cadence
    from sojourn.health._card import CardError
    from sojourn.health._card_set import CardSet
    from sojourn.health._card_set_result import CardSetResult
    from sojourn.health._diagnoses import Diagnoses, diagnoses, remedies
    from sojourn.health._engagement import cusum_chart, engagement, ewma_chart
    from sojourn.health._handover import handover_checklist, stakeholder_coverage
    from sojourn.health._learn import LearnedWeights, audit_weights, learn_weights
    from sojourn.health._percentile_rank import percentile_rank
    from sojourn.health._remedies import RemedyTasks, assign_remedies, remedy_effect, remedy_tasks
    from sojourn.health._result import HealthResult
    from sojourn.health._rollup import rollup, rollup_tiers
    from sojourn.health._scorecard import Scorecard
    from sojourn.health._stages import StageTimes, time_in_stage
    from sojourn.health._timeline import timeline
    from sojourn.health._transitions import Transitions, score_slopes, transitions
    from sojourn.health._validation import Validation, lead_time, population_stability, validate_scores
    from sojourn.health._work_queue import WorkQueue

__all__ = [
    "Alerts",
    "Backtest",
    "BacktestSeries",
    "Cadence",
    "CardError",
    "CardSet",
    "CardSetResult",
    "Diagnoses",
    "HealthResult",
    "HealthState",
    "LearnedWeights",
    "PointsScale",
    "RemedyTasks",
    "Scorecard",
    "Sensitivity",
    "StageTimes",
    "Transitions",
    "Validation",
    "WorkQueue",
    "assign_remedies",
    "audit_weights",
    "backtest",
    "backtest_over_time",
    "cadence",
    "cusum_chart",
    "diagnoses",
    "engagement",
    "ewma_chart",
    "handover_checklist",
    "influence",
    "lead_time",
    "learn_weights",
    "leave_one_out",
    "outranking",
    "percentile_rank",
    "population_stability",
    "remedies",
    "remedy_effect",
    "remedy_tasks",
    "rollup",
    "rollup_tiers",
    "score_slopes",
    "signal_drift",
    "stakeholder_coverage",
    "time_in_stage",
    "timeline",
    "transitions",
    "validate_scores",
    "weight_sensitivity",
]

_HOMES = {
    "Alerts": "sojourn.health._alerts",
    "Backtest": "sojourn.health._backtest",
    "BacktestSeries": "sojourn.health._backtest_series",
    "Cadence": "sojourn.health._cadence",
    "CardError": "sojourn.health._card",
    "CardSet": "sojourn.health._card_set",
    "CardSetResult": "sojourn.health._card_set_result",
    "Diagnoses": "sojourn.health._diagnoses",
    "HealthResult": "sojourn.health._result",
    "HealthState": "sojourn._core.health",
    "LearnedWeights": "sojourn.health._learn",
    "PointsScale": "sojourn.health._audit",
    "RemedyTasks": "sojourn.health._remedies",
    "Scorecard": "sojourn.health._scorecard",
    "Sensitivity": "sojourn.health._audit",
    "StageTimes": "sojourn.health._stages",
    "Transitions": "sojourn.health._transitions",
    "Validation": "sojourn.health._validation",
    "WorkQueue": "sojourn.health._work_queue",
    "assign_remedies": "sojourn.health._remedies",
    "audit_weights": "sojourn.health._learn",
    "backtest": "sojourn.health._backtest",
    "backtest_over_time": "sojourn.health._backtest_series",
    "cadence": "sojourn.health._cadence",
    "cusum_chart": "sojourn.health._engagement",
    "diagnoses": "sojourn.health._diagnoses",
    "engagement": "sojourn.health._engagement",
    "ewma_chart": "sojourn.health._engagement",
    "handover_checklist": "sojourn.health._handover",
    "influence": "sojourn.health._audit",
    "lead_time": "sojourn.health._validation",
    "learn_weights": "sojourn.health._learn",
    "leave_one_out": "sojourn.health._audit",
    "outranking": "sojourn.health._audit",
    "percentile_rank": "sojourn.health._percentile_rank",
    "population_stability": "sojourn.health._validation",
    "remedies": "sojourn.health._diagnoses",
    "remedy_effect": "sojourn.health._remedies",
    "remedy_tasks": "sojourn.health._remedies",
    "rollup": "sojourn.health._rollup",
    "rollup_tiers": "sojourn.health._rollup",
    "score_slopes": "sojourn.health._transitions",
    "signal_drift": "sojourn.health._audit",
    "stakeholder_coverage": "sojourn.health._handover",
    "time_in_stage": "sojourn.health._stages",
    "timeline": "sojourn.health._timeline",
    "transitions": "sojourn.health._transitions",
    "validate_scores": "sojourn.health._validation",
    "weight_sensitivity": "sojourn.health._audit",
}


def __getattr__(name: str) -> object:
    """Loads what is asked for and keeps it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
