"""The commands as a user runs them: files in, tables and a page out."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

import sojourn as sj
from command_line import Run, data_of, run_process, text_of
from sojourn._catalogue.definitions import DEFINITIONS

pytest.importorskip("duckdb")
pytest.importorskip("vl_convert")
pytest.importorskip("jinja2")


def test_explain_a_metric_and_list_them(run: Run) -> None:
    assert "MRR now of the accounts active at the start" in run("explain", "nrr").stdout
    assert "Net revenue retention" in run("explain").stdout
    assert 'no metric "nonsense"' in run("explain", "nonsense", code=2).stderr
    assert 'did you mean "logo_churn"?' in run("explain", "logo_chrun", code=2).stderr


def test_metrics_lists_the_catalogue(run: Run) -> None:
    shown = run("metrics", "--list").stdout.splitlines()
    assert [line.split()[0] for line in shown[1:]] == list(DEFINITIONS)
    assert json.loads(run("metrics", "--list", "--format", "json").stdout)["metrics"] == sj.metrics().to_dicts()
    assert run("metrics", "--list", "--format", "csv").stdout.startswith("name,family,unit,")


def test_movements_in_four_formats(run: Run, subscriptions: Path) -> None:
    given = ["metrics", "--subscriptions", str(subscriptions), "--as-of", "2024-04-01"]
    rows = json.loads(run(*given, "--format", "json").stdout)["movements"]
    assert [row["period"] for row in rows] == ["2024-01", "2024-02", "2024-03"]
    assert [row["closing"] for row in rows] == [1500, 3550, 3050]
    assert rows[2]["churn"] == 500 and rows[1]["new"] == 2050
    listed = list(csv.DictReader(run(*given, "--format", "csv", "--table", "movements").stdout.splitlines()))
    assert [int(row["closing"]) for row in listed] == [1500, 3550, 3050]
    assert "35.50" in run(*given).stdout and "35.50" in run(*given, "--table", "movements").stdout
    assert "choose it with --table" in run(*given, "--format", "csv", code=2).stderr
    drawn = run(*given, "--format", "md", "--table", "movements").stdout.splitlines()
    assert any(line.startswith("| 2024-02 |") and "35.50" in line for line in drawn)


def test_explain_in_every_format(run: Run, subscriptions: Path) -> None:
    metric = json.loads(run("explain", "nrr", "--format", "json").stdout)["metric"]
    assert {row["part"] for row in metric} >= {"Formula", "Unit", "Missing", "Not told"}
    assert run("explain", "--format", "csv").stdout.startswith("name,family,unit,")
    given = (
        "explain",
        "--subscriptions",
        str(subscriptions),
        "--as-of",
        "2024-04-01",
        "--account",
        "b",
        "--period",
        "2024-03",
    )
    rows = json.loads(run(*given, "--format", "json").stdout)["movements"]
    assert [(row["movement"], row["before"], row["after"]) for row in rows] == [("churn", 500, 0)]
    assert "| churn |" in run(*given, "--format", "md").stdout


def test_report_prints_the_identity_and_its_sources(run: Run, subscriptions: Path, tmp_path: Path) -> None:
    page = tmp_path / "out.html"
    done = run("report", "--subscriptions", str(subscriptions), "--as-of", "2024-04-01", "-o", str(page), "--verbose")
    assert "reading" in done.stderr and "drawing" in done.stderr
    text = text_of(page)
    assert "Closes exactly: 0.00 + 35.50 + 0.00 + 0.00 − 0.00 − 5.00 = 30.50 USD" in text
    assert "recognised by name: account = account_id" in text and "4 rows" in text
    assert run("report", "--subscriptions", str(subscriptions), "-q", "-o", str(page)).stderr == ""


def test_explain_an_account(run: Run, subscriptions: Path) -> None:
    done = run(
        "explain", "--subscriptions", str(subscriptions), "--as-of", "2024-04-01", "--account", "b", "--period", "2024-03"
    )
    assert "churn" in done.stdout and "rows of the file: 2 (line 3)" in done.stdout


def test_account_names_only_on_request(run: Run, tmp_path: Path) -> None:
    path, card, page = tmp_path / "signals.csv", tmp_path / "card.json", tmp_path / "out.html"
    path.write_text("account_id,logins\nSECRET-1,0\nSECRET-2,5\n")
    card.write_text(
        json.dumps(
            {
                "sojourn": 1,
                "card": "c",
                "signals": {"logins": {"norm": {"ramp": [0, 5]}}},
                "tree": {"mean": [[1, "logins"]]},
                "tiers": {"red": 0, "green": 50},
            }
        )
    )
    given = ["report", "--signals", str(path), "--scorecard", str(card), "-o", str(page)]
    run(*given)
    assert "SECRET" not in page.read_text(encoding="utf-8")
    run(*given, "--accounts")
    assert "SECRET-1" in page.read_text(encoding="utf-8")


FAMILIES = (
    "Where MRR came from",
    "How much stays",
    "Cohorts",
    "Which contracts were renewed",
    "How long they stay",
    "How long they will stay",
    "What a churn rate does to MRR",
    "What a customer is worth",
    "Would they recommend you?",
    "Are they satisfied?",
    "How many answer?",
    "How healthy they are",
)


def test_demo_shows_every_family_and_ends_with_the_page(tmp_path: Path) -> None:
    page = tmp_path / "demo.html"
    done = run_process("demo", "--n", "600", "-o", str(page))
    text = text_of(page)
    for heading in FAMILIES:
        assert heading in done.stdout and heading in text, heading
    assert done.stdout.startswith("ACME, a made-up company of 600 accounts\n")
    assert str(page) in done.stdout.rstrip().splitlines()[-1] and done.stderr == ""
    assert "not defined" not in done.stdout.partition("Where MRR came from")[0]
    assert max(len(line) for line in done.stdout.splitlines()[:-1]) <= 125
    assert page.stat().st_size < 2_000_000
    families = {"revenue", "renewals", "survival", "decay", "worth", "nps", "csat", "responses", "health"}
    assert families <= data_of(page).keys()


def of_company(company: dict[str, str], *more: str) -> list[str]:
    return [
        "--subscriptions",
        company["subscriptions"],
        "--contracts",
        company["contracts"],
        "--responses",
        company["nps"],
        "--csat",
        company["csat"],
        "--as-of",
        "2025-01-01",
        *more,
    ]


def test_metrics_of_every_family_equal_the_library(run: Run, company: dict[str, str]) -> None:
    tables = json.loads(
        run("metrics", *of_company(company, "--margin", "0.8", "--spend", "90000.50", "--format", "json")).stdout
    )
    made = sj.datasets.acme(500)
    ledger = sj.Ledger(made.subscriptions, mrr="mrr_minor", as_of=made.as_of)

    def of(table: str, key: str, name: str) -> dict[str, float]:
        found: dict[str, float] = next(row for row in tables[table] if row[key] == name)
        return found

    renewed = sj.renewals(made.contracts, "2024", as_of=made.as_of)
    assert (
        of("renewals", "rate", "logo")["value"] == renewed.logo.value
        and of("renewals", "rate", "logo")["n"] == renewed.logo.n
    )
    assert of("renewals", "rate", "net_dollar")["value"] == renewed.net_dollar.value
    asked = sj.response_rate(made.nps["sent_on"], made.nps["answered_on"])
    assert (of("responses", "survey", "NPS")["value"], of("responses", "survey", "NPS")["n"]) == (asked.value, asked.n)
    assert of("ratios", "metric", "arpa")["value"] == ledger.arpa("2024-12").value
    moves = ledger.movements("2024-01", "2024-12")
    lost, opened, won = (sum(moves[name].to_list()) for name in ("accounts_churned", "accounts_opening", "accounts_new"))
    worth = {row["metric"]: row for row in tables["worth"]}
    assert worth["churn"]["value"] == abs(lost) / opened
    assert worth["cltv"]["value"] == pytest.approx(worth["arpa"]["value"] * 0.8 / worth["churn"]["value"], rel=1e-12)
    assert worth["acquisition_cost"]["value"] == pytest.approx(9_000_050 / won, rel=1e-12)
    assert worth["ltv_to_cac"]["value"] == pytest.approx(
        worth["cltv"]["value"] / worth["acquisition_cost"]["value"], rel=1e-12
    )
    assert worth["payback_months"]["value"] == pytest.approx(9_000_050 / (sum(moves["new"].to_list()) * 0.8), rel=1e-12)
    own = [name for name in tables["mrr_index"][0] if name.startswith("churn_")][1]
    rate = float(own.removeprefix("churn_"))
    assert [row[own] for row in tables["mrr_index"]] == pytest.approx(
        [(1 - rate) ** month for month in range(25)], rel=1e-12
    )


def test_metrics_for_reading_start_with_the_headlines(run: Run, company: dict[str, str]) -> None:
    lines = run("metrics", *of_company(company)).stdout.splitlines()
    assert lines[0].startswith("Customer report") and lines[3].startswith("MRR at the end of 2024-12, USD")
    assert "What a customer is worth" not in lines and "Which contracts were renewed" in lines
    table = lines[lines.index("Which contracts were renewed") + 4 :][:6]
    assert len({len(line) for line in table[1:]}) == 1


@pytest.mark.parametrize("metric", [*DEFINITIONS, "payback", "sbg", "renewals", "arpu", "response-rate", "LTV"])
def test_explain_knows_every_metric(run: Run, metric: str) -> None:
    shown = run("explain", metric).stdout
    assert all(f"  {label}" in shown for label in ("Formula", "Unit", "Missing", "Not told"))
