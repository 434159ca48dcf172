"""Tables on standard output: text for the eye, csv and json for programs, md for a chat message."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from typing import Any

from sojourn._frames.table import NUMERIC, Table
from sojourn._frames.text_table import align, grouped_cell_text, printable
from sojourn.cli._usage import UsageError

FORMATS = ("text", "csv", "json", "md")


def add_format(command: ArgumentParser, note: str) -> None:
    """The option --format of a command that prints tables."""
    command.add_argument(
        "--format", choices=FORMATS, default="text", help=f"md is a Markdown table for a chat message; {note}"
    )


def print_tables(tables: Mapping[str, Table], form: str, *, read_as: Sequence[Mapping[str, str]] = ()) -> None:
    """Prints tables as text or Markdown, as JSON (then with how the files were read), or one as CSV."""
    if form == "json":
        shown: dict[str, Any] = {name: table.to_dicts() for name, table in tables.items()}
        print(json.dumps(shown | ({"read_as": list(read_as)} if read_as else {}), default=str, indent=1))
    elif form == "csv":
        if len(tables) != 1:
            raise UsageError(f"csv holds one table; choose it with --table: {', '.join(tables)}")
        print(*(table.to_csv() for table in tables.values()), end="")
    else:
        whole = markdown if form == "md" else whole_text
        print("\n\n".join(whole(table) for table in tables.values()))


def whole_text(table: Table) -> str:
    """All rows, unlike repr, which shows the first ones."""
    lines = align(_cells(table), right=[table[name].type in NUMERIC for name in table.columns])
    return "\n".join([table.title, *lines] if table.title else lines)


def markdown(table: Table) -> str:
    """All rows as a Markdown table; what users typed can neither break a cell nor become a link, a picture or a mention."""
    names, *rows = ([_escaped(cell) for cell in row] for row in _cells(table))
    marks = ["--:" if table[name].type in NUMERIC else "---" for name in table.columns]
    lines = [f"| {' | '.join(row)} |" for row in (names, marks, *rows)]
    return "\n".join([f"**{_escaped(table.title)}**", "", *lines] if table.title else lines)


def _cells(table: Table) -> list[list[str]]:
    return [table.columns, *(table.row_texts(row, grouped_cell_text) for row in range(len(table)))]


def _escaped(cell: str) -> str:
    return "".join(f"\\{c}" if c in "\\|`*_~[]<>#@!" else c for c in printable(cell))
