"""sojourn: how long customers stay, what they are worth while they stay, and how healthy they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sojourn._core import Estimate, __version__
from sojourn._core.frames import Column
from sojourn._frames.table import Table
from sojourn.errors import DataError, Error, OverflowError, SchemaError, StateError

# health
from sojourn.health._scorecard import CardError, HealthResult, Scorecard, Transitions, score_slopes, transitions

# lifetime
from sojourn.lifetime._survival import Decay, Survival, SurvivalBy, cltv, fit_decay, kaplan_meier, mrr_index
from sojourn.revenue._cohorts import Triangle

# revenue
from sojourn.revenue._comparison import Comparison, compare_rates, minimum_detectable_change
from sojourn.revenue._economics import Amount, Renewals, economics, mrr_from_price, renewals
from sojourn.revenue._ledger import Ledger, mrr_series, shard_of
from sojourn.revenue._snapshots import Snapshots, movements

# surveys
from sojourn.surveys import SurveyState, ces, compare_csat, compare_nps, csat, nps, response_rate

# loaded when asked for
if TYPE_CHECKING:
    from sojourn import datasets
    from sojourn._report.report import report
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
    from sojourn.health._backtest import Backtest, BacktestSeries, backtest, backtest_over_time
    from sojourn.health._card_set import CardSet, CardSetResult
    from sojourn.health._diagnoses import Diagnoses, timeline
    from sojourn.health._engagement import cusum_chart, engagement, ewma_chart
    from sojourn.health._learn import LearnedWeights, audit_weights, learn_weights
    from sojourn.health._percentile_rank import percentile_rank
    from sojourn.health._rollup import Cadence, WorkQueue, cadence, diagnoses, remedies, rollup, rollup_tiers
    from sojourn.health._validation import Validation, lead_time, population_stability, validate_scores
    from sojourn.revenue._policy import Policy
    from sojourn.revenue._reconcile import reconcile

__all__ = [
    "__version__",
    "Column",
    "DataError",
    "Error",
    "Estimate",
    "OverflowError",
    "SchemaError",
    "StateError",
    "Table",
    # surveys
    "SurveyState",
    "ces",
    "compare_csat",
    "compare_nps",
    "csat",
    "nps",
    "response_rate",
    # revenue
    "Amount",
    "Comparison",
    "Ledger",
    "Policy",
    "Renewals",
    "Snapshots",
    "Triangle",
    "compare_rates",
    "economics",
    "minimum_detectable_change",
    "mrr_from_price",
    "movements",
    "mrr_series",
    "reconcile",
    "renewals",
    "shard_of",
    # lifetime
    "Decay",
    "Survival",
    "SurvivalBy",
    "cltv",
    "fit_decay",
    "kaplan_meier",
    "mrr_index",
    # health
    "Alerts",
    "Backtest",
    "BacktestSeries",
    "Cadence",
    "CardError",
    "CardSet",
    "CardSetResult",
    "Diagnoses",
    "HealthResult",
    "LearnedWeights",
    "PointsScale",
    "Scorecard",
    "Sensitivity",
    "Transitions",
    "Validation",
    "WorkQueue",
    "audit_weights",
    "backtest",
    "backtest_over_time",
    "cadence",
    "cusum_chart",
    "diagnoses",
    "engagement",
    "ewma_chart",
    "influence",
    "lead_time",
    "learn_weights",
    "leave_one_out",
    "outranking",
    "percentile_rank",
    "population_stability",
    "remedies",
    "rollup",
    "rollup_tiers",
    "score_slopes",
    "signal_drift",
    "timeline",
    "transitions",
    "validate_scores",
    "weight_sensitivity",
    # account sets with known truth, the whole report
    "datasets",
    "report",
]


_LATER = {
    "PointsScale": "sojourn.health._audit",
    "Sensitivity": "sojourn.health._audit",
    "influence": "sojourn.health._audit",
    "leave_one_out": "sojourn.health._audit",
    "outranking": "sojourn.health._audit",
    "signal_drift": "sojourn.health._audit",
    "weight_sensitivity": "sojourn.health._audit",
    "BacktestSeries": "sojourn.health._backtest",
    "backtest_over_time": "sojourn.health._backtest",
    "Backtest": "sojourn.health._backtest",
    "backtest": "sojourn.health._backtest",
    "cusum_chart": "sojourn.health._engagement",
    "engagement": "sojourn.health._engagement",
    "ewma_chart": "sojourn.health._engagement",
    "LearnedWeights": "sojourn.health._learn",
    "audit_weights": "sojourn.health._learn",
    "learn_weights": "sojourn.health._learn",
    "Validation": "sojourn.health._validation",
    "lead_time": "sojourn.health._validation",
    "population_stability": "sojourn.health._validation",
    "validate_scores": "sojourn.health._validation",
    "percentile_rank": "sojourn.health._percentile_rank",
    "Alerts": "sojourn.health._alerts",
    "CardSet": "sojourn.health._card_set",
    "CardSetResult": "sojourn.health._card_set",
    "Diagnoses": "sojourn.health._diagnoses",
    "timeline": "sojourn.health._diagnoses",
    "Cadence": "sojourn.health._rollup",
    "WorkQueue": "sojourn.health._rollup",
    "cadence": "sojourn.health._rollup",
    "diagnoses": "sojourn.health._rollup",
    "remedies": "sojourn.health._rollup",
    "rollup": "sojourn.health._rollup",
    "rollup_tiers": "sojourn.health._rollup",
    "Policy": "sojourn.revenue._policy",
    "reconcile": "sojourn.revenue._reconcile",
    "datasets": "sojourn.datasets",
    "report": "sojourn._report.report",
}


def __getattr__(name: str) -> object:
    """What is not needed by everybody is loaded when it is asked for, so that `import sojourn` stays quick."""
    if name not in _LATER:
        raise AttributeError(f"module 'sojourn' has no attribute {name!r}")
    from importlib import import_module

    module = import_module(_LATER[name])
    found = module if name == "datasets" else getattr(module, name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
