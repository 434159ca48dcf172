"""How the rows of a survey are read: one set of options for every score, state and comparison."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any, TypeAlias

from sojourn import _core
from sojourn._frames.arguments import is_whole
from sojourn._frames.columns import column
from sojourn._frames.dates import date_reading
from sojourn.errors import SchemaError

Counts: TypeAlias = "_core.surveys.ScoreCounts | _core.surveys.WeightedScoreCounts"
Answers: TypeAlias = "Counts | _core.surveys.AnswerDomain"
NPS_SCALE: tuple[int, int] = _core.surveys.NPS_SCALE


def survey_rows(
    *,
    scale: tuple[int, int] = NPS_SCALE,
    blank: int | Iterable[int] | None = None,
    answers: Mapping[str, int | None] | None = None,
    weights: Any = None,
    count: Any = None,
    dedupe: str = "all_responses",
    unit: str = "respondent",
    respondent: Any = None,
    account: Any = None,
    answered_on: Any = None,
    by: Any = None,
    timezone: Any = None,
    date_format: str | None = None,
    threads: int = 0,
) -> dict[str, Any]:
    """The options of the compiled tally."""
    if answered_on is None and (timezone is not None or date_format is not None):
        raise SchemaError("timezone= and date_format= say how answered_on= is written; name that column")
    if unit not in ("respondent", "account"):
        raise SchemaError(f'unit "{unit}" is not one of respondent, account')
    if unit == "account":
        if account is None or answered_on is None:
            raise SchemaError('unit="account" takes the latest answer of each account: it needs account= and answered_on=')
        if respondent is not None:
            raise SchemaError('unit="account" takes the latest answer of each account; leave out respondent=')
        respondent, dedupe = account, "latest_per_respondent"
    elif account is not None:
        raise SchemaError('account= is read for unit="account" only; give it too, or leave account= out')
    given = {"respondent": respondent, "answered_on": answered_on, "weights": weights, "count": count, "by": by}
    return {
        "scale": whole_numbers(scale, "scale", 2),
        "blank": _codes(blank),
        "answers": _words(answers),
        "dedupe": dedupe,
        **{name: None if values is None else column(values, name) for name, values in given.items()},
        "dates": date_reading(timezone, date_format),
        "threads": threads,
    }


@dataclass(frozen=True)
class Tallied:
    """What scores are read from: the state of all answers or the states by segment, and how the rows were read.

    `answers` are the counts of the states, or where the sample has a design the domains that know it. `plain`: without
    weights and design.
    """

    states: Any
    answers: Any
    reading: dict[str, Any]
    plain: bool


def tally(scores: Any, rows: Mapping[str, Any], unit: str, design: Mapping[str, Any]) -> Tallied:
    """The answers of these rows. `design`: cluster, strata and fpc as the caller gave them."""
    values = column(scores, "scores")
    states, found = _core.surveys.tally_survey(values, **rows)
    reading = {
        "scale": rows["scale"],
        "answers": dict(rows["answers"]) or None,
        "blank": rows["blank"],
        "dedupe": rows["dedupe"],
        "unit": unit,
        **{name: rows[name] is not None for name in ("weights", "count", "respondent", "answered_on")},
        **found,
    }
    asked = design_columns(len(values), **design)
    if all(one is None for one in asked.values()):
        return Tallied(states, states, reading, rows["weights"] is None)
    domains = _core.surveys.sample_survey(values, **asked, **rows)
    return Tallied(states, domains, {**reading, **{name: one is not None for name, one in asked.items()}}, False)


def design_columns(rows: int, *, cluster: Any, strata: Any, fpc: Any) -> dict[str, Any]:
    """The design of a sample as columns; one number for `fpc` holds for all rows."""
    if isinstance(fpc, Real):
        fpc = [float(fpc)] * rows
    given = {"cluster": cluster, "strata": strata, "fpc": fpc}
    return {name: None if values is None else column(values, name) for name, values in given.items()}


def whole_numbers(values: Any, name: str, how_many: int) -> tuple[int, ...]:
    """So many integers, given as a tuple or any other sequence."""
    try:
        numbers = tuple(int(value) for value in values if int(value) == value)
    except (TypeError, ValueError, OverflowError):
        numbers = ()
    if len(numbers) != how_many or len(tuple(values)) != how_many:
        raise SchemaError(f"{name} is {values!r}; accepted: {how_many} whole numbers")
    return numbers


def _codes(blank: Any) -> list[int]:
    if blank is None:
        return []
    codes = [blank] if is_whole(blank) else blank
    try:
        return [code.__index__() for code in codes]
    except (TypeError, AttributeError):
        raise SchemaError(f"blank is {blank!r}; accepted: a whole number, or several") from None


def _words(answers: Any) -> list[tuple[str, int | None]]:
    if answers is None:
        return []
    if not isinstance(answers, Mapping):
        raise SchemaError(f'answers is a {type(answers).__name__}; accepted: a mapping such as {{"Very satisfied": 5}}')
    for word, score in answers.items():
        if not isinstance(word, str) or not (score is None or is_whole(score)):
            raise SchemaError(
                f"answers has {word!r}: {score!r}; each answer is a text with its score, None where it has none"
            )
    return list(answers.items())
