"""Arrays that another thread changes during a call: any number or any error of ours, but the process lives."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import sojourn as sj

PROGRAM = """
import sys, threading, time
import numpy as np
import sojourn as sj

rows = 150_000
ids, ages, entries, left = (np.zeros(rows, kind) for kind in ("i8", "i4", "i4", "u1"))
values, scores = np.zeros(rows), np.zeros(rows, "i1")
months = np.datetime64("2022-01-01") + np.arange(rows) % 700
CALLS = {
    "survival": lambda: sj.kaplan_meier(ages, left),
    "survival with entry": lambda: sj.kaplan_meier(ages, left, entry=entries),
    "survival by segment": lambda: sj.kaplan_meier(ages, left, by=ids),
    "ranks": lambda: sj.percentile_rank(values),
    "snapshots": lambda: sj.Snapshots({"account": ids, "month": months, "mrr_minor": ids}, "2022-01", "2023-12",
                                      as_of="2024-06-01"),
    "answers": lambda: sj.nps(scores, by=ids, respondent=ids),
    "roll-up": lambda: sj.rollup({"account_id": ids, "parent_id": ids, "score": values}),
    "validation": lambda: sj.validate_scores(values, left),
}
random = np.random.default_rng(1)
done = False


def calm():
    ids[:], ages[:], entries[:], left[:] = (random.integers(0, most, rows) for most in (1000, 100, 9, 2))
    ages[:] += 10
    values[:], scores[:] = random.normal(size=rows), random.integers(0, 11, rows)


def meddle():
    wild = np.random.default_rng(2)
    while not done:
        where = wild.integers(0, rows, 40)
        if wild.integers(2):
            entries[where] = wild.integers(0, 2**31 - 1, 40)
        ids[where], ages[where] = wild.integers(-2**62, 2**62, 40), wild.integers(0, 2**31 - 1, 40)
        values[where] = wild.choice([np.nan, np.inf, -1e300, 5.0], 40)
        left[where], scores[where] = wild.integers(0, 255, 40), wild.integers(-128, 127, 40)


call, until = CALLS[sys.argv[1]], time.monotonic() + 1.5
other = threading.Thread(target=meddle)
calm()
other.start()
try:
    while time.monotonic() < until:
        calm()
        try:
            call()
        except (sj.Error, MemoryError):
            pass
finally:
    done = True
    other.join()
print("alive")
"""


@pytest.mark.parametrize(
    "call",
    ["survival", "survival with entry", "survival by segment", "ranks", "snapshots", "answers", "roll-up", "validation"],
)
def test_the_process_lives(call: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(sj.__file__).parents[1]), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, call], capture_output=True, text=True, env=environment, timeout=120, check=False
    )
    assert done.returncode == 0 and done.stdout == "alive\n", done.stderr[-500:]
