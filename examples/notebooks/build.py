"""Writes and executes the notebooks beside this file: `python examples/notebooks/build.py` makes x.ipynb of every x.py in
cells.

A cell begins with `# %%`; `# %% [markdown]` holds prose behind `# `. Outputs are stored, so that pictures show where nothing
can be run.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


def cells_of(script: str) -> list[tuple[str, str]]:
    """(kind, source) of each cell: kind is "markdown" or "code"."""
    found = []
    for part in re.split(r"^# %%", script, flags=re.M)[1:]:
        head, _, body = part.partition("\n")
        if head.strip() == "[markdown]":
            found.append(("markdown", re.sub(r"^# ?", "", body.strip(), flags=re.M)))
        else:
            found.append(("code", body.strip()))
    return found


def notebook_of(script: Path) -> Any:
    """The notebook of a script, without outputs; the same script gives the same bytes."""
    import nbformat
    from nbformat import v4

    new = {"markdown": v4.new_markdown_cell, "code": v4.new_code_cell}
    cells = [new[kind](source, id=f"cell-{i:02}") for i, (kind, source) in enumerate(cells_of(script.read_text("utf-8")))]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = v4.new_notebook(cells=cells, metadata=kernel)
    nbformat.validate(notebook)
    return notebook


def executed(script: Path) -> Any:
    """The notebook with its outputs. What differs from run to run (times, addresses) is left out."""
    from nbclient import NotebookClient

    notebook = notebook_of(script)
    NotebookClient(notebook, timeout=600, kernel_name="python3", record_timing=False).execute()
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                output["data"]["text/plain"] = "a picture"
    notebook.metadata.pop("language_info", None)
    return notebook


def main() -> int:
    import nbformat

    for script in sorted(HERE.glob("*.py")):
        if script.name == Path(__file__).name:
            continue
        target = script.with_suffix(".ipynb")
        target.write_text(nbformat.writes(executed(script)) + "\n", "utf-8")
        print(f"{target.name}: {target.stat().st_size // 1024} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
