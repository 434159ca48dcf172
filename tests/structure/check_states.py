"""Checks that every public state is held to what states promise: the law suite, canonical bytes, released bytes on file.

A state is a struct of include/ with `operator-=` on itself that is named *_state or *_counts, or has a `bytes_kind`.
Parts of states (sums, cells) are tested through the state that holds them.

Usage: check_states.py <include directory> <tests directory>, or --self-test, which proves on a small tree that each rule can
fail.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

STRUCT = re.compile(r"^(?:template <[^\n]*>\n)?struct (?:SOJOURN_EXPORT )?(\w+) \{\n(.*?)^\};", re.MULTILINE | re.DOTALL)
KIND = re.compile(r"\bbytes_kind = (?:(\d+);|[^;]*;\s*//([^\n]*))")


def states(include: Path) -> dict[str, list[int]]:
    """Name of each public state -> its kinds of bytes, none where it has no bytes."""
    found: dict[str, list[int]] = {}
    for header in sorted(include.rglob("*.hpp")):
        for name, body in STRUCT.findall(header.read_text()):
            kind = KIND.search(body)
            if f"{name}& operator-=(" in body and (kind or name.endswith(("_state", "_counts"))):
                found[name] = [int(n) for n in re.findall(r"\d+", kind[1] or kind[2])] if kind else []
    return found


def check(include: Path, tests: Path) -> list[str]:
    suites = "\n".join(test.read_text() for test in sorted(tests.rglob("*_test.cpp")))
    golden = {path.name.split("_")[1] for path in tests.glob("golden/state_*.hex")}
    found = states(include)
    problems = [] if found else [f"no state found in {include}"]
    for name, kinds in found.items():
        if not re.search(rf"\bcheck_laws<(?:\w+::)*{name}\b", suites):
            problems.append(f"{name}: no test calls check_laws<{name}>")
        if not kinds:
            problems.append(f"{name}: has no canonical bytes; give it bytes_kind and fields (see state_bytes.hpp)")
        problems += [f"{name}: tests/golden has no state_{kind:02}_*.hex" for kind in kinds if f"{kind:02}" not in golden]
    return problems


def self_test() -> None:
    header = "struct nps_state {\n  nps_state& operator-=(const nps_state& o);\n  static constexpr int bytes_kind = 7;\n};\n"
    part = "struct cell {\n  cell& operator-=(const cell& o);\n};\n"
    test = "test::check_laws<nps_state>(make);\n"

    def problems_with(header: str, test: str, golden: str) -> str:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            (root / "golden").mkdir()
            (root / "golden" / golden).touch()
            (root / "nps.hpp").write_text(header)
            (root / "nps_test.cpp").write_text(test)
            return "\n".join(check(root, root))

    assert problems_with(header + part, test, "state_07_nps.hex") == ""
    cases = [
        ((header, "", "state_07_nps.hex"), "no test calls check_laws<nps_state>"),
        ((header.replace("bytes_kind", "other"), test, "state_07_nps.hex"), "has no canonical bytes"),
        ((header, test, "state_08_nps.hex"), "no state_07_*.hex"),
        ((part, test, "state_07_nps.hex"), "no state found"),
        ((header + header.replace("nps_state", "csat_counts"), test, "state_07_nps.hex"), "check_laws<csat_counts>"),
    ]
    for tree, expected in cases:
        found = problems_with(*tree)
        assert expected in found, f"{expected!r} was not found in {found!r}"
    print(f"check_states: each of {len(cases)} broken trees was refused")


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        self_test()
    else:
        found = check(Path(sys.argv[1]), Path(sys.argv[2]))
        print("\n".join(found) or "check_states: every state has its law test, its bytes and a released example")
        sys.exit(1 if found else 0)
