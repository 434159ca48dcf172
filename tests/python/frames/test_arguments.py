"""Arguments of a wrong type: every public callable names the argument in plain words and never shows how it is bound."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import sojourn as sj
from sojourn import _core
from sojourn._frames.arguments import refused

WRONG: list[Any] = [None, object(), "x", [], float("nan"), -1]
INTERNAL = ("pybind", "::", "Invoked with", "SupportsIndex", "SupportsFloat", "SupportsInt", "incompatible function")

TREE = {"mean": [[1, "x"]]}
CARD = sj.Scorecard.from_json({"sojourn": 1, "card": "c", "signals": {"x": {"norm": {"ramp": [0, 100]}}}, "tree": TREE})
SCORED = {"account_id": ["a", "b"], "x": [10.0, 90.0]}
RESULT = CARD.score(SCORED)
ROWS = {
    "account": ["a", "b", "a"],
    "start": ["2024-01-01", "2024-02-01", "2024-05-01"],
    "end": ["2024-04-01", None, None],
    "mrr_minor": [100, 200, 300],
}
LEDGER = sj.Ledger(ROWS, mrr="mrr_minor", as_of="2024-07-01")
MONTHS = ("2024-01", "2024-06")

HAZARDS = {"t": [1, 2, 3, 4, 5], "e": [1, 0, 1, 1, 0], "x": [1.0, 2.0, 0.5, 3.0, 1.0]}

BOUGHT = {"who": ["a", "a"], "day": ["2024-01-01", "2024-02-01"]}
BUYERS = sj.Purchases.from_params("bgnbd", [0.24, 4.4, 0.8, 2.4])
AMOUNTS = sj.Spend.from_params([6.25, 3.74, 15.44])

# What a call needs besides the argument that is wrong.
NEEDS: dict[str, dict[str, Any]] = {
    "nps": {"scores": [9, 3]},
    "csat": {"scores": [5, 3]},
    "ces": {"scores": [5, 3]},
    "response_rate": {"sent": 10, "answered": 5},
    "compare_nps": {"first": [9, 3], "second": [9, 9]},
    "compare_csat": {"first": [5, 3], "second": [5, 5]},
    "SurveyState": {"scores": [9, 3]},
    "kaplan_meier": {"time": [1, 2, 3], "event": [1, 0, 1]},
    "logrank": {"time": [1, 2, 3], "event": [1, 0, 1], "by": ["a", "b", "a"]},
    "cumulative_incidence": {"time": [1, 2, 3], "cause": [1, 0, 2]},
    "cox": {"table": HAZARDS, "time": "t", "event": "e", "features": ["x"]},
    "fine_gray": {"table": HAZARDS, "time": "t", "cause": "e", "features": ["x"], "of": 1},
    "fit_survival": {"time": [1, 2, 3], "event": [1, 0, 1], "family": "weibull"},
    "cltv": {"margin": 0.8, "churn": 0.02, "arpa_minor": 1000},
    "fit_purchases": {"x": [0, 2], "t_x": [0, 3], "T": [5, 5]},
    "fit_spend": {"mean": [5.0, 7.0], "x": [1, 2]},
    "purchase_summary": {"table": BOUGHT, "account": "who", "date": "day", "unit": "day"},
    "customer_value": {
        **{"purchases": BUYERS, "spend": AMOUNTS, "horizon": 4, "rate": 0.1, "margin": 0.5},
        "table": {"x": [1], "t_x": [2.0], "T": [3.0], "mean": [4.0]},
    },
    "mrr_from_price": {"amount_minor": 1200, "every": 1, "unit": "month"},
    "rollup": {"table": {"account_id": [1, 2], "parent_id": [None, 1], "score": [50.0, 60.0]}},
    "rollup_tiers": {
        "table": {"account_id": [1, 2], "parent_id": [None, 1], "tier": ["red", "green"]},
        "wanted": "red",
        "tiers": ["red", "green"],
    },
    "percentile_rank": {"values": [1.0, 2.0, 3.0]},
    "validate_scores": {"scores": [10.0, 90.0, 50.0], "churned": [True, False, True]},
    "influence": {"sojourn": 1, "card": CARD, "table": SCORED},
    "outranking": {"sojourn": 1, "card": CARD, "table": SCORED},
    "leave_one_out": {"sojourn": 1, "card": CARD, "table": SCORED},
    "weight_sensitivity": {"sojourn": 1, "card": CARD, "table": SCORED, "draws": 10},
    "economics": {"arpa_minor": 1000, "margin": 0.8, "churn": 0.02, "cac_minor": 5000},
    "movements": {"table": ROWS, "first": "2024-01", "last": "2024-06", "as_of": "2024-07-01"},
    "Ledger": {"rows": ROWS, "mrr": "mrr_minor", "as_of": "2024-07-01"},
    "shard_of": {"key": "a", "shards": 4},
}

INSTANCES: dict[str, Any] = {
    "SurveyState": sj.SurveyState([9, 3]),
    "Survival": sj.kaplan_meier([1, 2, 3], [1, 0, 1]),
    "CumulativeIncidence": sj.cumulative_incidence([1, 2, 3], [1, 0, 2]),
    "CauseIncidence": sj.cumulative_incidence([1, 2, 3], [1, 0, 2])[1],
    "IncidenceBy": sj.cumulative_incidence([1, 2, 3], [1, 0, 2], by=["a", "b", "a"]),
    "SurvivalBy": sj.kaplan_meier([1, 2, 3], [1, 0, 1], by=["a", "b", "a"]),
    "Cox": sj.cox(HAZARDS, time="t", event="e", features=["x"]),
    "PredictedSurvival": sj.cox(HAZARDS, time="t", event="e", features=["x"]).survival([1]),
    "FineGray": sj.fine_gray(HAZARDS, time="t", cause="e", features=["x"], of=1),
    "FittedSurvival": sj.fit_survival([1, 2, 3], [1, 0, 1], family="weibull"),
    "Purchases": BUYERS,
    "Spend": AMOUNTS,
    "Ledger": LEDGER,
    "Scorecard": CARD,
    "HealthResult": RESULT,
    "Table": RESULT.table(),
    "Policy": sj.Policy(),
}
METHOD_NEEDS: dict[str, dict[str, Any]] = {
    "movements": {"first": MONTHS[0], "last": MONTHS[1]},
    "series": {"first": MONTHS[0], "last": MONTHS[1]},
    "explain": {"account": "a", "period": "2024-04"},
    "quantile": {"share": 0.5},
    "at": {"age": 1},
    **dict.fromkeys(("p_alive", "log_p_alive", "log_likelihood_by_row"), {"x": 1, "t_x": 2, "T": 3}),
    "conditional_expected_purchases": {"horizon": 1, "x": 1, "t_x": 2, "T": 3},
    "discounted_residual": {"x": 1, "t_x": 2, "T": 3, "rate": 0.1},
    "probability": {"n": 1, "t": 2},
    "conditional_mean": {"mean": 5.0, "x": 1},
    "rmst": {"tau": 3},
    "score": {"table": SCORED},
    "what_if": {"accounts": "a"},
}
WRITES_FILES = {"to_csv", "to_parquet", "save", "plot"}
OF_ANY_MAPPING = {"get"}  # Python's own, which refuses a key that cannot be one in its own words


def public_callables() -> Iterator[tuple[str, Callable[..., Any], dict[str, Any]]]:
    for name in sj.__all__:
        thing = getattr(sj, name)
        if not callable(thing) or (inspect.isclass(thing) and issubclass(thing, (Exception, Warning))):
            continue
        yield name, thing, NEEDS.get(name, {})
    for owner, instance in INSTANCES.items():
        for name in dir(instance):
            if (
                name.startswith("_")
                or name in WRITES_FILES | OF_ANY_MAPPING
                or isinstance(getattr(type(instance), name, None), property)
            ):
                continue
            member = getattr(instance, name)
            if callable(member):
                yield f"{owner}.{name}", member, METHOD_NEEDS.get(name, {})


def parameters(function: Callable[..., Any]) -> list[str]:
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # a compiled function: called by position
        return []
    return [one.name for one in found if one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD, one.POSITIONAL_ONLY)]


CALLS = [
    pytest.param(function, needs, name, id=f"{where}-{name}")
    for where, function, needs in public_callables()
    for name in parameters(function)
]


@pytest.mark.parametrize(("function", "needs", "name"), CALLS)
def test_a_wrong_argument_is_refused_in_plain_words(function: Callable[..., Any], needs: dict[str, Any], name: str) -> None:
    for wrong in WRONG:
        try:
            function(**{**needs, name: wrong})
        except Exception as error:
            said = str(error)
            assert not any(word in said for word in INTERNAL), f"{name}={wrong!r}: {said}"
            if isinstance(error, Warning):  # it was taken, and what was read from it is said
                continue
            plain = isinstance(error, TypeError) and any(word in said for word in (name, *parameters(function)))
            assert isinstance(error, sj.Error) or plain, f"{name}={wrong!r}: {type(error).__name__}: {said}"


def test_compiled_functions_name_the_argument_the_value_and_what_is_accepted() -> None:
    with pytest.raises(sj.SchemaError, match=r"level is None; accepted: a number") as caught:
        _core.surveys.nps(_core.surveys.ScoreCounts(), None, "wald", "excluded", None)  # type: ignore[arg-type]
    assert isinstance(caught.value, TypeError)
    assert not isinstance(caught.value, ValueError)
    with pytest.raises(sj.SchemaError, match="no argument nonsense"):
        _core.surveys.nps_groups(state=_core.surveys.ScoreCounts(), breaks=None, nonsense=1)  # type: ignore[call-arg]
    with pytest.raises(sj.SchemaError, match="threads is -1, which is below 0") as below:
        sj.nps([9], threads=-1)
    assert isinstance(below.value, ValueError)


def test_a_signature_without_a_mismatch_still_says_something_plain() -> None:
    said = "f(): incompatible function arguments. The following are supported:\n    1. (x: str) -> None\n\nInvoked with"
    assert str(refused(said, ["a"], {})) == "f() does not take these arguments"


def test_every_compiled_function_names_its_arguments() -> None:
    unnamed = []
    # States of revenue take a period or a level alone, which is called by its place.
    homes = [_core, *(part for name, part in vars(_core).items() if inspect.ismodule(part) and name != "revenue")]
    classes = [member for home in homes for member in vars(home).values() if inspect.isclass(member)]
    for home in (*homes, *classes):
        for name, member in vars(home).items():
            if name.startswith("__") or isinstance(member, property):
                continue
            if "arg0:" in (getattr(member, "__doc__", None) or ""):
                unnamed.append(f"{home.__name__}.{name}")
    assert unnamed == []


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        (lambda: sj.nps([9], method="nonsense"), ValueError),
        (lambda: sj.nps([9], level=1.5), ValueError),
        (lambda: sj.nps([9], scale=(10, 0)), ValueError),
        (lambda: sj.nps(object()), TypeError),
        (lambda: sj.nps([object()]), TypeError),
        (lambda: sj.nps([9, "a"]), TypeError),
        (lambda: sj.nps([9], level="x"), TypeError),
        (lambda: CARD.score({"account_id": [1]}), ValueError),
        (lambda: CARD.score({"account_id": [1.5], "x": [1.0]}), TypeError),
        (lambda: sj.Scorecard.from_json({}), ValueError),
        (lambda: sj.Scorecard.from_json(3), TypeError),
    ],
)
def test_a_schema_error_is_of_the_kind_of_the_mistake(wrong: Callable[[], Any], kind: type[Exception]) -> None:
    with pytest.raises(sj.SchemaError) as caught:
        wrong()
    other = TypeError if kind is ValueError else ValueError
    assert isinstance(caught.value, kind), caught.value
    assert not isinstance(caught.value, other)


def test_options_of_the_core_have_their_public_names_in_errors() -> None:
    for call in (
        lambda: sj.nps([3], scale=(1, 5)),
        lambda: sj.nps([9], breaks=(9, 6)),
        lambda: sj.csat([3], satisfied_from=9),
        lambda: sj.ces([3], kind="index", cuts=(9, 9, 9)),
    ):
        with pytest.raises(sj.SchemaError) as caught:
            call()
        for internal in ("detractor_max", "promoter_min", "easy_from", "hard_to", "rating_scale"):
            assert internal not in str(caught.value)
