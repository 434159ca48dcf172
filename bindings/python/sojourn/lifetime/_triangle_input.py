"""Triangles as people hold them: a ledger's cohorts, ragged rows, or a table of cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sojourn._core.frames import Column
from sojourn._core.lifetime import AgeTriangle
from sojourn._frames.columns import column, columns as columns_of
from sojourn.errors import SchemaError


class NamedTriangle(NamedTuple):
    """Cells, the names of the cohorts, and what the source says about itself."""

    cells: AgeTriangle
    cohorts: list[str]
    options: dict[str, Any]
    money: bool


def triangle_of(triangle: Any, names: Mapping[str, str]) -> NamedTriangle:
    """Reads a `Triangle`, rows with the oldest cohort first, or a table with columns of these names for its roles."""
    of_ledger = hasattr(triangle, "counts") and hasattr(triangle, "cohorts") and hasattr(triangle, "measure")
    renamed = [f"{role}=" for role, name in names.items() if role != name]
    if renamed and (of_ledger or _is_rows(triangle)):
        raise SchemaError(f"chain_ladder: {', '.join(renamed)} names a column of a table with one row per cell")
    if of_ledger:
        return _of_ledger(triangle)
    if _is_rows(triangle):
        rows = [column(row, "triangle") for row in triangle]
        return NamedTriangle(AgeTriangle(rows), [str(place) for place in range(len(rows))], {}, money=False)
    columns = columns_of(triangle, names)
    labels, cells = AgeTriangle.of_cells(_as_labels(columns["cohort"]), columns["age"], columns["value"])
    return NamedTriangle(cells, labels, dict(names), money=False)


def _of_ledger(triangle: Any) -> NamedTriangle:
    """Periods in which nobody started, or of which nothing is known yet, are no cohorts."""
    rows = list(zip(triangle.cohorts, triangle.counts, triangle.sizes, strict=True))
    seen = [(name, cells) for name, cells, size in rows if size > 0 and cells and cells[0] is not None]
    if not seen:
        raise SchemaError("chain_ladder: the triangle has no cohort with a value that is known")
    cells = AgeTriangle([column(cells, "triangle") for _, cells in seen])
    left_out = [name for name, _, _ in rows if name not in {kept for kept, _ in seen}]
    options = {**triangle.options, "by": triangle.by, **({"cohorts_left_out": left_out} if left_out else {})}
    return NamedTriangle(cells, [name for name, _ in seen], options, money=triangle.measure == "mrr")


def _is_rows(triangle: Any) -> bool:
    """A sequence of rows, or a matrix; a list of dicts is a table."""
    if isinstance(triangle, Sequence) and not isinstance(triangle, (str, bytes, bytearray)):
        return not any(isinstance(row, Mapping) for row in triangle)
    return getattr(triangle, "ndim", None) == 2 and not hasattr(triangle, "columns")


def _as_labels(cohort: Column) -> Column:
    if cohort.type != "date":
        return cohort
    return column([None if day is None else day.isoformat() for day in cohort.to_list()], "cohort")
