"""A file is found by the name of the header that it is about: tests, benches, binding files, pages of definitions."""

from __future__ import annotations

import re

from rules.rooms import FAMILIES
from rules.tree import Problem, Tree

# Tests of several rooms at once, in tests/ itself.
ACROSS_ROOMS = {
    "bad_input",
    "determinism",
    "edge_cases",
    "forbidden",
    "golden_health_states",
    "golden_states",
    "invariants",
    "laws",
    "library_errors",
    "moved_from",
    "reference",
}
# The floor that every benchmark is measured against, and the workloads of several headers that are told as shares of it.
BENCHES = {"read_bandwidth", "workloads"}
# Pages that explain what several metrics share.
PAGES = {"forecast", "index", "uncertainty"}


def is_about(name: str, known: set[str]) -> bool:
    """Whether `name` is a known one, or a known one with an aspect behind it: ledger_edit."""
    words = name.split("_")
    return any("_".join(words[:count]) in known for count in range(1, len(words) + 1))


def headers_by_folder(tree: Tree) -> dict[str, set[str]]:
    """Folder -> names of headers in it, public ones and those behind src/."""
    found: dict[str, set[str]] = {}
    for path in tree.under("include/sojourn", ".hpp") + tree.under("src", ".hpp"):
        folder, _, name = path.removeprefix("include/sojourn/").removeprefix("src/").rpartition("/")
        found.setdefault(folder, set()).add(name.removesuffix(".hpp"))
    return found


def check_tests(tree: Tree, headers: dict[str, set[str]]) -> list[Problem]:
    listed = set(re.findall(r"^\s*sojourn_test\(([\w/]+)\)", tree.files.get("tests/CMakeLists.txt", ""), re.MULTILINE))
    problems = []
    for path in tree.under("tests", "_test.cpp"):
        test = path.removeprefix("tests/").removesuffix("_test.cpp")
        folder, _, name = test.rpartition("/")
        if not is_about(name, headers.get(folder, set()) | (ACROSS_ROOMS if not folder else set())):
            problems.append(Problem("names", path, f"bears the name of no header of {folder or 'include/sojourn'}/"))
        if test not in listed:
            problems.append(Problem("names", path, "is not built: tests/CMakeLists.txt does not list it"))
    return problems


def check_python_tests(tree: Tree, headers: dict[str, set[str]]) -> list[Problem]:
    """tests/python/<room>/test_x.py is about a module x of its room (or of bench/), a header, or the room as a whole."""
    problems = []
    for path in tree.under("tests/python", ".py"):
        *rooms, name = path.removeprefix("tests/python/").split("/")
        room = rooms[0] if rooms else ""
        if not room or not name.startswith("test_"):
            continue
        modules = tree.under(f"bindings/python/sojourn/{room}", ".py") + tree.under(
            f"bindings/python/sojourn/_{room}", ".py"
        )
        known = {part.removesuffix(".py").lstrip("_") for module in modules for part in module.split("/")[3:]}
        if room == "bench":
            known |= {path.removeprefix("bench/").removesuffix(".py") for path in tree.under("bench", ".py")}
        for folder, names in headers.items():
            if (folder + "/").startswith(room + "/"):
                known |= names | {folder.rpartition("/")[2]}
        if not is_about(name.removeprefix("test_").removesuffix(".py"), known | {room}):
            problems.append(Problem("names", path, f"bears the name of no module or header of {room}"))
    return problems


def check_bindings(tree: Tree, headers: dict[str, set[str]]) -> list[Problem]:
    """bind_x.cpp is about the header x of its own room; outside the families about a header or a folder of any room."""
    problems = []
    folders = {folder.rpartition("/")[2] for folder in headers}
    for path in tree.under("bindings/python/core", ".cpp"):
        folder, _, name = path.removeprefix("bindings/python/core/").rpartition("/")
        own = {header for place, names in headers.items() for header in names if (place + "/").startswith(folder + "/")}
        known = (
            own if folder in FAMILIES else {header for names in headers.values() for header in names} | folders | {"build"}
        )
        if (about := re.fullmatch(r"bind_(\w+)\.cpp", name)) and not is_about(about[1], known):
            problems.append(
                Problem("names", path, f"binds no header of {folder or 'include/sojourn'}/ that bears this name")
            )
        elif not about and name != "module.cpp":
            beside = tree.under(path.rpartition("/")[0], ".hpp")
            if not is_about(name.removesuffix(".cpp"), {other.rpartition("/")[2].removesuffix(".hpp") for other in beside}):
                problems.append(Problem("names", path, "is neither bind_<header>.cpp nor the body of a header beside it"))
    return problems


def check(tree: Tree) -> list[Problem]:
    headers = headers_by_folder(tree)
    every = {header for names in headers.values() for header in names}
    problems = check_tests(tree, headers) + check_python_tests(tree, headers) + check_bindings(tree, headers)
    for path in tree.under("bench", "_bench.cpp"):
        if path.removeprefix("bench/").removesuffix("_bench.cpp") not in every | BENCHES:
            problems.append(Problem("names", path, "bears the name of no header"))
    for path in tree.under("docs/definitions", ".md"):
        if not is_about(path.removeprefix("docs/definitions/").removesuffix(".md"), every | PAGES):
            problems.append(Problem("names", path, "bears the name of no header or metric"))
    return problems
