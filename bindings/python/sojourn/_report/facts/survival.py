"""A snapshot of customers with tenures -> survival facts: plain, weighted by MRR, by segment, and who left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sojourn._core import proportion
from sojourn._frames.language import counted, mark, say, word
from sojourn._report.page import Fact
from sojourn._report.request import CurveRequest, SnapshotRequest
from sojourn._report.sections.survival import LeftBy, SurvivalFacts
from sojourn.charts.lifetime import Curve
from sojourn.lifetime import Survival, kaplan_meier

WHOLE = mark("All accounts")
MOST_CURVES = 6


def snapshot_facts(request: SnapshotRequest, *, level: float) -> SurvivalFacts:
    """The curve of all accounts, weighted by money and by segment, and who left."""
    tenure, left, monthly = request.tenure, request.left, request.monthly
    everyone = list(range(len(tenure)))
    groups = _groups(request.segments)
    new = [row for row in everyone if tenure[row] == 0]
    return SurvivalFacts(
        whole=_curve(word(WHOLE), tenure, left, everyone, level=level),
        weighted=None if monthly is None else _curve("MRR", tenure, left, everyone, level=level, weights=monthly),
        groups=[_curve(name, tenure, left, rows, level=level) for name, rows in groups.items()]
        if 1 < len(groups) <= MOST_CURVES
        else [],
        left=_left(word(WHOLE), left, monthly, everyone, level),
        left_by=[_left(name, left, monthly, rows, level) for name, rows in groups.items()],
        by=request.by,
        currency=request.currency,
        level=level,
        facts=_facts(tenure, left, new),
        remark=_remark(new, left),
    )


def curve_facts(request: CurveRequest, *, level: float) -> SurvivalFacts:
    """Curves that the caller has computed; the first is that of all accounts."""
    whole, *groups = [as_curve(name, curve) for name, curve in request.curves.items()]
    return SurvivalFacts(whole=whole, groups=groups, level=level)


def _facts(tenure: Sequence[int], left: Sequence[bool], new: Sequence[int]) -> list[Fact]:
    facts = [
        Fact(
            label=say("Accounts"),
            value=say(
                "{accounts:,} in one snapshot, {left:,} of them have left; {months:,} account-months observed",
                accounts=len(tenure),
                left=sum(left),
                months=sum(tenure),
            ),
        )
    ]
    if new:
        facts.append(
            Fact(
                label=say("Tenure 0"),
                value=say(
                    "{new} without a completed month ({left:,} left); counted, but observed for no time",
                    new=counted(len(new), "account"),
                    left=sum(left[r] for r in new),
                ),
            )
        )
    return facts


def _remark(new: Sequence[int], left: Sequence[bool]) -> str:
    common = say(
        "One snapshot holds accounts of every age. An account that has not left counts for as long as it "
        "has been observed and then drops out of the count. Where few are at risk, at the right end, the "
        "curve is a rough guess."
    )
    if not new:
        return common
    gone = sum(left[r] for r in new)
    return say(
        "{common} {new} with tenure 0 ({gone} of them left) have not completed a month: they count as "
        "accounts, but add no time to the curve.",
        common=common,
        new=counted(len(new), "account"),
        gone=word("none") if gone == 0 else gone,
    )


def _groups(segments: Sequence[str] | None) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for row, segment in enumerate(segments or ()):
        rows.setdefault(segment, []).append(row)
    return rows


def _curve(
    name: str,
    tenure: Sequence[int],
    left: Sequence[bool],
    rows: Sequence[int],
    *,
    level: float,
    weights: Sequence[int] | None = None,
) -> Curve:
    more: dict[str, Any] = {} if weights is None else {"weights": [weights[r] for r in rows]}
    curve = kaplan_meier([tenure[r] for r in rows], [left[r] for r in rows], level=level, **more)
    return as_curve(name, curve, counts=weights is None)


def as_curve(name: str, survival: Survival, *, counts: bool = True) -> Curve:
    """The columns of a survival result as a picture's curve; a curve of money has no counts of accounts."""
    times = [float(t) for t in survival.time]
    return Curve(
        name=name,
        time=times,
        survival=[float(s) for s in survival.survival],
        low=[float(v) for v in survival.low],
        high=[float(v) for v in survival.high],
        at_risk=[int(n) for n in survival.at_risk] if counts else [],
        censored=[int(n) for n in survival.censored] if counts else [],
    )


def _left(name: str, left: Sequence[bool], monthly: Sequence[int] | None, rows: Sequence[int], level: float) -> LeftBy:
    gone = [r for r in rows if left[r]]
    return LeftBy(
        name=name,
        left=len(gone),
        accounts=len(rows),
        rate=proportion(len(gone), len(rows), level=level),
        minor_left=None if monthly is None else sum(monthly[r] for r in gone),
        minor=None if monthly is None else sum(monthly[r] for r in rows),
    )
