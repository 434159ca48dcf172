"""The parts of the card: how each does, how it moved over the last cycles, and for which owner it is low."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sojourn._frames.format import number, signed
from sojourn._frames.language import say, word
from sojourn._report.page import Grid, Part, Section
from sojourn.charts import part_lines

SHOWN = 6


@dataclass(frozen=True, kw_only=True)
class PartFacts:
    """Mean scores of 0 to 100: `means[cycle][part]`, oldest cycle first; by owner those of the last one."""

    parts: Sequence[str]
    days: Sequence[str]
    means: Sequence[Mapping[str, float]]
    by_owner: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


def part(facts: PartFacts) -> Part:
    shown = slice(-SHOWN, None)
    days, means = facts.days[shown], facts.means[shown]
    names = {name: word(name) for name in facts.parts}
    lines = {names[name]: [mean[name] for mean in means] for name in facts.parts}
    grids = [_trend_grid(facts.parts, days, means)]
    if len(facts.by_owner) > 1:
        grids.append(_owner_grid(facts))
    return Part(
        sections=[
            Section(
                anchor="parts",
                title=say("The parts of the score"),
                reading=_reading(facts.parts, means),
                pictures=[part_lines(days, lines)] if len(days) > 1 else [],
                grids=grids,
                definition=say(
                    "Of each part of the card: the points that its signals bring, as a share of the points that they could "
                    "bring, on a scale of 0 to 100; the mean over the accounts with a score."
                ),
                not_told=say("Why a part moved: accounts came and went between the cycles, too."),
            )
        ],
        data={"parts": {"days": list(facts.days), "means": [dict(mean) for mean in facts.means]}},
    )


def _reading(parts: Sequence[str], means: Sequence[Mapping[str, float]]) -> str:
    known = [name for name in parts if means[-1][name] == means[-1][name]]
    if not known:
        return ""
    lowest = min(known, key=lambda name: means[-1][name])
    return say("The lowest part is {part} with {score} of 100.", part=word(lowest), score=number(means[-1][lowest]))


def _trend_grid(parts: Sequence[str], days: Sequence[str], means: Sequence[Mapping[str, float]]) -> Grid:
    change = [say("Change")] if len(days) > 1 else []
    return Grid(
        columns=[say("Part"), *days, *change],
        rows=[
            [
                word(name),
                *(number(mean[name]) for mean in means),
                *([signed(means[-1][name] - means[0][name])] if change else []),
            ]
            for name in parts
        ],
        caption=say("Mean score of each part, by cycle"),
    )


def _owner_grid(facts: PartFacts) -> Grid:
    return Grid(
        columns=[say("Owner"), *(word(name) for name in facts.parts)],
        rows=[[owner, *(number(own[name]) for name in facts.parts)] for owner, own in facts.by_owner.items()],
        caption=say("Mean score of each part, by owner"),
        sortable=True,
    )
