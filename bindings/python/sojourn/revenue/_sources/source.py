"""What a ledger needs of its source: how a table becomes facts of a book, and which options its rows can follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sojourn import _core
from sojourn._core.frames import Column
from sojourn._frames.columns import OpenTable
from sojourn._frames.money import (
    DEFAULT_CURRENCY,
    currency_columns,
    currency_of_names,
    minor_column,
    minor_column_of_currencies,
    one_currency,
    unit_of,
)
from sojourn._frames.roles import COMMON_ROLES, FoundRoles, column_called, find_roles, refuse_other_currency
from sojourn.errors import SchemaError
from sojourn.revenue._policy import Policy
from sojourn.revenue._sources.common import Common
from sojourn.revenue._sources.pricing_options import PRICING
from sojourn.revenue._sources.row_habits import count_repeated_rows, exclusive_ends, warn_of_inclusive_ends


class Source:
    """Rows by role."""

    kind: ClassVar[str]
    """As the core names the source."""
    has_terms: ClassVar[bool] = False
    """Each row is a term with an end, so that it is known who was up for renewal."""

    required: ClassVar[tuple[str, ...]]
    """The roles that every such table has; one that is not named is found by its usual name."""
    optional: ClassVar[tuple[str, ...]] = ()
    """Further roles, found where the table has a column of a usual name."""
    money_roles: ClassVar[tuple[str, ...]] = ("mrr",)
    """Its columns of amounts."""
    start_role: ClassVar[str] = "start"
    end_roles: ClassVar[tuple[str, ...]] = ("end",)
    """The roles of ends; periods run from `start_role` to the first of them."""

    def __init__(self, table: Any, roles: Mapping[str, str | None], common: Common) -> None:
        self.roles, self.common = dict(roles), common
        self.currency = common.report_in
        self.found, self.columns = self._read(table)

    @property
    def names(self) -> dict[str, str]:
        """The columns of the table by role, labels included."""
        return self.found.names

    @property
    def shown_in(self) -> str:
        """The currency of every result."""
        return self.currency or DEFAULT_CURRENCY

    def facts(self, table: Any | None = None) -> _core.revenue.Facts:
        """The facts of the table that this source was made of, or of another one like it."""
        found, picked = (self.found, self.columns) if table is None else self._read(table)
        labels = {name: picked[f"label {name}"] for name in self.common.labels}
        rows = {role: column for role, column in picked.items() if not role.startswith("label ")}
        return _core.revenue.Facts(rows, found.names, labels)

    def _read(self, table: Any) -> tuple[FoundRoles, dict[str, Column]]:
        """Roles and columns: its own, and those of the common arguments. Amounts are in minor units."""
        opened = OpenTable(table, self.common.dates)
        found = self._find(opened.names)
        names, common = found.names, self.common
        amounts = {role: names[role] for role in self.money_roles if role in names}
        stated = self.currency or common.currency or currency_of_names(amounts.values())
        codes = [] if common.in_currencies else currency_columns(opened.names, common.currency)
        held = opened.read({**dict.fromkeys(codes, "currency"), **{name: role for role, name in names.items()}})
        if not common.in_currencies:
            self.currency = one_currency({name: held[name] for name in codes}, stated)
            refuse_other_currency(amounts, self.currency)
        self.read_counts = opened.counts
        columns = {role: held[name] for role, name in names.items()}
        for role in amounts:
            columns[role] = self._minor(role, found, columns)
        return found, exclusive_ends(columns, self.end_roles, common.ends)

    def _find(self, present: Sequence[str]) -> FoundRoles:
        """Which columns have which roles; labels are roles of their own."""
        common = self.common
        labels = {f"label {name}": column_called(name, present) for name in common.labels}
        given = {**self.roles, **common.roles}
        if common.in_currencies:
            given["currency"] = common.column_of_codes(present)
        arguments = (*COMMON_ROLES, *(["currency"] if common.in_currencies else []))
        found = find_roles(present, given, required=self.required, optional=self.optional, arguments=arguments)
        unused = [name for name in found.unused if name not in labels.values()]
        return FoundRoles({**found.names, **labels}, found.inferred, unused)

    def _minor(self, role: str, found: FoundRoles, columns: Mapping[str, Column]) -> Column:
        names, amounts = found.names, unit_of(role, self.common.amounts, found)
        if "currency" not in columns:
            return minor_column(columns[role], names[role], amounts=amounts, currency=self.shown_in)
        return minor_column_of_currencies(
            columns[role], names[role], columns["currency"], names["currency"], amounts=amounts
        )

    def habits(self) -> dict[str, int]:
        """Counts the rows that repeat an earlier one, and warns of them and of ends that look inclusive."""
        held, found = self.columns, {**self.read_counts, **count_repeated_rows(self.columns)}
        for end_role in self.end_roles[:1]:
            start, end = held.get(self.start_role), held.get(end_role)
            if self.common.ends == "exclusive" and start is not None and end is not None:
                warn_of_inclusive_ends(held["account"], start, end, self.names[end_role])
        return found

    @property
    def reading(self) -> dict[str, Any]:
        """How its rows are read, beside the view of the ledger."""
        return {"part": "paid", "commitment": "in_force", "amount_is": "level", "same_day": "usual"}

    def not_applied(self, policy: Policy) -> list[str]:
        """Options that differ from the default and change nothing here."""
        changed = policy.changes()
        unused = [name for name in PRICING if name in changed]
        return unused if self.common.in_currencies or "fx" not in changed else [*unused, "fx"]

    def days(self) -> Sequence[Column]:
        """The columns of days that rows reach to; none where the ledger finds out."""
        return [self.columns[role] for role in (self.start_role, *self.end_roles) if role in self.columns]


def only_known(roles: Mapping[str, str | None], known: Sequence[str], what: str) -> None:
    """Refuses a role that tables of this kind do not have."""
    unknown = [role for role in roles if role not in known]
    if unknown:
        raise SchemaError(f"no role {', '.join(unknown)} in a table of {what}; there are {', '.join(known)}")
