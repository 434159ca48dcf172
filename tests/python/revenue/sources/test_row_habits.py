"""Ends that are the last day with MRR, and rows that repeat: said, counted, never guessed."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

import sojourn as sj

AS_OF = "2024-07-01"
PERIODS: dict[str, list[Any]] = {
    "account": ["a", "a", "b", "c"],
    "start": ["2024-01-01", "2024-02-01", "2024-01-15", "2024-03-01"],
    "end": ["2024-01-31", "2024-02-29", "2024-03-31", None],
    "mrr": [100, 120, 50, 70],
}
MOVED = {**PERIODS, "end": ["2024-02-01", "2024-03-01", "2024-04-01", None]}
RATES = {"currency": ["EUR"] * 9, "month": [f"2023-{month}" for month in (10, 11, 12)] + [f"2024-0{m}" for m in range(1, 7)]}
RATES |= {"rate": [1.5] * 9}  # type: ignore[dict-item]


def known(table: dict[str, Any], **more: Any) -> sj.Ledger:
    return sj.Ledger({**table, "known": ["2024-01-01"] * 4}, known_from="known", as_of=AS_OF, **more, amounts="minor")


def euros(table: dict[str, Any], **more: Any) -> sj.Ledger:
    columns = {**table, "currency": ["EUR", "EUR", "USD", "USD"]}
    return sj.Ledger(columns, currency="currency", rates=RATES, report_in="USD", as_of=AS_OF, **more, amounts="minor")


def prices(table: dict[str, Any], **more: Any) -> sj.Ledger:
    columns = {"account_id": table["account"], "start": table["start"], "end": table["end"], "amount_minor": table["mrr"]}
    return sj.Ledger.from_prices(columns, **{"end": "end", **more}, as_of=AS_OF)


def invoices(table: dict[str, Any], **more: Any) -> sj.Ledger:
    ends = [end or "2024-04-15" for end in table["end"]]
    columns = {"account_id": table["account"], "service_start": table["start"], "service_end": ends}
    return sj.Ledger.from_invoices({**columns, "amount_minor": table["mrr"]}, as_of=AS_OF, **more)


ROADS: dict[str, Callable[..., sj.Ledger]] = {
    "periods": lambda table, **more: sj.Ledger(table, as_of=AS_OF, **more, amounts="minor"),
    "known": known,
    "currencies": euros,
    "prices": prices,
}


def moved(ledger: sj.Ledger) -> list[dict[str, Any]]:
    return ledger.movements("2024-01", "2024-06").to_dicts()


@pytest.mark.parametrize("road", [pytest.param(make, id=name) for name, make in ROADS.items()])
@pytest.mark.parametrize("how", [{"ends": "inclusive"}, {"end": "inclusive"}])
def test_inclusive_ends_are_moved_by_a_day(road: Callable[..., sj.Ledger], how: dict[str, str]) -> None:
    read = road(PERIODS, **how)
    assert moved(read) == moved(road(MOVED)) and read.options["ends"] == "inclusive"
    assert "ends" not in road(MOVED).options


@pytest.mark.parametrize("how", [{"ends": "inclusive"}, {"service_end": "inclusive"}])
def test_inclusive_ends_of_invoice_lines(how: dict[str, str]) -> None:
    later = {**MOVED, "end": [*MOVED["end"][:3], "2024-04-16"]}
    assert moved(invoices(PERIODS, **how)) == moved(invoices(later))


@pytest.mark.parametrize("kind", ["date", "moment", "numpy"])
def test_inclusive_ends_of_every_kind(kind: str) -> None:
    numpy = pytest.importorskip("numpy")
    days = [None if day is None else datetime.date.fromisoformat(day) for day in PERIODS["end"]]
    ends: Any = {
        "date": days,
        "moment": [None if day is None else datetime.datetime(day.year, day.month, day.day) for day in days],
        "numpy": numpy.array([numpy.datetime64("NaT" if day is None else str(day)) for day in days], dtype="datetime64[D]"),
    }[kind]
    assert moved(sj.Ledger({**PERIODS, "end": ends}, as_of=AS_OF, ends="inclusive", amounts="minor")) == moved(
        sj.Ledger(MOVED, as_of=AS_OF, amounts="minor")
    )


def test_inclusive_ends_straight_from_rows_and_in_corrections() -> None:
    given = {"start": "start", "end": "end", "mrr": "mrr", "amounts": "minor", "as_of": AS_OF}
    for tally in (sj.movements, sj.mrr_series):
        expected = tally(MOVED, "2024-01", "2024-06", **given)
        read = tally(PERIODS, "2024-01", "2024-06", **given, ends="inclusive")
        assert read.to_dicts() == expected.to_dicts() and read.options["ends"] == "inclusive"
    ledger = sj.Ledger(PERIODS, as_of=AS_OF, ends="inclusive", amounts="minor")
    late = {"account": ["d"], "start": ["2024-01-01"], "end": ["2024-01-31"], "mrr": [10]}
    ledger.apply(late)
    assert int(ledger.mrr("2024-01")) == int(sj.Ledger(MOVED, as_of=AS_OF, amounts="minor").mrr("2024-01")) + 10
    ledger.retract(late)
    assert moved(ledger) == moved(sj.Ledger(MOVED, as_of=AS_OF, amounts="minor"))


def test_an_unknown_rule_of_ends_is_refused() -> None:
    for make in (*ROADS.values(), invoices):
        with pytest.raises(sj.SchemaError, match='ends "including" is not one of exclusive, inclusive'):
            make(PERIODS, ends="including")


MONTHS = [f"2024-{month:02}" for month in range(1, 7)]
LAST = ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31", "2024-06-30"]
YEAR: dict[str, list[Any]] = {
    "account": ["a"] * 6,
    "start": [f"{month}-01" for month in MONTHS],
    "end": LAST,
    "mrr": [100, 101, 102, 103, 104, 105],
}


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda rows: sj.Ledger(rows, as_of=AS_OF, amounts="minor"), id="periods"),
        pytest.param(prices, id="prices"),
        pytest.param(invoices, id="invoices"),
        pytest.param(
            lambda rows: sj.Ledger({**rows, "known": rows["start"]}, known_from="known", as_of=AS_OF, amounts="minor"),
            id="known",
        ),
    ],
)
def test_gaps_of_one_day_name_the_option(make: Callable[..., sj.Ledger]) -> None:
    with pytest.warns(sj.InputWarning, match=r"5 of 5 gaps between periods .* exactly one day.*ends=\"inclusive\""):
        make(YEAR)
    make({**YEAR, "end": [*YEAR["start"][1:], "2024-07-01"]})


def test_single_gaps_of_one_day_are_no_habit() -> None:
    sj.Ledger({**YEAR, "end": [LAST[0], *YEAR["start"][2:], None]}, as_of=AS_OF, amounts="minor")
    sj.Ledger({**YEAR, "end": [*LAST[:2], *YEAR["start"][3:], None]}, as_of=AS_OF, amounts="minor")
    sj.Ledger(YEAR, as_of=AS_OF, ends="inclusive", amounts="minor")


def test_repeated_rows_are_counted_and_named_once() -> None:
    twice = {name: [*values, values[1], values[3]] for name, values in MOVED.items()}
    with pytest.warns(sj.InputWarning, match=r"2 rows repeat an earlier one .*row 4 repeats row 1") as caught:
        ledger = sj.Ledger(twice, as_of=AS_OF, amounts="minor")
        ledger.with_policy(sj.Policy.preset("stripe"))
    assert len(caught) == 1 and caught[0].filename == __file__
    assert ledger.counts["duplicates"] == 2 and "duplicates" not in sj.Ledger(MOVED, as_of=AS_OF, amounts="minor").counts
    log = {"account_id": ["a", "a"], "date": ["2024-01-05"] * 2, "change": [10, 10]}
    with pytest.warns(sj.InputWarning, match="1 row repeats an earlier one"):
        assert sj.Ledger.from_changes(log, change="change", as_of=AS_OF, amounts="minor").counts["duplicates"] == 1
