#!/usr/bin/env python3
"""The same questions to sojourn and its peers: first the answers are proven equal, then the times are taken.

    python bench/compare.py                          every case, minutes; bench/results/bench.json, docs/benchmarks.md
    python bench/compare.py --full                   larger sizes, growth and a billion rows; bench/results/full.json
    python bench/compare.py --quick                  every case with few rows, to see that all answers are equal
    python bench/compare.py --only nps,keys --rows nps=10000000

All contestants run in one process in interleaved rounds (A B C, B C A, ...), so a slow minute of the machine hits all of
them; what counts is the ratio of the medians. Loading is outside the clock: each contestant holds the data in its own best
form. Ctrl-C ends the run and keeps what is done. The exit code is 0 when nobody failed and every answer agreed.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "results"
INTERRUPTED = 130


def show(result: dict[str, Any]) -> None:
    """One block per case."""
    print(f"\n{result['case']}: {result['question']} ({result['rows']:,} rows): {result['status']}")
    if "reason" in result:
        print(f"  {result['reason']}")
    for name, reason in (result.get("absent", {}) | result.get("failed", {})).items():
        print(f"  {name:<24} {reason}")
    if "contestants" in result:
        print(f"  {'':<24} {'median ms':>11} {'ratio':>8} {'spread':>7} {'rounds':>6} {'GB/s':>7} {'peak MB':>8}")
        for name, row in result["contestants"].items():
            peak = "-" if row.get("peak_bytes") is None else f"{row['peak_bytes'] / 1e6:.0f}"
            print(
                f"  {name:<24} {row['median_s'] * 1e3:>11.4g} {row['ratio']:>8.2f} {row['spread']:>7.0%} "
                f"{len(row['seconds']):>6} {row['gigabytes_per_s']:>7.2f} {peak:>8}"
            )


class Progress:
    """Which case, how far; on one line of a terminal, and nothing where the output is a file."""

    def __init__(self, count: int) -> None:
        self.count, self.number, self.name = count, 0, ""
        self.started = time.monotonic()

    def begin(self, name: str) -> None:
        """The next case."""
        self.number, self.name = self.number + 1, name
        self("begins")

    def __call__(self, what: str) -> None:
        if sys.stderr.isatty():
            gone = time.monotonic() - self.started
            text = f"[{self.number}/{self.count}] {gone:4.0f} s  {self.name}: {what}"
            print(f"\r\033[K{text[:150]}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Clears the line."""
        if sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr, flush=True)
        else:
            print(f"[{self.number}/{self.count}] {time.monotonic() - self.started:.0f} s", file=sys.stderr, flush=True)


def sizes(given: list[str], known: set[str]) -> dict[str, int]:
    """`case=rows` pairs."""
    result = {}
    for pair in given:
        name, _, rows = pair.partition("=")
        if name not in known or not rows.isdigit():
            raise SystemExit(f"--rows {pair}: give CASE=ROWS with a case of {', '.join(sorted(known))}")
        result[name] = int(rows)
    return result


def rows_of(case: Any, mode: str, given: dict[str, int]) -> int:
    """How many rows a case has in this run."""
    usual = {"bench": case.rows, "full": case.full_rows or case.rows, "quick": case.quick_rows}
    return given.get(case.name, usual[mode])


def jobs(cases: list[Any], mode: str, given: dict[str, int]) -> list[tuple[Any, int, bool]]:
    """Case, rows, and whether sojourn runs alone: each case, then the series over sizes of a full run."""
    found = [(case, rows_of(case, mode, given), False) for case in cases]
    return found + [(case, rows, True) for case in cases for rows in case.growth if mode == "full"]


def run_all(work: list[tuple[Any, int, bool]], report: dict[str, Any], options: argparse.Namespace, keep: Any) -> bool:
    """Each job in turn; `keep` is called after each. False when it was interrupted."""
    progress = Progress(len(work))
    try:
        for case, rows, alone in work:
            progress.begin(case.name)
            result = run_one(case, rows, alone, options, progress)
            progress.end()
            show(result)
            report["growth" if alone else "cases"].append(result)
            keep()
    except KeyboardInterrupt:
        progress.end()
        report["interrupted"] = f"during {progress.name}, case {progress.number} of {progress.count}"
        keep()
        return False
    return True


def run_one(case: Any, rows: int, alone: bool, options: argparse.Namespace, say: Progress) -> dict[str, Any]:
    """One case; what breaks it costs no other its turn."""
    from measure import Interrupt, compare

    nudge = options.mode == "quick"
    try:
        result = compare(case, rows, options.rounds, options.threads, say=say, alone=alone, nudge=nudge)
    except Exception as error:  # noqa: BLE001 - among them an engine's own word for Ctrl-C
        Interrupt.check()
        failed = {"the case": f"failed: {type(error).__name__}: {error}"}
        result = {"case": case.name, "question": case.question, "rows": rows, "threads": options.threads}
        result |= {"status": "failed", "absent": {}, "failed": failed}
    Interrupt.check()
    return result


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", metavar="CASE,CASE", help="these cases; all of them by default")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_const", dest="mode", const="quick", help="few rows, 3 rounds")
    size.add_argument("--full", action="store_const", dest="mode", const="full", help="larger sizes and growth")
    parser.add_argument("--rows", action="append", default=[], metavar="CASE=ROWS")
    parser.add_argument("--rounds", type=int, default=0, help="7 by default; slow contestants run fewer")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--json", type=Path, help="where the results go; by default bench/results, or build/ of a part")
    parser.add_argument("--no-bandwidth", action="store_true", help="do not measure the machine's read bandwidth")
    parser.add_argument("--list", action="store_true", help="names the cases")
    chosen = parser.parse_args()
    chosen.mode = chosen.mode or "bench"
    chosen.rounds = chosen.rounds or (3 if chosen.mode == "quick" else 7)
    return chosen


def main() -> int:
    """0 when nobody failed and every answer agreed, 130 when it was interrupted, else 1."""
    options = arguments()
    for name in ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"):
        os.environ[name] = str(options.threads)  # read once, when a package is imported
    import canaries
    import machine
    import report as page
    import summary
    from cases import CASES

    if options.list:
        print("\n".join(f"{case.name:<20} {case.rows:>11,}  {case.question}" for case in CASES.values()))
        return 0
    names = [name for name in options.only.split(",") if name] or list(CASES)
    unknown = [name for name in names if name not in CASES]
    if unknown:
        raise SystemExit(f"--only: no case {', '.join(unknown)}; there are {', '.join(CASES)}")
    given = sizes(options.rows, set(CASES))
    whole = not options.only and not options.rows and options.mode != "quick"
    out = options.json or (RESULTS if whole else ROOT / "build" / "bench") / f"{options.mode}.json"
    missed = canaries.failures()
    if missed:
        print("the harness does not notice what it must:", *missed, sep="\n  ")
        return 1
    report: dict[str, Any] = {"mode": options.mode, "rounds": options.rounds, "machine": machine.facts(options.threads)}
    report |= {"cases": [], "growth": []}
    print(json.dumps(report["machine"]))
    if not options.no_bandwidth:
        report["read_bandwidth"] = machine.read_bandwidth(options.threads)
        print(
            "read bandwidth:",
            ", ".join(f"{name} {speed / 1e9:.1f} GB/s" for name, speed in report["read_bandwidth"].items()),
        )
    out.parent.mkdir(parents=True, exist_ok=True)

    from measure import Interrupt

    Interrupt.asked = False
    before = {number: signal.signal(number, Interrupt.handle) for number in (signal.SIGINT, signal.SIGTERM)}

    def keep() -> None:
        whole_text = json.dumps(report, indent=1) + "\n"
        beside = out.with_suffix(".part")
        beside.write_text(whole_text)
        beside.replace(out)

    finished = run_all(jobs([CASES[name] for name in names], options.mode, given), report, options, keep)
    for number, handler in before.items():
        signal.signal(number, handler)
    report["load_after"] = machine.load()
    keep()
    print(f"\n{summary.table(report)}\n\nwritten: {out}")
    if out.parent == RESULTS:
        page.write()
    wrong = summary.problems(report)
    print(*wrong, sep="\n")
    if not finished:
        print(f"interrupted {report['interrupted']}")
        return INTERRUPTED
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
