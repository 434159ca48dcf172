"""The error of a question that was asked wrongly."""

from __future__ import annotations

from sojourn.errors import Error


class UsageError(Error):
    """The question cannot be asked this way: a missing file, an option that is needed. The command line exits with 2."""
