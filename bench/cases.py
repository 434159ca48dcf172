"""Every question, in the order of the report."""

from __future__ import annotations

from contest import Case
from key_cases import Keys, KeysSorted
from learn_cases import Learn, PercentileRank
from lifetime_cases import Bgnbd, Cox, CoxMonths, Paretonbd, Sbg, Survival
from one_account_cases import OneAccount
from revenue_cases import Movements, Series
from scorecard_cases import Scorecard, Twelve
from snapshot_cases import SnapshotsCohorts, SnapshotsShuffled, SnapshotsSorted
from survey_cases import Merge, NpsAll, NpsCall, NpsSegments

CASES: dict[str, Case] = {
    case.name: case
    for case in (
        NpsAll(),
        NpsSegments(),
        Merge(),
        Movements(),
        Series(),
        SnapshotsSorted(),
        SnapshotsShuffled(),
        SnapshotsCohorts(),
        Keys(),
        KeysSorted(),
        Scorecard(),
        Twelve(),
        PercentileRank(),
        Learn(),
        Survival(),
        Cox(),
        CoxMonths(),
        Bgnbd(),
        Paretonbd(),
        Sbg(),
        NpsCall(1, 2_000),
        NpsCall(100, 2_000),
        NpsCall(10_000, 1_000),
        OneAccount(),
    )
}
