"""What the options of the command line ask for, read from files and turned into the facts that page and tables show."""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sojourn import _files as files
from sojourn._files import File, UsageError
from sojourn._page import Fact, Part
from sojourn.gather.health import health_facts
from sojourn.gather.revenue import describe, last_months, ledger_facts, ledger_survival
from sojourn.gather.survival import snapshot_facts
from sojourn.gather.surveys import csat_facts, nps_facts
from sojourn.sections import health as health_section
from sojourn.sections import revenue as revenue_section
from sojourn.sections import survival as survival_section
from sojourn.sections import surveys as survey_section

Options = argparse.Namespace


@dataclass(kw_only=True)
class Gathered:
    """What the options asked for, as plain facts, and what the reader should know about how they were read."""

    revenue: revenue_section.RevenueFacts | None = None
    survival: survival_section.SurvivalFacts | None = None
    nps: survey_section.NpsFacts | None = None
    csat: survey_section.CsatFacts | None = None
    health: health_section.HealthFacts | None = None
    notes: list[Fact]
    subtitle: str = ""

    def parts(self) -> list[Part]:
        found: list[Part] = []
        if self.revenue is not None:
            found.append(revenue_section.part(self.revenue))
        if self.survival is not None:
            found.append(survival_section.part(self.survival))
        if self.nps is not None:
            found.append(survey_section.nps_part(self.nps))
        if self.csat is not None:
            found.append(survey_section.csat_part(self.csat))
        if self.health is not None:
            found.append(health_section.part(self.health))
        return found


@contextmanager
def stage(options: Options, what: str) -> Iterator[None]:
    """One line on standard error for each stage, only with --progress."""
    if options.progress and not options.quiet:
        print(f"{what} ...", file=sys.stderr, flush=True)
    yield


def gather(options: Options) -> Gathered:
    """Reads every file that was named."""
    gathered = Gathered(notes=[])
    if options.subscriptions is not None:
        _revenue(options, gathered)
    if options.customers is not None:
        _customers(options, gathered)
    if options.responses is not None or options.csat is not None:
        _surveys(options, gathered)
    if options.signals is not None:
        _signals(options, gathered)
    if not gathered.parts():
        raise UsageError("nothing to read: give --subscriptions, --customers, --responses, --csat or --signals")
    return gathered


def open_ledger(options: Options) -> tuple[Any, File, str]:
    """The ledger of --subscriptions (as of --as-of, or the day after the latest date in the file), the file, the account column."""
    import sojourn as sj

    with stage(options, f"reading {options.subscriptions}"):
        file = files.read(options.subscriptions)
    account, start, end, mrr = (file.choose(role, getattr(options, role)) for role in ("account", "start", "end", "mrr"))
    amounts = files.minor_units(file[mrr], mrr, amounts=options.amounts, currency=options.currency)
    as_of = options.as_of or _day_after(file, (start, end))
    table = {"account": file[account], "start": file[start], "end": file[end], "mrr": amounts}
    with stage(options, "building the ledger"):
        ledger = sj.Ledger(table, account="account", start="start", end="end", mrr="mrr", currency=options.currency, as_of=as_of,
                           policy=_policy(options.policy))
    return ledger, file, account


def _policy(named: str | None) -> Any:
    import sojourn as sj

    if named is None:
        return None
    if named.endswith(".json"):
        with open(named, encoding="utf-8") as policy:
            return sj.Policy.from_json(policy.read())
    preset = getattr(sj.Policy, "preset", None)
    if preset is None:
        raise UsageError(f"no policy presets here; give a policy file (.json) instead of {named!r}")
    return preset(named)


def _day_after(file: File, names: Sequence[str]) -> str:
    latest = max((str(day)[:10] for name in names for day in file[name].to_list() if day is not None), default=None)
    if latest is None:
        raise UsageError(f"{file.name}: no date in {' or '.join(names)}; say --as-of YYYY-MM-DD")
    return str(datetime.date.fromisoformat(latest) + datetime.timedelta(days=1))


def _revenue(options: Options, gathered: Gathered) -> None:
    ledger, file, _ = open_ledger(options)
    first, last = last_months(ledger, options.first, options.last)
    with stage(options, "computing revenue"):
        gathered.revenue = ledger_facts(ledger, first, last, level=options.level)
        gathered.survival = ledger_survival(ledger, options.level)
    gathered.notes += _file_notes("Subscriptions", file)
    if options.as_of is None:
        gathered.notes.append(Fact(label="As of", value=f"{ledger.as_of}, the day after the latest date in the file"))
    gathered.subtitle = describe(ledger, first, last)


def _file_notes(label: str, file: File) -> list[Fact]:
    notes = [Fact(label=label, value=f"{file.name}, {file.rows:,} rows")]
    if file.guessed:
        guesses = ", ".join(f"{role} = {name}" for role, name in file.guessed.items())
        notes.append(Fact(label=f"{label}: columns", value=f"recognised by name: {guesses}"))
    return notes


def _customers(options: Options, gathered: Gathered) -> None:
    with stage(options, f"reading {options.customers}"):
        file = files.read(options.customers)
    tenure, churned = file.choose("tenure", options.tenure), file.choose("churned", options.churned)
    monthly = file.find("monthly", options.monthly)
    left = files.flags(file[churned], churned)
    money = None if monthly is None else _amounts(file, monthly, options)
    with stage(options, "computing survival"):
        gathered.survival = snapshot_facts(
            _whole_months(file, tenure), left, monthly=money, segments=_segments(file, options.by), by=options.by or "",
            currency=options.currency, level=options.level)
    if options.scorecard is not None:
        gathered.health = _scored(file, options, left)
    gathered.notes += _file_notes("Customers", file)
    gathered.subtitle = f"{file.rows:,} customers in one snapshot" + (f", amounts in {options.currency}" if monthly else "")


def _amounts(file: File, name: str, options: Options) -> list[int]:
    """A snapshot's money column: decimals are whole currency units unless --amounts says minor."""
    amounts = options.amounts or (None if name.lower().endswith(("_minor", "_cents")) else "major")
    found = files.minor_units(file[name], name, amounts=amounts, currency=options.currency)
    missing = next((row for row, value in enumerate(found) if value is None), None)
    if missing is not None:
        raise files.missing_value(name, missing)
    return [value for value in found if value is not None]


def _whole_months(file: File, name: str) -> list[int]:
    found = files.answers(file[name], name, ())[0]
    for row, value in enumerate(found):
        if value is None:
            raise files.missing_value(name, row)
    return [value for value in found if value is not None]


def _segments(file: File, by: str | None) -> list[str] | None:
    return None if by is None else files.labels(file[file.choose("by", by)], by)


def _surveys(options: Options, gathered: Gathered) -> None:
    responses = None if options.responses is None else _read(options, options.responses)
    satisfaction = responses if options.csat is None else _read(options, options.csat)
    if responses is not None and (score := _score_column(options, responses)) is not None:
        scores, blanks = files.answers(responses[score], score, options.blank)
        gathered.nps = nps_facts(scores, **_split(options, responses))
        gathered.notes += [*_file_notes("NPS answers from", responses), *_blank_notes("NPS", blanks)]
    if satisfaction is not None and (score := satisfaction.find("csat_score", options.csat_score) or _only_score(options, satisfaction)):
        scores, blanks = files.answers(satisfaction[score], score, options.blank)
        gathered.csat = csat_facts(scores, **_split(options, satisfaction), scale=options.csat_scale,
                                   satisfied_from=options.satisfied_from)
        gathered.notes += [*_file_notes("CSAT answers from", satisfaction), *_blank_notes("CSAT", blanks)]
    gathered.subtitle = gathered.subtitle or f"{(responses or satisfaction or File(name='', columns={}, guessed={})).rows:,} survey rows"


def _read(options: Options, path: str) -> File:
    with stage(options, f"reading {path}"):
        return files.read(path)


def _score_column(options: Options, file: File) -> str | None:
    """A response file may hold CSAT answers only, when that is what the options name."""
    if options.score is None and options.csat_score is not None and options.csat is None:
        return file.find("score", None)
    return file.choose("score", options.score)


def _only_score(options: Options, file: File) -> str | None:
    """A CSAT file of its own may call its answer just "score"."""
    return file.choose("score", None) if options.csat is not None else None


def _split(options: Options, file: File) -> dict[str, Any]:
    given: dict[str, Any] = {"level": options.level}
    if options.by is not None and options.by in file.columns:
        given |= {"segments": _segments(file, options.by), "by": options.by}
    elif options.by is not None:
        file.choose("by", options.by)
    if options.weight is not None:
        given["weights"] = [float(w) for w in file[file.choose("weight", options.weight)].to_list()]
    return given


def _blank_notes(what: str, blanks: dict[str, int]) -> list[Fact]:
    if not blanks:
        return []
    spelled = ", ".join(f"{count:,} {'empty' if shown == 'empty' else f'“{shown}”'}" for shown, count in blanks.items())
    return [Fact(label=f"{what}: no answer", value=spelled)]


def _signals(options: Options, gathered: Gathered) -> None:
    if options.scorecard is None:
        raise UsageError("--signals needs --scorecard FILE: how do the signals become a score?")
    file = _read(options, options.signals)
    gathered.health = _scored(file, options, ())
    gathered.notes += _file_notes("Signals", file)


def _scored(file: File, options: Options, outcome: Sequence[bool]) -> health_section.HealthFacts:
    import sojourn as sj

    with open(options.scorecard, encoding="utf-8") as card_file:
        source = card_file.read()
    account = file.choose("account", options.account)
    with stage(options, "scoring"):
        result = sj.Scorecard.from_json(source).score(dict(file.columns), account=account, as_of=options.as_of)
    return health_facts(result, outcome=outcome, accounts=getattr(options, "accounts", False))
