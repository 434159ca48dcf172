"""What a workbook holds: MRR of each account at each month end, exactly, and the totals of the library to tie out with."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sojourn._core import Estimate
from sojourn._frames.currency import exponent
from sojourn._frames.periods import first_day, month_of, span_of
from sojourn.errors import SchemaError
from sojourn.revenue import Ledger, Policy

MOVEMENTS = ("new", "reactivation", "expansion", "contraction", "churn")
COUNTS = ("accounts_opening", "accounts_new", "accounts_reactivated", "accounts_churned", "accounts_closing")
RATES = ("nrr", "grr", "mrr_churn", "logo_churn")
_TICKS = 166_320
_MOST_ACCOUNTS = 1_000_000
"""A sheet has 1,048,576 rows."""
# Month ends against each other, and rates over what stood at the opening: what formulas over a sheet of month ends can say.
_BY_MONTH_ENDS = {"movement_mode": "net_endpoints", "grr": "account_min", "nrr_window": "twelve_months"}
_BY_MONTH_ENDS |= {"logo_denominator": "start", "mrr_churn_cap": "opening_mrr", "annualise": "none"}
_NONE_OF = {"window": None, "reactivation_max_gap": None}


@dataclass(frozen=True, kw_only=True)
class AccountMonths:
    """One account: the month in which it became a customer (202401), and its MRR by month end, None where it is none."""

    key: Any
    first_month: int
    amounts: Sequence[float | None]


@dataclass(frozen=True, kw_only=True)
class WorkbookFacts:
    """Amounts are in currency units."""

    currency: str
    exponent: int
    as_of: str
    policy: str
    months: Sequence[str]
    month_numbers: Sequence[int]
    columns: Sequence[str]
    """The month ends of the sheet: those of `months`, and of the twelve before them."""
    accounts: Sequence[AccountMonths]
    computed: Sequence[dict[str, float | None]]
    tolerance: float


def workbook_facts(ledger: Ledger, first: str | None, last: str | None) -> WorkbookFacts:
    """The facts of the months `first` to `last`, by default the last 12 complete ones."""
    month_after = month_of(_day_number(ledger))
    end = month_after - 1 if last is None else span_of(last)[0] + span_of(last)[1] - 1
    begin = end - 11 if first is None else span_of(first)[0]
    if begin > end:
        raise SchemaError(f"first {first} lies after last {last}")
    shown = [_name(month) for month in range(begin, end + 1)]
    view = ledger.with_policy(_by_month_ends(ledger.policy))
    moved = view.movements(shown[0], shown[-1]).to_dicts()
    if any(row["fx"] for row in moved):
        raise SchemaError("a workbook holds one currency, and this ledger has several; take the rows of one of them")
    columns = [_name(month) for month in range(begin - 12, end + 1)]
    since = {row["account"]: row["first_day"] for row in view.accounts_table().to_dicts()}
    if len(since) > _MOST_ACCOUNTS:
        raise SchemaError(f"a workbook holds at most {_MOST_ACCOUNTS:,} accounts, and this ledger has {len(since):,}")
    ends = [_month_end(view, month) for month in columns]
    places = exponent(ledger.currency)
    units = _TICKS * 10**places
    whole = all(ticks % _TICKS == 0 for held in ends for ticks in held.values())
    return WorkbookFacts(
        currency=ledger.currency,
        exponent=places,
        as_of=str(ledger.as_of),
        policy=ledger.policy.hash(),
        months=shown,
        month_numbers=[_number(month) for month in range(begin, end + 1)],
        columns=columns,
        accounts=[
            AccountMonths(
                key=key,
                first_month=day.year * 100 + day.month,
                amounts=[None if key not in held else held[key] / units for held in ends],
            )
            for key, day in since.items()
            if any(key in held for held in ends)
        ],
        computed=[_computed(view, row, places) for row in moved],
        tolerance=0 if whole else 10.0**-places,
    )


def _month_end(view: Ledger, month: str) -> dict[Any, int]:
    """MRR in ticks of every customer at the end of a month."""
    customers = view.contributors(month, "accounts_closing", top=None).exact
    return dict.fromkeys(customers, 0) | view.contributors(month, "closing", top=None).exact


def _computed(view: Ledger, row: dict[str, Any], places: int) -> dict[str, float | None]:
    month = row["period"]
    found: dict[str, float | None] = {name: abs(row[name]) / 10**places for name in ("opening", *MOVEMENTS, "closing")}
    found |= {name: abs(row[name]) for name in COUNTS}
    rates = {
        "nrr": view.nrr(month, window=12),
        "grr": view.grr(month, window=12),
        "mrr_churn": view.mrr_churn(month),
        "logo_churn": view.logo_churn(month),
    }
    return found | {name: _defined(rate) for name, rate in rates.items()}


def _defined(rate: Estimate) -> float | None:
    return None if rate.value != rate.value else float(rate.value)


def _by_month_ends(policy: Policy) -> Policy:
    return Policy.from_json(json.dumps({**json.loads(policy.to_json()), **_BY_MONTH_ENDS, **_NONE_OF}))


def _day_number(ledger: Ledger) -> int:
    year, month, _ = map(int, str(ledger.as_of).split("-"))
    return first_day((year - 1970) * 12 + month - 1)


def _name(month: int) -> str:
    return f"{1970 + month // 12:04d}-{month % 12 + 1:02d}"


def _number(month: int) -> int:
    return (1970 + month // 12) * 100 + month % 12 + 1
