"""The files of a checkout as texts by path, and what C++ files say of each other."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple

FOLDERS = ("include", "src", "bindings/python", "tests", "bench", "examples", "docs", "cmake")
SUFFIXES = (".hpp", ".cpp", ".py", ".pyi", ".md", ".cmake", ".txt")

_COMMENT = re.compile(r'//[^\n]*|/\*.*?\*/|("(?:\\.|[^"\\\n])*")', re.DOTALL)
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


class Problem(NamedTuple):
    rule: str
    place: str
    text: str


@dataclass(frozen=True)
class Tree:
    """Paths are relative to the root of the checkout, with slashes."""

    files: dict[str, str]

    @classmethod
    def read(cls, root: Path) -> Tree:
        found: dict[str, str] = {}
        for folder in FOLDERS:
            for path in sorted((root / folder).rglob("*")):
                if path.suffix in SUFFIXES and path.is_file() and "__pycache__" not in path.parts:
                    found[path.relative_to(root).as_posix()] = path.read_text("utf-8")
        return cls(found)

    def under(self, folder: str, *suffixes: str) -> list[str]:
        return [path for path in self.files if path.startswith(folder + "/") and (not suffixes or path.endswith(suffixes))]

    def includes(self, path: str) -> list[tuple[str, str]]:
        """What a file includes: the path in the tree, or "" when it is not ours, with the name as written."""
        return [(self._ours(path, quote, name), name) for quote, name in _INCLUDE.findall(self.files[path])]

    def _ours(self, path: str, quote: str, name: str) -> str:
        beside = (PurePosixPath(path).parent / name).as_posix()
        places = (
            [f"include/{name}", f"src/{name}", f"bindings/python/core/{name}", beside]
            if quote == '"'
            else [f"include/{name}"]
        )
        return next((place for place in places if place in self.files), "")


def without_comments(text: str) -> str:
    return _COMMENT.sub(lambda found: found[1] or "", text)


def circles(graph: dict[str, list[str]]) -> list[list[str]]:
    """The groups of files that reach each other, largest first."""
    order: list[str] = []
    back: dict[str, list[str]] = defaultdict(list)
    for start, targets in graph.items():
        for target in targets:
            back[target].append(start)

    def walk(start: str, edges: dict[str, list[str]], seen: set[str], done: list[str]) -> None:
        left = [(start, iter(edges.get(start, ())))]
        seen.add(start)
        while left:
            node, rest = left[-1]
            step = next((target for target in rest if target not in seen), None)
            if step is None:
                done.append(node)
                left.pop()
            else:
                seen.add(step)
                left.append((step, iter(edges.get(step, ()))))

    seen: set[str] = set()
    for node in sorted(graph):
        if node not in seen:
            walk(node, graph, seen, order)
    found, seen = [], set()
    for node in reversed(order):
        if node not in seen:
            group: list[str] = []
            walk(node, back, seen, group)
            if len(group) > 1 or node in graph.get(node, ()):
                found.append(sorted(group))
    return sorted(found, key=lambda group: (-len(group), group))
