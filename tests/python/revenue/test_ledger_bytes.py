"""Ledgers as bytes: what comes back is equal, answers alike and is corrected alike; made-up bytes are an error."""

from __future__ import annotations

import copy
import pickle
import random
from typing import Any

import pytest

import sojourn as sj
from ledger_books import ledger_of, random_row, table
from silent_arguments import told, tried
from test_ledger_matrix import CELLS, SOURCES, Cell, build, random_rows

pytestmark = pytest.mark.filterwarnings("ignore::sojourn.InputWarning")


def readings(ledger: sj.Ledger) -> dict[str, Any]:
    """What a ledger says, options included; rows of accounts in order of their keys."""
    accounts = ledger.accounts_table("2023").to_dicts()
    rates = [getattr(ledger, name)("2023-12") for name in ("nrr", "grr", "logo_churn", "arpa", "quick_ratio")]
    by_cause = tried(lambda: ledger.movements("2023", "2023", by="year", by_cause=True))
    return {
        "shape": (ledger.accounts, ledger.currency, str(ledger.as_of), ledger.counts, ledger.options),
        "movements": [told(ledger.movements("2022", "2024", by="month")), ledger.movements("2022", "2024").options],
        "rates": [(told(rate), rate.options) for rate in rates],
        "state": ledger.state("2022-01", "2024-12").to_bytes(),
        "cohorts": told(ledger.cohorts(first="2022", last="2024", by="year")),
        "causes": by_cause,
        "parents": told(ledger.with_view(unit="parent").movements("2023", "2023", by="year")),
        "accounts": sorted(accounts, key=lambda row: row["account"]),
    }


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_every_source_and_view_answers_alike_when_it_comes_back(cell: Cell) -> None:
    rows = random_rows(cell.source, random.Random(f"rows of {cell.source}"))
    ledger, _ = build(cell, rows)
    data = ledger.to_bytes()
    again = sj.Ledger.from_bytes(data)
    assert again.to_bytes() == data
    assert again == ledger
    assert readings(again) == readings(ledger)
    if cell.labels:
        assert told(again.by_segment("plan").mrr("2023-12")) == told(ledger.by_segment("plan").mrr("2023-12"))
    if not cell.fx:
        other = sj.Policy(grr="churn_only", lapse_grace=3)
        assert readings(again.with_policy(other)) == readings(ledger.with_policy(other))


@pytest.mark.parametrize("source", SOURCES)
def test_a_ledger_that_came_back_is_corrected_as_the_one_that_stayed(source: str) -> None:
    cell = Cell(source, known=True, labels=True, grace=False, part=False, fx="period_open_rate")
    rows = random_rows(source, random.Random(f"rows of {source}"))
    unseen = {"account": ["new"], "plan": ["basic"], "money": ["CHF"], "withdrawn": [None]}
    late = {name: [values[0]] for name, values in rows.items()} | unseen
    stayed, _ = build(cell, rows)
    back = pickle.loads(pickle.dumps(stayed))
    for ledger in (stayed, back):
        key = rows["account"][0]
        ledger.apply({name: values[3:4] for name, values in rows.items()} | {"account": ["new"]})
        ledger.retract({name: values[:1] for name, values in rows.items()})
        ledger.merge(key, next(name for name in rows["account"] if name != key))
        ledger.set_parent(key, "holding")
        ledger.add_segment("owner", {"account": [key], "owner": ["Li"], "since": ["2023-01-01"]}, since="since")
    assert back == stayed
    assert sj.Ledger.from_bytes(stayed.to_bytes()).options == stayed.options
    assert readings(back) == readings(stayed)
    again = sj.Ledger.from_bytes(stayed.to_bytes())
    assert told(again.by_segment("owner").mrr("2023-12")) == told(stayed.by_segment("owner").mrr("2023-12"))
    with pytest.raises(sj.DataError) as one:
        stayed.apply(late)  # nobody says what a franc is worth
    with pytest.raises(sj.DataError) as other:
        again.apply(late)
    assert str(one.value) == str(other.value)


def test_order_of_rows_and_corrections_have_no_influence() -> None:
    draw = random.Random(4)
    rows = list(dict.fromkeys(random_row(draw) for _ in range(20)))
    data = ledger_of(rows).to_bytes()
    for _ in range(10):
        draw.shuffle(rows)
        ledger = ledger_of(rows[:5])
        ledger.apply(table(rows[5:]))
        wrong = ("c1", "2023-02-02", None, 77)
        ledger.apply(table([wrong]))
        ledger.retract(table([wrong, rows[0]]))
        ledger.apply(table([rows[0]]))
        assert ledger.to_bytes() == data
        assert ledger == ledger_of(rows)
    ledger.merge("c1", "c2")
    assert ledger != ledger_of(rows) and ledger.to_bytes() != data
    assert ledger != "ledger"


def test_what_differs_is_not_equal() -> None:
    rows = {"account": ["a", "b"], "start": ["2024-01-01"] * 2, "end": [None, "2024-05-01"], "mrr_minor": [100, 200]}
    base = sj.Ledger(rows, as_of="2024-06-01")
    others = [
        sj.Ledger(rows, as_of="2024-07-01"),
        sj.Ledger(rows, as_of="2024-06-01", policy=sj.Policy(grr="churn_only")),
        sj.Ledger(rows, as_of="2024-06-01", currency="EUR"),
        sj.Ledger({**rows, "mrr_minor": [100, 201]}, as_of="2024-06-01"),
        sj.Ledger(rows, as_of="2024-06-01", ends="inclusive"),
        base.with_view(unit="parent"),
        base.partition(2)[0],
        base.snapshot(),
    ]
    others[-1].add_segment("owner", {"account": ["a"], "owner": ["Li"]})
    forms = [ledger.to_bytes() for ledger in (base, *others)]
    assert len(set(forms)) == len(forms)
    assert all(other != base for other in others)
    assert [sj.Ledger.from_bytes(form).to_bytes() for form in forms] == forms
    assert base == base.snapshot() == copy.copy(base) == copy.deepcopy(base)


def test_arguments_that_read_days_come_back() -> None:
    rows = {"account": ["a"], "start": ["31/01/2024 23:30 +00:00"], "end": [None], "mrr_minor": [100]}
    given: dict[str, Any] = {"date_format": "%d/%m/%Y %H:%M %z", "timezone": "Europe/Berlin", "as_of": "2024-06-01"}
    ledger = sj.Ledger(rows, **given)
    again = sj.Ledger.from_bytes(ledger.to_bytes())
    late = {**rows, "account": ["b"], "start": ["29/02/2024 23:30 +00:00"]}
    for one in (ledger, again):
        one.apply(late)
    assert again == ledger
    assert again.movements("2024-01", "2024-03")["new"].to_list() == [0, 100, 100]


def test_made_up_bytes_are_an_error_or_a_ledger_with_these_very_bytes() -> None:
    draw = random.Random(5)
    rows = {
        "account": ["a", "b", "b"],
        "start": ["2024-01-01", "2024-02-01", "2024-03-01"],
        "end": [None, "2024-05-01", "2099-12-31"],
        "mrr_minor": [100, 200, 300],
        "money": ["EUR", "USD", "USD"],
        "plan": ["pro", "basic", "pro"],
    }
    rates = {"currency": ["EUR"] * 8, "month": [f"2024-{month:02d}" for month in range(1, 9)], "rate": ["1.1"] * 8}
    given: dict[str, Any] = {"segment": "plan", "currency": "money", "rates": rates, "report_in": "USD"}
    ledger = sj.Ledger(rows, as_of="2024-06-01", shard=None, **given).partition(2)[0]
    ledger.add_segment("owner", {"account": ["a"], "owner": ["Li"], "since": ["2024-01-01"]}, since="since")
    seed = ledger.to_bytes()
    for bad in (b"", b"SJRN", seed[:-1], seed + b"\0", bytes(len(seed))):
        with pytest.raises(sj.StateError):
            sj.Ledger.from_bytes(bad)
    text = seed.index(b'{"common"')
    decoded = 0
    for _ in range(3000):
        data = bytearray(seed)
        for _ in range(draw.randint(1, 3)):
            data[draw.randrange(text, len(data) - 4)] = draw.choice(b'0129{}[]",:nulltrueabz \xff')
        data[-4:] = crc32c(bytes(data[:-4])).to_bytes(4, "little")
        try:
            made = sj.Ledger.from_bytes(bytes(data))
        except sj.StateError:
            continue
        assert made.to_bytes() == bytes(data)
        decoded += 1
    assert decoded > 0


def crc32c(data: bytes) -> int:
    value = 0xFFFFFFFF
    for byte in data:
        value = value >> 8 ^ CRC[(value ^ byte) & 255]
    return value ^ 0xFFFFFFFF


def of_byte(value: int) -> int:
    for _ in range(8):
        value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
    return value


CRC = [of_byte(byte) for byte in range(256)]
