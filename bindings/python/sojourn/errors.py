"""One error tree, the same in C++ and Python."""

from __future__ import annotations

import builtins


class Error(Exception):
    """Base of everything that sojourn raises on purpose."""


class DataError(Error, ValueError):
    """A value that breaks a rule of its column. Carries where it stands and which rule it breaks."""

    def __init__(self, message: str, column: str = "", row: int | None = None, value: str = "", rule: str = "") -> None:
        super().__init__(message)
        self.column = column
        self.row = row
        self.value = value
        self.rule = rule


class InputWarning(UserWarning):
    """The input left something open: how it was read, and how to say otherwise."""


class SchemaError(Error, TypeError):
    """The shape is wrong before any value is looked at: dtype, missing column, lengths that differ, a bad option."""


class OverflowError(Error, builtins.OverflowError):
    """Exact arithmetic left its range; sums never wrap."""


class StateError(Error, ValueError):
    """State bytes that are damaged, of another kind or version, or states that do not belong together."""
