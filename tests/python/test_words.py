"""An argument that is a word takes the words there are, and no other: nonsense is an error that lists them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import sojourn as sj

TREE = {"account_id": ["x", "y"], "parent_id": [None, "x"], "score": [10.0, 20.0], "tier": ["red", "green"], "mrr": [1, 2]}
SERIES = [1.0, 2.0, 3.0, 4.0]
REVIEWED = {"account_id": ["a"], "last_review": ["2024-01-31"]}
CARD = {
    "sojourn": 1, "card": "use", "version": "1", "event": "lost",
    "signals": {"logins": {"norm": {"ramp": [0, 10]}}},
    "tree": {"mean": [[1, "logins"]]}, "tiers": {"red": 0, "green": 50},
}  # fmt: skip
BOOK = {"customer": ["a", "b"], "from": ["2024-01-01"] * 2, "until": ["2024-06-01", None], "cents": [4900, 9900]}
TERMS = {"account": ["a"], "start": ["2024-01-01"], "end": ["2024-01-31"], "mrr": [4900]}
REMEDIES = {"diagnosis": ["idle"], "delta": [1.0]}


def scored() -> Any:
    return sj.Scorecard.from_json(CARD).score({"account_id": ["a", "b"], "logins": [1.0, 9.0]}, as_of="2024-06-01")


def fit(**words: Any) -> Any:
    how = words.pop("how", {"logins": "zscore"})
    return sj.Scorecard.from_json(CARD).fit_normalisers({"logins": [float(x) for x in range(200)]}, how=how, **words)


def book() -> sj.Ledger:
    return sj.Ledger(BOOK, account="customer", start="from", end="until", mrr="cents", as_of="2025-01-01")


def manual(**words: Any) -> Any:
    values = {"account_id": ["a"], "value": [1.0], **{name: [word] for name, word in words.items()}}
    return sj.Scorecard.from_json(CARD).score({"account_id": ["a"], "logins": [1.0]}, as_of="2024-06-01", manual=values)


WORDS: list[tuple[str, Callable[[Any], Any], str, list[str]]] = [
    ("percentile_rank precision", lambda w: sj.percentile_rank(SERIES, precision=w), "exact", ["exact", "approximate"]),
    ("rollup method", lambda w: sj.rollup(TREE, method=w), "min", ["mean", "weighted", "min", "max", "own"]),
    ("rollup zero_weights", lambda w: sj.rollup(TREE, zero_weights=w), "mean", ["unknown", "mean"]),
    ("rollup negative_weights", lambda w: sj.rollup(TREE, negative_weights=w), "zero", ["error", "zero"]),
    (
        "rollup_tiers match",
        lambda w: sj.rollup_tiers(TREE, wanted="red", tiers=["red", "green"], match=w),
        "or_worse",
        ["exactly", "or_worse", "or_better"],
    ),
    (
        "rollup_tiers wanted",
        lambda w: sj.rollup_tiers(TREE, wanted=w, tiers=["red", "green"]),
        "green",
        ["red", "green"],
    ),
    ("cadence every", lambda w: sj.cadence(REVIEWED, as_of="2024-03-01", every=w), "14 days", ["3 months", "14 days"]),
    ("ewma limits", lambda w: sj.ewma_chart(SERIES, target=1, sigma=1, limits=w), "exact", ["settled", "exact"]),
    ("ewma gap", lambda w: sj.ewma_chart(SERIES, target=1, sigma=1, gap=w), "restart", ["carry_on", "restart"]),
    ("cusum gap", lambda w: sj.cusum_chart(SERIES, target=1, slack=1, limit=2, gap=w), "restart", ["carry_on", "restart"]),
    ("alerts gap", lambda w: scored().alerts(gap=w), "restart", ["carry_on", "restart"]),
    ("path goal", lambda w: scored().path_to("green", goal=w), "cheapest", ["fewest", "cheapest"]),
    ("score_slopes method", lambda w: sj.score_slopes([scored()], method=w), "theil_sen", ["least_squares", "theil_sen"]),
    ("score_slopes by", lambda w: sj.score_slopes([scored()], by=w), "day", ["cycle", "day"]),
    ("fit small", lambda w: fit(small=w), "accept", ["refuse", "accept"]),
    ("fit degenerate", lambda w: fit(degenerate=w), "neutral", ["inactive", "neutral", "error"]),
    ("fit kind", lambda w: fit(how={"logins": w}), "robust_z", ["ramp", "range", "zscore", "robust_z", "percentile"]),
    ("fit better", lambda w: fit(how={"logins": ("ramp", w)}), "lower", ["higher", "lower"]),
    ("manual mode", lambda w: manual(mode=w), "cap", ["set", "cap", "floor", "signal"]),
    ("manual merge", lambda w: manual(merge=w), "priority", ["latest", "priority"]),
    ("remedies stage", lambda w: sj.remedies({**REMEDIES, "stage": [w]}), "done", ["none", "proposed", "accepted", "done"]),
    (
        "ledger ends",
        lambda w: sj.Ledger(TERMS, as_of="2025-01-01", ends=w, amounts="minor"),
        "inclusive",
        ["exclusive", "inclusive"],
    ),
    ("ledger amounts", lambda w: sj.Ledger(TERMS, as_of="2025-01-01", amounts=w), "major", ["minor", "major"]),
    ("price amounts", lambda w: sj.mrr_from_price(1, amounts=w), "major", ["minor", "major"]),
    ("cltv amounts", lambda w: sj.cltv(1, margin=1, churn=0.5, timing="just_paid", amounts=w), "major", ["minor", "major"]),
    ("movements by", lambda w: book().movements("2024-01", "2024-12", by=w), "quarter", ["month", "quarter", "year"]),
    ("decay family", lambda w: sj.fit_decay([0, 1, 2, 3], [100, 80, 70, 65], family=w), "sbg", ["sbg", "geometric"]),
    ("kaplan_meier ci", lambda w: sj.kaplan_meier([1.0, 2.0], [1, 0], ci=w), "plain", ["log-log", "plain", "log"]),
]


@pytest.mark.parametrize(("call", "known", "listed"), [pytest.param(*rest, id=name) for name, *rest in WORDS])
def test_a_word_that_there_is_not_is_an_error_that_lists_those_there_are(
    call: Callable[[Any], Any], known: str, listed: list[str]
) -> None:
    call(known)
    for nonsense in ("nonsense", "", known.upper()):
        with pytest.raises((sj.SchemaError, sj.DataError)) as refused:
            call(nonsense)
        assert [word for word in listed if word not in str(refused.value)] == [], str(refused.value)
