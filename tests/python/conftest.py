"""Outside data for the tests: found beside the repository, and skipped with a reason where it is not."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def find_shared() -> Path | None:
    """The directory `shared` beside the repository, or further up."""
    return next((p / "shared" for p in ROOT.parents if (p / "shared" / "oracles").is_dir()), None)


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """Published data sets and oracle tables, which are not part of the repository."""
    found = find_shared()
    if found is None:
        pytest.skip(f"no directory 'shared' with oracles beside {ROOT}")
    return found


@pytest.fixture(scope="session")
def oracle(shared_dir: Path) -> Callable[[str], dict[str, dict[str, str]]]:
    """`oracle("revenue")["mrr-01"]["expected"]`: the rows of an oracle table by id, all text."""

    def read(name: str) -> dict[str, dict[str, str]]:
        with open(shared_dir / "oracles" / f"{name}.csv", encoding="utf-8", newline="") as file:
            return {row["id"]: row for row in csv.DictReader(file)}

    return read


@pytest.fixture(autouse=True)
def _close_pictures() -> Iterator[None]:
    """Figures live until they are closed, and Matplotlib warns of the twenty-first."""
    yield
    if (pyplot := sys.modules.get("matplotlib.pyplot")) is not None:
        pyplot.close("all")
