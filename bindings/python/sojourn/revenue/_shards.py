"""Tables cut by account, so that each part can be counted apart."""

from __future__ import annotations

from typing import Any

from sojourn import _core
from sojourn._core.frames import Column
from sojourn._frames.arguments import checked
from sojourn._frames.columns import column


@checked
def shard_of(accounts: Any, n: int) -> Column:
    """The shard 0 .. n - 1 of each account key, the same on every machine: all rows of one account get one number."""
    return _core.revenue.shard_of(column(accounts, "account"), "account", n)
