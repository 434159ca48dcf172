"""The columns of a file that a card asks for, as its normalisers take them."""

from __future__ import annotations

import json
from typing import Any

from sojourn._core.frames import Column
from sojourn.cli._cells import optional_flags
from sojourn.cli._files import File
from sojourn.cli._numbers import numbers
from sojourn.cli._options import FileOptions
from sojourn.errors import DataError
from sojourn.health import Scorecard


def signal_columns(card: Scorecard, file: File, written: FileOptions) -> dict[str, Column]:
    """Columns by name. Text becomes numbers where a signal of the card is one; a cell that is none is an error."""
    signals: dict[str, Any] = json.loads(card.to_json())["signals"]
    days = {signal["observed_at"] for signal in signals.values() if "observed_at" in signal}
    return {
        name: _days(name, file) if name in days else _column(name, signals.get(name), file, written)
        for name in card.inputs
        if name in file.columns
    }


def _column(name: str, signal: Any, file: File, written: FileOptions) -> Column:
    held = file[name]
    norm = None if signal is None else signal.get("norm", "identity")
    kind = norm if norm is None or isinstance(norm, str) else next(iter(norm))
    if held.type != "text" or kind == "map":
        return held
    if kind == "recency":
        return _days(name, file)
    if kind == "bool":
        file.read_as[name] = "yes and no"
        return Column.from_sequence(optional_flags(held, name), name=name)
    try:
        found = numbers(held.to_list(), name, written.decimal)
    except DataError:
        if signal is not None:
            raise
        return held  # a label or a day that a rule or a segment of the card reads
    file.read_as[name] = "numbers"
    return Column.from_sequence(found, name=name)


def _days(name: str, file: File) -> Column:
    return file.days(name, "day")
