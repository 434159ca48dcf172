"""The modules of the Python package and what each imports: at its top, for type checkers, or inside functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from rules.tree import Tree

ROOT = "bindings/python/"


class Import(NamedTuple):
    target: str  # a module of the package, or the first word of a foreign one
    name: str  # what is taken from it; empty when the module itself is imported
    line: int
    in_function: bool
    for_types: bool


class Module(NamedTuple):
    path: str
    name: str
    tree: ast.Module
    imports: list[Import]

    @property
    def is_face(self) -> bool:
        return self.path.endswith("/__init__.py")


def name_of(path: str) -> str:
    return path.removeprefix(ROOT).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def modules(tree: Tree) -> list[Module]:
    paths = tree.under(ROOT + "sojourn", ".py")
    names = {name_of(path) for path in paths}
    return [Module(path, name_of(path), parsed, list(_imports(parsed, path, names)))
            for path in paths if (parsed := ast.parse(tree.files[path]))]  # fmt: skip


def _imports(parsed: ast.Module, path: str, names: set[str]) -> Iterator[Import]:
    def visit(node: ast.AST, in_function: bool, for_types: bool) -> Iterator[Import]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                target = alias.name if alias.name in names else alias.name.split(".")[0]
                yield Import(target, "", node.lineno, in_function, for_types)
        elif isinstance(node, ast.ImportFrom):
            module = _absolute(node, path)
            for alias in node.names:
                inner = f"{module}.{alias.name}"
                if inner in names or inner == "sojourn._core" or module == "sojourn._core":
                    yield Import(inner, "", node.lineno, in_function, for_types)
                elif module.split(".")[0] == "sojourn":
                    yield Import(module, alias.name, node.lineno, in_function, for_types)
                else:
                    yield Import(module.split(".")[0], alias.name, node.lineno, in_function, for_types)
        checks_types = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        in_function |= isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            yield from visit(child, in_function, for_types or checks_types)

    return visit(parsed, False, False)


def _absolute(node: ast.ImportFrom, path: str) -> str:
    if not node.level:
        return node.module or ""
    package = name_of(path).split(".")
    package = package[: len(package) - node.level + path.endswith("/__init__.py")]
    return ".".join([*package, node.module] if node.module else package)
