"""The scores of one cycle as data: the table, the parts of each score, what rules and people did to it."""

from __future__ import annotations

import copy
import datetime
from collections.abc import Hashable, Mapping, Sequence
from functools import partial
from typing import Any

from sojourn import _core
from sojourn._core import Estimate
from sojourn._core.frames import Column, DateReading
from sojourn._core.health import SCORE_COLUMNS, HealthState
from sojourn._frames.columns import OpenTable, column, columns
from sojourn._frames.dates import day_column
from sojourn._frames.lazy_columns import LazyColumns
from sojourn._frames.periods import ISO, days_since
from sojourn._frames.table import Table
from sojourn.errors import DataError, SchemaError, StateError
from sojourn.health._card import Card
from sojourn.health._manual_values import ManualTable
from sojourn.health._plots import plot_scores, plot_tiers


class ScoredCycle:
    """The scores of one cycle, with their parts on request. `HealthResult` adds what is asked of them."""

    def __init__(
        self,
        card: Card,
        book: _core.health.ScoredBook,
        *,
        accounts: Column | None,
        inputs: Mapping[str, Column],
        source: Any,
        as_of: datetime.date | None,
        threads: int,
        previous_scores: list[Column] | None = None,
        previous_signals: dict[str, Column] | None = None,
        manual: ManualTable | None = None,
        dates: DateReading = ISO,
        account: str | None = None,
    ) -> None:
        self.card = card
        self.as_of = as_of
        self._book = book
        self._keys = accounts
        self._inputs = dict(inputs)
        self._source = source
        self._threads = threads
        self._days = 0 if as_of is None else days_since(as_of)
        self._previous_scores = previous_scores
        self._previous_signals = previous_signals
        self._manual = manual
        self._dates = dates
        self._account = account
        """The name of the column of keys in the scored table."""

    def __len__(self) -> int:
        return len(self._book)

    @property
    def options(self) -> dict[str, Any]:
        """What was assumed: the card, its hash, the day."""
        return {**self.card._options(), "as_of": None if self.as_of is None else self.as_of.isoformat()}

    def table(self) -> Table:
        """One row per account: account, score, tier, coverage, stale_share, delta, prev_tier, flags, binding_rule, card.

        A score of NaN has the tier "unknown"; `flags` says why. `stale_share` is the share of weight whose value is old.
        `binding_rule` is the rule that moved the score last; where that is "manual", `binding_author` says whose value
        it was (the column is there when values were given by hand).
        """
        names, ready = ["account", *SCORE_COLUMNS], {"account": self._accounts}
        if self._manual is not None:
            names.append("binding_author")
            ready["binding_author"] = self._manual.authors(self._book)
        book = copy.copy(self._book)  # its columns outlive this result, whose memory another one may take over
        return Table(
            LazyColumns(names, ready, book.column),
            options=self.options,
            plot=partial(plot_scores, tiers=self.card.tiers),
            title="Health scores",
        )

    def cycle(self) -> Table:
        """What the next cycle needs: account, score, tier; for a card with a memory also smoothed, candidate, held, gap,
        scored_on, as_of.

        Keep it in any table; `score(previous=...)` takes it back.
        """
        return Table({"account": self._accounts, **self._book.cycle()}, options=self.options)

    @property
    def _tiers(self) -> dict[str, float]:
        return self.card.tiers

    def _rating_falls(self) -> dict[str, float]:
        """The signals that are ratings, and how far one may fall before it is an alert."""
        return _core.health.usual_rating_falls(self.card._core)

    def _look_inside(self) -> dict[str, Column]:
        """What alerts compare beside the score: what is measured, what is felt, and whether a critical signal is red."""
        points, lost = self.contributions(), self.lost_points()
        names = self.card.signals
        return _core.health.look_inside(self.card._core, [points[name] for name in names], [lost[name] for name in names])

    def _scores_for(self, later: Any) -> dict[str, Column]:
        """Account, score, tier and coverage of this cycle, as a later one compares itself with them."""
        table = self.table()
        return {name: table[name] for name in ("account", "score", "tier", "coverage")}

    def _require_same_card(self, earlier: Any) -> None:
        other = earlier.card
        if other.hash != self.card.hash:
            raise SchemaError(
                f"the earlier cycle was scored with another card ({other.name}, {other.hash}); a change of the card "
                "would look like a change of the customers: score that cycle again with this card"
            )

    @property
    def not_later(self) -> int:
        """Accounts whose previous cycle is not earlier than this one: their smoothing and dwell did not advance."""
        return self._book.not_later

    @property
    def _scored_with(
        self,
    ) -> tuple[dict[str, Column] | None, list[Column] | None, _core.health.ManualValues | None]:
        """What scoring took beside the inputs: previous signals, previous scores, values given by hand."""
        return self._previous_signals, self._previous_scores, None if self._manual is None else self._manual.values

    def _leave_empty(self) -> None:
        """Another result has taken over the memory of this one."""
        self._keys, self._inputs = None, {}

    @property
    def _accounts(self) -> Column:
        """The keys; the row numbers where the table was scored without keys."""
        if self._keys is None:
            self._keys = column(range(len(self)), "row")
        return self._keys

    def __getitem__(self, name: str) -> Column:
        """One column of `table()`, or "tier_code": the tier as a number from 0, 255 where it is unknown."""
        return self._accounts if name == "account" else self._book.column(name)

    def contributions(self) -> Table:
        """Points that each signal brings. Added from left to right they are the score before rules, bit for bit.

        Cards with groups of points have two more columns: "(base)", the points they start from, and "(cut)", what the
        limits of a group took off. With groups other than means the sum agrees up to rounding. The scored table is read
        again, not copied: where its arrays have changed since, this is a `StateError`.
        """
        self._require_unchanged()
        parts = self.card._core.contributions(self._inputs, False, self._days, self._threads, *self._scored_with)
        return Table(_with_account(self._accounts, parts), options=self.options)

    def lost_points(self) -> Table:
        """Points that each signal would add if it were perfect."""
        self._require_unchanged()
        parts = self.card._core.contributions(self._inputs, True, self._days, self._threads, *self._scored_with)
        return Table(_with_account(self._accounts, parts), options=self.options)

    def _require_unchanged(self) -> None:
        """Arrays of the caller are views of his memory: parts of other values would not add up to these scores."""
        signals, scores, manual = self._scored_with
        again = self.card._core.score(self._inputs, self._days, scores, self._threads, signals, manual, None)
        # Bit for bit, as NaN is not equal to itself.
        if bytes(memoryview(again.column("score"))) != bytes(memoryview(self._book.column("score"))):
            raise StateError("the table that was scored has changed since: score it again, or keep a copy of its arrays")

    def rules(self) -> Table:
        """What the card's rules did: account, raw (the score before rules), score (after them), and "rule <id>", 1 where
        it fired.
        """
        return Table({"account": self._accounts, **self._book.fired()}, options=self.options)

    def adjustments(self) -> Table:
        """Points by which rules and values by hand moved each score: smoothing, group, add, floor, set, cap, clamp.

        Contributions and adjustments add up to the score. The effect of rules on signals is in the contributions already.
        """
        self._require_unchanged()
        parts = self.card._core.adjustments(self._inputs, self._days, self._threads, *self._scored_with)
        return Table({"account": self._accounts, **parts}, options=self.options)

    def manual(self) -> Table:
        """The values given by hand with the state of each: waiting, expired, overruled, bound, or not in this book."""
        if self._manual is None:
            raise SchemaError("no values were given by hand: score with manual=")
        return self._manual.table(self._book, self.options)

    def drivers(self, top: int = 3) -> Table:
        """The signals that cost each account most: account, rank, signal, lost, points."""
        if top < 1:
            raise SchemaError("top must be at least 1")
        found = self.card._core.drivers(self._inputs, top, self._days, self._threads, *self._scored_with)
        rows = found.pop("row").to_list()
        keys = [self._accounts[row] for row in rows] if rows else self._accounts
        return Table({"account": keys if rows else column([], "account"), **found}, options=self.options)

    def counters(self) -> Table:
        """What was unusual in each signal: missing, nonfinite, unknown, invalid, out_of_domain, undated, expired,
        future, carried.
        """
        return Table(self._book.counters(), options=self.options)

    def distribution(self, *, by: Any = None, value: Any = None, level: float = 0.95) -> Table:
        """Accounts, share (with interval), mean score and value by tier; `by` gives one such block a segment or owner.

        `by` and `value` are columns or names of columns of the scored table; `value` must be whole numbers, such as MRR in
        minor units. Shares are of all accounts of the block, those without a score included.
        """
        values = None if value is None else self._column(value, "value")
        options = {"level": level, **self.options}
        if by is None:
            rows = self.card._core.distribution(self._book.state(values), level)
            return Table(tier_columns(rows), options=options, plot=plot_tiers, title="Accounts by tier")
        blocks = self._book.distribution_by(self._column(by, "by"), values, level)
        return Table(
            _segment_columns(blocks, by if isinstance(by, str) else "segment"), options=options, title="Accounts by tier"
        )

    @property
    def state(self) -> HealthState:
        """Counts and sums by tier as an exact, mergeable state."""
        return self._book.state()

    def mean_score(self, *, level: float = 0.95) -> Estimate:
        """The mean score of the accounts that have one."""
        mean = self.state.mean_score(level=level)
        mean.options = {"level": level, **self.options}
        return mean

    def plot(self, ax: Any = None) -> Any:
        """A histogram of the scores with the starts of the tiers."""
        return self.table().plot(ax)

    def __repr__(self) -> str:
        state = self.state
        return f"{type(self).__name__}({self.card.name}, {len(self):,} accounts, {state.unknown:,} without a score)"

    def _column(self, values: Any, role: str, dates: DateReading | None = None) -> Column:
        """A column, or the one of this name in the scored table; days are read as `dates` says, or as those of the table."""
        if isinstance(values, str):
            return columns(OpenTable(self._source).dated(dates or self._dates), {role: values})[role]
        found = day_column(column(values, role), role, role, dates or self._dates)[0]
        if len(found) != len(self):
            raise SchemaError(f'"{role}" has {len(found)} rows and the scores have {len(self)}')
        return found


def with_days(card: Card, inputs: Mapping[str, Column], dates: DateReading = ISO) -> dict[str, Column]:
    """The columns that the card reads as days as dates; numbers stay as they are: days since 1970."""
    written = ("instant", "text", "dictionary")
    days = {name for name in card._core.day_inputs if name in inputs and inputs[name].type in written}
    return {name: day_column(values, name, "day", dates)[0] if name in days else values for name, values in inputs.items()}


def keys_asked_for(accounts: Any) -> list[Any]:
    """One account or several, as keys of Python: a number out of a frame is an int, a text a str."""
    single = isinstance(accounts, (str, bytes)) or not hasattr(accounts, "__iter__") or getattr(accounts, "ndim", 1) == 0
    keys = [accounts] if single else list(accounts)
    return [key.item() if hasattr(key, "item") else key for key in keys]


def rows_of(accounts: Column, wanted: Sequence[Any]) -> list[int]:
    """The rows of these accounts, in their order."""
    places = {key: row for row, key in enumerate(accounts)}
    for key in wanted:
        if not isinstance(key, Hashable) or key not in places:
            kind = "text" if accounts.type in ("text", "dictionary") else "integers"
            raise DataError(f"there is no account {key!r} here; the accounts are {kind}", "account", value=str(key))
    return [places[key] for key in wanted]


def tier_columns(rows: Sequence[tuple[str, int, Estimate, Estimate, int]]) -> dict[str, Any]:
    """The columns of a distribution: one row per tier."""
    return {
        "tier": [row[0] for row in rows],
        "accounts": [row[1] for row in rows],
        "share": [row[2].value for row in rows],
        "low": [row[2].low for row in rows],
        "high": [row[2].high for row in rows],
        "mean_score": [row[3].value for row in rows],
        "value": [row[4] for row in rows],
    }


def _segment_columns(blocks: Sequence[tuple[str | None, Any]], name: str) -> dict[str, Any]:
    parts = [tier_columns(rows) for _, rows in blocks] or [tier_columns([])]
    segments = [segment for segment, rows in blocks for _ in rows]
    return {name: segments, **{key: [cell for part in parts for cell in part[key]] for key in parts[0]}}


def _with_account(accounts: Column, parts: Mapping[str, Column]) -> dict[str, Column]:
    if "account" in parts:
        raise SchemaError('the card has a signal named "account", which would hide the account keys; rename the signal')
    return {"account": accounts, **parts}
