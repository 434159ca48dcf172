"""What is asked of a scored cycle: what changed, what to do, whom to call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sojourn._frames.arguments import checked
from sojourn._frames.table import Table
from sojourn.health._alerts import Alerts, alerts
from sojourn.health._cycle import ScoredCycle
from sojourn.health._delta import Delta, delta
from sojourn.health._diagnoses import Diagnoses, card_diagnoses
from sojourn.health._kept_cycle import ScoredFrom, cycle_bytes, scored_again
from sojourn.health._path import Paths, paths
from sojourn.health._previous_cycle import MEMORY
from sojourn.health._stages import ready_to_expand
from sojourn.health._what_if import what_if
from sojourn.health._work_queue import WorkQueue, work_queue

if TYPE_CHECKING:
    from sojourn.health import Scorecard


@checked
class HealthResult(ScoredCycle):
    """The scores of one cycle, with their parts on request, and what follows from them."""

    card: Scorecard

    def to_bytes(self, *, keep: Sequence[str] | None = None) -> bytes:
        """The cycle as canonical bytes: card, accounts, signals, what was known of the cycle before, values by hand.

        `keep` names the other columns of the scored table to store with them, such as owner and MRR; without it all are
        stored. Scores are made again when the bytes are read, and are those that were kept or a `StateError`.
        """
        self._require_unchanged()
        return cycle_bytes(self.card, False, self._scored_from(), self._books(), keep)

    @classmethod
    def from_bytes(cls, data: bytes) -> HealthResult:
        """The result behind `to_bytes()`: the same scores, parts and deltas, bit for bit.

        Damaged or made-up bytes are a `StateError`; memory grows with `data` and with nothing else.
        """
        result: HealthResult = scored_again(data, False)
        return result

    def _books(self) -> list[Any]:
        return [self._book]

    def _scored_from(self) -> ScoredFrom:
        before = self._previous_scores
        named = None if before is None else dict(zip(("account", "score", "tier", *MEMORY), before[1:], strict=False))
        account = self._account
        if account is None and (before is not None or self._previous_signals is not None or self._manual is not None):
            account = "row"  # rows were matched by their numbers
        return ScoredFrom(
            account=account,
            accounts=None if account is None else self._accounts,
            signals=self._inputs,
            source=self._source,
            as_of=self.as_of,
            dates=self._dates,
            before=named,
            signals_before=self._previous_signals,
            manual=None if self._manual is None else self._manual.given,
        )

    def __reduce__(self) -> tuple[Callable[[bytes], HealthResult], tuple[bytes]]:
        return HealthResult.from_bytes, (self.to_bytes(),)

    def __eq__(self, other: object) -> bool:
        """Whether everything that `to_bytes` holds is equal."""
        if not isinstance(other, HealthResult):
            return NotImplemented
        return self is other or self.to_bytes() == other.to_bytes()

    def __hash__(self) -> int:
        return hash((self.card.hash, self.as_of, len(self)))

    def delta(self, previous: HealthResult, *, dead_band: float = 2) -> Delta:
        """What moved each score since `previous`, any earlier result: values, coverage, rules, the card. Parts add to
        the change.

        Scores within `dead_band` points of each other are flat. The effect of a new card is told apart from new
        behaviour where `previous` holds the columns that the new card reads; otherwise both are unknown (NaN).
        """
        return delta(previous, self, dead_band)

    def what_if(self, accounts: Any = None, **changes: Any) -> HealthResult:
        """The scores if signals had other values: `what_if("a17", logins=5)`; `delta(self)` of the answer shows the
        effect.

        A value holds for all accounts, or there is one per account; None is missing. Without `accounts` all are scored.
        A value that is replaced counts as observed on the day of the score. Signals whose names are no Python names are
        passed as `**{"two words": 3}`.
        """
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
        """The smallest improvement that lifts accounts into `tier` (None: the next better one), verified by scoring
        again.

        `goal` is the fewest signals, or the cheapest: `costs` by signal are for the way from the worst value to the best
        (1 by default), `limits` the best s of 0..1 that a signal can reach (1 by default; 0 leaves the signal alone).
        Margins count from the tier an account is in. Signals without a value are not improved.
        """
        return paths(self, tier, accounts, goal, costs, limits)

    def diagnoses(self, previous: Any = None, *, unobserved: Any = None) -> Diagnoses:
        """What the card's rules find, and since when; see `sojourn.diagnoses` for the status.

        One row per finding: account, diagnosis, status, cycles, and for active ones class, severity, rule, evidence, remedy,
        owner_role, reason, due. `previous` is what this method returned for the previous cycle. Accounts that are not scored
        here, those in `unobserved`, and findings that could not be decided keep their records: a finding that was not looked
        for is not resolved.
        """
        return card_diagnoses([self], previous, unobserved, self.options)

    def alerts(self, **options: Any) -> Alerts:
        """What changed so much that somebody should look today, the most urgent first.

        Rules run where their columns are given; `counts` of the result says how many accounts each rule looked at.
        Columns are names in the scored table or columns: `owner`, `value` (MRR), `last_active`, `under_contract`,
        `sponsor_left`, `renews_on`, `features` (days of last use). `previous` is the cycle before, `history` the scores
        of earlier ones, oldest first. `drops` names the signals for which less is worse, or maps them to the smallest
        base that counts (5), or to that and the share whose loss counts: `{"logins": (2, 0.3)}`. `satisfaction` names
        the ratings, or maps them to the fall that counts on their own scale: `{"csat": 1}`; by default it takes what the
        card calls subjective and normalises by a rising ramp, and a quarter of that ramp. `thresholds` changes rules:
        `{"score_drop": 15, "silent": (45, 20), "falling": None}`. There is one alert per account, with all its reasons; an
        owner is alerted of at most `budget` accounts per cycle, and `memory` of the last alerts keeps the list from
        repeating itself.

        With at least `minimum_history` (8) earlier scores an account is compared with its own past: EWMA, CUSUM, robust
        z. `gap` says how the charts treat a cycle without a score ("carry_on" or "restart"); `false_discovery=0.1` keeps
        the share of false alarms among them at or below that over the whole book (Benjamini and Hochberg). Days are read as
        those of the scored table were, or as `timezone` and `date_format` say.
        """
        return alerts(self, **options)

    def work_queue(self, **options: Any) -> WorkQueue:
        """Whom to call first: value x p_churn (or 1 - score / 100), owner by owner, cut at `capacity` (40) accounts.

        Only a value times a probability is called `at_risk`. Without `p_churn` the column is `score_shortfall_value`: a
        score of 40 does not mean that 60 % of such accounts leave. Where some have a probability, both columns are there.

        `owner`, `value` (MRR; without it accounts count 1 each), `p_churn`, `days_overdue` and `effort` are names of columns
        of the scored table, or columns. An overdue account gains `overdue_bonus` (0.1) of its value; one with neither
        probability nor score has the risk `unknown_risk` (0.5) and is counted. Ties keep the order of the accounts.

        `renews_on` adds until when, `alerts` and `diagnoses` of this cycle why, and `diagnoses` which remedy, its due day
        and status. `effects` (see `sojourn.remedy_effect`, with outcomes of 0 and 1) puts accounts whose remedy was found to
        help first, by value x effect, in `can_be_saved`; `ordered_by` says in every row and in words what the order is.
        """
        return work_queue(self, **options)

    def ready_to_expand(
        self, *, used: Any, bought: Any, value: Any = None, owner: Any = None, share: float = 0.9, tier: str | None = None
    ) -> Table:
        """Healthy accounts that use nearly all they bought, the most valuable first: account, score, tier, used, bought,
        value, owner, use.

        `used` and `bought` are columns, or names of columns of the scored table, in one unit such as seats; `share` of what
        was bought counts as nearly all, and `tier` (the best one) or better as healthy. Healthy accounts whose use is not
        known are counted in `options["unknown"]`. It does not say whether they want more.
        """
        return ready_to_expand(self, used=used, bought=bought, value=value, owner=owner, share=share, tier=tier)
