"""Proves answers, then takes times: one case in interleaved rounds of one process."""

from __future__ import annotations

import ctypes
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from contest import Case, Contestant, Unavailable

ROUNDS_SLOW = 3
PATIENCE = 3.0
"""Seconds for which a contestant may hold up a case; a slower one runs fewer rounds, three at least."""
ENDLESS = 20.0
"""Seconds from which one round has to do."""
HOPELESS = 10.0
"""A peer that takes so many times as long as the fastest peer cannot change the ratio: one round."""

Say = Callable[[str], None]
Clock = Callable[[], float]


def quiet(_: str) -> None:
    """Tells nobody."""


class Interrupt:
    """Ctrl-C, remembered: engines turn the KeyboardInterrupt that reaches them into errors of their own."""

    asked = False

    @classmethod
    def handle(cls, _signal: int, _frame: Any) -> None:
        """The handler of signals."""
        cls.asked = True
        raise KeyboardInterrupt

    @classmethod
    def check(cls) -> None:
        """Raises what an engine has swallowed."""
        if cls.asked:
            raise KeyboardInterrupt


def one_thread_name(name: str) -> str:
    return f"{name} (1 thread)"


def entrants(case: Case, threads: int) -> Iterator[tuple[str, Contestant]]:
    """The contestants by name; sojourn also with one thread, where threads change its speed."""
    for kind in case.contestants:
        yield kind.name, kind(threads)
        if kind.threaded and threads > 1 and kind.name == "sojourn":
            yield one_thread_name(kind.name), kind(1)


def memory() -> dict[str, int]:
    """Resident bytes now and at their peak; empty where the system does not say."""
    status = Path("/proc/self/status")
    if not status.exists():
        return {}
    fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if line.startswith(("VmHWM", "VmRSS")))
    return {name: int(text.split()[0]) * 1024 for name, text in fields.items()}


def forget_peak() -> bool:
    """From now on the peak is that of what follows."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
        Path("/proc/self/clear_refs").write_text("5")
    except (OSError, AttributeError):
        return False
    return True


def with_peak(run: Callable[[], Any]) -> tuple[Any, float, int | None]:
    """The result, its seconds, and the bytes that were resident at the peak beyond those before."""
    known = forget_peak()
    before = memory()
    start = time.perf_counter()
    result = run()
    seconds = time.perf_counter() - start
    after = memory()
    return result, seconds, after["VmHWM"] - before["VmRSS"] if known and before else None


def rounds_of(first: dict[str, float], ours: set[str], rounds: int) -> dict[str, int]:
    """How often each contestant runs, by the seconds of its first run."""
    peers = [seconds for name, seconds in first.items() if name not in ours]
    fastest = min(peers, default=0.0)
    found = {}
    for name, seconds in first.items():
        fit = max(min(ROUNDS_SLOW, rounds), min(rounds, int(PATIENCE / max(seconds, 1e-9))))
        hopeless = name not in ours and seconds > max(HOPELESS * fastest, 0.5)
        found[name] = 1 if hopeless or seconds > ENDLESS else fit
    return found


def measure(
    runs: dict[str, Callable[[], Any]],
    rounds: dict[str, int],
    last: Callable[[str, Any], None],
    clock: Clock = time.perf_counter,
) -> dict[str, list[float]]:
    """Seconds of each contestant in each of its rounds; the order rotates. `last` gets the result of the last round."""
    names = list(runs)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for number in range(max(rounds.values())):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            if number >= rounds[name]:
                continue
            start = clock()
            kept = runs[name]()
            seconds[name].append(clock() - start)
            if number == rounds[name] - 1:
                last(name, kept)
            del kept
    return seconds


def table_of(seconds: dict[str, list[float]], ours: set[str], scanned: int, calls: int) -> tuple[str, dict[str, Any]]:
    """Whose median the ratios are to, and one row per contestant: above 1, it takes longer."""
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    base = "sojourn" if "sojourn" in medians else min(medians, key=lambda name: medians[name])
    return base, {
        name: {
            "ours": name in ours,
            "median_s": medians[name] / calls,
            "spread": (max(times) - min(times)) / medians[name],
            "ratio": medians[name] / medians[base],
            "gigabytes_per_s": scanned / medians[name] / 1e9,
            "seconds": [one / calls for one in times],
        }
        for name, times in seconds.items()
    }


@contextmanager
def closing(case: Case, data: dict[str, Any], players: dict[str, Contestant]) -> Iterator[None]:
    """The contestants give their memory back and the case its disk, whatever happens."""
    try:
        yield
    finally:
        for player in players.values():
            player.close()
        case.clean(data)


def is_blind(case: Case, data: dict[str, Any], answer: Any, threads: int) -> bool:
    """Whether the answer to data with one changed cell passes for the answer to the data: it was rounded, or says little."""
    player = case.contestants[0](threads)
    player.prepare(case.nudged(data))
    found = player.answer(player.prove())
    player.close()
    return not case.difference(answer, found)


def compare(
    case: Case,
    rows: int,
    rounds: int,
    threads: int,
    *,
    say: Say = quiet,
    alone: bool = False,
    nudge: bool = False,
    clock: Clock = time.perf_counter,
) -> dict[str, Any]:
    """Prepares, proves, measures one case. Whatever keeps a contestant from running is told, never hidden.

    `alone`: sojourn only, for series over sizes. `nudge`: also tells whether an answer shows that one cell has changed.
    """
    result: dict[str, Any] = {"case": case.name, "question": case.question, "rows": rows, "threads": threads}
    say("makes its data")
    try:
        data = case.make(rows, threads)
    except Unavailable as reason:
        return result | {"status": "not available", "reason": str(reason)}
    result |= {"bytes": case.bytes(data), "calls": case.calls, "absent": {}, "failed": {}}
    players: dict[str, Contestant] = {}
    with closing(case, data, players):
        answers, first, peaks = {}, {}, {}
        for name, player in entrants(case, threads):
            if alone and not player.ours:
                continue
            players[name] = player
            say(f"{name}: takes the data in and answers")
            try:
                player.prepare(data)
                if type(player).prove is Contestant.prove:
                    found, first[name], peaks[name] = with_peak(player.run)
                else:
                    found = player.prove()
                answers[name] = player.answer(found)
                del found
                if name not in first:
                    _, first[name], peaks[name] = with_peak(player.run)
            except Unavailable as reason:
                result["absent"][name] = f"not available: {reason}"
            except Exception as failure:  # noqa: BLE001 - one contestant's error must not cost the others their turn
                Interrupt.check()
                result["failed"][name] = f"failed: {type(failure).__name__}: {failure}"
        if len(answers) < (1 if alone else 2):
            return result | {"status": "not available", "reason": "fewer than two contestants can run"}
        reference, *others = answers
        for other in others:
            difference = case.difference(answers[reference], answers[other])
            if difference:
                return result | {"status": "answers differ", "reason": f"{reference} against {other}: {difference}"}
        if nudge and is_blind(case, data, answers[reference], threads):
            return result | {"status": "answers blind", "reason": f"{reference} answers the same after a cell has changed"}
        changed: list[str] = []

        def check_again(name: str, kept: Any) -> None:
            """The answer of the last timed round is still the proven one."""
            if type(players[name]).prove is Contestant.prove:
                difference = case.difference(answers[reference], players[name].answer(kept))
                changed.extend([f"{name} in its last round: {difference}"] if difference else [])

        ours = {name for name in first if players[name].ours}
        often = rounds_of(first, ours, rounds)
        say(f"{max(often.values())} rounds of {', '.join(first)}")
        runs = {name: players[name].run for name in first}
        seconds = measure(runs, often, check_again, clock)
        if changed:
            return result | {"status": "answers differ", "reason": changed[0]}
        result["ratio_to"], result["contestants"] = table_of(seconds, ours, result["bytes"], case.calls)
        for name, row in result["contestants"].items():
            row["peak_bytes"] = peaks[name]
        return result | {"status": "answers equal"}
