"""sojourn: how long customers stay, what they are worth while they stay, and how healthy they are.

Each name is loaded at its first use, so that `import sojourn` stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from sojourn._core import Estimate, __version__
from sojourn._core.frames import Column
from sojourn.errors import DataError, Error, InputWarning, OverflowError, SchemaError, StateError

if TYPE_CHECKING:
    from sojourn import datasets, health as health, lifetime as lifetime, revenue as revenue, surveys as surveys
    from sojourn._catalogue.definitions import metrics
    from sojourn._catalogue.measure import measure
    from sojourn._frames.progress import progress
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
        Calibration,
        CauseIncidence,
        ChainLadder,
        ChainLadderAhead,
        ChainLadderBootstrap,
        ChainLadderDiagnostics,
        Cox,
        CumulativeIncidence,
        Decay,
        FineGray,
        FittedSurvival,
        ForecastScore,
        IncidenceBy,
        IntervalFactor,
        Logistic,
        LogRank,
        PredictedIncidence,
        PredictedSurvival,
        Purchases,
        Spend,
        Survival,
        SurvivalBy,
        calibrate_intervals,
        chain_ladder,
        cltv,
        compare_decay,
        cox,
        crps,
        cumulative_incidence,
        customer_value,
        fine_gray,
        fit_decay,
        fit_logistic,
        fit_purchases,
        fit_spend,
        fit_survival,
        kaplan_meier,
        logrank,
        mrr_index,
        purchase_summary,
        score_forecast,
    )
    from sojourn.revenue import (
        Amount,
        Comparison,
        Concentration,
        Forecast,
        ForecastBacktest,
        Ledger,
        Policy,
        Renewals,
        Snapshots,
        Triangle,
        backtest_forecast,
        compare_rates,
        concentration,
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
        SegmentComparison,
        SurveyState,
        ces,
        compare_csat,
        compare_nps,
        compare_segments,
        csat,
        nps,
        response_rate,
        weighted_mean,
        weighted_ratio,
        weighted_total,
    )

__all__ = [
    "__version__",
    "Column",
    "DataError",
    "Error",
    "Estimate",
    "InputWarning",
    "OverflowError",
    "SchemaError",
    "StateError",
    "Table",
    # surveys
    "SegmentComparison",
    "SurveyState",
    "ces",
    "compare_csat",
    "compare_nps",
    "compare_segments",
    "csat",
    "nps",
    "response_rate",
    "weighted_mean",
    "weighted_ratio",
    "weighted_total",
    # revenue
    "Amount",
    "Comparison",
    "Concentration",
    "Forecast",
    "ForecastBacktest",
    "Ledger",
    "Policy",
    "Renewals",
    "Snapshots",
    "Triangle",
    "backtest_forecast",
    "compare_rates",
    "concentration",
    "economics",
    "minimum_detectable_change",
    "mrr_from_price",
    "movements",
    "mrr_series",
    "reconcile",
    "renewals",
    "shard_of",
    # lifetime
    "Calibration",
    "CauseIncidence",
    "Cox",
    "ChainLadder",
    "ChainLadderAhead",
    "ChainLadderBootstrap",
    "ChainLadderDiagnostics",
    "CumulativeIncidence",
    "Decay",
    "FineGray",
    "FittedSurvival",
    "ForecastScore",
    "IncidenceBy",
    "IntervalFactor",
    "Logistic",
    "LogRank",
    "PredictedIncidence",
    "PredictedSurvival",
    "Purchases",
    "Spend",
    "Survival",
    "SurvivalBy",
    "calibrate_intervals",
    "chain_ladder",
    "cltv",
    "compare_decay",
    "cox",
    "crps",
    "cumulative_incidence",
    "customer_value",
    "fine_gray",
    "fit_decay",
    "fit_logistic",
    "fit_purchases",
    "fit_spend",
    "fit_survival",
    "purchase_summary",
    "kaplan_meier",
    "logrank",
    "mrr_index",
    "score_forecast",
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
    # every metric by its name
    "measure",
    "metrics",
    # account sets with known truth, how far a long call is, the whole report
    "datasets",
    "progress",
    "report",
]

_FAMILIES = ("sojourn.revenue", "sojourn.lifetime", "sojourn.health", "sojourn.surveys")
# Where names are that no family has.
_HOMES = {
    "Table": "sojourn._frames.table",
    "progress": "sojourn._frames.progress",
    "measure": "sojourn._catalogue.measure",
    "metrics": "sojourn._catalogue.definitions",
    "report": "sojourn._report.report",
}
_MODULES = ("datasets", "health", "lifetime", "revenue", "surveys")


def __getattr__(name: str) -> object:
    """Loads what is asked for and keeps it."""
    if name in _MODULES:
        return import_module(f"sojourn.{name}")
    if name in __all__:
        for home in (_HOMES[name],) if name in _HOMES else _FAMILIES:
            module = import_module(home)
            if hasattr(module, name):
                globals()[name] = getattr(module, name)
                return globals()[name]
    raise AttributeError(f"module 'sojourn' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, *_MODULES})
