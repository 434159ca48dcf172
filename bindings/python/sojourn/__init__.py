"""sojourn: how long customers stay, what they are worth while they stay, and how healthy they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sojourn._core import Column, Estimate, __version__
from sojourn._table import Table
from sojourn.errors import DataError, Error, OverflowError, SchemaError, StateError

# surveys
from sojourn.surveys import SurveyState, ces, compare_csat, compare_nps, csat, nps, response_rate

# revenue
from sojourn._comparison import Comparison, compare_rates, minimum_detectable_change
from sojourn._economics import Amount, Renewals, economics, mrr_from_price, renewals
from sojourn._direct import Snapshots, movements
from sojourn._triangle import Triangle
from sojourn.revenue import Ledger, mrr_series, shard_of

# lifetime
from sojourn.lifetime import Decay, Survival, SurvivalBy, cltv, fit_decay, kaplan_meier, mrr_index

# health
from sojourn.health import CardError, HealthResult, Scorecard, Transitions, score_slopes, transitions

# loaded when asked for
if TYPE_CHECKING:
    from sojourn._audit import PointsScale, Sensitivity, influence, leave_one_out, outranking, signal_drift, weight_sensitivity
    from sojourn._backtest import Backtest, BacktestSeries, backtest, backtest_over_time
    from sojourn._engagement import cusum_chart, engagement, ewma_chart
    from sojourn._learn import LearnedWeights, audit_weights, learn_weights
    from sojourn._validation import Validation, lead_time, population_stability, validate_scores
    from sojourn._alerts import Alerts
    from sojourn._card_set import CardSet, CardSetResult
    from sojourn._findings import Diagnoses, timeline
    from sojourn._book import Cadence, WorkQueue, cadence, diagnoses, remedies, rollup, rollup_tiers
    from sojourn import datasets
    from sojourn._policy import Policy
    from sojourn._rank import percentile_rank
    from sojourn._reconcile import reconcile
    from sojourn._report import report

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
    "PointsScale": "sojourn._audit",
    "Sensitivity": "sojourn._audit",
    "influence": "sojourn._audit",
    "leave_one_out": "sojourn._audit",
    "outranking": "sojourn._audit",
    "signal_drift": "sojourn._audit",
    "weight_sensitivity": "sojourn._audit",
    "BacktestSeries": "sojourn._backtest",
    "backtest_over_time": "sojourn._backtest",
    "Backtest": "sojourn._backtest",
    "backtest": "sojourn._backtest",
    "cusum_chart": "sojourn._engagement",
    "engagement": "sojourn._engagement",
    "ewma_chart": "sojourn._engagement",
    "LearnedWeights": "sojourn._learn",
    "audit_weights": "sojourn._learn",
    "learn_weights": "sojourn._learn",
    "Validation": "sojourn._validation",
    "lead_time": "sojourn._validation",
    "population_stability": "sojourn._validation",
    "validate_scores": "sojourn._validation",
    "percentile_rank": "sojourn._rank",
    "Alerts": "sojourn._alerts",
    "CardSet": "sojourn._card_set",
    "CardSetResult": "sojourn._card_set",
    "Diagnoses": "sojourn._findings",
    "timeline": "sojourn._findings",
    "Cadence": "sojourn._book",
    "WorkQueue": "sojourn._book",
    "cadence": "sojourn._book",
    "diagnoses": "sojourn._book",
    "remedies": "sojourn._book",
    "rollup": "sojourn._book",
    "rollup_tiers": "sojourn._book",
    "Policy": "sojourn._policy",
    "reconcile": "sojourn._reconcile",
    "datasets": "sojourn.datasets",
    "report": "sojourn._report",
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
