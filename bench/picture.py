"""The picture of a run: how many times as long the fastest peer takes, per case, with the floors marked."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable
from typing import NamedTuple

BAR, GAP, LEFT, WIDTH, TOP, TEXT = 18, 8, 170, 560, 34, 48
HELD, MISSED, PLAIN = "#2a7a4b", "#b3452c", "#5b6b7f"


class Bar(NamedTuple):
    """One case."""

    name: str
    ratio: float
    floor: float | None
    held: bool | None
    """Whether all floors of the case were reached; None where it has none."""


class Axis(NamedTuple):
    """Logarithmic."""

    least: float
    most: float

    def place(self, ratio: float) -> float:
        """Where a ratio lies."""
        return LEFT + WIDTH * math.log(ratio / self.least) / math.log(self.most / self.least)

    def ticks(self) -> list[float]:
        """1, 2, 5, 10 and so on, in both directions."""
        steps = [float(f"{base}e{power}") for power in range(-4, 5) for base in (1, 2, 5)]
        return [step for step in steps if self.least <= step <= self.most]


def axis_of(bars: list[Bar]) -> Axis:
    """From below 1 to beyond the largest ratio or floor."""
    ratios = [bar.ratio for bar in bars] + [bar.floor for bar in bars if bar.floor is not None]
    return Axis(0.8 * min([0.625, *ratios]), 1.3 * max([2.0, *ratios]))


def draw(bars: Iterable[Bar], title: str) -> str:
    """An SVG of its own: no script, no font, no link."""
    shown = list(bars)
    axis = axis_of(shown)
    bottom = TOP + len(shown) * (BAR + GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 60} {bottom + 46}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="12">',
        f"<title>{html.escape(title)}</title>",
        f'<rect width="100%" height="100%" fill="#ffffff"/><text x="8" y="18" font-size="14">{html.escape(title)}</text>',
    ]
    for tick in axis.ticks():
        x = axis.place(tick)
        line = "#30353c" if tick == 1 else "#dde1e6"
        parts.append(f'<line x1="{x:.1f}" y1="{TOP - 6}" x2="{x:.1f}" y2="{bottom}" stroke="{line}"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle" fill="#30353c">{tick:g}x</text>')
    for number, one in enumerate(shown):
        parts += draw_bar(one, TOP + number * (BAR + GAP), axis)
    legend = (
        "fastest peer / sojourn, logarithmic; black mark: floor; green: floors of the case reached, red: missed, grey: none"
    )
    parts += [f'<text x="8" y="{bottom + 36}" fill="#30353c">{legend}</text>', "</svg>"]
    return "\n".join(parts) + "\n"


def draw_bar(bar: Bar, y: float, axis: Axis) -> list[str]:
    """One case: from 1 to its ratio, to the left where the peer is faster."""
    begin, end = sorted((axis.place(1), axis.place(bar.ratio)))
    colour = {None: PLAIN, True: HELD, False: MISSED}[bar.held]
    middle = y + BAR * 0.72
    text_at = end
    mark = []
    if bar.floor is not None:
        x = axis.place(bar.floor)
        mark = [f'<line x1="{x:.1f}" y1="{y - 3}" x2="{x:.1f}" y2="{y + BAR + 3}" stroke="#000000" stroke-width="2.5"/>']
        text_at = max(end, x) if x - end < TEXT else end
    return [
        f'<text x="{LEFT - 8}" y="{middle:.1f}" text-anchor="end">{html.escape(bar.name)}</text>',
        f'<rect x="{begin:.1f}" y="{y}" width="{max(end - begin, 1):.1f}" height="{BAR}" fill="{colour}"/>',
        f'<text x="{text_at + 6:.1f}" y="{middle:.1f}">{bar.ratio:.3g}x</text>',
        *mark,
    ]
