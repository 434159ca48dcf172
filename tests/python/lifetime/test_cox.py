"""Cox regression from Python, against R, published tables, worked examples and lifelines."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import pytest

import sojourn as sj
from oracle_rows import OracleRow, OracleTable, inputs_and_expected, oracle_row, read_columns

ROWS = [
    *("COX-11", "COX-12", "COX-14", "COX-16", "COX-17", "COX-20", "COX-21", "COX-22", "COX-23", "COX-24"),
    *("COX-25", "COX-29", "COX-30", "COX-32", "COX-33", "COX-35"),
]
TIED = {"t": [1, 1, 2, 2, 3, 3, 4], "e": [1, 1, 1, 0, 1, 1, 0], "x": [1.0, 0.5, 2.0, 0.0, 1.5, -1.0, 0.3]}
# What the table allows; the other rows agree to 7 digits.
CLOSE: dict[str, dict[str, float]] = {
    **dict.fromkeys(("COX-22", "COX-23", "COX-24", "COX-25", "COX-29"), {"rel": 0, "abs": 1e-9}),
    **{"COX-21": {"rel": 1e-9}, "COX-33": {"rel": 1e-5}, "COX-35": {"rel": 1e-6}},
}
LIKELIHOOD = {**dict.fromkeys(("COX-22", "COX-23", "COX-24", "COX-25", "COX-29"), 1e-9), "COX-33": 1e-6, "COX-35": 1e-5}


def derived(row: OracleRow) -> dict[str, list[Any]]:
    table = dict(row.columns)
    for name, how in row.inputs.get("derive", {}).items():
        source = table[how["from"]]
        table[name] = [int(v == how["equals"]) if "equals" in how else v + how["plus"] for v in source]
    return table


def fitted(row: OracleRow, **more: Any) -> sj.Cox:
    roles = {name: row.inputs[name] for name in ("entry", "weights", "strata", "ties", "cause") if name in row.inputs}
    named = {"time": row.inputs["time"], "event": row.inputs["event"], "features": row.inputs["features"]}
    return sj.cox(derived(row), **named, **roles, **more)


def column(fit: Any, name: str) -> list[Any]:
    return fit.coefficients[name].to_list()


@pytest.mark.parametrize("name", ROWS)
def test_oracle(name: str, oracle: OracleTable, shared_dir: Path) -> None:
    row = oracle_row(oracle, shared_dir, name)
    fit, wanted = fitted(row), row.expected
    close = CLOSE.get(name, {"rel": 1e-7, "abs": 1e-9})
    assert fit.status == "converged"
    assert column(fit, "coef") == pytest.approx(wanted["coef"], **close)
    errors = wanted.get("se", wanted.get("robust_se"))
    if errors is not None:
        assert column(fit, "se") == pytest.approx(errors, **close)
        assert fit.options["error"] == ("robust" if "robust_se" in wanted else "information")
    both = [fit.null_log_likelihood, fit.log_likelihood]
    assert both == pytest.approx(wanted["log_likelihood"], abs=LIKELIHOOD.get(name, 1e-8))
    if "concordance" in wanted:
        assert fit.concordance == pytest.approx(wanted["concordance"], abs=1e-10)


def test_cox_11_baseline_stands_at_the_means_and_a_survival_does_not_depend_on_it(
    oracle: OracleTable, shared_dir: Path
) -> None:
    row = oracle_row(oracle, shared_dir, "COX-11")
    fit, ages = fitted(row), row.inputs["at"]["times"]
    hazard = dict(zip(fit.baseline()["time"], fit.baseline()["cumulative_hazard"], strict=True))
    assert [hazard[age] for age in ages] == pytest.approx(row.expected["baseline_hazard_at_means"], rel=1e-7)
    assert fit.baseline().options["at"] == pytest.approx({"age": 56.16542, "rx": 1.5}, rel=1e-6)
    curve = fit.survival(row.inputs["at"]["row"])
    assert [curve.at(age) for age in ages] == pytest.approx(row.expected["survival_row"], rel=1e-7)
    assert [fit.survival({"rx": 2, "age": 50}).at(age) for age in ages] == [curve.at(age) for age in ages]
    at_zero = [-math.log(fit.survival([0, 0]).at(age)) for age in ages]
    assert at_zero == pytest.approx(row.expected["baseline_hazard_at_zero"], rel=1e-6)


def test_cox_12_is_what_was_printed(oracle: OracleTable, shared_dir: Path) -> None:
    fit = fitted(oracle_row(oracle, shared_dir, "COX-12"))
    printed = [-0.37942, -0.05744, 0.31390, -0.14980, -0.43370, -0.08487, 0.09150]
    assert column(fit, "coef") == pytest.approx(printed, abs=5e-6)
    assert column(fit, "hazard_ratio") == pytest.approx([math.exp(c) for c in column(fit, "coef")])
    first = fit.coefficients.to_dicts()[0]
    assert math.log(first["high"]) - first["coef"] == pytest.approx(1.959963984540054 * first["se"], rel=1e-9)


def test_km_04_log_rank_and_the_three_ways_of_ties(oracle: OracleTable, shared_dir: Path) -> None:
    _, wanted = inputs_and_expected(oracle, "lifetime", "KM-04")
    columns = read_columns(shared_dir / "data" / "leukemia_6mp.csv")
    rows = {**columns, "placebo": [int(group != "6-MP") for group in columns["group"]]}
    test = sj.logrank(columns["weeks"], columns["relapsed"], columns["group"])
    assert test.statistic == pytest.approx(wanted["logrank_chi2"], rel=1e-6)
    assert dict(zip(test.groups, test.expected, strict=True))["6-MP"] == pytest.approx(wanted["expected_6mp"], rel=1e-6)
    for ties in ("exact", "efron", "breslow"):
        fit = sj.cox(rows, time="weeks", event="relapsed", features=["placebo"], ties=ties)
        assert [column(fit, "coef")[0], column(fit, "se")[0]] == pytest.approx(wanted[ties], rel=1e-6)
    assert [fit.null_log_likelihood, fit.log_likelihood] == pytest.approx(wanted["breslow_LL"], rel=1e-6)


def test_exact_ties_refuse_weights_and_what_needs_single_exits() -> None:
    fit = sj.cox(TIED, time="t", event="e", features=["x"], ties="exact")
    assert fit.status == "converged" and fit.options["ties"] == "exact"
    for asked in (fit.schoenfeld, fit.proportional_hazards):
        with pytest.raises(sj.SchemaError, match="under exact ties accounts leave as sets"):
            asked()
    weighted = {**TIED, "w": [1, 2, 1, 1, 1, 1, 1]}
    for extra in ({"weights": "w"}, {"cluster": "w"}):
        with pytest.raises(sj.SchemaError, match="exact ties compare whole sets of accounts"):
            sj.cox(weighted, time="t", event="e", features=["x"], ties="exact", **extra)


def test_cox_26_a_separated_feature_has_no_finite_coefficient(oracle: OracleTable, shared_dir: Path) -> None:
    row = oracle_row(oracle, shared_dir, "COX-26")
    fit = fitted(row)
    assert fit.status == row.expected["status"] == "separated"
    assert column(fit, "coef") == [math.inf]
    assert math.isnan(column(fit, "se")[0]) and math.isnan(column(fit, "p_value")[0])
    assert fit.log_likelihood == pytest.approx(row.expected["sup_log_likelihood"], abs=1e-6)
    assert column(fit, "note") == ["separates those who leave from the others"]
    with pytest.raises(sj.SchemaError, match='"separated" and has no estimates'):
        fit.survival([1])


def test_a_separated_feature_leaves_the_others_their_estimates() -> None:
    rows = {**TIED, "only_who_left_at_once": [1, 1, 0, 0, 0, 0, 0]}
    fit = sj.cox(rows, time="t", event="e", features=["x", "only_who_left_at_once"])
    assert fit.status == "separated"
    assert column(fit, "coef")[1] == math.inf
    assert math.isfinite(column(fit, "coef")[0]) and column(fit, "se")[0] > 0


def test_cox_28_no_event_has_a_status(oracle: OracleTable, shared_dir: Path) -> None:
    fit = fitted(oracle_row(oracle, shared_dir, "COX-28"))
    assert fit.status == "no_events"
    assert math.isnan(column(fit, "coef")[0]) and math.isnan(fit.log_likelihood)
    never = sj.cox({**TIED, "c": [1, 2, 1, 0, 2, 1, 0]}, time="t", event="c", features=["x"], cause=3)
    assert never.status == "no_events" and column(never, "note") == ["no account left"]


def test_cox_38_entry_not_before_exit_is_named_with_its_row(oracle: OracleTable, shared_dir: Path) -> None:
    row = oracle_row(oracle, shared_dir, "COX-38")
    with pytest.raises(sj.DataError) as caught:
        fitted(row)
    assert caught.value.row == row.expected["row"]


def test_collinear_features_are_named_and_left_out() -> None:
    rows = {**TIED, "twice": [2 * x for x in TIED["x"]], "same": [7.0] * 7}
    fit = sj.cox(rows, time="t", event="e", features=["x", "twice", "same"])
    alone = sj.cox(TIED, time="t", event="e", features=["x"])
    assert fit.status == "collinear"
    assert column(fit, "note") == [None, "repeats x", "does not vary among accounts at risk together"]
    assert column(fit, "coef")[0] == pytest.approx(column(alone, "coef")[0], rel=1e-9)
    assert math.isnan(column(fit, "coef")[1]) and math.isnan(column(fit, "se")[2])
    assert fit.log_likelihood == pytest.approx(alone.log_likelihood, abs=1e-10)
    assert fit.survival({"x": 1, "twice": 2, "same": 7}).at(2) == pytest.approx(alone.survival([1]).at(2))


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_the_unit_origin_and_order_of_the_rows_do_not_matter(ties: str) -> None:
    fit = sj.cox(TIED, time="t", event="e", features=["x"], ties=ties)
    order = [3, 1, 6, 0, 2, 5, 4]
    mixed = {name: [values[i] for i in order] for name, values in TIED.items()}
    again = sj.cox(mixed, time="t", event="e", features=["x"], ties=ties)
    assert (column(again, "coef"), column(again, "se")) == (column(fit, "coef"), column(fit, "se"))  # to the last bit
    moved = {**TIED, "x": [1e7 + 1e-3 * x for x in TIED["x"]]}
    far = sj.cox(moved, time="t", event="e", features=["x"], ties=ties)
    assert column(far, "coef")[0] == pytest.approx(1e3 * column(fit, "coef")[0], rel=1e-4)


def test_counts_repeat_rows_and_weights_do_not_under_efron() -> None:
    counts = [2, 1, 3, 1, 2, 1, 4]
    repeated = {name: [v for v, n in zip(values, counts, strict=True) for _ in range(n)] for name, values in TIED.items()}
    for ties in ("efron", "breslow"):
        counted = sj.cox({**TIED, "n": counts}, time="t", event="e", features=["x"], count="n", ties=ties)
        one_by_one = sj.cox(repeated, time="t", event="e", features=["x"], ties=ties)
        for name in ("coef", "se"):
            assert column(counted, name) == pytest.approx(column(one_by_one, name), rel=1e-9)
        assert counted.concordance == pytest.approx(one_by_one.concordance, rel=1e-12)
        weighted = sj.cox({**TIED, "n": counts}, time="t", event="e", features=["x"], weights="n", ties=ties)
        same = column(weighted, "coef")[0] == pytest.approx(column(counted, "coef")[0], rel=1e-9)
        assert same == (ties == "breslow")
        money = sj.cox({**TIED, "n": [1e4 * n for n in counts]}, time="t", event="e", features=["x"], weights="n", ties=ties)
        for name in ("coef", "se"):
            assert column(money, name) == pytest.approx(column(weighted, name), rel=1e-9)


def test_rows_of_one_account_are_a_cluster() -> None:
    fit = sj.cox(TIED, time="t", event="e", features=["x"])
    alone = sj.cox({**TIED, "who": list("abcdefg")}, time="t", event="e", features=["x"], cluster="who")
    twice = {name: values * 2 for name, values in TIED.items()}
    both = sj.cox({**twice, "who": list("abcdefg") * 2}, time="t", event="e", features=["x"], cluster="who", ties="breslow")
    once = sj.cox({**TIED, "who": list("abcdefg")}, time="t", event="e", features=["x"], cluster="who", ties="breslow")
    assert alone.options["error"] == "robust" and fit.options["error"] == "information"
    assert column(both, "se") == pytest.approx(column(once, "se"), rel=1e-9)  # the same accounts seen twice tell nothing new


@pytest.mark.parametrize("late", [False, True])
def test_equals_lifelines(late: bool) -> None:
    lifelines = pytest.importorskip("lifelines")
    pd = pytest.importorskip("pandas")
    draw = random.Random(9)
    rows: dict[str, list[Any]] = {"t": [], "e": [], "x": [], "y": [], "s": []}
    for _ in range(200):
        x, y = draw.gauss(0, 1), draw.random()
        t = draw.randrange(1, 30)
        for name, value in zip(rows, (t, draw.random() < 0.6, x, y, draw.randrange(0, t) if late else 0), strict=True):
            rows[name].append(value)
    theirs = lifelines.CoxPHFitter().fit(pd.DataFrame(rows), "t", "e", entry_col="s" if late else None, formula="x + y")
    ours = sj.cox(rows, time="t", event="e", features=["x", "y"], entry="s" if late else None)
    assert column(ours, "coef") == pytest.approx(list(theirs.params_), rel=1e-5)
    assert column(ours, "se") == pytest.approx(list(theirs.standard_errors_), rel=1e-5)


def turning_hazards() -> dict[str, list[Any]]:
    """Accounts with x leave faster at first, and slower afterwards."""
    draw = random.Random(2)
    rows: dict[str, list[Any]] = {"t": [], "e": [], "x": [], "still": []}
    for _ in range(300):
        x = draw.randrange(2)
        early = draw.expovariate(0.3 if x else 0.1)
        t = early if early < 3 else 3 + draw.expovariate(0.05 if x else 0.3)
        for name, value in zip(rows, (min(t, 20), t < 20, x, draw.gauss(0, 1)), strict=True):
            rows[name].append(value)
    return rows


def test_schoenfeld_residuals_sum_to_0_and_are_by_definition() -> None:
    rows = turning_hazards()
    fit = sj.cox(rows, time="t", event="e", features=["x", "still"])
    residuals = fit.schoenfeld()
    assert len(residuals) == fit.events
    assert sum(residuals["x"]) == pytest.approx(0, abs=1e-7)
    assert residuals["time"].to_list() == sorted(residuals["time"])
    first = residuals.to_dicts()[0]
    coef = column(fit, "coef")
    risk = [
        math.exp(coef[0] * x + coef[1] * s) for x, s in zip(rows["x"], rows["still"], strict=True)
    ]  # all are at risk then
    mean = sum(r * x for r, x in zip(risk, rows["x"], strict=True)) / sum(risk)
    assert first["x"] == pytest.approx(rows["x"][first["row"]] - mean, rel=1e-9)


def test_proportional_hazards_is_the_score_test_by_definition() -> None:
    np = pytest.importorskip("numpy")
    rows = turning_hazards()
    fit = sj.cox(rows, time="t", event="e", features=["x", "still"])
    order = np.argsort(rows["t"])
    t, e = np.array(rows["t"])[order], np.array(rows["e"])[order]
    x = np.column_stack([rows["x"], rows["still"]])[order]
    share_left = np.concatenate([[0.0], 1 - np.cumprod(1 - e / np.arange(len(t), 0, -1))[:-1]])
    for transform, g in {"identity": t, "log": np.log(t), "km": share_left}.items():
        score, information = np.zeros(4), np.zeros((4, 4))
        for i in np.flatnonzero(e):
            both = np.column_stack([x[i:], x[i:] * g[i]])
            share = np.exp(x[i:] @ column(fit, "coef"))
            share /= share.sum()
            score += both[0] - share @ both
            information += (both * share[:, None]).T @ both - np.outer(share @ both, share @ both)
        wanted = []
        for chosen in ([0, 1, 2], [0, 1, 3], [0, 1, 2, 3]):
            wanted.append(score[chosen] @ np.linalg.solve(information[np.ix_(chosen, chosen)], score[chosen]))
        found = fit.proportional_hazards(transform=transform)
        assert found["feature"].to_list() == ["x", "still", "GLOBAL"]
        assert found["statistic"].to_list() == pytest.approx(wanted, rel=1e-8)
        assert found["dof"].to_list() == [1, 1, 2]
        assert found["p_value"].to_list()[0] < 1e-6
    with pytest.raises(sj.SchemaError, match="km, identity, log"):
        fit.proportional_hazards(transform="rank")


def test_a_curve_ends_where_the_last_account_was_seen() -> None:
    fit = sj.cox({"t": [1, 2, 2, 9], "e": [1, 1, 0, 0], "x": [1, 0, 2, 1]}, time="t", event="e", features=["x"])
    curve = fit.survival([1])
    assert curve.at(0) == 1 and curve.at(9) == curve.at(2) == curve.survival.to_list()[-1] and curve.last_age == 9
    assert math.isnan(curve.at(9.5)) and math.isnan(curve.at(math.nan))


def test_strata_have_baselines_of_their_own() -> None:
    rows = {**TIED, "plan": ["a", "a", "b", "b", "b", "a", "a"]}
    fit = sj.cox(rows, time="t", event="e", features=["x"], strata="plan")
    assert set(fit.baseline()["stratum"]) == {"a", "b"}
    assert fit.survival([1], stratum="a").time.to_list() == [1.0, 3.0]
    with pytest.raises(sj.SchemaError, match="it has a, b"):
        fit.survival([1])


def test_limits_hold_the_curve_and_a_robust_fit_has_none() -> None:
    curve = sj.cox(TIED, time="t", event="e", features=["x"]).survival([0.5])
    for low, share, high in zip(curve.low, curve.survival, curve.high, strict=True):
        assert 0 <= low < share < high <= 1
    money = sj.cox({**TIED, "w": [1, 2, 1, 2, 1, 2, 1]}, time="t", event="e", features=["x"], weights="w").survival([0.5])
    assert all(math.isnan(low) for low in money.low)
    assert len(curve.table()) == len(curve.time)


def test_bad_input_is_named() -> None:
    with pytest.raises(sj.SchemaError, match="at least one column"):
        sj.cox(TIED, time="t", event="e", features=[])
    with pytest.raises(sj.SchemaError, match="x is named twice"):
        sj.cox(TIED, time="t", event="e", features=["x", "x"])
    with pytest.raises(sj.SchemaError, match='column "y"'):
        sj.cox(TIED, time="t", event="e", features=["y"])
    with pytest.raises(sj.DataError, match='"x", row 1, value inf'):
        sj.cox({**TIED, "x": [1, math.inf, 1, 1, 1, 1, 1]}, time="t", event="e", features=["x"])
    with pytest.raises(sj.SchemaError, match="efron, breslow, exact"):
        sj.cox(TIED, time="t", event="e", features=["x"], ties="peto")
    gap = sj.cox({**TIED, "x": [None, 0.5, 2.0, 0.0, 1.5, -1.0, 0.3]}, time="t", event="e", features=["x"])
    assert (gap.rows_missing, gap.n) == (1, 6)
    with pytest.raises(sj.SchemaError, match="the account has no x"):
        gap.survival({"y": 1})
    with pytest.raises(sj.SchemaError, match="2 values were given"):
        gap.survival([1, 2])
