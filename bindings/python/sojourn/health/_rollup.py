"""Account trees: scores and tiers of parents from those of their children."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sojourn import _core
from sojourn._core.frames import Column
from sojourn._frames.arguments import checked
from sojourn._frames.columns import column, columns
from sojourn._frames.table import Table
from sojourn.errors import DataError


@checked
def rollup(
    table: Any,
    *,
    account: str = "account_id",
    parent: str = "parent_id",
    score: str = "score",
    coverage: str | None = None,
    weight: str | None = None,
    method: str = "mean",
    include_self: bool = False,
    zero_weights: str = "unknown",
    negative_weights: str = "error",
) -> Table:
    """Scores of parents from those of their children: account, score, coverage, children, missing.

    `method` is mean, weighted (by `weight`, whole numbers such as MRR in minor units), min, max or own. Children without a
    score are left out and counted. `include_self`: a parent's own score is one of the members. A cycle is an error.
    """
    found = columns(table, {"account": account, "parent": parent, "score": score, "coverage": coverage, "weight": weight})
    keys = found.pop("account")
    found["parent"] = _parent_rows(keys, found["parent"])
    rolled = _core.health.rollup(found, method, include_self, zero_weights, negative_weights)
    options = {"method": method, "include_self": include_self, "weight": weight}
    return Table({"account": keys, **rolled}, options=options, title="Scores rolled up")


@checked
def rollup_tiers(
    table: Any,
    *,
    wanted: str,
    tiers: Sequence[str],
    match: str = "exactly",
    account: str = "account_id",
    parent: str = "parent_id",
    tier: str = "tier",
    weight: str | None = None,
    include_self: bool = False,
    negative_weights: str = "error",
    threshold: float | None = None,
) -> Table:
    """How much of the tree below each account stands in a tier: count, known, unknown, share, and share of `weight`.

    `tiers` names all tiers, worst first; `match` is exactly, or_worse or or_better. With a `threshold` the column `reached`
    says where the share (of weight, if there is one) is at least the threshold.
    """
    found = columns(table, {"account": account, "parent": parent, "tier": tier, "weight": weight})
    keys = found.pop("account")
    found["parent"] = _parent_rows(keys, found["parent"])
    shares: dict[str, Any] = dict(
        _core.health.rollup_tiers(found, list(tiers), wanted, match, include_self, negative_weights)
    )
    if threshold is not None:
        shares["reached"] = _core.health.reached(shares["share" if weight is None else "weight_share"], threshold)
    options = {"wanted": wanted, "match": match, "include_self": include_self, "weight": weight, "threshold": threshold}
    return Table({"account": keys, **shares}, options=options, title=f"Accounts {match.replace('_', ' ')} {wanted}")


def _parent_rows(keys: Column, parents: Column) -> Column:
    """Parents by key as parents by row; -1 where there is none."""
    _core.frames.require_ids(keys, "account")
    _core.frames.require_ids(parents, "parent")
    rows: dict[Any, int] = {}
    for row, key in enumerate(keys):
        if rows.setdefault(key, row) != row:
            rule = f"occurs twice in the table, first in row {rows[key]}"
            raise DataError(f'column "account", row {row}, value {key}: {rule}', "account", row, str(key), rule)
    found = []
    for row, key in enumerate(parents):
        if key != key:  # NaN in a column without any parent
            key = None
        if key is not None and key not in rows:
            rule = "is not an account of the table"
            raise DataError(f'column "parent", row {row}, value {key}: {rule}', "parent", row, str(key), rule)
        found.append(-1 if key is None else rows[key])
    return column(found, "parent")
