"""Columns by role: as the caller names them, otherwise the only column with a usual name for the role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sojourn._core.frames import Column, holds_yearly_amounts
from sojourn._frames.columns import OpenTable
from sojourn._frames.usual_names import currency_in, fits, words_of
from sojourn.errors import SchemaError

ROLES = ("account", "start", "end", "mrr")
"""The roles of a table of subscription periods."""


class FoundRoles(NamedTuple):
    """Which column has which role, and how that is known."""

    names: dict[str, str]
    """Columns by role."""
    inferred: dict[str, str]
    """Those of them that the caller did not name, for `.options["columns"]`."""
    unused: list[str]
    """Columns called exactly as a role that they do not have, for `.options["not_applied"]`."""

    def describe(self) -> dict[str, Any]:
        """What results say about it."""
        shown = {
            role: f"{name} (a year, divided by 12)" if role in _A_MONTH and holds_yearly_amounts(name) else name
            for role, name in self.inferred.items()
        }
        return {"columns": shown} if shown else {}

    @property
    def not_applied(self) -> list[str]:
        """The unused columns as results name them."""
        return [f'column "{name}"' for name in self.unused]


_A_MONTH = frozenset(("mrr", "mrr_after", "change"))

COMMON_ROLES = ("known_from", "known_until", "purchased_on", "cause", "parent")
"""Columns of a source that are used where an argument names them, and only there."""


def pick(table: Any, asked: Mapping[str, str | None]) -> tuple[dict[str, str], dict[str, Column]]:
    """Names and columns by role; a role without a name takes the only column with a usual name for it."""
    found, columns = pick_roles(table, asked, required=list(asked))
    return found.names, columns


def pick_roles(
    table: Any,
    named: Mapping[str, str | None],
    *,
    required: Sequence[str],
    optional: Sequence[str] = (),
    arguments: Sequence[str] = (),
) -> tuple[FoundRoles, dict[str, Column]]:
    """Which columns have which roles (see `find_roles`), and these columns by role; no other column is read."""
    opened = table if isinstance(table, OpenTable) else OpenTable(table)
    found = find_roles(opened.names, named, required=required, optional=optional, arguments=arguments)
    held = opened.read({name: role for role, name in found.names.items()})
    return found, {role: held[name] for role, name in found.names.items()}


def only_candidate(role: str, present: Sequence[str]) -> str:
    """The one column of a table that is usually called so; none or several are an error that names them."""
    found = candidates(role, present)
    if len(found) == 1:
        return found[0]
    problem = f"several columns may be the {role}: {', '.join(found)}" if found else f"no column looks like the {role}"
    raise SchemaError(f"{problem}; name it with {role}=. The table has: {', '.join(present)}")


def column_called(name: str, present: Sequence[str]) -> str:
    """The column of that name, or the only one whose words are those of the name or usual for it: Owner for "owner"."""
    if name in present:
        return name
    found = [one for one in present if words_of(one) == words_of(name) or fits(name, one)]
    if len(found) > 1:
        raise SchemaError(f'several columns may be "{name}": {", ".join(found)}; name the one that is meant')
    return found[0] if found else name


def candidates(role: str, present: Sequence[str]) -> list[str]:
    """The columns that are usually called so."""
    return [name for name in present if fits(role, name)]


def find_roles(
    present: Sequence[str],
    named: Mapping[str, str | None],
    *,
    required: Sequence[str],
    optional: Sequence[str] = (),
    arguments: Sequence[str] = (),
) -> FoundRoles:
    """Which of the columns in `present` has which role.

    `named` holds what the caller said: a column, or None. A required role with None, or that is not in `named`, takes the
    only column with a usual name for it. So does an optional role that is not in `named`, if there is such a column; with
    None it stays without one. A column that the caller named is no candidate for another role. `arguments` are further roles
    that the caller names or leaves out, without a search. A column called exactly as a role that it does not have is
    `unused`.
    """
    names = {role: name for role, name in named.items() if name is not None}
    free = [name for name in present if name not in names.values()]
    inferred = {}
    for role in required:
        if role not in names:
            inferred[role] = only_candidate(role, free)
    for role in optional:
        if role not in named and (found := candidates(role, free)):
            inferred[role] = found[0] if len(found) == 1 else only_candidate(role, free)
    _refuse_shared(inferred)
    taken = {*names.values(), *inferred.values()}
    roles = {*required, *optional, *arguments}
    unused = [name for name in present if words_of(name) in roles and name not in taken]
    order = [*required, *optional, *arguments]
    found_names = {role: {**names, **inferred}[role] for role in order if role in names or role in inferred}
    return FoundRoles(found_names, inferred, unused)


def refuse_other_currency(names: Mapping[str, str], currency: str) -> None:
    """Refuses columns whose names say another currency: "MRR (EUR)" in a ledger of dollars."""
    for name in names.values():
        said = currency_in(name)
        if said is not None and said != currency.upper():
            raise SchemaError(
                f'column "{name}" says {said}, but the currency is {currency}; give currency="{said}", or rename the column'
            )


def _refuse_shared(inferred: Mapping[str, str]) -> None:
    for name in inferred.values():
        roles = [role for role, taken in inferred.items() if taken == name]
        if len(roles) > 1:
            raise SchemaError(
                f'column "{name}" may be the {" or the ".join(roles)}; name it with {"= or ".join(roles)}=, and give the '
                "other None"
            )
