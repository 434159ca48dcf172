"""Corrections of a ledger's rows, kept in order beside the source, so that the ledger can be made again under any policy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sojourn import _core
from sojourn._core.frames import Column
from sojourn._frames.as_of import default_as_of
from sojourn._frames.money import unit_read
from sojourn._frames.periods import date_of
from sojourn.errors import DataError, SchemaError
from sojourn.revenue._core_ledger import CoreLedger
from sojourn.revenue._policy import Policy
from sojourn.revenue._sources.source import Source, not_row_by_row

Edit = Callable[[_core.revenue.Ledger], None]


@dataclass(frozen=True)
class Correction:
    """Rows that were applied, retracted or given to another account."""

    edit: Edit

    def require_policy(self, policy: Policy) -> None:
        """Refuses a policy under which this row alone does not say what it changes."""
        if policy.lapse_grace:
            raise not_row_by_row("a ledger under lapse_grace")

    def apply_to(self, ledger: _core.revenue.Ledger) -> _core.revenue.Ledger:
        self.edit(ledger)
        return ledger


@dataclass(frozen=True)
class Part:
    """The accounts of one of `count` parts."""

    index: int
    count: int
    unit: str

    def require_policy(self, policy: Policy) -> None:
        """Refuses a policy whose customers are of another unit than those that were cut."""
        if policy.unit != self.unit:
            raise SchemaError("a part of a ledger holds customers of one unit; change the unit of the whole")

    def apply_to(self, ledger: _core.revenue.Ledger) -> _core.revenue.Ledger:
        return ledger.share(self.index, self.count)


class CorrectedSource:
    """A source with its shard, and the changes made to its rows since, in order."""

    def __init__(
        self,
        source: Source,
        shard: tuple[int, int] | None = None,
        changes: tuple[Correction | Part, ...] = (),
        habits: dict[str, int] | None = None,
    ) -> None:
        self.source, self.shard = source, shard
        self._changes = list(changes)
        self._habits = habits

    def copy(self) -> CorrectedSource:
        """The same rows, to be corrected apart from these."""
        return CorrectedSource(self.source, self.shard, tuple(self._changes), self._habits)

    @property
    def is_part(self) -> bool:
        """Only some accounts of the source."""
        return any(isinstance(change, Part) for change in self._changes)

    def ledger(self, policy: Policy) -> CoreLedger:
        """The ledger under a policy: made of the source, then changed in the order of the changes."""
        rules = self.source.effective_policy(policy)
        for change in self._changes:
            change.require_policy(rules)
        compiled = self._built(rules)
        compiled.declare(self.shard)
        for change in self._changes:
            compiled = change.apply_to(compiled)
        return self._around(compiled, rules)

    def _built(self, rules: Policy) -> _core.revenue.Ledger:
        """The ledger of the source; where it names no `as_of`, the default holds from now on and the options say why."""
        source = self.source
        compiled = source.build(rules)
        if source.as_of is None:
            source.as_of, source.as_of_default = default_as_of(compiled.known_until)
            if source.as_of != compiled.known_until:
                compiled = source.build(rules)
        if self._habits is None:
            self._habits = source.habits()
        return compiled

    @property
    def habits(self) -> dict[str, int]:
        """How many rows of the source repeat an earlier one, where there are any."""
        return self._habits or {}

    def correct(self, ledger: CoreLedger, edit: Edit) -> CoreLedger:
        """The ledger after an edit; ledgers made from here on have it too. If the edit fails, nothing changes."""
        edit(ledger.compiled)
        self._changes.append(Correction(edit))
        return replace(ledger, terms=None)

    def part(self, ledger: CoreLedger, index: int, count: int) -> tuple[CorrectedSource, CoreLedger]:
        """One of `count` parts that share no account."""
        part = self.copy()
        change = Part(index, count, ledger.policy.unit)
        part._changes.append(change)
        return part, part._around(change.apply_to(ledger.compiled), ledger.policy)

    def _around(self, compiled: _core.revenue.Ledger, policy: Policy) -> CoreLedger:
        source = self.source
        unused = [*source.not_applied(policy), *source.found.not_applied]
        options = {
            **policy.describe(),
            **({"not_applied": ", ".join(unused)} if unused else {}),
            "currency": source.currency,
            "amounts": unit_read(source.amounts),
            "as_of": str(date_of(compiled.known_until)),
            **({"as_of_default": source.as_of_default} if source.as_of_default else {}),
            **({"ends": source.ends} if source.ends != "exclusive" else {}),
            **source.found.describe(),
            **source.describe(policy),
        }
        terms = None if self._changes else source.terms
        return CoreLedger(compiled, policy, source.currency, options, terms, source.in_currencies)


def mergers(ledger: _core.revenue.Ledger, columns: dict[str, Column]) -> list[tuple[Any, Any, Any]]:
    """Each merger of a table as (account, account it ends in, day or None); a merger that is wrong refuses all."""
    accounts, targets = columns["account"].to_list(), columns["into"].to_list()
    days = columns["since"].to_list() if "since" in columns else [None] * len(accounts)
    leads: dict[Any, Any] = {}
    for row, (account, into) in enumerate(zip(accounts, targets, strict=True)):
        for key in (account, into):
            if key is None:
                raise _bad_account(row, "missing", "a merger names two accounts")
            if not ledger.holds(key):
                raise _bad_account(row, repr(key), "not an account of this ledger")
        if account in leads:
            raise _bad_account(row, repr(account), "an account is merged once")
        leads[account] = into
    found = []
    for row, account in enumerate(accounts):
        end, seen = leads[account], {account}
        while end in leads and end not in seen:
            seen.add(end)
            end = leads[end]
        if end in seen:
            raise _bad_account(row, repr(account), "mergers do not run in a circle")
        if any(days) and leads[account] in leads:
            raise _bad_account(
                row, repr(account), "with days each merger names the account that stays, not one merged itself"
            )
        found.append((account, end, days[row]))
    return found


def _bad_account(row: int, value: str, rule: str) -> DataError:
    return DataError(f'column "account", row {row}, value {value}: {rule}', "account", row, value, rule)
