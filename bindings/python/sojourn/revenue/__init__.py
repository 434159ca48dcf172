"""Recurring revenue: the ledger and what is read from it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sojourn._core.revenue import CohortState, RenewalState, RevenueState
    from sojourn.revenue._amount import Amount, mrr_from_price
    from sojourn.revenue._backtest_forecast import ForecastBacktest, backtest_forecast
    from sojourn.revenue._cohorts import Triangle
    from sojourn.revenue._comparison import Comparison, compare_rates, minimum_detectable_change
    from sojourn.revenue._concentration import Concentration, concentration
    from sojourn.revenue._economics import check_targets, economics
    from sojourn.revenue._forecast import Forecast
    from sojourn.revenue._ledger import Ledger
    from sojourn.revenue._policy import Policy
    from sojourn.revenue._reconcile import reconcile
    from sojourn.revenue._renewals import Renewals, renewals
    from sojourn.revenue._series import movements, mrr_series
    from sojourn.revenue._shards import shard_of
    from sojourn.revenue._snapshots import Snapshots

__all__ = [
    "Amount",
    "CohortState",
    "Comparison",
    "Concentration",
    "Forecast",
    "ForecastBacktest",
    "Ledger",
    "Policy",
    "RenewalState",
    "Renewals",
    "RevenueState",
    "Snapshots",
    "Triangle",
    "backtest_forecast",
    "check_targets",
    "compare_rates",
    "concentration",
    "economics",
    "minimum_detectable_change",
    "movements",
    "mrr_from_price",
    "mrr_series",
    "reconcile",
    "renewals",
    "shard_of",
]

_HOMES = {
    "Amount": "sojourn.revenue._amount",
    "CohortState": "sojourn._core.revenue",
    "Comparison": "sojourn.revenue._comparison",
    "Concentration": "sojourn.revenue._concentration",
    "Forecast": "sojourn.revenue._forecast",
    "ForecastBacktest": "sojourn.revenue._backtest_forecast",
    "Ledger": "sojourn.revenue._ledger",
    "Policy": "sojourn.revenue._policy",
    "RenewalState": "sojourn._core.revenue",
    "Renewals": "sojourn.revenue._renewals",
    "RevenueState": "sojourn._core.revenue",
    "Snapshots": "sojourn.revenue._snapshots",
    "Triangle": "sojourn.revenue._cohorts",
    "backtest_forecast": "sojourn.revenue._backtest_forecast",
    "check_targets": "sojourn.revenue._economics",
    "compare_rates": "sojourn.revenue._comparison",
    "concentration": "sojourn.revenue._concentration",
    "economics": "sojourn.revenue._economics",
    "minimum_detectable_change": "sojourn.revenue._comparison",
    "movements": "sojourn.revenue._series",
    "mrr_from_price": "sojourn.revenue._amount",
    "mrr_series": "sojourn.revenue._series",
    "reconcile": "sojourn.revenue._reconcile",
    "renewals": "sojourn.revenue._renewals",
    "shard_of": "sojourn.revenue._shards",
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
