"""The same ledger from intervals, month snapshots and change events; mergers and splits."""

from __future__ import annotations

import random
from typing import Any

import pytest

import sojourn as sj

Table = dict[str, list[Any]]


def shuffled(draw: random.Random, table: Table) -> Table:
    order = list(range(len(next(iter(table.values())))))
    draw.shuffle(order)
    return {name: [values[i] for i in order] for name, values in table.items()}


def next_month(label: str) -> str:
    year, month = int(label[:4]), int(label[5:])
    return f"{year + month // 12}-{month % 12 + 1:02d}"


def key(kind: str, who: int) -> Any:
    return {"text": f"customer {who}", "id": 2**40 + who, "dictionary": f"c{who}"}[kind]


@pytest.mark.parametrize("kind", ["text", "id", "dictionary"])
def test_snapshots_are_the_ledger_of_their_months(kind: str) -> None:
    pd = pytest.importorskip("pandas")
    draw = random.Random(kind)
    for _ in range(15):
        snapshots: Table = {"who": [], "month": [], "cents": [], "plan": []}
        intervals: Table = {"who": [], "start": [], "end": [], "cents": []}
        for who in range(6):
            month = f"2023-{draw.randint(1, 12):02d}"
            while month < "2024-12":
                amount = draw.choice([0, 100, 100, 2500])
                if draw.random() < 0.8:
                    snapshots["who"].append(key(kind, who))
                    snapshots["month"].append(month)
                    snapshots["cents"].append(amount)
                    snapshots["plan"].append("x" if who % 2 else "y")
                    intervals["who"].append(key(kind, who))
                    intervals["start"].append(f"{month}-01")
                    intervals["end"].append(f"{next_month(month)}-01")
                    intervals["cents"].append(amount)
                month = next_month(month)
        table: Any = shuffled(draw, snapshots) if draw.random() < 0.5 else snapshots
        if kind == "dictionary":
            table = pd.DataFrame(table).astype({"who": "category"})
        ours = sj.Ledger.from_snapshots(table, account="who", month="month", mrr="cents", segment="plan", as_of="2024-12-01")
        theirs = sj.Ledger(intervals, account="who", start="start", end="end", mrr="cents", as_of="2024-12-01")
        assert ours.state("2023-01", "2024-12").to_bytes() == theirs.state("2023-01", "2024-12").to_bytes()
        assert ours.cohorts(measure="mrr").counts == theirs.cohorts(measure="mrr").counts
        assert float(ours.nrr("2024-10", window=6)) == pytest.approx(float(theirs.nrr("2024-10", window=6)), nan_ok=True)
        assert ours.accounts == theirs.accounts
        assert sum(ours.by_segment().mrr("2024-05")["mrr"].to_list()) == int(ours.mrr("2024-05"))


def test_snapshots_know_their_last_month_and_can_be_corrected() -> None:
    table = {"account_id": ["a", "b", "a"], "month": ["2024-01", "2024-01", "2024-02"], "mrr_minor": [100, 50, 100]}
    ledger = sj.Ledger.from_snapshots(table)
    assert str(ledger.as_of) == "2024-03-01"
    february = ledger.movements("2024-02", "2024-02").to_dicts()[0]
    assert (february["closing"], february["accounts_churned"], february["accounts_closing"]) == (100, 1, 1)
    assert ledger.explain("a", "2024-01").rows == [0, 2]
    ledger.apply({"account_id": ["b"], "month": ["2024-02"], "mrr_minor": [50]})
    assert int(ledger.mrr("2024-02")) == 150
    ledger.retract({"account_id": ["b"], "month": ["2024-02"], "mrr_minor": [50]})
    assert int(ledger.mrr("2024-02")) == 100
    for broken, match in [
        (
            {"account_id": ["a", "a"], "month": ["2024-01", "2024-01-15"], "mrr_minor": [1, 2]},
            "row 1.*one row an account and month",
        ),
        ({"account_id": ["a"], "month": ["January"], "mrr_minor": [1]}, "2024-01"),
        ({"account_id": ["a"], "month": ["2024-01"], "mrr_minor": [-1]}, "negative"),
        ({"account_id": ["a"], "month": [None], "mrr_minor": [1]}, "month"),
    ]:
        with pytest.raises(sj.DataError, match=match):
            sj.Ledger.from_snapshots(broken)


def test_changes_are_the_ledger_of_their_levels() -> None:
    draw = random.Random(9)
    for _ in range(25):
        levels: Table = {"who": [], "sub": [], "on": [], "mrr": [], "change": []}
        intervals: Table = {"who": [], "start": [], "end": [], "mrr": []}
        for sub in range(8):
            days = sorted(draw.sample(range(1, 700), draw.randint(1, 5)))
            before = 0
            for i, offset in enumerate(days):
                level = draw.choice([0, 100, 2500])
                levels["who"].append(f"c{sub % 3}")
                levels["sub"].append(sub)
                levels["on"].append(_date(offset))
                levels["mrr"].append(level)
                levels["change"].append(level - before)
                before = level
                intervals["who"].append(f"c{sub % 3}")
                intervals["start"].append(_date(offset))
                intervals["end"].append(_date(days[i + 1]) if i + 1 < len(days) else None)
                intervals["mrr"].append(level)
        expected = sj.Ledger(intervals, account="who", start="start", end="end", mrr="mrr", as_of="2025-01-01")
        options: dict[str, Any] = {"account": "who", "when": "on", "subscription": "sub", "as_of": "2025-01-01"}
        for ledger in (
            sj.Ledger.from_changes(shuffled(draw, levels), mrr_after="mrr", **options),
            sj.Ledger.from_changes(shuffled(draw, levels), change="change", **options),
        ):
            assert ledger.movements("2023-01", "2024-12").to_dicts() == expected.movements("2023-01", "2024-12").to_dicts()
            assert ledger.cohorts().counts == expected.cohorts().counts


def _date(offset: int) -> str:
    import datetime

    return str(datetime.date(2023, 1, 1) + datetime.timedelta(days=offset))


def test_changes_of_one_day_follow_the_named_rule_and_are_counted() -> None:
    table = {"account_id": ["a", "a", "a"], "date": ["2024-01-05", "2024-01-05", "2024-02-01"], "level": [1000, 300, 0]}
    ledger = sj.Ledger.from_changes(table, mrr_after="level", as_of="2024-06-01")
    assert int(ledger.mrr("2024-01")) == 300
    assert ledger.counts == {"rows": 3, "to_zero": 1, "replaced": 1, "future_changes": 0}
    assert ledger.explain("a", "2024-02").rows == [0, 1, 2]
    assert int(sj.Ledger.from_changes(table, mrr_after="level", same_day="sum", as_of="2024-06-01").mrr("2024-01")) == 1300
    assert int(sj.Ledger.from_changes(table, change="level", as_of="2024-06-01").mrr("2024-03")) == 1300
    with pytest.raises(sj.DataError, match="row 1"):
        sj.Ledger.from_changes(table, mrr_after="level", same_day="refuse")
    with pytest.raises(sj.SchemaError, match="one of the two"):
        sj.Ledger.from_changes(table)
    with pytest.raises(sj.DataError, match="add up to -200"):
        sj.Ledger.from_changes(
            {"account_id": ["a", "a"], "date": ["2024-01-05", "2024-02-05"], "d": [100, -300]}, change="d"
        )
    with pytest.raises(sj.SchemaError, match="cannot be corrected"):
        ledger.apply(table)
    bridged = sj.Ledger.from_changes(
        {"account_id": ["a"] * 3, "date": ["2024-01-01", "2024-02-01", "2024-02-03"], "level": [100, 0, 100]},
        mrr_after="level",
        as_of="2024-06-01",
        policy=sj.Policy(lapse_grace=3),
    )
    assert bridged.movements("2024-02", "2024-02").to_dicts()[0]["accounts_churned"] == 0


COLUMNS = ("account", "start", "end", "mrr")


def table(rows: list[tuple[str, str, str | None, int]]) -> Table:
    return {name: [row[i] for row in rows] for i, name in enumerate(COLUMNS)}


def book(rows: list[tuple[str, str, str | None, int]]) -> sj.Ledger:
    return sj.Ledger(table(rows), account="account", start="start", end="end", mrr="mrr", as_of="2025-01-01")


def same(a: sj.Ledger, b: sj.Ledger) -> bool:
    return (
        a.state("2023-01", "2024-12").to_bytes() == b.state("2023-01", "2024-12").to_bytes()
        and a.cohorts(first="2023-01", last="2024-12", measure="mrr").counts
        == b.cohorts(first="2023-01", last="2024-12", measure="mrr").counts
    )


def random_rows(draw: random.Random, n: int) -> list[tuple[str, str, str | None, int]]:
    return [
        (
            f"c{draw.randint(1, 6)}",
            f"2023-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}",
            None if draw.random() < 0.4 else f"2024-{draw.randint(1, 12):02d}-15",
            draw.choice([0, 100, 2500]),
        )
        for _ in range(n)
    ]


def test_random_scripts_of_mergers_and_splits_equal_a_recompute() -> None:
    draw = random.Random(12)
    for _ in range(60):
        held = random_rows(draw, 12)
        ledger = book(held)
        for step in range(5):
            names = sorted({row[0] for row in held})
            if draw.random() < 0.5 and len(names) > 1:
                one, other = draw.sample(names, 2)
                ledger.merge(one, other)
                held = [(other if row[0] == one else row[0], *row[1:]) for row in held]
            else:
                moving = draw.sample(held, min(2, len(held)))
                into = f"n{step}"
                since = draw.choice([None, f"2023-{draw.randint(1, 12):02d}-10"])
                ledger.split(table(moving), into, since=since)
                for row in moving:
                    held.remove(row)
                    cut = row[1] if since is None else max(row[1], since)
                    cut = cut if row[2] is None else min(cut, row[2])
                    if row[1] < cut:
                        held.append((row[0], row[1], cut, row[3]))
                    held.append((into, cut, row[2], row[3]))
            assert same(ledger, book(held))
            assert same(ledger.with_policy(ledger.policy), ledger)


def test_a_table_of_mergers_in_any_order() -> None:
    rows = [
        ("a", "2023-01-01", "2023-06-01", 100),
        ("b", "2023-06-01", "2024-01-01", 100),
        ("c", "2024-01-01", None, 100),
        ("d", "2023-03-01", None, 5),
    ]
    ledger = book(rows)
    assert ledger.merge_all({"account": ["b", "a"], "into": ["c", "b"]}) == 2
    assert same(ledger, book([("c", *row[1:]) if row[0] != "d" else row for row in rows]))
    year = ledger.movements("2023", "2024", by="year").to_dicts()
    assert [row["accounts_churned"] for row in year] == [0, 0]
    dated = book(rows)
    dated.merge_all({"account": ["d"], "into": ["c"], "on": ["2024-03-01"]}, since="on")
    march = dated.movements("2024-03", "2024-03").to_dicts()[0]
    assert (march["churn"], march["expansion"], march["closing"]) == (5, 5, 105)
    assert int(dated.mrr("2024-02")) == int(book(rows).mrr("2024-02"))
    for broken, match in [
        ({"account": ["a"], "into": ["a"]}, "circle"),
        ({"account": ["a", "b"], "into": ["b", "a"]}, "circle"),
        ({"account": ["a", "a"], "into": ["b", "c"]}, "merged once"),
        ({"account": ["x"], "into": ["b"]}, "not an account"),
        ({"account": [None], "into": ["b"]}, "two accounts"),
    ]:
        untouched = book(rows)
        with pytest.raises(sj.DataError, match=match):
            untouched.merge_all(broken)
        assert same(untouched, book(rows))


def test_errors_name_the_account_by_its_key() -> None:
    huge = 30_000_000_000_000
    with pytest.raises(sj.OverflowError, match="account acme passes"):
        book([("other", "2023-01-01", None, 1), ("acme", "2023-01-01", None, huge), ("acme", "2023-02-01", None, huge)])
    ledger = book([("other", "2023-01-01", None, 1), ("acme", "2023-01-01", None, huge), ("beta", "2023-01-01", None, huge)])
    with pytest.raises(sj.OverflowError, match="account beta passes"):
        ledger.merge("acme", "beta")
    with pytest.raises(sj.DataError, match="value beta"):
        ledger.retract(table([("beta", "2023-01-01", None, huge + 1)]))
    with pytest.raises(sj.DataError, match="value beta"):
        ledger.split(table([("beta", "2023-01-01", None, huge + 1)]), "new")
    ids = {"account": [2**40, 2**40], "start": ["2023-01-01"] * 2, "end": [None, None], "mrr": [huge, huge]}
    with pytest.raises(sj.OverflowError, match=str(2**40)):
        sj.Ledger(ids, account="account", start="start", end="end", mrr="mrr")


def test_churn_of_what_was_available_to_renew() -> None:
    rows = [
        ("a", "2023-01-01", "2024-02-01", 100),
        ("a", "2024-02-01", "2025-02-01", 90),
        ("b", "2023-01-01", "2024-02-01", 100),
        ("c", "2023-01-01", "2024-02-01", 100),
        ("c", "2022-01-01", "2026-01-01", 500),
        ("d", "2024-01-10", "2024-03-10", 50),
        ("e", "2023-05-01", "2024-05-01", 70),
    ]
    due = book(rows).available_to_renew("2024-Q1")
    assert float(due.logo_churn) == pytest.approx(2 / 3) and due.logo_churn.n == 3
    assert float(due.mrr_churn) == 0.5 and float(due.gross_mrr_churn) == pytest.approx(0.55)
    assert due.options["complete"] is True and len(due.table()) == 3
    assert float(book(rows).available_to_renew(("2024-01-01", "2024-04-01")).logo_churn) == float(due.logo_churn)
    assert book(rows).available_to_renew("2020-Q1").logo_churn.n == 0
    back = book([*rows, ("b", "2024-06-01", "2025-06-01", 100)])
    assert float(back.available_to_renew("2024-Q1").logo_churn) == pytest.approx(2 / 3)
    assert float(back.available_to_renew("2024-Q1", lost="no_later_term").logo_churn) == pytest.approx(1 / 3)
    with pytest.raises(sj.SchemaError, match="at_end"):
        back.available_to_renew("2024-Q1", lost="never")
    corrected = book(rows)
    corrected.apply(table(rows[:1]))
    for ledger in (corrected, sj.Ledger.from_snapshots({"account_id": ["a"], "month": ["2024-01"], "mrr_minor": [1]})):
        with pytest.raises(sj.SchemaError, match="knows terms"):
            ledger.available_to_renew("2024-Q1")


def test_kinds_of_renewals_are_counted_and_change_no_rate() -> None:
    contracts = {
        "account_id": [1, 2, 3, 3],
        "term_start": ["2023-06-01", "2021-06-10", "2023-06-05", "2023-06-20"],
        "term_end": ["2024-06-01", "2024-06-10", "2024-06-05", "2024-06-20"],
        "value_minor": [100] * 4,
        "renewed_on": ["2024-06-01", None, "2024-06-20", "2024-06-20"],
        "renewed_value_minor": [100, None, 90, 90],
        "until": ["2027-06-01", None, "2025-06-20", None],
        "auto": [True, None, False, False],
    }
    plain = sj.renewals(contracts, "2024-06")
    assert plain.kinds == {"co_terminated": 2}
    full = sj.renewals(contracts, "2024-06", term_start="term_start", renewed_until="until", auto_renewed="auto")
    assert full.kinds == {
        "co_terminated": 2,
        "multi_year_due": 1,
        "term_known": 4,
        "multi_year_renewed": 1,
        "renewed_term_known": 2,
        "auto_renewed": 1,
        "auto_known": 3,
    }
    assert float(full.logo) == float(plain.logo) and full.counts == plain.counts
    with pytest.raises(sj.SchemaError, match="true or false"):
        sj.renewals(contracts, "2024-06", auto_renewed="until")
