"""Mean scores of the parts of a card over cycles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sojourn._frames.language import say
from sojourn.charts.labels import end_labels, label_layer
from sojourn.charts.style import Spec, field, frame, scale_of_colours, series_colour, shorten, values

HEIGHT = 230


def part_lines(days: Sequence[str], scores: Mapping[str, Sequence[float]]) -> Spec:
    """One line per part, a point per cycle; scores of 0 to 100."""
    names = [shorten(name, 22) for name in scores]
    colours = [series_colour(i) for i in range(len(names))]
    rows = [
        {"part": name, "day": day, "score": score}
        for name, line in zip(names, scores.values(), strict=True)
        for day, score in zip(days, line, strict=True)
        if score == score
    ]
    known = [(name, line[-1]) for name, line in zip(names, scores.values(), strict=True) if line[-1] == line[-1]]
    spec = frame(
        say("Mean score of each part of the card, by cycle"), say("0 is worst, 100 best."), width=560, height=HEIGHT
    )
    x = field("day", "ordinal", sort=list(days), title=None, axis={"labelAngle": 0}, scale={"type": "point", "padding": 0.3})
    y = field("score", "quantitative", title=None, scale={"domain": [0, 100]}, axis={"tickCount": 5})
    colour = field("part", "nominal", legend=None, scale=scale_of_colours(names, colours))
    spec["layer"] = [
        {
            "data": values(rows),
            "mark": {"type": "line", "strokeWidth": 2, "point": True},
            "encoding": {"x": x, "y": y, "color": colour},
        },
        label_layer(end_labels([name for name, _ in known], [score for _, score in known], HEIGHT), names, colours, 560),
    ]
    return spec
