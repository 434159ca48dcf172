"""What rows have in common that their reader should know: rows that repeat, and ends that may be the last day with MRR."""

from __future__ import annotations

from collections.abc import Mapping

from sojourn._core.frames import Column, days_after
from sojourn._core.revenue import Facts
from sojourn._frames.input_warning import warn
from sojourn.errors import SchemaError

ENDS = ("exclusive", "inclusive")
_FEWEST = 2
"""One gap of a day may be a day without a contract."""


def ends_and_column(ends: str, end: str | None) -> tuple[str, str | None]:
    """The rule of ends, and the name of their column; end="inclusive" means inclusive ends in a column of usual name."""
    if ends not in ENDS:
        raise SchemaError(f'ends "{ends}" is not one of {", ".join(ENDS)}')
    return ("inclusive", None) if end == "inclusive" else (ends, end)


def exclusive_ends(columns: Mapping[str, Column], roles: tuple[str, ...], ends: str) -> dict[str, Column]:
    """The columns with inclusive ends moved by one day, to the first day without MRR."""
    if ends == "exclusive":
        return dict(columns)
    return {
        role: days_after(values.convert("day", name=role)) if role in roles else values for role, values in columns.items()
    }


def count_repeated_rows(facts: Facts) -> dict[str, int]:
    """How many rows repeat an earlier one in every column, where there are any; warns of them."""
    count, row, repeats = facts.repeated_rows()
    if count == 0:
        return {}
    rows = "1 row repeats an earlier one" if count == 1 else f"{count:,} rows repeat an earlier one"
    warn(f"{rows} in every column (row {row} repeats row {repeats}) and counts again; leave it out if it was exported twice")
    return {"duplicates": count}


def warn_of_inclusive_ends(facts: Facts, start_role: str, end_role: str, name: str) -> None:
    """Says so where most gaps between periods of an account are exactly one day, as if ends were the last day with MRR."""
    gaps, one_day = facts.period_gaps(start_role, end_role)
    if one_day >= _FEWEST and 2 * one_day > gaps:
        warn(
            f'{one_day:,} of {gaps:,} gaps between periods of an account are exactly one day: if "{name}" is the last day '
            'with MRR and not the first without, say ends="inclusive"'
        )
