"""The compatibility kit: what is committed is what this version writes, and Python reads it as every other language does."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

import sojourn as sj

KIT = Path(__file__).parents[1] / "kit"


def test_this_version_writes_the_committed_kit(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("make_kit", KIT / "make_kit.py")
    assert spec is not None and spec.loader is not None
    make_kit = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "make_kit", make_kit)
    spec.loader.exec_module(make_kit)
    make_kit.main(tmp_path)
    written = sorted(path.name for path in tmp_path.iterdir())
    assert written == ["answers.sjrn", "book.sjrn", "card.json", "expected.tsv", "revenue.sjrn", "subscriptions.csv"]
    for name in written:
        assert (tmp_path / name).read_bytes() == (KIT / name).read_bytes(), name


def _expected(file: str) -> dict[str, str]:
    lines = [line.split("\t") for line in (KIT / "expected.tsv").read_text("utf-8").splitlines()]
    return {name: value for of, name, _, value in lines if of == file}


def test_the_book_of_the_kit_says_what_it_must():
    ledger, expected = sj.Ledger.from_bytes((KIT / "book.sjrn").read_bytes()), _expected("book.sjrn")
    assert ledger.nrr("2024-05").value == float(expected["nrr"])
    assert ledger.logo_churn("2024-05").value == float(expected["logo_churn"])
    assert ledger.state("2023-01", "2024-06").to_bytes() == (KIT / "revenue.sjrn").read_bytes()


def test_the_answers_of_the_kit_say_what_they_must():
    answers = sj.SurveyState.from_bytes((KIT / "answers.sjrn").read_bytes())
    assert answers.nps().value == float(_expected("answers.sjrn")["nps"])


def test_damaged_bytes_of_the_kit_are_refused():
    data = bytearray((KIT / "book.sjrn").read_bytes())
    data[len(data) // 2] ^= 1
    with pytest.raises(sj.errors.StateError):
        sj.Ledger.from_bytes(bytes(data))
