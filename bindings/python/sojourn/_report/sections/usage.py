"""What customers committed to, what they consumed, and what is left of it."""

from __future__ import annotations

from sojourn._frames.format import money
from sojourn._frames.language import counted, say, shown_month, word
from sojourn._report.definitions import defined
from sojourn._report.page import Grid, Section
from sojourn._report.sections.revenue_facts import RevenueFacts

_FLOWS = ("committed", "consumed", "overage", "shortfall")


def usage_section(facts: RevenueFacts) -> Section:
    """A row per period, and their sum; `carried` and `balance` are those of the end."""
    sums = {name: sum(facts.usage[name]) for name in _FLOWS}
    return Section(
        anchor="usage",
        title=say("What was committed and consumed"),
        reading=say(
            "Customers committed to {committed} and consumed {consumed}, {overage} of it beyond their "
            "commitments; {shortfall} of commitments expired unused.",
            committed=money(sums["committed"], facts.currency, code=True),
            consumed=money(sums["consumed"], facts.currency, code=True),
            overage=money(sums["overage"], facts.currency),
            shortfall=money(sums["shortfall"], facts.currency),
        ),
        grids=[_grid(facts, sums)],
        definition=defined("usage_movements").meaning,
        not_told=defined("usage_movements").not_told,
    )


def _grid(facts: RevenueFacts, sums: dict[str, int]) -> Grid:
    names = list(facts.usage)
    shown = range(max(0, len(facts.periods) - 12), len(facts.periods))
    rows = [[shown_month(facts.periods[i]), *(money(facts.usage[name][i], facts.currency) for name in names)] for i in shown]
    last = {name: facts.usage[name][0 if name == "carried_in" else -1] for name in names}
    whole = [money(sums.get(name, last[name]), facts.currency) for name in names]
    rows.append([say("All {periods}", periods=counted(len(facts.periods), facts.each)), *whole])
    heads = [word(name.replace("_", " ").capitalize()) for name in names]
    return Grid(
        columns=[word(facts.each.capitalize()), *heads],
        rows=rows,
        caption=say("Usage in {currency}", currency=facts.currency),
        total=True,
    )
