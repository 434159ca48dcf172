"""Subscription periods in more than one currency; what exchange rates change stands in a column of its own."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, get_args, get_type_hints

from sojourn import _core
from sojourn._core.frames import Column
from sojourn._frames.as_of import day_after_latest, default_as_of
from sojourn._frames.columns import OpenTable, frame
from sojourn._frames.currency import read_currency
from sojourn._frames.money import MoneyReading, currency_columns, minor_column_of_currencies
from sojourn._frames.periods import day_or_none
from sojourn._frames.roles import COMMON_ROLES, ROLES, find_roles
from sojourn.errors import SchemaError
from sojourn.revenue._labels import Labels
from sojourn.revenue._policy import Policy
from sojourn.revenue._policy_options import PolicyOptions
from sojourn.revenue._sources.row_habits import exclusive_ends
from sojourn.revenue._sources.source import Source, not_row_by_row

FX: tuple[str, ...] = get_args(get_type_hints(PolicyOptions)["fx"])
VALUED_ONCE = ("service_start", "purchase")
_SINCE = ("since", "date", "day", "month")


class Currencies(Source):
    """Rows with their currency, and the rates that show them in one. `fx` is the argument's, otherwise the policy's."""

    in_currencies = True

    def __init__(
        self,
        table: Any,
        roles: Mapping[str, str | None],
        money: MoneyReading,
        rates: Any,
        report_in: str | None,
        fx: str | None,
        purchased_on: str | None,
        as_of: Any,
        policy: Policy,
    ) -> None:
        if report_in is None or rates is None:
            raise SchemaError(
                "several currencies need both rates= (a table of currency, month or date, rate) and report_in="
            )
        opened = OpenTable(table)
        asked = {**roles, "currency": _column_of_codes(opened.names, money.currency)}
        if purchased_on is not None:
            asked["purchased_on"] = purchased_on
        self.found = find_roles(opened.names, asked, required=(*ROLES, "currency"), arguments=COMMON_ROLES)
        self.names = self.found.names
        super().__init__({**roles, "currency": self.names["currency"]}, money.amounts, read_currency(report_in, "report_in"))
        if fx is not None and fx not in FX:
            raise SchemaError(f'fx "{fx}" is not one of {", ".join(FX)}')
        self._fx: Any = fx  # one of FX
        self.report_in, self._purchased_on = self.currency, purchased_on
        followed = self.effective_policy(policy).fx
        if purchased_on is not None and followed != "purchase":
            raise SchemaError('purchased_on= names the day of the purchase, for fx="purchase" and only for it')
        self.columns = self._read(opened, self.names)
        self.rate_names, self.rates = _rates(rates)
        self.as_of = day_or_none(as_of, "as_of")
        if self.as_of is None:  # before it is built, because no rate is needed for days that are not known
            after_latest = day_after_latest(self.columns["start"], self.columns["end"])
            self.as_of, self.as_of_default = default_as_of(after_latest)

    def build(self, policy: Policy) -> _core.revenue.Ledger:
        return _core.revenue.ledger_in_currencies(
            self.columns,
            list(self.names.values()),
            self.rates,
            self.rate_names,
            self.report_in,
            policy.fx,
            self.as_of,
            policy.lapse_grace,
        )

    def _read(self, opened: OpenTable, names: Mapping[str, str]) -> dict[str, Column]:
        held = opened.read({name: role for role, name in names.items()})
        columns = {role: held[name] for role, name in names.items()}
        mrr, currency = names["mrr"], names["currency"]
        columns["mrr"] = minor_column_of_currencies(columns["mrr"], mrr, columns["currency"], currency, amounts=self.amounts)
        return columns

    def correction(self, table: Any) -> tuple[list[str], dict[str, Column]]:
        """Rows with the currency of each."""
        opened = OpenTable(table)
        names = find_roles(opened.names, self.roles, required=list(self.roles)).names
        return list(names.values()), exclusive_ends(self._read(opened, names), self.end_roles, self.ends)

    def labels(self, table: Any, segments: str | Sequence[str] | None) -> Labels:
        return Labels(table, segments, account=self.names["account"], since=self.names["start"])

    def effective_policy(self, policy: Policy) -> Policy:
        """The policy with the `fx` that is followed, so that every result names it."""
        if self._fx is not None and policy.fx != self._fx:
            if "fx" in policy.changes():
                raise SchemaError(
                    f'fx="{self._fx}" of the ledger contradicts fx="{policy.fx}" of its policy; give one of them'
                )
            policy = dataclasses.replace(policy, fx=self._fx)
        if policy.fx == "purchase" and self._purchased_on is None:
            raise SchemaError('fx="purchase" needs purchased_on=, the column of the day of the purchase')
        return policy

    def not_applied(self, policy: Policy) -> list[str]:
        """Here `fx` is followed."""
        return [name for name in super().not_applied(policy) if name != "fx"]

    def describe(self, policy: Policy) -> dict[str, Any]:
        """Whose rates are followed."""
        return {"fx": policy.fx}

    def require_correctable(self, policy: Policy) -> None:
        super().require_correctable(policy)
        if policy.fx in VALUED_ONCE:
            raise not_row_by_row(f'a ledger of rows that are valued once, as under fx="{policy.fx}",')


def _column_of_codes(present: Sequence[str], currency: str | None) -> str:
    """The column that `currency` names, or the only one with a usual name."""
    if currency in present:
        return str(currency)
    usual = currency_columns(present, None)
    if currency is None and len(usual) == 1:
        return usual[0]
    given = "" if currency is None else f"; currency={currency!r} names none"
    raise SchemaError(
        f"rates= need a column of currency codes: name it with currency={given}. The table has: {', '.join(present)}"
    )


def _rates(table: Any) -> tuple[list[str], dict[str, Column]]:
    quoted = frame(table)
    since = [name for name in quoted if name.lower() in _SINCE]
    if "currency" not in quoted or "rate" not in quoted or len(since) != 1:
        raise SchemaError(
            f"a table of rates has the columns currency, rate and one of {', '.join(_SINCE)}; it has {', '.join(quoted)}"
        )
    columns = {"currency": quoted["currency"], "since": quoted[since[0]], "rate": quoted["rate"]}
    return ["currency", since[0], "rate"], columns
