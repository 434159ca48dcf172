"""Why an account stands where it does: its movements in a period, and the rows behind them."""

from __future__ import annotations

from typing import Any

from sojourn._frames.periods import first_day, span_of
from sojourn._frames.table import Table
from sojourn.revenue._core_ledger import CoreLedger
from sojourn.revenue._rates import require_reached


def explain(ledger: CoreLedger, account: Any, period: Any) -> Explanation:
    """The movements of one account in a period."""
    require_reached(ledger, period)
    month, months = span_of(period)
    found = ledger.compiled.explain(account, first_day(month), first_day(month + months), ledger.policy.core)
    return Explanation(found, options={**ledger.options, "account": account, "period": str(period)})


class Explanation(Table):
    """Movements of one account: day, movement, before, after. `.rows` are the row numbers of the input behind them."""

    def __init__(self, found: dict[str, Any], *, options: dict[str, Any]) -> None:
        shown = {name: found[name] for name in ("day", "movement", "before", "after")}
        title = f"Movements of {options['account']} in {options['period']}"
        super().__init__(shown, options=options, title=title, amounts=("before", "after"))
        self.rows: list[int] = found["rows"]
        self.opening: int = found["opening"]
        self.closing: int = found["closing"]
