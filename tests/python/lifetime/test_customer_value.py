"""From a log of purchases to the value of each customer, from Python."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

import sojourn as sj
from cdnow import CALIBRATION_END, cdnow, cdnow_log

LOG = {
    "who": ["a", "b", "a", "a", "b", "a", "c"],
    "day": ["2024-01-01", "2024-01-04", "2024-01-11", "2024-01-11", "2024-01-25", "2024-01-22", "2024-02-05"],
    "paid": [20.0, 8.0, 12.0, 3.0, 0.0, 5.0, 9.0],
}
BY = {"account": "who", "date": "day"}


def test_summary_of_a_published_log(shared_dir: Path) -> None:
    who, days, dollars = zip(*cdnow_log(shared_dir), strict=True)
    log = {"customer": who, "date": [str(day) for day in days], "dollars": dollars}
    found = sj.purchase_summary(log, account="customer", date="date", amount="dollars", unit="week", until=CALIBRATION_END)
    wanted = cdnow(shared_dir)
    assert found["x"].to_list() == wanted.x
    assert found["t_x"].to_list() == wanted.t_x
    assert found["T"].to_list() == wanted.T
    for mean, other, x in zip(found["mean"].to_list(), wanted.mean, wanted.x, strict=True):
        assert mean == pytest.approx(other, rel=1e-12) if x > 0 else mean is None
    assert found["customer"].to_list()[:2] == ["0001", "0002"]
    assert found.options["until"] == "1997-09-30" and found.options["rows_later"] > 0
    fit = sj.fit_purchases(found["x"], found["t_x"], found["T"])
    assert fit.log_likelihood == pytest.approx(-9582.429207, abs=1e-5)


def test_bg_09_an_amount_of_zero_is_a_purchase(shared_dir: Path) -> None:
    paid = [(who, str(day)) for who, day, dollars in cdnow_log(shared_dir) if dollars > 0]
    log = {"customer": [who for who, _ in paid], "date": [day for _, day in paid]}
    found = sj.purchase_summary(log, account="customer", date="date", unit="week", until=CALIBRATION_END)
    assert len(found) == 2349  # eight customers only ever had purchases of nothing
    fit = sj.fit_purchases(found["x"], found["t_x"], found["T"])
    assert fit.log_likelihood == pytest.approx(-9578.197, abs=5e-4)


def test_summary_of_a_small_log() -> None:
    found = sj.purchase_summary(LOG, **BY, amount="paid", unit="week", until="2024-01-25")
    assert found.to_dicts() == [
        {"who": "a", "x": 2, "t_x": 3.0, "T": 24 / 7, "mean": 10.0, "first_day": datetime.date(2024, 1, 1)},
        {"who": "b", "x": 1, "t_x": 3.0, "T": 3.0, "mean": 0.0, "first_day": datetime.date(2024, 1, 4)},
    ]
    counted = {"rows_missing": 0, "rows_later": 1, "accounts_later": 1}
    asked = {"account": "who", "date": "day", "amount": "paid", "timezone": None, "date_format": None}
    assert found.options == {**asked, "unit": "week", "until": "2024-01-25", **counted}
    days = sj.purchase_summary(LOG, **BY, unit="day")
    assert "mean" not in days and days.options["until"] == "2024-02-05"
    assert days["T"].to_list() == [35, 32, 0]


@pytest.mark.parametrize("road", ["records", "numpy", "pandas", "polars", "arrow", "duckdb"])
def test_every_road_gives_the_same_summary(road: str) -> None:
    wanted = sj.purchase_summary(LOG, **BY, amount="paid", unit="day").to_dicts()
    table: Any = LOG
    if road == "records":
        table = [dict(zip(LOG, row, strict=True)) for row in zip(*LOG.values(), strict=True)]
    elif road == "numpy":
        np = pytest.importorskip("numpy")
        table = {**LOG, "day": np.array(LOG["day"], dtype="datetime64[D]"), "paid": np.array(LOG["paid"])}
    elif road == "pandas":
        pd = pytest.importorskip("pandas")
        table = pd.DataFrame(LOG).assign(day=pd.to_datetime(LOG["day"]))
    elif road == "polars":
        table = pytest.importorskip("polars").DataFrame(LOG)
    elif road == "arrow":
        table = pytest.importorskip("pyarrow").table(LOG)
    elif road == "duckdb":
        duckdb = pytest.importorskip("duckdb")
        pa = pytest.importorskip("pyarrow")
        log = pa.table(LOG)
        table = duckdb.connect().from_arrow(log)
    assert sj.purchase_summary(table, **BY, amount="paid", unit="day").to_dicts() == wanted


def test_a_unit_is_named_and_amounts_are_checked() -> None:
    with pytest.raises((TypeError, sj.SchemaError), match="unit"):
        sj.purchase_summary(LOG, **BY)  # type: ignore[call-arg]
    with pytest.raises(sj.SchemaError, match=r'unit "month" is not one of day, week'):
        sj.purchase_summary(LOG, **BY, unit="month")
    with pytest.raises(sj.DataError, match='"paid", row 1, value -8'):
        sj.purchase_summary({**LOG, "paid": [20.0, -8.0, 1.0, 1.0, 1.0, 1.0, 1.0]}, **BY, amount="paid", unit="day")
    with pytest.raises(sj.SchemaError, match='column "nobody"'):
        sj.purchase_summary(LOG, account="nobody", date="day", unit="day")


def test_value_of_customers() -> None:
    summary = sj.purchase_summary(LOG, **BY, amount="paid", unit="week", until="2024-02-20")
    purchases = sj.Purchases.from_params("bgnbd", [0.243, 4.414, 0.793, 2.426])
    spend = sj.Spend.from_params([6.25, 3.74, 15.44])
    value = sj.customer_value(purchases, spend, summary, horizon=52, rate=0.0019, margin=0.3)
    assert value.columns == ["who", "p_alive", "purchases", "mean_amount", "value", "low", "high"]
    assert value["who"].to_list() == ["a", "b", "c"]
    assert value["low"].to_list() == [None] * 3  # given parameters have no errors
    rows = {name: summary[name].to_list() for name in ("x", "t_x", "T")}
    ahead = [purchases.conditional_expected_purchases(week, **rows).to_list() for week in range(53)]
    amounts = spend.conditional_mean(summary["mean"], summary["x"]).to_list()
    for row, amount in enumerate(amounts):
        discounted = sum((ahead[j][row] - ahead[j - 1][row]) / 1.0019**j for j in range(1, 53))
        assert value["value"][row] == pytest.approx(0.3 * amount * discounted, rel=1e-10)
        assert value["purchases"][row] == pytest.approx(ahead[52][row], rel=1e-12)
    assert value.options["paid"] == "end of unit"


def test_value_of_fitted_models_has_limits(shared_dir: Path) -> None:
    customers = cdnow(shared_dir)
    purchases = sj.fit_purchases(customers.x, customers.t_x, customers.T, model="paretonbd")
    spend = sj.fit_spend(customers.mean, customers.x)
    table = {"x": customers.x, "t_x": customers.t_x, "T": customers.T, "mean": customers.mean}
    wide = sj.customer_value(purchases, spend, table, horizon=39, rate=0.0027, margin=0.3)
    narrow = sj.customer_value(purchases, spend, table, horizon=39, rate=0.0027, margin=0.3, level=0.5)
    assert wide.columns[0] == "p_alive" and len(wide) == 2357
    for low, value, high, inner in zip(wide["low"], wide["value"], wide["high"], narrow["high"], strict=True):
        assert 0 < low < value < inner < high
    total = sum(wide["value"].to_list())
    assert total == pytest.approx(0.3 * 1882 * 35, rel=0.15)  # 1,882 purchases of about 35 dollars were made


def test_what_is_missing_is_named() -> None:
    purchases = sj.Purchases.from_params("bgnbd", [0.243, 4.414, 0.793, 2.426])
    spend = sj.Spend.from_params([6.25, 3.74, 15.44])
    table = {"x": [1], "t_x": [2.0], "T": [3.0], "mean": [4.0]}
    with pytest.raises((TypeError, sj.SchemaError), match="margin"):
        sj.customer_value(purchases, spend, table, horizon=52, rate=0.1)  # type: ignore[call-arg]
    with pytest.raises(sj.SchemaError, match="margin is a share"):
        sj.customer_value(purchases, spend, table, horizon=52, rate=0.1, margin=30)
    with pytest.raises(sj.SchemaError, match='"mean"'):
        sj.customer_value(purchases, spend, {"x": [1], "t_x": [2.0], "T": [3.0]}, horizon=52, rate=0.1, margin=0.3)
    refused = sj.fit_purchases([0], [0], [3])
    with pytest.raises(sj.SchemaError, match="has no parameters"):
        sj.customer_value(refused, spend, table, horizon=52, rate=0.1, margin=0.3)
