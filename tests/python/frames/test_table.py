"""Any frame out: exports, renderings and files of a Table."""

from __future__ import annotations

import concurrent.futures
import csv
import datetime as dt
import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import matplotlib
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import sojourn
from sojourn import Column, Table
from sojourn._frames.columns import frame

matplotlib.use("Agg")

ATTACK = '"><img src=x onerror=alert(1)>'
DATA: dict[str, list[Any]] = {
    "account": ["a", None, "a longer account name"],
    "n": [1, None, -3],
    "rate": [0.5, math.nan, None],
    "day": [dt.date(2024, 2, 29), None, dt.date(1969, 12, 31)],
    "seen": [dt.datetime(2024, 1, 1, 1, 2, 3, 4), None, dt.datetime(1960, 1, 1)],
    "paid": [Decimal("1.25"), None, Decimal("-0.01")],
    "active": [True, None, False],
    "nothing": [None, None, None],
}


@pytest.fixture
def table() -> Table:
    columns: dict[str, Any] = dict(DATA)
    columns["tier"] = Column.from_codes(np.array([1, -1, 0]), ["low", "high"])
    return Table(columns, options={"level": 0.95}, title="Accounts")


def same(a: list[dict[str, Any]], b: list[dict[str, Any]]) -> bool:
    return repr(a) == repr(b)


def test_a_table_is_its_columns(table: Table) -> None:
    assert len(table) == 3
    assert table.columns == list(table) == table.keys() == [*DATA, "tier"]
    assert table["n"].to_list() == [1, None, -3]
    assert "n" in table and "x" not in table
    assert table.to_dicts()[0]["account"] == "a"
    assert table.options == {"level": 0.95}
    with pytest.raises(sojourn.SchemaError, match="Did you mean 'paid'"):
        table["pai"]
    with pytest.raises(sojourn.SchemaError, match="differ in length"):
        Table({"a": [1], "b": [1, 2]})
    assert len(Table({})) == 0


def test_every_consumer_reads_the_same_table(table: Table) -> None:
    expected = table.to_dicts()
    assert same(pa.table(table).to_pylist(), expected)
    assert same(pl.DataFrame(table).to_dicts(), expected)
    assert same(pa.RecordBatchReader.from_stream(table).read_all().to_pylist(), expected)
    result = table  # noqa: F841 - DuckDB finds it by its name
    relation = duckdb.sql("from result")
    assert same([dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()], expected)
    assert same(table.to_polars().to_dicts(), expected)
    assert same(table.to_arrow().to_pylist(), expected)
    assert same([{n: c[i] for n, c in frame(table).items()} for i in range(3)], expected)
    assert pa.schema(table) == pa.table(table).schema


def test_types_survive_the_export(table: Table) -> None:
    schema = pa.schema(table)
    assert schema.field("day").type == pa.date32()
    assert schema.field("seen").type == pa.timestamp("us")
    assert schema.field("paid").type == pa.decimal128(19, 2)
    assert schema.field("tier").type == pa.dictionary(pa.int32(), pa.large_string())
    aware = Table({"t": [dt.datetime(2024, 1, 1, tzinfo=dt.UTC)]})
    assert pa.schema(aware).field("t").type == pa.timestamp("us", tz="UTC")


def test_a_column_is_an_arrow_array_and_stream(table: Table) -> None:
    assert pa.array(table["account"]).to_pylist() == DATA["account"]
    assert pa.chunked_array(table["n"]).to_pylist() == DATA["n"]
    assert pl.Series(table["day"]).to_list() == DATA["day"]
    assert pa.array(table["tier"]).to_pylist() == ["high", None, "low"]


def test_a_table_is_exported_again_and_from_threads(table: Table) -> None:
    expected = table.to_dicts()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for got in pool.map(lambda _: pl.DataFrame(table).to_dicts(), range(200)):
            assert same(got, expected)


def test_an_export_outlives_its_table() -> None:
    frame_ = pl.DataFrame(Table({"n": list(range(1000)), "s": [f"account number {i}" for i in range(1000)]}))
    assert frame_["n"].sum() == 499500
    assert frame_["s"][-1] == "account number 999"


def test_an_export_that_nobody_reads_is_released(table: Table) -> None:
    for _ in range(1000):
        table.__arrow_c_stream__()
        table.__arrow_c_schema__()
        table["account"].__arrow_c_array__()


def test_capsules_are_named_by_the_protocol(table: Table) -> None:
    assert '"arrow_array_stream"' in repr(table.__arrow_c_stream__(None))
    assert '"arrow_schema"' in repr(table.__arrow_c_schema__())
    schema, array = table["n"].__arrow_c_array__()
    assert '"arrow_schema"' in repr(schema) and '"arrow_array"' in repr(array)


def test_to_numpy_and_pandas(table: Table) -> None:
    arrays = table.to_numpy()
    assert arrays["n"].dtype == np.float64 and math.isnan(arrays["n"][1])
    assert arrays["day"].dtype == "datetime64[D]" and np.isnat(arrays["day"][1])
    assert arrays["day"][2] == np.datetime64("1969-12-31")
    assert arrays["seen"].dtype == "datetime64[us]"
    assert arrays["active"].tolist() == [True, None, False]
    data = table.to_pandas()
    assert data["n"].dtype == pd.Int64Dtype() and data["n"].isna().tolist() == [False, True, False]
    assert data["day"].dt.year.tolist()[0] == 2024
    assert data["tier"].tolist() == ["high", None, "low"]
    exact = Table({"big": [2**62, None]}).to_pandas()
    assert exact["big"][0] == 2**62
    values = np.arange(5.0)
    assert np.shares_memory(Table({"x": values}).to_numpy()["x"], values)


def test_repr_is_an_aligned_table() -> None:
    columns = {"period": ["2024-01", "2024-02"], "mrr": [100, 12345], "rate": [0.125, None]}
    made = Table(columns, title="MRR", options={"by": "month"})
    assert repr(made).splitlines() == [
        "MRR",
        "period     mrr   rate",
        "2024-01    100  0.125",
        "2024-02  12345      -",
        "by=month",
    ]
    long = Table({"n": list(range(1000))})
    assert repr(long).splitlines()[-1] == "... 1,000 rows"
    assert len(repr(long).splitlines()) == 22
    assert repr(Table({"a": []})) == "a"
    assert repr(Table({})) == ""
    assert repr(Table({"a": ["two\nlines", "\x1b[31m"]})).splitlines() == ["a", r"two\nlines", r"\x1b[31m"]


def test_html_escapes_everything() -> None:
    columns = {ATTACK: [ATTACK], "tier": Column.from_codes(np.array([0]), [ATTACK])}
    made = Table(columns, title=ATTACK, options={ATTACK: ATTACK})
    html = made._repr_html_()
    assert "<img" not in html and html.count("&lt;img") == 6
    assert html.count("<td") == html.count("<th ") == 2


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"]


def test_csv_defuses_formulas_but_not_numbers(tmp_path: Path) -> None:
    made = Table({"=name": [*FORMULAS, "safe", ""], "n": [-5, 1, 2, 3, 4, 5, 6, None]})
    rows = list(csv.reader((made.to_csv() or "").splitlines(keepends=True)))
    assert rows[0] == ["'=name", "n"]
    assert [row[0] for row in rows[1:5]] == ["'=1+1", "'+1", "'-1", "'@SUM(A1)"]
    assert rows[1][1] == "-5"
    path = tmp_path / "out.csv"
    assert made.to_csv(path) is None
    with open(path, newline="", encoding="utf-8") as file:
        assert [row[0] for row in csv.reader(file)][1:] == ["'" + f for f in FORMULAS] + ["safe", ""]
    plain = made.to_csv(formula_guard=False) or ""
    assert plain.startswith("=name,n\n=1+1,-5\n")


def test_csv_of_every_type(table: Table) -> None:
    rows = list(csv.DictReader((table.to_csv() or "").splitlines()))
    assert rows[0]["day"] == "2024-02-29" and rows[0]["paid"] == "1.25" and rows[0]["active"] == "True"
    assert rows[1]["account"] == "" and rows[1]["rate"] == "nan"


def test_plot_draws_on_the_given_axes_and_never_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    import matplotlib.pyplot as plt

    monkeypatch.setattr(plt, "show", lambda *_: pytest.fail("shown"))

    def draw(table: Table, ax: Any) -> None:
        ax.plot(table["n"].to_list())

    made = Table({"n": [1, 2, 3]}, plot=draw)
    ax = plt.figure().add_subplot()
    assert made.plot(ax) is ax and made.plot(ax=ax) is ax
    assert len(ax.lines) == 2
    assert made.plot() is not ax
    plt.close("all")
    with pytest.raises(NotImplementedError, match="no picture"):
        Table({"n": [1]}).plot()


def test_a_missing_library_is_one_line_of_advice(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr("sojourn._frames.optional.import_module", refuse)
    for library, call in {
        "polars": table.to_polars,
        "pyarrow": table.to_arrow,
        "pandas": table.to_pandas,
        "numpy": table.to_numpy,
    }.items():
        with pytest.raises(ImportError, match=f"pip install {library}"):
            call()
