"""Pictures of survival, decay and MRR left."""

from __future__ import annotations

import random

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
