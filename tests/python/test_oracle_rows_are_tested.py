"""Each open row of the oracle tables of lifetimes is a test that bears its id, or stands here with the reason why not.

A C++ title (`TEST_CASE("cox COX-21: ...")`), a Python function (`def test_cox_21_...`) or a parameter of a Python test
(`"COX-21"`) says the id.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
ROWS = {
    "lifetime": {
        "BB": (1, 2, 4),
        "BDW": (1,),
        "BG": (1, 2, 3, 4, 5, 6, 8, 11),
        "CI": (1,),
        "CLV": (2,),
        "CUR": (1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15),
        "GG": (1, 2),
        "KM": (1, 2, 3, 4, 5, 6, 7, 8, 10, 13),
        "LOG": (1,),
        "LT": (1,),
        "MBG": (1,),
        "MRR": (1,),
        "NLS": (1,),
        "NPS": (17,),
        "PAR": (1,),
        "PN": (1, 2, 3, 4, 6, 8),
        "REG": (1,),
        "SBG": (1, 2, 3, 4, 7, 8, 10, 12, 13),
    },
    "lifetime2": {
        "CL": (1, 2, 4, 6, 7, 8, 9, 10, 12, 14, 16, 18),
        "CON": (1, 2, 3, 4, 5, 7, 9),
        "COX": (11, 12, 14, 16, 17, 20, 21, 22, 23, 24, 25, 26, 28, 29, 30, 32, 33, 35, 38),
        "CR": (1, 2, 3, 6, 7, 8, 10, 11, 13, 15),
        "FC": (1, 3, 4, 6, 7, 8, 9, 10, 12, 13, 14, 16, 17, 19, 20),
        "FG": (1, 2, 4, 5, 8),
        "LOG": (11, 12, 13, 15, 17, 19, 20),
        "LR": (1, 3, 4, 6, 7, 8, 9, 10, 11, 13, 14, 16, 17),
        "PAR": (11, 12, 14, 16, 18, 19, 20, 21, 23, 24, 25, 27, 29, 31),
        "SVY": (1, 2, 4, 6, 8, 9, 10, 11),
    },
}
# Rows of which a number is wrong or short, and what the test does about it.
MISPRINTS = {
    "FC-20": "the variance 51 is right; the note's 38 for added variances is 16 + 9 + 9 + 5 = 39",
    "LOG-01": "its last standard error and second decile differ from extended precision in the seventh digit",
    "PN-06": "its values differ from 40 digits of its own formula in the seventh digit; the test takes those digits",
    "PN-08": "it prints ten digits, and asks for eleven; the test takes the series for the rest",
}
NOT_TESTED: dict[str, str] = {}


def open_rows(table: str) -> list[str]:
    return sorted(f"{family}-{number:02}" for family, numbers in ROWS[table].items() for number in numbers)


def ids_in(text: str) -> Iterator[str]:
    for family, numbers in re.findall(r"\b([A-Z]{2,3})-(\d\d(?:(?:, | to )\d\d)*)\b", text):
        yield from (f"{family}-{number}" for number in re.findall(r"\d\d", numbers))


def named() -> Iterator[str]:
    for file in TESTS.rglob("*_test.cpp"):
        for title in re.findall(r'TEST_CASE\(\s*"([^"]*)"', file.read_text(encoding="utf-8")):
            yield from ids_in(title)
    for file in (TESTS / "python").rglob("test_*.py"):
        if file == Path(__file__).resolve():
            continue
        text = file.read_text(encoding="utf-8")
        for family, number in re.findall(r"^def test_([a-z]{2,3})_(\d\d)_", text, re.MULTILINE):
            yield f"{family.upper()}-{number}"
        yield from re.findall(r'"([A-Z]{2,3}-\d\d)"', text)


TESTED = frozenset(named())


@pytest.mark.parametrize("table", ROWS)
def test_every_open_row_has_a_test_or_a_reason(table: str) -> None:
    assert [row for row in open_rows(table) if row not in TESTED and row not in NOT_TESTED] == []


def test_reasons_are_of_rows_and_up_to_date() -> None:
    rows = {row for table in ROWS for row in open_rows(table)}
    assert sorted((set(MISPRINTS) | set(NOT_TESTED)) - rows) == []
    assert sorted(set(NOT_TESTED) & TESTED) == [], "tests name these: their reason is out of date"
    assert sorted(set(MISPRINTS) - TESTED) == [], "a row with a misprint is tested all the same"


@pytest.mark.parametrize("table", ROWS)
def test_the_list_of_rows_is_complete(table: str, shared_dir: Path) -> None:
    with open(shared_dir / "oracles" / f"{table}.csv", encoding="utf-8", newline="") as file:
        assert sorted(row["id"] for row in csv.DictReader(file)) == open_rows(table)
