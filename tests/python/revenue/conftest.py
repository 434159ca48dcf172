"""The published periods, and the ledger of them."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

import sojourn as sj
from ledger_books import data


@pytest.fixture(scope="package")
def periods() -> dict[str, list[Any]]:
    raw = data("synth_saas_periods.csv")
    return {
        "account_id": [int(x) for x in raw["account_id"]],
        "start": [datetime.date.fromisoformat(x) for x in raw["start"]],
        "end": [datetime.date.fromisoformat(x) if x else None for x in raw["end"]],
        "mrr_cents": [int(x) for x in raw["mrr_cents"]],
    }


@pytest.fixture(scope="package")
def ledger(periods: dict[str, list[Any]]) -> sj.Ledger:
    return sj.Ledger(periods, as_of="2025-01-01")
