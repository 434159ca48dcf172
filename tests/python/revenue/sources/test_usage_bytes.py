"""Bytes, `==` and pickle of ledgers that hold usage beside another source."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest

import sojourn as sj

pytestmark = pytest.mark.filterwarnings("ignore::sojourn.InputWarning")

METERED = {
    "account": ["acme", "birch", "acme"],
    "start": ["2024-01-01", "2024-02-01", "2024-02-01"],
    "end": [None, None, None],
    "kind": ["minimum", "consumption", "consumption"],
    "amount_minor": [4_000, 700, 5_000],
    "region": ["EU", "US", None],
}
LEDGERS: dict[str, Callable[[], sj.Ledger]] = {
    "periods": lambda: sj.Ledger(
        {"account": ["acme", "birch"], "start": ["2024-01-01"] * 2, "end": [None, "2024-02-20"], "mrr_minor": [700, 50]},
        as_of="2024-03-01",
    ),
    "snapshots": lambda: sj.Ledger.from_snapshots(
        {"account": ["acme", "acme"], "month": ["2024-01", "2024-02"], "mrr_minor": [700, 800]}
    ),
    "changes": lambda: sj.Ledger.from_changes(
        {"account": ["acme", "acme"], "when": ["2024-01-01", "2024-02-01"], "mrr_after_minor": [700, 0]}, as_of="2024-03-01"
    ),
    "prices": lambda: sj.Ledger.from_prices(
        {"account": ["acme"], "start": ["2024-01-01"], "subscription": ["s1"], "amount_minor": [700]}, as_of="2024-03-01"
    ),
    "invoices": lambda: sj.Ledger.from_invoices(
        {"account": ["acme"], "service_start": ["2024-01-01"], "service_end": ["2024-03-01"], "amount_minor": [1400]},
        as_of="2024-03-01",
    ),
    "usage": lambda: sj.Ledger.from_usage(
        {"account": ["acme"], "start": ["2024-01-01"], "end": ["2025-01-01"], "amount_minor": [1200]},
        kind="prepaid",
        as_of="2024-03-01",
    ),
}


@pytest.mark.parametrize("source", LEDGERS)
def test_bytes_hold_usage_beside_every_source(source: str) -> None:
    rule = sj.Policy(usage_basis="committed_plus_overage")
    base = LEDGERS[source]().with_policy(rule)
    ledger = base.with_usage(METERED, name="metering", segment="region")
    again = sj.Ledger.from_bytes(ledger.to_bytes())
    assert again == ledger and again.to_bytes() == ledger.to_bytes() and again != base
    assert pickle.loads(pickle.dumps(ledger)) == ledger
    span = ("2024-01", "2024-02")
    assert again.movements(*span).to_dicts() == ledger.movements(*span).to_dicts()
    assert again.usage_movements(*span).to_dicts() == ledger.usage_movements(*span).to_dicts()
    assert again.movements(*span, split_by="region").to_dicts() == ledger.movements(*span, split_by="region").to_dicts()
    assert again.by_segment("region").mrr("2024-02").to_dicts() == ledger.by_segment("region").mrr("2024-02").to_dicts()
    late = {name: values[:1] for name, values in METERED.items()} | {"amount_minor": [9_000]}
    for one in (ledger, again):
        one.apply(late, source="metering")
    assert again == ledger
    for one in (ledger, again):
        one.retract(late, source="metering")
        one.retract(METERED, source="metering")
    assert again == ledger and again.mrr("2024-01").value == base.mrr("2024-01").value


def test_the_order_of_usage_and_rows_has_no_influence_on_bytes() -> None:
    ledger = LEDGERS["periods"]().with_usage(METERED)
    turned = {name: values[::-1] for name, values in METERED.items()}
    assert LEDGERS["periods"]().with_usage(turned) == ledger
    assert LEDGERS["periods"]().with_usage(METERED, name="metering") != ledger


def test_damaged_bytes_of_usage_beside_a_source_are_a_state_error() -> None:
    whole = LEDGERS["prices"]().with_usage(METERED).to_bytes()
    for at in range(0, len(whole), 7):
        damaged = bytearray(whole)
        damaged[at] ^= 0x40
        with pytest.raises(sj.StateError):
            sj.Ledger.from_bytes(bytes(damaged))
