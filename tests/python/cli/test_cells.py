"""Cells of files: nothing about them is guessed."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from command_line import EVIL, Run, text_of

pytest.importorskip("duckdb")
pytest.importorskip("vl_convert")
pytest.importorskip("jinja2")


def test_amounts_without_a_unit_are_not_guessed(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("account,start,end,mrr\na,2024-01-01,,10.50\n")
    assert "--amounts major" in run("metrics", "--subscriptions", str(path), code=2).stderr
    done = run("metrics", "--subscriptions", str(path), "--amounts", "major", "--as-of", "2024-03-01", "--format", "json")
    assert json.loads(done.stdout)["movements"][-1]["closing"] == 1050
    path.write_text("account,start,end,mrr\na,2024-01-01,,10.505\n")
    assert "whole minor units" in run("metrics", "--subscriptions", str(path), "--amounts", "major", code=1).stderr


def test_untrusted_segments_stay_text(run: Run, tmp_path: Path) -> None:
    path, page = tmp_path / "nps.csv", tmp_path / "out.html"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["score", EVIL], *([[9, EVIL], [3, "b"]] * 40)])
    run("report", "--responses", str(path), "--by", EVIL, "-o", str(page), "--title", EVIL)
    source = page.read_text(encoding="utf-8")
    assert "<img" not in source and EVIL in text_of(page)
