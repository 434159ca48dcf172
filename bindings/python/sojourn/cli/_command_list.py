"""The commands, in the order of --help. Another command is another entry here."""

from __future__ import annotations

from argparse import ArgumentParser

from sojourn._frames.language import LANGUAGES
from sojourn.cli._command import Command
from sojourn.cli._formats import add_format
from sojourn.cli._inputs import add_inputs, add_layout, add_revenue_inputs, add_written
from sojourn.cli._monday_options import MONDAY_COMMANDS
from sojourn.cli._options import (
    completion_options,
    demo_options,
    doctor_options,
    explain_options,
    inspect_options,
    metrics_options,
    report_options,
)


def _add_language(command: ArgumentParser) -> None:
    command.add_argument("--lang", choices=LANGUAGES, default="en", help="language of what is shown: en or zh; default en")


def _add_report(command: ArgumentParser) -> None:
    add_inputs(command)
    command.add_argument(
        "--format",
        choices=("html", "xlsx"),
        default="html",
        help="one page, or an Excel workbook of the money whose totals are formulas over its accounts",
    )
    command.add_argument(
        "-o",
        "--out",
        default=None,
        metavar="FILE",
        help="where to write; - for standard output; default report.html or report.xlsx",
    )
    _add_language(command)
    command.add_argument("--title", default=None, help="heading of the page")
    command.add_argument(
        "--targets", default=None, metavar="FILE", help='ranges that the numbers should have, as JSON: {"nrr": [1.0, null]}'
    )
    command.add_argument(
        "--accounts", action="store_true", help="print names of accounts (left out by default, in a workbook numbered)"
    )


def _add_metrics(command: ArgumentParser) -> None:
    add_inputs(command)
    add_format(command, "csv and json hold the full tables: amounts in minor units, rates as fractions")
    _add_language(command)
    command.add_argument("--table", default=None, metavar="NAME", help="only this table, in full (csv prints one table)")
    command.add_argument(
        "--list", action="store_true", help="which metrics there are, their units, and what each is measured on"
    )


def _add_explain(command: ArgumentParser) -> None:
    command.add_argument("metric", nargs="?", default=None, help="mrr, nrr, grr, nps, survival ...; without one: the list")
    command.add_argument("--period", default=None, metavar="YYYY-MM", help="the month to explain")
    add_revenue_inputs(command)
    add_written(command)
    command.add_argument("--account", dest="explained", default=None, metavar="KEY", help="the account to explain")
    add_format(command, "csv and json hold amounts in minor units")


def _add_inspect(command: ArgumentParser) -> None:
    command.add_argument("file", help="the list: CSV, a workbook, JSON or Parquet")
    add_layout(command)
    add_format(command, "the last row is the command")


def _add_doctor(command: ArgumentParser) -> None:
    add_format(command, "csv and json hold one row for each finding")


def _add_completion(command: ArgumentParser) -> None:
    command.add_argument("shell", choices=("bash", "zsh", "fish"), help="the shell that reads the script")


def _add_demo(command: ArgumentParser) -> None:
    command.add_argument("-o", "--out", default="report.html", metavar="FILE", help="where to write the page; - for none")
    command.add_argument("--n", type=int, default=3000, metavar="ACCOUNTS", help="number of accounts")
    command.add_argument("--seed", type=int, default=7)
    _add_language(command)


_BODIES = "sojourn.cli._commands"

COMMANDS = (
    Command(
        name="report",
        summary="Write one self-contained HTML page, or an Excel workbook.",
        add_options=_add_report,
        options=report_options,
        module=_BODIES,
    ),
    Command(name="metrics", summary="Print the numbers.", add_options=_add_metrics, options=metrics_options, module=_BODIES),
    Command(
        name="explain",
        summary="Say what a metric means, or why one account's MRR moved.",
        add_options=_add_explain,
        options=explain_options,
        module=_BODIES,
    ),
    *MONDAY_COMMANDS,
    Command(
        name="inspect",
        summary="Say what a list holds, and print the command that reads it.",
        add_options=_add_inspect,
        options=inspect_options,
        module="sojourn.cli._inspect",
    ),
    Command(
        name="doctor",
        summary="Try this installation: the extension, threads, a tiny run, optional packages.",
        add_options=_add_doctor,
        options=doctor_options,
        module="sojourn.cli._doctor",
    ),
    Command(
        name="completion",
        summary="Print what makes a shell complete commands and options.",
        add_options=_add_completion,
        options=completion_options,
        module="sojourn.cli._completion",
    ),
    Command(
        name="demo",
        summary="All metrics on a made-up company, in the terminal and as a page.",
        add_options=_add_demo,
        options=demo_options,
        module=_BODIES,
    ),
)
