"""sojourn: how long customers stay, what they are worth while they stay, and how healthy they are.

Each name is loaded at its first use, so that `import sojourn` stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from sojourn._core import Estimate, __version__
from sojourn._core.frames import Column
from sojourn.errors import DataError, Error, OverflowError, SchemaError, StateError

if TYPE_CHECKING:
    from sojourn import datasets
    from sojourn import health as health
    from sojourn import lifetime as lifetime
    from sojourn import revenue as revenue
    from sojourn import surveys as surveys
    from sojourn._frames.table import Table
    from sojourn._report.report import report
    from sojourn.health import (
        Alerts,
        Backtest,
        BacktestSeries,
        Cadence,
        CardError,
        CardSet,
        CardSetResult,
        Diagnoses,
        HealthResult,
        LearnedWeights,
        PointsScale,
        Scorecard,
        Sensitivity,
        Transitions,
        Validation,
        WorkQueue,
        audit_weights,
        backtest,
        backtest_over_time,
        cadence,
        cusum_chart,
        diagnoses,
        engagement,
        ewma_chart,
        influence,
        lead_time,
        learn_weights,
        leave_one_out,
        outranking,
        percentile_rank,
        population_stability,
        remedies,
        rollup,
        rollup_tiers,
        score_slopes,
        signal_drift,
        timeline,
        transitions,
        validate_scores,
        weight_sensitivity,
    )
    from sojourn.lifetime import (
        Decay,
        Survival,
        SurvivalBy,
        cltv,
        fit_decay,
        kaplan_meier,
        mrr_index,
    )
    from sojourn.revenue import (
        Amount,
        Comparison,
        Ledger,
        Policy,
        Renewals,
        Snapshots,
        Triangle,
        compare_rates,
        economics,
        minimum_detectable_change,
        movements,
        mrr_from_price,
        mrr_series,
        reconcile,
        renewals,
        shard_of,
    )
    from sojourn.surveys import (
        SurveyState,
        ces,
        compare_csat,
        compare_nps,
        csat,
        nps,
        response_rate,
    )

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

# The module that has each name, for what is not loaded at once.
_HOMES = {
    "Table": "sojourn._frames.table",
    "SurveyState": "sojourn.surveys",
    "ces": "sojourn.surveys",
    "compare_csat": "sojourn.surveys",
    "compare_nps": "sojourn.surveys",
    "csat": "sojourn.surveys",
    "nps": "sojourn.surveys",
    "response_rate": "sojourn.surveys",
    "Amount": "sojourn.revenue",
    "Comparison": "sojourn.revenue",
    "Ledger": "sojourn.revenue",
    "Policy": "sojourn.revenue",
    "Renewals": "sojourn.revenue",
    "Snapshots": "sojourn.revenue",
    "Triangle": "sojourn.revenue",
    "compare_rates": "sojourn.revenue",
    "economics": "sojourn.revenue",
    "minimum_detectable_change": "sojourn.revenue",
    "mrr_from_price": "sojourn.revenue",
    "movements": "sojourn.revenue",
    "mrr_series": "sojourn.revenue",
    "reconcile": "sojourn.revenue",
    "renewals": "sojourn.revenue",
    "shard_of": "sojourn.revenue",
    "Decay": "sojourn.lifetime",
    "Survival": "sojourn.lifetime",
    "SurvivalBy": "sojourn.lifetime",
    "cltv": "sojourn.lifetime",
    "fit_decay": "sojourn.lifetime",
    "kaplan_meier": "sojourn.lifetime",
    "mrr_index": "sojourn.lifetime",
    "Alerts": "sojourn.health",
    "Backtest": "sojourn.health",
    "BacktestSeries": "sojourn.health",
    "Cadence": "sojourn.health",
    "CardError": "sojourn.health",
    "CardSet": "sojourn.health",
    "CardSetResult": "sojourn.health",
    "Diagnoses": "sojourn.health",
    "HealthResult": "sojourn.health",
    "LearnedWeights": "sojourn.health",
    "PointsScale": "sojourn.health",
    "Scorecard": "sojourn.health",
    "Sensitivity": "sojourn.health",
    "Transitions": "sojourn.health",
    "Validation": "sojourn.health",
    "WorkQueue": "sojourn.health",
    "audit_weights": "sojourn.health",
    "backtest": "sojourn.health",
    "backtest_over_time": "sojourn.health",
    "cadence": "sojourn.health",
    "cusum_chart": "sojourn.health",
    "diagnoses": "sojourn.health",
    "engagement": "sojourn.health",
    "ewma_chart": "sojourn.health",
    "influence": "sojourn.health",
    "lead_time": "sojourn.health",
    "learn_weights": "sojourn.health",
    "leave_one_out": "sojourn.health",
    "outranking": "sojourn.health",
    "percentile_rank": "sojourn.health",
    "population_stability": "sojourn.health",
    "remedies": "sojourn.health",
    "rollup": "sojourn.health",
    "rollup_tiers": "sojourn.health",
    "score_slopes": "sojourn.health",
    "signal_drift": "sojourn.health",
    "timeline": "sojourn.health",
    "transitions": "sojourn.health",
    "validate_scores": "sojourn.health",
    "weight_sensitivity": "sojourn.health",
    "report": "sojourn._report.report",
}
_MODULES = ("datasets", "health", "lifetime", "revenue", "surveys")


def __getattr__(name: str) -> object:
    """Loads what is asked for and keeps it."""
    if name in _MODULES:
        return import_module(f"sojourn.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module 'sojourn' has no attribute {name!r}")
    found = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_MODULES})
