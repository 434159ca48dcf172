"""Long calls end within moments of an interrupt, say how far they are, and leave nothing half done."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import sojourn as sj

pytestmark = pytest.mark.filterwarnings("ignore::sojourn.InputWarning")


class Interrupted(Exception):
    """Not KeyboardInterrupt: a test must not depend on whether the parent ignores SIGINT."""


@contextmanager
def interrupted_after(seconds: float) -> Iterator[list[float]]:
    """Raises in whatever runs then; the list gets the moment at which the signal came."""
    came: list[float] = []

    def interrupt(*_: object) -> None:
        came.append(time.perf_counter())
        raise Interrupted

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield came
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


N = 20_000
CARD = sj.Scorecard.from_json(
    {
        **{"sojourn": 1, "card": "c", "tiers": {"red": 0, "green": 50}},
        "signals": {name: {"norm": {"ramp": [0, 100]}} for name in "abcd"},
        "tree": {"mean": [[1, name] for name in "abcd"]},
    }
)
SIGNALS = {
    "account_id": list(range(N)),
    **{name: [float(i * k % 101) for i in range(N)] for k, name in enumerate("abcd", 3)},
}
ROWS = {
    "account": list(range(N)),
    "start": [f"20{20 + i % 4}-{1 + i % 12:02d}-01" for i in range(N)],
    "end": [f"2024-{1 + i % 12:02d}-01" if i % 3 == 0 else None for i in range(N)],
    "mrr_minor": [1000 + i % 500 for i in range(N)],
}

SURVIVORS = [1000, 869, 743, 653, 593, 551, 517, 491]


def ledger() -> sj.Ledger:
    return sj.Ledger(ROWS, as_of="2025-01-01", mrr="mrr_minor")


# Each takes many seconds when nobody ends it.
LONG: dict[str, Callable[[], Callable[[], Any]]] = {
    "acme": lambda: lambda: sj.datasets.acme(3_000_000),
    "bootstrap": lambda: (lambda book: lambda: book.bootstrap("nrr", "2024-06", replicates=1_000_000))(ledger()),
    "weight_sensitivity": lambda: lambda: sj.weight_sensitivity(CARD, SIGNALS, draws=13_000),
    "concentration": lambda: lambda: sj.concentration(list(range(1, N)), as_population=False, replicates=1_000_000, seed=1),
    "decay bootstrap": lambda: (lambda fit: lambda: fit.bootstrap(1_000_000))(
        sj.fit_decay(range(8), SURVIVORS, family="bdw")
    ),
    "a list of days": lambda: (lambda days: lambda: sj.response_rate(days))(["2024-01-01"] * 20_000_000),
}


@pytest.mark.parametrize("name", LONG)
def test_a_long_call_ends_soon_after_an_interrupt(name: str) -> None:
    call = LONG[name]()
    with interrupted_after(0.3) as came, pytest.raises(Interrupted):
        call()
    # 0.1 s is what is promised on a machine that is not loaded; these calls take from 5 s to minutes.
    assert time.perf_counter() - came[0] < 1.5


def test_progress_is_told_and_grows() -> None:
    told: list[tuple[int, int]] = []
    with sj.progress(lambda done, of: told.append((done, of))):
        sj.datasets.acme(120_000)
    assert told and all(0 <= done <= of for done, of in told)
    stages = {of for _, of in told}
    for stage in stages:
        done = [one for one, of in told if of == stage]
        assert done == sorted(done)
    count = len(told)
    sj.datasets.acme(120_000)
    assert len(told) == count  # only inside of `with`


def test_what_the_report_raises_ends_the_call_and_nothing_changes() -> None:
    def stop(done: int, of: int) -> None:
        raise LookupError("enough")

    book = ledger()
    before = book.to_bytes()
    with pytest.raises(LookupError, match="enough"), sj.progress(stop):
        book.bootstrap("nrr", "2024-06", replicates=1_000_000)
    assert book.to_bytes() == before
    assert book.bootstrap("nrr", "2024-06", replicates=50).n > 0


def test_progress_inside_of_progress_gives_way_and_comes_back() -> None:
    outer: list[int] = []
    inner: list[int] = []
    with sj.progress(lambda done, of: outer.append(done)):
        with sj.progress(lambda done, of: inner.append(done)):
            sj.datasets.acme(120_000)
        assert inner and not outer
        sj.datasets.acme(120_000)
    assert outer


def test_progress_is_that_of_its_thread() -> None:
    told: list[int] = []
    with sj.progress(lambda done, of: told.append(done)):
        other = threading.Thread(target=lambda: sj.datasets.acme(120_000))
        other.start()
        other.join()
    assert told == []


def test_what_is_no_function_is_refused() -> None:
    with pytest.raises(sj.SchemaError, match="report is 3"):
        sj.progress(3)  # type: ignore[arg-type]
