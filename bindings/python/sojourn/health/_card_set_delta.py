"""Two cycles of a set of cards compared: every account under the card it has now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sojourn._frames.columns import column
from sojourn.health._delta import Delta

if TYPE_CHECKING:
    from sojourn.health import CardSetResult

_NAMES = ("before", "now", "total", "value", "coverage", "rules", "model", "trend")


def delta_of_sets(before: CardSetResult, now: CardSetResult, dead_band: float) -> Delta:
    """See `CardSetResult.delta`. Each account's row is that of its card of now against its card of then."""
    then = dict(zip(before._accounts, before.table()["card"], strict=True))
    here = dict(zip(now._accounts, now.table()["card"], strict=True))
    pairs = {(then.get(key), card) for key, card in here.items()}
    found = {pair: _by_account(before, now, pair[0], pair[1], dead_band) for pair in sorted(pairs, key=str)}
    accounts = list(here)
    rows = [found[then.get(key), here[key]].rows[key] for key in accounts]
    gone = [key for key in then if key not in here]
    scores = dict(zip(before._accounts, before.table()["score"], strict=True))
    nothing = float("nan")
    lost = [{**dict.fromkeys(_NAMES, nothing), "before": scores[key], "trend": "lost"} for key in gone]
    signals = list(dict.fromkeys(name for pair in found.values() for name in pair.signals))
    parts: dict[str, Any] = {
        "table": {name: column([row[name] for row in (*rows, *lost)], name) for name in _NAMES},
        "method": "sampled" if any(pair.method == "sampled" for pair in found.values()) else "exact",
    }
    for kind in ("values", "coverages"):
        split = [getattr(found[then.get(key), here[key]], kind)[key] for key in accounts]
        parts[kind] = {name: column([row.get(name, nothing) for row in split], name) for name in signals}
    options = {"dead_band": dead_band, "previous": before.options, **now.options}
    return Delta(parts, now._accounts, gone, options)


class _Compared:
    """The accounts of one card of now, against one card of then."""

    def __init__(self, delta: Delta) -> None:
        self.rows = {row["account"]: row for row in delta.to_dicts()}
        self.values = {row["account"]: row for row in delta.values.to_dicts()}
        self.coverages = {row["account"]: row for row in delta.coverages.to_dicts()}
        self.signals = [name for name in delta.values.columns if name != "account"]
        self.method = delta.method


def _by_account(before: CardSetResult, now: CardSetResult, then: Any, card: str, dead_band: float) -> _Compared:
    """Accounts that are new have no card of then; any part of then lacks them."""
    earlier = before.parts[then] if then in before.parts else next(iter(before.parts.values()))
    return _Compared(now.parts[card].delta(earlier, dead_band=dead_band))
