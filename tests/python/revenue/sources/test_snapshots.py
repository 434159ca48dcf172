"""A ledger of month snapshots is that of periods of one month."""

from __future__ import annotations

import random
from typing import Any

import pytest

import sojourn as sj
from ledger_books import Table, shuffled


def next_month(label: str) -> str:
    year, month = int(label[:4]), int(label[5:])
    return f"{year + month // 12}-{month % 12 + 1:02d}"


def key(kind: str, who: int) -> Any:
    return {"text": f"customer {who}", "id": 2**40 + who, "dictionary": f"c{who}"}[kind]


@pytest.mark.parametrize("kind", ["text", "id", "dictionary"])
def test_snapshots_are_the_ledger_of_their_months(kind: str) -> None:
    pd = pytest.importorskip("pandas")
    draw = random.Random(kind)
    for _ in range(15):
        snapshots: Table = {"who": [], "month": [], "cents": [], "plan": []}
        intervals: Table = {"who": [], "start": [], "end": [], "cents": []}
        for who in range(6):
            month = f"2023-{draw.randint(1, 12):02d}"
            while month < "2024-12":
                amount = draw.choice([0, 100, 100, 2500])
                if draw.random() < 0.8:
                    snapshots["who"].append(key(kind, who))
                    snapshots["month"].append(month)
                    snapshots["cents"].append(amount)
                    snapshots["plan"].append("x" if who % 2 else "y")
                    intervals["who"].append(key(kind, who))
                    intervals["start"].append(f"{month}-01")
                    intervals["end"].append(f"{next_month(month)}-01")
                    intervals["cents"].append(amount)
                month = next_month(month)
        table: Any = shuffled(draw, snapshots) if draw.random() < 0.5 else snapshots
        if kind == "dictionary":
            table = pd.DataFrame(table).astype({"who": "category"})
        ours = sj.Ledger.from_snapshots(table, account="who", month="month", mrr="cents", segment="plan", as_of="2024-12-01")
        theirs = sj.Ledger(intervals, account="who", start="start", end="end", mrr="cents", as_of="2024-12-01")
        assert ours.state("2023-01", "2024-12").to_bytes() == theirs.state("2023-01", "2024-12").to_bytes()
        assert ours.cohorts(measure="mrr").counts == theirs.cohorts(measure="mrr").counts
        assert float(ours.nrr("2024-10", window=6)) == pytest.approx(float(theirs.nrr("2024-10", window=6)), nan_ok=True)
        assert ours.accounts == theirs.accounts
        assert sum(ours.by_segment().mrr("2024-05")["mrr"].to_list()) == int(ours.mrr("2024-05"))


def test_snapshots_know_their_last_month_and_can_be_corrected() -> None:
    table = {"account_id": ["a", "b", "a"], "month": ["2024-01", "2024-01", "2024-02"], "mrr_minor": [100, 50, 100]}
    with pytest.warns(sj.InputWarning, match="2024-03-01 is the day after the latest date"):
        ledger = sj.Ledger.from_snapshots(table)
    assert str(ledger.as_of) == "2024-03-01"
    february = ledger.movements("2024-02", "2024-02").to_dicts()[0]
    assert (february["closing"], february["accounts_churned"], february["accounts_closing"]) == (100, 1, 1)
    assert ledger.explain("a", "2024-01").rows == [0, 2]
    ledger.apply({"account_id": ["b"], "month": ["2024-02"], "mrr_minor": [50]})
    assert int(ledger.mrr("2024-02")) == 150
    ledger.retract({"account_id": ["b"], "month": ["2024-02"], "mrr_minor": [50]})
    assert int(ledger.mrr("2024-02")) == 100
    for broken, match in [
        (
            {"account_id": ["a", "a"], "month": ["2024-01", "2024-01-15"], "mrr_minor": [1, 2]},
            "row 1.*one row per account and month",
        ),
        ({"account_id": ["a"], "month": ["January"], "mrr_minor": [1]}, "2024-01"),
        ({"account_id": ["a"], "month": ["2024-01"], "mrr_minor": [-1]}, "negative"),
        ({"account_id": ["a"], "month": [None], "mrr_minor": [1]}, "month"),
    ]:
        with pytest.raises(sj.DataError, match=match):
            sj.Ledger.from_snapshots(broken)
