"""Every argument of a function of lifetimes, surveys and forecasts shows in the options of its result, or is refused."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import sojourn as sj
from sojourn import lifetime, revenue, surveys

pytestmark = pytest.mark.filterwarnings("ignore::sojourn.InputWarning")

HIDDEN = {
    "threads": "how the work is done, not what comes out",
    "timezone": "of surveys: how moments are read, as the column of them",
    "date_format": "of surveys: how moments are read, as the column of them",
}

Cases = dict[str, tuple[Callable[..., Any], dict[str, Any], dict[str, Any]]]
"""Name -> the function, a call of it, and another value of each of its keywords."""

AGE = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 3, 5]
LEFT = [1, 1, 0, 1, 1, 0, 1, 1, 1, 0, 1, 1]
ONES = [1] * 12
HALVES = ["x", "y"] * 6
LIVES = {
    "age": AGE,
    "left": LEFT,
    "why": ["price", "price", None, "other", "price", None, "other", "price", "price", None, "other", "price"],
    "size": [3.0, 1.0, 2.0, 5.0, 4.0, 1.0, 2.0, 2.0, 3.0, 1.0, 4.0, 2.0],
    "seats": [1.0, 4.0, 2.0, 2.0, 3.0, 5.0, 1.0, 3.0, 2.0, 4.0, 1.0, 5.0],
    "begin": [0] * 12,
    "ones": ONES,
    "half": HALVES,
}
ROLES = {"entry": "begin", "weights": "size", "count": "ones", "cluster": "half"}
SUBSET = {"entry": [0] * 12, "weights": [1.5] * 12, "count": ONES}
CELLS = {
    "cohort": ["a", "a", "a", "b", "b", "c"],
    "age": [0, 1, 2, 0, 1, 0],
    "value": [10, 15, 16, 12, 17, 11],
}
CELLS_TWICE = {**CELLS, **{f"{name}_2": values for name, values in CELLS.items()}}
BUYS = {"x": [2, 1, 0, 3, 5, 1], "t_x": [5.0, 3.0, 0.0, 7.0, 8.0, 2.0], "T": [10.0] * 6}
LOG = {
    "who": ["a", "a", "b"],
    "who_2": ["a", "b", "b"],
    "on": ["2024-01-01", "2024-01-09", "2024-01-05"],
    "on_2": ["2024-01-02", "2024-01-09", "2024-01-05"],
    "paid": [1.0, 2.0, 3.0],
}
SCORES = [10, 9, 3, 7, 0, 10, 8, 6, 9, 10, 2, 9]
FIVES = [1, 5, 4, 4, 3, 5, 2, 1, 5, 4, 4, 5]
DAYS = [f"2024-01-{day:02d}" for day in range(1, 13)]
DESIGN = {"weights": [1.5] * 12, "by": HALVES, "count": ONES, "cluster": HALVES, "strata": HALVES, "fpc": 500}
ROWS_OF_ANSWERS = {
    **DESIGN,
    "level": 0.9,
    "answers": {"good": 5},
    "blank": 2,
    "dedupe": "latest_per_respondent",
    "unit": "account",
    "respondent": HALVES,
    "account": HALVES,
    "answered_on": DAYS,
}
WEIGHTED = {**DESIGN, "level": 0.9, "method": "kish"}


def book() -> sj.Ledger:
    rows = {
        "account_id": [f"a{place}" for place in range(24)],
        "start": [f"2022-{place % 12 + 1:02d}-01" for place in range(24)],
        "end": [None if place % 4 else f"2023-{place % 9 + 1:02d}-15" for place in range(24)],
        "mrr_minor": [1000 + 100 * place for place in range(24)],
        "plan": ["basic", "pro"] * 12,
    }
    return sj.Ledger(rows, segment="plan", as_of="2024-01-01")


def forecast(**given: Any) -> Any:
    return book().forecast(6, **given)


def decay(**given: Any) -> Any:
    return book().fit_decay(**given)


def values(**given: Any) -> Any:
    return book().account_values("2023-12", **given)


def economics(**given: Any) -> Any:
    return sj.economics(**given)["payback_months"]


FITTED_DECAY = sj.fit_decay([0, 1, 2, 3, 4], [1000, 869, 743, 653, 593])
CONTRACTS = {"account_id": ["a1"], "renews_on": ["2024-06-01"]}
CASES: Cases = {
    "kaplan_meier": (
        sj.kaplan_meier,
        {"time": AGE, "event": LEFT},
        {**SUBSET, "by": HALVES, "level": 0.9, "ci": "plain", "given_age": 1},
    ),
    "cumulative_incidence": (
        sj.cumulative_incidence,
        {"time": AGE, "cause": LIVES["why"]},
        {**SUBSET, "by": HALVES, "causes": ["price", "other", "never"], "level": 0.9, "given_age": 1},
    ),
    "incidence_of_state": (
        lifetime.incidence_of_state,
        {"state": sj.cumulative_incidence(AGE, LIVES["why"]).state},
        {"level": 0.9, "given_age": 1, "weighted": True},
    ),
    "logrank": (
        sj.logrank,
        {"time": AGE, "event": LEFT, "by": HALVES},
        {**SUBSET, "rho": 1.0, "trend": True, "strata": ["s", "s", "t"] * 4},
    ),
    "cox": (
        sj.cox,
        {"table": LIVES, "time": "age", "event": "left", "features": ["seats"]},
        {
            **ROLES,
            "time": "seats",
            "event": "ones",
            "features": ["size"],
            "ties": "breslow",
            "strata": "half",
            "cause": "1",
            "level": 0.9,
        },
    ),
    "fine_gray": (
        sj.fine_gray,
        {"table": LIVES, "time": "age", "cause": "why", "features": ["seats"], "of": "price"},
        {**ROLES, "time": "seats", "cause": "left", "features": ["size"], "of": "other", "level": 0.9},
    ),
    "fit_logistic": (
        sj.fit_logistic,
        {"table": LIVES, "outcome": "left", "features": ["seats"]},
        {"outcome": "ones", "features": ["size"], "penalty": "firth", "count": "ones", "level": 0.9},
    ),
    "fit_survival": (
        sj.fit_survival,
        {"time": AGE, "event": LEFT, "family": "weibull"},
        {**SUBSET, "family": "exponential", "upper": [age + 1 for age in AGE], "level": 0.9},
    ),
    "renewal_curve": (
        sj.renewal_curve,
        {"t": [1, 2, 3, 3], "left": [1, 0, 1, 0]},
        {
            "entry": [0, 1, 0, 1],
            "weights": [5.0, 1.0, 1.0, 2.0],
            "count": [2, 1, 1, 1],
            "by": ["a", "b", "a", "b"],
            "level": 0.9,
        },
    ),
    "fit_decay": (
        sj.fit_decay,
        {"t": [0, 1, 2, 3], "survivors": [100, 80, 70, 65]},
        {"family": "geometric", "cohort": ["a"] * 4, "weights": [2.5] * 4},
    ),
    "compare_decay": (
        sj.compare_decay,
        {"t": [0, 1, 2, 3], "survivors": [100, 80, 70, 65]},
        {"cohort": ["a"] * 4, "holdout": 1, "baselines": True},
    ),
    "decay_baseline": (
        sj.decay_baseline,
        {"t": [0, 1, 2, 3], "survivors": [100, 80, 70, 65], "method": "linear"},
        {"method": "exponential"},
    ),
    "cltv": (
        sj.cltv,
        {"arpa": 100.0, "margin": 0.8, "churn": 0.05, "timing": "just_paid"},
        {
            "margin": 0.7,
            "churn": 0.06,
            "retention": FITTED_DECAY,
            "timing": "period_end",
            "discount_rate": 0.01,
            "acquisition_cost": 5.0,
            "cap_periods": 9,
            "amounts": "major",
            "currency": "JPY",
        },
    ),
    "mrr_index": (sj.mrr_index, {"churn_rates": [0.02]}, {}),
    "fit_purchases": (sj.fit_purchases, BUYS, {"model": "bgbb", "count": [1] * 6, "penalty": 0.1}),
    "fit_spend": (sj.fit_spend, {"mean": [3.0, 4.0, 5.0, 9.0], "x": [2, 1, 3, 4]}, {"count": [1] * 4}),
    "purchase_summary": (
        sj.purchase_summary,
        {"table": LOG, "account": "who", "date": "on", "unit": "day"},
        {
            "account": "who_2",
            "date": "on_2",
            "amount": "paid",
            "unit": "week",
            "until": "2024-02-01",
            "timezone": "Europe/Berlin",
            "date_format": "%Y-%m-%d",
        },
    ),
    "customer_value": (
        sj.customer_value,
        {
            "purchases": sj.Purchases.from_params("bgnbd", [0.24, 4.4, 0.79, 2.4]),
            "spend": sj.Spend.from_params([6.25, 3.74, 15.44]),
            "table": {**BUYS, "mean": [3.0] * 6, "who": list("abcdef"), "who_2": list("abcdef")},
            "horizon": 10.0,
            "rate": 0.01,
            "margin": 0.5,
        },
        {"horizon": 12.0, "rate": 0.02, "margin": 0.6, "level": 0.9, "account": "who_2"},
    ),
    "chain_ladder": (
        sj.chain_ladder,
        {"triangle": CELLS_TWICE},
        {
            "tail": 1.1,
            "method": "odp",
            "sigma": "loglinear",
            "level": 0.9,
            "cohort": "cohort_2",
            "age": "age_2",
            "value": "value_2",
        },
    ),
    "score_forecast": (sj.score_forecast, {"low": [1.0], "high": [3.0], "actual": [2.0]}, {"level": 0.9}),
    "calibrate_intervals": (sj.calibrate_intervals, {"errors": [1.0, 2.0], "half_widths": [2.0, 2.0]}, {"level": 0.9}),
    "crps": (sj.crps, {"draws": [1.0, 2.0], "actual": 1.0}, {}),
    "weighted_mean": (sj.weighted_mean, {"values": SCORES}, WEIGHTED),
    "weighted_total": (sj.weighted_total, {"values": SCORES}, WEIGHTED),
    "weighted_ratio": (sj.weighted_ratio, {"values": SCORES, "denominators": AGE}, WEIGHTED),
    "compare_segments": (
        sj.compare_segments,
        {"scores": FIVES, "by": HALVES, "score": "csat", "scale": (1, 5)},
        {"score": "nps", "scale": (1, 6), "level": 0.9, "method": "wald", "no_score": "in_denominator", "breaks": (2, 4)}
        | {"satisfied_from": 3},
    ),
    "nps": (
        sj.nps,
        {"scores": SCORES},
        {**ROWS_OF_ANSWERS, "method": "wald", "scale": (0, 11), "breaks": (7, 10), "no_score": "in_denominator"},
    ),
    "csat": (
        sj.csat,
        {"scores": FIVES},
        {**ROWS_OF_ANSWERS, "method": "jeffreys", "scale": (1, 6), "satisfied_from": 3},
    ),
    "ces": (
        sj.ces,
        {"scores": FIVES},
        {**ROWS_OF_ANSWERS, "scale": (1, 6), "kind": "index", "direction": "high_is_hard", "cuts": (4, 5, 2)},
    ),
    "compare_nps": (
        sj.compare_nps,
        {"first": SCORES, "second": SCORES},
        {"level": 0.9, "method": "wald", "no_score": "in_denominator", "breaks": (7, 10)},
    ),
    "compare_csat": (
        sj.compare_csat,
        {"first": FIVES, "second": FIVES},
        {"scale": (1, 6), "satisfied_from": 3, "level": 0.9},
    ),
    "response_rate": (
        sj.response_rate,
        {"sent": DAYS, "answered": DAYS},
        {
            "delivered": [True] * 12,
            "start": "2024-01-02",
            "end": "2024-01-09",
            "base": "responses_over_delivered",
            "level": 0.9,
            "method": "wald",
        },
    ),
    "concentration": (
        revenue.concentration,
        {"values": [5, 3, 0, 1, 9, 14], "as_population": False, "replicates": 50},
        {"top": (2,), "by": HALVES[:6], "zeros": "included", "as_population": True, "replicates": 60}
        | {"seed": 2, "level": 0.5},
    ),
    "backtest_forecast": (
        sj.backtest_forecast,
        {"ledger": book(), "vintages": ["2023-06"], "horizons": (1, 3), "draws": 20},
        {"horizons": (2,), "contracts": CONTRACTS, "by": "plan", "family": "geometric", "draws": 30, "seed": 2},
    ),
    "check_targets": (revenue.check_targets, {"numbers": {"ltv_to_cac": 4.0}}, {"targets": {"ltv_to_cac": (1, 2)}}),
    "economics": (
        economics,
        {"spend": 100, "customers": 2, "new_mrr": 10, "gross_margin": 0.5},
        {"arpa": 5.0, "ltv": 90.0, "churn": 0.1, "policy": sj.Policy(payback="per_customer"), "spend": 200, "customers": 3}
        | {"new_mrr": 20, "gross_margin": 0.8, "amounts": "major", "currency": "JPY"},
    ),
    "Ledger.fit_decay": (decay, {}, {"family": "geometric", "weights": "mrr"}),
    "Ledger.account_values": (
        values,
        {"margin": 0.5, "rate": 0.01, "within": 3, "leaving": "decay"},
        {
            "margin": 0.6,
            "rate": 0.02,
            "decay": FITTED_DECAY,
            "timing": "just_paid",
            "leaving": {"account_id": ["a1"], "probability": [0.5]},
            "within": 4,
            "level": 0.9,
        },
    ),
    "Ledger.forecast": (
        forecast,
        {"draws": 20},
        {
            "methods": ("decay",),
            "level": 0.9,
            "by": "plan",
            "contracts": CONTRACTS,
            "new": {"2024-02": 5},
            "draws": 30,
            "seed": 2,
            "family": "geometric",
        },
    ),
}


def functions() -> dict[str, Callable[..., Any]]:
    """What is public of the families, and the forecasts."""
    found: dict[str, Callable[..., Any]] = {}
    for family in (lifetime, surveys):
        named = {name: getattr(family, name) for name in dir(family) if not name.startswith("_")}
        found |= {name: one for name, one in named.items() if inspect.isfunction(one) and one.__module__ != "importlib"}
    named_here = {"concentration": revenue.concentration, "backtest_forecast": revenue.backtest_forecast}
    named_here |= {"check_targets": revenue.check_targets, "economics": revenue.economics}
    methods = (sj.Ledger.forecast, sj.Ledger.fit_decay, sj.Ledger.account_values)
    return {**found, **named_here, **{f"Ledger.{one.__name__}": one for one in methods}}


def keywords() -> Iterator[Any]:
    for name, function in functions().items():
        for one in inspect.signature(function).parameters.values():
            if one.kind is one.KEYWORD_ONLY and (one.name not in HIDDEN or one.name in CASES[name][2]):
                yield pytest.param(name, one.name, id=f"{name}-{one.name}")


def shown(result: Any, argument: str) -> Any:
    """What a result says about how it was asked for."""
    named = getattr(result, argument, None)
    if isinstance(result, sj.SurvivalBy) or type(result).__name__ == "IncidenceBy":
        result = next(iter(result.values()))
        return "by", getattr(result, "options", None)
    return type(result).__name__, getattr(result, "options", None), None if callable(named) else named


@pytest.mark.parametrize(("name", "argument"), list(keywords()))
def test_an_argument_is_shown_or_refused(name: str, argument: str) -> None:
    run, call, others = CASES[name]
    assert argument in others, f"{argument} of {name} is new: give another value for it above"
    before = shown(run(**call), argument)
    try:
        after = run(**{**call, argument: others[argument]})
    except (sj.Error, TypeError):
        return
    assert shown(after, argument) != before, f"{argument} of {name} is not shown"


def test_no_function_is_left_out() -> None:
    assert set(functions()) == set(CASES)


@pytest.mark.parametrize(
    ("run", "refused_with"),
    [
        (lambda: sj.chain_ladder([[10, 15], [12]], age="months"), "age= names a column"),
        (lambda: sj.chain_ladder(book().cohorts(measure="mrr"), cohort="plan"), "cohort= names"),
        (lambda: sj.score_forecast({"low": [1.0], "high": [3.0]}, [2.0], level=2), "level"),
        (lambda: sj.score_forecast(forecast(draws=20, level=0.9), [5.0] * 6, level=0.95), "of level 0.9, not 0.95"),
        (lambda: sj.nps(SCORES, account=HALVES), "account= is read for"),
        (lambda: sj.compare_segments(FIVES, HALVES, score="csat", breaks=(2, 4)), "breaks: not an argument"),
        (lambda: sj.compare_segments(FIVES, HALVES, scale=(1, 5), breaks=(2, 4), satisfied_from=4), "satisfied_from: not"),
    ],
)
def test_an_argument_that_says_nothing_here_is_refused(run: Callable[[], Any], refused_with: str) -> None:
    with pytest.raises(sj.Error, match=refused_with):
        run()


def test_a_level_that_the_forecast_has_is_the_one_it_is_scored_at() -> None:
    assert sj.score_forecast(forecast(draws=20, level=0.9), [5.0] * 6).level == 0.9
    assert sj.score_forecast({"low": [1.0], "high": [3.0]}, [2.0], level=0.8).level == 0.8


def test_cuts_that_were_not_stated_are_shown_as_used() -> None:
    assert sj.compare_segments(FIVES, HALVES, score="csat").options["satisfied_from"] == 4
    assert sj.compare_segments(SCORES, HALVES).options["breaks"] == (6, 9)
    assert sj.compare_csat(FIVES, FIVES).options["satisfied_from"] == 4
