"""Types of the compiled half."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sojourn._core import (
    catalogue as catalogue,
    datasets as datasets,
    frames as frames,
    health as health,
    lifetime as lifetime,
    revenue as revenue,
    surveys as surveys,
)

__version__: str

class Estimate:
    __hash__: None  # type: ignore[assignment]
    options: dict[str, Any]
    state: Any
    mean: Estimate
    p_value: float
    standard_error: float
    n_effective: float
    deff: float
    @property
    def value(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...
    @property
    def level(self) -> float: ...
    @property
    def n(self) -> int: ...
    @property
    def method(self) -> str: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def name(self) -> str: ...
    @property
    def unit(self) -> str: ...
    def to_dict(self) -> dict[str, Any]: ...
    def __float__(self) -> float: ...
    def __format__(self, spec: str) -> str: ...
    def __eq__(self, other: object, /) -> bool: ...

def proportion(successes: int, n: int, *, level: float = 0.95, interval: str = "wilson") -> Estimate: ...
def build_config() -> dict[str, Any]: ...
def exchange_progress(report: Callable[[int, int], object] | None) -> Callable[[int, int], object] | None: ...
