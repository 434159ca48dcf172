#!/usr/bin/env python3
"""How many instructions the hot kernels take per row, against the counts that are stored: the same on a busy machine.

    python bench/instructions.py             counts and compares; 1 when a kernel takes too many
    python bench/instructions.py --store     writes what it counted to bench/instructions.json

Times differ from minute to minute, counts by a hair. valgrind runs each kernel in a process of its own with N rows and with
2 N; the difference over N is what a row costs, without Python, imports and reading. Valgrind knows no AVX-512, so that
kernels run as on a processor with AVX2.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from typing import Any

STORED = Path(__file__).with_name("instructions.json")
TOO_MANY = 1.25
"""Times the stored count from which a kernel has become slower."""
ROWS = 100_000

READ = """
import sys, warnings
warnings.simplefilter("ignore")
import sojourn as sj
folder, rows = sys.argv[1], int(sys.argv[2])
def column(name, kind):
    size = memoryview(b"").cast(kind).itemsize
    with open(f"{folder}/{name}", "rb") as file:
        return memoryview(file.read(rows * size)).cast(kind)
"""
SNAPSHOTS = """
table = {"account": column("%s_account", "q"), "month": column("%s_month", "i"), "mrr": column("%s_mrr", "q")}
sj.Snapshots(table, "2020-01", "2024-12", amounts="minor", as_of="2025-01", threads=1).movements()
"""
CARD = """
from scorecard_cases import COUNT, TWELVE, signal
table = {signal(k): column(signal(k), "d") for k in range(COUNT)}
sj.Scorecard.from_json(TWELVE).score(table, account=None, threads=1)["score"]
"""
KERNELS = {
    "nps": 'sj.nps(column("score", "b"), threads=1)',
    "nps_segments": 'sj.nps(column("score", "b"), by=column("segment", "H"), threads=1)',
    "snapshots": SNAPSHOTS % (("sorted",) * 3),
    "snapshots_shuffled": SNAPSHOTS % (("shuffled",) * 3),
    "twelve": CARD,
    "percentile_rank": 'sj.percentile_rank(column("x", "d"), threads=1)["rank"]',
}


def columns(rows: int) -> dict[str, Any]:
    """What the kernels read, from the cases of the benchmarks."""
    from learn_cases import PercentileRank
    from scorecard_cases import Twelve
    from snapshot_cases import snapshot_rows
    from survey_cases import NpsSegments

    found: dict[str, Any] = {**NpsSegments().make(rows, 1), **Twelve().make(rows, 1), **PercentileRank().make(rows, 1)}
    for name in ("sorted", "shuffled"):
        table = snapshot_rows(rows + rows // 10, name == "shuffled")
        found |= {f"{name}_{column}": values for column, values in table.items()}
    return found


def count(kernel: str, folder: Path, rows: int) -> int:
    """Instructions of a process that runs a kernel once."""
    tool = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
    program = [sys.executable, "-c", READ + KERNELS[kernel], str(folder), str(rows)]
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": str(Path(__file__).parent)}
    done = subprocess.run([*tool, *program], capture_output=True, text=True, env=environment)
    found = re.search(r"I\s+refs:\s+([\d,]+)", done.stderr)
    if done.returncode != 0 or found is None:
        raise RuntimeError(f"{kernel} does not run under valgrind: {done.stderr[-2000:]}")
    return int(found[1].replace(",", ""))


def per_row(kernels: list[str]) -> dict[str, float]:
    """Instructions per row of each kernel."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for column, values in columns(2 * ROWS).items():
            (folder / column).write_bytes(values.tobytes())
        return {one: (count(one, folder, 2 * ROWS) - count(one, folder, ROWS)) / ROWS for one in kernels}


def compiler() -> str:
    """Of the package, as far as it can be told: counts of another one say nothing."""
    done = subprocess.run(["g++", "-dumpfullversion"], capture_output=True, text=True)
    return f"g++ {done.stdout.strip()}"


def stored() -> dict[str, Any]:
    """Compiler and counts."""
    found: dict[str, Any] = json.loads(STORED.read_text("utf-8"))
    return found


def too_many(counted: dict[str, float], known: dict[str, float]) -> list[str]:
    """The kernels that have become slower."""
    return [
        f"{name}: {found:.2f} instructions per row, stored are {known[name]:.2f}"
        for name, found in counted.items()
        if found > TOO_MANY * known[name]
    ]


def why_not() -> str:
    """Why nothing can be counted here; empty when it can."""
    if shutil.which("valgrind") is None:
        return "valgrind is not installed"
    try:
        metadata.version("sojourn")
    except metadata.PackageNotFoundError:
        return "sojourn is not installed as a package: counts are of its release build"
    return ""


def main() -> int:
    """1 when a kernel takes too many instructions."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", action="store_true")
    chosen = parser.parse_args()
    if reason := why_not():
        raise SystemExit(reason)
    counted = per_row(list(KERNELS))
    if chosen.store:
        rounded = {name: round(value, 2) for name, value in counted.items()}
        STORED.write_text(json.dumps({"compiler": compiler(), "instructions_per_row": rounded}, indent=1) + "\n", "utf-8")
    known = stored()
    for name, value in counted.items():
        print(f"{name:<20} {value:>10.2f} {known['instructions_per_row'][name]:>10.2f}")
    if known["compiler"] != compiler():
        print(f"counts were stored with {known['compiler']}, this is {compiler()}: not compared")
        return 0
    slower = too_many(counted, known["instructions_per_row"])
    print(*slower, sep="\n")
    return 1 if slower else 0


if __name__ == "__main__":
    sys.exit(main())
