"""Surveys: NPS, CSAT, CES and response rate, each with its interval, by segment, weighted, and as states that merge."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from sojourn import _core
from sojourn._core import Estimate
from sojourn._core.surveys import ResponseCounts as ResponseCounts
from sojourn._frames.columns import column
from sojourn._frames.periods import day_or_none
from sojourn._frames.table import Table
from sojourn.errors import SchemaError, StateError

Counts: TypeAlias = "_core.surveys.ScoreCounts | _core.surveys.WeightedScoreCounts"
NPS_SCALE: tuple[int, int] = _core.surveys.NPS_SCALE
NPS_BREAKS: tuple[int, int] = _core.surveys.NPS_BREAKS
CES_CUTS: tuple[int, int, int] = _core.surveys.CES_CUTS


class SurveyState:
    """How often each answer was given: exact, mergeable, and enough for every score here.

    `a += b` adds the answers of another state, `a -= b` takes them out again; any split of the rows gives the same state.
    """

    __slots__ = ("_counts",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, scores: Any = None, **rows: Any) -> None:
        """`rows`: scale, blank, weights, dedupe, unit, respondent, account, answered_on, threads, as for `nps`."""
        self._counts: Counts = (
            _core.surveys.ScoreCounts()
            if scores is None
            else _core.surveys.tally_survey(column(scores, "scores"), *_rows(**rows))
        )

    @classmethod
    def _of(cls, counts: Counts) -> SurveyState:
        state = cls()
        state._counts = counts
        return state

    @classmethod
    def from_bytes(cls, data: bytes) -> SurveyState:
        """The state behind `to_bytes()`; damaged bytes are a StateError."""
        return cls._of(_core.surveys.survey_state_from_bytes(bytes(data)))

    def to_bytes(self) -> bytes:
        """Canonical bytes: equal states give equal bytes on every machine."""
        return self._counts.to_bytes()

    @property
    def counts(self) -> dict[int, int]:
        """Answer -> how often; empty while nothing was answered."""
        return self._counts.counts

    @property
    def scored(self) -> int:
        """Answers with a score."""
        return self._counts.scored

    @property
    def no_score(self) -> int:
        """Empty cells and declared blank codes."""
        return self._counts.no_score

    @property
    def superseded(self) -> int:
        """Answers that a later one of the same respondent or account replaced."""
        return self._counts.superseded

    @property
    def weighted(self) -> bool:
        """Whether the answers carry weights."""
        return isinstance(self._counts, _core.surveys.WeightedScoreCounts)

    def nps(
        self,
        *,
        level: float = 0.95,
        method: str = "adjusted_wald",
        no_score: str = "excluded",
        breaks: tuple[int, int] | None = None,
    ) -> Estimate:
        """Net Promoter Score in points."""
        result = _core.surveys.nps(self._counts, level, method, no_score, breaks)
        return _with_options(result, self, level=level, method=method, no_score=no_score, breaks=breaks or NPS_BREAKS)

    def csat(self, *, level: float = 0.95, method: str = "wilson", satisfied_from: int | None = None) -> Estimate:
        """Share of satisfied answers, `.mean` beside it."""
        share, cut, mean = _core.surveys.csat(self._counts, level, method, satisfied_from)
        share.mean = _with_options(mean, self, level=level)
        return _with_options(share, self, level=level, method=method, satisfied_from=cut)

    def ces(
        self,
        *,
        kind: str = "mean",
        direction: str = "high_is_easy",
        cuts: tuple[int, int, int] | None = None,
        level: float = 0.95,
    ) -> Estimate:
        """Customer effort score of the chosen kind."""
        result = _core.surveys.ces(self._counts, kind, direction, level, cuts)
        return _with_options(result, self, kind=kind, direction=direction, cuts=cuts or CES_CUTS, level=level)

    def mean(self, *, level: float = 0.95) -> Estimate:
        """The mean answer."""
        return _with_options(self._counts.mean(level), self, level=level)

    def groups(self, *, breaks: tuple[int, int] | None = None) -> dict[str, int]:
        """Promoters, passives, detractors and no_score as counts of answers."""
        return _core.surveys.nps_groups(self._counts, breaks)

    def __iadd__(self, other: SurveyState) -> SurveyState:
        theirs = self._like(other)
        self._counts += theirs
        return self

    def __isub__(self, other: SurveyState) -> SurveyState:
        theirs = self._like(other)
        self._counts -= theirs
        return self

    def __add__(self, other: SurveyState) -> SurveyState:
        total = SurveyState._of(self._counts.copy())
        total += other
        return total

    def __sub__(self, other: SurveyState) -> SurveyState:
        rest = SurveyState._of(self._counts.copy())
        rest -= other
        return rest

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SurveyState) and self.weighted == other.weighted and self._counts == other._counts

    def __reduce__(self) -> tuple[Callable[[bytes], SurveyState], tuple[bytes]]:
        return SurveyState.from_bytes, (self.to_bytes(),)

    def __repr__(self) -> str:
        kind = "weighted, " if self.weighted else ""
        return f"SurveyState({kind}{self.scored} answers, {self.no_score} without a score, {self.counts})"

    def _like(self, other: SurveyState) -> Any:
        """The other counts; a plain state that is still empty takes on weights."""
        if self.weighted != other.weighted:
            if self == SurveyState():
                self._counts = _core.surveys.WeightedScoreCounts()
            elif other == SurveyState():
                return _core.surveys.WeightedScoreCounts()
            else:
                raise StateError("a weighted and a plain survey state do not merge; give both weights")
        return other._counts


def nps(
    scores: Any,
    *,
    by: Any = None,
    weights: Any = None,
    level: float = 0.95,
    method: str = "adjusted_wald",
    scale: tuple[int, int] = NPS_SCALE,
    breaks: tuple[int, int] | None = None,
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
    promoter) for another `scale`. `blank`: codes for "no answer". `no_score`: excluded or in_denominator. `dedupe`:
    all_responses or latest_per_respondent. `unit="account"` counts the latest answer of each account.
    """
    rows = _rows(scale, blank, weights, dedupe, unit, respondent, account, answered_on, threads)
    options: dict[str, Any] = {"level": level, "method": method, "no_score": no_score, "breaks": breaks}
    reading: dict[str, Any] = {"scale": tuple(scale), "blank": _codes(blank), "dedupe": dedupe, "unit": unit}
    if by is None:
        return _with_reading(
            SurveyState._of(_core.surveys.tally_survey(column(scores, "scores"), *rows)).nps(**options), reading
        )

    def row(state: SurveyState) -> dict[str, Any]:
        result = state.nps(**options)
        return {**state.groups(breaks=breaks), "nps": result.value, "low": result.low, "high": result.high}

    return _by(
        scores,
        by,
        rows,
        row,
        {**options, **reading, "breaks": breaks or NPS_BREAKS},
        "Net Promoter Score by segment",
        _draw_groups,
    )


def csat(
    scores: Any,
    *,
    scale: tuple[int, int] = (1, 5),
    satisfied_from: int | None = None,
    by: Any = None,
    weights: Any = None,
    level: float = 0.95,
    method: str = "wilson",
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
    rows = _rows(scale, blank, weights, dedupe, unit, respondent, account, answered_on, threads)
    options: dict[str, Any] = {"level": level, "method": method, "satisfied_from": satisfied_from}
    reading: dict[str, Any] = {"scale": tuple(scale), "blank": _codes(blank), "dedupe": dedupe, "unit": unit}
    if by is None:
        share = SurveyState._of(_core.surveys.tally_survey(column(scores, "scores"), *rows)).csat(**options)
        _with_reading(share.mean, reading)
        return _with_reading(share, reading)

    def row(state: SurveyState) -> dict[str, Any]:
        share = state.csat(**options)
        mean = share.mean
        limits = {"csat": share.value, "low": share.low, "high": share.high}
        return {"no_score": state.no_score, **limits, "mean": mean.value, "mean_low": mean.low, "mean_high": mean.high}

    return _by(scores, by, rows, row, {**options, **reading}, "Customer satisfaction by segment", None)


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
    rows = _rows(scale, blank, weights, dedupe, unit, respondent, account, answered_on, threads)
    options: dict[str, Any] = {"kind": kind, "direction": direction, "cuts": cuts, "level": level}
    reading: dict[str, Any] = {"scale": tuple(scale), "blank": _codes(blank), "dedupe": dedupe, "unit": unit}
    if by is None:
        return _with_reading(
            SurveyState._of(_core.surveys.tally_survey(column(scores, "scores"), *rows)).ces(**options), reading
        )

    def row(state: SurveyState) -> dict[str, Any]:
        result = state.ces(**options)
        return {"no_score": state.no_score, "ces": result.value, "low": result.low, "high": result.high}

    return _by(scores, by, rows, row, {**options, **reading}, "Customer effort by segment", None)


def response_rate(
    sent: Any,
    answered: Any = None,
    *,
    delivered: Any = None,
    start: Any = None,
    end: Any = None,
    base: str = "sent_cohort",
    level: float = 0.95,
    method: str = "wilson",
) -> Estimate:
    """Answered / delivered surveys.

    Either two numbers, or columns with one row per survey: the day it was sent, the day it was answered (missing = not),
    and whether it was delivered. `start` (included) and `end` (excluded) bound the days. `base`: sent_cohort counts answers
    to the surveys of the window; responses_over_delivered counts all answers of the window and may exceed 1.
    """
    if isinstance(sent, int):
        if answered is None:
            raise SchemaError("response_rate of numbers needs both: sent and answered")
        counts = _core.surveys.ResponseCounts(sent, sent if delivered is None else int(delivered), int(answered))
    else:
        given = (
            None if values is None else column(values, name)
            for values, name in ((answered, "answered"), (delivered, "delivered"))
        )
        days = day_or_none(start, "start"), day_or_none(end, "end")
        counts = _core.surveys.tally_surveys(column(sent, "sent"), *given, *days)
    result = counts.rate(base, level, method)
    return _with_options(result, counts, base=base, level=level, method=method, start=start, end=end)


def compare_nps(
    first: Any,
    second: Any,
    *,
    level: float = 0.95,
    method: str = "adjusted_wald",
    no_score: str = "excluded",
    breaks: tuple[int, int] | None = None,
    **rows: Any,
) -> Estimate:
    """first - second in points, with its interval and `.p_value`: two segments, or two periods with different respondents.

    Each side is a column of scores or a SurveyState.
    """
    a, b = _pair(first, second, NPS_SCALE, rows)
    difference: Estimate
    difference, p_value = _core.surveys.compare_nps(a, b, level, method, no_score, breaks)
    difference.p_value = p_value
    difference.options = {"level": level, "method": method, "no_score": no_score, "breaks": breaks or NPS_BREAKS}
    return difference


def compare_csat(
    first: Any,
    second: Any,
    *,
    scale: tuple[int, int] = (1, 5),
    satisfied_from: int | None = None,
    level: float = 0.95,
    **rows: Any,
) -> Estimate:
    """first - second as a difference of shares, with Newcombe's interval and the `.p_value` of the pooled score test."""
    a, b = _pair(first, second, scale, rows)
    difference: Estimate
    difference, p_value = _core.surveys.compare_csat(a, b, level, satisfied_from)
    difference.p_value = p_value
    difference.options = {"level": level, "satisfied_from": satisfied_from}
    return difference


def _pair(first: Any, second: Any, scale: tuple[int, int], rows: dict[str, Any]) -> tuple[Any, Any]:
    """Both sides as counts of one kind."""
    a, b = (
        side if isinstance(side, SurveyState) else SurveyState(side, **{"scale": scale, **rows}) for side in (first, second)
    )
    a = SurveyState._of(a._counts.copy())
    theirs = a._like(b)
    return a._counts, theirs


def _rows(
    scale: tuple[int, int] = NPS_SCALE,
    blank: int | Iterable[int] | None = None,
    weights: Any = None,
    dedupe: str = "all_responses",
    unit: str = "respondent",
    respondent: Any = None,
    account: Any = None,
    answered_on: Any = None,
    threads: int = 1,
) -> tuple[Any, ...]:
    """How the rows are read, in the order of the compiled tallies."""
    if unit not in ("respondent", "account"):
        raise SchemaError(f'unit "{unit}" is not one of respondent, account')
    if unit == "account":
        if account is None or answered_on is None:
            raise SchemaError('unit="account" takes the latest answer of each account: it needs account= and answered_on=')
        respondent, dedupe = account, "latest_per_respondent"
    low, high = scale
    return (
        (low, high),
        _codes(blank),
        dedupe,
        None if respondent is None else column(respondent, "respondent"),
        None if answered_on is None else column(answered_on, "answered_on"),
        None if weights is None else column(weights, "weights"),
        threads,
    )


def _codes(blank: int | Iterable[int] | None) -> list[int]:
    if blank is None:
        return []
    return [blank] if isinstance(blank, int) else list(blank)


def _by(
    scores: Any,
    by: Any,
    rows: tuple[Any, ...],
    row: Callable[[SurveyState], dict[str, Any]],
    options: dict[str, Any],
    title: str,
    plot: Callable[[Table, Any], Any] | None,
) -> Table:
    """One row per segment, in order of first appearance; rows without a segment come last under a missing name."""
    labels, states, missing = _core.surveys.tally_survey_by(column(scores, "scores"), column(by, "by"), *rows)
    named: list[tuple[str | None, SurveyState]] = [
        (label, SurveyState._of(state)) for label, state in zip(labels, states, strict=True)
    ]
    without = SurveyState._of(missing)
    if not named or without.scored + without.no_score + without.superseded > 0:
        named.append((None, without))
    cells = [{"segment": label, "n": state.scored, **row(state)} for label, state in named]
    return Table({name: [line[name] for line in cells] for name in cells[0]}, options=options, plot=plot, title=title)


def _with_options(result: Estimate, state: SurveyState | ResponseCounts, **options: Any) -> Estimate:
    result.options = options
    result.state = state
    return result


def _with_reading(result: Estimate, reading: dict[str, Any]) -> Estimate:
    """The options of the score, and how the rows were read."""
    result.options = {**result.options, **reading}
    return result


def _draw_groups(table: Table, ax: Any) -> Any:
    """Shares of the three groups as one bar per segment; NPS with its interval on top, the number of answers at the side."""
    lines = table.to_dicts()
    for place, line in enumerate(lines):
        answers = line["promoters"] + line["passives"] + line["detractors"]
        if answers == 0:
            continue
        left = -100.0 * line["detractors"] / answers - 50.0 * line["passives"] / answers
        for group, color in (("detractors", "#d1495b"), ("passives", "#c9ccd1"), ("promoters", "#3a7d44")):
            width = 100.0 * line[group] / answers
            ax.barh(place, width, left=left, height=0.6, color=color, label=group if place == 0 else None)
            left += width
        if line["nps"] == line["nps"]:
            error = [[line["nps"] - line["low"]], [line["high"] - line["nps"]]]
            ax.errorbar(
                line["nps"], place, xerr=error, fmt="o", color="black", capsize=3, label="NPS" if place == 0 else None
            )
    ax.set_yticks(
        range(len(lines)),
        [f"{'no segment' if line['segment'] is None else line['segment']} (n = {line['n']:,})" for line in lines],
    )
    ax.invert_yaxis()
    ax.axvline(0, color="black", linewidth=0.8)
    ax.set_xlabel(f"points and % of answers; NPS with its {100 * table.options['level']:g} % interval")
    ax.set_title(table.title)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.15), ncols=4, frameon=False)
    return ax
