"""Options that nothing in a call reads: they are refused, never dropped in silence."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterable
from typing import Any

from sojourn.cli._options import SurveyOptions
from sojourn.cli._suffixes import SUFFIXES, suffix_of
from sojourn.cli._usage import UsageError

_MONEY = ("subscriptions", "usage")
_SURVEYS = ("responses", "csat", "ces")
_ANY = (*_MONEY, "contracts", *_SURVEYS, "customers", "signals")

_WRITTEN = ("encoding", "separator", "decimal", "date_format", "timezone", "header_line", "leave_out", "sheet", "db")

# Which files an option says something about; an option that stands nowhere here is always read.
_READ_WITH: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("start", "end", "ends", "mrr", "per", "cause"), ("subscriptions",)),
    **dict.fromkeys(("first", "last", "policy"), _MONEY),
    **dict.fromkeys(("amounts", "currency"), (*_MONEY, "contracts", "customers")),
    "account": ("subscriptions", "contracts", "signals", "scorecard"),
    "as_of": (*_MONEY, "signals", "scorecard"),
    "level": (*_MONEY, *_SURVEYS, "customers"),
    **dict.fromkeys(("usage_account", "usage_start", "usage_month", "usage_end", "usage_amount", "usage_kind"), ("usage",)),
    **dict.fromkeys(("term_end", "value", "renewed_on", "renewed_value", "grace_days"), ("contracts",)),
    "score": ("responses",),
    **dict.fromkeys(("csat_score", "csat_scale", "satisfied_from"), ("csat", "responses")),
    **dict.fromkeys(("ces_score", "ces_scale"), ("ces", "responses")),
    **dict.fromkeys(("sent", "answered", "weight", "count", "blank"), _SURVEYS),
    **dict.fromkeys(("tenure", "churned", "monthly"), ("customers",)),
    "scorecard": ("signals", "customers"),
    "by": ("subscriptions", *_SURVEYS, "customers"),
    "explained": _MONEY,
    "period": _MONEY,
    **dict.fromkeys(_WRITTEN, _ANY),
}
_SPELLED = {"account": "--account-column", "explained": "--account", "first": "--from", "last": "--to"}
_SPELLED |= {"value": "--contract-value"}
_OF_A_WORKBOOK = {
    "command",
    "subscriptions",
    "account",
    "start",
    "end",
    "ends",
    "mrr",
    "per",
    "amounts",
    "currency",
    "as_of",
}
_OF_A_WORKBOOK |= {"first", "last", "policy", "out", "title", "lang", "accounts", *_WRITTEN}
# What every command takes, and what chooses among the things that a list or a definition can be.
_ALWAYS = {"json", "quiet", "verbose", "progress", "format", "list", "metric"}


def require_all_read(parsed: Namespace, default: Callable[[str], Any]) -> None:
    """Refuses options of a command that nothing reads in this call."""
    given = {name: _spelled(name) for name, value in vars(parsed).items() if value != default(name)}
    if getattr(parsed, "list", False):
        _refuse(given, "--list says which metrics there are, whatever the files hold")
    if getattr(parsed, "format", "") == "xlsx":
        _check_workbook(parsed, given)
    if hasattr(parsed, "explained"):
        _check_explain(parsed, given)
    for name, option in given.items():
        files = None if hasattr(parsed, "file") else _READ_WITH.get(name)
        asked = files is not None and any(hasattr(parsed, file) for file in files)  # else another command's option
        if files is not None and asked and not any(getattr(parsed, file, None) is not None for file in files):
            there = [f"--{file} FILE" for file in files if hasattr(parsed, file)]
            raise UsageError(f"{option} is read together with {_alternatives(there)}; name that file or leave {option} out")
    named = [str(value) for file in _ANY if (value := getattr(parsed, file, None)) is not None]
    if "db" in given and all(suffix_of(name) in SUFFIXES or name == "-" for name in named):
        raise UsageError(
            "--db is the database of tables and SELECTs, and every name of this call is that of a file; leave it out"
        )
    if "sheet" in given and not any(str(getattr(parsed, file, "")).lower().endswith(".xlsx") for file in ("file", *_ANY)):
        raise UsageError("--sheet names a sheet of a workbook, and no file of this call ends in .xlsx; leave --sheet out")


def _check_workbook(parsed: Namespace, given: dict[str, str]) -> None:
    """A workbook holds the money of subscriptions and usage, and nothing else."""
    if parsed.subscriptions is None and parsed.usage is None:
        raise UsageError("--format xlsx writes the money of a ledger: give --subscriptions FILE or --usage FILE")
    for name, option in given.items():
        if name not in _OF_A_WORKBOOK and name not in _ALWAYS and not name.startswith("usage"):
            raise UsageError(f"{option} is not read by --format xlsx, which holds the money of a ledger; leave {option} out")


def require_answers(given: SurveyOptions, *, csat: bool, ces: bool) -> None:
    """Refuses a scale or a cut for answers that no file holds."""
    if not csat and (given.csat_scale != (1, 5) or given.satisfied_from is not None):
        raise UsageError("--csat-scale and --satisfied-from are of CSAT answers; name their column with --csat-score")
    if not ces and given.ces_scale != (1, 7):
        raise UsageError("--ces-scale is of effort answers; name their column with --ces-score")


def _check_explain(parsed: Namespace, given: dict[str, str]) -> None:
    files = parsed.subscriptions is not None or parsed.usage is not None
    if parsed.metric is not None:
        _refuse(given, "explain METRIC says what a metric means, whatever the files hold")
    elif not files and "explained" in given:
        raise UsageError("--account KEY is explained from --subscriptions FILE or --usage FILE; name that file")
    for name in ("first", "last"):
        if name in given:
            raise UsageError(f"{given[name]} is not read by explain: it explains the month of --period YYYY-MM")


def _refuse(given: dict[str, str], why: str) -> None:
    for name, option in given.items():
        if name not in _ALWAYS:
            raise UsageError(f"{why}: leave {option} out")


def _spelled(name: str) -> str:
    return _SPELLED.get(name, f"--{name.replace('_', '-')}")


def _alternatives(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last
