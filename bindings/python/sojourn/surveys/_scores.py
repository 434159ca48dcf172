"""NPS, CSAT and CES of columns of answers, together or by segment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sojourn._core import Estimate
from sojourn._frames.arguments import checked
from sojourn.surveys._rows import NPS_SCALE, survey_rows, tally
from sojourn.surveys._segments import by_segment, draw_groups, nps_breaks
from sojourn.surveys._state import SurveyState


@checked
def nps(
    scores: Any,
    *,
    by: Any = None,
    weights: Any = None,
    level: float = 0.95,
    method: str = "adjusted_wald",
    scale: tuple[int, int] = NPS_SCALE,
    breaks: tuple[int, int] | None = None,
    count: Any = None,
    answers: Mapping[str, int | None] | None = None,
    blank: int | Iterable[int] | None = None,
    no_score: str = "excluded",
    dedupe: str = "all_responses",
    unit: str = "respondent",
    respondent: Any = None,
    account: Any = None,
    answered_on: Any = None,
    threads: int = 1,
) -> Any:
    """Net Promoter Score in points, -100 to 100: share of promoters (9-10) minus share of detractors (0-6).

    With `by=` a Table with one row per segment. `method`: adjusted_wald, score, wald. `breaks` = (last detractor, first
    promoter) for another `scale`. `blank`: codes for "no answer". `no_score`: excluded or in_denominator. `count`: how many
    gave each answer. `answers`: the score of each word where answers are text; without it text holds numbers, or
    promoter, passive (neutral), detractor. `dedupe`: all_responses or latest_per_respondent, by the moment
    `answered_on`, within one moment by row: `.options["same_moment"]` counts the answers for which that decided.
    `unit="account"` counts the latest answer of each account.
    """
    rows = survey_rows(
        scale=scale,
        blank=blank,
        answers=answers,
        weights=weights,
        count=count,
        dedupe=dedupe,
        unit=unit,
        respondent=respondent,
        account=account,
        answered_on=answered_on,
        by=by,
        threads=threads,
    )
    options: dict[str, Any] = {"level": level, "method": method, "no_score": no_score, "breaks": breaks}
    states, reading = tally(scores, rows, unit)
    if by is None:
        return _with_reading(SurveyState.of(states).nps(**options), reading)

    def row(state: SurveyState) -> dict[str, Any]:
        result = state.nps(**options)
        return {**state.groups(breaks=breaks), "nps": result.value, "low": result.low, "high": result.high}

    used = {**options, **reading, "breaks": nps_breaks(states, breaks)}
    return by_segment(states, row, used, "Net Promoter Score by segment", draw_groups)


@checked
def csat(
    scores: Any,
    *,
    scale: tuple[int, int] = (1, 5),
    satisfied_from: int | None = None,
    by: Any = None,
    weights: Any = None,
    level: float = 0.95,
    method: str = "wilson",
    count: Any = None,
    answers: Mapping[str, int | None] | None = None,
    blank: int | Iterable[int] | None = None,
    dedupe: str = "all_responses",
    unit: str = "respondent",
    respondent: Any = None,
    account: Any = None,
    answered_on: Any = None,
    threads: int = 1,
) -> Any:
    """Share of satisfied answers, 0 to 1, with the mean answer as `.mean`; with `by=` a Table.

    Satisfied from: of 3 answers the top one, of 4 to 7 the top two, of 10 the top three; `.options` says which.
    """
    rows = survey_rows(
        scale=scale,
        blank=blank,
        answers=answers,
        weights=weights,
        count=count,
        dedupe=dedupe,
        unit=unit,
        respondent=respondent,
        account=account,
        answered_on=answered_on,
        by=by,
        threads=threads,
    )
    options: dict[str, Any] = {"level": level, "method": method, "satisfied_from": satisfied_from}
    states, reading = tally(scores, rows, unit)
    if by is None:
        share = SurveyState.of(states).csat(**options)
        _with_reading(share.mean, reading)
        return _with_reading(share, reading)

    def row(state: SurveyState) -> dict[str, Any]:
        share = state.csat(**options)
        mean = share.mean
        limits = {"csat": share.value, "low": share.low, "high": share.high}
        return {"no_score": state.no_score, **limits, "mean": mean.value, "mean_low": mean.low, "mean_high": mean.high}

    return by_segment(states, row, {**options, **reading}, "Customer satisfaction by segment", None)


@checked
def ces(
    scores: Any,
    *,
    scale: tuple[int, int] = (1, 7),
    kind: str = "mean",
    direction: str = "high_is_easy",
    cuts: tuple[int, int, int] | None = None,
    by: Any = None,
    weights: Any = None,
    level: float = 0.95,
    count: Any = None,
    answers: Mapping[str, int | None] | None = None,
    blank: int | Iterable[int] | None = None,
    dedupe: str = "all_responses",
    unit: str = "respondent",
    respondent: Any = None,
    account: Any = None,
    answered_on: Any = None,
    threads: int = 1,
) -> Any:
    """Customer effort: mean answer, `top_share` of easy answers (5-7), or `index` (6-7 minus 1-3, in points).

    `cuts` = (easy from, very easy from, hard to) for another scale; `direction="high_is_hard"` turns them round.
    """
    rows = survey_rows(
        scale=scale,
        blank=blank,
        answers=answers,
        weights=weights,
        count=count,
        dedupe=dedupe,
        unit=unit,
        respondent=respondent,
        account=account,
        answered_on=answered_on,
        by=by,
        threads=threads,
    )
    options: dict[str, Any] = {"kind": kind, "direction": direction, "cuts": cuts, "level": level}
    states, reading = tally(scores, rows, unit)
    if by is None:
        return _with_reading(SurveyState.of(states).ces(**options), reading)

    def row(state: SurveyState) -> dict[str, Any]:
        result = state.ces(**options)
        return {"no_score": state.no_score, "ces": result.value, "low": result.low, "high": result.high}

    return by_segment(states, row, {**options, **reading}, "Customer effort by segment", None)


def _with_reading(result: Estimate, reading: dict[str, Any]) -> Estimate:
    """The options of the score, and how the rows were read."""
    result.options = {**result.options, **reading}
    return result
