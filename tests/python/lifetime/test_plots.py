"""Pictures of survival, decay and MRR left."""

from __future__ import annotations

import random
from typing import Any

import pytest

import sojourn as sj


def test_pictures_carry_their_parts(segments: dict[str, list[int]]) -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    draw = random.Random(3)
    time = [draw.randrange(1, 30) for _ in range(200)]
    event = [draw.random() < 0.6 for _ in time]
    ax = sj.kaplan_meier(time, event).plot()
    texts = [text.get_text() for text in ax.texts]
    assert "at risk" in texts and "200" in texts
    assert [line.get_marker() for line in ax.lines] == ["None", "|"]
    both = sj.kaplan_meier(time, event, by=["a", "b"] * 100).plot()
    assert [t.get_text() for t in both.get_legend().get_texts()] == ["a", "b"]
    decay = sj.fit_decay(segments["t"][:8], segments["regular"][:8]).plot()
    labels = [t.get_text() for t in decay.get_legend().get_texts()]
    assert labels == ["projected", "95% interval", "fitted", "observed"]
    assert len(sj.mrr_index([0.01, 0.02]).plot().lines) == 2
    plt.close("all")


def test_pictures_of_ages_with_decimals_and_of_a_row_of_features() -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    rows = {"years": [0.2, 0.35, 0.4, 0.75, 0.9], "left": [1, 0, 1, 1, 0], "seats": [3, 10, 25, 4, 8]}
    ax = sj.cox(rows, time="years", event="left", features=["seats"]).survival([10]).plot()
    assert [round(x, 6) for x in ax.get_xticks()] == [0, 0.12, 0.24, 0.36, 0.48, 0.6, 0.72]
    assert not ax.texts  # nobody is at risk of a prediction
    rows["why"] = [1, 1, 2, 1, 0]
    ax = sj.fine_gray(rows, time="years", cause="why", features=["seats"], of=1).incidence([10]).plot()
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["1"]
    ax = sj.fit_survival(rows["years"], rows["left"], family="weibull").plot()
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["95% interval", "weibull"]
    plt.close("all")


def test_many_curves_stay_legible() -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    draw = random.Random(5)
    time = [draw.randrange(1, 30) for _ in range(1400)]
    event = [draw.random() < 0.6 for _ in time]

    def picture(groups: int) -> Any:
        return sj.kaplan_meier(time, event, by=[f"g{i % groups:02d}" for i in range(1400)]).plot()

    few, some, many = picture(3), picture(6), picture(14)
    assert len(few.collections) == 3 and not some.collections and not many.collections  # bands
    assert some.texts and not many.texts  # numbers at risk
    looks = {(line.get_color(), line.get_linestyle()) for line in many.lines}
    assert len(looks) == len(many.lines) == 14
    ends = {line.get_label(): line.get_ydata()[-1] for line in many.lines}
    named = [text.get_text() for text in many.get_legend().get_texts()]
    assert [ends[name] for name in named] == sorted(ends.values(), reverse=True)
    causes = sj.cumulative_incidence(time, [i % 13 for i in range(1400)]).plot()
    faces = [(tuple(c.get_facecolor()[0]), c.get_hatch()) for c in causes.collections]
    assert len(set(faces)) == 12
    axes = sj.cumulative_incidence(time, event, by=[i % 6 for i in range(1400)]).plot()
    assert len(axes) == 6 and axes[0].figure.get_size_inches()[0] == 16
    plt.close("all")
