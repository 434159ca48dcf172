"""What each family says about bad input, as one table: the error, where it points, and that it tells what to do."""

from __future__ import annotations

import copy
import math
import pickle
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

import sojourn as sj
from sojourn import _core

MOST = 2**63 - 1
BOOK = {"customer": ["a", "b"], "from": ["2024-01-01"] * 2, "until": ["2024-06-01", None], "cents": [4900, 9900]}
DUE = {
    "customer": ["a", "b"],
    "expires": ["2024-06-01", "2024-06-30"],
    "acv": [1000, 2000],
    "renewed": ["2024-06-01", None],
    "new_acv": [1000, None],
}
CARD = {
    "sojourn": 1, "card": "use", "version": "1", "event": "lost",
    "signals": {"logins": {"norm": {"ramp": [0, 10]}, "valid": [0, 31], "invalid": "error"}},
    "tree": {"mean": [[1, "logins"]]}, "tiers": {"red": 0, "green": 50},
}  # fmt: skip


def book(**changed: Any) -> sj.Ledger:
    return sj.Ledger(BOOK | changed, account="customer", start="from", end="until", mrr="cents", as_of="2025-01-01")


def billed(**changed: Any) -> sj.Ledger:
    lines = {
        "customer": ["a", "b"],
        "from": ["2024-01-01"] * 2,
        "until": ["2024-02-01"] * 2,
        "cents": [4900, 9900],
        "tax": [0, 0],
    }
    return sj.Ledger.from_invoices(
        lines | changed, account="customer", service_start="from", service_end="until", amount="cents", tax_minor="tax"
    )


def due(window: Any = "2024-06", grace_days: int = 30, **changed: Any) -> sj.Renewals:
    return sj.renewals(
        DUE | changed, window, account="customer", term_end="expires", value="acv", renewed_on="renewed",
        renewed_value="new_acv", grace_days=grace_days, as_of="2025-01-01",
        amounts="minor",
    )  # fmt: skip


def health(logins: Any, **more: Any) -> Any:
    return sj.Scorecard.from_json(CARD).score({"account_id": ["a", "b"][: len(logins)], "logins": logins} | more)


def worth(arpa: float = 100, churn: float = 0.03, margin: float = 0.8, **options: Any) -> sj.Estimate:
    return sj.cltv(arpa, churn=churn, margin=margin, timing="just_paid", **options)


# what, call, column, row, value, and a part of the rule and of the remedy
CELLS: list[tuple[str, Callable[[], Any], str, int | None, str, str, str]] = [
    ("surveys: a score of 11", lambda: sj.nps([9, 11]), "scores", 1, "11", "0-10 scale", "declare it as blank"),
    ("surveys: half a score", lambda: sj.nps([9, 9.5]), "scores", 1, "9.5", "whole number", "round or scale"),
    ("surveys: infinite", lambda: sj.nps([9, math.inf]), "scores", 1, "inf", "whole number", "round or scale"),
    (
        "surveys: NaN weight",
        lambda: sj.nps([9, 1], weights=[1.0, math.nan]),
        "weights",
        1,
        "nan",
        "0.000001",
        "give weight 0",
    ),
    (
        "surveys: answered before sent",
        lambda: sj.response_rate(sent=["2024-06-02"], answered=["2024-06-01"]),
        "answered",
        0,
        "2024-06-01",
        "before it was sent on 2024-06-02",
        "correct one",
    ),
    (
        "ledger: end before start",
        lambda: book(until=["2024-06-01", "2023-12-31"]),
        "until",
        1,
        "2023-12-31",
        "does not end before its start",
        "it starts on 2024-01-01; correct one",
    ),
    ("ledger: negative money", lambda: book(cents=[4900, -1]), "cents", 1, "-1", "never negative", "credits and refunds"),
    ("ledger: money beyond the range", lambda: book(cents=[4900, MOST]), "cents", 1, str(MOST), "below 5.5e13", "unit"),
    ("ledger: missing money", lambda: book(cents=[None, 1]), "cents", 0, "missing", "has an MRR", "write 0"),
    ("ledger: no account", lambda: book(customer=["a", None]), "customer", 1, "missing", "has no account", "name it"),
    (
        "ledger: no date",
        lambda: book(**{"from": ["2024-01-01", "1.2.2024"]}),
        "from",
        1,
        "1.2.2024",
        "not a date",
        "date_format",
    ),
    (
        "ledger: an unknown account",
        lambda: book().explain("zz", "2024-06"),
        "account",
        None,
        "'zz'",
        "not an account",
        "of the same type",
    ),
    (
        "invoices: no days",
        lambda: billed(until=["2024-02-01", "2024-01-01"]),
        "until",
        1,
        "2024-01-01",
        "ends after it starts",
        "one_off",
    ),
    ("invoices: no period", lambda: billed(until=[None, "2024-02-01"]), "until", 0, "missing", "has an end", "one_off"),
    (
        "invoices: more tax than money",
        lambda: billed(tax=[0, 9901]),
        "tax",
        1,
        "9901",
        "between 0 and the amount",
        "holds its tax",
    ),
    ("invoices: missing money", lambda: billed(cents=[None, 1]), "cents", 0, "missing", "has an amount", "write 0"),
    (
        "changes: no such time",
        lambda: sj.Ledger.from_changes(
            {"account_id": ["a"], "date": ["2024-01-05 24:00"], "x": [1]}, change="x", amounts="minor"
        ),
        "date",
        0,
        "2024-01-05 24:00",
        "is not a moment",
        "date_format",
    ),
    ("renewals: no value", lambda: due(acv=[1000, 0]), "acv", 1, "0", "1 .. 5.5e13", "leave free contracts out"),
    (
        "renewals: renewed for nothing known",
        lambda: due(new_acv=[None, None]),
        "new_acv",
        0,
        "missing",
        "0 .. 5.5e13",
        "value a year",
    ),
    (
        "renewals: no end",
        lambda: due(expires=["2024-06-01", None]),
        "expires",
        1,
        "missing",
        "1900-01-01",
        "last day of the term",
    ),
    ("survival: a negative age", lambda: sj.kaplan_meier([3, -4], [1, 0]), "time", 1, "-4", "0 or more", "from the start"),
    ("survival: an event of 2", lambda: sj.kaplan_meier([3, 4], [2, 0]), "event", 0, "2", "0 (still a customer)", "0 or 1"),
    (
        "survival: end before start",
        lambda: sj.kaplan_meier([3, 4], [1, 0], entry=[0, 5]),
        "entry",
        1,
        "5",
        "before time (4)",
        "age at exit",
    ),
    (
        "survival: a negative weight",
        lambda: sj.kaplan_meier([3, 4], [1, 0], weights=[1, -1]),
        "weights",
        1,
        "-1",
        "0 or more",
        "missing",
    ),
    (
        "survival: an age below 0",
        lambda: sj.kaplan_meier([3, -4.5], [1, 0]),
        "time",
        1,
        "-4.5",
        "0 or more",
        "from the start of the account",
    ),
    (
        "survival: an age beyond 32 bits",
        lambda: sj.kaplan_meier([3, 2**40], [1, 0]),
        "time",
        1,
        str(2**40),
        "does not fit",
        "unit",
    ),
    (
        "decay: survivors that grow",
        lambda: sj.fit_decay([0, 1], [10, 11]),
        "survivors",
        1,
        "11",
        "never grow",
        "left at each age",
    ),
    ("decay: an age left out", lambda: sj.fit_decay([0, 2], [10, 9]), "t", 1, "2", "without a gap", "age 0"),
    (
        "decay: a missing count",
        lambda: sj.fit_decay([0, 1], [10, None]),
        "survivors",
        1,
        "missing",
        "needs its value",
        "cut the table",
    ),
    ("health: beyond its range", lambda: health([4.0, 40.0]), "logins", 1, "40", "between 0 and 31", "correct the value"),
    ("mrr_from_price: negative", lambda: sj.mrr_from_price(-5), "amount_minor", None, "-5", "never negative", "discount"),
    (
        "mrr_from_price: a term of 0",
        lambda: sj.mrr_from_price(5, every=0),
        "every",
        None,
        "0",
        "at least 1",
        "once a quarter",
    ),
    ("mrr_index: churn in percent", lambda: sj.mrr_index([3.0]), "churn_rates", 0, "3", "[0, 1]", "3 % is 0.03"),
]

# what, call, parts of the message
SHAPES: list[tuple[str, Callable[[], Any], list[str]]] = [
    ("surveys: wrong dtype", lambda: sj.nps([date(2024, 1, 1)]), ['"scores" holds date', "accepted: "]),
    ("surveys: lengths", lambda: sj.nps([9, 1], by=["a"]), ["2 rows", "1 rows", "equal lengths"]),
    ("surveys: one number", lambda: sj.nps(9), ['"scores" is a int', "accepted: "]),
    ("surveys: a scale upside down", lambda: sj.nps([9], scale=(10, 0)), ["low must be below high"]),
    ("ledger: NaN money", lambda: book(cents=[49.0, math.nan]), ['"cents" holds float64', "integers in minor units"]),
    ("ledger: wrong dtype", lambda: book(**{"from": [1.5, 2.5]}), ['"from" holds float64', "accepted: "]),
    ("ledger: lengths", lambda: book(cents=[4900]), ['"customer" (2 rows)', '"cents" (1 rows)', "equal lengths"]),
    ("ledger: no such column", lambda: sj.Ledger(BOOK, account="custmer", start="from", end="until", mrr="cents"),
     ['"custmer"', "used as account", "Did you mean 'customer'"]),
    ("renewals: NaN money", lambda: due(acv=[1.0, math.nan]), ['"acv" holds float64', "integers in minor units"]),
    ("renewals: lengths", lambda: due(acv=[1000]), ['"acv" (1 rows)', "equal lengths"]),
    ("renewals: window", lambda: due(window=(date(2024, 7, 1), date(2024, 6, 1))), ["2024-07-01 .. 2024-06-01", "empty"]),
    ("renewals: grace", lambda: due(grace_days=-1), ["grace_days", "never negative"]),
    ("survival: wrong dtype", lambda: sj.kaplan_meier(["three"], [1]), ['"time" holds text', "accepted: "]),
    ("survival: lengths", lambda: sj.kaplan_meier([3, 4], [1]), ['"time" (2 rows)', '"event" (1 rows)', "equal lengths"]),
    ("survival: interval", lambda: sj.kaplan_meier([3], [1], ci="loglog"), ['"loglog"', "log-log, plain"]),
    ("survival: level in percent", lambda: sj.kaplan_meier([3], [1], level=95), ["between 0 and 1", "0.95"]),
    ("decay: wrong dtype", lambda: sj.fit_decay([0, 1], ["ten", "nine"]), ['"survivors" holds text', "accepted: "]),
    ("decay: lengths", lambda: sj.fit_decay([0, 1], [10]), ['"t" (2 rows)', '"survivors" (1 rows)', "equal lengths"]),
    ("decay: empty", lambda: sj.fit_decay([], []), ['"t" is empty', "age 0"]),
    ("health: wrong dtype", lambda: health(["four", "five"]), ['"logins" holds text', "map"]),
    ("health: lengths", lambda: health([1.0, 2.0], account_id=["a"]), ["1 rows", "2 rows", "equal lengths"]),
    ("health: no such column", lambda: sj.Scorecard.from_json(CARD).score({"account_id": ["a"], "login": [1]}),
     ['"logins"', "Did you mean 'login'"]),
    ("mrr_from_price: unit", lambda: sj.mrr_from_price(5, unit="fortnight"), ['"fortnight"', "day, week, month"]),
    ("cltv: NaN money", lambda: worth(arpa=math.nan), ["arpa is nan", "finite"]),
    ("cltv: churn in percent", lambda: worth(churn=3), ["churn is 3", "3 % is 0.03"]),
    ("cltv: a margin in percent", lambda: worth(margin=80), ["margin", "for example 0.8"]),
    ("cltv: a negative rate", lambda: worth(discount_rate=-0.1), ["discount rate is -0.1", "0 or more"]),
    ("cltv: timing", lambda: sj.cltv(1, churn=0.1, margin=1, timing="now"), ['"now"', "just_paid"]),
]  # fmt: skip

OVERFLOWS: list[tuple[str, Callable[[], Any], str]] = [
    ("surveys", lambda: doubled(_core.surveys.ResponseCounts(MOST, 1, 1)), "response_counts"),
    (
        "ledger",
        lambda: book(customer=["a", "a"], until=[None, None], cents=[50 * 10**12] * 2),
        "passes 5.5e13 minor units a month on 2024-01-01",
    ),
    ("survival", lambda: sj.kaplan_meier([3, 3], [1, 1], count=[MOST, MOST]), "survival"),
    ("mrr_from_price", lambda: sj.mrr_from_price(MOST, quantity=2), "amount x quantity"),
]


def doubled(state: Any) -> Any:
    state += state
    return state


@pytest.mark.parametrize(
    ("what", "call", "column", "row", "value", "rule", "remedy"), CELLS, ids=[case[0] for case in CELLS]
)
def test_a_broken_cell(
    what: str, call: Callable[[], Any], column: str, row: int | None, value: str, rule: str, remedy: str
) -> None:
    with pytest.raises(sj.DataError) as caught:
        call()
    e = caught.value
    assert (e.column, e.row, e.value) == (column, row, value)
    assert rule in e.rule
    message = str(e)
    assert f'column "{column}"' in message and e.rule in message and value in message
    assert remedy in message.split(e.rule, 1)[1], message


@pytest.mark.parametrize(("what", "call", "parts"), SHAPES, ids=[case[0] for case in SHAPES])
def test_a_broken_shape(what: str, call: Callable[[], Any], parts: list[str]) -> None:
    with pytest.raises(sj.SchemaError) as caught:
        call()
    for part in parts:
        assert part in str(caught.value), str(caught.value)


@pytest.mark.parametrize(("what", "call", "part"), OVERFLOWS, ids=[case[0] for case in OVERFLOWS])
def test_sums_beyond_their_range(what: str, call: Callable[[], Any], part: str) -> None:
    with pytest.raises(sj.OverflowError, match=part):
        call()


def test_an_empty_table_is_an_empty_result() -> None:
    nobody = {name: [] for name in BOOK}
    assert sj.nps([]).reason == "no observations"
    assert sj.response_rate(sent=[]).reason == "no observations"
    empty = sj.Ledger(nobody, account="customer", start="from", end="until", mrr="cents", as_of="2025-01-01")
    assert empty.accounts == 0 and empty.mrr("2024-06") == 0 and empty.logo_churn("2024-06").reason == "no observations"
    assert due(**{name: [] for name in DUE}).logo.reason == "no observations"
    curve = sj.kaplan_meier([], [])
    assert len(curve.table()) == 0 and curve.median.reason == "no observations"
    assert len(health([])) == 0


def states() -> dict[str, tuple[Any, Any]]:
    """Each state that Python shows, and another of its kind."""
    ledger = sj.Ledger(BOOK, account="customer", start="from", end="until", mrr="cents", as_of="2025-01-01")
    parts = ledger.partition(2)
    survival = [sj.kaplan_meier(times, [1, 0], entry=[None, 1]).state for times in ([3, 9], [4, 9])]
    scored = [health(values).state for values in ([1.0, 9.0], [5.0, 7.0])]
    return {
        "surveys": (sj.SurveyState([9, 3]), sj.SurveyState([1])),
        "weighted surveys": (sj.SurveyState([9], weights=[2.0]), sj.SurveyState([1], weights=[1.5])),
        "responses": (_core.surveys.ResponseCounts(9, 8, 3), _core.surveys.ResponseCounts(5, 5, 2)),
        "revenue": (parts[0].state("2024-01", "2024-12"), parts[1].state("2024-01", "2024-12")),
        "retention": tuple(part._core_ledger().compiled.retention(19800, 20000) for part in parts),
        "cohorts": tuple(part._core_ledger().compiled.cohorts(54 * 12, 1, 6, part.policy.core) for part in parts),
        "renewals": (due().state, due(renewed=["2024-06-01", "2024-06-15"], new_acv=[1000, 2500]).state),
        "survival": tuple(survival),
        "health": tuple(scored),
    }


@pytest.mark.parametrize("name", list(states()))
def test_states_travel_as_bytes_and_damage_is_an_error(name: str) -> None:
    state, other = states()[name]
    data = state.to_bytes()
    back = type(state).from_bytes(data)
    assert isinstance(data, bytes) and back == state and back.to_bytes() == data and back != other
    assert (state + other) - other == state and state == back
    assert pickle.loads(pickle.dumps(state)) == state and copy.copy(state) == state
    back += other
    assert back == state + other and copy.copy(state) == state
    kinds = [b for key, (b, _) in states().items() if type(b) is not type(state)]
    for wrong in [
        b"",
        b"PK\3\4",
        data[:-1],
        data + b"\0",
        data[:40] + bytes([data[40] ^ 1]) + data[41:],
        kinds[0].to_bytes(),
    ]:
        with pytest.raises(sj.StateError, match="state bytes"):
            type(state).from_bytes(wrong)
    with pytest.raises(TypeError):
        type(state).from_bytes("SJRN")


def test_states_of_different_periods_or_cards_do_not_merge() -> None:
    ledger = sj.Ledger(BOOK, account="customer", start="from", end="until", mrr="cents", as_of="2025-01-01")
    with pytest.raises(sj.StateError, match="different periods"):
        doubled_with(ledger.state("2024-01", "2024-06"), ledger.state("2024-01", "2024-12"))
    with pytest.raises(sj.StateError, match="scale"):
        doubled_with(sj.SurveyState([9]), sj.SurveyState([3], scale=(1, 5)))


def doubled_with(state: Any, other: Any) -> Any:
    state += other
    return state
