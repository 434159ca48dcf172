"""Movements and retention of the made-up company of the oracle row, to the cent."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

import sojourn as sj

AMOUNTS = {"mrr_open": "opening", "mrr_close": "closing"} | {
    name: name for name in ("new", "reactivation", "expansion", "contraction", "churn")
}
COUNTS = {"accounts_open": "accounts_opening", "accounts_close": "accounts_closing"} | {
    name: name for name in ("accounts_new", "accounts_reactivated", "accounts_churned")
}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def test_mrr_01_waterfall_nrr_and_grr(oracle: Any, shared_dir: Path) -> None:
    row = oracle("lifetime")["MRR-01"]
    inputs, expected = json.loads(row["inputs"]), json.loads(row["expected"])
    periods = rows_of(shared_dir / "data" / inputs["file"])
    columns = {name: [one[name] or None for one in periods] for name in ("account_id", "start", "end")}
    ledger = sj.Ledger({**columns, "mrr_minor": [int(one["mrr_cents"]) for one in periods]}, as_of="2025-01-01")

    waterfall = rows_of(shared_dir / "data" / expected["waterfall_file"])
    shown = ledger.movements("2022-01", "2024-12").to_dicts()
    assert [one["period"] for one in shown] == [one["month"][:7] for one in waterfall]
    for ours, theirs in zip(shown, waterfall, strict=True):
        for name, column in (AMOUNTS | COUNTS).items():
            assert abs(ours[column]) == int(theirs[name]), (theirs["month"], name)
        moved = ours["opening"] + ours["new"] + ours["reactivation"] + ours["expansion"]
        assert moved - abs(ours["contraction"]) - abs(ours["churn"]) == ours["closing"]

    assert ledger.mrr("2023-12").minor == expected["mrr_open_2024_01"]
    nrr, grr = ledger.nrr("2024-12", window=12), ledger.grr("2024-12", window=12)
    logos = ledger.logo_retention("2024-12", window=12)
    assert nrr.value == pytest.approx(expected["NRR_12m"], abs=1e-9)
    assert grr.value == pytest.approx(expected["GRR_12m"], abs=1e-9)
    assert logos.value == pytest.approx(expected["logo_retention_12m"], abs=1e-9)
    assert logos.n == expected["accounts_start"]
    assert round((1 - logos.value) * logos.n) == expected["accounts_lost"]
    assert grr.value <= min(1, nrr.value)
