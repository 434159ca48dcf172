"""Tables as text, CSV, JSON and Markdown."""

from __future__ import annotations

import pytest

import sojourn as sj
from sojourn.cli._formats import markdown, print_tables, whole_text
from sojourn.cli._usage import UsageError

TABLE = sj.Table({"account": ["a|b", "[x](http://evil)"], "mrr": [1000, None]}, options={"currency": "USD"}, amounts=["mrr"])


def test_markdown_holds_what_users_typed_as_text() -> None:
    lines = markdown(TABLE).splitlines()
    assert lines[:2] == ["| account | mrr |", "| --- | --: |"]
    assert lines[2] == "| a\\|b | 10.00 |"
    assert lines[3].startswith("| \\[x\\](") and all(line.replace("\\|", "").count("|") == 3 for line in lines)


def test_a_line_break_in_a_cell_breaks_no_table() -> None:
    odd = sj.Table({"a": ["x\ny", "\x1b[31m"]})
    assert len(markdown(odd).splitlines()) == 4 and "\x1b" not in markdown(odd) and len(whole_text(odd).splitlines()) == 3


def test_csv_holds_one_table(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError, match="one table"):
        print_tables({"a": TABLE, "b": TABLE}, "csv")
    print_tables({"a": TABLE}, "csv")
    assert capsys.readouterr().out.splitlines()[0] == "account,mrr"
