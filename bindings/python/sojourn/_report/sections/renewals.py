"""Which contracts were renewed when their term ended, and for how much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sojourn._catalogue.definitions import DEFINITIONS
from sojourn._core import Estimate
from sojourn._frames.format import UNDEFINED, number, percent, span
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
    "logo": "Customers (logo)",
    "gross_dollar": "Money, at most what was due (gross dollar)",
    "net_dollar": "Money, price rises included (net dollar)",
}


def part(facts: RenewalFacts) -> Part:
    rates = {"logo": facts.logo, "gross_dollar": facts.gross_dollar, "net_dollar": facts.net_dollar}
    terms = f"terms that ended {facts.first} to {facts.last}"
    return Part(
        headlines=[_headline(facts)],
        sections=[
            Section(
                anchor="renewals",
                title="Which contracts were renewed",
                reading=_reading(facts),
                pictures=[
                    rate_dots(
                        [
                            _dot(name, e)
                            for name, e in (
                                ("Customers", facts.logo),
                                ("Money, gross", facts.gross_dollar),
                                ("Money, net", facts.net_dollar),
                            )
                            if e.reason is None
                        ],
                        title=f"Renewal rates, % of what was due, {terms}",
                        level=facts.logo.level,
                    )
                ],
                grids=[
                    Grid(
                        columns=["Renewed", "Rate", "Interval", "n"],
                        caption=terms.capitalize(),
                        rows=[_row(_NAMES[name], e) for name, e in rates.items()],
                    )
                ],
                proof=_proof(facts),
                definition=f"{DEFINITIONS['renewal'].meaning} {DEFINITIONS['renewal'].missing}",
                not_told=DEFINITIONS["renewal"].not_told,
            )
        ],
        facts=[Fact(label="Contracts", value=f"{facts.counts['due']:,} due, grace {facts.grace_days} days")],
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
    e, label = facts.logo, f"Renewal rate, {facts.first} to {facts.last}"
    if e.reason is not None:
        return Headline(label=label, value=UNDEFINED, reading=f"Not defined: {e.reason}.")
    return Headline(
        label=label,
        value=percent(e.value),
        interval=interval_text(e, percent),
        reading=f"Of every 100 customers whose term ended, {number(100 * e.value)} renewed. In money, price rises "
        f"included: {percent(facts.net_dollar.value)}.",
    )


def _reading(facts: RenewalFacts) -> str:
    if facts.logo.reason is not None or facts.gross_dollar.reason is not None:
        return ""
    larger = facts.gross_dollar.value > facts.logo.value
    return (
        f"{percent(facts.logo.value)} of the customers and {percent(facts.gross_dollar.value)} of the money due were "
        f"renewed: those who left were {'smaller' if larger else 'larger'} than those who stayed."
    )


def _row(name: str, e: Estimate) -> list[str]:
    return [name, percent(e.value), span(percent(e.low), percent(e.high)) or "–", f"{e.n:,}"]


def _proof(facts: RenewalFacts) -> str:
    kinds = [(name, n) for name, n in facts.counts.items() if name not in ("due", "returned_after_grace", "units_pending")]
    if sum(n for _, n in kinds) != facts.counts["due"]:
        return ""
    steps = " + ".join(f"{n:,} {_words(name)}" for name, n in kinds if n or name in ("on_time", "lost", "pending"))
    return f"{steps} = {facts.counts['due']:,} contracts due."  # who returned after grace is among the lost


def _words(name: str) -> str:
    return {"on_time": "on time", "late": "late but within grace", "pending": "not decided yet"}.get(name, name)


def _dot(name: str, e: Estimate) -> RateRow:
    return RateRow(segment=name, rate=e.value, low=e.low, high=e.high, n=e.n)
