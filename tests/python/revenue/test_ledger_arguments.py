"""Every argument of the ledger's constructors, views, tables and corrections: see `check_argument`. A new argument fails
here until it has a value below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import sojourn as sj
from argument_cases import (
    AS_OF,
    GRID,
    OTHER_GRID,
    Cases,
    Other,
    Refused,
    arguments_of,
    asked,
    check_argument,
    common,
    ledger,
    methods_of,
    public,
)
from silent_arguments import CHANGES, INVOICES, MANY, PERIODS, PRICES, SNAPSHOTS, SPAN, USAGE, part, told
from sojourn.revenue._readings import Readings

pytestmark = pytest.mark.filterwarnings("ignore::sojourn.InputWarning")

BY_SUBSCRIPTION = sj.Policy(unit="subscription")
TRIAL = {"trial_start": "first_2", "trial_end": "late_2"}
WHOLE = {"full_start": "full_from_2", "full_end": "full_to_2"}
UNPAID = {"unpaid_since": "day_2", "policy": sj.Policy(past_due=5)}
CONSTRUCTORS: Cases = {
    "Ledger": (
        sj.Ledger,
        {"table": PERIODS, **AS_OF},
        {
            **common(PERIODS),
            "account": "key_2",
            "start": "from_2",
            "end": "to_2",
            "mrr": "paid_2",
            "ends": "inclusive",
        },
    ),
    "from_snapshots": (
        sj.Ledger.from_snapshots,
        {"table": SNAPSHOTS, **AS_OF},
        {**common(SNAPSHOTS), "account": "key_2", "month": "month_2", "mrr": "paid_2"},
    ),
    "from_changes": (
        sj.Ledger.from_changes,
        {"table": CHANGES, **AS_OF},
        {
            **common(CHANGES),
            "account": "key_2",
            "when": "when_2",
            "mrr_after": "paid_2",
            "change": Other("mrr_after", {"mrr_after": None}),
            "subscription": "sub_2",
            "same_day": "sum",
        },
    ),
    "from_prices": (
        sj.Ledger.from_prices,
        {"table": PRICES, **AS_OF},
        {
            **common(PRICES),
            "account": "key_2",
            "start": "from_2",
            "amount": "paid_2",
            "ends": "inclusive",
            "part": Other("trial", TRIAL),
            "commitment": Other("committed", {"cancelled_on": "day_2"}),
            "subscription": Other("sub_3", {"policy": sj.Policy(unit="subscription"), "subscription": "sub_2"}),
            "end": "to_2",
            "cancelled_on": Other("day_2", {"policy": sj.Policy(churn_at="cancel_request")}),
            "billing_ended_on": Other("day_2", {"policy": sj.Policy(churn_at="billing_end")}),
            "unpaid_since": Other("day_2", {"policy": sj.Policy(past_due=5)}),
            "paid_again_on": Other("day_3", UNPAID),
            "paused_on": "day_2",
            "resumed_on": Other("day_3", {"paused_on": "day_2"}),
            "trial_start": Other("first_3", TRIAL),
            "trial_end": "late_2",
            "every": "many_2",
            "unit": "unit_2",
            "quantity": "many_2",
            "discount_basis_points": "share_2",
            "discount_minor": "some_2",
            "discount_term": Other("term_2", {"discount_minor": "some_2"}),
            "discount_until": Other("day_2", {"discount_minor": "some_2"}),
            "tax_minor": "some_2",
            "metered": "flag_2",
        },
    ),
    "from_invoices": (
        sj.Ledger.from_invoices,
        {"table": INVOICES, **AS_OF},
        {
            **common(INVOICES),
            "account": "key_2",
            "service_start": "from_2",
            "service_end": "to_2",
            "amount": "paid_2",
            "ends": "inclusive",
            "kind": "kind_2",
            "subscription": Other("sub_3", {"policy": sj.Policy(unit="subscription"), "subscription": "sub_2"}),
            "discount_minor": "some_2",
            "discount_term": Other("term_2", {"discount_minor": "some_2"}),
            "tax_minor": "some_2",
            "full_start": Other("full_from_3", WHOLE),
            "full_end": Other("full_to_3", WHOLE),
            "ended_on": "day_2",
            "cancelled_on": Other("day_2", {"policy": sj.Policy(churn_at="cancel_request")}),
            "billing_ended_on": Other("day_2", {"policy": sj.Policy(churn_at="billing_end")}),
            "unpaid_since": Other("day_2", {"policy": sj.Policy(past_due=5)}),
            "paid_again_on": Other("day_3", UNPAID),
        },
    ),
}
COLUMNS_OF_USAGE = {
    "account": "key_2",
    "start": "from_2",
    "month": Other("month_2", {"start": None}),
    "amount": "paid_2",
    "kind": "kind_2",
    "end": Other("to_2", {"kind": "minimum"}),
    "ends": Other("inclusive", {"kind": "minimum", "end": "to_2"}),
    "cause": Other("why", {"end": "to_2"}),
    "subscription": Other("sub_3", {"subscription": "sub_2", "policy": BY_SUBSCRIPTION}),
}
CONSTRUCTORS["from_usage"] = (
    sj.Ledger.from_usage,
    {"table": USAGE, "start": "start", "kind": "minimum", **AS_OF},
    {**common(USAGE), **COLUMNS_OF_USAGE},
)
REGIONS = {
    "account": ["k1", "k1", "k2", "k3"],
    "key_2": ["k2", "k1", "k4", "k3"],
    "region": ["EU", "US", "EU", "US"],
    "word_2": ["north", "south", "south", "south"],
    "day_2": ["2024-03-01", "2022-01-01", "2024-03-01", "2022-01-01"],
}


def changed(method: str, **more: Any) -> Callable[..., Any]:
    """The ledger after a method that changes it, and what the method gives back."""

    def run(**given: Any) -> Any:
        book = ledger(**more)
        made = getattr(book, method)(**given)
        return [book, made]

    return run


USED = sj.Ledger.from_usage(
    {
        "account": ["a", "a", "a", "b", "b"],
        "start": ["2023-06-01", "2023-08-05", "2024-11-20", "2024-02-01", "2024-03-03"],
        "end": ["2025-06-01", None, None, "2025-02-01", None],
        "kind": ["prepaid", "consumption", "consumption", "minimum", "consumption"],
        "amount": [90000, 4000, 2000, 500, 700],
    },
    **AS_OF,
)
NOT_OF_USAGE = ("as_of", "policy", "shard", "rates", "report_in", "fx")


def asked_of_usage(method: str) -> Callable[..., Any]:
    return lambda **given: getattr(USED, method)(**given)


def with_usage(**given: Any) -> Any:
    """Usage beside rows of periods; where subscriptions matter, what they cover is read too."""
    policy = given.pop("policy", sj.Policy(usage_basis="committed_plus_overage"))
    return sj.Ledger(PERIODS, **AS_OF, policy=policy).with_usage(
        amounts="minor" if "amounts" not in given else given.pop("amounts"), **given
    )


def _with_segment(**given: Any) -> Any:
    book = ledger(segment=None)
    book.add_segment(**given)
    return [book.by_segment().name, book.by_segment().movements(*SPAN), book.by_segment().movements("2024-06", "2024-06")]


def viewed(**given: Any) -> sj.Ledger:
    """Under a view of a ledger in which an account goes to another parent."""
    book = ledger()
    book.set_parent("a", "north", since="2024-03-01")
    book.set_parent("a", "west", since="2024-06-01")
    return book.with_view(**given)


METHODS: Cases = {
    "with_policy": (
        asked("with_policy"),
        {"policy": sj.Policy()},
        {"policy": sj.Policy(movement_mode="net_endpoints", lapse_grace=40)},
    ),
    "with_view": (
        viewed,
        {},
        {
            "policy": sj.Policy(movement_mode="net_endpoints", lapse_grace=40),
            "as_of": "2024-02-01",
            "known_on": "2024-03-05",
            "unit": "parent",
            "owners_on": Other("2024-02-05", {"unit": "parent"}),
            "where": {"plan": "basic"},
        },
    ),
    "as_known_on": (asked("as_known_on"), {"when": "2024-03-05"}, {"when": "2024-01-05", "as_of": "2024-05-05"}),
    "restatement": (
        asked("restatement"),
        {"period": "2023-12", "known_on": ["2024-01-05", "2024-06-05"]},
        {"period": "2023-02", "known_on": ["2024-01-05", "2024-02-05"]},
    ),
    "snapshot": (asked("snapshot"), {}, {}),
    "to_bytes": (asked("to_bytes"), {}, {}),
    "partition": (asked("partition"), {"n": 2}, {"n": 3}),
    "with_usage": (
        with_usage,
        {"table": USAGE, "start": "start", "kind": "minimum"},
        {
            **{name: value for name, value in common(USAGE).items() if name not in NOT_OF_USAGE},
            **COLUMNS_OF_USAGE,
            "subscription": Other("sub_3", {"subscription": "sub_2", "kind": "kind_2"}),
            "name": Refused("periods"),
            "currency": Refused("EUR"),
            "purchased_on": Refused("bought"),
        },
    ),
    "fit_decay": (lambda **given: asked("fit_decay")(**given).project(6), {}, {"family": "weibull", "weights": "mrr"}),
    "account_values": (
        asked("account_values"),
        {"period": "2024-12", "margin": 0.8, "rate": 0.01, "leaving": "decay", "within": 3},
        {
            "period": "2024-11",
            "margin": 0.5,
            "rate": 0.02,
            "decay": sj.Decay.from_params("geometric", [0.1]),
            "timing": "just_paid",
            "leaving": Refused({"account_id": ["k3"], "probability": [0.5]}),
            "within": 4,
            "level": 0.5,
        },
    ),
    "forecast": (
        asked("forecast"),
        {"until": "2025-03", "draws": 40},
        {
            "until": "2025-04",
            "methods": ("contracts",),
            "level": 0.5,
            "by": "plan",
            "contracts": {"account_id": ["k3", "k5", "k8"], "renews_on": ["2025-02-01", "2025-01-20", "2025-02-11"]},
            "new": {"2025-02": 50_000},
            "draws": 60,
            "seed": 2,
            "family": "geometric",
        },
    ),
    "usage_movements": (asked_of_usage("usage_movements"), GRID, OTHER_GRID),
    "commitments": (asked_of_usage("commitments"), {}, {"months": 12}),
    "apply": (
        changed("apply"),
        {"table": part(MANY, 0)},
        {"table": part(MANY, 1), "source": Refused("usage")},
    ),
    "retract": (
        changed("retract"),
        {"table": part(MANY, 0)},
        {"table": part(MANY, 1), "taken_back_on": "2024-03-01", "source": Refused("usage")},
    ),
    "merge": (
        changed("merge"),
        {"account": "a", "into": "b"},
        {"account": "c", "into": "d", "since": "2024-01-20", "known_from": "2024-06-01"},
    ),
    "merge_all": (
        changed("merge_all"),
        {
            "table": {
                "account": ["k1", "k2"],
                "into": ["k9", "k8"],
                "one": ["k3", "k4"],
                "two": ["k5", "k6"],
                "day": ["2024-03-03", "2024-03-03"],
            }
        },
        {
            "table": {"account": ["a"], "into": ["b"]},
            "account": "one",
            "into": Other("two", {"account": "one", "into": "into"}),
            "since": "day",
        },
    ),
    "split": (
        changed("split"),
        {"table": part(MANY, 0), "into": "e"},
        {"table": part(MANY, 1), "into": "d", "since": "2024-01-20", "source": Refused("usage")},
    ),
    "set_parent": (
        changed("set_parent"),
        {"account": "k1", "parent": "north"},
        {"account": "k2", "parent": "west", "since": "2024-03-01", "known_from": "2024-06-01"},
    ),
    "set_parents": (
        changed("set_parents"),
        {
            "table": {
                "account": ["k1", "k2"],
                "parent": ["north", "west"],
                "one": ["k3", "k4"],
                "two": ["east", "east"],
                "day": ["2024-03-03", "2024-03-03"],
                "later": ["2024-06-01", "2024-06-01"],
            }
        },
        {
            "table": {"account": ["a"], "parent": ["west"]},
            "account": "one",
            "parent": "two",
            "since": "day",
            "known_from": "later",
        },
    ),
    "add_segment": (
        lambda **given: _with_segment(**given),
        {"name": "region", "table": REGIONS},
        {
            "name": Other("country", {"label": "region"}),
            "table": {**REGIONS, "region": ["US", "US", "EU", "EU"]},
            "account": "key_2",
            "label": "word_2",
            "since": "day_2",
        },
    ),
    "accounts_table": (asked("accounts_table"), {}, {"period": "2024"}),
    "state": (asked("state"), GRID, {**OTHER_GRID, "accounts_in": part(MANY, 0)}),
}


def every_argument() -> Iterator[Any]:
    yield from arguments_of(CONSTRUCTORS, {name: case[0] for name, case in CONSTRUCTORS.items()})
    yield from methods_of(sj.Ledger, METHODS)


@pytest.mark.parametrize(("run", "call", "given", "argument"), list(every_argument()))
def test_an_argument_changes_the_result_or_is_refused(
    run: Callable[..., Any], call: dict[str, Any], given: Any, argument: str
) -> None:
    check_argument(run, call, given, argument)


@pytest.mark.parametrize("name", [*CONSTRUCTORS, "with_usage"])
def test_a_table_of_parents_is_that_of_set_parents(name: str) -> None:
    run, call, _ = (CONSTRUCTORS | METHODS)[name]
    table = {"account": ["a", "b"], "parent": ["north", "south"], "since": ["2023-01-01", "2024-03-01"]}
    given, later = run(**call, parent=table), run(**call)
    before = told(later)
    later.set_parents(table)
    assert told(given) == told(later) != before


def test_no_method_is_left_out() -> None:
    assert set(METHODS) == public(sj.Ledger) - public(Readings)
