"""Each trap of public bug reports is a test that bears its id, in C++, in Python and on the command line.

C++ names it `TEST_CASE("edge A03: ...")`, Python `def test_a03_...`; those of the command line stand in the folder cli.
Where a road has no test, its reason stands here.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
CASES = (
    *("A01", "A03", "A05", "A07", "A09", "A10", "A11", "B01", "B03", "B05", "C01", "C03", "C04", "C07", "C08", "C09"),
    *("D01", "D03", "D04", "E01", "E03", "E04", "F02", "F03", "F04", "G01", "G02", "G03", "G06", "G07", "G09"),
    *("H01", "H02", "H04", "H05", "I01", "I02", "I05", "I06", "I07", "I09"),
    *("J01", "J03", "J06", "J07", "J08", "J09", "J10", "J11", "J12"),
)
NOT_THERE: dict[str, dict[str, tuple[str, ...]]] = {
    "C++": {
        "the command line reads files of text; the library reads columns": ("A01", "A07"),
        "pandas is a library of Python": ("G09",),
    },
    "Python": {
        "the command line reads files of text; the library reads columns": ("A01", "A07"),
    },
    "command line": {
        "it reads rows with MRR: no prices, invoices, trials, pauses or free plans": (
            *("C01", "C03", "C04", "C07", "C08", "C09", "D01", "D03", "D04", "E01", "E03", "E04"),
        ),
        "it reads rows with MRR: no log of changes": ("F04",),
        "it counts every answer of a file: no respondents, no moments of answers": ("F02",),
        "pandas is a library of Python": ("G09",),
        "its NPS is that of the scale from 0 to 10": ("H05",),
        "it reads ages of customers: no late entry, no causes of leaving": ("I01", "I02", "I06"),
        "it draws the curves of segments and compares none": ("I07",),
        "its scores have no parents": ("J07",),
    },
}


def named_in_cpp() -> Iterator[str]:
    for file in TESTS.rglob("*.cpp"):
        for found in re.finditer(r'TEST_CASE\(\s*"edge ([A-J]\d\d(?:, [A-J]\d\d)*): ', file.read_text(encoding="utf-8")):
            yield from found[1].split(", ")


def named_in_python(folder: Path, but: Path | None = None) -> Iterator[str]:
    for file in folder.rglob("test_*.py"):
        if but is None or but not in file.parents:
            for found in re.finditer(r"^def test_([a-j]\d\d)_", file.read_text(encoding="utf-8"), re.MULTILINE):
                yield found[1].upper()


COMMAND_LINE = TESTS / "python" / "cli"
TESTED = {
    "C++": frozenset(named_in_cpp()),
    "Python": frozenset(named_in_python(TESTS / "python", but=COMMAND_LINE)),
    "command line": frozenset(named_in_python(COMMAND_LINE)),
}


@pytest.mark.parametrize("road", TESTED)
def test_every_case_has_a_test_or_a_reason(road: str) -> None:
    excused = {case for cases in NOT_THERE[road].values() for case in cases}
    assert sorted(set(CASES) - TESTED[road] - excused) == [], f"no test in {road} names these"
    assert sorted(excused & TESTED[road]) == [], f"{road} tests these: their reason is out of date"


def test_the_list_of_cases_is_complete(shared_dir: Path) -> None:
    with open(shared_dir / "cases" / "edge.csv", encoding="utf-8", newline="") as file:
        assert tuple(row["id"] for row in csv.DictReader(file)) == CASES
