"""Data for trying things out: an account set of any size with known truth, and published facts with their sources."""

from __future__ import annotations

import dataclasses
import datetime
import math
from typing import Literal

from sojourn import _core
from sojourn._frames.dates import calendar_day
from sojourn._frames.periods import days_since
from sojourn._frames.table import Table
from sojourn.datasets.facts import fader_hardie, sfo_2017_nps
from sojourn.errors import SchemaError

__all__ = ["AccountSet", "acme", "fader_hardie", "sfo_2017_nps"]


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class AccountSet:
    """The tables of a made-up company as they stand on `as_of`, and the truth that made its accounts leave."""

    as_of: datetime.date
    seed: int
    accounts: Table
    subscriptions: Table
    usage: Table
    signals: Table
    tickets: Table
    nps: Table
    csat: Table
    sponsors: Table
    contracts: Table
    truth: Table
    coefficients: Table
    base_hazards: dict[str, float]

    @property
    def tables(self) -> dict[str, Table]:
        """The ten tables by name."""
        names = ("accounts", "subscriptions", "usage", "signals", "tickets", "nps", "csat", "sponsors", "contracts", "truth")
        return {name: getattr(self, name) for name in names}

    @property
    def expected_churn_90d(self) -> float:
        """The expected number of active accounts that leave within 90 days: the sum of their true probabilities."""
        return math.fsum(p for p in self.truth["churn_90d"] if p is not None)

    def __repr__(self) -> str:
        sizes = ", ".join(f"{name} {len(table):,}" for name, table in self.tables.items())
        return f"AccountSet(as_of={self.as_of}, seed={self.seed}: {sizes})"


def acme(
    n: int = 3000,
    seed: int = 7,
    *,
    first_day: datetime.date | str = "2022-01-01",
    last_day: datetime.date | str = "2025-01-01",
    as_of: datetime.date | str | None = None,
    usage: Literal["weekly", "latest"] = "weekly",
    account_ids: Literal["text", "number"] = "text",
    threads: int = 1,
) -> AccountSet:
    """A deterministic account set with known truth. The three days are first days of a calendar quarter.

    Accounts sign up from `first_day` until `last_day`; the tables hold what happened before `as_of` (`last_day` by default).
    An earlier `as_of` of the same set shows the same accounts earlier, so its `truth` can be checked against what followed.
    `usage="latest"` leaves the weekly table empty, for large `n`. Same arguments, same bytes, on every machine.
    """
    _choice("usage", usage, ("weekly", "latest"))
    _choice("account_ids", account_ids, ("text", "number"))
    last = calendar_day(last_day, "last_day")
    observed = last if as_of is None else calendar_day(as_of)
    tables = _core.datasets.acme(
        accounts=n,
        seed=seed,
        first_day=days_since(calendar_day(first_day, "first_day")),
        last_day=days_since(last),
        as_of=days_since(observed),
        weekly=usage == "weekly",
        text_keys=account_ids == "text",
        threads=threads,
    )
    options = {"n": n, "seed": seed, "as_of": observed.isoformat()}
    made = {name: Table(columns, options=options, title=f"acme: {name}") for name, columns in tables.items()}
    coefficients = Table(_core.datasets.acme_coefficients(), title="acme: factors of the monthly hazard")
    return AccountSet(
        as_of=observed, seed=seed, **made, coefficients=coefficients, base_hazards=_core.datasets.acme_base_hazards()
    )


def _choice(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise SchemaError(f"{name} is {value!r}; accepted: {', '.join(allowed)}")
