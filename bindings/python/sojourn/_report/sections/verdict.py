"""The first screen: one verdict with its evidence, and whether targets are met. Only what the intervals carry is claimed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sojourn._core import Estimate
from sojourn._frames.format import money, number, percent, signed
from sojourn._frames.language import say, sentences, shown_month, word
from sojourn._report.page import Grid, Headline
from sojourn._report.sections.revenue_facts import RevenueFacts

PLAIN = ("ltv_to_cac", "payback_months", "payback_months_per_customer", "quick_ratio", "nps", "csat_mean")
NAMES = {
    "ltv_to_cac": "LTV : CAC",
    "payback_months": "Months until CAC is recovered, new customers",
    "payback_months_per_customer": "Months until CAC is recovered, average customer",
}


def verdict(money_facts: RevenueFacts | None, worth_today: str, targets: Sequence[Mapping[str, Any]], risk: str) -> str:
    """How are we doing, in two to four sentences."""
    return sentences(_growth(money_facts), worth_today, _targets(targets), risk)


def _growth(facts: RevenueFacts | None) -> str:
    if facts is None:
        return ""
    now, before = facts.closing[-1], facts.earlier.get("year", {}).get("mrr", 0.0)
    if not before:
        return ""
    change = int(now - before)
    shown = {
        "now": money(now, facts.currency, code=True),
        "change": percent(abs(change) / before),
        "period": shown_month(facts.periods[-1]),
    }
    if change > 0:
        return say("MRR grew by {change} in twelve months, to {now} at the end of {period}.", **shown)
    if change < 0:
        return say("MRR shrank by {change} in twelve months, to {now} at the end of {period}.", **shown)
    return say("MRR is what it was a year ago, {now}.", now=shown["now"])


def _targets(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return ""
    met = sum(row["verdict"] == "met" for row in rows)
    missed = [_missed(row) for row in rows if row["verdict"] == "missed"]
    told = say("{met} of {all} targets are met.", met=met, all=len(rows))
    return sentences(told, say("Missed: {names}.", names=say(", ").join(missed)) if missed else "")


def _missed(row: Mapping[str, Any]) -> str:
    """Which number, and on which side of its target it lies."""
    low = row["at_least"] is not None and row["value"] < row["at_least"]
    name, value = metric_name(row["metric"]), _shown(row["metric"], row["value"])
    return (
        say("{name} ({value}, too low)", name=name, value=value)
        if low
        else say("{name} ({value}, too high)", name=name, value=value)
    )


def metric_name(metric: str) -> str:
    """The words of the page for a metric that has a target."""
    return word(NAMES.get(metric, metric.upper() if metric in ("nrr", "grr") else metric.replace("_", " ")))


def target_grid(rows: Sequence[Mapping[str, Any]]) -> Grid:
    """One row per number with a target."""
    return Grid(
        columns=[say("Number"), say("Value"), say("Target"), say("Result")],
        rows=[
            [metric_name(row["metric"]), _shown(row["metric"], row["value"]), target_text(row), word(row["verdict"])]
            for row in rows
        ],
        caption=say("Targets; an interval that crosses a border leaves the question open"),
        words=(2, 3),
    )


def target_text(row: Mapping[str, Any]) -> str:
    low, high = (None if row[side] is None else _shown(row["metric"], row[side]) for side in ("at_least", "at_most"))
    if low is not None and high is not None:
        return say("{low} to {high}", low=low, high=high)
    return say("at least {low}", low=low) if low is not None else say("at most {high}", high=high)


def _shown(metric: str, value: float | None) -> str:
    if value is None:
        return word("not defined")
    return number(value) if metric in PLAIN else percent(value)


def changes(key: str, now: float, earlier: Mapping[str, Mapping[str, float]], *, currency: str) -> list[str]:
    """The change since a month and a year before, where both are known."""
    found = []
    for step in ("month", "year"):
        before = earlier.get(step, {}).get(key)
        if before is None:
            continue
        text = _change(key, now, before, currency)
        found.append(
            say("{change} on the month before", change=text)
            if step == "month"
            else say("{change} on the year before", change=text)
        )
    return found


def _change(key: str, now: float, before: float, currency: str) -> str:
    if key == "mrr":
        return f"{100 * (now - before) / before:+.1f}%".replace("-", "−") if before else money(int(now - before), currency)
    if key in PLAIN:
        return signed(now - before, 2)
    return say("{points} points", points=signed(100 * (now - before)))


def with_target(headline: Headline, rows: Mapping[str, Mapping[str, Any]]) -> Headline:
    """The headline with the verdict on its target, where there is one."""
    row = rows.get(headline.key)
    if row is None:
        return headline
    told = say("target {target}: {verdict}", target=target_text(row), verdict=word(row["verdict"]))
    return headline.marked(told, str(row["verdict"]).replace(" ", "-"))


def numbers_of(estimates: Mapping[str, Estimate], costs: Mapping[str, Estimate], asked: Sequence[str]) -> dict[str, Any]:
    """What can be checked: the ratios that have a target, and what winning a customer costs."""
    usual = ("ltv_to_cac", "payback_months")
    found = {name: one for name, one in {**estimates, **costs}.items() if name in asked or name in usual}
    return {name: one for name, one in found.items() if one.reason is None}
