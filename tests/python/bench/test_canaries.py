"""Bugs put into the harness and into contestants: each makes the run fail."""

from __future__ import annotations

import json
from typing import Any

import pytest


def test_a_sound_run_is_zero(run: Any) -> None:
    code, out = run("--quick", "--only", "nps,keys", "--rows", "nps=2000", "--rows", "keys=2000")
    assert code == 0
    assert [case["status"] for case in json.loads(out.read_text())["cases"]] == ["answers equal"] * 2


def statuses(out: Any) -> list[str]:
    return [case["status"] for case in json.loads(out.read_text())["cases"]]


def test_a_wrong_answer_fails_the_run(bench: Any, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sojourn = bench("survey_cases").NpsSojourn
    monkeypatch.setattr(sojourn, "answer", lambda self, result: (result.n, result.value + 1e-6))
    code, out = run("--quick", "--only", "nps", "--rows", "nps=2000")
    assert (code, statuses(out)) == (1, ["answers differ"])


def test_answers_that_are_rounded_before_they_are_compared_fail_the_run(
    bench: Any, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All contestants round alike, so that they agree: the changed cell shows it."""
    survey = bench("survey_cases")
    for kind in survey.NpsAll.contestants:
        exact = kind.answer
        monkeypatch.setattr(
            kind, "answer", lambda self, result, exact=exact: tuple(round(x, -1) for x in exact(self, result))
        )
    code, out = run("--quick", "--only", "nps", "--rows", "nps=2000")
    assert (code, statuses(out)) == (1, ["answers blind"])


def test_a_comparison_that_rounds_fails_the_run(bench: Any, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def rounded(self: Any, mine: Any, theirs: Any) -> str:
        return "" if round(mine[1], 4) == round(theirs[1], 4) else "different"

    monkeypatch.setattr(bench("survey_cases").NpsCase, "difference", rounded)
    assert run("--quick", "--only", "nps", "--rows", "nps=2000")[0] == 1


def test_codes_that_are_shuffled_among_rows_fail_the_run(bench: Any, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many keys, each as often: only the rows are wrong."""
    import numpy

    sojourn = bench("key_cases").KeysSojourn
    right = sojourn.run
    shuffle = numpy.random.default_rng(1).permutation
    monkeypatch.setattr(sojourn, "run", lambda self: shuffle(numpy.asarray(right(self))))
    code, out = run("--quick", "--only", "keys", "--rows", "keys=2000")
    assert (code, statuses(out)) == (1, ["answers differ"])


def test_keys_that_are_numbered_otherwise_are_equal(bench: Any) -> None:
    import numpy

    in_order = bench("key_cases").in_order_of_appearance
    assert in_order(numpy.array([7, 3, 7, 9])).tolist() == in_order(numpy.array([1, 2, 1, 0])).tolist() == [0, 1, 0, 2]


def test_a_ratio_that_is_upside_down_fails_the_run(bench: Any, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    measure = bench("measure")
    right = measure.table_of

    def upside_down(*arguments: Any) -> Any:
        base, table = right(*arguments)
        return base, {name: {**row, "ratio": 1 / row["ratio"]} for name, row in table.items()}

    monkeypatch.setattr(measure, "table_of", upside_down)
    assert run("--quick", "--only", "nps", "--rows", "nps=2000")[0] == 1


def test_a_summary_that_is_upside_down_fails_the_run(bench: Any, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    summary = bench("summary")
    slowest = lambda result: max((row["median_s"], name) for name, row in result["contestants"].items())[::-1]  # noqa: E731
    monkeypatch.setattr(summary, "fastest_peer", slowest)
    assert bench("canaries").failures() == []  # with one peer, the slowest is the fastest
    monkeypatch.setattr(summary, "fastest_peer", lambda result: ("sojourn", result["contestants"]["sojourn"]["median_s"]))
    assert run("--quick", "--only", "nps", "--rows", "nps=2000")[0] == 1


@pytest.mark.parametrize("blind", ["contradictions", "problems"])
def test_a_harness_that_finds_nothing_wrong_fails_the_run(
    bench: Any, run: Any, monkeypatch: pytest.MonkeyPatch, blind: str
) -> None:
    monkeypatch.setattr(bench("summary"), blind, lambda result: [])
    assert run("--quick", "--only", "nps", "--rows", "nps=2000")[0] == 1


def test_results_that_contradict_their_seconds_are_named(bench: Any) -> None:
    row = {"ours": True, "seconds": [1.0, 2.0, 4.0], "median_s": 2.0, "ratio": 1.0}
    peer = {"ours": False, "seconds": [6.0, 6.0, 6.0], "median_s": 6.0, "ratio": 3.0}
    sound = {"case": "c", "ratio_to": "sojourn", "contestants": {"sojourn": row, "peer": peer}}
    contradictions = bench("summary").contradictions
    assert contradictions(sound) == []
    for changed in ({"ratio": 1 / 3}, {"median_s": 5.0}, {"seconds": [6.0, 7.0, 7.0]}):
        assert contradictions({**sound, "contestants": {"sojourn": row, "peer": {**peer, **changed}}}), changed


def case_names() -> list[str]:
    """All of them, so that a new one is tested without being named here."""
    import sys
    from pathlib import Path

    folder = str(Path(__file__).resolve().parents[3] / "bench")
    sys.path.insert(0, folder)
    try:
        import cases

        return list(cases.CASES)
    finally:
        sys.path.remove(folder)
        for path in Path(folder).glob("*.py"):
            sys.modules.pop(path.stem, None)


@pytest.mark.parametrize("name", case_names())
def test_every_case_agrees_and_notices_one_changed_cell(bench: Any, name: str) -> None:
    case = bench("cases").CASES[name]
    result = bench("measure").compare(case, case.quick_rows, 1, 1, nudge=True)
    alone = {"sojourn"} | set(result.get("absent", {}))
    if result["status"] == "not available" and len(alone) == 1 + len(result["absent"]) and "sojourn" not in result["absent"]:
        pytest.skip(f"no peer can run here: {result['absent']}")
    assert (result["status"], result.get("failed")) == ("answers equal", {}), result.get("reason")
