"""The conventions that revenue metrics disagree about, as one value that travels with every result."""

from __future__ import annotations

import dataclasses
import functools
import json
from dataclasses import dataclass
from typing import Any, NamedTuple

from sojourn._core.revenue import RevenuePolicy
from sojourn._frames.arguments import checked, shown
from sojourn.errors import SchemaError, SchemaTypeError
from sojourn.revenue._policy_options import PolicyOptions

_DEFAULTS: dict[str, Any] = {field.name: field.default for field in dataclasses.fields(PolicyOptions)}


class _Compiled(NamedTuple):
    """A policy as the compiled half reads it, with its canonical text and the sixteen hex digits that name it."""

    core: RevenuePolicy
    text: str
    fingerprint: str


@functools.lru_cache(maxsize=256)
def _compiled(text: str) -> _Compiled:
    core = RevenuePolicy.from_json(text)
    return _Compiled(core, core.to_json(), f"{core.fingerprint:016x}")


@checked
@dataclass(frozen=True, kw_only=True)
class Policy(PolicyOptions):
    """How MRR, movements and rates are counted. Each option, its values and who uses which: docs/definitions/policy.md.

    Every default is the commonest published rule or the one with an invariant. Days without limit are None.
    """

    def __post_init__(self) -> None:
        for name, value in self.to_dict().items():
            if value is not None and not isinstance(value, (str, int, float)) and not hasattr(value, "__int__"):
                raise SchemaTypeError(f"{name} is {shown(value)}; accepted: a word, a number or None")
        object.__setattr__(self, "_compiled", _compiled(json.dumps(self.to_dict(), default=_whole)))

    @property
    def core(self) -> RevenuePolicy:
        """What the compiled half reads."""
        return self._held.core

    @property
    def _held(self) -> _Compiled:
        found: _Compiled = self.__dict__["_compiled"]
        return found

    def to_dict(self) -> dict[str, Any]:
        """The options by name."""
        return {name: getattr(self, name) for name in _DEFAULTS}

    def changes(self) -> dict[str, Any]:
        """The options that differ from the defaults."""
        return {name: value for name, value in self.to_dict().items() if value != _DEFAULTS[name]}

    def to_json(self) -> str:
        """Canonical text: every option, sorted keys, no spaces."""
        return self._held.text

    @classmethod
    def from_json(cls, text: str) -> Policy:
        """The policy behind `to_json`; what is not named keeps its default, an unknown option or value is an error."""
        return cls._of(RevenuePolicy.from_json(text))

    @classmethod
    def preset(cls, name: str) -> Policy:
        """The rules of a vendor or author as far as they are published; `Policy.presets()` names them."""
        return cls._of(RevenuePolicy.preset(name))

    @staticmethod
    def presets() -> list[str]:
        """The names that `preset` knows."""
        return RevenuePolicy.presets()

    @classmethod
    def _of(cls, core: RevenuePolicy) -> Policy:
        return cls(**json.loads(core.to_json()))

    def hash(self) -> str:
        """Sixteen hex digits that name this policy, the same in C++ and Python."""
        return self._held.fingerprint

    def __getstate__(self) -> dict[str, Any]:
        return self.to_dict()

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)
        self.__post_init__()

    def describe(self) -> dict[str, str]:
        """How results name it: hash and canonical text."""
        return {"policy": self.hash(), "policy_json": self.to_json()}


def _whole(value: Any) -> int:
    """Numbers that JSON does not know, of NumPy or exact ones, where they are whole."""
    try:
        whole = hasattr(value, "__int__") and int(value) == value
    except (ArithmeticError, ValueError):  # NaN or infinite, of any type of number
        whole = False
    if not whole:
        raise SchemaError(f"{value!r} is not a whole number, which options of a policy are")
    return int(value)
