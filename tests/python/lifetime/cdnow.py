"""The purchases of 2,357 customers of a music shop in 1997 and 1998, on whom the models of purchases were published."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import NamedTuple

CALIBRATION_END = datetime.date(1997, 9, 30)


class Customers(NamedTuple):
    """Repeat purchases until the end of calibration; times in weeks."""

    x: list[int]
    t_x: list[float]
    T: list[float]
    mean: list[float]
    first_day: list[int]
    """Days since 31 December 1996."""


def cdnow_log(shared_dir: Path) -> list[tuple[str, datetime.date, float]]:
    """Customer, day and dollars of every purchase."""
    lines = [line.split() for line in (shared_dir / "data" / "cdnow_sample.txt").read_text().splitlines()]
    return [(customer, datetime.date.fromisoformat(day), float(dollars)) for _, customer, day, _, dollars in lines]


def cdnow(shared_dir: Path, end: datetime.date = CALIBRATION_END) -> Customers:
    """Purchases of one day are one."""
    days: dict[str, dict[datetime.date, float]] = {}
    for customer, date, dollars in cdnow_log(shared_dir):
        if date <= end:
            of = days.setdefault(customer, {})
            of[date] = of.get(date, 0.0) + dollars
    found = Customers([], [], [], [], [])
    for of in days.values():
        first, last, repeats = min(of), max(of), len(of) - 1
        found.x.append(repeats)
        found.t_x.append((last - first).days / 7)
        found.T.append((end - first).days / 7)
        found.mean.append((sum(of.values()) - of[first]) / repeats if repeats else 0.0)
        found.first_day.append((first - datetime.date(1996, 12, 31)).days)
    return found
