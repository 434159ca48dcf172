"""Days as callers write them."""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from sojourn._core.frames import read_days
from sojourn._frames.columns import column
from sojourn._frames.dates import calendar_day, date_reading, day_column
from sojourn._frames.periods import EPOCH, ISO, date_of, days_since
from sojourn.errors import DataError, SchemaError

EPOCH_TIME = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def test_a_date_or_its_text_is_a_day() -> None:
    day = datetime.date(2024, 2, 29)
    assert calendar_day(day) == calendar_day("2024-02-29") == day


def test_a_midnight_is_a_day_and_another_time_needs_a_time_zone() -> None:
    assert calendar_day(datetime.datetime(2024, 2, 29)) == datetime.date(2024, 2, 29)
    with pytest.raises(
        SchemaError, match="known_until '2024-02-29 08:00:00' has a time of day where a day is wanted; state"
    ):
        calendar_day(datetime.datetime(2024, 2, 29, 8), "known_until")
    with pytest.raises(SchemaError, match="known_until .* names a time zone"):
        calendar_day(datetime.datetime(2024, 2, 29, tzinfo=datetime.UTC), "known_until")


@pytest.mark.parametrize("value", ["2024-02-30", "yesterday", "", None, 20240229, 1.5, object(), [1]])
def test_anything_else_names_what_is_accepted(value: object) -> None:
    with pytest.raises(SchemaError, match='as_of .*is not a date such as "2025-01-01"'):
        calendar_day(value)


@pytest.mark.parametrize("value", ["1899-12-31", "2200-01-01", "0001-01-01", "9999-12-31", datetime.date(9999, 12, 31)])
def test_a_day_argument_lies_between_1900_and_2199(value: object) -> None:
    with pytest.raises(SchemaError, match="as_of '.*' is not a day between 1900-01-01 and 2199-12-31"):
        calendar_day(value)


DAY = datetime.date(2024, 5, 2)
MIDNIGHTS = {
    "date": DAY,
    "text": "2024-05-02",
    "basic text": "20240502",
    "text with midnight": "2024-05-02T00:00:00",
    "datetime": datetime.datetime(2024, 5, 2),
    "Timestamp": pd.Timestamp(2024, 5, 2),
    "Period": pd.Period("2024-05-02", "D"),
    "datetime64[D]": np.datetime64("2024-05-02"),
    "datetime64[s]": np.datetime64("2024-05-02", "s"),
    "datetime64[ns]": np.datetime64("2024-05-02", "ns"),
    "0-d datetime64": np.array("2024-05-02", "M8[us]")[()],
    "Arrow date32": pa.scalar(DAY, pa.date32()),
    "Arrow date64": pa.scalar(DAY, pa.date64()),
    "Arrow timestamp": pa.scalar(datetime.datetime(2024, 5, 2), pa.timestamp("ns")),
    "Arrow text": pa.scalar("2024-05-02"),
}


@pytest.mark.parametrize("form", MIDNIGHTS)
def test_every_form_of_a_day_is_that_day_as_an_argument_and_in_a_column(form: str) -> None:
    assert calendar_day(MIDNIGHTS[form]) == DAY
    if not form.startswith("Arrow"):
        assert read_days(column([MIDNIGHTS[form], None]), "start", ISO).to_list() == [DAY, None]


COLUMNS: dict[str, Callable[[list[datetime.datetime]], Any]] = {
    "list": lambda times: times,
    "list of Timestamps": lambda times: [pd.Timestamp(time) for time in times],
    "list of text": lambda times: [time.isoformat() for time in times],
    "categories": lambda times: pd.Series([time.isoformat() for time in times]).astype("category"),
    **{f"NumPy {unit}": lambda times, unit=unit: np.array(times, f"M8[{unit}]") for unit in ("s", "ms", "us", "ns")},
    **{
        f"pandas {unit}": lambda times, unit=unit: pd.Series(np.array(times, f"M8[{unit}]"))
        for unit in ("s", "ms", "us", "ns")
    },
    "pandas with Arrow": lambda times: pd.Series(times, dtype=pd.ArrowDtype(pa.timestamp("us"))),
    "pandas object": lambda times: pd.Series(times, dtype=object),
    "Polars": pl.Series,
    "Polars ns": lambda times: pl.Series(times).cast(pl.Datetime("ns")),
    **{f"Arrow {unit}": lambda times, unit=unit: pa.array(times, pa.timestamp(unit)) for unit in ("s", "ms", "us", "ns")},
    "Arrow dictionary": lambda times: pa.array(times, pa.timestamp("us")).dictionary_encode(),
    "DuckDB relation": lambda times: duckdb.sql("select unnest($1) as t", params=[times]).to_arrow_table()["t"],
}


@pytest.mark.parametrize("container", COLUMNS)
def test_the_container_of_a_day_does_not_matter(container: str) -> None:
    midnights = [datetime.datetime(2024, 5, 2), datetime.datetime(1969, 12, 31)]
    assert read_days(column(COLUMNS[container](midnights)), "start", ISO).to_list() == [day.date() for day in midnights]
    late = [datetime.datetime(2024, 5, 2), datetime.datetime(2024, 5, 2, 23, 30)]
    with pytest.raises(
        DataError, match='"start", row 1.*has a time of day where a day is wanted; state .*timezone='
    ) as caught:
        read_days(column(COLUMNS[container](late)), "start", ISO)
    assert (caught.value.column, caught.value.row) == ("start", 1)
    assert read_days(column(COLUMNS[container](late)), "start", date_reading("Asia/Tokyo")).to_list() == [DAY, DAY]


ZONED: dict[str, Callable[[list[datetime.datetime]], Any]] = {
    "list": lambda times: times,
    "list of text": lambda times: [time.isoformat() for time in times],
    "list of text with Z": lambda times: [time.strftime("%Y-%m-%dT%H:%M:%SZ") for time in times],
    "pandas": lambda times: pd.Series(times),
    "pandas of another zone": lambda times: pd.Series(times).dt.tz_convert("America/New_York"),
    "pandas index": lambda times: pd.DatetimeIndex(times),
    "Polars": lambda times: pl.Series(times),
    "Arrow": lambda times: pa.array(times, pa.timestamp("ns", tz="Europe/Berlin")),
}


@pytest.mark.parametrize("container", ZONED)
def test_a_moment_with_a_zone_is_a_day_only_where_one_says_whose(container: str) -> None:
    times = [
        datetime.datetime(2024, 1, 31, 23, 30, tzinfo=datetime.UTC),
        datetime.datetime(2024, 7, 31, 22, 30, tzinfo=datetime.UTC),
    ]
    with pytest.raises(DataError, match='"start", row 0.*names a time zone.*timezone='):
        read_days(column(ZONED[container](times)), "start", ISO)
    for zone, days in {
        "UTC": ["2024-01-31", "2024-07-31"],
        "Europe/Berlin": ["2024-02-01", "2024-08-01"],
        "America/New_York": ["2024-01-31", "2024-07-31"],
        "+00:30": ["2024-02-01", "2024-07-31"],
    }.items():
        for same in (zone, zoneinfo.ZoneInfo(zone)) if "/" in zone else (zone,):
            found = read_days(column(ZONED[container](times)), "start", date_reading(same))
            assert [str(day) for day in found.to_list()] == days


def test_zones_agree_with_python_everywhere_and_at_any_time() -> None:
    random = np.random.default_rng(10)
    moments = [EPOCH_TIME + datetime.timedelta(seconds=int(s)) for s in random.integers(-2_200_000_000, 7_200_000_000, 300)]
    zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Europe/Dublin", "Asia/Gaza",
             "America/Sao_Paulo", "Pacific/Apia", "Asia/Kathmandu", "Antarctica/Troll", "UTC"]  # fmt: skip
    for name in zones:
        days = read_days(column(moments), "start", date_reading(name)).to_list()
        assert days == [moment.astimezone(zoneinfo.ZoneInfo(name)).date() for moment in moments]


@pytest.mark.parametrize("zone", ["Berlin", "Europe/Nowhere", "../etc/passwd", "", "+25:00", 7])
def test_an_unknown_zone_is_refused(zone: object) -> None:
    with pytest.raises(SchemaError, match="time.?zone"):
        date_reading(zone)


def test_a03_text_in_another_order_needs_its_format() -> None:
    table = column(["03/01/2024", "04/05/2024"])
    with pytest.raises(
        DataError, match='row 0.*2024-01-03 with date_format="%d/%m/%Y" or 2024-03-01 with date_format="%m/%d/%Y"'
    ):
        read_days(table, "start", ISO)
    assert read_days(table, "start", date_reading(None, "%d/%m/%Y"))[0] == datetime.date(2024, 1, 3)
    assert read_days(table, "start", date_reading(None, "MM/DD/YYYY"))[0] == datetime.date(2024, 3, 1)
    with pytest.raises(SchemaError, match="century"):
        date_reading(None, "%d/%m/%y")
    with pytest.raises(DataError, match="century"):
        read_days(column(["03/01/24"]), "start", ISO)


def test_g06_far_days_of_ends_are_open_and_counted() -> None:
    far = [datetime.date(2024, 5, 2), datetime.date(9999, 12, 31), datetime.date(2099, 12, 31), None]
    texts = [str(day) if day else None for day in far]
    for values in (far, pd.Series(far, dtype=object), pl.Series(far), pa.array(far), texts):
        read, count = day_column(column(values), "e", "end")
        assert read.to_list() == [DAY, None, None, None] and count == 2
    assert day_column(column(far), "s", "start")[0].to_list() == far


def test_days_count_from_the_epoch_in_both_directions() -> None:
    assert days_since(EPOCH) == 0 and days_since(datetime.date(1969, 12, 31)) == -1
    assert all(days_since(date_of(n)) == n for n in (-719162, -1, 0, 1, 19723, 2932896))
