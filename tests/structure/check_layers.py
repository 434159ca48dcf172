"""Checks the layers of the public headers: who may include whom, what they show of others, that the umbrella holds all, and
that no two states have the same kind of bytes.

Usage: check_layers.py <include directory>, or --self-test, which proves on small trees that each rule can fail.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

# Folder -> rank. A header includes its own folder and lower ranks; the part before the dot is the layer that it states.
FOLDERS = {"detail": 0.0, "domain": 1.0, "stats": 1.1, "exec": 1.2, "input": 2.0}
METRICS, TOP = 3.0, 4.0
TOP_FOLDERS = {"arrow", "datasets"}
TOP_FILES = {"state_bytes", "catalogue", "report", "eigen", "accumulators"}
UMBRELLA = "sojourn.hpp"

# Metrics of different families never include each other. A metric is a header and the folder of the same name.
FAMILIES = {
    "surveys": {"nps", "csat", "ces", "response_rate"},
    "revenue": {"mrr", "churn", "retention", "renewal", "cohort", "economics"},
    "lifetime": {"survival", "decay", "mrr_index", "cltv"},
    "health": {"health", "engagement"},
}

# Statistics know numbers, not money.
FORBIDDEN = {"stats": {"domain/money.hpp", "domain/mrr.hpp", "domain/account.hpp"}}

STANDARD = set(
    """algorithm array atomic bit bitset charconv chrono cmath compare complex concepts cstddef cstdint cstdlib cstring deque
    exception functional initializer_list iterator limits list map memory mutex new numbers numeric optional queue random ratio
    set source_location span stdexcept string string_view system_error thread tuple type_traits typeindex typeinfo
    unordered_map unordered_set utility variant vector version""".split()
)
BANNED = {
    "execution",
    "iostream",
    "locale",
    "regex",
    "filesystem",
    "fstream",
}  # heavy to include, or tied to the environment

# Headers for hosts that already use that library; outside the umbrella, as arrow/ is.
THIRD_PARTY = {"accumulators.hpp": "boost/", "eigen.hpp": "Eigen/"}
OUTSIDE_UMBRELLA = ("arrow/", "detail/", *THIRD_PARTY)

KIND = re.compile(r"\bbytes_kind = (\d+);")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def rank(header: str) -> float:
    folder, _, rest = header.partition("/")
    if header == "version.hpp":
        return 0.0
    if not rest:
        return TOP + 1 if header == UMBRELLA else TOP if header.removesuffix(".hpp") in TOP_FILES else METRICS
    return TOP if folder in TOP_FOLDERS else FOLDERS.get(folder, METRICS)


def metric(header: str) -> str:
    return header.split("/")[0].removesuffix(".hpp")


def family(header: str) -> str:
    return next((name for name, members in FAMILIES.items() if metric(header) in members), "")


def may_include(header: str, other: str) -> str:
    """The rule that this include breaks; empty when it breaks none."""
    mine, theirs = rank(header), rank(other)
    if theirs > mine:
        return f"includes {other} of a layer above its own"
    if other in FORBIDDEN.get(header.split("/")[0], ()):
        return f"includes {other}: {header.split('/')[0]}/ does not know it"
    if mine == theirs == METRICS and family(header) != family(other):
        return f"includes {other} of another family"
    return ""


def find_cycle(graph: dict[str, list[str]]) -> list[str]:
    done: set[str] = set()

    def visit(header: str, path: list[str]) -> list[str]:
        if header in path:
            return path[path.index(header) :] + [header]
        if header in done:
            return []
        for other in graph.get(header, []):
            if cycle := visit(other, path + [header]):
                return cycle
        done.add(header)
        return []

    return next((cycle for header in sorted(graph) if (cycle := visit(header, []))), [])


def reachable(graph: dict[str, list[str]], start: str) -> set[str]:
    seen, left = set(), [start]
    while left:
        if (header := left.pop()) not in seen:
            seen.add(header)
            left.extend(graph.get(header, []))
    return seen


def check_header(header: str, text: str, known: set[str]) -> tuple[list[str], list[str]]:
    """The headers of ours that this one includes, and what is wrong with it."""
    ours, problems = [], []
    stated = re.search(r"^// Layer: (\d)\. Needs: ", text, re.MULTILINE)
    expected = min(int(rank(header)), 4)
    if not stated or int(stated[1]) != expected:
        problems.append(f"{header}: its opening comment must say `Layer: {expected}.` and `Needs:`")
    if rank(header) == METRICS and not family(header):
        problems.append(f"{header}: belongs to no family; name one in FAMILIES of check_layers.py")
    for quote, name in INCLUDE.findall(text):
        if quote == '"' or name.startswith("sojourn/"):
            other = name.removeprefix("sojourn/")
            if not name.startswith("sojourn/") or quote == "<" or other not in known:
                problems.append(f'{header}: {name} is not written "sojourn/...", or does not exist')
            else:
                ours.append(other)
                if rule := may_include(header, other):
                    problems.append(f"{header}: {rule}")
        elif name in BANNED:
            problems.append(f"{header}: <{name}> does not belong in a public header")
        elif name not in STANDARD and not name.startswith(THIRD_PARTY.get(header, "no such prefix")):
            problems.append(f"{header}: <{name}> is not of the standard library")
    return ours, problems


def check(include: Path) -> list[str]:
    root = include / "sojourn"
    texts = {str(path.relative_to(root)): path.read_text() for path in sorted(root.rglob("*.hpp"))}
    graph: dict[str, list[str]] = {}
    problems: list[str] = []
    for header, text in texts.items():
        graph[header], found = check_header(header, text, set(texts))
        problems += found
    kinds: dict[str, str] = {}
    for header, text in texts.items():
        for kind in () if header == "state_bytes.hpp" else KIND.findall(text):
            if kind in kinds:
                problems.append(f"{header}: bytes_kind {kind} is taken by {kinds[kind]}")
            kinds[kind] = header
    if cycle := find_cycle(graph):
        problems.append("cycle: " + " -> ".join(cycle))
    held = reachable(graph, UMBRELLA)
    for header in texts:
        if header not in held and not header.startswith(OUTSIDE_UMBRELLA):
            problems.append(f"{header}: {UMBRELLA} does not reach it")
    return problems


def self_test() -> None:
    good = {
        "sojourn.hpp": (4, ["domain/money.hpp", "stats/ratio.hpp", "nps.hpp", "mrr.hpp"]),
        "domain/money.hpp": (1, []),
        "stats/ratio.hpp": (1, []),
        "nps.hpp": (3, ["stats/ratio.hpp"]),
        "mrr.hpp": (3, ["mrr/ledger.hpp"]),
        "mrr/ledger.hpp": (3, ["domain/money.hpp"]),
        "arrow/abi.hpp": (4, []),
    }

    def problems_with(changes: dict[str, tuple[int, list[str]]], extra: str = "") -> str:
        with tempfile.TemporaryDirectory() as folder:
            for name, (layer, includes) in {**good, **changes}.items():
                path = Path(folder, "sojourn", name)
                path.parent.mkdir(parents=True, exist_ok=True)
                lines = [f'#include "sojourn/{other}"' for other in includes]
                path.write_text(
                    "\n".join([f"// Layer: {layer}. Needs: std only.", *lines, extra if name == "nps.hpp" else "", ""])
                )
            return "\n".join(check(Path(folder)))

    cases = [
        ({"domain/money.hpp": (1, ["nps.hpp"])}, "", "domain/money.hpp: includes nps.hpp of a layer above its own"),
        ({"domain/money.hpp": (1, ["stats/ratio.hpp"])}, "", "of a layer above its own"),
        ({"nps.hpp": (3, ["sojourn.hpp"])}, "", "of a layer above its own"),
        ({"nps.hpp": (3, ["mrr/ledger.hpp"])}, "", "of another family"),
        ({"mrr/ledger.hpp": (3, ["mrr.hpp"])}, "", "cycle: mrr.hpp -> mrr/ledger.hpp -> mrr.hpp"),
        ({"stats/ratio.hpp": (1, ["domain/money.hpp"])}, "", "does not know it"),
        ({"nps.hpp": (2, [])}, "", "must say `Layer: 3.`"),
        ({"csat.hpp": (3, [])}, "", "csat.hpp: sojourn.hpp does not reach it"),
        ({"moon.hpp": (3, [])}, "", "belongs to no family"),
        ({}, "static int bytes_kind = 7; static int bytes_kind = 7;", "bytes_kind 7 is taken by nps.hpp"),
        ({}, "#include <boost/crc.hpp>", "<boost/crc.hpp> is not of the standard library"),
        ({}, "#  include <iostream>", "<iostream> does not belong"),
        ({}, '#include "money.hpp"', "is not written"),
        ({}, '#include "sojourn/moon.hpp"', "does not exist"),
    ]
    assert problems_with({}) == "", problems_with({})
    for changes, extra, expected in cases:
        found = problems_with(changes, extra)
        assert expected in found, f"{expected!r} was not found in {found!r}"
    print(f"check_layers: each of {len(cases)} broken trees was refused")


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        self_test()
    else:
        found = check(Path(sys.argv[1]))
        print("\n".join(found) or "check_layers: every header keeps to its layer")
        sys.exit(1 if found else 0)
