"""`import sojourn` is quick because it loads little; what it must not load is a fact, how long it takes is printed."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import sojourn

HEAVY = (
    "numpy pandas polars pyarrow duckdb matplotlib jinja2 vl_convert "
    "dataclasses inspect fractions decimal json html csv hashlib tempfile pathlib importlib.resources difflib argparse "
    "asyncio sojourn.surveys sojourn.revenue sojourn.lifetime sojourn.health sojourn.datasets sojourn.charts sojourn.cli "
    "sojourn._catalogue sojourn._report sojourn._frames.table"
).split()


def fresh(code: str, **environment: str) -> str:
    variables = {**os.environ, **environment}
    return subprocess.run(
        [sys.executable, "-c", code], env=variables, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_import_loads_nothing_that_only_some_need() -> None:
    before = set(fresh("import sys; print(*sys.modules)").split())
    loaded = set(fresh("import sys, sojourn; print(*sys.modules)").split()) - before
    assert sorted(loaded & set(HEAVY)) == []
    assert {"sojourn._core", "sojourn.errors"} <= loaded


def test_what_is_loaded_later_is_there_all_the_same() -> None:
    seen = fresh("import sojourn; print(sojourn.Policy.__name__, sojourn.datasets.acme.__name__, 'Policy' in dir(sojourn))")
    assert seen == "Policy acme True"
    assert (
        fresh("from sojourn import Policy, datasets; print(Policy().grr, datasets.__name__)")
        == "account_min sojourn.datasets"
    )
    assert fresh("import sojourn.datasets; print(sojourn.datasets.__name__)") == "sojourn.datasets"
    assert fresh("import sojourn; print(sojourn.revenue.Policy is sojourn.Policy, sojourn.health.__name__)") == (
        "True sojourn.health"
    )
    assert set(sojourn.__all__) <= set(dir(sojourn)) and not hasattr(sojourn, "nonsense")


def test_every_public_name_is_loaded_from_where_its_face_says() -> None:
    """One by one in a fresh interpreter each, so that no name depends on another that happened to be loaded before it."""
    code = "import sojourn; found = getattr(sojourn, {name!r}); assert found is getattr(sojourn, {name!r}); print('ok')"
    for name in ("Ledger", "HealthResult", "nps", "kaplan_meier", "report", "datasets"):
        assert fresh(code.format(name=name)) == "ok"
    for name in sojourn.__all__:
        assert getattr(sojourn, name) is not None


def test_import_time_is_shown(tmp_path: Path) -> None:
    """No tight limit: the machine that runs tests may be busy. `pytest -s` shows the time of a warm import."""
    warm = {"PYTHONPYCACHEPREFIX": str(tmp_path), "PYTHONDONTWRITEBYTECODE": ""}

    def milliseconds(code: str) -> tuple[float, float]:
        start, before = time.perf_counter(), os.times()
        fresh(code, **warm)
        after = os.times()
        worked = after.children_user + after.children_system - before.children_user - before.children_system
        return 1000 * (time.perf_counter() - start), 1000 * worked

    fresh("import sojourn", **warm)
    runs = {code: [milliseconds(code) for _ in range(3)] for code in ("pass", "import sojourn")}
    wall, worked = (
        statistics.median(run[i] for run in runs["import sojourn"]) - statistics.median(run[i] for run in runs["pass"])
        for i in (0, 1)
    )
    print(f"import sojourn: {wall:.0f} ms beyond the bare interpreter, {worked:.0f} ms of processor time")
    assert wall < 5000
