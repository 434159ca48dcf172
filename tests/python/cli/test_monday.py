"""A Monday on the command line: score, alerts, queue, diagnoses and check over files."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

import sojourn as sj
from command_line import Run

RULES = [
    {
        "id": "sponsor",
        "if": "sponsor_left == 1",
        "diagnosis": "stakeholder.sponsor_left",
        "severity": "critical",
        "remedy": ["find a new sponsor"],
        "owner_role": "csm",
        "due_days": 7,
    },
    {"id": "low use", "if": "logins_wk < 5", "diagnosis": "ability.low_use", "remedy": ["training"], "due_days": 30},
]


@pytest.fixture(scope="module")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Two cycles of the made-up company, and a card with remedies."""
    folder = tmp_path_factory.mktemp("weeks")
    paths = {}
    for name, day in (("then", "2024-10-01"), ("now", "2025-01-01")):
        paths[name] = str(folder / f"{name}.csv")
        sj.datasets.acme(n=300, as_of=day).signals.to_csv(paths[name])
    root = Path(__file__).parents[3]
    card = json.loads((root / "examples/data/card.json").read_text("utf-8"))
    paths["card"] = str(folder / "card.json")
    Path(paths["card"]).write_text(json.dumps({**card, "rules": RULES}), "utf-8")
    return paths


def cycle(weeks: dict[str, str], name: str = "now") -> list[str]:
    day = {"then": "2024-10-01", "now": "2025-01-01"}[name]
    given = ["--signals", weeks[name], "--card", weeks["card"], "--as-of", day]
    return [*given, "--owner", "owner", "--value", "mrr_minor"]


MONDAY = ["--drops", "logins_wk,features", "--sponsor-left", "sponsor_left", "--renews-on", "renews_on"]


def rows_of(text: str) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_monday_of_acme_is_one_command(run: Run, weeks: dict[str, str], tmp_path: Path) -> None:
    state = str(tmp_path / "october.state")
    run("score", *cycle(weeks, "then"), "--save", state, "-q")
    done = run("queue", *cycle(weeks), *MONDAY, "--previous", state, "--list", "2", "--format", "md")
    lines = done.stdout.splitlines()
    assert lines[0] == "**Whom to call first**"
    names = [cell.strip() for cell in lines[2].strip("| ").split("|")]
    for name in ("owner", "account", "value", "until", "why", "remedy", "due", "status"):
        assert name.replace("_", "\\_") in names, name
    assert "ordered by value x (1 - score / 100), which is no probability" in done.stderr
    rows = rows_of(run("queue", *cycle(weeks), *MONDAY, "--previous", state, "--list", "2", "--format", "csv").stdout)
    owners = [row["owner"] for row in rows]
    assert max(owners.count(owner) for owner in owners) == 2
    # What the library gives in Python, to the last cell.
    card = sj.Scorecard.from_file(weeks["card"])
    then, now = (sj.datasets.acme(n=300, as_of=day) for day in ("2024-10-01", "2025-01-01"))
    before = card.score(then.signals, as_of=then.as_of)
    result = card.score(now.signals, as_of=now.as_of, previous=before)
    alerts = result.alerts(
        previous=before,
        owner="owner",
        value="mrr_minor",
        drops=["logins_wk", "features"],
        sponsor_left="sponsor_left",
        renews_on="renews_on",
    )
    queue = result.work_queue(
        owner="owner", value="mrr_minor", renews_on="renews_on", alerts=alerts, diagnoses=result.diagnoses()
    )
    expected = [row for row in queue.to_dicts() if row["rank"] <= 2]
    assert [row["account"] for row in rows] == [row["account"] for row in expected]
    assert [row["why"] for row in rows] == [row["why"] for row in expected]
    assert [int(row["value"]) for row in rows] == [row["value"] for row in expected]
    load = rows_of(run("queue", *cycle(weeks), "--load", "--format", "csv", "-q").stdout)
    assert sum(int(row["accounts"]) for row in load) == len(result)


def test_amounts_are_in_currency_units_for_people_and_in_minor_units_for_programs(run: Run, weeks: dict[str, str]) -> None:
    first = json.loads(run("score", *cycle(weeks), "--format", "json").stdout)["scores"][0]
    shown = run("score", *cycle(weeks)).stdout.splitlines()
    row = next(line for line in shown if first["account"] in line)
    assert f"{first['value'] / 100:,.2f}" in row and str(first["value"]) not in row


def test_alerts_say_things_once(run: Run, weeks: dict[str, str], tmp_path: Path) -> None:
    state, said = str(tmp_path / "s.state"), str(tmp_path / "said.csv")
    run("score", *cycle(weeks, "then"), "--save", state, "-q")
    ask = [*cycle(weeks), *MONDAY, "--previous", state, "--format", "csv", "--said", said]
    first = rows_of(run("alerts", *ask).stdout)
    accounts = [row["account"] for row in first]
    assert len(accounts) == len(set(accounts)) > 10  # one alert per account
    assert any("; " in row["evidence"] for row in first)
    assert not any("standard error" in row["evidence"] for row in first)
    again = run("alerts", *ask)
    assert not {row["id"] for row in rows_of(again.stdout)} & {row["id"] for row in first}
    assert "held back" in again.stderr
    reasons = rows_of(run("alerts", *cycle(weeks), *MONDAY, "--previous", state, "--format", "csv", "--reasons").stdout)
    assert len(reasons) > len(first)


def test_diagnoses_live_on_in_a_file(run: Run, weeks: dict[str, str], tmp_path: Path) -> None:
    found = str(tmp_path / "found.csv")
    run("diagnoses", *cycle(weeks, "then"), "--found", found)
    rows = rows_of(run("diagnoses", *cycle(weeks), "--found", found, "--format", "csv").stdout)
    assert {"persistent", "resolved", "new"} <= {row["status"] for row in rows}
    assert any(row["remedy"] == "training" for row in rows)


def test_a_set_of_cards_does_the_same(run: Run, weeks: dict[str, str], tmp_path: Path) -> None:
    card = json.loads(Path(weeks["card"]).read_text("utf-8"))
    cards = {
        "sojourn": 1,
        "set": "by segment",
        "cards": [card, {"card": "large", "extends": card["card"], "weights": {"tickets_90d": 20}}],
        "assign": [{"if": "segment == 'enterprise'", "card": "large"}],
        "default": card["card"],
    }
    path, state = str(tmp_path / "cards.json"), str(tmp_path / "set.state")
    Path(path).write_text(json.dumps(cards), "utf-8")
    then = ["--signals", weeks["then"], "--card", path, "--as-of", "2024-10-01", "--save", state]
    run("score", *then, "-q")
    now = ["--signals", weeks["now"], "--card", path, "--as-of", "2025-01-01", "--previous", state]
    for command in ("score", "alerts", "queue", "diagnoses"):
        rows = rows_of(run(command, *now, "--format", "csv").stdout)
        assert len(rows) >= 10, command
    wrong = run("score", *cycle(weeks), "--previous", state, code=2)
    assert "another kind of card" in wrong.stderr


def test_a_card_is_checked(run: Run, weeks: dict[str, str], tmp_path: Path) -> None:
    assert "can be used" in run("check", weeks["card"]).stderr
    wrong = tmp_path / "wrong.json"
    wrong.write_text('{"sojourn": 1, "card": "x", "signals": {}, "tree": {"mean": [[1, "loggins"]]}}', "utf-8")
    problems = json.loads(run("check", str(wrong), "--format", "json", code=1).stdout)["problems"]
    assert problems and all("pointer" in problem for problem in problems)


def test_questions_that_are_asked_wrongly(run: Run, weeks: dict[str, str], tmp_path: Path) -> None:
    assert "no such file" in run("score", *cycle(weeks), "--previous", "gone.state", code=2).stderr
    assert "is no state" in run("score", *cycle(weeks), "--previous", weeks["now"], code=2).stderr
    assert 'no column "ownr"' in run("score", *cycle(weeks)[:-4], "--owner", "ownr", code=2).stderr
    assert "as in csat=1" in run("alerts", *cycle(weeks), "--satisfaction", "csat=much", code=2).stderr
    broken = tmp_path / "broken.state"
    run("score", *cycle(weeks), "--save", str(broken), "-q")
    broken.write_bytes(broken.read_bytes()[:-1])
    assert "truncated" in run("score", *cycle(weeks), "--previous", str(broken), code=1).stderr
    assert "today" in run("score", *[part for part in cycle(weeks) if part not in ("--as-of", "2025-01-01")]).stderr
