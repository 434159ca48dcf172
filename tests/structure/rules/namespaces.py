"""The versioned namespace: every header and body opens it, and public headers show what they declare."""

from __future__ import annotations

import re

from rules.tree import Problem, Tree

VERSION = "include/sojourn/version.hpp"

_NUMBER = re.compile(r"#define SOJOURN_VERSION_(MAJOR|MINOR) (\d+)")
# The namespace shows what is declared in it, but not the operators that a class alone declares.
_HIDDEN_FRIEND = re.compile(r"^\s*friend (?!SOJOURN_EXPORT)[^;{]*\b(operator\S+)\([^;{]*\);", re.MULTILINE)
_OPENED = re.compile(r"^\s*(?:inline )?namespace (sojourn\b[^{]*)\{(?:\s*inline namespace ([^{]*)\{)?", re.MULTILINE)


def current(tree: Tree) -> str:
    numbers = dict(_NUMBER.findall(tree.files.get(VERSION, "")))
    return f"v{numbers.get('MAJOR', '0')}_{numbers.get('MINOR', '1')}"


def check(tree: Tree) -> list[Problem]:
    problems: list[Problem] = []
    version = current(tree)
    for path in [*tree.under("include/sojourn", ".hpp"), *tree.under("src", ".hpp", ".cpp")]:
        text = tree.files[path]
        for opened, nested in _OPENED.findall(text):
            names = " ".join((opened + nested).split())
            if not re.match(rf"sojourn(::inline| ) ?{version}\b", names):
                problems.append(
                    Problem("namespaces", path, f"opens `{opened.strip()}`: write `sojourn::inline {version}`, as others do")
                )
        if path.startswith("include/") and _OPENED.search(text) and "SOJOURN_EXPORT {" not in text:
            problems.append(
                Problem("namespaces", path, "hides what it declares: open its last namespace with SOJOURN_EXPORT")
            )
        for operator in _HIDDEN_FRIEND.findall(text) if path.startswith("include/") else ():
            problems.append(
                Problem("namespaces", path, f"hides {operator}, whose body is in src/: write `friend SOJOURN_EXPORT ...`")
            )
    return problems
