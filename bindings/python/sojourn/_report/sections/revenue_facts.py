"""What the revenue sections show: plain numbers of one ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sojourn._core import Estimate
from sojourn._report.page import Fact

SIGNS = {"new": 1, "reactivation": 1, "expansion": 1, "contraction": -1, "churn": -1, "fx": 1}


@dataclass(frozen=True, kw_only=True)
class Triangle:
    """Cohort retention: `retention[cohort][age]` in 0..1 (None where it cannot be known yet)."""

    cohorts: Sequence[str]
    sizes: Sequence[int]
    retention: Sequence[Sequence[float | None]]
    measure: str = "accounts"
    step: str = "month"
    weights: Sequence[int] = ()
    """The weight of each cohort in the mean: its MRR at the start for a triangle of MRR, its accounts otherwise."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Retention over the window up to the end of each period: value, low and high of nrr, grr and logo_retention."""

    periods: Sequence[str]
    rates: Mapping[str, Sequence[tuple[float, float, float] | None]]


@dataclass(frozen=True, kw_only=True)
class Behind:
    """The accounts that moved a cell of the last period most, of all that did, in minor units."""

    cell: str
    accounts: int
    rows: Sequence[tuple[str, int]]
    total: int


@dataclass(frozen=True, kw_only=True)
class RevenueFacts:
    """Movements in minor units as positive magnitudes, and the ratios read from the same ledger."""

    currency: str
    periods: Sequence[str]
    opening: Sequence[int]
    closing: Sequence[int]
    movements: Mapping[str, Sequence[int]]
    accounts: Mapping[str, Sequence[int]]
    """opening, new, reactivated, churned, of parents in and out, closing."""
    each: str = "month"
    window: int = 12
    estimates: Mapping[str, Estimate] = field(default_factory=dict)
    """By name: nrr, grr, logo_retention, logo_churn, mrr_churn, net_mrr_churn, quick_ratio, arpa."""
    earlier: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """By step back, "month" and "year": MRR and the ratios as they were then."""
    kept: Kept | None = None
    triangles: Sequence[Triangle] = ()
    lost_to: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """Churned MRR of each period by cause, positive; empty where no cause is known."""
    left_for: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """The accounts behind it."""
    usage: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """What was committed, consumed and left of each period, in minor units; empty for a ledger without usage."""
    behind: Sequence[Behind] = ()
    """Empty where no account is named."""
    facts: Sequence[Fact] = ()
