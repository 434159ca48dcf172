"""Every question, in the order of the report."""

from __future__ import annotations

from card_cases import Card, ScoreCall
from contest import Case
from key_cases import Keys, KeysSorted
from learn_cases import Learn, PercentileRank
from lifetime_cases import Bgnbd, Cox, CoxMonths, Paretonbd, Sbg, Survival
from one_account_cases import OneAccount
from revenue_cases import Movements, Series
from scorecard_cases import Scorecard, Twelve
from snapshot_cases import SnapshotsCohorts, SnapshotsShuffled, SnapshotsSorted
from stream_cases import Stream
from survey_cases import Merge, NpsAll, NpsCall, NpsSegments
from triangle_cases import ChainLadder
from webhook_cases import Webhooks

CASES: dict[str, Case] = {
    case.name: case
    for case in (
        NpsAll(),
        NpsSegments(),
        Merge(),
        Movements(),
        Series(),
        Webhooks(),
        SnapshotsSorted(),
        SnapshotsShuffled(),
        SnapshotsCohorts(),
        Stream(),
        Keys(),
        KeysSorted(),
        Scorecard(),
        Twelve(),
        Card(),
        PercentileRank(),
        Learn(),
        Survival(),
        Cox(),
        CoxMonths(),
        Bgnbd(),
        Paretonbd(),
        Sbg(),
        ChainLadder(),
        NpsCall(1, 2_000),
        NpsCall(100, 2_000),
        NpsCall(10_000, 1_000),
        ScoreCall(1, 1_000),
        ScoreCall(100, 1_000),
        ScoreCall(10_000, 100),
        OneAccount(),
    )
}
