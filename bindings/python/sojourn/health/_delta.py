"""Two cycles of one book compared, other values tried out, and the way to a better tier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sojourn import _core
from sojourn._core.frames import Column
from sojourn._frames.columns import column
from sojourn._frames.table import Table
from sojourn.errors import DataError, SchemaError

if TYPE_CHECKING:
    from sojourn.health._cycle import HealthResult

__all__ = ["Delta", "Paths", "delta", "paths", "score_slopes", "what_if"]


class Delta(Table):
    """What moved each score between two cycles: account, before, now, total, value, coverage, rules, model, trend.

    `value` is what customers did, `coverage` what became known, unknown or old, `rules` what rules and smoothing did, `model` what
    a change of the card did; they add to `total`. Accounts that are gone come last. `values` and `coverages` split the first two by signal;
    `method` is "sampled" where that took sampling.
    """

    def __init__(self, found: Mapping[str, Any], accounts: Column, gone: Sequence[Any], options: Mapping[str, Any]) -> None:
        from sojourn.health._plots import plot_delta

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
        from sojourn.charts.health import delta_waterfall

        both = [row for row, total in enumerate(self["total"]) if total == total]
        if account is not None:
            both = [row for row in both if row == _row_of(self["account"], account)]
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


def _mean(values: Column, rows: Sequence[int]) -> float:
    there = [value for value in (values[row] for row in rows) if value == value]
    return sum(there) / len(there) if there else 0.0


def delta(previous: HealthResult, current: HealthResult, dead_band: float) -> Delta:
    """See `HealthResult.delta`."""
    before, now = _snapshot(previous), _snapshot(current)
    again = None
    if previous.card != current.card and all(name in previous._inputs for name in current.card.inputs):
        columns = {name: previous._inputs[name] for name in current.card.inputs}
        before_that, _, hand = previous._context
        book = current.card._core.score(columns, previous._days, None, previous._threads, before_that, hand)
        again = _core.health.health_snapshot(book, columns, previous._days, previous._threads, before_that, hand)
    found = _core.health.health_delta(before, previous._accounts, now, current._accounts, again, dead_band)
    gone = [previous._accounts[row] for row in found["lost"]]
    options = {"dead_band": dead_band, "previous": previous.options, **current.options}
    return Delta(found, current._accounts, gone, options)


def _snapshot(result: HealthResult) -> _core.health.HealthSnapshot:
    before, _, hand = result._context
    return _core.health.health_snapshot(result._book, result._inputs, result._days, result._threads, before, hand)


def score_slopes(results: Sequence[HealthResult], *, method: str, by: str) -> Table:
    """See `sojourn.score_slopes`."""
    if not results:
        raise SchemaError("there must be at least one result")
    if method not in ("least_squares", "theil_sen") or by not in ("cycle", "day"):
        raise SchemaError('method is "least_squares" or "theil_sen", by is "cycle" or "day"')
    times = [float(index) for index in range(len(results))]
    if by == "day":
        if any(result.as_of is None for result in results):
            raise SchemaError('by="day" needs the day of every result: score with as_of')
        times = [float(result._days) for result in results]
    accounts = results[-1]._accounts
    keys = list(accounts)
    history = []
    for result in results:
        scores = dict(zip(result._accounts, result.table()["score"], strict=True))
        history.append(column([scores.get(key, float("nan")) for key in keys], "score") if keys else column([], "score"))
    counts = [sum(1 for cycle in history if cycle[row] == cycle[row]) for row in range(len(keys))]
    slopes = _core.health.score_slopes(history, times, method)
    return Table(
        {"account": accounts, "slope": slopes, "scores": column(counts, "scores")}, options={"method": method, "by": by}
    )


def what_if(result: HealthResult, accounts: Any, changes: Mapping[str, Any]) -> HealthResult:
    """See `HealthResult.what_if`."""
    from sojourn.health._cycle import HealthResult as Result

    inputs = dict(result._inputs)
    keys, before, hand = result._accounts, result._before, result._hand
    if accounts is not None:
        wanted = [accounts] if isinstance(accounts, (str, bytes, int)) else list(accounts)
        rows = _rows_of(keys, wanted)
        keys = column(wanted, "account")
        inputs = {name: _take(values, rows, name) for name, values in inputs.items()}
        before = None if before is None else {name: _take(values, rows, name) for name, values in before.items()}
    for name, value in changes.items():
        if name not in inputs:
            raise SchemaError(f'the card reads no column "{name}"; it reads: {", ".join(inputs)}')
        old = inputs[name]
        inputs[name] = value if isinstance(value, Column) else _spread(value, name, len(old))
        if len(inputs[name]) != len(keys):
            raise SchemaError(f'"{name}" has {len(inputs[name])} values for {len(keys)} accounts')
    if result.as_of is not None:
        for name in _core.health.card_days(result.card._core, list(changes)):
            inputs[name] = column([result.as_of] * len(keys), name)
    then = None
    if result._then is not None:
        then = [keys, *result._then[1:]]
    hand = None if hand is None else hand.of(keys)
    book = result.card._core.score(
        inputs, result._days, then, result._threads, before, None if hand is None else hand.values
    )
    return Result(result.card, book, keys, inputs, inputs, result.as_of, result._threads, before, then, hand)


def _spread(value: Any, name: str, rows: int) -> Column:
    single = value is None or isinstance(value, (str, bytes, int, float)) or not hasattr(value, "__len__")
    return column([float("nan") if value is None else value] * rows, name) if single else column(value, name)


class Paths(Table):
    """The way of each account to the tier: account, status, wanted, score, score_then, tier_then, cost, method.

    `steps` names the signals to improve: account, signal, value (the raw value to reach) or label, s_before, s, points, cost. `status` is
    reached, already_there, out_of_reach, held_down (a rule does not let it) or no_score; `method` exact or greedy.
    """

    def __init__(self, found: Mapping[str, Any], accounts: Sequence[Any], options: Mapping[str, Any]) -> None:
        super().__init__(_named(found["paths"], accounts), options=options, title="The way to a better tier")
        self.steps = Table(_named(found["steps"], accounts), options=options, title="Steps to a better tier")


def _named(found: dict[str, Column], accounts: Sequence[Any]) -> dict[str, Any]:
    rows = found.pop("row").to_list()
    return {"account": [accounts[row] for row in rows] if rows else column([], "account"), **found}


def paths(
    result: HealthResult,
    tier: str | None,
    accounts: Any,
    goal: str,
    costs: Mapping[str, float] | None,
    limits: Mapping[str, float] | None,
) -> Paths:
    """See `HealthResult.path_to`."""
    if goal not in ("fewest", "cheapest"):
        raise SchemaError('goal is "fewest" (signals) or "cheapest"')
    tiers = result.table()["tier"]
    if accounts is None:
        wanted = list(result._accounts)
    else:
        wanted = [accounts] if isinstance(accounts, (str, bytes, int)) else list(accounts)
    rows = [] if accounts is None else _rows_of(result._accounts, wanted)
    costs, limits = costs or {}, limits or {}
    efforts = [
        _core.health.Effort(name, costs.get(name, 1.0), limits.get(name, 1.0)) for name in dict.fromkeys([*costs, *limits])
    ]
    options = {"goal": goal, "tier": tier, "costs": dict(costs), "limits": dict(limits), **result.options}
    inputs, standing, before = result._inputs, tiers, result._before
    keys = result._accounts if accounts is None else column(wanted, "account")
    if accounts is not None:
        inputs = {name: _take(values, rows, name) for name, values in inputs.items()}
        standing = column([tiers[row] for row in rows], "tier")
        before = None if before is None else {name: _take(values, rows, name) for name, values in before.items()}
    found = _core.health.health_paths(
        result.card._core,
        inputs,
        standing,
        result._days,
        tier or "",
        goal,
        efforts,
        before,
        None if result._hand is None else result._hand.of(keys).values,
    )
    return Paths(found, wanted, options)


def _take(values: Column, rows: Sequence[int], name: str) -> Column:
    """These rows of a column."""
    found = _core.health.take(values, column(list(rows), "row"))
    if found is not None:
        return found
    cells = [values[row] for row in rows]
    there = any(cell is not None for cell in cells)
    return column(cells if there else [float("nan")] * len(cells), name)


def _row_of(accounts: Column, account: Any) -> int:
    return _rows_of(accounts, [account])[0]


def _rows_of(accounts: Column, wanted: Sequence[Any]) -> list[int]:
    places = {key: row for row, key in enumerate(accounts)}
    for key in wanted:
        if key not in places:
            raise DataError(f"there is no account {key!r} in this result")
    return [places[key] for key in wanted]
