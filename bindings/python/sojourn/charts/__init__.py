"""Pictures: each function takes plain numbers and returns one Vega-Lite specification (a dict).

The same specification serves a notebook, the report and the documentation. `to_svg` draws it without a browser and
without a network. Field names inside a specification are fixed; what a user typed appears only as a data value.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sojourn.charts.causes import churn_by_cause
    from sojourn.charts.cohorts import cohort_heat_map
    from sojourn.charts.decay import decay_curve
    from sojourn.charts.health import delta_waterfall, score_histogram, tier_bar
    from sojourn.charts.lifetime import survival_curve
    from sojourn.charts.mrr_index import mrr_index_curves
    from sojourn.charts.parts import part_lines
    from sojourn.charts.revenue import mrr_movements, mrr_waterfall, retention_over_time
    from sojourn.charts.style import Spec
    from sojourn.charts.surveys import csat_dots, nps_bars, rate_dots
    from sojourn.charts.svg import to_svg

__all__ = [
    "Spec",
    "churn_by_cause",
    "cohort_heat_map",
    "csat_dots",
    "decay_curve",
    "delta_waterfall",
    "mrr_index_curves",
    "mrr_movements",
    "mrr_waterfall",
    "nps_bars",
    "part_lines",
    "rate_dots",
    "retention_over_time",
    "score_histogram",
    "survival_curve",
    "tier_bar",
    "to_svg",
]

_HOMES = {
    "Spec": "sojourn.charts.style",
    "churn_by_cause": "sojourn.charts.causes",
    "cohort_heat_map": "sojourn.charts.cohorts",
    "csat_dots": "sojourn.charts.surveys",
    "decay_curve": "sojourn.charts.decay",
    "delta_waterfall": "sojourn.charts.health",
    "mrr_index_curves": "sojourn.charts.mrr_index",
    "mrr_movements": "sojourn.charts.revenue",
    "mrr_waterfall": "sojourn.charts.revenue",
    "nps_bars": "sojourn.charts.surveys",
    "part_lines": "sojourn.charts.parts",
    "rate_dots": "sojourn.charts.surveys",
    "retention_over_time": "sojourn.charts.revenue",
    "score_histogram": "sojourn.charts.health",
    "survival_curve": "sojourn.charts.lifetime",
    "tier_bar": "sojourn.charts.health",
    "to_svg": "sojourn.charts.svg",
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
