"""The rooms of the C++ house: which file lies in which room, and which room may include which."""

from __future__ import annotations

from rules.tree import Problem, Tree, circles

# Room -> floor. A file includes its own room and rooms of lower floors. The part before the dot is the layer that a header
# states.
FLOORS = {
    "detail": 0.0, "version": 0.0, "export": 0.0,
    "domain": 1.0, "json": 1.1, "stats": 1.2, "exec": 1.3,
    "input": 2.0,
    "surveys": 3.0, "lifetime": 3.0, "health": 3.0, "revenue": 3.0,
    "forecast": 4.0, "arrow": 4.0, "datasets": 4.0, "state_bytes": 4.0, "catalogue": 4.0, "eigen": 4.0, "accumulators": 4.0,
    "book_bytes": 4.1, "cycle_bytes": 4.1,
    "capi": 5.0, "headers": 5.0, "models": 5.0, "sojourn": 5.0,
}  # fmt: skip
FAMILIES = ("surveys", "lifetime", "health", "revenue")
ONLY_IN_SRC = ("json", "capi")

# Inside a family: room -> the rooms that it may include besides itself. "" is the family's own folder.
_READ = ("currencies", "ledger", "")
_SOURCES = (*_READ, "sources", "snapshot_tally", "parts")
INNER = {
    "revenue": {
        "currencies": (), "ledger": ("currencies",), "": ("currencies", "ledger"),
        "sources": _READ, "snapshot_tally": _READ, "snapshot_stream": (*_READ, "snapshot_tally"), "parts": _READ,
        "book": _SOURCES, "explain": (*_SOURCES, "book"),
    },
    "health": {
        "card": (), "score": ("card",), "signals": (),
        "book": ("card", "score", "signals"), "evaluation": ("card", "score", "signals", "book"),
    },
}  # fmt: skip

# Statistics know numbers, not money.
FORBIDDEN = {
    "stats": ("include/sojourn/domain/money.hpp", "include/sojourn/domain/mrr.hpp", "include/sojourn/domain/account.hpp")
}


def parts_of(path: str) -> list[str]:
    """The path inside its floor of the house, without the suffix: ["revenue", "ledger", "tenure"]."""
    for root in ("include/sojourn/", "src/"):
        if path.startswith(root):
            return path.removeprefix(root).rsplit(".", 1)[0].split("/")
    return []


def room(path: str) -> str:
    return (parts_of(path) or [""])[0]


def inner_room(path: str) -> str:
    parts = parts_of(path)
    rooms = INNER.get(parts[0], {})
    return parts[1] if len(parts) > 1 and parts[1] in rooms else ""


def is_umbrella(path: str) -> bool:
    """A header that is named after a folder and gives what stands in it."""
    parts = parts_of(path)
    return path.endswith(".hpp") and (parts in (["sojourn"], ["models"]) or (parts[0] in FAMILIES and len(parts) == 1))


def broken_rule(path: str, other: str) -> str:
    """What is wrong with this include; empty when nothing is."""
    mine, theirs = room(path), room(other)
    if FLOORS.get(theirs, 0.0) > FLOORS.get(mine, 9.0):
        return f"includes {other} of a room above its own"
    if other in FORBIDDEN.get(mine, ()):
        return f"includes {other}: {mine}/ does not know it"
    if mine in FAMILIES and theirs in FAMILIES and mine != theirs:
        return f"includes {other} of another family"
    if mine == theirs and is_umbrella(other):
        return f"includes {other}: a file of the family includes what it needs, not the umbrella"
    if mine != theirs or mine not in INNER or is_umbrella(path):
        return ""
    inner, wanted = inner_room(path), inner_room(other)
    if inner != wanted and wanted not in INNER[mine].get(inner, ()):
        return f"includes {other}: {mine}/{inner or 'itself'} stands below or beside {mine}/{wanted or 'itself'}"
    return ""


def check(tree: Tree) -> list[Problem]:
    problems: list[Problem] = []
    graph: dict[str, list[str]] = {}
    for path in tree.under("include/sojourn", ".hpp") + tree.under("src", ".hpp", ".cpp"):
        if room(path) not in FLOORS or (room(path) in ONLY_IN_SRC and not path.startswith("src/")):
            problems.append(Problem("rooms", path, f"lies in no room: one of {', '.join(FLOORS)}"))
        graph[path] = [other for other, _ in tree.includes(path) if other]
        for other in graph[path]:
            if rule := broken_rule(path, other):
                problems.append(Problem("layers", path, rule))
            if path.startswith("include/") and not other.startswith("include/"):
                problems.append(Problem("layers", path, f"includes {other}: a public header needs no file behind src/"))
    for circle in circles(graph):
        problems.append(Problem("circles of includes", circle[0], f"{len(circle)} files: {' '.join(circle)}"))
    return problems
