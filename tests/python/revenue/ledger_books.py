"""Subscriptions that several tests build ledgers of, and the published periods with their results."""

from __future__ import annotations

import csv
import random
from pathlib import Path
from typing import Any

import sojourn as sj

DATA = Path(__file__).resolve().parents[3] / "examples" / "data"
Table = dict[str, list[Any]]
Row = tuple[str, str, str | None, int]
COLUMNS = ("customer", "start", "end", "cents")
NAMES = {"account": "customer", "start": "start", "end": "end", "mrr": "cents"}

ROWS: Table = {
    "account": ["a", "a", "b", "c"],
    "start": ["2024-01-01", "2024-03-10", "2024-01-15", "2024-02-01"],
    "end": ["2024-03-10", None, "2024-02-20", None],
    "mrr": [1000, 1500, 700, 300],
}
"""Four periods of three accounts."""


def data(name: str) -> dict[str, list[str]]:
    """The columns of a published table, all text."""
    with open(DATA / name, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {column: [row[column] for row in rows] for column in rows[0]}


def table(rows: list[Row]) -> Table:
    return {name: [row[i] for row in rows] for i, name in enumerate(COLUMNS)}


def ledger_of(rows: list[Row]) -> sj.Ledger:
    """Under names that are not the usual ones."""
    return sj.Ledger(table(rows), **NAMES, as_of="2025-01-01")


def random_row(draw: random.Random) -> Row:
    year, month = draw.choice([2023, 2024]), draw.randint(1, 12)
    end = None if draw.random() < 0.4 else f"{year + 1}-{draw.randint(1, 12):02d}-15"
    return (f"c{draw.randint(1, 6)}", f"{year}-{month:02d}-03", end, draw.choice([0, 100, 2500, 4900]))


def shuffled(draw: random.Random, rows: Table) -> Table:
    order = list(range(len(next(iter(rows.values())))))
    draw.shuffle(order)
    return {name: [values[i] for i in order] for name, values in rows.items()}
