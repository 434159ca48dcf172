"""What belongs to a class stays in its room: nobody else reads or sets its private fields. No class is half of another."""

from __future__ import annotations

import ast

from rules.python_imports import room
from rules.python_modules import Module, modules
from rules.tree import Problem, Tree

OF_NAMED_TUPLES = {"_asdict", "_fields", "_make", "_replace"}


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def names_of_class(node: ast.ClassDef) -> set[str]:
    names: set[str] = set()
    for part in node.body:
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(part.name)
        elif isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
            names.add(part.target.id)
        elif isinstance(part, ast.Assign):
            names |= {target.id for target in part.targets if isinstance(target, ast.Name)}
            names |= {str(word.value) for word in ast.walk(part.value) if isinstance(word, ast.Constant)}  # __slots__
    return names


def is_own(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")


def owned(module: Module) -> set[str]:
    """The private names that a class of this module has: fields that it sets on itself, methods, annotated fields."""
    names = set(OF_NAMED_TUPLES)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and is_own(node):
            names.add(node.attr)
        elif isinstance(node, ast.ClassDef):
            names |= names_of_class(node)
    return names


def is_half_a_class(node: ast.AST) -> bool:
    """A method that only says that another class has it."""
    if not isinstance(node, ast.FunctionDef):
        return False
    body = [part for part in node.body if not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))]
    return len(body) == 1 and isinstance(body[0], ast.Raise) and "NotImplementedError" in ast.dump(body[0])


def check(tree: Tree) -> list[Problem]:
    found = modules(tree)
    of_module = {module.name: owned(module) for module in found}
    of_room: dict[str, set[str]] = {}
    for module in found:
        of_room.setdefault(room(module.name), set()).update(of_module[module.name])
    problems: list[Problem] = []
    for module in found:
        for node in ast.walk(module.tree):
            place = f"{module.path}:{getattr(node, 'lineno', 0)}"
            if is_half_a_class(node):
                problems.append(Problem("python privacy", place, "is half a class: NotImplementedError"))
            if not isinstance(node, ast.Attribute) or not is_private(node.attr) or is_own(node):
                continue
            if isinstance(node.value, ast.Name) and node.value.id == "sys":
                continue
            if isinstance(node.ctx, ast.Store) and node.attr not in of_module[module.name]:
                problems.append(
                    Problem("python privacy", place, f"sets {ast.unparse(node)}, which is private to another module")
                )
            elif node.attr not in of_room[room(module.name)]:
                problems.append(
                    Problem("python privacy", place, f"reads {ast.unparse(node)}, which is private to another room")
                )
    return problems
