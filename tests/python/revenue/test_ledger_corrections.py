"""Corrections of a ledger: rows applied, retracted, merged and split give the numbers of everything from the start."""

from __future__ import annotations

import random
import resource
import time
import tracemalloc

import pytest

import sojourn as sj
from ledger_books import Row, ledger_of, random_row, table


def test_edits_equal_everything_from_the_start() -> None:
    draw = random.Random(1)
    for _ in range(30):
        held = [random_row(draw) for _ in range(8)]
        book = ledger_of(held)
        state = book.state("2023-01", "2024-12")
        for _ in range(6):
            rows = draw.sample(held, 2) if draw.random() < 0.5 else [random_row(draw) for _ in range(3)]
            gone = all(row in held for row in rows)
            state -= book.state("2023-01", "2024-12", accounts_in=table(rows))
            if gone:
                book.retract(table(rows))
                for row in rows:
                    held.remove(row)
            else:
                book.apply(table(rows))
                held += rows
            state += book.state("2023-01", "2024-12", accounts_in=table(rows))
            assert state.to_bytes() == ledger_of(held).state("2023-01", "2024-12").to_bytes()
            held = held or [random_row(draw)]
            if book.counts["rows"] != len(held):
                break
            assert book.counts == ledger_of(held).counts


def test_accounts_of_applied_rows_are_found() -> None:
    book = ledger_of([("a", "2024-01-01", None, 100)])
    book.apply(table([("b", "2024-02-01", None, 300)]))
    assert book.accounts == 2
    assert int(book.mrr("2024-02")) == 400
    assert book.explain("b", "2024-02").closing == 300
    assert book.explain("b", "2024-02").rows == [1]


def test_merged_accounts_did_not_churn() -> None:
    book = ledger_of([("old", "2024-01-01", "2024-06-01", 100), ("new", "2024-06-01", None, 100)])
    assert book.movements("2024-06", "2024-06").to_dicts()[0]["accounts_churned"] == 1
    book.merge("old", into="new")
    assert book.movements("2024-06", "2024-06").to_dicts()[0]["accounts_churned"] == 0
    with pytest.raises(sj.DataError, match="merged with itself"):
        book.merge("new", into="new")


def test_rows_that_are_not_in_the_ledger_cannot_be_retracted() -> None:
    book = ledger_of([("a", "2024-01-01", None, 100)])
    with pytest.raises(sj.DataError, match="holds no such row"):
        book.retract(table([("a", "2024-01-01", None, 200)]))
    with pytest.raises(sj.DataError, match="holds no such row"):
        book.retract(table([("b", "2024-01-01", None, 100)]))
    with pytest.raises(sj.DataError, match="negative"):
        book.apply(table([("c", "2024-01-01", None, -1)]))
    assert book.accounts == 1 and int(book.mrr("2024-12")) == 100
    book.apply(table([("d", "2024-01-01", None, 5)]))
    assert int(book.mrr("2024-12")) == 105


def same(a: sj.Ledger, b: sj.Ledger) -> bool:
    return (
        a.state("2023-01", "2024-12").to_bytes() == b.state("2023-01", "2024-12").to_bytes()
        and a.cohorts(first="2023-01", last="2024-12", measure="mrr").counts
        == b.cohorts(first="2023-01", last="2024-12", measure="mrr").counts
    )


def random_rows(draw: random.Random, n: int) -> list[Row]:
    return [
        (
            f"c{draw.randint(1, 6)}",
            f"2023-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}",
            None if draw.random() < 0.4 else f"2024-{draw.randint(1, 12):02d}-15",
            draw.choice([0, 100, 2500]),
        )
        for _ in range(n)
    ]


@pytest.mark.filterwarnings("ignore:.* repeats? an earlier one:sojourn.InputWarning")  # rows at random
def test_random_scripts_of_mergers_and_splits_equal_a_recompute() -> None:
    draw = random.Random(12)
    for _ in range(60):
        held = random_rows(draw, 12)
        ledger = ledger_of(held)
        given = list(held)  # rows as they were given, of the accounts that pay them now, and not cut
        for step in range(5):
            names = sorted({row[0] for row in held})
            if draw.random() < 0.5 and len(names) > 1:
                one, other = draw.sample(names, 2)
                ledger.merge(one, other)
                held = [(other if row[0] == one else row[0], *row[1:]) for row in held]
                given = [(other if row[0] == one else row[0], *row[1:]) for row in given]
            elif given:
                moving = draw.sample(given, min(2, len(given)))
                into = f"n{step}"
                since = draw.choice([None, f"2023-{draw.randint(1, 12):02d}-10"])
                ledger.split(table(moving), into, since=since)
                for row in moving:
                    held.remove(row)
                    given.remove(row)
                    cut = row[1] if since is None else max(row[1], since)
                    cut = cut if row[2] is None else min(cut, row[2])
                    if row[1] < cut:
                        held.append((row[0], row[1], cut, row[3]))
                    held.append((into, cut, row[2], row[3]))
                    if cut == row[1]:
                        given.append((into, cut, row[2], row[3]))
            assert same(ledger, ledger_of(held))
            assert same(ledger.with_policy(ledger.policy), ledger)


def test_a_table_of_mergers_in_any_order() -> None:
    rows = [
        ("a", "2023-01-01", "2023-06-01", 100),
        ("b", "2023-06-01", "2024-01-01", 100),
        ("c", "2024-01-01", None, 100),
        ("d", "2023-03-01", None, 5),
    ]
    ledger = ledger_of(rows)
    assert ledger.merge_all({"account": ["b", "a"], "into": ["c", "b"]}) == 2
    assert same(ledger, ledger_of([("c", *row[1:]) if row[0] != "d" else row for row in rows]))
    year = ledger.movements("2023", "2024", by="year").to_dicts()
    assert [row["accounts_churned"] for row in year] == [0, 0]
    dated = ledger_of(rows)
    dated.merge_all({"account": ["d"], "into": ["c"], "on": ["2024-03-01"]}, since="on")
    march = dated.movements("2024-03", "2024-03").to_dicts()[0]
    assert (march["churn"], march["expansion"], march["closing"]) == (5, 5, 105)
    assert int(dated.mrr("2024-02")) == int(ledger_of(rows).mrr("2024-02"))
    for broken, match in [
        ({"account": ["a"], "into": ["a"]}, "circle"),
        ({"account": ["a", "b"], "into": ["b", "a"]}, "circle"),
        ({"account": ["a", "a"], "into": ["b", "c"]}, "merged once"),
        ({"account": ["x"], "into": ["b"]}, "not an account"),
        ({"account": [None], "into": ["b"]}, "two accounts"),
    ]:
        untouched = ledger_of(rows)
        with pytest.raises(sj.DataError, match=match):
            untouched.merge_all(broken)
        assert same(untouched, ledger_of(rows))


def test_a_table_of_mergers_is_merged_whole_or_not_at_all() -> None:
    huge = 30_000_000_000_000
    rows = [(name, "2023-01-01", None, amount) for name, amount in zip("abcde", (1, 2, huge, huge, 5), strict=True)]
    ledger = ledger_of(rows)
    ledger.merge("e", "b")
    before = ledger.to_bytes()
    for mergers, error in [
        ({"account": ["a", "c"], "into": ["b", "d"]}, sj.OverflowError),
        ({"account": ["a", "e"], "into": ["b", "a"]}, sj.DataError),  # merged already, before the table
        ({"account": ["a", "b"], "into": ["c", "e"]}, sj.DataError),  # a circle with what was merged
        ({"account": ["a", "b"], "into": ["b", "c"], "on": ["2024-01-01", "2024-02-01"]}, sj.DataError),
    ]:
        with pytest.raises(error):
            ledger.merge_all(mergers, since="on" if "on" in mergers else None)
        assert ledger.to_bytes() == before


def test_labels_follow_a_table_of_mergers() -> None:
    ledger = ledger_of([(name, "2023-01-01", None, 10) for name in "abc"])
    ledger.add_segment("region", {"account": ["a"], "region": ["EU"]})
    ledger.merge_all({"account": ["b", "a"], "into": ["c", "b"]})
    found = ledger.by_segment("region").mrr("2024-01")
    assert dict(zip(found["segment"].to_list(), found["mrr"].to_list(), strict=True)) == {"EU": 30}


def test_errors_name_the_account_by_its_key() -> None:
    huge = 30_000_000_000_000
    other = ("other", "2023-01-01", None, 1)
    with pytest.raises(sj.OverflowError, match="account acme passes"):
        ledger_of([other, ("acme", "2023-01-01", None, huge), ("acme", "2023-02-01", None, huge)])
    ledger = ledger_of([other, ("acme", "2023-01-01", None, huge), ("beta", "2023-01-01", None, huge)])
    with pytest.raises(sj.OverflowError, match="account beta passes"):
        ledger.merge("acme", "beta")
    with pytest.raises(sj.DataError, match="value beta"):
        ledger.retract(table([("beta", "2023-01-01", None, huge + 1)]))
    with pytest.raises(sj.DataError, match="value beta"):
        ledger.split(table([("beta", "2023-01-01", None, huge + 1)]), "new")
    ids = {"account": [2**40, 2**40], "start": ["2023-01-01"] * 2, "end": [None, None], "mrr": [huge, huge]}
    with pytest.raises(sj.OverflowError, match=str(2**40)):
        sj.Ledger(ids, account="account", start="start", end="end", mrr="mrr", amounts="minor")


def test_thousands_of_corrections_are_kept_under_another_policy() -> None:
    """Corrections are a list, not a chain of calls: their number is not limited by the depth of a call stack."""
    row = {"account_id": ["a"], "start": ["2024-02-01"], "end": ["2024-03-01"], "mrr_minor": [7]}
    book = sj.Ledger({**row, "mrr_minor": [100]}, as_of="2024-06-01")
    for _ in range(3000):
        book.apply(row)
    other = book.with_policy(sj.Policy(grr="churn_only"))
    assert int(book.mrr("2024-02")) == int(other.mrr("2024-02")) == 100 + 3000 * 7


def test_pairs_of_corrections_cost_the_same_at_any_number_and_leave_nothing_behind() -> None:
    """A wrong row is retracted, the right one applied, again and again: neither time nor memory grows with the past."""
    row = {"account_id": ["a"], "start": ["2024-02-01"], "end": ["2024-03-01"], "mrr_minor": [7]}
    book = sj.Ledger(row, as_of="2024-06-01")

    def thousand_pairs() -> float:
        began = time.process_time()
        for _ in range(1000):
            book.retract(row)
            book.apply(row)
        return time.process_time() - began

    times = [thousand_pairs() for _ in range(2)]
    tracemalloc.start()
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        held = tracemalloc.get_traced_memory()[0]
        thousand_pairs()
        assert tracemalloc.get_traced_memory()[0] - held < 20_000
    finally:
        tracemalloc.stop()
    times += [thousand_pairs() for _ in range(10)]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - resident < 4_000  # KiB
    assert min(times[-3:]) < 2 * min(times[:2])
    assert book == sj.Ledger(row, as_of="2024-06-01")


def test_a_part_keeps_the_corrections_made_before_it_was_cut() -> None:
    rows = {"account_id": ["a", "b"], "start": ["2024-01-01"] * 2, "end": [None] * 2, "mrr_minor": [100, 200]}
    book = sj.Ledger(rows, as_of="2024-06-01")
    book.apply({"account_id": ["c"], "start": ["2024-02-01"], "end": [None], "mrr_minor": [50]})
    parts = book.partition(3)
    book.apply({"account_id": ["d"], "start": ["2024-02-01"], "end": [None], "mrr_minor": [1000]})
    again = [part.with_policy(sj.Policy(grr="churn_only")) for part in parts]
    assert sum(int(part.mrr("2024-03")) for part in parts) == sum(int(part.mrr("2024-03")) for part in again) == 350
    assert int(book.mrr("2024-03")) == 1350
