"""The state of a survey: how often each answer was given."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sojourn import _core
from sojourn._core import Estimate
from sojourn._core.surveys import ResponseCounts
from sojourn._frames.arguments import checked
from sojourn._frames.batches import batches_of
from sojourn._frames.columns import column, columns as table_columns
from sojourn.errors import SchemaError, StateError
from sojourn.surveys._rows import Answers, Counts, survey_rows

CES_CUTS: tuple[int, int, int] = _core.surveys.CES_CUTS


@checked
class SurveyState:
    """How often each answer was given: exact, mergeable, and enough for every score here.

    `a += b` adds the answers of another state, `a -= b` takes them out again; any split of the rows gives the same state.
    """

    __slots__ = ("_counts",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, scores: Any = None, **rows: Any) -> None:
        """`rows` are the options of `nps` about rows: scale, blank, answers, weights, count, dedupe, respondent ..."""
        self._counts: Counts = (
            _core.surveys.ScoreCounts()
            if scores is None
            else _core.surveys.tally_survey(column(scores, "scores"), **survey_rows(**rows))[0]
        )

    @classmethod
    def of(cls, counts: Counts) -> SurveyState:
        """The state of counts of the core."""
        state = cls.__new__(cls)
        state._counts = counts
        return state

    @classmethod
    def from_bytes(cls, data: bytes) -> SurveyState:
        """The state behind `to_bytes()`; damaged bytes are a StateError."""
        return cls.of(_core.surveys.survey_state_from_bytes(bytes(data)))

    @classmethod
    def from_batches(
        cls,
        batches: Any,
        scores: str = "score",
        *,
        weights: str | None = None,
        count: str | None = None,
        **rows: Any,
    ) -> SurveyState:
        """The state of a stream of tables, read one at a time, in memory that does not grow with their number.

        `batches` is an iterator or list of tables (pyarrow's RecordBatchReader, Dataset and ParquetFile, a Polars LazyFrame,
        a DuckDB relation). `scores`, `weights` and `count` name columns; `rows`: scale, blank, answers, threads. What needs
        all rows at once (dedupe, respondent, account) is refused.
        """
        unknown = sorted(rows.keys() - {"scale", "blank", "answers", "threads"})
        if unknown:
            raise SchemaError(
                f"SurveyState.from_batches: {unknown[0]}= cannot be read batch by batch; accepted: scale, blank, answers, "
                "threads. The latest answer of each respondent needs all rows: SurveyState(scores, ...)"
            )
        total = cls()
        for batch in batches_of(batches):
            found = table_columns(batch, {"scores": scores, "weights": weights, "count": count})
            total += cls(found.pop("scores"), **found, **rows)
        return total

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
    def zero_weight(self) -> int:
        """Rows of weight 0, which are in no other count."""
        return self._counts.zero_weight if isinstance(self._counts, _core.surveys.WeightedScoreCounts) else 0

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
        return read_nps(self, self._counts, level=level, method=method, no_score=no_score, breaks=breaks)

    def csat(self, *, level: float = 0.95, method: str = "wilson", satisfied_from: int | None = None) -> Estimate:
        """Share of satisfied answers, `.mean` beside it."""
        return read_csat(self, self._counts, level=level, method=method, satisfied_from=satisfied_from)

    def ces(
        self,
        *,
        kind: str = "mean",
        direction: str = "high_is_easy",
        cuts: tuple[int, int, int] | None = None,
        level: float = 0.95,
    ) -> Estimate:
        """Customer effort score of the chosen kind."""
        return read_ces(self, self._counts, kind=kind, direction=direction, cuts=cuts, level=level)

    def mean(self, *, level: float = 0.95) -> Estimate:
        """The mean answer."""
        return with_options(self._counts.mean(level), self, level=level)

    def groups(self, *, breaks: tuple[int, int] | None = None) -> dict[str, int]:
        """Promoters, passives, detractors and no_score as counts of answers."""
        return _core.surveys.nps_groups(self._counts, breaks)

    def __iadd__(self, other: SurveyState) -> SurveyState:
        theirs = self.like(other)
        self._counts += theirs
        return self

    def __isub__(self, other: SurveyState) -> SurveyState:
        theirs = self.like(other)
        self._counts -= theirs
        return self

    def __add__(self, other: SurveyState) -> SurveyState:
        total = SurveyState.of(self._counts.copy())
        total += other
        return total

    def __sub__(self, other: SurveyState) -> SurveyState:
        rest = SurveyState.of(self._counts.copy())
        rest -= other
        return rest

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SurveyState) and self.weighted == other.weighted and self._counts == other._counts

    def __reduce__(self) -> tuple[Callable[[bytes], SurveyState], tuple[bytes]]:
        return SurveyState.from_bytes, (self.to_bytes(),)

    def __repr__(self) -> str:
        kind = "weighted, " if self.weighted else ""
        return f"SurveyState({kind}{self.scored} answers, {self.no_score} without a score, {self.counts})"

    def like(self, other: SurveyState) -> Any:
        """The other counts; a plain state that is still empty takes on weights."""
        if self.weighted != other.weighted:
            if self == SurveyState():
                self._counts = _core.surveys.WeightedScoreCounts()
            elif other == SurveyState():
                return _core.surveys.WeightedScoreCounts()
            else:
                raise StateError("a weighted and a plain survey state do not merge; give both weights")
        return other._counts


def read_nps(
    state: SurveyState, answers: Answers, *, level: float, method: str, no_score: str, breaks: tuple[int, int] | None
) -> Estimate:
    """NPS of the counts of `state`, or of the domain with its design."""
    used = _core.surveys.nps_breaks(state._counts, breaks)
    result = _core.surveys.nps(answers, level, method, no_score, used)
    return with_options(result, state, level=level, method=method, no_score=no_score, breaks=used)


def read_csat(state: SurveyState, answers: Answers, *, level: float, method: str, satisfied_from: int | None) -> Estimate:
    """CSAT of the counts of `state`, or of the domain with its design."""
    share, cut, mean = _core.surveys.csat(answers, level, method, satisfied_from)
    share.mean = with_options(mean, state, level=level)
    return with_options(share, state, level=level, method=method, satisfied_from=cut)


def csat_cut(states: Iterable[Counts], asked: int | None) -> int | None:
    """The lowest satisfied answer on the scale of these states; what was asked for while nothing was answered."""
    answered = next((state for state in states if state.counts), None)
    return asked if answered is None else _core.surveys.csat(answered, 0.95, "wilson", asked)[1]


def read_ces(
    state: SurveyState, answers: Answers, *, kind: str, direction: str, cuts: tuple[int, int, int] | None, level: float
) -> Estimate:
    """CES of the counts of `state`, or of the domain with its design."""
    result = _core.surveys.ces(answers, kind, direction, level, cuts)
    return with_options(result, state, kind=kind, direction=direction, cuts=cuts or CES_CUTS, level=level)


def with_options(result: Estimate, state: SurveyState | ResponseCounts, **options: Any) -> Estimate:
    """The result with the options and the state that it was read from."""
    result.options = options
    result.state = state
    return result
