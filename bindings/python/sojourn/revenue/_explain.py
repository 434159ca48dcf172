"""Why an account stands where it does: its movements in a period, and the rows behind them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sojourn._frames.periods import first_day, span_of
from sojourn._frames.table import Table
from sojourn.revenue._core_ledger import CoreLedger
from sojourn.revenue._rates import require_reached

ReadCustomer = Callable[[Any, int, int], dict[str, Any]]
"""A customer and the days [first, end) -> its changes, with transfers."""


def explain(ledger: CoreLedger, account: Any, period: Any, read: ReadCustomer | None = None) -> Explanation:
    """The movements of one account in a period; `read` where accounts go from one customer to another."""
    require_reached(ledger, period)
    month, months = span_of(period)
    first, end = first_day(month), first_day(month + months)
    if read is None:
        found = ledger.compiled.explain(account, first, end, ledger.policy.core)
    else:
        found = read(account, first, end)
    return Explanation(found, options={**ledger.options, "account": account, "period": str(period)})


class Explanation(Table):
    """Movements of one account: day, movement, before, after. `.rows` are the row numbers of the input behind them.

    Of a parent a movement may be transfer_in or transfer_out.
    """

    def __init__(self, found: dict[str, Any], *, options: dict[str, Any]) -> None:
        shown = {name: found[name] for name in ("day", "movement", "before", "after")}
        title = f"Movements of {options['account']} in {options['period']}"
        super().__init__(shown, options=options, title=title, amounts=("before", "after"))
        self.rows: list[int] = found["rows"]
        self.opening: int = found["opening"]
        self.closing: int = found["closing"]
