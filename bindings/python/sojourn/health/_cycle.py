"""A scored book: scores with their parts, what rules and people did to them, and what changed since the cycle before."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sojourn._core import Estimate
from sojourn._core.frames import Column
from sojourn._core.health import HealthState
from sojourn._frames.columns import column, columns, frame
from sojourn._frames.table import Table
from sojourn.errors import SchemaError
from sojourn.health._manual_values import ManualTable

if TYPE_CHECKING:
    from sojourn import _core
    from sojourn.health._alerts import Alerts
    from sojourn.health._delta import Delta, Paths
    from sojourn.health._diagnoses import Diagnoses
    from sojourn.health._rollup import WorkQueue
    from sojourn.health._scorecard import Scorecard

EPOCH = datetime.date(1970, 1, 1)


class HealthResult:
    """The scores of one cycle, with their parts on request."""

    def __init__(
        self,
        card: Scorecard,
        book: _core.health.ScoredBook,
        accounts: Column | None,
        inputs: Mapping[str, Column],
        source: Any,
        as_of: datetime.date | None,
        threads: int,
        before: dict[str, Column] | None = None,
        then: list[Column] | None = None,
        hand: ManualTable | None = None,
    ) -> None:
        self._then = then
        self.card = card
        self.as_of = as_of
        self._book = book
        self._keys = accounts
        self._inputs = dict(inputs)
        self._source = source
        self._threads = threads
        self._days = days_since(as_of)
        self._before = before
        self._hand = hand
        self._context = (before, then, None if hand is None else hand.values)

    def __len__(self) -> int:
        return len(self._book)

    @property
    def options(self) -> dict[str, Any]:
        """What was assumed: the card, its hash, the day."""
        return {**self.card._options(), "as_of": None if self.as_of is None else self.as_of.isoformat()}

    def table(self) -> Table:
        """One row an account: account, score, tier, coverage, stale_share, delta, prev_tier, flags, binding_rule, card.

        A score of NaN has the tier "unknown"; `flags` says why. `stale_share` is the share of weight whose value is old.
        `binding_rule` is the rule that moved the score last; where that is "manual", `binding_author` says whose value it was (the
        column is there when values were given by hand).
        """
        found = self._book.columns()
        if self._hand is not None:
            found["binding_author"] = self._hand.authors(self._book)
        return Table({"account": self._accounts, **found}, options=self.options, plot=self._draw, title="Health scores")

    def cycle(self) -> Table:
        """What the next cycle needs: account, score, tier, and of a card with a memory smoothed, candidate, held, gap, scored_on, as_of.

        Keep it in any table; `score(previous=...)` takes it back.
        """
        return Table({"account": self._accounts, **self._book.cycle()}, options=self.options)

    @property
    def not_later(self) -> int:
        """Accounts whose previous cycle is not before this one: for them smoothing and dwell stood still."""
        return self._book.not_later

    def delta(self, previous: HealthResult, *, dead_band: float = 2) -> Delta:
        """What moved each score since `previous`, any earlier result: values, coverage, rules, the card. Parts add to the change.

        Scores within `dead_band` points of each other are flat. A new card is told from new behaviour where `previous` holds the
        columns it reads; otherwise both are unknown (NaN).
        """
        from sojourn.health._delta import delta

        return delta(previous, self, dead_band)

    def what_if(self, accounts: Any = None, **changes: Any) -> HealthResult:
        """The scores if signals had other values: `what_if("a17", logins=5)`; `delta(self)` of the answer says what that does.

        A value is one for all accounts, or one an account; None is missing. Without `accounts` all are scored. What is replaced counts
        as seen on the day of the score. Names that are no Python names go as `**{"two words": 3}`.
        """
        from sojourn.health._delta import what_if

        return what_if(self, accounts, changes)

    def path_to(
        self,
        tier: str | None = None,
        *,
        accounts: Any = None,
        goal: str = "fewest",
        costs: Mapping[str, float] | None = None,
        limits: Mapping[str, float] | None = None,
    ) -> Paths:
        """The smallest improvement that lifts accounts into `tier` (None: the next one up), verified by scoring again.

        `goal` is the fewest signals, or the cheapest: `costs` by signal are of going from the worst to the best (1), `limits` the best s of
        0..1 that a signal can reach (1; 0 leaves it alone). Margins count from the tier an account is in. Signals without a value
        are not improved.
        """
        from sojourn.health._delta import paths

        return paths(self, tier, accounts, goal, costs, limits)

    @property
    def _accounts(self) -> Column:
        """The keys; without any the numbers of the rows, made when somebody asks."""
        if self._keys is None:
            self._keys = column(range(len(self)), "row")
        return self._keys

    def __getitem__(self, name: str) -> Column:
        """One column of `table()` without the others, or "tier_code": the tier as a number from 0, 255 where it is unknown."""
        return self._accounts if name == "account" else self._book.column(name)

    def contributions(self) -> Table:
        """Points that each signal brings. Added from left to right they are the score before rules, bit for bit.

        Cards with groups of points have two more columns: "(base)", where these start, and "(cut)", what their ends took off. With other
        groups than means the sum agrees up to rounding.
        """
        parts = self.card._core.contributions(self._inputs, False, self._days, self._threads, *self._context)
        return Table(_with_account(self._accounts, parts), options=self.options)

    def lost_points(self) -> Table:
        """Points that each signal would bring in addition if it were perfect."""
        parts = self.card._core.contributions(self._inputs, True, self._days, self._threads, *self._context)
        return Table(_with_account(self._accounts, parts), options=self.options)

    def rules(self) -> Table:
        """What the card's rules did: account, the score before them (raw), after them (score), and 1 in "rule <id>" where one fired."""
        return Table({"account": self._accounts, **self._book.fired()}, options=self.options)

    def adjustments(self) -> Table:
        """Points by which rules and values by hand moved each score: smoothing, group, add, floor, set, cap, clamp.

        Contributions and these add to the score. What rules on signals did is in the contributions already.
        """
        parts = self.card._core.adjustments(self._inputs, self._days, self._threads, *self._context)
        return Table({"account": self._accounts, **parts}, options=self.options)

    def manual(self) -> Table:
        """The values given by hand and what became of each: waiting, expired, overruled, bound, or not in this book."""
        if self._hand is None:
            raise SchemaError("no values were given by hand: score with manual=")
        return self._hand.table(self._book, self.options)

    def diagnoses(self, previous: Any = None, *, unobserved: Any = None) -> Diagnoses:
        """What the card's rules find, and since when; see `sojourn.diagnoses` for the status.

        One row a finding: account, diagnosis, status, cycles, and of active ones class, severity, rule, evidence, remedy, owner_role,
        reason, due. `previous` is what this gave last cycle. Accounts that are not scored here, those in `unobserved`, and findings that
        nobody could decide keep their records: not knowing is not healing.
        """
        from sojourn.health._diagnoses import diagnoses

        return diagnoses([self], previous, unobserved, self.options)

    def drivers(self, top: int = 3) -> Table:
        """The signals that cost each account most: account, rank, signal, lost, points."""
        if top < 1:
            raise SchemaError("top must be at least 1")
        found = self.card._core.drivers(self._inputs, top, self._days, self._threads, *self._context)
        rows = found.pop("row").to_list()
        keys = [self._accounts[row] for row in rows] if rows else self._accounts
        return Table({"account": keys if rows else column([], "account"), **found}, options=self.options)

    def counters(self) -> Table:
        """What was odd about each signal: missing, nonfinite, unknown, invalid, out_of_domain, undated, expired, future, carried."""
        return Table(self._book.counters(), options=self.options)

    def distribution(self, *, by: Any = None, value: Any = None, level: float = 0.95) -> Table:
        """Accounts, share (with interval), mean score and value by tier; `by` gives one such block a segment or owner.

        `by` and `value` are columns or names of columns of the scored table; `value` must be whole numbers, such as MRR in
        minor units. Shares are of all accounts of the block, those without a score included.
        """
        values = None if value is None else self._column(value, "value")
        options = {"level": level, **self.options}
        if by is None:
            from sojourn.health._plots import plot_tiers

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
        mean.options = self.options
        return mean

    def plot(self, ax: Any = None) -> Any:
        """A histogram of the scores with the starts of the tiers."""
        return self.table().plot(ax)

    def __repr__(self) -> str:
        state = self.state
        return f"HealthResult({self.card.name}, {len(self):,} accounts, {state.unknown:,} without a score)"

    def _column(self, values: Any, role: str) -> Column:
        if isinstance(values, str):
            return columns(self._source, {role: values})[role]
        found = column(values, role)
        if len(found) != len(self):
            raise SchemaError(f'"{role}" has {len(found)} rows and the scores have {len(self)}')
        return found

    def _draw(self, table: Table, ax: Any) -> None:
        scores = [score for score in table["score"] if score == score]
        ax.hist(scores, bins=[5 * step for step in range(21)])
        for name, start in self.card.tiers.items():
            if start > 0:
                ax.axvline(start, linestyle="--", linewidth=1, color="black")
            ax.annotate(name, (start + 1, 1), xycoords=("data", "axes fraction"), va="bottom")
        ax.set_xlim(0, 100)
        ax.set_xlabel(f"Health score ({len(scores):,} accounts, {len(table) - len(scores):,} without a score)")
        ax.set_ylabel("Accounts")

    def alerts(self, **options: Any) -> Alerts:
        """What changed so much that somebody should look today, the most urgent first.

        Rules run where their columns are given; `counts` of the result says who was looked at. Columns are names in the scored
        table or columns: `owner`, `value` (MRR), `last_active`, `under_contract`, `sponsor_left`, `renews_on`, `features` (days
        of last use). `previous` is the cycle before, `history` the scores of earlier ones, oldest first. `drops` names the
        signals of which less is worse, or maps them to the smallest base that counts (5). `thresholds` changes rules:
        `{"score_drop": 15, "silent": (45, 20), "falling": None}`. An owner gets `budget` alerts a cycle; `memory` of the last
        alerts keeps the list from repeating itself.

        With at least `minimum_history` (8) earlier scores an account is compared with its own past: EWMA, CUSUM, robust z.
        `gap` says what a cycle without a score does to the charts ("carry_on" or "restart"); `false_discovery=0.1` keeps false
        alarms among them to that share over the whole book (Benjamini and Hochberg).
        """
        from sojourn.health._alerts import alerts

        return alerts(self, **options)

    def work_queue(self, **options: Any) -> WorkQueue:
        """Whom to call first: value x p_churn (or 1 - score / 100), owner by owner, cut at `capacity` (40) accounts.

        `owner`, `value` (MRR; without it accounts count 1 each), `p_churn`, `days_overdue` and `effort` are names of columns
        of the scored table, or columns. An overdue account gains `overdue_bonus` (0.1) of its value; one with neither
        probability nor score has the risk `unknown_risk` (0.5) and is counted. Ties keep the order of the accounts.
        """
        from sojourn.health._rollup import work_queue

        return work_queue(self, **options)


_MEMORY = ("smoothed", "candidate", "held", "gap", "scored_on", "as_of")


def before_of(previous: Any, card: str) -> list[Column]:
    """Account, score and tier of the cycle before; and the memory of the card, where there is one.

    A tier that another card gave is none of this card's, whatever its name.
    """
    same = isinstance(previous, HealthResult) and previous.card.name == card
    held = previous.cycle() if same else previous.table() if isinstance(previous, HealthResult) else previous
    found = columns(held, {"account": "account", "score": "score", "tier": "tier"})
    tiers = found["tier"]
    given = frame(held)
    if "card" in given and any(name != card for name in given["card"]):
        tiers = column(
            [tier if name in (card, None) else "(other card)" for tier, name in zip(tiers, given["card"], strict=True)],
            "tier",
        )
    parts = [found["account"], found["score"], tiers]
    return [*parts, *(given[name] for name in _MEMORY)] if all(name in given for name in _MEMORY) else parts


def tier_columns(rows: Sequence[tuple[str, int, Estimate, Estimate, int]]) -> dict[str, Any]:
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


def days_since(day: datetime.date | None) -> int:
    return 0 if day is None else (day - EPOCH).days


def day_of(as_of: datetime.date | str) -> datetime.date:
    if isinstance(as_of, datetime.datetime):
        raise SchemaError("as_of is a day, not an instant: pass as_of.date()")
    if isinstance(as_of, datetime.date):
        return as_of
    try:
        return datetime.date.fromisoformat(as_of)
    except (TypeError, ValueError):
        raise SchemaError(f'as_of is {as_of!r}; accepted: a datetime.date or "YYYY-MM-DD"') from None
