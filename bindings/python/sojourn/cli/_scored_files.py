"""A file of signals, scored: the result, the columns that go with it, and the state for the next cycle."""

from __future__ import annotations

import datetime
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sojourn._core.frames import Column
from sojourn._frames.output import write_bytes
from sojourn._frames.table import Table
from sojourn.cli._cells import optional_flags
from sojourn.cli._files import File, read, there_is
from sojourn.cli._ledger_files import currency_of
from sojourn.cli._monday_options import ScoredOptions
from sojourn.cli._money import read_amounts
from sojourn.cli._numbers import numbers
from sojourn.cli._signals import signal_columns
from sojourn.cli._usage import UsageError
from sojourn.errors import DataError, SchemaError, StateError
from sojourn.health import CardSet, CardSetResult, HealthResult, Scorecard

MAGIC = b"SJRN"


@dataclass(frozen=True, kw_only=True)
class Scored:
    """A scored file. Columns of roles are read as the roles want them; `currency` is that of the values."""

    result: HealthResult | CardSetResult
    previous: HealthResult | CardSetResult | None
    file: File
    columns: dict[str, Column]
    currency: str

    def roles(self, names: Sequence[str]) -> dict[str, Column]:
        """Of these roles the columns that were named."""
        return {name: self.columns[name] for name in names if name in self.columns}


def score_file(options: ScoredOptions, roles: dict[str, str | None]) -> Scored:
    """Reads the signals and scores them; `roles` names further columns of days ("renews_on", "last_active"), of yes and no
    ("sponsor_left") and of numbers ("p_churn").
    """
    card = read_any_card(options.card)
    previous = None if options.previous is None else read_state(options.previous)
    if previous is not None and isinstance(card, CardSet) != isinstance(previous, CardSetResult):
        raise UsageError(f"{options.previous} was scored by {_kind(previous)}, and {options.card} is another kind of card")
    file = read(options.signals, options.written, options.messages)
    account = file.choose("account", options.account)
    with file.placed(), options.messages.stage("scoring"):
        currency = currency_of(file, options.currency, [] if options.value is None else [options.value])
        columns = _role_columns(file, options, roles, currency)
        signals: dict[str, Column] = {}
        for one in card.cards.values() if isinstance(card, CardSet) else (card,):
            signals.update(signal_columns(one, file, options.written))
        if isinstance(card, CardSet):
            signals.update({name: file[name] for name in card.inputs if name in file.columns and name not in signals})
        named = {"owner": options.owner, "value": options.value, **roles}
        beside = {named[role]: values for role, values in columns.items() if named[role] not in {*signals, account}}
        result = card.score(
            {account: file[account], **signals, **{str(name): values for name, values in beside.items()}},
            account=account,
            as_of=_day(options),
            previous=previous,
            timezone=options.written.timezone,
        )
    if options.save is not None:
        with options.messages.stage(f"writing {options.save}"):
            write_bytes(options.save, result.to_bytes())
    return Scored(result=result, previous=previous, file=file, columns=columns, currency=currency)


def read_any_card(path: str) -> Scorecard | CardSet:
    """The card or set of cards of a file; one that is missing is a question asked wrongly, one with errors is bad data."""
    if not os.path.isfile(path):
        raise UsageError(f"{path}: no such file{there_is(path)}")
    try:
        return CardSet.from_file(path) if holds_set(path) else Scorecard.from_file(path)
    except SchemaError as error:
        raise DataError(f"{path}: {error}") from None


def holds_set(path: str) -> bool:
    """Whether the document of a file has several cards. One that is no JSON is for the reader of cards to refuse."""
    try:
        with open(path, encoding="utf-8-sig") as file:
            document = json.load(file)
    except ValueError:
        return False
    return isinstance(document, dict) and "cards" in document


def read_state(path: str) -> HealthResult | CardSetResult:
    """The cycle that --save wrote."""
    if not os.path.isfile(path):
        raise UsageError(f"{path}: no such file{there_is(path)}")
    with open(path, "rb") as file:
        data = file.read()
    return state_of(data, path)


def state_of(data: bytes, path: str) -> HealthResult | CardSetResult:
    """The cycle behind stored bytes; `path` names them in errors."""
    if not data.startswith(MAGIC):
        raise UsageError(f"{path} is no state: give --previous what --save wrote in the cycle before")
    try:
        return HealthResult.from_bytes(data)
    except StateError as error:
        if "CardSetResult" not in str(error):
            raise DataError(f"{path}: {error}") from None
    try:
        return CardSetResult.from_bytes(data)
    except StateError as error:
        raise DataError(f"{path}: {error}") from None


def in_units(table: Table, columns: Sequence[str], currency: str, form: str) -> Table:
    """The table with amounts shown in currency units where people read it; csv and json keep minor units."""
    held = {name: table[name] for name in table.columns}
    if form in ("csv", "json"):
        return Table(held, options=table.options, title=table.title)
    amounts = [name for name in columns if name in held]
    whole = {name: [None if cell != cell else round(cell) for cell in held[name]] for name in amounts}
    return Table({**held, **whole}, options={"currency": currency}, title=table.title, amounts=amounts)


def _role_columns(file: File, options: ScoredOptions, roles: dict[str, str | None], currency: str) -> dict[str, Column]:
    found: dict[str, Column] = {}
    for role, name in {"owner": options.owner, "value": options.value, **roles}.items():
        if name is None:
            continue
        if name not in file.columns:
            raise UsageError(
                f'{file.name}: no column "{name}" (--{role.replace("_", "-")}). The file has: {", ".join(file.columns)}'
            )
        if role == "value":
            amounts = read_amounts(
                file[name], name, amounts=options.amounts, currency=currency, decimal=options.written.decimal, infer=True
            )
            found[role] = amounts.values
        elif role in ("renews_on", "last_active"):
            found[role] = file.days(name, role)
        elif role == "sponsor_left":
            found[role] = Column.from_sequence(optional_flags(file[name], name), name=name)
        elif role == "p_churn":
            found[role] = Column.from_sequence(numbers(file[name].to_list(), name, options.written.decimal), name=name)
        else:
            found[role] = file[name]
    return found


def _day(options: ScoredOptions) -> Any:
    if options.as_of is not None:
        return options.as_of
    today = datetime.date.today()
    if not options.messages.quiet:
        print(f"sojourn: as of {today}, today; --as-of states the day of the signals", file=sys.stderr)
    return today


def _kind(result: HealthResult | CardSetResult) -> str:
    return "a set of cards" if isinstance(result, CardSetResult) else "one card"
