"""Two cycles of one book compared: what moved each score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sojourn import _core
from sojourn._core.frames import Column
from sojourn._frames.arguments import checked
from sojourn._frames.columns import column
from sojourn._frames.table import Table
from sojourn.charts.health import delta_waterfall
from sojourn.errors import SchemaError
from sojourn.health._cycle import ScoredCycle, keys_asked_for, rows_of
from sojourn.health._plots import plot_delta


@checked
class Delta(Table):
    """What moved each score between two cycles: account, before, now, total, value, coverage, rules, model, trend.

    `value` is the effect of what customers did, `coverage` of what became known, unknown or old, `rules` of rules and
    smoothing, `model` of a changed card; they add up to `total`. Accounts that are gone come last. `values` and
    `coverages` split the first two by signal; `method` is "sampled" where that needed sampling.
    """

    def __init__(self, found: Mapping[str, Any], accounts: Column, gone: Sequence[Any], options: Mapping[str, Any]) -> None:
        keys: Any = [*accounts, *gone] if gone else accounts
        super().__init__({"account": keys, **found["table"]}, options=options, plot=plot_delta, title="What changed")
        self.values = Table(
            {"account": accounts, **found["values"]}, options=options, title="Points by the value of each signal"
        )
        self.coverages = Table(
            {"account": accounts, **found["coverages"]}, options=options, title="Points by the coverage of each signal"
        )
        self.method: str = found["method"]

    def effects(self, account: Any, *, top: int | None = None) -> Table:
        """One account's change, signal by signal, the largest first: signal, value, coverage."""
        row = _row_of(self.values["account"], account)
        names = [name for name in self.values.columns if name != "account"]
        parts = [(name, self.values[name][row], self.coverages[name][row]) for name in names]
        moved = [part for part in parts if part[1] + part[2] == part[1] + part[2]]
        moved.sort(key=lambda part: -abs(part[1] + part[2]))
        kept = moved if top is None else moved[:top]
        cells = {"signal": [p[0] for p in kept], "value": [p[1] for p in kept], "coverage": [p[2] for p in kept]}
        return Table(cells if kept else {name: column([], name) for name in cells}, options=self.options)

    def waterfall(self, account: Any = None, *, top: int = 5) -> dict[str, Any]:
        """A Vega-Lite picture from the score before to the score now: of one account, or the mean of all that have both."""
        both = [row for row, total in enumerate(self["total"]) if total == total]
        if account is not None:
            asked = _row_of(self["account"], account)
            both = [row for row in both if row == asked]
        if not both:
            raise SchemaError(
                "there is no account with a score in both cycles"
                if account is None
                else f"{account!r} has no score in both cycles"
            )
        effects = {name: _mean(values, both) for name, values in self._effects()}
        title = (
            "The mean health score of a cycle ago, and of now"
            if account is None
            else f"The health score of {account} a cycle ago, and now"
        )
        return delta_waterfall(_mean(self["before"], both), effects, _mean(self["now"], both), title=title, top=top)

    def _effects(self) -> list[tuple[str, Column]]:
        signals = [name for name in self.values.columns if name != "account"]
        return [
            *((name, self.values[name]) for name in signals),
            ("what is known", self["coverage"]),
            ("rules", self["rules"]),
            ("the card", self["model"]),
        ]


def _row_of(accounts: Column, account: Any) -> int:
    found = rows_of(accounts, keys_asked_for(account))
    if len(found) != 1:
        raise SchemaError(f"account names {len(found)} accounts; name one")
    return found[0]


def _mean(values: Column, rows: Sequence[int]) -> float:
    there = [value for value in (values[row] for row in rows) if value == value]
    return sum(there) / len(there) if there else 0.0


def delta(previous: ScoredCycle, current: ScoredCycle, dead_band: float) -> Delta:
    """See `HealthResult.delta`."""
    before, now = _snapshot(previous), _snapshot(current)
    again = None
    if previous.card != current.card and all(name in previous._inputs for name in current.card.inputs):
        columns = {name: previous._inputs[name] for name in current.card.inputs}
        signals, _, manual = previous._scored_with
        book = current.card._core.score(columns, previous._days, None, previous._threads, signals, manual)
        again = _core.health.health_snapshot(book, columns, previous._days, previous._threads, signals, manual)
    found = _core.health.health_delta(before, previous._accounts, now, current._accounts, again, dead_band)
    gone = [previous._accounts[row] for row in found["lost"]]
    options = {"dead_band": dead_band, "previous": previous.options, **current.options}
    return Delta(found, current._accounts, gone, options)


def _snapshot(result: ScoredCycle) -> _core.health.HealthSnapshot:
    signals, _, manual = result._scored_with
    return _core.health.health_snapshot(result._book, result._inputs, result._days, result._threads, signals, manual)
