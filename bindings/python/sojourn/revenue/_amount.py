"""Exact amounts of MRR, and the MRR of a price."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from sojourn import _core
from sojourn._frames.arguments import checked
from sojourn._frames.money import minor_amount
from sojourn.revenue._policy import Policy

AmountLike = int | float | str | Decimal | Fraction
"""What an amount may be given as."""


@checked
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
        return Fraction(*self._residue)


@checked
def mrr_from_price(
    amount_minor: AmountLike,
    *,
    every: int = 1,
    unit: str = "month",
    quantity: int = 1,
    discount_basis_points: int = 0,
    discount_minor: AmountLike = 0,
    discount_term: str = "recurring",
    amounts: str = "minor",
    currency: str = "USD",
    policy: Policy | None = None,
) -> Amount:
    """Monthly recurring revenue of a price that is due once every `every` units: exact for every usual term.

    Amounts are whole minor units; with amounts="major" units of the `currency`, as in
    `mrr_from_price(Decimal("19.99"), amounts="major")`. They are taken exactly, whatever their type, or refused where they
    hold a fraction of a minor unit.

    A discount is a share (5000 basis points are half) and an amount off each invoice, "recurring" or "one_time"; the policy
    says which of them lower MRR, how long a month is, and where amounts are rounded.
    """
    rules = policy or Policy()
    found = _core.revenue.price_to_mrr(
        minor_amount(amount_minor, "amount_minor", amounts=amounts, currency=currency),
        every,
        unit,
        quantity,
        discount_basis_points,
        minor_amount(discount_minor, "discount_minor", amounts=amounts, currency=currency),
        discount_term,
        rules.core,
    )
    residue = found["residue_numerator"], found["residue_denominator"]
    return Amount.of_ticks(found["ticks"], residue=residue, every=every, unit=unit, quantity=quantity, **rules.describe())
