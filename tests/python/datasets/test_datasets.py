"""The account set with known truth, the committed files made from it, and the published facts."""

from __future__ import annotations

import collections
import csv
import datetime
import hashlib
import math
import subprocess
import sys
from pathlib import Path

import pytest

import sojourn as sj
from sojourn.datasets import AccountSet, acme
from sojourn.datasets.__main__ import main

ROOT = Path(__file__).resolve().parents[3]
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="module")
def company() -> AccountSet:
    return acme()


def rows(table: sj.Table) -> list[dict[str, object]]:
    return table.to_dicts()


def test_default_set_has_its_size_and_day(company: AccountSet) -> None:
    assert company.as_of == datetime.date(2025, 1, 1)
    assert len(company.accounts) == len(company.truth) == 3000
    assert company.accounts["account_id"][17] == "acme-000017"
    assert sum(company.truth["active"]) == len(company.signals)


def test_same_arguments_same_bytes_whatever_the_threads() -> None:
    first, second = acme(5000, 3, usage="latest"), acme(5000, 3, usage="latest", threads=3)
    for name, table in first.tables.items():
        for column in table.columns:
            ours, theirs = table[column], second.tables[name][column]
            assert bytes(memoryview(ours.storage())) == bytes(memoryview(theirs.storage())), (name, column)
            assert bytes(memoryview(ours.present)) == bytes(memoryview(theirs.present)), (name, column)
    assert acme(500, 4).accounts.to_csv() != acme(500, 3).accounts.to_csv()


def test_the_text_of_a_small_set_is_the_published_one() -> None:
    text = "".join(str(table.to_csv()) for table in acme(50, 7).tables.values())
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == "1374396c4019f20a"


def test_account_numbers_instead_of_text() -> None:
    numbered = acme(20, account_ids="number", usage="latest")
    assert numbered.accounts["account_id"].type == "int64"
    assert list(numbered.accounts["account_id"]) == list(range(20))
    assert len(numbered.usage) == 0


def test_types_survive(company: AccountSet) -> None:
    kinds = {name: company.subscriptions[name].type for name in company.subscriptions.columns}
    assert kinds == {
        "account_id": "dictionary", "line": "dictionary", "start": "date", "end": "date", "plan": "dictionary",
        "mrr_minor": "int64",
    }  # fmt: skip
    assert company.signals["sponsor_left"].type == "boolean"
    assert company.signals["nps"].null_count > 0


def test_keys_join_across_tables(company: AccountSet) -> None:
    known = set(company.accounts["account_id"])
    for name, table in company.tables.items():
        assert set(table["account_id"]) <= known, name


def test_expected_churn_is_the_sum_of_the_truth(company: AccountSet) -> None:
    chances = [p for p in company.truth["churn_90d"] if p is not None]
    assert company.expected_churn_90d == math.fsum(chances)
    variance = sum(p * (1 - p) for p in chances)
    assert abs(sum(filter(None, company.truth["churned_90d"])) - company.expected_churn_90d) < 4 * math.sqrt(variance)


def test_hazards_follow_from_the_published_coefficients(company: AccountSet) -> None:
    ratio = {row["term"]: row["log2_ratio"] for row in rows(company.coefficients)}
    truth = {row["account_id"]: row for row in rows(company.truth)}
    billing = dict(zip(company.accounts["account_id"], company.accounts["billing"], strict=True))
    for signal in company.signals.to_dicts():
        t = truth[signal["account_id"]]
        assert isinstance(t, dict)
        tickets, tenure, level = signal["tickets_90d"], t["tenure_months"], t["usage_level"]
        octaves = ratio["usage_level"] * level + ratio["usage_collapse"] * max(0.0, -1 - level)
        octaves += ratio["usage_trend"] * t["usage_trend"] + ratio["satisfaction"] * t["satisfaction"]
        octaves += ratio["sponsor_lost"] * signal["sponsor_left"]
        octaves += ratio["billed_annually"] * (billing[signal["account_id"]] == "annual")
        octaves += ratio[
            "tickets_" + ("none" if tickets == 0 else "few" if tickets < 4 else "some" if tickets < 8 else "many")
        ]
        years = "new" if tenure < 3 else "first_year" if tenure < 12 else "second_year" if tenure < 24 else "long"
        octaves += ratio["tenure_" + years]
        hazard = min(0.6, company.base_hazards[signal["segment"]] * 2**octaves)
        assert t["monthly_hazard"] == pytest.approx(hazard, rel=1e-4)


def test_an_earlier_day_shows_the_same_accounts_earlier(company: AccountSet) -> None:
    earlier = acme(as_of="2024-07-01")
    assert len(earlier.accounts) < len(company.accounts)
    later = {row["account_id"]: row for row in rows(company.accounts)}
    for row in rows(earlier.accounts):
        assert row == later[row["account_id"]]
    day = datetime.date(2024, 7, 1)
    known = [r for r in company.tickets.to_dicts() if r["opened"] < day]
    assert rows(earlier.tickets) == known


@pytest.mark.parametrize(
    "wrong",
    [{"first_day": "2022-02-01"}, {"as_of": "2024-12-31"}, {"as_of": "2026-01-01"}, {"last_day": "soon"}, {"usage": "daily"},
     {"account_ids": "uuid"}, {"n": -1}],
)  # fmt: skip
def test_wrong_options_are_schema_errors(wrong: dict[str, object]) -> None:
    with pytest.raises(sj.SchemaError):
        acme(**wrong)  # type: ignore[arg-type]


def test_committed_files_are_what_the_command_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["acme", "--accounts", "300", "--out", str(tmp_path)]) == 0
    assert "accounts.csv: 300 rows" in capsys.readouterr().out
    committed = ROOT / "examples" / "data" / "acme"
    assert sorted(p.name for p in committed.glob("*.csv")) == sorted(p.name for p in tmp_path.glob("*.csv"))
    for made in tmp_path.glob("*.csv"):
        assert made.read_bytes() == (committed / made.name).read_bytes(), made.name


def test_the_command_explains_a_wrong_day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["acme", "--as-of", "2024-05-05", "--out", str(tmp_path)]) == 2
    assert "2024-05-05 is not the first day of a calendar quarter" in capsys.readouterr().err


def test_importing_data_sets_loads_no_frame_library() -> None:
    code = "import sys, sojourn.datasets as d; d.acme(5); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) & {"numpy", "pandas", "polars", "pyarrow", "duckdb", "matplotlib"} == set()


def test_fader_hardie_table() -> None:
    table = sj.datasets.fader_hardie()
    assert rows(table)[:2] == [{"t": 0, "regular": 1000, "high_end": 1000}, {"t": 1, "regular": 631, "high_end": 869}]
    assert rows(table)[-1] == {"t": 12, "regular": 173, "high_end": 394}
    for segment in ("regular", "high_end"):
        assert list(table[segment]) == sorted(table[segment], reverse=True)


def test_sfo_counts_give_the_published_score() -> None:
    answers = list(sj.datasets.sfo_2017_nps()["answers"])
    total = sum(answers)
    assert total == 2746
    assert 100 * (sum(answers[9:]) - sum(answers[:7])) / total == pytest.approx(39.8398, abs=5e-5)


def test_sfo_counts_are_those_of_the_survey_file() -> None:
    survey = SHARED / "data" / "sfo_survey_2017.csv"
    if not survey.exists():
        pytest.skip("the SFO 2017 survey file is not beside the project")
    with survey.open(encoding="utf-8-sig", newline="") as file:
        seen = collections.Counter(row["NETPRO"].strip() for row in csv.DictReader(file))
    table = sj.datasets.sfo_2017_nps()
    assert [seen[str(score)] for score in range(11)] == list(table["answers"])
    assert seen["11"] == table.options["blank"]
    assert seen[""] == table.options["empty"]
