"""What a handover from sales to customer success leaves behind: people with influence, and nine things on record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sojourn import _core
from sojourn._frames.arguments import checked
from sojourn._frames.columns import OpenTable, column, columns, present
from sojourn._frames.table import Table
from sojourn.errors import SchemaError


@checked
def stakeholder_coverage(
    people: Any,
    *,
    account: str = "account_id",
    influence: str = "influence",
    active: str = "active",
    sponsor: str | None = None,
    role: str | None = None,
) -> Table:
    """How well each account is connected: account, people, active, unknown_influence, influence, active_influence, coverage,
    concentration, sponsor.

    One row per person in `people`. `coverage` is the influence of the active people over that of all; `concentration` the
    largest share of the active influence that hangs on one person. `sponsor` is a column of flags, or `role` one in which
    the word "sponsor" stands; the answer is "active", "left" or "none_known". Influence is a number from 0 in any unit; one
    that is missing is counted in `unknown_influence` and left out.
    """
    found = columns(people, {"account": account, "influence": influence, "active": active, "sponsor": sponsor, "role": role})
    if "role" in found:
        if "sponsor" in found:
            raise SchemaError("sponsor and role both say who is a sponsor; pass one of them")
        words = [str(word or "").strip().lower() for word in found.pop("role")]
        found["sponsor"] = column([word == "sponsor" for word in words], "sponsor")
    return Table(_core.health.stakeholder_coverage(found), options={"weight": influence}, title="Stakeholders")


@checked
def handover_checklist(table: Any, *, account: str = "account_id", items: Sequence[str] | None = None) -> Table:
    """How complete each handover is: account, recorded, completeness, missing.

    One row per account, one column of flags per item. The nine items are contract_terms, goals, success_measures,
    stakeholders, sponsor, scope_and_usage, technical_setup, promises and risks; `items` names others. A column that the
    table lacks is an error; an empty cell is not recorded.
    """
    names = list(_core.health.HANDOVER_ITEMS if items is None else items)
    opened = OpenTable(table)
    keys = columns(opened, {"account": account})["account"]
    found = present(opened, names)
    lacking = [name for name in names if name not in found]
    if lacking:
        raise SchemaError(
            f'the table has no column "{lacking[0]}" of the checklist; it has: {", ".join(opened.names)}. Name the items '
            "that you record: items=[...]"
        )
    return Table({"account": keys, **_core.health.checklist(found, names)}, options={"items": names}, title="Handover")
