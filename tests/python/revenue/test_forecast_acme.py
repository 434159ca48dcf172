"""Forecasts of made-up companies whose large customers leave more rarely, against the year that came."""

from __future__ import annotations

from statistics import fmean
from typing import Any

import pytest

import sojourn as sj

SEEDS = range(1, 13)


def ledger_of(made: Any) -> sj.Ledger:
    segment = dict(zip(made.accounts["account_id"], made.accounts["segment"], strict=True))
    rows = {name: made.subscriptions[name] for name in ("account_id", "start", "end", "mrr_minor")}
    rows["segment"] = [segment[account] for account in rows["account_id"]]
    return sj.Ledger(rows, account="account_id", end="end", mrr="mrr_minor", segment="segment", as_of=made.as_of)


def errors(by: str | None) -> tuple[float, float]:
    """Forecast - what came, of NRR and of GRR, on average over companies."""
    nrr, grr = [], []
    for seed in SEEDS:
        then = sj.datasets.acme(n=1500, seed=seed, usage="latest", as_of="2024-01-01")
        later = ledger_of(sj.datasets.acme(n=1500, seed=seed, usage="latest"))
        pending = [row for row in then.contracts.to_dicts() if row["outcome"] == "pending"]
        contracts = {
            "account_id": [row["account_id"] for row in pending],
            "renews_on": [row["term_end"] for row in pending],
            "every": [12] * len(pending),
        }
        year = ledger_of(then).forecast(12, contracts=contracts, by=by, draws=100, seed=1)
        nrr.append(year.nrr.value - later.nrr("2024-12", window=12).value)
        grr.append(year.grr.value - later.grr("2024-12", window=12).value)
    return fmean(nrr), fmean(grr)


@pytest.mark.parametrize(("by", "of_nrr", "of_grr"), [(None, 0.06, 0.04), ("segment", 0.06, 0.03)])
def test_money_of_few_large_customers_is_kept_as_it_came(by: str | None, of_nrr: float, of_grr: float) -> None:
    # Without finer sizes at the top, and without by=, GRR was 7 points too low and NRR 9.
    nrr, grr = errors(by)
    assert abs(nrr) < of_nrr
    assert abs(grr) < of_grr
