"""JSON, Parquet and workbooks: what nobody asks for is never read."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from command_line import Run

pytest.importorskip("duckdb")
pytest.importorskip("vl_convert")
pytest.importorskip("jinja2")

RECORDS: list[dict[str, Any]] = [
    {"account": "a", "start": "2024-01-01", "end": None, "mrr_minor": 100, "plan": {"id": "p1"}, "called_at": "10:00:05"},
    {"account": "b", "start": "2024-01-05", "end": "2024-02-01", "mrr_minor": 50, "plan": {"id": "p2"}, "called_at": None},
]
GIVEN = ("--as-of", "2024-04-01", "--format", "json")


def closings(run: Run, path: Path, *more: str) -> list[int]:
    shown = json.loads(run("metrics", "--subscriptions", str(path), *GIVEN, *more).stdout)
    return [row["closing"] for row in shown["movements"]]


def failing(run: Run, path: Path, *more: str, code: int = 1) -> str:
    return run("metrics", "--subscriptions", str(path), *GIVEN, *more, code=code).stderr


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("form", ["array", "lines", "indented", "parquet"])
def test_a10_nested_and_time_columns_that_nobody_asked_for(run: Run, tmp_path: Path, form: str) -> None:
    if form == "parquet":
        import duckdb

        path = tmp_path / "s.parquet"
        held = duckdb.sql(
            "select * from (values ('a', date '2024-01-01', null, 100, {'id': 'p1'}, time '10:00:05', '\\x00\\xFF'::blob), "
            "('b', date '2024-01-05', date '2024-02-01', 50, {'id': 'p2'}, null, null)) "
            'as t(account, "start", "end", mrr_minor, plan, called_at, photo)'
        )
        held.write_parquet(str(path))
    else:
        indent = 2 if form == "indented" else None
        text = json.dumps(RECORDS) if form == "array" else "\n".join(json.dumps(row, indent=indent) for row in RECORDS)
        path = written(tmp_path / "s.json", text)
    assert closings(run, path) == [150, 100, 100]
    error = failing(run, path, "--account-column", "plan")
    assert "plan" in error and "Invoked" not in error


def test_json_text_stays_text_and_numbers_keep_their_digits(run: Run, tmp_path: Path) -> None:
    rows = [{**RECORDS[0], "account": "007"}, {**RECORDS[1], "account": "7"}]
    path = written(tmp_path / "s.ndjson", "\n".join(json.dumps(row) for row in rows))
    assert closings(run, path) == [150, 100, 100]
    path = written(
        tmp_path / "s.json", '[{"account": 1, "start": "2024-01-01", "end": null, "mrr": 1234567890.10, "mrr_minor": 1}]'
    )
    assert closings(run, path, "--mrr", "mrr", "--amounts", "major") == [123_456_789_010] * 3
    path = written(tmp_path / "s.json", '[{"account": 1, "start": "2024-01-01", "end": null, "mrr": 0.1000000000000000001}]')
    assert "has more places than the currency" in failing(run, path, "--amounts", "major")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[{"account": 1}, 2]', "row 2 is int, not an object"),
        ('{"account": 1}\n[2]', "line 2 is not an object"),
        ('{"account": 1}\n{"account": }', "line 2, column 13"),
        ('[{"account": NaN}]', "NaN is not a JSON number"),
        ('[{"account": 1, "account": 2}]', "has account several times"),
        ("", "no column looks like the account"),
    ],
)
def test_json_that_is_broken_says_where(run: Run, tmp_path: Path, text: str, words: str) -> None:
    path = written(tmp_path / "s.json", text)
    assert words in failing(run, path, code=2 if "looks like" in words else 1)


def test_an_error_in_lines_of_json_names_the_line(run: Run, tmp_path: Path) -> None:
    rows = [RECORDS[0], {**RECORDS[1], "start": "05.01.2024"}]
    path = written(tmp_path / "s.jsonl", "\n".join(json.dumps(row) for row in rows))
    assert "s.jsonl, line 2: " in failing(run, path)


def workbook(path: Path, *sheets: list[list[Any]]) -> Path:
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("defusedxml")
    book = openpyxl.Workbook()
    for i, rows in enumerate(sheets):
        sheet = book.active if i == 0 else book.create_sheet()
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


SHEET: list[list[Any]] = [
    ["account", "start", "end", "mrr", "note", None],
    ["007", datetime.date(2024, 1, 1), None, 29.85, "x", None],
    ["8", datetime.datetime(2024, 1, 5), datetime.date(2024, 2, 1), 10, 5, None],
]


def test_a_workbook_is_read_like_csv(run: Run, tmp_path: Path) -> None:
    path = workbook(tmp_path / "s.xlsx", SHEET, [])
    assert closings(run, path, "--amounts", "major") == [3985, 2985, 2985]
    done = run(
        "explain", "--subscriptions", str(path), "--amounts", "major", "--account", "007", "--period", "2024-01", "-q"
    )
    assert "closing 29.85" in done.stdout


def test_a_workbook_that_is_not_clear_is_refused(run: Run, tmp_path: Path) -> None:
    path = workbook(tmp_path / "s.xlsx", SHEET, SHEET)
    assert "several sheets hold something (Sheet, Sheet1)" in failing(run, path, "--amounts", "major", code=2)
    broken = [*SHEET, ["9", datetime.date(2024, 1, 5), None, "#N/A", None, None]]
    assert "the cell shows #N/A" in failing(run, workbook(tmp_path / "s.xlsx", broken), "--amounts", "major")
    late = [*SHEET, ["9", datetime.datetime(2024, 1, 5, 10, 30), None, 5, None, None]]
    assert "line 4" in failing(run, workbook(tmp_path / "s.xlsx", late), "--amounts", "major")
    twice = [["account", "account"], ["a", "b"]]
    assert "several columns are called account" in failing(run, workbook(tmp_path / "s.xlsx", twice), "--amounts", "major")
    assert "no sheet holds anything" in failing(run, workbook(tmp_path / "s.xlsx", []), "--amounts", "major")
    assert "cannot be read as a workbook" in failing(run, written(tmp_path / "t.xlsx", "no zip"), "--amounts", "major")


def test_a_workbook_that_unpacks_to_too_much_is_refused(run: Run, tmp_path: Path) -> None:
    import zipfile

    pytest.importorskip("openpyxl")
    path = tmp_path / "s.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b" " * (1 << 25))
    assert "unpacks to 33,554,432 bytes" in failing(run, path)


def test_without_its_package_a_workbook_says_what_to_install(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "openpyxl", None)
    error = failing(run, written(tmp_path / "s.xlsx", ""))
    assert 'pip install "sojourn[xlsx]"' in error and error.count("\n") == 1


def test_text_of_parquet_follows_the_options_as_text_of_csv_does(run: Run, tmp_path: Path) -> None:
    import duckdb

    path = tmp_path / "s.parquet"
    held = duckdb.sql(
        "select 'a' as account, '03/01/2024'::enum('03/01/2024') as \"start\", null::varchar as \"end\", "
        "'1.234,50'::enum('1.234,50') as mrr"
    )
    held.write_parquet(str(path))
    given = ("--amounts", "major", "--date-format", "%d/%m/%Y")
    assert closings(run, path, *given) == [123_450] * 3
    assert "--date-format '%d/%m/%Y'" in failing(run, path, *given[:2])
