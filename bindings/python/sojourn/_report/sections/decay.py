"""How long they will stay: the fitted decay with its projection, and what different churn rates leave of MRR."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sojourn._frames.format import number, percent, span
from sojourn._frames.language import counted, mark, say, sentences, word
from sojourn._report.definitions import defined
from sojourn._report.page import Fact, Grid, Part, Section
from sojourn.charts import decay_curve, mrr_index_curves
from sojourn.charts.style import Spec


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """A usable fit: shares by months since start, from 0; `observed` ends where the data end."""

    family: str
    params: Mapping[str, float]
    observed: Sequence[float]
    survival: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    retention: Sequence[float]
    accounts: int
    well_seen: int
    """The last month in which enough accounts decided for a dot to be meaningful."""

    @property
    def last(self) -> int:
        return len(self.observed) - 1

    @property
    def horizon(self) -> int:
        return len(self.survival) - 1

    def farthest(self) -> tuple[float, int]:
        """The largest distance between a meaningful dot and the curve, and its month."""
        dots = list(zip(self.observed, self.survival, strict=False))[: self.well_seen + 1]
        return max((abs(seen - fit), month) for month, (seen, fit) in enumerate(dots))


@dataclass(frozen=True, kw_only=True)
class DecayFacts:
    fitted: Fitted | None
    """None where there is no usable fit; `status` says why."""
    status: str = "converged"
    level: float = 0.95
    index: tuple[float, Mapping[float, Sequence[float]]] | None = None
    """The MRR churn rate of these accounts per month, and the share left month by month at it and at rates around it."""
    facts: Sequence[Fact] = ()


def part(facts: DecayFacts) -> Part:
    result = Part(facts=list(facts.facts), data={"decay": _data(facts)})
    result.sections.append(_refused(facts) if facts.fitted is None else _curve(facts, facts.fitted))
    if facts.index is not None:
        result.sections.append(_index(*facts.index))
    return result


ENOUGH = 30
POOR = 0.05
_WHY_NOT = {
    "refused": mark(
        "There is no curve to show: fewer than two months at which accounts could leave were seen, or none has left."
    ),
    "not converged": mark(
        "There is no curve to show: nearly all losses fall on the first month, so later ones are unknown."
    ),
}


def _refused(facts: DecayFacts) -> Section:
    return Section(
        anchor="decay",
        title=say("How long they will stay"),
        definition=defined("decay").meaning,
        not_told=defined("decay").not_told,
        reading=word(_WHY_NOT[facts.status])
        if facts.status in _WHY_NOT
        else say("There is no curve to show: the fit ended as “{status}”.", status=word(facts.status)),
    )


def _curve(facts: DecayFacts, fit: Fitted) -> Section:
    return Section(
        anchor="decay",
        title=say("How long they will stay"),
        reading=_reading(facts, fit),
        pictures=[_picture(facts, fit)],
        grids=[_grid(facts, fit)],
        definition=sentences(defined("decay").meaning, defined("decay").missing),
        not_told=defined("decay").not_told,
    )


def _picture(facts: DecayFacts, fit: Fitted) -> Spec:
    family = word(fit.family)
    return decay_curve(fit.observed, fit.survival, low=fit.low, high=fit.high, family=family, level=facts.level)


def _reading(facts: DecayFacts, fit: Fitted) -> str:
    end, gap = fit.horizon, fit.farthest()
    lines = [
        say(
            "If nothing changes, {share} of new accounts are still there after {end} months ({level:.0%} "
            "interval {low} to {high}); {last} months are observed, the rest is projected.",
            share=percent(fit.survival[end]),
            end=end,
            level=facts.level,
            low=percent(fit.low[end]),
            high=percent(fit.high[end]),
            last=fit.last,
        )
    ]
    if "theta" in fit.params:
        lines.append(
            say(
                "Accounts do not differ enough to bend the curve, so it is the simplest one: {theta} leave each "
                "month, early and late alike.",
                theta=percent(fit.params["theta"], 2),
            )
        )
    else:
        lines.append(
            say(
                "Accounts differ, so churn slows as the early leavers go: {first} leave in the first month, "
                "{last} in month {end}.",
                first=percent(1 - fit.retention[1], 2),
                last=percent(1 - fit.retention[end], 2),
                end=end,
            )
        )
    if gap[0] > POOR:
        return say(
            "No curve of this kind follows these accounts: dots and curve are up to {gap} points apart "
            "(month {month}), so do not rely on the projection. Groups that leave in different ways, or a "
            "change over time, cause that.",
            gap=number(100 * gap[0]),
            month=gap[1],
        )
    lines.append(
        say(
            "Where at least {enough} accounts decide, dots and curve are at most {gap} points apart (month {month}).",
            enough=ENOUGH,
            gap=number(100 * gap[0]),
            month=gap[1],
        )
        if fit.well_seen
        else say("There are too few accounts to judge how well the curve fits.")
    )
    if fit.last >= 12:
        lines.append(say("Annual contracts end in steps at months 12, 24 …, which the curve smooths."))
    return sentences(*lines)


def _grid(facts: DecayFacts, fit: Fitted) -> Grid:
    months = sorted({m for m in (1, 3, 6, 12, 24, 36, 48, 60) if m <= fit.horizon} | {fit.horizon})
    rows = [
        [
            f"{m}" + ("" if m <= fit.last else say(", projected")),
            percent(fit.observed[m]) if m <= fit.last else "–",
            percent(fit.survival[m]),
            span(percent(fit.low[m]), percent(fit.high[m])),
        ]
        for m in months
    ]
    return Grid(
        columns=[say("Months since start"), say("Observed"), say("Fitted"), say("Interval")],
        rows=rows,
        caption=say("Share still there; fitted to {accounts}", accounts=counted(fit.accounts, "account")),
    )


def _index(own: float, curves: Mapping[float, Sequence[float]]) -> Section:
    months = len(curves[own]) - 1
    marks = [m for m in (3, 6, 12, 18, 24) if m <= months]
    return Section(
        anchor="mrr-index",
        title=say("What a churn rate does to MRR"),
        reading=say(
            "Over the last 12 months {own} of the MRR was lost per month (churn and contraction). At that "
            "rate {share} of it is left after {months} months if nothing is added; half and twice the rate "
            "stand beside it.",
            own=percent(own, 2),
            share=percent(curves[own][-1], 0),
            months=months,
        ),
        pictures=[mrr_index_curves(list(curves), list(curves.values()), own=own)],
        grids=[
            Grid(
                columns=[say("Churn per month"), *(say("{m} months", m=m) for m in marks)],
                caption=say("Share of today's MRR that is left"),
                rows=[[percent(rate, 2), *(percent(curve[m]) for m in marks)] for rate, curve in curves.items()],
            )
        ],
        definition=f"{defined('mrr_index').meaning} {defined('mrr_index').formula}.",
        not_told=defined("mrr_index").not_told,
    )


def _data(facts: DecayFacts) -> dict[str, Any]:
    found: dict[str, Any] = {"status": facts.status, "level": facts.level}
    if (fit := facts.fitted) is not None:
        found |= {
            "family": fit.family,
            "params": dict(fit.params),
            "observed": list(fit.observed),
            "survival": list(fit.survival),
            "low": list(fit.low),
            "high": list(fit.high),
        }
    if facts.index is not None:
        own, curves = facts.index
        found["mrr_index"] = {"own": own, "rates": [{"churn_rate": r, "remaining": list(c)} for r, c in curves.items()]}
    return found
