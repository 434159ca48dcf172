"""`import sojourn` is quick because it loads little; what it must not load is a fact, how long it takes is printed."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

import sojourn

HEAVY = (
    "numpy pandas polars pyarrow duckdb matplotlib jinja2 vl_convert "
    "dataclasses inspect fractions decimal json html csv hashlib tempfile pathlib importlib.resources difflib argparse asyncio "
    "sojourn.datasets sojourn.charts sojourn.cli sojourn._report sojourn._files sojourn._policy"
).split()


def fresh(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_import_loads_nothing_that_only_some_need() -> None:
    before = set(fresh("import sys; print(*sys.modules)").split())
    loaded = set(fresh("import sys, sojourn; print(*sys.modules)").split()) - before
    assert sorted(loaded & set(HEAVY)) == []
    assert "sojourn.surveys" in loaded


def test_what_is_loaded_later_is_there_all_the_same() -> None:
    seen = fresh("import sojourn; print(sojourn.Policy.__name__, sojourn.datasets.acme.__name__, 'Policy' in dir(sojourn))")
    assert seen == "Policy acme True"
    assert fresh("from sojourn import Policy, datasets; print(Policy().grr, datasets.__name__)") == "account_min sojourn.datasets"
    assert fresh("import sojourn.datasets; print(sojourn.datasets.__name__)") == "sojourn.datasets"
    assert set(sojourn.__all__) <= set(dir(sojourn)) and not hasattr(sojourn, "nonsense")


def test_import_time_is_shown() -> None:
    """No limit here: the machine that runs tests may be busy. `pytest -s` shows the time."""

    def seconds(code: str) -> float:
        start = time.perf_counter()
        fresh(code)
        return time.perf_counter() - start

    took = statistics.median(seconds("import sojourn") for _ in range(5)) - statistics.median(seconds("pass") for _ in range(5))
    print(f"import sojourn: {1000 * took:.0f} ms beyond the bare interpreter")
    assert took < 5
