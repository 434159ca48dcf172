"""Where a page goes, and what it must not overwrite."""

from __future__ import annotations

import os

from sojourn.cli._options import InputOptions
from sojourn.cli._usage import UsageError


def require_writable(out: str) -> None:
    """Refuses an output that cannot be written, before any work is done for it."""
    if out == "-":
        return
    folder = os.path.dirname(os.path.realpath(out)) if out else ""
    if not out:
        raise UsageError("--out needs the name of a file, or - for standard output")
    if os.path.isdir(out):
        raise UsageError(f"{out} is a folder; give --out the name of a file in it, as in {os.path.join(out, 'report.html')}")
    if not os.path.isdir(folder):
        raise UsageError(f"{out}: there is no folder {folder}; make it first, or give --out another place")
    if os.path.exists(out) and not os.access(out, os.W_OK):
        raise UsageError(f"{out}: the file is read-only; give --out another file")
    if (os.path.isfile(out) or not os.path.exists(out)) and not os.access(folder, os.W_OK | os.X_OK):
        raise UsageError(f"{out}: nothing can be written in {folder}; give --out another place")


def require_kind(out: str, form: str) -> None:
    """Refuses a name that says the file is of another kind than it will be."""
    named = os.path.splitext(out)[1].lower().removeprefix(".")
    if named in ("html", "htm", "xlsx") and named[:4] != form[:4] and (named, form) != ("htm", "html"):
        raise UsageError(f"{out}: --format {form} writes another kind of file; give --out a name that ends in .{form}")


def require_no_input(out: str, inputs: InputOptions) -> None:
    """Refuses an output that is one of the files that are read, also through a link or under another name."""
    if out == "-" or not os.path.exists(out):
        return
    for path in (*inputs.files, inputs.contracts.contracts, inputs.health.scorecard, inputs.subscriptions.policy):
        if path is not None and path != "-" and os.path.exists(path) and os.path.samefile(out, path):
            raise UsageError(f"{out}: would overwrite {path}, which is read; give --out another file")
