"""The page and its picture are made of results alone."""

from __future__ import annotations

import json
import re
import sys
import xml.etree.ElementTree as xml
from pathlib import Path
from typing import Any

import pytest


def contestant(ours: bool, seconds: float, base: float) -> dict[str, Any]:
    return {
        "ours": ours,
        "median_s": seconds,
        "spread": 0.1,
        "ratio": seconds / base,
        "gigabytes_per_s": 1.0,
        "seconds": [seconds] * 3,
        "peak_bytes": 5_000_000,
    }


def case(name: str, rows: int, ours: float, peers: dict[str, float], **more: Any) -> dict[str, Any]:
    times = {"sojourn": contestant(True, ours, ours)}
    times |= {peer: contestant(False, seconds, ours) for peer, seconds in peers.items()}
    known = {"question": f"what {name} asks", "bytes": 100_000_000, "calls": 1, "threads": 2, "absent": {}, "failed": {}}
    found = {"case": name, "rows": rows, **known, "ratio_to": "sojourn", "contestants": times, "status": "answers equal"}
    return found | more


@pytest.fixture
def run_of() -> dict[str, Any]:
    machine = {"date": "2026-12-01", "processor": "P", "cpus": 2, "threads": 2, "python": "3.11", "load_average": [0.1]}
    return {
        "mode": "bench",
        "machine": machine | {"versions": {"duckdb": "2.0.0", "chdb": "not installed"}},
        "read_bandwidth": {"threads:1": 20e9, "threads:2": 40e9},
        "load_after": [1.0],
        "cases": [
            case("nps", 1000, 0.002, {"duckdb": 0.010, "polars": 0.003}),
            case("twelve", 1000, 0.004, {"polars": 0.080}),
            case("card", 1000, 0.009, {"numpy": 0.090}),
            case("nps_call_100", 100, 6e-6, {"numpy": 1e-6}),
            {"case": "keys", "question": "?", "rows": 10, "threads": 2, "status": "answers differ", "reason": "1 is not 2"},
        ],
        "growth": [case("nps", 1_000_000, 0.001, {})],
    }


def test_floors_are_said_to_be_reached_or_missed(bench: Any, run_of: dict[str, Any]) -> None:
    summary = bench("summary")
    said = {one["case"]: summary.line(one, run_of) for one in run_of["cases"]}
    assert said["keys"] is None
    assert [(v.floor, v.measured, v.held) for v in said["nps"].verdicts] == [("2x", "1.50x", False)]
    assert said["nps"].peer == "polars"  # the fastest one counts
    assert [(v.measured, v.held) for v in said["twelve"].verdicts] == [("20.00x", True), ("62%", True)]
    assert [(v.measured, v.held) for v in said["card"].verdicts] == [("2.25 times", True)]
    assert [(v.measured, v.held) for v in said["nps_call_100"].verdicts] == [("6.00 us", False)]
    text = summary.table(run_of)
    assert re.search(r"nps .*2x: MISSED \(1.50x\)", text) and re.search(r"twelve .*10x: reached", text)


def test_every_floor_is_that_of_a_case_and_of_a_known_kind(bench: Any) -> None:
    floors = bench("summary").floors()
    assert floors.keys() <= bench("cases").CASES.keys()
    assert {kind for floor in floors.values() for kind in floor} <= {"ratio", "bandwidth", "call_us", "per_row_of", "gap"}


def test_the_page_says_what_the_results_say(bench: Any, run_of: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    summary = bench("summary")
    floors = summary.floors()
    floors["nps"].pop("gap", None)
    floors["nps_call_100"]["gap"] = "the interpreter alone takes longer"
    monkeypatch.setattr(summary, "floors", lambda: floors)
    page = bench("report").page({"bench": run_of})
    assert "| `nps`: what nps asks | 1,000 | 2 ms | polars 3 ms | **1.50x** | 2x: **missed** (1.50x) |" in page
    assert "10x: reached; 55% of the bandwidth: reached" in page
    assert "answers differ" in page and "- not explained yet: `nps`\n" in page
    assert "- `nps_call_100`: the interpreter alone takes longer" in page
    assert "duckdb 2.0.0" in page and "chdb" not in page
    assert "busy" not in page and "### Growth" in page


def test_the_page_of_a_busy_machine_or_an_interrupted_run_says_so(bench: Any, run_of: dict[str, Any]) -> None:
    run_of["machine"]["load_average"] = [3.0]
    run_of["interrupted"] = "during keys, case 5 of 31"
    page = bench("report").page({"bench": run_of})
    assert "**The machine was busy with other work** (load 3.0" in page
    assert "interrupted during keys, case 5 of 31" in page


def test_the_picture_marks_floors_and_needs_nothing(bench: Any) -> None:
    picture = bench("picture")
    bars = [("nps", 1.5, 2.0, False), ("a<b", 20.0, 10.0, True), ("merge", 0.03, None, None), ("call", 9.0, None, False)]
    text = picture.draw([picture.Bar(*bar) for bar in bars], "t & u")
    root = xml.fromstring(text)
    assert "<script" not in text and "href" not in text
    shown = list(root.iter("{http://www.w3.org/2000/svg}rect"))[1:]
    assert [bar.get("fill") for bar in shown] == [picture.MISSED, picture.HELD, picture.PLAIN, picture.MISSED]
    floors = [line for line in root.iter("{http://www.w3.org/2000/svg}line") if line.get("stroke") == "#000000"]
    assert len(floors) == 2
    axis = picture.axis_of([picture.Bar(*bar) for bar in bars])
    one, left = axis.place(1), picture.LEFT
    assert left < axis.place(0.03) < one < axis.place(2) < axis.place(20) < left + picture.WIDTH
    slower, faster = shown[2], shown[1]
    assert float(slower.get("x", 0)) + float(slower.get("width", 0)) == pytest.approx(one, abs=0.2)
    assert float(faster.get("x", 0)) == pytest.approx(one, abs=0.2)


def test_the_command_writes_and_checks(
    bench: Any, run_of: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = bench("report")
    for name, value in (
        ("ROOT", tmp_path),
        ("RESULTS", tmp_path),
        ("PAGE", tmp_path / "p.md"),
        ("PICTURE", tmp_path / "p.svg"),
    ):
        monkeypatch.setattr(report, name, value)
    monkeypatch.setattr(sys, "argv", ["report.py"])
    with pytest.raises(SystemExit, match="run `make bench`"):
        report.main()
    (tmp_path / "bench.json").write_text(json.dumps(run_of))
    monkeypatch.setattr(sys, "argv", ["report.py", "--check"])
    assert report.main() == 1
    monkeypatch.setattr(sys, "argv", ["report.py"])
    assert report.main() == 0 and (tmp_path / "p.svg").exists()
    monkeypatch.setattr(sys, "argv", ["report.py", "--check"])
    assert report.main() == 0
    run_of["cases"].pop()
    (tmp_path / "bench.json").write_text(json.dumps(run_of))
    assert report.main() == 1


def test_the_page_of_the_tree_is_what_its_results_say(bench: Any) -> None:
    report = bench("report")
    for path, text in report.documents(report.RESULTS).items():
        assert path.read_text("utf-8") == text, f"{path.name} is stale: run python bench/report.py"
