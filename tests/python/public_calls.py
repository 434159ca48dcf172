"""Every public callable with a call that works, for tests that change one argument at a time.

A new function or method fails `test_every_call_works` until it has what it needs below.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import sojourn as sj

TREE = {"mean": [[1, "x"]]}
CARD_TEXT = {
    **{"sojourn": 1, "card": "c", "tiers": {"red": 0, "green": 50}, "tree": TREE},
    "signals": {"x": {"norm": {"ramp": [0, 100]}}},
}
CARD = sj.Scorecard.from_json(CARD_TEXT)
SCORED = {"account_id": ["a", "b"], "x": [10.0, 90.0]}
RESULT = CARD.score(SCORED, as_of="2024-02-01")
LATER = CARD.score({"account_id": ["a", "b"], "x": [60.0, 20.0]}, as_of="2024-03-01", previous=RESULT)
MANUAL = {"account": ["a"], "value": [80.0], "set_at": ["2024-01-01"], "expires_at": ["2024-06-01"]}
BY_HAND = CARD.score(SCORED, as_of="2024-02-01", manual=MANUAL)
CARDS_TEXT = {
    **{"sojourn": 1, "set": "s", "default": "c"},
    "cards": [CARD_TEXT],
}

ROWS: dict[str, Any] = {
    "account": ["a", "b", "a", "c"],
    "start": ["2023-01-01", "2023-02-01", "2024-01-01", "2023-03-01"],
    "end": ["2024-01-01", None, None, "2024-03-01"],
    "mrr_minor": [100, 200, 300, 50],
    "plan": ["x", "y", "x", "y"],
    "why": [None, None, None, "voluntary"],
    "recorded": ["2024-03-02"] * 4,
}
READ = {"mrr": "mrr_minor", "as_of": "2024-07-01"}
LEDGER = sj.Ledger(ROWS, **READ, segment="plan", cause="why", known_from="recorded")
PLAIN = sj.Ledger(ROWS, **READ)
USAGE = {"account": ["a"], "start": ["2024-01-01"], "amount_minor": [500], "kind": ["consumption"]}
MONTHS = {"first": "2024-01", "last": "2024-06"}
PERIOD = {"period": "2024-03"}
RATE = {"metric": "nrr", "period": "2024-03"}
CONTRACTS = {
    "account": ["a", "b"],
    "term_end": ["2024-03-01"] * 2,
    "value": [1000, 2000],
    "renewed_on": ["2024-03-01", None],
}
CONTRACTS |= {"renewed_value": [1200, None]}
MONTHLY = {"account": ["a", "a", "b"], "month": ["2024-01", "2024-02", "2024-02"], "mrr_minor": [100, 120, 70]}
OWNERS = {"account": ["a"], "parent": ["group"]}

LIVES: dict[str, Any] = {"time": [1, 2, 3, 4, 5, 6], "event": [1, 0, 1, 1, 0, 1]}
CAUSES: dict[str, Any] = {"time": LIVES["time"], "cause": [1, 0, 2, 1, 0, 2]}
HAZARDS = {"t": [1, 2, 3, 4, 5, 6], "e": LIVES["event"], "x": [1.0, 2.0, 0.5, 3.0, 1.0, 2.5]}
BY = {"by": ["a", "b", "a", "b", "a", "b"]}
OUTCOMES = {"o": [0, 1, 0, 1, 1, 0, 1, 0], "f": [1.0, 2.0, 1.5, 3.0, 0.5, 2.5, 2.0, 1.0]}
BOUGHT = {"who": ["a", "a"], "day": ["2024-01-01", "2024-02-01"]}
BUYERS = sj.Purchases.from_params("bgnbd", [0.24, 4.4, 0.8, 2.4])
AMOUNTS = sj.Spend.from_params([6.25, 3.74, 15.44])
TRIANGLE = [[100, 150, 170, 180], [110, 160, 180, None], [120, 170, None, None], [130, None, None, None]]
DECAY = {"t": [0, 1, 2, 3, 4], "survivors": [1000, 869, 743, 653, 593]}
PANEL: dict[str, list[Any]] = {"account_id": [], "as_of": [], "left_on": [], "x": []}
for place in range(120):
    for month in ("2024-01-01", "2024-06-01"):
        PANEL["account_id"].append(place)
        PANEL["as_of"].append(month)
        PANEL["left_on"].append("2024-03-01" if place % 4 == 0 else "2024-08-01" if place % 5 == 0 else None)
        PANEL["x"].append(float(place * 37 % 100))
TESTED = {"known_until": "2024-12-31"}
MANY = {"account_id": list(range(60)), "x": [float(i * 37 % 100) for i in range(60)]}
LEAVING = [i * 37 % 100 < 45 for i in range(60)]

# What a function needs.
NEEDS: dict[str, dict[str, Any]] = {
    **dict.fromkeys(("nps", "SurveyState"), {"scores": [9, 3]}),
    **dict.fromkeys(("csat", "ces"), {"scores": [5, 3]}),
    "response_rate": {"sent": ["2024-01-01"], "answered": ["2024-01-02"]},
    "compare_nps": {"first": [9, 3], "second": [9, 9]},
    "compare_csat": {"first": [5, 3], "second": [5, 5]},
    "compare_segments": {"scores": [9, 3, 9, 10], "by": ["a", "a", "b", "b"]},
    **dict.fromkeys(("weighted_mean", "weighted_total"), {"values": [1.0, 2.0, 4.0], "weights": [1.0, 2.0, 1.0]}),
    "weighted_ratio": {"values": [1.0, 2.0, 4.0], "denominators": [2.0, 3.0, 5.0]},
    "Ledger": {"table": ROWS, **READ},
    "Snapshots": {"table": MONTHLY, **MONTHS, "as_of": "2024-07-01"},
    "Policy": {},
    "backtest_forecast": {"ledger": PLAIN, "vintages": ["2024-01"], "horizons": (1, 3), "draws": 20},
    "compare_rates": {"first": (3, 10), "second": (5, 10)},
    "concentration": {"values": [5, 3, 2]},
    "economics": {"spend": 5000, "customers": 4, "new_mrr": 1000, "gross_margin": 0.8},
    "check_targets": {"numbers": {"ltv_to_cac": 4.0}},
    "minimum_detectable_change": {"baseline": 0.1, "n": 100},
    "mrr_from_price": {"amount_minor": 1200},
    "movements": {"table": ROWS, **MONTHS, **READ},
    "mrr_series": {"table": ROWS, **MONTHS, **READ},
    "reconcile": {
        **{"ledger": LEDGER, "policy_a": sj.Policy(), "policy_b": sj.Policy.preset("stripe"), "period": "2024-03"},
    },
    "renewals": {"contracts": CONTRACTS, "window": "2024-03", "as_of": "2024-07-01", "amounts": "minor"},
    "shard_of": {"accounts": ["a", "b"], "n": 4},
    "calibrate_intervals": {"errors": [1.0, -2.0, 0.5] * 20, "half_widths": [1.0, 1.5, 1.0] * 20},
    "chain_ladder": {"triangle": TRIANGLE},
    "cltv": {"arpa": 1000.0, "margin": 0.8, "churn": 0.02, "timing": "just_paid"},
    **dict.fromkeys(("compare_decay", "fit_decay"), DECAY),
    "decay_baseline": {**{name: DECAY[name] for name in ("t", "survivors")}, "method": "linear"},
    "cox": {"table": HAZARDS, "time": "t", "event": "e", "features": ["x"]},
    "crps": {"draws": [1.0, 2.0, 3.0], "actual": 2.0},
    "cumulative_incidence": CAUSES,
    "customer_value": {
        **{"purchases": BUYERS, "spend": AMOUNTS, "horizon": 4, "rate": 0.1, "margin": 0.5},
        "table": {"x": [1], "t_x": [2.0], "T": [3.0], "mean": [4.0]},
    },
    "fine_gray": {"table": HAZARDS, "time": "t", "cause": "e", "features": ["x"], "of": 1},
    "fit_logistic": {"table": OUTCOMES, "outcome": "o", "features": ["f"]},
    "fit_purchases": {"x": [0, 2, 1, 3], "t_x": [0, 3, 2, 4], "T": [5, 5, 4, 6]},
    "fit_spend": {"mean": [5.0, 7.0, 6.0], "x": [1, 2, 3]},
    "fit_survival": {**LIVES, "family": "weibull"},
    "purchase_summary": {"table": BOUGHT, "account": "who", "date": "day", "unit": "day"},
    "kaplan_meier": LIVES,
    "renewal_curve": {"t": [1, 1, 2, 2, 3, 3], "left": [1, 0, 1, 0, 0, 1]},
    "logrank": LIVES | BY,
    "mrr_index": {"churn_rates": [0.03]},
    "score_forecast": {"low": [1.0, 2.0], "high": [3.0, 4.0], "actual": [2.0, 5.0]},
    **dict.fromkeys(("audit_weights", "leave_one_out", "influence", "outranking"), {"card": CARD, "table": MANY}),
    "backtest": {"card": CARD, "panel": PANEL, **TESTED},
    "backtest_over_time": {"card": CARD, "panel": PANEL, "splits": 1, **TESTED},
    "cadence": {"table": {"account_id": ["a"], "last_review": ["2024-01-01"]}, "as_of": "2024-06-01"},
    "cusum_chart": {"series": [1.0, 2.0, 1.0], "target": 1.0, "slack": 0.5, "limit": 4.0},
    "diagnoses": {"active": {"account_id": ["a"], "diagnosis": ["idle"]}},
    "engagement": {"events": {"account_id": ["a"], "day": ["2024-01-02"]}, "as_of": "2024-02-01"},
    "ewma_chart": {"series": [1.0, 2.0, 1.0], "target": 1.0, "sigma": 1.0},
    "lead_time": {"first_red": ["2024-01-01"], "left_on": ["2024-03-01"]},
    "learn_weights": {"card": CARD, "table": MANY, "outcome": LEAVING},
    "percentile_rank": {"values": [1.0, 2.0, 3.0]},
    "population_stability": {"expected": [5, 5], "actual": [4, 6]},
    "assign_remedies": {"table": {"account": ["a"], "remedy": ["call"]}, "as_of": "2024-06-01"},
    "remedy_effect": {
        "log": {"account": ["a", "b"], "remedy": ["call", "call"], "arm": ["treated", "held_out"]},
        "outcomes": {"account": ["a", "b"], "outcome": [1, 0]},
    },
    "remedy_tasks": {
        "table": {"account": ["a"], "remedy": ["call"], "arm": ["treated"], "assigned_on": ["2024-05-01"]},
        "as_of": "2024-06-01",
    },
    "stakeholder_coverage": {"people": {"account_id": ["a"], "influence": [1.0], "active": [True]}},
    "handover_checklist": {"table": {"account_id": ["a"], "goals": [True]}, "items": ["goals"]},
    "time_in_stage": {
        "table": {"account_id": ["a"], "stage": ["adoption"], "entered_on": ["2024-01-01"]},
        "as_of": "2024-06-01",
    },
    "remedies": {"table": {"diagnosis": ["d"], "stage": ["done"], "delta": [1.0]}},
    "rollup": {"table": {"account_id": [1, 2], "parent_id": [None, 1], "score": [50.0, 60.0]}},
    "rollup_tiers": {
        "table": {"account_id": [1, 2], "parent_id": [None, 1], "tier": ["red", "green"]},
        "wanted": "red",
        "tiers": ["red", "green"],
    },
    "score_slopes": {"results": [RESULT, LATER]},
    "signal_drift": {"card": CARD, "before": MANY, "now": MANY},
    "timeline": {"cycles": [RESULT, LATER]},
    "transitions": {"previous": RESULT, "current": LATER},
    "validate_scores": {"scores": MANY["x"], "outcome": LEAVING},
    "weight_sensitivity": {"card": CARD, "table": MANY, "draws": 10},
    "measure": {},
    "report": {"ledger": LEDGER, "out": None},
    "workbook": {"ledger": LEDGER, "out": None},
    "progress": {"report": lambda done, of: None},
}
CONSTRUCTED = {"Ledger", "Policy", "Snapshots", "SurveyState", "progress"}
"""Classes that people call; all others come out of functions."""

TESTED_BOOK = sj.backtest(CARD, PANEL, **TESTED)
LADDER = sj.chain_ladder(TRIANGLE)
ODP = sj.chain_ladder(TRIANGLE, method="odp")
FORECAST = LEDGER.forecast("2024-09", draws=50)
INSTANCES: dict[str, Any] = {
    "Estimate": sj.nps([9, 3]),
    "Column": sj.kaplan_meier(**LIVES).table()["survival"],
    "Table": RESULT.table(),
    "SurveyState": sj.SurveyState([9, 3]),
    "SegmentComparison": sj.compare_segments([9, 3, 9, 10], ["a", "a", "b", "b"]),
    "Survival": sj.kaplan_meier(**LIVES),
    "SurvivalBy": sj.kaplan_meier(**LIVES, **BY),
    "LogRank": sj.logrank(**LIVES, **BY),
    "CumulativeIncidence": sj.cumulative_incidence(**CAUSES),
    "CauseIncidence": sj.cumulative_incidence(**CAUSES)[1],
    "IncidenceBy": sj.cumulative_incidence(**CAUSES, **BY),
    "Cox": sj.cox(HAZARDS, time="t", event="e", features=["x"]),
    "PredictedSurvival": sj.cox(HAZARDS, time="t", event="e", features=["x"]).survival([1]),
    "FineGray": sj.fine_gray(HAZARDS, time="t", cause="e", features=["x"], of=1),
    "PredictedIncidence": sj.fine_gray(HAZARDS, time="t", cause="e", features=["x"], of=1).incidence([1]),
    "Logistic": sj.fit_logistic(OUTCOMES, outcome="o", features=["f"]),
    "FittedSurvival": sj.fit_survival(**LIVES, family="weibull"),
    "Decay": sj.fit_decay(**DECAY),
    "RenewalCurve": sj.renewal_curve([1, 1, 2, 2, 3, 3], [1, 0, 1, 0, 0, 1]),
    "RenewalCurveBy": sj.renewal_curve([1, 2, 3], [1, 0, 1], by=["a", "b", "a"]),
    "DecayBaseline": sj.decay_baseline(DECAY["t"], DECAY["survivors"], method="linear"),
    "DecayBootstrap": sj.fit_decay(**DECAY).bootstrap(20),
    "Purchases": BUYERS,
    "Spend": AMOUNTS,
    "ChainLadder": LADDER,
    "ChainLadderAhead": LADDER.ahead(1),
    "ChainLadderBootstrap": ODP.bootstrap(50),
    "Ledger": LEDGER,
    "BySegment": LEDGER.by_segment("plan"),
    "Triangle": LEDGER.cohorts(),
    "Comparison": LEDGER.compare("nrr", "2024-03", before="2024-02"),
    "Concentration": sj.concentration([5, 3, 2]),
    "Forecast": FORECAST,
    "Renewals": sj.renewals(CONTRACTS, "2024-03", as_of="2024-07-01", amounts="minor"),
    "Snapshots": sj.Snapshots(MONTHLY, **MONTHS, as_of="2024-07-01"),
    "Amount": sj.mrr_from_price(1200),
    "Policy": sj.Policy(),
    "Scorecard": CARD,
    "CardSet": sj.CardSet.from_json(CARDS_TEXT),
    "CardSetResult": sj.CardSet.from_json(CARDS_TEXT).score(SCORED, as_of="2024-02-01"),
    "HealthResult": LATER,
    "HealthResult by hand": BY_HAND,
    "Delta": LATER.delta(RESULT),
    "Transitions": sj.transitions(RESULT, LATER),
    "Alerts": LATER.alerts(),
    "Backtest": TESTED_BOOK,
    "BacktestSeries": sj.backtest_over_time(CARD, PANEL, splits=1, **TESTED),
    "Validation": sj.validate_scores(MANY["x"], LEAVING),
    "LearnedWeights": sj.learn_weights(CARD, MANY, LEAVING),
    "Sensitivity": sj.weight_sensitivity(CARD, MANY, draws=10),
    "Cadence": sj.cadence({"account_id": ["a"], "last_review": ["2024-01-01"]}, as_of="2024-06-01"),
}


BINARY = sj.validate_scores([i / 60 for i in range(60)], [i % 3 == 0 for i in range(60)], higher="riskier")
INSTANCES |= {"Validation of probabilities": BINARY, "ChainLadder by odp": ODP}
WITH_USAGE = LEDGER.with_usage(USAGE)
INSTANCES["Ledger with usage"] = WITH_USAGE
BUYER = {"x": 1, "t_x": 2, "T": 3}
CHANGES = {"account": ["a"], "date": ["2024-01-05"], "mrr_after_minor": [100]}
PRICES = {"account": ["a"], "start": ["2024-01-01"], "end": [None], "amount_minor": [1000]}
INVOICES = {"account": ["a"], "service_start": ["2024-01-01"], "service_end": ["2024-02-01"], "amount_minor": [500]}
MORE = {**{name: values[:1] for name, values in ROWS.items()}, "account": ["new"]}

# What a method needs, by its class and name, else by its name.
METHOD_NEEDS: dict[str, dict[str, Any]] = {
    **dict.fromkeys(("movements", "retention", "state", "states", "usage_movements", "series"), MONTHS),
    **dict.fromkeys(
        ("arpa", "arr", "average_sale_price", "grr", "logo_churn", "logo_retention", "mrr", "mrr_churn"), PERIOD
    ),
    **dict.fromkeys(("nrr", "quick_ratio", "available_to_renew", "concentration"), PERIOD),
    **dict.fromkeys(("bootstrap", "minimum_detectable_change"), RATE),
    "compare": RATE | {"before": "2024-02"},
    **{name: {} for name in ("ChainLadderBootstrap.mrr", "Forecast.nrr", "Forecast.grr")},
    "explain": {"account": "a", "period": "2024-03"},
    "contributors": PERIOD | {"cell": "nrr"},
    "cohort_contributors": {"cohort": "2023-01", "age": 2},
    "ltv": PERIOD | {"margin": 0.8},
    "account_values": PERIOD | {"margin": 0.8, "rate": 0.01},
    "forecast": {"until": "2024-09", "draws": 20},
    "restatement": PERIOD | {"known_on": ["2024-06-01", "2024-06-15"]},
    "by_segment": {"name": "plan"},
    "as_known_on": {"when": "2024-06-15"},
    "partition": {"n": 2},
    "with_policy": {"policy": sj.Policy()},
    "with_usage": {"table": USAGE},
    "add_segment": {"name": "size", "table": {"account": ["a"], "size": ["big"]}},
    "apply": {"table": MORE},
    "retract": {"table": {name: values[:1] for name, values in ROWS.items()}},
    "merge": {"account": "a", "into": "b"},
    "merge_all": {"table": {"account": ["a"], "into": ["b"]}},
    "set_parent": {"account": "a", "parent": "group"},
    "set_parents": {"table": OWNERS},
    "split": {"table": {name: values[1:2] for name, values in ROWS.items()}, "into": "d"},
    "from_bytes": {"data": LEDGER.to_bytes()},
    "from_changes": {"table": CHANGES, "as_of": "2024-07-01"},
    "from_prices": {"table": PRICES, "as_of": "2024-07-01"},
    "from_invoices": {"table": INVOICES, "as_of": "2024-07-01"},
    "from_snapshots": {"table": MONTHLY, "as_of": "2024-07-01"},
    "from_usage": {"table": USAGE, "as_of": "2024-07-01"},
    "SurveyState.from_bytes": {"data": sj.SurveyState([9, 3]).to_bytes()},
    **dict.fromkeys(("HealthResult.from_bytes", "HealthResult by hand.from_bytes"), {"data": RESULT.to_bytes()}),
    "CardSetResult.from_bytes": {"data": sj.CardSet.from_json(CARDS_TEXT).score(SCORED).to_bytes()},
    "CardSetResult.delta": {"previous": sj.CardSet.from_json(CARDS_TEXT).score(SCORED)},
    "CardSetResult.alerts": {},
    "ready_to_expand": {"used": [1.0, 2.0], "bought": [1.0, 2.0]},
    "SurveyState.from_batches": {"batches": [{"score": [9]}, {"score": [3]}]},
    "Snapshots.from_batches": {"batches": [MONTHLY], **MONTHS, "as_of": "2024-07-01"},
    "SurveyState.csat": {"satisfied_from": 9},
    "SurveyState.like": {"other": sj.SurveyState([9])},
    "SurveyState.of": {"counts": sj.SurveyState([9, 3]).counts},
    "quantile": {"share": 0.5},
    "at": {"age": 1},
    "rmst": {"tau": 3},
    "expected_churn": {"mrr": 100.0},
    "Cox.survival": {"row": [1.0]},
    "incidence": {"row": [1.0]},
    "Logistic.predict": {"table": OUTCOMES},
    **dict.fromkeys(("interval", "survival"), {"t": 2}),
    **dict.fromkeys(("Decay.retention", "Decay.survival", "FittedSurvival.survival"), {"t": 2}),
    **dict.fromkeys(("DecayBaseline.retention", "DecayBaseline.survival"), {"t": 2}),
    **dict.fromkeys(("Triangle.retention", "Snapshots.movements", "Ledger.survival", "CardSetResult.distribution"), {}),
    **dict.fromkeys(("HealthResult.distribution", "HealthResult by hand.distribution"), {}),
    "Ledger with usage.with_usage": {"table": USAGE, "name": "more"},
    "Ledger with usage.survival": {},
    "Decay.from_params": {"family": "sbg", "params": [0.7, 1.2]},
    "Decay.parameter": {"name": "alpha"},
    "Decay.bootstrap": {"replicates": 20},
    "DecayBootstrap.parameter": {"name": "alpha"},
    "DecayBootstrap.retention": {"t": 2},
    "residual_lifetime": {"n": 1},
    **dict.fromkeys(("p_alive", "log_p_alive", "log_likelihood_by_row", "Purchases.log_likelihood_of"), BUYER),
    "conditional_expected_purchases": {"horizon": 1, **BUYER},
    "discounted_residual": {**BUYER, "rate": 0.1},
    "expected_purchases": {"t": 2},
    "Purchases.from_params": {"model": "bgnbd", "params": [0.24, 4.4, 0.8, 2.4]},
    "probability": {"n": 1, "t": 2},
    "conditional_mean": {"mean": 5.0, "x": 1},
    "Spend.from_params": {"params": [6.25, 3.74, 15.44]},
    "Spend.log_likelihood_of": {"mean": [5.0, 7.0], "x": [1, 2]},
    "ahead": {"periods": 1},
    "ChainLadder by odp.bootstrap": {"draws": 20},
    "top": {"n": 1},
    "of_ticks": {"ticks": 166_320},
    "Policy.from_json": {"text": "{}"},
    "preset": {"name": "stripe"},
    "template": {"name": "engagement"},
    **dict.fromkeys(("Scorecard.check", "Scorecard.from_json"), {"source": CARD_TEXT}),
    **dict.fromkeys(("CardSet.check", "CardSet.from_json"), {"source": CARDS_TEXT}),
    "Scorecard.delta": {"previous": RESULT, "current": LATER},
    "distribution": {"state": RESULT.state},
    "fit_normalisers": {"table": MANY, "how": {"x": "zscore"}},
    "Scorecard.learn_weights": {"table": MANY, "outcome": LEAVING},
    **dict.fromkeys(("score", "score_all", "assign"), {"table": SCORED}),
    **dict.fromkeys(("HealthResult.delta", "HealthResult by hand.delta"), {"previous": RESULT}),
    "what_if": {"accounts": "a"},
    "effects": {"account": "a"},
    "drift": {"now": BINARY},
    "probabilities": {"scores": [10.0, 50.0]},
    "LearnedWeights.probability": {"score": 50.0},
}
ASKED_ELSEWHERE = {
    **dict.fromkeys(("ChainLadder.bootstrap", "ChainLadder.cells"), "of method=odp only"),
    "ChainLadder by odp.diagnostics": "of method=mack only",
    **dict.fromkeys(("Ledger.commitments", "Ledger.usage_movements"), "of a ledger with usage only"),
    **dict.fromkeys(("Validation.brier", "Validation.calibration", "Validation.log_loss"), "of probabilities only"),
    **dict.fromkeys(("HealthResult.manual", "CardSetResult.manual"), "of values given by hand only"),
    **dict.fromkeys(("Scorecard.from_file", "CardSet.from_file"), "reads a file"),
    "measure": "takes its arguments by position",
}
"""Why a call is not tried here; its sibling is, or another test asks it."""
WRITES_FILES = {"to_csv", "to_parquet", "save", "plot"}
INSIDE = {"row_texts"}
"""Of the package itself: a row beyond the last is an IndexError, as in a list."""
OF_ANY_MAPPING = {"get"}
"""Python's own, which refuses a key that cannot be one in its own words."""


def public_calls() -> Iterator[tuple[str, Callable[..., Any], dict[str, Any]]]:
    """Where it stands, the callable, and the arguments with which it works."""
    for name in sj.__all__:
        thing = getattr(sj, name)
        if callable(thing) and (not inspect.isclass(thing) or name in CONSTRUCTED) and name not in ASKED_ELSEWHERE:
            yield name, thing, NEEDS.get(name, {})
    for owner, instance in INSTANCES.items():
        for name in dir(instance):
            if name.startswith("_") or name in WRITES_FILES | OF_ANY_MAPPING | INSIDE:
                continue
            if isinstance(getattr(type(instance), name, None), property):
                continue
            where = f"{owner}.{name}"
            # A ledger of its own for each: some calls change it.
            member = getattr(instance.snapshot() if isinstance(instance, sj.Ledger) else instance, name)
            if callable(member) and where not in ASKED_ELSEWHERE and not (isinstance(instance, int) and hasattr(int, name)):
                yield where, member, METHOD_NEEDS.get(where, METHOD_NEEDS.get(name, {}))


def parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """Those that are given by name; none for a compiled function, which is called by position."""
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    return [one for one in found if one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD, one.POSITIONAL_ONLY)]


def is_of_python(function: Callable[..., Any]) -> bool:
    """Whether its arguments can be looked at; those of compiled ones have tests of their own."""
    try:
        inspect.signature(function)
    except (TypeError, ValueError):
        return False
    return True
