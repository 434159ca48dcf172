"""What a result says, as plain values that can be compared, and the rows that every argument is passed with."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Mapping
from typing import Any

import sojourn as sj
from sojourn._core.frames import Column
from sojourn._frames.table import Table

SPAN = ("2023-01", "2024-12")
DAYS = ("2024-02-05", "2024-09-01")
"""Two days on which different rows are known."""

COMMON: dict[str, list[Any]] = {
    "code_of_money": ["USD", "EUR", "USD", "EUR", "USD", "USD"],
    "bought": ["2023-01-02", "2023-02-02", "2023-07-02", "2023-03-02", "2024-02-02", "2023-01-02"],
    "bought_2": ["2023-02-02", "2023-06-02", "2023-08-02", "2023-05-02", "2024-03-02", "2023-04-02"],
    "recorded": ["2023-01-02", "2023-02-20", "2023-08-01", "2024-03-01", "2024-03-10", "2023-01-02"],
    "withdrawn": [None, None, None, None, None, "2024-05-01"],
    "plan": ["basic", "pro", "basic", "pro", "basic", None],
    "why": ["seats", None, "voluntary", "price", None, "other"],
    "belongs_to": ["north", "north", "south", "south", "west", "south"],
}
KEYS = ["a", "a", "b", "c", "d", "b"]
OTHER_KEYS = ["a", "b", "b", "c", "c", "d"]
STARTS = ["2023-01-10", "2023-02-15", "2023-07-01", "2023-03-20", "2024-02-01", "2023-01-05"]
OTHER_STARTS = ["2023-02-10", "2023-03-15", "2023-08-01", "2023-04-20", "2024-03-01", "2023-02-05"]
ENDS = ["2024-02-20", None, "2024-04-30", "2024-06-15", None, "2023-06-01"]
OTHER_ENDS = ["2024-05-20", "2024-06-01", "2024-07-10", None, None, "2023-07-01"]
AMOUNTS = [5000, 1000, 700, 300, 900, 450]
OTHER_AMOUNTS = [6000, 900, 800, 500, 100, 450]

PERIODS = {
    "account": KEYS,
    "key_2": OTHER_KEYS,
    "start": STARTS,
    "from_2": OTHER_STARTS,
    "end": ENDS,
    "to_2": OTHER_ENDS,
    "mrr": AMOUNTS,
    "paid_2": OTHER_AMOUNTS,
    **COMMON,
}
PRICES = {
    "account": KEYS,
    "key_2": OTHER_KEYS,
    "start": STARTS,
    "from_2": OTHER_STARTS,
    "amount": AMOUNTS,
    "paid_2": OTHER_AMOUNTS,
    "end": ENDS,
    "to_2": OTHER_ENDS,
    "sub_2": ["x", "y", "x", "x", "x", "y"],
    "sub_3": ["x", "x", "x", "x", "x", "x"],
    "day_2": ["2024-01-15", None, "2024-02-02", None, "2024-05-05", None],
    "day_3": ["2024-03-15", None, "2024-03-02", None, "2024-06-05", None],
    "early_2": ["2023-03-15", "2023-04-02", "2023-08-02", None, None, None],
    "late_2": ["2023-05-15", "2023-06-02", "2023-09-02", "2023-06-05", "2024-06-05", "2023-04-05"],
    "first_2": ["2023-01-10", "2023-02-15", "2023-07-01", "2023-03-20", "2024-02-01", "2023-01-05"],
    "first_3": ["2023-02-10", "2023-03-15", "2023-07-21", "2023-04-20", "2024-03-01", "2023-02-05"],
    "many_2": [12, 3, 1, 2, 1, 1],
    "unit_2": ["month", "year", "month", "month", "quarter", "month"],
    "some_2": [10, 20, 30, 40, 50, 60],
    "share_2": [1000, 0, 500, 0, 0, 0],
    "term_2": ["one_time", "recurring", "one_time", "recurring", "recurring", "recurring"],
    "flag_2": [True, False, False, True, False, False],
    **COMMON,
}
INVOICES = {
    "account": KEYS,
    "key_2": OTHER_KEYS,
    "service_start": STARTS,
    "from_2": OTHER_STARTS,
    "service_end": ["2024-02-20", "2024-02-15", "2024-04-10", "2024-06-15", "2024-08-01", "2023-06-01"],
    "to_2": ["2024-03-20", "2024-04-15", "2024-05-10", "2024-07-15", "2024-09-01", "2023-07-01"],
    "amount": [50000, 10000, 7000, 3000, 9000, 4500],
    "paid_2": [60000, 10000, 7000, 3500, 9000, 4500],
    "kind_2": ["recurring", "usage", "recurring", "one_off", "recurring", "recurring"],
    "sub_2": ["x", "y", "x", "x", "x", "y"],
    "sub_3": ["x", "x", "x", "x", "x", "x"],
    "day_2": ["2024-01-15", None, "2024-02-02", None, "2024-05-05", None],
    "day_3": ["2024-03-15", None, "2024-03-02", None, "2024-06-05", None],
    "full_from_2": ["2023-01-10", "2023-01-01", "2023-06-01", "2023-03-01", "2024-01-01", "2023-01-01"],
    "full_from_3": ["2023-01-01", "2023-01-01", "2023-05-01", "2023-02-01", "2024-01-01", "2022-12-01"],
    "full_to_3": ["2024-04-01", "2024-05-01", "2024-06-01", "2024-08-01", "2024-10-01", "2023-08-01"],
    "full_to_2": ["2024-03-01", "2024-04-01", "2024-05-01", "2024-07-01", "2024-09-01", "2023-07-01"],
    "some_2": [100, 200, 300, 400, 500, 600],
    "term_2": ["one_time", "recurring", "one_time", "recurring", "recurring", "recurring"],
    **COMMON,
}
SNAPSHOTS = {
    "account": KEYS,
    "key_2": OTHER_KEYS,
    "month": ["2023-01-01", "2023-02-01", "2023-07-01", "2023-03-01", "2024-02-01", "2023-01-01"],
    "month_2": ["2023-02-01", "2023-03-01", "2023-08-01", "2023-04-01", "2024-03-01", "2023-02-01"],
    "mrr": AMOUNTS,
    "paid_2": OTHER_AMOUNTS,
    **COMMON,
}
CHANGES = {
    "account": KEYS,
    "key_2": OTHER_KEYS,
    "when": ["2023-01-10", "2023-01-10", "2023-07-01", "2023-03-20", "2024-02-01", "2023-09-05"],
    "when_2": OTHER_STARTS,
    "mrr_after": AMOUNTS,
    "paid_2": OTHER_AMOUNTS,
    "sub_2": ["x", "y", "x", "x", "x", "y"],
    "sub_3": ["x", "x", "x", "x", "x", "x"],
    **COMMON,
}
USAGE = {
    "account": KEYS,
    "key_2": OTHER_KEYS,
    "start": STARTS,
    "from_2": OTHER_STARTS,
    "month_2": ["2023-02", "2023-03", "2023-08", "2023-04", "2024-03", "2023-02"],
    "amount": AMOUNTS,
    "paid_2": OTHER_AMOUNTS,
    "kind_2": ["minimum", "minimum", "consumption", "minimum", "consumption", "minimum"],
    "to_2": OTHER_ENDS,
    "sub_2": ["x", "y", "x", "x", "x", "y"],
    "sub_3": ["x", "x", "x", "x", "x", "x"],
    **COMMON,
}
MONTHS = [f"{year}-{month:02d}" for year in (2022, 2023, 2024) for month in range(1, 13)]


def rates(most: int) -> dict[str, list[Any]]:
    """A rate per month of the euro and the dollar."""
    values = [f"1.{i % most}" for i in range(len(MONTHS))]
    return {"currency": ["EUR"] * len(MONTHS) + ["USD"] * len(MONTHS), "month": MONTHS * 2, "rate": values + values[::-1]}


RATES, OTHER_RATES = rates(7), rates(5)
IN_CURRENCIES = {"currency": "code_of_money", "rates": RATES, "report_in": "GBP"}


def many_periods() -> dict[str, list[Any]]:
    """Enough accounts for every rate to have an interval; some leave and return, and some change their plan."""
    draw = random.Random(3)
    table: dict[str, list[Any]] = {
        name: [] for name in ("account", "start", "end", "mrr", "plan", "why", "belongs_to", "recorded", "withdrawn")
    }
    for row in range(120):
        start = datetime.date(2022, 6, 1) + datetime.timedelta(days=draw.randint(0, 800))
        end = None if draw.random() < 0.3 else start + datetime.timedelta(days=draw.randint(20, 400))
        key = draw.randint(0, 29)
        values = (
            "abcd"[row] if row < 4 else f"k{key}",
            str(start),
            end and str(end),
            draw.choice([500, 700, 1900, 4900]),
            draw.choice(["basic", "pro"]),
            draw.choice(["seats", "price", "voluntary", None]),
            ["north", "south", "west"][key % 3],
            str(start + datetime.timedelta(days=draw.choice([0, 5, 90]))),
            str(start + datetime.timedelta(days=300)) if draw.random() < 0.1 else None,
        )
        for name, value in zip(table, values, strict=True):
            table[name].append(value)
    return table


MANY = many_periods()


def part(table: Mapping[str, list[Any]], *rows: int) -> dict[str, list[Any]]:
    return {name: [values[row] for row in rows] for name, values in table.items()}


def rewritten(table: Mapping[str, list[Any]], write: Callable[[datetime.date], str]) -> dict[str, list[Any]]:
    """The table with every day written in another way."""

    def other(value: Any) -> Any:
        is_day = isinstance(value, str) and len(value) == 10 and value[4] == "-"
        return write(datetime.date.fromisoformat(value)) if is_day else value

    return {name: [other(value) for value in values] for name, values in table.items()}


def slashed(table: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """Days that may be read in two orders."""
    return rewritten(table, lambda day: f"{day.month % 12 + 1:02d}/{day.month:02d}/{day.year}")


def zoned(table: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """Moments that fall on another day in another zone."""
    return rewritten(table, lambda day: f"{day}T02:00:00+00:00")


def tried(read: Callable[[], Any]) -> Any:
    try:
        return told(read())
    except sj.Error as refused:
        return type(refused).__name__


def told(thing: Any) -> Any:
    """Everything but options and titles: an argument that only shows up there did nothing."""
    if isinstance(thing, sj.Ledger):
        return _of_ledger(thing)
    if isinstance(thing, sj.Estimate):
        return (repr(thing.value), repr(thing.low), repr(thing.high), thing.n, thing.reason)
    if isinstance(thing, sj.Amount):
        return (int(thing), thing.ticks)
    if isinstance(thing, Column):
        return [repr(value) for value in thing.to_list()]
    if isinstance(thing, bytes):
        return thing
    if type(thing).__name__.endswith("State"):
        return [thing.to_bytes() if hasattr(thing, "to_bytes") else None, getattr(thing, "owned", None)]
    if isinstance(thing, Table):
        more = {name: told(value) for name, value in vars(thing).items() if not name.startswith("_") and name not in HIDDEN}
        return ({name: told(thing[name]) for name in thing.columns}, more, thing.options.get("currency"))
    if isinstance(thing, Mapping):
        return {repr(key): told(value) for key, value in thing.items()}
    if isinstance(thing, (list, tuple)):
        return [told(value) for value in thing]
    if type(thing).__module__.startswith("sojourn."):
        shown = {name: told(value) for name, value in vars(thing).items() if not name.startswith("_") and name not in HIDDEN}
        for name in ("table", "average", "movements", "cohorts", "counts"):
            if isinstance(getattr(thing, name, None), dict):
                shown[name] = told(getattr(thing, name))
            elif callable(getattr(thing, name, None)):
                shown[name] = tried(lambda name=name: getattr(thing, name)(*(SPAN if _needs_span(thing, name) else ())))
        return shown
    return repr(thing)


HIDDEN = ("options", "title")


def _needs_span(thing: Any, name: str) -> bool:
    return name == "movements" and type(thing).__name__ == "BySegment"


def _of_ledger(ledger: sj.Ledger) -> dict[str, Any]:
    names = sorted(ledger._facts.source.common.labels)
    questions: dict[str, Callable[[], Any]] = {
        "counts": lambda: ledger.counts,
        "shape": lambda: (ledger.accounts, ledger.currency, str(ledger.as_of)),
        "movements": lambda: ledger.movements(*SPAN),
        "commitments": lambda: ledger.commitments(),
        "causes": lambda: ledger.movements(*SPAN, by_cause=True),
        "segments": lambda: [ledger.by_segment(name) for name in names] if names else ledger.by_segment(),
        "state": lambda: ledger.state(*SPAN),
        "cohorts": lambda: ledger.cohorts(first=SPAN[0], last=SPAN[1], by="quarter"),
        "tenure": lambda: ledger.tenure(),
        "due": lambda: ledger.available_to_renew("2024-Q2"),
        "parents": lambda: _of_parents(ledger.with_view(unit="parent")),
        **{
            f"parents known {day}": lambda day=day: ledger.as_known_on(day, as_of="2024-12-31").movements(
                *SPAN, split_by="parent"
            )
            for day in DAYS
        },
        **{f"known {day}": lambda day=day: ledger.as_known_on(day, as_of="2024-12-31").movements(*SPAN) for day in DAYS},
        **{f"explain {key}": lambda key=key: ledger.explain(key, "2024") for key in "abcd"},
    }
    return {name: tried(read) for name, read in questions.items()}


def _of_parents(ledger: sj.Ledger) -> Any:
    return [told(ledger.movements(*SPAN)), [tried(lambda key=key: ledger.explain(key, "2024")) for key in ("north", "west")]]
