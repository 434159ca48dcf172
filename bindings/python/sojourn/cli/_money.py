"""Amounts as files write them, as minor units: 29.85, 1.000,00, $1,234.50, EUR 12. Nothing is rounded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sojourn._frames.currency import exponent
from sojourn.cli._numbers import MARKS, decimal_mark, not_a_number, plain_number, text_of
from sojourn.cli._usage import UsageError
from sojourn.errors import DataError

_DOLLARS = "USD AUD BBD BMD BND BSD BZD CAD CLP COP DOP FJD GYD HKD JMD KYD LRD MXN NAD NZD SBD SGD SRD TTD TWD XCD".split()
_CURRENCIES_OF = {"€": ("EUR",), "£": ("GBP", "GIP", "FKP", "SHP"), "¥": ("JPY", "CNY"), "$": _DOLLARS, "₹": ("INR",)}
_SIGN = re.compile(r"([+-]?)\s*([€£¥$₹]|[A-Za-z]{3})\s*([+-]?[0-9].*)|([+-]?[0-9].*?)\s*([€£¥$₹]|[A-Za-z]{3})")


def is_minor(name: str) -> bool:
    """Whether the name of a column says that it holds minor units."""
    return name.lower().endswith(("_minor", "_cents")) or name.lower() == "cents"


@dataclass(frozen=True, kw_only=True)
class Amounts:
    """Amounts in minor units, and how they were read."""

    values: list[int | None]
    unit: str
    mark: str

    def described(self, currency: str) -> str:
        """Unit and decimal mark in words."""
        return f"minor units of {currency}" if self.unit == "minor" else f"{currency} with a decimal {MARKS[self.mark]}"


def read_amounts(
    values: Sequence[Any], name: str, *, amounts: str | None, currency: str, decimal: str | None, infer: bool = False
) -> Amounts:
    """Amounts as integers of the minor unit: as they are, or from decimals such as 29.85 without rounding.

    Where neither option nor name says the unit, it is asked. With `infer`, a column in which a cell has decimals holds
    currency units, because minor units have none.
    """
    cells = [text_of(value) or None for value in values]
    bare = _without_signs(cells, name, currency)
    mark = decimal or decimal_mark(bare.values(), name, amounts=True, places=exponent(currency))
    unit = amounts or ("minor" if is_minor(name) else None)
    if unit is None and infer and any(_has_decimals(cell, mark) for cell in bare.values()):
        unit = "major"
    if unit is None:
        raise UsageError(
            f'are the amounts in "{name}" in {currency} or in its minor unit? Say --amounts major or --amounts minor'
        )
    places = 0 if unit == "minor" else exponent(currency)
    read: dict[str, int] = {}
    for row, cell in enumerate(cells):
        if cell is not None and cell not in read:
            read[cell] = _exact(bare[cell], cell, mark, places, name, row, currency)
    return Amounts(values=[None if cell is None else read[cell] for cell in cells], unit=unit, mark=mark)


def _has_decimals(cell: str, mark: str) -> bool:
    return (plain_number(cell, mark) or "").partition(".")[2].rstrip("0") != ""


def exact_amount(value: str, name: str, currency: str) -> int:
    """An amount on the command line, in currency units, as minor units."""
    try:
        return _exact(value.strip(), value, ".", exponent(currency), name, 0, currency)
    except DataError:
        raise UsageError(f"{name} {value!r} is not an amount in {currency}, as in 120000 or 99.50") from None


def _without_signs(cells: Sequence[str | None], name: str, currency: str) -> dict[str, str]:
    """Each different cell without its currency sign or code, which must be that of the amounts."""
    bare: dict[str, str] = {}
    for row, cell in enumerate(cells):
        if cell is None or cell in bare:
            continue
        found = _SIGN.fullmatch(cell)
        sign = "" if found is None else found[2] or found[5]
        if sign and currency not in _CURRENCIES_OF.get(sign, (sign.upper(),)):
            raise DataError(
                f'column "{name}", row {row}, value {cell!r}: {sign} is not the sign of {currency}; say --currency, and '
                "give amounts of different currencies in files of their own",
                column=name,
                row=row,
                value=cell,
                rule=f"amounts in {currency}",
            )
        bare[cell] = cell if found is None else (f"{found[1]}{found[3]}" if found[2] else found[4])
    return bare


def _exact(bare: str, cell: str, mark: str, places: int, name: str, row: int, currency: str) -> int:
    plain = plain_number(bare, mark)
    if plain is None:
        raise not_a_number(name, row, cell, mark)
    whole, _, part = plain.partition(".")
    part = part.rstrip("0")
    if len(part) > places:
        raise DataError(
            f'column "{name}", row {row}: {cell!r} is not an amount in whole minor units of {currency}; '
            + ("minor units have no decimals: say --amounts major" if places == 0 else f"{currency} has {places} decimals"),
            column=name,
            row=row,
            value=cell,
            rule=f"a multiple of 1/{10**places}",
        )
    return int(whole + part.ljust(places, "0"))
