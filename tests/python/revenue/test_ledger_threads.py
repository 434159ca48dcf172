"""One ledger, many threads: readers see all of a correction or nothing of it, and snapshots never change."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

import sojourn as sj

ACCOUNTS = 400


def months(first: int) -> dict[str, list[Any]]:
    """Two rows of one new account: they come and go together."""
    return {
        "account": [f"n{first}"] * 2,
        "start": ["2024-01-01", "2024-02-01"],
        "end": [None, None],
        "mrr_minor": [700, 300],
        "plan": ["pro", "pro"],
        "recorded": ["2024-01-01"] * 2,
    }


def ledger_of_many() -> sj.Ledger:
    rows = {
        "account": [f"a{i}" for i in range(ACCOUNTS)],
        "start": ["2024-01-01"] * ACCOUNTS,
        "end": [None] * ACCOUNTS,
        "mrr_minor": [1000] * ACCOUNTS,
        "plan": ["basic", "pro"] * (ACCOUNTS // 2),
        "recorded": ["2024-01-01"] * ACCOUNTS,
    }
    return sj.Ledger(rows, segment="plan", known_from="recorded", as_of="2024-06-01")


QUESTIONS: dict[str, Callable[[sj.Ledger], int]] = {
    "mrr": lambda ledger: int(ledger.mrr("2024-03")),
    "movements": lambda ledger: sum(ledger.movements("2024-01", "2024-03")["new"].to_list()),
    "segments": lambda ledger: sum(ledger.by_segment("plan").mrr("2024-03")["mrr"].to_list()),
    "accounts": lambda ledger: sum(ledger.accounts_table()["mrr"].to_list()),
    "counts": lambda ledger: ledger.counts["rows"],
    "known": lambda ledger: int(ledger.as_known_on("2024-05-01").mrr("2024-03")),
    "policy": lambda ledger: int(ledger.with_policy(sj.Policy(grr="churn_only")).mrr("2024-03")),
    "parts": lambda ledger: sum(int(part.mrr("2024-03")) for part in ledger.partition(2)),
    "causes": lambda ledger: sum(ledger.movements("2024-01", "2024-03", by_cause=True)["new"].to_list()),
    "bytes": lambda ledger: int(sj.Ledger.from_bytes(ledger.to_bytes()).mrr("2024-03")),
    "nrr": lambda ledger: ledger.nrr("2024-03", window=1).n,
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_reader_sees_whole_corrections_while_another_thread_makes_them(question: str) -> None:
    ask = QUESTIONS[question]
    ledger, failed, done = ledger_of_many(), [], threading.Event()
    empty = ask(ledger)
    ledger.apply(months(0))
    one_more = ask(ledger) - empty
    ledger.retract(months(0))

    def read() -> None:
        try:
            while not done.is_set():
                more = ask(ledger) - empty
                if more not in (0, one_more):
                    failed.append(more)
        except Exception as error:
            failed.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for i in range(150):
        ledger.apply(months(i))
        ledger.retract(months(i))
    done.set()
    for reader in readers:
        reader.join()
    assert failed == []
    assert ask(ledger) == empty


def test_snapshots_never_change_while_writers_go_on() -> None:
    ledger, failed, done = ledger_of_many(), [], threading.Event()

    def watch() -> None:
        while not done.is_set():
            frozen = ledger.snapshot()
            first = (frozen.state("2024-01", "2024-05").to_bytes(), frozen.counts, int(frozen.mrr("2024-03")))
            for _ in range(3):
                again = (frozen.state("2024-01", "2024-05").to_bytes(), frozen.counts, int(frozen.mrr("2024-03")))
                if again != first:
                    failed.append((first, again))

    def write(thread: int) -> None:
        for i in range(100):
            ledger.apply(months(1000 * thread + i))

    watchers = [threading.Thread(target=watch) for _ in range(2)]
    writers = [threading.Thread(target=write, args=(thread,)) for thread in range(2)]
    for thread in watchers + writers:
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    for thread in watchers:
        thread.join()
    assert failed == []
    assert int(ledger.mrr("2024-03")) == 1000 * (ACCOUNTS + 200)


def test_two_ledgers_of_the_same_facts_are_corrected_in_two_threads() -> None:
    ledger = ledger_of_many()
    ledgers = [ledger, ledger.snapshot(), ledger.with_policy(sj.Policy(grr="churn_only"))]

    def write(number: int) -> None:
        for i in range(100):
            ledgers[number].apply(months(1000 * number + i))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [int(one.mrr("2024-03")) for one in ledgers] == [1000 * (ACCOUNTS + 100)] * 3
    assert ledgers[1].explain("n1007", "2024-03").closing == 1000
