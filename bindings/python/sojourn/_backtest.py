"""A card tested as it would have been used: scored on days of the past, judged by what happened afterwards."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Literal

from sojourn import _core
from sojourn._input import columns
from sojourn._learn import LearnedWeights, learn_weights, signal_parts
from sojourn._table import Table
from sojourn._validation import Validation, tier_table, validate_scores
from sojourn.errors import SchemaError

if TYPE_CHECKING:
    from sojourn._core import Column, Estimate
    from sojourn.health import Scorecard

_EPOCH = datetime.date(1970, 1, 1)
LEAK_AUC = 0.95
LEAK_INFORMATION = 0.5


class Backtest:
    """How a card did out of time; `counts` says what became of every row of the panel."""

    def __init__(self, card: Scorecard, counts: dict[str, int], events: tuple[int, int], options: dict[str, Any]) -> None:
        self.card = card
        self.counts = counts
        self.training_events, self.test_events = events
        self.options = options
        self.learned: LearnedWeights | None = None
        self.other: Scorecard | None = None
        self.other_validation: Validation | None = None
        self.difference: Estimate | None = None
        self.share_not_better: float | None = None
        self.replicates = 0
        self.warnings: list[str] = []
        self.validation: Validation
        self._signals: dict[str, Any] = {}
        self._tier: Column
        self._outcome: Column

    @property
    def auc(self) -> Estimate:
        """Area under the curve of the card on the test rows; see `Validation.auc`."""
        return self.validation.auc(level=self.options["level"])

    def table(self) -> Table:
        """The measures of the card, and of the one it is compared with: card, measure, value, low, high, n."""
        parts = [(self.card.name, self.validation)]
        if self.other_validation is not None:
            parts.append((self.options["compare"], self.other_validation))
        rows = [{"card": name, **row} for name, part in parts for row in part.table(level=self.options["level"]).to_dicts()]
        return Table({key: [row[key] for row in rows] for key in rows[0]}, options=self.options, title="Backtest")

    def tiers(self) -> Table:
        """Churn rate of the test rows by tier, with intervals; the option `order` says whether it falls from tier to tier."""
        return tier_table(self._tier, self._outcome, list(self.card.tiers), self.options["level"])

    def signals(self) -> Table:
        """What each signal alone says: signal, auc, information_value. Very much is a reason to distrust it."""
        return Table({"signal": self.card.signals, **self._signals}, options=self.options, title="Signals one by one")

    def plot(self, ax: Any = None) -> Any:
        """Churn rate by tier on the test rows."""
        return self.tiers().plot(ax)

    def __repr__(self) -> str:
        area = self.auc
        return f"Backtest({self.card.name}: AUC {area.value:.3f} [{area.low:.3f}, {area.high:.3f}], {self.test_events:,} departures)"


def backtest(
    card: Scorecard,
    panel: Any,
    *,
    account: str = "account_id",
    as_of: str = "as_of",
    left_on: str = "left_on",
    observed_at: str | None = None,
    gap: int = 0,
    horizon: int = 90,
    embargo: int | None = None,
    test_from: datetime.date | str | None = None,
    known_until: datetime.date | str,
    compare: Scorecard | Literal["learned"] | None = None,
    ridge: float = 1.0,
    replicates: int = 1000,
    seed: int = 1,
    level: float = 0.95,
    threads: int = 0,
) -> Backtest:
    """Tests a card on a panel: one row an account and day, with its signals as of that day and the day it left (or none).

    Departures count from `gap` days after the row for `horizon` days. Rows from `test_from` on test (by default the later half
    of the days); earlier ones train, unless they lie within the `embargo`. Departures are known up to `known_until`; windows
    that are not over are left out and counted. A signal `observed_at` after its row is refused. With `compare` a second card,
    or "learned" weights from the training rows, is tested on the same rows, with a bootstrap by account of the difference.
    """
    wanted = {"account": account, "as_of": as_of, "left_on": left_on, "observed_at": observed_at}
    found = columns(panel, wanted)
    known = _days("known_until", known_until)
    starts = _later_half(found["as_of"]) if test_from is None else _days("test_from", test_from)
    split = _core.split_panel(found["as_of"], found["left_on"], found.get("observed_at"), gap, horizon, starts, known, embargo)
    embargo_used = gap + horizon if embargo is None else embargo
    options = {"gap": gap, "horizon": horizon, "embargo": embargo_used, "test_from": _iso(starts), "known_until": _iso(known)}
    name = compare if compare is None or isinstance(compare, str) else compare.name
    options.update({"compare": name, "ridge": ridge, "seed": seed, "level": level})
    result = Backtest(card, split["counts"], split["events"], options)
    scored = card.score(panel, account=account, threads=threads).table()
    result._tier, result._outcome = scored["tier"], split["test"]
    result.validation = validate_scores(scored["score"], split["test"], threads=threads)
    result._signals = _core.signal_checks(*signal_parts(card, panel, threads), split["test"])
    result.warnings = _leaks(card.signals, result._signals)
    if split["counts"]["test"] == 0:
        result.warnings.append("no row tests: every test window ends after known_until")
    if compare is None:
        return result
    if compare == "learned":
        result.learned = learn_weights(card, panel, split["train"], ridge=ridge, threads=threads)
        result.warnings += result.learned.warnings
        result.other = result.learned.card
    elif isinstance(compare, str):
        raise SchemaError(f'compare is {compare!r}; accepted: a Scorecard, "learned" or None')
    else:
        result.other = compare
    second = result.other.score(panel, account=account, threads=threads).table()["score"]
    result.other_validation = validate_scores(second, split["test"], threads=threads)
    paired = _core.compare_auc(scored["score"], second, split["test"], found["account"], replicates, seed, level, threads)
    result.difference, result.share_not_better = paired["difference"], paired["share_not_better"]
    result.difference.options = options
    result.replicates = paired["replicates"]
    return result


def _leaks(signals: list[str], checks: dict[str, Any]) -> list[str]:
    said = []
    for signal, area, value in zip(signals, checks["auc"], checks["information_value"], strict=True):
        if max(area, 1 - area) > LEAK_AUC or value > LEAK_INFORMATION:
            said.append(f'"{signal}" alone tells a lot (AUC {area:.3f}, information value {value:.2f}): was it known on the day?')
    return said


def _later_half(days: Column) -> int:
    distinct = sorted({day for day in days if day is not None})
    if not distinct:
        raise SchemaError("the panel has no days")
    return _days("test_from", distinct[len(distinct) // 2])


def _days(name: str, when: Any) -> int:
    if isinstance(when, str):
        try:
            when = datetime.date.fromisoformat(when)
        except ValueError:
            raise SchemaError(f'{name} is {when!r}; accepted: a datetime.date or "YYYY-MM-DD"') from None
    if not isinstance(when, datetime.date) or isinstance(when, datetime.datetime):
        raise SchemaError(f'{name} is {when!r}; accepted: a datetime.date or "YYYY-MM-DD"')
    return (when - _EPOCH).days


def _iso(days: int) -> str:
    return (_EPOCH + datetime.timedelta(days=days)).isoformat()
