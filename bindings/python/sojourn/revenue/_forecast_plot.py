"""The picture of a forecast: the past, the fan, and what was known then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sojourn import _core
from sojourn._core.frames import Column
from sojourn._frames.currency import major
from sojourn._frames.optional import require
from sojourn.revenue._core_ledger import CoreLedger
from sojourn.revenue._forecast_input import month_label

SHOWN_MONTHS = 24
FAN = (0.95, 0.8, 0.5)


def plot_forecast(ledger: CoreLedger, start: int, draws: Sequence[Column], actual: Sequence[float] | None, ax: Any) -> Any:
    """Months on the axis; amounts in units of the currency."""
    if ax is None:
        ax = require("matplotlib.pyplot", "sojourn[plot]").figure(layout="constrained").add_subplot()
    past = past_mrr(ledger, start)
    shown = [major(value, ledger.currency) for value in past]
    ax.plot(range(1 - len(shown), 1), shown, color="0.15", label="MRR of all accounts")
    ahead = range(len(draws) + 1)
    for level, shade in zip(FAN, (0.15, 0.25, 0.4), strict=True):
        limits = [_core.lifetime.draw_limits(one, level=level) for one in draws]
        low = [shown[-1], *(major(low, ledger.currency) for low, _ in limits)]
        high = [shown[-1], *(major(high, ledger.currency) for _, high in limits)]
        ax.fill_between(ahead, low, high, color="tab:blue", alpha=shade, linewidth=0, label=f"{level:.0%}")
    middle = [shown[-1], *(major(sum(one) / len(one), ledger.currency) for one in draws)]
    ax.plot(ahead, middle, color="tab:blue", label="today's accounts, mean")
    if actual is not None:
        came = [(h + 1, major(value, ledger.currency)) for h, value in enumerate(actual) if value == value]
        ax.plot([h for h, _ in came], [value for _, value in came], "o", color="0.15", markersize=4, label="what came")
    ax.axvline(0, color="0.5", linewidth=0.8, linestyle="--")
    ax.annotate("known until here", (0, 1), xycoords=("data", "axes fraction"), xytext=(-4, -4),
                textcoords="offset points", ha="right", va="top", fontsize="small", color="0.4")  # fmt: skip
    marks = [h for h in range(1 - len(shown), len(draws) + 1) if (start - 1 + h) % 6 == 5]
    ax.set_xticks(marks, [month_label(start - 1 + h) for h in marks])
    ax.set_ylabel(f"MRR, {ledger.currency}")
    ax.set_ylim(bottom=0)
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    ax.grid(alpha=0.2)
    ax.legend(frameon=False, fontsize="small", loc="lower right")
    return ax


def past_mrr(ledger: CoreLedger, start: int) -> list[float]:
    """MRR at the end of the last months, in minor units."""
    return _core.revenue.mrr_by_month(ledger.compiled)[-SHOWN_MONTHS:]
