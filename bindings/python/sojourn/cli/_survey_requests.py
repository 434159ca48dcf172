"""Files of survey answers, read into requests for NPS, CSAT, CES and the response rate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sojourn._report.page import Fact
from sojourn._report.request import CesRequest, CsatRequest, NpsRequest
from sojourn.cli._cells import answers, counts, group_scores, labels, repeated, weights
from sojourn.cli._files import File, file_notes, read
from sojourn.cli._options import InputOptions, Messages, SurveyOptions
from sojourn.cli._unread import require_answers


@dataclass(frozen=True, kw_only=True)
class SurveyRequests:
    """What the survey files can answer, the days of each kind of survey, and the rows of the first file."""

    nps: NpsRequest | None = None
    csat: CsatRequest | None = None
    ces: CesRequest | None = None
    days: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    rows: int = 0


def survey_requests(options: InputOptions, messages: Messages, notes: list[Fact]) -> SurveyRequests:
    """Reads the survey files. A file of responses may hold answers of several kinds."""
    given = options.surveys
    responses = None if given.responses is None else read(given.responses, options.written, messages)
    satisfaction = responses if given.csat is None else read(given.csat, options.written, messages)
    effort = responses if given.ces is None else read(given.ces, options.written, messages)
    nps, csat, ces = None, None, None
    sent: dict[str, File] = {}
    if responses is not None and (score := _nps_column(given, responses)) is not None:
        nps = NpsRequest(**_answers(options, "NPS", responses, score, notes))
        sent["NPS"] = responses
    if satisfaction is not None and (score := _own_column("csat", given.csat, given.csat_score, satisfaction)):
        answered = _answers(options, "CSAT", satisfaction, score, notes)
        csat = CsatRequest(**answered, scale=given.csat_scale, satisfied_from=given.satisfied_from)
        if given.csat is not None:
            sent["CSAT"] = satisfaction
    if effort is not None and (score := _own_column("ces", given.ces, given.ces_score, effort)):
        ces = CesRequest(**_answers(options, "CES", effort, score, notes), scale=given.ces_scale)
        if given.ces is not None:
            sent["CES"] = effort
    require_answers(given, csat=csat is not None, ces=ces is not None)
    first = responses or satisfaction or effort
    rows = 0 if first is None else first.rows
    return SurveyRequests(nps=nps, csat=csat, ces=ces, days=_days(given, sent), rows=rows)


def _answers(options: InputOptions, kind: str, file: File, score: str, notes: list[Fact]) -> dict[str, Any]:
    """Scores, segments and weights of a file, and what the reader should know about them."""
    count, weight = options.surveys.count, options.surveys.weight
    with file.placed():
        many = None if count is None else counts(file[file.choose("count", count)], count)
        groups = group_scores(file[score], score) if kind == "NPS" else None
        scores, blanks = answers(file[score] if groups is None else groups, score, options.surveys.blank, many)
        file.read_as[score] = "answers" if groups is None else "groups: promoter, passive or neutral, detractor"
        rows: dict[str, list[Any]] = {"scores": scores}
        if options.by is not None:
            rows["segments"] = labels(file[file.choose("by", options.by)], options.by)
        if weight is not None:
            rows["weights"] = weights(file[file.choose("weight", weight)], weight, scores, options.written.decimal)
            file.read_as[weight] = "weights"
    if many is not None and count is not None:
        rows = {name: repeated(values, many) for name, values in rows.items()}
        file.read_as[count] = f"how many answers a row stands for, {sum(many):,} in all"
    given: dict[str, Any] = {**rows, **({} if options.by is None else {"by": options.by})}
    notes += [*file_notes(f"{kind} answers from", file), *_blank_notes(kind, blanks)]
    return given


def _days(options: SurveyOptions, sent: Mapping[str, File]) -> dict[str, tuple[Any, Any]]:
    """The days of sending and answering of each file that has both."""
    found = {}
    for kind, file in sent.items():
        days = file.find("sent", options.sent), file.find("answered", options.answered)
        if days[0] is not None and days[1] is not None:
            with file.placed():
                found[kind] = (file.days(days[0], "sent"), file.days(days[1], "answered"))
    return found


def _nps_column(options: SurveyOptions, file: File) -> str | None:
    """A response file may hold CSAT answers only, when that is what the options name."""
    if options.score is None and options.csat_score is not None and options.csat is None:
        return file.find("score", None)
    return file.choose("score", options.score)


def _own_column(kind: str, path: str | None, named: str | None, file: File) -> str | None:
    """The column of CSAT or CES answers; a file of their own may call it just "score"."""
    found = file.find(f"{kind}_score", named)
    return file.choose("score", None) if found is None and path is not None else found


def _blank_notes(kind: str, blanks: Mapping[str, int]) -> list[Fact]:
    if not blanks:
        return []
    spelled = ", ".join(f"{count:,} {'empty' if shown == 'empty' else f'“{shown}”'}" for shown, count in blanks.items())
    return [Fact(label=f"{kind}: no answer", value=spelled)]
