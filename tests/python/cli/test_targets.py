"""The file of targets."""

from __future__ import annotations

from pathlib import Path

import pytest

import sojourn as sj
from sojourn.cli._targets import read_targets
from sojourn.cli._usage import UsageError


def test_ranges_have_open_sides(tmp_path: Path) -> None:
    path = tmp_path / "targets.json"
    path.write_text('{"nrr": [1.0, null], "ltv_to_cac": [3, 5], "logo_churn": [null, 0.02]}', encoding="utf-8")
    assert read_targets(str(path)) == {"nrr": (1.0, None), "ltv_to_cac": (3, 5), "logo_churn": (None, 0.02)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[1]", "targets are an object"),
        ("{", "not JSON"),
        ('{"nrr": 1}', 'the target of "nrr" is 1; give'),
        ('{"nrr": [1]}', "give \\[at least, at most\\]"),
        ('{"nrr": ["1", null]}', "null for an open side"),
        ('{"nrr": [true, null]}', "null for an open side"),
        ('{"nrr": [null, null]}', "null for an open side"),
    ],
)
def test_a_file_that_is_none_of_targets_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "targets.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(sj.DataError, match=said):
        read_targets(str(path))


def test_a_file_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file of targets"):
        read_targets(str(tmp_path / "none.json"))
