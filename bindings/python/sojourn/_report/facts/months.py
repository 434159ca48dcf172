"""Months by number, and the first one of a ledger."""

from __future__ import annotations

import re

from sojourn.errors import SchemaError
from sojourn.revenue._ledger import Ledger


def first_month(ledger: Ledger) -> int:
    """The month of the first customer."""
    if not ledger.owners_change:
        return month_index(ledger.cohorts(by="month").cohorts[0])
    return month_index(str(min(ledger.accounts_table()["first_day"].to_list())))


def month_index(month: str) -> int:
    if re.fullmatch(r"\d{4}-\d{2}.*", month) is None:
        raise SchemaError(f'"{month}" is not a month; write it as in 2024-05')
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def month_name(index: int) -> str:
    return f"{index // 12:04d}-{index % 12 + 1:02d}"
