"""The comparison proves answers before it takes times. Times themselves are never tested."""

from __future__ import annotations

import json
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


@pytest.fixture
def clock(bench: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets how many seconds each run takes: of the contestants in turn, round after round."""
    _, compare, _ = bench

    def set_to(seconds: list[float]) -> None:
        times, now = iter(seconds), [0.0]
        running = [False]

        def perf_counter() -> float:
            if running[0]:
                now[0] += next(times)
            running[0] = not running[0]
            return now[0]

        monkeypatch.setattr(compare.time, "perf_counter", perf_counter)

    return set_to


def named(case: Any, *names: str) -> Any:
    for contestant, name in zip(case.contestants, names, strict=True):
        contestant.name = name
    return case


def test_ratios_are_medians_over_the_median_of_sojourn(bench: Any, clock: Any) -> None:
    cases, compare, _ = bench
    case = named(case_of(cases, 5, 5), "other", "sojourn")
    case.bytes = lambda data: 6_000_000_000
    # Rounds begin with another contestant each: other, sojourn; sojourn, other; other, sojourn.
    clock([4.0, 1.0, 2.0, 9.0, 6.0, 3.0])
    result = compare.compare(case, 1, 3, 1)
    assert result["ratio_to"] == "sojourn"
    other, sojourn = result["contestants"]["other"], result["contestants"]["sojourn"]
    assert (other["median_s"], other["ratio"], other["seconds"]) == (6.0, 3.0, [4.0, 9.0, 6.0])
    assert (sojourn["median_s"], sojourn["ratio"], sojourn["spread"]) == (2.0, 1.0, 1.0)
    assert sojourn["gigabytes_per_s"] == 3.0


def test_without_sojourn_ratios_are_to_the_fastest(bench: Any, clock: Any) -> None:
    cases, compare, _ = bench
    clock([4.0, 2.0, 8.0])
    result = compare.compare(named(case_of(cases, 5, 5, 5), "a", "b", "c"), 1, 1, 1)
    assert result["ratio_to"] == "b" and result["contestants"]["c"]["ratio"] == 4.0


@pytest.mark.parametrize(
    ("answers", "code"),
    [((5, 5), 0), ((5, 6), 1), ((5, 5, ValueError("bug")), 1), ((5, ValueError("bug")), 1), ((5, 5, "absent"), 0)],
)
def test_the_exit_code_says_whether_answers_agreed(
    bench: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], answers: Any, code: int
) -> None:
    cases, compare, contest = bench
    results = [contest.Unavailable("not here") if one == "absent" else one for one in answers]
    monkeypatch.setattr(cases, "CASES", {"good": case_of(cases, 1, 1), "made": case_of(cases, *results)})
    monkeypatch.setenv("POLARS_MAX_THREADS", "1")
    written = tmp_path / "new" / "results.json"
    monkeypatch.setattr(sys, "argv", ["compare.py", "--rounds", "1", "--no-bandwidth", "--json", str(written)])
    assert compare.main() == code
    statuses = [case["status"] for case in json.loads(written.read_text())["cases"]]
    assert statuses[0] == "answers equal" and (statuses[1] == "answers differ") == (answers == (5, 6))
    assert "made: ?" in capsys.readouterr().out


def test_a_case_that_does_not_exist_is_refused(bench: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    cases, compare, _ = bench
    monkeypatch.setattr(cases, "CASES", {"good": case_of(cases, 1, 1)})
    monkeypatch.setenv("POLARS_MAX_THREADS", "1")
    for arguments, said in ((["bad"], "2"), (["--rows", "bad=3"], "CASE=ROWS"), (["--rows", "good=many"], "CASE=ROWS")):
        monkeypatch.setattr(sys, "argv", ["compare.py", *arguments, "--json", str(tmp_path / "never.json")])
        with pytest.raises(SystemExit, match=said):
            compare.main()
    assert not (tmp_path / "never.json").exists()
