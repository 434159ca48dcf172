"""Where each account stands among all of them."""

from __future__ import annotations

from typing import Any, Literal

from sojourn import _core
from sojourn._frames.arguments import checked
from sojourn._frames.columns import column
from sojourn._frames.table import Table
from sojourn.errors import SchemaError


@checked
def percentile_rank(values: Any, *, precision: Literal["exact", "approximate"] = "exact", threads: int = 0) -> Table:
    """Share of all values below each one, ties by half: one column, `rank`, in the order of `values`.

    A single value has 0.5; a missing one (None, NaN) has no rank (NaN) and is not counted. "approximate" takes a fraction
    of the time: no rank is further than `options["error"]` from the exact one, and the ties of a value that makes up much of
    the column are exact. Ranks move when others move: a card that must not change under an account has its reference written
    down, as the normaliser "percentile" does.
    """
    if precision not in ("exact", "approximate"):
        raise SchemaError(f'precision is {precision!r}; accepted: "exact", "approximate"')
    found = _core.health.percentile_rank(column(values, "values"), precision, threads)
    return Table(
        {"rank": found["rank"]}, options={"precision": precision, "ranked": found["ranked"], "error": found["error"]}
    )
