"""Where MRR came from and where it went: bars, the roll-forward, and the identity that closes."""

from __future__ import annotations

from collections.abc import Mapping

from sojourn._frames.currency import shown_places
from sojourn._frames.format import money
from sojourn._frames.language import counted, say, sentences, shown_month, word
from sojourn._report.definitions import defined
from sojourn._report.page import Grid, Section
from sojourn._report.sections.contributors import folds_of
from sojourn._report.sections.revenue_facts import SIGNS, RevenueFacts
from sojourn.charts import mrr_movements, mrr_waterfall


def movements_section(facts: RevenueFacts) -> Section:
    scale = 10 ** shown_places(facts.currency)
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
        title=say("Where MRR came from and where it went"),
        reading=_movement_reading(facts, totals),
        pictures=pictures,
        grids=[_movement_grid(facts, totals), _customer_grid(facts)],
        folds=folds_of(facts, ("new", "expansion", "contraction", "churn")),
        proof=_proof(facts, totals),
        definition=sentences(defined("movements").meaning, defined("mrr").not_told),
        not_told=defined("movements").not_told,
    )


def _totals(facts: RevenueFacts) -> dict[str, int]:
    return {name: sum(facts.movements[name]) for name in SIGNS}


def _movement_reading(facts: RevenueFacts, totals: Mapping[str, int]) -> str:
    gained = totals["new"] + totals["reactivation"] + totals["expansion"]
    lost = totals["contraction"] + totals["churn"]
    if gained == 0 or lost == 0:
        return say(
            "Gained {gained}, lost {lost}.",
            gained=money(gained, facts.currency, code=True),
            lost=money(lost, facts.currency, code=True),
        )
    return say(
        "From {first} to {last} the accounts added {gained} of MRR ({new:.0f}% of it from new "
        "accounts) and took away {lost} ({churn:.0f}% of it by leaving).",
        first=shown_month(facts.periods[0]),
        last=shown_month(facts.periods[-1]),
        gained=money(gained, facts.currency, code=True),
        new=100 * totals["new"] / gained,
        lost=money(lost, facts.currency, code=True),
        churn=100 * totals["churn"] / lost,
    )


def _movement_grid(facts: RevenueFacts, totals: Mapping[str, int]) -> Grid:
    names = [name for name in SIGNS if name != "fx" or totals["fx"]]
    shown = range(max(0, len(facts.periods) - 12), len(facts.periods))
    rows = [
        [
            shown_month(facts.periods[i]),
            money(facts.opening[i], facts.currency),
            *(money(SIGNS[n] * facts.movements[n][i], facts.currency) for n in names),
            money(facts.closing[i], facts.currency),
        ]
        for i in shown
    ]
    rows.append(
        [
            say("All {periods}", periods=counted(len(facts.periods), facts.each)),
            money(facts.opening[0], facts.currency),
            *(money(SIGNS[n] * totals[n], facts.currency) for n in names),
            money(facts.closing[-1], facts.currency),
        ]
    )
    caption = say("MRR in {currency}", currency=facts.currency) + (
        "" if len(shown) == len(facts.periods) else say(", last {periods}", periods=counted(len(shown), facts.each))
    )
    heads = {"fx": say("Currency")}
    return Grid(
        columns=[
            word(facts.each.capitalize()),
            say("Opening"),
            *(heads.get(n, word(n.capitalize())) for n in names),
            say("Closing"),
        ],
        rows=rows,
        caption=caption,
        total=True,
    )


def _customer_grid(facts: RevenueFacts) -> Grid:
    """How many customers came and went; those of parents change hands, too."""
    signs = {"new": "", "reactivated": "", "in": "", "churned": "−", "out": "−"}
    moved = [name for name in signs if any(facts.accounts.get(name, ()))]
    shown = range(max(0, len(facts.periods) - 12), len(facts.periods))
    counts = facts.accounts
    rows = [
        [
            shown_month(facts.periods[i]),
            f"{counts['opening'][i]:,}",
            *(f"{signs[name] if counts[name][i] else ''}{counts[name][i]:,}" for name in moved),
            f"{counts['closing'][i]:,}",
        ]
        for i in shown
    ]
    heads = {
        "new": say("New"),
        "reactivated": say("Reactivation"),
        "churned": say("Left"),
        "in": say("In"),
        "out": say("Out"),
    }
    columns = [word(facts.each.capitalize()), say("Opening"), *(heads[name] for name in moved), say("Closing")]
    return Grid(columns=columns, rows=rows, caption=say("Paying accounts"))


def _proof(facts: RevenueFacts, totals: Mapping[str, int]) -> str:
    steps = "".join(
        f" {'+' if sign > 0 else '−'} {money(totals[name], facts.currency)}"
        for name, sign in SIGNS.items()
        if name != "fx" or totals["fx"]
    )
    return say(
        "Closes exactly: {opening}{steps} = {closing} {currency}, and so does each of the {periods}.",
        opening=money(facts.opening[0], facts.currency),
        steps=steps,
        closing=money(facts.closing[-1], facts.currency),
        currency=facts.currency,
        periods=counted(len(facts.periods), facts.each),
    )
