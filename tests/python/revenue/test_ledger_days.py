"""Days and moments of a ledger's rows, whatever holds them."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import sojourn as sj

DAY = datetime.date
UNTIL = "2024-07-01"


def test_f03_an_end_is_the_first_day_without_mrr() -> None:
    rows = {"account_id": ["a"], "start": ["2024-01-10"], "end": ["2024-02-01"], "mrr_minor": [100]}
    found = sj.Ledger(rows, as_of=UNTIL).movements("2024-01", "2024-02")
    assert found["closing"].to_list() == [100, 0] and found["churn"].to_list() == [0, 100]


LOGS: dict[str, Callable[[dict[str, list[Any]]], Any]] = {
    "mapping": dict,
    "rows": lambda log: [dict(zip(log, row, strict=True)) for row in zip(*log.values(), strict=True)],
    "pandas": pd.DataFrame,
    "pandas with Arrow": lambda log: pa.table(log).to_pandas(types_mapper=pd.ArrowDtype),
    "Polars": pl.DataFrame,
    "Arrow": pa.table,
    "DuckDB relation": lambda log: duckdb.connect().from_arrow(pa.table(log)),
    "text": lambda log: {**log, "date": [str(when) for when in log["date"]]},
}


@pytest.mark.parametrize("road", LOGS)
@pytest.mark.parametrize("apart", [datetime.timedelta(seconds=25), datetime.timedelta(microseconds=1)])
def test_f04_changes_count_in_the_order_of_their_moments(road: str, apart: datetime.timedelta) -> None:
    early = datetime.datetime(2024, 1, 10, 10, 0, 5)
    log = {"account_id": ["a", "a"], "date": [early + apart, early], "mrr_minor": [0, 3000]}
    for order in (slice(None), slice(None, None, -1)):
        table = {name: values[order] for name, values in log.items()}
        book = sj.Ledger.from_changes(LOGS[road](table), mrr_after="mrr_minor", as_of=UNTIL)
        assert int(book.mrr("2024-01")) == 0 and "same_moment" not in book.counts


def test_f04_nanoseconds_decide_too() -> None:
    raw = np.array(["2024-01-10T10:00:00.000000002", "2024-01-10T10:00:00.000000001"], "M8[ns]")
    text = [str(when) for when in raw]
    for when in (raw, pd.Series(raw), list(pd.Series(raw)), pl.Series(raw), pa.array(raw), list(raw), text):
        log = {"account_id": ["a", "a"], "date": when, "mrr_minor": [0, 3000]}
        assert int(sj.Ledger.from_changes(log, mrr_after="mrr_minor", as_of=UNTIL).mrr("2024-01")) == 0


def test_within_one_moment_the_row_decides_and_the_count_says_so() -> None:
    log = {"account_id": ["a", "a", "b"], "date": ["2024-01-10 10:00:05"] * 3, "mrr_minor": [3000, 0, 7]}
    book = sj.Ledger.from_changes(log, mrr_after="mrr_minor", as_of=UNTIL)
    assert int(book.mrr("2024-01")) == 7 and book.counts["same_moment"] == 1
    days = sj.Ledger.from_changes({**log, "date": ["2024-01-10"] * 3}, mrr_after="mrr_minor", as_of=UNTIL)
    assert days.counts["same_moment"] == 1


def test_moments_with_a_zone_need_a_time_zone() -> None:
    when = [datetime.datetime(2024, 1, 31, 23, 30, tzinfo=datetime.UTC)]
    log = {"account_id": ["a"], "date": when, "mrr_minor": [100]}
    with pytest.raises(sj.DataError, match='"date", row 0.*names a time zone.*timezone='):
        sj.Ledger.from_changes(log, mrr_after="mrr_minor", as_of=UNTIL)
    for zone, first in (("UTC", 100), ("Europe/Berlin", 0)):
        assert int(sj.Ledger.from_changes(log, mrr_after="mrr_minor", as_of=UNTIL, timezone=zone).mrr("2024-01")) == first


ENDS: dict[str, Callable[[list[Any]], Any]] = {
    "dates": list,
    "text": lambda ends: [None if end is None else str(end) for end in ends],
    "midnights": lambda ends: [None if end is None else datetime.datetime.combine(end, datetime.time()) for end in ends],
    "NumPy": lambda ends: np.array(ends, "M8[D]"),
    "pandas": lambda ends: pd.Series(np.array(ends, "M8[s]")),
    "Polars": lambda ends: pl.Series(ends),
    "Arrow": lambda ends: pa.array(ends),
}


@pytest.mark.parametrize("container", ENDS)
def test_g06_far_ends_are_running_and_counted(container: str) -> None:
    ends = [DAY(9999, 12, 31), DAY(2099, 12, 31), DAY(2024, 3, 1), None]
    rows = {
        "account_id": list("abcd"),
        "start": ["2024-01-01"] * 4,
        "end": ENDS[container](ends),
        "mrr_minor": [1, 10, 100, 1000],
    }
    book = sj.Ledger(rows, as_of=UNTIL)
    assert int(book.mrr("2024-06")) == 1011 and book.counts["open_ends_far"] == 2
    assert sj.movements(rows, "2024-01", "2024-06", as_of=UNTIL).options["open_ends_far"] == 2
    assert sj.mrr_series(rows, "2024-01", "2024-06", as_of=UNTIL).options["open_ends_far"] == 2
    prices = {**rows, "amount_minor": rows["mrr_minor"]}
    assert sj.Ledger.from_prices(prices, end="end", as_of=UNTIL).counts["open_ends_far"] == 2
    with pytest.raises(sj.DataError, match="1900-01-01 .. 2199-12-31"):  # no start is open
        sj.Ledger({**rows, "start": [DAY(9999, 12, 31)] * 4}, as_of=UNTIL)


def test_g09_a_frame_of_pandas_3() -> None:
    frame = pd.DataFrame(
        {
            "account_id": pd.Series(["a", "b"], dtype=pd.StringDtype(na_value=np.nan)),
            "start": pd.to_datetime(["2024-01-01", "2024-01-01"]).astype("M8[us]"),
            "end": pd.to_datetime([None, "2024-02-01"]).astype("M8[us]"),
            "mrr_minor": pd.Series([100, 50], dtype="Int64"),
        }
    )
    found = sj.Ledger(frame, as_of=UNTIL).movements("2024-01", "2024-02")
    assert found["closing"].to_list() == [150, 100]


def test_a03_a_stated_order_holds_for_the_ledger_its_labels_and_its_corrections() -> None:
    rows = {"account_id": ["a", "b"], "start": ["03/01/2024", "04/05/2024"], "end": ["31/12/9999", None],
            "mrr_minor": [100, 50], "plan": ["x", "y"]}  # fmt: skip
    with pytest.raises(sj.DataError, match=r'"start", row 0.*%d/%m/%Y" or .*%m/%d/%Y'):
        sj.Ledger(rows, as_of=UNTIL)
    book = sj.Ledger(rows, as_of=UNTIL, date_format="%d/%m/%Y", segment="plan")
    assert [int(book.mrr(f"2024-0{month}")) for month in (1, 3, 5)] == [100, 100, 150]
    assert book.counts["open_ends_far"] == 1
    assert book.by_segment().mrr("2024-05")["mrr"].to_list() == [100, 50]
    book.apply({"account_id": ["c"], "start": ["02/06/2024"], "end": [None], "mrr_minor": [7], "plan": ["x"]})
    assert int(book.mrr("2024-05")) == 150 and int(book.mrr("2024-06")) == 157


def test_the_constructors_take_the_same_reading() -> None:
    reading: dict[str, Any] = {"date_format": "DD.MM.YYYY", "as_of": UNTIL}
    prices = {"account_id": ["a"], "start": ["02.01.2024"], "amount_minor": [100]}
    assert int(sj.Ledger.from_prices(prices, **reading).mrr("2024-01")) == 100
    lines = {"account_id": ["a"], "service_start": ["01.01.2024"], "service_end": ["01.02.2024"], "amount_minor": [100]}
    assert int(sj.Ledger.from_invoices(lines, **reading).mrr("2024-01")) == 100
    months = {"account_id": ["a"], "month": ["01.2024"], "mrr_minor": [100]}
    by_month = sj.Ledger.from_snapshots(months, date_format="%m.%Y", as_of=UNTIL)
    assert int(by_month.mrr("2024-01")) == 100
    log = {"account_id": ["a"], "date": ["02.01.2024 10:30"], "mrr_minor": [100]}
    assert (
        int(sj.Ledger.from_changes(log, mrr_after="mrr_minor", date_format="DD.MM.YYYY HH:mm", as_of=UNTIL).mrr("2024-01"))
        == 100
    )
    known = {**prices, "end": [None], "mrr_minor": [100], "known": ["05.01.2024"]}
    assert int(sj.Ledger(known, known_from="known", mrr="mrr_minor", **reading).mrr("2024-01")) == 100


def test_as_of_and_other_day_arguments_take_what_columns_take() -> None:
    rows = {"account_id": ["a"], "start": ["2024-01-01"], "end": ["2024-05-01"], "mrr_minor": [100]}
    expected = str(sj.Ledger(rows, as_of=UNTIL).as_of)
    for as_of in (DAY(2024, 7, 1), datetime.datetime(2024, 7, 1), pd.Timestamp("2024-07-01"), np.datetime64("2024-07-01"),
                  pd.Period("2024-07-01", "D"), "20240701", pa.scalar(DAY(2024, 7, 1))):  # fmt: skip
        assert str(sj.Ledger(rows, as_of=as_of).as_of) == expected
    late = datetime.datetime(2024, 6, 30, 23, 30, tzinfo=datetime.UTC)
    assert str(sj.Ledger(rows, as_of=late, timezone="Europe/Berlin").as_of) == expected
    for wrong in (late, "01/07/2024", "2024-07-32", 20240701, DAY(2300, 1, 1), "soon"):
        with pytest.raises(sj.SchemaError, match="as_of"):
            sj.Ledger(rows, as_of=wrong)


def test_a_cursor_gives_what_a_frame_gives() -> None:
    query = "select 'a' account_id, '2024-01-01' \"start\", '9999-12-31' \"end\", 100 mrr_minor"
    for cursor in (sqlite3.connect(":memory:").execute(query), duckdb.connect().execute(query)):
        book = sj.Ledger(cursor, as_of=UNTIL)
        assert int(book.mrr("2024-06")) == 100 and book.counts["open_ends_far"] == 1


def test_usage_is_counted_on_the_calendar_of_a_time_zone() -> None:
    moments = [datetime.datetime(2024, 5, 31, 23, 30, tzinfo=datetime.UTC)]
    with pytest.raises(sj.DataError, match="timezone="):
        sj.engagement({"account_id": ["a"], "day": moments}, as_of="2024-06-01")
    assert len(sj.engagement({"account_id": ["a"], "day": moments}, as_of="2024-06-01", timezone="UTC")) == 1
    assert len(sj.engagement({"account_id": ["a"], "day": moments}, as_of="2024-06-01", timezone="Europe/Berlin")) == 0
