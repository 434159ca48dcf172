"""Checks that the house keeps its plan: rooms, layers, circles, bodies, names, and what the Python package imports.

Usage: check_house.py <root of a checkout> [rules, all by default], or --self-test, which proves on small trees that each
rule can fail.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from bad_trees import BAD, GOOD, changed
from rules import bindings, bodies, names, namespaces, one_place, public_headers, python_imports, python_privacy, rooms
from rules.tree import Problem, Tree

RULES = (rooms, public_headers, namespaces, bodies, names, bindings, one_place, python_imports, python_privacy)


def named(words: list[str]) -> list[ModuleType]:
    return [rule for rule in RULES if not words or rule.__name__.removeprefix("rules.") in words]


def check(tree: Tree, rules: Sequence[ModuleType] = RULES) -> list[Problem]:
    return [problem for rule in rules for problem in rule.check(tree)]


def self_test() -> int:
    assert check(Tree(GOOD)) == [], check(Tree(GOOD))
    for bad in BAD:
        found = [f"{problem.place}: {problem.text}" for problem in check(changed(bad))]
        assert any(bad.refused_with in problem for problem in found), f"{bad.refused_with!r} was not found in {found}"
    print(f"check_house: each of {len(BAD)} broken trees was refused")
    return 0


def main(arguments: list[str]) -> int:
    if arguments == ["--self-test"]:
        return self_test()
    found = check(Tree.read(Path(arguments[0])), named(arguments[1:]))
    for problem in found:
        print(f"{problem.rule}: {problem.place}: {problem.text}")
    for rule, count in Counter(problem.rule for problem in found).most_common():
        print(f"{count} x {rule}")
    if not found:
        print("check_house: every file keeps to the plan")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
