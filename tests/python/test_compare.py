"""The comparison proves answers before it takes times. Times themselves are never tested."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    import cases
    import compare
    import contest

    yield cases, compare, contest
    for name in ("cases", "compare", "contest"):
        sys.modules.pop(name, None)


def case_of(cases: Any, *results: Any) -> Any:
    """A case whose contestants answer what they are told to; an exception is raised."""

    def contestant(number: int, result: Any) -> type:
        def run(self: Any) -> Any:
            self.runs = getattr(self, "runs", 0) + 1
            if isinstance(result, Exception):
                raise result
            return result

        body = {"name": f"c{number}", "prepare": lambda self, data: None, "run": run, "answer": lambda self, value: value}
        return type(f"C{number}", (cases.Contestant,), body)

    made = type(
        "Made", (cases.Case,), {"name": "made", "question": "?", "rows": 1, "make": lambda self, rows, threads: {}}
    )()
    made.contestants = tuple(contestant(i, result) for i, result in enumerate(results))
    return made


def test_equal_answers_are_timed_in_every_round(bench: Any) -> None:
    cases, compare, _ = bench
    result = compare.compare(case_of(cases, 5, 5), 1, 4, 1)
    assert result["status"] == "answers equal"
    assert [len(row["seconds"]) for row in result["contestants"].values()] == [4, 4]


def test_different_answers_are_not_timed(bench: Any) -> None:
    cases, compare, _ = bench
    result = compare.compare(case_of(cases, 5, 5, 6), 1, 4, 1)
    assert result["status"] == "answers differ"
    assert result["reason"] == "c0 against c2: 5 is not 6"
    assert "contestants" not in result


def test_a_contestant_that_cannot_run_is_named_with_its_reason(bench: Any) -> None:
    cases, compare, contest = bench
    result = compare.compare(case_of(cases, contest.Unavailable("no such function"), 5, ValueError("bug"), 5), 1, 1, 1)
    assert result["absent"] == {"c0": "not available: no such function"}
    assert result["failed"] == {"c2": "failed: ValueError: bug"}
    assert set(result["contestants"]) == {"c1", "c3"}


def test_rounds_rotate_the_order(bench: Any) -> None:
    _, compare, _ = bench
    order: list[str] = []
    runs = {name: (lambda name=name: order.append(name)) for name in "abc"}
    compare.measure(runs, 3)
    assert "".join(order) == "abcbcacab"
