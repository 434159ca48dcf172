"""What is asked of a scored cycle: what changed, what to do, whom to call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sojourn._frames.arguments import checked
from sojourn.health._alerts import Alerts, alerts
from sojourn.health._cycle import ScoredCycle
from sojourn.health._delta import Delta, delta
from sojourn.health._diagnoses import Diagnoses, card_diagnoses
from sojourn.health._path import Paths, paths
from sojourn.health._what_if import what_if
from sojourn.health._work_queue import WorkQueue, work_queue

if TYPE_CHECKING:
    from sojourn.health import Scorecard


@checked
class HealthResult(ScoredCycle):
    """The scores of one cycle, with their parts on request, and what follows from them."""

    card: Scorecard

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
        base that counts (5). `thresholds` changes rules: `{"score_drop": 15, "silent": (45, 20), "falling": None}`. An
        owner gets at most `budget` alerts per cycle; `memory` of the last alerts keeps the list from repeating itself.

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
        """
        return work_queue(self, **options)
