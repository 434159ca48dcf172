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


class SchemaError(Error):
    """The shape is wrong before any value is looked at: dtype, missing column, lengths that differ, a bad option.

    Every one is a SchemaValueError, which is a ValueError too, or a SchemaTypeError, which is a TypeError too.
    """

    def __new__(cls, *args: object) -> SchemaError:
        return super().__new__(SchemaValueError if cls is SchemaError else cls, *args)


class SchemaValueError(SchemaError, ValueError):
    """An option or a shape that is not allowed, though its type is: an unknown word, a column that is not there."""


class SchemaTypeError(SchemaError, TypeError):
    """An argument or a column of a type that is not taken there."""


class OverflowError(Error, builtins.OverflowError):
    """Exact arithmetic left its range; sums never wrap."""


class StateError(Error, ValueError):
    """State bytes that are damaged, of another kind or version, or states that do not belong together."""
