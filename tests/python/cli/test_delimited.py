"""Separated values: encodings, separators, quotes, lines of another length. Every cell is text."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from command_line import Run

pytest.importorskip("duckdb")
pytest.importorskip("vl_convert")
pytest.importorskip("jinja2")

ROWS = "account,start,end,mrr_minor\na,2024-01-01,,100\nb,2024-01-05,2024-02-01,50\n"
GIVEN = ("--as-of", "2024-04-01", "--format", "json")


def closings(run: Run, path: Path, *more: str) -> list[int]:
    shown = json.loads(run("metrics", "--subscriptions", str(path), *GIVEN, *more).stdout)
    return [row["closing"] for row in shown["movements"]]


def failing(run: Run, path: Path, *more: str, code: int = 1) -> str:
    return run("metrics", "--subscriptions", str(path), *GIVEN, *more, code=code).stderr


@pytest.mark.parametrize("line", [1, 2, 20_481, 21_000])
def test_a01_decimals_after_many_whole_numbers_are_not_rounded(run: Run, tmp_path: Path, line: int) -> None:
    path = tmp_path / "s.csv"
    rows = [f"k{i},2024-01-05,,50" for i in range(21_000)]
    rows.insert(line - 1, "x,2024-02-01,,49.99")
    path.write_text("\n".join(["account,start,end,mrr", *rows, "y,2024-02-01,,0.40"]) + "\n")
    shown = json.loads(run("metrics", "--subscriptions", str(path), "--amounts", "major", *GIVEN).stdout)["movements"]
    assert [row["new"] for row in shown] == [105_000_000, 5039, 0]


def test_a01_a_decimal_in_a_column_of_minor_units_names_its_line(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("account,start,end,mrr\n" + "a,2024-01-05,,50\n" * 20_500 + "b,2024-01-05,,49.99\n")
    error = failing(run, path, "--amounts", "minor")
    assert "s.csv, line 20502" in error and "49.99" in error and "--amounts major" in error


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ("b,2024-01-05,50", "line 3 is short: it has 3 cells and the line of names 4"),
        ("b,2024-01-05,,50,", "line 3 is long: it has 5 cells"),
        ("b", "line 3 is short: it has 1 cell "),
        ('b,"2024-01-05,,50', "line 3: a cell that begins with a quote"),
        ('b,"2024"-01-05,,50', "line 3: a closing quote"),
        ("b,01/02/2024,,50", "s.csv, line 3: "),
        ("b,2024-13-05,,50", "s.csv, line 3: "),
        ("b,2024-01-05,,fifty", "s.csv, line 3: "),
        (",2024-01-05,,50", "s.csv, line 3: "),
    ],
)
def test_a07_a_broken_line_is_named(run: Run, tmp_path: Path, broken: str, words: str) -> None:
    path = tmp_path / "s.csv"
    path.write_text(f"account,start,end,mrr_minor\na,2024-01-01,,100\n{broken}\nc,2024-01-01,,100\n")
    assert words in failing(run, path)


def test_a07_lines_are_those_of_the_file_and_not_of_the_records(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text('account,start,end,mrr_minor\n"two\nlines",2024-01-01,,100\n\nb,2024-01-05,50\n')
    assert "line 5 is short" in failing(run, path)
    path.write_text('account,start,end,mrr_minor\n"two\nlines",2024-01-01,,100\n\nb,2024-01-05,,many\n')
    assert "s.csv, line 5: " in failing(run, path)


@pytest.mark.parametrize(
    "ids",
    [
        ("12345678901234567890", "12345678901234567891"),
        ("007", "7"),
        ("+1", "1"),
        ("1_000", "1000"),
        ("1e3", "1000"),
        ("true", "1"),
        ("1.0", "1"),
        ("2024-01-01", "20240101"),
        ("NA", "N/A"),
        ("nan", "NaN"),
        ("٣", "3"),
    ],
)
def test_a09_ids_are_text(run: Run, tmp_path: Path, ids: tuple[str, str]) -> None:
    path = tmp_path / "s.csv"
    path.write_text(f"account,start,end,mrr_minor\n{ids[0]},2024-01-01,,100\n{ids[1]},2024-01-01,,200\n", encoding="utf-8")
    shown = json.loads(run("metrics", "--subscriptions", str(path), *GIVEN).stdout)
    assert shown["movements"][-1]["closing"] == 300 and shown["cohorts_accounts"][0]["accounts"] == 2
    done = run("explain", "--subscriptions", str(path), "--as-of", "2024-04-01", "--account", ids[0], "--period", "2024-01")
    assert "closing 1.00" in done.stdout


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_marks_say_the_encoding(run: Run, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "s.csv"
    path.write_bytes(ROWS.replace("a,2024", "Å,2024").encode(encoding))
    assert closings(run, path) == [150, 100, 100]
    assert closings(run, path, "--encoding", encoding.removesuffix("-sig")) == [150, 100, 100]


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "cp1251", "utf-16-le", "shift_jis", "cp037"])
def test_any_other_encoding_is_named(run: Run, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "s.csv"
    path.write_bytes(ROWS.encode(encoding))
    assert closings(run, path, "--encoding", encoding) == [150, 100, 100]


def test_a_byte_that_does_not_decode_has_a_line_and_a_column(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_bytes(ROWS.replace("b,2024", "Zo\u00eb,2024").encode("cp1252"))
    error = failing(run, path)
    assert "line 3, column 3: 0xEB is not UTF-8" in error and "--encoding" in error
    assert closings(run, path, "--encoding", "cp1252") == [150, 100, 100]
    assert "0x81 is not cp1252" in failing(run, _written(tmp_path, b"account\n\x81\n"), "--encoding", "cp1252")
    assert "--encoding utf-16-le" in failing(run, _written(tmp_path, ROWS.encode("utf-16-le")))
    assert "'klingon' is no encoding" in failing(run, path, "--encoding", "klingon", code=2)
    assert "'base64' is no encoding" in failing(run, path, "--encoding", "base64", code=2)


def _written(folder: Path, data: bytes) -> Path:
    path = folder / "b.csv"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(("separator", "suffix"), [(",", "csv"), (";", "csv"), ("\t", "csv"), ("|", "txt"), ("\t", "tsv")])
def test_separators_are_those_of_the_line_of_names(run: Run, tmp_path: Path, separator: str, suffix: str) -> None:
    path = tmp_path / f"s.{suffix}"
    path.write_text(ROWS.replace(",", separator))
    assert closings(run, path) == [150, 100, 100]


def test_separators_that_are_not_clear_are_asked_for(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("a,b;account,start;end,mrr_minor\n1,2;a,2024-01-01;2024-02-01,100\n")
    error = failing(run, path, code=2)
    assert "comma" in error and "semicolon" in error and "--separator" in error
    path.write_text("account;start;end;mrr_minor,note|x\na;2024-01-01\n")
    assert "--separator" in failing(run, path, code=2)
    path.write_text("account;start;end;mrr_minor;a,b\na;2024-01-01;;100;x\n")
    assert closings(run, path) == [100, 100, 100]
    path.write_text('"account, so to say";start;end;mrr_minor\na;2024-01-01;;100\n')
    assert closings(run, path, "--account-column", "account, so to say") == [100, 100, 100]
    path.write_text("account^start^end^mrr_minor\na^2024-01-01^^100\n")
    assert closings(run, path, "--separator", "^") == [100, 100, 100]
    assert "not one character" in failing(run, path, "--separator", "^^", code=2)


def test_spreadsheets_may_name_the_separator_first(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("sep=;\r\n" + ROWS.replace(",", ";").replace("\n", "\r\n"), newline="")
    assert closings(run, path) == [150, 100, 100]
    path.write_text("sep=;\n" + ROWS.replace(",", ";").replace("b;", "b;;"))
    assert "line 4 is long" in failing(run, path)


def test_two_columns_of_one_name_are_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("account,start,end,mrr_minor,account\na,2024-01-01,,100,b\n")
    assert "several columns are called account" in failing(run, path)
    path.write_text("account,start,end,mrr_minor,,\na,2024-01-01,,100,,\n")
    assert closings(run, path) == [100, 100, 100]


def test_an_empty_file_says_so(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("")
    assert "the file is empty" in failing(run, path)


def test_packed_files_and_line_ends(run: Run, tmp_path: Path) -> None:
    packed = tmp_path / "s.csv.gz"
    packed.write_bytes(gzip.compress(ROWS.replace("\n", "\r\n").encode()))
    assert closings(run, packed) == [150, 100, 100]
    packed.write_bytes(gzip.compress(ROWS.encode())[:-9])
    assert "cannot be unpacked" in failing(run, packed)
    old = tmp_path / "old.csv"
    old.write_bytes(ROWS.replace("\n", "\r").encode())
    assert closings(run, old) == [150, 100, 100]


def test_a_column_of_answers_keeps_its_blank_lines(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "nps.csv"
    path.write_text("score\n10\n\n9\n\n\n")
    shown = json.loads(run("metrics", "--responses", str(path), "--format", "json").stdout)
    assert shown["nps"][0]["n"] == 2 and {"what": "NPS: no answer", "as": "1 empty"} in shown["read_as"]
