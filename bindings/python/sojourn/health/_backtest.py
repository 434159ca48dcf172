"""A card tested as it would have been used: scored on days of the past, judged by what happened afterwards."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, Literal

from sojourn import _core
from sojourn._core import Estimate
from sojourn._core.frames import Column
from sojourn._frames.columns import columns
from sojourn._frames.dates import calendar_day
from sojourn._frames.periods import date_of, days_since
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.health._learn import LearnedWeights, learn_weights, signal_parts
from sojourn.health._scorecard import Scorecard
from sojourn.health._validation import Validation, tier_table, validate_scores


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
        """Churn rate of the test rows by tier, with intervals; the option `order` says whether it falls from tier to tier."""
        return tier_table(self._tier, self._outcome, list(self.card.tiers), self.options["level"])

    def signals(self) -> Table:
        """What each signal alone says: signal, auc, information_value. Very much is a reason to distrust it."""
        return Table({"signal": self.card.signals, **self._signals}, options=self.options, title="Signals one by one")

    def gates(
        self,
        *,
        red_lift: float = 3.0,
        foreseen_share: float = 2 / 3,
        days_before: tuple[int, int] = (60, 90),
        best_tier_share: float = 0.8,
    ) -> Table:
        """Three gates of practice: gate, value, low, high, threshold, verdict.

        The worst tier leaves at `red_lift` times the rate of all; of those who left, `foreseen_share` stood below the best tier when
        last seen `days_before` they left (the options count those not seen then); at most `best_tier_share` of the book is in
        the best tier. "passed, perhaps by chance": the interval reaches to the other side.
        """
        seen = self._panel
        found = _core.health.gates(seen["as_of"], seen["account"], self._tier, seen["left_on"], self._outcome, list(self.card.tiers), *self._days,
                            red_lift, foreseen_share, days_before, best_tier_share, self.options["level"])  # fmt: skip
        names, values, thresholds, verdicts = zip(*found["gates"], strict=True)
        shown = {"gate": names, "value": [v.value for v in values], "low": [v.low for v in values], "high": [v.high for v in values],
                 "threshold": thresholds, "verdict": verdicts}  # fmt: skip
        counts = {name: found[name] for name in ("foreseen", "in_best_tier", "not_seen")}
        options = {**self.options, "days_before": days_before, **counts}
        return Table({name: list(column) for name, column in shown.items()}, options=options, title="Gates")

    def lead_time(self) -> dict[str, Estimate]:
        """Days from an account's first red row to its departure, on the test rows: quartiles, and the share never red."""
        seen = self._panel
        return _core.health.first_red(seen["as_of"], seen["account"], self._tier, seen["left_on"], list(self.card.tiers), *self._days,
                               self.options["level"])  # fmt: skip

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
    test_until: datetime.date | str | None = None,
    known_until: datetime.date | str,
    compare: Scorecard | Literal["learned"] | None = None,
    ridge: float = 1.0,
    replicates: int = 1000,
    seed: int = 1,
    level: float = 0.95,
    threads: int = 0,
) -> Backtest:
    """Tests a card on a panel: one row an account and day, with its signals as of that day and the day it left (or none).

    Departures count from `gap` days after the row for `horizon` days. Rows from `test_from` on (by default the later half
    of the days) and before `test_until` test; earlier ones train, unless they lie within the `embargo`. Departures are known up to `known_until`; windows
    that are not over are left out and counted. A signal `observed_at` after its row is refused. With `compare` a second card,
    or "learned" weights from the training rows, is tested on the same rows, with a bootstrap by account of the difference.
    """
    wanted = {"account": account, "as_of": as_of, "left_on": left_on, "observed_at": observed_at}
    found = columns(panel, wanted)
    known = days_since(calendar_day(known_until, "known_until"))
    starts = _later_half(found["as_of"]) if test_from is None else days_since(calendar_day(test_from, "test_from"))
    ends = None if test_until is None else days_since(calendar_day(test_until, "test_until"))
    split = _core.health.split_panel(
        found["as_of"], found["left_on"], found.get("observed_at"), gap, horizon, starts, known, embargo, ends
    )
    embargo_used = gap + horizon if embargo is None else embargo
    options = {
        "gap": gap,
        "horizon": horizon,
        "embargo": embargo_used,
        "test_from": _iso_day(starts),
        "known_until": _iso_day(known),
    }
    name = compare if compare is None or isinstance(compare, str) else compare.name
    options.update({"compare": name, "ridge": ridge, "seed": seed, "level": level})
    result = Backtest(card, split["counts"], split["events"], options)
    scored = card.score(panel, account=account, threads=threads).table()
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
    second = result.other.score(panel, account=account, threads=threads).table()["score"]
    result.other_validation = validate_scores(second, split["test"], threads=threads)
    paired = _core.health.compare_auc(
        scored["score"], second, split["test"], found["account"], replicates, seed, level, threads
    )
    result.difference, result.share_not_better = paired["difference"], paired["share_not_better"]
    result.difference.options = options
    result.replicates = paired["replicates"]
    return result


class BacktestSeries:
    """The same test at several times, `.tests`: each on rows of its own, trained on what was known before."""

    def __init__(self, tests: Sequence[Backtest]) -> None:
        self.tests = list(tests)

    def table(self) -> Table:
        """One row a test: test_from, accounts, departures, auc with interval, and of the other card, and the difference."""
        rows = [self._row(test) for test in self.tests]
        return Table({name: [row[name] for row in rows] for name in rows[0]}, options=self.tests[0].options, plot=_draw_series,
                     title="Tests over time")  # fmt: skip

    def plot(self, ax: Any = None) -> Any:
        """Area under the curve, test by test."""
        return self.table().plot(ax)

    @staticmethod
    def _row(test: Backtest) -> dict[str, Any]:
        area, gain = test.auc, test.difference
        other = None if test.other_validation is None else test.other_validation.auc(level=test.options["level"])
        return {
            "test_from": test.options["test_from"], "rows": test.counts["test"], "departures": test.test_events,
            "auc": area.value, "auc_low": area.low, "auc_high": area.high,
            "other_auc": None if other is None else other.value, "other_low": None if other is None else other.low,
            "other_high": None if other is None else other.high, "difference": None if gain is None else gain.value,
            "difference_low": None if gain is None else gain.low, "difference_high": None if gain is None else gain.high,
        }  # fmt: skip

    def __len__(self) -> int:
        return len(self.tests)

    def __repr__(self) -> str:
        areas = ", ".join(f"{test.options['test_from']}: {test.auc.value:.3f}" for test in self.tests)
        return f"BacktestSeries({areas})"


def backtest_over_time(
    card: Scorecard, panel: Any, *, splits: int | Sequence[datetime.date | str] = 3, as_of: str = "as_of", **options: Any
) -> BacktestSeries:
    """`backtest` at several times: `splits` of about equally many days each, or the days on which tests begin.

    No row tests twice. Training always lies before the test, by gap, horizon and embargo. Other options as for `backtest`.
    """
    if isinstance(splits, int):
        starts = [_iso_day(day) for day in _core.health.test_days(columns(panel, {"as_of": as_of})["as_of"], splits)]
    else:
        starts = sorted(calendar_day(day, "splits").isoformat() for day in splits)
    if not starts:
        raise SchemaError("a test over time needs a day to begin")
    ends: list[str | None] = [*starts[1:], None]
    return BacktestSeries(
        [backtest(card, panel, as_of=as_of, test_from=s, test_until=e, **options) for s, e in zip(starts, ends, strict=True)]
    )


def _draw_series(table: Table, ax: Any) -> None:
    rows = table.to_dicts()
    for place, (name, label) in enumerate((("auc", "the card"), ("other_auc", table.options["compare"]))):
        shown = [(i + 0.08 * place, row) for i, row in enumerate(rows) if row[name] is not None]
        if not shown:
            continue
        low, high = (("auc_low", "auc_high"), ("other_low", "other_high"))[place]
        errors = [[row[name] - row[low] for _, row in shown], [row[high] - row[name] for _, row in shown]]
        ax.errorbar([x for x, _ in shown], [row[name] for _, row in shown], yerr=errors, fmt="o-", capsize=3, label=label)
    ax.axhline(0.5, color="grey", linewidth=0.8, linestyle="--")
    ax.set_xticks(list(range(len(rows))), [row["test_from"] for row in rows])
    ax.set_xlabel("Test from")
    ax.set_ylabel("Area under the curve")
    ax.legend()


def _leaks(signals: list[str], checks: dict[str, Any]) -> list[str]:
    said = []
    for signal, area, value, suspicious in zip(
        signals, *(checks[n] for n in ("auc", "information_value", "suspicious")), strict=True
    ):
        if suspicious:
            said.append(
                f'"{signal}" alone tells a lot (AUC {area:.3f}, information value {value:.2f}): was it known on the day?'
            )
    return said


def _later_half(days: Column) -> int:
    distinct = sorted({day for day in days if day is not None})
    if not distinct:
        raise SchemaError("the panel has no days")
    return days_since(calendar_day(distinct[len(distinct) // 2], "test_from"))


def _iso_day(days: int) -> str:
    return date_of(days).isoformat()
