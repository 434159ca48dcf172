"""A body stands where its header stands: that of include/sojourn/X.hpp in src/X.cpp, src/X_<aspect>.cpp or in src/X/."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from rules.tree import Problem, Tree, without_comments

_PREPROCESSOR = re.compile(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", re.MULTILINE)
_NOISE = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'|\[\[[^\]]*\]\]')
_OPERATOR = re.compile(r"\boperator\s*(?:\(\)|\[\]|[-<>=!+*/%&|^~]+)")
_NAME = re.compile(r"(~?[A-Za-z_]\w*)\s*\((?!\s*\*)")
_NOT_DECLARED_HERE = re.compile(r"^\s*(?:using|typedef|friend|static_assert|extern\s+template|return|concept)\b")
_INNER_ANGLES = re.compile(r"<[^<>]*>")
_NOT_NAMES = {"noexcept", "requires", "alignas", "decltype", "sizeof", "explicit", "operator_sign", "__attribute__"}
_OPENS_A_SCOPE = re.compile(r"\b(?:namespace|class|struct|union)\b(?!.*\()", re.DOTALL)


def function_name(chunk: str) -> str:
    """The name of the function that this part of a header declares or defines; empty for anything else."""
    while (shorter := _INNER_ANGLES.sub("", chunk)) != chunk:
        chunk = shorter
    before, paren, _ = chunk.partition("(")
    if not paren or "=" in before or _NOT_DECLARED_HERE.match(chunk):
        return ""
    return next((name for name in _NAME.findall(chunk) if name not in _NOT_NAMES), "")


def parts_of_a_header(text: str) -> Iterator[tuple[str, bool]]:
    """(text, ends in a body) of what stands in namespaces and classes; what stands inside bodies is left out."""
    text = _OPERATOR.sub("operator_sign", _NOISE.sub("", _PREPROCESSOR.sub("", without_comments(text))))
    chunk, inside, parens, opaque = "", 0, 0, 0
    for sign in text:
        if opaque:
            opaque += (sign == "{") - (sign == "}")
            continue
        parens += (sign == "(") - (sign == ")")
        if parens or sign not in "{};":
            chunk += sign
        elif sign == "{" and _OPENS_A_SCOPE.search(chunk) and not re.search(r"\benum\b", chunk):
            chunk, inside = "", inside + 1
        elif sign == "{":
            yield chunk, True
            chunk, opaque = "", 1
        else:
            if sign == ";":
                yield chunk, False
            chunk, inside = "", inside - (sign == "}")


def declared_without_body(text: str) -> set[str]:
    declared, defined = set(), set()
    for chunk, has_body in parts_of_a_header(text):
        name = function_name(chunk)
        if has_body:
            defined.add(name)
        elif name and not re.search(r"=\s*(?:0|default|delete)\s*$", chunk):
            declared.add(name)
    return declared - defined


def stem(path: str) -> str:
    for root in ("include/sojourn/", "src/"):
        path = path.removeprefix(root)
    return path.rsplit(".", 1)[0]


def headers_of(body: str, headers: set[str], rooms: set[str]) -> list[str]:
    """The headers, without folder roots and suffixes, whose body this file of src/ may be."""
    own = stem(body)
    folder, _, name = own.rpartition("/")
    words = name.split("_")
    starts = ["_".join(words[:count]) for count in range(len(words), 0, -1)]
    places = [f"{folder}/{start}" if folder else start for start in starts]
    outer = [parent.as_posix() for parent in PurePosixPath(own).parents if parent.as_posix() not in rooms]
    return [place for place in places + outer if place in headers]


def check(tree: Tree) -> list[Problem]:
    problems: list[Problem] = []
    headers = tree.under("include/sojourn", ".hpp") + tree.under("src", ".hpp")
    stems = {stem(header) for header in headers}
    # The umbrella of a room is no header with a folder of bodies.
    rooms = {stem(header).rpartition("/")[0] for header in tree.under("include/sojourn", ".hpp")}
    bodies: dict[str, str] = {}
    for body in tree.under("src", ".cpp"):
        found = headers_of(body, stems, rooms)
        if not found:
            problems.append(Problem("bodies", body, "bears the name of no header: include/sojourn/X.hpp <-> src/X.cpp"))
        for header in found:
            bodies[header] = bodies.get(header, "") + tree.files[body]
    for header in headers:
        names = declared_without_body(tree.files[header])
        text = bodies.get(stem(header), "")
        if missing := sorted(name for name in names if not re.search(rf"{re.escape(name)}\s*(?:<[^;{{}}]*>)?\(", text)):
            problems.append(Problem("bodies", header, f"the body of {', '.join(missing)} is not in src/{stem(header)}.cpp"))
    return problems
