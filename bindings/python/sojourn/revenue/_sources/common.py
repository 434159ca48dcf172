"""The columns and arguments that every source of revenue may have."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args, get_type_hints

from sojourn import _core
from sojourn._core.frames import DateReading
from sojourn._frames.columns import OpenTable, present
from sojourn._frames.currency import read_currency
from sojourn._frames.dates import date_reading
from sojourn._frames.money import currency_columns
from sojourn._frames.periods import ISO
from sojourn.errors import SchemaError
from sojourn.revenue._policy import Policy
from sojourn.revenue._policy_options import PolicyOptions

FX: tuple[str, ...] = get_args(get_type_hints(PolicyOptions)["fx"])
_TEXTS = (
    "amounts",
    "currency",
    "ends",
    "report_in",
    "fx",
    "purchased_on",
    "known_from",
    "known_until",
    "cause",
    "parent",
)
_OF_SOME_CALLS = ("ends", "read_rates")
_OF_EVERY_CALL = (*(name for name in _TEXTS if name not in _OF_SOME_CALLS), "segment", "rates")
_SINCE = ("since", "date", "day", "month")


@dataclass(frozen=True, kw_only=True)
class Common:
    """What every source takes besides its own columns."""

    amounts: str | None = None
    """The unit of amounts, "minor" or "major"; None: as the names of their columns say."""
    currency: str | None = None
    """A code, or the column of codes; None: a column of a usual name, else USD."""
    ends: str = "exclusive"
    """Whether ends are the first day without MRR, or the last day with it (inclusive)."""
    rates: Any = None
    report_in: str | None = None
    fx: str | None = None
    purchased_on: str | None = None
    known_from: str | None = None
    known_until: str | None = None
    segment: str | Sequence[str] | None = None
    cause: str | None = None
    parent: Any = None
    """The column of parents; a table of accounts and their parents becomes `parents`."""
    parents: Any = field(default=None)
    dates: DateReading = ISO
    """In which order text writes days, and on whose calendar moments fall."""
    read_rates: Rates | None = field(default=None)

    @classmethod
    def of_call(cls, arguments: Mapping[str, Any]) -> Common:
        """Those among the arguments of a call, `locals()` of a constructor, in agreement with its policy."""
        given = {name: arguments[name] for name in _OF_EVERY_CALL}
        given |= {name: arguments[name] for name in _OF_SOME_CALLS if name in arguments}
        common = cls(**given, dates=date_reading(arguments["timezone"], arguments["date_format"]))
        common.require_used(arguments["policy"] or Policy())
        return common

    def __post_init__(self) -> None:
        if self.parent is not None and not isinstance(self.parent, str):
            object.__setattr__(self, "parents", self.parent)
            object.__setattr__(self, "parent", None)
        if not self.in_currencies:
            return
        if self.report_in is None or self.rates is None:
            raise SchemaError(
                "several currencies need both rates= (a table of currency, month or date, rate) and report_in="
            )
        if self.fx is not None and self.fx not in FX:
            raise SchemaError(f'fx "{self.fx}" is not one of {", ".join(FX)}')
        object.__setattr__(self, "report_in", read_currency(self.report_in, "report_in"))
        if self.read_rates is None:
            object.__setattr__(self, "read_rates", Rates.of_table(self.rates, self.report_in))

    def column_of_codes(self, present: Sequence[str]) -> str:
        """The column that `currency` names, or the only one with a usual name."""
        if self.currency in present:
            return str(self.currency)
        usual = currency_columns(present, None)
        if self.currency is None and len(usual) == 1:
            return usual[0]
        given = "" if self.currency is None else f"; currency={self.currency!r} names none"
        raise SchemaError(
            f"rates= need a column of currency codes: name it with currency={given}. The table has: {', '.join(present)}"
        )

    @property
    def in_currencies(self) -> bool:
        """Rows of several currencies, shown in one."""
        return any(given is not None for given in (self.rates, self.report_in, self.fx, self.purchased_on))

    @property
    def labels(self) -> list[str]:
        """The columns to split results by."""
        return [self.segment] if isinstance(self.segment, str) else list(self.segment or [])

    @property
    def roles(self) -> dict[str, str]:
        """The columns of these arguments, by role."""
        named = {
            "known_from": self.known_from,
            "known_until": self.known_until,
            "cause": self.cause,
            "parent": self.parent,
            "purchased_on": self.purchased_on,
        }
        return {role: name for role, name in named.items() if name is not None}

    def notes(self) -> dict[str, Any]:
        """The arguments as JSON knows them; rates belong to the view of a book."""
        return {
            **{name: getattr(self, name) for name in _TEXTS},
            "segment": self.labels,
            "in_currencies": self.in_currencies,
            "date_format": self.dates.date_format,
            "timezone": self.dates.zone,
        }

    @classmethod
    def from_notes(cls, notes: Mapping[str, Any], rates: _core.revenue.Rates | None) -> Common:
        """The arguments behind `notes`, with the rates of the view."""
        read = None if rates is None else Rates(rates)
        if bool(notes["in_currencies"]) != (read is not None):
            raise SchemaError("rates belong to a ledger of several currencies, and to no other")
        return cls(
            **{name: notes[name] for name in _TEXTS},
            rates=read,
            read_rates=read,
            segment=list(notes["segment"]),
            dates=date_reading(notes["timezone"], notes["date_format"] or None),
        )

    def effective_policy(self, policy: Policy) -> Policy:
        """The policy with the `fx` that is followed, so that every result names it."""
        if not self.in_currencies:
            return policy
        if self.fx is not None and policy.fx != self.fx:
            if "fx" in policy.changes():
                raise SchemaError(
                    f'fx="{self.fx}" of the ledger contradicts fx="{policy.fx}" of its policy; give one of them'
                )
            policy = dataclasses.replace(policy, fx=self.fx)  # type: ignore[arg-type]  # one of FX
        if policy.fx == "purchase" and self.purchased_on is None:
            raise SchemaError('fx="purchase" needs purchased_on=, the column of the day of the purchase')
        return policy

    def require_used(self, policy: Policy) -> None:
        """Refuses arguments that contradict the policy, or that nothing would follow."""
        followed = self.effective_policy(policy).fx
        if self.purchased_on is not None and followed != "purchase":
            raise SchemaError('purchased_on= names the day of the purchase, for fx="purchase" and only for it')


class Rates:
    """A table of exchange rates, read once; currencies of the rows are numbered with it."""

    def __init__(self, core: _core.revenue.Rates) -> None:
        self._core = core

    @classmethod
    def of_table(cls, table: Any, report_in: str) -> Rates:
        """The rates of a table (currency, month or date, rate)."""
        opened = OpenTable(table)
        since = [name for name in opened.names if name.lower() in _SINCE]
        if "currency" not in opened.names or "rate" not in opened.names or len(since) != 1:
            raise SchemaError(
                f"a table of rates has the columns currency, rate and one of {', '.join(_SINCE)}; "
                f"it has {', '.join(opened.names)}"
            )
        quoted = present(opened, ("currency", since[0], "rate"))
        columns = {"currency": quoted["currency"], "since": quoted[since[0]], "rate": quoted["rate"]}
        return cls(_core.revenue.make_rates(columns, ["currency", since[0], "rate"], report_in))

    def of(self, book: _core.revenue.Book) -> _core.revenue.Rates:
        """The rates, and the currencies of the book that need none until somebody pays in them."""
        return self._core.beside(book.currencies)
