"""Shards in Python: parts add up to the whole, and an account in two of them is an error, never counted twice."""

from __future__ import annotations

import pickle
import random
from typing import Any

import pytest

import sojourn as sj

SPAN = ("2023-01", "2024-12")


def random_rows(seed: int, accounts: int = 30, rows: int = 120) -> dict[str, list[Any]]:
    draw = random.Random(seed)
    table: dict[str, list[Any]] = {"account": [], "start": [], "end": [], "mrr": []}
    for _ in range(rows):
        table["account"].append(f"customer-{draw.randint(1, accounts)}")
        table["start"].append(f"2023-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}")
        table["end"].append(None if draw.random() < 0.4 else f"2024-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}")
        table["mrr"].append(draw.choice([100, 2500, 4900]))
    return table


def where(table: dict[str, list[Any]], keep: list[bool]) -> dict[str, list[Any]]:
    return {name: [v for v, k in zip(values, keep, strict=True) if k] for name, values in table.items()}


def book(table: dict[str, list[Any]], **more: Any) -> sj.Ledger:
    return sj.Ledger(table, as_of="2025-01-01", **more, amounts="minor")


def test_a_declared_cut_adds_up_in_any_order() -> None:
    for seed, n in ((1, 2), (2, 3), (3, 7)):
        table = random_rows(seed)
        shards = sj.shard_of(table["account"], n).to_list()
        parts = [book(where(table, [s == i for s in shards]), shard=(i, n)).state(*SPAN) for i in range(n)]
        random.Random(seed).shuffle(parts)
        total = type(parts[0])()
        for part in parts:
            total += pickle.loads(pickle.dumps(part))
        whole = book(table, shard=(0, 1)).state(*SPAN)
        assert total == whole and total.to_bytes() == whole.to_bytes()
        assert total.owned == {"slots": 4096, "accounts": 0}
        assert (total - parts[0]) + parts[0] == total


def test_an_account_in_two_tables_is_refused() -> None:
    table = random_rows(4)
    half = [i < 60 for i in range(120)]  # cut by row, not by account
    states = [book(where(table, keep)).state(*SPAN) for keep in (half, [not h for h in half])]
    before = states[0].to_bytes()
    with pytest.raises(sj.StateError, match=r"share accounts: \d+ accounts in both; cut the rows by account"):
        states[0] += states[1]
    assert states[0].to_bytes() == before
    by_account = [hash(key) % 2 == 0 for key in table["account"]]
    first, second = (book(where(table, keep)).state(*SPAN) for keep in (by_account, [not k for k in by_account]))
    assert first + second == book(table).state(*SPAN)
    with pytest.raises(sj.StateError, match="all accounts|does not hold|in both"):
        first + second + first
    with pytest.raises(sj.StateError, match="does not hold"):
        first - second


def test_one_account_among_many_is_enough() -> None:
    tables = [
        {
            "account": [f"{side}-{i}" for i in range(3000)] + ["shared"],
            "start": ["2023-01-01"] * 3001,
            "end": [None] * 3001,
            "mrr": [100] * 3001,
        }
        for side in "ab"
    ]
    first, second = (book(table).state(*SPAN) for table in tables)
    with pytest.raises(sj.StateError, match="1 account in both"):
        first + second


def test_a_large_ledger_stands_for_everybody() -> None:
    n = 70_000
    large = book({"account": list(range(n)), "start": ["2023-01-01"] * n, "end": [None] * n, "mrr": [100] * n})
    state = large.state("2023-01", "2023-01")
    assert state.owned == {"slots": 4096, "accounts": 0} and len(state.to_bytes()) < 3000
    with pytest.raises(sj.StateError, match="both stand for all accounts"):
        state + state
    assert sum((part.state("2023-01", "2023-01") for part in large.partition(5)), start=type(state)()) == state


def test_a_row_of_another_shard_is_named() -> None:
    table = random_rows(5)
    with pytest.raises(sj.DataError, match="an account of this shard") as caught:
        book(table, shard=(1, 3))
    error = caught.value
    assert table["account"][error.row] == error.value and sj.shard_of([error.value], 3).to_list() != [1]
    mine = book(where(table, [s == 0 for s in sj.shard_of(table["account"], 3).to_list()]), shard=(0, 3))
    stranger = next(k for k in table["account"] if sj.shard_of([k], 3).to_list() != [0])
    with pytest.raises(sj.DataError, match="shard_of"):
        mine.apply({"account": [stranger], "start": ["2023-01-01"], "end": [None], "mrr": [1]})
    with pytest.raises(sj.SchemaError, match="shard 3 of 3"):
        book(table, shard=(3, 3))
    with pytest.raises(sj.SchemaError, match="4096"):
        sj.shard_of(["a"], 5000)
    with pytest.raises(sj.DataError, match="missing"):
        sj.shard_of(["a", None], 2)


def test_parts_of_parts_and_corrections_keep_the_owner() -> None:
    table = random_rows(6)
    shards = sj.shard_of(table["account"], 2).to_list()
    part = book(where(table, [s == 1 for s in shards]), shard=(1, 2))
    assert sum((p.state(*SPAN) for p in part.partition(3)), start=type(part.state(*SPAN))()) == part.state(*SPAN)
    key = next(k for k, s in zip(table["account"], shards, strict=True) if s == 1)
    late = {"account": [key], "start": ["2023-02-03"], "end": [None], "mrr": [77]}
    state = part.state(*SPAN)
    state -= part.state(*SPAN, accounts_in=late)
    part.apply(late)
    state += part.state(*SPAN, accounts_in=late)
    assert state == part.state(*SPAN) and state.owned == {"slots": 2048, "accounts": 0}
    assert part.with_policy(sj.Policy(movement_mode="net_endpoints")).state(*SPAN).owned["slots"] == 2048


def test_numbers_and_their_text_are_one_customer() -> None:
    assert sj.shard_of([17, 4, 23], 64).to_list() == sj.shard_of(["17", "4", "23"], 64).to_list()
    states = [
        book({"account": keys, "start": ["2023-01-01"], "end": [None], "mrr": [1]}).state(*SPAN) for keys in ([17], ["17"])
    ]
    with pytest.raises(sj.StateError, match="1 account in both"):
        states[0] + states[1]
