"""The modules of bench/, which are programs and no package."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

BENCH = Path(__file__).resolve().parents[3] / "bench"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], ModuleType]]:
    """Imports a module of bench/ by name, fresh for each test."""
    monkeypatch.syspath_prepend(str(BENCH))
    monkeypatch.setenv("POLARS_MAX_THREADS", "1")
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"):
        monkeypatch.setenv(name, "1")
    yield importlib.import_module
    for path in BENCH.glob("*.py"):
        sys.modules.pop(path.stem, None)


@pytest.fixture
def run(bench: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., tuple[int, Path]]:
    """Runs compare.py with these arguments: its exit code, and where the results are."""

    def go(*arguments: str) -> tuple[int, Path]:
        out = tmp_path / "new" / "results.json"
        usual = ["--no-bandwidth", "--threads", "1", "--json", str(out)]
        monkeypatch.setattr(sys, "argv", ["compare.py", *arguments, *usual])
        return bench("compare").main(), out

    return go
