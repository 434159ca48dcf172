"""Any metric by its name: the same number as the function or method that the catalogue names."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from sojourn import _core, health, lifetime, revenue, surveys
from sojourn._catalogue.definitions import DEFINITIONS, Metric, find
from sojourn._frames.arguments import checked
from sojourn.errors import SchemaError

_FAMILIES: tuple[ModuleType, ...] = (revenue, lifetime, surveys, health)

# How the catalogue writes a call: `nps`, `Ledger.nrr`, `renewals(...).logo`, `economics(...)["payback_months"]`,
# `Ledger.mrr_churn(..., kind="gross")`.
_CALL = re.compile(
    r'(?:(?P<owner>[A-Z]\w*)\.)?(?P<function>\w+)(?:\(\.\.\.(?:, (?P<option>\w+)="(?P<value>\w+)")?\)'
    r'(?:\.(?P<attribute>\w+)|\["(?P<key>\w+)"\])?)?'
)


@dataclass(frozen=True, kw_only=True)
class Call:
    """A Python call as the catalogue names it, taken apart."""

    owner: str | None
    function: str
    fixed: dict[str, str]
    attribute: str | None
    key: str | None

    @classmethod
    def of(cls, metric: Metric) -> Call:
        """The call behind a metric."""
        found = _CALL.fullmatch(metric.python)
        if found is None:
            raise SchemaError(f"the catalogue names no call for {metric.name}: {metric.python}")
        return cls(
            owner=found["owner"],
            function=found["function"],
            fixed={found["option"]: found["value"]} if found["option"] else {},
            attribute=found["attribute"],
            key=found["key"],
        )

    def part_of(self, result: Any) -> Any:
        """The number asked for, where the call gives several."""
        if self.attribute is not None:
            return getattr(result, self.attribute)
        if self.key is not None:
            if self.key not in result:
                raise SchemaError(f"{self.key} needs an option that was not given; this gives {', '.join(result)}")
            return result[self.key]
        return result


def public(name: str) -> Any:
    """The class or function of that name, from the family that has it."""
    return next(getattr(family, name) for family in _FAMILIES if hasattr(family, name))


_OWNERS = sorted({call.owner for call in map(Call.of, DEFINITIONS.values()) if call.owner is not None})
# What functions over rows take besides rows.
_STATES = {
    "responses": ("SurveyState",),
    "scored cycle": ("HealthResult", "CardSetResult"),
    "fitted purchases": ("Purchases",),
}


@checked
def measure(name: str, source: Any = None, /, **options: Any) -> Any:
    """A metric by its name: `measure("nrr", ledger, period="2024-12", window=12)` is `ledger.nrr("2024-12", window=12)`.

    `metrics()` lists names, options, and what each is measured on: a ledger, survey answers, a scored cycle and so on.
    Metrics of plain numbers take no source. An unknown name or option and a wrong source are `SchemaError`s that say what
    there is.
    """
    metric = find(name)
    call = Call.of(metric)
    for option in options:
        _core.catalogue.require_option(metric.name, option)
    missing = [option for option in metric.options if option.required and option.name not in options]
    if missing:
        wanted = "; ".join(f"{option.name}: {option.meaning}" for option in missing)
        raise SchemaError(f"{metric.name} needs {wanted}")
    return call.part_of(_ask(metric, call, source, {**options, **call.fixed}))


def _ask(metric: Metric, call: Call, source: Any, options: dict[str, Any]) -> Any:
    if call.owner is not None:
        _require_owner(metric, call.owner, source)
        member = getattr(source, call.function)
        return member(**options) if callable(member) else member
    if metric.source == "numbers":
        if source is not None:
            raise SchemaError(f"{metric.name} is measured on numbers: leave the source out and give options")
        return public(call.function)(**options)
    _require_rows(metric, source)
    if isinstance(source, surveys.SurveyState) and hasattr(source, call.function):
        return _of_state(metric, getattr(source, call.function), options)
    return public(call.function)(source, **options)


def _require_owner(metric: Metric, owner: str, source: Any) -> None:
    if not isinstance(source, public(owner)):
        raise SchemaError(
            f"{metric.name} is measured on a {metric.source}, which is a {owner}, not on {_kind(source)}; "
            f"see metrics() for what it means"
        )


def _require_rows(metric: Metric, source: Any) -> None:
    wrong = [owner for owner in _OWNERS if owner not in _STATES.get(metric.source, ())]
    if source is None or isinstance(source, tuple(public(owner) for owner in wrong)):
        raise SchemaError(f"{metric.name} is measured on {metric.source}, not on {_kind(source)}")


def _of_state(metric: Metric, member: Any, options: dict[str, Any]) -> Any:
    """Answers that are counted already take no options about their rows."""
    known = inspect.signature(member).parameters
    for option in options:
        if option not in known:
            raise SchemaError(
                f"{metric.name} of a SurveyState has no option {option!r}: its answers are counted already; "
                f"its options are {', '.join(known)}"
            )
    return member(**options)


def _kind(source: Any) -> str:
    return "nothing" if source is None else f"a {type(source).__name__}"
