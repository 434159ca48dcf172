"""Traps of public bug reports, on the command line: what a file holds is read as it was meant, or refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from command_line import Run, text_of

duckdb = pytest.importorskip("duckdb")
pytest.importorskip("vl_convert")
pytest.importorskip("jinja2")

CSAT: dict[str, Any] = {
    "sojourn": 1,
    "card": "csat",
    "signals": {"csat": {"norm": {"ramp": [1, 5]}}},
    "tree": {"mean": [[1, "csat"]]},
    "tiers": {"red": 0, "yellow": 50, "green": 90},
}
TWO: dict[str, Any] = {
    **CSAT,
    "signals": {"x": {"norm": {"ramp": [0, 100]}}, "y": {"norm": {"ramp": [0, 100]}}},
    "tree": {"mean": [[3, "x"], [1, "y"]]},
    "tiers": {"low": 0, "at 50": 50, "at 62.5": 62.5, "above": 62.6},
}
WORDS = {"map": {"good": 1, "average": 0.5, "poor": 0}}
WORST: dict[str, Any] = {
    **CSAT,
    "min_coverage": 0,
    "signals": {"x": {"norm": WORDS}, "y": {"norm": WORDS}},
    "tree": {"worst_of": [[1, "x"], [1, "y"]]},
    "tiers": {"0": 0, "50": 50, "100": 100},
}


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def parquet(path: Path, query: str) -> Path:
    duckdb.sql(query).write_parquet(str(path))
    return path


def movements(run: Run, path: Path, *more: str) -> list[dict[str, Any]]:
    given = ("--as-of", "2024-04-01", "--format", "json")
    shown: list[dict[str, Any]] = json.loads(run("metrics", "--subscriptions", str(path), *given, *more).stdout)["movements"]
    return shown


def nps(run: Run, path: Path) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(run("metrics", "--responses", str(path), "--format", "json").stdout)["nps"][0]
    return shown


def tiers(run: Run, folder: Path, card: dict[str, Any], signals: Path, *more: str) -> dict[str, int]:
    """How many accounts each tier of a card has."""
    path = written(folder / "card.json", json.dumps(card))
    done = run("metrics", "--signals", str(signals), "--scorecard", str(path), "--format", "json", *more)
    return {row["tier"]: row["accounts"] for row in json.loads(done.stdout)["health"] if row["accounts"] > 0}


@pytest.mark.parametrize("kind", ["bigint", "decimal(18, 0)", "decimal(38, 0)"])
def test_b05_whole_decimals_of_parquet_are_minor_units(run: Run, tmp_path: Path, kind: str) -> None:
    query = f"""select 'a' account, date '2024-01-10' "start", null::date "end", 4900::{kind} mrr_cents"""
    assert movements(run, parquet(tmp_path / "s.parquet", query))[0]["new"] == 4900


def test_b01_a_sum_of_cents_is_no_float(run: Run, tmp_path: Path) -> None:
    query = """select 'a' account, date '2024-01-10' "start", null::date "end", sum(c){} mrr_cents
               from (values (3000), (1900)) t(c)"""
    assert movements(run, parquet(tmp_path / "s.parquet", query.format("::decimal(38, 0)")))[0]["new"] == 4900
    path = parquet(tmp_path / "s.parquet", query.format(""))  # Parquet has no hugeint: DuckDB writes a double
    error = run("metrics", "--subscriptions", str(path), "--as-of", "2024-04-01", code=1).stderr
    assert '"mrr_cents" holds float64' in error and "--amounts major" in error


def test_f03_an_end_is_the_first_day_without_mrr(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path / "s.csv", "account,start,end,mrr_minor\na,2024-01-10,2024-02-01,100\n")
    shown = movements(run, path)
    assert [row["closing"] for row in shown] == [100, 0, 0] and [row["churn"] for row in shown] == [0, 100, 0]


@pytest.mark.parametrize("form", ["csv", "parquet", "json"])
def test_g01_two_columns_of_one_name_are_refused(run: Run, tmp_path: Path, form: str) -> None:
    if form == "csv":
        path = written(tmp_path / "s.csv", "account,start,end,mrr_minor,account\na,2024-01-10,,100,b\n")
    elif form == "json":
        row = '{"account": "a", "start": "2024-01-10", "end": null, "mrr_minor": 100, "account": "b"}'
        path = written(tmp_path / "s.json", f"[{row}]")
    else:
        pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
        names = ["account", "start", "end", "mrr_minor", "account"]
        values = [["a"], ["2024-01-10"], [None], [100], ["b"]]
        path = tmp_path / "s.parquet"
        pq.write_table(pa.Table.from_arrays([pa.array(one) for one in values], names=names), path)
    error = run("metrics", "--subscriptions", str(path), "--as-of", "2024-04-01", code=1).stderr
    assert "account" in error and "several" in error


def test_names_of_parquet_that_differ_in_case_are_columns_of_their_own(run: Run, tmp_path: Path) -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    names = ["ACCOUNT", "plan", "account", "start", "end", "mrr_minor"]
    values = [["b"], [{"id": {"of": "x"}, "name": "y"}], ["a"], ["2024-01-10"], [None], [100]]
    path = tmp_path / "s.parquet"
    pq.write_table(pa.Table.from_arrays([pa.array(one) for one in values], names=names), path)
    asked = ("--as-of", "2024-04-01", "--period", "2024-01", "--account-column", "account", "--account", "a")
    assert "closing 1.00" in run("explain", "--subscriptions", str(path), *asked).stdout


def test_g02_scores_with_a_gap_are_answers_and_a_missing_one(run: Run, tmp_path: Path) -> None:
    pd = pytest.importorskip("pandas")
    path = tmp_path / "s.parquet"
    pd.DataFrame({"score": pd.Categorical([9, 10, None, 3])}).to_parquet(path)
    found = nps(run, path)
    assert (found["n"], found["promoters"], found["detractors"]) == (3, 2, 1)
    parquet(path, "select * from (values (9), (10), (null), (3)) t(score)")
    assert nps(run, path) == found


@pytest.mark.parametrize("kind", ["varchar", "tinyint", "bigint", "ubigint"])
def test_g03_an_account_is_found_whatever_type_its_id_has(run: Run, tmp_path: Path, kind: str) -> None:
    rows = f"(values (1::{kind}, 100), (2::{kind}, 50)) t(account, mrr_minor)"
    path = parquet(
        tmp_path / "s.parquet", f"""select account, date '2024-01-10' "start", null::date "end", mrr_minor from {rows}"""
    )
    asked = ("--as-of", "2024-04-01", "--account", "2", "--period", "2024-01")
    assert "closing 0.50" in run("explain", "--subscriptions", str(path), *asked).stdout


@pytest.mark.parametrize("end", ["9999-12-31", "2099-12-31", ""])
def test_g06_far_ends_are_running(run: Run, tmp_path: Path, end: str) -> None:
    path = written(tmp_path / "s.csv", f"account,start,end,mrr_minor\na,2024-01-10,{end},100\n")
    shown = json.loads(run("metrics", "--subscriptions", str(path), "--as-of", "2024-04-01", "--format", "json").stdout)
    assert [row["closing"] for row in shown["movements"]] == [100, 100, 100]
    assert any("1 far day is an open end" in fact["as"] for fact in shown["read_as"]) == bool(end)


def test_g07_whole_numbers_that_became_floats_are_refused(run: Run, tmp_path: Path) -> None:
    values = """date '2024-01-10' "start", null::date "end" """
    for columns, named in (
        ("'a' account, 100.0::double mrr_minor", "mrr_minor"),
        ("1.0::double account, 1 mrr_minor", "account"),
    ):
        path = parquet(tmp_path / "s.parquet", f"select {columns}, {values}")
        error = run("metrics", "--subscriptions", str(path), "--as-of", "2024-04-01", code=1).stderr
        assert f'"{named}" holds float64' in error and "Int64" in error


def test_h01_an_answer_between_two_groups_is_refused(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path / "nps.csv", "score\n9\n6.5\n")
    error = run("metrics", "--responses", str(path), code=1).stderr
    assert "nps.csv, line 3" in error and "6.5" in error and "whole number" in error


def test_h04_nobody_answered(run: Run, tmp_path: Path) -> None:
    found = nps(run, written(tmp_path / "nps.csv", "score\n"))
    assert found["value"] is None and found["n"] == 0
    assert "not defined" in run("metrics", "--responses", str(tmp_path / "nps.csv")).stdout


def test_i05_a_product_of_fractions_ends_at_0_and_never_below(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path / "c.csv", "tenure,churned\n" + "".join(f"{age},yes\n" for age in range(1, 401)))
    curve = json.loads(run("metrics", "--customers", str(path), "--format", "json").stdout)["survival"]
    assert min(row["survival"] for row in curve) == curve[-1]["survival"] == 0.0


def test_i09_a_median_that_is_never_reached_is_undefined_with_a_reason(run: Run, tmp_path: Path) -> None:
    path, page = written(tmp_path / "c.csv", "tenure,churned\n1,yes\n2,no\n3,no\n4,no\n"), tmp_path / "page.html"
    run("report", "--customers", str(path), "-o", str(page))
    assert "More than half are still there at the longest observed time" in text_of(page)


def test_j01_recency_takes_a_timestamp(run: Run, tmp_path: Path) -> None:
    card = {
        **CSAT,
        "signals": {"seen": {"norm": {"recency": {"half_life": 30}}}},
        "tree": {"mean": [[1, "seen"]]},
        "tiers": {"low": 0, "at 50": 50, "above": 50.1},
    }
    for kind, as_text in (("timestamp", "2024-05-02"), ("date", "2024-05-02"), ("timestamp_ns", "2024-05-02 00:00:00")):
        path = parquet(tmp_path / "s.parquet", f"select 'a' account_id, '{as_text}'::{kind} seen")
        assert tiers(run, tmp_path, card, path, "--as-of", "2024-06-01") == {"at 50": 1}
    path = parquet(tmp_path / "s.parquet", "select 'a' account_id, timestamptz '2024-05-01 23:30:00+00' seen")
    assert tiers(run, tmp_path, card, path, "--as-of", "2024-06-01", "--timezone", "Europe/Berlin") == {"at 50": 1}
    given = ("--scorecard", str(tmp_path / "card.json"), "--as-of", "2024-06-01")
    assert "--timezone" in run("metrics", "--signals", str(path), *given, code=1).stderr


def test_j03_shown_90_is_green_and_its_rule_fires(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path / "s.csv", "account_id,csat\na,4.6\nb,4.5\n")
    assert tiers(run, tmp_path, CSAT, path) == {"green": 1, "yellow": 1}
    rule = {"id": "ninety", "if": "score() >= 90", "exclude": True}
    assert tiers(run, tmp_path, {**CSAT, "rules": [rule]}, path) == {"yellow": 1, "no score": 1}


def test_j06_an_account_with_two_rows_is_refused_with_both(run: Run, tmp_path: Path) -> None:
    path, card = written(tmp_path / "s.csv", "account_id,csat\na,4.6\na,4.5\n"), tmp_path / "card.json"
    card.write_text(json.dumps(CSAT))
    error = run("metrics", "--signals", str(path), "--scorecard", str(card), code=1).stderr
    assert "s.csv, line 3" in error and "first in row 1" in error


def test_j08_a_weight_that_is_no_number_is_refused(run: Run, tmp_path: Path) -> None:
    path, card = written(tmp_path / "s.csv", "account_id,csat\na,4.6\n"), tmp_path / "card.json"
    card.write_text(json.dumps({**CSAT, "tree": {"mean": [[float("nan"), "csat"]]}}))
    assert "not valid JSON" in run("metrics", "--signals", str(path), "--scorecard", str(card), code=1).stderr
    card.write_text(json.dumps({**CSAT, "tree": {"mean": [["one", "csat"]]}}))
    assert "/tree/mean/0" in run("metrics", "--signals", str(path), "--scorecard", str(card), code=1).stderr


def test_j09_weights_need_not_sum_to_100_and_a_missing_part_lowers_coverage(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path / "s.csv", "account_id,x,y\na,50,100\nb,50,\n")
    assert tiers(run, tmp_path, TWO, path) == {"at 62.5": 1, "at 50": 1}
    assert tiers(run, tmp_path, {**TWO, "min_coverage": 0.75}, path) == {"at 62.5": 1, "at 50": 1}
    assert tiers(run, tmp_path, {**TWO, "min_coverage": 0.76}, path) == {"at 62.5": 1, "no score": 1}


def test_j10_an_excluded_account_has_no_score(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path / "s.csv", "account_id,csat\na,5\nb,4.6\n")
    gone = {"id": "gone", "if": "csat >= 5", "exclude": True}
    assert tiers(run, tmp_path, {**CSAT, "rules": [gone]}, path) == {"green": 1, "no score": 1}


def test_j11_any_poor_is_poor_and_nothing_does_not_count(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path / "s.csv", "account_id,x,y\na,good,poor\nb,good,\nc,good,average\n")
    assert tiers(run, tmp_path, WORST, path) == {"0": 1, "100": 1, "50": 1}


def test_j12_bands_that_share_an_end_are_refused(run: Run, tmp_path: Path) -> None:
    bands = {"bands": [{"from": 0, "to": 2}, {"from": 2, "to": 5}], "context": "csat", "context_bands": [{}]}
    card = {**CSAT, "signals": {"csat": {"norm": {"lookup2d": {**bands, "s": [[0], [50]]}}}}}
    path = written(tmp_path / "card.json", json.dumps(card))
    signals = written(tmp_path / "s.csv", "account_id,csat\na,2\n")
    assert (
        "overlaps the band before it" in run("metrics", "--signals", str(signals), "--scorecard", str(path), code=1).stderr
    )
