"""Money as it comes in: one unit and one currency for a table, exactly. The compiled half reads and refuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sojourn._core.frames import Column, only_currency, read_amount as _read_amount, read_money as _read_money
from sojourn._frames.columns import OpenTable
from sojourn._frames.currency import exponent, is_currency, read_currency
from sojourn._frames.roles import names_by_role
from sojourn.errors import SchemaError

DEFAULT_CURRENCY = "USD"
UNITS = ("minor", "major")
CURRENCY_NAMES = ("currency", "currency_code", "currency_iso_code", "iso_currency_code")
"""What columns of currencies are called, in any case, with words separated by any sign."""


class MoneyReading(NamedTuple):
    """How the amounts of a table are read.

    `amounts` is the unit of all of them, "minor" or "major", or None: what their columns' names state. `currency` is a code,
    or a column of codes; None takes the table's column of currencies, else USD.
    """

    amounts: str | None = None
    currency: str | None = None


class MoneyColumns(NamedTuple):
    """Columns of a table by role, amounts in minor units of `currency`, with their names in the table."""

    names: dict[str, str]
    columns: dict[str, Column]
    currency: str


def pick_money(
    table: Any,
    asked: Mapping[str, str | None],
    money: Sequence[str],
    reading: MoneyReading,
    *,
    optional: Mapping[str, str | None] | None = None,
) -> MoneyColumns:
    """Columns by role, of which those of the roles in `money` hold amounts of one currency; several are refused.

    `asked` and `optional` name columns; a role of `asked` without a name takes the only column with a usual name for it, one
    of `optional` is left out.
    """
    opened = OpenTable(table)
    names = names_by_role(opened.names, asked)
    names |= {role: name for role, name in (optional or {}).items() if name is not None}
    codes = currency_columns(opened.names, reading.currency)
    wanted = {**dict.fromkeys(codes, "currency"), **{name: role for role, name in names.items()}}
    held = opened.read(wanted)
    code = one_currency({name: held[name] for name in codes}, reading.currency)
    columns = {
        role: minor_column(held[name], name, amounts=unit_of(role, reading.amounts), currency=code)
        if role in money
        else held[name]
        for role, name in names.items()
    }
    return MoneyColumns(names, columns, code)


def unit_read(amounts: str | None) -> str:
    """For the options of results: in which unit amounts were read. A name that says a unit says minor units."""
    return f"read in {amounts or 'minor'} units"


def minor_column(
    values: Column, name: str, *, amounts: str | None = None, currency: str = DEFAULT_CURRENCY, decimal: str | None = None
) -> Column:
    """A column of amounts in minor units. `decimal` says which sign separates the decimals of text, "." or ","."""
    return _read_money(values, name, _stated(amounts), currency, decimal or "", None, "")


def minor_column_of_currencies(values: Column, name: str, codes: Column, codes_name: str, *, amounts: str | None) -> Column:
    """A column of amounts in minor units, each of the currency in the same row of `codes`."""
    return _read_money(values, name, _stated(amounts), DEFAULT_CURRENCY, "", codes, codes_name)


def minor_amount(value: Any, name: str, *, amounts: str | None = None, currency: str = DEFAULT_CURRENCY) -> int:
    """An argument that is an amount, in minor units: an int, Decimal, float, Fraction or text, exactly or not at all."""
    return _read_amount(value, name, _stated(amounts), currency)


def minor_average(value: float, *, amounts: str, currency: str = DEFAULT_CURRENCY) -> float:
    """An average of amounts, which may have fractions of a minor unit, in minor units."""
    return value * 10 ** exponent(currency) if _stated(amounts) == "major" else value


def currency_columns(present: Sequence[str], currency: str | None) -> list[str]:
    """The columns that say in which currency amounts are: the one that is named, and those with a usual name."""
    usual = [name for name in present if _words(name) in CURRENCY_NAMES]
    if currency is None or is_currency(currency):
        return usual
    if currency in present:
        return [currency]
    try:
        read_currency(currency)
    except SchemaError as unknown:
        raise SchemaError(f"{unknown}. It is no column of the table either, which has: {', '.join(present)}") from None
    return usual


def one_currency(codes: Mapping[str, Column], currency: str | None) -> str:
    """The currency of a table: the one that is stated, that of its columns of currencies, else USD."""
    stated = read_currency(currency) if currency is not None and is_currency(currency) else ""
    for name, values in codes.items():
        if values.null_count < len(values):
            stated = only_currency(values, name, stated)
    return stated or DEFAULT_CURRENCY


def unit_of(role: str, amounts: str | None) -> str | None:
    """A role that says minor units says so for its column too, unless the caller says otherwise."""
    return "minor" if amounts is None and role.endswith("_minor") else amounts


def _stated(amounts: str | None) -> str:
    """What the compiled half takes: an empty text stands for None there."""
    if amounts is None:
        return ""
    if amounts not in UNITS:
        raise SchemaError(f'amounts "{amounts}" is not one of {", ".join(UNITS)}')
    return amounts


def _words(name: str) -> str:
    return "_".join("".join(sign if sign.isalnum() else " " for sign in name.lower()).split())
