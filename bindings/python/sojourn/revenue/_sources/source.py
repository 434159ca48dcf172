"""What a ledger needs of its source: how a table becomes facts of a book, and which options its rows can follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, Self

from sojourn._core.frames import Column
from sojourn._core.revenue import Facts, FactsPlan
from sojourn._frames.columns import OpenTable, column, no_such_column
from sojourn._frames.dates import day_reader
from sojourn._frames.money import DEFAULT_CURRENCY, UNITS, currency_columns, currency_of_names, one_currency, unit_of
from sojourn._frames.periods import ISO
from sojourn._frames.roles import COMMON_ROLES, FoundRoles, column_called, find_roles, refuse_other_currency
from sojourn.errors import SchemaError
from sojourn.revenue._policy import Policy
from sojourn.revenue._sources.common import Common
from sojourn.revenue._sources.pricing_options import PRICING
from sojourn.revenue._sources.row_habits import count_repeated_rows, warn_of_inclusive_ends

_PLAIN_READING = {"part": "paid", "commitment": "in_force", "amount_is": "level", "same_day": "usual"}
_MOST_PLANS = 64
"""Tables of one ledger have few forms; a caller whose tables all differ must not fill the memory."""


class Plan(NamedTuple):
    """How tables with certain columns become facts."""

    found: FoundRoles
    codes: list[str]
    """Columns of currencies, in which only one may occur."""
    order: list[str]
    """The columns that are read, as `core` takes them."""
    core: FactsPlan


class Source:
    """Rows by role."""

    kind: ClassVar[str]
    """As the core names the source."""
    every_row: str = ""
    """What every row is, where a word of the caller says it and no column."""
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
        self._plans: dict[tuple[str, ...], Plan] = {}
        self.reading: dict[str, Any] = dict(_PLAIN_READING)
        """How its rows are read, beside the view of the ledger."""
        opened = OpenTable(table, common.dates)
        self.found = self._plan(opened).found
        self.first: Facts | None = self.facts(opened)
        """The facts of the table that this source was made of, until the book has them."""
        self.present = frozenset(self.first.columns)
        """Its roles."""

    @classmethod
    def from_notes(cls, notes: Mapping[str, Any], common: Common, reading: Mapping[str, Any]) -> Self:
        """The source behind `notes`, whose rows a book holds and which reads further tables as the first one."""
        made = cls.__new__(cls)
        made.roles, made.common, made.currency = dict(notes["roles"]), common, notes["currency"]
        made._plans, made.reading, made.first = {}, dict(reading), None
        made.found = FoundRoles(dict(notes["columns"]), dict(notes["inferred"]), list(notes["unused"]))
        made.present = frozenset(notes["present"])
        return made

    def notes(self) -> dict[str, Any]:
        """What reads further tables as the first one, as JSON knows it."""
        return {
            "roles": self.roles,
            "currency": self.currency,
            "columns": self.found.names,
            "inferred": self.found.inferred,
            "unused": self.found.unused,
            "present": sorted(self.present),
        }

    @property
    def names(self) -> dict[str, str]:
        """The columns of the table by role, labels included."""
        return self.found.names

    @property
    def shown_in(self) -> str:
        """The currency of every result."""
        return self.currency or DEFAULT_CURRENCY

    def facts(self, table: Any) -> Facts:
        """The facts of a table with the columns of the first one. Amounts are in minor units."""
        opened = OpenTable(table, self.common.dates)
        plan = self._plan(opened)
        if plan.codes:
            one_currency(_columns(opened, plan.codes, plan.order), self.currency)
        return plan.core.read(opened.parts(plan.order))

    def _plan(self, opened: OpenTable) -> Plan:
        """Which column has which role, and what reads it: found once for tables with the same columns."""
        present = tuple(opened.names)
        known = self._plans.get(present)
        if known is None:
            if len(self._plans) >= _MOST_PLANS:
                self._plans.clear()
            known = self._plans[present] = self._new_plan(opened)
        return known

    def _new_plan(self, opened: OpenTable) -> Plan:
        found, common = self._find(opened.names), self.common
        names = found.names
        amounts = {role: names[role] for role in self.money_roles if role in names}
        stated = self.currency or common.currency or currency_of_names(amounts.values())
        codes = [] if common.in_currencies else currency_columns(opened.names, common.currency)
        for name, role in {**dict.fromkeys(codes, "currency"), **{name: role for role, name in names.items()}}.items():
            if name not in opened.names:
                raise no_such_column(name, opened.names, role)
        if not common.in_currencies:
            self.currency = one_currency(_columns(opened, codes, list(names.values())), stated)
            refuse_other_currency(amounts, self.currency)
        columns = [
            (
                role.removeprefix("label "),
                name,
                self._reader(role),
                (unit_of(role, common.amounts, found) or "") if role in amounts else "",
            )
            for role, name in names.items()
        ]
        if common.amounts is not None and common.amounts not in UNITS:
            raise SchemaError(f'amounts "{common.amounts}" is not one of {", ".join(UNITS)}')
        core = FactsPlan(columns, self.shown_in, common.dates, common.dates is ISO, self.kind, self.every_row)
        return Plan(found, codes, [name for _, name, _, _ in columns], core)

    def _reader(self, role: str) -> str:
        """What reads the column of a role."""
        if role.startswith("label "):
            return "label"
        if role in self.money_roles:
            return "money"
        reader = day_reader(role)
        return f"last_{reader}" if role in self.end_roles and self.common.ends == "inclusive" else reader

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

    def habits(self) -> dict[str, int]:
        """Counts the rows that repeat an earlier one, and warns of them and of ends that look inclusive."""
        assert self.first is not None
        far = {"open_ends_far": self.first.far_ends} if self.first.far_ends else {}
        found = {**far, **count_repeated_rows(self.first)}
        if self.periods is not None:
            warn_of_inclusive_ends(self.first, *self.periods, self.names[self.periods[1]])
        return found

    @property
    def periods(self) -> tuple[str, str] | None:
        """The roles of a period's first day and its end, where gaps of one day would say that ends are inclusive."""
        roles = (self.start_role, *self.end_roles[:1])
        if self.common.ends != "exclusive" or len(roles) < 2 or not self.present.issuperset(roles):
            return None
        return roles[0], roles[1]

    def not_applied(self, policy: Policy) -> list[str]:
        """Options that differ from the default and change nothing here."""
        changed = policy.changes()
        unused = [name for name in PRICING if name in changed]
        return unused if self.common.in_currencies or "fx" not in changed else [*unused, "fx"]

    def days(self) -> Sequence[Column]:
        """The columns of days that rows reach to; none where the ledger finds out."""
        held = {} if self.first is None else self.first.columns
        return [held[role] for role in (self.start_role, *self.end_roles) if role in held]


def _columns(opened: OpenTable, names: Sequence[str], others: Sequence[str]) -> dict[str, Column]:
    """Columns by name; `others` are read with them, because a stream is read once."""
    parts = opened.parts([*names, *others])
    return {name: column(part, name) for name, part in zip(names, parts, strict=False)}


def only_known(roles: Mapping[str, str | None], known: Sequence[str], what: str) -> None:
    """Refuses a role that tables of this kind do not have."""
    unknown = [role for role in roles if role not in known]
    if unknown:
        raise SchemaError(f"no role {', '.join(unknown)} in a table of {what}; there are {', '.join(known)}")
