"""MRR of a price, renewal rates, unit economics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sojourn import _core
from sojourn._core import Estimate
from sojourn._core.frames import Column
from sojourn._frames.columns import columns
from sojourn._frames.format import exponent
from sojourn._frames.periods import day_of, first_day, span_of
from sojourn._frames.table import Table
from sojourn.errors import SchemaError

if TYPE_CHECKING:
    from fractions import Fraction

    from sojourn.revenue._policy import Policy


def usual_policy() -> Policy:
    """The default policy, loaded when it is needed: its module costs more than the rest of the import."""
    from sojourn.revenue._policy import Policy

    return Policy()


class Amount(int):
    """Whole minor units (an int), with the exact ticks of 1/166,320 minor unit behind them."""

    ticks: int
    options: dict[str, Any]
    _residue: tuple[int, int]

    @classmethod
    def of_ticks(cls, ticks: int, *, residue: tuple[int, int] = (0, 1), **options: Any) -> Amount:
        """Rounded to minor units, halves away from zero; `residue` is what the ticks leave out, as a fraction."""
        unit = _core.revenue.TICKS_PER_MINOR
        whole = (abs(ticks) + unit // 2) // unit
        amount = cls(whole if ticks >= 0 else -whole)
        amount.ticks, amount._residue, amount.options = ticks, residue, options
        return amount

    @property
    def minor(self) -> int:
        """Whole minor units."""
        return int(self)

    @property
    def value(self) -> float:
        """Minor units with their fraction, as a float."""
        return self.ticks / _core.revenue.TICKS_PER_MINOR

    @property
    def exact(self) -> Fraction:
        """Minor units with nothing rounded."""
        return (self.ticks + self.residue) / _core.revenue.TICKS_PER_MINOR

    @property
    def residue(self) -> Fraction:
        """What the ticks leave out, in ticks; 0 for every usual term."""
        from fractions import Fraction

        return Fraction(*self._residue)


def mrr_from_price(
    amount_minor: int,
    *,
    every: int = 1,
    unit: str = "month",
    quantity: int = 1,
    discount_basis_points: int = 0,
    discount_minor: int = 0,
    discount_term: str = "recurring",
    policy: Policy | None = None,
) -> Amount:
    """Monthly recurring revenue of a price that is due once every `every` units: exact for every usual term.

    A discount is a share (5000 basis points are half) and an amount off each invoice, "recurring" or "one_time"; the policy
    says which of them lower MRR, how long a month is, and where fractions are cut.
    """
    rules = policy or usual_policy()
    found = _core.revenue.price_to_mrr(
        amount_minor, every, unit, quantity, discount_basis_points, discount_minor, discount_term, rules.core
    )
    residue = found["residue_numerator"], found["residue_denominator"]
    return Amount.of_ticks(found["ticks"], residue=residue, every=every, unit=unit, quantity=quantity, **rules.describe())


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
        """Of due and renewed contracts: co-terminated, of several years, renewed by themselves; as far as columns tell."""
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


def renewals(
    contracts: Any,
    window: Any,
    *,
    account: str = "account_id",
    term_end: str = "term_end",
    value: str = "value_minor",
    renewed_on: str = "renewed_on",
    renewed_value: str = "renewed_value_minor",
    grace_days: int | None = None,
    as_of: Any = None,
    unit: str = "account",
    currency: str = "USD",
    level: float = 0.95,
    policy: Policy | None = None,
    term_start: str | None = None,
    renewed_until: str | None = None,
    auto_renewed: str | None = None,
) -> Renewals:
    """Logo, gross-dollar and net-dollar renewal of contracts whose term ends in `window`.

    `window` is a period such as "2024-Q4" or a pair of dates, the second excluded. A contract that is not renewed and whose
    grace days are not over by `as_of` (the first day not known) is pending: in no rate, but counted. `grace_days` is the
    policy's `renewal_grace` (30) unless given; `renewal_open` may make the pending ones lost. `term_start`, `renewed_until`
    (both terms) and `auto_renewed` (true or false) name columns for `.kinds`; they change no rate.
    """
    rules = policy or usual_policy()
    names = {
        "account": account,
        "term_end": term_end,
        "value": value,
        "renewed_on": renewed_on,
        "renewed_value": renewed_value,
    }
    picked: dict[str, Column] = columns(contracts, names)
    first, end = _window(window)
    until = None if as_of is None else day_of(as_of, "as_of")
    state = _core.revenue.tally_renewals(
        **picked,
        exponent=exponent(currency),
        first_day=first,
        end_day=end,
        grace_days=grace_days,
        as_of=until,
        unit=unit,
        names=list(names.values()),
        policy=rules.core,
    )
    more = {
        role: name
        for role, name in (("term_start", term_start), ("renewed_until", renewed_until), ("auto_renewed", auto_renewed))
        if name is not None
    }
    details = columns(contracts, more) if more else {}
    kinds = _core.revenue.renewal_kinds(
        {**picked, **details}, {**names, **more}, exponent(currency), first, end, grace_days, until, rules.core
    )
    days = rules.renewal_grace if grace_days is None else grace_days
    options = {"window": window, "grace_days": days, "as_of": as_of, "unit": unit, "currency": currency, **rules.describe()}
    return Renewals(state, level=level, options=options, kinds=kinds)


def _window(window: Any) -> tuple[int, int]:
    if isinstance(window, tuple):
        first, end = window
        return day_of(first, "window"), day_of(end, "window")
    month, months = span_of(window)
    return first_day(month), first_day(month + months)


def economics(
    *,
    spend: int,
    customers: int,
    new_mrr: int,
    gross_margin: float,
    arpa: float | None = None,
    ltv: float | None = None,
    churn: float | None = None,
    policy: Policy | None = None,
) -> dict[str, Estimate]:
    """What it costs to win a customer and how soon that comes back; money in minor units.

    `spend` won `customers` who pay `new_mrr` a month; `gross_margin` (a share) has no default. Payback is spend over the
    margin of the new MRR; with `arpa` also that of an average customer, with `ltv` LTV:CAC, with `churn` (a rate) the
    customer lifetime. A policy adds "payback", the one of the two that it names.
    """
    found = _core.revenue.unit_economics(spend, customers, new_mrr, gross_margin, arpa, ltv, churn)
    if policy is not None:
        wanted = "payback_months" if policy.payback == "aggregate" else "payback_months_per_customer"
        if wanted not in found:
            raise SchemaError("payback per customer needs arpa")
        found["payback"] = found[wanted]
    for estimate in found.values():
        estimate.options = {"gross_margin": gross_margin}
    return found
