"""Columns of amounts: in which unit they are, and which mark of a text file stands before the decimals."""

from __future__ import annotations

from dataclasses import dataclass

from sojourn._core.frames import Column, unit_by_name
from sojourn._frames.currency import exponent
from sojourn._frames.money import minor_amount, minor_column
from sojourn.cli._numbers import MARKS, decimal_mark, has_decimals, text_of
from sojourn.cli._usage import UsageError
from sojourn.errors import Error


@dataclass(frozen=True, kw_only=True)
class Amounts:
    """Amounts in minor units, and how they were read."""

    values: Column
    unit: str
    mark: str
    """Of text; empty for a file whose numbers have a type."""

    def described(self, currency: str) -> str:
        """Unit and decimal mark in words."""
        if self.unit == "minor":
            return f"minor units of {currency}"
        return f"{currency} with a decimal {MARKS[self.mark]}" if self.mark else f"units of {currency}"


def read_amounts(
    values: Column, name: str, *, amounts: str | None, currency: str, decimal: str | None, infer: bool = False
) -> Amounts:
    """Amounts as integers of the minor unit: as they are, or from decimals such as 29.85 without rounding.

    Where neither option nor name says the unit, it is asked. With `infer`, a column in which a cell has decimals holds
    currency units, because minor units have none.
    """
    is_text = values.type in ("text", "dictionary")
    cells = [] if not is_text and not infer else [text_of(value) or None for value in values.to_list()]
    mark = ""
    if is_text:
        mark = decimal or decimal_mark(cells, name, amounts=True, places=exponent(currency))
    unit = amounts or unit_by_name(name)
    if unit is None and infer and any(has_decimals(cell, mark or ".") for cell in set(cells) if cell is not None):
        unit = "major"
    if unit is None:
        raise UsageError(
            f'are the amounts in "{name}" in {currency} or in its minor unit? Say --amounts major or --amounts minor'
        )
    read = minor_column(values, name, amounts=unit, currency=currency, decimal=mark or None)
    return Amounts(values=read, unit=unit, mark=mark)


def exact_amount(value: str, name: str, currency: str) -> int:
    """An amount on the command line, in currency units, as minor units."""
    try:
        return minor_amount(value, name, amounts="major", currency=currency)
    except Error:
        raise UsageError(f"{name} {value!r} is not an amount in {currency}, as in 120000 or 99.50") from None
