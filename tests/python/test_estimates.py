"""Every estimate from every road says what it is: name, unit, options; it can be compared, formatted and pickled.

The roads are read from the sources, so that a new one without a recipe here fails, and with it one that forgets.
"""

from __future__ import annotations

import ast
import datetime
import importlib
import inspect
import json
import math
import pickle
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sojourn as sj
from sojourn._core import proportion

PACKAGE = Path(inspect.getfile(sj)).resolve().parent
# Rooms whose functions use estimates and make none of their own.
WITHOUT = ("_report", "cli", "charts", "_core", "_catalogue", "datasets")
# Of these the annotation cannot say it: with by= they give a table.
ALSO = {"nps", "csat", "ces"}


def _says_estimate(annotation: ast.expr | None) -> bool:
    return annotation is not None and "Estimate" in ast.unparse(annotation)


def roads() -> set[str]:
    """Public functions, methods, properties and attributes that give estimates, as `function` or `Class.member`."""
    found = set(ALSO)
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE)
        if place.parts[0] in WITHOUT:
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and _says_estimate(node.returns) and _is_given(node.name):
                found.add(node.name)
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found |= {f"{node.name}.{name}" for name in _members(node)}
    return found


def _is_given(name: str) -> bool:
    """Whether a face of the package gives a function of this name."""
    faces = [sj, *(importlib.import_module(f"sojourn.{face}") for face in ("surveys", "lifetime", "health", "revenue"))]
    return not name.startswith("_") and any(name in dir(face) for face in faces)


def _members(of: ast.ClassDef) -> set[str]:
    found = set()
    for node in ast.walk(of):
        if isinstance(node, ast.FunctionDef) and _says_estimate(node.returns):
            found.add(node.name)
        if isinstance(node, ast.AnnAssign) and _says_estimate(node.annotation):
            target = node.target
            found.add(target.attr if isinstance(target, ast.Attribute) else ast.unparse(target))
    return {name for name in found if not name.startswith("_")}


ECONOMICS = {"spend": 900_000, "customers": 30, "new_mrr": 210_000, "gross_margin": 0.8, "arpa": 8000.0, "ltv": 90_000.0}
CONTRACTS = {
    "account_id": ["a", "b", "c", "d"],
    "term_end": ["2024-03-31", "2024-06-30", "2024-06-30", "2024-09-30"],
    "value_minor": [1000, 2000, 3000, 4000],
    "renewed_on": ["2024-03-20", "2024-06-30", None, "2024-10-05"],
    "renewed_value_minor": [1200, 1500, None, 4000],
}
CARD = {
    "sojourn": 1,
    "card": "usage",
    "signals": {"use": {"norm": {"ramp": [0, 10]}}},
    "tree": {"mean": [[1, "use"]]},
    "tiers": {"red": 0, "green": 50},
}


def panel(n: int = 600) -> dict[str, list[Any]]:
    """Accounts on six days; those with a high `use` leave less often."""
    draw = random.Random(5)
    rows: dict[str, list[Any]] = {name: [] for name in ("account_id", "as_of", "left_on", "use")}
    for account in range(n):
        day = datetime.date(2023, 1, 1) + datetime.timedelta(days=100 * (account % 6))
        use = draw.uniform(0, 10)
        leaves = draw.random() < 1 / (1 + math.exp(0.6 * use - 2))
        left_on = day + datetime.timedelta(days=draw.randrange(1, 90)) if leaves else None
        for name, value in zip(rows, (account, day, left_on, use), strict=True):
            rows[name].append(value)
    return rows


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    """Road -> what it gives: an estimate, or several."""
    acme = sj.datasets.acme(n=400, seed=7)
    ledger = sj.Ledger(acme.subscriptions, account="account_id", start="start", end="end", mrr="mrr_minor", as_of=acme.as_of)
    forecast = ledger.forecast(3, draws=20)
    curve, fitted = ledger.survival(), sj.fit_decay(list(range(8)), [1000, 869, 743, 653, 593, 551, 517, 491])
    drawn = fitted.bootstrap(20)
    family = sj.fit_survival([2, 3, 3, 5], [1, 1, 0, 1], family="weibull")
    causes = sj.cumulative_incidence([2, 3, 3, 5], ["price", None, "price", "quality"], causes=["price", "quality"])
    answers = sj.surveys.SurveyState(acme.nps["score"])
    outcomes = sj.validate_scores([0.1, 0.2, 0.7, 0.4, 0.9, 0.6], [0, 0, 1, 0, 1, 0], higher="riskier")
    card = sj.Scorecard.from_json(CARD)
    cycle = card.score({"account_id": ["a", "b", "c"], "use": [2.0, 6.0, 9.0]}, as_of="2024-11-30")
    later = card.score({"account_id": ["a", "b", "c"], "use": [7.0, 6.0, 1.0]}, as_of="2024-12-31")
    weighted = sj.Scorecard.from_json({**CARD, "card": "other", "signals": {"use": {"norm": {"ramp": [5, 10]}}}})
    test = sj.backtest(card, panel(), horizon=90, known_until="2024-12-31", compare=weighted, replicates=50, seed=3)
    renewed = sj.renewals(CONTRACTS, window="2024", as_of="2025-01-01")
    compared = ledger.compare("nrr", "2024-12", before="2024-06")
    due = ledger.available_to_renew("2024")
    churn = ledger.logo_churn("2024-12")
    held = ledger.concentration("2024-12", as_population=False, replicates=50)
    recipes: dict[str, Callable[[], Any]] = {
        "nps": lambda: [sj.nps(acme.nps["score"]), sj.nps([])],
        "csat": lambda: (share := sj.csat([5, 4, 1, 3]), share.mean),
        "ces": lambda: [sj.ces([7, 6, 2], kind=kind) for kind in ("mean", "top_share", "index")],
        "response_rate": lambda: [
            sj.response_rate(50, 20),
            sj.response_rate(acme.nps["sent_on"], acme.nps["answered_on"], base="responses_over_delivered"),
        ],
        "compare_nps": lambda: sj.compare_nps([10, 9, 3], [7, 2, 1]),
        "compare_csat": lambda: sj.compare_csat([5, 4, 1], [1, 2, 5]),
        "SurveyState.nps": answers.nps,
        "SurveyState.csat": lambda: answers.csat(satisfied_from=9),
        "SurveyState.ces": answers.ces,
        "SurveyState.mean": answers.mean,
        "Survival.median": lambda: curve.median,
        "Forecast.nrr": lambda: forecast.nrr,
        "Forecast.grr": lambda: forecast.grr,
        "Forecast.logos": lambda: forecast.logos,
        "Forecast.arr": lambda: forecast.arr,
        "Survival.quantile": lambda: curve.quantile(0.9),
        "Survival.at": lambda: [curve.at(365), curve.at(10**6)],
        "Survival.rmst": lambda: curve.rmst(365),
        "CumulativeIncidence.at": lambda: causes.at(3),
        "CauseIncidence.at": lambda: [causes["price"].at(age) for age in (1, 3, 9)],
        "Decay.interval": lambda: [fitted.interval(3), fitted.interval(3, method="profile")],
        "FittedSurvival.interval": lambda: [family.interval(3), family.interval(5, given_age=3)],
        "Decay.parameter": lambda: [fitted.parameter(name) for name in fitted.params],
        "Decay.lifetime": lambda: [fitted.lifetime(0.1), fitted.lifetime()],
        "DecayBootstrap.survival": lambda: drawn.survival(3),
        "DecayBootstrap.retention": lambda: drawn.retention(3),
        "DecayBootstrap.parameter": lambda: [drawn.parameter(name) for name in fitted.params],
        "DecayBootstrap.lifetime": lambda: [drawn.lifetime(0.1), drawn.lifetime()],
        "DecayBootstrap.residual_lifetime": lambda: [drawn.residual_lifetime(2, 0.1), drawn.residual_lifetime(1)],
        "Decay.residual_lifetime": lambda: [fitted.residual_lifetime(2, 0.1), fitted.residual_lifetime(1)],
        "cltv": lambda: (
            [sj.cltv(5000.0, margin=0.8, churn=of, timing="just_paid") for of in (0.02, churn)]
            + [sj.cltv(5000.0, margin=0.8, retention=fitted, discount_rate=0.01, timing="just_paid")]
        ),
        "Readings.arpa": lambda: ledger.arpa("2024-12"),
        "Concentration.hhi": lambda: [held.hhi, sj.concentration([]).hhi],
        "Concentration.effective": lambda: held.effective,
        "Concentration.gini": lambda: held.gini,
        "Concentration.gini_sample": lambda: held.gini_sample,
        "Concentration.top": lambda: held.top(10),
        "SegmentComparison.estimates": lambda: sj.compare_segments([10, 9, 3, 8], ["a", "a", "b", "b"]).estimates,
        "Readings.average_sale_price": lambda: ledger.average_sale_price("2024"),
        "Readings.quick_ratio": lambda: ledger.quick_ratio("2024"),
        "Readings.logo_churn": lambda: ledger.logo_churn("2024-12"),
        "Readings.mrr_churn": lambda: [ledger.mrr_churn("2024-12", kind=kind) for kind in ("gross", "net")],
        "Readings.nrr": lambda: [ledger.nrr("2024-12"), ledger.nrr("2024-12", method="linearised")],
        "Readings.grr": lambda: ledger.grr("2024-12"),
        "Readings.logo_retention": lambda: ledger.logo_retention("2024-12"),
        "Readings.ltv": lambda: ledger.ltv("2024-12", margin=0.8),
        "Readings.bootstrap": lambda: ledger.bootstrap("nrr", "2024-12", replicates=20),
        "AvailableToRenew.logo_churn": lambda: due.logo_churn,
        "AvailableToRenew.mrr_churn": lambda: due.mrr_churn,
        "AvailableToRenew.gross_mrr_churn": lambda: due.gross_mrr_churn,
        "Comparison.first": lambda: compared.first,
        "Comparison.second": lambda: compared.second,
        "Comparison.difference": lambda: [compared.difference, sj.compare_rates((5, 50), (8, 50)).difference],
        "Renewals.logo": lambda: renewed.logo,
        "Renewals.gross_dollar": lambda: renewed.gross_dollar,
        "Renewals.net_dollar": lambda: renewed.net_dollar,
        "economics": lambda: sj.economics(**ECONOMICS, churn=0.02, policy=sj.Policy()),
        "Validation.auc": outcomes.auc,
        "Validation.average_precision": outcomes.average_precision,
        "Validation.ks_distance": outcomes.ks_distance,
        "Validation.capture": outcomes.capture,
        "Validation.lift": outcomes.lift,
        "Validation.brier": outcomes.brier,
        "Validation.log_loss": outcomes.log_loss,
        "Validation.calibration": lambda: [outcomes.calibration()[part] for part in ("intercept", "slope")],
        "lead_time": lambda: sj.lead_time(["2024-01-01", None], ["2024-03-01", "2024-05-01"]),
        "Backtest.auc": lambda: test.auc,
        "Backtest.difference": lambda: test.difference,
        "Backtest.lead_time": test.lead_time,
        "Transitions.staying": lambda: sj.transitions(cycle, later).staying,
        "ScoredCycle.mean_score": cycle.mean_score,
    }
    return {road: recipe() for road, recipe in recipes.items()}


def flat(given: Any) -> list[sj.Estimate]:
    if isinstance(given, dict):
        return list(given.values())
    return list(given) if isinstance(given, (list, tuple)) else [given]


def test_every_road_to_an_estimate_is_walked(made: dict[str, Any]) -> None:
    # `dict[str, Any]` holds two estimates and two numbers; the three rates are set in one line.
    silent = {"Validation.calibration", *(f"AvailableToRenew.{n}" for n in ("logo_churn", "mrr_churn", "gross_mrr_churn"))}
    assert roads() == set(made) - silent


# Road -> what its estimates are of; a road that is not listed gives the metric of its own name, a share.
OF = {
    "nps": {("nps", "points")},
    "csat": {("csat", "share"), ("csat_mean", "scale points")},
    "ces": {("ces", "scale points"), ("ces", "share"), ("ces", "points")},
    "compare_nps": {("nps_difference", "points")},
    "compare_csat": {("csat_difference", "share")},
    "SurveyState.nps": {("nps", "points")},
    "SurveyState.ces": {("ces", "scale points")},
    "SurveyState.mean": {("csat_mean", "scale points")},
    "Survival.median": {("median_lifetime", "periods")},
    "Forecast.nrr": {("forecast_nrr", "share")},
    "Forecast.grr": {("forecast_grr", "share")},
    "Forecast.logos": {("forecast_logos", "share")},
    "Forecast.arr": {("forecast_arr", "minor units per year")},
    "Survival.quantile": {("survival_quantile", "periods")},
    "Survival.at": {("survival_at", "share")},
    "Survival.rmst": {("restricted_mean_lifetime", "periods")},
    "CumulativeIncidence.at": {("incidence_at", "share")},
    "CauseIncidence.at": {("incidence_at", "share")},
    "Decay.interval": {("decay_survival", "share")},
    "FittedSurvival.interval": {("fitted_survival", "share")},
    "Decay.parameter": {("decay_parameter", "number")},
    "Decay.lifetime": {("decay_lifetime", "periods")},
    "Decay.residual_lifetime": {("decay_lifetime", "periods")},
    "DecayBootstrap.survival": {("decay_survival", "share")},
    "DecayBootstrap.retention": {("renewal_rate", "share")},
    "DecayBootstrap.parameter": {("decay_parameter", "number")},
    "DecayBootstrap.lifetime": {("decay_lifetime", "periods")},
    "DecayBootstrap.residual_lifetime": {("decay_lifetime", "periods")},
    "cltv": {("cltv", "minor units")},
    "Concentration.effective": {("effective_accounts", "accounts")},
    "Concentration.top": {("top_share", "share")},
    "SegmentComparison.estimates": {("nps", "points")},
    "Readings.arpa": {("arpa", "minor units per month")},
    "Readings.average_sale_price": {("average_sale_price", "minor units per month")},
    "Readings.quick_ratio": {("quick_ratio", "ratio")},
    "Readings.mrr_churn": {("gross_mrr_churn", "share"), ("net_mrr_churn", "share")},
    "Readings.ltv": {("ltv", "minor units")},
    "Readings.bootstrap": {("nrr", "share")},
    "AvailableToRenew.logo_churn": {("due_logo_churn", "share")},
    "AvailableToRenew.mrr_churn": {("due_mrr_churn", "share")},
    "AvailableToRenew.gross_mrr_churn": {("due_gross_mrr_churn", "share")},
    "Comparison.first": {("nrr", "share")},
    "Comparison.second": {("nrr", "share")},
    "Comparison.difference": {("rate_difference", "share")},
    "Renewals.logo": {("logo_renewal", "share")},
    "Renewals.gross_dollar": {("gross_dollar_renewal", "share")},
    "Renewals.net_dollar": {("net_dollar_renewal", "share")},
    "economics": {
        ("acquisition_cost", "minor units"),
        ("payback_months", "months"),
        ("payback_months_per_customer", "months"),
        ("ltv_to_cac", "ratio"),
        ("customer_lifetime", "periods"),
    },
    "Validation.lift": {("lift", "ratio")},
    "Validation.brier": {("brier", "number")},
    "Validation.log_loss": {("log_loss", "number")},
    "Validation.calibration": {("calibration_intercept", "number"), ("calibration_slope", "number")},
    "lead_time": {
        ("lead_time_lower_quartile", "days"),
        ("lead_time_median", "days"),
        ("lead_time_upper_quartile", "days"),
        ("never_red", "share"),
    },
    "Backtest.lead_time": {
        ("lead_time_lower_quartile", "days"),
        ("lead_time_median", "days"),
        ("lead_time_upper_quartile", "days"),
        ("never_red", "share"),
    },
    "Backtest.difference": {("rate_difference", "share")},
    "ScoredCycle.mean_score": {("mean_score", "points")},
}


def test_every_estimate_says_what_it_is(made: dict[str, Any]) -> None:
    for road, given in made.items():
        for e in flat(given):
            assert isinstance(e, sj.Estimate), road
            assert e.options, f"{road} tells no options"
        assert {(e.name, e.unit) for e in flat(given)} == OF.get(road, {(road.split(".")[-1], "share")}), road


def test_every_estimate_is_a_value(made: dict[str, Any]) -> None:
    for road, given in made.items():
        for e in flat(given):
            again = pickle.loads(pickle.dumps(e))
            assert again == e and not again != e, road
            assert (again.name, again.unit, again.options) == (e.name, e.unit, e.options), road
            assert format(e, ".1%") == format(e.value, ".1%") and f"{e}" == repr(e), road
            assert repr(float(e)) == repr(e.value), road
            fields = e.to_dict()
            assert (fields["name"], fields["unit"], fields["n"], fields["options"]) == (e.name, e.unit, e.n, e.options), road
            json.dumps(fields, default=str)


def test_estimates_differ_where_anything_does() -> None:
    one = proportion(3, 10)
    assert one == proportion(3, 10) and one != proportion(3, 10, level=0.9) and one != 0.3
    other = proportion(3, 10)
    other.options = {**other.options, "period": "2024-12"}
    assert one != other
    assert (one.name, one.unit, one.options) == ("proportion", "share", {"level": 0.95, "interval": "wilson"})
    with pytest.raises(TypeError):
        hash(one)
    with pytest.raises(TypeError):
        one - other  # type: ignore[operator]


def test_options_of_two_estimates_are_not_shared() -> None:
    options = {"a": 1}
    first, second = proportion(1, 2), proportion(1, 2)
    first.options = second.options = options
    first.options["a"] = 2
    assert second.options == options == {"a": 1}


def test_no_arithmetic() -> None:
    for operation in ("__add__", "__sub__", "__mul__", "__truediv__", "__lt__"):
        assert getattr(sj.Estimate, operation, None) in (None, getattr(object, operation, None))
