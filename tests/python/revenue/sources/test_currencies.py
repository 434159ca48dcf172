"""Several currencies in Python: fx closes every row, constant currency, missing rates, exact rates."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

import sojourn as sj

NAMES: dict[str, Any] = {"account": "account", "start": "start", "end": "end", "mrr": "mrr", "currency": "currency"}
MONTHS = [f"{year}-{month:02d}" for year in (2022, 2023, 2024) for month in range(1, 13)]


def rows_of(draw: random.Random, n: int) -> dict[str, list[Any]]:
    rows: dict[str, list[Any]] = {"account": [], "start": [], "end": [], "mrr": [], "currency": [], "plan": []}
    for _ in range(n):
        rows["account"].append(f"c{draw.randint(1, 8)}")
        rows["start"].append(f"2023-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}")
        rows["end"].append(None if draw.random() < 0.4 else f"2024-{draw.randint(1, 12):02d}-15")
        rows["mrr"].append(draw.choice([100, 2500, 4900]))
        rows["currency"].append(draw.choice(["USD", "EUR", "JPY"]))
        rows["plan"].append(draw.choice(["x", "y"]))
    return rows


def rates_of(draw: random.Random) -> dict[str, list[Any]]:
    rates: dict[str, list[Any]] = {"currency": [], "month": [], "rate": []}
    for month in MONTHS:
        for code, low, high in (("EUR", 9500, 12500), ("JPY", 60, 80)):
            rates["currency"].append(code)
            rates["month"].append(month)
            rates["rate"].append(Decimal(draw.randint(low, high)) / 10000)
    return rates


def cut(rows: dict[str, list[Any]], n: int, into: str, since: str | None) -> dict[str, list[Any]]:
    """The first `n` rows under another account, from a day on."""
    found: dict[str, list[Any]] = {name: list(values) for name, values in rows.items()}
    for row in range(n):
        start, end = rows["start"][row], rows["end"][row]
        if since is not None and start < since:
            stays = min(since, end) if end is not None else since
            for name, values in found.items():
                values.append({"start": start, "end": stays}.get(name, rows[name][row]))
            found["start"][row] = stays
        found["account"][row] = into
    return found


def test_every_row_closes_with_fx_and_segments_add_up() -> None:
    draw = random.Random(5)
    for fx in ("period_open_rate", "period_mean"):
        for _ in range(6):
            rows, rates = rows_of(draw, 25), rates_of(draw)
            ledger = sj.Ledger(
                rows, **NAMES, rates=rates, report_in="USD", as_of="2025-01-01", fx=fx, segment="plan", amounts="minor"
            )
            shown = ledger.movements("2023-01", "2024-12").to_dicts()
            for row, after in zip(shown, [*shown[1:], None], strict=True):
                gained = row["new"] + row["reactivation"] + row["expansion"] - row["contraction"] - row["churn"] + row["fx"]
                assert row["opening"] + gained == row["closing"]
                assert after is None or after["opening"] == row["closing"]
            assert any(row["fx"] for row in shown)
            states = list(ledger.by_segment().states("2023-01", "2024-12").values())
            total = states[0]
            for state in states[1:]:
                total = total + state
            assert total == ledger.state("2023-01", "2024-12")
            assert int(ledger.mrr("2024-06")) == next(row["closing"] for row in shown if row["period"] == "2024-06")
            assert sum(ledger.by_segment().mrr("2024-06")["mrr"].to_list()) == pytest.approx(
                int(ledger.mrr("2024-06")), abs=2
            )
            assert ledger.options["currency"] == "USD" and ledger.options["fx"] == fx


def test_movements_stand_at_the_opening_rate_and_the_closing_at_its_own() -> None:
    rows = {
        "account": ["a", "b"],
        "start": ["2024-01-10", "2024-01-10"],
        "end": [None, "2024-03-10"],
        "mrr": [10000, 10000],
        "currency": ["EUR", "USD"],
    }
    rates = {
        "currency": ["EUR"] * 4,
        "month": ["2023-12", "2024-01", "2024-02", "2024-03"],
        "rate": ["1", "1.15", "6/5", "1.1"],
    }
    ledger = sj.Ledger(rows, **NAMES, rates=rates, report_in="USD", as_of="2024-04-01", amounts="minor")
    shown = ledger.movements("2024-01", "2024-03").to_dicts()
    assert [(row["opening"], row["new"], row["churn"], row["fx"], row["closing"]) for row in shown] == [
        (0, 20000, 0, 1500, 21500),
        (21500, 0, 0, 500, 22000),
        (22000, 0, 10000, -1000, 11000),
    ]
    assert ledger.mrr("2024-01").exact == Fraction(21500)
    assert int(ledger.arr("2024-02")) == 12 * 22000
    assert float(ledger.arpa("2024-02")) == 11000
    # In constant currency the euro account neither grew nor shrank.
    assert float(ledger.nrr("2024-03", window=1)) == pytest.approx(12000 / 22000)
    assert float(ledger.grr("2024-03", window=1)) == pytest.approx(12000 / 22000)
    assert float(ledger.logo_churn("2024-03")) == 0.5
    assert float(ledger.mrr_churn("2024-03")) == pytest.approx(10000 / 22000)
    assert ledger.explain("a", "2024-02").opening == 11500
    assert ledger.explain("a", "2024-02").rows == [0]
    assert ledger.cohorts(measure="mrr").sizes == [21000, 0, 0]
    assert len(ledger.survival().table()) > 0


def test_rows_valued_once_have_no_fx() -> None:
    rows = {
        "account": ["a", "a"],
        "start": ["2024-01-10", "2024-02-10"],
        "end": [None, None],
        "mrr": [10000, 10000],
        "currency": ["EUR", "EUR"],
        "bought": ["2024-01-05", "2024-01-05"],
    }
    rates = {"currency": ["EUR", "EUR"], "date": ["2024-01-01", "2024-02-01"], "rate": [1.1, 1.2]}
    at_start = sj.Ledger(
        rows, **NAMES, rates=rates, report_in="USD", fx="service_start", as_of="2024-12-01", amounts="minor"
    )
    assert int(at_start.mrr("2024-06")) == 23000 and set(at_start.movements("2024-01", "2024-06")["fx"].to_list()) == {0}
    bought = sj.Ledger(
        rows,
        **NAMES,
        rates=rates,
        report_in="USD",
        fx="purchase",
        purchased_on="bought",
        as_of="2024-12-01",
        amounts="minor",
    )
    assert int(bought.mrr("2024-06")) == 22000
    with pytest.raises(sj.SchemaError, match="purchased_on"):
        sj.Ledger(rows, **NAMES, rates=rates, report_in="USD", fx="purchase")


def test_minor_units_of_currencies_and_exact_rates() -> None:
    rows = {"account": ["a"], "start": ["2024-01-10"], "end": [None], "mrr": [1000], "currency": ["JPY"]}
    for rate in (0.0067, Decimal("0.0067"), "0.0067", "67/10000"):
        rates = {"currency": ["JPY"] * 2, "month": ["2023-12", "2024-01"], "rate": [rate] * 2}
        ledger = sj.Ledger(rows, **NAMES, rates=rates, report_in="USD", as_of="2024-02-01", amounts="minor")
        assert ledger.mrr("2024-01").exact == 670


def test_what_is_missing_is_named() -> None:
    rows = {"account": ["a"], "start": ["2024-01-10"], "end": ["2024-03-10"], "mrr": [1000], "currency": ["EUR"]}
    rates = {"currency": ["EUR"] * 2, "month": ["2023-12", "2024-01"], "rate": [1.1, 1.2]}
    ledger = sj.Ledger(rows, **NAMES, rates=rates, report_in="USD", as_of="2024-06-01", amounts="minor")
    assert int(ledger.mrr("2024-01")) == 1200
    with pytest.raises(sj.DataError, match="EUR 2024-02"):
        ledger.movements("2024-01", "2024-03")
    for broken, error, match in [
        ({"rates": None}, sj.SchemaError, "both rates"),
        ({"report_in": None}, sj.SchemaError, "both rates"),
        ({"fx": "spot"}, sj.SchemaError, "fx"),
        ({"rates": {"currency": ["EUR"], "rate": [1]}}, sj.SchemaError, "one of since"),
        ({"rates": {"currency": ["EUR"], "month": ["2024-01"], "rate": [-1]}}, sj.DataError, "positive"),
        ({"rates": {"currency": ["EUR"], "month": ["2024-01"], "rate": ["1,1"]}}, sj.DataError, "1.0834"),
        ({"rates": {"currency": ["EUR"], "month": ["Jan"], "rate": ["1"]}}, sj.DataError, "2024-01"),
        ({"rates": {"currency": ["EUR"], "month": ["2024-01"], "rate": [float("nan")]}}, sj.DataError, "rate"),
    ]:
        with pytest.raises(error, match=match):
            sj.Ledger(rows, **NAMES, as_of="2024-06-01", **{"rates": rates, "report_in": "USD", **broken}, amounts="minor")
    with pytest.raises(sj.DataError, match="currency"):
        sj.Ledger({**rows, "currency": [None]}, **NAMES, rates=rates, report_in="USD", as_of="2024-06-01")


@pytest.mark.filterwarnings("ignore:.* repeats? an earlier one:sojourn.InputWarning")  # rows at random
def test_corrections_equal_everything_from_the_start() -> None:
    draw = random.Random(8)
    rates = rates_of(draw)

    def ledger(rows: dict[str, list[Any]]) -> sj.Ledger:
        return sj.Ledger(rows, **NAMES, rates=rates, report_in="EUR", as_of="2025-01-01", amounts="minor")

    rates["currency"] = ["USD" if code == "EUR" else code for code in rates["currency"]]
    for _ in range(10):
        held, more = rows_of(draw, 15), rows_of(draw, 4)
        book = ledger(held)
        state = book.state("2023-01", "2024-12")
        state -= book.state("2023-01", "2024-12", accounts_in=more)
        book.apply(more)
        state += book.state("2023-01", "2024-12", accounts_in=more)
        both = ledger({name: held[name] + more[name] for name in held})
        assert book.state("2023-01", "2024-12").to_bytes() == state.to_bytes() == both.state("2023-01", "2024-12").to_bytes()
        book.retract(more)
        assert book.state("2023-01", "2024-12") == ledger(held).state("2023-01", "2024-12")
        names = sorted(set(held["account"]))
        if len(names) > 1:
            book.merge(names[0], names[1])
            merged = {**held, "account": [names[1] if who == names[0] else who for who in held["account"]]}
            assert book.state("2023-01", "2024-12") == ledger(merged).state("2023-01", "2024-12")
        assert sum(int(part.mrr("2024-03")) for part in ledger(held).partition(3)) == pytest.approx(
            int(ledger(held).mrr("2024-03")), abs=2
        )
        moving = {name: values[:5] for name, values in held.items()}
        for since in (None, "2023-09-15"):
            book = ledger(held)
            book.split(moving, "new", since=since)
            assert (
                book.state("2023-01", "2024-12").to_bytes()
                == ledger(cut(held, 5, "new", since)).state("2023-01", "2024-12").to_bytes()
            )
        strangers = {**moving, "account": ["c9"] * 5}
        with pytest.raises(sj.DataError, match="c9.*holds no such row"):
            ledger(held).split(strangers, "new")
        with pytest.raises(sj.DataError, match="c9.*holds no such row"):
            ledger(held).retract(strangers)


def test_fx_of_the_policy_is_the_default_of_the_argument() -> None:
    draw = random.Random(21)
    rows, rates = rows_of(draw, 20), rates_of(draw)
    rows["bought"] = rows["start"]
    usual: dict[str, Any] = {**NAMES, "rates": rates, "report_in": "USD", "as_of": "2025-01-01"}
    for fx in ("period_mean", "service_start", "purchase"):
        named = {"purchased_on": "bought"} if fx == "purchase" else {}
        asked, by_policy = (
            sj.Ledger(rows, **usual, **named, fx=fx, amounts="minor"),
            sj.Ledger(rows, **usual, **named, policy=sj.Policy(fx=fx), amounts="minor"),
        )
        assert asked.movements("2023-01", "2024-12").to_dicts() == by_policy.movements("2023-01", "2024-12").to_dicts()
        assert asked.options["fx"] == by_policy.options["fx"] == fx
        assert asked.options["policy_json"] == by_policy.options["policy_json"]  # results name what was done
        # Another policy that says nothing of rates keeps the argument; one that says something else contradicts it.
        assert asked.with_policy(sj.Policy(window=30)).policy == sj.Policy(window=30, fx=fx)
        other = "service_start" if fx == "period_mean" else "period_mean"
        with pytest.raises(sj.SchemaError, match="contradicts"):
            asked.with_policy(sj.Policy(fx=other))
        with pytest.raises(sj.SchemaError, match="contradicts"):
            sj.Ledger(rows, **usual, **named, fx=fx, policy=sj.Policy(fx=other))
        assert by_policy.with_policy(sj.Policy(fx=other)).options["fx"] == other
    with pytest.raises(sj.SchemaError, match="needs purchased_on"):
        sj.Ledger(rows, **usual, amounts="minor").with_policy(sj.Policy.preset("profitwell"))
    valued = {**usual, "policy": sj.Policy(fx="service_start"), "amounts": "minor"}
    once = sj.Ledger({name: values[:10] for name, values in rows.items()}, **valued)
    once.apply({name: values[10:] for name, values in rows.items()})
    whole = sj.Ledger(rows, **valued)
    assert once.movements("2023-01", "2024-12").to_dicts() == whole.movements("2023-01", "2024-12").to_dicts()
    once.with_policy(sj.Policy()).apply({name: values[:1] for name, values in rows.items()})
    one_currency = sj.Ledger(
        {name: rows[name] for name in ("account", "start", "end", "mrr")},
        as_of="2025-01-01",
        policy=sj.Policy(fx="period_mean"),
        amounts="minor",
    )
    assert one_currency.options["not_applied"] == "fx"
    why = sj.reconcile(by_policy, sj.Policy(fx="service_start"), sj.Policy(fx="purchase"), "2024-03")
    assert why["option"].to_list() == ["under a", "fx", "under b"]


def test_a_lapse_is_one_of_the_account_over_all_currencies() -> None:
    rows = {
        "account": ["a"] * 4 + ["b", "b"],
        "start": ["2024-01-01", "2024-03-06", "2024-01-01", "2024-03-08", "2024-01-01", "2024-03-11"],
        "end": ["2024-03-02", None, "2024-03-04", None, "2024-03-01", None],
        "mrr": [1000, 1500, 400, 400, 700, 700],
        "currency": ["EUR", "EUR", "USD", "USD", "USD", "EUR"],
    }
    rates = {"currency": ["EUR"] * 5, "month": ["2023-12", "2024-01", "2024-02", "2024-03", "2024-04"], "rate": ["2"] * 5}

    def march(grace: int, fx: str) -> dict[str, Any]:
        ledger = sj.Ledger(
            rows,
            **NAMES,
            rates=rates,
            report_in="USD",
            as_of="2024-05-01",
            fx=fx,
            policy=sj.Policy(lapse_grace=grace),
            amounts="minor",
        )
        assert "not_applied" not in ledger.options and ledger.explain("a", "2024-03").rows == [0, 1, 2, 3]
        assert ledger.counts["rows"] == 6 and ledger.counts.get("bridges", 0) == {0: 0, 2: 1, 10: 2}[grace]
        return dict(ledger.movements("2024-03", "2024-03").to_dicts()[0])

    for fx in ("period_open_rate", "service_start"):
        # "a" pays nothing on two days, 4 and 5 March: its dollars go on, its euros had stopped on the 2nd; "b" comes back
        # after ten.
        counts = [
            (row["accounts_churned"], row["accounts_reactivated"]) for row in (march(grace, fx) for grace in (0, 2, 10))
        ]
        assert counts == [(2, 2), (1, 1), (0, 0)]
        row = march(2, fx)
        assert (row["contraction"], row["churn"], row["reactivation"]) == (2000, 700, 1400)
        assert row["expansion"] == 3000 - 400 + 400


@pytest.mark.parametrize("argument", [{"fx": "period_mean"}, {"report_in": "USD"}, {"purchased_on": "bought"}])
def test_arguments_of_several_currencies_are_not_ignored(argument: dict[str, str]) -> None:
    rows = {"account_id": ["a"], "start": ["2024-01-01"], "end": [None], "mrr_minor": [100], "seen": ["2024-01-01"]}
    with pytest.raises(sj.SchemaError, match="both rates= .* and report_in="):
        sj.Ledger(rows, as_of="2024-06-01", **argument)  # type: ignore[arg-type]
    with pytest.raises(sj.SchemaError, match="both rates= .* and report_in="):
        sj.Ledger(rows, as_of="2024-06-01", known_from="seen", **argument)  # type: ignore[arg-type]


def test_knowledge_dates_and_rates_go_together() -> None:
    draw = random.Random(31)
    for fx in ("period_open_rate", "period_mean", "service_start"):
        for _ in range(6):
            rows, rates = rows_of(draw, 30), rates_of(draw)
            rows["mrr"] = [10_000 * mrr for mrr in rows["mrr"]]  # whole minor units at every rate
            rows["seen"] = [f"2024-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}" for _ in rows["mrr"]]
            rows["gone"] = [None if draw.random() < 0.6 else "2024-12-30" for _ in rows["mrr"]]
            usual: dict[str, Any] = {**NAMES, "rates": rates, "report_in": "USD", "fx": fx, "amounts": "minor"}
            book = sj.Ledger(rows, **usual, known_from="seen", known_until="gone", as_of="2025-01-01")

            def close(when: str, as_of: str, usual: dict[str, Any] = usual, rows: dict[str, Any] = rows) -> sj.Ledger:
                known = [
                    row
                    for row, seen in enumerate(rows["seen"])
                    if seen <= when and (rows["gone"][row] is None or when < rows["gone"][row])
                ]
                return sj.Ledger(
                    {name: [values[row] for row in known] for name, values in rows.items()}, **usual, as_of=as_of
                )

            held = book.as_known_on("2024-10-31")
            expected = close("2024-10-31", "2024-11-01").movements("2023-01", "2024-10").to_dicts()
            assert held.movements("2023-01", "2024-10").to_dicts() == expected
            assert held.options["fx"] == fx and held.options["currency"] == "USD"
            why = book.restatement("2024-03", known_on=["2024-06-15", "2024-12-31"])
            before, after = (
                close(when, "2025-01-01").movements("2024-03", "2024-03").to_dicts()[0]
                for when in ("2024-06-15", "2024-12-31")
            )
            for name in ("opening", "new", "reactivation", "expansion", "contraction", "churn", "fx", "closing"):
                assert sum(why[name].to_list()) == why.change[name]
                if fx != "period_mean":
                    assert why.change[name] == after[name] - before[name]
            assert why.change["accounts_closing"] == after["accounts_closing"] - before["accounts_closing"]


def test_a_stream_that_can_be_read_once_is_read_once() -> None:
    pa = pytest.importorskip("pyarrow")
    rows = pa.table({"account": ["a"], "start": ["2024-01-01"], "end": ["2025-01-01"], "mrr": [100], "currency": ["EUR"]})
    rates = {"currency": ["EUR"], "month": ["2024-01"], "rate": ["1.5"]}
    stream = pa.RecordBatchReader.from_batches(rows.schema, rows.to_batches())
    ledger = sj.Ledger(
        stream, currency="currency", rates=rates, report_in="USD", as_of="2024-03-01", fx="service_start", amounts="minor"
    )
    assert int(ledger.mrr("2024-01")) == 150
