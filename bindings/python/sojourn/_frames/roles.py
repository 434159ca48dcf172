"""Columns by role: as the caller names them, otherwise the only column with a usual name for the role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sojourn._core.frames import Column
from sojourn._frames.columns import OpenTable
from sojourn._frames.usual_names import USUAL_NAMES
from sojourn.errors import SchemaError

ROLES = ("account", "start", "end", "mrr")
"""The roles of a table of subscription periods."""


def pick(table: Any, asked: Mapping[str, str | None]) -> tuple[dict[str, str], dict[str, Column]]:
    """Names and columns by role; a role without a name takes the only column with a usual name for it."""
    opened = OpenTable(table)
    names = names_by_role(opened.names, asked)
    held = opened.read({name: role for role, name in names.items()})
    return names, {role: held[name] for role, name in names.items()}


def names_by_role(present: Sequence[str], asked: Mapping[str, str | None]) -> dict[str, str]:
    """The name of the column of each role: the one that is asked for, or the only one with a usual name for the role."""
    return {role: name if name is not None else only_candidate(role, present) for role, name in asked.items()}


def only_candidate(role: str, present: Sequence[str]) -> str:
    """The one column of a table that is usually called so; none or several are an error that names them."""
    found = [name for name in present if name.lower().strip() in USUAL_NAMES[role]]
    if len(found) == 1:
        return found[0]
    problem = f"several columns may be the {role}: {', '.join(found)}" if found else f"no column looks like the {role}"
    raise SchemaError(f"{problem}; name it with {role}=. The table has: {', '.join(present)}")
