"""One fact in one place: constants and calls that belong in one file only, and the width that every text keeps."""

from __future__ import annotations

import re

from rules.tree import Problem, Tree

WIDTH = 125  # as in .clang-format, pyproject.toml and CONTRIBUTING.md
_RAW_STRING = re.compile(r'R"(\w*)\(.*?\)\1"', re.DOTALL)

ONE_FILE = {
    "FNV-1a": re.compile(r"0x0*100000001b3|\b1099511628211|0xcbf29ce484222325|\b14695981039346656037", re.IGNORECASE),
    "asking for large pages": re.compile(r"\bmadvise\s*\("),
}


def check(tree: Tree) -> list[Problem]:
    problems: list[Problem] = []
    library = tree.under("include", ".hpp") + tree.under("src", ".hpp", ".cpp") + tree.under("bindings", ".hpp", ".cpp")
    for what, pattern in ONE_FILE.items():
        having = [path for path in library if pattern.search(tree.files[path].replace("'", ""))]
        if len(having) > 1:
            problems.append(Problem("one place", having[0], f"{what} stands in {len(having)} files: {' '.join(having)}"))
    for path, text in tree.files.items():
        if path.endswith((".hpp", ".cpp", ".py", ".pyi")):
            ours = _RAW_STRING.sub(lambda found: "\n" * found[0].count("\n"), text)  # JSON in a test keeps its lines
            if long := [str(number) for number, line in enumerate(ours.split("\n"), 1) if len(line) > WIDTH]:
                problems.append(
                    Problem("width", path, f"{len(long)} lines are longer than {WIDTH} columns: {', '.join(long[:5])}")
                )
    return problems
