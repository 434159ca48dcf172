"""NPS, CSAT and CES of columns of answers, together or by segment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sojourn import _core
from sojourn._core import Estimate
from sojourn._frames.arguments import checked
from sojourn._frames.columns import column
from sojourn.surveys._rows import NPS_SCALE, Answers, Tallied, survey_rows, tally
from sojourn.surveys._segments import NPS_TITLE, by_segment, draw_groups, nps_breaks, nps_by_segment
from sojourn.surveys._state import SurveyState, read_ces, read_csat, read_nps


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
    timezone: Any = None,
    date_format: str | None = None,
    cluster: Any = None,
    strata: Any = None,
    fpc: Any = None,
    threads: int = 0,
) -> Any:
    """Net Promoter Score in points, -100 to 100: share of promoters (9-10) minus share of detractors (0-6).

    With `by=` a Table with one row per segment. `method`: adjusted_wald, score, wald. `breaks` = (last detractor, first
    promoter) for another `scale`. `blank`: codes for "no answer". `no_score`: excluded or in_denominator. `count`: how many
    gave each answer. `answers`: the score of each word where answers are text; without it text holds numbers, or
    promoter, passive (neutral), detractor. `dedupe`: all_responses or latest_per_respondent, by the moment
    `answered_on`, within one moment by row: `.options["same_moment"]` counts the answers for which that decided.
    `unit="account"` counts the latest answer of each account. `date_format` is the order in which text writes these
    moments ("%d/%m/%Y"), `timezone` the clocks of those without a zone, beside others that have one.

    `weights`: how many people each answer speaks for; 0 leaves it out. `cluster`: answers of one account (office, run of
    interviews) that were drawn together. `strata`: parts of the customers that were asked separately. `fpc`: clusters
    (answers, without clusters) that the population of each row's stratum has, one number or a column. The result has
    `.standard_error`, `.n_effective` and `.deff`; see `weighted_mean` for what they mean. `threads` changes the speed and
    nothing else: 0 is one per processor, for tables that are worth a second one.
    """
    unread = answers is None and blank is None and timezone is None and date_format is None and scale is NPS_SCALE
    alone = by is None and weights is None and count is None and cluster is None and strata is None and fpc is None
    unnamed = respondent is None and account is None and answered_on is None
    if unread and alone and unnamed and dedupe == "all_responses" and unit == "respondent":
        return _nps_of_answers(scores, level, method, no_score, breaks, threads)
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
        timezone=timezone,
        date_format=date_format,
        by=by,
        threads=threads,
    )
    options: dict[str, Any] = {"level": level, "method": method, "no_score": no_score, "breaks": breaks}
    found = tally(scores, rows, unit, {"cluster": cluster, "strata": strata, "fpc": fpc})
    if by is None:
        return _with_reading(read_nps(SurveyState.of(found.states), found.answers, **options), found.reading)

    used = {**options, "breaks": nps_breaks(found.states, breaks)}
    if found.plain:
        return nps_by_segment(found, options, used)

    def row(state: SurveyState, answers: Answers) -> dict[str, Any]:
        result = read_nps(state, answers, **options)
        return {**state.groups(breaks=breaks), "nps": result.value, **_limits(result, found)}

    return by_segment(found, row, used, NPS_TITLE, draw_groups)


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
    timezone: Any = None,
    date_format: str | None = None,
    cluster: Any = None,
    strata: Any = None,
    fpc: Any = None,
    threads: int = 0,
) -> Any:
    """Share of satisfied answers, 0 to 1, with the mean answer as `.mean`; with `by=` a Table.

    Weights and designs (`cluster`, `strata`, `fpc`) are those of `nps`.

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
        timezone=timezone,
        date_format=date_format,
        by=by,
        threads=threads,
    )
    options: dict[str, Any] = {"level": level, "method": method, "satisfied_from": satisfied_from}
    found = tally(scores, rows, unit, {"cluster": cluster, "strata": strata, "fpc": fpc})
    if by is None:
        share = read_csat(SurveyState.of(found.states), found.answers, **options)
        _with_reading(share.mean, found.reading)
        return _with_reading(share, found.reading)

    def row(state: SurveyState, answers: Answers) -> dict[str, Any]:
        share = read_csat(state, answers, **options)
        mean = share.mean
        means = {"mean": mean.value, "mean_low": mean.low, "mean_high": mean.high}
        return {"no_score": state.no_score, "csat": share.value, **_limits(share, found), **means}

    return by_segment(found, row, options, "Customer satisfaction by segment", None)


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
    timezone: Any = None,
    date_format: str | None = None,
    cluster: Any = None,
    strata: Any = None,
    fpc: Any = None,
    threads: int = 0,
) -> Any:
    """Customer effort: mean answer, `top_share` of easy answers (5-7), or `index` (6-7 minus 1-3, in points).

    `cuts` = (easy from, very easy from, hard to) for another scale; `direction="high_is_hard"` turns them round. Weights and
    designs (`cluster`, `strata`, `fpc`) are those of `nps`.
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
        timezone=timezone,
        date_format=date_format,
        by=by,
        threads=threads,
    )
    options: dict[str, Any] = {"kind": kind, "direction": direction, "cuts": cuts, "level": level}
    found = tally(scores, rows, unit, {"cluster": cluster, "strata": strata, "fpc": fpc})
    if by is None:
        return _with_reading(read_ces(SurveyState.of(found.states), found.answers, **options), found.reading)

    def row(state: SurveyState, answers: Answers) -> dict[str, Any]:
        result = read_ces(state, answers, **options)
        return {"no_score": state.no_score, "ces": result.value, **_limits(result, found)}

    return by_segment(found, row, options, "Customer effort by segment", None)


def _nps_of_answers(
    scores: Any, level: float, method: str, no_score: str, breaks: tuple[int, int] | None, threads: int
) -> Estimate:
    """NPS of answers of which nothing else is said, in one call of the core: a hundred of them take some microseconds."""
    counts, result, used, scale = _core.surveys.nps_of_answers(
        column(scores, "scores"), level, method, no_score, breaks, threads
    )
    result.options = {
        "level": level,
        "method": method,
        "no_score": no_score,
        "breaks": used,
        "scale": scale,
        "answers": None,
        "blank": [],
        "dedupe": "all_responses",
        "unit": "respondent",
        "weights": False,
        "count": False,
        "respondent": False,
        "answered_on": False,
    }
    result.state = SurveyState.of(counts)
    return result


def _limits(result: Estimate, found: Tallied) -> dict[str, float]:
    """The interval of a score, and with weights or a design what it rests on."""
    limits = {"low": result.low, "high": result.high}
    if found.plain:
        return limits
    return {**limits, "standard_error": result.standard_error, "n_effective": result.n_effective}


def _with_reading(result: Estimate, reading: dict[str, Any]) -> Estimate:
    """The options of the score, and how the rows were read."""
    result.options = {**result.options, **reading}
    return result
