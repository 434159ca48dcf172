"""Month snapshots from a stream are those of the table, in memory that does not grow with the stream."""

from __future__ import annotations

import datetime
import random
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.dataset as dataset
import pyarrow.parquet as parquet
import pytest

import sojourn as sj

NAMES = {"account": "who", "month": "month", "mrr": "mrr_minor"}
SPAN = ("2023-01", "2024-12")


def table(key: Callable[[int], Any]) -> pa.Table:
    """Accounts in order, with gaps and free months; the last month of some is not known yet."""
    draw = random.Random(1)
    rows = [
        (key(who), 636 + month, draw.randrange(3) * 500) for who in range(80) for month in range(24) if draw.random() < 0.8
    ]
    who, month, mrr = zip(*rows, strict=True)
    return pa.table({"who": list(who), "month": pa.array(month, pa.int32()), "mrr_minor": pa.array(mrr, pa.int64())})


def cut(whole: pa.Table) -> list[pa.Table]:
    """Batches that end within accounts, empty ones among them."""
    ends = [0, 0, 1, 7, 200, 200, 640, whole.num_rows]
    return [whole.slice(a, b - a) for a, b in zip(ends, ends[1:], strict=False)]


def same(found: sj.Snapshots, whole: sj.Snapshots) -> bool:
    states = found.state == whole.state and found.cohort_state == whole.cohort_state
    return states and found.counts == whole.counts and found.options == whole.options


def sources(tmp_path: Path, whole: pa.Table) -> dict[str, Any]:
    path = tmp_path / "snapshots.parquet"
    parquet.write_table(whole, path, row_group_size=100)
    return {
        "list of tables": cut(whole),
        "generator": (one for one in cut(whole)),
        "frames": [pl.from_arrow(one) for one in cut(whole)],
        "pandas": [one.to_pandas() for one in cut(whole)],
        "record batches": whole.to_batches(max_chunksize=33),
        "reader": pa.RecordBatchReader.from_batches(whole.schema, whole.to_batches(max_chunksize=33)),
        "parquet file": parquet.ParquetFile(path),
        "dataset": dataset.dataset(path),
        "lazy frame": pl.scan_parquet(path),
        "duckdb relation": duckdb.from_parquet(str(path)),
    }


ROADS = (
    "list of tables", "generator", "frames", "pandas", "record batches", "reader", "parquet file", "dataset", "lazy frame",
    "duckdb relation",
)  # fmt: skip


@pytest.mark.parametrize("road", ROADS)
def test_every_road_of_a_stream_gives_the_states_of_the_table(tmp_path: Path, road: str) -> None:
    whole = table(lambda who: 5 * who)
    known = sj.Snapshots(whole, *SPAN, as_of="2024-11", **NAMES)
    found = sj.Snapshots.from_batches(sources(tmp_path, whole)[road], *SPAN, as_of="2024-11", **NAMES)
    assert same(found, known)
    assert found.movements().to_dicts() == known.movements().to_dicts()
    assert found.cohorts(measure="mrr").counts == known.cohorts(measure="mrr").counts


@pytest.mark.parametrize(
    "keys",
    [
        lambda whole: whole,
        lambda whole: whole.set_column(0, "who", whole["who"].dictionary_encode()),
        lambda whole: whole.set_column(0, "who", whole["who"].cast(pa.large_string())),
    ],
    ids=["text", "dictionary", "large text"],
)
def test_accounts_may_be_text(keys: Callable[[pa.Table], pa.Table]) -> None:
    whole = keys(table("acct-{:05d}".format))
    found = sj.Snapshots.from_batches(cut(whole), *SPAN, as_of="2024-11", **NAMES)
    assert same(found, sj.Snapshots(whole, *SPAN, as_of="2024-11", **NAMES))


def test_months_may_be_dates_and_columns_found_by_their_usual_names() -> None:
    whole = table(int)
    dates = [datetime.date(1970 + m // 12, m % 12 + 1, 15) for m in whole["month"].to_pylist()]
    named = pa.table({"account_id": whole["who"], "month": dates, "mrr_cents": whole["mrr_minor"]})
    found = sj.Snapshots.from_batches(cut(named), *SPAN, as_of="2024-11")
    known = sj.Snapshots(named, *SPAN, as_of="2024-11")
    assert same(found, known)


def test_what_is_wrong_names_the_row_of_the_stream() -> None:
    whole = table(int)
    parts = cut(whole)
    with pytest.raises(sj.DataError, match=r"row 640.*less than the account before it") as raised:
        sj.Snapshots.from_batches([*parts[:6], parts[3]], *SPAN, as_of="2024-11", **NAMES)
    assert "order of account" in str(raised.value)
    late = whole.slice(0, 30).set_column(2, "mrr_minor", pa.array([500] * 29 + [-1], pa.int64()))
    with pytest.raises(sj.DataError, match="row 29.*negative"):
        sj.Snapshots.from_batches([late.slice(0, 20), late.slice(20)], *SPAN, as_of="2024-11", **NAMES).movements()


@pytest.mark.parametrize(
    "source", [{"who": [1]}, 5, "file.parquet", pl.DataFrame({"who": [1]}), pa.table({"who": [1]}).column(0)]
)
def test_what_is_no_stream_is_refused(source: Any) -> None:
    with pytest.raises(sj.SchemaError, match="is not a stream of batches"):
        sj.Snapshots.from_batches(source, *SPAN, as_of="2024-11", **NAMES)


def test_as_of_has_to_be_given() -> None:
    with pytest.raises((TypeError, sj.SchemaError), match="as_of"):
        sj.Snapshots.from_batches(cut(table(int)), *SPAN, **NAMES)  # type: ignore[call-arg]


def test_a_stream_without_rows_has_no_movements() -> None:
    whole = table(int).slice(0, 0)
    found = sj.Snapshots.from_batches([whole], *SPAN, as_of="2024-11", **NAMES)
    assert same(found, sj.Snapshots(whole, *SPAN, as_of="2024-11", **NAMES))


def test_memory_does_not_grow_with_the_stream() -> None:
    """40 million rows are 800 MB; a child process reads them in 256 MB beyond what ten batches need."""
    if not Path("/proc/self/status").exists():
        pytest.skip("this system does not tell the peak of a process")
    program = """
        import sys, numpy, sojourn as sj
        def peak():
            lines = open("/proc/self/status").read().splitlines()
            return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
        def batches(count, rows=200_000):
            month = numpy.tile(numpy.arange(636, 656, dtype=numpy.int32), rows // 20)
            for number in range(count):
                account = numpy.repeat(numpy.arange(rows // 20, dtype=numpy.int64), 20) + number * (rows // 20)
                yield {"account": account, "month": month, "mrr_minor": account % 977 + month}
        few = sj.Snapshots.from_batches(batches(10), "2023-01", "2024-12", as_of="2024-09")
        before = peak()
        many = sj.Snapshots.from_batches(batches(200), "2023-01", "2024-12", as_of="2024-09")
        assert many.counts["rows"] == 20 * few.counts["rows"] == 40_000_000
        print(before, peak())
    """
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(program)], capture_output=True, text=True, check=True
    )
    before, after = map(int, done.stdout.split())
    assert after - before < 256e6


def test_survey_answers_come_in_batches() -> None:
    scores = [draw % 11 for draw in range(5000)]
    whole = pa.table({"answer": pa.array(scores, pa.int8()), "n": pa.array([1 + s % 3 for s in scores], pa.int64())})
    found = sj.SurveyState.from_batches(whole.to_batches(max_chunksize=777), "answer", count="n")
    assert found == sj.SurveyState(whole["answer"], count=whole["n"])
    weighted = sj.SurveyState.from_batches(iter(whole.to_batches(max_chunksize=777)), "answer", weights="n")
    assert weighted.counts == sj.SurveyState(whole["answer"], weights=whole["n"]).counts
    scaled = sj.SurveyState.from_batches([{"score": [1, 5, 9]}, {"score": [4]}], scale=(1, 5), blank=9)
    assert scaled == sj.SurveyState([1, 5, 9, 4], scale=(1, 5), blank=9)
    with pytest.raises(sj.SchemaError, match="dedupe= cannot be read batch by batch"):
        sj.SurveyState.from_batches(whole.to_batches(), "answer", dedupe="latest_per_respondent")
    with pytest.raises(sj.SchemaError, match='"score"'):
        sj.SurveyState.from_batches(whole.to_batches())


def endless() -> Iterator[Any]:
    yield {"account": [1], "month": [640], "mrr_minor": [5]}
    raise OSError("the file ends here")


def test_an_error_of_the_reader_reaches_the_caller() -> None:
    with pytest.raises(OSError, match="the file ends here"):
        sj.Snapshots.from_batches(endless(), *SPAN, as_of="2024-11")
