"""The picture of a run: how many times as long the fastest peer takes, per case, with the floors marked."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable

BAR, GAP, LEFT, WIDTH, TOP = 18, 8, 170, 560, 34
HELD, MISSED, PLAIN = "#2a7a4b", "#b3452c", "#5b6b7f"

Bar = tuple[str, float, float | None]
"""Name, ratio, floor."""


def place(ratio: float, largest: float) -> float:
    """Where a ratio lies on the logarithmic axis from 1/2 to the largest."""
    return LEFT + WIDTH * math.log(max(ratio, 0.5) / 0.5) / math.log(largest / 0.5)


def ticks(largest: float) -> list[float]:
    """1, 2, 5, 10 ... up to the largest, with the half before them."""
    steps = [0.5] + [base * 10**power for power in range(5) for base in (1, 2, 5)]
    return [step for step in steps if step <= largest]


def draw(bars: Iterable[Bar], title: str) -> str:
    """An SVG of its own: no script, no font, no link."""
    shown = list(bars)
    largest = 1.3 * max([2.0, *(max(ratio, floor or 0) for _, ratio, floor in shown)])
    bottom = TOP + len(shown) * (BAR + GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 60} {bottom + 46}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="12">',
        f"<title>{html.escape(title)}</title>",
        f'<rect width="100%" height="100%" fill="#ffffff"/><text x="8" y="18" font-size="14">{html.escape(title)}</text>',
    ]
    for tick in ticks(largest):
        x = place(tick, largest)
        line = "#30353c" if tick == 1 else "#dde1e6"
        parts.append(f'<line x1="{x:.1f}" y1="{TOP - 6}" x2="{x:.1f}" y2="{bottom}" stroke="{line}"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle" fill="#30353c">{tick:g}x</text>')
    for number, (name, ratio, floor) in enumerate(shown):
        parts += bar(name, ratio, floor, TOP + number * (BAR + GAP), largest)
    legend = "fastest peer / sojourn, logarithmic; black mark: floor; green: reached, red: missed, grey: no floor"
    parts += [f'<text x="8" y="{bottom + 36}" fill="#30353c">{legend}</text>', "</svg>"]
    return "\n".join(parts) + "\n"


def bar(name: str, ratio: float, floor: float | None, y: float, largest: float) -> list[str]:
    """One case: from 1 to its ratio, to the left where the peer is faster."""
    begin, end = sorted((place(1, largest), place(ratio, largest)))
    colour = PLAIN if floor is None else HELD if ratio >= floor else MISSED
    middle = y + BAR * 0.72
    parts = [
        f'<text x="{LEFT - 8}" y="{middle:.1f}" text-anchor="end">{html.escape(name)}</text>',
        f'<rect x="{begin:.1f}" y="{y}" width="{max(end - begin, 1):.1f}" height="{BAR}" fill="{colour}"/>',
        f'<text x="{place(max(ratio, 1), largest) + 6:.1f}" y="{middle:.1f}">{ratio:.3g}x</text>',
    ]
    if floor is not None:
        x = place(floor, largest)
        parts.append(
            f'<line x1="{x:.1f}" y1="{y - 3}" x2="{x:.1f}" y2="{y + BAR + 3}" stroke="#000000" stroke-width="2.5"/>'
        )
    return parts
