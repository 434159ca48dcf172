"""Packages that only some callers have installed."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def require(module: str, install: str = "") -> Any:
    """The module, or an ImportError that says what to install."""
    try:
        return import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise ImportError(f"this needs {package}: pip install {install or package}") from error
