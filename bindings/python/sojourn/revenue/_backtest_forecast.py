"""Forecasts of the past, made with what was known then, against what came."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from sojourn import _core
from sojourn._core.frames import Column
from sojourn._frames.arguments import checked
from sojourn._frames.columns import column
from sojourn._frames.periods import date_of, day_of, first_day, span_of
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.lifetime._forecast_score import IntervalFactor, calibrate_intervals, crps, score_forecast
from sojourn.revenue._forecast_input import month_label
from sojourn.revenue._readings import Readings

LEVELS = (0.8, 0.95)
ENOUGH = 8
"""Vintages that share no month, below which nothing can be calibrated."""
OURS = "forecast"


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
    if not isinstance(ledger, Readings) or not hasattr(ledger, "forecast"):
        raise SchemaError(f"backtest_forecast takes a Ledger, not {type(ledger).__name__}")
    if not vintages or not horizons or any(h < 1 for h in horizons):
        raise SchemaError("backtest_forecast: give one vintage or more, and horizons of 1 month or more")
    knows = "known_on" in ledger._core_ledger().options or _has_knowledge(ledger)
    if contracts is not None and knows:
        raise SchemaError(
            "backtest_forecast: contracts= is what is known today, and the vintages may know only what was then"
        )
    longest = max(horizons)
    rows: list[dict[str, Any]] = []
    used: list[dict[str, Any]] = []
    for vintage in vintages:
        more, made = _judged(
            ledger, vintage, knows, longest, horizons, dict(contracts=contracts, by=by, family=family), draws, seed
        )
        rows += more
        used.append(made)
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
        "currency": ledger._core_ledger().currency,
    }
    return ForecastBacktest(rows, options)


def _has_knowledge(ledger: Any) -> bool:
    return bool(ledger._standing().facts.book.has_knowledge)


def _judged(
    ledger: Any,
    vintage: Any,
    knows: bool,
    longest: int,
    horizons: Sequence[int],
    asked: dict[str, Any],
    draws: int,
    seed: int,
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """One row per horizon and method whose month is known today, and the options of the forecast."""
    last = _last_day(vintage)
    book = ledger.as_known_on(date_of(last)) if knows else ledger.with_view(as_of=date_of(last + 1))
    made = book.forecast(longest, methods=("contracts", "decay"), draws=draws, seed=seed, **asked)
    then, today = book._core_ledger().compiled, ledger._core_ledger().compiled
    came = _core.revenue.later_mrr(today, then, longest)
    naive = {rule: _core.revenue.naive_forecast(then, rule, longest) for rule in _core.revenue.naive_rules()}
    first, known = _core.revenue.known_months(then)
    rows = []
    for ahead in horizons:
        actual = came[ahead - 1]
        if actual != actual:
            continue
        drawn = made.draws(ahead)
        common = {"vintage": month_label(first + known - 1), "ahead": ahead, "actual": actual}
        point = made.table()["closing"][ahead - 1]
        rows.append({**common, "method": OURS, "point": point, "draws": drawn, "crps": crps(drawn, actual)})
        for rule, points in naive.items():
            error = abs(points[ahead - 1] - actual)
            rows.append({**common, "method": rule, "point": points[ahead - 1], "draws": None, "crps": error})
    return rows, made.options


def _last_day(vintage: Any) -> int:
    """A month stands for its last day, a day for itself."""
    if isinstance(vintage, str) and len(vintage) == 7:
        month, months = span_of(vintage)
        return first_day(month + months) - 1
    return day_of(vintage, "vintage")


@checked
class ForecastBacktest:
    """How often limits held what came, how wide they were, and whether simple rules did better."""

    def __init__(self, rows: list[dict[str, Any]], options: dict[str, Any]) -> None:
        self.options = options
        self._rows = rows

    def rows(self) -> Table:
        """One row per vintage, months ahead and method: the expected MRR, what came, and of the forecast its limits."""
        limits = {level: [self._limits(row, level) for row in self._rows] for level in LEVELS}
        columns: dict[str, list[Any]] = {
            name: [row[name] for row in self._rows] for name in ("vintage", "ahead", "method", "point", "actual", "crps")
        }
        for level in LEVELS:
            columns[f"low_{level:.0%}".rstrip("%")] = [low for low, _ in limits[level]]
            columns[f"high_{level:.0%}".rstrip("%")] = [high for _, high in limits[level]]
        return Table(columns, options=self.options, title="Vintages", amounts=_amounts(columns))

    def table(self) -> Table:
        """One row per months ahead and method.

        `independent` is how many vintages share no month; `coverage_80` and `coverage_95` are the shares of what came that
        lay within the limits, with a 95 % interval that counts only independent vintages. Rules have limits from their own
        errors in this very back-test, which flatters them. `score_80` and `score_95` are interval scores, `crps` the ranked
        probability score, `bias` the mean of forecast - actual: all in minor units, smaller is better.
        """
        groups = list(dict.fromkeys((row["ahead"], row["method"]) for row in self._rows))
        lines = [self._line(ahead, method) for ahead, method in groups]
        columns: dict[str, list[Any]] = {name: [line[name] for line in lines] for name in (lines[0] if lines else ())}
        return Table(columns, options=self.options, title="Back-test", amounts=_amounts(columns))

    def verdicts(self) -> list[str]:
        """What the table says, in words, for each number of months ahead."""
        lines = self.table().to_dicts()
        return [self._verdict(line, lines) for line in lines if line["method"] == OURS]

    def calibration(self, ahead: int, *, level: float = 0.95) -> IntervalFactor:
        """The factor by which limits so many months ahead would have had to be stretched. For vintages after these only."""
        errors, halves = [], []
        for row in self._of(ahead, OURS):
            low, high = _core.lifetime.draw_limits(row["draws"], level=level)
            if high > low:
                errors.append(row["actual"] - row["point"])
                halves.append((high - low) / 2)
        return calibrate_intervals(column(errors or Column.from_sequence([], name="errors"), "errors"), halves, level=level)

    def _of(self, ahead: int, method: str) -> list[dict[str, Any]]:
        return [row for row in self._rows if row["ahead"] == ahead and row["method"] == method]

    def _limits(self, row: dict[str, Any], level: float) -> tuple[float, float]:
        if row["draws"] is not None:
            return _core.lifetime.draw_limits(row["draws"], level=level)
        errors = sorted(abs(other["point"] - other["actual"]) for other in self._of(row["ahead"], row["method"]))
        half = errors[min(len(errors), max(1, math.ceil(level * len(errors)))) - 1]
        return row["point"] - half, row["point"] + half

    def _line(self, ahead: int, method: str) -> dict[str, Any]:
        rows = self._of(ahead, method)
        months = sorted({span_of(row["vintage"])[0] for row in rows})
        independent = min(len(months), 1 + (months[-1] - months[0]) // ahead)
        line: dict[str, Any] = {"ahead": ahead, "method": method, "n": len(rows), "independent": independent}
        for level in LEVELS:
            name = f"{level:.0%}".rstrip("%")
            limits = [self._limits(row, level) for row in rows]
            lows, highs = [low for low, _ in limits], [high for _, high in limits]
            found = score_forecast(lows, highs, [row["actual"] for row in rows], level=level)
            share = _core.lifetime.coverage(found.coverage, independent, found.n)
            line |= {
                f"coverage_{name}": found.coverage,
                f"coverage_{name}_low": share.low,
                f"coverage_{name}_high": share.high,
                f"width_{name}": found.mean_width,
                f"score_{name}": found.score,
            }
        line["crps"] = math.fsum(row["crps"] for row in rows) / len(rows)
        line["bias"] = math.fsum(row["point"] - row["actual"] for row in rows) / len(rows)
        return line

    def _verdict(self, line: dict[str, Any], lines: list[dict[str, Any]]) -> str:
        said = [f"{line['ahead']} ahead: 95 % limits held {line['coverage_95']:.0%} of {line['n']}"]
        if line["independent"] < ENOUGH:
            said.append(
                f"cannot be calibrated yet: {line['independent']} vintages share no month, and it takes {ENOUGH} of them"
            )
        better = [one for one in lines if one["ahead"] == line["ahead"] and one["score_95"] < line["score_95"]]
        said += [f"does not beat {one['method']} by interval score" for one in better if one["method"] != OURS]
        return "; ".join(said)

    def __repr__(self) -> str:
        return "\n".join(["ForecastBacktest", *self.verdicts()])


def _amounts(columns: dict[str, list[Any]]) -> list[str]:
    words = ("point", "actual", "crps", "bias", "low_", "high_", "width_", "score_")
    return [name for name in columns if name.startswith(words)]
