"""What the library says, in the words of the command line."""

from __future__ import annotations

import pytest

from sojourn.cli._messages import as_shown, rows_from_one


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ('column "mrr", row 0: missing', 'column "mrr", row 1: missing'),
        ("row 3 repeats row 0", "row 4 repeats row 1"),
        ("rows 3, 4 and 999 overlap", "rows 4, 5 and 1000 overlap"),
        ("first in row 20,479", "first in row 20,480"),
        ("column \"row 3\", row 3, value 'row 3'", "column \"row 3\", row 4, value 'row 3'"),
        ("the account's row 3", "the account's row 4"),
        ("4 rows in 2 columns", "4 rows in 2 columns"),
        ("lines of one row each", "lines of one row each"),
    ],
)
def test_rows_count_from_one_and_values_stay(said: str, shown: str) -> None:
    assert rows_from_one(said) == shown


def test_a_message_is_one_line_with_options_for_arguments() -> None:
    assert as_shown('say ends="inclusive",\n  or as_of=') == "say --ends inclusive, or --as-of"
