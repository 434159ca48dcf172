"""Binding files convert and forward. They keep to their family, and leave words and columns to the helpers they share."""

from __future__ import annotations

import re

from rules.rooms import FAMILIES
from rules.tree import Problem, Tree, circles, without_comments

BINDINGS = "bindings/python"
CORE = "bindings/python/core/"
# The binding file of one family may show what another has; nothing else crosses.
MAY_TAKE = {"revenue": ("lifetime",)}
HELPERS = CORE + "frames/"
# A column or two that stand beside a table are no rows of a struct.
LONE_COLUMNS = 2

_COLUMN_BY_HAND = re.compile(r'\["[^"\]]*"\]\s*=\s*(?:sojourn::)?(?:arrow::)?any_column\b')
_WORD_TABLE = re.compile(r'\{\s*"\w+"\s*,\s*(?:\w+::)*\w+::\w+\s*\}')
_WORD_BY_HAND = re.compile(r'==\s*"\w+"\s*\?\s*(?:\w+::)*\w+::\w+')


def room_of(path: str) -> str:
    folder = path.removeprefix(CORE).removeprefix("include/sojourn/").removeprefix("src/").split("/")[0]
    return folder.rsplit(".", 1)[0]


def check(tree: Tree) -> list[Problem]:
    problems: list[Problem] = []
    graph: dict[str, list[str]] = {}
    for path in tree.under(BINDINGS, ".hpp", ".cpp"):
        if not path.startswith(CORE):
            problems.append(Problem("rooms", path, f"lies in no room of {CORE}"))
        family = room_of(path)
        graph[path] = [other for other, _ in tree.includes(path) if other]
        for other in graph[path]:
            theirs = room_of(other)
            if family in FAMILIES and theirs in FAMILIES and theirs not in (family, *MAY_TAKE.get(family, ())):
                problems.append(Problem("bindings", path, f"includes {other} of another family"))
            elif family == "frames" and theirs in FAMILIES:
                problems.append(Problem("bindings", path, f"includes {other}: frames know no family"))
            elif other.startswith("src/"):
                problems.append(Problem("bindings", path, f"includes {other}: bindings have the public headers"))
        text = without_comments(tree.files[path])
        if not path.startswith(HELPERS):
            for pattern, most, what in (
                (_COLUMN_BY_HAND, LONE_COLUMNS, "columns by hand; frames/table.hpp makes columns of rows"),
                (_WORD_TABLE, 0, "rows of a table of words of its own; frames/words.hpp reads the core's"),
                (_WORD_BY_HAND, 0, "words read by hand; frames/words.hpp refuses unknown ones"),
            ):
                if (count := len(pattern.findall(text))) > most:
                    problems.append(Problem("bindings", path, f"has {count} {what}"))
    for circle in circles(graph):
        problems.append(Problem("bindings", circle[0], f"a circle of {len(circle)} files: {' '.join(circle)}"))
    return problems
