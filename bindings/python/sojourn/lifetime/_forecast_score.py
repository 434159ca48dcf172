"""How good forecasts were once the future is known."""

from __future__ import annotations

from typing import Any, NamedTuple

from sojourn import _core
from sojourn._frames.arguments import checked
from sojourn._frames.columns import column, columns as columns_of
from sojourn.errors import SchemaError


class ForecastScore(NamedTuple):
    """Intervals against what came."""

    n: int
    covered: int
    missing: int
    """Rows left out because a limit or the actual value is missing."""
    coverage: float
    mean_width: float
    score: float
    """The interval score: mean of width + 2/alpha x miss; smaller is better."""
    level: float


class IntervalFactor(NamedTuple):
    """By how much to stretch half widths."""

    factor: float
    n: int
    reason: str | None
    """Why the factor is not what the errors alone would say."""
    level: float

    def __float__(self) -> float:
        return self.factor


@checked
def score_forecast(low: Any, high: Any, actual: Any = None, *, level: float | None = None) -> ForecastScore:
    """Coverage, mean width and interval score of intervals `low` to `high`, once the `actual` values are known.

    `score_forecast(forecast, actual)` takes a forecast, or any table with the columns low and high; what has not come yet is
    None or NaN. `level` is that of the forecast, and 0.95 where the limits have none. Limits belong to the interval. Errors:
    different lengths, a low above its high, a level that is not that of the forecast.
    """
    if actual is None:
        found = columns_of(low.table() if hasattr(low, "table") else low, {"low": "low", "high": "high"})
        stated = getattr(low, "options", {}).get("level")
        if level is not None and stated is not None and level != stated:
            raise SchemaError(f"score_forecast: the limits of the forecast are of level {stated}, not {level}")
        return score_forecast(found["low"], found["high"], high, level=level if stated is None else stated)
    level = 0.95 if level is None else level
    columns = column(low, "low"), column(high, "high"), column(actual, "actual")
    return ForecastScore(**_core.lifetime.score_intervals(*columns, level=level), level=level)


@checked
def calibrate_intervals(errors: Any, half_widths: Any, *, level: float = 0.95) -> IntervalFactor:
    """The factor by which half widths of past forecasts would have had to be stretched to hold a share `level` of `errors`.

    The ceil((n + 1) level)-th smallest |error| / half width, kept within 0.8 and 3. Learn it on past vintages only, never on
    the one that is judged. Without errors it is NaN.
    """
    if not 0 < level < 1:
        raise SchemaError(f"calibrate_intervals: level lies between 0 and 1, not {level}")
    factor, n, limit = _core.lifetime.calibrate_intervals(
        column(errors, "errors"), column(half_widths, "half_widths"), level=level
    )
    return IntervalFactor(factor, n, limit or None, level)


@checked
def crps(draws: Any, actual: float) -> float:
    """Continuous ranked probability score of draws of a forecast: mean |x - actual| - mean |x - x'| / 2; smaller is better.

    In the unit of the draws; of a single draw it is the absolute error.
    """
    return _core.lifetime.crps(column(draws, "draws"), actual)
