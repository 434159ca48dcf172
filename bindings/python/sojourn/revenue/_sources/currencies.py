"""More than one currency in a ledger: what rates do stands in a column of its own."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from sojourn import _core
from sojourn._frames import columns as _input
from sojourn._frames.format import exponent
from sojourn._frames.periods import day_of
from sojourn.errors import SchemaError
from sojourn.revenue._sources.prices import PRICING

if TYPE_CHECKING:
    from sojourn.revenue._ledger import Ledger
    from sojourn.revenue._policy import Policy

FX = ("period_open_rate", "period_mean", "service_start", "purchase")
_SINCE = ("since", "date", "day", "month")


class Valuation:
    """Which `fx` a ledger of several currencies follows: that of its argument, otherwise its policy's."""

    def __init__(self, fx: str | None, purchased_on: str | None) -> None:
        if fx is not None and fx not in FX:
            raise SchemaError(f'fx "{fx}" is not one of {", ".join(FX)}')
        self._fx, self._purchased_on = fx, purchased_on

    def settled(self, policy: Policy) -> Policy:
        """The policy with the `fx` that is followed, so that every result names it."""
        if self._fx is not None and policy.fx != self._fx:
            if "fx" in policy.changes():
                raise SchemaError(
                    f'fx="{self._fx}" of the ledger and fx="{policy.fx}" of its policy are two answers; give one'
                )
            policy = dataclasses.replace(policy, fx=self._fx)
        if policy.fx == "purchase" and self._purchased_on is None:
            raise SchemaError('fx="purchase" needs purchased_on=, the column of the day of the purchase')
        return policy


def start(
    book: Ledger,
    table: Any,
    currency: str,
    rates: Any,
    report_in: str | None,
    fx: str | None,
    purchased_on: str | None,
    as_of: Any,
    policy: Policy,
) -> None:
    """Makes `book` a ledger of rows that say their currency, shown in one."""
    from sojourn.revenue._ledger import _pick

    if report_in is None or rates is None:
        raise SchemaError("several currencies need both rates= (a table of currency, month or date, rate) and report_in=")
    valuation = Valuation(fx, purchased_on)
    policy = valuation.settled(policy)
    if purchased_on is not None and policy.fx != "purchase":
        raise SchemaError('purchased_on= names the day of the purchase, for fx="purchase" and only for it')
    asked: dict[str, str | None] = {**book._asked, "currency": currency}
    names, rows = _pick(table, asked if purchased_on is None else {**asked, "purchased_on": purchased_on})
    quoted = _input.frame(rates)
    since = [name for name in quoted if name.lower() in _SINCE]
    if "currency" not in quoted or "rate" not in quoted or len(since) != 1:
        raise SchemaError(
            f"a table of rates has the columns currency, rate and one of {', '.join(_SINCE)}; it has {', '.join(quoted)}"
        )
    columns = {"currency": quoted["currency"], "since": quoted[since[0]], "rate": quoted["rate"]}
    until = None if as_of is None else day_of(as_of, "as_of")

    def build(rules: Policy) -> _core.revenue.Ledger:
        return _core.revenue.ledger_in_currencies(
            rows,
            [names[role] for role in rows],
            columns,
            ["currency", since[0], "rate"],
            report_in,
            rules.fx,
            exponent,
            until,
            rules.lapse_grace,
        )

    book._asked = asked
    book._valuation = valuation
    book._start(build, lambda rules: [name for name in PRICING if name in rules.changes()], policy, report_in)
