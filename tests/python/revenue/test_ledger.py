"""The ledger and what is read from it, in Python: published waterfall, bad input, any frame, pictures."""

from __future__ import annotations

import csv
import datetime
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import sojourn as sj

DATA = Path(__file__).resolve().parents[3] / "examples" / "data"


def read(name: str) -> dict[str, list[str]]:
    with open(DATA / name, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {column: [row[column] for row in rows] for column in rows[0]}


@pytest.fixture(scope="module")
def periods() -> dict[str, list[Any]]:
    raw = read("synth_saas_periods.csv")
    return {
        "account_id": [int(x) for x in raw["account_id"]],
        "start": [datetime.date.fromisoformat(x) for x in raw["start"]],
        "end": [datetime.date.fromisoformat(x) if x else None for x in raw["end"]],
        "mrr_cents": [int(x) for x in raw["mrr_cents"]],
    }


@pytest.fixture(scope="module")
def ledger(periods: dict[str, list[Any]]) -> sj.Ledger:
    return sj.Ledger(periods, as_of="2025-01-01")


SMALL = {
    "account": ["a", "a", "b", "c"],
    "start": ["2024-01-01", "2024-03-10", "2024-01-15", "2024-02-01"],
    "end": ["2024-03-10", None, "2024-02-20", None],
    "mrr": [1000, 1500, 700, 300],
}


def test_waterfall_of_36_months_to_the_cent(ledger: sj.Ledger) -> None:
    shown = ledger.movements("2022-01", "2024-12", by="month")
    expected = read("synth_saas_waterfall.csv")
    names = {
        "mrr_open": "opening",
        "new": "new",
        "reactivation": "reactivation",
        "expansion": "expansion",
        "contraction": "contraction",
        "churn": "churn",
        "mrr_close": "closing",
        "accounts_open": "accounts_opening",
        "accounts_new": "accounts_new",
        "accounts_reactivated": "accounts_reactivated",
        "accounts_churned": "accounts_churned",
        "accounts_close": "accounts_closing",
    }
    assert shown["period"].to_list() == [month[:7] for month in expected["month"]]
    for theirs, ours in names.items():
        assert shown[ours].to_list() == [int(x) for x in expected[theirs]], ours
    assert shown["fx"].to_list() == [0] * 36
    assert shown.columns == [
        "period",
        "opening",
        "new",
        "reactivation",
        "expansion",
        "contraction",
        "churn",
        "fx",
        "closing",
        "accounts_opening",
        "accounts_new",
        "accounts_reactivated",
        "accounts_churned",
        "accounts_closing",
    ]
    assert "incomplete" not in shown.options


def test_retention_of_the_year(ledger: sj.Ledger) -> None:
    assert 100 * ledger.nrr("2024-12").value == pytest.approx(95.205435, abs=5e-7)
    assert 100 * ledger.grr("2024-12", window=12).value == pytest.approx(84.060909, abs=5e-7)
    kept = ledger.logo_retention("2024-12", window=12)
    assert kept.value == 1126 / 1476
    assert (kept.method, kept.n) == ("wilson", 1476)
    assert kept.options["window"] == 12
    assert kept.options["complete"] is True


def test_read_outs_of_a_month_agree_with_its_movements(ledger: sj.Ledger) -> None:
    row = ledger.movements("2024-12", "2024-12").to_dicts()[0]
    assert ledger.mrr("2024-12") == row["closing"]
    assert ledger.arr("2024-12") == 12 * row["closing"]
    assert ledger.arpa("2024-12").value == pytest.approx(row["closing"] / row["accounts_closing"])
    won = row["new"] + row["expansion"] + row["reactivation"]
    assert ledger.quick_ratio("2024-12").value == pytest.approx(won / (row["churn"] + row["contraction"]))
    assert ledger.average_sale_price("2024-12").value == pytest.approx(row["new"] / row["accounts_new"])
    assert ledger.logo_churn("2024-12").value == pytest.approx(row["accounts_churned"] / row["accounts_opening"])
    assert ledger.logo_churn("2024-12").value == pytest.approx(1 - ledger.logo_retention("2024-12", window=1).value)
    assert ledger.mrr_churn("2024-12", kind="net").value == pytest.approx(1 - ledger.nrr("2024-12", window=1).value)
    assert 0 < ledger.mrr_churn("2024-12").low < ledger.mrr_churn("2024-12").value < ledger.mrr_churn("2024-12").high < 1


def test_quarters_and_years(ledger: sj.Ledger) -> None:
    months = ledger.movements("2022-01", "2024-12")
    quarters = ledger.movements("2022-Q1", "2024-Q4", by="quarter")
    years = ledger.movements("2022", "2024", by="year")
    assert (len(quarters), len(years)) == (12, 3)
    assert quarters["period"][0] == "2022-Q1"
    assert years["period"].to_list() == ["2022", "2023", "2024"]
    for name in ("new", "churn", "expansion", "accounts_churned"):
        assert sum(months[name]) == sum(quarters[name]) == sum(years[name])


def test_price_to_mrr_is_exact() -> None:
    yearly = sj.mrr_from_price(1829, unit="year")
    assert yearly == 152
    assert yearly.exact == Fraction(1829, 12)
    assert 12 * yearly.ticks == 1829 * 166_320
    assert sj.mrr_from_price(5000, every=2, unit="week").exact == Fraction(5000 * 52, 24)
    assert sj.mrr_from_price(100, every=13).exact == Fraction(100, 13)
    assert sj.mrr_from_price(10_000, quantity=100).minor == 1_000_000
    with pytest.raises(sj.DataError, match="every"):
        sj.mrr_from_price(100, every=0)
    with pytest.raises(sj.SchemaError, match="day, week, month, quarter, year"):
        sj.mrr_from_price(100, unit="fortnight")
    with pytest.raises(sj.OverflowError):
        sj.mrr_from_price(2**62)


def test_explain_names_movements_and_rows() -> None:
    ledger = sj.Ledger(SMALL, as_of="2024-07-01")
    why = ledger.explain("a", "2024-03")
    assert why.to_dicts() == [{"day": datetime.date(2024, 3, 10), "movement": "expansion", "before": 1000, "after": 1500}]
    assert why.rows == [0, 1]
    assert (why.opening, why.closing) == (1000, 1500)
    assert len(ledger.explain("c", "2024-03")) == 0
    with pytest.raises(sj.DataError, match="'zz'"):
        ledger.explain("zz", "2024-03")


def test_parts_add_up_to_the_whole(ledger: sj.Ledger) -> None:
    whole = ledger.state("2024-01", "2024-12")
    for n in (1, 2, 3, 8):
        total = type(whole)()
        for part in ledger.partition(n):
            total += part.state("2024-01", "2024-12")
        assert total == whole
        assert total.to_bytes() == whole.to_bytes()
    assert type(whole).from_bytes(whole.to_bytes()) == whole
    with pytest.raises(sj.StateError):
        total += ledger.state("2024-01", "2024-06")


def test_cohorts_are_a_triangle_with_unknown_cells(ledger: sj.Ledger) -> None:
    triangle = ledger.cohorts(by="month")
    waterfall = ledger.movements("2022-01", "2024-12")
    assert triangle.sizes == waterfall["accounts_new"].to_list()
    assert triangle.cohorts == waterfall["period"].to_list()
    counts, shares = triangle.counts, triangle.retention()
    assert sum(counts[c][35 - c] or 0 for c in range(36)) == waterfall["accounts_closing"][35]
    assert counts[35][1] is None
    assert shares[35][0] is not None and 0 < shares[35][0] <= 1
    assert len(triangle.average()) == 36
    assert len(triangle.table()) == 36 * 37 // 2
    money = ledger.cohorts(by="quarter", measure="mrr")
    assert len(money.sizes) == 12
    assert sum(money.counts[c][11 - c] or 0 for c in range(12)) == waterfall["closing"][35]
    cut = sj.Ledger(SMALL, as_of="2024-03-15").cohorts()
    assert cut.counts[0] == [2, 1, None]
    assert cut.retention()[0][2] is None


def test_survival_uses_the_final_churn(ledger: sj.Ledger) -> None:
    curve = ledger.survival()
    values = curve.survival.to_list()
    assert all(a >= b for a, b in zip(values, values[1:], strict=False))
    assert 0 < values[-1] < 1
    assert ledger.survival(weights="mrr").survival.to_list() != values
    with pytest.raises(sj.SchemaError):
        ledger.survival(weights="seats")


def test_policy_names_itself_and_changes_results() -> None:
    policy = sj.Policy(movement_mode="net_endpoints", reactivation_max_gap=90)
    assert sj.Policy.from_json(policy.to_json()) == policy
    assert policy.hash() != sj.Policy().hash()
    assert sj.Policy().hash() == sj.Policy().hash()
    with pytest.raises(sj.SchemaError, match="gross_events, net_endpoints"):
        sj.Policy(movement_mode="both")
    with pytest.raises(sj.SchemaError, match="/colour: no such option"):
        sj.Policy.from_json('{"colour": 1}')
    with pytest.raises(sj.SchemaError):
        sj.Policy(reactivation_max_gap=-1)
    lapse = {"account": ["a", "a"], "start": ["2023-01-01", "2024-01-20"], "end": ["2024-01-10", None], "mrr": [100, 80]}
    assert sj.Ledger(lapse, as_of="2024-02-01").movements("2024-01", "2024-01")["churn"].to_list() == [100]
    net = sj.Ledger(lapse, as_of="2024-02-01", policy=policy).movements("2024-01", "2024-01")
    assert net["contraction"].to_list() == [20]
    assert net.options["policy"] == policy.hash()


def test_as_of_is_the_first_day_not_known() -> None:
    ledger = sj.Ledger(SMALL, as_of="2024-02-20")
    assert ledger.counts["future_starts"] == 1
    assert ledger.counts["future_ends"] == 2
    shown = ledger.movements("2024-01", "2024-02")
    assert shown["churn"].to_list() == [0, 0]
    assert shown.options["incomplete"] == "2024-02"
    assert ledger.logo_churn("2024-02").options["complete"] is False
    assert sj.Ledger(SMALL).as_of == datetime.date(2024, 3, 11)


@pytest.mark.parametrize(
    ("column", "row", "value", "message"),
    [
        ("mrr", 2, -5, 'column "mrr", row 2, value -5'),
        ("end", 0, "2023-12-31", 'column "end", row 0, value 2023-12-31'),
        ("start", 1, None, 'column "start", row 1'),
        ("start", 1, "2300-01-01", 'column "start", row 1'),
        ("account", 3, None, 'column "account", row 3'),
    ],
)
def test_bad_rows_name_their_place(column: str, row: int, value: Any, message: str) -> None:
    broken = {name: list(values) for name, values in SMALL.items()}
    broken[column][row] = value
    with pytest.raises(sj.DataError) as caught:
        sj.Ledger(broken, as_of="2024-07-01")
    assert message in str(caught.value)
    assert caught.value.row == row


def test_bad_shapes_are_schema_errors() -> None:
    with pytest.raises(sj.SchemaError, match="mrr_cents, mrr_minor"):
        sj.Ledger({**{k: v for k, v in SMALL.items() if k != "mrr"}, "mrr_cents": SMALL["mrr"], "mrr_minor": SMALL["mrr"]})
    with pytest.raises(sj.SchemaError, match="no column looks like the account.*has: start, end, mrr"):
        sj.Ledger({k: v for k, v in SMALL.items() if k != "account"})
    with pytest.raises(sj.SchemaError, match='"amount".*not in the table'):
        sj.Ledger(SMALL, mrr="amount")
    with pytest.raises(sj.SchemaError, match="mrr"):
        sj.Ledger({**SMALL, "mrr": [10.0, 15.5, 7.0, 3.0]})
    with pytest.raises(sj.SchemaError, match="length"):
        sj.Ledger({**SMALL, "mrr": [1, 2, 3]})
    ledger = sj.Ledger(SMALL, as_of="2024-07-01")
    for wrong in ("2024-13", "December", "2024-Q5", 2024, None):
        with pytest.raises(sj.SchemaError):
            ledger.logo_churn(wrong)
    with pytest.raises(sj.SchemaError, match="before"):
        ledger.movements("2024-03", "2024-01")
    with pytest.raises(sj.SchemaError, match="whole number of quarters"):
        ledger.movements("2024-01", "2024-02", by="quarter")
    with pytest.raises(sj.SchemaError):
        ledger.movements("2024-01", "2024-02", by="week")
    with pytest.raises(sj.SchemaError):
        sj.Ledger(SMALL, as_of="yesterday")
    with pytest.raises(sj.SchemaError):
        ledger.nrr("2024-06", window=0)


def test_nothing_to_divide_by_is_nan_with_a_reason() -> None:
    ledger = sj.Ledger(SMALL, as_of="2024-07-01")
    churn = ledger.logo_churn("2023-06")
    assert math.isnan(churn.value) and churn.reason == "no observations" and churn.n == 0
    assert math.isnan(ledger.nrr("2024-06").value)
    assert math.isnan(ledger.quick_ratio("2024-01").value)
    assert "nothing was lost" in str(ledger.quick_ratio("2024-01").reason)


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow"])
def test_any_frame_gives_the_same(kind: str, periods: dict[str, list[Any]], ledger: sj.Ledger) -> None:
    module = pytest.importorskip(kind)
    frame = module.table(periods) if kind == "pyarrow" else module.DataFrame(periods)
    other = sj.Ledger(frame, account="account_id", start="start", end="end", mrr="mrr_cents", as_of="2025-01-01")
    assert other.state("2022-01", "2024-12") == ledger.state("2022-01", "2024-12")


def test_decimal_money_counts_in_minor_units_of_the_currency() -> None:
    from decimal import Decimal

    euros = {**SMALL, "mrr": [Decimal("10.00"), Decimal("15.00"), Decimal("7.00"), Decimal("3.00")]}
    assert sj.Ledger(euros, currency="EUR", as_of="2024-07-01").mrr("2024-06") == 1800


def test_renewals() -> None:
    day = "2024-06-15"
    contracts = {
        "account_id": [1, 2, 3, 4, 5],
        "term_end": [day] * 5,
        "value_minor": [100, 100, 100, 100, 100],
        "renewed_on": ["2024-06-01", day, "2024-07-10", None, "2024-09-01"],
        "renewed_value_minor": [150, 80, 100, None, 100],
    }
    found = sj.renewals(contracts, "2024-06")
    assert found.counts == {
        "due": 5,
        "early": 1,
        "on_time": 1,
        "late": 1,
        "lost": 2,
        "returned_after_grace": 1,
        "pending": 0,
        "units_pending": 0,
    }
    assert found.logo.value == pytest.approx(0.6)
    assert found.gross_dollar.value == pytest.approx(280 / 500)
    assert found.net_dollar.value == pytest.approx(330 / 500)
    early = sj.renewals(contracts, ("2024-06-01", "2024-07-01"), as_of="2024-07-01")
    assert early.counts["pending"] == 3
    assert early.logo.value == 1.0
    assert len(found.table()) == 3
    with pytest.raises(sj.SchemaError, match="account, contract"):
        sj.renewals(contracts, "2024-06", unit="seat")


def test_economics_needs_a_margin() -> None:
    found = sj.economics(spend=100_000, customers=10, new_mrr=10_000, gross_margin=0.8, arpa=1_000, ltv=30_000, churn=0.03)
    assert found["payback_months"].value == pytest.approx(12.5)
    assert found["payback_months_per_customer"].value == pytest.approx(12.5)
    assert found["ltv_to_cac"].value == pytest.approx(3)
    assert found["customer_lifetime"].value == pytest.approx(33.33, abs=0.005)
    with pytest.raises(TypeError):
        sj.economics(spend=1, customers=1, new_mrr=1)  # type: ignore[call-arg]
    with pytest.raises(sj.DataError, match="gross_margin"):
        sj.economics(spend=1, customers=1, new_mrr=1, gross_margin=80)
    assert math.isnan(sj.economics(spend=1, customers=0, new_mrr=0, gross_margin=1)["acquisition_cost"].value)


def test_pictures_reconcile_and_hatch_what_is_unknown(ledger: sj.Ledger) -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    shown = ledger.movements("2024-01", "2024-12")
    ax = shown.plot()
    moved = sum(bar.get_height() for bar in ax.patches)
    assert moved == pytest.approx((shown["closing"][11] - shown["opening"][0]) / 100)
    cut = sj.Ledger(SMALL, as_of="2024-03-15").cohorts()
    heat = cut.plot()
    assert len([patch for patch in heat.patches if patch.get_hatch()]) == 1 + 2 + 3
    assert math.isnan(float(heat.images[0].get_array().filled(float("nan"))[0][2]))


def test_import_brings_no_frame_library() -> None:
    import subprocess
    import sys

    code = "import sys, sojourn; print(sorted({'pandas', 'polars', 'pyarrow', 'numpy', 'matplotlib'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_a_triangle_shows_its_corner_and_says_what_it_hides() -> None:
    acme = sj.datasets.acme(n=300, seed=7)
    shown = repr(sj.Ledger(acme.subscriptions, as_of=acme.as_of).cohorts()).splitlines()
    assert shown[0].startswith("Triangle(") and shown[0].endswith("accounts)")
    assert "100%" in shown[2]
    assert len(shown[2]) == len(shown[1])
    assert shown[-1].startswith("... ")
