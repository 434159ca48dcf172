"""What a host sees of a public header: its layer, what it needs, what it costs; everything is in the umbrella or beside it,
among the models."""

from __future__ import annotations

import re

from rules.bodies import declared_without_body
from rules.rooms import FLOORS, room
from rules.tree import Problem, Tree

ROOT = "include/sojourn/"
UMBRELLA, MODELS = ROOT + "sojourn.hpp", ROOT + "models.hpp"

STANDARD = set(
    """
    algorithm array atomic bit bitset charconv chrono climits cmath compare complex concepts condition_variable
    cstddef cstdint cstdlib cstring deque exception functional initializer_list iterator limits list map memory mutex
    new numbers numeric optional queue random ratio set source_location span stdexcept stop_token string string_view
    system_error thread tuple type_traits typeindex typeinfo unordered_map unordered_set utility variant vector
    version
    """.split()
)
# Tied to the environment.
BANNED = {"execution", "iostream", "locale", "regex", "filesystem", "fstream"}
# Each costs every file of every host more than it is worth there (<algorithm> and <functional> bring each other,
# <unordered_map> and <ranges>; <cmath> brings the special functions): bodies that need them stand in src/.
HEAVY = set(
    """
    algorithm atomic bitset charconv chrono cmath complex condition_variable deque format functional future iomanip list
    mutex numeric queue random ranges set sstream stop_token thread unordered_map unordered_set
    """.split()
)
# Headers for hosts that already use that library; outside the umbrella, as arrow/ is.
THIRD_PARTY = {"accumulators.hpp": "boost/", "eigen.hpp": "Eigen/"}
# What hosts that stream rows include by itself.
STREAMS = ("input/owned_column.hpp", "revenue/ledger/ledger_builder.hpp", "revenue/ledger/refused_row.hpp")
OUTSIDE_UMBRELLA = ("arrow/", "detail/", "headers", *THIRD_PARTY, *STREAMS)
# The core that works without linking takes bodies of src/ in; they are installed beside the headers.
WITH_BODIES, BODIES = "headers.hpp", "sojourn/bodies/"

_KIND = re.compile(r"\bbytes_kind = (\d+);")
_STATED = re.compile(r"\A(?://.*\n)*//.*\bLayer: (\d)\.(?: |\n// )Needs: (.*)")
STANDARD_ONLY = "std only."


def check_includes(tree: Tree, path: str) -> list[Problem]:
    problems = []
    header = path.removeprefix(ROOT)
    for other, name in tree.includes(path):
        if other:
            if f'"{name}"' not in tree.files[path] or not name.startswith("sojourn/"):
                problems.append(f'{name} is not written "sojourn/..."')
        elif header == WITH_BODIES and name.startswith(BODIES) and "src/" + name.removeprefix(BODIES) in tree.files:
            continue
        elif name in BANNED:
            problems.append(f"<{name}> does not belong in a public header")
        elif name.startswith("sojourn/") or f'"{name}"' in tree.files[path]:
            problems.append(f"{name} does not exist")
        elif name not in STANDARD and not name.startswith(THIRD_PARTY.get(header, "no such prefix")):
            problems.append(f"<{name}> is not of the standard library")
    return [Problem("public headers", path, text) for text in problems]


def reached(tree: Tree, start: str) -> set[str]:
    seen: set[str] = set()
    left = [start]
    while left:
        if (path := left.pop()) not in seen and path in tree.files:
            seen.add(path)
            left.extend(other for other, _ in tree.includes(path) if other)
    return seen


def missing_bodies(tree: Tree, path: str) -> list[str]:
    """The headers that this one reaches, itself included, whose functions stand in the library."""
    return sorted(other for other in reached(tree, path) if declared_without_body(tree.files[other]))


def check(tree: Tree) -> list[Problem]:
    problems: list[Problem] = []
    kinds: dict[str, str] = {}
    held = reached(tree, UMBRELLA) | reached(tree, MODELS)
    for path in tree.under("include/sojourn", ".hpp"):
        text = tree.files[path]
        stated = _STATED.search(text)
        expected = min(int(FLOORS.get(room(path), 3.0)), 4)
        if not stated or int(stated[1]) != expected:
            problems.append(
                Problem("public headers", path, f"its opening comment must say `Layer: {expected}.` and `Needs:`")
            )
        elif stated[2].strip() == STANDARD_ONLY and (linked := missing_bodies(tree, path)):
            problems.append(Problem("public headers", path, f"says `Needs: std only.`, but {linked[0]} links sojourn"))
        problems += check_includes(tree, path)
        for name in (name for other, name in tree.includes(path) if not other and path in held and name in HEAVY):
            problems.append(Problem("public headers", path, f"<{name}> is too heavy for what the umbrella reaches"))
        for kind in () if path == ROOT + "state_bytes.hpp" else _KIND.findall(text):
            if kind in kinds:
                problems.append(Problem("public headers", path, f"bytes_kind {kind} is taken by {kinds[kind]}"))
            kinds[kind] = path
        if path not in held and not path.removeprefix(ROOT).startswith(OUTSIDE_UMBRELLA):
            problems.append(Problem("public headers", path, "neither sojourn.hpp nor models.hpp reaches it"))
    return problems
