"""What the modules of the Python package may import, and where: rooms on floors, no circle, imports at the top of files."""

from __future__ import annotations

import ast

from rules.python_modules import Import, Module, modules
from rules.tree import Problem, Tree, circles

# Room -> floor: a module imports its own room and rooms of lower floors. A room is the first word behind `sojourn.`.
FLOORS = {
    "_core": 0, "errors": 0,
    "_frames": 1,
    "charts": 2, "datasets": 2,
    "surveys": 3, "lifetime": 3, "health": 3,
    "revenue": 4,
    "catalogue": 5, "_catalogue": 5,
    "_report": 6,
    "cli": 7,
    "__main__": 8, "": 8,
}  # fmt: skip
# The top-level names that the face `sojourn` holds at once, for everybody.
FACE = {"__version__"}
# May be missing on a machine, so a function that needs one imports it.
OPTIONAL = {"numpy", "pandas", "polars", "pyarrow", "matplotlib", "duckdb", "scipy", "jinja2", "vl_convert", "IPython"}
# Besides faces, which load a name when it is first asked for, one file of these folders each loads modules by name: the
# command line when a command is given, the frames when a package that may be missing is needed.
LOAD_BY_NAME = ("bindings/python/sojourn/cli/", "bindings/python/sojourn/_frames/")


def room(module: str) -> str:
    return (module.split(".") + [""])[1] if module.startswith("sojourn") else ""


def broken_rule(module: Module, taken: Import) -> str:
    own, other = room(module.name), room(taken.target)
    ours = taken.target.split(".")[0] == "sojourn"
    if taken.in_function and taken.target not in OPTIONAL:
        return f"imports {taken.target} inside a function: imports stand at the top"
    if not ours:
        return ""
    if taken.target == "sojourn" and own not in ("cli", "__main__", ""):
        return "imports the face `sojourn`: a module names what it takes"
    if other not in FLOORS:
        return f"imports {taken.target}, which lies in no room"
    if other != own and FLOORS[other] >= FLOORS.get(own, 9) and not (module.is_face and taken.for_types):
        return f"imports {taken.target} of a room above or beside its own"
    if taken.name.startswith("_") and not taken.name.startswith("__"):
        return f"imports {taken.name}, which is private to {taken.target}"
    return ""


def loads_by_name(module: Module) -> bool:
    calls = [node.func for node in ast.walk(module.tree) if isinstance(node, ast.Call)]
    names = {
        call.id if isinstance(call, ast.Name) else call.attr for call in calls if isinstance(call, ast.Name | ast.Attribute)
    }
    return bool(names & {"import_module", "__import__"})


def check(tree: Tree) -> list[Problem]:
    problems: list[Problem] = []
    graph: dict[str, list[str]] = {}
    loaders: list[str] = []
    found = modules(tree)
    packages = {module.name for module in found if module.is_face}
    for module in found:
        if module.name in packages and not module.is_face:
            problems.append(Problem("python imports", module.path, "is hidden by the package of the same name"))
        if room(module.name) not in FLOORS:
            problems.append(Problem("python rooms", module.path, f"lies in no room: one of {', '.join(FLOORS)}"))
        # A face names what it gives for type checkers only: the names are loaded when they are asked for.
        graph[module.name] = [taken.target for taken in module.imports if not (module.is_face and taken.for_types)]
        for taken in module.imports:
            if rule := broken_rule(module, taken):
                problems.append(Problem("python imports", f"{module.path}:{taken.line}", rule))
        if loads_by_name(module) and not module.is_face:
            loaders.append(module.path)
    for path in loaders:
        folder = path.rpartition("/")[0] + "/"
        if folder not in LOAD_BY_NAME or len([other for other in loaders if other.startswith(folder)]) > 1:
            problems.append(
                Problem("python imports", path, "loads modules by name: one file of cli/ and _frames/ each does, and faces")
            )
    known = set(graph)
    for circle in circles({name: [target for target in targets if target in known] for name, targets in graph.items()}):
        problems.append(Problem("circles of python imports", circle[0], f"{len(circle)} modules: {' '.join(circle)}"))
    return problems
