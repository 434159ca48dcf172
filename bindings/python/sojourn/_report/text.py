"""The page as text for a terminal: headlines first, then each section's tables, aligned."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from sojourn._frames.language import say
from sojourn._frames.text_table import align, columns_of, printable
from sojourn._report.page import Fact, Grid, Page, Section

WIDTH = 110


def render_text(page: Page, *, bold: bool = False) -> str:
    """The headlines, then a table or two for each section. Text that a user typed cannot control the terminal."""
    blocks = [_strong(page.title, bold) + (f"\n{printable(page.subtitle)}" if page.subtitle else "")]
    if page.headlines:
        rows = [[item.label, item.value, item.interval] for item in page.headlines]
        blocks.append("\n".join(align(rows, right=(False, True, False))))
    blocks += [_section(section, bold) for section in page.sections if section.grids or section.reading]
    return "\n\n".join(blocks) + "\n"


def facts_text(facts: Sequence[Fact], *, bold: bool = False) -> str:
    """How the data were read, a line or two for each fact."""
    lines = [_strong(say("How the data were read"), bold)]
    for fact in facts:
        lines += textwrap.wrap(
            printable(say("{label}: {value}", label=fact.label, value=fact.value)), WIDTH, subsequent_indent="  "
        )
    return "\n".join(lines) + "\n"


def _section(section: Section, bold: bool) -> str:
    lines = [_strong(section.title, bold)]
    lines += textwrap.wrap(printable(section.reading), WIDTH)
    for i, grid in enumerate(section.grids):
        lines += ["", *_table(grid)] if i or section.reading else _table(grid)
    if section.proof:
        lines += ["", *textwrap.wrap(printable(section.proof), WIDTH)]
    return "\n".join(lines)


def _table(grid: Grid) -> list[str]:
    rows = [list(grid.columns), *(list(row) for row in grid.rows)]
    lines = align(rows, right=[False, *[True] * (len(grid.columns) - 1)])
    rule = "-" * max(columns_of(line) for line in lines)
    body = [*lines[1:-1], rule, lines[-1]] if grid.total and len(lines) > 2 else lines[1:]
    return [*([printable(grid.caption)] if grid.caption else []), lines[0], rule, *body]


def _strong(title: str, bold: bool) -> str:
    shown = printable(title)
    return f"\033[1m{shown}\033[0m" if bold else shown
