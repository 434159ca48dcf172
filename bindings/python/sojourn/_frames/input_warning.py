"""Warnings about how input was read, placed where the caller of the library stands."""

from __future__ import annotations

import sys
import warnings

from sojourn.errors import InputWarning

_PACKAGE = __name__.partition(".")[0]


def warn(message: str) -> None:
    """An `InputWarning` at the caller's line; Python shows the same message once there."""
    level, frame = 2, sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == _PACKAGE:
        level, frame = level + 1, frame.f_back
    warnings.warn(message, InputWarning, stacklevel=level)
