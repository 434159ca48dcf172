"""Movements and rates by account and by parent: what changes hands is a transfer, and both levels are the same money."""

from __future__ import annotations

import calendar
import datetime
import random

import pytest

import sojourn as sj
from unit_reference import Row, Said, movements

AMOUNTS = ("opening", "new", "reactivation", "expansion", "contraction", "churn", "transfer_in", "transfer_out", "closing")
COUNTS = tuple(f"accounts_{name}" for name in ("opening", "new", "reactivated", "churned", "in", "out", "closing"))
MONTHS = [
    (
        f"2024-{m:02d}",
        datetime.date(2024, m, 1),
        datetime.date(2024, m, calendar.monthrange(2024, m)[1]) + datetime.timedelta(1),
    )
    for m in range(3, 9)
]
PLAIN = {
    "account": ["a", "b", "c"],
    "start": ["2024-01-01"] * 3,
    "end": [None, None, "2024-05-20"],
    "mrr_minor": [100, 20, 7],
    "belongs_to": ["north", "south", "south"],
}


def table_of(rows: list[Row]) -> dict[str, list[object]]:
    return {
        "account": [row.account for row in rows],
        "start": [row.start for row in rows],
        "end": [row.end for row in rows],
        "mrr_minor": [row.mrr for row in rows],
        "holding": [row.parent for row in rows],
    }


def day(draw: random.Random) -> datetime.date:
    return datetime.date(2024, 1, 1) + datetime.timedelta(days=draw.randint(0, 220))


def random_book(draw: random.Random) -> tuple[sj.Ledger, list[Row], Said]:
    """Accounts that change parents, are merged and split off, by rows, by `set_parent` and by corrections."""
    accounts, parents = list("abcdef"), ["north", "south", "west"]
    rows: list[Row] = []
    for _ in range(draw.randint(4, 14)):
        start = day(draw)
        end = None if draw.random() < 0.4 else start + datetime.timedelta(days=draw.randint(1, 120))
        # Amounts are all different, so that each row can be named.
        rows.append(
            Row(draw.choice(accounts), start, end, 1000 * draw.randint(1, 3) + len(rows), draw.choice([None, *parents]))
        )
    ledger = sj.Ledger(table_of(rows), parent="holding", as_of="2025-01-01")
    said = Said()
    known = sorted({row.account for row in rows})
    if draw.random() < 0.5:
        row = draw.choice(rows)
        into, since = draw.choice([one for one in [*known, "g"] if one != row.account]), day(draw)
        ledger.split(table_of([row]), into, since=since)
        row.owners.append((since, into))
    if draw.random() < 0.5 and len(known) > 1:
        one, other = draw.sample(known, 2)
        since = day(draw)
        ledger.merge(one, other, since=since)
        said.mergers.append((one, other, since))
    for _ in range(draw.randint(0, 4)):
        child, parent, since = draw.choice(known), draw.choice(parents), day(draw)
        ledger.set_parent(child, parent, since=since)
        said.parents.append((child, parent, since))
    return ledger, rows, said


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("net", [False, True])
def test_movements_by_unit_equal_a_slow_reference(seed: int, net: bool) -> None:
    draw = random.Random(seed)
    ledger, rows, said = random_book(draw)
    if net:
        ledger = ledger.with_policy(sj.Policy(movement_mode="net_endpoints"))
    keys = [*(row.account for row in rows), *(row.parent for row in rows)]
    keys += [into for row in rows for _, into in row.owners]
    keys += [key for child, parent, _ in said.parents for key in (child, parent)]
    numbers = {key: number for number, key in enumerate(dict.fromkeys(key for key in keys if key is not None))}
    both = ledger.movements("2024-03", "2024-08", unit=("account", "parent")).to_dicts()
    for unit in ("account", "parent"):
        wanted = movements(rows, said, unit, MONTHS, numbers, net=net)
        shown = ledger.movements("2024-03", "2024-08", unit=unit).to_dicts()
        assert [{"unit": unit, **row} for row in shown] == [row for row in both if row["unit"] == unit]
        for row in shown:
            label = row["period"]
            for name in (*AMOUNTS, *COUNTS):
                total = sum(sums.get(name, 0) for (month, _), sums in wanted.items() if month == label)
                assert row[name] == total, (unit, label, name)
            assert row["transfer_in"] == row["transfer_out"]
    wanted = movements(rows, said, "parent", MONTHS, numbers, net=net)
    by_parent = ledger.movements("2024-03", "2024-08", split_by="parent").to_dicts()
    found = {(row["period"], row["parent"]): row for row in by_parent}
    assert set(found) == {key for key, sums in wanted.items() if any(sums.values())}
    for key, row in found.items():
        assert {name: row[name] for name in (*AMOUNTS, *COUNTS)} == {
            name: int(wanted[key].get(name, 0)) for name in (*AMOUNTS, *COUNTS)
        }
    whole = ledger.movements("2024-03", "2024-08")["closing"].to_list()
    assert [row["closing"] for row in both if row["unit"] == "parent"] == whole


def test_a_subsidiary_that_moves_is_a_transfer_under_every_way_of_asking() -> None:
    ledger = sj.Ledger(PLAIN, parent="belongs_to", as_of="2024-12-01")
    ledger.set_parent("a", "south", since="2024-06-15")
    june = {"new": 0, "churn": 0, "transfer_in": 100, "transfer_out": 100, "opening": 120, "closing": 120}
    for table in (
        ledger.movements("2024-06", "2024-06", unit="parent"),
        ledger.with_view(unit="parent").movements("2024-06", "2024-06"),
    ):
        (row,) = table.to_dicts()
        assert {name: row[name] for name in june} == june
        assert (row["accounts_out"], row["accounts_in"], row["accounts_churned"], row["accounts_closing"]) == (1, 0, 0, 1)
        assert table.options["unit"] == "parent"
    rows = ledger.movements("2024-06", "2024-06", split_by="parent").to_dicts()
    assert [(row["parent"], row["transfer_in"], row["transfer_out"], row["closing"]) for row in rows] == [
        ("north", 0, 100, 0),
        ("south", 100, 0, 120),
    ]
    assert (
        ledger.movements("2024-05", "2024-07").columns
        == sj.Ledger(PLAIN, as_of="2024-12-01").movements("2024-05", "2024-07").columns
    )


@pytest.mark.parametrize("by_view", [False, True])
def test_rates_of_parents_look_at_who_owned_accounts_at_the_opening(by_view: bool) -> None:
    ledger = sj.Ledger(PLAIN, parent="belongs_to", as_of="2024-12-01")
    ledger.set_parent("a", "south", since="2024-06-15")
    of, more = (ledger.with_view(unit="parent"), {}) if by_view else (ledger, {"unit": "parent"})
    assert of.logo_churn("2024-06", **more).value == 0.0
    assert of.logo_churn("2024-06", **more).options["owners_on"] == "2024-05-31"
    assert of.mrr_churn("2024-06", **more).value == 0.0
    assert of.nrr("2024-07", window=3, **more).value == 120 / 127  # c left in May
    assert of.grr("2024-07", window=3, **more).value == 120 / 127
    assert of.logo_retention("2024-07", window=3, **more).value == 1.0
    table = of.retention("2024-06", "2024-07", window=(1, 2), **more)
    assert table["grr"].to_list() == [1.0, 1.0, 120 / 127, 1.0]
    assert table["accounts"].to_list() == [2, 1, 2, 2]
    assert of.quick_ratio("2024-06", **more).value != of.quick_ratio("2024-05", **more).value
    assert of.arpa("2024-06", **more).value == 120.0 and ledger.arpa("2024-06").value == 60.0
    assert ledger.logo_churn("2024-05", unit="account").value == 1 / 3


def test_parents_come_as_a_column_as_a_table_and_one_by_one() -> None:
    said = {"account": ["a", "b", "c"], "parent": ["north", "south", "south"], "since": [None, None, None]}
    moved = {"account": ["a"], "parent": ["south"], "since": ["2024-06-15"], "known_from": ["2024-07-01"]}
    column = sj.Ledger(PLAIN, parent="belongs_to", as_of="2024-12-01")
    plain = {name: values for name, values in PLAIN.items() if name != "belongs_to"}
    table = sj.Ledger(plain, parent=said, as_of="2024-12-01")
    late = sj.Ledger(plain, as_of="2024-12-01")
    assert late.set_parents(said) == 3
    for ledger in (column, table, late):
        assert ledger.set_parents(moved) == 1
    one = sj.Ledger(PLAIN, parent="belongs_to", as_of="2024-12-01")
    one.set_parent("a", "south", since="2024-06-15", known_from="2024-07-01")
    shown = [
        [row for row in ledger.movements("2024-05", "2024-07", split_by="parent").to_dicts()]
        for ledger in (column, table, late, one)
    ]
    assert shown[0] == shown[1] == shown[2] == shown[3]
    # Before it was learned nobody knew that the account would go to another parent.
    before = one.as_known_on("2024-06-30", as_of="2024-12-01").movements("2024-06", "2024-06", unit="parent")
    assert (
        before["transfer_in"].to_list() == [0]
        and one.movements("2024-06", "2024-06", unit="parent")["transfer_in"][0] == 100
    )
    named = {"who": ["a"], "of": ["west"], "day": ["2024-03-03"], "learned": ["2024-03-03"]}
    assert one.set_parents(named, account="who", parent="of", since="day", known_from="learned") == 1


def test_a_table_of_parents_is_checked_before_anything_changes() -> None:
    ledger = sj.Ledger(PLAIN, as_of="2024-12-01")
    with pytest.raises(sj.DataError, match="column \"account\", row 1, value 'z': not an account"):
        ledger.set_parents({"account": ["a", "z"], "parent": ["p", "p"]})
    with pytest.raises(sj.DataError, match="missing"):
        ledger.set_parents({"account": ["a"], "parent": [None]})
    assert not any(ledger.movements("2024-01", "2024-01", unit="parent")["accounts_opening"].to_list())
    assert ledger.movements("2024-01", "2024-01", unit="parent")["accounts_closing"].to_list() == [3]


def test_corrections_and_parts_keep_both_levels() -> None:
    draw = random.Random(5)
    ledger, rows, _ = random_book(draw)
    parents = ledger.with_view(unit="parent")
    more = table_of([Row("a", datetime.date(2024, 2, 1), None, 777, "west")])
    wanted = parents.movements("2024-03", "2024-08").to_dicts()
    parents.apply(more)
    assert parents.movements("2024-03", "2024-08").to_dicts() != wanted
    ledger.movements("2024-03", "2024-08", unit="parent")
    ledger.apply(more)
    assert (
        ledger.movements("2024-03", "2024-08", unit="parent").to_dicts()
        == parents.movements("2024-03", "2024-08").to_dicts()
    )
    parents.retract(more)
    assert parents.movements("2024-03", "2024-08").to_dicts() == wanted
    parts = [part.movements("2024-03", "2024-08").to_dicts() for part in parents.partition(3)]
    for place, row in enumerate(wanted):
        assert {name: sum(part[place][name] for part in parts) for name in (*AMOUNTS, *COUNTS)} == {
            name: row[name] for name in (*AMOUNTS, *COUNTS)
        }
    with pytest.raises(sj.SchemaError, match="part"):
        parents.partition(2)[0].movements("2024-03", "2024-08", unit="account")


def test_what_units_do_not_have_is_refused() -> None:
    ledger = sj.Ledger(PLAIN, parent="belongs_to", segment="belongs_to", as_of="2024-12-01")
    for more in ({"unit": "parents"}, {"unit": ()}, {"unit": ("parent", "parent")}):
        with pytest.raises(sj.SchemaError, match="account, parent"):
            ledger.movements("2024-01", "2024-02", **more)
    for more in ({"by_cause": True}, {"split_by": "belongs_to"}, {"by_segment": "belongs_to"}):
        with pytest.raises(sj.SchemaError, match="with_view"):
            ledger.movements("2024-01", "2024-02", unit="parent", **more)
    with pytest.raises(sj.SchemaError, match="leave unit out"):
        ledger.movements("2024-01", "2024-02", unit="account", split_by="parent")
    with pytest.raises(sj.SchemaError, match="one of the two"):
        ledger.with_view(unit="parent", policy=sj.Policy(unit="subscription"))
