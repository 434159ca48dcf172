"""Cumulative incidence by cause from Python, against R, cmprsk and worked examples."""

from __future__ import annotations

import datetime
import math
import random
from pathlib import Path
from typing import Any

import pytest

import sojourn as sj
from oracle_rows import OracleRow, OracleTable, inputs_and_expected, oracle_row

CURVES = ["CR-01", "CR-06", "CR-07", "CR-08", "CR-10", "CR-11", "CR-13", "CR-15"]
MONTHS = [1, 1, 2, 3, 4, 4]
CAUSES = [1, 2, 0, 1, 2, 1]


def curves_of(row: OracleRow, **more: Any) -> Any:
    named = list(range(1, row.inputs["causes"] + 1))
    return sj.cumulative_incidence(
        row.column("time"), row.column("cause"), **row.optional("entry", "weights", "by"), causes=named, **more
    )


def error_at(one: sj.CauseIncidence, age: float) -> float:
    return list(one.standard_error)[max(i for i, t in enumerate(one.time) if t <= age)]


def check(curves: sj.CumulativeIncidence, wanted: dict[str, Any], ages: list[float]) -> None:
    for cause, shares in enumerate(wanted["cif"], start=1):
        found = [curves[cause].at(age).value for age in ages]
        assert found == pytest.approx(shares, rel=1e-9, abs=1e-12)
    for cause, errors in enumerate(wanted.get("se", []), start=1):
        assert [error_at(curves[cause], age) for age in ages] == pytest.approx(errors, rel=1e-6)
    if "survival" in wanted:
        left = dict(zip(curves.time, curves.survival, strict=True))
        found = [left[max(t for t in left if t <= age)] for age in ages]
        assert found == pytest.approx(wanted["survival"], abs=1e-12)


@pytest.mark.parametrize("name", CURVES)
def test_oracle(name: str, oracle: OracleTable, shared_dir: Path) -> None:
    row = oracle_row(oracle, shared_dir, name)
    if "given" in row.inputs:
        curves = curves_of(row, given_age=row.inputs["given"])
        later = [t for t in row.inputs["times"] if t > row.inputs["given"]]
        check(curves, {"cif": row.expected[f"given_age_{row.inputs['given']}"]}, later)
    else:
        check(curves_of(row), row.expected["all"], row.inputs["times"])


def test_fc_13_expected_churn_by_cause_adds_up(oracle: OracleTable, shared_dir: Path) -> None:
    row = oracle_row(oracle, shared_dir, "CR-13")
    inputs, expected = inputs_and_expected(oracle, "lifetime2", "FC-13")
    later = curves_of(row, given_age=row.inputs["given"])
    churn = later.expected_churn(inputs["mrr"])
    for cause, shares in enumerate(inputs["given"], start=1):
        assert list(churn[f"lost_{cause}"])[-2:] == pytest.approx([inputs["mrr"] * share for share in shares], rel=1e-12)
    assert [churn[f"lost_{cause}"][-1] for cause in later] == pytest.approx(expected["by_cause"], rel=1e-12)
    assert churn["left"][-1] == expected["survivors"]
    for one in churn.to_dicts():
        assert one["lost_1"] + one["lost_2"] + one["left"] == pytest.approx(inputs["mrr"], rel=1e-12)
    with pytest.raises(sj.DataError, match='"mrr"'):
        later.expected_churn(-1)


@pytest.mark.parametrize(
    "cause",
    [[True, False, None, True], [1, 0, None, 2], [1.0, math.nan, 0.0, 2.0], ["price", "", None, "left"]],
    ids=["flags", "numbers", "decimals", "text"],
)
def test_nothing_named_is_an_account_still_there(cause: list[Any]) -> None:
    assert sj.cumulative_incidence([1, 2, 3, 4], cause).table()["censored"].to_list() == [0, 1, 1, 0]


def test_cr_06_one_minus_survival_of_one_cause_overstates(oracle: OracleTable, shared_dir: Path) -> None:
    row = oracle_row(oracle, shared_dir, "CR-06")
    share = curves_of(row)[1].at(360).value
    alone = sj.kaplan_meier(row.column("time"), [int(c == 1) for c in row.column("cause")])
    assert 1 - alone.at(360).value == pytest.approx(row.expected["one_minus_km"][0][-1], abs=1e-9)
    assert 1 - alone.at(360).value > 3 * share


@pytest.mark.parametrize("name", ["CR-02", "CR-03"])
def test_oracle_by_group_and_gray(name: str, oracle: OracleTable, shared_dir: Path) -> None:
    row = oracle_row(oracle, shared_dir, name)
    by = curves_of(row)
    assert list(by) == ["0", "1"]
    for group, curves in by.items():
        check(curves, row.expected[group], row.inputs["times"])
    gray = by.gray()
    wanted = row.expected["gray"]
    assert list(gray["cause"]) == wanted["cause"]
    assert list(gray["dof"]) == wanted["dof"]
    assert list(gray["statistic"]) == pytest.approx(wanted["statistic"], rel=1e-8)
    assert list(gray["p_value"]) == pytest.approx(wanted["p_value"], rel=1e-8)
    # The rate of a cause is another question with another answer; it stands beside.
    assert list(gray["logrank_statistic"]) == pytest.approx(row.expected["logrank"], rel=1e-8)


def test_i06_customers_leave_by_choice_or_by_failed_payment() -> None:
    curves = sj.cumulative_incidence(MONTHS, CAUSES)
    assert curves.causes == [1, 2]
    assert [e.value for e in curves.at(4).values()] == pytest.approx([11 / 18, 7 / 18], abs=1e-12)
    words = {0: None, 1: "by choice", 2: "failed payment"}
    named = sj.cumulative_incidence(MONTHS, [words[c] for c in CAUSES])
    assert named.causes == ["by choice", "failed payment"]
    assert list(named["failed payment"].incidence) == list(curves[2].incidence)
    # An event of 2 is not a yes: the curve of one kind of leaving says where causes belong.
    with pytest.raises(sj.DataError, match="cumulative_incidence"):
        sj.kaplan_meier(MONTHS, CAUSES)


def test_cr_10_without_an_event_grays_test_has_a_reason() -> None:
    gray = sj.cumulative_incidence([1, 2, 3], [0, 0, 0], by=["a", "b", "a"], causes=[1, 2]).gray()
    assert all(math.isnan(p) for p in gray["p_value"])
    assert list(gray["reason"]) == ["no account left, so there is nothing to compare"] * 2


@pytest.mark.parametrize("road", ["list", "numpy", "pandas", "polars", "arrow", "bool", "float"])
def test_every_road_gives_the_same_curves(road: str) -> None:
    time: Any = MONTHS
    cause: Any = CAUSES
    if road == "numpy":
        np = pytest.importorskip("numpy")
        time, cause = np.asarray(MONTHS, dtype="float32"), np.asarray(CAUSES, dtype="int8")
    elif road == "pandas":
        pd = pytest.importorskip("pandas")
        time, cause = pd.Series(MONTHS), pd.Series([c or None for c in CAUSES])  # floats with NaN
    elif road == "polars":
        pl = pytest.importorskip("polars")
        time, cause = pl.Series(MONTHS), pl.Series([c or None for c in CAUSES])
    elif road == "arrow":
        pa = pytest.importorskip("pyarrow")
        time, cause = pa.array(MONTHS), pa.array(CAUSES, pa.uint16())
    elif road == "bool":
        cause = [c == 1 for c in CAUSES]
    elif road == "float":
        time, cause = [float(t) for t in MONTHS], [float(c) for c in CAUSES]
    curves = sj.cumulative_incidence(time, cause)
    if road == "bool":
        assert curves.causes == [1]
        assert curves[1].at(1).value == pytest.approx(1 / 6)
    else:
        assert curves.causes == [1, 2]
        assert list(curves[2].incidence) == pytest.approx([1 / 6, 1 / 6, 1 / 6, 7 / 18], abs=1e-12)


def test_ages_may_have_decimals_and_money_is_robust() -> None:
    curves = sj.cumulative_incidence([0.5, 1.25, 2.75], ["price", None, "price"], weights=[100.5, 20.25, 7])
    assert list(curves.time) == [0.5, 1.25, 2.75]
    assert curves["price"].at(0.5).value == pytest.approx(100.5 / 127.75)
    assert curves.options["measure"] == "weight"
    again = sj.cumulative_incidence([0.5, 1.25, 2.75], ["price", None, "price"], weights=[10050, 2025, 700])
    assert list(again["price"].standard_error) == pytest.approx(list(curves["price"].standard_error), rel=1e-12)


def test_shares_add_up_to_1() -> None:
    draw = random.Random(8)
    time = [draw.randrange(1, 30) for _ in range(500)]
    cause = [draw.choice(["price", "quality", "closed", None]) for _ in time]
    curves = sj.cumulative_incidence(time, cause)
    for row, left in enumerate(curves.survival):
        assert sum(list(one.incidence)[row] for one in curves.values()) + left == 1


def test_groups_tables_and_what_is_missing() -> None:
    by = sj.cumulative_incidence(MONTHS, CAUSES, by=["pro", "basic", "pro", None, "basic", "pro"])
    assert list(by) == ["basic", "pro", None]
    assert by[None].n == 1
    assert by.table().columns[:3] == ["group", "cause", "time"]
    assert by.table().options == by["pro"].options != {}
    assert by["pro"].rows_missing == 0
    one = sj.cumulative_incidence([1, None, 3], [1, 1, None], causes=[1, 7])
    assert (one.n, one.rows_missing, one.causes) == (2, 1, [1, 7])
    assert one[7].at(3).value == 0
    assert one.table().columns[:3] == ["time", "survival", "censored"]
    with pytest.raises(KeyError, match="there is no cause 2; there are: 1, 7"):
        one[2]
    assert one.get(2) is None
    with pytest.raises(sj.DataError, match="row 1, value 9"):
        sj.cumulative_incidence([1, 2], [1, 9], causes=[1, 2])
    with pytest.raises(sj.SchemaError, match="no cause of leaving"):
        sj.cumulative_incidence([1, 2], [1, 0], causes=[0, 1])
    with pytest.raises(sj.SchemaError, match="late entry"):
        sj.cumulative_incidence([2, 3], [1, 1], entry=[1, 2], by=["a", "b"]).gray()


def test_a_column_of_days_is_a_column_of_causes_by_their_text() -> None:
    day = datetime.date(2024, 1, 1)
    assert sj.cumulative_incidence([1, 2], [day, None]).causes == ["2024-01-01"]


def test_states_of_shards_merge_whatever_causes_they_hold() -> None:
    draw = random.Random(12)
    rows = [(draw.randrange(1, 30), draw.choice(["price", None, "closed", "rival"]), draw.choice("ab")) for _ in range(300)]
    whole = sj.cumulative_incidence(*zip(*[(t, c) for t, c, _ in rows], strict=True), by=[g for *_, g in rows])
    parts = [[row for row in rows if row[2] == "a" and row[1] != "rival"], [row for row in rows if row[2] == "b"]]
    parts.append([row for row in rows if row[2] == "a" and row[1] == "rival"])
    state = sj.lifetime.ExitTable()
    for part in parts:
        time, cause, by = zip(*part, strict=True)
        state += sj.cumulative_incidence(time, cause, by=by).state
    assert state == whole.state
    assert sj.lifetime.ExitTable.from_bytes(state.to_bytes()) == state
    again = sj.lifetime.incidence_of_state(state)
    for group in "ab":
        for cause in ("closed", "price", "rival"):
            assert again[group][cause].incidence.to_list() == pytest.approx(whole[group][cause].incidence.to_list())
            assert again[group][cause].low.to_list() == pytest.approx(whole[group][cause].low.to_list(), nan_ok=True)
    assert again.gray()["statistic"].to_list() == pytest.approx(whole.gray()["statistic"].to_list())
    assert again.gray()["logrank_statistic"].to_list() == pytest.approx(whole.gray()["logrank_statistic"].to_list())
    table = again.decay_table()
    assert table.columns == [
        "group",
        "time",
        "entries",
        "at_risk",
        "events_closed",
        "events_price",
        "events_rival",
        "censored",
    ]
    assert sum(table["events_price"]) == sum(c == "price" for _, c, _ in rows)
    assert table.to_dicts()[0]["at_risk"] == sum(g == "a" for *_, g in rows)


def test_a_state_of_one_group_of_money_and_what_has_none() -> None:
    curves = sj.cumulative_incidence([3, 5, 5], ["price", None, "closed"], weights=[10, 20, 30])
    money = sj.lifetime.incidence_of_state(curves.state, weighted=True)
    assert money["price"].incidence.to_list() == pytest.approx(curves["price"].incidence.to_list())
    assert money["price"].standard_error.to_list() == pytest.approx(curves["price"].standard_error.to_list())
    assert sj.lifetime.incidence_of_state(curves.state)["price"].at(3).value == pytest.approx(1 / 3)
    assert curves.decay_table().to_dicts()[0] == {
        **{"time": 3, "entries": 0, "at_risk": 3, "events_closed": 0, "events_price": 1, "censored": 0}
    }
    with pytest.raises(sj.DataError, match="whole number"):
        _ = sj.cumulative_incidence([1.5, 2], ["price", None]).state
    groups = sj.cumulative_incidence([3, 5, 5], ["price", None, "closed"], by=["a", "b", "a"])
    with pytest.raises(sj.SchemaError, match="no state of its own"):
        _ = groups["a"].state
    with pytest.raises(sj.SchemaError, match="no strata"):
        sj.lifetime.incidence_of_state(groups.state).gray(strata=[1, 2, 3])


def test_pictures_stack_the_causes() -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    curves = sj.cumulative_incidence(MONTHS, ["price", "closed", None, "price", "closed", "price"])
    ax = curves.plot()
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["price", "closed"]  # as they lie on one another
    assert ax.get_ylim() == (0, 1)
    tops = [max(point[1] for path in band.get_paths() for point in path.vertices) for band in ax.collections]
    assert tops == pytest.approx([7 / 18, 1.0])
    pictures = sj.cumulative_incidence(MONTHS, CAUSES, by=["a", "b", "a", "b", None, "a"]).plot()
    assert [one.get_title() for one in pictures] == ["a", "b", "(no group)"]
