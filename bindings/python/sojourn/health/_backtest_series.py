"""The same backtest at several times: does the card hold, or did one test happen to go well?"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from sojourn import _core
from sojourn._frames.arguments import checked
from sojourn._frames.columns import OpenTable, columns
from sojourn._frames.dates import calendar_day, date_reading
from sojourn._frames.periods import date_of
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.health._backtest import Backtest, backtest
from sojourn.health._scorecard import Scorecard


@checked
class BacktestSeries:
    """The same test at several times (`.tests`), each on rows of its own and trained on what was known before."""

    def __init__(self, tests: Sequence[Backtest]) -> None:
        self.tests = list(tests)

    def table(self) -> Table:
        """One row per test: test_from, rows, departures, auc with interval, the same for the other card, and the
        difference.
        """
        rows = [self._row(test) for test in self.tests]
        return Table(
            {name: [row[name] for row in rows] for name in rows[0]},
            options=self.tests[0].options,
            plot=_draw_series,
            title="Tests over time",
        )

    def plot(self, ax: Any = None) -> Any:
        """Area under the curve, test by test."""
        return self.table().plot(ax)

    @staticmethod
    def _row(test: Backtest) -> dict[str, Any]:
        area, gain = test.auc, test.difference
        other = None if test.other_validation is None else test.other_validation.auc(level=test.options["level"])
        return {
            "test_from": test.options["test_from"],
            "rows": test.counts["test"],
            "departures": test.test_events,
            "auc": area.value,
            "auc_low": area.low,
            "auc_high": area.high,
            "other_auc": None if other is None else other.value,
            "other_low": None if other is None else other.low,
            "other_high": None if other is None else other.high,
            "difference": None if gain is None else gain.value,
            "difference_low": None if gain is None else gain.low,
            "difference_high": None if gain is None else gain.high,
        }

    def __len__(self) -> int:
        return len(self.tests)

    def __repr__(self) -> str:
        areas = ", ".join(f"{test.options['test_from']}: {test.auc.value:.3f}" for test in self.tests)
        return f"BacktestSeries({areas})"


@checked
def backtest_over_time(
    card: Scorecard,
    panel: Any,
    *,
    splits: int | Sequence[datetime.date | str] = 3,
    as_of: str = "as_of",
    timezone: datetime.tzinfo | str | None = None,
    date_format: str | None = None,
    **options: Any,
) -> BacktestSeries:
    """`backtest` at several times: `splits` tests of about equally many days, or the days on which tests begin.

    No row tests twice. Training always ends before the test begins, by gap, horizon and embargo. Other options as for
    `backtest`.
    """
    panel = OpenTable(panel, date_reading(timezone, date_format))
    if isinstance(splits, int):
        days = columns(panel, {"as_of": as_of})["as_of"]
        starts = [date_of(day).isoformat() for day in _core.health.test_days(days, splits)]
    else:
        starts = sorted(calendar_day(day, "splits", date_reading(timezone)).isoformat() for day in splits)
    if not starts:
        raise SchemaError("a backtest over time needs at least one day on which a test begins")
    ends: list[str | None] = [*starts[1:], None]
    options |= {"as_of": as_of, "timezone": timezone, "date_format": date_format}
    return BacktestSeries(
        [backtest(card, panel, test_from=s, test_until=e, **options) for s, e in zip(starts, ends, strict=True)]
    )


def _draw_series(table: Table, ax: Any) -> None:
    rows = table.to_dicts()
    for place, (name, label) in enumerate((("auc", "the card"), ("other_auc", table.options["compare"]))):
        shown = [(i + 0.08 * place, row) for i, row in enumerate(rows) if row[name] is not None]
        if not shown:
            continue
        low, high = (("auc_low", "auc_high"), ("other_low", "other_high"))[place]
        errors = [[row[name] - row[low] for _, row in shown], [row[high] - row[name] for _, row in shown]]
        ax.errorbar([x for x, _ in shown], [row[name] for _, row in shown], yerr=errors, fmt="o-", capsize=3, label=label)
    ax.axhline(0.5, color="grey", linewidth=0.8, linestyle="--")
    ax.set_xticks(list(range(len(rows))), [row["test_from"] for row in rows])
    ax.set_xlabel("Test from")
    ax.set_ylabel("Area under the curve")
    ax.legend()
