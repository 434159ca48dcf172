"""How long they stay: survival curves, who left by segment, what a churn rate leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sojourn._core import Estimate
from sojourn._frames.format import UNDEFINED, money, percent, span
from sojourn._frames.language import say, sentences, word
from sojourn._report.definitions import defined
from sojourn._report.estimates import estimate_data
from sojourn._report.page import Fact, Grid, Headline, Part, Section
from sojourn.charts import rate_dots, survival_curve
from sojourn.charts.lifetime import Curve
from sojourn.charts.surveys import RateRow


@dataclass(frozen=True, kw_only=True)
class LeftBy:
    """How many of a segment's accounts left, and the money per month that they paid."""

    name: str
    left: int
    accounts: int
    rate: Estimate
    minor_left: int | None = None
    minor: int | None = None


@dataclass(frozen=True, kw_only=True)
class SurvivalFacts:
    whole: Curve
    groups: Sequence[Curve] = ()
    weighted: Curve | None = None
    """The same accounts, each counted by its MRR."""
    unit: str = "months"
    level: float = 0.95
    left: LeftBy | None = None
    left_by: Sequence[LeftBy] = ()
    by: str = ""
    currency: str = ""
    facts: Sequence[Fact] = ()
    remark: str = ""


def part(facts: SurvivalFacts) -> Part:
    result = Part(facts=list(facts.facts), data={"survival": _data(facts)})
    if facts.left is not None:
        result.headlines += _left_headlines(facts, facts.left)
    shown = _well_observed(facts)
    result.headlines.append(_median_headline(shown, cut=_end(shown.whole) < _end(facts.whole)))
    result.sections.append(_curves(shown))
    if facts.left_by:
        result.sections.append(_left_by(facts))
    return result


ENOUGH = 30
"""With fewer accounts at risk a curve is a guess, and the page stops."""


def _well_observed(facts: SurvivalFacts) -> SurvivalFacts:
    """The curves as far as enough accounts are at risk, and what the reader is told about it."""
    whole = _while_enough(facts.whole)
    end = _end(whole)
    if facts.whole.at_risk and facts.whole.at_risk[0] < ENOUGH:
        told = say("Fewer than {n} accounts were observed: read the curve as a rough guess.", n=ENOUGH)
    elif end < _end(facts.whole):
        told = say(
            "The curves end where fewer than {n} accounts are left to observe, for all accounts after {end:.0f} {unit}.",
            n=ENOUGH,
            end=end,
            unit=word(facts.unit),
        )
    else:
        told = ""
    weighted = None if facts.weighted is None else _cut(facts.weighted, sum(t <= end for t in facts.weighted.time))
    groups = [_while_enough(curve) for curve in facts.groups]
    return replace(facts, whole=whole, weighted=weighted, groups=groups, remark=sentences(facts.remark, told))


def _while_enough(curve: Curve) -> Curve:
    """Whole where nobody knows the number at risk, or it never was enough."""
    if not curve.at_risk or curve.at_risk[0] < ENOUGH:
        return curve
    return _cut(curve, sum(n >= ENOUGH for n in curve.at_risk))


def _cut(curve: Curve, points: int) -> Curve:
    parts = ("time", "survival", "low", "high", "at_risk", "censored")
    return replace(curve, **{part: getattr(curve, part)[:points] for part in parts})


def _end(curve: Curve) -> float:
    return float(curve.time[-1]) if curve.time else 0.0


def median(curve: Curve) -> float | None:
    """The first time at which half or fewer are left; None where the curve stays above one half."""
    return next((float(t) for t, s in zip(curve.time, curve.survival, strict=True) if s <= 0.5), None)


def _left_headlines(facts: SurvivalFacts, left: LeftBy) -> list[Headline]:
    lines = [
        Headline(
            label=say("Accounts that left"),
            value=percent(left.rate.value),
            interval=say(
                "{level:g}% interval {low} to {high}",
                level=100 * left.rate.level,
                low=percent(left.rate.low),
                high=percent(left.rate.high),
            ),
            reading=say(
                "{left:,} of {accounts:,} accounts. One snapshot: they did not all leave in one period.",
                left=left.left,
                accounts=left.accounts,
            ),
        )
    ]
    if left.minor and left.minor_left is not None:
        lines.append(
            Headline(
                label=say("Money per month that left"),
                value=percent(left.minor_left / left.minor),
                interval=say(
                    "{minor_left} of {minor} {currency}",
                    minor_left=money(left.minor_left, facts.currency),
                    minor=money(left.minor, facts.currency),
                    currency=facts.currency,
                ),
                reading=_heavier(left),
            )
        )
    return lines


def _heavier(left: LeftBy) -> str:
    money_rate = (left.minor_left or 0) / (left.minor or 1)
    if abs(money_rate - left.rate.value) < 0.005:
        return say("Those who left paid about as much as those who stayed.")
    return (
        say("Those who left paid more than those who stayed.")
        if money_rate > left.rate.value
        else say("Those who left paid less than those who stayed.")
    )


def _median_headline(facts: SurvivalFacts, *, cut: bool) -> Headline:
    whole, middle = facts.whole, median(facts.whole)
    end = whole.time[-1] if whole.time else 0
    last = whole.survival[-1] if whole.survival else 1.0
    year = whole.at(12)
    label = (
        say("Still there after 12 {unit}", unit=word(facts.unit))
        if end >= 12
        else say("Still there after {end:g} {unit}", end=end, unit=word(facts.unit))
    )
    value = year if end >= 12 else last
    reading = (
        say("Half have left after {middle:g} {unit}.", middle=middle, unit=word(facts.unit))
        if middle is not None
        else say(
            "More than half are still there after {end:.0f} {unit} ({last:.0f}%); beyond, fewer than 30 accounts are at "
            "risk."
            if cut
            else "More than half are still there at the longest observed time ({end:.0f} {unit}: {last:.0f}%).",
            end=end,
            unit=word(facts.unit),
            last=100 * last,
        )
    )
    return Headline(
        label=label,
        value=percent(value),
        interval=_interval_at(whole, min(12.0, float(end)), facts.level),
        reading=reading,
    )


def _interval_at(curve: Curve, when: float, level: float) -> str:
    held = [i for i, t in enumerate(curve.time) if t <= when]
    if not held or not curve.low or curve.low[held[-1]] != curve.low[held[-1]]:
        return ""
    i = held[-1]
    return say(
        "{level:g}% interval {low} to {high}", level=100 * level, low=percent(curve.low[i]), high=percent(curve.high[i])
    )


def _curves(facts: SurvivalFacts) -> Section:
    pictures = [survival_curve([facts.whole], unit=facts.unit, level=facts.level)]
    if facts.weighted is not None:
        pictures.append(
            survival_curve(
                [_named(facts.whole, say("Accounts")), _named(facts.weighted, "MRR")],
                unit=facts.unit,
                what="accounts and of their MRR",
                level=facts.level,
                height=230,
            )
        )
    if facts.groups:
        pictures.append(survival_curve(facts.groups, unit=facts.unit, by=facts.by, level=facts.level))
    return Section(
        anchor="survival",
        title=say("How long they stay"),
        reading=facts.remark,
        pictures=pictures,
        grids=[_curve_grid(facts)],
        definition=sentences(defined("survival").meaning, defined("survival").missing),
        not_told=defined("survival").not_told,
    )


def _named(curve: Curve, name: str) -> Curve:
    return Curve(name=name, time=curve.time, survival=curve.survival, low=curve.low, high=curve.high)


def _curve_grid(facts: SurvivalFacts) -> Grid:
    end = float(facts.whole.time[-1]) if facts.whole.time else 0.0
    marks = [m for m in (1.0, 3.0, 6.0, 12.0, 24.0, 36.0, 48.0, 60.0, 72.0) if m <= end] or [end]
    curves = [facts.whole, *([facts.weighted] if facts.weighted else []), *facts.groups]
    rows = [[c.name, *(percent(c.at(m)) if m <= float(c.time[-1]) else "" for m in marks)] for c in curves if c.time]
    return Grid(
        columns=[facts.by or say("Accounts"), *(f"{m:g}" for m in marks)],
        rows=rows,
        caption=say("Still there after this many {unit}; empty: longer than observed", unit=word(facts.unit)),
    )


def _left_by(facts: SurvivalFacts) -> Section:
    with_money = all(row.minor is not None for row in facts.left_by)
    rows = sorted(facts.left_by, key=lambda row: -row.rate.value)
    grid_rows = [_left_row(row, facts.currency, with_money) for row in rows]
    if facts.left is not None:
        grid_rows.append(_left_row(facts.left, facts.currency, with_money))
    title = say("Accounts that left, by {by}, % of the accounts in the file", by=facts.by)
    return Section(
        anchor="left-by",
        title=say("Who left, by {by}", by=facts.by),
        reading=say(
            "{most}: {share} left; {least}: {smallest}.",
            most=rows[0].name,
            share=percent(rows[0].rate.value),
            least=rows[-1].name,
            smallest=percent(rows[-1].rate.value),
        ),
        pictures=[
            rate_dots(
                [RateRow(segment=r.name, rate=r.rate.value, low=r.rate.low, high=r.rate.high, n=r.accounts) for r in rows],
                title=title,
                level=facts.level,
            )
        ],
        grids=[
            Grid(
                columns=[
                    facts.by,
                    say("Left"),
                    say("Accounts"),
                    say("Share"),
                    say("Interval (Wilson)"),
                    *([say("Money per month that left"), say("of all"), say("Share")] if with_money else []),
                ],
                rows=grid_rows,
                total=facts.left is not None,
                caption=say("Money in {currency}", currency=facts.currency) if with_money else "",
            )
        ],
        definition=say("Accounts marked as churned / accounts in the segment, with a Wilson interval."),
        not_told=say(
            "A rate per period: this mixes accounts of different ages. The survival curves above take age "
            "into account. A segment may be chosen by accounts that differ anyway, so the label need not be "
            "the cause."
        ),
    )


def _left_row(row: LeftBy, currency: str, with_money: bool) -> list[str]:
    cells = [
        row.name,
        f"{row.left:,}",
        f"{row.accounts:,}",
        percent(row.rate.value, 2),
        span(percent(row.rate.low, 2), percent(row.rate.high, 2)),
    ]
    if with_money and row.minor is not None and row.minor_left is not None:
        cells += [
            money(row.minor_left, currency),
            money(row.minor, currency),
            percent(row.minor_left / row.minor, 2) if row.minor else word(UNDEFINED),
        ]
    return cells


def _data(facts: SurvivalFacts) -> dict[str, Any]:
    curves = [facts.whole, *([facts.weighted] if facts.weighted else []), *facts.groups]
    return {
        "unit": facts.unit,
        "by": facts.by,
        "curves": [
            {
                "name": c.name,
                "time": list(c.time),
                "survival": list(c.survival),
                "low": list(c.low),
                "high": list(c.high),
                "at_risk": list(c.at_risk),
            }
            for c in curves
        ],
        "left": [
            {
                "segment": r.name,
                "left": r.left,
                "accounts": r.accounts,
                "rate": estimate_data(r.rate),
                "minor_left": r.minor_left,
                "minor": r.minor,
            }
            for r in [*([facts.left] if facts.left else []), *facts.left_by]
        ],
    }
