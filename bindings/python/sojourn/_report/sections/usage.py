"""What customers committed to, what they consumed, and what is left of it."""

from __future__ import annotations

from sojourn._catalogue.definitions import DEFINITIONS
from sojourn._frames.format import money, plural
from sojourn._report.page import Grid, Section
from sojourn._report.sections.revenue_facts import RevenueFacts

_FLOWS = ("committed", "consumed", "overage", "shortfall")


def usage_section(facts: RevenueFacts) -> Section:
    """A row per period, and their sum; `carried` and `balance` are those of the end."""
    sums = {name: sum(facts.usage[name]) for name in _FLOWS}
    return Section(
        anchor="usage",
        title="What was committed and consumed",
        reading=f"Customers committed to {money(sums['committed'], facts.currency, code=True)} and consumed "
        f"{money(sums['consumed'], facts.currency, code=True)}, {money(sums['overage'], facts.currency)} of it beyond their "
        f"commitments; {money(sums['shortfall'], facts.currency)} of commitments expired unused.",
        grids=[_grid(facts, sums)],
        definition=DEFINITIONS["usage_movements"].meaning,
        not_told=DEFINITIONS["usage_movements"].not_told,
    )


def _grid(facts: RevenueFacts, sums: dict[str, int]) -> Grid:
    names = list(facts.usage)
    shown = range(max(0, len(facts.periods) - 12), len(facts.periods))
    rows = [[facts.periods[i], *(money(facts.usage[name][i], facts.currency) for name in names)] for i in shown]
    last = {name: facts.usage[name][0 if name == "carried_in" else -1] for name in names}
    whole = [money(sums.get(name, last[name]), facts.currency) for name in names]
    rows.append(["All " + plural(len(facts.periods), facts.each), *whole])
    heads = [name.replace("_", " ").capitalize() for name in names]
    return Grid(columns=[facts.each.capitalize(), *heads], rows=rows, caption=f"Usage in {facts.currency}", total=True)
