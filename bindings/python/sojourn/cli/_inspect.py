"""What a list holds, and the command that reads it: each reading with its evidence, and a choice where there is none."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field

from sojourn._core.frames import holds_yearly_amounts, unit_by_name
from sojourn._frames.money import currency_of_names
from sojourn._frames.roles import candidates
from sojourn._frames.table import Table
from sojourn.cli._column_readings import (
    Days,
    currencies_of,
    days_in,
    decimal_of,
    ends_of,
    is_amount,
    period_of,
    role_of,
)
from sojourn.cli._decode import decode
from sojourn.cli._files import bytes_of, read, there_is
from sojourn.cli._formats import print_tables
from sojourn.cli._list_lines import ListLines, encodings_of, list_in, rows_of, separator_of
from sojourn.cli._numbers import has_decimals, text_of
from sojourn.cli._options import FileOptions, InspectOptions
from sojourn.cli._suffixes import SUFFIXES, suffix_of
from sojourn.cli._usage import UsageError
from sojourn.cli._workbook import sheets_of
from sojourn.errors import DataError

_AS_IT_IS = FileOptions(
    encoding=None,
    separator=None,
    decimal=None,
    date_format=None,
    timezone=None,
    header_line=None,
    leave_out=(),
    sheet=None,
    db=None,
)
_DAY_AROUND = re.compile(r"\b([0-9]{2})[./]([0-9]{2})[./]([0-9]{4})\b|\b([0-9]{4})-([0-9]{2})-([0-9]{2})\b")


@dataclass(kw_only=True)
class _Command:
    """The command that is being put together, and the findings behind it."""

    found: list[tuple[str, str, str]] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def note(self, what: str, read_as: str, evidence: str) -> None:
        self.found.append((what, read_as, evidence))

    def say(self, option: str, value: str) -> None:
        self.options += [option, shlex.quote(value)]

    def ask(self, option: str, readings: Sequence[str], what: str, evidence: str) -> None:
        """A choice that the file does not make: it stands in the command as words that no option takes."""
        self.note(what, "to be chosen", evidence)
        self.options += [option, f"'<{' or '.join(readings)}>'"]
        self.asked.append(option)


def inspect(options: InspectOptions) -> int:
    """Prints what a file holds and the command that reads it."""
    command = _Command()
    with options.messages.stage(f"looking at {options.file}"):
        found = _list_of(options, command)
        _roles(found, command)
    line = shlex.join(["sojourn", "report", "--subscriptions", options.file]) + "".join(
        f" {part}" for part in command.options
    )
    rows = {name: [row[i] for row in command.found] for i, name in enumerate(("what", "read as", "evidence"))}
    if options.format != "text":
        rows = {name: [*held, last] for (name, held), last in zip(rows.items(), ("command", line, ""), strict=True)}
        print_tables({"inspect": Table(rows)}, options.format)
        return 0
    print_tables({"inspect": Table(rows)}, "text")
    chosen = (
        f"\nChoose a value for {', '.join(command.asked)} where it stands in <>, and run:" if command.asked else "\nRun:"
    )
    print(f"{chosen}\n\n  {line}")
    return 0


def _list_of(options: InspectOptions, command: _Command) -> ListLines:
    path = options.file
    if not os.path.isfile(path):
        raise UsageError(f"{path}: no such file{there_is(path)}")
    name = os.path.basename(path)
    kind = SUFFIXES.get(suffix_of(path))
    if kind == "xlsx":
        lines, rows = _sheet(path, name, options, command)
    elif kind == "csv":
        lines, rows = _text(path, name, options, command)
    elif kind is None:
        raise UsageError(f"{path}: cannot tell the format from its name; known: {', '.join(SUFFIXES)}")
    else:
        file = read(path, _AS_IT_IS, options.messages)
        cells = [[text_of(value) or "" for value in file[column].to_list()] for column in file.columns]
        lines, rows = range(1, file.rows + 2), [list(file.columns), *(list(row) for row in zip(*cells, strict=True))]
    found = list_in(lines, rows, options.header_line)
    if found is None:
        raise DataError(f"{name}: no line looks like names of columns above rows; say which one does with --header-line N")
    if found.header_line > 1:
        command.note("names", f"line {found.header_line}", ", ".join(column for column in found.names if column))
        command.say("--header-line", str(found.header_line))
    for pattern in found.no_rows:
        command.note("no row", pattern, "a total or a foot line")
        command.say("--leave-out", pattern)
    command.note("rows", f"{len(found.rows):,}", f"lines {found.lines[0]} to {found.lines[-1]}" if found.rows else "none")
    return found


def _text(path: str, name: str, options: InspectOptions, command: _Command) -> tuple[Sequence[int], Sequence[Sequence[str]]]:
    data = bytes_of(path)
    encoding = options.encoding
    if encoding is None:
        readings = encodings_of(data, name)
        if not readings:
            raise DataError(f"{name}: is text in no encoding that is known here; say --encoding")
        encoding = readings[0][0]
        if encoding is not None:
            others = "; ".join(f"{other} would read {piece!r}" for other, piece in readings[1:])
            command.note("encoding", encoding, f"no UTF-8; reads {readings[0][1]!r}" + (f"; {others}" if others else ""))
    text, shown = decode(data, name, encoding)
    if encoding is None:
        command.note("encoding", shown, "every byte decodes")
    else:
        command.say("--encoding", encoding)
    separator = options.separator or separator_of(text)
    if options.separator is not None:
        command.say("--separator", options.separator)
    lines, rows = rows_of(text, separator)
    return lines, rows


def _sheet(
    path: str, name: str, options: InspectOptions, command: _Command
) -> tuple[Sequence[int], Sequence[Sequence[str]]]:
    sheets = sheets_of(path, name)
    if options.sheet is not None and options.sheet not in sheets:
        raise UsageError(f'{name}: no sheet "{options.sheet}" that holds anything; there is: {", ".join(sheets)}')
    title = options.sheet or max(sheets, key=lambda one: sum(cell is not None for row in sheets[one] for cell in row))
    if len(sheets) > 1:
        command.note("sheet", title, f"it holds the most; there is: {', '.join(sheets)}")
        command.say("--sheet", title)
    rows = [[text_of(cell) or "" for cell in row] for row in sheets[title]]
    return range(1, len(rows) + 1), rows


def _roles(found: ListLines, command: _Command) -> None:
    columns = {name: [row[i] for row in found.rows] for i, name in enumerate(found.names) if name}
    days = {name: held for name, cells in columns.items() if (held := days_in(cells)) is not None}
    texts = [name for name, cells in columns.items() if name not in days and any(cells)]
    amounts = [name for name in texts if is_amount(columns[name])]
    _account(columns, texts, command)
    start = _column("start", list(columns), list(days), command)
    end = _column("end", list(columns), [name for name in days if name != start], command)
    mrr = _column("mrr", list(columns), amounts, command)
    if mrr is not None:
        _amounts(columns[mrr], mrr, command)
    if start is not None and end is not None:
        _days(columns, days, start, end, found.around, command)


def _account(columns: dict[str, list[str]], texts: Sequence[str], command: _Command) -> None:
    fitting = role_of("account", list(columns), texts)
    if len(fitting) > 1:
        pairs = {tuple(cells) for cells in zip(*(columns[name] for name in fitting), strict=True)}
        sizes = {len(set(columns[name])) for name in fitting}
        if sizes == {len(pairs)}:
            chosen = next((name for name in fitting if "name" in name.lower()), fitting[0])
            command.note("account", chosen, f"{' and '.join(fitting)} tell the same {len(pairs)} accounts apart")
            command.say("--account-column", chosen)
            return
        command.ask("--account-column", fitting, "account", "they tell different accounts apart")
    elif fitting:
        _named("account", "--account-column", fitting[0], list(columns), command)
    else:
        command.ask("--account-column", texts, "account", "no name says it")


def _column(role: str, names: Sequence[str], fitting: Sequence[str], command: _Command) -> str | None:
    chosen = role_of(role, names, fitting)
    option = f"--{role}"
    if len(chosen) == 1 or (not chosen and len(fitting) == 1):
        column = chosen[0] if chosen else fitting[0]
        _named(role, option, column, names, command)
        return column
    command.ask(
        option, chosen or fitting or names, role, "several may be" if chosen or fitting else "no column has such values"
    )
    return None


def _named(role: str, option: str, column: str, names: Sequence[str], command: _Command) -> None:
    command.note("MRR" if role == "mrr" else role, column, "")
    if candidates(role, names) != [column]:
        command.say(option, column)


def _amounts(cells: Sequence[str], name: str, command: _Command) -> None:
    filled = [cell for cell in cells if cell]
    if holds_yearly_amounts(name):
        command.note("amount", "a year's, divided by 12", f"the column is called {name}")
    elif (period := period_of(name)) is not None:
        command.note("amount", f"a {period}'s", f"the column is called {name}")
        if period == "year":
            command.say("--per", period)
    else:
        command.ask("--per", ("month", "year"), "amount", f"{name} does not say whether it is a month's or a year's")
    decimals = decimal_of(filled, name)
    shown = next((cell for cell in filled if "," in cell or "." in cell), filled[0] if filled else "")
    if len(decimals) > 1:
        command.ask("--decimal", decimals, "decimals", f"{shown} can be read both ways")
    marked = currencies_of(filled, name)
    if unit_by_name(name) is None:
        if marked or any(has_decimals(cell, decimals[0]) for cell in filled):
            command.note("unit", "major", f"as in {shown}")
            command.say("--amounts", "major")
        else:
            command.ask("--amounts", ("major", "minor"), "unit", f"{shown} may be whole units or cents")
    _currency(name, marked, command)


def _currency(name: str, marked: Sequence[str], command: _Command) -> None:
    if (stated := currency_of_names([name])) is not None:
        command.note("currency", stated, f"the column is called {name}")
    elif len(marked) > 1:
        command.ask("--currency", marked, "currency", "the sign stands for both")
    elif marked:
        command.note("currency", marked[0], "by the sign in the cells; say --currency for another one")
        command.say("--currency", marked[0])


def _days(
    columns: dict[str, list[str]], days: dict[str, Days], start: str, end: str, around: str, command: _Command
) -> None:
    orders = [days[name].orders for name in (start, end)]
    order = min(orders, key=len)
    evidence = next(days[name].evidence for name in (start, end) if days[name].orders == order)
    if len(order) > 1:
        command.ask("--date-format", order, "days", evidence)
    else:
        command.note("days", order[0], evidence)
        if order[0] != "YYYY-MM-DD":
            command.say("--date-format", order[0])
    reading = Days(orders=order, evidence="")
    ends, why = ends_of([reading.read(cell) for cell in columns[start]], [reading.read(cell) for cell in columns[end]])
    if ends is None:
        command.ask("--ends", ("inclusive", "exclusive"), "ends", why)
    else:
        command.note("ends", ends, why)
        if ends == "inclusive":
            command.say("--ends", ends)
    dated = _DAY_AROUND.search(around)
    written = None if dated is None else reading.read(dated[0]) or Days(orders=["DD.MM.YYYY"], evidence="").read(dated[0])
    if written is not None and dated is not None:
        command.note("known up to", str(written), f"{dated[0]} stands beside the rows; later terms are not yet known")
        command.say("--as-of", str(written))
