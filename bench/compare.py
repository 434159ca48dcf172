#!/usr/bin/env python3
"""The same questions to sojourn, DuckDB and Polars: first the answers are proven equal, then the times are taken.

    python bench/compare.py                                   every case at its default size
    python bench/compare.py nps --rows nps=10000000           one case, another size
    python bench/compare.py --rounds 9 --json results.json

All contestants run in one process in interleaved rounds (A B C, B C A, ...), so a slow minute of the machine hits all of
them; what counts is the ratio of the medians. Loading is outside the clock: each contestant holds the data in its own best
form.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def measure(runs: dict[str, Any], rounds: int) -> dict[str, list[float]]:
    """Seconds of each contestant in each round; the order rotates."""
    names = list(runs)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            start = time.perf_counter()
            kept = runs[name]()
            seconds[name].append(time.perf_counter() - start)
            del kept
    return seconds


def compare(case: Any, rows: int, rounds: int, threads: int) -> dict[str, Any]:
    """Prepares, proves, measures one case. Whatever keeps a contestant from running is told, never hidden."""
    from contest import Unavailable

    result: dict[str, Any] = {"case": case.name, "question": case.question, "rows": rows}
    try:
        data = case.make(rows, threads)
    except Unavailable as reason:
        return result | {"status": "not available", "reason": str(reason)}
    result["bytes"] = case.bytes(data)
    runs, answers, absent, failed = {}, {}, {}, {}
    for contestant in case.contestants:
        try:
            player = contestant(threads)
            player.prepare(data)
            answers[player.name] = player.answer(player.run())
            runs[player.name] = player.run
        except Unavailable as reason:
            absent[contestant.name] = f"not available: {reason}"
        except Exception as failure:  # noqa: BLE001 - one contestant's error must not cost the others their turn
            failed[contestant.name] = f"failed: {type(failure).__name__}: {failure}"
    result |= {"absent": absent, "failed": failed}
    if len(answers) < 2:
        return result | {"status": "not available", "reason": "fewer than two contestants can run"}
    first, *others = answers
    for other in others:
        difference = case.difference(answers[first], answers[other])
        if difference:
            return result | {"status": "answers differ", "reason": f"{first} against {other}: {difference}"}
    seconds = measure(runs, rounds)
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    base = "sojourn" if "sojourn" in medians else min(medians, key=lambda name: medians[name])
    result["ratio_to"] = base
    result["contestants"] = {
        name: {
            "median_s": medians[name],
            "spread": (max(times) - min(times)) / medians[name],
            "ratio": medians[name] / medians[base],
            "gigabytes_per_s": result["bytes"] / medians[name] / 1e9,
            "seconds": times,
        }
        for name, times in seconds.items()
    }
    return result | {"status": "answers equal"}


def show(result: dict[str, Any]) -> None:
    """One block a case."""
    print(f"\n{result['case']}: {result['question']} ({result['rows']:,} rows): {result['status']}")
    if "reason" in result:
        print(f"  {result['reason']}")
    for name, reason in (result.get("absent", {}) | result.get("failed", {})).items():
        print(f"  {name:<10} {reason}")
    if "contestants" in result:
        print(f"  {'':<10} {'median ms':>10} {'ratio':>8} {'spread':>8} {'GB/s':>7}    ratio to {result['ratio_to']}")
        for name, row in result["contestants"].items():
            print(
                f"  {name:<10} {row['median_s'] * 1e3:>10.2f} {row['ratio']:>8.2f} {row['spread']:>8.0%} "
                f"{row['gigabytes_per_s']:>7.2f}"
            )


def read_bandwidth() -> dict[str, float]:
    """Bytes a second of this machine, if the C++ benchmark was built; shares of it are what a scan is judged by."""
    program = ROOT / "build" / "release" / "bench" / "read_bandwidth_bench"
    if not program.exists():
        return {}
    done = subprocess.run([program, "--benchmark_format=json"], capture_output=True, text=True, check=True)
    return {row["name"]: row["bytes_per_second"] for row in json.loads(done.stdout)["benchmarks"]}


def machine(threads: int) -> dict[str, Any]:
    """Where the numbers come from, without names."""
    versions = {}
    for name in ("sojourn", "duckdb", "polars", "numpy"):
        try:
            versions[name] = __import__(name).__version__
        except ImportError:
            versions[name] = "not installed"
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [
            line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if line.startswith("model name")
        ]
        model = names[0] if names else model
    load = [round(x, 1) for x in os.getloadavg()]
    return {"processor": model, "cpus": os.cpu_count(), "load_average": load, "threads": threads,
            "python": platform.python_version(), **versions}  # fmt: skip


def sizes(given: list[str], known: set[str]) -> dict[str, int]:
    """`case=rows` pairs."""
    result = {}
    for pair in given:
        name, _, rows = pair.partition("=")
        if name not in known or not rows.isdigit():
            raise SystemExit(f"--rows {pair}: give CASE=ROWS with a case of {', '.join(sorted(known))}")
        result[name] = int(rows)
    return result


def main() -> int:
    """0 when nobody failed and every answer agreed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", help="all of them by default")
    parser.add_argument("--rows", action="append", default=[], metavar="CASE=ROWS")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--json", type=Path, default=ROOT / "build" / "compare.json")
    parser.add_argument("--no-bandwidth", action="store_true", help="do not measure the machine's read bandwidth")
    chosen = parser.parse_args()
    os.environ["POLARS_MAX_THREADS"] = str(chosen.threads)  # read once, when Polars is imported
    from cases import CASES

    unknown = set(chosen.cases) - set(CASES)
    if unknown:
        parser.error(f"no case {', '.join(sorted(unknown))}; there are {', '.join(CASES)}")
    rows = sizes(chosen.rows, set(CASES))
    report: dict[str, Any] = {"machine": machine(chosen.threads), "rounds": chosen.rounds, "cases": []}
    print(json.dumps(report["machine"]))
    for name in chosen.cases or CASES:
        case = CASES[name]
        result = compare(case, rows.get(name, case.rows), chosen.rounds, chosen.threads)
        show(result)
        report["cases"].append(result)
    if not chosen.no_bandwidth:
        report["read_bandwidth"] = read_bandwidth()
        for name, speed in report["read_bandwidth"].items():
            print(f"{name:<44} {speed / 1e9:>7.2f} GB/s")
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    chosen.json.write_text(json.dumps(report, indent=1) + "\n")
    print(f"\nwritten: {chosen.json}")
    return 1 if any(result["status"] == "answers differ" or result.get("failed") for result in report["cases"]) else 0


if __name__ == "__main__":
    sys.exit(main())
