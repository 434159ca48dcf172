"""Survey answers as callers of `sojourn.report` hold them: a column, a table, or a mapping with `scores`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sojourn._frames.columns import OpenTable, column, present
from sojourn._report.request import CesRequest, CsatRequest, NpsRequest
from sojourn.errors import DataError, SchemaError

_KINDS = {"nps": NpsRequest, "csat": CsatRequest, "ces": CesRequest}


def survey_requests(surveys: Mapping[str, Any]) -> dict[str, Any]:
    """One request per kind of survey: nps, csat, ces."""
    for kind in surveys:
        if kind not in _KINDS:
            raise SchemaError(f'surveys has "{kind}"; a report knows "nps", "csat" and "ces"')
    return {kind: _KINDS[kind](**_columns(kind, answers)) for kind, answers in surveys.items()}


def survey_days(answers: Any) -> tuple[Any, Any] | None:
    """When each survey was sent and answered, from a table that has both columns."""
    try:
        table = present(answers, ("sent_on", "answered_on"))
    except SchemaError:
        return None
    return (table["sent_on"], table["answered_on"]) if {"sent_on", "answered_on"} <= set(table) else None


def _columns(kind: str, answers: Any) -> dict[str, Any]:
    """Scores, and segments and weights where they were given with them."""
    if isinstance(answers, Mapping) and "scores" in answers:
        by = answers.get("by")
        given: dict[str, Any] = {"scores": _scores(answers["scores"], kind)}
        if by is not None:
            given |= {
                "segments": ["(none)" if v is None else str(v) for v in column(by, "by").to_list()],
                "by": str(answers.get("by_name", "Segment")),
            }
        if answers.get("weights") is not None:
            given["weights"] = column(answers["weights"], "weights").to_list()
        return given
    try:
        return {"scores": _scores(answers, kind)}
    except SchemaError:
        opened = OpenTable(answers)
        name = next((n for n in ("score", kind) if n in opened.names), None)
        if name is None:
            raise SchemaError(
                f'the {kind} answers have no column "score" or "{kind}"; they have: {", ".join(opened.names)}'
            ) from None
        return {"scores": _scores(present(opened, (name,))[name], kind)}


def _scores(values: Any, kind: str) -> list[int | None]:
    return [None if v is None or v != v else _whole(v, kind, row) for row, v in enumerate(column(values, kind).to_list())]


def _whole(value: Any, kind: str, row: int) -> int:
    if value != int(value):
        raise DataError(
            f'column "{kind}", row {row}, value {value}: not a whole number; an answer is one of the numbers of its scale',
            column=kind,
            row=row,
            value=str(value),
            rule="a whole number",
        )
    return int(value)
