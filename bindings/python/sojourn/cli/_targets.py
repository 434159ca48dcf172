"""The file of targets: ranges by metric, as JSON."""

from __future__ import annotations

import json
import os

from sojourn.cli._usage import UsageError
from sojourn.errors import DataError

Range = tuple[float | None, float | None]


def read_targets(path: str) -> dict[str, Range]:
    """{"nrr": [1.0, null]} as {"nrr": (1.0, None)}: at least, at most, null for an open side."""
    if not os.path.isfile(path):
        raise UsageError(f"{path}: no such file of targets")
    with open(path, encoding="utf-8-sig") as file:
        try:
            found = json.load(file)
        except (ValueError, RecursionError) as error:
            raise DataError(f"{path}: not JSON: {error}") from None
    if not isinstance(found, dict):
        raise DataError(f'{path}: targets are an object such as {{"nrr": [1.0, null]}}')
    return {name: _range(path, name, sides) for name, sides in found.items()}


def _range(path: str, name: str, sides: object) -> Range:
    if isinstance(sides, list) and len(sides) == 2 and sides != [None, None] and all(map(_is_side, sides)):
        return sides[0], sides[1]
    raise DataError(
        f'{path}: the target of "{name}" is {json.dumps(sides)[:60]}; give [at least, at most], null for an open side'
    )


def _is_side(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))
