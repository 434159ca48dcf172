"""Notebooks are what their scripts say, and show what the library says today."""

from __future__ import annotations

import importlib.util
import os
import warnings
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parents[2] / "examples" / "notebooks"
SCRIPTS = [script for script in sorted(HERE.glob("*.py")) if script.name != "build.py"]

nbformat = pytest.importorskip("nbformat")


@pytest.fixture(scope="module")
def build() -> Any:
    spec = importlib.util.spec_from_file_location("notebook_build", HERE / "build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def words(cell: Any) -> list[str]:
    """What a cell printed or showed, pictures as a word."""
    return ["".join(o.get("text", "") or o.get("data", {}).get("text/plain", "")) for o in cell.get("outputs", [])]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_notebook_holds_the_cells_of_its_script(script: Path, build: Any) -> None:
    stored = nbformat.read(script.with_suffix(".ipynb"), as_version=4)
    assert [(c.cell_type, c.source) for c in stored.cells] == build.cells_of(script.read_text("utf-8")), (
        "run examples/notebooks/build.py"
    )
    pictures = [o for c in stored.cells for o in c.get("outputs", []) if "image/png" in o.get("data", {})]
    assert len(pictures) >= 3
    assert script.with_suffix(".ipynb").stat().st_size < 600_000
    shown = script.with_suffix(".ipynb").read_text("utf-8")
    assert str(HERE.parents[1]) not in shown and "Warning" not in shown


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_notebook_shows_what_the_library_says_today(script: Path, build: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    pytest.importorskip("matplotlib")
    import sojourn

    package = str(Path(sojourn.__file__).parents[1])
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")])))
    stored = nbformat.read(script.with_suffix(".ipynb"), as_version=4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the kernel's transport, not of the notebook
        fresh = build.executed(script)
    for i, (before, now) in enumerate(zip(stored.cells, fresh.cells, strict=True)):
        assert words(before) == words(now), f"cell {i}: run examples/notebooks/build.py"
