"""Runs the command line and reads what it wrote."""

from __future__ import annotations

import html.parser
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import sojourn as sj

EVIL = '"><img src=x onerror=alert(1)>'


SUBSCRIPTIONS = """account_id,start,end,mrr_minor
a,2024-01-01,,1000
b,2024-01-15,2024-03-10,500
c,2024-02-01,,2000
c,2024-02-01,,50
"""


@dataclass(frozen=True)
class Done:
    stdout: str
    stderr: str


Run = Callable[..., Done]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(sj.__file__).parents[1])}


def run_process(*arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """As a user's shell starts it."""
    done = subprocess.run(
        [sys.executable, "-m", "sojourn", *arguments],
        capture_output=True,
        text=True,
        input=stdin,
        check=False,
        encoding="utf-8",
        env=environment(),
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done


def text_of(page: Path) -> str:
    pieces: list[str] = []
    parser = html.parser.HTMLParser(convert_charrefs=True)
    parser.handle_data = pieces.append  # type: ignore[method-assign]
    parser.feed(page.read_text(encoding="utf-8"))
    return " ".join(" ".join(pieces).split())


def data_of(page: Path) -> dict[str, object]:
    found = re.search(r'id="sojourn-data">(.*?)</script>', page.read_text(encoding="utf-8"), re.S)
    assert found is not None
    data: dict[str, object] = json.loads(found[1])
    return data
