"""The command line as a user runs it: files in, tables and a page out, errors that say what to type."""

from __future__ import annotations

import calendar
import csv
import datetime
import html.parser
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import sojourn as sj
from sojourn._catalogue.definitions import DEFINITIONS
from sojourn.cli._parser import main

pytest.importorskip("duckdb")
pytest.importorskip("vl_convert")
pytest.importorskip("jinja2")
ROOT = Path(__file__).resolve().parents[3]
EVIL = '"><img src=x onerror=alert(1)>'
SUBSCRIPTIONS = """account_id,start,end,mrr_minor
a,2024-01-01,,1000
b,2024-01-15,2024-03-10,500
c,2024-02-01,,2000
c,2024-02-01,,50
"""


@dataclass(frozen=True)
class Done:
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """A command in this process; `code` is what it must exit with."""

    def command(*arguments: str, code: int = 0) -> Done:
        capsys.readouterr()
        given = main(arguments)
        shown = capsys.readouterr()
        assert given == code, shown.err
        return Done(shown.out, shown.err)

    return command


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(sj.__file__).parents[1])}


def run_process(*arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """As a user's shell starts it."""
    done = subprocess.run(
        [sys.executable, "-m", "sojourn", *arguments],
        capture_output=True,
        text=True,
        input=stdin,
        check=False,
        encoding="utf-8",
        env=environment(),
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture
def subscriptions(tmp_path: Path) -> Path:
    path = tmp_path / "subs.csv"
    path.write_text(SUBSCRIPTIONS, encoding="utf-8")
    return path


def text_of(page: Path) -> str:
    pieces: list[str] = []
    parser = html.parser.HTMLParser(convert_charrefs=True)
    parser.handle_data = pieces.append  # type: ignore[method-assign]
    parser.feed(page.read_text(encoding="utf-8"))
    return " ".join(" ".join(pieces).split())


def data_of(page: Path) -> dict[str, object]:
    found = re.search(r'id="sojourn-data">(.*?)</script>', page.read_text(encoding="utf-8"), re.S)
    assert found is not None
    data: dict[str, object] = json.loads(found[1])
    return data


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


def test_doctor_reports_versions_and_build(run: Run) -> None:
    found = json.loads(run("doctor", "--format", "json").stdout)
    assert found["sojourn"] == sj.__version__
    assert found["build"]["compiler"] and found["packages"]["duckdb"] != "not installed"
    assert "processors" in run("doctor").stdout


def test_wrong_usage_exits_with_2_and_says_what_to_type(run: Run, tmp_path: Path) -> None:
    assert "nothing to read" in run("report", code=2).stderr
    assert "no such file" in run("metrics", "--subscriptions", str(tmp_path / "x.csv"), code=2).stderr
    assert "usage" not in run("metrics", "--unknown", code=2).stdout
    odd = tmp_path / "table.xyz"
    odd.write_text("a\n1\n")
    assert "cannot tell the format" in run("metrics", "--subscriptions", str(odd), code=2).stderr


def test_ambiguous_columns_are_listed_and_not_guessed(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("account_id,customer_id,start,end,mrr_minor\na,b,2024-01-01,,100\n")
    error = run("metrics", "--subscriptions", str(path), code=2).stderr
    assert "Candidates: account_id, customer_id" in error and "--account" in error
    path.write_text("who,start,end,mrr_minor\na,2024-01-01,,100\n")
    error = run("metrics", "--subscriptions", str(path), code=2).stderr
    assert "The file has: who, start, end, mrr_minor" in error


def test_amounts_without_a_unit_are_not_guessed(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("account,start,end,mrr\na,2024-01-01,,10.50\n")
    assert "--amounts major" in run("metrics", "--subscriptions", str(path), code=2).stderr
    done = run("metrics", "--subscriptions", str(path), "--amounts", "major", "--as-of", "2024-03-01", "--format", "json")
    assert json.loads(done.stdout)["movements"][-1]["closing"] == 1050
    path.write_text("account,start,end,mrr\na,2024-01-01,,10.505\n")
    assert "whole minor units" in run("metrics", "--subscriptions", str(path), "--amounts", "major", code=1).stderr


def test_errors_as_json_carry_the_place(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "nps.csv"
    path.write_text("score\n9\nten\n")
    found = json.loads(run("metrics", "--responses", str(path), "--json", code=1).stderr)
    assert found["error"] == "DataError" and found["row"] == 1 and found["column"] == "score" and found["value"] == "ten"
    assert json.loads(run("metrics", "--json", "--nonsense", code=2).stderr)["error"] == "UsageError"


def test_a_preset_decides_how_rates_are_counted(run: Run, subscriptions: Path) -> None:
    asked = ("metrics", "--subscriptions", str(subscriptions), "--as-of", "2024-04-01", "--format", "json", "-q")

    def churn(*policy: str) -> float:
        ratios = json.loads(run(*asked, *policy).stdout)
        return next(row["value"] for table in ratios.values() for row in table if row.get("metric") == "logo_churn")

    assert churn() == pytest.approx(1 / 3)
    assert churn("--policy", "fight_churn") == pytest.approx(1 - (2 / 3) ** 12)
    assert 'did you mean "stripe"' in run(*asked, "--policy", "strype", code=1).stderr


def test_movements_in_three_formats(run: Run, subscriptions: Path) -> None:
    given = ["metrics", "--subscriptions", str(subscriptions), "--as-of", "2024-04-01"]
    rows = json.loads(run(*given, "--format", "json").stdout)["movements"]
    assert [row["period"] for row in rows] == ["2024-01", "2024-02", "2024-03"]
    assert [row["closing"] for row in rows] == [1500, 3550, 3050]
    assert rows[2]["churn"] == 500 and rows[1]["new"] == 2050
    listed = list(csv.DictReader(run(*given, "--format", "csv", "--table", "movements").stdout.splitlines()))
    assert [int(row["closing"]) for row in listed] == [1500, 3550, 3050]
    assert "35.50" in run(*given).stdout and "3,550" in run(*given, "--table", "movements").stdout
    assert "choose it with --table" in run(*given, "--format", "csv", code=2).stderr


def test_standard_input_and_output() -> None:
    done = run_process("report", "--subscriptions", "-", "--as-of", "2024-04-01", "-o", "-", stdin=SUBSCRIPTIONS)
    assert done.stdout.startswith("<!DOCTYPE html>") and done.stdout.rstrip().endswith("</html>") and done.stderr == ""


def test_parquet_is_read_like_csv(run: Run, subscriptions: Path, tmp_path: Path) -> None:
    import duckdb

    parquet = tmp_path / "subs.parquet"
    duckdb.read_csv(str(subscriptions)).write_parquet(str(parquet))
    given = ["--as-of", "2024-04-01", "--format", "json"]
    assert (
        run("metrics", "--subscriptions", str(parquet), *given).stdout
        == run("metrics", "--subscriptions", str(subscriptions), *given).stdout
    )


def test_a_path_is_never_a_pattern_or_sql(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a'); drop table x; --[1]*.csv"
    path.write_text("score\n10\n0\n")
    assert json.loads(run("metrics", "--responses", str(path), "--format", "json").stdout)["nps"][0]["n"] == 2


def test_report_prints_the_identity_and_its_sources(run: Run, subscriptions: Path, tmp_path: Path) -> None:
    page = tmp_path / "out.html"
    done = run("report", "--subscriptions", str(subscriptions), "--as-of", "2024-04-01", "-o", str(page), "--progress")
    assert "reading" in done.stderr and "drawing" in done.stderr
    text = text_of(page)
    assert "Closes exactly: 0.00 + 35.50 + 0.00 + 0.00 − 0.00 − 5.00 = 30.50 USD" in text
    assert "recognised by name: account = account_id" in text and "4 rows" in text
    assert run("report", "--subscriptions", str(subscriptions), "-q", "-o", str(page)).stderr == ""


def test_as_of_is_said_when_it_was_not_given(run: Run, subscriptions: Path, tmp_path: Path) -> None:
    page = tmp_path / "out.html"
    run("report", "--subscriptions", str(subscriptions), "-o", str(page))
    assert "2024-03-11, the day after the latest date in the file" in text_of(page)


def test_explain_an_account(run: Run, subscriptions: Path) -> None:
    done = run(
        "explain", "--subscriptions", str(subscriptions), "--as-of", "2024-04-01", "--account", "b", "--period", "2024-03"
    )
    assert "churn" in done.stdout and "rows of the file: 1" in done.stdout


def test_untrusted_segments_stay_text(run: Run, tmp_path: Path) -> None:
    path, page = tmp_path / "nps.csv", tmp_path / "out.html"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["score", EVIL], *([[9, EVIL], [3, "b"]] * 40)])
    run("report", "--responses", str(path), "--by", EVIL, "-o", str(page), "--title", EVIL)
    source = page.read_text(encoding="utf-8")
    assert "<img" not in source and EVIL in text_of(page)


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


def test_interrupt_exits_with_130() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "sojourn", "metrics", "--subscriptions", "-", "--progress"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    ) as waiting:
        assert waiting.stderr is not None
        waiting.stderr.readline()
        time.sleep(0.2)
        waiting.send_signal(signal.SIGINT)
        assert waiting.wait(30) == 130
        assert "Traceback" not in waiting.stderr.read()


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
        "metrics", "--subscriptions", str(data / "synth_saas_periods.csv"), "--as-of", "2025-01-01", "--format", "json"
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


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The made-up company as files."""
    folder = tmp_path_factory.mktemp("acme")
    made = sj.datasets.acme(500)
    paths = {}
    for name in ("subscriptions", "contracts", "nps", "csat"):
        paths[name] = str(folder / f"{name}.csv")
        getattr(made, name).to_csv(paths[name])
    return paths


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


def _after(start: datetime.date, months: int) -> datetime.date:
    """The same day so many months later, or the last day of a shorter month."""
    year, month = divmod(start.month - 1 + months, 12)
    return datetime.date(start.year + year, month + 1, min(start.day, calendar.monthrange(start.year + year, month + 1)[1]))


def test_decay_is_fitted_to_how_long_the_accounts_stayed(run: Run, company: dict[str, str]) -> None:
    """Against the closed form of the constant rate: losses over decisions faced, counted here account by account."""
    rows = json.loads(run("metrics", *of_company(company, "--table", "decay", "--format", "json")).stdout)["decay"]
    made = sj.datasets.acme(500)
    spans: dict[str, tuple[datetime.date, datetime.date]] = {}
    for row in made.subscriptions.to_dicts():
        end = made.as_of if row["end"] is None else row["end"]
        held = spans.get(row["account_id"], (row["start"], end))
        spans[row["account_id"]] = min(held[0], row["start"]), max(held[1], end)
    faced = lost = 0
    for start, end in spans.values():
        left = end < made.as_of
        ends = [
            month for month in range(1, 40) if _after(start, month) <= end and (left or _after(start, month) < made.as_of)
        ]
        months = max(ends, default=0) + (left and (not ends or _after(start, max(ends)) < end))
        faced += months
        lost += left
    assert rows[-1]["month"] == 35 + 24 and rows[35]["observed"] is not None and rows[36]["observed"] is None
    assert rows[24]["fitted"] == pytest.approx((1 - lost / faced) ** 24, rel=1e-9)
    assert all(row["low"] <= row["fitted"] <= row["high"] for row in rows)


def test_margin_is_never_guessed(run: Run, company: dict[str, str], tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    run("report", *of_company(company, "-o", str(page), "-q"))
    assert "worth" not in data_of(page) and "Lifetime value of" not in text_of(page)
    assert "--spend needs --margin" in run("metrics", *of_company(company, "--spend", "10"), code=2).stderr
    assert (
        "is not an amount in USD"
        in run("metrics", *of_company(company, "--margin", "0.8", "--spend", "much"), code=2).stderr
    )
    assert "margin" in run("metrics", *of_company(company, "--margin", "80"), code=1).stderr
    assert (
        "together with --subscriptions"
        in run("metrics", "--responses", company["nps"], "--contracts", company["contracts"], code=2).stderr
    )


def test_effort_answers_and_their_response_rate(run: Run, tmp_path: Path) -> None:
    path, page = tmp_path / "ces.csv", tmp_path / "page.html"
    path.write_text(
        "sent_on,answered_on,score,team\n2024-01-01,2024-01-02,7,a\n2024-01-01,2024-01-03,4,b\n2024-01-01,,,a\n2024-01-01,,,b\n"
    )
    found = json.loads(run("metrics", "--ces", str(path), "--by", "team", "--format", "json").stdout)
    assert [(row["team"], row["value"], row["n"]) for row in found["ces"]] == [
        ("All answers", 5.5, 2),
        ("a", 7.0, 1),
        ("b", 4.0, 1),
    ]
    assert (found["responses"][0]["survey"], found["responses"][0]["value"], found["responses"][0]["answered"]) == (
        "CES",
        0.5,
        2,
    )
    run("report", "--ces", str(path), "-o", str(page))
    assert "The mean answer between 1 (hard) and 7 (easy)." in text_of(page)


@pytest.mark.parametrize("metric", [*DEFINITIONS, "payback", "sbg", "renewals", "arpu", "response-rate", "LTV"])
def test_explain_knows_every_metric(run: Run, metric: str) -> None:
    shown = run("explain", metric).stdout
    assert all(f"  {label}" in shown for label in ("Formula", "Unit", "Missing", "Not told"))


@pytest.mark.parametrize(
    ("module", "package"), [("duckdb", "duckdb"), ("jinja2", "jinja2"), ("vl_convert", "vl-convert-python")]
)
def test_a_missing_requirement_is_one_line_with_the_command_to_type(
    run: Run, monkeypatch: pytest.MonkeyPatch, module: str, package: str, subscriptions: Path
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    done = run("report", "--subscriptions", str(subscriptions), "-o", "-", code=1)
    assert done.stdout == ""
    assert package in done.stderr and 'pip install "sojourn[report]"' in done.stderr and done.stderr.count("\n") == 1
