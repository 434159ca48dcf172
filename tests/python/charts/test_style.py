"""The palette and the places of labels."""

from __future__ import annotations

import pytest

from sojourn.charts.style import DARK, LIGHT, spread

pytest.importorskip("vl_convert")


def test_palettes_have_the_same_names_and_distinct_light_values() -> None:
    assert LIGHT.keys() == DARK.keys()
    assert len(set(LIGHT.values())) == len(LIGHT)


def test_labels_are_moved_apart_and_keep_their_order() -> None:
    placed = spread([50, 50, 51, 90], 10)
    assert placed[:3] == pytest.approx([50.33 - 10, 50.33, 50.33 + 10], abs=0.01) and placed[3] == 90
    assert spread([], 5) == []
