"""Every source and every question, together with knowledge, labels, bridged lapses, currencies and parts.

A cell answers as the slow reference does; where the facts cannot hold the answer it raises the SchemaError of the table
`IMPOSSIBLE`, which says which column would make it possible. There is no third outcome.
"""

from __future__ import annotations

import datetime
import functools
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import pytest

import sojourn as sj
from matrix_estimates import (
    check_bootstrap,
    check_comparison,
    check_ltv,
    check_reconcile,
    check_report,
    check_restatement,
    check_survival,
)
from matrix_reference import AMOUNTS, AS_OF, ONE, Day, Reference, Rows, end_of, moved
from sojourn.revenue import shard_of

pytestmark = pytest.mark.filterwarnings("ignore::sojourn.InputWarning")

KNOWN_ON = Day(2024, 3, 1)
GRACE = 40
SOURCES: dict[str, Callable[..., sj.Ledger]] = {
    "periods": sj.Ledger,
    "snapshots": sj.Ledger.from_snapshots,
    "changes": sj.Ledger.from_changes,
    "prices": sj.Ledger.from_prices,
    "invoices": sj.Ledger.from_invoices,
    "usage": functools.partial(sj.Ledger.from_usage, kind="minimum"),
}
MONEY = {
    "periods": "mrr",
    "snapshots": "mrr",
    "changes": "mrr_after",
    "prices": "amount",
    "invoices": "amount",
    "usage": "amount",
}
ACCOUNTS = 14


def random_rows(source: str, draw: random.Random) -> Rows:
    """Customers that come, grow, lapse, leave and return; months of snapshots and bills are whole."""
    rows: list[dict[str, Any]] = []
    for account in range(ACCOUNTS):
        month = moved(Day(2022, 1, 1), draw.randint(0, 14))
        for _ in range(draw.randint(1, 4)):
            length = draw.randint(2, 9)
            cents = draw.choice([1200, 2400, 6000])
            rows += _stretch(source, draw, month, length, cents)
            for row in rows:
                row.setdefault("account", f"k{account}")
            month = moved(month, length + draw.choice([0, 1, 1, 3]))
    for row in rows:
        row["plan"] = ["basic", "pro"][int(row["account"][1:]) % 2]
        row["money"] = ["USD", "EUR"][int(row["account"][1:]) % 3 == 0]
        row["recorded"] = Day(2022, 1, 1) if draw.random() < 0.7 else Day(2024, 3, 20)
        row["withdrawn"] = Day(2024, 2, 1) if row["recorded"].year == 2022 and draw.random() < 0.1 else None
    draw.shuffle(rows)
    return {name: [row[name] for row in rows] for name in rows[0]}


def _stretch(source: str, draw: random.Random, month: Day, length: int, cents: int) -> list[dict[str, Any]]:
    start = month + datetime.timedelta(days=draw.randint(0, 20))
    end = moved(month, length)
    if source in ("periods", "prices", "usage"):
        money = {"mrr": cents} if source == "periods" else {"amount": cents}
        return [{"start": start, "end": None if draw.random() < 0.15 else end, **money}]
    if source == "invoices":
        return [{"service_start": month, "service_end": end, "amount": cents * length}]
    if source == "snapshots":
        return [{"month": moved(month, i), "mrr": cents} for i in range(length)]
    return [{"when": start, "mrr_after": cents}, {"when": end - datetime.timedelta(days=1), "mrr_after": 0}]


@dataclass(frozen=True)
class Cell:
    source: str
    known: bool
    labels: bool
    grace: bool
    part: bool
    fx: str
    """How several currencies are valued; none: there is one."""

    def __str__(self) -> str:
        on = [name for name in ("known", "labels", "grace", "part") if getattr(self, name)]
        return "-".join([self.source, *on, *([self.fx] if self.fx else [])])


FX = ("", "period_open_rate", "service_start")
CELLS = [Cell(source, *flags, fx) for source, fx, flags in product(SOURCES, FX, product([False, True], repeat=4))]
STARTS = {
    "periods": "start",
    "snapshots": "month",
    "changes": "when",
    "prices": "start",
    "invoices": "service_start",
    "usage": "start",
}


def rate_of(fx: str, day: Day) -> int:
    """What a euro is worth: rows that are valued once stand at the rate of their start; else one rate throughout, so that
    the reference needs none.
    """
    return day.month % 3 + 1 if fx == "service_start" else 2


def rates(fx: str) -> dict[str, list[Any]]:
    months = [moved(Day(2021, 1, 1), i) for i in range(48)]
    return {
        "currency": ["EUR"] * 48,
        "month": [f"{month:%Y-%m}" for month in months],
        "rate": [str(rate_of(fx, month)) for month in months],
    }


def build(cell: Cell, rows: Rows) -> tuple[sj.Ledger, Reference]:
    """The ledger of a cell, and the reference of the same facts."""
    given: dict[str, Any] = {"as_of": AS_OF, "amounts": "minor"}
    table = {name: values for name, values in rows.items() if name not in ("plan", "money", "recorded", "withdrawn")}
    valued = dict(rows)
    held = range(len(rows["account"]))
    if cell.known:
        table |= {"recorded": rows["recorded"], "withdrawn": rows["withdrawn"]}
        given |= {"known_from": "recorded", "known_until": "withdrawn"}
        held = [i for i in held if _believed(rows, i)]
    if cell.labels:
        table["plan"] = rows["plan"]
        given["segment"] = "plan"
    if cell.fx:
        table["money"] = rows["money"]
        given |= {"currency": "money", "rates": rates(cell.fx), "report_in": "USD", "fx": cell.fx}
        name = MONEY[cell.source]
        each = zip(rows[name], rows["money"], rows[STARTS[cell.source]], strict=True)
        valued[name] = [cents * (rate_of(cell.fx, day) if code == "EUR" else 1) for cents, code, day in each]
    if cell.grace:
        given["policy"] = sj.Policy(lapse_grace=GRACE)
    ledger = SOURCES[cell.source](table, **given)
    if cell.known:
        ledger = ledger.as_known_on(KNOWN_ON, as_of=AS_OF)
    owned = None
    if cell.part:
        ledger = ledger.partition(2)[1]
        shards = dict(zip(rows["account"], shard_of(rows["account"], 2).to_list(), strict=True))
        owned = frozenset(key for key, shard in shards.items() if shard == 1)
        held = [i for i in held if rows["account"][i] in owned]
    return ledger, reference(cell.source, valued, tuple(held), GRACE if cell.grace else 0, owned)


references: dict[Any, Reference] = {}


def reference(source: str, rows: Rows, held: tuple[int, ...], grace: int, owned: frozenset[str] | None) -> Reference:
    """Of equal facts one, because it is slow."""
    money = tuple(rows[MONEY[source]])
    key = (source, money, tuple(rows["account"]), held, grace)
    if key not in references:
        references[key] = Reference(source, rows, held, grace, owned)
    return references[key]


def _believed(rows: Rows, row: int) -> bool:
    until = rows["withdrawn"][row]
    return rows["recorded"][row] <= KNOWN_ON and (until is None or KNOWN_ON < until)


def same(found: sj.Estimate, wanted: Fraction | None) -> None:
    if wanted is None:
        assert found.reason is not None, found
    else:
        assert found.value == pytest.approx(float(wanted), rel=1e-12), found


def check_movements(ledger: sj.Ledger, wanted: Reference) -> None:
    for by, periods in GRIDS.items():
        table = ledger.movements(periods[0], periods[-1], by=by).to_dicts()
        assert [row["period"] for row in table] == periods
        for row in table:
            moved_then = wanted.movements(row["period"])
            assert {name: row[name] for name in AMOUNTS} == {name: moved_then[name] for name in AMOUNTS}, row["period"]


GRIDS = {
    "month": ["2023-05", "2023-06", "2023-07"],
    "quarter": ["2023-Q2", "2023-Q3", "2023-Q4"],
    "year": ["2022", "2023"],
}


def check_amounts(ledger: sj.Ledger, wanted: Reference) -> None:
    for period in ("2023-06", "2023-Q4"):
        moved_then = wanted.movements(period)
        assert ledger.mrr(period).exact == moved_then["closing"] and ledger.arr(period).exact == 12 * moved_then["closing"]
        paying = sum(1 for key in wanted.keys if wanted.at(key, end_of(period) - ONE))
        same(ledger.arpa(period), moved_then["closing"] / paying if paying else None)
        lost = moved_then["contraction"] + moved_then["churn"]
        won = moved_then["new"] + moved_then["reactivation"] + moved_then["expansion"]
        same(ledger.quick_ratio(period), won / lost if lost else None)


def check_rates(ledger: sj.Ledger, wanted: Reference) -> None:
    for period, window in (("2023-06", 12), ("2023-Q4", 3), ("2024-05", 6)):
        for metric in ("nrr", "grr", "logo_retention"):
            same(getattr(ledger, metric)(period, window=window), wanted.kept(period, window, metric))
        same(ledger.logo_churn(period), wanted.churned(period, "logo_retention"))
    table = ledger.retention("2023-06", "2023-09", window=[3, 12]).to_dicts()
    for row in table:
        for metric in ("nrr", "grr", "logo_retention"):
            kept = wanted.kept(row["period"], row["window"], metric)
            assert row[metric] == (None if kept is None else pytest.approx(float(kept), rel=1e-12))


def check_cohorts(ledger: sj.Ledger, wanted: Reference) -> None:
    for measure in ("accounts", "mrr"):
        triangle = ledger.cohorts(measure=measure, first="2022-01", last="2023-12")
        for c, label in enumerate(triangle.cohorts):
            month = Day(int(label[:4]), int(label[5:]), 1)
            for age in range(0, 24 - c, 5):
                assert triangle.counts[c][age] == wanted.cohort(month, age, measure), (label, age)


def check_accounts(ledger: sj.Ledger, wanted: Reference) -> None:
    for key in wanted.keys:
        found = ledger.explain(key, "2023").to_dicts()
        changes = wanted.changes(key, Day(2023, 1, 1), Day(2024, 1, 1))
        assert [(row["day"], row["before"], row["after"]) for row in found] == changes, key
        assert [row["movement"] for row in found] == [wanted.kind(key, *change) for change in changes]
    tenures = ledger.tenure().to_dicts()
    found_now = sorted((row["days"], row["churned"], row["mrr"]) for row in tenures)
    assert found_now == sorted(wanted.tenures())


def check_contributors(ledger: sj.Ledger, wanted: Reference) -> None:
    moved_then = wanted.movements("2023")
    for cell in ("new", "churn", "expansion", "contraction", "reactivation", "closing"):
        found = ledger.contributors("2023", cell, top=2)
        assert found.amount == moved_then[cell]
        assert sum(found["amount"].to_list()) + found.others["amount"] == moved_then[cell]
    for metric in ("nrr", "grr", "logo_retention"):
        kept = wanted.kept("2023", 12, metric)
        assert kept is None or ledger.contributors("2023", metric).value == pytest.approx(float(kept), rel=1e-12)
    for measure in ("accounts", "mrr"):
        cohort = ledger.cohort_contributors("2022-06", 3, measure=measure)
        assert cohort.amount == wanted.cohort(Day(2022, 6, 1), 3, measure)


def check_sales_and_losses(ledger: sj.Ledger, wanted: Reference) -> None:
    for period in ("2022", "2023-Q2"):
        same(ledger.average_sale_price(period), wanted.first_sale(period))
        same(ledger.mrr_churn(period, kind="gross"), wanted.gross_mrr_churn(period))


def check_parts(ledger: sj.Ledger, wanted: Reference) -> None:
    parts = ledger.partition(3)
    total = parts[0].state("2022", "2023", by="year")
    for part in parts[1:]:
        total += part.state("2022", "2023", by="year")
    assert total.to_bytes() == ledger.state("2022", "2023", by="year").to_bytes()


def check_segments(ledger: sj.Ledger, wanted: Reference) -> None:
    segments = ledger.by_segment("plan")
    found = {row["segment"]: row["mrr"] for row in segments.mrr("2023-12").to_dicts()}
    for plan, last in (("basic", 0), ("pro", 1)):
        keys = [key for key in wanted.keys if int(key[1:]) % 2 == last]
        assert found.get(plan, 0) == sum(wanted.at(key, Day(2023, 12, 31)) for key in keys)
    assert sum(found.values()) == ledger.mrr("2023-12")
    for name in ("arr", "arpa", "average_sale_price", "quick_ratio", "logo_churn", "mrr_churn", "nrr", "grr"):
        assert len(getattr(segments, name)("2023-12")) > 0
    assert len(segments.retention("2023-11", "2023-12")) > 0
    assert len(segments.movements("2023-11", "2023-12")) > 0 and len(segments.cohorts()) > 0
    total = list(segments.states("2022", "2023", by="year").values())
    assert sum(total[1:], start=total[0]).to_bytes() == ledger.state("2022", "2023", by="year").to_bytes()


def check_terms(ledger: sj.Ledger, wanted: Reference) -> None:
    found = ledger.available_to_renew("2023-Q2").logo_churn
    due, lost = wanted.due(Day(2023, 4, 1), Day(2023, 7, 1))
    assert found.n == due
    same(found, Fraction(lost, due) if due else None)


QUESTIONS = {
    "movements": check_movements,
    "amounts": check_amounts,
    "rates": check_rates,
    "cohorts": check_cohorts,
    "accounts": check_accounts,
    "contributors": check_contributors,
    "sales and losses": check_sales_and_losses,
    "survival": check_survival,
    "ltv": check_ltv,
    "comparison": check_comparison,
    "bootstrap": check_bootstrap,
    "reconcile": check_reconcile,
    "report": check_report,
    "parts": check_parts,
    "segments": check_segments,
    "terms": check_terms,
    "knowledge": check_restatement,
}
IMPOSSIBLE: list[tuple[str, Callable[[Cell], bool], str]] = [
    ("segments", lambda cell: not cell.labels, r"name columns with segment="),
    ("terms", lambda cell: cell.source in ("snapshots", "changes"), r"give rows with an end"),
    ("knowledge", lambda cell: not cell.known, r"name that column with known_from="),
]
"""Question, of which cells the facts cannot hold its answer, and what the error says to add."""


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_every_cell_answers_or_says_which_column_it_lacks(cell: Cell) -> None:
    draw = random.Random(f"rows of {cell.source}")
    ledger, wanted = build(cell, random_rows(cell.source, draw))
    for name, check in QUESTIONS.items():
        lacking = next((rule for asked, where, rule in IMPOSSIBLE if asked == name and where(cell)), None)
        if lacking is None:
            check(ledger, wanted)
            continue
        with pytest.raises(sj.SchemaError) as refused:
            check(ledger, wanted)
        assert re.search(lacking, str(refused.value))
