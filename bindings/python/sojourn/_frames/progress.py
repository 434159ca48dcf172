"""How far a long call is."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType

from sojourn._core import exchange_progress
from sojourn._frames.arguments import shown
from sojourn.errors import SchemaTypeError


class progress:
    """`with sj.progress(lambda done, of: print(done, of)): ...` shows how far long calls of this thread are.

    `report(done, of)` is called about 50 times a second with the tasks of the stage at hand; a call may have several stages,
    and one that takes less than 20 ms reports nothing. What it raises ends the call: so a caller can stop it, and what the
    call would have changed stays as it was. Ctrl-C ends long calls in the same way, with or without this.
    """

    def __init__(self, report: Callable[[int, int], object]) -> None:
        if not callable(report):
            raise SchemaTypeError(f"report is {shown(report)}; accepted: a function of (done, of)")
        self._report = report
        self._before: list[Callable[[int, int], object] | None] = []

    def __enter__(self) -> progress:
        self._before.append(exchange_progress(self._report))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        exchange_progress(self._before.pop())
