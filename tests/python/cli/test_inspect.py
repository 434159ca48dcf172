"""Lists as people send them: one command says what they hold and prints the one that reads them."""

from __future__ import annotations

import csv
import json
import shlex
from pathlib import Path

import pytest

from command_line import Run

pytest.importorskip("openpyxl")
pytest.importorskip("defusedxml")


def printed(run: Run, path: Path, *more: str) -> list[str]:
    """The words of the command that inspect prints."""
    line = run("inspect", str(path), *more).stdout.rstrip().splitlines()[-1]
    words = shlex.split(line)
    assert words[:2] == ["sojourn", "report"]
    return words[2:]


def movements(run: Run, words: list[str], *more: str) -> list[dict[str, int]]:
    shown = json.loads(run("metrics", *words, *more, "--format", "json").stdout)
    return list(shown["movements"])


@pytest.mark.parametrize("name", ["vertraege.csv", "crm_accounts.csv", "contracts.xlsx"])
def test_a_crm_export_takes_two_commands(run: Run, shared_dir: Path, name: str) -> None:
    """A title, names further down, another encoding, totals, foot lines, inclusive ends: nothing is added but a day."""
    folder = shared_dir / "data" / "exports" / "crm"
    words = printed(run, folder / name)
    known = () if "--as-of" in words else ("--as-of", "2025-01-01")
    found = movements(run, words, *known, "--from", "2024-01", "--to", "2024-12")
    with open(folder / f"{Path(name).stem}.expected.csv", encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    columns = ("opening", "new", "reactivation", "expansion", "contraction", "churn", "closing")
    assert [[row[column] for column in columns] for row in found] == [
        [int(row[column]) for column in columns] for row in expected
    ]
    accounts = json.loads(run("metrics", *words, *known, "--from", "2024-01", "--to", "2024-12", "--format", "json").stdout)
    assert accounts["read_as"]


SALESFORCE = """Account Name,Contract Start Date,Contract End Date,Annual Contract Value (USD),Opportunity Owner
Oak Books,9/9/2024,9/8/2025,"$9,600.00",A. Rivera
Larch Garden,7/1/2023,6/30/2025,"$12,000.00",A. Rivera
"""
HUBSPOT = """Record ID;Company name;Contract start date;Contract end date;MRR (EUR);Deal owner
17;Oak Books;2024-09-09;2025-09-09;800,50;A. Rivera
18;Larch Garden;2023-07-01;2025-07-01;1.000,00;A. Rivera
"""
CHINESE = """客户名称,开始日期,结束日期,月费（元）,负责人
北京科技,2024/09/09,2025/09/08,¥800.50,王伟
上海贸易,2023/07/01,2025/06/30,¥1000.00,李娜
合计,,,¥1800.50,
"""


@pytest.mark.parametrize(
    ("text", "encoding", "own", "opening"),
    [
        (SALESFORCE, "utf-8-sig", (), [100_000, 180_000]),
        (HUBSPOT, "utf-16", (), [100_000, 180_050]),
        (HUBSPOT, "cp1252", (), [100_000, 180_050]),
        (CHINESE, "gb18030", ("--currency", "CNY"), [100_000, 180_050]),
        (CHINESE.replace("¥", "￥"), "gbk", ("--currency", "CNY"), [100_000, 180_050]),
        (CHINESE, "utf-8", ("--currency", "CNY"), [100_000, 180_050]),
    ],
    ids=["salesforce", "hubspot utf-16", "hubspot", "gb18030", "gbk", "chinese utf-8"],
)
def test_lists_of_other_tools_take_two_commands(
    run: Run, tmp_path: Path, text: str, encoding: str, own: tuple[str, ...], opening: list[int]
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(text.encode(encoding))
    words = printed(run, path)
    if own:
        words[words.index(own[0]) + 1] = own[1]
    assert not any(word.startswith("<") for word in words)
    found = movements(run, words, "--as-of", "2024-11-01", "--from", "2024-08", "--to", "2024-10")
    assert [found[1]["opening"], found[1]["closing"]] == opening


def test_what_the_file_does_not_say_is_a_choice(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("client,von,bis,betrag\nA,01/02/2024,05/06/2024,1000\nB,03/04/2024,01/02/2025,2000\n", encoding="utf-8")
    done = run("inspect", str(path)).stdout
    line = done.rstrip().splitlines()[-1]
    for option, readings in (
        ("--date-format", "DD/MM/YYYY or MM/DD/YYYY"),
        ("--per", "month or year"),
        ("--amounts", "major or minor"),
        ("--ends", "inclusive or exclusive"),
    ):
        assert f"{option} '<{readings}>'" in line
    assert "Choose a value for" in done
    assert run("metrics", *shlex.split(line)[2:], code=2).stdout == ""


def test_bytes_that_are_no_utf_8_show_how_each_encoding_reads_them(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("Kunde,Beginn,Ende,MRR\nMüller,2024-01-01,,1000\n".encode("cp1252"))
    shown = {row["what"]: row for row in json.loads(run("inspect", str(path), "--format", "json").stdout)["inspect"]}
    assert shown["encoding"]["read as"] == "cp1252" and "'Müller" in shown["encoding"]["evidence"]
    assert "--encoding cp1252" in shown["command"]["read as"]
    said = run("metrics", "--subscriptions", str(path), code=1).stderr
    assert "line 2, column 2" in said and "`sojourn inspect`" in said and "gb18030" in said


def test_a_file_that_holds_no_list_is_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Dear all,\nplease find attached\n", encoding="utf-8")
    assert "--header-line" in run("inspect", str(path), code=1).stderr
    assert "no such file" in run("inspect", str(tmp_path / "x.csv"), code=2).stderr


def test_what_is_given_stands_in_the_command(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("account|start|end|mrr_minor\nA|2024-01-01||1000\n", encoding="utf-16-le")
    words = printed(run, path, "--encoding", "utf-16-le", "--separator", "bar")
    assert words[words.index("--encoding") + 1] == "utf-16-le" and words[words.index("--separator") + 1] == "|"
