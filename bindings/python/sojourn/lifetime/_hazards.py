"""What hazard regressions share: features by name, their table, one account's values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sojourn._core.frames import Column
from sojourn._frames.columns import columns
from sojourn.errors import SchemaTypeError, SchemaValueError

FEATURE = "feature: "


def columns_of(
    table: Any, features: Sequence[str], roles: Mapping[str, str | None]
) -> tuple[dict[str, Column], list[tuple[str, Column]]]:
    """The columns by role, and those of the features by name, each read once."""
    if isinstance(features, str):
        raise SchemaTypeError(f"features are a list of column names, as [{features!r}]")
    names = list(features)
    if not names:
        raise SchemaValueError("features: name at least one column whose values may move the hazard")
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise SchemaValueError(f"features: {', '.join(repeated)} is named twice")
    found = columns(table, {**roles, **{FEATURE + name: name for name in names}})
    return {role: found[role] for role in roles if role in found}, [(name, found[FEATURE + name]) for name in names]


def values_of(row: Mapping[str, Any] | Sequence[float], features: Sequence[str]) -> list[float]:
    """The features of one account, in order."""
    if isinstance(row, str):
        raise SchemaTypeError("an account is a mapping of features to numbers, or a list of numbers")
    if isinstance(row, Mapping):
        missing = [name for name in features if name not in row]
        if missing:
            raise SchemaValueError(f"the account has no {', '.join(missing)}; the features are {', '.join(features)}")
        return [_number(row[name], name) for name in features]
    if len(row) != len(features):
        raise SchemaValueError(f"{len(row)} values were given; the features are {', '.join(features)}")
    return [_number(value, name) for value, name in zip(row, features, strict=True)]


def _number(value: Any, name: str) -> float:
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise SchemaValueError(f"{name} is a number, not {value!r}") from error
