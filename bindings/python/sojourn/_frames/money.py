"""Money as it comes in: one unit and one currency for a table, exactly. The compiled half reads and refuses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sojourn._core.frames import Column, only_currency, read_amount as _read_amount, read_money as _read_money
from sojourn._frames.columns import OpenTable
from sojourn._frames.currency import exponent, is_currency, read_currency
from sojourn._frames.roles import COMMON_ROLES, FoundRoles, find_roles, refuse_other_currency
from sojourn._frames.usual_names import currency_in, words_of
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
    """Columns of a table by role, amounts in minor units of `currency`, and how they were found."""

    found: FoundRoles
    columns: dict[str, Column]
    currency: str

    @property
    def names(self) -> dict[str, str]:
        """Their names in the table, by role."""
        return self.found.names


def pick_money(
    table: Any,
    asked: Mapping[str, str | None],
    money: Sequence[str],
    reading: MoneyReading,
    *,
    optional: Mapping[str, str | None] | None = None,
    search: Sequence[str] = (),
) -> MoneyColumns:
    """Columns by role, of which those of the roles in `money` hold amounts of one currency; several are refused.

    `asked` and `optional` name columns; a role of `asked` without a name takes the only column with a usual name for it, one
    of `optional` is left out. The roles in `search` take such a column where there is one and `optional` does not name them.
    """
    opened = table if isinstance(table, OpenTable) else OpenTable(table)
    more = dict(optional or {})
    found = find_roles(
        opened.names,
        {**asked, **more},
        required=list(asked),
        optional=[role for role in search if role not in more],
        arguments=[*more, *COMMON_ROLES],
    )
    amounts = {role: name for role, name in found.names.items() if role in money}
    currency = reading.currency if reading.currency is not None else currency_of_names(amounts.values())
    codes = currency_columns(opened.names, currency)
    held = opened.read({**dict.fromkeys(codes, "currency"), **{name: role for role, name in found.names.items()}})
    code = one_currency({name: held[name] for name in codes}, currency)
    refuse_other_currency(amounts, code)
    columns = {
        role: minor_column(held[name], name, amounts=unit_of(role, reading.amounts, found), currency=code)
        if role in amounts
        else held[name]
        for role, name in found.names.items()
    }
    return MoneyColumns(found, columns, code)


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
    usual = [name for name in present if words_of(name) in CURRENCY_NAMES]
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


def currency_of_names(names: Iterable[str]) -> str | None:
    """The currency that names of columns state, "MRR (EUR)", where they do."""
    return next((said for said in map(currency_in, names) if said is not None), None)


def unit_of(role: str, amounts: str | None, found: FoundRoles) -> str | None:
    """A role that says minor units says so for the column that the caller gives it, unless the caller says otherwise."""
    return "minor" if amounts is None and role.endswith("_minor") and role not in found.inferred else amounts


def _stated(amounts: str | None) -> str:
    """What the compiled half takes: an empty text stands for None there."""
    if amounts is None:
        return ""
    if amounts not in UNITS:
        raise SchemaError(f'amounts "{amounts}" is not one of {", ".join(UNITS)}')
    return amounts
