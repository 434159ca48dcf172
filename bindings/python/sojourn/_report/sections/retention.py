"""How much stays: the ratios of the last month, and retention over time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sojourn._core import Estimate
from sojourn._frames.format import UNDEFINED, number, percent, rounded_money, span
from sojourn._frames.language import mark, say, sentences, shown_month, word
from sojourn._report.definitions import defined
from sojourn._report.estimates import interval_text
from sojourn._report.page import Grid, Headline, Section
from sojourn._report.sections.contributors import folds_of
from sojourn._report.sections.revenue_facts import RevenueFacts
from sojourn._report.sections.verdict import changes
from sojourn.charts import retention_over_time
from sojourn.charts.style import Spec

_RATIOS = {
    "nrr": "nrr",
    "grr": "grr",
    "logo_retention": "logo_retention",
    "logo_churn": "logo_churn",
    "mrr_churn": "mrr_churn",
    "net_mrr_churn": "mrr_churn",
    "quick_ratio": "quick_ratio",
    "arpa": "arpa",
}


_RATIO_NAMES = {"mrr_churn": mark("MRR churn, gross"), "net_mrr_churn": mark("MRR churn, net of growth")}


_PLAIN_RATIOS = {"quick_ratio"}


_READINGS = {
    "nrr": mark(
        "Of every 100 of MRR {window} months ago, {value} is there today from the same accounts, upgrades included."
    ),
    "grr": mark("Of every 100 of MRR {window} months ago, {value} was kept, not counting upgrades."),
    "logo_retention": mark("Of every 100 accounts {window} months ago, {value} are still customers."),
    "logo_churn": mark("Of every 100 accounts at the opening of {period}, {value} left during it."),
    "quick_ratio": mark("Each unit of MRR lost in {period} was met by {value} gained."),
}


def ratio_headlines(facts: RevenueFacts) -> list[Headline]:
    """One headline per ratio that was asked for, with a sentence that says how to read it."""
    asked = ((name, facts.estimates.get(name), reading) for name, reading in _READINGS.items())
    return [_ratio_headline(name, found, reading, facts) for name, found, reading in asked if found is not None]


def _ratio_headline(name: str, estimate: Estimate, reading: str, facts: RevenueFacts) -> Headline:
    plain = name in _PLAIN_RATIOS
    show = (lambda v: number(v, 2)) if plain else percent
    title = defined(name).title
    if estimate.reason is not None:
        return Headline(
            label=say("{title}, {period}", title=title, period=shown_month(facts.periods[-1])),
            value=word(UNDEFINED),
            reading=say("Not defined: {reason}.", reason=word(estimate.reason)),
        )
    value = number(estimate.value, 2) if plain else number(100 * estimate.value)
    return Headline(
        label=say("{title}, {period}", title=title, period=shown_month(facts.periods[-1])),
        value=show(estimate.value),
        key=name,
        first=name in ("nrr", "grr", "logo_retention"),
        changes=changes(name, estimate.value, facts.earlier, currency=facts.currency),
        interval=interval_text(estimate, show),
        reading=say(reading, value=value, window=facts.window, period=shown_month(facts.periods[-1])),
    )


def retention_section(facts: RevenueFacts) -> Section | None:
    rows = [_ratio_row(name, facts.estimates[name], facts) for name in _RATIOS if name in facts.estimates]
    if not rows:
        return None
    asked = dict.fromkeys(_RATIOS[name] for name in _RATIOS if name in facts.estimates)
    return Section(
        anchor="retention",
        title=say("How much stays"),
        reading=_retention_reading(facts.estimates, facts.window),
        pictures=_kept_pictures(facts),
        folds=folds_of(facts, ("nrr",)),
        grids=[
            Grid(
                columns=[say("Measure"), say("Value"), say("Interval"), "n", say("Method")],
                rows=rows,
                caption=say(
                    "Retention over {window} months to the end of {period}; churn, quick ratio and ARPA in {period}",
                    window=facts.window,
                    period=shown_month(facts.periods[-1]),
                ),
            )
        ],
        definition=sentences(*(say("{title}: {text}.", title=defined(n).title, text=defined(n).formula) for n in asked)),
        not_told=sentences(
            *(say("{title}: {text}", title=n.upper(), text=defined(n).not_told) for n in ("nrr", "grr") if n in asked)
        ),
    )


def _kept_pictures(facts: RevenueFacts) -> list[Spec]:
    """A line needs at least two points."""
    if facts.kept is None or len(facts.kept.periods) < 2:
        return []
    level = next((e.level for e in facts.estimates.values()), 0.95)
    return [retention_over_time(facts.kept.periods, facts.kept.rates, window=facts.window, level=level)]


def _retention_reading(estimates: Mapping[str, Estimate], window: int) -> str:
    """How much MRR churn and downgrades took, and how much of it upgrades brought back."""
    nrr, grr = estimates.get("nrr"), estimates.get("grr")
    if nrr is None or grr is None or nrr.reason is not None or grr.reason is not None or grr.value >= 1:
        return ""
    lost, back = 1 - grr.value, nrr.value - grr.value
    moved = say(
        "Leaving and downgrades took {lost} of the MRR of {window} months ago; upgrades of those who stayed brought back "
        "{back}.",
        lost=percent(lost),
        window=window,
        back=percent(back),
    )
    return sentences(moved, worth_today(nrr, window))


def worth_today(nrr: Estimate, window: int) -> str:
    """What the interval allows to say: a value above 100 with an interval across it is no growth."""
    shown: dict[str, Any] = {
        "window": window,
        "value": percent(nrr.value),
        "low": percent(nrr.low),
        "high": percent(nrr.high),
    }
    if nrr.low > 1:
        return say(
            "The accounts of {window} months ago are worth more today: NRR is {value} (interval {low} to {high}).", **shown
        )
    if nrr.high < 1:
        return say(
            "The accounts of {window} months ago are worth less today: NRR is {value} (interval {low} to {high}).", **shown
        )
    if nrr.low != nrr.low:
        return ""
    return say(
        "NRR is {value}; whether accounts like these grow is open: the interval of {low} to {high} has 100% in it.",
        **shown,
    )


def _ratio_row(name: str, e: Estimate, facts: RevenueFacts) -> list[str]:
    show: Callable[[float, int], str] = number if name in _PLAIN_RATIOS else percent
    if name == "arpa":
        show = lambda value, _: rounded_money(value, facts.currency)  # noqa: E731
    low_high = span(show(e.low, 2), show(e.high, 2))
    title = word(_RATIO_NAMES[name]) if name in _RATIO_NAMES else defined(_RATIOS[name]).title
    return [
        say("{title}, {period}", title=title, period=facts.currency) if name == "arpa" else title,
        show(e.value, 2),
        low_high or "–",
        f"{e.n:,}",
        _method(e.method) if low_high else "–",
    ]


def _method(name: str) -> str:
    return "Wilson" if name == "wilson" else word(name.replace("_", " "))
