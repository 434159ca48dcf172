"""Customer health: a scorecard is data, a score comes with its parts, and every account that is left out is counted."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sojourn import _core
from sojourn._core import AccountScore, Column, Estimate, HealthState
from sojourn._input import column, columns
from sojourn._learn import LearnedWeights, learn_weights
from sojourn._manual import ManualTable
from sojourn._table import Table
from sojourn.errors import SchemaError

if TYPE_CHECKING:
    from sojourn._alerts import Alerts
    from sojourn._change import Delta, Paths
    from sojourn._book import WorkQueue
    from sojourn._findings import Diagnoses

__all__ = ["CardError", "HealthResult", "Scorecard", "Transitions", "score_slopes", "transitions"]

_EPOCH = datetime.date(1970, 1, 1)


class CardError(SchemaError):
    """A card that cannot be compiled. `diagnostics` lists everything wrong with it: pointer, message, suggestion, level."""

    def __init__(self, message: str, diagnostics: Sequence[Mapping[str, str]] = ()) -> None:
        super().__init__(message)
        self.diagnostics: list[dict[str, str]] = [dict(found) for found in diagnostics]


class Scorecard:
    """A compiled, immutable health scorecard: signals to 0..1, a tree of weighted means, tiers with a memory."""

    def __init__(self, text: str) -> None:
        self._core = _core.Scorecard(text)
        self.fit_report: Table | None = None
        """What `fit_normalisers` found, on the card that it made."""

    @classmethod
    def from_json(cls, source: str | bytes | os.PathLike[str] | Mapping[str, Any]) -> Scorecard:
        """From JSON text, a dict or a file. Raises `CardError` with every mistake, each with a JSON pointer."""
        return cls(_text(source))

    @classmethod
    def template(cls, name: str) -> Scorecard:
        """A ready-made card: `Scorecard.templates()` lists them. Their thresholds are examples to adapt, not benchmarks."""
        if name not in cls.templates():
            raise SchemaError(f'there is no template "{name}"; there are: {", ".join(cls.templates())}')
        return cls((_cards() / f"{name}.json").read_text("utf-8"))

    @staticmethod
    def templates() -> list[str]:
        """The names of the ready-made cards."""
        return sorted(entry.name.removesuffix(".json") for entry in _cards().iterdir() if entry.name.endswith(".json"))

    @staticmethod
    def check(source: str | bytes | os.PathLike[str] | Mapping[str, Any]) -> list[dict[str, str]]:
        """Errors and warnings of a card without compiling it; empty when there is nothing to say."""
        return _core.card_problems(_text(source))

    def to_json(self) -> str:
        """Canonical JSON: one text per meaning, defaults written out."""
        return self._core.json

    @property
    def hash(self) -> str:
        """16 hex digits of the canonical JSON: tells a change of the card from a change of the customer."""
        return f"{self._core.hash:016x}"

    @property
    def name(self) -> str:
        """The card's own name."""
        return self._core.name

    @property
    def signals(self) -> list[str]:
        """The signals in the card's order: the order of sums and of columns."""
        return self._core.signals

    @property
    def inputs(self) -> list[str]:
        """Every column that scoring reads."""
        return self._core.inputs

    @property
    def tiers(self) -> dict[str, float]:
        """The tiers from worst to best, and the score each starts at."""
        return self._core.tiers

    @property
    def warnings(self) -> list[dict[str, str]]:
        """What is allowed but worth a look."""
        return self._core.warnings

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scorecard) and self.to_json() == other.to_json()

    def __hash__(self) -> int:
        return hash(self.to_json())

    def __reduce__(self) -> tuple[type[Scorecard], tuple[str]]:
        return (Scorecard, (self.to_json(),))

    def __repr__(self) -> str:
        return f"Scorecard({self.name}, {len(self.signals)} signals, tiers {', '.join(self.tiers)}, hash {self.hash})"

    def score(
        self,
        table: Any,
        *,
        account: str | None = "account_id",
        as_of: datetime.date | str | None = None,
        previous: Any = None,
        previous_signals: Any = None,
        manual: Any = None,
        threads: int = 0,
        out: HealthResult | None = None,
    ) -> HealthResult:
        """Scores every row of `table`. `previous` is the result of the cycle before, its `cycle()` table, or one with account, score, tier.

        Accounts are matched by key. `threads` changes the speed, never a bit of the result; 0 takes one per core. `out` is a
        result that is not needed any more: the new one takes its memory over and leaves it empty (columns that were taken from
        it keep their values, and their memory). On millions of rows fresh memory costs as much as the scores.
        """
        wanted: dict[str, str | None] = {f"signal {name}": name for name in self.inputs}
        found = columns(table, {**wanted, "account": account})
        keys = found.pop("account", None)
        inputs = {role.removeprefix("signal "): values for role, values in found.items()}
        then = None
        if previous is not None:
            if keys is None:
                keys = column(range(len(next(iter(inputs.values())))), "row")
            then = [keys, *_previous(previous)]
        day = None if as_of is None else _day(as_of)
        book = self._core.score(inputs, _days(day), then, threads, None if out is None else out._book)
        if out is not None:
            out._keys, out._inputs = None, {}
        return HealthResult(self, book, keys, inputs, table, day, threads)

    def scorer(self, *, as_of: datetime.date | str | None = None) -> Callable[..., AccountScore]:
        """A function that scores one account at a time, in microseconds: for a page about one customer.

        It takes a mapping of column names to values, a sequence in the order of `inputs`, or the values one by one; None and
        NaN are missing. It returns score, tier, coverage and flags, the same as a table of this one row. It knows no cycle
        before. One function serves one thread at a time.
        """
        return _core.account_scorer(self._core, _days(None if as_of is None else _day(as_of)))

    def distribution(self, state: HealthState, *, level: float = 0.95) -> Table:
        """The tiers of a state counted under this card, for example a sum of several books."""
        return Table(_tier_columns(self._core.distribution(state, level)), options={"level": level, **self._options()})

    def fit_normalisers(
        self, table: Any, how: Mapping[str, str | tuple[str, str]] | None = None, *, quantiles: tuple[float, float] = (0.05, 0.95),
        min_fit: int = 20, small: str = "refuse", degenerate: str = "inactive", max_reference: int = 1000, min_segment: int = 5,
    ) -> Scorecard:
        """This card with parameters taken from `table` and frozen; its `fit_report` says what was used and what was not.

        `how` maps signals to "ramp" (between `quantiles`), "range", "zscore", "robust_z" or "percentile", or to such a word and
        "higher" or "lower" for what is better. Without it every zscore, robust_z and percentile of the card is fitted anew.
        A percentile by segment keeps its
        segments. Typical values of the policy `impute` are found in any case. Fewer than `min_fit` values are an error unless `small` is
        "accept". A signal without spread becomes "inactive" (no weight), "neutral" (one half everywhere) or an "error".
        """
        from sojourn._fit import fit_normalisers
        return fit_normalisers(self, table, how, quantiles=quantiles, min_fit=min_fit, small=small, degenerate=degenerate,
                               max_reference=max_reference, min_segment=min_segment)

    def learn_weights(self, table: Any, outcome: Any, **options: Any) -> LearnedWeights:
        """Weights from outcomes; see `sojourn.learn_weights`."""
        return learn_weights(self, table, outcome, **options)

    def _options(self) -> dict[str, Any]:
        return {"card": self.name, "card_hash": self.hash}


class HealthResult:
    """The scores of one cycle, with their parts on request."""

    def __init__(
        self,
        card: Scorecard,
        book: _core.ScoredBook,
        accounts: Column | None,
        inputs: Mapping[str, Column],
        source: Any,
        as_of: datetime.date | None,
        threads: int,
        then: list[Column] | None = None,
    ) -> None:
        self._then = then
        self.card = card
        self.as_of = as_of
        self._book = book
        self._keys = accounts
        self._inputs = dict(inputs)
        self._source = source
        self._threads = threads
        self._days = _days(as_of)
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
        parts = self.card._core.contributions(self._inputs, False, self._days, self._threads)
        return Table(_with_account(self._accounts, parts), options=self.options)

    def lost_points(self) -> Table:
        """Points that each signal would bring in addition if it were perfect."""
        parts = self.card._core.contributions(self._inputs, True, self._days, self._threads, *self._context)
        return Table(_with_account(self._accounts, parts), options=self.options)

    def rules(self) -> Table:
        """What the card's rules did: account, the score before them (raw), after them (score), and 1 in "rule <id>" where one fired."""
        return Table({"account": self._accounts, **self._book.fired()}, options=self.options)

    def adjustments(self) -> Table:
        """Points by which rules and values by hand moved each score: group, add, floor, set, cap, clamp.

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
        from sojourn._findings import diagnoses
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
            from sojourn._book_plots import plot_tiers

            rows = self.card._core.distribution(self._book.state(values), level)
            return Table(_tier_columns(rows), options=options, plot=plot_tiers, title="Accounts by tier")
        blocks = self._book.distribution_by(self._column(by, "by"), values, level)
        return Table(_segment_columns(blocks, by if isinstance(by, str) else "segment"), options=options, title="Accounts by tier")

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
        from sojourn._alerts import alerts
        return alerts(self, **options)

    def work_queue(self, **options: Any) -> WorkQueue:
        """Whom to call first: value x p_churn (or 1 - score / 100), owner by owner, cut at `capacity` (40) accounts.

        `owner`, `value` (MRR; without it accounts count 1 each), `p_churn`, `days_overdue` and `effort` are names of columns
        of the scored table, or columns. An overdue account gains `overdue_bonus` (0.1) of its value; one with neither
        probability nor score has the risk `unknown_risk` (0.5) and is counted. Ties keep the order of the accounts.
        """
        from sojourn._book import work_queue
        return work_queue(self, **options)


class Transitions(Table):
    """From which tier to which: one row a previous tier (then unknown, new), one column a current one (then unknown, lost)."""

    def __init__(self, found: Mapping[str, Any], options: Mapping[str, Any]) -> None:
        from sojourn._book_plots import plot_transitions

        super().__init__({"previous": found["rows"], **found["matrix"]}, options=options, plot=plot_transitions, title="Tier transitions")
        self.both: int = found["both"]
        self.upgrades: int = found["upgrades"]
        self.downgrades: int = found["downgrades"]
        self.staying: Estimate = found["staying"]
        self.values: Table | None = None
        """The same matrix in money, where weights were given; `moved` sums it up."""
        self.moved: dict[str, Any] = {}

    def rates(self, *, prior: float = 0) -> Table:
        """Shares by row, and `dwell`: the mean number of cycles in a tier, 1 / (1 - share that stayed). `prior` > 0 smooths."""
        from sojourn._book import transition_rates
        return transition_rates(self, prior)

    @property
    def net(self) -> int:
        """Upgrades less downgrades."""
        return self.upgrades - self.downgrades


def transitions(
    previous: Any, current: Any, *, tiers: Sequence[str] | None = None, weights: Any = None, level: float = 0.95
) -> Transitions:
    """Counts of accounts by previous and current tier.

    Takes two results, or two tables with account and tier: accounts are matched by key, those of one cycle only are new or
    lost. Two bare sequences of tier names are matched row by row (None: not there); then `tiers` names them, worst first.
    `weights` adds the same matrix in money: the name of a column of both tables (the current value counts, and of lost
    accounts the previous one), or a column of whole numbers for bare sequences.
    """
    keyed = [_keyed(cycle) for cycle in (previous, current)]
    if (keyed[0] is None) != (keyed[1] is None):
        raise SchemaError("previous and current must both be results or tables, or both be sequences of tiers")
    keys: tuple[Column, Column] | None = None
    values: list[Column | None] = [None, None]
    if keyed[0] is None or keyed[1] is None:
        then, now = column(previous, "previous"), column(current, "current")
        values[1] = None if weights is None else column(weights, "weights")
    else:
        (keys_then, then), (keys_now, now) = keyed[0], keyed[1]
        keys = (keys_then, keys_now)
        if weights is not None:
            values = [_weights(cycle, weights) for cycle in (previous, current)]
    order = _order(tiers, previous, current, then, now)
    before, after = keys or (None, None)
    found = Transitions(_core.tier_transitions(then, now, order, before, after, level), {"level": level})
    if weights is not None:
        from sojourn._book import transition_values
        found.values, found.moved = transition_values(then, now, order, keys, values)
    return found


def _weights(cycle: Any, name: Any) -> Column:
    if not isinstance(name, str):
        raise SchemaError("weights is the name of a column of both tables")
    return cycle._column(name, "weights") if isinstance(cycle, HealthResult) else columns(cycle, {"weights": name})["weights"]


def _order(tiers: Sequence[str] | None, previous: Any, current: Any, then: Column, now: Column) -> list[str]:
    if tiers is not None:
        return list(tiers)
    order: dict[str, None] = {}
    for cycle in (current, previous):
        if isinstance(cycle, HealthResult):
            order.update(dict.fromkeys(cycle.card.tiers))
    if not order:
        order.update(dict.fromkeys(tier for tier in [*then, *now] if tier is not None and tier != "unknown"))
    return list(order)


def _keyed(cycle: Any) -> tuple[Column, Column] | None:
    if isinstance(cycle, HealthResult):
        table = cycle.table()
        return table["account"], table["tier"]
    plain = isinstance(cycle, (Column, str)) or (isinstance(cycle, Sequence) and not (cycle and isinstance(cycle[0], Mapping)))
    if plain or getattr(cycle, "ndim", 2) == 1:
        return None
    found = columns(cycle, {"account": "account", "tier": "tier"})
    return found["account"], found["tier"]


_MEMORY = ("smoothed", "candidate", "held", "gap", "scored_on", "as_of")


def _previous(previous: Any) -> list[Column]:
    """Account, score and tier; and the memory of the card, where there is one."""
    if isinstance(previous, HealthResult):
        previous = previous.cycle()
    found = columns(previous, {"account": "account", "score": "score", "tier": "tier"})
    parts = [found["account"], found["score"], found["tier"]]
    try:
        memory = columns(previous, {name: name for name in _MEMORY})
    except SchemaError:
        return parts
    return [*parts, *(memory[name] for name in _MEMORY)]


def score_slopes(results: Sequence[HealthResult], *, method: str = "least_squares", by: str = "cycle") -> Table:
    """How fast each score of the last result rose over the cycles, oldest first: account, slope, scores.

    `slope` is in points a cycle, or `by="day"` in points a day; NaN where an account has fewer than 3 scores (`scores` counts
    them). `method`: "least_squares", or "theil_sen", which one odd cycle does not turn.
    """
    from sojourn._change import score_slopes as slopes
    return slopes(results, method=method, by=by)


def _tier_columns(rows: Sequence[tuple[str, int, Estimate, Estimate, int]]) -> dict[str, Any]:
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
    parts = [_tier_columns(rows) for _, rows in blocks] or [_tier_columns([])]
    segments = [segment for segment, rows in blocks for _ in rows]
    return {name: segments, **{key: [cell for part in parts for cell in part[key]] for key in parts[0]}}


def _with_account(accounts: Column, parts: Mapping[str, Column]) -> dict[str, Column]:
    if "account" in parts:
        raise SchemaError('the card has a signal named "account", which would hide the account keys; rename the signal')
    return {"account": accounts, **parts}


def _days(day: datetime.date | None) -> int:
    return 0 if day is None else (day - _EPOCH).days


def _day(as_of: datetime.date | str) -> datetime.date:
    if isinstance(as_of, datetime.datetime):
        raise SchemaError("as_of is a day, not an instant: pass as_of.date()")
    if isinstance(as_of, datetime.date):
        return as_of
    try:
        return datetime.date.fromisoformat(as_of)
    except (TypeError, ValueError):
        raise SchemaError(f'as_of is {as_of!r}; accepted: a datetime.date or "YYYY-MM-DD"') from None


def _cards() -> Any:
    from importlib import resources

    return resources.files("sojourn") / "cards"


def _text(source: Any) -> str:
    """JSON text as it is, a mapping as JSON, anything else as the name of a file."""
    if isinstance(source, Mapping):
        import json

        try:
            return json.dumps(source)
        except (TypeError, ValueError) as problem:
            raise SchemaError(f"the card is no JSON: {problem}") from None
    if isinstance(source, bytes):
        source = source.decode("utf-8", "replace")
    if isinstance(source, str) and (not source.strip() or source.lstrip()[0] in '{["' or "\n" in source):
        return source
    if not isinstance(source, (str, os.PathLike)):
        raise SchemaError(f"a card is JSON text, a dict or a path, not a {type(source).__name__}")
    try:
        with open(source, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError as problem:
        raise SchemaError(f"the card is neither JSON text nor a readable file: {problem}") from None
