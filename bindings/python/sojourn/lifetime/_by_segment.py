"""Curves by segment: what those of survival, causes and renewals have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol, TypeVar

from sojourn._frames.table import Table


class CurveOfSegment(Protocol):
    options: dict[str, Any]

    def table(self) -> Table: ...


Curve = TypeVar("Curve", bound=CurveOfSegment)


class BySegment(Mapping[str | None, Curve]):
    """One curve per segment; None holds the rows without one."""

    def __init__(self, curves: Mapping[str | None, Curve]) -> None:
        self._curves = dict(curves)

    def __getitem__(self, segment: str | None) -> Curve:
        return self._curves[segment]

    def __iter__(self) -> Iterator[str | None]:
        return iter(self._curves)

    def __len__(self) -> int:
        return len(self._curves)

    @property
    def _options(self) -> dict[str, Any]:
        return next((curve.options for curve in self._curves.values()), {})

    def _rows(self) -> dict[str, list[Any]]:
        """The tables of all curves below one another, the segment first."""
        parts = {segment: curve.table() for segment, curve in self._curves.items()}
        segments = [segment for segment, part in parts.items() for _ in range(len(part))]
        names = next(iter(parts.values())).columns if parts else []
        return {"segment": segments, **{name: [v for part in parts.values() for v in part[name]] for name in names}}

    def __repr__(self) -> str:
        return "\n".join(f"{segment}: {curve!r}" for segment, curve in self._curves.items())
