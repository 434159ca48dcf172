"""Where a page goes: never over a file that is read."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from command_line import Run

pytest.importorskip("vl_convert")
pytest.importorskip("jinja2")

CARD = {"sojourn": 1, "card": "c", "signals": {"logins": {"norm": {"ramp": [0, 5]}}}, "tree": {"mean": [[1, "logins"]]}}
FILES = {
    "subscriptions": "account,start,end,mrr_minor\na,2024-01-01,,1000\n",
    "contracts": "account,term_end,value\na,2024-06-30,1000\n",
    "usage": "account,date,amount\na,2024-02-01,10\n",
    "responses": "score\n9\n",
    "csat": "score\n5\n",
    "ces": "score\n5\n",
    "customers": "account,tenure,churned\na,3,no\n",
    "signals": "account_id,logins\na,3\n",
    "scorecard": json.dumps(CARD),
    "policy": "{}",
}
NEEDS = {"contracts": "subscriptions", "usage": "subscriptions", "policy": "subscriptions", "signals": "scorecard"}
NEEDS |= {"scorecard": "signals"}


@pytest.mark.parametrize("through", ["itself", "another spelling", "a link", "a hard link"])
@pytest.mark.parametrize("option", list(FILES))
def test_an_output_that_is_read_is_refused(run: Run, tmp_path: Path, option: str, through: str) -> None:
    given: list[str] = []
    for name in {option, NEEDS.get(option, option)}:
        path = tmp_path / f"{name}.{'json' if name in ('scorecard', 'policy') else 'csv'}"
        path.write_text(FILES[name])
        given += [f"--{name}", str(path)]
    read = Path(given[given.index(f"--{option}") + 1])
    out = tmp_path / "out.html"
    if through == "itself":
        out = read
    elif through == "another spelling":
        out = tmp_path / "." / ".." / tmp_path.name / read.name
    elif through == "a link":
        out.symlink_to(read)
    else:
        os.link(read, out)
    day = () if option in ("responses", "csat", "ces", "customers") else ("--as-of", "2024-04-01")
    said = run("report", *given, *day, "-o", str(out), code=2).stderr
    assert f"would overwrite {read}, which is read" in said
    assert read.read_text() == FILES[option]


@pytest.mark.parametrize(
    ("out", "words"),
    [("", "needs the name of a file"), (".", "is a folder"), ("nowhere/report.html", "there is no folder")],
)
@pytest.mark.parametrize("command", ["report", "demo"])
def test_a_bad_output_is_found_before_the_work(run: Run, tmp_path: Path, command: str, out: str, words: str) -> None:
    """The file that would be read does not exist, and still the output is what is told."""
    place = str(tmp_path / out) if out else out
    given = ("--subscriptions", str(tmp_path / "absent.csv")) if command == "report" else ("--n", "100000000")
    assert words in run(command, *given, "-o", place, code=2).stderr


def test_a_title_that_cannot_be_written_is_one_line(run: Run, subscriptions: Path, tmp_path: Path) -> None:
    given = ("report", "--subscriptions", str(subscriptions), "--as-of", "2024-04-01", "--title", "caf\udce9")
    for out in ("-", str(tmp_path / "out.html")):
        done = run(*given, "-o", out, code=2)
        assert "half a character" in done.stderr and done.stderr.count("\n") == 1 and done.stdout == ""
    assert not (tmp_path / "out.html").exists()


@pytest.mark.parametrize(("option", "name"), [("--policy", "policy.json"), ("--scorecard", "card.json")])
def test_settings_that_are_not_utf_8_are_one_line(run: Run, tmp_path: Path, option: str, name: str) -> None:
    rows, settings = tmp_path / "rows.csv", tmp_path / name
    rows.write_text(FILES["subscriptions" if option == "--policy" else "signals"])
    settings.write_bytes(b'{"card": "caf\xe9"}')
    files = ("--subscriptions", str(rows)) if option == "--policy" else ("--signals", str(rows))
    done = run("report", *files, option, str(settings), "--as-of", "2024-04-01", "-o", "-", code=1)
    assert "is not UTF-8" in done.stderr and done.stderr.count("\n") == 1


def test_a_workbook_goes_where_it_is_asked(run: Run, subscriptions: Path, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("xlsxwriter")
    out = tmp_path / "money.xlsx"
    given = ("report", "--format", "xlsx", "--subscriptions", str(subscriptions), "--as-of", "2024-04-01", "-o")
    assert "wrote" in run(*given, str(out), "--accounts", "--lang", "zh", "--from", "2024-02", "--to", "2024-03").stderr
    book = openpyxl.load_workbook(out)
    rows = list(book["各客户 MRR"].iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == ["a", "b", "c"] and rows[1][-1] == 10.0
    assert [row[0] for row in book["合计"].iter_rows(min_row=2, values_only=True)] == ["2024-02", "2024-03"]
    assert "another kind of file" in run(*given, str(tmp_path / "x.html"), code=2).stderr
    assert "--responses is not read by --format xlsx" in run(*given, str(out), "--responses", "r.csv", code=2).stderr
