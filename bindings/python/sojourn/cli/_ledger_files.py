"""Files of subscriptions and of usage, read into one ledger."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from sojourn._core.frames import Column, holds_yearly_amounts
from sojourn._frames.money import currency_columns, currency_of_names, one_currency
from sojourn._frames.periods import day_or_none
from sojourn._frames.usual_names import fits
from sojourn.cli._decode import decode
from sojourn.cli._files import File, read
from sojourn.cli._money import read_amounts
from sojourn.cli._options import FileOptions, Messages, SubscriptionOptions, UsageOptions
from sojourn.cli._usage import UsageError
from sojourn.errors import DataError, SchemaError
from sojourn.revenue import Ledger, Policy

KINDS = ("consumption", "minimum", "prepaid")


def open_files(
    given: SubscriptionOptions, usage: UsageOptions, written: FileOptions, messages: Messages
) -> tuple[Ledger | None, dict[str, File]]:
    """The ledger of subscriptions, usage or both, and the files that it was read from."""
    _require_settings(given)
    ledger, files = None, {}
    if given.subscriptions is not None:
        ledger, files["Subscriptions"], _ = open_ledger(given, written, given.subscriptions, messages)
    if usage.usage is not None:
        ledger, files["Usage"], _ = add_usage(ledger, given, usage, written, usage.usage, messages)
    return ledger, files


def open_ledger(
    options: SubscriptionOptions, written: FileOptions, path: str, messages: Messages
) -> tuple[Ledger, File, str]:
    """The ledger of a file (as of --as-of, or of the default day), the file, and its account column."""
    file = read(path, written, messages)
    account = file.choose("account", options.account)
    short = options.end == "inclusive" and "inclusive" not in file.columns
    ends = "inclusive" if short else options.ends
    named = {"start": file.choose("start", options.start), "end": file.choose("end", None if short else options.end)}
    mrr = file.choose("mrr", options.mrr)
    yearly = holds_yearly_amounts(mrr) if options.per is None else options.per == "year"
    # The ledger knows amounts a year by the name of their column.
    called = mrr if yearly == holds_yearly_amounts(mrr) else "arr" if yearly else "mrr"
    cause = None if options.cause is None else file.choose("cause", options.cause)
    with file.placed(), messages.stage("building the ledger"):
        currency = currency_of(file, options.currency, [mrr])
        table = {
            account: file[account],
            **{name: file.written_days(name) for name in named.values()},
            called: amounts_of(file, mrr, options, written, currency),
            **({} if cause is None else {cause: file[cause]}),
        }
        ledger = Ledger(
            table,
            account=account,
            start=named["start"],
            end=named["end"],
            mrr=called,
            cause=cause,
            amounts="minor",
            currency=currency,
            as_of=options.as_of,
            policy=_policy(options.policy),
            ends=ends,
            timezone=written.timezone,
            date_format=written.date_format,
        )
    file.read_as[mrr] += ", a year, divided by 12" if yearly else ""
    file.note_far_ends(named["end"], ledger.counts.get("open_ends_far", 0))
    written_as = file.read_as.get(named["end"], "days")
    file.read_as[named["end"]] = f"{written_as}, the {'last day with' if ends == 'inclusive' else 'first day without'} MRR"
    return ledger, file, account


def add_usage(
    ledger: Ledger | None,
    options: SubscriptionOptions,
    given: UsageOptions,
    written: FileOptions,
    path: str,
    messages: Messages,
) -> tuple[Ledger, File, str]:
    """The ledger with the usage of a file beside its rows, or of that usage alone; the file, and its account column."""
    file = read(path, written, messages)
    account = file.choose("account", given.usage_account)
    start, month = _first_columns(file, given)
    end = None if month is not None else file.find("end", given.usage_end)
    amount = file.choose("amount", given.usage_amount)
    every_row = given.usage_kind if given.usage_kind in KINDS and given.usage_kind not in file.columns else None
    kind = None if every_row is not None else file.find("kind", given.usage_kind)
    with file.placed(), messages.stage("adding usage"):
        currency = currency_of(file, options.currency or (None if ledger is None else ledger.currency), [amount])
        days = {name: file.written_days(name) for name in (start, end) if name is not None}
        texts = {name: file[name] for name in (account, month, kind) if name is not None}
        table = {**texts, **days, amount: amounts_of(file, amount, options, written, currency)}
        roles: dict[str, Any] = {
            **{"account": account, "start": start, "month": month, "end": end, "amount": amount, "kind": every_row or kind},
            **{"amounts": "minor", "currency": currency, "timezone": written.timezone, "date_format": written.date_format},
        }
        if ledger is None:
            ledger = Ledger.from_usage(table, **roles, as_of=options.as_of, policy=_policy(options.policy))
        else:
            ledger = ledger.with_usage(table, **roles)
    if every_row is not None:
        file.read_as["every row"] = every_row
    return ledger, file, account


def _first_columns(file: File, given: UsageOptions) -> tuple[str | None, str | None]:
    """The column of days, or that of months: as named, or the only one of a usual name."""
    if given.usage_start is not None and given.usage_month is not None:
        raise UsageError("--usage-start names the column of days, --usage-month that of months; name one of the two")
    if given.usage_start is not None or given.usage_month is not None:
        start = None if given.usage_start is None else file.choose("start", given.usage_start)
        return start, None if given.usage_month is None else file.choose("month", given.usage_month)
    days = [name for name in file.columns if fits("start", name) or fits("when", name)]
    months = [name for name in file.columns if fits("month", name) and name not in days]
    if len(days) + len(months) != 1:
        seen = f"; candidates: {', '.join([*days, *months])}" if days or months else ""
        raise UsageError(
            f"{file.name}: name the column of the first day with --usage-start, or that of the month with --usage-month"
            f"{seen}. The file has: {', '.join(file.columns)}"
        )
    file.recognised["start" if days else "month"] = (days or months)[0]
    return (days[0], None) if days else (None, months[0])


def currency_of(file: File, asked: str | None, amounts: Sequence[str] = ()) -> str:
    """The currency of a file: --currency, else that in the names of its amounts, "ARR (EUR)", else that of its column of
    currencies, else USD. Several are refused.
    """
    try:
        names = currency_columns(file.columns, asked)
    except SchemaError as error:
        raise UsageError(str(error)) from None
    stated = asked or currency_of_names(amounts)
    return one_currency({name: file[name] for name in names}, stated)


def amounts_of(
    file: File, name: str, options: SubscriptionOptions, written: FileOptions, currency: str, *, infer: bool = False
) -> Column:
    """A column of amounts in minor units; the file remembers how it was read."""
    found = read_amounts(file[name], name, amounts=options.amounts, currency=currency, decimal=written.decimal, infer=infer)
    file.read_as[name] = found.described(currency)
    return found.values


def _require_settings(given: SubscriptionOptions) -> None:
    """A policy or a day that cannot be is refused before a file is read."""
    _policy(given.policy)
    try:
        day_or_none(given.as_of, "as_of")
    except DataError as error:
        raise UsageError(str(error)) from None


def _policy(named: str | None) -> Policy | None:
    if named is None:
        return None
    if named.endswith(".json"):
        with open(named, "rb") as policy:
            return Policy.from_json(decode(policy.read(), os.path.basename(named), None)[0])
    return Policy.preset(named)
