"""Defaults of a folder: taken, weaker than what is typed, and refused where they are unknown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from command_line import Run

GIVEN = ("--as-of", "2024-04-01", "--format", "json")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "subs.csv").write_text("Kunde,start,end,wert\na,2024-01-01,,12\n", encoding="utf-8")
    return tmp_path


def settings(folder: Path, text: str) -> None:
    (folder / "sojourn.toml").write_text(text, encoding="utf-8")


def test_defaults_are_taken_and_what_is_typed_is_stronger(run: Run, folder: Path) -> None:
    settings(
        folder,
        '[all]\nmrr = "wert"\namounts = "major"\naccount-column = "Kunde"\ncurrency = "EUR"\n'
        '[metrics]\nper = "year"\n[job]\nx = 1\n',
    )

    def closing(*more: str) -> int:
        return int(
            json.loads(run("metrics", "--subscriptions", "subs.csv", *GIVEN, *more).stdout)["movements"][0]["closing"]
        )

    assert closing() == 100 and closing("--per", "month") == 1200 and closing("--amounts", "minor") == 1
    assert "sojourn.toml" in run("metrics", "--subscriptions", "subs.csv", *GIVEN, "--verbose").stderr


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[all]\ncurency = "EUR"', "[all] curency is unknown; did you mean currency?"),
        ("[metrics]\nper = 'day'", "accepted: month, year"),
        ("[reprot]\n", "section [reprot] is unknown; did you mean report?"),
        ('currency = "EUR"', "currency"),
        ("[all]\nheader-line = 'x'", "no number of a line"),
        ("[all]\nleave-out = 'x'", "give a list of texts"),
        ("[report]\naccounts = 'yes'", "give true or false"),
        ("[all\n", "sojourn.toml: "),
        ("[all]\njson = true", "[all] json is unknown"),
    ],
)
def test_what_is_unknown_or_cannot_be_is_refused(run: Run, folder: Path, text: str, words: str) -> None:
    settings(folder, text)
    said = run("metrics", "--subscriptions", "subs.csv", *GIVEN, code=2).stderr
    assert words in said and said.count("\n") == 1


def test_defaults_that_this_call_does_not_read_are_no_error(run: Run, folder: Path) -> None:
    settings(folder, '[all]\ncurrency = "EUR"\ntenure = "t"\n')
    assert run("doctor", "--format", "json").stdout.startswith("{")
