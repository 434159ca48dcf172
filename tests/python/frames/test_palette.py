"""One colour per movement, tier and series."""

from __future__ import annotations

from sojourn._frames.palette import CAUSES, GAIN, LOSS, MOVEMENTS, SERIES, TIERS, cause_colours, change_colours, tier_colours
from sojourn.charts.style import DARK, LIGHT


def test_the_report_and_matplotlib_take_the_same_colours() -> None:
    assert {name: LIGHT[name] for name in MOVEMENTS} == dict(MOVEMENTS)
    assert {name: LIGHT[name] for name in TIERS} == dict(TIERS)
    assert [LIGHT[f"series{i}"] for i in range(1, len(SERIES) + 1)] == list(SERIES)
    assert {name: LIGHT[f"cause_{name}"] for name in CAUSES} == dict(CAUSES)
    assert set(DARK) == set(LIGHT)


def test_no_colour_stands_for_two_names() -> None:
    """A page turns each colour into a variable of its name, so two names with one colour would be one variable."""
    assert len(set(LIGHT.values())) == len(LIGHT)


def test_tiers_run_from_poor_to_good_whatever_their_number() -> None:
    poor, fair, good = TIERS.values()
    assert tier_colours(1) == [good]
    assert tier_colours(2) == [poor, good]
    assert tier_colours(3) == [poor, fair, good]
    assert tier_colours(5) == [poor, poor, fair, good, good]


def test_causes_have_one_colour_each_and_own_words_take_theirs_in_turn() -> None:
    colours = cause_colours(["price", "a rival", "fx", "too dear", "unknown"])
    assert len(set(colours)) == 5 and colours[0] == CAUSES["price"] and colours[2] == MOVEMENTS["fx"]
    assert cause_colours(["a rival"]) == [colours[1]]


def test_changes_are_coloured_by_their_sign() -> None:
    assert change_colours([1.0, 0.0, -0.5]) == [GAIN, GAIN, LOSS]
