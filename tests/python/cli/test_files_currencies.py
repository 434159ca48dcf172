"""Currencies on the command line: codes in any case, one in a file, amounts with the decimals of theirs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from command_line import Run


def movements(run: Run, path: Path, *options: str, code: int = 0) -> Any:
    given = ("metrics", "--subscriptions", str(path), "--as-of", "2024-02-01", *options)
    done = run(*given, "--format", "json", code=code)
    return done.stderr if code else json.loads(done.stdout)["movements"][-1]["closing"]


def written(tmp_path: Path, header: str, *rows: str) -> Path:
    path = tmp_path / "subs.csv"
    path.write_text("\n".join([f"account_id,start,end,{header}", *rows, ""]), encoding="utf-8")
    return path


@pytest.mark.parametrize("code", ["jpy", "JPY"])
def test_b03_yen_have_no_cents_on_the_command_line(run: Run, tmp_path: Path, code: str) -> None:
    path = written(tmp_path, "mrr", "a,2024-01-05,,10000")
    assert movements(run, path, "--currency", code, "--amounts", "major") == 10_000
    shown = run("metrics", "--subscriptions", str(path), "--as-of", "2024-02-01", "--currency", code, "--amounts", "major")
    assert "amounts in JPY" in shown.stdout and "10,000.00" not in shown.stdout


def test_a_column_of_one_currency_names_it_and_several_are_refused(run: Run, tmp_path: Path) -> None:
    one = written(tmp_path, "mrr,currency", "a,2024-01-05,,100,jpy", "b,2024-01-05,,50,JPY")
    assert movements(run, one, "--amounts", "major") == 150
    assert "is not the stated currency, USD" in movements(run, one, "--currency", "USD", "--amounts", "major", code=1)
    two = written(tmp_path, "mrr,Currency Code", "a,2024-01-05,,100,EUR", "b,2024-01-05,,50,USD")
    assert "names several currencies (EUR, USD)" in movements(run, two, "--amounts", "major", code=1)
    assert "names several currencies" in movements(run, two, "--amounts", "major", "--currency", "Currency Code", code=1)


def test_an_unknown_currency_is_refused_with_codes_near_to_it(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path, "mrr", "a,2024-01-05,,100")
    assert "did you mean GBP?" in movements(run, path, "--currency", "GPB", "--amounts", "major", code=2)


def test_tables_in_the_terminal_show_units_of_the_currency(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path, "mrr_cents", "a,2024-01-05,,1234567")
    given = ("metrics", "--subscriptions", str(path), "--as-of", "2024-02-01")
    assert "12,345.67" in run(*given, "--table", "movements").stdout
    assert "12,345.67" in run(*given, "--table", "ratios").stdout
    assert movements(run, path) == 1_234_567
    why = run(
        "explain", "--subscriptions", str(path), "--as-of", "2024-02-01", "--account", "a", "--period", "2024-01"
    ).stdout
    assert "12,345.67" in why
