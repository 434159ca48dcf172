"""Renewal rates of contracts."""

from __future__ import annotations

from typing import Any

from sojourn import _core
from sojourn._core import Estimate
from sojourn._frames.arguments import checked
from sojourn._frames.as_of import day_after_latest, default_as_of
from sojourn._frames.columns import OpenTable
from sojourn._frames.currency import exponent
from sojourn._frames.dates import date_reading
from sojourn._frames.money import MoneyReading, pick_money, unit_read
from sojourn._frames.periods import date_of, day_of, day_or_none, first_day, span_of
from sojourn._frames.table import Table
from sojourn.revenue._policy import Policy


@checked
class Renewals:
    """Renewal rates of the contracts whose term ended in a window, and what became of each contract."""

    def __init__(
        self,
        state: _core.revenue.RenewalState,
        *,
        level: float,
        options: dict[str, Any],
        kinds: dict[str, int] | None = None,
    ) -> None:
        self.state, self.options = state, options
        self.kinds: dict[str, int] = kinds or {}
        """Due and renewed contracts that are co-terminated, multi-year or auto-renewed, as far as columns say so."""
        self.logo: Estimate = state.logo(level)
        self.gross_dollar: Estimate = state.gross_dollar(level)
        self.net_dollar: Estimate = state.net_dollar(level)
        for rate in (self.logo, self.gross_dollar, self.net_dollar):
            rate.options = options

    @property
    def counts(self) -> dict[str, int]:
        """Due, early, on time, late (within grace), lost, pending; every due contract is in one of them."""
        return self.state.counts()

    def table(self) -> Table:
        """The three rates with their intervals."""
        rates = {"logo": self.logo, "gross dollar": self.gross_dollar, "net dollar": self.net_dollar}
        shown = {name: [getattr(rate, name) for rate in rates.values()] for name in ("value", "low", "high", "n")}
        return Table({"rate": list(rates), **shown}, options=self.options, title="Renewal rates")

    def __repr__(self) -> str:
        return f"{self.table()!r}\n{self.counts}"


@checked
def renewals(
    contracts: Any,
    window: Any,
    *,
    account: str | None = None,
    term_end: str | None = None,
    value: str | None = None,
    renewed_on: str | None = None,
    renewed_value: str | None = None,
    grace_days: int | None = None,
    as_of: Any = None,
    timezone: Any = None,
    date_format: str | None = None,
    unit: str = "account",
    amounts: str | None = None,
    currency: str | None = None,
    level: float = 0.95,
    policy: Policy | None = None,
    term_start: str | None = None,
    renewed_until: str | None = None,
    auto_renewed: str | None = None,
) -> Renewals:
    """Logo, gross-dollar and net-dollar renewal rates of contracts whose term ends in `window`.

    `window` is a period such as "2024-Q4", or a pair of dates, the second excluded. A contract that is not renewed and
    whose grace days are not over by `as_of` (the first day that is not known) is pending: it is counted, but in no rate.
    `grace_days` is the policy's `renewal_grace` (30) unless given; the policy's `renewal_open` may count pending contracts
    as lost. `term_start`, `renewed_until` (of both terms) and `auto_renewed` (true or false) name columns for `.kinds`;
    they change no rate. A column that is not named is found by its usual name, if exactly one column fits. `timezone` and
    `date_format` say how days are read, as for `Ledger`.
    """
    rules = policy or Policy()
    names = {
        "account": account,
        "term_end": term_end,
        "value": value,
        "renewed_on": renewed_on,
        "renewed_value": renewed_value,
    }
    opened = OpenTable(contracts, date_reading(timezone, date_format))
    details = {"term_start": term_start, "renewed_until": renewed_until, "auto_renewed": auto_renewed}
    more = {role: name for role, name in details.items() if name is not None}
    money = MoneyReading(amounts, currency)
    found, held, code = pick_money(opened, names, ("value", "renewed_value"), money, optional=more, search=list(details))
    picked = {role: held[role] for role in names}
    first, end = _window(window)
    until, reason = day_or_none(as_of, "as_of", date_reading(timezone)), ""
    if until is None:
        until, reason = default_as_of(day_after_latest(picked["term_end"], picked["renewed_on"]))
    state = _core.revenue.tally_renewals(
        **picked,
        exponent=exponent(code),
        first_day=first,
        end_day=end,
        grace_days=grace_days,
        as_of=until,
        unit=unit,
        names=[found.names[role] for role in names],
        policy=rules.core,
    )
    kinds = _core.revenue.renewal_kinds(held, found.names, exponent(code), first, end, grace_days, until, rules.core)
    days = rules.renewal_grace if grace_days is None else grace_days
    options = {
        "window": window,
        "grace_days": days,
        "as_of": str(date_of(until)),
        "unit": unit,
        "currency": code,
        "amounts": unit_read(amounts),
    }
    options |= {**({"as_of_default": reason} if reason else {}), **rules.describe(), **found.describe()}
    return Renewals(state, level=level, options=options, kinds=kinds)


def _window(window: Any) -> tuple[int, int]:
    if isinstance(window, tuple):
        first, end = window
        return day_of(first, "window"), day_of(end, "window")
    month, months = span_of(window)
    return first_day(month), first_day(month + months)
