"""From a number to the accounts behind it, and to their rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sojourn import _core
from sojourn._frames.currency import major
from sojourn._frames.periods import first_day, month_of, span_of
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.revenue._core_ledger import CoreLedger
from sojourn.revenue._plots import plot_amounts
from sojourn.revenue._rates import churn_days, require_reached

WINDOWED = ("nrr", "grr", "logo_retention")
CHURN_CELLS = ("logo_churn", "gross_mrr_churn", "net_mrr_churn")
RATES = (*WINDOWED, *CHURN_CELLS, "quick_ratio")
MOVED_CELLS = (
    *("new", "reactivation", "expansion", "contraction", "churn"),
    *("accounts_new", "accounts_reactivated", "accounts_churned"),
)
"""Cells of changes, among which those of who owns an account are none."""


ReadCause = Callable[[str, str, int, int, "int | None"], dict[str, Any]]
"""Cell, cause, first day, end day and how many -> the accounts behind what the cause took."""


def contributors(
    ledger: CoreLedger,
    period: Any,
    cell: str,
    top: int | None,
    window: int | None,
    cause: str | None,
    read_cause: ReadCause,
) -> Contributors:
    """The accounts behind a number of a period: a column of the movements, or a rate; of one cause where it is named."""
    _check_top(top)
    policy = ledger.policy
    options: dict[str, Any] = {**ledger.options, "period": str(period), "cell": cell}
    if cell in WINDOWED:
        month, months = span_of(period)
        length = window or (1 if policy.nrr_window == "one_month" and cell != "logo_retention" else 12)
        if cell != "logo_retention" and window is None and policy.nrr_window == "trailing_mean_4q":
            raise SchemaError("a mean of four windows has no parts by account; ask for one of them with window=12")
        first, end = first_day(month + months - length), first_day(month + months)
        options["window"] = length
    elif cell in CHURN_CELLS:
        first, end = churn_days(policy, period)
        if policy.annualise != "none":
            options["annualise"] = "none: parts of the rate of the window"
    else:
        month, months = span_of(period)
        first, end = first_day(month), first_day(month + months)
    require_reached(ledger, period, first_day(month_of(end - 1)) if cell in RATES else first)
    if cause is None:
        found = _core.revenue.contributors(ledger.compiled, cell, first, end, policy.core, top)
    else:
        found, options["cause"] = read_cause(cell, cause, first, end, top), cause
    why = "" if cause is None else f" for {cause}"
    return Contributors(found, rate=cell in RATES, options=options, title=f"Who made {cell} of {period}{why}")


def cohort_contributors(ledger: CoreLedger, cohort: Any, age: int, measure: str, top: int | None) -> Contributors:
    """The accounts behind a cell of the cohort triangle."""
    _check_top(top)
    month, months = span_of(cohort)
    calendar = ledger.policy.cohort_index == "calendar_period"  # of tenures the core knows
    if age < 0 or (calendar and first_day(month + months * (age + 1)) > ledger.known_until):
        raise SchemaError(f"cohort {cohort} at age {age} is not known by {ledger.as_of}")
    found = _core.revenue.cohort_contributors(ledger.compiled, month, months, age, measure, ledger.policy.core, top)
    options = {**ledger.options, "cohort": str(cohort), "age": age, "measure": measure}
    return Contributors(found, rate=True, options=options, title=f"Cohort {cohort} at age {age}")


def _check_top(top: int | None) -> None:
    if top is not None and top < 0:
        raise SchemaError(f"top is 0 or more accounts, not {top}")


class Contributors(Table):
    """One row per account: `amount`, for a rate also `base`, and its share of the number; `.rows` by account.

    `.amount` (and `.base`) belong to the whole cell, `.others` to the accounts that are not listed: listed + others = cell.
    `.exact` has the amounts by account before they are rounded: of money in ticks, 1/166,320 of a minor unit.
    `.value` is the number itself; the shares of listed and other accounts add up to it for a rate, to 1 for an amount.
    """

    def __init__(self, found: dict[str, Any], *, rate: bool, options: dict[str, Any], title: str) -> None:
        accounts: list[Any] = found["account"]
        *amounts, other_amount = found["amounts"]
        *bases, other_base = found["bases"]
        self.amount: int = found["amount"]
        self.base: int | None = found["base"] if rate else None
        whole = found["exact_base"] if rate else found["exact_amount"]
        self.value: float = (
            found["exact_amount"] / found["exact_base"]
            if rate and found["exact_base"]
            else (float("nan") if rate else float(self.amount))
        )
        per = (found["base"] if rate else found["amount"]) if whole else 0
        columns: dict[str, Any] = {"account": accounts, "amount": amounts}
        if rate:
            columns["base"] = bases
        columns["share"] = [amount / per if per else None for amount in amounts]
        columns["rows"] = [", ".join(map(str, rows)) for rows in found["rows"]]
        self.rows: dict[Any, list[int]] = dict(zip(accounts, found["rows"], strict=True))
        self.exact: dict[Any, int] = dict(zip(accounts, found["exact_amounts"], strict=True))
        self.others: dict[str, int] = {"accounts": found["accounts"] - len(accounts), "amount": other_amount}
        if rate:
            self.others["base"] = other_base
        amounts = () if _is_counted(options) else ("amount", "base")
        super().__init__(columns, options=options, plot=_plot, title=title, amounts=amounts)


def _is_counted(options: dict[str, Any]) -> bool:
    """Whether the number counts accounts; all others are money."""
    return str(options.get("cell", "cohort")).startswith(("accounts_", "logo_")) or options.get("measure") == "accounts"


def _plot(table: Table, ax: Any) -> None:
    """Bars, the account that matters most on top; of a rate with money or customers kept, what each lost or won."""
    assert isinstance(table, Contributors)
    cell = str(table.options.get("cell", "cohort"))
    counted = _is_counted(table.options)
    kept = table.base is not None and cell not in (*CHURN_CELLS, "quick_ratio")
    amounts = table["amount"].to_list()
    if kept:
        amounts = [amount - base for amount, base in zip(amounts, table["base"].to_list(), strict=True)]
    names = [str(account) for account in table["account"].to_list()]
    currency = str(table.options["currency"])
    if table.others["accounts"]:
        names.append(f"{table.others['accounts']:,} others")
        amounts.append(table.others["amount"] - (table.others["base"] if kept else 0))
    what = f"{cell}, change against the start" if kept else cell
    lengths = amounts if counted else [major(amount, currency) for amount in amounts]
    plot_amounts(names, lengths, f"{what} ({'accounts' if counted else currency})", ax)
