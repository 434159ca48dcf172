"""Many segments compared: one overall test and adjusted pairs."""

from __future__ import annotations

import math
import random

import pytest
from scipy import stats

import sojourn as sj


def test_csat_is_pearsons_chi_square() -> None:
    good, all_ = [30, 45, 20], [50, 60, 40]
    scores = [5] * sum(good) + [1] * (sum(all_) - sum(good))
    names = [n for n, g in zip("abc", good, strict=True) for _ in range(g)]
    names += [n for n, g, t in zip("abc", good, all_, strict=True) for _ in range(t - g)]
    found = sj.compare_segments(scores, names, score="csat")
    table = [good, [t - g for g, t in zip(good, all_, strict=True)]]
    statistic, p, dof, _ = stats.chi2_contingency(table, correction=False)
    assert (found.statistic, found.p_value, found.dof) == (pytest.approx(statistic), pytest.approx(p), dof)
    assert found.table()["csat"].to_list() == pytest.approx([0.6, 0.75, 0.5])


def test_pairs_are_those_of_compare_nps_with_holms_adjustment() -> None:
    chance = random.Random(1)
    groups = {name: [chance.choice([10, 9, 8, 5, 2]) for _ in range(60)] for name in "abcd"}
    groups["d"] = [10] * 40 + [8] * 20
    scores = [score for scored in groups.values() for score in scored]
    by = [name for name, scored in groups.items() for _ in scored]
    found = sj.compare_segments(scores, by)
    pairs = found.pairs().to_dicts()
    assert [(pair["first"], pair["second"]) for pair in pairs] == [
        (a, b) for i, a in enumerate("abcd") for b in "abcd"[i + 1 :]
    ]
    for pair in pairs:
        alone = sj.compare_nps(groups[pair["first"]], groups[pair["second"]], level=1 - 0.05 / 6)
        assert pair["p_value"] == pytest.approx(alone.p_value, rel=1e-12)
        assert (pair["low"], pair["high"]) == (pytest.approx(alone.low), pytest.approx(alone.high))
    ordered = sorted(pair["p_value"] for pair in pairs)
    holm, highest = {}, 0.0
    for place, p in enumerate(ordered):
        highest = max(highest, min(1.0, p * (6 - place)))
        holm[p] = highest
    assert [pair["p_adjusted"] for pair in pairs] == pytest.approx([holm[pair["p_value"]] for pair in pairs])
    assert found.p_value < 0.01


def test_segments_that_are_alike_are_called_different_as_often_as_said() -> None:
    chance = random.Random(7)
    overall = any_pair = 0
    for _ in range(400):
        scores = [chance.choice([10, 10, 9, 8, 7, 5, 1]) for _ in range(5 * 60)]
        found = sj.compare_segments(scores, [i % 5 for i in range(300)])
        overall += found.p_value < 0.05
        any_pair += min(found.pairs()["p_adjusted"]) < 0.05
    assert 6 <= overall <= 36  # 20 expected
    assert any_pair <= 32  # ten pairs without adjustment: about 110


def test_segments_without_answers_take_no_part() -> None:
    found = sj.compare_segments([10, 9, 3, None, 8, 2], ["a", "a", "b", "c", "b", None])
    assert found.dof == 1
    assert found.options["without_segment"] == 1
    assert [math.isnan(p) for p in found.pairs()["p_adjusted"]] == [False, True, True]
    assert math.isnan(sj.compare_segments([10, 9], ["a", "a"]).p_value)
    with pytest.raises(sj.SchemaError, match="nps, csat"):
        sj.compare_segments([1], ["a"], score="ces")


def test_weights_count_as_they_do_in_the_scores() -> None:
    scores, by, weights = [10, 9, 3, 0, 8, 9], list("aabbab"), [1, 2, 3, 1, 1, 5]
    found = sj.compare_segments(scores, by, weights=weights)
    table = sj.nps(scores, by=by, weights=weights)
    assert found.table()["nps"].to_list() == table["nps"].to_list()
    assert [one.low for one in found.estimates] == table["low"].to_list()
