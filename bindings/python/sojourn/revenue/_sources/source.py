"""What a ledger needs of its source: the compiled ledger under a policy, and which corrections it takes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from sojourn import _core
from sojourn._core.frames import Column
from sojourn._frames.currency import exponent
from sojourn._frames.money import MoneyReading, pick_money
from sojourn._frames.roles import FoundRoles
from sojourn.errors import SchemaError
from sojourn.revenue._core_ledger import Terms
from sojourn.revenue._labels import Labels
from sojourn.revenue._policy import Policy
from sojourn.revenue._sources.pricing_options import PRICING
from sojourn.revenue._sources.row_habits import count_repeated_rows, exclusive_ends, warn_of_inclusive_ends


class Source(ABC):
    """Rows by role. By default they hold MRR already, in one currency, and are corrected row by row."""

    found: FoundRoles
    """Which columns have which roles, and which of them were found by their names."""
    as_of: int | None = None
    """The first day that is not known, in days since 1970; None until the default is found."""
    as_of_default = ""
    """Why it is that day, where the default holds."""
    ends = "exclusive"
    """Whether the table's ends are the first day without MRR, or the last day with it (inclusive)."""
    end_roles: tuple[str, ...] = ("end",)
    """The roles that such ends have; the periods run from `start_role` to the first of them."""
    start_role = "start"
    terms: Terms | None = None
    """Who is up for renewal, where each row is a term."""
    in_currencies = False
    """Rows of several currencies, shown in one."""

    def __init__(self, roles: Mapping[str, str | None], amounts: str | None, currency: str) -> None:
        self.roles, self.amounts, self.currency = dict(roles), amounts, currency
        self.exponent = exponent(currency)
        self.columns: dict[str, Column] = {}  # what was read, by role

    @abstractmethod
    def build(self, policy: Policy) -> _core.revenue.Ledger:
        """The compiled ledger under a policy."""

    @abstractmethod
    def labels(self, table: Any, segments: str | Sequence[str] | None) -> Labels:
        """The segment columns of the table that this source was read from."""

    def effective_policy(self, policy: Policy) -> Policy:
        """The policy that is followed, so that every result names it."""
        return policy

    def not_applied(self, policy: Policy) -> list[str]:
        """Options that differ from the default and change nothing here."""
        changed = policy.changes()
        return [name for name in (*PRICING, "fx") if name in changed]

    def describe(self, policy: Policy) -> dict[str, Any]:
        """What results say beyond policy, currency and as_of."""
        return {}

    def counts(self, ledger: _core.revenue.Ledger) -> dict[str, Any]:
        """Rows, and those without effect by reason."""
        return ledger.counts

    def use_ends(self, ends: str) -> None:
        """Reads ends as the caller says."""
        self.ends, self.columns = ends, exclusive_ends(self.columns, self.end_roles, ends)

    def habits(self) -> dict[str, int]:
        """Counts the rows that repeat an earlier one, and warns of them and of ends that look inclusive."""
        held = self.columns
        found = count_repeated_rows(held) if held else {}
        start, end = held.get(self.start_role), held.get(self.end_roles[0])
        if self.ends == "exclusive" and start is not None and end is not None:
            warn_of_inclusive_ends(held["account"], start, end, self.roles.get(self.end_roles[0]) or self.end_roles[0])
        return found

    def require_correctable(self, policy: Policy) -> None:
        """Refuses corrections where a row alone does not say what it changes."""
        if policy.lapse_grace:
            raise not_row_by_row("a ledger under lapse_grace")

    def correction(self, table: Any) -> tuple[list[str], dict[str, Column]]:
        """Names and columns of rows like those of this source: account, start, end, mrr, and currency where there is one."""
        found, columns, _ = pick_money(table, self.roles, ("mrr",), MoneyReading(self.amounts, self.currency))
        return list(found.names.values()), exclusive_ends(columns, self.end_roles, self.ends)


def not_row_by_row(what: str) -> SchemaError:
    """The error for a source whose rows cannot be corrected one by one."""
    return SchemaError(f"{what} cannot be corrected row by row; build it again from all rows")
