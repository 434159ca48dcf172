"""MRR: the level, the movements that close to the cent, retention, cohorts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sojourn._core import Estimate
from sojourn._frames.currency import exponent
from sojourn._frames.format import UNDEFINED, money, number, percent, plural, rounded_money, span
from sojourn._report.definitions import DEFINITIONS
from sojourn._report.estimates import estimate_data, interval_text
from sojourn._report.page import Fact, Grid, Headline, Part, Section
from sojourn.charts import cohort_heat_map, mrr_movements, mrr_waterfall, retention_over_time
from sojourn.charts.style import Spec
from sojourn.errors import Error

SIGNS = {"new": 1, "reactivation": 1, "expansion": 1, "contraction": -1, "churn": -1, "fx": 1}


@dataclass(frozen=True, kw_only=True)
class Triangle:
    """Cohort retention: `retention[cohort][age]` in 0..1 (None where it cannot be known yet)."""

    cohorts: Sequence[str]
    sizes: Sequence[int]
    retention: Sequence[Sequence[float | None]]
    measure: str = "accounts"
    step: str = "month"
    weights: Sequence[int] = ()
    """What each cohort counts for in the mean: its MRR at the start, for a triangle of MRR; the accounts otherwise."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Retention of the window up to the end of each period: of nrr, grr, logo_retention value, low and high, None where undefined."""

    periods: Sequence[str]
    rates: Mapping[str, Sequence[tuple[float, float, float] | None]]


@dataclass(frozen=True, kw_only=True)
class RevenueFacts:
    """Movements in minor units as positive magnitudes, and the ratios read from the same ledger."""

    currency: str
    periods: Sequence[str]
    opening: Sequence[int]
    closing: Sequence[int]
    movements: Mapping[str, Sequence[int]]
    accounts: Mapping[str, Sequence[int]]
    """opening, new, reactivated, churned, closing."""
    each: str = "month"
    window: int = 12
    estimates: Mapping[str, Estimate] = field(default_factory=dict)
    """Of nrr, grr, logo_retention, logo_churn, mrr_churn, net_mrr_churn, quick_ratio, arpa: those that could be asked."""
    kept: Kept | None = None
    triangles: Sequence[Triangle] = ()
    facts: Sequence[Fact] = ()


def part(facts: RevenueFacts) -> Part:
    """Fails when a period does not close: a report must not print an identity that is not one."""
    _require_closing(facts)
    result = Part(headlines=_headlines(facts), facts=list(facts.facts), data={"revenue": _data(facts)})
    result.sections.append(_movements(facts))
    if (retention := _retention(facts)) is not None:
        result.sections.append(retention)
    if facts.triangles:
        result.sections.append(_cohorts(facts.triangles))
    return result


def _require_closing(facts: RevenueFacts) -> None:
    for i, period in enumerate(facts.periods):
        reached = facts.opening[i] + sum(sign * facts.movements[name][i] for name, sign in SIGNS.items())
        if reached != facts.closing[i]:
            raise Error(f"movements of {period} do not close: they lead to {reached}, the closing MRR is {facts.closing[i]}")


def _totals(facts: RevenueFacts) -> dict[str, int]:
    return {name: sum(facts.movements[name]) for name in SIGNS}


def _headlines(facts: RevenueFacts) -> list[Headline]:
    closing, accounts = facts.closing[-1], facts.accounts["closing"][-1]
    change = closing - facts.opening[0]
    lines = [
        Headline(
            label=f"MRR at the end of {facts.periods[-1]}, {facts.currency}",
            value=money(closing, facts.currency),
            interval=f"exact; {plural(accounts, 'paying account')}",
            reading=f"{'Up' if change >= 0 else 'Down'} {money(abs(change), facts.currency)} since the opening of "
            f"{facts.periods[0]}. A year at this rate (ARR): {money(12 * closing, facts.currency)}.",
        ),
    ]
    for name, reading in _READINGS.items():
        if (estimate := facts.estimates.get(name)) is not None:
            lines.append(_ratio_headline(name, estimate, reading, facts))
    return lines


_READINGS = {
    "nrr": "Of every 100 of MRR {window} months ago, {value} is there today from the same accounts, upgrades included.",
    "grr": "Of every 100 of MRR {window} months ago, {value} was kept, not counting upgrades.",
    "logo_retention": "Of every 100 accounts {window} months ago, {value} are still customers.",
    "logo_churn": "Of every 100 accounts at the opening of {period}, {value} left during it.",
    "quick_ratio": "Each unit of MRR lost in {period} was met by {value} gained.",
}
_PLAIN_RATIOS = {"quick_ratio"}


def _ratio_headline(name: str, estimate: Estimate, reading: str, facts: RevenueFacts) -> Headline:
    plain = name in _PLAIN_RATIOS
    show = (lambda v: number(v, 2)) if plain else percent
    title = DEFINITIONS[name].title
    if estimate.reason is not None:
        return Headline(label=f"{title}, {facts.periods[-1]}", value=UNDEFINED, reading=f"Not defined: {estimate.reason}.")
    value = number(estimate.value, 2) if plain else number(100 * estimate.value)
    return Headline(
        label=f"{title}, {facts.periods[-1]}",
        value=show(estimate.value),
        interval=interval_text(estimate, show),
        reading=reading.format(value=value, window=facts.window, period=facts.periods[-1]),
    )


def _movements(facts: RevenueFacts) -> Section:
    scale = 10 ** exponent(facts.currency)
    bars = {name: [value / scale for value in values] for name, values in facts.movements.items()}
    totals = _totals(facts)
    first, last = facts.periods[0], facts.periods[-1]
    pictures = [
        mrr_movements(facts.periods, bars, currency=facts.currency, each=facts.each),
        mrr_waterfall(
            facts.opening[0] / scale,
            {name: total / scale for name, total in totals.items()},
            facts.closing[-1] / scale,
            opening_label=first,
            closing_label=last,
            currency=facts.currency,
        ),
    ]
    return Section(
        anchor="movements",
        title="Where MRR came from and where it went",
        reading=_movement_reading(facts, totals),
        pictures=pictures,
        grids=[_movement_grid(facts, totals)],
        proof=_proof(facts, totals),
        definition=f"{DEFINITIONS['movements'].meaning} {DEFINITIONS['mrr'].not_told}",
        not_told=DEFINITIONS["movements"].not_told,
    )


def _movement_reading(facts: RevenueFacts, totals: Mapping[str, int]) -> str:
    gained = totals["new"] + totals["reactivation"] + totals["expansion"]
    lost = totals["contraction"] + totals["churn"]
    if gained == 0 or lost == 0:
        return f"Gained {money(gained, facts.currency, code=True)}, lost {money(lost, facts.currency, code=True)}."
    return (
        f"From {facts.periods[0]} to {facts.periods[-1]} the accounts added {money(gained, facts.currency, code=True)} of MRR "
        f"({100 * totals['new'] / gained:.0f}% of it from new accounts) and took away "
        f"{money(lost, facts.currency, code=True)} ({100 * totals['churn'] / lost:.0f}% of it by leaving)."
    )


def _movement_grid(facts: RevenueFacts, totals: Mapping[str, int]) -> Grid:
    names = [name for name in SIGNS if name != "fx" or totals["fx"]]
    shown = range(max(0, len(facts.periods) - 12), len(facts.periods))
    rows = [
        [
            facts.periods[i],
            money(facts.opening[i], facts.currency),
            *(money(SIGNS[n] * facts.movements[n][i], facts.currency) for n in names),
            money(facts.closing[i], facts.currency),
        ]
        for i in shown
    ]
    rows.append(
        [
            "All " + plural(len(facts.periods), facts.each),
            money(facts.opening[0], facts.currency),
            *(money(SIGNS[n] * totals[n], facts.currency) for n in names),
            money(facts.closing[-1], facts.currency),
        ]
    )
    caption = f"MRR in {facts.currency}" + ("" if len(shown) == len(facts.periods) else f", last {len(shown)} {facts.each}s")
    heads = {"fx": "Currency"}
    return Grid(
        columns=[facts.each.capitalize(), "Opening", *(heads.get(n, n.capitalize()) for n in names), "Closing"],
        rows=rows,
        caption=caption,
        total=True,
    )


def _proof(facts: RevenueFacts, totals: Mapping[str, int]) -> str:
    steps = "".join(
        f" {'+' if sign > 0 else '−'} {money(totals[name], facts.currency)}"
        for name, sign in SIGNS.items()
        if name != "fx" or totals["fx"]
    )
    return (
        f"Closes exactly: {money(facts.opening[0], facts.currency)}{steps} = {money(facts.closing[-1], facts.currency)} "
        f"{facts.currency}, and so does each of the {plural(len(facts.periods), facts.each)}."
    )


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
_RATIO_NAMES = {"mrr_churn": "MRR churn, gross", "net_mrr_churn": "MRR churn, net of growth"}


def _retention(facts: RevenueFacts) -> Section | None:
    rows = [_ratio_row(name, facts.estimates[name], facts) for name in _RATIOS if name in facts.estimates]
    if not rows:
        return None
    asked = dict.fromkeys(_RATIOS[name] for name in _RATIOS if name in facts.estimates)
    return Section(
        anchor="retention",
        title="How much stays",
        reading=_retention_reading(facts.estimates, facts.window),
        pictures=_kept_pictures(facts),
        grids=[
            Grid(
                columns=["Measure", "Value", "Interval", "n", "Method"],
                rows=rows,
                caption=f"Retention over {facts.window} months to the end of {facts.periods[-1]}; churn, quick ratio and ARPA in "
                f"{facts.periods[-1]}",
            )
        ],
        definition=" ".join(f"{DEFINITIONS[n].title}: {DEFINITIONS[n].formula}." for n in asked),
        not_told=" ".join(f"{n.upper()}: {DEFINITIONS[n].not_told}" for n in ("nrr", "grr") if n in asked),
    )


def _kept_pictures(facts: RevenueFacts) -> list[Spec]:
    """From two points on there is a line to look at."""
    if facts.kept is None or len(facts.kept.periods) < 2:
        return []
    level = next((e.level for e in facts.estimates.values()), 0.95)
    return [retention_over_time(facts.kept.periods, facts.kept.rates, window=facts.window, level=level)]


def _retention_reading(estimates: Mapping[str, Estimate], window: int) -> str:
    """Where the money goes: what leaving takes, and how much of it upgrades bring back."""
    nrr, grr = estimates.get("nrr"), estimates.get("grr")
    if nrr is None or grr is None or nrr.reason is not None or grr.reason is not None or grr.value >= 1:
        return ""
    lost, back = 1 - grr.value, nrr.value - grr.value
    return (
        f"Leaving and downgrades took {percent(lost)} of the MRR of {window} months ago; upgrades of those who stayed brought "
        f"back {percent(back)}, so the accounts of that time are worth {'more' if nrr.value > 1 else 'less'} today."
    )


def _ratio_row(name: str, e: Estimate, facts: RevenueFacts) -> list[str]:
    show: Callable[[float, int], str] = number if name in _PLAIN_RATIOS else percent
    if name == "arpa":
        show = lambda value, _: rounded_money(value, facts.currency)  # noqa: E731
    low_high = span(show(e.low, 2), show(e.high, 2))
    title = _RATIO_NAMES.get(name, DEFINITIONS[_RATIOS[name]].title)
    return [
        f"{title}, {facts.currency}" if name == "arpa" else title,
        show(e.value, 2),
        low_high or "–",
        f"{e.n:,}",
        _method(e.method) if low_high else "–",
    ]


def _method(name: str) -> str:
    return "Wilson" if name == "wilson" else name.replace("_", " ")


def _cohorts(triangles: Sequence[Triangle]) -> Section:
    return Section(
        anchor="cohorts",
        title="Cohorts: what becomes of the accounts that start together",
        reading=_cohort_reading(triangles[0]),
        pictures=[cohort_heat_map(t.cohorts, t.retention, sizes=t.sizes, measure=t.measure, step=t.step) for t in triangles],
        grids=[_age_grid(triangles)],
        definition=f"{DEFINITIONS['cohorts'].meaning} {DEFINITIONS['cohorts'].missing}",
        not_told=DEFINITIONS["cohorts"].not_told,
    )


def _age_grid(triangles: Sequence[Triangle]) -> Grid:
    """All cohorts together at a few ages, each age over the cohorts that are old enough."""
    first = triangles[0]
    ages = [a for a in (1, 2, 3, 4, 6, 8, 12, 18, 24, 36) if any(_known(row, a) for row in first.retention)]
    old_enough = {a: [i for i, row in enumerate(first.retention) if _known(row, a)] for a in ages}
    return Grid(
        columns=[f"Age, {first.step}s", *(f"{a}" for a in ages)],
        caption="All cohorts that are old enough, weighted by their size",
        rows=[
            *(
                [
                    f"Share of {'accounts' if t.measure == 'accounts' else 'MRR'} there",
                    *(percent(_mean(t, a, rows)) for a, rows in old_enough.items()),
                ]
                for t in triangles
            ),
            ["Cohorts", *(f"{len(rows):,}" for rows in old_enough.values())],
        ],
    )


def _known(row: Sequence[float | None], age: int) -> bool:
    return age < len(row) and row[age] is not None


def _mean(triangle: Triangle, age: int, rows: Sequence[int]) -> float:
    weights = triangle.weights or triangle.sizes
    return sum((triangle.retention[i][age] or 0.0) * weights[i] for i in rows) / (sum(weights[i] for i in rows) or 1)


def _cohort_reading(triangle: Triangle) -> str:
    age = 12 if triangle.step == "month" else 4 if triangle.step == "quarter" else 1
    seen = [
        (row[age], size)
        for row, size in zip(triangle.retention, triangle.sizes, strict=True)
        if len(row) > age and row[age] is not None
    ]
    if not seen or triangle.measure != "accounts":
        return ""
    kept, started = sum((share or 0.0) * size for share, size in seen), sum(size for _, size in seen)
    return (
        f"{100 * kept / started:.1f}% of the accounts are still there {age} {triangle.step}s after the {triangle.step} in which they started "
        f"({len(seen)} cohorts, {started:,} accounts old enough to tell)."
    )


def _data(facts: RevenueFacts) -> dict[str, Any]:
    return {
        "currency": facts.currency,
        "unit": "minor units",
        "periods": list(facts.periods),
        "opening": list(facts.opening),
        **{name: list(values) for name, values in facts.movements.items()},
        "closing": list(facts.closing),
        "accounts": {name: list(values) for name, values in facts.accounts.items()},
        "estimates": {name: estimate_data(e) for name, e in facts.estimates.items()},
        "kept": None
        if facts.kept is None
        else {
            "window": facts.window,
            "periods": list(facts.kept.periods),
            **{
                name: [None if found is None else list(found) for found in rates] for name, rates in facts.kept.rates.items()
            },
        },
        "cohorts": [
            {
                "measure": t.measure,
                "cohorts": list(t.cohorts),
                "sizes": list(t.sizes),
                "retention": [list(row) for row in t.retention],
            }
            for t in facts.triangles
        ],
    }
