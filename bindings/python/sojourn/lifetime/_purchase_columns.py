"""Arguments per customer: columns, or plain numbers for one customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any

from sojourn._core.frames import Column
from sojourn._frames.columns import column
from sojourn.errors import SchemaTypeError, SchemaValueError


def customer_columns(**given: Any) -> tuple[dict[str, Column], bool]:
    """Columns of one length, and whether all were plain numbers. A plain number beside columns holds for every row."""
    columns = {name: column(values, name) for name, values in given.items() if not is_number(values)}
    rows = len(next(iter(columns.values()))) if columns else 1
    numbers = {name: column([value] * rows, name) for name, value in given.items() if name not in columns}
    return {name: columns[name] if name in columns else numbers[name] for name in given}, not columns


def is_number(value: object) -> bool:
    """Whether a value is one number, of Python or NumPy."""
    return isinstance(value, Real)


def shown_as_given(values: Column, plain: bool) -> Any:
    """The column, or its one number where plain numbers were given."""
    return values[0] if plain else values


def parameters_in_order(params: Mapping[str, float] | Sequence[float], names: Sequence[str]) -> list[float]:
    """Parameters by name, or in order."""
    if isinstance(params, str):
        raise SchemaTypeError(f"params are the numbers {', '.join(names)}, in this order or by name")
    if isinstance(params, Mapping):
        wrong = [name for name in params if name not in names]
        missing = [name for name in names if name not in params]
        if wrong or missing:
            said = f"unknown: {', '.join(map(str, wrong))}" if wrong else f"missing: {', '.join(missing)}"
            raise SchemaValueError(f"params are {', '.join(names)}; {said}")
        return [float(params[name]) for name in names]
    values = [float(value) for value in params]
    if len(values) != len(names):
        raise SchemaValueError(f"params are {', '.join(names)}: {len(names)} numbers, and {len(values)} were given")
    return values
