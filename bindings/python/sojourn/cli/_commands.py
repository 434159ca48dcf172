"""The bodies of the commands; `cli` parses and calls them."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Mapping
from typing import Any

from sojourn._core import __version__
from sojourn._frames.format import money
from sojourn._frames.table import Table
from sojourn._frames.text_table import align, grouped_cell_text
from sojourn._report.definitions import DEFINITIONS, lookup
from sojourn._report.page import Page, render
from sojourn._report.tables import metric_tables
from sojourn._report.text import render_text
from sojourn.cli._files import UsageError
from sojourn.cli._gather import gather, open_ledger, stage

Options = argparse.Namespace


def report(options: Options) -> int:
    from sojourn._report.report import assemble

    gathered = gather(options)
    page = assemble(options.title or _title(options), gathered.subtitle, gathered.parts(), gathered.notes)
    size = _write_page(page, options)
    if options.out != "-" and not options.quiet:
        print(f"wrote {options.out} ({size})", file=sys.stderr)
    return 0


def _write_page(page: Page, options: Options) -> str:
    """Draws and writes the page; says how large it is."""
    from sojourn._report.report import write

    with stage(options, "drawing"):
        html = render(page)
    write(html, options.out)
    return f"{len(html.encode()) / 1000:,.0f} kB"


def metrics(options: Options) -> int:
    from sojourn._report.report import assemble

    gathered = gather(options)
    if options.format == "table" and options.table is None:
        print(
            render_text(assemble(_title(options), gathered.subtitle, gathered.parts(), gathered.notes), bold=_bold()), end=""
        )
        return 0
    tables = metric_tables(gathered)
    if options.table is not None:
        if options.table not in tables:
            raise UsageError(f'no table "{options.table}"; there is: {", ".join(tables)}')
        tables = {options.table: tables[options.table]}
    print_tables(tables, options.format)
    return 0


def _bold() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ


def explain(options: Options) -> int:
    if options.subscriptions is not None:
        return _explain_account(options)
    if options.metric is None:
        for name, known in DEFINITIONS.items():
            print(f"{name:16}{known.title}")
        return 0
    found = lookup(options.metric)
    if found is None:
        raise UsageError(f'no metric "{options.metric}"; known: {", ".join(DEFINITIONS)}')
    print(f"{found.title}\n\n  {found.meaning}\n")
    for label, value in (
        ("Formula", found.formula),
        ("Unit", found.unit),
        ("Missing", found.missing),
        ("Not told", found.not_told),
    ):
        print(f"  {label:9} {value}")
    return 0


def doctor(options: Options) -> int:
    found = _examine()
    if options.format == "json":
        print(json.dumps(found, indent=2))
        return 0
    for name, value in found.items():
        print(f"{name:18}{', '.join(f'{k} {v}' for k, v in value.items()) if isinstance(value, dict) else value}")
    return 0


DEMO_MARGIN = 0.8


def demo(options: Options) -> int:
    from sojourn._report.facts.acme import acme_facts
    from sojourn._report.report import assemble

    with stage(options, f"making {options.n:,} accounts and computing"):
        gathered = acme_facts(options.n, options.seed, margin=DEMO_MARGIN)
    page = assemble(
        f"ACME, a made-up company of {options.n:,} accounts", gathered.subtitle, gathered.parts(), gathered.notes
    )
    print(render_text(page, bold=_bold()))
    if options.out == "-":
        return 0
    size = _write_page(page, options)
    print(f"The page with all pictures: {options.out} ({size}). It is one file and opens in any browser.")
    return 0


def print_tables(tables: Mapping[str, Table], form: str) -> None:
    if form == "json":
        print(json.dumps({name: table.to_dicts() for name, table in tables.items()}, default=str, indent=1))
        return
    if form == "csv" and len(tables) != 1:
        raise UsageError(f"csv holds one table; choose it with --table: {', '.join(tables)}")
    for i, table in enumerate(tables.values()):
        print(table.to_csv() if form == "csv" else ("\n" if i else "") + _whole(table), end="" if form == "csv" else "\n")


def _whole(table: Table) -> str:
    """All rows, unlike repr: a terminal scrolls and a pipe has no edge."""
    rows = [table.columns, *([grouped_cell_text(value) for value in row.values()] for row in table.to_dicts())]
    lines = align(rows, right=[False, *[True] * (len(table.columns) - 1)])
    return "\n".join([table.title, *lines] if table.title else lines)


def _title(options: Options) -> str:
    named = [getattr(options, name) for name in ("subscriptions", "customers", "responses", "csat", "ces", "signals")]
    first = next(name for name in named if name is not None)
    return "Customer report" if first == "-" else f"Customer report: {os.path.basename(first)}"


def _explain_account(options: Options) -> int:
    if options.explained is None or options.period is None:
        raise UsageError("explaining an account needs --account KEY and --period YYYY-MM")
    ledger, file, account = open_ledger(options)
    key = (
        int(options.explained)
        if isinstance(file[account][0], int) and options.explained.lstrip("-").isdigit()
        else options.explained
    )
    found = ledger.explain(key, options.period)
    print(_whole(found))
    print(
        f"\nopening {money(found.opening, options.currency)}, closing {money(found.closing, options.currency)} "
        f"{options.currency}; rows of the file: {', '.join(f'{row:,}' for row in found.rows) or 'none'}"
    )
    return 0


def _examine() -> dict[str, Any]:
    """What a bug report needs: versions, how the compiled half was built, threads, optional packages."""
    from importlib.metadata import PackageNotFoundError, version

    from sojourn import _core

    def installed(name: str) -> str:
        try:
            return version(name)
        except PackageNotFoundError:
            return "not installed"

    wanted = ("duckdb", "jinja2", "vl-convert-python", "matplotlib", "numpy", "pandas", "polars", "pyarrow")
    build = getattr(_core, "build_config", None)
    return {
        "sojourn": __version__,
        "python": f"{platform.python_version()} ({platform.python_implementation()})",
        "platform": f"{platform.system()} {platform.machine()}",
        "build": build() if build is not None else "not recorded",
        "processors": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        "threads": os.environ.get("SOJOURN_NUM_THREADS", "as asked for in each call"),
        "packages": {name: installed(name) for name in wanted},
    }
