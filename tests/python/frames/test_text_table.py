"""The one printer of tables."""

from __future__ import annotations

from sojourn._frames.text_table import align, cell_text, grouped_cell_text, printable


def test_columns_are_as_wide_as_their_widest_cell_and_lines_end_without_blanks() -> None:
    assert align([["name", "n"], ["a", "1,200"], ["longer", ""]], [False, True]) == [
        "name        n",
        "a       1,200",
        "longer",
    ]


def test_what_a_user_typed_cannot_tear_the_table_or_steer_the_terminal() -> None:
    assert align([["two\nlines", "\x1b[31m"]], [False, False]) == [r"two\nlines  \x1b[31m"]
    assert printable("Zürich – 東京") == "Zürich – 東京"


def test_cells_for_tables_and_for_reading() -> None:
    values = [None, 1234567, 1234.56789, "x", True, float("nan")]
    assert [cell_text(v) for v in values] == ["-", "1234567", "1234.57", "x", "True", "nan"]
    assert [grouped_cell_text(v) for v in values] == ["-", "1,234,567", "1,234.5679", "x", "True", "nan"]


def test_chinese_characters_take_two_columns() -> None:
    assert align([["月份", "n"], ["a", "12"]], [False, True]) == ["月份   n", "a     12"]
