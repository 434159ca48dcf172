"""What the cycle before knew, in the order of this one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sojourn import _core
from sojourn._core.frames import Column
from sojourn._frames.columns import columns, frame
from sojourn.errors import SchemaError


def signals_before(names: Sequence[str], accounts: Column, before: Any, account: str | None) -> dict[str, Column]:
    """The columns of the cycle before that the card reads, matched by account; without `account`, row for row."""
    from sojourn.health._cycle import HealthResult

    if isinstance(before, HealthResult):
        return _core.health.align_columns(accounts, before._accounts, _those(names, before._inputs))
    found = _those(names, frame(before))
    if account is None:
        for name, values in found.items():
            if len(values) != len(accounts):
                raise SchemaError(
                    f'"{name}" of the previous signals has {len(values)} rows and the table has {len(accounts)}; name the account'
                )
        return found
    return _core.health.align_columns(accounts, columns(before, {"account": account})["account"], found)


def _those(names: Sequence[str], there: Mapping[str, Column]) -> dict[str, Column]:
    return {name: there[name] for name in names if name in there}
