"""What a bug report needs, and whether this installation works: each part is tried, not only looked up."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple

from sojourn._core import __version__, build_config
from sojourn._frames.optional import require
from sojourn._frames.table import Table
from sojourn.cli._formats import print_tables
from sojourn.cli._options import DoctorOptions
from sojourn.errors import DataError
from sojourn.revenue import Ledger
from sojourn.surveys import nps


class Finding(NamedTuple):
    check: str
    state: str
    """ok, failed, or missing for a package that only some commands need."""
    detail: str


# By package: the module that is loaded, how it is installed, and what needs it.
_PACKAGES = {
    "duckdb": ("duckdb", '"sojourn[report]"', "Parquet, DuckDB"),
    "jinja2": ("jinja2", '"sojourn[report]"', "the page"),
    "vl-convert-python": ("vl_convert", '"sojourn[report]"', "pictures of the page"),
    "openpyxl": ("openpyxl", '"sojourn[xlsx]"', "reading workbooks"),
    "defusedxml": ("defusedxml", '"sojourn[xlsx]"', "reading workbooks"),
    "XlsxWriter": ("xlsxwriter", '"sojourn[xlsx]"', "writing workbooks"),
    "psycopg": ("psycopg", '"sojourn[postgres]"', "PostgreSQL"),
    "matplotlib": ("matplotlib", '"sojourn[plot]"', "plots"),
    "numpy": ("numpy", "numpy", "arrays"),
    "pandas": ("pandas", "pandas", "frames"),
    "polars": ("polars", "polars", "frames"),
    "pyarrow": ("pyarrow", "pyarrow", "Arrow tables"),
}


def doctor(options: DoctorOptions) -> int:
    """Tries everything and prints what it found. Exits with 1 where a part of sojourn itself fails."""
    found = list(_findings(options))
    columns: dict[str, list[str]] = {name: [getattr(one, name) for one in found] for name in Finding._fields}
    print_tables({"doctor": Table(columns)}, options.format)
    return 1 if any(one.state == "failed" for one in found) else 0


def _findings(options: DoctorOptions) -> Iterator[Finding]:
    yield Finding("sojourn", "ok", __version__)
    yield Finding("python", "ok", f"{platform.python_version()} ({platform.python_implementation()})")
    yield Finding("platform", "ok", f"{platform.system()} {platform.machine()}")
    for check, tried in (("extension", _extension), ("tiny run", _tiny_run), ("threads", _threads)):
        with options.messages.stage(f"trying: {check}"):
            yield _tried(check, tried)
    for package in _PACKAGES:
        with options.messages.stage(f"trying: {package}"):
            yield _package(package)


def _tried(check: str, run: Callable[[], str]) -> Finding:
    try:
        return Finding(check, "ok", run())
    except Exception as error:  # noqa: BLE001  # whatever goes wrong here is the finding
        return Finding(check, "failed", f"{type(error).__name__}: {error}")


def _extension() -> str:
    return ", ".join(f"{name} {value}" for name, value in build_config().items())


def _tiny_run() -> str:
    """Three rows whose movements are known, through the whole ledger."""
    starts, ends = ["2024-01-01", "2024-01-15", "2024-03-01"], [None, "2024-03-01", None]
    table = {"account": ["a", "b", "b"], "start": starts, "end": ends, "mrr": [1000, 500, 700]}
    ledger = Ledger(table, amounts="minor", currency="USD", as_of="2024-04-01")
    row = ledger.movements("2024-03", "2024-03").to_dicts()[0]
    seen = tuple(row[name] for name in ("opening", "expansion", "churn", "closing"))
    if seen != (1500, 200, 0, 1700):
        raise DataError(f"movements of 2024-03 are {seen}, expected (1500, 200, 0, 1700)")
    return "a ledger of 2 accounts closes: 15.00 + 2.00 = 17.00 USD"


def _threads() -> str:
    """The same answer from one thread and from all."""
    many = _processors()
    scores = [score for score in range(11) for _ in range(20_000)]
    begun = time.perf_counter()
    alone, together = nps(scores, threads=1), nps(scores, threads=many)
    if alone.value != together.value or alone.n != together.n:
        raise DataError(f"{alone} with 1 thread, {together} with {many}")
    took = time.perf_counter() - begun
    return f"{many} processors; {len(scores):,} answers give the same with 1 thread and {many}, {took * 1000:.0f} ms"


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _package(package: str) -> Finding:
    module, install, needed_for = _PACKAGES[package]
    try:
        require(module)
    except ImportError as error:
        try:
            there = version(package)
        except PackageNotFoundError:
            return Finding(package, "missing", f"for {needed_for}: pip install {install}")
        return Finding(package, "failed", f"{there} cannot be loaded: {error.__cause__ or error}")
    try:
        return Finding(package, "ok", f"{version(package)}, for {needed_for}")
    except PackageNotFoundError:
        return Finding(package, "ok", f"for {needed_for}")
