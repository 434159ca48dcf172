"""The catalogue in Python: every metric asked for by its name is the number of the method that it names."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

import pytest

import sojourn as sj
from sojourn._catalogue.definitions import DEFINITIONS, find
from sojourn._catalogue.measure import Call, public
from sojourn._report.acme import acme_request
from sojourn._report.facts.report_facts import report_facts
from sojourn._report.tables import metric_tables


@pytest.fixture(scope="module")
def acme() -> Any:
    return sj.datasets.acme(n=400, seed=7)


@pytest.fixture(scope="module")
def ledger(acme: Any) -> sj.Ledger:
    return sj.Ledger(acme.subscriptions, account="account_id", start="start", end="end", mrr="mrr_minor", as_of=acme.as_of)


@pytest.fixture(scope="module")
def curve(ledger: sj.Ledger) -> sj.Survival:
    found: sj.Survival = ledger.survival()
    return found


@pytest.fixture(scope="module")
def fitted() -> sj.Decay:
    return sj.fit_decay(list(range(8)), [1000, 869, 743, 653, 593, 551, 517, 491])


@pytest.fixture(scope="module")
def outcomes() -> sj.Validation:
    return sj.validate_scores([0.1, 0.2, 0.7, 0.4, 0.9, 0.6], [0, 0, 1, 0, 1, 0], higher="riskier")


CARD = {
    "sojourn": 1,
    "card": "usage",
    "signals": {"use": {"norm": {"ramp": [0, 10]}}},
    "tree": {"mean": [[1, "use"]]},
    "tiers": {"red": 0, "green": 50},
}
SIGNALS = {"account_id": ["a", "b", "c"], "use": [2.0, 6.0, 9.0]}
LATER = {"account_id": ["a", "b", "c"], "use": [7.0, 6.0, 1.0]}


@pytest.fixture(scope="module")
def card() -> sj.Scorecard:
    return sj.Scorecard.from_json(CARD)


@pytest.fixture(scope="module")
def cycle(card: sj.Scorecard) -> sj.HealthResult:
    return card.score(SIGNALS, as_of="2024-11-30")


@pytest.fixture(scope="module")
def later(card: sj.Scorecard) -> sj.HealthResult:
    return card.score(LATER, as_of="2024-12-31")


MARGIN = {"spend": 900_000, "customers": 30, "new_mrr": 210_000, "gross_margin": 0.8, "arpa": 8000.0, "ltv": 90_000.0}
GOALS = {"ltv_to_cac": 4.0, "payback_months": 14.0}
VALUE = {"margin": 0.8, "rate": 0.01}
DUE = {"first_red": ["2024-01-01", "2024-02-01", None], "left_on": ["2024-03-01", "2024-04-15", "2024-05-01"]}
USED = sj.Ledger.from_usage(
    {
        "account_id": ["a"] * 3,
        "start": ["2023-12-01", "2024-01-10", "2024-03-05"],
        "end": ["2024-12-01", None, None],
        "kind": ["prepaid", "consumption", "consumption"],
        "amount_minor": [120_000, 20_000, 30_000],
    },
    as_of="2024-06-10",
)
CONTRACTS = {
    "account_id": ["a", "b", "c", "d"],
    "term_end": ["2024-03-31", "2024-06-30", "2024-06-30", "2024-09-30"],
    "value_minor": [1000, 2000, 3000, 4000],
    "renewed_on": ["2024-03-20", "2024-06-30", None, "2024-10-05"],
    "renewed_value_minor": [1200, 1500, None, 4000],
}
GROUP = {"account_id": ["g", "a", "b"], "parent_id": [None, "g", "g"], "score": [None, 80.0, 50.0]}
REVIEWS = {"account_id": ["a", "b"], "last_review": ["2024-01-31", None]}
USE = {"account_id": ["a", "a", "b"], "day": ["2024-03-01", "2024-03-02", "2024-02-01"]}
REMEDIES = {"diagnosis": ["low use"] * 4, "stage": ["proposed", "accepted", "done", "done"], "delta": [0.0, 1.0, 9.0, 5.0]}

HAZARDS = {"months": [2, 4, 4, 7, 9], "why": [1, 2, 0, 1, 0], "left": [1, 1, 0, 1, 0], "seats": [3, 10, 25, 12, 8]}
RATE = {"time": "months", "event": "left", "features": ["seats"]}
ODDS = {"outcome": "left", "features": ["seats"], "penalty": 0.5}
SHARE = {"time": "months", "cause": "why", "features": ["seats"], "of": 1}

REPEATS = {"x": [0, 1, 2, 4, 0, 7], "t_x": [0, 3.0, 8.0, 9.0, 0, 9.5], "T": [10.0, 10.0, 10.0, 10.0, 5.0, 10.0]}
TIMES = {"t_x": REPEATS["t_x"], "T": REPEATS["T"], "model": "mbgnbd", "penalty": 0.01}
MEANS = [12.0, 50.0, 13.0, 20.0, 9.0, 14.0, 70.0, 2.5, 31.0, 12.0]
HOW_OFTEN = [2, 1, 9, 1, 2, 7, 2, 1, 1, 3]
AMOUNTS = sj.Spend.from_params([6.25, 3.74, 15.44])
VALUED = {"id": ["a", "b"], "x": [2, 0], "t_x": [3.0, 0.0], "T": [5.0, 5.0], "mean": [20.0, None]}
YEAR = {"horizon": 12, "rate": 0.002, "margin": 0.3}
LOG = {"who": ["a", "b", "a"], "day": ["2024-01-01", "2024-01-05", "2024-01-15"]}
BY = {"account": "who", "date": "day", "unit": "week"}
BUYERS = sj.Purchases.from_params("bgnbd", [0.24, 4.4, 0.8, 2.4])

# Metric -> how it is asked by name (its source and options), and the plain call.
Asked = tuple[Any, dict[str, Any], Callable[[Any], Any]]


@pytest.fixture(scope="module")
def asked(
    acme: Any,
    ledger: sj.Ledger,
    curve: sj.Survival,
    fitted: sj.Decay,
    outcomes: sj.Validation,
    card: sj.Scorecard,
    cycle: sj.HealthResult,
    later: sj.HealthResult,
) -> dict[str, Asked]:
    month, year = {"period": "2024-12"}, {"period": "2024"}
    nps = acme.nps
    scores, sent, answered = nps["score"], nps["sent_on"], nps["answered_on"]
    csat = acme.csat["score"] if hasattr(acme, "csat") else [5, 4, 3, 5]
    rows = acme.subscriptions
    two = {"first": "2024-01", "last": "2024-06"}
    renew = {"window": "2024", "as_of": "2025-01-01"}
    cltv = {"arpa": 5000.0, "margin": 0.8, "churn": 0.02, "timing": "new_customer_pays_now"}
    economics = {**MARGIN, "churn": 0.02}
    forecast = ledger.forecast(3, draws=20)
    compared = {"metric": "nrr", **month, "before": "2024-11"}
    found: dict[str, Asked] = {
        "mrr": (ledger, month, lambda s: s.mrr("2024-12")),
        "arr": (ledger, month, lambda s: s.arr("2024-12")),
        "movements": (ledger, two, lambda s: s.movements("2024-01", "2024-06")),
        "usage_movements": (USED, two, lambda s: s.usage_movements("2024-01", "2024-06")),
        "commitments": (USED, {"months": 2}, lambda s: s.commitments(months=2)),
        "mrr_series": (
            rows,
            {**two, "as_of": "2024-12-29"},
            lambda s: sj.mrr_series(s, "2024-01", "2024-06", as_of="2024-12-29"),
        ),
        "arpa": (ledger, {**month, "level": 0.9}, lambda s: s.arpa("2024-12", level=0.9)),
        "concentration": (ledger, month, lambda s: s.concentration("2024-12")),
        "average_sale_price": (ledger, year, lambda s: s.average_sale_price("2024")),
        "quick_ratio": (ledger, year, lambda s: s.quick_ratio("2024")),
        "nrr": (ledger, {**month, "window": 12}, lambda s: s.nrr("2024-12", window=12)),
        "grr": (ledger, {**month, "method": "linearised"}, lambda s: s.grr("2024-12", method="linearised")),
        "logo_retention": (ledger, {**month, "window": 6}, lambda s: s.logo_retention("2024-12", window=6)),
        "retention_over_time": (ledger, two, lambda s: s.retention("2024-01", "2024-06")),
        "logo_churn": (ledger, month, lambda s: s.logo_churn("2024-12")),
        "mrr_churn": (ledger, {**year, "kind": "net"}, lambda s: s.mrr_churn("2024", kind="net")),
        "gross_mrr_churn": (ledger, year, lambda s: s.mrr_churn("2024")),
        "net_mrr_churn": (ledger, year, lambda s: s.mrr_churn("2024", kind="net")),
        "cohorts": (ledger, {"by": "quarter"}, lambda s: s.cohorts(by="quarter")),
        "rate_difference": (ledger, compared, lambda s: s.compare("nrr", "2024-12", "2024-11").difference),
        "available_to_renew": (ledger, year, lambda s: s.available_to_renew("2024")),
        "due_logo_churn": (ledger, year, lambda s: s.available_to_renew("2024").logo_churn),
        "due_mrr_churn": (ledger, year, lambda s: s.available_to_renew("2024").mrr_churn),
        "due_gross_mrr_churn": (ledger, year, lambda s: s.available_to_renew("2024").gross_mrr_churn),
        "ltv": (ledger, {**month, "margin": 0.8}, lambda s: s.ltv("2024-12", margin=0.8)),
        "renewal": (CONTRACTS, renew, lambda s: sj.renewals(s, **renew)),
        "logo_renewal": (CONTRACTS, renew, lambda s: sj.renewals(s, **renew).logo),
        "gross_dollar_renewal": (CONTRACTS, renew, lambda s: sj.renewals(s, **renew).gross_dollar),
        "net_dollar_renewal": (CONTRACTS, renew, lambda s: sj.renewals(s, **renew).net_dollar),
        "economics": (None, economics, lambda s: sj.economics(**economics)),
        **{
            name: (None, economics, lambda s, name=name: sj.economics(**economics)[name])
            for name in (
                "acquisition_cost",
                "payback_months",
                "payback_months_per_customer",
                "ltv_to_cac",
                "customer_lifetime",
            )
        },
        "target_checks": (None, {"numbers": GOALS}, lambda s: sj.check_targets(GOALS)),
        "survival": ([3, 5, 8], {"event": [True, False, True]}, lambda s: sj.kaplan_meier(s, [True, False, True])),
        "account_survival": (ledger, {"weights": "mrr"}, lambda s: s.survival(weights="mrr")),
        "survival_at": (curve, {"age": 365}, lambda s: s.at(365)),
        "survival_quantile": (curve, {"share": 0.9}, lambda s: s.quantile(0.9)),
        "median_lifetime": (curve, {}, lambda s: s.median),
        "restricted_mean_lifetime": (curve, {"tau": 365}, lambda s: s.rmst(365)),
        "cumulative_incidence": (
            [3, 5, 8],
            {"cause": [1, 0, 2], "level": 0.9},
            lambda s: sj.cumulative_incidence(s, [1, 0, 2], level=0.9),
        ),
        "incidence_at": (sj.cumulative_incidence([3, 5, 8], [1, 0, 2])[1], {"age": 5}, lambda s: s.at(5)),
        "hazard_ratios": (HAZARDS, RATE, lambda s: sj.cox(s, **RATE)),
        "odds_ratios": (HAZARDS, ODDS, lambda s: sj.fit_logistic(s, **ODDS)),
        "share_hazard_ratios": (HAZARDS, SHARE, lambda s: sj.fine_gray(s, **SHARE)),
        "parametric_survival": (
            [3, 5, 8],
            {"event": [1, 0, 1], "family": "weibull"},
            lambda s: sj.fit_survival(s, [1, 0, 1], family="weibull"),
        ),
        "fitted_survival": (sj.fit_survival([3, 5, 8], [1, 0, 1], family="weibull"), {"t": 4}, lambda s: s.interval(4)),
        "chain_ladder": (
            [[100, 90, 85, 84], [120, 105, 99], [90, 83], [110]],
            {"tail": 0.99},
            lambda s: sj.chain_ladder(s, tail=0.99),
        ),
        "purchases": (REPEATS["x"], TIMES, lambda s: sj.fit_purchases(s, **TIMES)),
        "p_alive": (BUYERS, {"x": 2, "t_x": 3, "T": 5}, lambda s: s.p_alive(2, 3, 5)),
        "expected_purchases": (BUYERS, {"t": 5}, lambda s: s.expected_purchases(5)),
        "conditional_expected_purchases": (
            BUYERS,
            {"horizon": 9, "x": [2, 0], "t_x": [3, 0], "T": [5, 5]},
            lambda s: s.conditional_expected_purchases(9, [2, 0], [3, 0], [5, 5]),
        ),
        "purchase_probability": (BUYERS, {"n": 2, "t": 5}, lambda s: s.probability(2, 5)),
        "discounted_residual": (
            BUYERS,
            {"x": 2, "t_x": 3, "T": 5, "rate": 0.1},
            lambda s: s.discounted_residual(2, 3, 5, rate=0.1),
        ),
        "spend": (MEANS, {"x": HOW_OFTEN}, lambda s: sj.fit_spend(s, HOW_OFTEN)),
        "expected_amount": (AMOUNTS, {"mean": 30.0, "x": 2}, lambda s: s.conditional_mean(30.0, 2)),
        "customer_value": (
            BUYERS,
            {"spend": AMOUNTS, "table": VALUED, **YEAR},
            lambda s: sj.customer_value(s, AMOUNTS, VALUED, **YEAR),
        ),
        "purchase_summary": (LOG, BY, lambda s: sj.purchase_summary(s, **BY)),
        "forecast": (ledger, {"until": 3, "draws": 20}, lambda s: s.forecast(3, draws=20)),
        "forecast_nrr": (forecast, {}, lambda s: s.nrr),
        "forecast_grr": (forecast, {}, lambda s: s.grr),
        "forecast_logos": (forecast, {}, lambda s: s.logos),
        "forecast_arr": (forecast, {}, lambda s: s.arr),
        "mrr_index": (None, {"churn_rates": [0.01, 0.05]}, lambda s: sj.mrr_index([0.01, 0.05])),
        "decay": ([0, 1, 2], {"survivors": [100, 80, 70]}, lambda s: sj.fit_decay(s, [100, 80, 70])),
        "decay_baseline": (
            [0, 1, 2],
            {"survivors": [100, 80, 70], "method": "linear"},
            lambda s: sj.decay_baseline(s, [100, 80, 70], method="linear"),
        ),
        "renewal_rate": ([1, 2, 3], {"left": [1, 0, 1]}, lambda s: sj.renewal_curve(s, [1, 0, 1])),
        "account_decay": (ledger, {"family": "weibull"}, lambda s: s.fit_decay(family="weibull")),
        "account_values": (ledger, {**month, **VALUE}, lambda s: s.account_values("2024-12", **VALUE)),
        "decay_survival": (fitted, {"t": 12}, lambda s: s.interval(12)),
        "decay_parameter": (fitted, {"name": "alpha"}, lambda s: s.parameter("alpha")),
        "decay_lifetime": (fitted, {"discount_rate": 0.1}, lambda s: s.lifetime(0.1)),
        "residual_lifetime": (fitted, {"n": 3, "rate": 0.1}, lambda s: s.residual_lifetime(3, 0.1)),
        "decay_families": (
            [0, 1, 2],
            {"survivors": [100, 80, 70], "families": ["sbg"]},
            lambda s: sj.compare_decay(s, [100, 80, 70], ["sbg"]),
        ),
        "cltv": (None, cltv, lambda s: sj.cltv(**cltv)),
        "nps": (scores, {"level": 0.9}, lambda s: sj.nps(s, level=0.9)),
        "weighted_mean": ([3.0, 5.0], {"weights": [1, 3]}, lambda s: sj.weighted_mean(s, [1, 3])),
        "nps_difference": ([10, 9, 3], {"second": [7, 2, 1]}, lambda s: sj.compare_nps(s, [7, 2, 1])),
        "csat": (csat, {}, sj.csat),
        "csat_mean": (csat, {}, lambda s: sj.csat(s).mean),
        "csat_difference": ([5, 4, 1], {"second": [1, 2, 5]}, lambda s: sj.compare_csat(s, [1, 2, 5])),
        "ces": ([7, 6, 1], {"kind": "index"}, lambda s: sj.ces(s, kind="index")),
        "response_rate": (sent, {"answered": answered}, lambda s: sj.response_rate(s, answered)),
        "health": (card, {"table": SIGNALS}, lambda s: s.score(SIGNALS)),
        "mean_score": (cycle, {}, lambda s: s.mean_score()),
        "tier_shares": (cycle, {}, lambda s: s.distribution()),
        "transitions": (cycle, {"current": later}, lambda s: sj.transitions(s, later)),
        "score_slopes": ([cycle, later], {}, sj.score_slopes),
        "cadence": (REVIEWS, {"as_of": "2024-06-01"}, lambda s: sj.cadence(s, as_of="2024-06-01")),
        "rollup": (GROUP, {"method": "min"}, lambda s: sj.rollup(s, method="min")),
        "remedies": (REMEDIES, {}, sj.remedies),
        "engagement": (USE, {"as_of": "2024-03-03"}, lambda s: sj.engagement(s, as_of="2024-03-03")),
        "percentile_rank": ([1.0, 5.0, 3.0], {}, sj.percentile_rank),
        **{
            name: (outcomes, {}, lambda s, name=name: getattr(s, name)())
            for name in ("auc", "average_precision", "ks_distance", "brier", "log_loss", "information_value")
        },
        "capture": (outcomes, {"share": 0.5}, lambda s: s.capture(0.5)),
        "lift": (outcomes, {"share": 0.5}, lambda s: s.lift(0.5)),
        "calibration_intercept": (outcomes, {}, lambda s: s.calibration()["intercept"]),
        "calibration_slope": (outcomes, {}, lambda s: s.calibration()["slope"]),
        **{
            name: (
                DUE["first_red"],
                {"left_on": DUE["left_on"]},
                lambda s, part=part: sj.lead_time(s, DUE["left_on"])[part],
            )
            for name, part in (
                ("lead_time_median", "median"),
                ("lead_time_lower_quartile", "lower_quartile"),
                ("lead_time_upper_quartile", "upper_quartile"),
                ("never_red", "never_red"),
            )
        },
        "population_stability": (
            None,
            {"expected": [5, 5], "actual": [8, 2]},
            lambda s: sj.population_stability([5, 5], [8, 2]),
        ),
    }
    return found


def facts(result: Any) -> Any:
    """What two results must agree in: type and everything that is shown."""
    if isinstance(result, sj.Estimate):
        numbers = [None if math.isnan(x) else x for x in (result.value, result.low, result.high, result.level)]
        return ("Estimate", numbers, result.n, result.method, result.reason, getattr(result, "options", None))
    if isinstance(result, sj.Table):
        return (type(result).__name__, repr(result.to_dicts()), repr(result.options), result.title)
    if isinstance(result, dict):
        return {name: facts(value) for name, value in result.items()}
    for table in ("table", "coefficients"):
        if hasattr(result, table):
            found = getattr(result, table)
            return (type(result).__name__, repr((found() if callable(found) else found).to_dicts()))
    return (type(result).__name__, repr(result), getattr(result, "options", None))


@pytest.mark.parametrize("name", list(DEFINITIONS))
def test_measure_is_the_method(name: str, asked: dict[str, Asked]) -> None:
    source, options, plain = asked[name]
    assert facts(sj.measure(name, source, **options)) == facts(plain(source))


def test_every_metric_is_tried_and_none_else(asked: dict[str, Asked]) -> None:
    assert set(asked) == set(DEFINITIONS)


@pytest.mark.parametrize("name", list(DEFINITIONS))
def test_the_result_is_of_the_kind_that_the_catalogue_says(name: str, asked: dict[str, Asked]) -> None:
    source, options, _ = asked[name]
    result = sj.measure(name, source, **options)
    kind = DEFINITIONS[name].result
    assert (kind == "estimate") == isinstance(result, sj.Estimate)
    assert (kind == "amount") == isinstance(result, sj.Amount)
    if kind == "curve":
        observed, regressions = (sj.Survival, sj.CumulativeIncidence), (sj.Cox, sj.FineGray, sj.Logistic)
        fitted = (
            sj.Decay,
            sj.DecayBaseline,
            sj.RenewalCurve,
            sj.FittedSurvival,
            sj.ChainLadder,
            sj.Purchases,
            sj.Spend,
            sj.Forecast,
        )
        assert isinstance(result, (*observed, *regressions, *fitted))


def signature_of(name: str) -> inspect.Signature:
    call = Call.of(DEFINITIONS[name])
    owner = None if call.owner is None else public(call.owner)
    member = public(call.function) if owner is None else getattr(owner, call.function)
    return inspect.signature(member if callable(member) else member.fget)


@pytest.mark.parametrize("name", list(DEFINITIONS))
def test_options_are_those_of_the_signature(name: str) -> None:
    metric, call = DEFINITIONS[name], Call.of(DEFINITIONS[name])
    wanted = list(signature_of(name).parameters.values())
    if call.owner is not None or metric.source != "numbers":
        wanted = wanted[1:]  # self, or the rows
    more = any(parameter.kind is parameter.VAR_KEYWORD for parameter in wanted)
    named = [parameter for parameter in wanted if parameter.kind is not parameter.VAR_KEYWORD]
    plain = {
        parameter.name: ""
        if parameter.default is parameter.empty
        else parameter.default
        if isinstance(parameter.default, str)
        else repr(parameter.default)
        for parameter in named
        if parameter.name not in call.fixed
    }
    listed = {option.name: option.default for option in metric.options}
    if name == "csat_mean":
        del plain["by"]  # a table has no mean beside it
    assert listed == plain if not more else plain.items() <= listed.items()


def test_a_survey_state_is_a_source_too() -> None:
    state = sj.surveys.SurveyState([10, 9, 3])
    assert sj.measure("nps", state, level=0.9).value == state.nps(level=0.9).value
    assert sj.measure("nps_difference", state, second=[1, 2, 3]).value == sj.compare_nps(state, [1, 2, 3]).value
    with pytest.raises(sj.SchemaError, match="nps of a SurveyState has no option 'blank': its answers are counted already"):
        sj.measure("nps", state, blank=11)


def test_wrong_names_options_and_sources_say_what_there_is(ledger: sj.Ledger, cycle: sj.HealthResult) -> None:
    with pytest.raises(sj.SchemaError, match=r'no metric "logo_chrun"; did you mean "logo_churn"\?'):
        sj.measure("logo_chrun", ledger, period="2024-12")
    with pytest.raises(sj.SchemaError, match=r'nrr has no option "windw"; did you mean "window"\? its options are period, '):
        sj.measure("nrr", ledger, period="2024-12", windw=12)
    with pytest.raises(sj.SchemaError, match="nrr needs period: a month, quarter or year"):
        sj.measure("nrr", ledger)
    with pytest.raises(sj.SchemaError, match="nrr is measured on a ledger, which is a Ledger, not on a dict"):
        sj.measure("nrr", {"a": [1]}, period="2024-12")
    with pytest.raises(sj.SchemaError, match="nrr is measured on a ledger, which is a Ledger, not on nothing"):
        sj.measure("nrr", period="2024-12")
    with pytest.raises(sj.SchemaError, match="nps is measured on responses, not on a Ledger"):
        sj.measure("nps", ledger)
    with pytest.raises(sj.SchemaError, match="rollup is measured on account table, not on a HealthResult"):
        sj.measure("rollup", cycle)
    with pytest.raises(sj.SchemaError, match="cltv is measured on numbers: leave the source out"):
        sj.measure("cltv", ledger, arpa=1.0, margin=0.5, timing="just_paid", churn=0.1)
    with pytest.raises(sj.SchemaError, match="ltv_to_cac needs an option that was not given"):
        sj.measure("ltv_to_cac", spend=100, customers=1, new_mrr=10, gross_margin=0.8)


def test_aliases_and_spelling_lead_to_the_metric(ledger: sj.Ledger) -> None:
    assert find("Net-Revenue-Retention") is DEFINITIONS["nrr"]
    assert sj.measure("Gross Revenue Retention", ledger, period="2024-12").value == ledger.grr("2024-12").value


def test_every_number_of_the_command_line_is_in_the_catalogue() -> None:
    tables = metric_tables(report_facts(acme_request(200, 7, margin=0.8)))
    shown = [name for table in ("ratios", "worth") for name in tables[table]["metric"].to_list()]
    known = [name for name in shown if not name.endswith("_months_fitted")]  # cltv over so many months, by the fitted curve
    assert {"nrr", "arpa", "ltv_to_cac"} <= {find(name).name for name in known}


def test_metrics_is_a_table_of_everything() -> None:
    table = sj.metrics()
    assert table["name"].to_list() == list(DEFINITIONS)
    assert {"name", "family", "unit", "definition", "options", "source"} <= set(table.columns)
    row = next(row for row in table.to_dicts() if row["name"] == "nrr")
    assert row["options"] == "period, window=None, unit=None, method=score, level=0.95" and row["family"] == "revenue"
    assert row["unit"] == "share" and row["source"] == "ledger" and row["call"] == "Ledger.nrr"
