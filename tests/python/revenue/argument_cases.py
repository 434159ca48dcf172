"""How each argument of revenue is tested: another value of it changes the result, is named as not applied, or is refused."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

import sojourn as sj
from silent_arguments import IN_CURRENCIES, MANY, OTHER_RATES, part, slashed, told, zoned


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


Cases = dict[str, tuple[Callable[..., Any], dict[str, Any], dict[str, Any]]]
"""Name -> what runs it, a call of it, and another value for each of its arguments."""

NET = sj.Policy(movement_mode="net_endpoints")
AS_OF = {"as_of": "2025-01-01", "amounts": "minor", "currency": "USD"}
WITHDRAWN = {"known_from": "recorded"}
GRID = {"first": "2023-04", "last": "2024-06"}
OTHER_GRID = {"first": "2023-05", "last": "2024-05", "by": "quarter"}
MISSING = Other(inspect.Parameter.empty)


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


def asked(method: str, **more: Any) -> Callable[..., Any]:
    return lambda **given: getattr(ledger(**more), method)(**given)


def public(of: type) -> set[str]:
    return {name for name, _ in inspect.getmembers(of, inspect.isfunction) if not name.startswith("_")}


def arguments_of(cases: Cases, functions: Mapping[str, Callable[..., Any]], prefix: str = "") -> Iterator[Any]:
    """Every argument of the functions, and further roles that a constructor takes as columns."""
    for name, (run, call, others) in cases.items():
        parameters = inspect.signature(functions[name]).parameters.values()
        named = [one.name for one in parameters if one.kind is not one.VAR_KEYWORD and one.name != "self"]
        for argument in dict.fromkeys([*named, *others]):
            yield pytest.param(run, call, others.get(argument, MISSING), argument, id=f"{prefix}{name}-{argument}")


def methods_of(kind: type, cases: Cases) -> Iterator[Any]:
    """Every argument of the methods of a class."""
    return arguments_of(cases, {name: getattr(kind, name) for name in cases}, f"{kind.__name__}.")


def check_argument(run: Callable[..., Any], call: dict[str, Any], given: Any, argument: str) -> None:
    """Another value of one argument of a call shows, or is refused."""
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
