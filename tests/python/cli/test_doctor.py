"""Whether an installation works: each part is tried."""

from __future__ import annotations

import json
import sys

import pytest

import sojourn as sj
from command_line import Run
from sojourn.cli import _doctor


def findings(run: Run, code: int = 0) -> dict[str, dict[str, str]]:
    return {row["check"]: row for row in json.loads(run("doctor", "--format", "json", code=code).stdout)["doctor"]}


def test_every_part_is_tried(run: Run) -> None:
    found = findings(run)
    assert found["sojourn"]["detail"] == sj.__version__
    for part in ("extension", "tiny run", "threads"):
        assert found[part]["state"] == "ok", found[part]
    assert "compiler" in found["extension"]["detail"] and "processors" in found["threads"]["detail"]
    assert "15.00 + 2.00 = 17.00" in found["tiny run"]["detail"]
    assert found["duckdb"]["state"] == "ok" and "Parquet" in found["duckdb"]["detail"]


@pytest.mark.parametrize("form", ["text", "csv", "md"])
def test_findings_in_every_format(run: Run, form: str) -> None:
    assert "tiny run" in run("doctor", "--format", form).stdout


def test_a_package_that_is_missing_says_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(_doctor._PACKAGES, "no-such-package", ("no_such_package", '"sojourn[xlsx]"', "reading workbooks"))
    found = findings(run)["no-such-package"]
    assert found["state"] == "missing" and 'pip install "sojourn[xlsx]"' in found["detail"]


def test_a_package_that_is_there_and_does_not_load_is_a_failure(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    assert findings(run, code=1)["duckdb"]["state"] == "failed"


def test_a_wrong_answer_of_the_tiny_run_fails(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise sj.DataError("the ledger does not close")

    monkeypatch.setattr(_doctor, "Ledger", broken)
    found = findings(run, code=1)["tiny run"]
    assert found["state"] == "failed" and "does not close" in found["detail"]
