"""The bodies of the commands."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace

from sojourn._catalogue.definitions import DEFINITIONS, find, metrics as every_metric
from sojourn._frames.format import money
from sojourn._frames.language import say
from sojourn._frames.output import write_bytes
from sojourn._frames.table import Table
from sojourn._frames.text_table import align
from sojourn._report.acme import acme_request
from sojourn._report.facts.report_facts import report_facts
from sojourn._report.page import Page, render
from sojourn._report.report import report_page, write
from sojourn._report.tables import metric_tables
from sojourn._report.text import facts_text, render_text
from sojourn._report.workbook import workbook
from sojourn.cli._files import File
from sojourn.cli._formats import print_tables
from sojourn.cli._ledger_files import open_files
from sojourn.cli._options import (
    DemoOptions,
    ExplainOptions,
    InputOptions,
    Messages,
    MetricsOptions,
    ReportOptions,
)
from sojourn.cli._output import require_kind, require_no_input, require_writable
from sojourn.cli._requests import report_request
from sojourn.cli._targets import read_targets
from sojourn.cli._usage import UsageError
from sojourn.errors import SchemaError

DEMO_MARGIN = 0.8


def report(options: ReportOptions) -> int:
    """Writes the page."""
    out = f"report.{options.format}" if options.out is None else options.out
    require_writable(out)
    require_kind(out, options.format)
    require_no_input(out, options.inputs)
    size = _write_workbook(options, out) if options.format == "xlsx" else _write_report(options, out)
    if out != "-" and not options.messages.quiet:
        print(f"wrote {out} ({size})", file=sys.stderr)
    return 0


def _write_report(options: ReportOptions, out: str) -> str:
    request = report_request(options.inputs, options.messages, accounts=options.accounts)
    if options.targets is not None:
        request = replace(request, targets=read_targets(options.targets))
    with options.messages.stage("computing"):
        facts = report_facts(request)
    return _write_page(report_page(options.title or _title(options.inputs), facts), out, options.messages)


def _write_workbook(options: ReportOptions, out: str) -> str:
    given = options.inputs
    ledger, _ = open_files(given.subscriptions, given.usage, given.written, options.messages)
    assert ledger is not None
    with options.messages.stage("computing"):
        data = workbook(
            ledger,
            None,
            title=options.title or _title(given),
            first=given.subscriptions.first,
            last=given.subscriptions.last,
            accounts=options.accounts,
            lang="zh" if options.lang == "zh" else "en",
        )
    if out == "-":
        sys.stdout.buffer.write(data)
    else:
        write_bytes(out, data)
    return f"{len(data) / 1000:,.0f} kB"


def metrics(options: MetricsOptions) -> int:
    """Prints the page as text, its numbers as tables, or the list of all metrics."""
    if options.list:
        _list_metrics(options.format)
        return 0
    request = report_request(options.inputs, options.messages)
    with options.messages.stage("computing"):
        facts = report_facts(request)
    if options.format == "text" and options.table is None:
        page = report_page(_title(options.inputs), facts)
        print(render_text(page, bold=_bold()) + "\n" + facts_text(page.facts, bold=_bold()), end="")
        return 0
    tables = metric_tables(facts)
    if options.table is not None:
        if options.table not in tables:
            raise UsageError(f'no table "{options.table}"; there is: {", ".join(tables)}')
        tables = {options.table: tables[options.table]}
    page = report_page(_title(options.inputs), facts)
    print_tables(tables, options.format, read_as=[{"what": fact.label, "as": fact.value} for fact in page.facts])
    return 0


def explain(options: ExplainOptions) -> int:
    """Says what a metric means, or why the MRR of one account moved."""
    if options.subscriptions.subscriptions is not None or options.usage.usage is not None:
        return _explain_account(options)
    if options.metric is None:
        _list_metrics(options.format)
        return 0
    try:
        found = find(options.metric)
    except SchemaError as unknown:
        raise UsageError(f"{unknown}, and so does `sojourn explain`") from None
    parts = {
        "Formula": found.formula,
        "Unit": found.shown_as,
        "Missing": found.missing,
        "Not told": found.not_told,
    }
    if options.format == "text":
        print(f"{found.title}\n\n  {found.meaning}\n")
        print("\n".join(f"  {label:9} {value}" for label, value in parts.items()))
        return 0
    parts = {"Metric": found.name, "Title": found.title, "Meaning": found.meaning, **parts}
    print_tables({"metric": Table({"part": list(parts), "text": list(parts.values())})}, options.format)
    return 0


def _list_metrics(form: str) -> None:
    """Every metric there is: for the eye the words that tell them apart, otherwise all that the catalogue says."""
    if form != "text":
        print_tables({"metrics": every_metric()}, form)
        return
    rows = [["metric", "family", "unit", "measured on", "title"]]
    rows += [[one.name, one.family, one.unit, one.source, one.title] for one in DEFINITIONS.values()]
    print("\n".join(align(rows, right=[False] * 5)))


def demo(options: DemoOptions) -> int:
    """All metrics of a made-up company, in the terminal and as a page."""
    require_writable(options.out)
    with options.messages.stage(f"making {options.n:,} accounts and computing"):
        facts = report_facts(acme_request(options.n, options.seed, margin=DEMO_MARGIN))
    page = report_page(say("ACME, a made-up company of {accounts:,} accounts", accounts=options.n), facts)
    print(render_text(page, bold=_bold()))
    if options.out == "-":
        return 0
    size = _write_page(page, options.out, options.messages)
    print(
        say(
            "The page with all pictures: {file} ({size}). It is one file and opens in any browser.",
            file=options.out,
            size=size,
        )
    )
    return 0


def _write_page(page: Page, out: str, messages: Messages) -> str:
    """Draws and writes the page; returns its size in words."""
    with messages.stage("drawing"):
        html = render(page)
    write(html, out)
    return f"{len(html.encode()) / 1000:,.0f} kB"


def _bold() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def _title(options: InputOptions) -> str:
    first = options.files[0]
    return say("Customer report") if first == "-" else say("Customer report: {file}", file=os.path.basename(first))


def _explain_account(options: ExplainOptions) -> int:
    if options.explained is None or options.period is None:
        raise UsageError("explaining an account needs --account KEY and --period YYYY-MM")
    ledger, files = open_files(options.subscriptions, options.usage, options.written, options.messages)
    assert ledger is not None
    keys = ledger.accounts_table()["account"].to_list()
    numbers = bool(keys) and isinstance(keys[0], int) and options.explained.lstrip("-").isdigit()
    found = ledger.explain(int(options.explained) if numbers else options.explained, options.period)
    print_tables({"movements": found}, options.format)
    if options.format == "text":
        print(
            f"\nopening {money(found.opening, ledger.currency)}, closing {money(found.closing, ledger.currency)} "
            f"{ledger.currency}; {_places(found.rows, list(files.values()))}"
        )
    return 0


def _places(rows: Sequence[int], files: Sequence[File]) -> str:
    """The rows behind a number, from 1, each with its line; with rows of several files, those of the first come first."""
    found: list[str] = []
    for row in rows:
        within, file = row, files[0]
        for file in files:
            if within < file.rows:
                break
            within -= file.rows
        line = file.table.line(within)
        of_file = f" of {file.name}" if len(files) > 1 else ""
        found.append(f"{within + 1:,}{of_file}" + ("" if line is None else f" (line {line:,})"))
    return f"rows of the file: {', '.join(found) or 'none'}"
