"""Cells of files as answers, flags, weights and labels; what cannot be read is an error with its row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sojourn._core.frames import Column
from sojourn.cli._numbers import numbers, text_of
from sojourn.errors import DataError

BLANK_TEXTS = ("", "blank", "na", "n/a", "null", "none")
_WHOLE = re.compile(r"[+-]?[0-9]+(?:\.0+)?")


def answers(
    values: Column, name: str, blanks: Sequence[str], counts: Sequence[int] | None = None
) -> tuple[list[int | None], dict[str, int]]:
    """Survey answers as integers; a cell that stands for "no answer" is missing and counted by its spelling.

    A row stands for one answer, or for as many as `counts` says.
    """
    no_answer = {*BLANK_TEXTS, *(blank.strip().lower() for blank in blanks)}
    result: list[int | None] = []
    blank_counts: dict[str, int] = {}
    for row, value in enumerate(values.to_list()):
        shown = _spelled(value)
        if shown.lower() in no_answer:
            many = 1 if counts is None else counts[row]
            blank_counts[shown or "empty"] = blank_counts.get(shown or "empty", 0) + many
            result.append(None)
        else:
            result.append(
                _whole(shown, name, row, f"is not a whole number; if it stands for no answer, say --blank {shown!r}")
            )
    return result, blank_counts


_GROUPS = {"promoter": "10", "passive": "8", "neutral": "8", "detractor": "0"}
"""Answers exported as groups of NPS, each as a score of its group."""


def group_scores(values: Column, name: str) -> Column | None:
    """Scores of a column in which at least one cell is a group of NPS, or None; other cells stay what they are."""
    if values.type not in ("text", "dictionary"):
        return None
    words = [None if value is None else str(value).strip().lower().removesuffix("s") for value in values.to_list()]
    if not any(word in _GROUPS for word in words):
        return None
    for row, (word, value) in enumerate(zip(words, values.to_list(), strict=True)):
        if word is not None and _WHOLE.fullmatch(word) is not None:
            raise DataError(
                f'column "{name}", row {row}, value {value!r}: a score among groups such as promoter; give '
                "scores and groups in files of their own",
                column=name,
                row=row,
                value=str(value),
                rule="scores or groups",
            )
    found = [_GROUPS.get(word or "", value) for word, value in zip(words, values.to_list(), strict=True)]
    return Column.from_sequence(found, name=name)


def _spelled(value: Any) -> str:
    shown = text_of(value) or ""
    return shown.partition(".")[0] if _WHOLE.fullmatch(shown) is not None else shown


def _whole(shown: str, name: str, row: int, problem: str) -> int:
    if _WHOLE.fullmatch(shown) is None:
        raise DataError(
            f'column "{name}", row {row}: "{shown}" {problem}', column=name, row=row, value=shown, rule="a whole number"
        )
    return int(shown.partition(".")[0])


def missing_value(name: str, row: int) -> DataError:
    """The error for an empty cell in a column that must be complete."""
    return DataError(f'column "{name}", row {row}: a value is missing', column=name, row=row, rule="a value in every row")


YES = {"yes", "y", "true", "t", "1"}
NO = {"no", "n", "false", "f", "0"}


def flags(values: Column, name: str) -> list[bool]:
    """Yes/No, true/false or 1/0; anything else, and a missing value, is an error with its row."""
    found = optional_flags(values, name)
    if None in found:
        raise missing_value(name, found.index(None))
    return [bool(flag) for flag in found]


def optional_flags(values: Column, name: str) -> list[bool | None]:
    """The same with None where a cell is empty."""
    result: list[bool | None] = []
    for row, value in enumerate(values.to_list()):
        shown = _spelled(value)
        if shown.lower() not in {*YES, *NO, ""}:
            raise DataError(
                f'column "{name}", row {row}: {shown!r} is neither yes nor no',
                column=name,
                row=row,
                value=shown,
                rule="yes/no, true/false or 1/0",
            )
        result.append(None if not shown else shown.lower() in YES)
    return result


def whole_months(values: Column, name: str) -> list[int]:
    """A whole number in every row."""
    return complete(answers(values, name, ())[0], name)


def counts(values: Column, name: str) -> list[int]:
    """How many answers each row stands for: a whole number from 0 in every row."""
    found = []
    for row, value in enumerate(values.to_list()):
        shown = _spelled(value)
        if not shown:
            raise missing_value(name, row)
        count = _whole(shown, name, row, "is not a whole number; --count takes how many answers a row stands for")
        if count < 0:
            raise DataError(
                f'column "{name}", row {row}: {shown} is below 0; a row stands for 0 or more answers',
                column=name,
                row=row,
                value=shown,
                rule="a count from 0",
            )
        found.append(count)
    if sum(found) > MOST_ANSWERS:
        raise DataError(
            f'column "{name}" stands for {sum(found):,} answers; a page is made of at most {MOST_ANSWERS:,}',
            column=name,
            value=str(sum(found)),
            rule=f"at most {MOST_ANSWERS:,} answers",
        )
    return found


def weights(values: Column, name: str, scores: Sequence[int | None], decimal: str | None) -> list[float]:
    """The weight of each answer. A row without an answer needs none; an answer without one is an error with its row."""
    found = []
    for row, (weight, score) in enumerate(zip(numbers(values.to_list(), name, decimal), scores, strict=True)):
        if weight is None and score is not None:
            raise DataError(
                f'column "{name}", row {row}: the answer {score} has no weight; fill it in, or take the row out',
                column=name,
                row=row,
                rule="a weight for every answer",
            )
        found.append(0.0 if weight is None else weight)
    return found


MOST_ANSWERS = 20_000_000


def repeated(values: Sequence[Any], counts: Sequence[int]) -> list[Any]:
    """Each value as often as its row counts."""
    return [value for value, count in zip(values, counts, strict=True) for _ in range(count)]


def complete(values: Sequence[int | None], name: str) -> list[int]:
    """The values of a column that has one in every row."""
    for row, value in enumerate(values):
        if value is None:
            raise missing_value(name, row)
    return [value for value in values if value is not None]


def labels(values: Column, name: str) -> list[str]:
    """Segment names as text; missing is its own segment, "(none)". Bare codes get the name of their column, as in
    "region 3".
    """
    found = [_spelled(value) or "(none)" for value in values.to_list()]
    coded = all(label == "(none)" or label.lstrip("-").isdigit() for label in set(found))
    return [f"{name} {label}" if coded and label != "(none)" else label for label in found]
