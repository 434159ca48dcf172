"""The scores if signals had other values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from sojourn import _core
from sojourn._core.frames import Column
from sojourn._frames.columns import column, take_rows
from sojourn.errors import SchemaError
from sojourn.health._cycle import ScoredCycle, keys_asked_for, rows_of, with_days

Result = TypeVar("Result", bound=ScoredCycle)


def what_if(cycle: Result, accounts: Any, changes: Mapping[str, Any]) -> Result:
    """See `HealthResult.what_if`."""
    inputs = dict(cycle._inputs)
    keys, signals = cycle._accounts, cycle._previous_signals
    if accounts is not None:
        wanted = keys_asked_for(accounts)
        rows = rows_of(keys, wanted)
        keys = column(wanted, "account")
        inputs = {name: take_rows(values, rows) for name, values in inputs.items()}
        signals = None if signals is None else {name: take_rows(values, rows) for name, values in signals.items()}
    for name, value in changes.items():
        if name not in inputs:
            raise SchemaError(f'the card reads no column "{name}"; it reads: {", ".join(inputs)}')
        old = inputs[name]
        inputs[name] = value if isinstance(value, Column) else _repeated(value, name, len(old))
        inputs[name] = with_days(cycle.card, {name: inputs[name]}, cycle._dates)[name]
        if len(inputs[name]) != len(keys):
            raise SchemaError(f'"{name}" has {len(inputs[name])} values for {len(keys)} accounts')
    if cycle.as_of is not None:
        for name in _core.health.card_days(cycle.card._core, list(changes)):
            inputs[name] = column([cycle.as_of] * len(keys), name)
    scores = None if cycle._previous_scores is None else [keys, *cycle._previous_scores[1:]]
    manual = None if cycle._manual is None else cycle._manual.of(keys)
    by_hand = None if manual is None else manual.values
    book = cycle.card._core.score(inputs, cycle._days, scores, cycle._threads, signals, by_hand)
    return type(cycle)(
        cycle.card,
        book,
        accounts=keys,
        inputs=inputs,
        source={"account_id" if cycle._account is None else cycle._account: keys, **inputs},
        as_of=cycle.as_of,
        threads=cycle._threads,
        previous_scores=scores,
        previous_signals=signals,
        manual=manual,
        dates=cycle._dates,
        account="account_id" if cycle._account is None else cycle._account,
    )


def _repeated(value: Any, name: str, rows: int) -> Column:
    """One value for all rows, or a column with one value per row."""
    single = value is None or isinstance(value, (str, bytes, int, float)) or not hasattr(value, "__len__")
    return column([float("nan") if value is None else value] * rows, name) if single else column(value, name)
