"""Made-up cases with known outcomes, run by the harness before any real one: a harness that misses one measures nothing."""

from __future__ import annotations

from typing import Any

import summary
from contest import Case, Contestant
from measure import compare
from scorecard_cases import Scorecard
from survey_cases import NpsAll


class Watch:
    """A clock that goes on by what contestants say they take: canaries do not depend on the machine."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def answering(name: str, result: Any, seconds: float = 0.0, watch: Watch | None = None) -> type[Contestant]:
    """A contestant that takes so long and answers so."""

    def run(self: Contestant) -> Any:
        if watch is not None:
            watch.now += seconds
        return result

    body = {"name": name, "ours": name == "sojourn", "run": run, "prepare": lambda self, data: None}
    return type("Made", (Contestant,), body | {"answer": lambda self, value: value})


def case(like: type[Case], *contestants: type[Contestant]) -> Case:
    """A case without data that compares answers as another does."""
    body = {
        "name": "canary",
        "question": "?",
        "rows": 1,
        "make": lambda self, rows, threads: {},
        "bytes": lambda self, data: 0,
    }
    made = type("Canary", (like,), body | {"contestants": contestants})
    return made()


def failures() -> list[str]:
    """What the harness does not notice; empty when it may be trusted."""
    found = []
    watch = Watch()
    slow = compare(case(Case, answering("sojourn", 1, 1.0, watch), answering("slow", 1, 5.0, watch)), 1, 3, 1, clock=watch)
    run = {"cases": [slow]}
    ours = summary.line(slow, run)
    if slow["status"] != "answers equal" or slow["contestants"]["slow"]["ratio"] != 5 or summary.problems(run):
        found.append("a contestant that takes five times as long has another ratio than 5")
    if ours is None or ours.ratio != 5:
        found.append("the summary does not say that sojourn is the faster of two")
    upside_down = {
        **slow,
        "contestants": {name: {**row, "ratio": 1 / row["ratio"]} for name, row in slow["contestants"].items()},
    }
    if not summary.problems({"cases": [upside_down]}):
        found.append("a ratio that is upside down is not noticed")
    for like, right, wrong in (
        (Case, 5, 6),
        (NpsAll, (100, 39.94151), (100, 39.9415)),
        (Scorecard, ([66.1234567], [1]), ([66.123456], [1])),
    ):
        right, wrong = as_columns(right), as_columns(wrong)
        differs = compare(case(like, answering("sojourn", right), answering("other", wrong)), 1, 1, 1)
        if differs["status"] != "answers differ" or not summary.problems({"cases": [differs]}):
            found.append(f"a wrong answer is not noticed: {wrong} instead of {right}")
    return found


def as_columns(answer: Any) -> Any:
    """Lists within an answer as arrays."""
    import numpy

    return (
        tuple(numpy.array(part) for part in answer) if isinstance(answer, tuple) and isinstance(answer[0], list) else answer
    )
