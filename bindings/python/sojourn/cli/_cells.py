"""Cells of files as numbers, answers, flags and labels; what cannot be read is an error with its row."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sojourn._core.frames import Column
from sojourn._frames.currency import exponent
from sojourn.cli._usage import UsageError
from sojourn.errors import DataError


def is_minor(name: str) -> bool:
    """Whether the name of a column says that it holds minor units."""
    return name.lower().endswith(("_minor", "_cents"))


def minor_units(values: Column, name: str, *, amounts: str | None, currency: str) -> list[int | None]:
    """Amounts as integers of the minor unit: as they are, or from decimals such as 29.85 without rounding."""
    unit = amounts or ("minor" if is_minor(name) else None)
    if unit is None:
        raise UsageError(
            f'are the amounts in "{name}" in {currency} or in its minor unit? Say --amounts major or --amounts minor'
        )
    factor = 1 if unit == "minor" else 10 ** exponent(currency)
    return [
        None if value is None else _exact(value, factor, name, row, currency) for row, value in enumerate(values.to_list())
    ]


def _exact(value: Any, factor: int, name: str, row: int, currency: str) -> int:
    try:
        scaled = Decimal(str(value)) * factor
        if scaled == scaled.to_integral_value():
            return int(scaled)
    except ArithmeticError:
        pass
    raise DataError(
        f'column "{name}", row {row}: {value!r} is not an amount in whole minor units of {currency}',
        column=name,
        row=row,
        value=str(value),
        rule=f"a multiple of 1/{factor}",
    )


BLANK_TEXTS = ("", "blank", "na", "n/a", "null", "none")


def answers(values: Column, name: str, blanks: Sequence[str]) -> tuple[list[int | None], dict[str, int]]:
    """Survey answers as integers; a cell that stands for "no answer" is missing and counted by its spelling."""
    no_answer = {*BLANK_TEXTS, *(blank.strip().lower() for blank in blanks)}
    result: list[int | None] = []
    blank_counts: dict[str, int] = {}
    for row, value in enumerate(values.to_list()):
        shown = "" if value is None else _spelled(value)
        if shown.lower() in no_answer:
            blank_counts[shown or "empty"] = blank_counts.get(shown or "empty", 0) + 1
            result.append(None)
        else:
            result.append(_answer(shown, name, row))
    return result, blank_counts


def _spelled(value: Any) -> str:
    if isinstance(value, float):
        return "" if value != value else str(int(value)) if value.is_integer() else str(value)
    return str(value).strip()


def _answer(shown: str, name: str, row: int) -> int:
    try:
        return int(shown)
    except ValueError:
        raise DataError(
            f'column "{name}", row {row}: "{shown}" is not a whole number; if it stands for no answer, say '
            f"--blank {shown!r}",
            column=name,
            row=row,
            value=shown,
            rule="a whole number",
        ) from None


def exact_amount(value: str, name: str, currency: str) -> int:
    """An amount on the command line, in currency units, as minor units."""
    try:
        found = _exact(Decimal(value), 10 ** exponent(currency), name, 0, currency)
    except (ArithmeticError, DataError):
        raise UsageError(f"{name} {value!r} is not an amount in {currency}, as in 120000 or 99.50") from None
    return found


def missing_value(name: str, row: int) -> DataError:
    """The error for an empty cell in a column that must be complete."""
    return DataError(f'column "{name}", row {row}: a value is missing', column=name, row=row, rule="a value in every row")


YES = {"yes", "y", "true", "t", "1"}
NO = {"no", "n", "false", "f", "0"}


def flags(values: Column, name: str) -> list[bool]:
    """Yes/No, true/false or 1/0; anything else, and a missing value, is an error with its row."""
    result = []
    for row, value in enumerate(values.to_list()):
        shown = "" if value is None else _spelled(value)
        if shown.lower() not in YES | NO:
            raise DataError(
                f'column "{name}", row {row}: {shown!r} is neither yes nor no',
                column=name,
                row=row,
                value=shown,
                rule="yes/no, true/false or 1/0",
            )
        result.append(shown.lower() in YES)
    return result


def complete_minor_units(values: Column, name: str, *, amounts: str | None, currency: str) -> list[int]:
    """Amounts of a snapshot, one in every row: decimals are whole currency units unless `amounts` says minor."""
    unit = amounts or (None if is_minor(name) else "major")
    return _complete(minor_units(values, name, amounts=unit, currency=currency), name)


def whole_months(values: Column, name: str) -> list[int]:
    """A whole number in every row."""
    return _complete(answers(values, name, ())[0], name)


def _complete(values: Sequence[int | None], name: str) -> list[int]:
    for row, value in enumerate(values):
        if value is None:
            raise missing_value(name, row)
    return [value for value in values if value is not None]


def labels(values: Column, name: str) -> list[str]:
    """Segment names as text; missing is its own segment, "(none)". Bare codes get the name of their column, as in
    "region 3".
    """
    found = ["(none)" if value is None or (value != value) else _spelled(value) or "(none)" for value in values.to_list()]
    coded = all(label == "(none)" or label.lstrip("-").isdigit() for label in set(found))
    return [f"{name} {label}" if coded and label != "(none)" else label for label in found]
