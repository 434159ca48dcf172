"""Weighted samples: the rows of the oracle table, laws on random samples, and what the intervals must not claim."""

from __future__ import annotations

import csv
import math
import random
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import sojourn as sj
from oracle_rows import OracleRow, OracleTable, inputs_and_expected, oracle_row

ROWS = ["SVY-01", "SVY-02", "SVY-04", "SVY-06", "SVY-08", "SVY-09", "SVY-10", "SVY-11"]


def points(score: float) -> float:
    return 100.0 if score >= 9 else -100.0 if score <= 6 else 0.0


def sample_of(row: OracleRow) -> tuple[list[float], list[float], dict[str, list[Any]]]:
    """Values, weights and the design of a row, derived columns among them."""
    columns = dict(row.columns)
    for name, how in row.inputs.get("derive", {}).items():
        columns[name] = [points(score) for score in columns[how["from"]]]
    kept = [
        place
        for place in range(len(columns[row.inputs["y"]]))
        if not any(math.isnan(columns[name][place]) for name in row.inputs.get("drop_na", []))
    ]
    picked = {name: [values[place] for place in kept] for name, values in columns.items()}
    design = {role: picked[row.inputs[role]] for role in ("cluster", "strata", "fpc") if role in row.inputs}
    return picked[row.inputs["y"]], picked[row.inputs["weights"]], design


@pytest.mark.parametrize("name", ROWS)
def test_oracle(name: str, oracle: OracleTable, shared_dir: Path) -> None:
    row = oracle_row(oracle, shared_dir, name)
    values, weights, design = sample_of(row)
    wanted = row.expected
    tolerance = 1e-12 if "columns" in row.inputs and name != "SVY-10" else 1e-9 if name == "SVY-10" else 1e-8
    mean = sj.weighted_mean(values, weights, **design)
    kish = sj.weighted_mean(values, weights, method="kish")
    assert mean.value == pytest.approx(wanted["mean"], rel=tolerance)
    if "se" in wanted:
        assert mean.standard_error == pytest.approx(wanted["se"], rel=1e-7 if name == "SVY-02" else tolerance)
    if "deff_replace" in wanted:
        assert mean.deff == pytest.approx(wanted["deff_replace"], rel=1e-8)
    if "kish_n" in wanted:
        assert kish.n_effective == pytest.approx(wanted["kish_n"], rel=tolerance)
        assert mean.n_effective == pytest.approx(min(kish.n_effective, mean.n / mean.deff), rel=1e-12)
    if "kish_deff" in wanted:
        assert kish.deff == pytest.approx(wanted["kish_deff"], rel=tolerance)
    if "total" in wanted:
        total = sj.weighted_total(values, weights, **design)
        assert total.value == pytest.approx(wanted["total"], rel=1e-8)
        assert total.standard_error == pytest.approx(wanted["total_se"], rel=1e-8)
    if name == "SVY-08":
        assert (mean.n, mean.options["zero_weight"]) == (4, 2)


def test_svy_02_nps_of_the_airport_knows_its_weights(oracle: OracleTable, shared_dir: Path) -> None:
    row = oracle_row(oracle, shared_dir, "SVY-02")
    nps = sj.nps(row.columns["netpro"], weights=row.columns["weight"])
    assert nps.value == pytest.approx(row.expected["mean"], abs=1e-8)
    assert nps.standard_error == pytest.approx(row.expected["se"], rel=1e-7)
    assert nps.deff == pytest.approx(row.expected["deff_replace"], rel=1e-7)
    assert nps.n_effective == pytest.approx(row.expected["kish_n"], rel=1e-8)  # below n / deff = 2301.9
    runs = sj.nps(row.columns["netpro"], weights=row.columns["weight"], cluster=row.columns["run"])
    assert runs.value == pytest.approx(nps.value, rel=1e-12)
    assert runs.high - runs.low > nps.high - nps.low  # passengers of one run resemble each other


def test_svy_06_many_answers_of_one_cluster_are_not_independent(oracle: OracleTable, shared_dir: Path) -> None:
    values, weights, design = sample_of(oracle_row(oracle, shared_dir, "SVY-06"))
    alone = sj.weighted_mean(values, weights, fpc=6194)
    assert sj.weighted_mean(values, weights, **design).standard_error > 2.9 * alone.standard_error


def test_svy_04_without_the_population_and_published_totals(oracle: OracleTable, shared_dir: Path) -> None:
    columns = oracle_row(oracle, shared_dir, "SVY-04").columns
    stratified = {"strata": columns["stype"]}
    assert sj.weighted_mean(columns["api00"], columns["pw"], **stratified).standard_error == pytest.approx(9.5361, abs=5e-4)
    # R survey manual: svymean of api99 with fpc 629.39 (9.9639)
    before = sj.weighted_mean(columns["api99"], columns["pw"], **stratified, fpc=columns["fpc"])
    assert (before.value, before.standard_error) == (pytest.approx(629.39, abs=5e-3), pytest.approx(9.9639, abs=5e-5))
    # a ratio has the error of the mean of its residuals over the mean of the denominator
    growth = sj.weighted_ratio(columns["api00"], columns["api99"], columns["pw"], **stratified, fpc=columns["fpc"])
    residuals = [y - growth.value * x for y, x in zip(columns["api00"], columns["api99"], strict=True)]
    error = sj.weighted_mean(residuals, columns["pw"], **stratified, fpc=columns["fpc"]).standard_error
    assert growth.standard_error == pytest.approx(error / before.value, rel=1e-9)


def test_svy_10_one_answer_that_speaks_for_all_knows_no_more_than_one(oracle: OracleTable, shared_dir: Path) -> None:
    row = oracle_row(oracle, shared_dir, "SVY-10")
    scores = [5 if y == 1 else 1 for y in row.column("y")]
    share = sj.csat(scores, weights=row.column("weights"))
    one = sj.csat([5])
    assert share.value == pytest.approx(row.expected["mean"], rel=1e-9)
    assert share.n_effective == pytest.approx(row.expected["kish_n"], rel=1e-9)
    assert (share.low, share.high) == (pytest.approx(one.low, abs=1e-4), pytest.approx(1, abs=1e-4))


def test_a_heavy_answer_that_agrees_with_itself_is_not_four_answers() -> None:
    share = sj.csat([5, 1, 1, 1], weights=[1000, 1, 1, 1])
    assert share.low < 0.22
    assert share.n_effective == pytest.approx(1003**2 / 1000003, rel=1e-9)
    assert (share.mean.method, share.mean.value) == ("none", pytest.approx(5, abs=0.02))  # as the mean of one answer
    assert sj.nps([10, 0, 0, 0], weights=[1000, 1, 1, 1]).low < -40


def test_nps_17_the_plain_error(oracle: OracleTable) -> None:
    _, wanted = inputs_and_expected(oracle, "lifetime", "NPS-17")
    counts = [wanted["promoters"], wanted["passives"], wanted["detractors"]]
    nps = sj.nps(["promoter", "passive", "detractor"], count=counts)
    assert nps.n == wanted["n"]
    assert nps.value == pytest.approx(wanted["NPS"], abs=1e-7)
    assert nps.standard_error == pytest.approx(wanted["se"], abs=1e-7)
    assert (nps.deff, nps.n_effective) == (1, wanted["n"])


def test_nps_17_from_the_file_row_by_row(oracle: OracleTable, shared_dir: Path) -> None:
    inputs, wanted = inputs_and_expected(oracle, "lifetime", "NPS-17")
    with (shared_dir / "data" / inputs["file"]).open(newline="", encoding="latin-1") as file:
        rows = [{name.strip(): cell for name, cell in line.items()} for line in csv.DictReader(file)]
    asked = [line for line in rows if line[inputs["nps"]].strip()]
    scores, weights = [int(line[inputs["nps"]]) for line in asked], [float(line[inputs["weight"]]) for line in asked]
    assert sj.nps(scores, blank=11).value == pytest.approx(wanted["NPS"], abs=1e-7)
    assert sj.nps(scores, blank=11, weights=weights).value == pytest.approx(wanted["weighted_NPS"], abs=1e-7)
    seven = [cell.strip() for cell in (line[inputs["csat"]] for line in rows)]
    csat = sj.csat([int(cell) if cell.isdigit() else None for cell in seven])
    assert 100 * csat.value == pytest.approx(wanted["CSAT_top2_pct"], abs=1e-7)
    assert (csat.mean.value, csat.n) == (pytest.approx(wanted["CSAT_mean"], abs=1e-7), wanted["CSAT_n"])


# laws


def random_sample(chance: random.Random) -> dict[str, Any]:
    n = chance.randint(1, 30)
    cluster = [chance.randint(0, 6) for _ in range(n)]
    sample: dict[str, Any] = {
        "scores": [chance.choice([1, 2, 3, 4, 5, 5, None]) for _ in range(n)],
        "weights": [chance.choice([0, 1, 1, 2.5, 1000, 1e-6]) for _ in range(n)],
    }
    if chance.random() < 0.5:
        sample["cluster"] = cluster
    if chance.random() < 0.5:
        sample["strata"] = ["even" if c % 2 == 0 else "odd" for c in cluster]
    if chance.random() < 0.3:
        sample["fpc"] = 40
    return sample


def numbers(estimate: sj.Estimate) -> list[float]:
    return [getattr(estimate, name) for name in ("value", "low", "high", "standard_error", "n_effective", "deff")]


@pytest.mark.parametrize("seed", range(20))
def test_10000_random_samples_are_ordered_or_say_why_not(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(500):
        sample = random_sample(chance)
        share = sj.csat(**sample)
        if not share.n:
            assert share.reason == "no observations"
            continue
        assert 0 <= share.value <= 1
        if share.method == "none":  # one cluster only, in a stratum or at all
            assert math.isnan(share.low) and math.isnan(share.standard_error)
            assert "cluster" in sample or "strata" in sample or "fpc" in sample
            continue
        assert 0 <= share.low <= share.value <= share.high <= 1
        assert 0 < share.n_effective <= share.n * (1 + 1e-12)
        assert share.n == 1 or share.standard_error >= 0
        values = [math.nan if s is None else float(s) for s in sample.pop("scores")]
        mean = sj.weighted_mean(values, **sample)
        assert mean.value == pytest.approx(share.mean.value, rel=1e-12)
        assert mean.method == "none" or mean.low <= mean.value <= mean.high


@pytest.mark.parametrize("seed", range(40))
def test_the_scale_of_weights_and_the_order_of_rows_do_not_matter(seed: int) -> None:
    chance = random.Random(seed)
    sample = random_sample(chance)
    sample["weights"] = [weight + 1 for weight in sample["weights"]]
    values = [chance.gauss(50, 20) for _ in sample.pop("scores")]
    mean = sj.weighted_mean(values, **sample)
    scaled = sj.weighted_mean(values, **{**sample, "weights": [4096 * weight for weight in sample["weights"]]})
    assert numbers(mean) == pytest.approx(numbers(scaled), rel=0, abs=0, nan_ok=True)
    order = chance.sample(range(len(values)), len(values))
    moved = {name: [cells[i] for i in order] if isinstance(cells, list) else cells for name, cells in sample.items()}
    turned = sj.weighted_mean([values[i] for i in order], **moved)
    assert numbers(mean) == pytest.approx(numbers(turned), rel=0, abs=0, nan_ok=True)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("clustered", [False, True])
def test_a_count_repeats_a_row(seed: int, clustered: bool) -> None:
    chance = random.Random(seed)
    rows = [(chance.randint(1, 5), chance.choice([1.0, 2.0, 5.5]), chance.randint(0, 3), i % 4) for i in range(12)]
    many = [row for row in rows for _ in range(row[2])]
    few = {"weights": [row[1] for row in rows], "count": [row[2] for row in rows]}
    each = {"weights": [row[1] for row in many]}
    if clustered:
        few["cluster"], each["cluster"] = [row[3] for row in rows], [row[3] for row in many]
    for read in (sj.weighted_mean, sj.weighted_total, sj.csat):
        short, long = read([row[0] for row in rows], **few), read([row[0] for row in many], **each)
        assert numbers(short) == pytest.approx(numbers(long), rel=1e-12, nan_ok=True)


@pytest.mark.parametrize("weight", [1.0, 2.5, 0.001])
@pytest.mark.parametrize("read", [sj.nps, lambda s, **k: sj.csat([1 + x % 5 for x in s], **k),
                                  lambda s, **k: sj.ces([1 + x % 7 for x in s], kind="index", **k)])  # fmt: skip
def test_svy_09_equal_weights_are_no_weights_to_the_last_bit(read: Any, weight: float) -> None:
    scores = [10, 3, 9, 9, 7, 0, 10, 8, 9]
    assert numbers(read(scores, weights=[weight] * 9)) == numbers(read(scores))


def test_each_answer_a_cluster_is_the_answer_without_clusters() -> None:
    scores = [10, 3, 9, 9, 7, 0, 10, 8, 9]
    plain, each = sj.nps(scores), sj.nps(scores, cluster=list(range(9)))
    assert numbers(each)[:3] == pytest.approx(numbers(plain)[:3], rel=1e-12)


def test_weight_zero_leaves_a_row_out_everywhere() -> None:
    kept, zero = sj.nps([9, 10, 3], weights=[1, 2, 3]), sj.nps([9, 10, 3, 0, 7], weights=[1, 2, 3, 0, 0])
    assert numbers(kept) == numbers(zero)
    assert (zero.n, zero.state.zero_weight, zero.state.counts) == (3, 2, kept.state.counts)


# segments


def test_a_segment_keeps_the_whole_sample_in_its_variance() -> None:
    scores, accounts = [5, 5, 1, 5, 4, 1, 2, 5], ["a", "a", "b", "b", "c", "c", "d", "d"]
    plans = ["pro", "basic", "pro", "basic", "pro", "basic", "pro", "basic"]
    table = sj.csat(scores, by=plans, cluster=accounts)
    pro = dict(zip(table["segment"], table["standard_error"], strict=True))["pro"]
    # by hand: residuals (1, -1, 1, -1) / 2 of four accounts with one answer each: 4/3 x sum (e/4)^2
    assert pro == pytest.approx(math.sqrt(4 / 3 * 4 * (0.5 / 4) ** 2), rel=1e-12)
    whole = sj.csat(scores, cluster=accounts)
    assert (whole.options["cluster"], whole.options["strata"]) == (True, False)
    means = sj.weighted_mean(scores, by=plans, cluster=accounts)
    assert means["segment"].to_list() == ["pro", "basic"]
    assert means["mean"].to_list() == [3.0, 4.0]


def test_totals_of_segments_know_that_their_size_is_chance() -> None:
    values, weights, by = [1.0] * 6, [10.0] * 6, ["a", "a", "a", "b", "b", "b"]
    total = sj.weighted_total(values, weights, by=by)
    assert total["total"].to_list() == [30.0, 30.0]
    assert min(total["standard_error"]) > 0
    assert sj.weighted_total(values, weights).standard_error == 0


def test_where_one_cluster_is_all_there_is_there_is_a_value_and_no_error() -> None:
    one = sj.nps([10, 9, 0], cluster=["a", "a", "a"])
    assert one.value == pytest.approx(100 / 3)
    assert (one.method, one.reason) == ("none", None)
    assert math.isnan(one.low) and math.isnan(one.standard_error)
    lonely = sj.weighted_mean([1, 2, 3], cluster=["a", "b", "c"], strata=["x", "x", "y"])
    assert lonely.value == 2 and math.isnan(lonely.standard_error)


def test_all_of_few_accounts_agree_is_what_few_accounts_say() -> None:
    many = sj.csat([5] * 100, cluster=[i // 20 for i in range(100)])
    assert many.n_effective == pytest.approx(5)
    assert many.low < sj.csat([5] * 5).low + 1e-12


# roads and refusals


@pytest.mark.parametrize("road", [list, np.array, pd.Series, pl.Series, pa.array], ids=lambda road: str(road))
def test_every_road_gives_the_same(road: Any) -> None:
    values, weights, account, plan = [5, 4, 1, 2], [1.0, 2.0, 3.0, 4.0], [7, 7, 8, 9], [0, 0, 1, 1]
    expected = numbers(sj.weighted_mean(values, weights, cluster=account, strata=plan, fpc=[9, 9, 9, 9]))
    design = {"cluster": road(account), "strata": road(plan), "fpc": road([9.0, 9.0, 9.0, 9.0])}
    assert numbers(sj.weighted_mean(road(values), road(weights), **design)) == pytest.approx(expected, nan_ok=True)
    csat = sj.csat(road(values), weights=road(weights), **design)
    assert csat.value == pytest.approx(3 / 10)


@pytest.mark.parametrize(
    ("given", "column", "row", "said"),
    [
        ({"weights": [1, -1, 1, 1]}, "weights", 1, "0 or more"),
        ({"weights": [1, None, 1, 1]}, "weights", 1, "missing"),
        ({"weights": [1, math.inf, 1, 1]}, "weights", 1, "0 or more"),
        ({"cluster": ["a", None, "b", "b"]}, "cluster", 1, "belongs to a cluster"),
        ({"strata": ["a", "a", None, "b"]}, "strata", 2, "drawn from a stratum"),
        ({"cluster": ["a", "a", "b", "b"], "strata": ["x", "y", "y", "y"]}, "strata", 1, "in two"),
        ({"fpc": [9, 9, 8, 9]}, "fpc", 2, "same size"),
        ({"fpc": 3}, "fpc", 0, "at least what was drawn"),
        ({"fpc": [9, None, 9, 9]}, "fpc", 1, "population"),
        ({"count": [1, -1, 1, 1]}, "count", 1, "0 or more"),
    ],
)
def test_what_is_no_sample_is_refused_with_its_row(given: dict[str, Any], column: str, row: int, said: str) -> None:
    with pytest.raises(sj.DataError, match=said) as caught:
        sj.weighted_mean([1.0, 2.0, 3.0, 4.0], **given)
    assert (caught.value.column, caught.value.row) == (column, row)


def test_lengths_and_words_are_checked() -> None:
    with pytest.raises(sj.SchemaError, match="cluster"):
        sj.nps([1, 2], cluster=["a"])
    with pytest.raises(sj.SchemaError, match="weights"):
        sj.weighted_mean([1, 2], [1])
    with pytest.raises(sj.SchemaError, match="linearised, kish"):
        sj.weighted_mean([1, 2], method="bootstrap")


def test_a_ratio_without_a_denominator_and_a_sample_without_rows_are_undefined() -> None:
    assert sj.weighted_mean([]).reason == "no observations"
    assert sj.weighted_total([math.nan]).reason == "no observations"
    assert sj.weighted_ratio([1.0, 2.0], [0.0, 0.0]).reason == "zero denominator"


# how often intervals hold the truth


def covered(accounts: int, sizes: list[int], cluster: bool, worlds: int = 400) -> float:
    """How often the 95 % interval of CSAT holds the truth: accounts that differ a lot, each with 1 to 6 answers."""
    chance = random.Random(3)

    def account() -> tuple[int, float]:
        return chance.choice(sizes), 1 / (1 + math.exp(-0.85 - chance.gauss(0, 1.5)))

    population = [account() for _ in range(100_000)]
    truth = sum(size * share for size, share in population) / sum(size for size, _ in population)
    held = 0
    for _ in range(worlds):
        answers = [
            (place, size, 5 if chance.random() < share else 1)
            for place, (size, share) in enumerate(chance.choices(population, k=accounts))
            for _ in range(chance.randint(1, 6))
        ]
        places, weights, scores = (list(column) for column in zip(*answers, strict=True))
        found = sj.csat(scores, weights=weights, cluster=places if cluster else None)
        held += found.low <= truth <= found.high
    return 100 * held / worlds


def test_intervals_that_know_accounts_hold_and_those_that_do_not_fail() -> None:
    assert 92 <= covered(25, [1], cluster=True) <= 98
    assert covered(25, [1], cluster=False) < 88
    assert 92 <= covered(80, [1, 1, 2, 4, 8], cluster=True) <= 98
    assert 86 <= covered(10, [1, 1, 2, 4, 8], cluster=True) <= 97  # few accounts of unequal size: too short at times
