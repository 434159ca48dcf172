"""Recurring revenue: the ledger and what is read from it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sojourn.revenue._cohorts import Triangle as Triangle
    from sojourn.revenue._comparison import (
        Comparison as Comparison,
    )
    from sojourn.revenue._comparison import (
        compare_rates as compare_rates,
    )
    from sojourn.revenue._comparison import (
        minimum_detectable_change as minimum_detectable_change,
    )
    from sojourn.revenue._economics import (
        Amount as Amount,
    )
    from sojourn.revenue._economics import (
        Renewals as Renewals,
    )
    from sojourn.revenue._economics import (
        economics as economics,
    )
    from sojourn.revenue._economics import (
        mrr_from_price as mrr_from_price,
    )
    from sojourn.revenue._economics import (
        renewals as renewals,
    )
    from sojourn.revenue._ledger import (
        CohortState as CohortState,
    )
    from sojourn.revenue._ledger import (
        Ledger as Ledger,
    )
    from sojourn.revenue._ledger import (
        RenewalState as RenewalState,
    )
    from sojourn.revenue._ledger import (
        RevenueState as RevenueState,
    )
    from sojourn.revenue._ledger import (
        mrr_series as mrr_series,
    )
    from sojourn.revenue._ledger import (
        shard_of as shard_of,
    )
    from sojourn.revenue._policy import Policy as Policy
    from sojourn.revenue._reconcile import reconcile as reconcile
    from sojourn.revenue._snapshots import Snapshots as Snapshots
    from sojourn.revenue._snapshots import movements as movements

_LATER = {
    "Amount": "sojourn.revenue._economics",
    "CohortState": "sojourn.revenue._ledger",
    "Comparison": "sojourn.revenue._comparison",
    "Ledger": "sojourn.revenue._ledger",
    "Policy": "sojourn.revenue._policy",
    "RenewalState": "sojourn.revenue._ledger",
    "Renewals": "sojourn.revenue._economics",
    "RevenueState": "sojourn.revenue._ledger",
    "Snapshots": "sojourn.revenue._snapshots",
    "Triangle": "sojourn.revenue._cohorts",
    "compare_rates": "sojourn.revenue._comparison",
    "economics": "sojourn.revenue._economics",
    "minimum_detectable_change": "sojourn.revenue._comparison",
    "movements": "sojourn.revenue._snapshots",
    "mrr_from_price": "sojourn.revenue._economics",
    "mrr_series": "sojourn.revenue._ledger",
    "reconcile": "sojourn.revenue._reconcile",
    "renewals": "sojourn.revenue._economics",
    "shard_of": "sojourn.revenue._ledger",
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
