"""Where the numbers come from, without names: processor, versions, load, and how fast memory is read."""

from __future__ import annotations

import os
import platform
import time
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path
from typing import Any

PACKAGES = (
    "sojourn", "duckdb", "polars", "pandas", "numpy", "scipy", "scikit-learn", "lifelines", "lifetimes", "statsmodels",
    "chdb", "datafusion", "pyarrow",
)  # fmt: skip
COLUMN_BYTES = 512 << 20  # far beyond any cache
PIECE_BYTES = 8 << 20


def load() -> list[float]:
    """How many processes wanted a processor in the last 1, 5 and 15 minutes."""
    return [round(x, 1) for x in os.getloadavg()]


def facts(threads: int) -> dict[str, Any]:
    """What a reader must know to judge the numbers."""
    versions = {}
    for name in PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            module = __import__(name) if name == "sojourn" else None
            versions[name] = module.__version__ if module else "not installed"
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [
            line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if line.startswith("model name")
        ]
        model = names[0] if names else model
    return {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "processor": model,
        "cpus": os.cpu_count(),
        "load_average": load(),
        "threads": threads,
        "python": platform.python_version(),
        "versions": versions,
    }


def read_bandwidth(threads: int, rounds: int = 5) -> dict[str, float]:
    """Bytes a second with one thread and with all: the fastest of several reductions of a column, best of the rounds.

    The C++ program `read_bandwidth_bench` reads in 32 independent lanes and agrees within the spread of a quiet machine.
    """
    import numpy

    column = numpy.arange(COLUMN_BYTES // 8, dtype=numpy.float64)
    step = PIECE_BYTES // 8
    pieces = [column[at : at + step] for at in range(0, len(column), step)]
    probes = (numpy.add.reduce, numpy.maximum.reduce)
    found = {}
    for workers in sorted({1, threads}):
        best = float("inf")
        with ThreadPoolExecutor(workers) as pool:
            for probe in probes:
                for _ in range(rounds):
                    start = time.perf_counter()
                    list(pool.map(probe, pieces))
                    best = min(best, time.perf_counter() - start)
        found[f"threads:{workers}"] = COLUMN_BYTES / best
    return found
