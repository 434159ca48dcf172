"""The files that the options name, read into the request that the report answers."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from sojourn._report.page import Fact
from sojourn._report.request import ContractRequest, HealthRequest, ReportRequest, RevenueRequest, SnapshotRequest
from sojourn.cli._cells import complete, flags, labels, whole_months
from sojourn.cli._files import File, file_notes, read, there_is
from sojourn.cli._ledger_files import amounts_of, currency_of, open_files
from sojourn.cli._money import exact_amount
from sojourn.cli._options import InputOptions, Messages
from sojourn.cli._signals import signal_columns
from sojourn.cli._survey_requests import survey_requests
from sojourn.cli._usage import UsageError
from sojourn.errors import DataError, SchemaError
from sojourn.health import Scorecard
from sojourn.revenue import Ledger

_MOST_SEGMENTS = 24
_OTHER = "(other)"


def report_request(options: InputOptions, messages: Messages, *, accounts: bool = False) -> ReportRequest:
    """Reads every file that was named. `accounts` prints the names of the accounts with the lowest scores."""
    _check(options)
    notes: list[Fact] = []
    revenue, contracts, book = _revenue(options, messages, notes)
    survival, health, subtitle = _customers(options, messages, notes, accounts)
    surveys = survey_requests(options, messages, notes)
    if options.health.signals is not None:
        file = read(options.health.signals, options.written, messages)
        health = _scored(file, options, messages, (), accounts)
        book = _merged(book, _book(file, options))
        notes += file_notes("Signals", file)
    if revenue is None and not subtitle and surveys.rows:
        subtitle = f"{surveys.rows:,} survey rows"
    return ReportRequest(
        revenue=revenue,
        contracts=contracts,
        survival=survival,
        nps=surveys.nps,
        csat=surveys.csat,
        ces=surveys.ces,
        survey_days=surveys.days,
        health=health,
        level=options.level,
        subtitle=subtitle,
        names=accounts,
        book=book,
        notes=notes,
    )


def _check(options: InputOptions) -> None:
    """What can be said before a file is read."""
    contracts = options.contracts
    if options.usage.usage is None and any(
        value is not None for name, value in vars(options.usage).items() if name != "usage"
    ):
        raise UsageError("--usage-account, --usage-start and their siblings say how --usage FILE is read; name that file")
    if options.subscriptions.subscriptions is None and options.usage.usage is None:
        if contracts.contracts is not None or contracts.margin is not None or contracts.spend is not None:
            raise UsageError("--contracts, --margin and --spend are read together with --subscriptions FILE or --usage FILE")
    elif contracts.spend is not None and contracts.margin is None:
        raise UsageError("--spend needs --margin: what share of revenue is left after serving a customer, as in 0.8?")
    if options.health.signals is not None and options.health.scorecard is None:
        raise UsageError("--signals needs --scorecard FILE: how do the signals become a score?")
    if not options.files:
        raise UsageError(
            "nothing to read: give --subscriptions, --usage, --customers, --responses, --csat, --ces or --signals"
        )


def _revenue(
    options: InputOptions, messages: Messages, notes: list[Fact]
) -> tuple[RevenueRequest | None, ContractRequest | None, dict[str, Any] | None]:
    given, asked = options.subscriptions, options.contracts
    ledger, files = open_files(given, options.usage, options.written, messages)
    if ledger is None:
        return None, None, None
    revenue = RevenueRequest(
        ledger=ledger,
        first=given.first,
        last=given.last,
        margin=asked.margin,
        spend=None if asked.spend is None else exact_amount(asked.spend, "--spend", ledger.currency),
    )
    contracts = None if asked.contracts is None else _contracts(options, asked.contracts, ledger.currency, messages, notes)
    for label, file in files.items():
        notes += file_notes(label, file)
    return revenue, contracts, None if options.by is None else _segments(files, ledger, options.by, options, notes)


def _contracts(options: InputOptions, path: str, currency: str, messages: Messages, notes: list[Fact]) -> ContractRequest:
    file, given = read(path, options.written, messages), options.contracts
    named: Mapping[str, str | None] = {
        "account": options.subscriptions.account,
        "term_end": given.term_end,
        "value": given.value,
        "renewed_on": given.renewed_on,
        "renewed_value": given.renewed_value,
    }
    picked = {role: file.choose(role, name) for role, name in named.items()}
    with file.placed():
        currency = currency_of(file, currency)
        table: dict[str, Any] = {
            name: amounts_of(file, name, options.subscriptions, options.written, currency)
            if role in ("value", "renewed_value")
            else file.days(name, role)
            if role in ("term_end", "renewed_on")
            else file[name]
            for role, name in picked.items()
        }
    notes += file_notes("Contracts", file)
    return ContractRequest(table=table, columns=picked, amounts="minor", grace_days=given.grace_days)


def _customers(
    options: InputOptions, messages: Messages, notes: list[Fact], accounts: bool
) -> tuple[SnapshotRequest | None, HealthRequest | None, str]:
    """Survival of a snapshot, its scores where there is a card, and the line under the heading."""
    given = options.customers
    if given.customers is None:
        return None, None, ""
    file = read(given.customers, options.written, messages)
    tenure, churned = file.choose("tenure", given.tenure), file.choose("churned", given.churned)
    monthly = file.find("monthly", given.monthly)
    with file.placed():
        currency = currency_of(file, options.subscriptions.currency)
        left = flags(file[churned], churned)
        survival = SnapshotRequest(
            tenure=whole_months(file[tenure], tenure),
            left=left,
            monthly=None
            if monthly is None
            else complete(
                amounts_of(file, monthly, options.subscriptions, options.written, currency, infer=True).to_list(), monthly
            ),
            segments=None if options.by is None else labels(file[file.choose("by", options.by)], options.by),
            by=options.by or "",
            currency=currency,
        )
    health = None if options.health.scorecard is None else _scored(file, options, messages, left, accounts)
    notes += file_notes("Customers", file)
    amounts = f", amounts in {currency}" if monthly else ""
    return survival, health, f"{file.rows:,} customers in one snapshot{amounts}"


def _scored(file: File, options: InputOptions, messages: Messages, outcome: Sequence[bool], accounts: bool) -> HealthRequest:
    card = read_card(str(options.health.scorecard))
    account = file.choose("account", options.subscriptions.account)
    with file.placed(), messages.stage("scoring"):
        table = {account: file[account], **signal_columns(card, file, options.written)}
        result = card.score(table, account=account, as_of=options.subscriptions.as_of, timezone=options.written.timezone)
    return HealthRequest(result=result, outcome=outcome, accounts=accounts)


def _segments(
    files: Mapping[str, File], ledger: Ledger, by: str, options: InputOptions, notes: list[Fact]
) -> dict[str, Any] | None:
    """The segment of each account: that of its last row in the file, for all its time."""
    file = files.get("Subscriptions")
    if file is None or by not in file.columns:
        surveys = options.surveys
        others = (surveys.responses, surveys.csat, surveys.ces, options.customers.customers)
        read_elsewhere = any(name is not None for name in others)
        if file is not None and not read_elsewhere:
            raise UsageError(f'{file.name}: no column "{by}" (--by). The file has: {", ".join(file.columns)}')
        return None
    account = file.choose("account", options.subscriptions.account)
    with file.placed():
        pairs = list(zip(file[account].to_list(), labels(file[by], by), strict=True))
    last = dict(pairs)
    changed = len({account for account, label in pairs if label != last[account]})
    if changed:
        notes.append(
            Fact(label=f"Segments by {by}", value=f"{changed:,} accounts changed it; the one of the last row counts")
        )
    shown = _largest(last, ledger, by, notes)
    return {"account": list(last), by: [shown.get(label, _OTHER) for label in last.values()]}


def _largest(last: Mapping[Any, str], ledger: Ledger, by: str, notes: list[Fact]) -> dict[str, str]:
    """The segments that are shown by name: all, or the largest by the MRR that customers pay now, the rest together."""
    money = dict.fromkeys(last.values(), 0)
    for row in ledger.accounts_table().to_dicts():
        if row["account"] in last and not row["churned"]:
            money[last[row["account"]]] += row["mrr"]
    if len(money) <= _MOST_SEGMENTS:
        return {label: label for label in money}
    kept = sorted(money, key=lambda label: -money[label])[: _MOST_SEGMENTS - 1]
    rest = len(money) - len(kept)
    said = f"{len(money)} values; the {len(kept)} with the most MRR are shown, {rest} are together as {_OTHER!r}"
    notes.append(Fact(label=f"Segments by {by}", value=said))
    return {label: label for label in kept}


def _merged(first: dict[str, Any] | None, second: dict[str, Any] | None) -> dict[str, Any] | None:
    """What two files say of accounts; where both speak of an account, its row has the columns of both."""
    if first is None or second is None:
        return first if second is None else second
    tables = [{name: list(values) for name, values in table.items()} for table in (first, second)]
    rows: dict[Any, dict[str, Any]] = {}
    for table in tables:
        for i, account in enumerate(table["account"]):
            rows.setdefault(str(account), {}).update({name: held[i] for name, held in table.items() if name != "account"})
    names = list(dict.fromkeys(name for table in tables for name in table if name != "account"))
    return {"account": list(rows), **{name: [row.get(name) for row in rows.values()] for name in names}}


def _book(file: File, options: InputOptions) -> dict[str, Any] | None:
    """What the file of signals says about its accounts beside the signals: their owner, renewal day and labels."""
    held = [name for name in ("owner", "plan", "region", "segment") if name in file.columns]
    due = [name for name in ("renews_on",) if name in file.columns]
    if not held and not due:
        return None
    account = file.choose("account", options.subscriptions.account)
    with file.placed():
        about = {name: file[name] for name in held} | {name: file.days(name, "renews_on") for name in due}
        return {"account": file[account], **about}


def read_card(path: str) -> Scorecard:
    """The card of a file; one that is missing is a question asked wrongly, one with errors is bad data."""
    if not os.path.isfile(path):
        raise UsageError(f"{path}: no such file{there_is(path)}")
    try:
        return Scorecard.from_file(path)
    except SchemaError as error:
        raise DataError(f"{path}: {error}") from None
