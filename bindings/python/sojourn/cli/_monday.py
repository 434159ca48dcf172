"""The bodies of the commands of a Monday."""

from __future__ import annotations

import os
import sys
from typing import Any

from sojourn._frames.columns import column
from sojourn._frames.output import write_text
from sojourn._frames.table import Table
from sojourn.cli._files import File, read, there_is
from sojourn.cli._formats import print_tables
from sojourn.cli._monday_options import (
    AlertOptions,
    AlertsOptions,
    CheckOptions,
    DiagnosesOptions,
    QueueOptions,
    ScoredOptions,
    ScoreOptions,
)
from sojourn.cli._numbers import numbers
from sojourn.cli._scored_files import Scored, holds_set, in_units, score_file
from sojourn.cli._usage import UsageError
from sojourn.health import Alerts, CardSet, Diagnoses, Scorecard

_MEMORY = ("account", "rule", "raised_on", "ready")
_LIFE = ("account", "diagnosis", "status", "cycles")
_MONEY = ("value", "at_risk", "score_shortfall_value", "can_be_saved", "priority")


def score(options: ScoreOptions) -> int:
    """Scores, tiers and what moved."""
    scored = score_file(options.scored, {})
    table = scored.result.table()
    shown: dict[str, Any] = {name: table[name] for name in ("account", "score", "tier", "delta", "prev_tier", "coverage")}
    shown.update(scored.roles(("owner", "value")))
    shown["flags"] = table["flags"]
    if options.moved:
        rows = [row for row in _rows(shown) if row["prev_tier"] not in (None, row["tier"])]
        shown = _columns(rows, list(shown))
    made = Table(shown, options=table.options, title="Health scores")
    print_tables({"scores": in_units(made, ("value",), scored.currency, options.scored.format)}, options.scored.format)
    return 0


def alerts(options: AlertsOptions) -> int:
    """One alert per account, or its reasons."""
    scored, raised = _alerts(options.scored, options.alerts)
    made: Table = raised.reasons if options.reasons else raised
    wanted = [name for name in ("account", "severity", "rule", "signal", "evidence", "owner", "value") if name in made]
    if options.scored.format in ("csv", "json"):
        wanted = made.columns
    shown = Table({name: made[name] for name in wanted}, options=made.options, title="Alerts")
    print_tables({"alerts": in_units(shown, ("value",), scored.currency, options.scored.format)}, options.scored.format)
    if raised.suppressed and not options.scored.messages.quiet:
        print(f"sojourn: {raised.suppressed:,} more were held back: said before, or over an owner's budget", file=sys.stderr)
    return 0


def queue(options: QueueOptions) -> int:
    """The work list of every owner, or the load."""
    scored, raised = _alerts(options.scored, options.alerts)
    found = _diagnoses(scored, options.found, options.scored)
    made = scored.result.work_queue(
        **scored.roles(("owner", "value", "p_churn", "renews_on")),
        alerts=raised,
        diagnoses=found,
        effects=None if options.effects is None else _effects(options.effects, options.scored),
        capacity=options.capacity,
    )
    form = options.scored.format
    if options.load:
        print_tables({"load": in_units(made.load, _MONEY, scored.currency, form)}, form)
        return 0
    ranks = made["rank"]
    rows = [row for row, rank in zip(made.to_dicts(), ranks, strict=True) if not options.rows or rank <= options.rows]
    wanted = made.columns
    if form in ("text", "md"):
        amount = [name for name in ("can_be_saved", "at_risk", "score_shortfall_value") if name in wanted]
        names = ("owner", "rank", "account", "tier", "score", "value", *amount, "until", "why", "remedy", "due", "status")
        wanted = [name for name in names if name in made.columns]
    shown = Table(_columns(rows, wanted), options=made.options, title="Whom to call first")
    print_tables({"queue": in_units(shown, _MONEY, scored.currency, form)}, form)
    if not options.scored.messages.quiet:
        print(f"sojourn: ordered by {made.ordered_by}", file=sys.stderr)
    return 0


def diagnoses(options: DiagnosesOptions) -> int:
    """What the card's rules find."""
    scored = score_file(options.scored, {})
    found = _diagnoses(scored, options.found, options.scored)
    wanted = found.columns
    if options.scored.format in ("text", "md"):
        wanted = ["account", "diagnosis", "status", "cycles", "severity", "evidence", "remedy", "owner_role", "due"]
    shown = Table({name: found[name] for name in wanted}, options=found.options, title="Diagnoses")
    print_tables({"diagnoses": shown}, options.scored.format)
    return 0


def check(options: CheckOptions) -> int:
    """The problems of a card; 1 where it cannot be used."""
    if not os.path.isfile(options.card):
        raise UsageError(f"{options.card}: no such file{there_is(options.card)}")
    with open(options.card, encoding="utf-8-sig") as file:
        text = file.read()
    problems = CardSet.check(text) if holds_set(options.card) else Scorecard.check(text)
    names = list(problems[0]) if problems else ["severity", "pointer", "message"]
    print_tables({"problems": Table(_columns(problems, names), title=f"{options.card}: problems")}, options.format)
    wrong = any(problem.get("severity", "error") == "error" for problem in problems)
    if not wrong and not options.messages.quiet:
        print(f"sojourn: {options.card} can be used", file=sys.stderr)
    return 1 if wrong else 0


def _alerts(options: ScoredOptions, asked: AlertOptions) -> tuple[Scored, Alerts]:
    roles = {"renews_on": asked.renews_on, "last_active": asked.last_active, "sponsor_left": asked.sponsor_left}
    scored = score_file(options, roles)
    raised = scored.result.alerts(
        **scored.roles(("owner", "value", "renews_on", "last_active", "sponsor_left")),
        previous=scored.previous,
        drops=_names(asked.drops),
        satisfaction=_ratings(asked.satisfaction),
        budget=asked.budget,
        memory=_table_of(asked.said, _MEMORY, options),
    )
    if asked.said is not None:
        _write(asked.said, raised.memory)
    return scored, raised


def _diagnoses(scored: Scored, path: str | None, options: ScoredOptions) -> Diagnoses:
    found = scored.result.diagnoses(_table_of(path, _LIFE, options))
    if path is not None:
        _write(path, found)
    return found


def _table_of(path: str | None, names: tuple[str, ...], options: ScoredOptions) -> dict[str, Any] | None:
    """A table that an earlier run wrote, where there is one. Keys that were numbers are numbers again."""
    if path is None or not os.path.exists(path):
        return None
    file = read(path, options.written, options.messages)
    missing = [name for name in names if name not in file.columns]
    if missing:
        raise UsageError(f'{path}: no column "{missing[0]}"; it is no table that sojourn wrote for this option')
    return {name: _typed(file, name) for name in names}


def _typed(file: File, name: str) -> Any:
    held = file[name]
    if name == "cycles":
        return column([int(cell) for cell in held], name)
    if name == "ready":
        return column([str(cell).strip().lower() in ("true", "1") for cell in held], name)
    return file.days(name, "day") if name == "raised_on" else held


def _write(path: str, table: Table) -> None:
    write_text(path, table.to_csv() or "")


def _effects(path: str, options: ScoredOptions) -> Table:
    """Measured effects as `remedy_effect` gave them."""
    file = read(path, options.written, options.messages)
    for name in ("remedy", "effect", "verdict"):
        if name not in file.columns:
            raise UsageError(f'{path}: no column "{name}"; --effects takes the table of sj.remedy_effect')
    held = {"remedy": file["remedy"], "verdict": file["verdict"]}
    effect = column(numbers(file["effect"].to_list(), "effect", options.written.decimal), "effect")
    return Table({**held, "effect": effect})


def _names(text: str | None) -> list[str]:
    return [] if text is None else [name.strip() for name in text.split(",") if name.strip()]


def _ratings(text: str | None) -> dict[str, float] | list[str] | None:
    """csat=1,nps=3 with falls; csat,nps with those of the card."""
    if text is None:
        return None
    names = _names(text)
    if not any("=" in name for name in names):
        return names
    falls = {}
    for name in names:
        rating, _, fall = name.partition("=")
        try:
            falls[rating.strip()] = float(fall)
        except ValueError:
            raise UsageError(f"--satisfaction {name}: give the fall that counts, as in csat=1") from None
    return falls


def _rows(shown: dict[str, Any]) -> list[dict[str, Any]]:
    return [dict(zip(shown, cells, strict=True)) for cells in zip(*shown.values(), strict=True)]


def _columns(rows: list[dict[str, Any]], names: list[str]) -> dict[str, Any]:
    return {name: column([row[name] for row in rows], name) for name in names}
