"""Titles, totals and foot lines around the rows: said by the user, counted on the page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from command_line import Run

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("defusedxml")

ROWS = [["account", "start", "end", "mrr_minor"], ["a", "2024-01-01", "", 1000], ["Total Energies", "2024-02-01", "", 500]]
AROUND = [
    ["Register 2024", "", "", ""],
    ["", "", "", ""],
    *ROWS,
    ["", "", "", ""],
    ["Total", "", "", 1500],
    ["Generated today", "", "", ""],
]
GIVEN = ("--as-of", "2024-04-01", "--format", "json")
LAYOUT = ("--header-line", "3", "--leave-out", "Total", "--leave-out", "Generated*")


def written(folder: Path, kind: str, rows: list[list[object]]) -> str:
    path = folder / f"list.{kind}"
    if kind == "csv":
        path.write_text("".join(",".join(map(str, row)) + "\n" for row in rows), encoding="utf-8")
        return str(path)
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([None if cell == "" else cell for cell in row])
    book.active.title = "List"
    book.create_sheet("Notes").append(["read me"])
    book.save(path)
    return str(path)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_rows_are_read_among_titles_and_totals(run: Run, tmp_path: Path, kind: str) -> None:
    path = written(tmp_path, kind, AROUND)
    sheet = ("--sheet", "List") if kind == "xlsx" else ()
    shown = json.loads(run("metrics", "--subscriptions", path, *LAYOUT, *sheet, *GIVEN).stdout)
    assert [row["closing"] for row in shown["movements"]] == [1000, 1500, 1500]
    said = next(note["as"] for note in shown["read_as"] if note["what"] == "Subscriptions")
    assert "2 rows" in said and "names on line 3" in said
    assert "1 line left out as 'Total'" in said and "1 line left out as 'Generated*'" in said


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_bad_row_names_its_line_among_titles(run: Run, tmp_path: Path, kind: str) -> None:
    rows = [*AROUND[:4], ["b", "2024-13-01", "", 5], *AROUND[5:]]
    sheet = ("--sheet", "List") if kind == "xlsx" else ()
    said = run("metrics", "--subscriptions", written(tmp_path, kind, rows), *LAYOUT, *sheet, *GIVEN, code=1).stderr
    assert "line 5" in said and "row 2" in said


def test_a_short_total_says_how_to_leave_it_out(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("account,start,end,mrr_minor\na,2024-01-01,,1000\nGrand Total,1000\n", encoding="utf-8")
    assert "--leave-out 'Grand Total'" in run("metrics", "--subscriptions", str(path), *GIVEN, code=1).stderr


def test_a_whole_total_says_how_to_leave_it_out(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("account,start,end,mrr_minor\na,2024-01-01,,1000\nSumme,,,1000\n", encoding="utf-8")
    said = run("metrics", "--subscriptions", str(path), *GIVEN, code=1).stderr
    assert "line 3" in said and "row 2" in said and "--leave-out 'Summe'" in said


def test_nothing_left_out_is_said(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path, "csv", ROWS)
    assert "no line begins with 'Sum'" in run("metrics", "--subscriptions", path, "--leave-out", "Sum", *GIVEN).stderr


def test_a_line_of_names_that_is_not_there(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path, "csv", ROWS)
    assert "--header-line 9 is blank" in run("metrics", "--subscriptions", path, "--header-line", "9", *GIVEN, code=2).stderr
    assert "no number of a line" in run("metrics", "--subscriptions", path, "--header-line", "0", *GIVEN, code=2).stderr


def test_sheets_that_are_there_are_listed(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path, "xlsx", ROWS)
    assert "(List, Notes); say which with --sheet" in run("metrics", "--subscriptions", path, *GIVEN, code=2).stderr
    assert "there is: List, Notes" in run("metrics", "--subscriptions", path, "--sheet", "X", *GIVEN, code=2).stderr
    assert "leave --sheet out" in run("metrics", "--responses", "x.csv", "--sheet", "X", code=2).stderr


@pytest.mark.parametrize(("per", "closing"), [("month", 1200), ("year", 100)])
@pytest.mark.parametrize("column", ["arr_minor", "worth_minor"])
def test_an_amount_a_year_is_divided_by_12(run: Run, tmp_path: Path, column: str, per: str, closing: int) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"account,start,end,{column}\na,2024-01-01,,1200\n", encoding="utf-8")
    done = run("metrics", "--subscriptions", str(path), "--mrr", column, "--per", per, *GIVEN)
    shown = json.loads(done.stdout)
    assert shown["movements"][0]["closing"] == closing
    assert ("a year, divided by 12" in done.stdout) == (per == "year")
