"""Retention over time: every row is what the ledger says of that period alone."""

from __future__ import annotations

from typing import Any

import pytest

import sojourn as sj
from sojourn.errors import SchemaError


@pytest.fixture(scope="module")
def book() -> sj.Ledger:
    acme = sj.datasets.acme(n=400, seed=7)
    return sj.Ledger(acme.subscriptions, account="account_id", start="start", end="end", mrr="mrr_minor", as_of=acme.as_of)


def shown(value: float) -> float | None:
    return None if value != value else value


@pytest.mark.parametrize("grr", ["account_min", "churn_only", "totals_min", "event_sum", "running_min"])
@pytest.mark.parametrize("method", ["score", "linearised"])
def test_each_row_is_its_period_alone(book: sj.Ledger, grr: str, method: Any) -> None:
    ledger = book.with_policy(sj.Policy(grr=grr))
    table = ledger.retention("2023-03", "2024-02", window=(1, 12), method=method, level=0.9)
    assert len(table) == 24
    for row in table.to_dicts():
        alone: dict[str, Any] = {"window": row["window"], "level": 0.9}
        for rate, e in (
            ("nrr", ledger.nrr(row["period"], method=method, **alone)),
            ("grr", ledger.grr(row["period"], method=method, **alone)),
            ("logo_retention", ledger.logo_retention(row["period"], **alone)),
        ):
            assert [row[rate], row[f"{rate}_low"], row[f"{rate}_high"]] == [shown(e.value), shown(e.low), shown(e.high)], (
                rate,
                row,
            )
        assert row["accounts"] == ledger.logo_retention(row["period"], **alone).n


def test_quarters_and_openings(book: sj.Ledger) -> None:
    table = book.retention("2023-Q1", "2023-Q4", by="quarter", window=3)
    assert table["period"].to_list() == ["2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4"]
    movements = book.movements("2023-Q1", "2023-Q4", by="quarter")
    assert table["opening"].to_list() == movements["opening"].to_list()
    assert table["accounts"].to_list() == movements["accounts_opening"].to_list()
    assert table.options["window"] == 3


def test_incomplete_periods_are_named() -> None:
    ledger = sj.Ledger(
        {"account": ["a"], "start": ["2024-01-01"], "end": [None], "mrr": [100]}, as_of="2024-03-10", amounts="minor"
    )
    table = ledger.retention("2024-01", "2024-04", window=1)
    assert table.options["incomplete"] == "2024-03" and table.options["not_reached"] == "2024-04"
    assert table["nrr"].to_list() == [None, 1.0, 1.0]


def test_bad_questions(book: sj.Ledger) -> None:
    with pytest.raises(SchemaError, match="1 month or more, not 0"):
        book.retention("2023-01", "2023-12", window=0)


def test_the_picture(book: sj.Ledger) -> None:
    pytest.importorskip("matplotlib").use("Agg")
    import matplotlib.pyplot as plt

    ax = book.retention("2022-01", "2024-12", window=(1, 12)).plot()
    assert [line.get_label() for line in ax.get_lines()[:3]] == ["NRR", "GRR", "customers"]
    assert ax.get_ylabel() == "kept over 12 months"
    plt.close(ax.figure)


def test_segments_are_their_ledgers_alone_and_openings_add_up() -> None:
    acme = sj.datasets.acme(n=400, seed=7)
    columns = {name: acme.subscriptions[name].to_list() for name in ("account_id", "start", "end", "mrr_minor")}
    sizes = {account: ("north", "south")[i % 2] for i, account in enumerate(dict.fromkeys(columns["account_id"]))}
    table = {**columns, "region": [sizes[account] for account in columns["account_id"]]}
    names = {"account": "account_id", "start": "start", "end": "end", "mrr": "mrr_minor", "as_of": acme.as_of}
    ledger = sj.Ledger(table, **names, segment="region")
    found = ledger.by_segment("region").retention("2023-06", "2023-09", window=(3, 6))
    whole = ledger.retention("2023-06", "2023-09", window=(3, 6))
    for name in ("accounts", "opening"):
        by_row = {key: 0 for key in zip(whole["window"].to_list(), whole["period"].to_list(), strict=True)}
        for row in found.to_dicts():
            by_row[row["window"], row["period"]] += row[name]
        assert list(by_row.values()) == whole[name].to_list()
    kept = [i for i, region in enumerate(table["region"]) if region == "north"]
    alone = sj.Ledger({name: [values[i] for i in kept] for name, values in columns.items()}, **names).retention(
        "2023-06", "2023-09", window=(3, 6)
    )
    north = [{**row} for row in found.to_dicts() if row["segment"] == "north"]
    for row in north:
        del row["segment"]
    assert north == alone.to_dicts()
    for rule in ("first", "last"):
        assert (
            ledger.by_segment("region", rule=rule).retention("2023-06", "2023-09", window=(3, 6)).to_dicts()
            == found.to_dicts()
        )
