"""The comparison proves answers before it takes times. Times themselves are never tested."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def case_of(bench: Any, *results: Any, like: Any = None) -> Any:
    """A case whose contestants c0, c1 ... answer what they are told to; an exception is raised."""
    contest = bench("contest")

    def contestant(number: int, result: Any) -> type:
        def run(self: Any) -> Any:
            if isinstance(result, Exception):
                raise result
            return result

        body = {"name": f"c{number}", "prepare": lambda self, data: None, "run": run, "answer": lambda self, value: value}
        return type(f"C{number}", (contest.Contestant,), body)

    body = {"name": "made", "question": "?", "rows": 1, "make": lambda self, rows, threads: {}, "nudged": lambda self, d: d}
    made = type("Made", (like or contest.Case,), body)()
    made.contestants = tuple(contestant(i, result) for i, result in enumerate(results))
    return made


def named(case: Any, *names: str) -> Any:
    for contestant, name in zip(case.contestants, names, strict=True):
        contestant.name, contestant.ours = name, name.startswith("sojourn")
    return case


def clock_of(seconds: list[float]) -> Callable[[], float]:
    """How many seconds each run takes: of the contestants in turn, round after round."""
    times, now, running = iter(seconds), [0.0], [False]

    def clock() -> float:
        if running[0]:
            now[0] += next(times)
        running[0] = not running[0]
        return now[0]

    return clock


def test_equal_answers_are_timed_in_every_round(bench: Any) -> None:
    result = bench("measure").compare(case_of(bench, 5, 5), 1, 4, 1)
    assert result["status"] == "answers equal"
    assert [len(row["seconds"]) for row in result["contestants"].values()] == [4, 4]


def test_different_answers_are_not_timed(bench: Any) -> None:
    result = bench("measure").compare(case_of(bench, 5, 5, 6), 1, 4, 1)
    assert result["status"] == "answers differ"
    assert result["reason"] == "c0 against c2: 5 is not 6"
    assert "contestants" not in result


def test_an_answer_that_changes_while_it_is_timed_is_noticed(bench: Any) -> None:
    case = case_of(bench, 5, 5)
    answers = iter([5, 5, 5, 6])
    case.contestants[1].run = lambda self: next(answers)
    result = bench("measure").compare(case, 1, 3, 1)
    assert (result["status"], result["reason"]) == ("answers differ", "c1 in its last round: 5 is not 6")


def test_a_contestant_that_cannot_run_is_named_with_its_reason(bench: Any) -> None:
    absent = bench("contest").Unavailable("no such function")
    result = bench("measure").compare(case_of(bench, absent, 5, ValueError("bug"), 5), 1, 1, 1)
    assert result["absent"] == {"c0": "not available: no such function"}
    assert result["failed"] == {"c2": "failed: ValueError: bug"}
    assert set(result["contestants"]) == {"c1", "c3"}


def test_rounds_rotate_the_order(bench: Any) -> None:
    order: list[str] = []
    runs = {name: (lambda name=name: order.append(name)) for name in "abc"}
    bench("measure").measure(runs, dict.fromkeys("abc", 3), lambda name, kept: None)
    assert "".join(order) == "abcbcacab"


def test_a_slow_contestant_runs_fewer_rounds_and_a_hopeless_peer_one(bench: Any) -> None:
    measure = bench("measure")
    first = {"sojourn": 0.01, "near": 0.9, "slow": 5.0, "hopeless": 30.0}
    assert measure.rounds_of(first, {"sojourn"}, 7) == {"sojourn": 7, "near": 3, "slow": 3, "hopeless": 1}
    assert measure.rounds_of({"sojourn": 15.0, "peer": 0.01}, {"sojourn"}, 7) == {"sojourn": 3, "peer": 7}
    assert measure.rounds_of({"sojourn": 25.0}, {"sojourn"}, 7) == {"sojourn": 1}


def test_sojourn_also_runs_with_one_thread_where_threads_change_its_speed(bench: Any) -> None:
    case = named(case_of(bench, 5, 5), "sojourn", "peer")
    assert [name for name, _ in bench("measure").entrants(case, 2)] == ["sojourn", "peer"]
    case.contestants[0].threaded = True
    players = dict(bench("measure").entrants(case, 2))
    assert {name: player.threads for name, player in players.items()} == {"sojourn": 2, "sojourn (1 thread)": 1, "peer": 2}


def test_ratios_are_medians_over_the_median_of_sojourn(bench: Any) -> None:
    case = named(case_of(bench, 5, 5), "other", "sojourn")
    case.bytes = lambda data: 6_000_000_000
    # Rounds begin with another contestant each: other, sojourn; sojourn, other; other, sojourn.
    clock = clock_of([4.0, 1.0, 2.0, 9.0, 6.0, 3.0])
    result = bench("measure").compare(case, 1, 3, 1, clock=clock)
    assert result["ratio_to"] == "sojourn"
    other, sojourn = result["contestants"]["other"], result["contestants"]["sojourn"]
    assert (other["median_s"], other["ratio"], other["seconds"]) == (6.0, 3.0, [4.0, 9.0, 6.0])
    assert (sojourn["median_s"], sojourn["ratio"], sojourn["spread"]) == (2.0, 1.0, 1.0)
    assert sojourn["gigabytes_per_s"] == 3.0
    line = bench("summary").line(result, {"cases": [result]})
    assert (line.peer, line.ratio) == ("other", 3.0)


def test_a_short_call_is_repeated_and_its_time_is_that_of_one(bench: Any) -> None:
    case = named(case_of(bench, 5, 5), "sojourn", "peer")
    case.calls = 100
    result = bench("measure").compare(case, 1, 1, 1, clock=clock_of([1.0, 4.0]))
    assert [row["median_s"] for row in result["contestants"].values()] == [0.01, 0.04]
    assert result["contestants"]["peer"]["ratio"] == 4.0


def test_without_sojourn_ratios_are_to_the_fastest(bench: Any) -> None:
    case = named(case_of(bench, 5, 5, 5), "a", "b", "c")
    result = bench("measure").compare(case, 1, 1, 1, clock=clock_of([4.0, 2.0, 8.0]))
    assert result["ratio_to"] == "b" and result["contestants"]["c"]["ratio"] == 4.0


def test_the_peak_is_that_of_the_run(bench: Any) -> None:
    measure = bench("measure")
    bytearray(300_000_000)
    result, _, peak = measure.with_peak(lambda: len(bytearray(100_000_000)))
    assert result == 100_000_000
    if peak is None:
        pytest.skip("this system does not tell the peak of a part of a process")
    assert 90_000_000 < peak < 200_000_000


@pytest.mark.parametrize(
    ("answers", "code"),
    [((5, 5), 0), ((5, 6), 1), ((5, 5, ValueError("bug")), 1), ((5, ValueError("bug")), 1), ((5, 5, "absent"), 0)],
)
def test_the_exit_code_says_whether_answers_agreed(
    bench: Any, run: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], answers: Any, code: int
) -> None:
    absent = bench("contest").Unavailable
    results = [absent("not here") if one == "absent" else one for one in answers]
    cases = {"good": case_of(bench, 1, 1), "made": case_of(bench, *results)}
    monkeypatch.setattr(bench("cases"), "CASES", cases)
    assert run("--rounds", "1")[0] == code
    out = capsys.readouterr().out
    assert "made: ?" in out


def test_results_are_written_after_each_case(bench: Any, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C keeps what is done, and says where it came."""
    cases = {"good": case_of(bench, 1, 1), "made": case_of(bench, 1, 1)}
    cases["made"].make = interrupt
    monkeypatch.setattr(bench("cases"), "CASES", cases)
    code, out = run("--rounds", "2")
    written = json.loads(out.read_text())
    assert code == 130 and written["interrupted"] == "during made, case 2 of 2"
    assert [case["status"] for case in written["cases"]] == ["answers equal"]


def test_an_engine_that_turns_ctrl_c_into_its_own_error_is_interrupted_too(
    bench: Any, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def query(self: Any) -> Any:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise RuntimeError("Query interrupted") from None

    for stage in ("prepare", "run"):
        cases = {"good": case_of(bench, 1, 1), "made": case_of(bench, 1, 1), "last": case_of(bench, 1, 1)}
        body = query if stage == "run" else lambda self, data: query(self)
        monkeypatch.setattr(cases["made"].contestants[1], stage, body)
        monkeypatch.setattr(bench("cases"), "CASES", cases)
        handler = signal.getsignal(signal.SIGINT)
        code, out = run("--rounds", "2")
        assert signal.getsignal(signal.SIGINT) is handler
        written = json.loads(out.read_text())
        assert (code, len(written["cases"])) == (130, 1) and "case 2 of 3" in written["interrupted"]


def test_a_case_that_breaks_costs_no_other_its_turn(bench: Any, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = {"made": case_of(bench, 1, 1), "good": case_of(bench, 1, 1)}
    cases["made"].make = lambda rows, threads: [][1]
    monkeypatch.setattr(bench("cases"), "CASES", cases)
    code, out = run("--rounds", "1")
    assert code == 1
    assert [case["status"] for case in json.loads(out.read_text())["cases"]] == ["failed", "answers equal"]


def interrupt(rows: int, threads: int) -> Any:
    raise KeyboardInterrupt


def test_a_case_that_does_not_exist_is_refused(bench: Any, run: Any, tmp_path: Path) -> None:
    for arguments, said in (
        (["--only", "bad"], "no case bad"),
        (["--rows", "bad=3"], "CASE=ROWS"),
        (["--rows", "nps=many"], "CASE=ROWS"),
    ):
        with pytest.raises(SystemExit, match=said):
            run(*arguments)
    assert not (tmp_path / "new").exists()
