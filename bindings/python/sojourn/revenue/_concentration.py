"""How much of the whole a few accounts hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sojourn import _core
from sojourn._core import Estimate
from sojourn._frames.arguments import checked, is_whole
from sojourn._frames.columns import column
from sojourn._frames.periods import first_day, span_of
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.revenue._core_ledger import CoreLedger

_DRAWS = {"replicates": 1000, "seed": 1}


@checked
def concentration(
    values: Any,
    *,
    top: int | Iterable[int] = (1, 10),
    by: Any = None,
    zeros: str = "left_out",
    as_population: bool = True,
    replicates: int | None = None,
    seed: int | None = None,
    level: float = 0.95,
) -> Any:
    """Shares of the largest, Herfindahl-Hirschman index, effective number and Gini coefficient of what each account pays.

    `values`: one per account (or parent), 0 or more; whole numbers are summed exactly. `top`: the shares to read. Accounts
    that pay nothing are left out and counted in `.left_out`; `zeros="included"` keeps them, which moves the Gini only. With
    `by=` a Table with one row per segment. As a census of today the numbers have no interval; `as_population=False` takes
    the accounts as a draw from such accounts and adds one, by drawing them `replicates` times (1,000) with replacement,
    from `seed` (1).
    """
    wanted = tops(top)
    draws = draws_of(as_population, replicates, seed)
    options = {"top": wanted, "zeros": zeros, "as_population": as_population, "level": level, **draws}
    labels, found = _core.revenue.concentration(
        column(values, "values"),
        by=None if by is None else column(by, "by"),
        top=list(wanted),
        zeros=zeros,
        as_population=as_population,
        **_DRAWS | draws,
        level=level,
    )
    each = [Concentration(one, options) for one in found]
    if by is None:
        return each[0]
    segments: list[str | None] = [*labels, None]
    if labels and each[-1].n + each[-1].left_out + each[-1].missing == 0:
        segments, each = segments[:-1], each[:-1]
    rows = [one._row() for one in each]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    return Table({"segment": segments, **columns}, options=options, title="Concentration by segment")


def tops(top: Any) -> tuple[int, ...]:
    """The numbers of accounts whose share is asked for."""
    wanted = (top,) if is_whole(top) else tuple(top)
    if not all(is_whole(one) for one in wanted):
        raise SchemaError(f"top is {top!r}; accepted: a whole number, or several")
    return tuple(int(one) for one in wanted)


def draws_of(as_population: bool, replicates: int | None, seed: int | None) -> dict[str, int]:
    """How accounts are drawn, where they are; a census draws none."""
    asked = {name: value for name, value in (("replicates", replicates), ("seed", seed)) if value is not None}
    if not as_population:
        return _DRAWS | asked
    if asked:
        raise SchemaError(f"{' and '.join(asked)} draw accounts, which a census does not: give as_population=False too")
    return {}


def concentration_of(
    ledger: CoreLedger,
    period: Any,
    top: Any,
    zeros: str,
    as_population: bool,
    draws: dict[str, int],
    level: float,
) -> Concentration:
    """Concentration of MRR at the end of the period."""
    month, months = span_of(period)
    end = first_day(month + months)
    wanted = tops(top)
    found = _core.revenue.mrr_concentration(
        ledger.compiled,
        end,
        top=list(wanted),
        zeros=zeros,
        as_population=as_population,
        **_DRAWS | draws,
        level=level,
    )
    options = {**ledger.options, "period": str(period), "top": wanted, "zeros": zeros, "as_population": as_population}
    return Concentration(found, {**options, "level": level, **draws, "complete": end <= ledger.known_until})


@checked
class Concentration:
    """How much of the whole a few accounts hold. Each number is an Estimate; `float(...)` gives its value."""

    def __init__(self, found: _core.revenue.Concentration, options: dict[str, Any]) -> None:
        self.options = options
        self._found = found

    @property
    def hhi(self) -> Estimate:
        """Sum of squared shares, 1/n to 1; times 10,000 it is the index in points."""
        return self._with_options(self._found.hhi)

    @property
    def effective(self) -> Estimate:
        """1 / hhi: as many equal accounts would be as concentrated."""
        return self._with_options(self._found.effective)

    @property
    def gini(self) -> Estimate:
        """0 = all alike; of these accounts as they are (the population form)."""
        return self._with_options(self._found.gini)

    @property
    def gini_sample(self) -> Estimate:
        """gini x n / (n - 1), for accounts that are a sample; undefined for one account."""
        return self._with_options(self._found.gini_sample)

    def top(self, n: int) -> Estimate:
        """Share of the `n` largest accounts together; one of the `top` that were asked for."""
        if n not in self._found.top:
            raise SchemaError(f"top {n} was not asked for; ask with top={(*self._found.top, n)}")
        return self._with_options(self._found.shares[self._found.top.index(n)])

    @property
    def n(self) -> int:
        """Accounts counted."""
        return self._found.hhi.n

    @property
    def left_out(self) -> int:
        """Accounts that pay nothing and were left out."""
        return self._found.left_out

    @property
    def missing(self) -> int:
        """Values that were missing."""
        return self._found.missing

    @property
    def reason(self) -> str | None:
        """Why the numbers are undefined."""
        return self._found.hhi.reason

    def table(self) -> Table:
        """One row per number, with its interval where it has one."""
        named = {"hhi": self.hhi, "effective": self.effective, "gini": self.gini, "gini_sample": self.gini_sample}
        named |= {f"top_{n}": self.top(n) for n in self._found.top}
        columns: dict[str, Any] = {"measure": list(named)}
        for field in ("value", "low", "high"):
            columns[field] = [getattr(one, field) for one in named.values()]
        return Table(columns, options=self.options, title="Concentration")

    def _row(self) -> dict[str, Any]:
        shares = {f"top_{n}": self.top(n).value for n in self._found.top}
        numbers = {"hhi": self.hhi.value, "effective": self.effective.value, **shares}
        counts = {"n": self.n, "left_out": self.left_out, "missing": self.missing}
        return {**counts, **numbers, "gini": self.gini.value, "gini_sample": self.gini_sample.value}

    def _with_options(self, found: Estimate) -> Estimate:
        found.options = self.options
        return found

    def __repr__(self) -> str:
        if self.reason is not None:
            return f"Concentration(undefined: {self.reason}, {self.left_out} left out)"
        shares = ", ".join(f"top {n}: {self.top(n).value:.1%}" for n in self._found.top)
        return f"Concentration({self.n} accounts, hhi {self.hhi.value:.4g}, {shares}, gini {self.gini.value:.3g})"
