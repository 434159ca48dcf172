"""Estimates on a page: in words, and as data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sojourn._core import Estimate
from sojourn._frames.language import say


def interval_text(estimate: Estimate, show: Callable[[float], str]) -> str:
    """ "95% interval 93.1% to 97.3%, n = 820", or n alone where there is no interval."""
    count = f"n = {estimate.n:,}"
    if estimate.low != estimate.low or estimate.method == "none":
        return count
    return say(
        "{level:g}% interval {low} to {high}, {count}",
        level=100 * estimate.level,
        low=show(estimate.low),
        high=show(estimate.high),
        count=count,
    )


def estimate_data(e: Estimate) -> dict[str, Any]:
    """An estimate as data: its value with everything that belongs to it."""
    return {
        "value": e.value,
        "low": e.low,
        "high": e.high,
        "n": e.n,
        "level": e.level,
        "method": e.method,
        "reason": e.reason,
    }
