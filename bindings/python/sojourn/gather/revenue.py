"""A ledger -> revenue facts: movements, ratios and cohort triangles of the months shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sojourn._core import Estimate
from sojourn._page import Fact
from sojourn.errors import Error
from sojourn.sections.revenue import SIGNS, RevenueFacts, Triangle


def ledger_facts(ledger: Any, first: str, last: str, *, window: int = 12, facts: Sequence[Fact] = ()) -> RevenueFacts:
    """Months `first` to `last` ("2024-01"), ratios at `last` over `window` months."""
    table = ledger.movements(first, last, by="month")
    column: Callable[[str], list[int]] = lambda name: [int(v) for v in table[name].to_list()]
    accounts = {"opening": "accounts_opening", "new": "accounts_new", "reactivated": "accounts_reactivated",
                "churned": "accounts_churned", "closing": "accounts_closing"}
    return RevenueFacts(
        currency=ledger.currency, periods=[str(p)[:7] for p in table["period"].to_list()], opening=column("opening"),
        closing=column("closing"), movements={name: [abs(v) if name != "fx" else v for v in column(name)] for name in SIGNS},
        accounts={name: column(source) for name, source in accounts.items()}, window=window,
        estimates=_estimates(ledger, last, window), triangles=_triangles(ledger), facts=facts)


def last_months(ledger: Any, first: str | None, last: str | None, shown: int = 36) -> tuple[str, str]:
    """The months to show: by default the last complete one before `as_of`, and up to 35 before it since the first start."""
    year, month, day = (int(part) for part in str(ledger.as_of).split("-"))
    end = year * 12 + month - 2 if last is None else _index(last)
    begin = _index(first) if first is not None else max(end - shown + 1, _index(str(ledger.first_start)[:7]))
    if begin > end:
        raise Error(f"no complete month between the first subscription and {ledger.as_of}; say --from and --to")
    return _name(begin), _name(end)


def _index(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def _name(index: int) -> str:
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def ledger_fact_lines(ledger: Any) -> list[Fact]:
    """What the ledger was built from and which conventions it follows."""
    return []


def _estimates(ledger: Any, month: str, window: int) -> dict[str, Estimate]:
    asked: dict[str, Callable[[], Estimate]] = {
        "nrr": lambda: ledger.nrr(month, window=window),
        "grr": lambda: ledger.grr(month, window=window),
        "logo_retention": lambda: ledger.logo_retention(month, window=window),
        "logo_churn": lambda: ledger.logo_churn(month),
        "mrr_churn": lambda: ledger.mrr_churn(month, kind="gross"),
        "quick_ratio": lambda: ledger.quick_ratio(month),
    }
    found = {}
    for name, ask in asked.items():
        try:
            found[name] = ask()
        except Error:
            continue  # a window that begins before the data: the ratio is not asked, and not shown
    return found


def _triangles(ledger: Any) -> list[Triangle]:
    raise NotImplementedError
