"""The compiled ledger with its policy, currency and options: all that is needed to read numbers from it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from sojourn._core.revenue import Accounts, Ledger as CompiledLedger, RetentionState
from sojourn._frames.periods import date_of
from sojourn.errors import SchemaError
from sojourn.revenue._policy import Policy

Terms = Callable[[int, int, str], RetentionState]
"""First day, end day and what counts as lost -> the accounts whose terms end between the two days."""


@dataclass(frozen=True, eq=False)
class CoreLedger:
    """What readers take: they ask `compiled` under `policy`, and put `options` on every result."""

    compiled: CompiledLedger
    policy: Policy
    currency: str
    options: dict[str, Any]
    """What every result of this ledger assumes."""
    terms: Terms | None = None
    """Only where rows say when a term ends."""

    @property
    def known_until(self) -> int:
        """The first day that is not known, in days since 1970."""
        return self.compiled.known_until

    @property
    def as_of(self) -> datetime.date:
        """The first day that is not known."""
        return date_of(self.compiled.known_until)

    def only(self, accounts: Accounts) -> CoreLedger:
        """The ledger of these accounts."""
        return replace(self, compiled=self.compiled.only(accounts), terms=None)

    def due(self, first: int, end: int, lost: str) -> RetentionState:
        """The accounts whose terms end in [first, end)."""
        if self.terms is None:
            raise SchemaError(
                "what was available to renew needs terms, and these rows do not say when one ends: give rows with an end "
                "(periods, prices or lines of invoices), or name another logo_denominator"
            )
        return self.terms(first, end, lost)


class HasCoreLedger(Protocol):
    """A ledger as users hold it."""

    def _core_ledger(self, policy: Policy | None = None) -> CoreLedger:
        """What readers take, under the ledger's own policy or another one."""
