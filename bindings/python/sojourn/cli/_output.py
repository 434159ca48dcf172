"""Where a page goes, and what it must not overwrite."""

from __future__ import annotations

import os

from sojourn.cli._options import InputOptions
from sojourn.cli._usage import UsageError


def require_no_input(out: str, inputs: InputOptions) -> None:
    """Refuses an output that is one of the files that are read, also through a link or under another name."""
    if out == "-" or not os.path.exists(out):
        return
    for path in (*inputs.files, inputs.contracts.contracts, inputs.health.scorecard, inputs.subscriptions.policy):
        if path is not None and path != "-" and os.path.exists(path) and os.path.samefile(out, path):
            raise UsageError(f"{out}: would overwrite {path}, which is read; give --out another file")
