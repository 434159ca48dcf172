"""Injects each bug of `bugs.toml` into a copy of the tree, one at a time, and says which the tests notice.

    python tests/mutation/run.py [--copy DIR] [--only WORD] [--kind python|cpp|all] [--python EXE] [--core FILE]

The copy is made of the files that git knows. Bugs of Python sources need a compiled module: `--core` names one, else
it is built in the copy. Bugs of C++ sources rebuild the test programs that they name. Exit code 1 where less than 90 % of
the bugs are noticed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ENOUGH = 0.9
SECONDS = 900


def copy_of_the_tree(folder: Path) -> None:
    """The files that git knows, as they are now; unchanged ones keep their times, so that builds stay small."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True,
                            capture_output=True, text=True)  # fmt: skip
    for name in filter(None, listed.stdout.split("\0")):
        source, target = ROOT / name, folder / name
        if not source.is_file() or (target.is_file() and target.read_bytes() == source.read_bytes()):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)


class WrongBug(Exception):
    """The list is behind the sources: such a bug counts as one that survived."""


class Copy:
    """Builds and tests in the copy."""

    def __init__(self, folder: Path, python: str, core: Path | None) -> None:
        self.folder, self.python = folder, python
        self.build = folder / "build" / "dev"
        if core is not None:
            self.path = folder / "bindings" / "python"
            link = self.path / "sojourn" / core.name
            link.unlink(missing_ok=True)
            link.symlink_to(core)
        else:
            self.path = self.build / "python"

    def configured(self) -> bool:
        return (self.build / "CMakeCache.txt").is_file() or self._run(["cmake", "--preset", "dev"])

    def built(self, targets: Sequence[str]) -> bool:
        return self.configured() and self._run(["cmake", "--build", "--preset", "dev", "--target", *targets])

    def noticed(self, bug: dict[str, Any]) -> bool:
        """Whether one of the bug's tests fails."""
        programs = [f"{name}_test" for name in bug.get("cpp", [])]
        if programs:
            if not self.built(programs):
                raise WrongBug("does not build")
            if not all(self._run([str(self.build / "tests" / program)]) for program in programs):
                return True
        if "python" not in bug:
            return False
        return not self._run([self.python, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *bug["python"]])

    def _run(self, command: Sequence[str]) -> bool:
        environment = {**os.environ, "PYTHONPATH": str(self.path), "PYTHONDONTWRITEBYTECODE": "1"}
        try:
            done = subprocess.run(
                command, cwd=self.folder, env=environment, capture_output=True, timeout=SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0


def injected(bug: dict[str, Any], folder: Path) -> tuple[Path, str]:
    """Changes the file and returns it with what stood in it."""
    path = folder / bug["file"]
    before = path.read_text(encoding="utf-8")
    if before.count(bug["before"]) != 1:
        raise WrongBug(f"`before` stands {before.count(bug['before'])} times in {bug['file']}")
    path.write_text(before.replace(bug["before"], bug["after"]), encoding="utf-8")
    return path, before


def tried(bug: dict[str, Any], copy: Copy) -> str:
    """Injects, tests, and puts back what was there."""
    try:
        path, before = injected(bug, copy.folder)
    except WrongBug as wrong:
        return f"WRONG ({wrong})"
    try:
        return "noticed" if copy.noticed(bug) else "SURVIVED"
    except WrongBug as wrong:
        return f"WRONG ({wrong})"
    finally:
        path.write_text(before, encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--copy", type=Path, default=ROOT / "build" / "mutants")
    parser.add_argument("--only", default="", help="bugs whose name or file holds this word")
    parser.add_argument("--kind", choices=("python", "cpp", "all"), default="all")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--core", type=Path, default=None, help="a compiled module for bugs of Python sources")
    parser.add_argument("--check-list", action="store_true", help="only check that every bug fits its file")
    given = parser.parse_args()
    bugs = [
        bug
        for bug in tomllib.loads((Path(__file__).parent / "bugs.toml").read_text(encoding="utf-8"))["bug"]
        if (given.only in bug["name"] or given.only in bug["file"])
        and (given.kind == "all" or (given.kind == "cpp") == bug["file"].endswith((".cpp", ".hpp")))
    ]
    if given.check_list:
        wrong = [b["name"] for b in bugs if (ROOT / b["file"]).read_text(encoding="utf-8").count(b["before"]) != 1]
        print("\n".join(wrong) or f"{len(bugs)} bugs, each fits its file")
        return 1 if wrong else 0
    copy_of_the_tree(given.copy)
    copy = Copy(given.copy, given.python, given.core)
    if given.core is None and any("python" in bug for bug in bugs) and not copy.built(["_core"]):
        raise SystemExit("the compiled module does not build")
    survivors = []
    for bug in bugs:
        said = tried(bug, copy)
        print(f"{said:8}  {bug['name']}", flush=True)
        if said != "noticed":
            survivors.append(bug["name"])
    print(f"{len(bugs) - len(survivors)} of {len(bugs)} noticed")
    return 0 if len(bugs) - len(survivors) >= ENOUGH * len(bugs) else 1


if __name__ == "__main__":
    sys.exit(main())
