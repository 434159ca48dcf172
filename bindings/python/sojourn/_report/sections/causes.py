"""Why customers leave: churned MRR by cause, over time and as a table that adds up to the churn of the movements."""

from __future__ import annotations

from sojourn._frames.currency import shown_places
from sojourn._frames.format import money
from sojourn._frames.language import counted, say, shown_month, word
from sojourn._report.page import Grid, Section
from sojourn._report.sections.revenue_facts import RevenueFacts
from sojourn.charts.causes import cause_label, churn_by_cause


def causes_section(facts: RevenueFacts) -> Section:
    scale = 10 ** shown_places(facts.currency)
    amounts = {cause: [value / scale for value in values] for cause, values in facts.lost_to.items()}
    return Section(
        anchor="causes",
        title=say("Why customers leave"),
        reading=_reading(facts),
        pictures=[churn_by_cause(facts.periods, amounts, currency=facts.currency, each=facts.each)],
        grids=[_grid(facts)],
        proof=_proof(facts),
        definition=say(
            "Each account that left belongs to the cause that its rows state or, where they state none, that "
            "their dates, prices and products say."
        ),
        not_told=say(
            "Whether the word that somebody entered was the reason. What neither rows nor facts say is "
            "unknown; it is not guessed."
        ),
    )


def _order(facts: RevenueFacts) -> list[str]:
    """The largest first, unknown last."""
    return sorted(facts.lost_to, key=lambda cause: (cause == "unknown", -sum(facts.lost_to[cause]), cause))


def _reading(facts: RevenueFacts) -> str:
    total = sum(sum(values) for values in facts.lost_to.values())
    first = _order(facts)[0]
    if not total:
        return say("No MRR left.")
    share = 100 * sum(facts.lost_to[first]) / total
    window = say("from {first} to {last}", first=shown_month(facts.periods[0]), last=shown_month(facts.periods[-1]))
    why = say("without a known cause") if first == "unknown" else say("for the cause {cause}", cause=cause_label(first))
    text = say("{share:.0f}% of the MRR that left {window} left {why}.", share=share, window=window, why=why)
    unknown = sum(facts.lost_to.get("unknown", ()))
    return text + (
        say(" Of {unknown:.0f}% the cause is not known.", unknown=100 * unknown / total)
        if unknown and first != "unknown"
        else ""
    )


def _grid(facts: RevenueFacts) -> Grid:
    order = _order(facts)
    shown = range(max(0, len(facts.periods) - 12), len(facts.periods))
    rows = [[shown_month(facts.periods[i]), *(money(facts.lost_to[c][i], facts.currency) for c in order)] for i in shown]
    rows.append(
        [
            say("All {periods}", periods=counted(len(facts.periods), facts.each)),
            *(money(sum(facts.lost_to[c]), facts.currency) for c in order),
        ]
    )
    rows.append([say("Accounts"), *(f"{sum(facts.left_for[c]):,}" for c in order)])
    caption = say("Churned MRR in {currency} by cause", currency=facts.currency)
    caption += "" if len(shown) == len(facts.periods) else say(", last {periods}", periods=counted(len(shown), facts.each))
    return Grid(columns=[word(facts.each.capitalize()), *(_head(c) for c in order)], rows=rows, caption=caption)


def _head(cause: str) -> str:
    label = cause_label(cause)
    return label[:1].upper() + label[1:]


def _proof(facts: RevenueFacts) -> str:
    parts = " + ".join(money(sum(facts.lost_to[cause]), facts.currency) for cause in _order(facts))
    churn = money(sum(facts.movements["churn"]), facts.currency)
    return say(
        "Adds up to the churn of the movements: {parts} = {churn} {currency}, and so does each {each}.",
        parts=parts,
        churn=churn,
        currency=facts.currency,
        each=word(facts.each),
    )
