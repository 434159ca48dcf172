"""Which contracts were renewed when their term ended, and for how much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sojourn._core import Estimate
from sojourn._frames.format import UNDEFINED, number, percent, span
from sojourn._frames.language import mark, say, sentences, shown_month, word
from sojourn._report.definitions import defined
from sojourn._report.estimates import estimate_data, interval_text
from sojourn._report.page import Fact, Grid, Headline, Part, Section
from sojourn.charts import rate_dots
from sojourn.charts.surveys import RateRow


@dataclass(frozen=True, kw_only=True)
class RenewalFacts:
    """The three rates of the contracts due between the months `first` and `last`, and what became of each contract."""

    logo: Estimate
    gross_dollar: Estimate
    net_dollar: Estimate
    counts: Mapping[str, int]
    first: str
    last: str
    grace_days: int = 30


_NAMES = {
    "logo": mark("Customers (logo)"),
    "gross_dollar": mark("Money, at most what was due (gross dollar)"),
    "net_dollar": mark("Money, price rises included (net dollar)"),
}


def part(facts: RenewalFacts) -> Part:
    rates = {"logo": facts.logo, "gross_dollar": facts.gross_dollar, "net_dollar": facts.net_dollar}
    terms = say("terms that ended {first} to {last}", first=shown_month(facts.first), last=shown_month(facts.last))
    return Part(
        headlines=[_headline(facts)],
        sections=[
            Section(
                anchor="renewals",
                title=say("Which contracts were renewed"),
                reading=_reading(facts),
                pictures=[
                    rate_dots(
                        [
                            _dot(name, e)
                            for name, e in (
                                (say("Customers"), facts.logo),
                                (say("Money, gross"), facts.gross_dollar),
                                (say("Money, net"), facts.net_dollar),
                            )
                            if e.reason is None
                        ],
                        title=say("Renewal rates, % of what was due, {terms}", terms=terms),
                        level=facts.logo.level,
                    )
                ],
                grids=[
                    Grid(
                        columns=[say("Renewed"), say("Rate"), say("Interval"), "n"],
                        caption=terms[:1].upper() + terms[1:],
                        rows=[_row(word(_NAMES[name]), e) for name, e in rates.items()],
                    )
                ],
                proof=_proof(facts),
                definition=sentences(defined("renewal").meaning, defined("renewal").missing),
                not_told=defined("renewal").not_told,
            )
        ],
        facts=[
            Fact(
                label=say("Contracts"),
                value=say("{due:,} due, grace {grace_days} days", due=facts.counts["due"], grace_days=facts.grace_days),
            )
        ],
        data={
            "renewals": {
                "first": facts.first,
                "last": facts.last,
                "counts": dict(facts.counts),
                **{name: estimate_data(e) for name, e in rates.items()},
            }
        },
    )


def _headline(facts: RenewalFacts) -> Headline:
    e, label = (
        facts.logo,
        say("Renewal rate, {first} to {last}", first=shown_month(facts.first), last=shown_month(facts.last)),
    )
    if e.reason is not None:
        return Headline(label=label, value=word(UNDEFINED), reading=say("Not defined: {reason}.", reason=word(e.reason)))
    return Headline(
        label=label,
        value=percent(e.value),
        key="renewal",
        first=True,
        interval=interval_text(e, percent),
        reading=say(
            "Of every 100 customers whose term ended, {value} renewed. In money, price rises included: {money}.",
            value=number(100 * e.value),
            money=percent(facts.net_dollar.value),
        ),
    )


def _reading(facts: RenewalFacts) -> str:
    if facts.logo.reason is not None or facts.gross_dollar.reason is not None:
        return ""
    larger = facts.gross_dollar.value > facts.logo.value
    return say(
        "{customers} of the customers and {money} of the money due were renewed: those who left were smaller than those who "
        "stayed."
        if larger
        else "{customers} of the customers and {money} of the money due were renewed: those who left were larger than those "
        "who stayed.",
        customers=percent(facts.logo.value),
        money=percent(facts.gross_dollar.value),
    )


def _row(name: str, e: Estimate) -> list[str]:
    return [name, percent(e.value), span(percent(e.low), percent(e.high)) or "–", f"{e.n:,}"]


def _proof(facts: RenewalFacts) -> str:
    kinds = [(name, n) for name, n in facts.counts.items() if name not in ("due", "returned_after_grace", "units_pending")]
    if sum(n for _, n in kinds) != facts.counts["due"]:
        return ""
    steps = " + ".join(
        say("{n:,} {outcome}", n=n, outcome=_words(name)) for name, n in kinds if n or name in ("on_time", "lost", "pending")
    )
    return say(
        "{steps} = {due:,} contracts due.", steps=steps, due=facts.counts["due"]
    )  # who returned after grace is among the lost


def _words(name: str) -> str:
    return {"on_time": say("on time"), "late": say("late but within grace"), "pending": say("not decided yet")}.get(
        name, word(name)
    )


def _dot(name: str, e: Estimate) -> RateRow:
    return RateRow(segment=name, rate=e.value, low=e.low, high=e.high, n=e.n)
