"""Cells of files: nothing about them is guessed."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from command_line import EVIL, Run, text_of

pytest.importorskip("duckdb")
pytest.importorskip("vl_convert")
pytest.importorskip("jinja2")


def test_amounts_without_a_unit_are_not_guessed(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("account,start,end,mrr\na,2024-01-01,,10.50\n")
    assert "--amounts major" in run("metrics", "--subscriptions", str(path), code=2).stderr
    done = run("metrics", "--subscriptions", str(path), "--amounts", "major", "--as-of", "2024-03-01", "--format", "json")
    assert json.loads(done.stdout)["movements"][-1]["closing"] == 1050
    path.write_text("account,start,end,mrr\na,2024-01-01,,10.505\n")
    assert (
        "has more places than the currency (USD: 2)"
        in run("metrics", "--subscriptions", str(path), "--amounts", "major", code=1).stderr
    )


def test_untrusted_segments_stay_text(run: Run, tmp_path: Path) -> None:
    path, page = tmp_path / "nps.csv", tmp_path / "out.html"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["score", EVIL], *([[9, EVIL], [3, "b"]] * 40)])
    run("report", "--responses", str(path), "--by", EVIL, "-o", str(page), "--title", EVIL)
    source = page.read_text(encoding="utf-8")
    assert "<img" not in source and EVIL in text_of(page)


GIVEN = ("--as-of", "2024-04-01", "--format", "json")


def closing(run: Run, path: Path, amount: str, *more: str) -> int:
    path.write_text(f'account;start;end;mrr\na;2024-01-01;;"{amount}"\n', encoding="utf-8")
    done = run("metrics", "--subscriptions", str(path), "--amounts", "major", *GIVEN, *more)
    found: int = json.loads(done.stdout)["movements"][-1]["closing"]
    return found


@pytest.mark.parametrize(
    ("amount", "minor"),
    [
        ("1.000,00", 100_000),
        ("1,000.00", 100_000),
        ("1.234.567", 123_456_700),
        ("1,234,567.8", 123_456_780),
        ("12,5", 1250),
        ("12.5", 1250),
        ("0,500", 50),
        ("1 234,50", 123_450),
        ("1\u00a0234,50", 123_450),
        ("1\u202f234.50", 123_450),
        ("1'234.50", 123_450),
        ("$1,234.50", 123_450),
        ("$ 12", 1200),
        ("USD 12.50", 1250),
        ("12.50 usd", 1250),
        ("+12", 1200),
        (" 12 ", 1200),
        ("0012", 1200),
    ],
)
def test_amounts_as_files_write_them(run: Run, tmp_path: Path, amount: str, minor: int) -> None:
    assert closing(run, tmp_path / "s.csv", amount) == minor


@pytest.mark.parametrize("amount", ["1,000", "1.000", "12,345", "1.500"])
def test_a_mark_with_two_meanings_is_asked_for(run: Run, tmp_path: Path, amount: str) -> None:
    path = tmp_path / "s.csv"
    path.write_text(f'account;start;end;mrr\na;2024-01-01;;"{amount}"\n')
    error = run("metrics", "--subscriptions", str(path), "--amounts", "major", *GIVEN, code=2).stderr
    assert "--decimal" in error and amount in error
    as_thousands, as_decimals = int(amount.replace(",", "").replace(".", "")) * 100, {"1.500": 150, "1.000": 100}
    mark = "," if "." in amount else "."
    assert closing(run, path, amount, "--decimal", mark) == as_thousands
    if amount in as_decimals:
        assert closing(run, path, amount, "--decimal", ".") == as_decimals[amount]


@pytest.mark.parametrize("amount", ["1,23,4", "12abc", "€5", "EUR 5", "1_000", "--5", "5-", "(5.00)", "٣", "0x10", "5%"])
def test_amounts_that_are_none_name_their_line(run: Run, tmp_path: Path, amount: str) -> None:
    path = tmp_path / "s.csv"
    path.write_text(f'account;start;end;mrr\nb;2024-01-01;;"2.50"\na;2024-01-01;;"{amount}"\n', encoding="utf-8")
    given = ("metrics", "--subscriptions", str(path), "--amounts", "major", "--json")
    found = json.loads(run(*given, *GIVEN, code=1).stderr)
    assert found["row"] == 2 and found["line"] == 3 and found["column"] == "mrr" and "line 3" in found["message"]


def test_both_marks_in_one_column_are_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text('account;start;end;mrr\na;2024-01-01;;"1.234,50"\nb;2024-01-01;;"1,234.50"\n')
    error = run("metrics", "--subscriptions", str(path), "--amounts", "major", *GIVEN, code=2).stderr
    assert "1.234,50" in error and "1,234.50" in error and "--decimal" in error


def test_money_of_a_snapshot_is_asked_for_unless_its_decimals_say_it(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    given = ("metrics", "--customers", str(path), "--format", "json")
    path.write_text("tenure,churned,monthly_charges\n3,yes,20\n5,no,30\n")
    assert "--amounts major" in run(*given, code=2).stderr
    assert json.loads(run(*given, "--amounts", "minor").stdout)["left"][0]["minor"] == 50
    path.write_text("tenure,churned,monthly_charges\n3,yes,20\n5,no,29.85\n")
    assert json.loads(run(*given).stdout)["left"][0]["minor"] == 4985


def test_a11_an_answer_without_a_weight_names_its_line(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "nps.csv"
    given = ("metrics", "--responses", str(path), "--weight", "w", "--format", "json")
    path.write_text("score,w\n9,1.5\n3,\n10,2\n")
    found = json.loads(run(*given, "--json", code=1).stderr)
    assert (found["column"], found["row"]) == ("w", 2) and "nps.csv, line 3" in found["message"]
    path.write_text("score,w\n9,1.5\n,\n10,2\n")
    shown = json.loads(run(*given).stdout)["nps"][0]
    assert shown["n"] == 2 and shown["weighted"] == 100.0
    path.write_text("score,w\n9,heavy\n")
    assert "line 2" in run(*given, code=1).stderr


def written_on(run: Run, path: Path, days: list[str], *more: str) -> list[int]:
    path.write_text("\n".join(["account;start;end;mrr_minor", *(f"k{i};{day};;100" for i, day in enumerate(days))]) + "\n")
    done = run("metrics", "--subscriptions", str(path), "--as-of", "2024-06-01", "--format", "json", *more)
    return [row["new"] for row in json.loads(done.stdout)["movements"]]


@pytest.mark.parametrize(
    ("day", "form", "new"),
    [
        ("03/01/2024", "%d/%m/%Y", [100, 0, 0, 0, 0]),
        ("03/01/2024", "%m/%d/%Y", [100, 0, 0]),
        ("3.1.2024", "DD.MM.YYYY", [100, 0, 0, 0, 0]),
        ("2024/03/01", "%Y/%m/%d", [100, 0, 0]),
        ("20240301", "%Y%m%d", [100, 0, 0]),
        ("1 3 2024", "%d %m %Y", [100, 0, 0]),
    ],
)
def test_a03_the_order_of_a_date_is_stated(run: Run, tmp_path: Path, day: str, form: str, new: list[int]) -> None:
    assert written_on(run, tmp_path / "s.csv", [day], "--date-format", form) == new


@pytest.mark.parametrize("days", [["03/01/2024", "04/05/2024"], ["03-01-2024"], ["2024-01-05", "03/01/2024"], ["3.1.2024"]])
def test_a03_a_date_with_two_readings_lists_them(run: Run, tmp_path: Path, days: list[str]) -> None:
    path = tmp_path / "s.csv"
    path.write_text("\n".join(["account;start;end;mrr_minor", *(f"k;{day};;100" for day in days)]) + "\n")
    error = run("metrics", "--subscriptions", str(path), "--as-of", "2024-06-01", code=1).stderr
    sign = days[-1].strip("0123456789")[0]
    assert f"2024-01-03 with --date-format '%d{sign}%m{sign}%Y'" in error
    assert f"2024-03-01 with --date-format '%m{sign}%d{sign}%Y'" in error


def test_a03_one_reading_is_still_asked_for_and_two_digits_are_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    given = ("metrics", "--subscriptions", str(path), "--as-of", "2024-06-01")
    path.write_text("account;start;end;mrr_minor\na;31/01/2024;;100\n")
    error = run(*given, code=1).stderr
    assert "line 2" in error and "--date-format '%d/%m/%Y'" in error and "%m/%d" not in error
    assert 'is not written as --date-format "%m/%d/%Y" says' in run(*given, "--date-format", "%m/%d/%Y", code=1).stderr
    path.write_text("account;start;end;mrr_minor\na;03/01/24;;100\n")
    assert "two digits do not say the century of a year: write four" in run(*given, code=1).stderr
    for form, words in (
        ("%d/%m/%y", "two digits"),
        ("DD/MM/YY", "two digits"),
        ("%d/%m", "names no year and month"),
        ("%q", "%q"),
    ):
        assert words in run(*given, "--date-format", form, code=2).stderr


def test_dates_of_answers_and_contracts_follow_the_same_order(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "ces.csv"
    path.write_text("sent_on;answered_on;score\n13/01/2024;14/01/2024;7\n13/01/2024;;\n")
    shown = json.loads(run("metrics", "--ces", str(path), "--date-format", "%d/%m/%Y", "--format", "json").stdout)
    assert shown["responses"][0]["value"] == 0.5
    assert "ces.csv, line 2" in run("metrics", "--ces", str(path), "--format", "json", code=1).stderr


COUNTED = {10: 180, 9: 122, 8: 90, 7: 76, 6: 20, 5: 15, 4: 9, 3: 7, 2: 4, 1: 3, 0: 2}


def test_h02_counted_answers_equal_one_row_each(run: Run, tmp_path: Path) -> None:
    assert sum(COUNTED.values()) == 528
    counted, each = tmp_path / "counted.csv", tmp_path / "each.csv"
    counted.write_text("score,n,w,team\n" + "".join(f"{s},{n},1.5,{s % 2}\n" for s, n in COUNTED.items()) + ",12,,0\n")
    lines = [f"{s},1.5,{s % 2}\n" * n for s, n in COUNTED.items()]
    each.write_text("score,w,team\n" + "".join(lines) + ",,0\n" * 12)
    given = ("--weight", "w", "--by", "team", "--format", "json")
    shown = [
        json.loads(run("metrics", "--responses", str(path), *given, *more).stdout)
        for path, more in ((counted, ("--count", "n")), (each, ()))
    ]
    facts = [found.pop("read_as") for found in shown]
    assert shown[0] == shown[1] and shown[0]["nps"][0]["n"] == 528
    assert all({"what": "NPS: no answer", "as": "12 empty"} in found for found in facts)
    assert any("n: how many answers a row stands for, 540 in all" in fact["as"] for fact in facts[0])


@pytest.mark.parametrize(("cell", "words"), [("", "a value is missing"), ("1.5", "whole number"), ("-1", "below 0")])
def test_counts_are_whole_numbers(run: Run, tmp_path: Path, cell: str, words: str) -> None:
    path = tmp_path / "nps.csv"
    path.write_text(f"score,n\n9,3\n8,{cell}\n")
    error = run("metrics", "--responses", str(path), "--count", "n", code=1).stderr
    assert words in error and "nps.csv, line 3" in error
    path.write_text("score,n\n9,3\n8,99999999999\n")
    assert "at most 20,000,000" in run("metrics", "--responses", str(path), "--count", "n", code=1).stderr


CARD = {
    "sojourn": 1,
    "card": "c",
    "signals": {
        "logins": {"norm": {"ramp": [0, 5]}, "observed_at": "logged"},
        "seen": {"norm": {"recency": {"half_life": 30, "grace": 0}}},
        "plan": {"norm": {"map": {"1": 0.2, "02": 1}}},
        "ok": {"norm": "bool"},
    },
    "tree": {"mean": [[1, "logins"], [1, "seen"], [1, "plan"], [1, "ok"]]},
    "tiers": {"red": 0, "green": 50},
}


def test_signals_are_read_as_the_card_takes_them(run: Run, tmp_path: Path) -> None:
    path, card = tmp_path / "s.csv", tmp_path / "card.json"
    card.write_text(json.dumps(CARD))
    given = ("metrics", "--signals", str(path), "--scorecard", str(card), "--as-of", "2024-03-01", "--format", "json")
    row = "account_id;logins;logged;seen;plan;ok\n007;2,5;15/02/2024;31/01/2024;02;yes\n7;;;;1;\n"
    path.write_text(row)
    shown = json.loads(run(*given, "--date-format", "%d/%m/%Y").stdout)
    assert [tier["accounts"] for tier in shown["health"]] == [0, 1, 1]  # 75; and a quarter of the weights
    for cell, broken, words in (
        ("2,5", "many", "not a number"),
        ("yes", "maybe", "yes nor no"),
        ("31/01", "31/02", "%d/%m/%Y"),
    ):
        path.write_text(row.replace(cell, broken))
        error = run(*given, "--date-format", "%d/%m/%Y", code=1).stderr
        assert "s.csv, line 2" in error and words in error


def test_groups_of_nps_may_be_words(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "nps.csv"
    path.write_text("score\nPromoter\npassives\n DETRACTOR \nPromoter\nNeutral\n")
    given = ("metrics", "--responses", str(path), "--format", "json")
    shown = json.loads(run(*given).stdout)
    found = shown["nps"][0]
    assert (found["value"], found["n"]) == (20.0, 5)
    assert (found["promoters"], found["passives"], found["detractors"]) == (2, 2, 1)
    assert any("score: groups: promoter" in fact["as"] for fact in shown["read_as"])
    for broken, words in (("9", "a score among groups"), ("Fan", "is not a whole number")):
        path.write_text(f"score\nPromoter\n{broken}\n")
        error = run(*given, code=1).stderr
        assert words in error and "nps.csv, line 3" in error
