"""Forecasts of a ledger: identities, contracts, parts, second opinion, back-tests."""

from __future__ import annotations

import random
from typing import Any

import pytest

import sojourn as sj
from oracle_rows import OracleTable, inputs_and_expected


def book(accounts: int = 150, seed: int = 3, **more: Any) -> sj.Ledger:
    """Two years of accounts that leave with 3 % a month, of two plans, some of them for the price."""
    draw = random.Random(seed)
    rows: dict[str, list[Any]] = {name: [] for name in ("account_id", "start", "end", "mrr_minor", "plan", "why")}
    for who in range(accounts):
        begin, until = draw.randrange(0, 20), 24
        left = next((month for month in range(begin + 1, until) if draw.random() < 0.03), None)
        rows["account_id"].append(f"account {who}")
        rows["start"].append(f"{2022 + begin // 12}-{begin % 12 + 1:02d}-01")
        rows["end"].append(None if left is None else f"{2022 + left // 12}-{left % 12 + 1:02d}-10")
        rows["mrr_minor"].append(draw.randrange(1_000, 30_000))
        rows["plan"].append(draw.choice(["basic", "pro"]))
        rows["why"].append(None if left is None else draw.choice(["price", "voluntary"]))
    return sj.Ledger(rows, segment="plan", cause="why", as_of="2024-01-01", **more)


@pytest.fixture(scope="module")
def ledger() -> sj.Ledger:
    return book()


def test_rows_close_and_begin_where_the_ledger_ends(ledger: sj.Ledger) -> None:
    found = ledger.forecast("2024-12", draws=200)
    rows = found.table().to_dicts()
    assert found.periods[0] == "2024-01" and found.periods[-1] == "2024-12"
    assert rows[0]["opening"] == ledger.mrr("2023-12").value
    for before, row in zip([None, *rows], rows, strict=False):
        closing = row["opening"] - row["churn"] - row["contraction"] + row["expansion"] + row["new"]
        assert closing == pytest.approx(row["closing"], rel=1e-12)
        assert row["low"] <= row["closing"] <= row["high"]
        if before is not None:
            assert row["opening"] == pytest.approx(before["closing"], rel=1e-12)
    assert found.nrr.value == pytest.approx(rows[-1]["closing"] / rows[0]["opening"])
    assert found.grr.value <= min(1, found.nrr.value)
    assert found.arr.value == pytest.approx(12 * rows[-1]["closing"])
    assert found.logos.n == ledger.movements("2023-12", "2023-12")["accounts_closing"][0]


def test_segments_and_causes_add_up(ledger: sj.Ledger) -> None:
    found = ledger.forecast(6, by="plan", draws=100, new={"2024-02": 50_000})
    total = found.table().to_dicts()
    parts = found.parts().to_dicts()
    assert list(dict.fromkeys(row["part"] for row in parts)) == ["pro", "basic", "new business"]  # as the rows name them
    for row in total:
        for name in ("opening", "churn", "expansion", "new", "closing"):
            summed = sum(part[name] for part in parts if part["period"] == row["period"])
            assert summed == pytest.approx(row[name], rel=1e-12), name
        causes = [one["churn"] for one in found.causes().to_dicts() if one["period"] == row["period"]]
        assert sum(causes) == pytest.approx(row["churn"], rel=1e-9)
    assert {row["cause"] for row in found.causes().to_dicts()} >= {"price", "voluntary"}
    assert total[1]["new"] == 50_000


def test_new_business_is_an_input_and_enters_no_retention(ledger: sj.Ledger) -> None:
    without, with_new = ledger.forecast(12, draws=50), ledger.forecast(12, draws=50, new={"2024-03": 1_000_000})
    assert with_new.nrr.value == without.nrr.value
    assert with_new.arr.value > without.arr.value
    assert without.options["new"] == "none"
    for wrong in ({"2023-01": 5}, {"2024-Q1": 5}, {"2024-03": "much"}, [1, 2], {"2024-03": -5}):
        with pytest.raises(sj.Error):
            ledger.forecast(12, draws=50, new=wrong)


def test_fc_01_under_contract_beyond_the_horizon_is_a_point() -> None:
    rows = {"account_id": ["a", "b", "c"], "start": ["2023-01-01"] * 3, "end": [None] * 3, "mrr_minor": [1000, 400, 600]}
    steady = sj.Ledger(rows, as_of="2024-01-01")
    contracts = {
        "account_id": ["a", "b", "c"],
        "renews_on": ["2024-04-01", "2024-10-01", "2025-07-01"],
        "every": [12, 12, 12],
        "probability": [0.8, 0.5, 0.9],
    }
    found = steady.forecast(12, contracts=contracts, draws=20_000, level=0.8)
    last = found.table().to_dicts()[-1]
    assert last["closing"] == pytest.approx(1600, rel=0.01)
    assert last["process_sd"] == pytest.approx(447.2135955, rel=0.02)
    assert (last["low"], last["high"]) == (600, 2000)
    assert set(found.draws()) <= {600, 1000, 1600, 2000}
    assert [row["renewal_due"] for row in found.table().to_dicts()][3] == 1000
    first = found.table().to_dicts()[2]
    assert first["low"] == first["closing"] == first["high"] == 2000
    assert found.options["contracts"] == {"rows": 3, "ignored": 0}
    assert found.warnings and "equal accounts" in found.warnings[0]
    assert found.scenarios()["account"].to_list()[0] == "a"


def test_contracts_are_read_by_role_and_refused_where_wrong(ledger: sj.Ledger) -> None:
    with pytest.raises(sj.DataError, match="no such account"):
        ledger.forecast(3, draws=10, contracts={"account_id": ["x"], "renews_on": ["2024-05-01"]})
    with pytest.raises(sj.SchemaError, match="methods"):
        ledger.forecast(3, methods=("decay",), contracts={"account_id": ["account 1"], "renews_on": ["2024-05-01"]})
    with pytest.raises(sj.SchemaError, match="every"):
        ledger.forecast(3, contracts={"account_id": ["account 1"], "renews_on": ["2024-05-01"], "probability": [0.5]})
    with pytest.raises(sj.SchemaError, match="not among"):
        ledger.forecast(3, methods=("magic",))
    with pytest.raises(sj.SchemaError, match="known already"):
        ledger.forecast("2023-06")
    with pytest.raises(sj.SchemaError, match='"region" is no label'):
        ledger.forecast(3, by="region")


def test_the_same_seed_gives_the_same_bits(ledger: sj.Ledger) -> None:
    one, other = ledger.forecast(6, draws=64), ledger.forecast(6, draws=64)
    assert one.draws().to_list() == other.draws().to_list()
    assert ledger.forecast(6, draws=64, seed=2).draws().to_list() != one.draws().to_list()


def test_without_decay_accounts_stay_as_they_are(ledger: sj.Ledger) -> None:
    found = ledger.forecast(3, methods=("contracts",), draws=10)
    assert found.nrr.low == found.nrr.value == found.nrr.high == 1
    assert found.options["family"] is None


def test_the_chain_ladder_is_a_second_opinion(ledger: sj.Ledger) -> None:
    found = ledger.forecast(6, draws=100)
    rows = found.methods().to_dicts()
    assert [row["method"] for row in rows] == ["simulation"] * 6 + ["chain_ladder"] * 6
    assert rows[6]["closing"] == pytest.approx(rows[0]["closing"], rel=0.05)
    assert len(ledger.forecast(6, draws=10, methods=("decay",)).methods()) == 6


def test_accounts_of_one_parent_are_one_risk() -> None:
    draw = random.Random(1)
    rows = {
        "account_id": [f"a{i}" for i in range(60)],
        "start": [f"2022-{draw.randrange(1, 13):02d}-01" for _ in range(60)],
        "end": [None if i % 5 else "2023-06-10" for i in range(60)],
        "mrr_minor": [1000] * 60,
        "group": [f"g{i % 4}" for i in range(60)],
    }
    alone = sj.Ledger(rows, as_of="2024-01-01").forecast(6, draws=200)
    together = sj.Ledger(rows, parent="group", as_of="2024-01-01").forecast(6, draws=200)
    assert together.effective_accounts == pytest.approx(4, abs=0.2)
    assert alone.effective_accounts == 48
    assert together.table()["process_sd"][5] > 1.5 * alone.table()["process_sd"][5]


def test_fc_17_a_vintage_knows_only_what_was_recorded(oracle: OracleTable) -> None:
    _, expected = inputs_and_expected(oracle, "lifetime2", "FC-17")
    rows = {
        "account_id": ["a", "b", "a2"],
        "start": ["2024-01-01", "2024-02-01", "2024-01-01"],
        "end": [None, None, "2024-04-01"],
        "mrr_minor": [10000, 5000, 2000],
        "recorded": ["2024-01-01", "2024-06-15", "2024-01-01"],
    }
    late = sj.Ledger(rows, known_from="recorded", as_of="2024-07-01")
    assert late.forecast(1, draws=10).table()["opening"][0] == late.mrr("2024-06").value
    found = sj.backtest_forecast(late, ["2024-03"], horizons=(1, 3), draws=20)
    then = late.as_known_on("2024-03-31").forecast(1, draws=10).table()
    assert then["opening"][0] == expected["opening_known"]
    assert late.mrr("2024-03").value == expected["opening_today"]
    assert [row["actual"] for row in found.rows().to_dicts() if row["method"] == "forecast"] == [10000, 10000]
    assert found.options["known"] == "as_known_on"
    with pytest.raises(sj.SchemaError, match="known today"):
        sj.backtest_forecast(late, ["2024-03"], contracts={"account_id": ["a"], "renews_on": ["2024-09-01"]})


def test_a_backtest_says_what_it_cannot_say(ledger: sj.Ledger) -> None:
    found = sj.backtest_forecast(ledger, ["2023-03", "2023-06", "2023-09"], horizons=(1, 3), draws=100)
    table = found.table().to_dicts()
    assert [row["method"] for row in table[:4]] == ["forecast", "flat", "last_year", "last_churn"]
    assert all(row["n"] == 3 for row in table)
    assert all(0 <= row["coverage_95_low"] <= row["coverage_95"] <= row["coverage_95_high"] <= 1 for row in table)
    assert len(found.verdicts()) == 2
    assert all("cannot be calibrated yet" in said for said in found.verdicts())
    assert 0.8 <= float(found.calibration(3, level=0.5)) <= 3
    with pytest.raises(sj.SchemaError, match="vintage"):
        sj.backtest_forecast(ledger, [])
    with pytest.raises(sj.SchemaError, match="2023-03-31 is given twice"):
        sj.backtest_forecast(ledger, ["2023-03", "2023-03-31"], horizons=(1,), draws=20)
    with pytest.raises(sj.SchemaError, match="1 months ahead are asked for twice"):
        sj.backtest_forecast(ledger, ["2023-03"], horizons=(1, 1), draws=20)


def test_the_picture_shows_the_past_the_fan_and_what_came(ledger: sj.Ledger) -> None:
    pytest.importorskip("matplotlib").use("Agg")
    then = ledger.with_view(as_of="2023-07-01")
    axes = then.forecast(6, draws=50).plot(actual=ledger)
    assert [line.get_label() for line in axes.lines][:3] == ["MRR of all accounts", "today's accounts, mean", "what came"]
    assert len(axes.collections) == 3
