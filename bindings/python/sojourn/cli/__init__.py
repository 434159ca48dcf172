"""The command line: `sojourn report | metrics | explain | doctor | demo` and more."""

from __future__ import annotations

from sojourn.cli._parser import main as main

__all__ = ["main"]
