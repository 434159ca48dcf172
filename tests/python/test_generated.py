"""Files that repeat facts of the core are current: `make generate` writes them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = ["bindings/python/sojourn/revenue/_policy_options.py", "docs/definitions/index.md"]


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", FILES)
def test_what_is_generated_is_current(generator: ModuleType, path: str) -> None:
    assert (ROOT / path).read_text("utf-8") == generator.FILES[path](), f"{path} is not current; run `make generate`"


def test_every_generated_file_is_checked(generator: ModuleType) -> None:
    assert sorted(generator.FILES) == sorted(FILES)
