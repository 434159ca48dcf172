"""Money on every road: one unit, one currency, exactly, or an error that says what to do."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import sojourn as sj
from sojourn._frames.columns import column
from sojourn._frames.money import minor_amount, minor_column

CENTS = [4900, 0, None, 1, 123_456_789]


def dollars(cents: Sequence[int | None]) -> list[Decimal | None]:
    return [None if value is None else Decimal(value).scaleb(-2) for value in cents]


def as_floats(cents: Sequence[int | None]) -> list[float]:
    return [float("nan") if value is None else value / 100 for value in cents]


WHOLE: dict[str, Callable[[list[int | None]], Any]] = {
    "list": list,
    "tuple": tuple,
    "list of Decimal": lambda cents: [None if v is None else Decimal(v) for v in cents],
    "list of Decimal and int": lambda cents: [Decimal(v) if i == 0 and v is not None else v for i, v in enumerate(cents)],
    "list of NumPy integers": lambda cents: [None if v is None else np.int64(v) for v in cents],
    "list of text": lambda cents: [None if v is None else str(v) for v in cents],
    "NumPy objects": lambda cents: np.array(cents, dtype=object),
    "NumPy masked": lambda cents: np.ma.array([v or 0 for v in cents], mask=[v is None for v in cents]),
    "pandas Int64": lambda cents: pd.Series(cents, dtype="Int64"),
    "pandas Arrow int64": lambda cents: pd.Series(pd.array(cents, dtype=pd.ArrowDtype(pa.int64()))),
    "pandas Arrow decimal": lambda cents: pd.Series(
        pd.array([None if v is None else Decimal(v) for v in cents], dtype=pd.ArrowDtype(pa.decimal128(38, 0)))
    ),
    "pandas objects": lambda cents: pd.Series(cents, dtype=object),
    "pandas text": lambda cents: pd.Series([None if v is None else str(v) for v in cents], dtype="string"),
    "Polars Int64": lambda cents: pl.Series(cents, dtype=pl.Int64),
    "Polars Decimal": lambda cents: pl.Series([None if v is None else Decimal(v) for v in cents], dtype=pl.Decimal(38, 0)),
    "Polars Decimal with places": lambda cents: pl.Series(cents, dtype=pl.Int64).cast(pl.Decimal(38, 2)),
    **{
        f"Arrow {kind}": lambda cents, kind=kind: pa.array(cents, type=kind)
        for kind in (pa.int64(), pa.uint64(), pa.uint32(), pa.int32())
    },
    **{
        f"Arrow {kind}": lambda cents, kind=kind: pa.array([None if v is None else Decimal(v) for v in cents], type=kind)
        for kind in (pa.decimal128(38, 0), pa.decimal128(38, 4), pa.decimal256(76, 0), pa.decimal256(76, 38))
    },
    "Arrow text": lambda cents: pa.array([None if v is None else str(v) for v in cents]),
    "Arrow dictionary": lambda cents: pa.array([None if v is None else str(v) for v in cents]).dictionary_encode(),
}

MAJOR: dict[str, Callable[[list[int | None]], Any]] = {
    "list of float": as_floats,
    "list of Decimal": dollars,
    "list of text": lambda cents: [None if v is None else str(v) for v in dollars(cents)],
    "NumPy float64": lambda cents: np.array(as_floats(cents)),
    "pandas float64": lambda cents: pd.Series(as_floats(cents)),
    "pandas Float64": lambda cents: pd.Series([None if v is None else v / 100 for v in cents], dtype="Float64"),
    "pandas Arrow decimal": lambda cents: pd.Series(pd.array(dollars(cents), dtype=pd.ArrowDtype(pa.decimal128(18, 2)))),
    "Polars Float64": lambda cents: pl.Series([None if v is None else v / 100 for v in cents]),
    "Polars Decimal": lambda cents: pl.Series(dollars(cents), dtype=pl.Decimal(18, 6)),
    **{
        f"Arrow {kind}": lambda cents, kind=kind: pa.array(dollars(cents), type=kind)
        for kind in (pa.decimal128(12, 2), pa.decimal128(38, 18), pa.decimal256(76, 38))
    },
    "Arrow text": lambda cents: pa.array([None if v is None else str(v) for v in dollars(cents)]),
}


@pytest.mark.parametrize("road", WHOLE)
def test_b05_whole_numbers_in_minor_units_are_the_same_on_every_road(road: str) -> None:
    found = minor_column(column(WHOLE[road](list(CENTS)), "mrr_cents"), "mrr_cents")
    assert found.type == "int64" and found.to_list() == CENTS


@pytest.mark.parametrize("road", MAJOR)
def test_units_of_the_currency_are_the_same_on_every_road(road: str) -> None:
    found = minor_column(column(MAJOR[road](list(CENTS)), "mrr"), "mrr", amounts="major")
    assert found.type == "int64" and found.to_list() == CENTS


def test_any_cents_come_back_from_every_road() -> None:
    draw = random.Random(7)
    for _ in range(20):
        cents = [None if draw.random() < 0.1 else draw.randrange(-(10 ** draw.randrange(1, 12)), 10**11) for _ in range(50)]
        for road, make in MAJOR.items():
            assert minor_column(column(make(cents), "mrr"), "mrr", amounts="major").to_list() == cents, road
        for road, make in WHOLE.items():
            if "uint" not in road and "int32" not in road:
                assert minor_column(column(make(cents), "x"), "x", amounts="minor").to_list() == cents, road


def test_narrow_floats_are_their_shortest_decimals() -> None:
    found = column(np.array([49.99, 0.1, np.nan, 1e6], dtype=np.float32), "mrr")
    assert minor_column(found, "mrr", amounts="major").to_list() == [4999, 10, None, 100_000_000]


@pytest.mark.parametrize("code, amount, minor", [("jpy", 10_000, 10_000), ("KWD", 1.5, 1500), ("clf", "0.0001", 1)])
def test_decimals_are_those_of_the_currency(code: str, amount: Any, minor: int) -> None:
    assert minor_column(column([amount], "mrr"), "mrr", amounts="major", currency=code).to_list() == [minor]


@pytest.mark.parametrize(
    "values, amounts, message",
    [
        ([19.995], "major", r"row 0, value 19.995: has more places than the currency \(USD: 2\); round it first"),
        ([Decimal("1.00"), Decimal("1.001")], "major", "row 1, value 1.001: has more places"),
        (
            ["1", "1,000.00"],
            "major",
            r'row 1, value "1,000.00": has two readings.*write it as 1234.56, or say which sign separates decimals',
        ),
        (["€ 5"], "major", "is not an amount of USD"),
        (["five"], "major", 'row 0, value "five": is not an amount'),
        ([float("inf")], "major", "row 0, value inf: is not an amount"),
        ([1e300], "major", "leaves 64 bits in minor units"),
        ([2**62], "major", "leaves 64 bits in minor units"),
        (
            [Decimal("19.99")],
            "minor",
            'row 0, value 19.99: is not a whole number of minor units of USD; say amounts="major"',
        ),
        (["4900.5"], "minor", "is not a whole number of minor units"),
    ],
)
def test_what_is_no_exact_amount_names_its_row_and_the_remedy(values: list[Any], amounts: str, message: str) -> None:
    with pytest.raises(sj.DataError, match=message):
        minor_column(column(values, "mrr"), "mrr", amounts=amounts)


@pytest.mark.parametrize("values", [[4900.0], [100.0, float("nan")], np.array([1.5], dtype=np.float32)])
def test_g07_floats_are_no_minor_units_and_the_remedy_is_int64(values: Any) -> None:
    for name, amounts in (("mrr", "minor"), ("mrr_cents", None)):
        with pytest.raises(
            sj.SchemaError, match=r'use the dtype "Int64"\). If these are amounts of USD, say amounts="major"'
        ):
            minor_column(column(values, name), name, amounts=amounts)


def test_a_name_that_says_no_unit_asks_and_lists_both_readings() -> None:
    with pytest.raises(sj.SchemaError, match=r'4900 is USD 4900 with amounts="major", USD 49.00 with amounts="minor"'):
        minor_column(column([None, 4900], "mrr"), "mrr")
    for name in ("mrr_minor", "MRR_CENTS", "cents", "Amount (minor)"):
        assert minor_column(column([4900], name), name).to_list() == [4900]
    with pytest.raises(sj.SchemaError, match='amounts "cents" is not one of minor, major'):
        minor_column(column([4900], "mrr"), "mrr", amounts="cents")


def test_separators_of_text_are_stated() -> None:
    assert minor_column(column(["1.234,56", "$ 5"], "m"), "m", amounts="major", decimal=",").to_list() == [123_456, 500]
    assert minor_column(column(["1,234.56", "7 USD"], "m"), "m", amounts="major", decimal=".").to_list() == [123_456, 700]
    with pytest.raises(sj.SchemaError, match='decimal ";" is not one of'):
        minor_column(column(["1"], "m"), "m", amounts="major", decimal=";")


@pytest.mark.parametrize("value", [True, None, [1], b"5", object(), np.array([1])])
def test_an_argument_that_is_no_number_is_a_type_error(value: Any) -> None:
    with pytest.raises(TypeError, match="amount_minor is a .*; accepted: int, Decimal, float, Fraction, or text"):
        minor_amount(value, "amount_minor")


def test_an_argument_is_exact_whatever_its_type() -> None:
    for value in (4900, 4900.0, Decimal("4900.00"), Fraction(4900), "4900", np.int64(4900), np.uint8(100) * np.int64(49)):
        assert minor_amount(value, "amount_minor") == 4900
    for value in (49.99, Decimal("49.99"), Fraction(4999, 100), "49.99", np.float32(49.99), np.float64(49.99)):
        assert minor_amount(value, "amount", amounts="major") == 4999
        with pytest.raises(sj.SchemaError, match=r"amount_minor .*is not a whole number of minor units of USD"):
            minor_amount(value, "amount_minor")
    for bad in (float("nan"), float("inf"), Decimal("NaN"), "", "x", Fraction(1, 3)):
        with pytest.raises(sj.SchemaError, match=r"^spend "):
            minor_amount(bad, "spend", amounts="major")


ROWS: dict[str, list[Any]] = {
    "account_id": ["a", "b"],
    "start": ["2024-01-01", "2024-01-01"],
    "end": [None, None],
    "month": ["2024-01", "2024-01"],
    "date": ["2024-01-05", "2024-01-05"],
    "service_start": ["2024-01-01", "2024-01-01"],
    "service_end": ["2024-02-01", "2024-02-01"],
    "term_end": ["2024-01-15", "2024-01-15"],
    "renewed_on": ["2024-01-15", None],
    "known": ["2024-01-01", "2024-01-01"],
}
TERMS: dict[str, Any] = {"as_of": "2024-02-01"}

ENTRIES: dict[str, Callable[..., int]] = {
    "Ledger": lambda rows, amount, **given: sj.Ledger(rows, mrr=amount, **TERMS, **given).mrr("2024-01"),
    "Ledger, known": lambda rows, amount, **given: sj.Ledger(rows, mrr=amount, known_from="known", **TERMS, **given).mrr(
        "2024-01"
    ),
    "from_prices": lambda rows, amount, **given: sj.Ledger.from_prices(rows, amount=amount, **TERMS, **given).mrr("2024-01"),
    "from_invoices": lambda rows, amount, **given: sj.Ledger.from_invoices(rows, amount=amount, **TERMS, **given).mrr(
        "2024-01"
    ),
    "from_snapshots": lambda rows, amount, **given: sj.Ledger.from_snapshots(rows, mrr=amount, **TERMS, **given).mrr(
        "2024-01"
    ),
    "from_changes": lambda rows, amount, **given: sj.Ledger.from_changes(rows, mrr_after=amount, **TERMS, **given).mrr(
        "2024-01"
    ),
    "Snapshots": lambda rows, amount, **given: sj.Snapshots(
        rows, "2024-01", "2024-01", mrr=amount, as_of="2024-02", **given
    ).movements()["closing"][0],
    "movements": lambda rows, amount, **given: sj.movements(rows, "2024-01", "2024-01", mrr=amount, **TERMS, **given)[
        "closing"
    ][0],
    "mrr_series": lambda rows, amount, **given: sj.mrr_series(rows, "2024-01", "2024-01", mrr=amount, **TERMS, **given)[
        "mrr"
    ][0],
}


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_entry_reads_both_units_and_asks_for_the_unit(entry: str) -> None:
    read = ENTRIES[entry]
    assert read({**ROWS, "mrr_cents": [3000, 1900]}, "mrr_cents") == 4900
    assert read({**ROWS, "paid": [3000, 1900]}, "paid", amounts="minor") == 4900
    assert read({**ROWS, "paid": [30.0, 19.0]}, "paid", amounts="major") == 4900
    assert read({**ROWS, "paid": ["30.00", "19"]}, "paid", amounts="major", currency="eur") == 4900
    assert read({**ROWS, "paid": [3000, 1900]}, "paid", amounts="major", currency="jpy") == 4900
    with pytest.raises(sj.SchemaError, match='"paid": are these amounts of USD, or of its minor unit'):
        read({**ROWS, "paid": [3000, 1900]}, "paid")
    with pytest.raises(sj.DataError, match='"paid", row 1, value 19.999: has more places'):
        read({**ROWS, "paid": [30.0, 19.999]}, "paid", amounts="major")


@pytest.mark.parametrize("entry", ENTRIES)
def test_two_currencies_are_never_added(entry: str) -> None:
    read = ENTRIES[entry]
    rows = {**ROWS, "mrr_minor": [3000, 1900]}
    mixed = {**rows, "currency": ["EUR", "usd"], "ccy": ["EUR", "usd"]}
    for given in ({}, {"currency": "currency"}, {"currency": "ccy"}):
        with pytest.raises(sj.SchemaError, match=r"names several currencies \(EUR, USD\), and amounts of two"):
            read({name: mixed[name] for name in (mixed if given else [*rows, "currency"])}, "mrr_minor", **given)
    with pytest.raises(sj.DataError, match='"currency", row 0, value EUR: is not the stated currency, USD'):
        read(mixed, "mrr_minor", currency="USD")
    with pytest.raises(
        sj.SchemaError, match=r'currency "Euro" is not a currency of ISO 4217; did you mean EUR\?.*no column'
    ):
        read(rows, "mrr_minor", currency="Euro")
    with pytest.raises(sj.DataError, match='"currency", row 1, value missing'):
        read({**rows, "currency": ["EUR", None]}, "mrr_minor")
    assert read({**rows, "currency": ["eur", "EUR "]}, "mrr_minor") == 4900
    assert read({**rows, "Currency Code": ["jpy", "JPY"], "paid": [30.0, 19.0]}, "paid", amounts="major") == 49


def test_the_currency_of_a_column_is_that_of_every_result() -> None:
    rows = {**ROWS, "mrr": [3000.0, 1900.0], "currency": ["jpy", "JPY"]}
    ledger = sj.Ledger(rows, amounts="major", **TERMS)
    assert ledger.currency == "JPY" and ledger.options["currency"] == "JPY"
    assert "4,900" in repr(ledger.movements("2024-01", "2024-01"))
    with pytest.raises(sj.DataError, match="is not the stated currency, JPY"):
        ledger.apply({**rows, "currency": ["USD", "USD"]})
    ledger.apply({**rows, "account_id": ["c", "d"], "mrr": ["100", "0"]})
    assert ledger.mrr("2024-01") == 5000


@pytest.mark.parametrize("name", ["currency", "paid in"])
def test_corrections_in_another_currency_are_refused_whatever_the_column_is_called(name: str) -> None:
    rows = {**ROWS, "mrr_minor": [3000, 1900], name: ["EUR", "EUR"]}
    ledger = sj.Ledger(rows, currency=name, **TERMS)
    for edit in (ledger.apply, ledger.retract):
        with pytest.raises(sj.DataError, match=f'"{name}", row 1, value USD: is not the stated currency, EUR'):
            edit({**rows, name: ["eur", "USD"]})
    ledger.apply(rows)
    assert ledger.mrr("2024-01") == 9800


def relation(table: Mapping[str, Any]) -> Any:
    duckdb = pytest.importorskip("duckdb")
    connection = duckdb.connect()
    connection.register("rows", pd.DataFrame(table))
    query = (
        "select account_id, cast(min(start) as date) as start, cast(null as date) as end, sum(cents) as {name} "
        "from rows group by account_id order by account_id"
    )
    return connection, query


@pytest.mark.parametrize("as_cursor", [False, True])
@pytest.mark.parametrize("name", ["mrr_cents", "mrr"])
def test_b01_a_sum_of_cents_is_the_sum_as_relation_and_as_cursor(as_cursor: bool, name: str) -> None:
    connection, query = relation({"account_id": ["a", "a"], "start": ["2024-01-01"] * 2, "cents": [3000, 1900]})
    run = connection.execute if as_cursor else connection.sql
    given: dict[str, Any] = {} if name == "mrr_cents" else {"amounts": "minor"}
    assert sj.Ledger(run(query.format(name=name)), mrr=name, **TERMS, **given).mrr("2024-01") == 4900
    if name == "mrr":
        with pytest.raises(sj.SchemaError, match="are these amounts of USD"):
            sj.Ledger(run(query.format(name=name)), mrr=name, **TERMS)
        assert sj.Ledger(run(query.format(name=name)), amounts="major", **TERMS).mrr("2024-01") == 490_000


@pytest.mark.parametrize("code", ["jpy", "JPY", " Jpy"])
def test_b03_yen_have_no_cents_however_they_are_written(code: str) -> None:
    rows = {"account": ["a"], "start": ["2024-01-10"], "end": [None], "currency": [code]}
    for quoted in ("jpy", "JPY"):
        rates = {"currency": [quoted] * 2, "month": ["2023-12", "2024-01"], "rate": [0.0067] * 2}
        given: dict[str, Any] = {"rates": rates, "report_in": "usd", "as_of": "2024-02-01"}
        for amounts in ("minor", "major"):
            ledger = sj.Ledger({**rows, "mrr": [10_000]}, currency="currency", amounts=amounts, **given)
            assert ledger.mrr("2024-01") == 6700 and ledger.currency == "USD"


def test_amounts_of_several_currencies_have_each_its_own_decimals() -> None:
    rows = {
        "account": ["a", "b"],
        "start": ["2024-01-10"] * 2,
        "end": [None] * 2,
        "currency": ["jpy", "kwd"],
        "paid": [500.0, 1.125],
    }
    rates = {"currency": ["JPY", "KWD"] * 2, "month": ["2023-12"] * 2 + ["2024-01"] * 2, "rate": ["0.01", "3"] * 2}
    ledger = sj.Ledger(rows, mrr="paid", amounts="major", rates=rates, report_in="USD", as_of="2024-02-01")
    assert ledger.mrr("2024-01") == 500 + 338  # 3.375 dollars, halves up
    with pytest.raises(sj.DataError, match=r'"paid", row 0, value 500.5: has more places than the currency \(JPY: 0\)'):
        sj.Ledger({**rows, "paid": [500.5, 1]}, mrr="paid", amounts="major", rates=rates, report_in="USD")
    with pytest.raises(sj.DataError, match='"currency", row 1, value "dinar": is not a currency of ISO 4217'):
        sj.Ledger({**rows, "currency": ["jpy", "dinar"]}, mrr="paid", amounts="major", rates=rates, report_in="USD")
    with pytest.raises(sj.SchemaError, match='report_in "dollars" is not a currency of ISO 4217'):
        sj.Ledger(rows, mrr="paid", amounts="major", rates=rates, report_in="dollars")


def test_contracts_read_both_units_and_one_currency() -> None:
    contracts = {**ROWS, "value": [100.0, 50.5], "renewed_value": ["120.00", None]}
    given: dict[str, Any] = {"term_end": "term_end", "as_of": "2024-06-01"}
    found = sj.renewals(contracts, "2024-01", amounts="major", **given)
    assert found.gross_dollar.value == pytest.approx(10_000 / 15_050)
    with pytest.raises(sj.SchemaError, match='"value": are these amounts of USD'):
        sj.renewals({**contracts, "value": [1, 2]}, "2024-01", **given)
    with pytest.raises(sj.SchemaError, match="names several currencies"):
        sj.renewals({**contracts, "currency": ["EUR", "USD"]}, "2024-01", amounts="major", **given)


def test_prices_economics_and_lifetime_value_take_both_units() -> None:
    assert sj.mrr_from_price(Decimal("19.99"), amounts="major") == sj.mrr_from_price(1999) == 1999
    assert sj.mrr_from_price(19.99, amounts="major", discount_minor="0.99") == 1900
    assert sj.mrr_from_price(1999, amounts="major", currency="jpy") == 1999
    fractions: list[Any] = [Decimal("19.99"), 19.99, Fraction(1, 3), np.float32(2.5)]
    for fraction in fractions:
        with pytest.raises(sj.SchemaError, match="amount_minor .* is not a whole number of minor units of USD"):
            sj.mrr_from_price(fraction)
    given: dict[str, Any] = {"customers": 10, "gross_margin": 0.8}
    cents = sj.economics(spend=100_000, new_mrr=50_050, arpa=5000.5, **given)
    major = sj.economics(spend="1000", new_mrr=Decimal("500.50"), arpa=50.005, amounts="major", **given)
    assert {name: e.value for name, e in major.items()} == pytest.approx({name: e.value for name, e in cents.items()})
    with pytest.raises(sj.SchemaError, match="new_mrr 500.505: has more places"):
        sj.economics(spend=1, new_mrr=500.505, amounts="major", **given)
    about: dict[str, Any] = {"margin": 0.8, "churn": 0.05, "timing": "new_customer_pays_now"}
    assert sj.cltv(100, **about).value * 100 == pytest.approx(sj.cltv(100, amounts="major", **about).value)
    with pytest.raises(sj.SchemaError, match='amounts "cents" is not one of'):
        sj.cltv(100, amounts="cents", **about)
