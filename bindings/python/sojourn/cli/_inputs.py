"""The options that name input files and say how they are written."""

from __future__ import annotations

import argparse
from typing import Any, Protocol


class Options(Protocol):
    """What options are added to: a parser or a group of one."""

    def add_argument(self, *names: str, **settings: Any) -> Any: ...


def add_inputs(command: argparse.ArgumentParser) -> None:
    add_revenue_inputs(command)
    add_written(command)
    surveys = command.add_argument_group("survey answers")
    surveys.add_argument("--responses", metavar="FILE", help="NPS answers, one per row (and CSAT answers with --csat-score)")
    surveys.add_argument("--score", metavar="COLUMN", help="the 0-10 answer")
    surveys.add_argument("--csat", metavar="FILE", help="CSAT answers in a file of their own")
    surveys.add_argument("--csat-score", metavar="COLUMN", help="the satisfaction answer")
    surveys.add_argument("--csat-scale", type=_scale, default=(1, 5), metavar="LOW-HIGH", help="default 1-5")
    surveys.add_argument(
        "--satisfied-from", type=int, default=None, metavar="N", help="lowest answer that counts as satisfied"
    )
    surveys.add_argument("--ces", metavar="FILE", help="effort answers in a file of their own")
    surveys.add_argument("--ces-score", metavar="COLUMN", help="the effort answer")
    surveys.add_argument("--ces-scale", type=_scale, default=(1, 7), metavar="LOW-HIGH", help="hard to easy; default 1-7")
    surveys.add_argument("--sent", metavar="COLUMN", help="day a survey was sent: with --answered, the response rate")
    surveys.add_argument("--answered", metavar="COLUMN", help="day it was answered; empty: not")
    surveys.add_argument("--weight", metavar="COLUMN", help="survey weight: results are shown plain and weighted")
    surveys.add_argument("--count", metavar="COLUMN", help="how many answers a row stands for, as in 18 promoters")
    surveys.add_argument(
        "--blank", action="append", default=[], metavar="VALUE", help="stands for no answer; may be repeated"
    )
    contracts = command.add_argument_group("renewals and worth", "Read together with --subscriptions.")
    contracts.add_argument(
        "--contracts", metavar="FILE", help="one row per contract term: renewal rates of the last 12 months"
    )
    contracts.add_argument("--term-end", metavar="COLUMN")
    contracts.add_argument("--contract-value", dest="value", metavar="COLUMN", help="money due over the term")
    contracts.add_argument("--renewed-on", metavar="COLUMN", help="empty: not renewed")
    contracts.add_argument("--renewed-value", metavar="COLUMN", help="money of the new term")
    contracts.add_argument(
        "--grace-days", type=int, default=30, metavar="N", help="a renewal this late still counts; default 30"
    )
    contracts.add_argument(
        "--margin",
        type=float,
        default=None,
        metavar="SHARE",
        help="gross margin, as in 0.8: adds lifetime value; there is no default",
    )
    contracts.add_argument(
        "--spend",
        default=None,
        metavar="AMOUNT",
        help="what winning the new customers of the last 12 months cost, in currency units: adds LTV:CAC and payback",
    )
    customers = command.add_argument_group("one row per customer (a snapshot with tenures)")
    customers.add_argument("--customers", metavar="FILE")
    customers.add_argument("--tenure", metavar="COLUMN", help="whole months since start")
    customers.add_argument("--churned", metavar="COLUMN", help="yes/no: has left")
    customers.add_argument("--monthly", metavar="COLUMN", help="money per month")
    health = command.add_argument_group("health scores")
    health.add_argument("--signals", metavar="FILE", help="one row per account, one column per signal")
    health.add_argument("--scorecard", metavar="FILE", help="the card (JSON); with --customers it scores that file")
    command.add_argument("--by", metavar="COLUMN", help="segment column of the subscriptions, survey or customer file")
    command.add_argument("--level", type=float, default=0.95, help="confidence level of the intervals")


def add_revenue_inputs(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group(
        "subscriptions", "One row for each period [start, end) in which an account paid one MRR."
    )
    group.add_argument(
        "--query",
        "--subscriptions",
        dest="subscriptions",
        metavar="FILE",
        help="CSV, JSON, Parquet or xlsx; - for CSV on standard input; with --db a table or a SELECT",
    )
    group.add_argument("--subscriptions-account", "--account-column", dest="account", metavar="COLUMN")
    group.add_argument("--subscriptions-start", "--start", dest="start", metavar="COLUMN")
    group.add_argument("--subscriptions-end", "--end", dest="end", metavar="COLUMN", help="empty while it runs")
    group.add_argument(
        "--ends",
        choices=("exclusive", "inclusive"),
        default="exclusive",
        help="is the end the first day without MRR (exclusive, the default) or the last day with it? --end inclusive means "
        "inclusive ends in a column of usual name",
    )
    group.add_argument("--subscriptions-mrr", "--mrr", dest="mrr", metavar="COLUMN")
    group.add_argument(
        "--per",
        choices=("month", "year"),
        default=None,
        help="is the amount of a row what it pays a month or a year (divided by 12)? default: a year where the column is "
        "called ARR, else a month",
    )
    group.add_argument("--cause", metavar="COLUMN", help="why it ended: adds churn by cause; there is no default column")
    group.add_argument("--amounts", choices=("minor", "major"), default=None, help="are amounts in cents or in whole units")
    group.add_argument(
        "--currency", default=None, metavar="CODE", help="ISO 4217; by default a column called currency, else USD"
    )
    group.add_argument(
        "--as-of",
        default=None,
        metavar="YYYY-MM-DD",
        help="first day that is not known yet; default: the earlier of today and the day after the latest date in the file",
    )
    group.add_argument("--from", dest="first", default=None, metavar="YYYY-MM", help="first month shown")
    group.add_argument("--to", dest="last", default=None, metavar="YYYY-MM", help="last month shown")
    group.add_argument("--policy", default=None, metavar="NAME|FILE", help="a preset such as chartmogul, or a policy (JSON)")

    usage = command.add_argument_group(
        "usage", "One row for each commitment and each record of consumption; beside --subscriptions, or alone."
    )
    usage.add_argument("--usage", metavar="FILE", help="adds what was committed, consumed, overage and what is left")
    usage.add_argument("--usage-account", metavar="COLUMN")
    usage.add_argument("--usage-start", metavar="COLUMN", help="the day of consumption, or the first of a commitment")
    usage.add_argument("--usage-month", metavar="COLUMN", help="the month of consumption, instead of a day")
    usage.add_argument(
        "--usage-end", metavar="COLUMN", help="the day after the last one; empty: one day, or a minimum that runs"
    )
    usage.add_argument("--usage-amount", metavar="COLUMN")
    usage.add_argument(
        "--usage-kind",
        metavar="COLUMN|WORD",
        help="the column of kinds, or what every row is: consumption (default), minimum or prepaid",
    )


def add_written(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("how the files are written", "For every file of text that is read.")
    add_layout(group)
    group.add_argument(
        "--db",
        metavar="URL",
        help="postgresql://user@host/name, sqlite:///FILE or duckdb:///FILE: what stands in place of files are its tables "
        "or SELECTs",
    )
    group.add_argument(
        "--decimal", choices=(".", ","), default=None, help="the mark before decimals; default: what the column shows"
    )
    group.add_argument(
        "--date-format",
        metavar="FORMAT",
        help="the order of dates that are not written YYYY-MM-DD, as in %%d/%%m/%%Y, %%m/%%d/%%Y or DD.MM.YYYY",
    )
    group.add_argument(
        "--timezone",
        metavar="ZONE",
        help="on whose calendar moments fall, as in Europe/Berlin or +02:00; without it a time of day or a zone is refused",
    )
    group.add_argument(
        "--leave-out",
        action="append",
        default=[],
        metavar="TEXT",
        help="lines that begin with a cell of this text are no rows, as in 'Grand Total' or 'Generated*'; may be repeated",
    )


def add_layout(group: Options) -> None:
    """Where the names and the rows of a list stand in its file."""
    group.add_argument(
        "--encoding", metavar="NAME", help="as in cp1252 or gb18030; default: UTF-8, or UTF-16 where the file says so"
    )
    group.add_argument(
        "--separator", type=_separator, metavar="CHARACTER", help="between columns; default: the one in the line of names"
    )
    group.add_argument(
        "--header-line", type=_line, metavar="N", help="the line that names the columns, from 1; default: the first"
    )
    group.add_argument("--sheet", metavar="NAME", help="the sheet of a workbook; default: the only one that holds anything")


def _line(value: str) -> int:
    if not value.isdecimal() or int(value) < 1:
        raise argparse.ArgumentTypeError(f"{value!r} is no number of a line, as in 3")
    return int(value)


def _separator(value: str) -> str:
    return {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "bar": "|"}.get(value, value)


def _scale(value: str) -> tuple[int, int]:
    low, _, high = value.partition("-")
    try:
        return int(low), int(high)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{value!r} is not LOW-HIGH, as in 1-5") from None
