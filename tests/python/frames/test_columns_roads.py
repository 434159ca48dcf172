"""Random tables by every road, for every function that reads tables: equal bytes, or one error with one column and row."""

from __future__ import annotations

import datetime
import random
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

import sojourn as sj
from table_roads import ROADS, Held, Table, read_once

DAY = datetime.date
TEXT_IDS = ["007", "7", "+1", "00000000000000000001", "12345678901234567890", "Å b", "٣", "1e3", "x,y", "a;b", "None of us"]
FAR = [None, DAY(2099, 12, 31), DAY(9999, 12, 31)]
SEEDS = range(4)


@dataclass(frozen=True)
class Case:
    """A function with the random tables that it reads."""

    make: Callable[[random.Random], dict[str, Held]]
    answer: Callable[[Any], Any]
    """What it says about a table as a road gives it."""
    broken: dict[str, Any]
    """By column: a value that it must not hold."""


def some(random_: random.Random, rows: int, value: Callable[[], Any], gaps: float = 0.0) -> list[Any]:
    return [None if random_.random() < gaps else value() for _ in range(rows)]


def day(random_: random.Random) -> DAY:
    return DAY(2023, 1, 1) + datetime.timedelta(random_.randrange(700))


def keys(random_: random.Random, rows: int) -> Held:
    if random_.random() < 0.5:
        return Held("text", some(random_, rows, lambda: random_.choice(TEXT_IDS)))
    wide = random_.random() < 0.5
    return Held("id", some(random_, rows, lambda: random_.randrange(-(1 << 40), 1 << 40) if wide else random_.randrange(9)))


def one_key_each(random_: random.Random, rows: int) -> Held:
    return Held("text", random_.sample([f"{text}{place}" for text in TEXT_IDS for place in range(rows)], rows))


def cents(random_: random.Random, rows: int, gaps: float = 0.0) -> Held:
    top = random_.choice([100, 20_000, 1 << 33])
    return Held("cents", some(random_, rows, lambda: random_.choice([0, random_.randrange(1, top)]), gaps))


def span(random_: random.Random, rows: int) -> tuple[list[DAY], list[Any]]:
    starts = [day(random_) for _ in range(rows)]
    ends = [
        random_.choice([*FAR, start + datetime.timedelta(random_.randrange(400)), start + datetime.timedelta(30)])
        for start in starts
    ]
    return starts, ends


def labels(random_: random.Random, rows: int) -> Held:
    return Held("text", some(random_, rows, lambda: random_.choice(["pro", "free", "Ü"]), 0.2))


def periods(random_: random.Random) -> dict[str, Held]:
    rows = random_.randrange(1, 40)
    starts, ends = span(random_, rows)
    return {
        "account_id": keys(random_, rows),
        "start": Held("day", starts),
        "end": Held("day", ends),
        "mrr_minor": cents(random_, rows),
        "plan": labels(random_, rows),
    }


def text_periods(random_: random.Random) -> dict[str, Held]:
    table = periods(random_)
    return {**table, "account_id": Held("text", [str(key) for key in table["account_id"].values])}


def known_periods(random_: random.Random) -> dict[str, Held]:
    table = periods(random_)
    recorded = [value + datetime.timedelta(random_.randrange(40)) for value in table["start"].values]
    gone = [random_.choice([None, value + datetime.timedelta(1 + random_.randrange(40))]) for value in recorded]
    return {**table, "known_from": Held("day", recorded), "known_until": Held("day", gone)}


def in_currencies(random_: random.Random) -> dict[str, Held]:
    table = periods(random_)
    codes = some(random_, len(table["start"].values), lambda: random_.choice(["EUR", "usd", " JPY "]))
    return {**table, "currency": Held("text", codes)}


def rates(random_: random.Random) -> dict[str, Held]:
    months = [f"{year}-{month:02}" for year in (2022, 2023, 2024, 2025) for month in range(1, 13)]
    rows = [(code, month, 1 + random_.randrange(1000) / 1000) for code in ("EUR", "JPY") for month in months]
    return {
        "currency": Held("text", [row[0] for row in rows]),
        "month": Held("month", [row[1] for row in rows]),
        "rate": Held("weight", [row[2] for row in rows]),
    }


def snapshots(random_: random.Random) -> dict[str, Held]:
    cells = [(who, month) for who in range(random_.randrange(1, 6)) for month in range(1, 13) if random_.random() < 0.7]
    cells = cells or [(0, 1)]
    random_.shuffle(cells)
    return {
        "account_id": Held("text", [TEXT_IDS[who] for who, _ in cells]),
        "month": Held("month", [f"2024-{month:02}" for _, month in cells]),
        "mrr_cents": cents(random_, len(cells)),
    }


def changes(random_: random.Random) -> dict[str, Held]:
    rows = random_.randrange(1, 30)
    moments = [
        datetime.datetime(2024, 1, 1)
        + datetime.timedelta(random_.randrange(300), random_.randrange(86_400), random_.randrange(9))
        for _ in range(rows)
    ]
    return {"account_id": keys(random_, rows), "date": Held("moment", moments), "mrr_minor": cents(random_, rows)}


def prices(random_: random.Random) -> dict[str, Held]:
    rows = random_.randrange(1, 25)
    starts, ends = span(random_, rows)
    return {
        "account_id": keys(random_, rows),
        "amount_minor": cents(random_, rows),
        "start": Held("day", starts),
        "end": Held("day", ends),
        "quantity": Held("count", some(random_, rows, lambda: random_.randrange(1, 100))),
        "interval": Held("text", some(random_, rows, lambda: random_.choice(["month", "year"]))),
    }


def invoices(random_: random.Random) -> dict[str, Held]:
    rows = random_.randrange(1, 25)
    starts = [day(random_) for _ in range(rows)]
    ends = [start + datetime.timedelta(random_.choice([28, 30, 31, 365])) for start in starts]
    return {
        "account_id": keys(random_, rows),
        "service_start": Held("day", starts),
        "service_end": Held("day", ends),
        "amount_cents": Held("cents", some(random_, rows, lambda: random_.randrange(1, 90_000))),
    }


def answers(top: int, low: int = 0) -> Callable[[random.Random], dict[str, Held]]:
    def made(random_: random.Random) -> dict[str, Held]:
        rows = random_.randrange(1, 60)
        return {
            "score": Held("score", some(random_, rows, lambda: random_.randrange(low, top + 1), 0.1)),
            "team": Held("text", some(random_, rows, lambda: random_.choice(["a", "ß"]))),
            "w": Held("weight", some(random_, rows, lambda: random_.choice([0.0, 0.25, 1.5, 1e-3]))),
            "n": Held("count", some(random_, rows, lambda: random_.randrange(0, 50))),
        }

    return made


def surveys(random_: random.Random) -> dict[str, Held]:
    rows = random_.randrange(1, 40)
    sent = [day(random_) for _ in range(rows)]
    answered = [random_.choice([None, when + datetime.timedelta(random_.randrange(20))]) for when in sent]
    return {
        "sent": Held("day", sent),
        "answered": Held("day", answered),
        "delivered": Held("flag", [True if when is not None else random_.random() < 0.8 for when in answered]),
    }


def lifetimes(random_: random.Random) -> dict[str, Held]:
    rows = random_.randrange(2, 50)
    return {
        "time": Held("age", some(random_, rows, lambda: random_.randrange(1, 100))),
        "left": Held("flag", some(random_, rows, lambda: random_.random() < 0.5)),
        "plan": Held("text", some(random_, rows, lambda: random_.choice(["x", "y"]))),
        "n": Held("count", some(random_, rows, lambda: random_.randrange(1, 9))),
    }


def signals(random_: random.Random) -> dict[str, Held]:
    rows = random_.randrange(1, 40)
    return {
        "account_id": one_key_each(random_, rows),
        "seen": Held("day", some(random_, rows, lambda: day(random_), 0.2)),
        "use": Held("weight", some(random_, rows, lambda: round(random_.uniform(-1, 8), 6), 0.2)),
        "plan": Held("text", some(random_, rows, lambda: random_.choice(["pro", "free", "other"]), 0.1)),
    }


def contracts(random_: random.Random) -> dict[str, Held]:
    rows = random_.randrange(1, 30)
    ends = [day(random_) for _ in range(rows)]
    again = [random_.choice([None, when + datetime.timedelta(random_.randrange(40))]) for when in ends]
    worth = [None if when is None else random_.randrange(1, 9_999_999) for when in again]
    return {
        "account_id": keys(random_, rows),
        "term_end": Held("day", ends),
        "value_minor": Held("cents", some(random_, rows, lambda: random_.randrange(1, 9_999_999))),
        "renewed_on": Held("day", again),
        "renewed_value_minor": Held("cents", worth),
    }


CARD = sj.Scorecard.from_json(
    {
        "sojourn": 1,
        "card": "c",
        "min_coverage": 0,
        "signals": {
            "seen": {"norm": {"recency": {"half_life": 30}}},
            "use": {"norm": {"ramp": [0, 5]}},
            "plan": {"norm": {"map": {"pro": 1, "free": 0.2}}},
        },
        "tree": {"mean": [[3, "seen"], [2, "use"], [1, "plan"]]},
        "tiers": {"red": 0, "green": 50},
    }
)
AS_OF = "2024-12-15"
CORRECTED = {
    "account_id": ["one", "two"],
    "start": ["2024-01-01", "2024-02-01"],
    "end": [None, "2024-06-01"],
    "mrr_minor": [500, 700],
    "plan": ["pro", None],
}


def of_ledger(book: sj.Ledger) -> Any:
    accounts = [
        {**row, "account": str(row["account"])} for row in book.accounts_table("2024-06").to_dicts()
    ]  # files hold text
    return [bytes(book.state("2023-01", "2024-11").to_bytes()).hex(), accounts, sorted(book.counts.items())]


def corrected(held: Any) -> Any:
    book = sj.Ledger(CORRECTED, segment="plan", as_of=AS_OF)
    table = {name: read_once(held, list(CORRECTED))[name] for name in CORRECTED} if isinstance(held, dict) else held
    book.apply(table)
    return of_ledger(book)


def of_answers(score: Callable[..., Any], **how: Any) -> Callable[[Any], Any]:
    def answer(held: Any) -> Any:
        by_name = read_once(held, ["score", "team", "w", "n"])
        whole, weighed = score(by_name["score"], **how), score(by_name["score"], weights=by_name["w"], **how)
        teams = score(by_name["score"], by=by_name["team"], count=by_name["n"], **how)
        return [whole.to_dict() if hasattr(whole, "to_dict") else repr(whole), repr(weighed), teams.to_dicts()]

    return answer


def rate(held: Any) -> Any:
    by_name = read_once(held, ["sent", "answered", "delivered"])
    return repr(sj.response_rate(by_name["sent"], by_name["answered"], delivered=by_name["delivered"]))


def curves(held: Any) -> Any:
    by_name = read_once(held, ["time", "left", "plan", "n"])
    whole = sj.kaplan_meier(by_name["time"], by_name["left"], count=by_name["n"])
    parts = sj.kaplan_meier(by_name["time"], by_name["left"], by=by_name["plan"])
    return [list(whole.survival), list(whole.low), repr(parts.table().to_dicts() if hasattr(parts, "table") else parts)]


RATES = rates(random.Random(0))
CASES: dict[str, Case] = {
    "periods": Case(
        periods,
        lambda held: of_ledger(sj.Ledger(held, segment="plan", as_of=AS_OF)),
        {"start": DAY(1899, 12, 31), "account_id": None, "mrr_minor": -1},
    ),
    "knowledge": Case(
        known_periods,
        lambda held: of_ledger(
            sj.Ledger(held, segment="plan", as_of=AS_OF, known_from="known_from", known_until="known_until")
        ),
        {},
    ),  # fmt: skip
    "currencies": Case(
        in_currencies,
        lambda held: of_ledger(
            sj.Ledger(
                held,
                as_of=AS_OF,
                currency="currency",
                report_in="USD",
                fx="service_start",
                rates={name: one.values for name, one in RATES.items()},
            )  # fmt: skip
        ),
        {"currency": "XXQ"},
    ),
    "rates": Case(
        rates,
        lambda held: of_ledger(
            sj.Ledger(
                {**CORRECTED, "currency": ["EUR", "JPY"]},
                as_of=AS_OF,
                currency="currency",
                report_in="USD",
                fx="service_start",
                rates=held,
            )  # fmt: skip
        ),
        {"rate": -1.0},
    ),
    "snapshots": Case(
        snapshots, lambda held: of_ledger(sj.Ledger.from_snapshots(held, as_of=AS_OF)), {"mrr_cents": -1, "account_id": None}
    ),
    "tally of snapshots": Case(
        snapshots, lambda held: sj.Snapshots(held, "2024-01", "2024-11", as_of=AS_OF).movements().to_dicts(), {}
    ),
    "changes": Case(
        changes,
        lambda held: of_ledger(sj.Ledger.from_changes(held, mrr_after="mrr_minor", as_of=AS_OF)),
        {"account_id": None, "date": None},
    ),
    "prices": Case(prices, lambda held: of_ledger(sj.Ledger.from_prices(held, as_of=AS_OF)), {"account_id": None}),
    "invoices": Case(
        invoices, lambda held: of_ledger(sj.Ledger.from_invoices(held, as_of=AS_OF)), {"service_start": DAY(1899, 12, 31)}
    ),
    "corrections": Case(text_periods, corrected, {"mrr_minor": -1}),
    "nps": Case(answers(10), of_answers(sj.nps), {"score": 11, "w": -1.0, "n": -1}),
    "csat": Case(answers(5, 1), of_answers(sj.csat), {"score": 0}),
    "ces": Case(answers(7, 1), of_answers(sj.ces), {"score": 8}),
    "response rate": Case(surveys, rate, {"sent": None}),
    "survival": Case(lifetimes, curves, {"time": -1}),
    "scores": Case(
        signals,
        lambda held: CARD.score(held, as_of=AS_OF).table().to_dicts(),
        {"account_id": None},
    ),
    "renewals": Case(
        contracts,
        lambda held: sj.renewals(held, ("2024-01-01", "2024-11-01"), as_of=AS_OF).table().to_dicts(),
        {"value_minor": 0},
    ),
}


def outcome(case: Case, road: str, table: Table, seed: int, folder: Path) -> str:
    """What a function answers to a table by a road, or its error."""
    try:
        held = ROADS[road](table, random.Random(seed), folder)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", sj.InputWarning)
            return repr(case.answer(held))
    except sj.DataError as error:
        return f"DataError at {error.column}, row {error.row}"
    except sj.Error as error:
        return f"{type(error).__name__}: {error}"


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("road", [road for road in ROADS if road != "lists"])
def test_the_same_table_gives_the_same_bytes(name: str, road: str, tmp_path: Path) -> None:
    case = CASES[name]
    for seed in SEEDS:
        table = case.make(random.Random(f"{name} {seed}"))
        expected = outcome(case, "lists", table, seed, tmp_path)
        assert "Error" not in expected, expected
        assert outcome(case, road, table, seed, tmp_path) == expected, (seed, table)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.broken])
@pytest.mark.parametrize("road", [road for road in ROADS if road != "lists"])
def test_a_broken_cell_is_the_same_error(name: str, road: str, tmp_path: Path) -> None:
    case = CASES[name]
    for seed, (column, value) in enumerate(case.broken.items()):
        random_ = random.Random(f"{name} {column}")
        table = case.make(random_)
        values = list(table[column].values)
        values[random_.randrange(len(values))] = value
        table[column] = replace(table[column], values=values)
        if road == "xlsx" and value == DAY(1899, 12, 31):
            continue  # a workbook has no such days
        expected = outcome(case, "lists", table, seed, tmp_path)
        assert expected.startswith("DataError at ") and "None" not in expected, expected
        assert outcome(case, road, table, seed, tmp_path) == expected, (column, table)
