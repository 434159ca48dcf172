"""What the options ask for."""

from __future__ import annotations

import calendar
import datetime
import json
from pathlib import Path

import pytest

import sojourn as sj
from command_line import Run, data_of, text_of

pytest.importorskip("duckdb")
pytest.importorskip("vl_convert")
pytest.importorskip("jinja2")


def test_a_preset_decides_how_rates_are_counted(run: Run, subscriptions: Path) -> None:
    asked = ("metrics", "--subscriptions", str(subscriptions), "--as-of", "2024-04-01", "--format", "json", "-q")

    def churn(*policy: str) -> float:
        ratios = json.loads(run(*asked, *policy).stdout)
        return next(row["value"] for table in ratios.values() for row in table if row.get("metric") == "logo_churn")

    assert churn() == pytest.approx(1 / 3)
    assert churn("--policy", "fight_churn") == pytest.approx(1 - (2 / 3) ** 12)
    assert 'did you mean "stripe"' in run(*asked, "--policy", "strype", code=2).stderr


def test_as_of_is_said_when_it_was_not_given(run: Run, subscriptions: Path, tmp_path: Path) -> None:
    page = tmp_path / "out.html"
    run("report", "--subscriptions", str(subscriptions), "-o", str(page))
    why = "2024-03-11, the first day that is not known; not given: it is the day after the latest date of the rows"
    assert why in text_of(page)


def closings(run: Run, path: Path, *more: str) -> list[int]:
    given = ("metrics", "--subscriptions", str(path), "--as-of", "2024-04-01", "--format", "json")
    return [row["closing"] for row in json.loads(run(*given, *more).stdout)["movements"]]


def test_a_column_of_causes_adds_churn_by_cause(run: Run, tmp_path: Path) -> None:
    rows = [
        "account,start,end,mrr_minor,why",
        "a,2024-01-01,2024-03-05,700,voluntary",
        "b,2024-01-01,2024-03-10,500,",
        "c,2024-01-01,,900,",
    ]
    path = tmp_path / "subs.csv"
    path.write_text("\n".join(rows))
    asked = ("metrics", "--subscriptions", str(path), "--as-of", "2024-06-01", "--table", "causes", "--format", "csv")
    assert 'no table "causes"' in run(*asked, code=2).stderr
    lines = run(*asked, "--cause", "why").stdout.splitlines()
    assert lines[0] == "period,cause,churn,accounts_churned"
    assert [one for one in lines if one.startswith("2024-03")] == ["2024-03,unknown,500,1", "2024-03,voluntary,700,1"]
    assert "reason" in run(*asked, "--cause", "reason", code=2).stderr


@pytest.mark.parametrize("how", [("--ends", "inclusive"), ("--end", "inclusive"), ("--end=until", "--ends=inclusive")])
def test_ends_may_be_the_last_day(run: Run, tmp_path: Path, how: tuple[str, ...]) -> None:
    path, end = tmp_path / "s.csv", "until" if "--end=until" in how else "end"
    path.write_text(f"account,start,{end},mrr_minor\na,2024-01-01,2024-01-31,100\na,2024-02-01,2024-02-29,100\n")
    assert closings(run, path, *how) == [100, 100, 0]
    assert closings(run, path, "--end", end) == [0, 0, 0]
    shown = json.loads(run("metrics", "--subscriptions", str(path), "--as-of=2024-04-01", "--format=json", *how).stdout)
    assert any(f"{end}: days as YYYY-MM-DD, the last day with MRR" in fact["as"] for fact in shown["read_as"])


def test_amounts_a_year_are_divided_and_said(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "crm.csv"
    path.write_text("Account Name,Contract Start,Contract End,ARR\na,2024-01-01,,1200\n")
    assert closings(run, path, "--amounts", "major") == [10_000] * 3
    given = ("--as-of=2024-04-01", "--format=json", "--amounts=major")
    facts = json.loads(run("metrics", "--subscriptions", str(path), *given).stdout)["read_as"]
    assert any("ARR: USD with a decimal point, a year, divided by 12" in fact["as"] for fact in facts)


def test_gaps_of_a_day_and_repeated_rows_are_said_once(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    rows = ["a,2024-01-01,2024-01-31,100", "a,2024-02-01,2024-02-29,100", "a,2024-03-01,2024-03-31,100"]
    path.write_text("\n".join(["account,start,end,mrr_minor", *rows, rows[0]]) + "\n")
    given = ("metrics", "--subscriptions", str(path), "--as-of", "2024-05-01")
    lines = run(*given).stderr.splitlines()
    assert len(lines) == 2 and "1 row repeats an earlier one" in lines[0] and "row 4 repeats row 1" in lines[0]
    assert "the last day with MRR and not the first without, say --ends inclusive" in lines[1]
    assert run(*given, "-q").stderr == ""
    shown = run(*given, "-q").stdout
    assert "repeat an earlier one and count again: 1" in " ".join(shown.split())


def test_a05_running_yearly_contracts_have_not_churned(run: Run, tmp_path: Path) -> None:
    path, today = tmp_path / "s.csv", datetime.date.today()
    starts = [today - datetime.timedelta(days=30 * i + 1) for i in range(12)]
    rows = [f"k{i},{day},{day + datetime.timedelta(days=365)},1000" for i, day in enumerate(starts)]
    path.write_text("\n".join(["account,start,end,mrr_minor", *rows]) + "\n")
    done = run("metrics", "--subscriptions", str(path), "--format", "json")
    shown = json.loads(done.stdout)
    assert sum(row["churn"] for row in shown["movements"]) == 0
    latest = max(starts) + datetime.timedelta(days=365)
    assert f"as_of was not given: {today} is today, because dates of the rows reach to {latest}" in done.stderr
    assert "say --as-of" in done.stderr
    why = f"{today}, the first day that is not known; not given: it is today, because dates of the rows reach to {latest}"
    assert {"what": "As of", "as": why} in shown["read_as"]
    assert why in " ".join(run("metrics", "--subscriptions", str(path), "-q").stdout.split())


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
    assert "margin" in run("metrics", *of_company(company, "--margin", "80"), code=2).stderr
    assert (
        "together with --subscriptions"
        in run("metrics", "--responses", company["nps"], "--contracts", company["contracts"], code=2).stderr
    )


def test_effort_answers_and_their_response_rate(run: Run, tmp_path: Path) -> None:
    path, page = tmp_path / "ces.csv", tmp_path / "page.html"
    path.write_text(
        "sent_on,answered_on,score,team\n"
        "2024-01-01,2024-01-02,7,a\n2024-01-01,2024-01-03,4,b\n2024-01-01,,,a\n2024-01-01,,,b\n"
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


METERING = """customer,month,amount_minor,kind
a,2024-01,300,consumption
a,2024-02,1500,consumption
b,2024-02,70,
"""


def test_usage_stands_beside_subscriptions_or_alone(run: Run, subscriptions: Path, tmp_path: Path) -> None:
    metering, prepaid = tmp_path / "metering.csv", tmp_path / "prepaid.csv"
    metering.write_text(METERING)
    prepaid.write_text("account_id,start,end,amount_minor\na,2024-01-01,2024-03-01,2000\n")
    known = ("--as-of", "2024-04-01", "--format", "csv", "--table")
    beside = ("metrics", "--subscriptions", str(subscriptions), "--usage", str(metering), "--usage-account", "customer")
    lines = run(*beside, *known, "usage").stdout.splitlines()
    assert lines[0].split(",")[:5] == ["period", "carried_in", "committed", "consumed", "overage"]
    assert [line.split(",")[3] for line in lines[1:]] == ["300", "1570", "0"]
    policy = tmp_path / "consumed.json"
    policy.write_text('{"usage_basis": "consumed"}')
    closing = run(*beside, "--policy", str(policy), *known, "movements").stdout.splitlines()
    plain = run("metrics", "--subscriptions", str(subscriptions), *known, "movements").stdout.splitlines()
    assert int(closing[1].split(",")[-1]) == int(plain[1].split(",")[-1]) + 300
    alone = ("metrics", "--usage", str(prepaid), "--usage-kind", "prepaid", *known)
    assert [line.split(",")[2] for line in run(*alone, "usage").stdout.splitlines()[1:]] == ["1000", "1000", "0"]
    page = tmp_path / "out.html"
    run("report", "--usage", str(prepaid), "--usage-kind", "prepaid", "--as-of", "2024-04-01", "-o", str(page))
    text = text_of(page)
    assert "What was committed and consumed" in text and "prepaid.csv" in text and "every row: prepaid" in text
    explained = ("explain", "--usage", str(prepaid), "--usage-kind", "prepaid", "--as-of", "2024-04-01")
    assert "new" in run(*explained, "--account", "a", "--period", "2024-01").stdout


def test_usage_that_cannot_be_read_says_which_option_helps(run: Run, subscriptions: Path, tmp_path: Path) -> None:
    metering = tmp_path / "metering.csv"
    metering.write_text(METERING)
    asked = ("metrics", "--subscriptions", str(subscriptions), "--as-of", "2024-04-01")
    assert "name that file" in run(*asked, "--usage-kind", "prepaid", code=2).stderr
    both = ("--usage", str(metering), "--usage-start", "month", "--usage-month", "month")
    assert "--usage-start names the column of days" in run(*asked, *both, code=2).stderr
    dated = tmp_path / "dated.csv"
    dated.write_text(METERING.replace("customer,month", "account,day_of_use"))
    assert "--usage-start, or that of the month with --usage-month" in run(*asked, "--usage", str(dated), code=2).stderr
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(METERING.replace("70,", "70,credits"))
    said = run(*asked, "--usage", str(wrong), "--usage-account", "customer", code=1).stderr
    assert "wrong.csv, line 4" in said and "consumption, minimum, prepaid" in said


def test_money_by_any_column_of_the_subscriptions(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "subs.csv"
    rows = [f"a{i},2024-01-01,,{1000 + i},p{i},{'EMEA' if i % 2 else 'APAC'}" for i in range(40)]
    path.write_text("\n".join(["account,start,end,mrr_minor,plan,region", *rows, ""]), encoding="utf-8")
    given = ("metrics", "--subscriptions", str(path), "--as-of", "2024-07-01", "--by")
    regions = run(*given, "region").stdout
    assert "EMEA" in regions and "APAC" in regions and "(other)" not in regions
    plans = run(*given, "plan").stdout
    assert "p39" in plans and "p16" not in plans and "(other)" in plans
    assert "40 values; the 23 with the most MRR are shown, 17 are together" in plans
    assert 'no column "country"' in run(*given, "country", code=2).stderr
