"""Every argument of every constructor, method and function of revenue, one after another: it changes the result, is named
in `.options["not_applied"]`, or is refused. A new argument fails here until it has a value below.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

import sojourn as sj
from silent_arguments import (
    CHANGES,
    IN_CURRENCIES,
    INVOICES,
    KEYS,
    MANY,
    OTHER_RATES,
    PERIODS,
    PRICES,
    SNAPSHOTS,
    SPAN,
    USAGE,
    part,
    slashed,
    told,
    zoned,
)
from sojourn import revenue

pytestmark = pytest.mark.filterwarnings("ignore::sojourn.InputWarning")


@dataclass(frozen=True)
class Other:
    """Another value of an argument, and what both calls are given besides."""

    value: Any
    also: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Refused(Other):
    """A value that is refused, where no value does anything."""


@dataclass(frozen=True)
class Same(Other):
    """How the work is done, and not what comes out; nonsense is refused."""

    nonsense: Any = -1


@dataclass(frozen=True)
class Case:
    """A function, a call of it, and another value for each of its arguments."""

    function: Callable[..., Any]
    call: dict[str, Any]
    others: dict[str, Any]

    def arguments(self) -> list[str]:
        parameters = inspect.signature(self.function).parameters.values()
        return [one.name for one in parameters if one.kind is not one.VAR_KEYWORD and one.name != "self"]


NET = sj.Policy(movement_mode="net_endpoints")
BY_SUBSCRIPTION = sj.Policy(unit="subscription")
AS_OF = {"as_of": "2025-01-01", "amounts": "minor", "currency": "USD"}
WITHDRAWN = {"known_from": "recorded"}


def of_days(table: dict[str, list[Any]], name: str = "table") -> dict[str, Any]:
    """How days are read: with tables whose days may be read in two ways."""
    return {
        "date_format": Other("%m/%d/%Y", {name: slashed(table), "date_format": "%d/%m/%Y"}),
        "timezone": Other("America/New_York", {name: zoned(table), "timezone": "Europe/Berlin"}),
    }


def common(table: dict[str, list[Any]]) -> dict[str, Any]:
    """Other values of the arguments that every source takes."""
    return {
        **of_days(table),
        "table": part(table, 0, 1, 2, 3),
        "amounts": "major",
        "currency": "EUR",
        "as_of": "2024-03-01",
        "policy": sj.Policy(movement_mode="net_endpoints", lapse_grace=40),
        "known_from": "recorded",
        "known_until": Other("withdrawn", WITHDRAWN),
        "segment": "plan",
        "cause": "why",
        "parent": "belongs_to",
        "shard": (0, 1),
        "rates": Other(OTHER_RATES, IN_CURRENCIES),
        "report_in": Other("JPY", IN_CURRENCIES),
        "fx": Other("period_mean", IN_CURRENCIES),
        "purchased_on": Other("bought", {**IN_CURRENCIES, "fx": "purchase", "purchased_on": "bought_2"}),
    }


TRIAL = {"trial_start": "first_2", "trial_end": "late_2"}
WHOLE = {"full_start": "full_from_2", "full_end": "full_to_2"}
UNPAID = {"unpaid_since": "day_2", "policy": sj.Policy(past_due=5)}
CONSTRUCTORS = {
    "Ledger": Case(
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
    "from_snapshots": Case(
        sj.Ledger.from_snapshots,
        {"table": SNAPSHOTS, **AS_OF},
        {**common(SNAPSHOTS), "account": "key_2", "month": "month_2", "mrr": "paid_2"},
    ),
    "from_changes": Case(
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
    "from_prices": Case(
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
    "from_invoices": Case(
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
CONSTRUCTORS["from_usage"] = Case(
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
CONTRACTS = {
    "account": ["a", "b", "c", "d"],
    "key_2": ["a", "a", "b", "b"],
    "term_end": ["2024-06-05", "2024-06-15", "2024-06-25", "2024-06-30"],
    "day_2": ["2024-06-05", "2024-07-15", "2024-06-25", "2024-06-30"],
    "value": [100, 200, 300, 400],
    "paid_2": [1000, 200, 300, 400],
    "renewed_on": ["2024-06-01", "2024-07-10", None, None],
    "day_3": ["2024-06-10", "2024-06-15", None, None],
    "renewed_value": [90, 250, None, None],
    "paid_3": [80, 240, 300, None],
    "from_2": ["2023-06-05", "2023-06-15", "2022-06-25", "2023-06-30"],
    "to_2": ["2025-06-05", "2026-06-15", None, None],
    "flag_2": [True, False, False, True],
}
PLAIN = {"account": PERIODS["account"], **{k: PERIODS[k] for k in PERIODS if k.endswith("_2")}}
ROW_ROLES = {"start": "from_2", "end": "to_2", "mrr": "paid_2"}
ROWS = {"table": PERIODS, "first": "2023-06", "last": "2024-05", **AS_OF}
ROW_OTHERS = {
    **of_days(PERIODS),
    "table": part(PERIODS, 0, 1, 2),
    "first": "2023-07",
    "last": "2024-02",
    "by": "quarter",
    "amounts": "major",
    "currency": "EUR",
    "as_of": "2024-02-01",
    "ends": "inclusive",
    "threads": Same(2),
}
FREE = {
    "mrr_series": Case(sj.mrr_series, ROWS, {**ROW_OTHERS, **ROW_ROLES}),
    "movements": Case(
        sj.movements,
        ROWS,
        {
            **ROW_OTHERS,
            **ROW_ROLES,
            "account": "key_2",
            "policy": Other(NET, {"by": "year", "first": "2023", "last": "2024"}),
        },
    ),
    "compare_rates": Case(
        revenue.compare_rates,
        {"first": (5, 50), "second": (9, 60)},
        {"first": (6, 50), "second": (9, 50), "method": "fisher", "level": 0.9},
    ),
    "minimum_detectable_change": Case(
        revenue.minimum_detectable_change,
        {"baseline": 0.1, "n": 500},
        {"baseline": 0.2, "n": 600, "n2": 700, "level": 0.9, "power": 0.9},
    ),
    "economics": Case(
        revenue.economics,
        {"spend": 100000, "customers": 10, "new_mrr": 5000, "gross_margin": 0.8},
        {
            "spend": 110000,
            "customers": 11,
            "new_mrr": 6000,
            "gross_margin": 0.7,
            "arpa": 500.0,
            "ltv": 9000.0,
            "churn": 0.02,
            "amounts": "major",
            "currency": Other("JPY", {"amounts": "major"}),
            "policy": sj.Policy(payback="aggregate"),
        },
    ),
    "mrr_from_price": Case(
        sj.mrr_from_price,
        {"amount_minor": 1200},
        {
            "amount_minor": 1300,
            "every": 2,
            "unit": "year",
            "quantity": 3,
            "discount_basis_points": 500,
            "discount_minor": 100,
            "discount_term": Other("one_time", {"discount_minor": 100}),
            "amounts": "major",
            "currency": Other("JPY", {"amounts": "major"}),
            "policy": Other(sj.Policy(discounts="none"), {"discount_minor": 100}),
        },
    ),
    "renewals": Case(
        sj.renewals,
        {"contracts": CONTRACTS, "window": "2024-06", "as_of": "2024-07-20", "amounts": "minor", "currency": "USD"},
        {
            "date_format": of_days(CONTRACTS, "contracts")["date_format"],
            "timezone": Other(
                "America/New_York",
                {"contracts": zoned(CONTRACTS), "timezone": "Europe/Berlin", "window": ("2024-06-05", "2024-07-01")},
            ),
            "contracts": part(CONTRACTS, 0, 1, 2),
            "window": ("2024-06-10", "2024-07-01"),
            "account": Other("key_2", {"unit": "account"}),
            "term_end": "day_2",
            "value": "paid_2",
            "renewed_on": "day_3",
            "renewed_value": "paid_3",
            "grace_days": 5,
            "as_of": "2024-12-01",
            "unit": Other("contract", {"account": "key_2"}),
            "amounts": "major",
            "currency": Other("JPY", {"amounts": "major"}),
            "level": 0.9,
            "policy": sj.Policy(renewal_open="lost"),
            "term_start": Other("from_2", {"renewed_until": "to_2"}),
            "renewed_until": Other("to_2", {"term_start": "from_2"}),
            "auto_renewed": "flag_2",
        },
    ),
    "shard_of": Case(sj.shard_of, {"accounts": ["a", "b", "c"], "n": 7}, {"accounts": ["c", "b", "d"], "n": 9}),
    "Snapshots": Case(
        sj.Snapshots,
        {"table": SNAPSHOTS, "first": "2023-01", "last": "2024-06", **AS_OF, "as_of": "2025-01"},
        {
            **of_days(SNAPSHOTS),
            "table": part(SNAPSHOTS, 0, 1, 2),
            "first": "2023-02",
            "last": "2024-05",
            "by": "quarter",
            "account": "key_2",
            "month": "month_2",
            "mrr": "paid_2",
            "amounts": "major",
            "currency": "EUR",
            "as_of": "2024-02",
            "policy": Other(NET, {"by": "year", "first": "2023", "last": "2024"}),
            "threads": Same(2),
        },
    ),
}


def ledger(**more: Any) -> sj.Ledger:
    """Fresh, because some methods change it."""
    named = {
        "segment": ["plan"],
        "cause": "why",
        "parent": "belongs_to",
        "known_from": "recorded",
        "known_until": "withdrawn",
    }
    return sj.Ledger(MANY, **{**AS_OF, **named, **more})


def changed(method: str, **more: Any) -> Callable[..., Any]:
    """The ledger after a method that changes it, and what the method gives back."""

    def run(**given: Any) -> Any:
        book = ledger(**more)
        made = getattr(book, method)(**given)
        return [book, made]

    return run


def asked(method: str, **more: Any) -> Callable[..., Any]:
    return lambda **given: getattr(ledger(**more), method)(**given)


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


def of_segments(method: str) -> Callable[..., Any]:
    return lambda **given: getattr(ledger().by_segment("plan"), method)(**given)


FREE["reconcile"] = Case(
    revenue.reconcile,
    {"ledger": ledger(), "policy_a": sj.Policy(), "policy_b": NET, "period": "2024"},
    {
        "ledger": ledger(segment=None, known_from=None, known_until=None),
        "policy_a": sj.Policy(reactivation_max_gap=20),
        "policy_b": sj.Policy(reactivation_max_gap=20),
        "period": "2023",
        "metric": "quick_ratio",
    },
)
STRANGERS = sj.Ledger({**PERIODS, "account": [f"stranger {key}" for key in KEYS], "mrr": PERIODS["paid_2"]}, **AS_OF)


def _with_segment(**given: Any) -> Any:
    book = ledger(segment=None)
    book.add_segment(**given)
    return [book.by_segment().name, book.by_segment().movements(*SPAN), book.by_segment().movements("2024-06", "2024-06")]


QUARTER = {"period": "2024-Q2"}
RATE = {"period": "2024-Q1", "level": 0.9}
GRID = {"first": "2023-04", "last": "2024-06"}
OTHER_GRID = {"first": "2023-05", "last": "2024-05", "by": "quarter"}
COHORTS = {"by": "quarter", "measure": "mrr", "first": "2023-02", "last": "2024-02"}
PARENTS = {"unit": "parent"}
METHODS: dict[str, tuple[Callable[..., Any], dict[str, Any], dict[str, Any]]] = {
    "movements": (
        asked("movements"),
        GRID,
        {
            **OTHER_GRID,
            "by_segment": "plan",
            "segment_rule": Other("last", {"by_segment": "plan"}),
            "by_cause": True,
            "split_by": "plan",
            "unit": "parent",
        },
    ),
    "mrr": (asked("mrr"), QUARTER, {"period": "2023-Q1"}),
    "arr": (asked("arr"), QUARTER, {"period": "2023-Q1"}),
    "arpa": (asked("arpa"), QUARTER, RATE | PARENTS),
    "average_sale_price": (asked("average_sale_price"), {"period": "2023-Q1"}, {"period": "2024-Q1"} | PARENTS),
    "quick_ratio": (asked("quick_ratio"), QUARTER, {"period": "2024-Q1"} | PARENTS),
    "logo_churn": (asked("logo_churn"), QUARTER, {**RATE, **PARENTS, "cause": Other("voluntary", {"period": "2023-Q4"})}),
    "mrr_churn": (
        asked("mrr_churn"),
        {"period": "2024-Q2"},
        {**RATE, **PARENTS, "kind": "net", "cause": "voluntary", "method": "linearised"},
    ),
    "available_to_renew": (asked("available_to_renew"), {"period": "2023"}, {**RATE, "lost": "no_later_term"}),
    "nrr": (asked("nrr"), QUARTER, {**RATE, **PARENTS, "window": 3, "method": "linearised"}),
    "grr": (asked("grr"), QUARTER, {**RATE, **PARENTS, "window": 3, "method": "linearised"}),
    "logo_retention": (asked("logo_retention"), QUARTER, {**RATE, **PARENTS, "window": 3}),
    "retention": (asked("retention"), GRID, {**OTHER_GRID, **PARENTS, "window": 3, "method": "linearised", "level": 0.9}),
    "cohorts": (asked("cohorts"), {}, {**COHORTS, "cause": "voluntary"}),
    "explain": (asked("explain"), {"account": "a", "period": "2024"}, {"account": "b", "period": "2023"}),
    "contributors": (
        asked("contributors"),
        {"period": "2024", "cell": "nrr"},
        {"period": "2023", "cell": "churn", "top": 1, "window": 3},
    ),
    "cohort_contributors": (
        asked("cohort_contributors"),
        {"cohort": "2023-Q1", "age": 4},
        {"cohort": "2023-Q3", "age": 1, "measure": "mrr", "top": 1},
    ),
    "tenure": (asked("tenure"), {}, {}),
    "survival": (asked("survival"), {}, {"weights": "mrr", "level": 0.9}),
    "ltv": (
        asked("ltv", policy=sj.Policy(ltv_churn="period")),
        {"period": "2023-10", "margin": 0.8},
        {
            "period": "2023-12",
            "margin": 0.7,
            "cap_months": Refused(24),
            "level": 0.9,
        },
    ),
    "compare": (
        asked("compare"),
        {"metric": "nrr", "period": "2024-06", "before": "2024-03"},
        {
            "metric": "grr",
            "period": "2024-05",
            "before": "2024-02",
            "other": Other(
                sj.Ledger({**PERIODS, "account": [f"other {key}" for key in KEYS]}, **AS_OF),
                {"before": None, "other": STRANGERS},
            ),
            "window": 3,
            "method": "linearised",
            "level": 0.9,
        },
    ),
    "bootstrap": (
        asked("bootstrap"),
        {"metric": "nrr", "period": "2024-06"},
        {
            "metric": "grr",
            "period": "2024-01",
            "window": 5,
            "replicates": 50,
            "seed": 2,
            "level": 0.5,
            "threads": Same(2),
        },
    ),
    "minimum_detectable_change": (
        asked("minimum_detectable_change"),
        {"metric": "nrr", "period": "2024-06"},
        {"metric": "grr", "period": "2024-05", "n": 9, "window": 3, "level": 0.9, "power": 0.5},
    ),
    "by_segment": (asked("by_segment", segment=["plan", "why"]), {"name": "plan"}, {"name": "why", "rule": "last"}),
    "with_policy": (
        asked("with_policy"),
        {"policy": sj.Policy()},
        {"policy": sj.Policy(movement_mode="net_endpoints", lapse_grace=40)},
    ),
    "with_view": (
        asked("with_view"),
        {},
        {
            "policy": sj.Policy(movement_mode="net_endpoints", lapse_grace=40),
            "as_of": "2024-02-01",
            "known_on": "2024-03-05",
            "unit": "parent",
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
SEGMENTS: dict[str, tuple[Callable[..., Any], dict[str, Any], dict[str, Any]]] = {
    "states": (of_segments("states"), GRID, OTHER_GRID),
    "movements": (of_segments("movements"), GRID, OTHER_GRID),
    **{name: (of_segments(name), QUARTER, {"period": "2023-Q1"}) for name in ("mrr", "arr", "quick_ratio")},
    "average_sale_price": (of_segments("average_sale_price"), {"period": "2023-Q1"}, {"period": "2024-Q1"}),
    **{name: (of_segments(name), QUARTER, RATE) for name in ("arpa", "logo_churn")},
    "mrr_churn": (of_segments("mrr_churn"), {"period": "2024-Q2"}, {**RATE, "kind": "net", "method": "linearised"}),
    **{name: (of_segments(name), QUARTER, {**RATE, "window": 3, "method": "linearised"}) for name in ("nrr", "grr")},
    "logo_retention": (of_segments("logo_retention"), QUARTER, {**RATE, "window": 3}),
    "retention": (of_segments("retention"), GRID, {**OTHER_GRID, "window": 3, "method": "linearised", "level": 0.9}),
    "cohorts": (of_segments("cohorts"), {}, COHORTS),
}


def public(of: type) -> set[str]:
    return {name for name, _ in inspect.getmembers(of, inspect.isfunction) if not name.startswith("_")}


def made_of(cases: dict[str, tuple[Callable[..., Any], dict[str, Any], dict[str, Any]]], of: type) -> Iterator[Any]:
    for name, (run, call, others) in cases.items():
        arguments = [one for one in inspect.signature(getattr(of, name)).parameters if one != "self"]
        for argument in arguments:
            yield pytest.param(run, call, others.get(argument, MISSING), argument, id=f"{of.__name__}.{name}-{argument}")


MISSING = Other(inspect.Parameter.empty)


def every_argument() -> Iterator[Any]:
    for name, case in {**CONSTRUCTORS, **FREE}.items():
        for argument in dict.fromkeys([*case.arguments(), *case.others]):
            given = case.others.get(argument, MISSING)
            yield pytest.param(case.function, case.call, given, argument, id=f"{name}-{argument}")
    yield from made_of(METHODS, sj.Ledger)
    yield from made_of(SEGMENTS, revenue._segments.BySegment)


@pytest.mark.parametrize(("run", "call", "given", "argument"), list(every_argument()))
def test_an_argument_changes_the_result_or_is_refused(
    run: Callable[..., Any], call: dict[str, Any], given: Any, argument: str
) -> None:
    assert given is not MISSING, f"{argument} is new: give another value for it above"
    other = given if isinstance(given, Other) else Other(given)
    base = {**call, **other.also}
    before = run(**base)
    if isinstance(other, Refused):
        with pytest.raises(sj.Error):
            run(**{**base, argument: other.value})
        return
    after = run(**{**base, argument: other.value})
    if isinstance(other, Same):
        assert told(before) == told(after)
        with pytest.raises(sj.Error, match=argument):
            run(**{**base, argument: other.nonsense})
        return
    named = argument in str(getattr(after, "options", {}).get("not_applied", ""))
    assert named or told(before) != told(after), f"{argument} did nothing"


def test_no_function_is_left_out() -> None:
    assert set(METHODS) == public(sj.Ledger)
    assert set(SEGMENTS) == public(revenue._segments.BySegment)
    functions = {name for name in revenue.__all__ if inspect.isfunction(getattr(revenue, name))}
    assert functions <= set(FREE)
