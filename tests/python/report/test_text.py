"""The page as text for a terminal."""

from __future__ import annotations

import pytest

from report_samples import revenue_facts
from sojourn._report.page import Page
from sojourn._report.sections import revenue
from sojourn._report.text import render_text

pytest.importorskip("vl_convert")
pytest.importorskip("jinja2")


def test_text_page_is_aligned_and_cannot_steer_the_terminal() -> None:
    page = Page(title="t\x1b[31m", headlines=[*revenue.part(revenue_facts()).headlines])
    revenue.part(revenue_facts()).add_to(page)
    text = render_text(page)
    assert "\x1b" not in text and text.startswith("t\\x1b[31m\n")
    assert render_text(page, bold=True).startswith("\x1b[1mt\\x1b[31m\x1b[0m\n")
    lines = text.splitlines()
    table = lines[lines.index("MRR in USD") + 1 :][:6]
    assert [line.split()[0] for line in table] == [
        "Month",
        "-" * len(table[1]),
        "2024-01",
        "2024-02",
        "-" * len(table[1]),
        "All",
    ]
    assert len({len(line) for line in table}) == 1
