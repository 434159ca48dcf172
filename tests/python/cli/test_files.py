"""Files are read as they are: formats, names, published data sets."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

import sojourn as sj
from command_line import Run, data_of, text_of

pytest.importorskip("duckdb")
pytest.importorskip("vl_convert")
pytest.importorskip("jinja2")

ROOT = Path(__file__).resolve().parents[3]


def test_ambiguous_columns_are_listed_and_not_guessed(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("account_id,customer_id,start,end,mrr_minor\na,b,2024-01-01,,100\n")
    error = run("metrics", "--subscriptions", str(path), code=2).stderr
    assert "Candidates: account_id, customer_id" in error and "--account" in error
    path.write_text("who,start,end,mrr_minor\na,2024-01-01,,100\n")
    error = run("metrics", "--subscriptions", str(path), code=2).stderr
    assert "The file has: who, start, end, mrr_minor" in error


def test_parquet_is_read_like_csv(run: Run, subscriptions: Path, tmp_path: Path) -> None:
    import duckdb

    parquet = tmp_path / "subs.parquet"
    duckdb.read_csv(str(subscriptions)).write_parquet(str(parquet))
    given = ["--as-of", "2024-04-01", "--format", "json"]
    read = [json.loads(run("metrics", "--subscriptions", str(path), *given).stdout) for path in (parquet, subscriptions)]
    assert [found.pop("read_as")[-1]["as"] for found in read] == [f"sojourn {sj.__version__}"] * 2
    assert read[0] == read[1]


def test_a_path_is_never_a_pattern_or_sql(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a'); drop table x; --[1]*.csv"
    path.write_text("score\n10\n0\n")
    assert json.loads(run("metrics", "--responses", str(path), "--format", "json").stdout)["nps"][0]["n"] == 2


def test_telco_snapshot(run: Run, shared_dir: Path, tmp_path: Path) -> None:
    page = tmp_path / "telco.html"
    run(
        "report",
        "--customers",
        str(shared_dir / "data" / "telco_customer_churn_ibm.csv"),
        "--tenure",
        "tenure",
        "--churned",
        "Churn",
        "--monthly",
        "MonthlyCharges",
        "--by",
        "Contract",
        "--scorecard",
        str(ROOT / "examples" / "data" / "telco_card.json"),
        "-o",
        str(page),
    )
    text = text_of(page)
    assert "1,869 of 7,043 accounts" in text
    assert "139,130.85 of 456,116.60 USD" in text
    assert "11 accounts with tenure 0" in text and "227,990 account-months" in text
    survival = data_of(page)["survival"]
    assert isinstance(survival, dict)
    segments = {row["segment"]: (row["left"], row["accounts"]) for row in survival["left"]}
    assert segments["Month-to-month"] == (1655, 3875) and segments["Two year"] == (48, 1695)
    assert survival["curves"][0]["at_risk"][-1] == 362
    assert page.stat().st_size < 2_000_000


def test_sfo_survey(run: Run, shared_dir: Path, tmp_path: Path) -> None:
    page = tmp_path / "sfo.html"
    run(
        "report",
        "--responses",
        str(shared_dir / "data" / "sfo_survey_2017.csv"),
        "--score",
        "NETPRO",
        "--blank",
        "11",
        "--csat-score",
        "Q7ALL",
        "--weight",
        "WEIGHT",
        "--by",
        "DESTGEO",
        "-o",
        str(page),
    )
    data = data_of(page)
    assert isinstance(data["nps"], dict) and isinstance(data["csat"], dict)
    whole = data["nps"]["segments"][0]
    assert whole["nps"]["value"] == pytest.approx(39.8398, abs=5e-5) and whole["weighted"]["value"] == pytest.approx(
        40.3984, abs=5e-5
    )
    assert data["nps"]["blank"] == 85 and data["csat"]["segments"][0]["csat"]["value"] == pytest.approx(0.820685, abs=5e-7)
    assert "84 “11”, 1 empty" in text_of(page) and "143 “Blank”" in text_of(page)


def test_committed_accounts_reproduce_their_waterfall(run: Run, tmp_path: Path) -> None:
    data = ROOT / "examples" / "data"
    done = run(
        *("metrics", "--subscriptions", str(data / "synth_saas_periods.csv"), "--as-of", "2025-01-01"),
        *("--from", "2022-01", "--format", "json"),
    )
    shown = {row["period"]: row for row in json.loads(done.stdout)["movements"]}
    with (data / "synth_saas_waterfall.csv").open() as file:
        for row in csv.DictReader(file):
            found = shown[row["month"][:7]]
            assert [
                found[n] for n in ("opening", "new", "reactivation", "expansion", "contraction", "churn", "closing")
            ] == [
                int(row[n]) for n in ("mrr_open", "new", "reactivation", "expansion", "contraction", "churn", "mrr_close")
            ], row["month"]
    ratios = {row["metric"]: row["value"] for row in json.loads(done.stdout)["ratios"]}
    assert ratios["nrr"] == pytest.approx(0.95205435, abs=5e-9) and ratios["grr"] == pytest.approx(0.84060909, abs=5e-9)
    assert ratios["logo_retention"] == 1126 / 1476
