"""A card tested as it would have been used: scored on days of the past, judged by what happened afterwards."""

from __future__ import annotations

import datetime
from typing import Any, Literal

from sojourn import _core
from sojourn._core import Estimate
from sojourn._core.frames import Column
from sojourn._frames.arguments import checked
from sojourn._frames.columns import OpenTable, columns
from sojourn._frames.dates import date_reading
from sojourn._frames.periods import date_of, day_of, day_or_none
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.health._learn import LearnedWeights, learn_weights, signal_parts
from sojourn.health._scorecard import Scorecard
from sojourn.health._validation import Validation, tier_table, validate_scores


@checked
class Backtest:
    """How a card did on later data; `counts` says how each row of the panel was used."""

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
        self._training: Column
        self._panel: dict[str, Column]
        self._days: tuple[int, int | None]

    @property
    def outcome(self) -> Column:
        """True where a test row's account left in its window, missing for rows that do not test."""
        return self._outcome

    @property
    def training_outcome(self) -> Column:
        """The same for training rows."""
        return self._training

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
        """Churn rate of the test rows by tier, with intervals; the option `order` says whether it falls from tier to
        tier.
        """
        return tier_table(self._tier, self._outcome, list(self.card.tiers), self.options["level"])

    def signals(self) -> Table:
        """What each signal predicts alone: signal, auc, information_value. A very high value is a reason to distrust the
        signal.
        """
        return Table({"signal": self.card.signals, **self._signals}, options=self.options, title="Signals one by one")

    def gates(
        self,
        *,
        red_lift: float = 3.0,
        foreseen_share: float = 2 / 3,
        days_before: tuple[int, int] = (60, 90),
        best_tier_share: float = 0.8,
    ) -> Table:
        """Three gates that practitioners use: gate, value, low, high, threshold, verdict.

        The worst tier leaves at `red_lift` times the rate of all; of those who left, `foreseen_share` stood below the
        best tier when last seen `days_before` they left (the options count those not seen then); at most
        `best_tier_share` of the book is in the best tier. "passed, perhaps by chance": the interval reaches across the
        threshold.
        """
        seen = self._panel
        found = _core.health.gates(
            seen["as_of"],
            seen["account"],
            self._tier,
            seen["left_on"],
            self._outcome,
            list(self.card.tiers),
            *self._days,
            red_lift,
            foreseen_share,
            days_before,
            best_tier_share,
            self.options["level"],
        )
        names, values, thresholds, verdicts = zip(*found["gates"], strict=True)
        shown = {
            "gate": names,
            "value": [v.value for v in values],
            "low": [v.low for v in values],
            "high": [v.high for v in values],
            "threshold": thresholds,
            "verdict": verdicts,
        }
        counts = {name: found[name] for name in ("foreseen", "in_best_tier", "not_seen")}
        options = {**self.options, "days_before": days_before, **counts}
        return Table({name: list(column) for name, column in shown.items()}, options=options, title="Gates")

    def lead_time(self) -> dict[str, Estimate]:
        """Days from an account's first red row to its departure, on the test rows: quartiles, and the share never red."""
        seen = self._panel
        found = _core.health.first_red(
            seen["as_of"],
            seen["account"],
            self._tier,
            seen["left_on"],
            list(self.card.tiers),
            *self._days,
            self.options["level"],
        )
        for estimate in found.values():
            estimate.options = self.options
        return found

    def plot(self, ax: Any = None) -> Any:
        """Churn rate by tier on the test rows."""
        return self.tiers().plot(ax)

    def __repr__(self) -> str:
        area = self.auc
        interval = f"[{area.low:.3f}, {area.high:.3f}]"
        return f"Backtest({self.card.name}: AUC {area.value:.3f} {interval}, {self.test_events:,} departures)"


@checked
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
    test_until: datetime.date | str | None = None,
    known_until: datetime.date | str,
    compare: Scorecard | Literal["learned"] | None = None,
    ridge: float = 1.0,
    replicates: int = 1000,
    seed: int = 1,
    level: float = 0.95,
    threads: int = 0,
    timezone: datetime.tzinfo | str | None = None,
    date_format: str | None = None,
) -> Backtest:
    """Tests a card on a panel: one row per account and day, with its signals as of that day and the day it left (or
    none).

    Departures count from `gap` days after the row for `horizon` days. Rows from `test_from` on (by default the later
    half of the days) and before `test_until` test; earlier ones train, unless they lie within the `embargo`. Departures
    are known up to `known_until`; windows that have not ended are left out and counted. A signal `observed_at` after its
    row is refused. With `compare` a second card, or "learned" weights from the training rows, is tested on the same
    rows, with a bootstrap by account of the difference. Moments need the `timezone` on whose calendar their day is meant;
    `date_format` states how text writes a day.
    """
    wanted = {"account": account, "as_of": as_of, "left_on": left_on, "observed_at": observed_at}
    dates, clocks = date_reading(timezone, date_format), date_reading(timezone)
    panel = OpenTable(panel, dates)
    found = columns(panel, wanted)
    known = day_of(known_until, "known_until", clocks)
    starts = _later_half(found["as_of"]) if test_from is None else day_of(test_from, "test_from", clocks)
    ends = day_or_none(test_until, "test_until", clocks)
    split = _core.health.split_panel(
        found["as_of"], found["left_on"], found.get("observed_at"), gap, horizon, starts, known, embargo, ends
    )
    embargo_used = gap + horizon if embargo is None else embargo
    options = {
        "gap": gap,
        "horizon": horizon,
        "embargo": embargo_used,
        "test_from": date_of(starts).isoformat(),
        "known_until": date_of(known).isoformat(),
    }
    name = compare if compare is None or isinstance(compare, str) else compare.name
    options.update({"compare": name, "ridge": ridge, "seed": seed, "level": level})
    result = Backtest(card, split["counts"], split["events"], options)
    scored = card.score(panel, account=None, timezone=timezone, date_format=date_format, threads=threads).table()
    result._tier, result._outcome, result._training = scored["tier"], split["test"], split["train"]
    result._panel, result._days = found, (starts, ends)
    result.validation = validate_scores(scored["score"], split["test"], threads=threads)
    result._signals = _core.health.signal_checks(*signal_parts(card, panel, threads), split["test"])
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
    second = result.other.score(panel, account=None, timezone=timezone, date_format=date_format, threads=threads).table()[
        "score"
    ]
    result.other_validation = validate_scores(second, split["test"], threads=threads)
    paired = _core.health.compare_auc(
        scored["score"], second, split["test"], found["account"], replicates, seed, level, threads
    )
    result.difference, result.share_not_better = paired["difference"], paired["share_not_better"]
    result.difference.options = options
    result.replicates = paired["replicates"]
    return result


def _leaks(signals: list[str], checks: dict[str, Any]) -> list[str]:
    found = []
    for signal, area, value, suspicious in zip(
        signals, *(checks[n] for n in ("auc", "information_value", "suspicious")), strict=True
    ):
        if suspicious:
            found.append(
                f'"{signal}" alone predicts very well (AUC {area:.3f}, information value {value:.2f}): '
                "was it known on the day?"
            )
    return found


def _later_half(days: Column) -> int:
    distinct = sorted({day for day in days if day is not None})
    if not distinct:
        raise SchemaError("the panel has no days")
    return day_of(distinct[len(distinct) // 2], "test_from")
