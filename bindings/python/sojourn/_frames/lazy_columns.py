"""Columns of a table that are made when somebody asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sojourn._core.frames import Column


class LazyColumns(Mapping[str, Column]):
    """Columns by name, in the order of `names`; `make` makes each at most once, those that are `ready` never."""

    def __init__(self, names: Sequence[str], ready: Mapping[str, Column], make: Callable[[str], Column]) -> None:
        self._names, self._ready, self._make = list(names), dict(ready), make

    def __getitem__(self, name: str) -> Column:
        if name not in self._ready:
            if name not in self._names:
                raise KeyError(name)
            self._ready[name] = self._make(name)
        return self._ready[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)
