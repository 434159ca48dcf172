"""Ledgers of commitments and consumption, alone and beside a subscription, against numbers by hand and a slow reference."""

from __future__ import annotations

import datetime
import random
import re
from typing import Any

import pytest

import sojourn as sj
from usage_reference import Day, Row, Usage, months_on, to_unit

pytestmark = pytest.mark.filterwarnings("ignore::sojourn.InputWarning")

AS_OF = Day(2024, 9, 1)
BASES = ("committed", "committed_plus_overage", "consumed", "consumed_trailing_mean")
MINIMUM: dict[str, list[Any]] = {
    "account": ["acme"] * 3,
    "start": ["2024-01-01", "2024-01-01", "2024-02-01"],
    "end": [None, "2024-02-01", "2024-03-01"],
    "kind": ["minimum", None, None],
    "amount": [100.00, 130.00, 80.00],
}
"""100.00 a month are the minimum; 130.00 were consumed in January, 80.00 in February."""


def used(table: dict[str, list[Any]] = MINIMUM, basis: str = "committed", **more: Any) -> sj.Ledger:
    given = {"as_of": "2024-03-01", "amounts": "major", "policy": sj.Policy(usage_basis=basis), **more}
    return sj.Ledger.from_usage(table, **given)


def test_a_minimum_is_committed_and_what_goes_beyond_it_is_overage() -> None:
    table = used().usage_movements("2024-01", "2024-02")
    assert [(row["committed"], row["consumed"], row["overage"], row["shortfall"]) for row in table.to_dicts()] == [
        (10000, 13000, 3000, 0),
        (10000, 8000, 0, 2000),
    ]
    for basis, closing in zip(BASES, ([10000, 10000], [13000, 10000], [13000, 8000], [0, 13000]), strict=True):
        movements = used(basis=basis).movements("2024-01", "2024-02")
        assert movements["closing"].to_list() == closing
        assert movements["overage"].to_list() == [3000, 0] and movements["shortfall"].to_list() == [0, 2000]


def test_a_base_subscription_with_usage_on_top() -> None:
    base = {"account": ["acme", "birch"], "start": ["2024-01-01"] * 2, "end": [None, None], "mrr": [500.00, 20.00]}
    plain = sj.Ledger(base, amounts="major", as_of="2024-03-01", policy=sj.Policy(usage_basis="committed_plus_overage"))
    both = plain.with_usage(MINIMUM, amounts="major")
    assert [int(both.mrr(month)) for month in ("2024-01", "2024-02")] == [65000, 62000]
    assert "committed" not in plain.movements("2024-01", "2024-02"), "the ledger without usage stays as it was"
    february = both.movements("2024-02", "2024-02").to_dicts()[0]
    assert (february["contraction"], february["accounts_churned"]) == (3000, 0)
    both.apply({**MINIMUM, "account": ["birch"] * 3}, source="usage")
    assert int(both.mrr("2024-01")) == 65000 + 13000
    both.retract({name: values[:1] for name, values in MINIMUM.items()}, source="usage")
    assert int(both.mrr("2024-01")) == 65000 + 13000, "all that acme consumed is overage now"
    assert both.movements("2024-01", "2024-01")["overage"].to_list() == [16000]


def test_two_tables_of_usage_with_words_for_all_their_rows() -> None:
    contracts = {"account": ["acme"], "start": ["2024-01-01"], "end": ["2025-01-01"], "amount_minor": [120_000]}
    metering = {"account": ["acme"] * 2, "month": ["2024-01", "2024-02"], "amount_minor": [90_000, 40_000]}
    both = sj.Ledger.from_usage(contracts, kind="prepaid", as_of="2024-03-01").with_usage(metering, kind="consumption")
    row = both.usage_movements("2024-02", "2024-02").to_dicts()[0]
    assert (row["overage"], row["balance"]) == (10_000, 0)
    more = {"account": ["birch"], "month": ["2024-02"], "amount_minor": [70]}
    both.apply(more, source="usage")
    assert both.usage_movements("2024-02", "2024-02")["overage"].to_list() == [10_070]
    with pytest.raises(sj.SchemaError, match='holds rows called "usage" already; give these another name='):
        both.with_usage(metering, kind="consumption")
    twice = both.with_usage(more, kind="consumption", name="corrections")
    assert twice.usage_movements("2024-02", "2024-02")["overage"].to_list() == [10_140]
    with pytest.raises(sj.SchemaError, match='source "metering" is not one of usage, corrections'):
        twice.apply(more, source="metering")


def test_when_a_prepaid_amount_runs_out() -> None:
    table = {
        "account": ["acme"] * 4,
        "start": ["2024-01-01", "2024-01-01", "2024-02-01", "2024-03-01"],
        "end": ["2025-01-01", "2024-02-01", "2024-03-01", "2024-04-01"],
        "kind": ["prepaid", "consumption", "consumption", "consumption"],
        "amount_minor": [120_000, 10_000, 20_000, 30_000],
    }
    ledger = sj.Ledger.from_usage(table, as_of="2024-04-01")
    row = ledger.commitments().to_dicts()[0]
    assert (row["committed"], row["drawn"], row["remaining"]) == (120_000, 60_000, 60_000)
    assert (row["consumed"], row["months"], row["status"]) == (60_000, 3, "runs_out")
    assert (row["earliest"], row["runs_out"], row["latest"]) == (Day(2024, 6, 1), Day(2024, 7, 1), Day(2024, 10, 1))
    assert ledger.commitments(months=2)["runs_out"].to_list() == [Day(2024, 6, 13)]
    early = sj.Ledger.from_usage(table, as_of="2024-01-20").commitments().to_dicts()[0]
    assert (early["status"], early["runs_out"]) == ("undefined", None)
    assert early["reason"] == "no complete month of consumption yet"
    with pytest.raises(sj.SchemaError, match=re.escape("a rate is the mean of 1 .. 120 months")):
        ledger.commitments(months=0)


def test_a_month_that_is_not_complete_is_said_and_is_no_contraction() -> None:
    days = {
        "account": ["acme"] * 3,
        "start": ["2024-01-10", "2024-02-10", "2024-03-02"],
        "amount_minor": [500, 900, 100],
    }
    for basis in ("committed_plus_overage", "consumed"):
        ledger = sj.Ledger.from_usage(days, as_of="2024-03-10", policy=sj.Policy(usage_basis=basis))
        table = ledger.movements("2024-01", "2024-06")
        assert table["closing"].to_list() == [500, 900, 900] and table["contraction"].to_list() == [0, 0, 0]
        assert table["consumed"].to_list() == [500, 900, 100]
        assert table.options["incomplete"] == "2024-03" and "2024-04" in table.options["not_reached"]
        assert ledger.usage_movements("2024-01", "2024-06").options["incomplete"] == "2024-03"


def test_by_default_the_day_after_the_latest_consumption_is_not_known() -> None:
    table = {
        "account": ["acme"] * 2,
        "start": ["2024-01-01", "2024-02-10"],
        "end": ["2026-01-01", None],
        "kind": ["prepaid", "consumption"],
        "amount_minor": [2400, 5],
    }
    assert str(sj.Ledger.from_usage(table).as_of) == "2024-02-11"
    base = {"account": ["acme"], "start": ["2024-01-01"], "end": ["2024-01-20"], "mrr_minor": [7]}
    later = sj.Ledger(base).with_usage(table)
    assert str(later.as_of) == "2024-02-11"
    assert str(sj.Ledger(base, as_of="2024-02-01").with_usage(table).as_of) == "2024-02-01"


def test_usage_keeps_to_its_currency() -> None:
    with pytest.raises(sj.SchemaError, match="EUR"):
        sj.Ledger({"account": ["a"], "start": ["2024-01-01"], "end": [None], "mrr": [1]}, amounts="minor").with_usage(
            MINIMUM, amounts="major", currency="EUR"
        )
    rates = {"currency": ["EUR"] * 2, "month": ["2023-12", "2024-01"], "rate": ["2", "2"]}
    table = {**MINIMUM, "money": ["EUR"] * 3}
    ledger = used(table, "committed_plus_overage", currency="money", rates=rates, report_in="USD")
    assert int(ledger.mrr("2024-01")) == 26000
    january = ledger.movements("2024-01", "2024-01")
    assert (january["overage"].to_list(), january["consumed"].to_list()) == ([6000], [26000])
    assert ledger.usage_movements("2024-01", "2024-01")["overage"].to_list() == [6000]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"kind": ["prepaid", None, None]}, "a prepaid commitment has an end"),
        ({"kind": ["credits", None, None]}, "consumption, minimum, prepaid"),
        ({"amount": [100.00, -1.00, 80.00]}, "never negative"),
        ({"end": [None, "2024-02-05", "2024-03-01"]}, "one calendar month"),
        ({"account": ["acme", None, "acme"]}, "account"),
    ],
)
def test_rows_that_cannot_be_are_refused(change: dict[str, list[Any]], says: str) -> None:
    with pytest.raises(sj.Error, match=says):
        used({**MINIMUM, **change})


def test_columns_are_found_or_asked_for() -> None:
    unnamed = {"customer": ["a"], "date": ["2024-01-05"], "month": ["2024-01"], "amount_minor": [5]}
    with pytest.raises(sj.SchemaError, match="start=, or that of the month with month="):
        sj.Ledger.from_usage(unnamed)
    with pytest.raises(sj.SchemaError, match="name one of the two"):
        sj.Ledger.from_usage(unnamed, start="date", month="month")
    found = sj.Ledger.from_usage({name: unnamed[name] for name in ("customer", "month", "amount_minor")})
    assert found.options["columns"]["month"] == "month" and str(found.as_of) == "2024-02-01"


def random_rows(draw: random.Random, count: int) -> list[Row]:
    rows = []
    for _ in range(count):
        account, subscription = draw.choice("abcd"), draw.choice([None, "x", "y"])
        start = Day(2023, 11, 1) + datetime.timedelta(days=draw.randint(0, 300))
        start = start.replace(day=min(start.day, 28))
        kind = draw.choice(["minimum", "prepaid", "consumption", "consumption", "consumption", "consumption"])
        if kind == "consumption":
            whole = draw.random() < 0.5
            start = start.replace(day=1) if whole else start
            end = months_on(start, 1) if whole else None
            rows.append(Row(account, kind, start, end, draw.randint(0, 4000), subscription))
        else:
            end = months_on(start, draw.choice([1, 2, 3, 6, 12]))
            running = kind == "minimum" and draw.random() < 0.3
            rows.append(Row(account, kind, start, None if running else end, draw.randint(0, 9000), subscription))
    return rows


def table_of(rows: list[Row]) -> dict[str, list[Any]]:
    names = ("account", "kind", "start", "end", "amount", "subscription")
    return {name: [getattr(row, name) for row in rows] for name in names}


@pytest.mark.parametrize("seed", range(25))
def test_random_usage_is_what_the_slow_reference_says(seed: int) -> None:
    draw = random.Random(seed)
    rows = random_rows(draw, 45)
    wanted = Usage(rows, AS_OF)
    months = [months_on(Day(2023, 12, 1), i) for i in range(9)]
    ledger = sj.Ledger.from_usage(table_of(rows), as_of=AS_OF, amounts="minor")
    table = ledger.usage_movements("2023-12", "2024-12").to_dicts()
    assert [row["period"] for row in table] == [f"{month:%Y-%m}" for month in months]
    for month, row in zip(months, table, strict=True):
        expected = wanted.period(month, months_on(month, 1))
        assert {name: row[name] for name in expected} == expected, month
        assert row["carried_in"] + row["committed"] + row["overage"] == row["consumed"] + row["shortfall"] + row["carried"]
    for basis in BASES:
        closing = ledger.with_policy(sj.Policy(usage_basis=basis)).movements("2023-12", "2024-08")["closing"].to_list()
        assert closing == [to_unit(wanted.mrr(basis, month)) for month in months], basis


@pytest.mark.parametrize("seed", range(6))
def test_parts_corrections_and_order_agree(seed: int) -> None:
    draw = random.Random(100 + seed)
    rows, more = random_rows(draw, 40), random_rows(draw, 10)
    policy = sj.Policy(usage_basis="committed_plus_overage")

    def made(given: list[Row]) -> sj.Ledger:
        return sj.Ledger.from_usage(table_of(given), as_of=AS_OF, amounts="minor", policy=policy)

    def shown(ledger: sj.Ledger) -> list[dict[str, Any]]:
        return ledger.movements("2023-12", "2024-08").to_dicts()

    ledger = made(rows)
    before = shown(ledger)
    kept = ledger.snapshot()
    ledger.apply(table_of(more))
    assert shown(ledger) == shown(made(draw.sample([*more, *rows], 50)))
    ledger.retract(table_of(more))
    assert shown(ledger) == before == shown(kept)
    parts = [shown(part) for part in ledger.partition(3)]
    for name in ("opening", "new", "churn", "closing", "committed", "consumed", "overage", "shortfall", "balance"):
        assert [sum(part[i][name] for part in parts) for i in range(9)] == [row[name] for row in before], name


def test_all_roads_give_the_same_book() -> None:
    expected = used().movements("2024-01", "2024-02").to_dicts()
    pandas, polars, pyarrow = (pytest.importorskip(name) for name in ("pandas", "polars", "pyarrow"))
    rows = [{name: values[i] for name, values in MINIMUM.items()} for i in range(3)]
    for table in (pandas.DataFrame(MINIMUM), polars.DataFrame(MINIMUM), pyarrow.table(MINIMUM), rows):
        assert used(table).movements("2024-01", "2024-02").to_dicts() == expected


def test_knowledge_labels_parents_and_renewals_hold_for_usage() -> None:
    table = {
        "account": ["acme", "acme", "birch"],
        "start": ["2024-01-01", "2024-01-15", "2024-02-01"],
        "end": ["2024-07-01", None, "2024-05-01"],
        "kind": ["minimum", "consumption", "minimum"],
        "amount_minor": [10_000, 14_000, 500],
        "region": ["EU", "EU", "US"],
        "recorded": ["2024-01-01", "2024-03-05", "2024-02-01"],
        "group": ["north", "north", "north"],
    }
    ledger = sj.Ledger.from_usage(
        table,
        segment="region",
        known_from="recorded",
        parent="group",
        as_of="2024-08-01",
        policy=sj.Policy(usage_basis="committed_plus_overage"),
    )
    assert int(ledger.mrr("2024-01")) == 14_000
    assert int(ledger.as_known_on("2024-02-10").mrr("2024-01")) == 10_000
    assert ledger.as_known_on("2024-02-10").usage_movements("2024-01", "2024-01")["overage"].to_list() == [0]
    assert ledger.with_view(where={"region": "US"}).usage_movements("2024-02", "2024-02")["committed"].to_list() == [500]
    assert ledger.with_view(unit="parent").movements("2024-02", "2024-02")["closing"].to_list() == [10_500]
    assert ledger.by_segment("region").mrr("2024-03").to_dicts()[1]["mrr"] == 500
    due = ledger.available_to_renew("2024-Q2")
    assert (due.logo_churn.n, due.logo_churn.value) == (1, 1.0)
    causes = ledger.movements("2024-02", "2024-02", by_cause=True).to_dicts()
    assert ("usage", 4_000) in [(row["cause"], row["contraction"]) for row in causes]


def test_bytes_hold_a_ledger_of_usage() -> None:
    contracts = {"account": ["acme"], "start": ["2024-01-01"], "end": ["2025-01-01"], "amount_minor": [120_000]}
    ledger = sj.Ledger.from_usage(contracts, kind="prepaid", as_of="2024-03-01")
    again = sj.Ledger.from_bytes(ledger.to_bytes())
    assert again == ledger
    again.apply({**contracts, "account": ["birch"]})
    assert again.usage_movements("2024-01", "2024-01")["committed"].to_list() == [20_000]


def test_movements_in_several_currencies_show_usage_at_the_rates_of_the_opening() -> None:
    rows = {"account": ["a", "b"], "start": ["2024-01-01"] * 2, "end": [None] * 2, "mrr_minor": [1000, 2000]}
    rates = {"currency": ["EUR"] * 3, "month": ["2023-12", "2024-01", "2024-02"], "rate": ["1.1", "1.2", "1.3"]}
    used = {"account": ["a"], "start": ["2024-02-01"], "amount_minor": [500], "kind": ["consumption"], "currency": ["EUR"]}
    mixed = sj.Ledger({**rows, "currency": ["EUR", "USD"]}, rates=rates, report_in="USD", as_of="2024-03-01").with_usage(
        used
    )
    shown = mixed.movements("2024-02", "2024-02")
    assert (shown["consumed"].to_list(), shown["overage"].to_list()) == ([600], [600])
    assert shown.options["usage_rates"] == "those of each opening"
    assert mixed.usage_movements("2024-02", "2024-02")["consumed"].to_list() == [600]
    with pytest.raises(sj.SchemaError, match="ask a ledger of one currency"):
        mixed.commitments()
    plain = sj.Ledger(rows, as_of="2024-03-01").with_usage({**used, "currency": ["USD"]})
    assert "consumed" in plain.movements("2024-02", "2024-02").columns and "usage_rates" not in plain.options


def test_movements_by_unit_show_usage() -> None:
    rows = {
        "account": ["a", "b"],
        "start": ["2024-01-01"] * 2,
        "end": [None] * 2,
        "mrr_minor": [1000, 2000],
    }
    groups = {"account": ["a", "b"], "parent": ["north", "south"]}
    used = {
        "account": ["a", "b", "c"],
        "start": ["2024-02-01"] * 3,
        "amount_minor": [500, 70, 3],
        "kind": ["consumption"] * 3,
    }
    ledger = sj.Ledger(rows, parent=groups, as_of="2024-04-01").with_usage(used)
    ledger.set_parent("a", "south", since="2024-03-01")
    for table in (
        ledger.movements("2024-02", "2024-03", unit="parent"),
        ledger.movements("2024-02", "2024-03", unit="account"),
        ledger.with_view(unit="parent").movements("2024-02", "2024-03"),
    ):
        assert table["consumed"].to_list() == [573, 0] and table["overage"].to_list() == [573, 0]
    both = ledger.movements("2024-02", "2024-03", unit=("account", "parent"))
    assert both["consumed"].to_list() == [573, 573, 0, 0]
    each = ledger.movements("2024-02", "2024-03", split_by="parent").to_dicts()
    assert sum(row["consumed"] for row in each) == 573
    found = {(row["period"], row["parent"]): (row["closing"], row["consumed"]) for row in each}
    # Who only consumes has a row too; usage stands with the last owner of its rows.
    assert found["2024-02", "c"] == (0, 3)
    assert found["2024-02", "south"] == (2000, 570)
