"""Rows that say when they were known, and the day whose knowledge counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sojourn import _core
from sojourn._frames.as_of import made_by_default
from sojourn._frames.currency import exponent
from sojourn._frames.money import MoneyReading, pick_money
from sojourn._frames.periods import date_of, day_of, day_or_none
from sojourn._frames.roles import ROLES, FoundRoles
from sojourn.errors import SchemaError
from sojourn.revenue._labels import Labels
from sojourn.revenue._policy import Policy
from sojourn.revenue._sources.row_habits import exclusive_ends
from sojourn.revenue._sources.source import Source

_NOW = day_of("2199-12-31", "now")


class Knowledge(Source):
    """The rows of all times; what is built of them is what was known at the end of the day `known_on`."""

    def __init__(
        self,
        history: _core.revenue.LedgerHistory,
        found: FoundRoles,
        money: MoneyReading,
        known_on: int = _NOW,
        as_of: int | None = None,
    ) -> None:
        super().__init__({role: found.names[role] for role in ROLES}, money.amounts, str(money.currency))
        self.found, self.names, self.history, self.known_on = found, found.names, history, known_on
        self._known_until = history.as_of if as_of is None else as_of
        self.as_of = self._known_until

    @classmethod
    def read(
        cls,
        table: Any,
        roles: Mapping[str, str | None],
        known_from: str | None,
        known_until: str | None,
        money: MoneyReading,
        as_of: Any,
        ends: str,
    ) -> Knowledge:
        """The rows of a table as they are believed now."""
        known = {"known_from": known_from, "known_until": known_until}
        found, picked, currency = pick_money(table, roles, ("mrr",), money, optional=known)
        names = [found.names[role] for role in ROLES]
        picked = exclusive_ends(picked, cls.end_roles, ends)

        def make(until: int | None) -> _core.revenue.LedgerHistory:
            return _core.revenue.LedgerHistory.make(
                **{role: picked[role] for role in ROLES},
                known_from=picked.get("known_from"),
                known_until=picked.get("known_until"),
                exponent=exponent(currency),
                as_of=until,
                names=[*names, known_from or "", known_until or ""],
            )

        history, _, reason = made_by_default(make, lambda made: made.as_of, day_or_none(as_of, "as_of"))
        read = cls(history, found, MoneyReading(money.amounts, currency))
        read.as_of_default, read.ends = reason, ends
        read.columns = picked
        return read

    def on(self, when: Any, as_of: Any) -> Knowledge:
        """The same rows as they were known at the end of another day; by default nothing after that day has happened yet."""
        known_on = day_of(when, "when")
        until = min(self.history.as_of, known_on + 1) if as_of is None else day_of(as_of, "as_of")
        return Knowledge(self.history, self.found, MoneyReading(self.amounts, self.currency), known_on, until)

    def build(self, policy: Policy) -> _core.revenue.Ledger:
        return self.history.as_known(self.known_on, self._known_until, policy.lapse_grace)

    def labels(self, table: Any, segments: str | Sequence[str] | None) -> Labels:
        if segments is not None:
            raise SchemaError(
                "with knowledge dates, labels come from a table of accounts: leave segment= out and call add_segment"
            )
        return Labels(table, None, account=self.names["account"], since=self.names["start"])

    def describe(self, policy: Policy) -> dict[str, Any]:
        """The day whose knowledge it is."""
        return {"known_on": "now" if self.known_on == _NOW else str(date_of(self.known_on))}

    def counts(self, ledger: _core.revenue.Ledger) -> dict[str, Any]:
        """Also the rows that were not known on the day, by reason."""
        found = self.history.known(self.known_on)
        unknown = {name: found[name] for name in ("not_yet_known", "taken_back", "never_known") if found[name]}
        return {**ledger.counts, **unknown}

    def require_correctable(self, policy: Policy) -> None:
        raise SchemaError("a ledger with knowledge dates is corrected by rows that say when they were known; build it again")
