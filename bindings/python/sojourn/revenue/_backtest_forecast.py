"""Forecasts of the past, made with what was known then, against what came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sojourn import _core
from sojourn._frames.arguments import checked
from sojourn._frames.periods import date_of, day_of, first_day, span_of
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.lifetime._forecast_score import IntervalFactor
from sojourn.revenue._ledger import Ledger


@checked
def backtest_forecast(
    ledger: Any,
    vintages: Sequence[Any],
    *,
    horizons: Sequence[int] = (1, 3, 6, 12),
    contracts: Any = None,
    by: str | None = None,
    family: str | None = None,
    draws: int = 500,
    seed: int = 1,
) -> ForecastBacktest:
    """Forecasts at the end of each of `vintages` (months, or days), with what was known then, against what came.

    Where the ledger knows when rows were recorded, a vintage is `ledger.as_known_on(day)`: facts that were entered later are
    invisible to it, and what came is read from the ledger as known today. Otherwise only time is cut, and rows that were
    corrected since are in the vintage; `.options["known"]` says so. Judged is the MRR of the accounts of then, `horizons`
    months later. `contracts` are those known today, which a vintage could not know: they are refused where the ledger has
    knowledge dates. `.options["family"]` is the one that each vintage used.
    """
    if not isinstance(ledger, Ledger):
        raise SchemaError(f"backtest_forecast takes a Ledger, not {type(ledger).__name__}")
    if not vintages or not horizons or any(h < 1 for h in horizons):
        raise SchemaError("backtest_forecast: give one vintage or more, and horizons of 1 month or more")
    today = ledger._core_ledger()
    knows = "known_on" in today.options or _has_knowledge(ledger)
    if contracts is not None and knows:
        raise SchemaError(
            "backtest_forecast: contracts= is what is known today, and the vintages may know only what was then"
        )
    asked = {"contracts": contracts, "by": by, "family": family, "draws": draws, "seed": seed}
    found = _core.revenue.ForecastBacktest()
    used: list[dict[str, Any]] = []
    seen: set[int] = set()
    for vintage in vintages:
        last = _last_day(vintage)
        if last in seen:
            raise SchemaError(f"backtest_forecast: the vintage {vintage} is given twice; it would count twice")
        seen.add(last)
        then = ledger.as_known_on(date_of(last)) if knows else ledger.with_view(as_of=date_of(last + 1))
        made = then.forecast(max(horizons), methods=("contracts", "decay"), **asked)
        found.judge(today.compiled, made._ledger.compiled, made._found, list(horizons))
        used.append(made.options)
    options = {
        "vintages": [str(one) for one in vintages],
        "horizons": list(horizons),
        "known": "as_known_on" if knows else "time is cut; rows that were corrected since are in the vintages",
        "methods": used[0]["methods"],
        "contracts": "none given" if contracts is None else [one["contracts"] for one in used],
        "by": by,
        "family": [one["family"] for one in used],
        "draws": draws,
        "seed": seed,
        "currency": today.currency,
    }
    return ForecastBacktest(found, options)


def _has_knowledge(ledger: Any) -> bool:
    return bool(ledger._standing().facts.book.has_knowledge)


def _last_day(vintage: Any) -> int:
    """A month stands for its last day, a day for itself."""
    if isinstance(vintage, str) and len(vintage) == 7:
        month, months = span_of(vintage)
        return first_day(month + months) - 1
    return day_of(vintage, "vintage")


@checked
class ForecastBacktest:
    """How often limits held what came, how wide they were, and whether simple rules did better."""

    def __init__(self, found: _core.revenue.ForecastBacktest, options: dict[str, Any]) -> None:
        self.options = options
        self._found = found

    def rows(self) -> Table:
        """One row per vintage, months ahead and method: the expected MRR, what came, and the limits of both levels."""
        return self._as_table(self._found.rows(), "Vintages")

    def table(self) -> Table:
        """One row per months ahead and method.

        `independent` is how many vintages share no month; `coverage_80` and `coverage_95` are the shares of what came that
        lay within the limits, with a 95 % interval that counts only independent vintages. Rules have limits from their own
        errors in this very back-test, which flatters them. `score_80` and `score_95` are interval scores, `crps` the ranked
        probability score, `bias` the mean of forecast - actual: all in minor units, smaller is better.
        """
        return self._as_table(self._found.lines(), "Back-test")

    def verdicts(self) -> list[str]:
        """What the table says, in words, for each number of months ahead."""
        return self._found.verdicts()

    def calibration(self, ahead: int, *, level: float = 0.95) -> IntervalFactor:
        """The factor by which limits so many months ahead would have had to be stretched. For vintages after these only."""
        factor, n, limit = self._found.calibration(ahead, level=level)
        return IntervalFactor(factor, n, limit or None, level)

    def _as_table(self, columns: dict[str, Any], title: str) -> Table:
        counts = ("vintage", "ahead", "method", "n", "independent")
        amounts = [name for name in columns if name not in counts and not name.startswith("coverage")]
        return Table(columns, options=self.options, title=title, amounts=amounts)

    def __repr__(self) -> str:
        return "\n".join(["ForecastBacktest", *self.verdicts()])
