"""Files of survey answers, read into requests for NPS, CSAT, CES and the response rate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sojourn._report.page import Fact
from sojourn._report.request import CesRequest, CsatRequest, NpsRequest
from sojourn.cli._cells import answers, labels
from sojourn.cli._files import File, file_notes, read
from sojourn.cli._options import InputOptions, Messages, SurveyOptions


def survey_requests(options: InputOptions, messages: Messages, asked: dict[str, Any]) -> None:
    """Adds what the survey files can answer to `asked`. A file of responses may hold answers of several kinds."""

    def file_of(path: str | None) -> File | None:
        if path is None:
            return None
        with messages.stage(f"reading {path}"):
            return read(path)

    given = options.surveys
    responses = file_of(given.responses)
    satisfaction = responses if given.csat is None else file_of(given.csat)
    effort = responses if given.ces is None else file_of(given.ces)
    sent: dict[str, File] = {}
    if responses is not None and (score := _nps_column(given, responses)) is not None:
        asked["nps"] = NpsRequest(**_answers(options, "NPS", responses, score, asked["notes"]))
        sent["NPS"] = responses
    if satisfaction is not None and (score := _own_column("csat", given.csat, given.csat_score, satisfaction)):
        scores = _answers(options, "CSAT", satisfaction, score, asked["notes"])
        asked["csat"] = CsatRequest(**scores, scale=given.csat_scale, satisfied_from=given.satisfied_from)
        if given.csat is not None:
            sent["CSAT"] = satisfaction
    if effort is not None and (score := _own_column("ces", given.ces, given.ces_score, effort)):
        asked["ces"] = CesRequest(**_answers(options, "CES", effort, score, asked["notes"]), scale=given.ces_scale)
        if given.ces is not None:
            sent["CES"] = effort
    asked["survey_days"] = _days(given, sent)
    first = next(file for file in (responses, satisfaction, effort) if file is not None)
    if "revenue" not in asked:
        asked["subtitle"] = asked["subtitle"] or f"{first.rows:,} survey rows"


def _answers(options: InputOptions, kind: str, file: File, score: str, notes: list[Fact]) -> dict[str, Any]:
    """Scores, segments and weights of a file, and what the reader should know about them."""
    scores, blanks = answers(file[score], score, options.surveys.blank)
    notes += [*file_notes(f"{kind} answers from", file), *_blank_notes(kind, blanks)]
    given: dict[str, Any] = {"scores": scores}
    if options.by is not None:
        given |= {"segments": labels(file[file.choose("by", options.by)], options.by), "by": options.by}
    if (weight := options.surveys.weight) is not None:
        given["weights"] = [float(w) for w in file[file.choose("weight", weight)].to_list()]
    return given


def _days(options: SurveyOptions, sent: Mapping[str, File]) -> dict[str, tuple[Any, Any]]:
    """The days of sending and answering of each file that has both."""
    found = {}
    for kind, file in sent.items():
        days = file.find("sent", options.sent), file.find("answered", options.answered)
        if days[0] is not None and days[1] is not None:
            found[kind] = (file[days[0]], file[days[1]])
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
