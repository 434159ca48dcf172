"""Types of the compiled half."""

from __future__ import annotations

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
    options: dict[str, Any]
    state: Any
    mean: Estimate
    p_value: float
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
    def __float__(self) -> float: ...

def proportion(successes: int, n: int, *, level: float = 0.95, interval: str = "wilson") -> Estimate: ...
def build_config() -> dict[str, Any]: ...
